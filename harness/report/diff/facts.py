"""The comparable facts of a case: who got what, at which field, since when, from which SDK. No value is among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from harness.analyse.judging.beforehand import NO_TRACE
from harness.analyse.judging.expectations import LIMIT
from harness.analyse.judging.occurrences import own
from harness.model.findings import UNATTRIBUTED, Consent, Disclosure, Transmission
from harness.model.hook import Layer
from harness.store import CaseFile, findings, queries, raw
from harness.store.foreseen import foreseen

NOTHING = "-"  # stands for "no category", "no field" in keys
_NUMBER = re.compile(r"\d+")
# Names of fields that somebody's data made, not a programmer: they would differ each time, or tell the person.
_MADE = re.compile(
    r"[^/]*(?:@|[0-9a-f]{8}-[0-9a-f]{4}-|(?=[^/]*\d)(?=[^/]*[a-f])[0-9a-f]{12,}|\d{5,}|(?:\d{1,3}\.){3}\d{1,3})[^/]*",
    re.IGNORECASE,
)
_ORDER = {consent: number for number, consent in enumerate(Consent)}
_OFFLINE = "no request left the phone: what would have been sent was not to be seen"
_SHORTEST = 4  # characters of a persona value that is looked for in a field's name


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A field of a recipient in one variant. A recipient that was only seen being sent requests has category and path
    NOTHING; a recipient is a tracker's slug, or `host NAME` where nobody claims the host."""

    variant: str
    recipient: str
    category: str = NOTHING
    path: str = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One side of a comparison. `since` says where the first occurrence lies; `doubts` why what is not in `since` may
    have happened all the same, by variant and recipient ("" for all of them)."""

    name: str
    variants: tuple[str, ...] = ()
    since: dict[Place, Consent] = field(default_factory=dict)
    sdks: dict[str, str] = field(default_factory=dict)  # slug -> version, as far as it is known
    doubts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    steps: dict[Place, str] = field(default_factory=dict)  # label of the first step; not in a baseline


def facts_of(case: CaseFile, *, name: str) -> Facts:
    """The facts of all runs of an analysed case, those of each variant together."""
    since: dict[Place, Consent] = {}
    steps: dict[Place, str] = {}
    rows = queries.runs(case.db)
    for row in rows:
        labels = {step.id: step.label for step in queries.steps(case.db, row.id)}
        for place, consent, step in _seen(case, row.id, row.variant or row.flow):
            if place not in since or _ORDER[consent] < _ORDER[since[place]]:
                since[place], steps[place] = consent, labels.get(step or "", "")
    return Facts(
        name=name,
        variants=tuple(dict.fromkeys(row.variant or row.flow for row in rows)),
        since=since,
        sdks=_sdks(case, [row.id for row in rows]),
        doubts=_doubts(case, [(row.id, row.variant or row.flow) for row in rows]),
        steps=steps,
    )


def field_name(path: str, personal: Iterable[str] = ()) -> str:
    """A path for every run: list positions, and names of fields that data made, are `*`."""
    values = [value.lower() for value in personal if len(value) >= _SHORTEST]

    def general(part: str) -> str:
        lowered = part.lower()
        if _NUMBER.fullmatch(part) or _MADE.fullmatch(part) or any(value in lowered for value in values):
            return "*"
        return part

    return "/".join(general(part) for part in path.split("/"))


def _seen(case: CaseFile, run: str, variant: str) -> Iterator[tuple[Place, Consent, str | None]]:
    personal = [value.value for value in raw.persona(case.db, run)]
    for made in _below_the_calls(list(findings.disclosures(case.db, run))):
        path = field_name(made.path, personal) or "/"
        path = f"call {path}" if made.layer is Layer.API else path
        place = Place(variant=variant, recipient=made.tracker, category=made.category, path=path)
        yield place, made.consent, made.step
    for sent in findings.transmissions(case.db, run):
        if not own(sent):
            yield Place(variant=variant, recipient=_recipient(sent, personal)), sent.consent, sent.step


def _below_the_calls(made: Sequence[Disclosure]) -> list[Disclosure]:
    """Without what the app said to a tracker's code, where the same kind of datum was seen further down: there it has
    the name of its field."""
    below = {(one.tracker, one.category) for one in made if one.layer is not Layer.API}
    return [one for one in made if one.layer is not Layer.API or (one.tracker, one.category) not in below]


def _recipient(sent: Transmission, personal: Sequence[str]) -> str:
    if sent.tracker != UNATTRIBUTED:
        return sent.tracker
    parts = (
        (field_name(part, personal) for part in sent.host.split(".")) if not _is_address(sent.host) else ("address",)
    )
    return f"host {'.'.join(parts) or 'unknown'}"


def _is_address(host: str) -> bool:
    return bool(re.fullmatch(r"[0-9.]+|[0-9a-f:]*:[0-9a-f:]*", host, re.IGNORECASE))


def _sdks(case: CaseFile, runs: Sequence[str]) -> dict[str, str]:
    known = (look for run in runs if (look := foreseen(case.db, run)) is not None)
    return {sdk.tracker: sdk.version or "unknown" for look in known for sdk in look.sdks}


def _doubts(case: CaseFile, runs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """A variant is not in doubt about a recipient when one of its runs is not."""
    by_place: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for run, variant in runs:
        verdicts = findings.verdicts(case.db, run)
        offline = [] if any(True for _ in findings.transmissions(case.db, run)) else [_OFFLINE]
        for verdict in verdicts:
            reasons = [reason for reason in verdict.reasons if not reason.startswith(LIMIT) and reason != NO_TRACE]
            by_place.setdefault((variant, verdict.tracker), []).append((*reasons, *offline))
        if not verdicts:
            by_place.setdefault((variant, ""), []).append(("the run was not analysed",))
    return {place: every[0] for place, every in by_place.items() if every and all(every)}
