"""What was found out before a run, and what was collected after it, comes back from the case file as it went in."""

from __future__ import annotations

import json
from dataclasses import replace

from harness.model.code import AppPackage
from harness.model.preflight import Found
from harness.model.rest import RestStored
from harness.store import CaseFile, RunStart, findings, queries, raw
from harness.store.foreseen import foreseen
from tests.rows import app, device, digest, hook, numbered, started
from tests.synthetic.foreseen import FORESEEN


def test_a_preflight_comes_back_as_it_was_with_the_names_of_renamed_classes() -> None:
    seen = replace(FORESEEN, own_names={"a.z": "com.example.doorbell.Main", "a.b.d": "com.beta.sdk.internal.Encoder"})
    with CaseFile.open(":memory:", new_id=numbered()) as case:
        facts = device()
        installed = case.add_app(replace(app(), signer_sha256=None), foreseen=seen)
        writer = case.start_run(RunStart(flow="study", variant="", app=installed, device=case.add_device(facts)), facts)
        writer.add_renamed(seen)
        writer.end_run("completed", exit_code=0)
        assert foreseen(case.db, writer.run) == replace(seen, own_names={"a.z": "com.example.doorbell.Main"})
        (row,) = case.db.query("SELECT sdks, signer_sha256 FROM app")
    assert json.loads(row["sdks"]) == ["alpha 5.9.6", "beta", "gamma 9.1.0", "delta 2.17.1"]
    assert row["signer_sha256"] == digest(b"the signer")


def test_of_hooks_in_the_system_nothing_was_asked_and_nothing_is_kept() -> None:
    asked = replace(FORESEEN.hooks[0], found=Found.NOT_ASKED)
    with CaseFile.open(":memory:") as case:
        facts = device()
        installed = case.add_app(app(), foreseen=replace(FORESEEN, hooks=(asked, FORESEEN.hooks[1])))
        writer = case.start_run(RunStart(flow="study", variant="", app=installed, device=case.add_device(facts)), facts)
        writer.end_run("completed", exit_code=0)
        kept = foreseen(case.db, writer.run)
    assert kept is not None
    assert kept.hooks == FORESEEN.hooks[1:2]


def test_where_nobody_looked_there_is_nothing() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.end_run("completed", exit_code=0)
        assert foreseen(case.db, writer.run) is None


def test_a_hook_keeps_how_it_was_found_and_that_every_overload_was_asked_for() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        plan = (hook(tier="fingerprint", resolution=("one class has its strings",), parameters=None), hook())
        writer.start_process("com.example.app", how="spawned", hooks=plan)
        writer.end_run("completed", exit_code=0)
        found, plain = queries.hooks(case.db, writer.run)
        stored, _ = raw.hooks(case.db, writer.run)
    assert (found.tier, found.resolution, found.parameters) == ("fingerprint", ("one class has its strings",), None)
    assert (plain.tier, plain.resolution, plain.parameters) == (None, (), ("java.lang.String",))
    assert stored.tier == "fingerprint"


def test_a_collected_file_is_kept_with_its_content_also_when_the_run_has_ended() -> None:
    content = b"<map/>"
    stored = RestStored(
        id="",
        tracker="alpha",
        path="shared_prefs/alpha.xml",
        device_path="/data/data/com.example.app/shared_prefs/alpha.xml",
        size=len(content),
        sha256=digest(content),
        modified_ms=1.0,
        collected_ms=2.0,
        meaning="settings",
    )
    with CaseFile.open(":memory:", new_id=numbered()) as case:
        writer = started(case)
        case.add_rest_file(stored, writer.run, content)
        writer.end_run("completed", exit_code=0)
        case.add_rest_file(replace(stored, path="shared_prefs/a.xml"), writer.run, content)
        first, second = raw.rest_files(case.db, writer.run)
        assert raw.Payloads(case.db)[stored.sha256] == content
        assert findings.rest_values(case.db, writer.run) == ()
    assert (first.path, second) == ("shared_prefs/a.xml", replace(stored, id=second.id))
    assert first.id != second.id != ""


def test_an_empty_package_is_a_package() -> None:
    with CaseFile.open(":memory:") as case:
        facts = device()
        nothing = replace(FORESEEN, app=AppPackage(files=()), sdks=(), hooks=(), switches=(), renamed=(), warnings=())
        installed = case.add_app(app(), foreseen=nothing)
        writer = case.start_run(RunStart(flow="study", variant="", app=installed, device=case.add_device(facts)), facts)
        writer.end_run("completed", exit_code=0)
        assert foreseen(case.db, writer.run) == nothing
