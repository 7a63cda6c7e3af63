"""Where each moment of a run lies relative to the choices that the scenario made."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from harness.model.findings import Consent, ConsentCall, StoredEvent, StoredStep
from harness.model.tracker import ConsentSwitch, Effect

CHOICES: Mapping[str, Consent] = {
    "consent.accepted": Consent.ACCEPTED,
    "consent.rejected": Consent.REJECTED,
    "consent.withdrawn": Consent.WITHDRAWN,
}


class Timeline:
    """Phase and consent of every step; an event without a step belongs to the last one begun before it."""

    def __init__(self, steps: Iterable[StoredStep]) -> None:
        ordered = sorted(steps, key=lambda step: step.ordinal)
        self._steps = {step.step: step for step in ordered}
        self._consent: dict[str, Consent] = {}
        state = Consent.BEFORE
        for step in ordered:
            state = CHOICES.get(step.phase, state)
            self._consent[step.step] = state
        self._by_start = sorted(ordered, key=lambda step: (step.started_ms, step.ordinal))
        self._starts = [step.started_ms for step in self._by_start]

    def step(self, event: StoredEvent) -> str | None:
        """The step of an event."""
        if event.step in self._steps:
            return event.step
        begun = bisect_right(self._starts, event.at_ms)
        return self._by_start[begun - 1].step if begun else None

    def label(self, step: str | None) -> str:
        """As the flow calls it; "" before the first."""
        return self._steps[step].label if step in self._steps else ""

    def phase(self, step: str | None) -> str:
        return self._steps[step].phase if step in self._steps else ""

    def consent(self, step: str | None) -> Consent:
        return self._consent.get(step, Consent.BEFORE) if step is not None else Consent.BEFORE


def consent_call(
    event: StoredEvent, switches: Sequence[ConsentSwitch], *, tracker: str, step: str | None
) -> ConsentCall | None:
    """What the app told the tracker, if the event's hook is a consent switch."""
    for switch in switches:
        if switch.hook == event.hook:
            return ConsentCall(
                process=event.process,
                seq=event.seq,
                tracker=tracker,
                hook=event.hook,
                opts_out=_opts_out(event, switch),
                step=step,
                at_ms=event.at_ms,
            )
    return None


def _opts_out(event: StoredEvent, switch: ConsentSwitch) -> bool | None:
    match switch.effect:
        case Effect.OPT_OUT:
            return True
        case Effect.OPT_IN:
            return False
        case Effect.SWITCH:
            value = event.arguments[switch.argument] if switch.argument < len(event.arguments) else None
            said = value.get("v") if isinstance(value, dict) else None
            return said == switch.opts_out_when if isinstance(said, bool) else None
