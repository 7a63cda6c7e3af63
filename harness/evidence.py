"""Stores what the player tells: steps as rows, screenshots and failure evidence as files beside the case file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.scenario import Evidence, StepEnd, StepStart
from harness.store import Mask, RunWriter, keep_all


class Recorder:
    """The player's observer for one run. Files go to `folder`, named by the step's number, texts as `mask`
    leaves them."""

    def __init__(
        self, *, writer: RunWriter, folder: Path, progress: Callable[[str], None], mask: Mask = keep_all
    ) -> None:
        self._writer = writer
        self._folder = folder
        self._progress = progress
        self._mask = mask
        self._steps: dict[int, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def step_started(self, step: StepStart) -> None:
        self._progress(step.label)
        self._steps[step.number] = self._writer.start_step(step.label, phase=step.phase, command=step.command)

    def step_ended(self, end: StepEnd) -> None:
        step = self._steps[end.number]
        self._writer.end_step(step, end.outcome.value, end.reason)
        if end.screenshot is not None:
            self._keep(step, "screenshot", f"{end.number:03}.png", end.screenshot, "image/png")
        if end.evidence is not None:
            self._keep_failure(step, end.number, end.evidence)

    def _keep_failure(self, step: str, number: int, evidence: Evidence) -> None:
        parts = {"hierarchy.xml": ("hierarchy", evidence.hierarchy), "log.txt": ("log", evidence.log)}
        parts["focus.txt"] = ("focus", evidence.focus)
        for suffix, (kind, text) in parts.items():
            if text:
                media = "application/xml" if suffix.endswith(".xml") else "text/plain"
                self._keep(
                    step,
                    kind,
                    f"{number:03}.{suffix}",
                    self._mask(text.encode("utf-8", "surrogatepass")).content,
                    media,
                )

    def _keep(self, step: str, kind: str, name: str, content: bytes, media_type: str) -> None:
        path = self._folder / name
        path.write_bytes(content)
        self._writer.add_artefact(kind, path, step=step, media_type=media_type)
