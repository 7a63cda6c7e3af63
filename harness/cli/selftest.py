"""`harness selftest`: does an app notice the hooks? A program, or boot methods, without them and with them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import click

from harness.cli import output
from harness.cli.run import serial_option
from harness.device import AndroidDevice, open_device
from harness.handset.root import JAVA_HOME
from harness.model.errors import AppDied, ExitCode, InputError
from harness.probe import FridaProbe
from harness.selftest import BEYOND, DevicePlace, Difference, Outcome, exercise_boot

_CORES = ("native", "plain")
_START_S = 20.0
_SHOWN = 400  # characters of one result; `--json` has all


@click.command(short_help="Show that an app does not notice the hooks.")
@serial_option
@click.option("--core", type=click.Choice([*_CORES, "both"]), default="both", show_default=True)
@click.option(
    "-f", "--package", metavar="PACKAGE", help="On Android: the app whose process calls methods of the platform."
)
@click.option("--each", is_flag=True, help="One row for each case, not for each topic.")
@output.as_json_option
def selftest(
    *, serial: str | None, core: str, package: str | None, each: bool, as_json: bool, as_lines: bool
) -> ExitCode:
    """Run a program without hooks and with every method of it hooked, and compare what its cases saw.

    On Android, where no program of ours can be run, the agent calls harmless methods of the platform inside PACKAGE.

    The exit code is 0 when every case is equal, every hook was in place and called, and the books closed. Otherwise it
    is 6: what is measured on this device would be inconclusive.
    """
    with output.err.status("running the self-test"):
        device = open_device(serial)
        cores = _CORES if core == "both" else (core,)
        outcomes = _on_jvm(device, cores) if device.profile.runtime == "jvm" else _on_android(device, cores, package)
    if as_json or as_lines:
        rows = [_row(device.serial, outcome) for outcome in outcomes]
        output.show(rows, columns=(), as_json=as_json, as_lines=as_lines, empty="")
    else:
        _tell(outcomes, each=each)
    return ExitCode.CLEAN if all(outcome.sound for outcome in outcomes) else ExitCode.INCONCLUSIVE


def reasons_against(device: AndroidDevice, package: str) -> tuple[str, ...]:
    """Why hooks are not to be trusted on this device, by the core that runs use; empty when the self-test is sound."""
    cores = _CORES[:1]
    outcomes = _on_jvm(device, cores) if device.profile.runtime == "jvm" else _on_android(device, cores, package)
    return tuple(reason for outcome in outcomes for reason in outcome.reasons)


def _on_jvm(device: AndroidDevice, cores: Sequence[str]) -> list[Outcome]:
    place = DevicePlace(device, java_home=JAVA_HOME)
    without = place.without_hooks()
    return [place.hooked(_probe(device, core), core, without) for core in cores]


def _on_android(device: AndroidDevice, cores: Sequence[str], package: str | None) -> list[Outcome]:
    if package is None:
        raise InputError(
            f"{device.serial} is an Android: in which app's process is the self-test to run?",
            remedy="Name an installed app with -f PACKAGE, for example com.android.settings.",
        )
    pid = _running(device, package)
    return [exercise_boot(partial(_probe(device, core).attach, pid), core) for core in cores]


def _running(device: AndroidDevice, package: str) -> int:
    if device.pid(package) is None:
        device.start(package)
    until = time.monotonic() + _START_S
    while (pid := device.pid(package)) is None:
        if time.monotonic() > until:
            raise AppDied(f"{package} does not start on {device.serial}", remedy="Start it by hand and try again.")
        time.sleep(0.1)
    return pid


def _probe(device: AndroidDevice, core: str) -> FridaProbe:
    return FridaProbe(device.serial, port=device.frida_port, lossless=True, core=core)


def _row(serial: str, outcome: Outcome) -> dict[str, Any]:
    return {
        "serial": serial,
        "core": outcome.core,
        "sound": outcome.sound,
        "reasons": list(outcome.reasons),
        "equal": outcome.equal,
        "cases": list(outcome.cases),
        "differences": [asdict(one) for one in outcome.differences],
        "limits": [asdict(one) for one in outcome.limits],
        "beyond": {case: BEYOND[outcome.core][case] for case in outcome.beyond},
        "hooks": outcome.hooks,
        "observed": asdict(outcome.observed),
    }


def _tell(outcomes: Sequence[Outcome], *, each: bool) -> None:
    output.out.print(output.table(_by_case(outcomes) if each else _by_topic(outcomes), _columns(outcomes, each=each)))
    for outcome in outcomes:
        output.out.print()
        _tell_one(outcome)


def _columns(outcomes: Sequence[Outcome], *, each: bool) -> tuple[str, ...]:
    first = ("case",) if each else ("topic", "cases")
    return (*first, *(outcome.core for outcome in outcomes))


def _by_case(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    return [{"case": case, **{outcome.core: _word(outcome, case) for outcome in outcomes}} for case in _every(outcomes)]


def _every(outcomes: Sequence[Outcome]) -> list[str]:
    """Every case that was run, in order; a core may have left some out."""
    return list(max(outcomes, key=lambda outcome: len(outcome.cases)).cases)


def _word(outcome: Outcome, case: str) -> str:
    if case not in outcome.cases:
        return "not run"
    return "differs" if any(one.case == case for one in outcome.differences) else "equal"


def _by_topic(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """How many cases of each topic, the word before the colon, are equal."""
    total = Counter(map(_topic, _every(outcomes)))
    rows: list[dict[str, object]] = []
    for topic, cases in total.items():
        row: dict[str, object] = {"topic": topic, "cases": cases}
        for outcome in outcomes:
            differing = {one.case for one in outcome.differences}
            row[outcome.core] = sum(_topic(case) == topic and case not in differing for case in outcome.cases)
        rows.append(row)
    return rows


def _topic(case: str) -> str:
    return case.partition(":")[0]


def _tell_one(outcome: Outcome) -> None:
    seen = outcome.observed
    style = "green" if outcome.sound else "red"
    output.out.print(f"[{style}]{outcome.core}: {outcome.equal} of {len(outcome.cases)} cases equal[/]")
    closed = "the books close" if seen.closed else "[red]the books do not close[/]"
    waiting = outcome.hooks - seen.in_place
    unused = f", {waiting} of classes that are never used" if waiting and not seen.unproven else ""
    output.out.print(f"  {seen.captured} calls captured, {seen.dropped} dropped, {closed}")
    output.out.print(f"  {seen.in_place} of {outcome.hooks} hooks in place{unused}; runtime {seen.runtime}")
    check = seen.self_check
    output.out.print(f"  the session's own check: {'not told' if check is None else output.plain(check.outcome)}")
    for difference in outcome.differences:
        _tell_difference(difference, "red")
    for one in (*seen.unproven, *seen.faults):
        output.out.print(f"  [red]not proven[/] {output.plain(one)}")
    for case in outcome.beyond:
        output.out.print(f"  [yellow]not run[/] {output.plain(case)}: {output.plain(BEYOND[outcome.core][case])}")
    for limit in outcome.limits:
        _tell_difference(limit, "yellow")


def _tell_difference(difference: Difference, style: str) -> None:
    output.out.print(f"  [{style}]{output.plain(difference.case)}[/]")
    for label, said in (("without hooks", difference.without), ("with hooks   ", difference.hooked)):
        output.out.print(
            f"    {label}  {'(no line: the program had ended)' if said is None else output.plain(_cut(said))}"
        )


def _cut(said: str) -> str:
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}... ({len(said)} characters)"
