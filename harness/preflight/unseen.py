"""What stands in the way of a measurement: code that no hook sees into, protection, a mapping file of another build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.model.code import AppPackage
from harness.model.hook import Hook, Implements, Role
from harness.preflight.mapping import NameMapping
from harness.preflight.scene import Scene

_TOO_FEW = 0.5  # share of a mapping's classes that the app has; in its own build it is nearly all


def warnings(scene: Scene, app: AppPackage, platform: Sequence[Hook]) -> tuple[str, ...]:
    """Sentences, each once."""
    found = [*_code(scene), *_mapping(scene), *_signs(scene, app, platform)]
    return tuple(dict.fromkeys(found))


def _code(scene: Scene) -> Iterator[str]:
    if not len(scene):
        yield "no class could be read: nothing can be said about this app's code before it runs"


def _mapping(scene: Scene) -> Iterator[str]:
    if scene.mapping is None or not scene.mapping.classes:
        return
    there, all_of_them = present(scene, scene.mapping)
    if there < all_of_them * _TOO_FEW:
        yield f"only {there} of the mapping file's {all_of_them} classes are in the app: it may be of another build"


def present(scene: Scene, mapping: NameMapping) -> tuple[int, int]:
    """How many classes of a mapping file are in the app, and how many it has."""
    return sum(here in scene for here in mapping.classes.values()), len(mapping.classes)


def _signs(scene: Scene, app: AppPackage, platform: Sequence[Hook]) -> Iterator[str]:
    """What the pack's signs say that can be looked up before a run."""
    signs: dict[str, str] = {}  # the first of each kind is enough
    for hook in platform:
        if hook.role is Role.PRESENCE and (what := _sign(scene, app, hook)) is not None:
            signs.setdefault(hook.meaning, what)
    for meaning, what in signs.items():
        yield f"{what} is in the app; once it is used: {meaning}"


def _sign(scene: Scene, app: AppPackage, hook: Hook) -> str | None:
    if hook.native is not None:
        return next((name for name in app.native_libraries if re.search(hook.native, name)), None)
    if isinstance(hook.found_by, Implements):
        return next((one.name for one in scene.subtypes(scene.here(hook.found_by.class_name))), None)
    if not hook.method and scene.here(hook.class_name) in scene:
        return hook.class_name
    return None
