"""A page for each tracker: who it is, which of its code is in the app, what it was told, what it got, where it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.findings import UNATTRIBUTED
from harness.report.matrix import Group
from harness.report.page.consent import Heard
from harness.report.page.entries import Entry
from harness.report.page.found import AppFound
from harness.report.page.kept import KeptGroup
from harness.report.page.limits import VERDICTS
from harness.report.page.links import Joined, Known, Profile, Shared
from harness.report.page.observed import Seen, SeenGroup
from harness.report.page.went import Host
from harness.report.reading import Study
from harness.report.words import as_sentence, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The verdict on one tracker in one run."""

    run: str
    key: str
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerPage:
    """Everything about one tracker."""

    slug: str
    anchor: str
    name: str
    entity: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    said: tuple[Said, ...]
    group: Group | None
    consent: tuple[Heard, ...]
    hosts: tuple[Host, ...]
    entries: tuple[Entry, ...]
    more: str  # how much of the evidence is not shown
    query: str  # how to get at it
    observations: tuple[Seen, ...]
    kept: KeptGroup | None
    known: tuple[Known, ...]
    shared: tuple[Shared, ...]
    profile: Profile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the pages are made of: everything, of all trackers."""

    groups: Sequence[Group]
    consent: dict[str, tuple[Heard, ...]]
    hosts: Sequence[Host]
    entries: Sequence[Entry]
    observations: Sequence[SeenGroup]
    kept: Sequence[KeptGroup]
    joined: Joined
    apps: Sequence[AppFound]


def tracker_pages(study: Study, of: Material) -> tuple[TrackerPage, ...]:
    """One for each tracker that got anything, was sent anything or was told anything."""
    groups = {group.slug: group for group in of.groups}
    slugs = groups.keys() | of.consent.keys() | {host.slug for host in of.hosts}
    return tuple(_page(study, of, slug, groups.get(slug)) for slug in sorted(slugs, key=study.tracker_order))


def page_anchor(slug: str) -> str:
    """The id of a tracker's page."""
    return f"t-{slug}"


def _page(study: Study, of: Material, slug: str, group: Group | None) -> TrackerPage:
    row = study.trackers.get(slug)
    mine = tuple(entry for entry in of.entries if entry.slug == slug)
    total = sum(run.payloads.get(slug, 0) for run in study.runs)
    return TrackerPage(
        slug=slug,
        anchor=page_anchor(slug),
        name="No known tracker" if slug == UNATTRIBUTED else study.tracker_name(slug),
        entity=", ".join(part for part in (row.legal_entity, row.country) if part) if row else "",
        facts=_facts(study, of, slug),
        said=_said(study, slug),
        group=group,
        consent=of.consent.get(slug, ()),
        hosts=tuple(host for host in of.hosts if host.slug == slug),
        entries=mine,
        more=_more(total, len(mine)),
        query=f"SELECT run, process, seq, tree FROM decoded WHERE tracker = '{slug}' ORDER BY run, process, seq",
        observations=tuple(seen for kind in of.observations for seen in kind.rows if seen.slug == slug),
        kept=next((kept for kept in of.kept if kept.slug == slug), None),
        known=tuple(known for known in of.joined.known if known.slug == slug),
        shared=tuple(link for link in of.joined.shared if any(by.slug == slug for by in link.trackers)),
        profile=next((profile for profile in of.joined.profiles if profile.slug == slug), None),
    )


def _facts(study: Study, of: Material, slug: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    row = study.trackers.get(slug)
    found = [tracker for app in of.apps for tracker in app.trackers if tracker.slug == slug]
    facts = (
        ("SDK version in the app", tuple(dict.fromkeys(tracker.version for tracker in found))),
        ("Its code was known by", tuple(dict.fromkeys(tracker.known_by for tracker in found))),
        ("Hooks found", tuple(dict.fromkeys(tracker.hooks for tracker in found))),
        ("Hook file", (f"{row.file}, written for versions {row.sdk_versions}",) if row else ()),
    )
    return tuple((term, said) for term, said in facts if said)


def _said(study: Study, slug: str) -> tuple[Said, ...]:
    return tuple(
        Said(
            run=run.name,
            key=verdict.outcome.value,
            text=VERDICTS[verdict.outcome],
            reasons=tuple(as_sentence(reason) for reason in verdict.reasons),
        )
        for run in study.runs
        for verdict in run.verdicts
        if verdict.tracker == slug
    )


def _more(total: int, kept: int) -> str:
    if total <= kept:
        return ""
    return (
        f"{counted(total - kept, 'further payload')} of this tracker with the same kinds of data are in the case file."
    )
