"""Files that trackers keep on the phone: every format read, and each value said to be seen or not seen."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.analyse.rest import kept_values
from harness.model.facts import PersonaValue, Source
from harness.model.findings import Consent, Disclosure, Grade
from harness.model.hook import Layer
from harness.model.rest import RestStored
from harness.model.tracker import Field, RestFile, RestFormat, Tracker
from harness.rest import Record, UnreadableError, merged, records

# What java.io.ObjectOutputStream wrote of a HashMap from an object with two String fields (written as its proxy) to an
# ArrayList of two objects with a String, a boolean, a double and a long[], and of a String after it.
KEPT_BY_JAVA = (
    "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcAUH2sHDFmDRAwACRgAKbG9hZEZhY3RvckkACXRocmVzaG9sZHhwP0AAAAAAAAx3CAAA"
    "ABAAAAABc3IAD0tlcHQkUGFpciRQcm94eQAAAAAAAAABAgACTAARYWNjZXNzVG9rZW5TdHJpbmd0ABJMamF2YS9sYW5nL1N0cmlu"
    "ZztMAAVhcHBJZHEAfgADeHB0AAN0b2t0AAMxMjNzcgATamF2YS51dGlsLkFycmF5TGlzdHiB0h2Zx2GdAwABSQAEc2l6ZXhwAAAA"
    "AncEAAAAAnNyAAdLZXB0JEV2AAAAAAAAAAECAAREAAFkWgAIaW1wbGljaXRMAApqc29uU3RyaW5ncQB+AANbAAFudAACW0p4cD/4"
    "AAAAAAAAAHQAFXsiX2V2ZW50TmFtZSI6Im9wZW4ifXVyAAJbSnggBLUSsXWTAgAAeHAAAAACAAAAAAAAAAEAAAAAAAAAAnNxAH4A"
    "CT/4AAAAAAAAAHQAAXh1cQB+AA0AAAACAAAAAAAAAAEAAAAAAAAAAnh4dAAHendlaXRlcw=="
)
PREFERENCES = """<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="mail">ann@example.com</string>
    <int name="starts" value="3" />
    <boolean name="reported" value="true" />
    <long name="at" value="1700000000000" />
    <float name="rate" value="0.5" />
    <set name="topics"><string>cats</string><string>gates</string></set>
    <null name="nothing" />
</map>
"""


def rest(path: str, kind: RestFormat, *columns: str, fields: tuple[Field, ...] = ()) -> RestFile:
    return RestFile(path=path, format=kind, meaning="queue", evidence="read", columns=columns, fields=fields)


def read(content: bytes, kind: RestFormat, *columns: str) -> list[Record]:
    return list(records(content, rest("any", kind, *columns)))


def database(path: Path, *, journal: str) -> bytes:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute('CREATE TABLE events (_id INTEGER PRIMARY KEY, data TEXT, "odd ""name" BLOB)')
        db.execute("INSERT INTO events VALUES (7, ?, NULL), (9, NULL, x'7b7d')", ('{"event": "open"}',))
        db.commit()
    return path.read_bytes()


def test_preferences_keep_their_types() -> None:
    (record,) = read(PREFERENCES.encode(), RestFormat.PREFERENCES)
    assert record.content == {
        "mail": "ann@example.com", "starts": 3, "reported": True, "at": 1700000000000, "rate": "0.5",
        "topics": ["cats", "gates"], "nothing": "",
    }  # fmt: skip


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_database_gives_the_columns_asked_for_row_by_row(tmp_path: Path, journal: str) -> None:
    content = database(tmp_path / "kept", journal=journal)
    found = read(content, RestFormat.SQLITE, "events.data", 'events.odd "name')
    assert [(each.place, each.content) for each in found] == [
        ("events.data row 7", '{"event": "open"}'),
        ('events.odd "name row 9', b"{}"),
    ]


def test_pages_that_are_still_in_the_log_are_read_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "kept")) as db:
        db.execute("PRAGMA journal_mode = wal")
        db.execute("CREATE TABLE events (data TEXT)")
        db.execute("INSERT INTO events VALUES ('in the log')")
        db.commit()
        content, log = ((tmp_path / name).read_bytes() for name in ("kept", "kept-wal"))
    whole = merged(content, {"-wal": log})
    assert [each.content for each in read(whole, RestFormat.SQLITE, "events.data")] == ["in the log"]
    assert merged(b"damaged" * 200, {"-journal": b"damaged"}) == b"damaged" * 200


def test_serialised_java_objects_are_read_whatever_their_classes() -> None:
    first, second = read(base64.b64decode(KEPT_BY_JAVA), RestFormat.JAVA)
    assert isinstance(first.content, dict)
    (events,) = first.content.values()
    assert list(first.content) == ["tok 123"]
    assert events == [
        {"jsonString": '{"_eventName":"open"}', "implicit": False, "d": 1.5, "n": [1, 2]},
        {"jsonString": "x", "implicit": False, "d": 1.5, "n": [1, 2]},
    ]
    assert second.content == "zweites"


def test_lines_are_one_record_each() -> None:
    found = read(b'{"a":1}\n\n{"a":2}\n', RestFormat.LINES)
    assert [(each.place, each.content) for each in found] == [("line 1", b'{"a":1}'), ("line 3", b'{"a":2}')]


@pytest.mark.parametrize(
    ("content", "kind", "columns", "why"),
    [
        (b"<map", RestFormat.PREFERENCES, (), "no XML"),
        (b"<html/>", RestFormat.PREFERENCES, (), "<html> where <map> should be"),
        (b"SQLite format 3\0" + b"\0" * 50, RestFormat.SQLITE, ("a.b",), "no SQLite database"),
        (b"nonsense", RestFormat.JAVA, (), "no serialised Java objects"),
        (base64.b64decode(KEPT_BY_JAVA)[:150], RestFormat.JAVA, (), "no serialised Java objects"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, kind: RestFormat, columns: tuple[str, ...], why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read(content, kind, *columns)


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"no column people\.data; there are events\._id, events\.data"):
        read(database(tmp_path / "kept", journal="delete"), RestFormat.SQLITE, "people.data")


FIELDS = (Field(path="/*/properties/$carrier", category="carrier", evidence="read", property="carrier"),)
ALPHA = Tracker(
    slug="alpha", name="Alpha", legal_entity="Alpha Ltd.", country="NO", code=("com.alpha.",), hosts=("alpha",),
    sdk_versions="1", hooks=(), fields=FIELDS,
    at_rest=(
        rest("databases/alpha", RestFormat.SQLITE, "events.data"),
        rest("shared_prefs/*.xml", RestFormat.PREFERENCES,
             fields=(Field(path="/at", category="install_time", evidence="read"),)),
    ),
)  # fmt: skip
MAIL = PersonaValue(name="EMAIL", category="email", value="ann@example.com", source=Source.PLANTED)


def stored(path: str, content: bytes, *, modified_ms: float = 2000.0) -> RestStored:
    return RestStored(
        id=path, tracker="alpha", path=path, device_path=f"/data/data/x/{path}", size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), modified_ms=modified_ms, collected_ms=3000.0, meaning="queue",
    )  # fmt: skip


def told(category: str, value: str, persona: str | None, seq: int) -> Disclosure:
    return Disclosure(
        run="r", process="p", seq=seq, tracker="alpha", category=category, property=None, value=value, persona=persona,
        chain=("raw",), path="", layer=Layer.API, step=None, phase="", consent=Consent.BEFORE, at_ms=1.0,
        grade=Grade.PLANTED,
    )  # fmt: skip


def kept(files: dict[str, bytes], *disclosures: Disclosure, modified_ms: float = 2000.0) -> Any:
    return kept_values(
        [stored(path, content, modified_ms=modified_ms) for path, content in files.items()],
        run="r",
        started_ms=1000.0,
        blobs={hashlib.sha256(content).hexdigest(): content for content in files.values()},
        trackers=(ALPHA,),
        persona=(MAIL,),
        told=disclosures,
    )


def test_a_kept_value_names_the_first_event_that_was_seen_giving_it() -> None:
    found = kept({"shared_prefs/a.xml": PREFERENCES.encode()}, told("email", "hashed", "EMAIL", 4))
    assert [(each.place, each.category, each.value, each.persona, each.seq, each.note) for each in found.values] == [
        ("/mail", "email", "ann@example.com", "EMAIL", 4, ""),
        ("/at", "install_time", "1700000000000", None, None, "no hook saw the tracker being given it in this run"),
    ]


def test_a_queued_event_is_read_with_the_rows_of_what_is_sent(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "db")) as db:
        db.execute("CREATE TABLE events (data TEXT)")
        db.execute("INSERT INTO events VALUES (?)", ('{"event":"open","properties":{"$carrier":"T-Test"}}',))
        db.commit()
    found = kept({"databases/alpha": (tmp_path / "db").read_bytes()}, told("carrier", "T-Test", None, 9))
    assert [(each.place, each.category, each.value, each.property, each.seq) for each in found.values] == [
        ("events.data row 1 /properties/$carrier", "carrier", "T-Test", "carrier", 9)
    ]


def test_the_same_text_as_another_kind_of_datum_is_not_the_same_datum() -> None:
    found = kept({"shared_prefs/a.xml": PREFERENCES.encode()}, told("user_action", "1700000000000", None, 7))
    assert {each.category: each.seq for each in found.values} == {"email": None, "install_time": None}


def test_what_was_written_before_the_run_says_so() -> None:
    found = kept({"shared_prefs/a.xml": PREFERENCES.encode()}, modified_ms=999.0)
    assert {each.note for each in found.values} == {"written before the run began"}


def test_a_file_that_cannot_be_read_or_that_nobody_knows_any_more_is_a_fault() -> None:
    found = kept({"shared_prefs/a.xml": b"<map", "files/b": b"x"})
    assert not found.values
    assert [fault.where for fault in found.faults] == ["/data/data/x/shared_prefs/a.xml", "/data/data/x/files/b"]
    assert "no XML" in found.faults[0].message
    assert "no hook file says" in found.faults[1].message
