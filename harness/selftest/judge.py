"""From two outputs and what was observed to an outcome. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.records import SelfCheckOutcome
from harness.selftest.observe import Observed
from harness.selftest.program import BEYOND

# Cases whose name begins so show what no hook of this kind can hide; they are told, and judge nothing.
LIMIT = "limit: "

_UNTRUSTED = (SelfCheckOutcome.REFUSED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One case that saw something else with hooks. None: it said nothing, for the program had ended before."""

    case: str
    without: str | None
    hooked: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The self-test of one core of the agent on one device."""

    core: str
    cases: tuple[str, ...]  # every case judged, in the program's order
    differences: tuple[Difference, ...]
    limits: tuple[Difference, ...]
    beyond: tuple[str, ...]  # cases that this core cannot pass and that were not run (program.BEYOND)
    hooks: int
    observed: Observed

    @property
    def equal(self) -> int:
        return len(self.cases) - len({difference.case for difference in self.differences} & set(self.cases))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a measurement with this core on this device is not to be trusted; empty when it is."""
        seen = self.observed
        found = [f"{len(self.differences)} cases differ"] if self.differences else []
        if not self.cases:
            found.append("no case was run")
        if not seen.closed:
            found.append("the books do not close")
        if seen.unproven:
            found.append(f"{len(seen.unproven)} hooks were not in place or not called")
        if seen.faults:
            found.append(f"{len(seen.faults)} faults of the agent")
        if seen.self_check is not None and seen.self_check.outcome in _UNTRUSTED:
            found.append(f"the session's own check: {seen.self_check.outcome}")
        return tuple(found)

    @property
    def sound(self) -> bool:
        return not self.reasons


def compare(without: Mapping[str, str], hooked: Mapping[str, str]) -> tuple[Difference, ...]:
    """Every case that did not say the same in both, in the order of the run without hooks."""
    names = [*without, *(name for name in hooked if name not in without)]
    return tuple(
        Difference(case=name, without=without.get(name), hooked=hooked.get(name))
        for name in names
        if without.get(name) != hooked.get(name)
    )


def judge(core: str, without: Mapping[str, str], hooked: Mapping[str, str], observed: Observed, hooks: int) -> Outcome:
    """`without` and `hooked`: what each case said (`read_lines`)."""
    beyond = [name for name in without if name in BEYOND.get(core, {}) and name not in hooked]
    found = [one for one in compare(without, hooked) if one.case not in beyond]
    return Outcome(
        core=core,
        cases=tuple(name for name in without if not name.startswith(LIMIT) and name not in beyond),
        differences=tuple(one for one in found if not one.case.startswith(LIMIT)),
        limits=tuple(one for one in found if one.case.startswith(LIMIT)),
        beyond=tuple(name for name in beyond if not name.startswith(LIMIT)),
        hooks=hooks,
        observed=observed,
    )
