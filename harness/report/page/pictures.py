"""The screens beside the events: small pictures inside the page, of the steps at which something was handed over.

A picture cannot be covered. Of a phone, whose screen may show who owns it, none is shown unless values are revealed.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from harness.report.page.entries import Entry
from harness.report.reading import Run, Study
from harness.report.words import action, place
from harness.store.queries import ArtefactRow

MOST_PICTURES = 48
MOST_OF_ONE = 12  # of one run
MOST_BYTES = 60_000  # of one small picture
LARGEST_FILE = 12_000_000  # bytes of a file that is opened at all
WIDTH, HEIGHT = 280, 640  # into which a picture must fit
MOST_PIXELS = 40_000_000  # of a picture that is opened at all

_KINDS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One screen; `source` is a data: address."""

    id: str
    run: str
    title: str
    width: int
    height: int
    source: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What is shown, by run and step, and what is not."""

    by_step: dict[str, Picture]
    files: int
    why: str  # why not all of them are shown

    @property
    def shown(self) -> tuple[Picture, ...]:
        """In the order of runs and steps."""
        return tuple(self.by_step.values())


def pictures(study: Study, folder: Path, entries: Sequence[Entry], *, reveal: bool) -> Pictures:
    """The screens of the steps of these entries, read beside the case file."""
    files = [(run, row) for run in study.runs for row in run.artefacts if row.kind == "screenshot"]
    if any(not run.device.virtual for run, _ in files) and not reveal:
        why = "they were taken on a phone, whose screen may show who owns it, and a picture cannot be covered"
        return Pictures(by_step={}, files=len(files), why=why)
    wanted = {entry.step_id for entry in entries}
    by_step: dict[str, Picture] = {}
    for run in study.runs:
        mine = _last_of_steps(run, wanted)
        for step, row in list(mine.items())[:MOST_OF_ONE]:
            small = _small(folder / row.path) if len(by_step) < MOST_PICTURES else None
            if small is not None:
                by_step[step] = _picture(run, step, row, small)
    why = "only those of steps at which something was handed over are shown, and only so many" if files else ""
    return Pictures(by_step=by_step, files=len(files), why=why)


def _last_of_steps(run: Run, wanted: set[str]) -> dict[str, ArtefactRow]:
    """The last screen of each of these steps, in the order of the steps."""
    rows = {row.step: row for row in run.artefacts if row.kind == "screenshot" and row.step in wanted}
    return {step.id: rows[step.id] for step in run.steps if step.id in rows}


def _picture(run: Run, step: str, row: ArtefactRow, small: tuple[int, int, bytes]) -> Picture:
    width, height, content = small
    found = run.step(step)
    return Picture(
        id=f"s-{run.key}-{found.position if found else 0}",
        run=run.name,
        title=f"{place(found)} ({action(found)})",
        width=width,
        height=height,
        source=f"data:image/webp;base64,{base64.b64encode(content).decode()}",
        file=row.path,
        sha256=row.sha256,
    )


def _small(path: Path) -> tuple[int, int, bytes] | None:
    """Width, height and bytes of a small picture, made anew: nothing of the file's own bytes gets into the page. None
    for what is missing, no picture, or too big."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        with Image.open(path, formats=_KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.thumbnail((WIDTH, HEIGHT))
            written = io.BytesIO()
            picture.convert("RGB").save(written, "WEBP", quality=60)
            size = picture.size
    except (OSError, ValueError, SyntaxError):  # SyntaxError: what Pillow says of a broken PNG
        return None
    content = written.getvalue()
    return None if len(content) > MOST_BYTES else (*size, content)
