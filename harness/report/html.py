"""One self-contained HTML file from a case file. Nothing is loaded from outside, nothing needs a script to be read, and
everything that comes out of an app is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness import __version__
from harness.model.findings import Consent
from harness.report import facts, lifelines, limits, sentences, went
from harness.report.entries import Entry, entries
from harness.report.found import found_in
from harness.report.kept import kept_groups, not_collected
from harness.report.matrix import Group, study_table
from harness.report.present import untraced
from harness.report.reading import Study, read_study
from harness.report.timeline import LEFT, RIGHT, TOP, lanes_of, timeline
from harness.report.words import CONSENT_KEYS, counted, quoted
from harness.store import CaseFile
from harness.store.packs import CategoryRow

MOST_ENTRIES = 600  # payloads in one report; the others are counted and stay in the case file


def write_html(case: CaseFile, path: Path) -> int:
    """Write the report of the whole case to `path` and give its size in bytes. It reads the case file alone, takes no
    clock, and writes the same bytes again for the same case."""
    content = render(case).encode("utf-8", "backslashreplace")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def render(case: CaseFile) -> str:
    """The report as text."""
    study = read_study(case)
    groups = study_table(study)
    shown = entries(case, study, groups)
    return _environment().get_template("report.html.j2").render(_page(study, groups, shown))


def _page(study: Study, groups: tuple[Group, ...], cited: tuple[Entry, ...]) -> dict[str, Any]:
    """Everything the templates name."""
    kept = cited[:MOST_ENTRIES]
    shown = frozenset(entry.anchor for entry in kept)
    return {
        "csp": _policy(*(_environment().get_template(name).render() for name in ("style.css", "filter.js"))),
        "version": __version__,
        "groups": groups,
        "shown": shown,
        "evidence": _by_tracker(kept),
        "more": _more(study, cited, kept),
        "consents": [(CONSENT_KEYS[consent], consent.value) for consent in Consent],
        "trackers": list(study.trackers.values()),
        "categories": _named(study, groups),
        **_words(study, groups),
        **_records(study),
        **_drawings(study, shown),
    }


def _words(study: Study, groups: tuple[Group, ...]) -> dict[str, Any]:
    return {
        "title": facts.title(study),
        "lede": facts.lede(study),
        "notices": facts.notices(study),
        "reference": next((header.reference for header in study.headers if header.reference), ""),
        "facts": facts.facts(study),
        "figures": sentences.figures(study, groups),
        "overall": sentences.overall(study, groups),
        "findings": sentences.key_findings(study, groups),
        "limits": limits.limits(study),
    }


def _records(study: Study) -> dict[str, Any]:
    faults, faults_left_out = went.fault_lines(study)
    nobodys, nobodys_left_out = went.nobodys(study)
    return {
        "runs": facts.run_lines(study),
        "runs_counted": counted(len(study.runs), "run"),
        "hook_groups": lifelines.hook_groups(study),
        "apps_found": found_in(study),
        "untraced": untraced(study),
        "kept_groups": kept_groups(study),
        "not_collected": not_collected(study),
        "nobodys": nobodys,
        "nobodys_left_out": nobodys_left_out,
        "signs": lifelines.signs(study),
        "books": limits.book_lines(study),
        "hosts": went.hosts(study),
        "consent_calls": went.told(study),
        "artefacts": went.files(study),
        "faults": faults,
        "faults_left_out": faults_left_out,
    }


def _drawings(study: Study, shown: frozenset[str]) -> dict[str, Any]:
    lanes = lanes_of(study)
    lines = [timeline(study, run, lanes, shown) for run in study.runs]
    return {"timelines": lines, "left": LEFT, "right": RIGHT, "top": TOP}


def _by_tracker(kept: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {"slug": slug, "name": name, "entries": list(every)}
        for (slug, name), every in groupby(kept, key=lambda entry: (entry.slug, entry.tracker))
    ]


def _named(study: Study, groups: Sequence[Group]) -> list[CategoryRow]:
    """The kinds of data that the table names, in its order."""
    names = {row.category for group in groups for row in group.rows}
    return [category for name, category in study.categories.items() if name in names]


def _more(study: Study, cited: Sequence[Entry], kept: Sequence[Entry]) -> str:
    """What of the evidence stands in the case file only."""
    total = sum(len({(found.process, found.seq) for found in run.disclosures}) for run in study.runs)
    rest = counted(total - len(kept), "further payload")
    if total <= len(kept):
        return "These are all payloads in which anything was found."
    cut = f" {len(cited) - len(kept)} of them are left out for size." if len(cited) > len(kept) else ""
    return f"{rest} with the same kinds of data are in the case file, tables disclosure and decoded.{cut}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("harness.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["quoted"] = quoted
    environment.filters["number"] = "{:,}".format
    environment.filters["lines"] = lambda number: counted(number, "line")
    environment.filters["hooks"] = lambda number: counted(number, "hook")
    environment.filters["capitalise"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _policy(style: str, script: str) -> str:
    """A content security policy that allows these two texts, as they stand in their elements, and nothing else."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    allowed = f"style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
