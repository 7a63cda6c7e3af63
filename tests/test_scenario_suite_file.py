"""Suite files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.device.persona import plant
from harness.model.errors import InputError
from harness.resources import folder
from harness.scenario import load_suite


def test_the_shipped_suite_has_the_three_ways_to_answer() -> None:
    suite = load_suite(folder("scenarios") / "doorbell" / "suite.yaml", names=plant("x").env)
    assert suite.app == "com.example.doorbell" == suite.flow.app_id
    assert {variant.name: variant.env["CHOICE"] for variant in suite.variants} == {
        "no-choice": "later",
        "reject": "reject",
        "accept": "accept",
    }
    assert suite.case.test_account


def test_the_suites_env_holds_for_every_variant_and_may_be_overridden(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text("appId: com.x\n---\n- inputText: ${A}${B}\n")
    path = tmp_path / "suite.yaml"
    path.write_text(
        "app: com.x\nflow: flow.yaml\npackage_file: ../x.apk\nsecrets: [B]\nenv: {A: one, B: two}\n"
        "own_hosts: ['api[.]x[.]com']\n"
        "variants: {plain: {}, other: {env: {A: three}}}\ncase: {delete_by: 2027-01-31, operator: Ada}\n"
    )
    suite = load_suite(path, names=[])
    assert [dict(variant.env) for variant in suite.variants] == [{"A": "one", "B": "two"}, {"A": "three", "B": "two"}]
    assert suite.secrets == {"B"} and suite.package_file == tmp_path.parent / "x.apk"
    assert suite.own_hosts == ("api[.]x[.]com",)
    assert (suite.case.delete_by, suite.case.operator) == ("2027-01-31", "Ada")


def test_the_faults_of_a_suite_and_of_its_flow_come_together(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text("appId: com.x\n---\n- tapOm: x\n- inputText: ${NOBODY}\n")
    path = tmp_path / "suite.yaml"
    path.write_text(
        "app: com.x\n"
        "flow: flow.yaml\n"
        "case: {delete_by: tomorrow, operater: Ada}\n"
        "variants:\n"
        "  one: {env: {A: x}}\n"
        "  two: {evn: {A: x}}\n"
        "devices: 3\n"
        "own_hosts: ['(']\n"
    )
    with pytest.raises(InputError) as caught:
        load_suite(path, names=["EMAIL"])
    found = {
        (Path(fault.file).name, fault.line, fault.problem.partition(": missing")[0]) for fault in caught.value.faults
    }
    assert found == {
        ("flow.yaml", 3, "unknown command 'tapOm'"),
        ("flow.yaml", 4, "${NOBODY} has no value"),
        ("suite.yaml", 3, "'tomorrow' is no date"),
        ("suite.yaml", 3, "unknown key 'operater'"),
        ("suite.yaml", 6, "unknown key 'evn'"),
        ("suite.yaml", 6, "variant two has no A, others have"),
        ("suite.yaml", 7, "unknown key 'devices'"),
        ("suite.yaml", 8, "'(' is no regular expression"),
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("app: com.x\nflow: none.yaml\nvariants: {a: {}}\n", "there is no file none.yaml"),
        ("app: com.x\nvariants: {a: {}}\n", "a suite needs `flow`"),
        ("app: com.x\nflow: flow.yaml\nvariants: []\n", "variants must name at least one"),
        ("app: com.x\nflow: flow.yaml\n", "a suite needs `variants`"),
        ("app: com.x\nflow: flow.yaml\nvariants: {a: x}\n", "variant a must be a mapping"),
        ("app: com.x\n  flow: x\n", "not valid YAML"),
    ],
)
def test_a_suite_that_cannot_be_run_says_why(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "flow.yaml").write_text("appId: com.x\n---\n- back\n")
    path = tmp_path / "suite.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_suite(path)
    assert any(problem in fault.problem for fault in caught.value.faults), caught.value.faults
