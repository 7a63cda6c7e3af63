"""The tier of exact names: class, method and overload are in the app as the hook file spells them."""

from __future__ import annotations

from harness.javanames import signature
from harness.model.code import ClassCode, MethodCode
from harness.model.hook import Hook
from harness.model.preflight import Found, HookForecast, Tier
from harness.preflight.forecasts import resolved, unresolved
from harness.preflight.scene import Scene, declares


def exactly(scene: Scene, hook: Hook) -> HookForecast:
    """Look for a hook under its known names."""
    if hook.class_name not in scene:
        return unresolved(hook, Found.ABSENT, f"{hook.class_name} is not in the app")
    named = named_methods(scene, hook.class_name, hook.method)
    fitting = [(one, method) for one, method in named if hook.parameters in (None, method.parameters)]
    there = [(one, method) for one, method in fitting if declares(one, method)]
    if there:
        return _found(hook, there[0][0])
    if fitting:
        sentence = f"{fitting[0][0].name}.{hook.method} is abstract: the code is in a class that extends it"
        return unresolved(hook, Found.ABSENT, sentence)
    if named:
        others = [f"{one.name}.{signature(method.name, method.parameters)}" for one, method in named]
        return unresolved(hook, Found.OTHER_OVERLOAD, "the method is there with other parameters", others=others)
    return unresolved(hook, Found.ABSENT, f"{hook.class_name} is there, and has no method {hook.method}")


def named_methods(scene: Scene, class_name: str, method: str) -> list[tuple[ClassCode, MethodCode]]:
    """The overloads of a method, the class's own and those it inherits, each where it is declared last."""
    found: dict[tuple[str, ...], tuple[ClassCode, MethodCode]] = {}
    for one in scene.lineage(class_name):
        if method == "$init" and one.name != class_name:
            break
        for declared in one.methods:
            if declared.name == method:
                found.setdefault(declared.parameters, (one, declared))
    return list(found.values())


def _found(hook: Hook, owner: ClassCode) -> HookForecast:
    where = "" if owner.name == hook.class_name else f", inherited from {owner.name}"
    sentence = f"class, method and parameters are there under their known names{where}"
    return resolved(
        hook,
        Tier.EXACT,
        sentence,
        class_name=hook.class_name,
        method=hook.method,
        parameters=hook.parameters or (),
    )
