"""The self-test for devices on which no program of ours runs: boot methods, called by the agent as an app would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from harness.model.hook import Hook
from harness.model.ports import Session
from harness.model.records import Record
from harness.selftest.judge import Outcome, judge
from harness.selftest.observe import Observed, Sink
from harness.selftest.program import Plan, boot_plan, read_lines


class Exercised(Session, Protocol):
    """A session whose agent can make the calls of hooks/agent/selftest.ts."""

    def exercise(self) -> tuple[str, ...]:
        """One line a case: name, tab, what came of it."""


Attach = Callable[[Sequence[Hook], Callable[[Record], None]], Exercised]


def exercise_boot(attach: Attach, core: str) -> Outcome:
    """Attach to a running app twice, first without a hook, and compare what the same calls gave."""
    plan = boot_plan()
    without, _ = _exercised(attach, Plan(hooks=(), never=frozenset()))
    hooked, observed = _exercised(attach, plan)
    return judge(core, without, hooked, observed, len(plan.hooks))


def _exercised(attach: Attach, plan: Plan) -> tuple[dict[str, str], Observed]:
    sink = Sink()
    session = attach(plan.hooks, sink)
    try:
        lines = session.exercise()
    finally:
        session.close()
    return read_lines("\n".join(lines)), sink.observed(plan)
