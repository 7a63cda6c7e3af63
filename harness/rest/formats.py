"""Every format of RestFormat, and who reads it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

from harness.model.tracker import RestFile, RestFormat
from harness.rest.java import java_objects
from harness.rest.record import Kept, Record, UnreadableError
from harness.rest.sqlite import rows


def records(content: bytes, file: RestFile) -> Iterator[Record]:
    """Everything in a file, in its order. Raises UnreadableError; what came before is read."""
    yield from _READERS[file.format](content, file)


def _whole(content: bytes, file: RestFile) -> Iterator[Record]:
    yield Record(place="", content=content)


def _lines(content: bytes, file: RestFile) -> Iterator[Record]:
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            yield Record(place=f"line {number}", content=line)


def _preferences(content: bytes, file: RestFile) -> Iterator[Record]:
    """Android's XML: `<map><string name="k">v</string><int name="k" value="1"/><set name="k"><string>...`."""
    try:
        root = ET.fromstring(content)  # noqa: S314 - expat of Python 3.11 bounds what entities may grow to
    except ET.ParseError as exc:
        raise UnreadableError(f"no XML: {exc}") from exc
    if root.tag != "map":
        raise UnreadableError(f"<{root.tag}> where <map> should be")
    yield Record(place="", content={entry.get("name", ""): _preference(entry) for entry in root})


def _preference(entry: ET.Element) -> Kept:
    match entry.tag:
        case "string":
            return entry.text or ""
        case "set":
            return [item.text or "" for item in entry]
        case "boolean":
            return entry.get("value") == "true"
        case "int" | "long":
            return int(entry.get("value", "0"))
        case _:
            return entry.get("value", "")


def _database(content: bytes, file: RestFile) -> Iterator[Record]:
    yield from rows(content, file.columns)


def _java(content: bytes, file: RestFile) -> Iterator[Record]:
    yield from java_objects(content)


_READERS: dict[RestFormat, Callable[[bytes, RestFile], Iterator[Record]]] = {
    RestFormat.SQLITE: _database,
    RestFormat.PREFERENCES: _preferences,
    RestFormat.JSON: _whole,
    RestFormat.LINES: _lines,
    RestFormat.JAVA: _java,
    RestFormat.TEXT: _whole,
    RestFormat.BYTES: _whole,
}
