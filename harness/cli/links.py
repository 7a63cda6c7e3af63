"""`harness links`: by which values a phone or a person is told again, who got them, what they could join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli import output
from harness.model.linkage import Dossier, Identifier, Link, Linkage
from harness.report.cover import Cover
from harness.store import CaseFile, overall

_IDENTIFIER = ("tracker", "path", "persistence", "kind_of_data", "values", "example", "why")
_LINK = ("name", "kind", "trackers", "apps", "resets", "runs")
_DOSSIER = ("tracker", "own", "would_add", "by")


@click.command(short_help="Which values tell a phone again, and who can join what by them.")
@click.argument("case_file", type=click.Path(path_type=Path))
@click.option("--reveal", is_flag=True, help="Show ids as they are; written into the audit.")
@output.as_json_option
def links(*, case_file: Path, reveal: bool, as_json: bool, as_lines: bool) -> None:
    """Say what the runs of CASE_FILE have in common, as the last `harness analyse` found it: ids and how long they
    last, which of them several trackers, apps or installations got, and what each tracker would learn from the others.

    In JSON each row says what it is: `identifier`, `link` or `dossier`.
    """
    with CaseFile.open(case_file) as case:
        case.audit("links", {"reveal": reveal})
        found, cover = overall.linkage(case.db), Cover.of(case, reveal=reveal)
    if as_json or as_lines:
        rows = list(_rows(found, cover))
        output.show(rows, columns=(), as_json=as_json, as_lines=as_lines, empty="")
        return
    _print("Identifiers", [_identifier(each, cover) for each in found.identifiers], _IDENTIFIER)
    _print("Links", [_link(each) for each in found.links], _LINK)
    _print("What each could build of this person", [_dossier(each) for each in found.dossiers], _DOSSIER)


def _rows(found: Linkage, cover: Cover) -> Iterator[dict[str, Any]]:
    yield from ({"what": "identifier", **_identifier(each, cover)} for each in found.identifiers)
    for each in found.links:
        places = [f"{sighting.run} {sighting.process} {sighting.seq}" for sighting in each.sightings]
        yield {"what": "link", **_link(each), "value_sha256": each.value_sha256, "seen": places}
    yield from ({"what": "dossier", **_dossier(each)} for each in found.dossiers)


def _print(title: str, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        output.out.print(f"{title}: none.")
        return
    output.out.print(output.table(rows, columns, title=title))
    output.out.print()


def _identifier(each: Identifier, cover: Cover) -> dict[str, Any]:
    return {
        "tracker": each.tracker,
        "path": each.path,
        "persistence": each.persistence.value,
        "kind_of_data": each.property or each.category or "",
        "values": each.count,
        "runs": len(each.runs),
        "apps": list(each.apps),
        "example": cover.value(each.category or "persistent_id", each.example),
        "why": each.why,
    }


def _link(each: Link) -> dict[str, Any]:
    return {
        "name": each.name,
        "kind": each.kind,
        "trackers": list(each.trackers),
        "apps": list(each.apps),
        "resets": each.resets,
        "runs": len({sighting.run for sighting in each.sightings}),
    }


def _dossier(each: Dossier) -> dict[str, Any]:
    return {
        "tracker": each.tracker,
        "own": ", ".join(each.own),
        "would_add": [f"{other}: {', '.join(words) or 'nothing new'}" for other, words in each.joined],
        "by": list(each.by),
    }
