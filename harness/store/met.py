"""What a run meets on its device, as rows: circumstances, changes, resets, outside witnesses, failures."""

from __future__ import annotations

from collections.abc import Iterable

from harness.model.environment import Change, Circumstance, ResetRung, Seen
from harness.model.failure import Failure
from harness.store.lane import Lane


class MetWriter:
    """Of one run; see RunWriter.met. Texts go through the run's mask as those of every other row."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def circumstances(self, read: Iterable[Circumstance]) -> None:
        for one in read:
            row = {"moment": one.moment.value, "name": one.name, "value": one.value, "error": one.error}
            self._lane.insert("circumstance", {**row, "why": one.why}, with_id=False)

    def change(self, change: Change) -> None:
        """Once it is known whether it was put back."""
        row = {"at_ms": self._lane.clock(), "what": change.what, "before": change.before, "after": change.after}
        self._lane.insert("change", {**row, "restored": int(change.restored), "why": change.why})

    def reset(self, rung: ResetRung) -> None:
        row = {"at_ms": self._lane.clock(), "rung": rung.rung, "ok": int(rung.ok)}
        self._lane.insert("reset", {**row, "verified": rung.verified, "detail": rung.detail})

    def seen(self, seen: Iterable[Seen]) -> None:
        for one in seen:
            row = {"at_ms": self._lane.clock(), "witness": one.witness.value, "kind": one.kind, "name": one.name}
            times = {"amount": one.amount, "from_ms": one.from_ms, "to_ms": one.to_ms}
            self._lane.insert("seen", {**row, **times, "detail": one.detail})

    def failure(self, failure: Failure, *, handling: str = "", outcome: str = "") -> None:
        """`handling` is what was done about it, `outcome` what came of that."""
        row = {"at_ms": self._lane.clock(), "row": failure.row, "name": failure.name, "kind": failure.kind.value}
        self._lane.insert("failure", {**row, "text": failure.text, "handling": handling, "outcome": outcome})
