"""The hooks to give to the probe: under the names that they have in this app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.javanames import signature
from harness.model.hook import Hook, Implements
from harness.model.preflight import Found, HookForecast, Preflight, Tier
from harness.preflight.forecasts import USABLE


def armed(hooks: Sequence[Hook], found: Preflight) -> tuple[Hook, ...]:
    """One Hook for each place to be hooked, with tier and resolution; several may share a key. Hooks that were not
    found stay under their known names, since code may arrive later. A known method that is only one of several
    candidates is left out: never guess."""
    rows: dict[str, list[HookForecast]] = {}
    for row in found.hooks:
        rows.setdefault(row.key, []).append(row)
    return tuple(made for hook in hooks for made in _armed(hook, rows.get(hook.key, [])))


def _armed(hook: Hook, rows: Sequence[HookForecast]) -> Iterator[Hook]:
    if not rows:
        yield hook
    for row in rows:
        if row.found in USABLE:
            yield _under_its_names(hook, row)
        elif row.found is Found.NOT_ASKED:
            if not isinstance(hook.found_by, Implements):  # else classes with hooks of their own stand for it
                yield hook
        elif not (row.found is Found.CANDIDATES and _is_one_of_them(hook, row)):
            yield replace(hook, tier=row.tier, resolution=_sentences(row))


def _under_its_names(hook: Hook, row: HookForecast) -> Hook:
    every = hook.parameters is None and row.tier is Tier.EXACT
    # What implements or has a signature was looked for already; a factory is watched where it tells the class.
    by = row.found_by or hook.found_by if row.found is Found.AT_RUN_TIME else None
    return replace(
        hook,
        class_name=row.class_name,
        method=row.method,
        parameters=None if every else row.parameters,
        found_by=by,
        read_as=row.read_as,
        skip_callers=row.skip_callers if row.skip_callers is not None else hook.skip_callers,
        tier=row.tier,
        resolution=_sentences(row),
    )


def _is_one_of_them(hook: Hook, row: HookForecast) -> bool:
    known = f"{hook.class_name}.{signature(hook.method, hook.parameters or ())}"
    return known in row.others or (hook.class_name in row.others and not isinstance(hook.found_by, Implements))


def _sentences(row: HookForecast) -> tuple[str, ...]:
    return (str(row.found), *row.evidence)
