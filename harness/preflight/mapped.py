"""The tier of the mapping file: what the build itself says each class and method is called now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.javanames import renamed, signature
from harness.model.code import MethodCode
from harness.model.hook import Hook
from harness.model.preflight import Found, HookForecast, Tier
from harness.preflight.exact import named_methods
from harness.preflight.fields import FieldUnknown, by_mapping
from harness.preflight.forecasts import listed, resolved, said, unresolved, unusable
from harness.preflight.mapping import NameMapping
from harness.preflight.members import MethodLine
from harness.preflight.scene import Scene, declares


def by_mapping_file(scene: Scene, mapping: NameMapping, hook: Hook) -> tuple[HookForecast, ...]:
    """Look for a hook under the names that the mapping gives it; several rows when its overloads got several names."""
    rows = [row for line in _lines(scene, mapping, hook) if (row := _placed(scene, mapping, hook, line)) is not None]
    if not rows:
        kept = _kept(scene, mapping, hook)
        rows = [kept] if kept is not None else []
    copies = _copies(mapping, hook)
    if rows:
        once = {(row.class_name, row.method, row.parameters): row for row in rows}
        return tuple(_with_copies(row, copies) for row in once.values())
    if copies:
        sentence = "the mapping file shows its code only inside other methods"
        return (unresolved(hook, Found.INLINED, sentence, others=copies),)
    return (_missing(scene, mapping, hook),)


def _lines(scene: Scene, mapping: NameMapping, hook: Hook) -> Iterator[MethodLine]:
    """The lines of the method: its class's own, those of the classes it inherits from, or where it was moved to."""
    here = scene.here(hook.class_name)
    family = [scene.own(one.name) for one in scene.lineage(here)] or [hook.class_name]
    for own in family:
        if hook.method == "$init" and own != hook.class_name:
            break
        for line in mapping.members(own).methods:
            if line.owner == own and _is(line, hook) and line.inlined_into is None:
                yield line
    for section in mapping.holders(hook.class_name):
        for line in mapping.members(section).methods:
            if line.owner == hook.class_name and _is(line, hook) and line.inlined_into is None:
                yield replace(line, owner=section)


def _is(line: MethodLine, hook: Hook) -> bool:
    return line.name == hook.method and hook.parameters in (None, line.parameters)


def _placed(scene: Scene, mapping: NameMapping, hook: Hook, line: MethodLine) -> HookForecast | None:
    """The row for one line; None when the app's code has no such method."""
    moved = line.owner if line.owner in mapping.holders(hook.class_name) else None
    class_name = scene.here(moved or hook.class_name)
    named = [method for one, method in named_methods(scene, class_name, line.here) if declares(one, method)]
    wanted = line.parameters_here or tuple(renamed(one, scene.here) for one in line.parameters)
    fitting = [method for method in named if method.parameters == wanted]
    if not fitting:
        fitting = [method for method in named if len(method.parameters) == len(line.parameters)]
    if not fitting:
        return _changed(hook, class_name, named) if named else None
    if len(fitting) > 1:
        others = [f"{class_name}.{signature(one.name, one.parameters)}" for one in fitting]
        sentence = "the mapping file names the method, and several of the app's could be it"
        return unresolved(hook, Found.CANDIDATES, sentence, others=others)
    return _row(scene, mapping, hook, line=line, class_name=class_name, method=fitting[0])


def _changed(hook: Hook, class_name: str, named: list[MethodCode]) -> HookForecast:
    others = [f"{class_name}.{signature(one.name, one.parameters)}" for one in named]
    sentence = "its parameters were changed when the app was built: which argument is which cannot be told"
    return unresolved(hook, Found.CANDIDATES, sentence, others=others)


def _row(
    scene: Scene, mapping: NameMapping, hook: Hook, *, line: MethodLine, class_name: str, method: MethodCode
) -> HookForecast:
    own = f"{scene.own(class_name)}.{signature(line.name, line.parameters)}"
    here = f"{class_name}.{signature(method.name, method.parameters)}"
    row = resolved(
        hook,
        Tier.MAPPING,
        "by the mapping file it kept its name" if own == here else f"the mapping file: {own} is {here}",
        class_name=class_name,
        method=method.name,
        parameters=method.parameters,
    )
    if method.returns == "void" and line.returns != "void" and _needs_result(hook):
        return unusable(hook, row, "it returns nothing in this app, and the hook reads what it returns")
    return with_fields(scene, mapping, hook, row, line.returns)


def with_fields(scene: Scene, mapping: NameMapping, hook: Hook, row: HookForecast, returns: str | None) -> HookForecast:
    """The row with the names of the fields that the hook reads, and of the callers that it passes over."""
    try:
        read_as = by_mapping(scene, mapping, hook, returns)
    except FieldUnknown as unknown:
        return unusable(hook, row, str(unknown))
    return replace(row, read_as=read_as, skip_callers=skipped(mapping, hook))


def skipped(mapping: NameMapping, hook: Hook) -> tuple[str, ...] | None:
    """Hook.skip_callers by the names of the app; None where nothing changes. A frame is class, dot, method."""
    found: dict[str, None] = {}
    for prefix in hook.skip_callers:
        names = [here for own, here in mapping.classes.items() if own.startswith(prefix) and own != here]
        found |= dict.fromkeys(f"{here}." for here in names)
        found[prefix] = None
    return tuple(found) if set(found) != set(hook.skip_callers) else None


def _needs_result(hook: Hook) -> bool:
    return any(word and word.split(".")[0] == "returned" for word in (hook.payload, hook.output, hook.host))


def _kept(scene: Scene, mapping: NameMapping, hook: Hook) -> HookForecast | None:
    """A method that the mapping file does not speak of, because it kept its name."""
    class_name = scene.here(hook.class_name)
    wanted = None if hook.parameters is None else tuple(renamed(one, scene.here) for one in hook.parameters)
    for one, method in named_methods(scene, class_name, hook.method):
        own = scene.own(one.name)
        if wanted not in (None, method.parameters) or not declares(one, method):
            continue
        if any(line.here == method.name and line.name != line.here for line in mapping.members(own).methods):
            continue  # the name belongs to another method now
        line = MethodLine(
            owner=own, name=hook.method, parameters=hook.parameters or (), returns=hook.returns or "void", here=""
        )
        return _row(scene, mapping, hook, line=line, class_name=class_name, method=method)
    return None


def _copies(mapping: NameMapping, hook: Hook) -> tuple[str, ...]:
    """The methods that hold a copy of the hook's code, by their own names."""
    found: dict[str, None] = {}
    for section in (hook.class_name, *mapping.holders(hook.class_name)):
        for line in mapping.members(section).methods:
            if line.owner == hook.class_name and _is(line, hook) and line.inlined_into is not None:
                found[line.inlined_into] = None
    return tuple(found)


def _with_copies(row: HookForecast, copies: tuple[str, ...]) -> HookForecast:
    if not copies:
        return row
    return said(row, f"calls from {listed(copies)} are not seen: its code was copied there")


def _missing(scene: Scene, mapping: NameMapping, hook: Hook) -> HookForecast:
    lines = mapping.members(hook.class_name).methods
    others = [
        f"{hook.class_name}.{signature(line.name, line.parameters)}"
        for line in lines
        if line.owner == hook.class_name and line.name == hook.method and line.inlined_into is None
    ]
    if others:
        return unresolved(hook, Found.OTHER_OVERLOAD, "the method is there with other parameters", others=others)
    if scene.here(hook.class_name) in scene:
        here = scene.here(hook.class_name)
        sentence = f"{hook.class_name} is {here}, which has no method {hook.method}: it was removed, or never there"
        return unresolved(hook, Found.ABSENT, sentence)
    return unresolved(hook, Found.ABSENT, f"{hook.class_name} is not in the app, under no name")
