"""`harness handset`: the virtual handset, a device that needs no phone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click

from harness.cli import output
from harness.device import open_device
from harness.handset import handset as handsets
from harness.handset.build import Variant, doorbell, doorbell_apk
from harness.handset.console import ask
from harness.handset.pack import pack as make_package
from harness.model.errors import HandsetError

_name = click.argument("name", default="handset")


@click.group(short_help="The virtual handset, a device without a phone.")
def handset() -> None:
    """The virtual handset: real adbd, real Frida, real Java hooks; not Android, and every report says so."""


@handset.command()
@_name
@click.option("--api", default=34, show_default=True, help="The Android API level its commands imitate.")
@click.option("--port", type=int, help="The port of its adbd; by default the first free one from 6601.")
@click.option(
    "--root",
    type=click.Choice(handsets.ROOTS),
    default="adbd",
    show_default=True,
    help="The root it seems to have: adbd's own, a su of AOSP's or Magisk's style (which may refuse), or none.",
)
@click.option("--doorbell", is_flag=True, help="Build the sample app and install it.")
def up(*, name: str, api: int, port: int | None, root: str, doorbell: bool) -> None:
    """Build its root when needed (once), start it, wait for adb and Frida. Twice changes nothing."""
    with output.err.status(f"starting the virtual handset {name}") as status:
        running = handsets.up(name, api=api, port=port, root=root, on_progress=status.update)
        if doorbell:
            open_device(running.serial).install(doorbell_apk(on_progress=status.update))
    what = f"virtual handset {running.name}, API {running.api}, Frida on port {running.frida_port}"
    output.out.print(f"{running.serial}  {what}")


@handset.command()
@_name
def down(*, name: str) -> None:
    """Stop it; its data stays for the next start."""
    output.out.print(f"{name} is stopped" if handsets.down(name) else f"{name} was not running")


@handset.command()
@_name
def reset(*, name: str) -> None:
    """Factory reset: no apps, no files, new identifiers. Starts it again when it was running."""
    with output.err.status(f"resetting {name}") as status:
        handsets.reset(name, on_progress=status.update)
    output.out.print(f"{name} is as new")


@handset.command("list")
@output.as_json_option
def list_handsets(*, as_json: bool, as_lines: bool) -> None:
    """List the handsets of this machine, running or not."""
    rows = [_row(each) for each in handsets.listing()]
    output.show(
        rows,
        columns=("name", "state", "serial", "api", "root", "frida_port"),
        as_json=as_json,
        as_lines=as_lines,
        empty="No handset yet. Start one: harness handset up",
    )


def _row(each: handsets.RunningHandset) -> dict[str, Any]:
    return {
        "name": each.name,
        "state": "running" if each.running else "stopped",
        "serial": each.serial,
        "api": each.api,
        "root": each.root,
        "frida_port": each.frida_port,
    }


@handset.command()
@_name
def remove(*, name: str) -> None:
    """Stop it and delete everything it holds."""
    handsets.remove(name)
    output.out.print(f"{name} is gone")


@handset.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def fault(*, name: str, words: tuple[str, ...]) -> None:
    """Plant failures on a running handset: `add ROW [--after N] [--times N] [--probability P] [--text T] [--on WORDS]`,
    `list`, `rows`, `clear [ROW]`. It needs no adb. docs/handset.md, section 9."""
    answer = ask(handsets.running(name), ("cmd", "handset", "fault", *(words or ("rows",))))
    if answer.code != 0:
        raise HandsetError(answer.err.strip(), remedy=f"`harness handset fault {name} rows` lists the failures.")
    output.out.print(answer.out.rstrip("\n"), soft_wrap=True, markup=False, highlight=False)


@handset.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path))
def pack(*, folder: Path, file: Path) -> None:
    """Compile an app of your own from FOLDER and write it to FILE, ready to install (docs/handset.md)."""
    with output.err.status("compiling"):
        make_package(folder, file)
    output.out.print(str(file))


@handset.command()
@click.option(
    "--variant",
    type=click.Choice([str(each) for each in Variant]),
    default=str(Variant.PLAIN),
    show_default=True,
    help="What is done to the names in its code; leaky: the next version, which tells more.",
)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Write it there; its mapping beside it.")
def sample(*, variant: str, file: Path | None) -> None:
    """Build the sample app Doorbell and say where it is: as it is, renamed as shipped apps are (minified), or leaky."""
    with output.err.status("building") as status:
        built = doorbell(status.update, variant=Variant(variant))
    found = [built.package, *([built.mapping] if built.mapping else [])]
    if file is not None:
        places = [file, file.with_name(f"{file.name}.mapping.txt")]
        found = [shutil.copyfile(each, place) for each, place in zip(found, places, strict=False)]
    for each in found:
        output.out.print(str(each), soft_wrap=True)
