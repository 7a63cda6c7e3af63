"""Classes that have no name of their own in the hook file: found by what a call returns, by a parent, by signature."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from harness.javanames import of_system, renamed, signature
from harness.model.code import ClassCode
from harness.model.hook import Hook, Implements, ReturnedBy, Signature
from harness.model.preflight import Found, HookForecast, Tier
from harness.preflight.exact import exactly, named_methods
from harness.preflight.fields import FieldUnknown, without_mapping
from harness.preflight.forecasts import listed, resolved, unresolved, unusable
from harness.preflight.mapped import by_mapping_file, with_fields
from harness.preflight.scene import Scene, declares
from harness.preflight.shapes import Types, fit_method


def returned_by(scene: Scene, hook: Hook, by: ReturnedBy) -> tuple[HookForecast, ...]:
    """The class is told at run time. What can be said before: the factory is there, and the method is declared."""
    factory = scene.here(by.class_name)
    names = _factory_names(scene, by)
    if factory not in scene or not names:
        what = f"{by.class_name} has no {by.method}" if factory in scene else f"{by.class_name} is not in the app"
        return (unresolved(hook, Found.ABSENT, what),)
    declared = _declared(scene, hook, factory)
    if isinstance(declared, HookForecast):
        return (declared,)
    name, parameters = declared
    rows = []
    for factory_method in names:
        row = resolved(
            hook,
            Tier.EXACT if (factory, factory_method) == (by.class_name, by.method) else Tier.MAPPING,
            f"the class is what {factory}.{factory_method} returns at run time",
            *_likely(scene, factory),
            class_name=scene.here(hook.class_name),
            method=name,
            parameters=parameters,
            found=Found.AT_RUN_TIME,
        )
        if scene.mapping is not None:
            row = with_fields(scene, scene.mapping, hook, row, hook.returns)
        changed = ReturnedBy(class_name=factory, method=factory_method)
        rows.append(replace(row, found_by=None if changed == by else changed))
    return tuple(rows)


def _factory_names(scene: Scene, by: ReturnedBy) -> tuple[str, ...]:
    """What the factory method is called here; a name for each when its overloads got several."""
    here = scene.here(by.class_name)
    wanted = {by.method}
    if scene.mapping is not None:
        lines = scene.mapping.members(by.class_name).methods
        mapped = {line.here for line in lines if line.name == by.method and line.inlined_into is None}
        taken = {line.here for line in lines if line.name != by.method and line.inlined_into is None}
        wanted = mapped or wanted - taken
    return tuple(sorted(name for name in wanted if named_methods(scene, here, name)))


def _declared(scene: Scene, hook: Hook, factory: str) -> tuple[str, tuple[str, ...]] | HookForecast:
    """Name and parameters of the hook's method here, as the class, or one that extends the factory's, declares it."""
    homes = [scene.here(hook.class_name), *(one.name for one in scene.subtypes(factory))]
    others: dict[str, None] = {}
    for home in homes:
        for name, parameters in _here(scene, hook, scene.own(home)):
            for _, method in named_methods(scene, home, name):
                if parameters in (None, method.parameters):
                    return name, () if hook.parameters is None else method.parameters
                others[f"{home}.{signature(method.name, method.parameters)}"] = None
    if others:
        return unresolved(hook, Found.OTHER_OVERLOAD, "the method is there with other parameters", others=[*others])
    return unresolved(hook, Found.ABSENT, f"no class that {factory} stands for has a method {hook.method}")


def _here(scene: Scene, hook: Hook, own: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """Name and parameters of a method in the app, by the lines of one class; as they are known where there are none."""
    wanted = None if hook.parameters is None else tuple(renamed(one, scene.here) for one in hook.parameters)
    if scene.mapping is None:
        return [(hook.method, wanted)]
    lines = [line for line in scene.mapping.members(own).methods if line.owner == own and line.inlined_into is None]
    mapped = [
        (line.here, line.parameters_here or tuple(renamed(one, scene.here) for one in line.parameters))
        for line in lines
        if line.name == hook.method and hook.parameters in (None, line.parameters)
    ]
    taken = any(line.here == hook.method and line.name != hook.method for line in lines)
    return [*mapped] or ([] if taken else [(hook.method, wanted)])


def _likely(scene: Scene, factory: str) -> tuple[str, ...]:
    concrete = [one.name for one in scene.subtypes(factory) if not one.abstract]
    whole = scene.find(factory)
    if whole is not None and not whole.abstract:
        concrete = [factory, *concrete]
    if len(concrete) == 1:
        return (f"only {concrete[0]} can be that",)
    return (f"it is one of {listed(concrete)}",) if concrete else ()


def implementing(
    scene: Scene, hook: Hook, by: Implements, base: str | None, named: Collection[str]
) -> tuple[HookForecast, ...]:
    """A row for each class that extends or implements `base` and has the method itself; `base` is None if unknown.
    Classes of `named`, by their own names, have hooks of their own: they are left out."""
    if base is None or (base not in scene and not of_system(base)):
        return (unresolved(hook, Found.ABSENT, f"{by.class_name} is not in the app"),)
    own = [one.name for one in scene.subtypes(base) if scene.own(one.name) in named]
    rows = []
    for one in scene.subtypes(base):
        if one.name not in own:
            rows += [row for row in _in_subtype(scene, hook, one) if row.found in (Found.FOUND, Found.RENAMED)]
    if rows:
        return tuple(rows)
    if own:
        return (unresolved(hook, Found.NOT_ASKED, f"only {listed(own)}, which has hooks of its own, is a {base}"),)
    return (unresolved(hook, Found.ABSENT, f"no class of the app that is a {base} has {hook.method} itself"),)


def _in_subtype(scene: Scene, hook: Hook, one: ClassCode) -> tuple[HookForecast, ...]:
    placed = replace(hook, class_name=scene.own(one.name), found_by=None)
    rows = (exactly(scene, placed),) if scene.mapping is None else by_mapping_file(scene, scene.mapping, placed)
    own = {(method.name, method.parameters) for method in one.methods if declares(one, method)}
    names = {name for name, _ in own}
    return tuple(
        row for row in rows if (row.method, row.parameters) in own or (hook.parameters is None and row.method in names)
    )


def by_signature(scene: Scene, hooks: Sequence[Hook], by: Signature, types: Types) -> tuple[HookForecast, ...]:
    """All hooks of one class entry: the class is certain when it alone has a method for each of them."""
    fitting = [one for name in _within(scene, by) if (one := scene.find(name)) and _fits_all(types, hooks, one)]
    if len(fitting) != 1:
        names = [one.name for one in fitting]
        sentence = f"{'several classes have' if fitting else 'no class has'} methods of these types below"
        found = Found.CANDIDATES if fitting else Found.ABSENT
        said = f"{sentence} {', '.join(by.within)}"
        return tuple(unresolved(hook, found, said, others=names) for hook in hooks)
    return tuple(_signed(types, hook, fitting[0]) for hook in hooks)


def _within(scene: Scene, by: Signature) -> tuple[str, ...]:
    names = dict.fromkeys(scene.below(by.within))
    if scene.mapping is not None:
        own = scene.mapping.classes
        names |= dict.fromkeys(here for one, here in own.items() if one.startswith(by.within) and here in scene)
    return tuple(names)


def _fitting(types: Types, hook: Hook, one: ClassCode) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (method.name, method.parameters)
        for method in one.methods
        if declares(one, method) and fit_method(types, hook, method) is not None
    ]


def _fits_all(types: Types, hooks: Sequence[Hook], one: ClassCode) -> bool:
    """Whether the class has a method of its own for each hook."""
    sets = sorted((set(_fitting(types, hook, one)) for hook in hooks), key=len)
    return all(sets) and len(set.union(*sets)) >= len({(hook.method, hook.parameters) for hook in hooks})


def _signed(types: Types, hook: Hook, one: ClassCode) -> HookForecast:
    fitting = _fitting(types, hook, one)
    if len(fitting) != 1:
        others = [f"{one.name}.{signature(name, parameters)}" for name, parameters in fitting]
        return unresolved(hook, Found.CANDIDATES, f"several methods of {one.name} have its types", others=others)
    name, parameters = fitting[0]
    same = (one.name, name, parameters) == (hook.class_name, hook.method, hook.parameters)
    sentence = f"only {one.name} has methods of these types"
    tier = Tier.EXACT if same else Tier.FINGERPRINT
    row = resolved(hook, tier, sentence, class_name=one.name, method=name, parameters=parameters)
    try:
        without_mapping(hook)
    except FieldUnknown as unknown:
        return unusable(hook, row, str(unknown))
    return row
