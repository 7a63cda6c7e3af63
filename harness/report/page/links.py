"""Who can join what: values that several trackers, apps or installations got, and what each could build with them."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.linkage import Dossier, Identifier, Link
from harness.report.cover import Cover
from harness.report.matrix import entry_anchor
from harness.report.page.values import shortened
from harness.report.reading import Study
from harness.report.words import chain, counted, inside, joined

MOST_LINKS = 60
MOST_IDENTIFIERS = 120
MOST_BENDS = 240  # lines in the drawing
ROW, TOP = 30.0, 34.0
LEFT, RIGHT, WIDTH = 300.0, 700.0, 1000.0
KINDS = {
    "planted": "planted for the run",
    "device": "read from the device",
    "identifier": "made up by a tracker, the same again later",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBy:
    """One tracker's sight of a shared value: the first time."""

    slug: str
    name: str
    where: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One value that joins what several know."""

    name: str
    kind: str
    fingerprint: str
    trackers: tuple[SharedBy, ...]
    reach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A place in a tracker's payloads that tells one phone, installation or session from others."""

    slug: str
    tracker: str
    path: str
    what: str
    persistence: str
    key: str
    why: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one tracker could build."""

    slug: str
    name: str
    own: str
    joined: tuple[tuple[str, str], ...]  # other tracker, kinds that it would add
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Shared values on the left, trackers on the right, a line for each that got it."""

    height: float
    values: tuple[tuple[float, str], ...]
    trackers: tuple[tuple[float, str, str], ...]  # y, name, slug
    lines: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Everything on the page of links."""

    shared: tuple[Shared, ...]
    shared_left_out: int
    known: tuple[Known, ...]
    known_left_out: int
    profiles: tuple[Profile, ...]
    drawing: Drawing | None


def joins(study: Study, shown: frozenset[str], cover: Cover) -> Joined:
    """Links, identifiers and what can be built with them."""
    linkage = study.linkage
    links = linkage.links[:MOST_LINKS]
    return Joined(
        shared=tuple(_shared(study, link, shown) for link in links),
        shared_left_out=len(linkage.links) - len(links),
        known=tuple(_known(study, one, cover) for one in linkage.identifiers[:MOST_IDENTIFIERS]),
        known_left_out=max(0, len(linkage.identifiers) - MOST_IDENTIFIERS),
        profiles=tuple(_profile(study, dossier) for dossier in linkage.dossiers),
        drawing=_drawing(study, links),
    )


def _shared(study: Study, link: Link, shown: frozenset[str]) -> Shared:
    seen: dict[str, SharedBy] = {}
    for sighting in link.sightings:
        run = next((run for run in study.runs if run.row.id == sighting.run), None)
        anchor = entry_anchor(run, sighting.process, sighting.seq) if run else ""
        seen.setdefault(
            sighting.tracker,
            SharedBy(
                slug=sighting.tracker,
                name=study.tracker_name(sighting.tracker),
                where=f"{sighting.path or '/'}, {chain(sighting.chain)}" + (f", run {run.name}" if run else ""),
                anchor=anchor if anchor in shown else "",
            ),
        )
    reach = [counted(len(link.apps), "app")] if len(link.apps) > 1 else []
    reach += [f"the same after {counted(link.resets, 'reset')} of the app"] if link.resets else []
    return Shared(
        name=link.name,
        kind=KINDS.get(link.kind, link.kind),
        fingerprint=link.value_sha256[:12],
        trackers=tuple(seen.values()),
        reach="; ".join(reach),
    )


def _known(study: Study, one: Identifier, cover: Cover) -> Known:
    example = cover.value(one.category, one.example) if one.category else cover.text(one.example)
    return Known(
        slug=one.tracker,
        tracker=study.tracker_name(one.tracker),
        path=one.path,
        what=one.property or (study.category_label(one.category) if one.category else ""),
        persistence=one.persistence.value,
        key=one.persistence.value,
        why=one.why,
        example=shortened(example),
    )


def _profile(study: Study, dossier: Dossier) -> Profile:
    def named(categories: tuple[str, ...]) -> str:
        return joined([inside(study.category_label(name)) for name in sorted(categories, key=study.category_order)])

    return Profile(
        slug=dossier.tracker,
        name=study.tracker_name(dossier.tracker),
        own=named(dossier.own),
        joined=tuple((study.tracker_name(other), named(kinds)) for other, kinds in dossier.joined),
        by=joined(list(dossier.by)),
    )


def _drawing(study: Study, links: tuple[Link, ...]) -> Drawing | None:
    joining = [link for link in links if len(link.trackers) > 1]
    slugs = sorted({slug for link in joining for slug in link.trackers}, key=study.tracker_order)
    if not joining:
        return None
    rows = max(len(joining), len(slugs))
    left = {number: TOP + ROW * rows * (number + 0.5) / len(joining) for number in range(len(joining))}
    right = {slug: TOP + ROW * rows * (number + 0.5) / len(slugs) for number, slug in enumerate(slugs)}
    lines = [(left[number], right[slug]) for number, link in enumerate(joining) for slug in link.trackers]
    return Drawing(
        height=TOP + ROW * rows + 8,
        values=tuple((round(left[number], 1), link.name) for number, link in enumerate(joining)),
        trackers=tuple((round(right[slug], 1), study.tracker_name(slug), slug) for slug in slugs),
        lines=tuple((round(a, 1), round(b, 1)) for a, b in lines[:MOST_BENDS]),
    )
