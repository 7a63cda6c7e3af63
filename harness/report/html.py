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
from markupsafe import Markup

from harness import __version__
from harness.model.findings import Consent
from harness.report import facts, limits, sentences, went
from harness.report.entries import Entry, entries
from harness.report.matrix import Group, study_table
from harness.report.reading import Study, read_study
from harness.report.timeline import LEFT, RIGHT, lanes_of, timeline
from harness.report.words import CONSENT_KEYS, counted, quoted
from harness.store import CaseFile

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
    cited = entries(case, study, groups)
    return _environment().get_template("report.html.j2").render(_page(study, groups, cited))


def _page(study: Study, groups: tuple[Group, ...], cited: tuple[Entry, ...]) -> dict[str, Any]:
    style, script = _inline("style.css"), _inline("filter.js")
    kept = cited[:MOST_ENTRIES]
    shown = frozenset(entry.anchor for entry in kept)
    faults, faults_left_out = went.fault_lines(study)
    lanes = lanes_of(study)
    return {
        "style": Markup(style),
        "script": Markup(script),
        "csp": _policy(style, script),
        "version": __version__,
        "title": facts.title(study),
        "lede": facts.lede(study),
        "notices": facts.notices(study),
        "reference": next((header.reference for header in study.headers if header.reference), ""),
        "facts": facts.facts(study),
        "runs": facts.run_lines(study),
        "runs_counted": counted(len(study.runs), "run"),
        "figures": sentences.figures(study, groups),
        "findings": sentences.key_findings(study, groups),
        "limits": limits.limits(study),
        "hook_groups": limits.hook_groups(study),
        "books": limits.book_lines(study),
        "groups": groups,
        "shown": shown,
        "evidence": _by_tracker(kept),
        "more": _more(study, cited, kept),
        "consents": [(CONSENT_KEYS[consent], consent.value) for consent in Consent],
        "timelines": [timeline(study, run, lanes, shown) for run in study.runs],
        "left": LEFT,
        "right": RIGHT,
        "hosts": went.hosts(study),
        "consent_calls": went.told(study),
        "artefacts": went.files(study),
        "faults": faults,
        "faults_left_out": faults_left_out,
        "trackers": list(study.trackers.values()),
    }


def _by_tracker(kept: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {"slug": slug, "name": name, "entries": list(every)}
        for (slug, name), every in groupby(kept, key=lambda entry: (entry.slug, entry.tracker))
    ]


def _more(study: Study, cited: Sequence[Entry], kept: Sequence[Entry]) -> str:
    """What of the evidence stands in the case file only."""
    total = sum(len({(found.process, found.seq) for found in run.disclosures}) for run in study.runs)
    rest = total - len(kept)
    if rest <= 0:
        return "These are all payloads in which anything was found."
    cut = f" {len(cited) - len(kept)} of them are left out for size." if len(cited) > len(kept) else ""
    return f"{counted(rest, 'further payload')} with the same kinds of data are in the case file, tables disclosure and decoded.{cut}"


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
    environment.filters["capitalise"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _inline(name: str) -> str:
    """A file of ours as it will stand inside its element."""
    text = (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
    if "</" in text:
        raise ValueError(f"{name} would end its own element")
    return text


def _policy(style: str, script: str) -> str:
    """A content security policy that allows these two texts and nothing else."""

    def source(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; base-uri 'none'; form-action 'none'"
