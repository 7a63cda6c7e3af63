"""A plan on one device: a flow, or a suite of variants, one run after another, into one case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from harness.device import plant
from harness.model.errors import DeviceLost, Fault, InputError
from harness.run import Bench, RunPlan, RunResult, run_once
from harness.scenario import CaseWords, load_flow, load_suite
from harness.store import CaseHeader
from harness.yamlmarks import load_marked

# A flow is a header and commands, two YAML documents; a suite is one.
_FLOW_DOCUMENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `harness run` does: the case's words and one RunPlan per variant."""

    case: CaseWords
    runs: tuple[RunPlan, ...]


def load_plan(path: Path, *, app_file: Path | None = None, env: Mapping[str, str] | None = None) -> Plan:
    """Read a flow or a suite. `env` wins over what the file says. Raises InputError with every fault."""
    _must_exist(path)
    given = dict(env or {})
    names = (*plant("names only").env, *given)
    documents, _ = load_marked(path)
    if len(documents) == _FLOW_DOCUMENTS:
        return Plan(case=CaseWords(), runs=(RunPlan(flow=load_flow(path, names=names), env=given, app_file=app_file),))
    suite = load_suite(path, names=names)
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
    return Plan(case=suite.case, runs=runs)


def run_plan(
    plan: Plan, bench: Bench, *, on_result: Callable[[RunPlan, RunResult], None] = lambda plan, result: None
) -> list[RunResult]:
    """Run every variant; the app is installed once. A lost device or Ctrl-C ends the plan, any other failure only its
    own run."""
    bench.case.set_header(CaseHeader(**asdict(plan.case)))
    results: list[RunResult] = []
    for number, run in enumerate(plan.runs):
        result = run_once(run if number == 0 else replace(run, app_file=None), bench)
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
