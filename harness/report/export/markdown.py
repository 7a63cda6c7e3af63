"""A summary in Markdown, for a job's page in continuous integration, an issue or a mail: MOST_LETTERS long at most."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from harness import __version__
from harness.model.findings import Consent, Outcome
from harness.report.cover import Cover
from harness.report.export.chosen import Chosen
from harness.report.export.marks import code, table, words
from harness.report.words import counted
from harness.store import CaseFile, exported, findings, overall, packs, queries, raw
from harness.store.packs import CategoryRow

MOST_LETTERS = 60_000  # an issue's text may have 65,536, a job's summary 1 MiB
_MOST_ROWS = 60
_MOST_REASONS = 12  # of one run
_MOST_KINDS = 20  # of one tracker
_MARKS = {Outcome.FINDING: "finding", Outcome.CLEAN: "clean", Outcome.INCONCLUSIVE: "inconclusive"}


def write_markdown(case: CaseFile, path: Path, cover: Cover, *, runs: Iterable[str] = ()) -> int:
    """Write the file and give its size in bytes. All runs of the case, or those named."""
    content = markdown_text(Chosen.of(case, cover, tuple(runs))).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def markdown_text(chosen: Chosen) -> str:
    """The summary: verdicts, who got what, limits, books."""
    parts = [_title(chosen), _verdicts(chosen), _told(chosen), _limits(chosen), _books(chosen), _foot(chosen)]
    text, left_out = "", 0
    for part in parts:
        section = "\n".join(part) + "\n"
        if len(text) + len(section) > MOST_LETTERS - 200:
            left_out += 1
            continue
        text += section
    return text + (f"{left_out} sections are left out for size; the report has them.\n" if left_out else "")


def _title(chosen: Chosen) -> list[str]:
    db = chosen.case.db
    apps, devices = queries.apps(db), queries.devices(db)
    used = dict.fromkeys(
        f"{_words(chosen, apps[run.app].label or apps[run.app].package)} {_code(chosen, apps[run.app].version_name)}"
        f" on {_words(chosen, devices[run.device].model)}{' (virtual)' if devices[run.device].virtual else ''}"
        for run in chosen.runs
    )
    return ["# What was handed to trackers", "", *(f"- {each}" for each in list(used)[:_MOST_ROWS]), ""]


def _verdicts(chosen: Chosen) -> list[str]:
    judged = [each for each in overall.judgements(chosen.case.db) if set(each.runs) & chosen.ids]
    if judged:
        rows = [
            [
                _words(chosen, each.says or each.expectation),
                _words(chosen, each.variant),
                f"**{_MARKS[each.outcome]}**",
                f"{each.found} of {counted(len(each.runs), 'run')}",
                _words(chosen, "; ".join(each.reasons)),
            ]
            for each in judged
        ]
        heading = ("Expectation", "Variant", "Verdict", "Found in", "Why not clean")
        return ["## Verdicts", "", *table(heading, rows, most=_MOST_ROWS)]
    rows = [
        [
            _words(chosen, chosen.names[run.id]),
            _words(chosen, chosen.tracker(verdict.tracker)) if verdict.tracker else "*all*",
            f"**{_MARKS[verdict.outcome]}**",
            str(verdict.disclosures),
        ]
        for run in chosen.runs
        for verdict in findings.verdicts(chosen.case.db, run.id)
    ]
    return ["## Verdicts", "", *table(("Run", "Tracker", "Verdict", "Disclosures"), rows, most=_MOST_ROWS)]


def _told(chosen: Chosen) -> list[str]:
    """A row per tracker and kind of datum, a column for each relation to the choice: in which runs."""
    found = _found(chosen)
    if not found:
        return ["## Who got what", "", "Nothing was seen being handed to any tracker.", ""]
    relations = [each.value for each in Consent if any(each.value in line for line in found.values())]
    kinds = packs.categories(chosen.case.db)
    rows, seen = [], Counter[str]()
    for (tracker, category), line in sorted(found.items(), key=lambda item: _order(kinds, *item[0])):
        seen[tracker] += 1
        label = kinds[category].label if category in kinds else category
        if seen[tracker] <= _MOST_KINDS:
            cells = [line.get(relation, "") for relation in relations]
            rows.append([_words(chosen, chosen.tracker(tracker), most=80), _words(chosen, label, most=80), *cells])
    lead = "Each cell names the runs in which it was seen."
    heading = ("Tracker", "Kind of data", *(relation.capitalize() for relation in relations))
    more = [
        f"- {_words(chosen, chosen.tracker(tracker), most=80)}: and {count - _MOST_KINDS} more kinds of data"
        for tracker, count in sorted(seen.items())
        if count > _MOST_KINDS
    ]
    return ["## Who got what", "", lead, "", *table(heading, rows, most=400), *more[:_MOST_ROWS], ""]


def _found(chosen: Chosen) -> dict[tuple[str, str], dict[str, str]]:
    """By tracker and kind: for each relation to the choice, the names of the runs."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in exported.told(chosen.case.db):
        names = [chosen.names[run.id] for run in chosen.runs if run.id in json.loads(row["runs"])]
        if names:
            told = _words(chosen, ", ".join(names), most=200)
            found.setdefault((row["tracker"], row["category"]), {})[row["consent"]] = told
    return found


def _order(kinds: dict[str, CategoryRow], tracker: str, category: str) -> tuple[str, int, str]:
    """The kinds in the order of the hook files: what tells a person comes first."""
    return tracker, kinds[category].position if category in kinds else len(kinds) + 1, category


def _limits(chosen: Chosen) -> list[str]:
    lines = []
    for run in chosen.runs:
        whole = next((each for each in findings.verdicts(chosen.case.db, run.id) if not each.tracker), None)
        reasons = whole.reasons if whole else ("this run has not been analysed",)
        lines += [_reason(chosen, run.id, reason) for reason in reasons[:_MOST_REASONS]]
        if len(reasons) > _MOST_REASONS:
            lines.append(_reason(chosen, run.id, f"and {len(reasons) - _MOST_REASONS} more"))
    for row in exported.blind_spots(chosen.case.db):
        if row["run"] in chosen.ids:
            size = f"{counted(row['requests'], 'request')} ({counted(row['bytes'], 'byte')})"
            seen = f"{size} to {row['host'] or 'an unknown host'}"
            lines.append(_reason(chosen, row["run"], f"{seen}: {row['blind']}"))
    more = [f"- and {len(lines) - _MOST_ROWS} more"] if len(lines) > _MOST_ROWS else []
    return ["## Limits", "", *(lines[:_MOST_ROWS] or ["Nothing limits what was seen."]), *more, ""]


def _reason(chosen: Chosen, run: str, reason: str) -> str:
    return f"- {_words(chosen, chosen.names[run], most=80)}: {_words(chosen, reason)}"


def _books(chosen: Chosen) -> list[str]:
    rows = [
        [
            _words(chosen, chosen.names[run.id], most=80),
            _code(chosen, process.name),
            str(process.books or "not settled"),
            *("" if count is None else f"{count:,}" for count in (process.called, process.stored)),
            *("" if count is None else f"{count:,}" for count in (process.dropped, process.lost)),
            f"{process.pulses_seen} of {process.pulses_asked}",
        ]
        for run in chosen.runs
        for process in queries.processes(chosen.case.db, run.id)
    ]
    heading = ("Run", "Process", "Books", "Called", "Stored", "Dropped", "Lost", "Signs of life")
    gaps = [f"- {_words(chosen, gap)}" for run in chosen.runs for gap in raw.run_facts(chosen.case.db, run.id).gaps]
    return ["## Books", "", *table(heading, rows, most=_MOST_ROWS), *gaps[:_MOST_ROWS], ""]


def _foot(chosen: Chosen) -> list[str]:
    covered = "" if chosen.cover.reveal else " Values that would identify a device or an account are covered."
    return [f"tracker-harness {__version__}. What was observed, not what is lawful.{covered}", ""]


def _words(chosen: Chosen, text: str, *, most: int = 400) -> str:
    return words(chosen.cover.text(text), most=most)


def _code(chosen: Chosen, text: str) -> str:
    return code(chosen.cover.text(text))
