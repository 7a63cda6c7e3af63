"""`harness hooks preflight`: what an app's code says about its trackers, and what a run will be able to see of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from harness.cli import output
from harness.cli.hooks import hooks_option
from harness.code import open_binary
from harness.model.preflight import Found, HookForecast, Preflight, SdkFound, SwitchFound
from harness.model.tracker import Pack
from harness.preflight import hook_row, summary
from harness.preflight import preflight as look
from harness.trackers import load_pack

_STYLES = {Found.FOUND: "green", Found.RENAMED: "green", Found.AT_RUN_TIME: "green", Found.CANDIDATES: "yellow"}
_SHOWN = 5  # other overloads or candidates in a cell; `--json` has all


@click.command("preflight")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The mapping.txt that R8 or ProGuard wrote for this build: then every renamed name is known.",
)
@click.option(
    "--tracker", "trackers", multiple=True, metavar="SLUG", help="Look for this tracker only. May be repeated."
)
@hooks_option
@click.option("--each", is_flag=True, help="One row for each hook, with the evidence.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option("--nl", "as_lines", is_flag=True, help="One JSON object a line for each hook.")
def preflight(
    *,
    files: tuple[Path, ...],
    mapping: Path | None,
    trackers: tuple[str, ...],
    hooks_folder: tuple[Path, ...],
    each: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Say which trackers are in an app, which hooks will find their methods, and what stays unseen. No device is used.

    FILES are one app: an APK with its splits, a bundle of them (.apks, .xapk, .apkm), a folder, or jars and AARs.
    """
    pack = load_pack(hooks_folder)
    with output.err.status("reading the app's code"):
        binary = open_binary(files)
        found = look(binary, pack, mapping=mapping, trackers=trackers)
    if as_json:
        rows = [hook_row(row) for row in found.hooks]
        click.echo(json.dumps({**summary(found), "hooks": rows}, ensure_ascii=False, indent=2))
    elif as_lines:
        for row in found.hooks:
            click.echo(json.dumps(hook_row(row), ensure_ascii=False))
    else:
        _tell(found, pack, classes=len(binary.code.names()), asked=trackers, each=each)


def _tell(found: Preflight, pack: Pack, *, classes: int, asked: Sequence[str], each: bool) -> None:
    _tell_app(found, classes)
    _tell_sdks(found, pack, asked)
    if each:
        _tell_each(found, asked)
    _tell_switches(found.switches, each=each)
    _tell_list("Beware", "yellow", found.warnings)
    _tell_list("Not read", "red", found.app.faults)


def _tell_app(found: Preflight, classes: int) -> None:
    app = found.app
    version = " ".join(filter(None, [app.version_name, f"({app.version_code})" if app.version_code else ""]))
    name = " ".join(filter(None, [app.package or app.files[0].name, version]))
    output.out.print(f"[bold]{output.plain(name)}[/]")
    for file in app.files:
        output.out.print(f"  file      {output.plain(file.name)}, {file.size:,} bytes, SHA-256 {file.sha256}")
    for signer in app.signers:
        output.out.print(f"  signer    SHA-256 {signer}")
    mapped = f", {len(found.own_names):,} of them with their own names by the mapping file" if found.own_names else ""
    libraries = len(app.native_libraries)
    native = f"; {libraries} native {'library' if libraries == 1 else 'libraries'}" if libraries else ""
    output.out.print(f"  code      {classes:,} classes{mapped}{native}")


def _tell_sdks(found: Preflight, pack: Pack, asked: Sequence[str]) -> None:
    output.out.print()
    if not found.sdks:
        many = len(asked) or len(pack.trackers)
        which = f"None of the {many} trackers" if many != 1 else "The tracker"
        output.out.print(f"{which} looked for {'are' if many != 1 else 'is not'} in this code, under no name.")
        output.out.print("  Code that arrives later, pages in a WebView and trackers without a hook file are not told.")
        return
    rows = [_sdk_row(sdk, [row for row in found.hooks if row.tracker == sdk.tracker]) for sdk in found.sdks]
    output.out.print(output.table(rows, ("tracker", "version", "known_by", "classes", "hooks", "not_found")))
    output.out.print()
    for sdk in found.sdks:
        output.out.print(f"  {output.plain(sdk.outlook)}.")
        if sdk.in_range is False:
            output.out.print("    [yellow]The hook file was not written for this version: look at --each.[/]")


def _sdk_row(sdk: SdkFound, rows: Sequence[HookForecast]) -> dict[str, Any]:
    due = [row for row in rows if row.expected]
    good = Counter(row.found for row in due if row.found in _GOOD)
    bad = Counter(row.found for row in due if row.found not in _GOOD and row.found is not Found.NOT_ASKED)
    other = sum(not row.expected for row in rows)
    missing = [f"{count} {word}" for word, count in bad.items()]
    return {
        "tracker": sdk.tracker,
        "version": sdk.version or "unknown",
        "known_by": {"exact": "its names", "mapping": "the mapping file"}.get(sdk.tier, "its constants"),
        "classes": sdk.classes,
        "hooks": ", ".join(f"{count} {word}" for word, count in good.items()) or "none",
        "not_found": ", ".join([*missing, *([f"{other} of other versions"] if other else [])]),
    }


_GOOD = (Found.FOUND, Found.RENAMED, Found.AT_RUN_TIME)


def _tell_each(found: Preflight, asked: Sequence[str]) -> None:
    here = {sdk.tracker for sdk in found.sdks} | set(asked)
    rows = [row for row in found.hooks if row.found is not Found.NOT_ASKED]
    shown = [row for row in rows if row.tracker in here or (row.tracker is None and not asked and _is_there(row))]
    due = [row for row in shown if row.expected or row.found in _GOOD]
    for (kind, class_name), group in groupby(due, key=_known_class):
        _tell_class(kind, class_name, list(group))
    output.out.print()
    for count, what in (
        (len(shown) - len(due), "are for other versions"),
        (len({row.key for row in rows}) - len({row.key for row in shown}), "are of trackers and libraries not in it"),
    ):
        if count:
            output.out.print(f"[dim]{count} more hooks {what}.[/]")


def _is_there(row: HookForecast) -> bool:
    return row.found is not Found.ABSENT


def _known_class(row: HookForecast) -> tuple[str, str]:
    """(`slug kind`, class) as the hook file has it, of `slug/kind/class.method(...)`."""
    slug, kind, rest = row.key.split("/", 2)
    return f"{slug} {kind}", rest.partition("(")[0].rpartition(".")[0]


def _tell_class(kind: str, class_name: str, rows: Sequence[HookForecast]) -> None:
    """The evidence that all rows share is told once."""
    shared = [one for one in rows[0].evidence if len(rows) > 1 and all(one in row.evidence for row in rows)]
    output.out.print()
    output.out.print(f"[bold]{kind}[/]  {output.plain(class_name)}")
    for one in shared:
        output.out.print(f"    [dim]{output.plain(one)}[/]")
    for row in rows:
        style = _STYLES.get(row.found, "red" if row.expected else "dim")
        method = row.key.removeprefix(f"{kind.replace(' ', '/')}/{class_name}.")
        output.out.print(f"  [{style}]{row.found:<14}[/]  {output.plain(method.replace(',', ', '))}")
        for one in _details(row, shared):
            output.out.print(f"{'':18}{output.plain(one)}")


def _details(row: HookForecast, shared: Sequence[str]) -> Iterator[str]:
    if row.found is Found.RENAMED:
        yield f"here {row.class_name}.{row.method}({', '.join(row.parameters)})"
    yield from (one for one in row.evidence if one not in shared)
    yield from row.others[:_SHOWN]
    if len(row.others) > _SHOWN:
        yield f"and {len(row.others) - _SHOWN} more"


def _tell_switches(switches: Sequence[SwitchFound], *, each: bool) -> None:
    unset = [switch for switch in switches if switch.value is None]
    rows = [
        {
            "tracker": switch.tracker,
            "manifest_setting": switch.name,
            "meaning": switch.meaning,
            "value": f"{switch.default} (not set)" if switch.value is None else switch.value,
        }
        for switch in switches
        if each or switch.value is not None
    ]
    if rows:
        output.out.print()
        output.out.print(output.table(rows, ("tracker", "manifest_setting", "meaning", "value")))
    if unset and not each:
        output.out.print()
        many = "settings of these trackers are" if len(unset) > 1 else "setting of these trackers is"
        output.out.print(
            f"[dim]{len(unset)} {many} not in the manifest: the SDK's default holds (--each lists them).[/]"
        )


def _tell_list(title: str, style: str, sentences: Sequence[str]) -> None:
    if sentences:
        output.out.print()
        output.out.print(f"[bold {style}]{title}[/]")
        for sentence in sentences:
            output.out.print(f"  {output.plain(sentence)}")
