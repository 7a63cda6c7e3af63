"""A baseline: the facts of a case as sorted lines of text, to be kept beside an app's source and reviewed like it. No
value is in it: slugs, categories, names of fields, and where the first hand-over lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.model.findings import Consent
from harness.report.diff.facts import NOTHING, Facts, Place

FIRST = "# harness baseline 1"
_EXPLAINED = (
    "# What is known to be handed over: variant | recipient | kind of data | field | first seen.",
    "# Written by `harness diff --baseline FILE CASE --update-baseline`; see docs/policies.md.",
)
_SDK, _VARIANT, _UNSURE = "sdk", "variant", "unsure"
_BETWEEN = " | "
_ODD = re.compile(r"[\x00-\x1f\\|\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # would end a field or a line
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


def write_baseline(facts: Facts) -> str:
    """The lines, each a fact, in an order that does not change."""
    lines = sorted((*_placed(facts), *_others(facts)))
    return "\n".join((FIRST, *_EXPLAINED, *lines, ""))


def read_baseline(path: Path) -> Facts:
    """The facts again. Raises InputError that lists every line that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        remedy = "Write one: harness diff --baseline FILE CASE --update-baseline"
        raise InputError(f"there is no baseline to read at {path}", remedy=remedy) from exc
    faults: list[Fault] = []
    facts = Facts(name=path.name)
    if not lines or lines[0].strip() != FIRST:
        faults.append(Fault(file=str(path), line=1, problem="is no baseline", remedy=f"It begins with `{FIRST}`."))
    variants: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#") and not _take(line, facts, variants):
            remedy = "Undo the edit of this line, or update the baseline."
            faults.append(Fault(file=str(path), line=number, problem=f"cannot be read: {line}", remedy=remedy))
    if faults:
        raise InputError(f"{path} is not a valid baseline", remedy="Correct these lines.", faults=tuple(faults))
    return Facts(name=path.name, variants=tuple(variants), since=facts.since, sdks=facts.sdks, doubts=facts.doubts)


def _placed(facts: Facts) -> Iterator[str]:
    for place, consent in facts.since.items():
        yield _line(place.variant, place.recipient, place.category, place.path, consent.value)


def _others(facts: Facts) -> Iterator[str]:
    for slug, version in facts.sdks.items():
        yield _line(_SDK, slug, version)
    for variant in facts.variants:
        yield _line(_VARIANT, variant)
    for variant, recipient in facts.doubts:
        yield _line(_UNSURE, variant, recipient or NOTHING)


def _take(line: str, facts: Facts, variants: list[str]) -> bool:
    """Add what a line says; False when it says nothing that is known."""
    match [_plain(part) for part in line.split(_BETWEEN)]:
        case [variant, recipient, category, path, since] if since in tuple(Consent):
            place = Place(variant=variant, recipient=recipient, category=category, path=path)
            facts.since[place] = Consent(since)
        case ["sdk", slug, version]:
            facts.sdks[slug] = version
        case ["variant", variant]:
            variants.append(variant)
        case ["unsure", variant, recipient]:
            why = ("the baseline was written from an inconclusive run",)
            facts.doubts[variant, "" if recipient == NOTHING else recipient] = why
        case _:
            return False
    return True


def _line(*parts: str) -> str:
    return _BETWEEN.join(_ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", part) for part in parts)


def _plain(part: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), part.strip())
