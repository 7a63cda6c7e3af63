"""Where each moment of a run lies relative to the choices that the scenario made, and what the app told its trackers of
them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

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

    def reached(self) -> tuple[Consent, ...]:
        """The relations to the choices that there are steps for, in the order in which they came."""
        return tuple(dict.fromkeys((Consent.BEFORE, *self._consent.values())))

    def phases(self) -> frozenset[str]:
        """The words of the phases that began."""
        return frozenset(step.phase for step in self._by_start)


class Statements:
    """What the app told trackers about consent. A switch that another one calls in turn, as overloads do, is not a
    second statement: the app made one call."""

    def __init__(self) -> None:
        self._calls: list[ConsentCall] = []
        self._outer: dict[tuple[str, int, str], tuple[StoredEvent, int]] = {}  # by process, thread and tracker

    def take(
        self, event: StoredEvent, switches: Sequence[ConsentSwitch], *, tracker: str, step: str | None
    ) -> ConsentCall | None:
        """The statement that this event is, or None. Events come by process and number."""
        call = consent_call(event, switches, tracker=tracker, step=step)
        if call is None:
            return None
        place = (event.process, event.thread_id, tracker)
        outer = self._outer.get(place)
        if outer is not None and outer[0].encloses(event) and self._same(outer[1], call):
            return None
        self._outer[place] = (event, len(self._calls))
        self._calls.append(call)
        return call

    @property
    def calls(self) -> tuple[ConsentCall, ...]:
        return tuple(self._calls)

    def _same(self, number: int, inner: ConsentCall) -> bool:
        """Whether both say the same; an argument that could be read only further in counts for the outer call."""
        outer = self._calls[number]
        if outer.opts_out is None and inner.opts_out is not None:
            self._calls[number] = replace(outer, opts_out=inner.opts_out)
            return True
        return inner.opts_out in (None, outer.opts_out)


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
