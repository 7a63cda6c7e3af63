"""Doorbell renamed as shipped apps are, hooked: nothing goes unseen, nobody is blamed wrongly, a mapping mends it."""

from __future__ import annotations

import json
import re
import sqlite3
import urllib.parse
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from harness.handset.build import Variant, doorbell
from harness.handset.handset import RunningHandset
from harness.handset.witness.environment import witness_python
from tests.handset.cli import Said, harness
from tests.handset.conftest import SUITE, Study
from tests.truth.captured import contents, events, runs
from tests.truth.decoder import Told, read_told
from tests.truth.doorbell import truth
from tests.truth.reported import Reported, disclosures, planted

pytestmark = pytest.mark.handset

SENT_LAYERS = ("encode", "platform", "wire")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
RENAMED = (pytest.param(Variant.MINIFIED, marks=pytest.mark.long), Variant.MINIFIED_ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooked:
    """One run of the study's flow, everything accepted."""

    variant: Variant
    said: Said
    case: Path
    run: str
    told: list[Told]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.case)) as db:
            return list(db.execute(query))

    @property
    def reported(self) -> list[Reported]:
        return disclosures(self.case, self.run)


def hooked(handset: RunningHandset, variant: Variant, out: Path, *, mapped: bool) -> Hooked:
    sample = doorbell(variant=variant)
    case, witness = out / "case.db", out / "witness"
    mapping = ("--mapping", sample.mapping) if mapped and sample.mapping else ()
    options = ("--witness", witness, "--app", sample.package, "-e", "CHOICE=accept", *mapping)
    said = harness("run", SUITE.with_name("study.yaml"), "--case", case, "-s", handset.serial, *options)
    (run,) = runs(case).values()
    told = read_told(witness / run / "flows.mitm", python=witness_python())
    return Hooked(variant=variant, said=said, case=case, run=run, told=told)


@pytest.fixture(scope="module", params=RENAMED)
def renamed(
    handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Hooked:
    """Without a mapping: names tell nothing."""
    return hooked(handset, request.param, tmp_path_factory.mktemp(str(request.param)), mapped=False)


@pytest.fixture(scope="module", params=RENAMED)
def mapped(handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Hooked:
    return hooked(handset, request.param, tmp_path_factory.mktemp(f"{request.param}-mapped"), mapped=True)


def test_every_request_on_the_wire_is_explained_by_what_was_caught_in_the_app(renamed: Hooked) -> None:
    caught = contents(events(renamed.case, renamed.run), layers=("encode", "platform"))
    bodies = [told for told in renamed.told if told.body is not None and not told.native]
    missed = [told.request.url for told in bodies if (told.body or "").encode() not in caught]
    assert missed == []
    assert {told.tracker for told in bodies} == {"appsflyer", "branch", "crashlytics", "facebook", "mixpanel"}


def test_no_request_is_a_blind_spot_and_each_is_its_trackers_or_nobodys(renamed: Hooked) -> None:
    listed = renamed.rows("select method, host, path, tracker, blind from transmission")
    truth_of = {(told.request.method, told.request.host, told.request.path): told.tracker for told in renamed.told}
    assert Counter(row[:3] for row in listed) == Counter(
        (told.request.method, told.request.host, told.request.path) for told in renamed.told
    )
    assert [row for row in listed if row[4] is not None] == []
    assert [row for row in listed if row[3] not in (None, truth_of[row[:3]])] == []


def test_nothing_is_reported_for_a_tracker_that_it_was_not_sent_to(renamed: Hooked) -> None:
    """Every value reported where it leaves stands in a request to that very tracker, by its host."""
    sent = texts_by_tracker(renamed.told)
    wrong = [
        f"{each.tracker} {each.category} {each.layer} {each.path}: {each.value[:60]}"
        for each in renamed.reported
        if each.layer in SENT_LAYERS and not stands_in(each.value, sent[each.tracker])
    ]
    assert wrong == []


def texts_by_tracker(told: list[Told]) -> dict[str, str]:
    """Everything that a tracker was sent, each text also without the escapes of JSON in JSON."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in told:
        text = f"{each.request.url} {each.request.headers} {each.body}"
        plain = urllib.parse.unquote_plus(text)
        unescaped = plain.replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n").replace("\\\\", "\\")
        found[each.tracker] += [text, plain, unescaped]
    return defaultdict(str, {tracker: "\n".join(texts) for tracker, texts in found.items()})


def stands_in(value: str, text: str) -> bool:
    """As it is, as JSON writes it, as a number written otherwise, or digested."""
    spellings = (value, json.dumps(value).strip('"'), value.replace(" ", "+"), sha256(value.encode()).hexdigest())
    if any(spelling in text for spelling in spellings):
        return True
    numbers = {float(number) for number in NUMBER.findall(text)} if NUMBER.fullmatch(value) else set()
    return bool(numbers) and float(value) in numbers


def test_decoys_are_blamed_on_nobody(renamed: Hooked) -> None:
    known = planted(renamed.case, renamed.run)
    decoys = {known[entry["persona"]] if "persona" in entry else entry["value"] for entry in truth()["decoys"]}
    assert len(decoys) >= 10
    assert [(each, decoy) for each in renamed.reported for decoy in decoys if decoy in each.value] == []


def test_what_nobody_can_be_named_for_is_counted_and_said(renamed: Hooked) -> None:
    ((unclaimed,),) = renamed.rows("select sum(payloads) from unclaimed")
    ((telling,),) = renamed.rows("select sum(payloads) from unclaimed where personas <> '[]'")
    ((reasons,),) = renamed.rows("select reasons from verdict where tracker = ''")
    assert unclaimed >= telling > 0
    assert f"{telling} payloads that are nobody's" in reasons
    assert f"{unclaimed} payloads that nobody claims" in renamed.said.out.replace("\n", " ")
    assert renamed.said.code == 6, "a run that could not see everything is not complete"


def test_no_hook_is_put_where_it_does_not_belong(renamed: Hooked) -> None:
    """The mapping, which the run was not given, says what each hooked class and method was called."""
    sample = doorbell(variant=renamed.variant)
    assert sample.mapping is not None
    classes, methods = read_mapping(sample.mapping.read_text())
    found = renamed.rows(
        "select key, class_found, class_name, method from hook"
        " where tier = 'fingerprint' and installed_at_ms is not null"
    )
    assert found, "nothing is found by fingerprint"
    for key, class_found, class_name, method in found:
        original = classes[class_found or class_name]
        declared, _, called = key.partition("/")[2].partition("/")[2].partition("(")[0].rpartition(".")
        assert original == declared, key
        assert method in methods[original].get(called, {called}), key


def read_mapping(text: str) -> tuple[dict[str, str], dict[str, dict[str, set[str]]]]:
    """Original class by new name; and of each original class the new names of each of its methods."""
    classes: dict[str, str] = {}
    methods: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    owner = ""
    for line in text.splitlines():
        before, arrow, after = line.strip().rpartition(" -> ")
        if arrow and not line.startswith(" "):
            owner = before
            classes[after.removesuffix(":")] = owner
        elif arrow and "(" in before:
            methods[owner][before.partition("(")[0].rpartition(" ")[2]].add(after)
    return classes, methods


def test_with_a_mapping_the_run_is_complete(mapped: Hooked) -> None:
    assert mapped.said.code == 0, mapped.said
    ((reasons,),) = mapped.rows("select reasons from verdict where tracker = ''")
    assert json.loads(reasons) == []
    assert mapped.rows("select count(*) from unclaimed") == [(0,)]


def test_with_a_mapping_the_same_is_reported_as_of_the_plain_app(mapped: Hooked, study: Study) -> None:
    """Tracker, category, place, layer and phase of everything, against the run of the app with its own names."""
    plain = disclosures(study.case, study.runs()["accept"])
    assert kinds(mapped.reported) == kinds(plain)


def kinds(found: list[Reported]) -> set[tuple[str, str, str, str, str]]:
    return {(each.tracker, each.category, each.layer, each.phase, place(each.path)) for each in found}


def place(path: str) -> str:
    """Without the positions in lists: how many events share a batch is a matter of time."""
    return "/".join("*" if part.isdigit() and path.startswith("/") else part for part in path.split("/"))
