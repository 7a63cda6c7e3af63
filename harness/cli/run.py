"""`harness run`: play a flow or a suite with every hook armed, store everything, say what was found."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import click

from harness.cli import output, summary
from harness.cli.hooks import hooks_option
from harness.cli.outcome import Wanted, conclude, judging_options, wanted
from harness.device import AndroidDevice, open_device
from harness.examine import analyse
from harness.handset.witness.mitm import MitmWitness
from harness.instrumented import Foresight
from harness.model.errors import ExitCode, HarnessError, InputError, worst
from harness.model.tracker import Pack
from harness.probe import FridaProbe
from harness.run import Bench, CommandJournal, RunPlan, RunResult
from harness.store import CaseFile
from harness.suite import Plan, load_plan, run_plan
from harness.trackers import load_pack

serial_option = click.option(
    "-s", "--serial", "-D", "--device", "serial", envvar="ANDROID_SERIAL", help="Which device (see `harness devices`)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the user asked for."""

    plan: Plan
    case: Path
    serial: str | None
    witness: Path | None
    pack: Pack
    lossless: bool = False
    preflight: bool = True
    mapping: Path | None = None
    collect: bool = False
    outside: bool = True
    wanted: Wanted = field(default_factory=Wanted)


@click.command(short_help="Play a flow or a suite with every hook armed.")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--case", "case_file", required=True, type=click.Path(path_type=Path), help="The case file to write.")
@serial_option
@click.option("--app", "app_file", type=click.Path(path_type=Path, exists=True), help="Install this package first.")
@click.option("--witness", type=click.Path(path_type=Path), help="Virtual handset: keep a proxy's own record here.")
@click.option("-e", "--env", multiple=True, metavar="NAME=VALUE", help="A value for the flow; wins over the file.")
@click.option("--lossless", is_flag=True, help="Let the app wait rather than drop an event when the harness is slow.")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The app's own mapping.txt, as R8 wrote it: renamed code is then hooked and named for certain.",
)
@click.option("--collect", is_flag=True, help="After each run, pull the files that trackers keep on the phone (root).")
@click.option(
    "--outside/--no-outside",
    default=True,
    show_default=True,
    help="Also ask the device what it saw of the app: bytes, host names, sensors, permissions, places.",
)
@click.option("--no-preflight", is_flag=True, help="Do not look into the app's code before the run.")
@judging_options
@hooks_option
def run(
    *,
    scenario: Path,
    case_file: Path,
    serial: str | None,
    app_file: Path | None,
    witness: Path | None,
    env: tuple[str, ...],
    lossless: bool,
    mapping: Path | None,
    no_preflight: bool,
    collect: bool,
    outside: bool,
    policy_file: Path | None,
    hooks_folder: tuple[Path, ...],
    **judging: Any,
) -> ExitCode:
    """Play SCENARIO (a flow or a suite) with every hook armed; store, analyse, summarise.

    Before the first run of an app its code is read (--app, or else the files that are installed): which SDKs are in it,
    and under which names their methods are to be hooked.

    With expectations (the suite's `expect:`, or --policy) the exit code is 1 when a run broke one, and 6 when one could
    not be judged. Without, findings are stated and gate nothing: it is 0 when every run is complete, 6 when something
    limits what one can say (a blind spot, a hook that failed, a sign of life that is missing).
    """
    if mapping is not None and no_preflight:
        raise InputError("--mapping is of no use without the preflight", remedy="Leave out --no-preflight.")
    pack = load_pack(hooks_folder)
    asked = wanted(**judging)
    plan = load_plan(scenario, app_file=app_file, env=_pairs(env), pack=pack, policy=policy_file)
    order = Order(
        plan=plan,
        case=case_file,
        serial=serial,
        witness=witness,
        pack=pack,
        lossless=lossless,
        preflight=not no_preflight,
        mapping=mapping,
        collect=collect,
        outside=outside,
        wanted=asked,
    )
    return execute(order)


def execute(order: Order) -> ExitCode:
    """Run, analyse and summarise; what `run` and `demo` share."""
    journal = CommandJournal()
    device = open_device(order.serial, journal=journal)
    order.case.parent.mkdir(parents=True, exist_ok=True)
    with CaseFile.open(order.case, create=True) as case, _terminable():
        case.mark_abandoned()
        variants = [plan.variant for plan in order.plan.runs]
        case.audit("run", {"serial": device.serial, "runs": variants, "reveal": order.wanted.reveal})
        results = _run_all(order, case, device, journal)
        found = analyse(case, order.pack)
        summary.print_summary(case, [result.run for result in results], reveal=order.wanted.reveal)
        verdicts = [verdict for result in results for verdict in found.verdicts[result.run] if not verdict.tracker]
        # A finding may rest on a measurement with a blind spot: what it says is true, but not all there is to say.
        limited = any(verdict.reasons for verdict in verdicts)
        code = conclude(case, order.wanted, found.judgements, limited=limited)
    return worst([code, *(result.exit_code for result in results)])


def _run_all(order: Order, case: CaseFile, device: AndroidDevice, journal: CommandJournal) -> list[RunResult]:
    with output.err.status("starting") as status:
        bench = Bench(
            device=device,
            journal=journal,
            probe=FridaProbe(device.serial, port=device.frida_port, lossless=order.lossless),
            case=case,
            pack=order.pack,
            evidence=order.case.parent / f"{order.case.stem}-evidence",
            witness=MitmWitness(order.witness) if order.witness else None,
            foresight=Foresight(order.pack, mapping=order.mapping) if order.preflight else None,
            collect=order.collect,
            outside=order.outside,
            mode="lossless" if order.lossless else "default",
            progress=lambda step: status.update(output.plain(step)),
        )
        return run_plan(order.plan, bench, on_result=_tell)


def _tell(plan: RunPlan, result: RunResult) -> None:
    name = plan.variant or plan.flow.name
    mark = "[green]ok[/]" if result.exit_code is ExitCode.CLEAN else f"[red]{result.outcome}[/]"
    stored = sum(books.stored for books in result.books)
    output.err.print(f"{mark} {output.plain(name)}: {stored} events stored {output.plain(result.reason)}")
    for note in result.notes:
        output.err.print(f"  {output.plain(note)}")
    if isinstance(result.error, HarnessError):
        output.problem(result.error)
    elif result.error is not None and not isinstance(result.error, KeyboardInterrupt):
        raise result.error


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: continuous integration sends it, and the books must close all the same."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    wrong = [pair for pair in given if "=" not in pair]
    if wrong:
        raise InputError(f"--env {wrong[0]!r} is no NAME=VALUE", remedy="Write, for example, -e CONSENT=reject.")
    return dict(pair.split("=", 1) for pair in given)
