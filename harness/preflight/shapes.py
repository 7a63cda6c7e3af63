"""Whether a method of the app could be a known one by its types alone, where classes may have other names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.javanames import class_in, of_system, other_class
from harness.model.code import MethodCode
from harness.model.hook import Hook
from harness.preflight.scene import Scene

_TELLING = 3  # so many parameters are not met by chance in one class; measured on the SDKs that could be had


class Types:
    """Known classes and what they are called in the app. `taken` are names that mean another known class."""

    def __init__(self, scene: Scene, taken: frozenset[str]) -> None:
        self._scene = scene
        self._taken = taken
        self.bound: dict[str, str] = {}

    def fixed(self, known: str) -> str | None:
        """The name of a known class in the app, if that is certain."""
        if known in self.bound:
            return self.bound[known]
        if of_system(known) or self._scene.here(known) in self._scene:
            return self._scene.here(known)
        return None

    def fit(self, known: Sequence[str], here: Sequence[str]) -> dict[str, str] | None:
        """The classes' names by which the types of `here` are those of `known`; None when they cannot be."""
        if len(known) != len(here):
            return None
        news: dict[str, str] = {}
        for wanted, found in zip(known, here, strict=True):
            class_name = class_in(wanted)
            if wanted == found and (class_name is None or self.fixed(class_name) in (None, class_name)):
                continue
            if class_name is None or not self._may_be(class_name, wanted, found, news):
                return None
        return news

    def _may_be(self, known: str, wanted: str, found: str, news: dict[str, str]) -> bool:
        name = class_in(found)
        if name is None or other_class(wanted, name) != found:
            return False
        certain = news.get(known) or self.fixed(known)
        if certain is not None:
            return certain == name
        if name not in self._scene or name in self._taken or self._used(known, name, news):
            return False
        news[known] = name
        return True

    def _used(self, known: str, name: str, news: Mapping[str, str]) -> bool:
        """Two known classes are never one class here."""
        return name in news.values() or any(here == name for one, here in self.bound.items() if one != known)


def fit_method(types: Types, hook: Hook, method: MethodCode) -> dict[str, str] | None:
    """As Types.fit, for the parameters and, where the hook says it, the result."""
    if (method.name == "$init") != (hook.method == "$init") or method.name == "$clinit":
        return None
    known, here = hook.parameters or (), () if hook.parameters is None else method.parameters
    if hook.returns is not None:
        known, here = (*known, hook.returns), (*here, method.returns)
    return types.fit(known, here)


def has_marks(hook: Hook, method: MethodCode) -> bool:
    """Whether the method's code loads and calls all that the hook's fingerprint of the method names."""
    marks = hook.method_fingerprint
    return set(marks.strings) <= set(method.strings) and set(marks.calls) <= set(method.calls)


def telling(hook: Hook, others: Sequence[Hook]) -> bool:
    """Whether the types alone are enough, in the right class and with all classes among them certain: a constructor's
    are; others only when such a shape is not met by chance, since any method may have been removed from a minified app
    and a common shape would fit a neighbour. `others` are the known methods of the same class."""
    if hook.parameters is None:
        return False
    if hook.method == "$init":
        return True
    shape = (hook.parameters, hook.returns)
    alone = not any(one.method != hook.method and (one.parameters, one.returns) == shape for one in others)
    return alone and hook.returns is not None and len(hook.parameters) >= _TELLING
