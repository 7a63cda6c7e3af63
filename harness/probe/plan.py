"""Hooks as the agent is told them; the other side is hooks/agent/plan.ts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.model.hook import Hook, ReturnedBy, Role


def plan_of(hooks: Sequence[Hook]) -> list[dict[str, Any]]:
    """One entry per hook, in order: the position is the hook's index in every record."""
    return [_planned(hook) for hook in hooks]


def _planned(hook: Hook) -> dict[str, Any]:
    # The other ways to find a class are for the preflight; without one, the name in the hook file is tried.
    by = hook.found_by if isinstance(hook.found_by, ReturnedBy) else None
    return {
        "class_name": hook.class_name,
        "method": hook.method,
        "parameters": None if hook.parameters is None else list(hook.parameters),
        "capture": [dict(hook.read_as).get(word, word) for word in hook.capture],
        "names": list(hook.capture),
        "stack": hook.stack,
        "found_by": None if by is None else {"class_name": by.class_name, "method": by.method},
        "runtime": hook.runtime,
        "skip_callers": list(hook.skip_callers),
        "native": hook.native,
        "presence": hook.role is Role.PRESENCE,
    }
