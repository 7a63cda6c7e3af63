"""Everything that the templates name, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness import __version__
from harness.model.findings import Consent
from harness.report import sentences
from harness.report.cover import Cover
from harness.report.matrix import Group, study_table
from harness.report.page import custody, facts, lifelines, limits, went
from harness.report.page.consent import consent_rows
from harness.report.page.entries import Entry, entries, shown
from harness.report.page.found import found_in
from harness.report.page.kept import kept_groups, not_collected
from harness.report.page.links import joins
from harness.report.page.observed import observations
from harness.report.page.outside import outside_view
from harness.report.page.pictures import pictures
from harness.report.page.timeline import LEFT, RIGHT, TOP, lanes_of, timeline
from harness.report.page.trackers import Material, TrackerPage, tracker_pages
from harness.report.page.verdicts import verdicts
from harness.report.present import untraced
from harness.report.reading import Study, read_study
from harness.report.words import CONSENT_KEYS, counted
from harness.store import CaseFile
from harness.store.packs import CategoryRow


def contents(case: CaseFile, cover: Cover) -> dict[str, Any]:
    """By name, for the templates."""
    study = read_study(case)
    groups = study_table(study)
    every = shown(study, groups)
    evidence = tuple(entries(case, study, every, cover))
    anchors = frozenset(every)
    rows = consent_rows(case, study, groups)
    material = Material(
        groups=groups,
        consent={row.slug: row.cells for row in rows},
        hosts=went.hosts(study),
        entries=evidence,
        observations=observations(case, study),
        kept=kept_groups(study),
        joined=joins(study, anchors, cover),
        apps=found_in(study),
    )
    pages = tracker_pages(study, material)
    return {
        "version": __version__,
        "revealed": cover.reveal,
        "shown": anchors,
        "consent_rows": rows,
        "pages": pages,
        "page_slugs": frozenset(page.slug for page in pages),
        "verdicts": verdicts(study, anchors),
        "outside": outside_view(case, study),
        "pictures": pictures(study, case.path.parent, evidence, reveal=cover.reveal),
        **_material(material),
        **_words(study, groups, evidence, pages),
        **_records(study),
        **_drawings(study, anchors),
    }


def _material(of: Material) -> dict[str, Any]:
    return {
        "groups": of.groups,
        "hosts": of.hosts,
        "observed": of.observations,
        "kept_groups": of.kept,
        "joined": of.joined,
        "apps_found": of.apps,
    }


def _words(
    study: Study, groups: Sequence[Group], evidence: Sequence[Entry], pages: Sequence[TrackerPage]
) -> dict[str, Any]:
    return {
        "title": facts.title(study),
        "lede": facts.lede(study),
        "notices": facts.notices(study),
        "reference": next((header.reference for header in study.headers if header.reference), ""),
        "brief": facts.brief(study),
        "facts": facts.facts(study),
        "figures": sentences.figures(study, groups),
        "overall": sentences.overall(study, groups),
        "findings": sentences.key_findings(study, groups),
        "limits": limits.limits(study),
        "consents": [(CONSENT_KEYS[consent], consent.value) for consent in Consent],
        "trackers": list(study.trackers.values()),
        "categories": _named(study, groups),
        "payloads_shown": f"{len(evidence):,} of {counted(_payloads(study), 'payload')} in which anything was found",
        "filter_trackers": [(page.slug, page.name) for page in pages],
    }


def _records(study: Study) -> dict[str, Any]:
    faults, faults_left_out = went.fault_lines(study)
    nobodys, nobodys_left_out = went.nobodys(study)
    files, files_left_out = went.files(study)
    return {
        "runs": facts.run_lines(study),
        "runs_counted": counted(len(study.runs), "run"),
        "hook_groups": lifelines.hook_groups(study),
        "untraced": untraced(study),
        "not_collected": not_collected(study),
        "nobodys": nobodys,
        "nobodys_left_out": nobodys_left_out,
        "signs": lifelines.signs(study),
        "books": limits.book_lines(study),
        "account": limits.account(study),
        "consent_calls": went.told(study),
        "packages": custody.packages(study),
        "machines": custody.machines(study),
        "artefacts": files,
        "artefacts_left_out": files_left_out,
        "faults": faults,
        "faults_left_out": faults_left_out,
    }


def _drawings(study: Study, anchors: frozenset[str]) -> dict[str, Any]:
    lanes = lanes_of(study)
    lines = [timeline(study, run, lanes, anchors) for run in study.runs]
    return {"timelines": lines, "left": LEFT, "right": RIGHT, "top": TOP}


def _named(study: Study, groups: Sequence[Group]) -> list[CategoryRow]:
    """The kinds of data that the table names, in its order."""
    names = {row.category for group in groups for row in group.rows}
    return [category for name, category in study.categories.items() if name in names]


def _payloads(study: Study) -> int:
    return sum(sum(run.payloads.values()) for run in study.runs)
