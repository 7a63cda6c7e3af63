"""Precision: what the case file reports against what Doorbell sends by its own account (doorbell/truth.yaml)."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing

import pytest

from tests.handset.conftest import Study
from tests.truth.captured import contents, events
from tests.truth.doorbell import VARIANTS, Row, path_matches, phase_named, rows, truth, user_id, written
from tests.truth.reported import Reported, disclosures, planted

pytestmark = [pytest.mark.handset, pytest.mark.parametrize("variant", VARIANTS)]

SENT_LAYERS = ("encode", "platform", "wire")
EVENT_NAMES = {
    "mixpanel": "/*/event",
    "facebook": "/custom_events/*/_eventName",
    "appsflyer": "/eventName",
    "branch": "/name",
}


def reported(study: Study, variant: str) -> list[Reported]:
    return disclosures(study.case, study.runs()[variant])


def matching(row: Row, found: list[Reported]) -> list[Reported]:
    """The disclosures of a row at the layer where its body, or its request, is seen."""
    return [
        each
        for each in found
        if (each.tracker, each.category, each.layer) == (row.tracker, row.category, row.layer)
        and path_matches(row.path, each.path)
    ]


def test_every_datum_sent_is_reported_in_the_phase_in_which_it_first_leaves(study: Study, variant: str) -> None:
    found = reported(study, variant)
    wrong = []
    for row in rows(variant, sent=True):
        first = next((each.phase for each in matching(row, found)), "nowhere")
        if first != row.first:
            wrong.append(f"{row.tracker} {row.category} {row.path}: {first}, not {row.first}")
    assert wrong == []


def test_what_the_app_says_early_and_sends_late_is_reported_when_it_is_said(study: Study, variant: str) -> None:
    late = [row for row in rows(variant, sent=True) if row.said != row.first]
    assert late, "truth.yaml has no such row any more"
    found = [each for each in reported(study, variant) if each.layer == "api"]
    for row in late:
        said = [each.phase for each in found if (each.tracker, each.category) == (row.tracker, row.category)]
        assert said[:1] == [row.said], row


def test_what_only_other_variants_send_is_not_reported(study: Study, variant: str) -> None:
    found = reported(study, variant)
    assert [row for row in rows(variant, sent=False) if matching(row, found)] == []


def test_variants_differ(study: Study, variant: str) -> None:
    others = {name: {(row.tracker, row.path) for row in rows(name, sent=True)} for name in VARIANTS}
    assert [name for name, paths in others.items() if paths == others[variant]] == [variant]


def test_no_tracker_is_reported_for_a_category_that_it_is_not_given(study: Study, variant: str) -> None:
    listed = set(truth()["categories"])
    given = {(row.tracker, row.category) for row in rows(variant, sent=True)}
    found = {(each.tracker, each.category) for each in reported(study, variant) if each.category in listed}
    assert found == given


def test_the_values_reported_are_the_values_given(study: Study, variant: str) -> None:
    run = study.runs()[variant]
    known, found = planted(study.case, run), reported(study, variant)
    wrong, compared = [], 0
    for row in rows(variant, sent=True):
        expected = expected_value(row, known, variant)
        first = next(iter(matching(row, found)), None)
        if expected is None or first is None:
            continue
        compared += 1
        if first.value != expected:
            wrong.append(f"{row.tracker} {row.path}: {first.value!r}, not {expected!r}")
    assert wrong == []
    assert compared >= 40, "most rows have a value that can be compared"


def expected_value(row: Row, known: dict[str, str], variant: str) -> str | None:
    """None where truth.yaml gives no comparable value: ids that the SDK makes, facts that the persona does not hold."""
    kind, _, name = row.origin.partition(":")
    match kind, name:
        case "persona", _:
            return written(known[name], row.written)
        case "app", "user_id":
            return user_id(known["EMAIL"])
        case "app", "later, reject or accept":
            return {"no-choice": "later"}.get(variant, variant)
        case "app", _:
            return name
        case "device", "advertising_id" | "android_id" | "carrier" | "local_ip":
            return known[name]
    return None


def test_planted_values_are_recognised_by_name(study: Study, variant: str) -> None:
    found = reported(study, variant)
    for row in rows(variant, sent=True):
        if row.origin.startswith("persona:"):
            assert {each.persona for each in matching(row, found)} == {row.origin.removeprefix("persona:")}, row


def test_what_is_reported_is_what_the_witness_saw(study: Study, variant: str) -> None:
    """The values of everything reported at the encode layer stand in a body, header or address on the wire."""
    run = study.runs()[variant]
    wire = "\n".join(
        f"{told.request.url} {told.request.headers} {told.body}".replace(r"\"", '"').replace("\\\\", "\\")
        for told in study.told(run)
    )
    encoded = {each.value for each in reported(study, variant) if each.layer == "encode" and each.persona}
    assert encoded
    assert [value for value in encoded if value not in wire and value.replace(" ", "+") not in wire] == []


def test_decoys_are_reported_for_nobody(study: Study, variant: str) -> None:
    run = study.runs()[variant]
    known, found = planted(study.case, run), reported(study, variant)
    decoys = {known[entry["persona"]] if "persona" in entry else entry["value"] for entry in truth()["decoys"]}
    assert len(decoys) >= 10
    names = {entry["persona"] for entry in truth()["decoys"] if "persona" in entry}
    assert [each for each in found if each.persona in names] == []
    assert [(each, decoy) for each in found for decoy in decoys if decoy in each.value] == []
    assert [
        (told.request.url, decoy) for told in study.told(run) for decoy in decoys if decoy in (told.body or "")
    ] == []


def test_some_decoys_were_seen_by_the_hooks_and_still_blamed_on_nobody(study: Study, variant: str) -> None:
    """Without this, the test above would pass when the app did nothing."""
    run = study.runs()[variant]
    seen = b"\n".join(contents(events(study.case, run), layers=("platform",)))
    known = planted(study.case, run)
    assert known["NOTE"].encode() in seen
    assert known["WIFI_NAME"].encode() in seen


def test_the_single_is_reported_for_exactly_its_tracker(study: Study, variant: str) -> None:
    single = truth()["single"]
    run = study.runs()[variant]
    value = planted(study.case, run)[single["persona"]]
    found = [each for each in reported(study, variant) if each.persona == single["persona"] or value in each.value]
    assert {each.tracker for each in found} == {single["tracker"]}
    assert any(path_matches(single["path"], each.path) and each.layer == "encode" for each in found)
    assert {each.phase for each in found} == {"dashboard"}


def test_a_no_stops_what_it_stops(study: Study, variant: str) -> None:
    found = [each for each in reported(study, variant) if each.layer in SENT_LAYERS]
    for stop in truth()["stops"]:
        after = [each for each in found if each.consent == "after reject" and each.tracker == stop["tracker"]]
        every = stop["categories"] == "all"
        stopped = [each for each in after if every or each.category in stop["categories"]]
        assert stopped == [], stop


def test_consent_is_the_choice_that_was_made(study: Study, variant: str) -> None:
    choice = phase_named("choice", variant)
    later = {"consent.accepted": "after accept", "consent.rejected": "after reject"}.get(choice, "before any choice")
    for each in reported(study, variant):
        assert each.consent == ("before any choice" if each.phase == "start" else later), each
        assert each.step_phase == each.phase, each


def test_user_actions_are_reported_phase_by_phase(study: Study, variant: str) -> None:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in reported(study, variant):
        place = each.path.removeprefix("/body")  # where a payload stands that is seen in its request only
        if each.layer in SENT_LAYERS and path_matches(EVENT_NAMES.get(each.tracker, "-"), place):
            found[each.tracker, each.phase].add(each.value)
    expected = {
        (tracker, phase_named(entry["phase"], variant)): names
        for entry in truth()["actions"]
        for tracker in EVENT_NAMES
        if (names := actions(entry[tracker], tracker=tracker, phase=entry["phase"], variant=variant))
    }
    assert dict(found) == expected


def actions(listed: list[str], *, tracker: str, phase: str, variant: str) -> set[str]:
    """The events of a phase; `(auto)` ones and all of Mixpanel's end with a "no", `(A)` ones need a "yes"."""
    rejected = variant == "reject" and phase != "start"
    if rejected and tracker == "mixpanel":
        return set()
    names = {
        name for name in listed if not (rejected and "(auto)" in name) and ("(A)" not in name or variant == "accept")
    }
    return {name.partition(" (")[0] for name in names}


def test_the_published_study_is_found_again(study: Study, variant: str) -> None:
    """trackers.md section 7, row by row; rows of the profile need a variant that has one."""
    found = reported(study, variant)
    with closing(sqlite3.connect(study.case)) as db:
        installer = db.execute("select app.installer from run join app on app.id = run.app").fetchone()[0]
    given = {(row.tracker, row.path) for row in rows(variant, sent=True)}
    missing = []
    for entry in truth()["study"]:
        expected = entry.get("when") != "installer known" or installer is not None
        phase = phase_named(entry["phase"], variant)
        for path in entry["paths"]:
            there = any(
                (each.tracker, each.category, each.phase) == (entry["tracker"], entry["category"], phase)
                and path_matches(path, each.path)
                for each in found
            )
            stopped = (entry["tracker"], path) not in given or (variant == "reject" and phase == "background")
            if expected and not stopped and not there:
                missing.append(f"{entry['tracker']} {entry['finding']} ({path}) in {phase}")
    assert missing == []
