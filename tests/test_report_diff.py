"""Two cases, or a case and its baseline, compared: what is new is named once, and absence needs proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.model.errors import InputError
from harness.model.findings import Consent
from harness.report.cover import Cover
from harness.report.diff import words
from harness.report.diff.baseline import read_baseline, write_baseline
from harness.report.diff.compare import Comparison, Kind, Standing, compare, waive
from harness.report.diff.facts import Facts, Place, facts_of, field_name
from harness.report.diff.waivers import load_waivers
from tests.synthetic import write_case
from tests.synthetic.study import PERSONA

BEFORE, ACCEPTED = Consent.BEFORE, Consent.ACCEPTED
MODEL = Place(variant="accept", recipient="alpha", category="device_model", path="/model")
NAME = Place(variant="accept", recipient="alpha", category="name", path="/$set/$name")
REQUEST = Place(variant="accept", recipient="alpha")
OLD = Facts(
    name="old.db",
    variants=("accept",),
    since={MODEL: BEFORE, NAME: ACCEPTED, REQUEST: BEFORE},
    sdks={"alpha": "1.0", "beta": "2.0"},
)


def with_new(place: Place, consent: Consent = BEFORE) -> Facts:
    return replace(OLD, name="new.db", since={**OLD.since, place: consent})


def without(*places: Place) -> Facts:
    return replace(OLD, name="new.db", since={place: c for place, c in OLD.since.items() if place not in places})


def told(compared: Comparison) -> list[tuple[Kind, Place, Standing]]:
    return [(one.kind, one.place, one.standing) for one in compared.differences]


def test_the_same_facts_differ_in_nothing() -> None:
    assert compare(OLD, replace(OLD, name="new.db")).differences == ()


@pytest.mark.parametrize(
    ("place", "kind", "named"),
    [
        (
            Place(variant="accept", recipient="gamma", category="email", path="/e"),
            Kind.RECIPIENT,
            Place(variant="accept", recipient="gamma"),
        ),
        (Place(variant="accept", recipient="host x.example"), Kind.RECIPIENT, None),
        (replace(MODEL, category="email", path="/e"), Kind.CATEGORY, replace(MODEL, category="email", path="-")),
        (replace(MODEL, path="/brand"), Kind.FIELD, None),
    ],
)
def test_what_is_new_is_named_once_by_the_largest_thing_that_says_it(
    place: Place, kind: Kind, named: Place | None
) -> None:
    assert told(compare(OLD, with_new(place))) == [(kind, named or place, Standing.SURE)]
    gone = compare(with_new(place), replace(OLD, name="newer.db"))
    assert told(gone) == [(Kind.GONE, named or place, Standing.SURE)]


def test_what_moved_before_the_choice_is_named_and_what_moved_behind_it_too() -> None:
    early = compare(OLD, with_new(NAME, BEFORE))
    assert told(early) == [(Kind.CONSENT, replace(NAME, path="-"), Standing.SURE)]
    assert early.differences[0].words == "after accept -> before any choice"
    assert told(compare(with_new(NAME, BEFORE), OLD)) == [(Kind.LATER, replace(NAME, path="-"), Standing.SURE)]


def test_an_earlier_new_field_moves_its_kind_of_data_before_the_choice() -> None:
    compared = compare(OLD, with_new(replace(NAME, path="/early")))
    assert [kind for kind, _, _ in told(compared)] == [Kind.FIELD, Kind.CONSENT]


def test_versions_of_sdks_are_compared() -> None:
    new = replace(OLD, name="new.db", sdks={"alpha": "1.1", "gamma": "3"})
    said = {(one.place.recipient, one.words) for one in compare(OLD, new).differences}
    assert said == {("alpha", "1.0 -> 1.1"), ("beta", "gone: 2.0"), ("gamma", "new: 3")}
    assert compare(OLD, replace(OLD, sdks={})).differences == (), "nobody looked, so nothing is known"


def test_absence_in_an_inconclusive_run_is_no_absence() -> None:
    blind: dict[tuple[str, str], tuple[str, ...]] = {("accept", "alpha"): ("alpha.Encoder could not be hooked",)}
    lost = compare(OLD, replace(without(NAME), doubts=blind))
    assert told(lost) == [(Kind.GONE, replace(NAME, path="-"), Standing.UNSURE)]
    assert lost.differences[0].reasons == blind["accept", "alpha"]
    assert lost.doubts == ("alpha.Encoder could not be hooked (accept)",)
    new = compare(replace(OLD, doubts=blind), with_new(replace(MODEL, path="/brand")))
    assert told(new)[0][2] is Standing.UNSURE
    assert new.doubts == ()


def test_a_host_that_nobody_claims_may_have_been_missed_when_the_run_as_a_whole_is_in_doubt() -> None:
    doubtful = replace(OLD, doubts={("accept", ""): ("the books do not close",)})
    new = with_new(Place(variant="accept", recipient="host x.example"))
    assert told(compare(doubtful, new))[0][2] is Standing.UNSURE


def test_a_variant_of_one_side_is_said_and_not_compared() -> None:
    other = replace(MODEL, variant="reject")
    new = replace(with_new(other), variants=("accept", "reject"))
    (one,) = compare(OLD, new).differences
    assert (one.kind, one.place.variant, one.words) == (
        Kind.VARIANT,
        "reject",
        "run in new.db only: nothing of it is compared",
    )


@pytest.mark.parametrize(
    ("path", "general"),
    [
        ("/0/properties/$model", "/*/properties/$model"),
        ("/user_emails/sha256_el_arr/3", "/user_emails/sha256_el_arr/*"),
        ("/users/9f86d081884c7d65/x", "/users/*/x"),
        ("/users/1b4e28ba-2fa1-11d2-883f-0016d3cca427/x", "/users/*/x"),
        ("/by/jo@example.org/name", "/by/*/name"),
        ("/by/Jo Kestrel 4471/name", "/by/*/name"),
        ("/192.168.44.17/x", "/*/x"),
        ("/body/user_data/sha256", "/body/user_data/sha256"),
        ("/deviceData/sensors/0/sVS/2", "/deviceData/sensors/*/sVS/*"),
        ("header:X-CRASHLYTICS-DEVICE-MODEL", "header:X-CRASHLYTICS-DEVICE-MODEL"),
        ("", ""),
    ],
)
def test_a_field_has_the_same_name_in_every_run_and_nobodys_data_in_it(path: str, general: str) -> None:
    assert field_name(path, ["Jo Kestrel 4471"]) == general


def test_the_facts_of_a_case(tmp_path: Path) -> None:
    with write_case(tmp_path / "case.db") as case:
        facts = facts_of(case, name="case.db")
    assert facts.variants == ("no choice", "reject", "accept")
    email = Place(variant="accept", recipient="alpha", category="email", path="/*/$set/$email")
    assert facts.since[email] is ACCEPTED and facts.steps[email] == "tap Sign in"
    assert facts.since[replace(email, variant="no choice")] is BEFORE
    assert facts.since[Place(variant="reject", recipient="host collect.unknown.example")] is Consent.REJECTED
    assert ("reject", "") in facts.doubts and ("accept", "") not in facts.doubts
    call = Place(variant="accept", recipient="gamma", category="email", path="call /em")
    assert call in facts.since, "what only a call of the public API shows is kept as such"


def test_a_baseline_reads_back_as_it_was_written_and_holds_no_value(tmp_path: Path) -> None:
    with write_case(tmp_path / "case.db") as case:
        facts = facts_of(case, name="case.db")
    text = write_baseline(facts)
    (tmp_path / "baseline.txt").write_text(text)
    again = read_baseline(tmp_path / "baseline.txt")
    assert (again.since, again.sdks, set(again.variants)) == (facts.since, facts.sdks, set(facts.variants))
    assert set(again.doubts) == set(facts.doubts)
    assert not [value.name for value in PERSONA if len(value.value) > 3 and value.value in text]
    body = text.splitlines()[3:]
    assert body == sorted(body) and len(body) == len(set(body))
    assert compare(again, facts).differences == ()


def test_names_that_would_break_a_line_of_the_baseline_are_kept(tmp_path: Path) -> None:
    odd = Place(variant="a | b\\u007c", recipient="alpha", category="email", path="/x\ny\u2028|\\n/\ud800")
    facts = Facts(name="x", variants=(odd.variant,), since={odd: BEFORE})
    (tmp_path / "b.txt").write_text(write_baseline(facts))
    assert read_baseline(tmp_path / "b.txt").since == facts.since


def test_every_line_of_a_baseline_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_text("# harness baseline 1\n\naccept | alpha | email | /e | sometime\nrubbish\nsdk | alpha | 1\n")
    with pytest.raises(InputError) as caught:
        read_baseline(path)
    assert [fault.line for fault in caught.value.faults] == [3, 4]
    with pytest.raises(InputError, match="no baseline to read"):
        read_baseline(tmp_path / "missing.txt")


WAIVERS = """\
waivers:
  - difference: category
    recipient: alpha
    category: email
    variants: [accept]
    reason: agreed with the data protection officer
    until: '2027-01-31'
  - {difference: recipient, recipient: gamma, reason: gone soon, until: '2026-12-31'}
"""


def waived(tmp_path: Path, today: date) -> Comparison:
    (tmp_path / "waivers.yaml").write_text(WAIVERS)
    new = with_new(replace(MODEL, category="email", path="/e"))
    return waive(compare(OLD, new), load_waivers(tmp_path / "waivers.yaml"), today=today)


def test_a_waiver_holds_to_its_last_day_and_one_without_use_is_named(tmp_path: Path) -> None:
    last = waived(tmp_path, date(2027, 1, 31))
    assert last.differences[0].waiver is not None and last.expired == ()
    assert [waiver.recipient for waiver in last.unused] == ["gamma"]


def test_an_expired_waiver_covers_nothing_and_is_named(tmp_path: Path) -> None:
    late = waived(tmp_path, date(2027, 2, 1))
    assert late.differences[0].waiver is None
    assert [waiver.reason for waiver in late.expired] == ["agreed with the data protection officer"]
    assert any("waiver expired: " in line and "waivers.yaml:2" in line for line in words.lines(late, Cover()))


def test_every_fault_of_a_file_of_waivers_is_told(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(
        "waivers:\n- {difference: categry, recipient: a, reason: x, until: '2027-01-01'}\n"
        "- {difference: field, recipient: a, until: soon}\n"
    )
    with pytest.raises(InputError) as caught:
        load_waivers(path)
    assert [(fault.line, fault.problem) for fault in caught.value.faults] == [
        (2, "unknown difference 'categry'"),
        (3, "a waiver needs `reason`"),
        (3, "'soon' is no date"),
    ]


def test_markdown_of_hostile_names_holds_neither_a_link_nor_html() -> None:
    evil = Place(variant="accept", recipient="host x", category="email", path="/<img src=x>|[a](http://x)`")
    text = words.markdown(compare(OLD, with_new(replace(evil, recipient="alpha"))), Cover())
    assert "<img" not in text and "](http" not in text.replace("\\]", "")
    table = [line for line in text.splitlines() if line.startswith("| category")]
    assert len(table) == 1 and table[0].count(" | ") == 5
