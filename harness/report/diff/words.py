"""A comparison in words: lines for a terminal, Markdown for a pull request, rows for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.report.cover import Cover
from harness.report.diff.compare import Comparison, Difference, Kind, Standing
from harness.report.diff.facts import NOTHING

_SAYS = {
    Kind.RECIPIENT: "new recipient",
    Kind.CATEGORY: "new kind of data",
    Kind.FIELD: "new field",
    Kind.SDK_VERSION: "other SDK version",
    Kind.CONSENT: "moved before the choice",
    Kind.LATER: "moved behind the choice",
    Kind.GONE: "no longer there",
    Kind.VARIANT: "not on both sides",
}


def lines(compared: Comparison, cover: Cover) -> Iterator[str]:
    """For a terminal: each difference, then what is uncertain, then what the waivers come to."""
    for one in compared.differences:
        yield cover.text(sentence(one))
    if not compared.differences:
        yield f"No difference from {compared.old} to {compared.new}."
    for doubt in compared.doubts:
        yield cover.text(f"{compared.new} may have missed something: {doubt}")
    for waiver in compared.expired:
        yield f"waiver expired: {waiver.words}"
    for waiver in compared.unused:
        yield f"waiver unused: {waiver.words}"


def sentence(one: Difference) -> str:
    """One difference."""
    place = one.place
    where = [place.variant, *(part for part in (place.recipient, place.category, place.path) if part != NOTHING)]
    said = f"{_SAYS[one.kind]}: {', '.join(part for part in where if part)}"
    details = [one.words, one.since.value if one.since and one.kind not in (Kind.CONSENT, Kind.LATER) else ""]
    details.append(f"first in step {one.step!r}" if one.step else "")
    told = "; ".join(detail for detail in details if detail)
    unsure = f" [not sure: the other side could not have shown it: {'; '.join(one.reasons)}]"
    waived = f" [waived until {one.waiver.until.isoformat()}: {one.waiver.reason}]" if one.waiver else ""
    return said + (f" ({told})" if told else "") + (unsure if one.reasons else "") + waived


def markdown(compared: Comparison, cover: Cover) -> str:
    """A table, and the lines about doubts and waivers below it."""
    said = [f"### From {_cell(compared.old)} to {_cell(compared.new)}", ""]
    if compared.differences:
        said += ["| difference | variant | recipient | kind of data | field | details |", "|---|---|---|---|---|---|"]
    for row in rows(compared, cover):
        details = "; ".join(part for part in (row["words"], row["since"], row["waived"], *row["reasons"]) if part)
        told = (row["difference"], row["variant"], row["recipient"], row["category"], row["field"], details)
        said.append(f"| {' | '.join(map(_cell, told))} |")
    rest = list(lines(compared, cover))[len(compared.differences) :]
    return "\n".join([*said, "", *(f"- {_cell(line)}" for line in rest), ""])


def rows(compared: Comparison, cover: Cover) -> list[dict[str, Any]]:
    """For --json and --nl."""
    return [
        {
            "difference": one.kind.value,
            "variant": one.place.variant,
            "recipient": cover.text(one.place.recipient),
            "category": "" if one.place.category == NOTHING else one.place.category,
            "field": "" if one.place.path == NOTHING else cover.text(one.place.path),
            "words": cover.text(one.words),
            "since": one.since.value if one.since else "",
            "step": cover.text(one.step),
            "sure": one.standing is Standing.SURE,
            "reasons": list(one.reasons),
            "waived": one.waiver.reason if one.waiver else "",
        }
        for one in compared.differences
    ]


def _cell(text: str) -> str:
    """As it stands in a table; nothing in it is a link, an image or HTML."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;").replace("\n", " ")
    return "".join(f"\\{letter}" if letter in "\\`*_[]!" else letter for letter in safe)
