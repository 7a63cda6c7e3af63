"""What the choices of a scenario did to one tracker in one run: the consent time line, as values."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.findings import Consent, ConsentCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What a tracker was handed, and what left for it, in one stretch of a run. Times on the device's clock."""

    handed: tuple[str, ...] = ()  # categories, sorted
    sent: tuple[str, ...] = ()  # those of them that were seen leaving the app
    requests: int = 0
    bytes_out: int = 0
    first_ms: float | None = None  # None when there was nothing
    first_step: str | None = None  # StoredStep.step

    @property
    def silent(self) -> bool:
        """Nothing was handed over and nothing was sent."""
        return not (self.handed or self.requests)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One tracker in one run. `told` are the calls of its SDK's own switches, in the order of time: none means that the
    app never told it anything, as far as hooks see."""

    run: str
    tracker: str
    stretches: tuple[tuple[Consent, Stretch], ...]  # those that the run came to, in the order in which they came
    told: tuple[ConsentCall, ...] = ()
    after_no: Stretch | None = None  # from the first "no" to the next "yes", and so on; None when never told no
    unsure: tuple[str, ...] = ()  # why `after_no` may lack something, as sentences
