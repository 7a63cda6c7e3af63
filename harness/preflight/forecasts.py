"""How a HookForecast is made, and the sentences in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.javanames import signature
from harness.model.hook import Hook
from harness.model.preflight import Found, HookForecast, Tier

USABLE = (Found.FOUND, Found.RENAMED, Found.AT_RUN_TIME)
_LISTED = 5


def unresolved(hook: Hook, found: Found, *evidence: str, others: Sequence[str] = ()) -> HookForecast:
    """A hook that keeps its known names, for only the platform's hooks can see what it would have shown."""
    return HookForecast(
        key=hook.key,
        tracker=hook.tracker,
        found=found,
        tier=Tier.PLATFORM,
        class_name=hook.class_name,
        method=hook.method,
        parameters=hook.parameters or (),
        evidence=evidence,
        others=tuple(others),
    )


def resolved(
    hook: Hook,
    tier: Tier,
    *evidence: str,
    class_name: str,
    method: str,
    parameters: tuple[str, ...],
    found: Found | None = None,
) -> HookForecast:
    """A hook whose names in the app are certain. It is FOUND when they are the known ones."""
    same = (class_name, method) == (hook.class_name, hook.method) and parameters == (hook.parameters or parameters)
    return HookForecast(
        key=hook.key,
        tracker=hook.tracker,
        found=found or (Found.FOUND if same else Found.RENAMED),
        tier=tier,
        class_name=class_name,
        method=method,
        parameters=parameters,
        evidence=evidence,
    )


def unusable(hook: Hook, row: HookForecast, reason: str) -> HookForecast:
    """A method that is known but of no use: what the hook reads of it cannot be read here."""
    there = f"{row.class_name}.{signature(row.method, row.parameters)}"
    return unresolved(hook, Found.CANDIDATES, *row.evidence, reason, others=(there,))


def said(row: HookForecast, *sentences: str) -> HookForecast:
    """The row with more evidence."""
    return replace(row, evidence=(*row.evidence, *sentences))


def listed(names: Sequence[str]) -> str:
    """`a, b, c and 4 more`."""
    more = len(names) - _LISTED
    shown = ", ".join(names[:_LISTED])
    return f"{shown} and {more} more" if more > 0 else shown
