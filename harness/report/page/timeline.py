"""A run drawn to scale: phases as bands, choices as lines, what was handed over as marks, one lane per tracker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from harness.model.findings import UNATTRIBUTED, Consent
from harness.report.matrix import entry_anchor
from harness.report.reading import Run, Study
from harness.report.words import CHOICES, CONSENT_KEYS, action, counted, inside, joined, since
from harness.store.queries import StepRow
from harness.store.tally import Moment

WIDTH = 1040.0
LEFT, RIGHT, TOP = 172.0, 1020.0, 46.0
LANE = 30.0
CLOSE = 9.0  # marks nearer than this become one
LETTER = 6.6  # width of a letter of a phase's name, about: a name that does not fit is left to the tooltip


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One phase: the steps from one phase label to the next."""

    x: float
    width: float
    label: str  # "" where there is no room
    title: str
    shaded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The moment of a choice."""

    x: float
    text: str
    anchor: str  # of the text: "start", or "end" near the right edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One or more payloads handed over at about the same time."""

    x: float
    radius: float
    consent_key: str
    title: str
    href: str  # "" when the report does not show the payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One tracker: what it was handed, when requests left for it, and which of those nobody can read."""

    name: str
    y: float
    points: tuple[Point, ...]
    requests: tuple[float, ...]
    blind: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything in the drawing's own units; `width` by `height`."""

    run: Run
    height: float
    bottom: float
    bands: tuple[Band, ...]
    begun: tuple[float, ...]  # where each step begins
    choices: tuple[Choice, ...]
    ticks: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]
    steps: tuple[tuple[str, str, str], ...]  # number, label, when
    width: float = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What the drawing is of, and its scale."""

    study: Study
    run: Run
    shown: frozenset[str]
    began_ms: float
    ended_ms: float
    offset_ms: float  # device clock minus host clock

    def x(self, at_ms: float) -> float:
        share = (at_ms - self.began_ms) / (self.ended_ms - self.began_ms)
        return round(LEFT + min(1.0, max(0.0, share)) * (RIGHT - LEFT), 1)

    def begin(self, step: StepRow) -> float:
        """When a step began, on the device's clock."""
        return step.started_at_ms + self.offset_ms


def timeline(study: Study, run: Run, slugs: Sequence[str], shown: frozenset[str]) -> Timeline:
    """The drawing of one run; `slugs` are the lanes, the same for every run, `shown` the anchors of shown payloads."""
    offset = run.began_ms - run.steps[0].started_at_ms if run.steps else 0.0
    ended = max(_end(run, offset), run.began_ms + 1000)
    sheet = _Sheet(study=study, run=run, shown=shown, began_ms=run.began_ms, ended_ms=ended, offset_ms=offset)
    bottom = TOP + LANE * len(slugs)
    return Timeline(
        run=run,
        height=bottom + 26,
        bottom=bottom,
        bands=tuple(_bands(sheet)),
        begun=tuple(sorted({sheet.x(sheet.begin(row)) for row in run.steps})),
        choices=tuple(_choices(sheet)),
        ticks=tuple(_ticks(sheet)),
        lanes=tuple(_lane(sheet, slug, TOP + LANE * (row + 0.5)) for row, slug in enumerate(slugs)),
        steps=tuple((str(row.position), action(row), since(run.began_ms, sheet.begin(row))) for row in run.steps),
    )


def lanes_of(study: Study) -> tuple[str, ...]:
    """Every tracker that was handed data or was sent a request in any run."""
    seen = {moment.tracker for run in study.runs for moment in run.moments}
    return tuple(sorted(seen, key=study.tracker_order))


def _end(run: Run, offset: float) -> float:
    ends = [(row.ended_at_ms or row.started_at_ms) + offset for row in run.steps]
    return max([*ends, *(moment.at_ms for moment in run.moments), 0.0])


def _bands(sheet: _Sheet) -> Iterator[Band]:
    phases = [list(steps) for _, steps in groupby(sheet.run.steps, key=lambda row: row.phase)]
    starts = [sheet.begin(steps[0]) for steps in phases]
    for number, (steps, (begins, ends)) in enumerate(zip(phases, pairwise([*starts, sheet.ended_ms]), strict=True)):
        x, width = sheet.x(begins), round(sheet.x(ends) - sheet.x(begins), 1)
        name = steps[0].phase or "start"
        first, last = steps[0].position, steps[-1].position
        yield Band(
            x=x,
            width=width,
            label=name if width >= LETTER * len(name) else "",
            title=f"{name}: step {first}" if first == last else f"{name}: steps {first} to {last}",
            shaded=number % 2 == 1,
        )


def _choices(sheet: _Sheet) -> Iterator[Choice]:
    phase = ""
    for row in sheet.run.steps:
        if row.phase != phase and row.phase in CHOICES:
            x = sheet.x(sheet.begin(row))
            yield Choice(x=x, text=CHOICES[row.phase], anchor="end" if x > RIGHT - 90 else "start")
        phase = row.phase


def _ticks(sheet: _Sheet) -> Iterator[tuple[float, str]]:
    """At most ten marks, at round numbers of seconds."""
    length = (sheet.ended_ms - sheet.began_ms) / 1000
    every = next(step for step in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 10**9) if length / step <= 9)
    for second in range(0, int(length) + 1, every):
        text = f"{second} s" if every < 60 else f"{second / 60:g} min"
        yield sheet.x(sheet.began_ms + second * 1000), text


def _lane(sheet: _Sheet, slug: str, y: float) -> Lane:
    mine = [sent for sent in sheet.run.moments if sent.tracker == slug and not sent.category]
    return Lane(
        name="No known tracker" if slug == UNATTRIBUTED else sheet.study.tracker_name(slug),
        y=y,
        points=tuple(_points(sheet, slug)),
        requests=tuple(sorted({sheet.x(sent.at_ms) for sent in mine})),
        blind=tuple(sorted({sheet.x(sent.at_ms) for sent in mine if sent.blind})),
    )


def _points(sheet: _Sheet, slug: str) -> Iterator[Point]:
    """What lies close together becomes one mark; different relations to a choice never do."""
    for consent in Consent:
        handed = (moment for moment in sheet.run.moments if moment.tracker == slug and moment.category)
        mine = [moment for moment in handed if moment.consent == consent.value]
        cluster: list[Moment] = []
        for found in sorted(mine, key=lambda found: (found.at_ms, found.seq)):
            if cluster and sheet.x(found.at_ms) - sheet.x(cluster[0].at_ms) > CLOSE:
                yield _point(sheet, consent, cluster)
                cluster = []
            cluster.append(found)
        if cluster:
            yield _point(sheet, consent, cluster)


def _point(sheet: _Sheet, consent: Consent, cluster: list[Moment]) -> Point:
    first, study = cluster[0], sheet.study
    names = sorted({found.category for found in cluster}, key=study.category_order)
    anchors = [entry_anchor(sheet.run, found.process, found.seq) for found in cluster]
    what = joined([inside(study.category_label(name)) for name in names])
    when = since(sheet.began_ms, first.at_ms)
    return Point(
        x=sheet.x(first.at_ms),
        radius=4.5 + min(4.0, 0.8 * (len(names) - 1)),
        consent_key=CONSENT_KEYS[consent],
        title=f"{when}, {consent.value}: {counted(len(names), 'kind')} of data ({what})",
        href=next((anchor for anchor in anchors if anchor in sheet.shown), ""),
    )
