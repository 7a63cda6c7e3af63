"""A plan on one device: a flow, or a suite of variants, one run after another, into one case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from harness.device import plant
from harness.model.errors import DeviceLost, Fault, InputError
from harness.model.policy import Policy
from harness.model.tracker import Pack
from harness.run import Bench, RunPlan, RunResult, run_once
from harness.scenario import CaseWords, load_flow, load_suite
from harness.scenario.policy_file import known_words, load_policy
from harness.store import CaseHeader
from harness.yamlmarks import load_marked

# A flow is a header and commands, two YAML documents; a suite is one.
_FLOW_DOCUMENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `harness run` does: the case's words and one RunPlan per variant."""

    case: CaseWords
    runs: tuple[RunPlan, ...]
    policy: Policy | None = None  # what is expected of the app, in every run


def load_plan(
    path: Path,
    *,
    app_file: Path | None = None,
    env: Mapping[str, str] | None = None,
    pack: Pack | None = None,
    policy: Path | None = None,
) -> Plan:
    """Read a flow or a suite. `env` and `policy`, a policy file, win over what the file says; `pack` is what the words
    of a policy are checked against. Raises InputError with every fault."""
    _must_exist(path)
    given = dict(env or {})
    names = (*plant("names only").env, *given)
    documents, _ = load_marked(path)
    if len(documents) == _FLOW_DOCUMENTS:
        expected = None if policy is None else load_policy(policy, known=known_words(pack))
        flow = load_flow(path, names=names)
        return Plan(case=CaseWords(), runs=(RunPlan(flow=flow, env=given, app_file=app_file),), policy=expected)
    suite = load_suite(path, names=names, pack=pack)
    expected = suite.policy
    if policy is not None:
        variants = tuple(variant.name for variant in suite.variants)
        expected = load_policy(policy, known=known_words(pack, variants=variants))
    runs = tuple(
        RunPlan(
            flow=suite.flow,
            variant=variant.name,
            env={**variant.env, **given},
            app_file=app_file or suite.package_file,
            secrets=suite.secrets,
            own_hosts=suite.own_hosts,
            app_name=suite.app_name,
        )
        for variant in suite.variants
    )
    return Plan(case=suite.case, runs=runs, policy=expected)


def run_plan(
    plan: Plan, bench: Bench, *, on_result: Callable[[RunPlan, RunResult], None] = lambda plan, result: None
) -> list[RunResult]:
    """Run every variant; the app is installed once. A lost device or Ctrl-C ends the plan, any other failure only its
    own run."""
    bench.case.set_header(CaseHeader(**asdict(plan.case)))
    policy = bench.case.add_policy(plan.policy) if plan.policy is not None else None
    results: list[RunResult] = []
    for number, run in enumerate(plan.runs):
        judged = replace(run, policy=policy)
        result = run_once(judged if number == 0 else replace(judged, app_file=None), bench)
        results.append(result)
        on_result(run, result)
        if isinstance(result.error, DeviceLost | KeyboardInterrupt):
            break
    return results


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise InputError(
            f"there is no file {path}",
            remedy="Give a flow or a suite; those that come with the program are in scenarios/.",
            faults=(Fault(file=str(path), line=0, problem="is missing", remedy="Check the path."),),
        )
