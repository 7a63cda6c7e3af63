"""The tier of fingerprints: methods of classes that were recognised. Never a guess: several are listed, none hooked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.javanames import signature
from harness.model.code import MethodCode
from harness.model.hook import Hook
from harness.model.preflight import Found, HookForecast, Tier
from harness.preflight.classes import Recognised
from harness.preflight.fields import FieldUnknown, without_mapping
from harness.preflight.forecasts import resolved, said, unresolved, unusable
from harness.preflight.scene import Scene, declares
from harness.preflight.shapes import Types, fit_method, has_marks, telling

_SHORT = 3  # characters of the names that R8 gives
_ROUNDS = 4  # a class found by a parameter may lead to one more, not far


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    class_name: str
    method: MethodCode
    news: Mapping[str, str]


class Fingerprints:
    """Finds hooks in renamed classes. What a method's types say about other classes is used for those."""

    def __init__(self, scene: Scene, recognised: Recognised, known: frozenset[str], hooks: Sequence[Hook]) -> None:
        self._scene = scene
        self._recognised = recognised
        self._types = Types(scene, known)
        self._types.bound.update(recognised.names)
        self._evidence = dict(recognised.evidence)
        self._neighbours: dict[tuple[str | None, str], list[Hook]] = {}
        for hook in hooks:
            self._neighbours.setdefault((hook.tracker, hook.class_name), []).append(hook)

    @property
    def names(self) -> dict[str, str]:
        """Known class to class of the app, all that are certain so far."""
        return dict(self._types.bound)

    def evidence(self, known: str) -> str:
        """Why a known class is the class it is said to be."""
        return self._evidence.get(known, "")

    def class_here(self, known: str) -> str | None:
        """The name of a known class in the app, if it is certain."""
        return self._types.fixed(known)

    def learn(self, hooks: Sequence[Hook]) -> None:
        """Let every method that is certain say what the classes among its types are called."""
        for _ in range(_ROUNDS):
            before = len(self._types.bound)
            for hook in hooks:
                match = self._certain(hook)
                for known, here in match.news.items() if match is not None else ():
                    self._types.bound[known] = here
                    self._evidence[known] = f"{here} stands where {hook.class_name}.{hook.method} has {known}"
            if len(self._types.bound) == before:
                return

    def find(self, hook: Hook) -> HookForecast | None:
        """The hook's row; None when its class was not recognised."""
        if self._types.fixed(hook.class_name) not in self._scene:
            return self._several_classes(hook)
        matches = self._matches(hook)
        if len(matches) == 1 and (self._enough(hook, matches[0]) or _kept_name(hook, matches[0])):
            return self._row(hook, matches[0])
        if matches:
            others = [f"{one.class_name}.{signature(one.method.name, one.method.parameters)}" for one in matches]
            reason = "several methods could be it" if len(matches) > 1 else "only its types fit, which is not enough"
            return unresolved(hook, Found.CANDIDATES, self.evidence(hook.class_name), reason, others=others)
        sentence = "no method of it could be this one: it was removed, or copied into its callers"
        return unresolved(hook, Found.ABSENT, self.evidence(hook.class_name), sentence)

    def _several_classes(self, hook: Hook) -> HookForecast | None:
        names = self._recognised.candidates.get(hook.class_name)
        if names is None:
            return None
        return unresolved(hook, Found.CANDIDATES, f"several classes have the marks of {hook.class_name}", others=names)

    def _matches(self, hook: Hook) -> list[_Match]:
        one = self._scene.find(self._types.fixed(hook.class_name) or "")
        if one is None:
            return []
        named = one.name == hook.class_name and not hook.method_fingerprint
        found = []
        for method in one.methods:
            if named and method.name != hook.method:
                continue  # the class kept its name: without marks, so must the method have
            news = fit_method(self._types, hook, method) if declares(one, method) else None
            if news is not None and has_marks(hook, method):
                found.append(_Match(class_name=one.name, method=method, news=news))
        return found

    def _enough(self, hook: Hook, match: _Match) -> bool:
        if hook.method_fingerprint:
            return True
        neighbours = self._neighbours.get((hook.tracker, hook.class_name), ())
        return hook.class_name not in self._scene and not match.news and telling(hook, neighbours)

    def _certain(self, hook: Hook) -> _Match | None:
        matches = self._matches(hook)
        return matches[0] if len(matches) == 1 and self._enough(hook, matches[0]) else None

    def _row(self, hook: Hook, match: _Match) -> HookForecast:
        row = resolved(
            hook,
            Tier.FINGERPRINT,
            *filter(None, [self.evidence(hook.class_name)]),
            f"only {signature(match.method.name, match.method.parameters)} of it has {_reason(hook)}",
            class_name=match.class_name,
            method=match.method.name,
            parameters=match.method.parameters,
        )
        try:
            without_mapping(hook)
        except FieldUnknown as unknown:
            return unusable(hook, row, str(unknown))
        if hook.skip_callers:
            return said(row, "calls of its own that the hook passes over cannot be told apart here")
        return row


def _kept_name(hook: Hook, match: _Match) -> bool:
    """Whether class and method have their names still, and only classes among its types were renamed."""
    short = all(len(here.rpartition(".")[2]) <= _SHORT for here in match.news.values())
    return (match.class_name, match.method.name) == (hook.class_name, hook.method) and bool(match.news) and short


def _reason(hook: Hook) -> str:
    marks = hook.method_fingerprint
    named = [*(f"{string!r}" for string in marks.strings), *(f"a call of {call}" for call in marks.calls)]
    return f"the right types, and {', '.join(named)}" if named else "the right types"


def unclaimed(rows: Sequence[HookForecast], hooks: Mapping[str, Hook]) -> tuple[HookForecast, ...]:
    """One method of the app cannot be two known ones: then neither is certain."""
    claims: dict[tuple[str, str, tuple[str, ...]], set[tuple[str, str, tuple[str, ...] | None]]] = {}
    for row in rows:
        if row.tier is Tier.FINGERPRINT:
            hook = hooks[row.key]
            place = (row.class_name, row.method, row.parameters)
            claims.setdefault(place, set()).add((hook.class_name, hook.method, hook.parameters))
    return tuple(_disputed(row, hooks[row.key], claims) for row in rows)


def _disputed(
    row: HookForecast,
    hook: Hook,
    claims: Mapping[tuple[str, str, tuple[str, ...]], set[tuple[str, str, tuple[str, ...] | None]]],
) -> HookForecast:
    if row.tier is Tier.FINGERPRINT and len(claims[row.class_name, row.method, row.parameters]) > 1:
        return unusable(hook, row, "it could as well be another method that is looked for")
    return row
