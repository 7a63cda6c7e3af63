"""`harness demo`: the main job from nothing to a report, on the virtual handset."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from harness.cli import output
from harness.cli.outcome import OPEN, Wanted
from harness.cli.run import Order, execute
from harness.handset import handset as handsets
from harness.handset.build import doorbell_apk
from harness.model.errors import ExitCode
from harness.report import write_html
from harness.resources import folder
from harness.store import CaseFile
from harness.suite import load_plan
from harness.trackers import load_pack

_NAME = "demo"


@click.command(short_help="The whole job on a virtual handset, to a report.")
@click.option("--out", "target", default="out/demo", type=click.Path(path_type=Path), show_default=True)
def demo(*, target: Path) -> ExitCode:
    """Start a virtual handset, run the Doorbell study in its three variants, write case file and report, stop it.

    States its findings and gates nothing: the exit code is 0 when the demo itself worked.
    """
    _fresh(target)
    with output.err.status("preparing the virtual handset") as status:
        apk = doorbell_apk(on_progress=status.update)
        running = handsets.up(_NAME, on_progress=status.update)
    try:
        pack = load_pack()
        plan = load_plan(folder("scenarios") / "doorbell" / "suite.yaml", app_file=apk, pack=pack)
        order = Order(
            plan=plan,
            case=target / "case.db",
            serial=running.serial,
            witness=target / "witness",
            pack=pack,
            collect=True,
            wanted=Wanted(gate=OPEN),
        )
        code = execute(order)
    finally:
        handsets.down(_NAME)
    _report(target)
    _where(target)
    return ExitCode.CLEAN if code is ExitCode.FINDINGS else code


def _fresh(target: Path) -> None:
    """Only what a demo wrote itself is removed."""
    for name in ("witness", "case-evidence"):
        shutil.rmtree(target / name, ignore_errors=True)
    for name in ("case.db", "case.db-wal", "case.db-shm", "report.html"):
        (target / name).unlink(missing_ok=True)


def _report(target: Path) -> None:
    with output.err.status("writing the report"), CaseFile.open(target / "case.db") as case:
        case.audit("report", {"output": "report.html"})
        write_html(case, target / "report.html")


def _where(target: Path) -> None:
    output.out.print()
    output.out.print(
        "The device was a [bold]virtual handset[/]: real ADB, real Frida, a real Java machine - not Android.\n"
        "The app and its five trackers are stand-ins that misbehave on purpose; nothing left this machine."
    )
    output.out.print()
    for name, what in (
        ("report.html", "the report; open it in a browser"),
        ("case.db", "every event and payload (SQLite)"),
        ("witness", "what a proxy saw on the wire"),
    ):
        output.out.print(f"  {output.plain(str(target / name)):28} {what}")
