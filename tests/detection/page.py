"""docs/detection.md, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness.analyse.detecting.detect import Detector
from harness.model.facts import PersonaValue, Source
from tests.detection.matrix import Found, found, ways
from tests.detection.negative import FULL
from tests.detection.refused import LIMITS, REFUSED
from tests.detection.values import TOO_LITTLE, VALUES

PATH = Path(__file__).parents[2] / "docs" / "detection.md"
_HEAD = """# What is found, however it was written

Written by `python -m tests.detection` from the truth matrix; a test insists that it is current. Do not edit it.

The harness plants values that exist nowhere else and looks for them in everything that trackers' code gets. SDKs
seldom send a value as it is: they pack, encode and hash. The matrix takes {values} invented values and writes each of
them in {ways} ways, with encoders that are not the harness's own (Node's, and the Zstandard library where Node has
none). What counts: the value is found, no other value is, and the steps that lead to it are named rightly and in order.

{right} of {all} combinations are found. {refused} are refused on purpose, each with its reason below. No value is found
where it is not: neither in the matrix nor in {megabytes} MB of other payloads.
"""
_NOT_FOUND = """## What must not be found

{megabytes} MB of payloads, the same at every run: JSON as SDKs send it, identifiers in hex and Base64, numbers,
addresses, chance bytes, arrays of numbers; and near-misses, which are the values with one letter or digit changed (as
they are, and in Base64 among other bytes) and their digests with one digit changed. Nothing is found in them, and no
step is undone that was not done.
"""


def page() -> str:
    """The whole text."""
    every = found()
    right = sum(one.right for one in every)
    numbers = {"values": len(VALUES), "ways": len(list(ways())), "right": right, "all": len(every)}
    parts = [
        _HEAD.format(**numbers, refused=len(REFUSED), megabytes=FULL // 1_000_000),
        "## The values\n\n" + _table(("Value", "Kind", "Text"), _values()),
        "## The ways\n\nThe last column counts the values that are found with these steps named.\n\n"
        + _table(("Written as", "Steps named", "Found"), _ways(every)),
        "## Refused combinations\n\n" + _table(("Value", "Written as", "Why"), _refused()),
        "## Refused values\n\nThey would be found by chance, and then prove nothing.\n\n"
        + _table(("Value", "Text", "What the report says"), _too_little()),
        "## Where decoding stops\n\n"
        "A step that would also fit chance letters is undone only where its result proves it. A limit that is reached\n"
        "is a fault in the case file, and the text is searched as it stands.\n\n"
        + _table(("Step", "Not undone"), LIMITS),
        _NOT_FOUND.format(megabytes=FULL // 1_000_000),
    ]
    return "\n".join(parts)


def _values() -> Iterator[Sequence[str]]:
    for name, (category, value) in VALUES.items():
        yield name, category, _code(value)


def _ways(every: Iterable[Found]) -> Iterator[Sequence[str]]:
    of: dict[str, list[Found]] = {}
    for one in every:
        of.setdefault(one.written.way, []).append(one)
    for way, each in of.items():
        longest = max((one.written.steps for one in each), key=len)
        yield way, " → ".join(longest), f"{sum(one.right for one in each)} of {len(each)}"


def _refused() -> Iterator[Sequence[str]]:
    for (value, way), why in REFUSED.items():
        yield value, way, why


def _too_little() -> Iterator[Sequence[str]]:
    values = [
        PersonaValue(name=name, category=category, value=value, source=Source.PLANTED)
        for name, (category, value) in TOO_LITTLE.items()
    ]
    for refusal in Detector(values).refusals:
        yield refusal.name, _code(TOO_LITTLE[refusal.name][1]), refusal.why


def _code(text: str) -> str:
    shown = text.replace("\n", "⏎").replace("|", "\\|")
    return f"`{shown}`"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def unlisted() -> Iterator[str]:
    """Every combination that is missed without a reason, and every reason without a miss."""
    missed = {(one.written.value, one.written.way): one for one in found() if not one.right}
    for key, one in missed.items():
        if key not in REFUSED:
            yield f"{key[0]} as {key[1]}: {one.written.steps} expected, {one.chains or 'nothing'} found"
    yield from (
        f"{value} as {way}: listed as refused, and found" for value, way in REFUSED if (value, way) not in missed
    )
