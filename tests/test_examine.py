"""Analysis of a case file: raw rows in, derived rows out, the same every time, and never half of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from harness.analyse import analyse_run
from harness.examine import analyse
from harness.model.facts import PersonaValue, Source
from harness.model.findings import Analysis, Consent, Grade
from harness.model.hook import Hook, Layer
from harness.model.records import Event, HookReport, HookStatus, Ready
from harness.model.tracker import Field, Pack, Tracker
from harness.store import CaseFile, findings, overall, packs, queries, raw, tables
from tests.rows import START_MS, event, final, hook, numbered, started, ticking

_HOOK: Hook = hook(capture=("arguments",), payload="argument 0", decode=("json",))
_PACK = Pack(
    trackers=(
        Tracker(
            slug="alpha",
            name="Alpha Metrics",
            legal_entity="Alpha, Inc.",
            country="US",
            code=("com.alpha.",),
            hosts=(r"alpha\.example$",),
            sdk_versions="1.0",
            hooks=(_HOOK,),
            fields=(Field(path="/model", category="device_model", evidence="Encoder.java line 12"),),
            file="trackers/alpha.yaml",
        ),
    ),
    platform=(),
    sha256="0" * 64,
)


@pytest.fixture
def case() -> Iterator[CaseFile]:
    with CaseFile.open(":memory:", clock=ticking(), new_id=numbered()) as opened:
        _record(opened, "reject")
        _record(opened, "accept")
        yield opened


def _record(case: CaseFile, variant: str) -> None:
    writer = started(case, variant=variant)
    email = PersonaValue(name="EMAIL", category="email", value="jo.4471@canary.example", source=Source.PLANTED)
    writer.add_persona([email])
    writer.start_step("launch", phase="")
    process = writer.start_process("com.example.doorbell", how="spawned", hooks=[_HOOK])
    process.sink(Ready(at_ms=START_MS, runtime="jvm", pid=7))
    process.sink(
        HookReport(
            index=0,
            status=HookStatus.INSTALLED,
            reason=None,
            initialised_by_us=False,
            seen_at_ms=START_MS,
            installed_at_ms=START_MS,
            class_name=None,
        )
    )
    process.sink(_said(1, case.clock(), {"model": "Virtual Handset"}))
    writer.start_step("choose", phase=f"consent.{variant}ed")
    process.sink(_said(2, case.clock(), {"who": "jo.4471@canary.example"}))
    process.ask_pulse("alive")
    process.sink(event(3, at_ms=case.clock(), pulse="alive"))
    process.sink(final(3))
    writer.end_run("completed", exit_code=0)


def _said(seq: int, at_ms: float, payload: dict[str, str]) -> Event:
    return event(seq, at_ms=at_ms, arguments=({"t": "string", "v": json.dumps(payload)},))


def _dump(case: CaseFile, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    return {name: list(case.db.query(f"SELECT * FROM {name}")) for name in tables}


def test_what_was_seen_becomes_disclosures_with_their_step_and_choice(case: CaseFile) -> None:
    examined = analyse(case, _PACK)
    reject, accept = queries.runs(case.db)
    assert list(examined.verdicts) == [reject.id, accept.id]
    steps = {step.id: step.label for run in (reject, accept) for step in queries.steps(case.db, run.id)}
    seen = {
        (found.tracker, found.category, found.value, steps[found.step or ""], found.consent, found.grade)
        for found in findings.disclosures(case.db, reject.id)
    }
    assert seen == {
        ("alpha", "device_model", "Virtual Handset", "launch", Consent.BEFORE, Grade.FIELD),
        ("alpha", "email", "jo.4471@canary.example", "choose", Consent.REJECTED, Grade.PLANTED),
    }
    assert {found.consent for found in findings.disclosures(case.db, accept.id)} == {Consent.BEFORE, Consent.ACCEPTED}


def test_what_is_read_back_is_what_analysis_gave(case: CaseFile) -> None:
    examined = analyse(case, _PACK)
    for run, verdicts in examined.verdicts.items():
        found = _alone(case, run)
        assert findings.disclosures(case.db, run) == found.disclosures
        assert tuple(findings.payloads(case.db, run).values()) == found.payloads
        assert findings.transmissions(case.db, run) == found.transmissions
        assert findings.stories(case.db, run) == found.stories
        assert findings.consent_calls(case.db, run) == found.consent_calls
        assert findings.observations(case.db, run) == found.observations
        assert findings.verdicts(case.db, run) == tuple(sorted(verdicts, key=lambda verdict: verdict.tracker))
        assert verdicts == found.verdicts
    assert overall.linkage(case.db) == examined.linkage
    assert overall.judgements(case.db) == examined.judgements


def _alone(case: CaseFile, run: str) -> Analysis:
    """One run by itself, with its payloads."""
    return analyse_run(
        run=raw.run_facts(case.db, run),
        events=raw.events(case.db, run),
        blobs=raw.Payloads(case.db),
        stacks=raw.stacks(case.db),
        hooks=raw.hooks(case.db, run),
        steps=raw.steps(case.db, run),
        persona=raw.persona(case.db, run),
        pack=_PACK,
    )


def test_the_runs_are_compared_with_one_another(case: CaseFile) -> None:
    (email,) = analyse(case, _PACK).linkage.dossiers
    assert (email.tracker, email.own, email.joined) == ("alpha", ("device_model", "email"), ())


def test_analysing_again_gives_the_same_rows_and_touches_no_raw_one(case: CaseFile) -> None:
    raw = _dump(case, tables.CASE | tables.SEEN)
    analyse(case, _PACK)
    first = _dump(case, tables.DERIVED)
    analyse(case, _PACK)
    assert _dump(case, tables.DERIVED) == first
    assert {name: rows for name, rows in _dump(case, tables.CASE | tables.SEEN).items() if name != "fault"} == {
        name: rows for name, rows in raw.items() if name != "fault"
    }
    assert first["tracker"][0]["legal_entity"] == "Alpha, Inc."
    assert [row["layer"] for row in first["decoded"]] == [Layer.ENCODE.value] * len(first["decoded"])


def test_analysing_with_other_hook_files_forgets_what_the_old_ones_said(case: CaseFile) -> None:
    analyse(case, _PACK)
    analyse(case, Pack(trackers=(), platform=(), sha256="1" * 64))
    assert packs.trackers(case.db) == {}
    every = [found for run in queries.runs(case.db) for found in findings.disclosures(case.db, run.id)]
    assert {found.tracker for found in every} <= {"unattributed"}


def test_an_analysis_that_cannot_be_stored_leaves_the_old_one_whole(case: CaseFile) -> None:
    analyse(case, _PACK)
    before = _dump(case, tables.DERIVED)
    case.db.execute("CREATE TRIGGER refuse BEFORE INSERT ON verdict BEGIN SELECT raise(ABORT, 'refused'); END")
    with pytest.raises(Exception, match="refused"):
        analyse(case, _PACK)
    assert _dump(case, tables.DERIVED) == before


def test_progress_names_each_run_in_its_turn(case: CaseFile) -> None:
    told: list[str] = []
    analyse(case, _PACK, progress=told.append)
    assert told == [run.id for run in queries.runs(case.db)]
