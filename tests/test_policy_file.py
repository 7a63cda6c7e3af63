"""Policy files and the `expect:` of suites: what they mean, every fault at its line, and the schema for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from harness.cli.flow import flow
from harness.device.persona import plant
from harness.model.errors import ExitCode, InputError
from harness.model.findings import Consent, Grade
from harness.model.policy import Expectation, Hearing, Means, Scope
from harness.resources import folder
from harness.scenario import load_suite
from harness.scenario.policy_file import known_words, load_policy, read_policy
from harness.scenario.policy_words import KnownWords
from harness.trackers import load_pack
from harness.yamlmarks import load_marked, plain
from tests.synthetic import PACK

SCENARIOS = folder("scenarios")
POLICIES = sorted((SCENARIOS / "policies").glob("*.yaml"))
KNOWN = known_words(PACK, variants=("accept", "reject"))


def written(tmp_path: Path, expect: str) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(f"name: P\nexpect:\n{expect}")
    return path


def only(tmp_path: Path, expect: str) -> Expectation:
    (one,) = load_policy(written(tmp_path, expect), known=KNOWN).expectations
    return one


def test_a_forbidden_scope_and_what_it_lets_pass(tmp_path: Path) -> None:
    one = only(
        tmp_path,
        "  early:\n"
        "    says: Nobody gets an address early.\n"
        "    forbid: {trackers: any, except: [delta], categories: [email, name], when: before any choice,\n"
        "             phases: [start], variants: reject, told: [nothing, no], proof: planted value}\n"
        "    allow: {trackers: alpha, categories: name}\n"
        "    means: sent\n",
    )
    assert one == Expectation(
        name="early",
        says="Nobody gets an address early.",
        forbid=Scope(
            but_trackers=("delta",),
            categories=("email", "name"),
            consents=(Consent.BEFORE,),
            phases=("start",),
            variants=("reject",),
            hearings=(Hearing.NOTHING, Hearing.OPTED_OUT),
            grades=(Grade.PLANTED,),
        ),
        allow=(Scope(trackers=("alpha",), categories=("name",)),),
        means=Means.SENT,
        line=3,
    )


def test_the_short_forms_say_what_they_stand_for(tmp_path: Path) -> None:
    policy = load_policy(
        written(
            tmp_path,
            "  named: {notice: [alpha], when: after accept}\n"
            "  nobody: {notice: []}\n"
            "  obeyed: {after_opt_out: no request, trackers: [beta]}\n"
            "  crashes: {says: Only crashes., allow_only: [{trackers: delta, categories: device_model}]}\n",
        ),
        known=KNOWN,
    )
    named, nobody, obeyed, crashes = policy.expectations
    assert named.forbid == Scope(but_trackers=("alpha",), consents=(Consent.ACCEPTED,))
    assert named.says == "Nobody gets anything but those that the privacy notice names: alpha"
    assert nobody.forbid == Scope()
    assert (obeyed.forbid, obeyed.means) == (Scope(trackers=("beta",), hearings=(Hearing.OPTED_OUT,)), Means.REQUEST)
    assert (crashes.forbid, crashes.allow) == (Scope(), (Scope(trackers=("delta",), categories=("device_model",)),))


@pytest.mark.parametrize(
    ("expect", "line", "problem", "remedy"),
    [
        ("  a b: {notice: []}\n", 3, "'a b' is no name for an expectation", "Letters"),
        ("  a: {says: x}\n", 3, "expectation a forbids nothing", "Give it one of: forbid"),
        ("  a: {notice: [], forbid: {trackers: any}, says: x}\n", 3, "has forbid and notice", "Give it one of"),
        ("  a: {forbid: {trackers: any}}\n", 3, "expectation a needs `says`", "Add"),
        ("  a: {says: x, forbid: {}}\n", 3, "must say what is forbidden", "trackers: any"),
        ("  a: {says: x, forbid: everything}\n", 3, "must say what is forbidden", "trackers: any"),
        ("  a:\n    says: x\n    forbid:\n      trackers: [alhpa]\n", 6, "unknown word 'alhpa'", "'alpha'"),
        ("  a: {says: x, forbid: {categories: [e-mail]}}\n", 3, "unknown word 'e-mail'", "'email'"),
        ("  a: {says: x, forbid: {when: before choice}}\n", 3, "'before choice'", "'before any choice'"),
        ("  a: {says: x, forbid: {variants: [acept]}}\n", 3, "unknown word 'acept'", "'accept'"),
        ("  a: {says: x, forbid: {told: maybe}}\n", 3, "unknown word 'maybe' in told", "Use one of"),
        ("  a: {says: x, forbid: {tracker: alpha}}\n", 3, "unknown key 'tracker'", "'trackers'"),
        ("  a: {says: x, forbid: {trackers: [any, alpha]}}\n", 3, "'any' stands beside", "Keep one"),
        ("  a: {says: x, forbid: {categories: []}}\n", 3, "categories is empty", "Leave it out"),
        ("  a: {says: x, forbid: {trackers: any}, means: send}\n", 3, "unknown means 'send'", "'sent'"),
        ("  a: {says: x, forbid: {trackers: any}, when: any}\n", 3, "unknown key 'when' beside forbid", "into forbid"),
        ("  a: {after_opt_out: nothing}\n", 3, "unknown after_opt_out", "'nothing sent'"),
        ("  a: {after_opt_out: nothing sent, means: sent}\n", 3, "says by itself", "Write one of"),
        ("  a: {notice: any}\n", 3, "notice must name trackers", "[slug, slug]"),
        ("  a: {says: x, allow_only: []}\n", 3, "allow_only is empty", "Name at least one"),
        ("  a: {notice: []}\n  a: {notice: []}\n", 4, "'a'", ""),
        ("  a: {says: 3, notice: []}\n", 3, "says must be text", "quotes"),
        ("  []\n", 3, "expect must name at least one", "Write"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_do(
    tmp_path: Path, expect: str, line: int, problem: str, remedy: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_policy(written(tmp_path, expect), known=KNOWN)
    told = [(fault.line, fault.problem, fault.remedy) for fault in caught.value.faults]
    assert any(at == line and problem in said and remedy in do for at, said, do in told), told


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "  a: {says: x, forbid: {trackers: [alhpa, bta], when: later}}\n  b: {notice: [gama]}\n")
    _, faults = read_policy(path, known=KNOWN)
    assert [(fault.line, fault.problem.split("'")[1]) for fault in faults] == [
        (3, "alhpa"),
        (3, "bta"),
        (3, "later"),
        (4, "gama"),
    ]


def test_words_that_nobody_can_check_are_taken(tmp_path: Path) -> None:
    policy, faults = read_policy(written(tmp_path, "  a: {notice: [whoever]}\n"), known=KnownWords())
    assert not faults and policy is not None
    assert policy.expectations[0].forbid.but_trackers == ("whoever",)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_every_policy_that_comes_with_the_program_is_valid(path: Path) -> None:
    assert load_policy(path, known=known_words(load_pack())).expectations


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_no_policy_that_comes_with_the_program_speaks_of_law(path: Path) -> None:
    told = [one.says.lower() for one in load_policy(path).expectations]
    assert not [says for says in told for word in ("law", "legal", "violat", "breach", "gdpr") if word in says]


def test_a_suite_may_say_what_it_expects_or_name_a_policy_file(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text("appId: com.x\n---\n- back\n")
    suite = "app: com.x\nflow: flow.yaml\nvariants: {accept: {}}\n"
    (tmp_path / "own.yaml").write_text(f"{suite}expect: {{a: {{notice: [alpha], variants: [accept]}}}}\n")
    written(tmp_path, "  b: {notice: [beta]}\n")
    (tmp_path / "other.yaml").write_text(f"{suite}expect: policy.yaml\n")
    own, other = (load_suite(tmp_path / name, names=[], pack=PACK).policy for name in ("own.yaml", "other.yaml"))
    assert own is not None and other is not None
    assert (own.name, own.file, [one.name for one in own.expectations]) == ("own", "own.yaml", ["a"])
    assert (other.name, other.file, [one.name for one in other.expectations]) == ("P", "policy.yaml", ["b"])


def test_the_faults_of_what_a_suite_expects_come_with_its_own(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text("appId: com.x\n---\n- back\n")
    path = tmp_path / "suite.yaml"
    start = "app: com.x\nflow: flow.yaml\nvariants: {accept: {}}\nsumary: x\n"
    path.write_text(f"{start}expect:\n  a: {{notice: [alhpa], variants: [acept]}}\n")
    with pytest.raises(InputError) as caught:
        load_suite(path, names=[], pack=PACK)
    assert sorted((fault.line, fault.problem) for fault in caught.value.faults) == [
        (4, "unknown key 'sumary'"),
        (6, "unknown word 'acept' in variants"),
        (6, "unknown word 'alhpa' in notice"),
    ]
    path.write_text(f"{start}expect: nowhere.yaml\n")
    with pytest.raises(InputError) as missing:
        load_suite(path, names=[], pack=PACK)
    assert any("there is no file nowhere.yaml" in fault.problem for fault in missing.value.faults)


def test_lint_knows_policies(tmp_path: Path) -> None:
    bad = written(tmp_path, "  a: {notice: [mixpanle]}\n")
    good = CliRunner().invoke(flow, ["lint", *map(str, POLICIES)], standalone_mode=False)
    said = CliRunner().invoke(flow, ["lint", str(bad)], standalone_mode=False)
    assert good.return_value is ExitCode.CLEAN and good.output.count("a valid policy") == len(POLICIES)
    assert said.return_value is ExitCode.INPUT
    assert "policy.yaml:3: unknown word 'mixpanle' in notice - Did you mean 'mixpanel'?" in said.output


def schema() -> dict[str, Any]:
    made: dict[str, Any] = json.loads((SCENARIOS / "policy.schema.json").read_text())
    return made


def obeys(path: Path) -> bool:
    ((document,), _) = load_marked(path)
    return jsonschema.Draft202012Validator(schema()).is_valid(plain(document))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_the_schema_takes_every_policy_that_comes_with_the_program(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert obeys(path)


def test_the_schema_takes_the_expectations_of_the_sample_suite(tmp_path: Path) -> None:
    ((document,), _) = load_marked(SCENARIOS / "doorbell" / "suite.yaml")
    (tmp_path / "p.yaml").write_text(json.dumps({"expect": plain(document)["expect"]}))
    assert obeys(tmp_path / "p.yaml")


@pytest.mark.parametrize(
    ("expect", "valid"),
    [
        ("  a: {notice: []}\n", True),
        ("  a: {notice: [alpha], when: after accept, means: sent}\n", True),
        ("  a: {after_opt_out: nothing sent, trackers: any}\n", True),
        ("  a: {says: x, allow_only: {trackers: alpha}}\n", True),
        ("  a b: {notice: []}\n", False),
        ("  a: {says: x}\n", False),
        ("  a: {forbid: {trackers: any}}\n", False),
        ("  a: {says: x, forbid: {}}\n", False),
        ("  a: {says: x, forbid: {tracker: alpha}}\n", False),
        ("  a: {says: x, forbid: {when: later}}\n", False),
        ("  a: {says: x, forbid: {trackers: any}, when: any}\n", False),
        ("  a: {notice: any}\n", False),
        ("  a: {after_opt_out: nothing}\n", False),
        ("  a: {after_opt_out: nothing sent, means: sent}\n", False),
        ("  a: {says: x, allow_only: []}\n", False),
    ],
)
def test_the_schema_and_the_loader_agree(tmp_path: Path, expect: str, valid: bool) -> None:
    path = written(tmp_path, expect)
    _, faults = read_policy(path)
    assert (obeys(path), not faults) == (valid, valid), faults


def test_the_sample_suite_is_valid_with_the_hook_files_that_come_with_the_program() -> None:
    suite = load_suite(SCENARIOS / "doorbell" / "suite.yaml", names=plant("x").env, pack=load_pack())
    assert suite.policy is not None and len(suite.policy.expectations) == 5
