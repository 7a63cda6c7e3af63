"""`harness hooks`: what the hook files know, and hook files of other tools made into ours."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from harness.analyse.examples import read_example
from harness.cli import output
from harness.cli.hook_page import page
from harness.cli.hook_rows import (
    HOOK_COLUMNS,
    NARROW_HOOK_COLUMNS,
    NARROW_TRACKER_COLUMNS,
    TRACKER_COLUMNS,
    hook_rows,
    narrow_hook,
    narrow_tracker,
    tracker_rows,
)
from harness.model.errors import Fault, InputError
from harness.model.tracker import Example, Pack, Tracker
from harness.trackers import load_pack, tracker_file
from harness.trackers.foreign import as_platform_file, import_hooks, into_tracker_file, only_of
from harness.yamlmarks import suggestion

_WIDE = 150  # columns: below, one fact stands under the other

hooks_option = click.option(
    "--hooks",
    "hooks_folder",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Lay these hook files over those that come with the program: a file, or a folder with trackers/ and "
    "platform/; the same name replaces. A folder with its own categories.yaml stands instead. May be repeated.",
)


@click.group(short_help="What is known about each tracker.")
def hooks() -> None:
    """The hook files: what is known about each tracker."""


@hooks.command("list")
@hooks_option
@click.option("--each", is_flag=True, help="One row for each hook, not for each tracker.")
@output.as_json_option
def list_hooks(*, hooks_folder: tuple[Path, ...], each: bool, as_json: bool, as_lines: bool) -> None:
    """List the trackers with their hooks by layer and by what they were verified on, or every hook."""
    pack = load_pack(hooks_folder)
    rows = hook_rows(pack) if each else tracker_rows(pack)
    columns: tuple[str, ...] = HOOK_COLUMNS if each else TRACKER_COLUMNS
    if output.out.width < _WIDE and not as_json and not as_lines:
        rows = [narrow_hook(row) if each else narrow_tracker(row) for row in rows]
        columns = NARROW_HOOK_COLUMNS if each else NARROW_TRACKER_COLUMNS
    output.show(rows, columns=columns, as_json=as_json, as_lines=as_lines, empty="No hook files.")


@hooks.command("show")
@click.argument("tracker")
@hooks_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_tracker(*, tracker: str, hooks_folder: tuple[Path, ...], as_json: bool) -> None:
    """Show one tracker in full: hosts, hooks with their evidence, fields, switches, files it keeps."""
    found = _tracker(load_pack(hooks_folder), tracker)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    for line in page(found, width=output.out.width):
        click.echo(line)


@hooks.command("check")
@hooks_option
def check(*, hooks_folder: tuple[Path, ...]) -> None:
    """Read every hook file and run its examples; list all that is wrong, with file, line and remedy."""
    pack = load_pack(hooks_folder)
    examples = [*(example for tracker in pack.trackers for example in tracker.examples), *pack.examples]
    faults = tuple(fault for example in examples if (fault := _mismatch(example, pack)) is not None)
    if faults:
        raise InputError(
            f"{len(faults)} of {len(examples)} examples give something else",
            remedy="Correct the example, or the fields that it is read by.",
            faults=faults,
        )
    output.out.print(f"{len(pack.files)} files are right; {len(examples)} examples give what they expect.")


@hooks.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the hook file here."
)
@click.option("--tracker", metavar="SLUG", help="Add the hooks on this tracker's code to a copy of its file.")
@hooks_option
def import_files(
    *, files: tuple[Path, ...], target: Path | None, tracker: str | None, hooks_folder: tuple[Path, ...]
) -> None:
    """Make a hook file of ours from frooky's hook files and from lists of classes and methods (RMS, MobSF).

    What cannot be carried over is listed, and so is what the hook files hook already. Use the result with --hooks.
    """
    if tracker is not None and target is not None and target.name != f"{tracker}.yaml":
        raise InputError(
            f"{target.name} would be another tracker", remedy=f"Call it {tracker}.yaml, so that it replaces."
        )
    pack = load_pack(hooks_folder)
    imported = import_hooks(files, pack)
    if tracker is None:
        text = as_platform_file(imported.hooks, name=f"Imported from {', '.join(path.name for path in files)}")
    else:
        chosen = _tracker(pack, tracker)
        imported = only_of(imported, chosen, files)
        text = into_tracker_file(tracker_file(tracker, hooks_folder).read_text(encoding="utf-8"), imported.hooks)
    for left in imported.left_out:
        place = f"{left.file}:{left.line}" if left.line else left.file
        output.err.print(f"  {output.plain(f'{place}: {left.problem}')}\n      [dim]{output.plain(left.remedy)}[/]")
    _write(text, target)
    output.err.print(f"{len(imported.hooks)} hooks imported; {len(imported.left_out)} remarks.")


def _mismatch(example: Example, pack: Pack) -> Fault | None:
    expected, found = set(example.expect), read_example(example, pack)
    if expected == found:
        return None
    slug = example.hook.partition("/")[0]
    file = next((tracker.file for tracker in pack.trackers if tracker.slug == slug), f"platform/{slug}.yaml")
    differences = [
        *(f"{category}: {value!r} is not read" for category, value in sorted(expected - found)),
        *(f"{category}: {value!r} is read too" for category, value in sorted(found - expected)),
    ]
    remedy = "`expect:` holds everything that is read, and nothing else."
    return Fault(file=file, line=example.line, problem="; ".join(differences), remedy=remedy)


def _write(text: str, target: Path | None) -> None:
    if target is None:
        click.echo(text, nl=False)
        return
    if target.exists():
        raise InputError(f"{target} is there already", remedy="Give another name to -o, or remove it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    output.err.print(f"Written. Use it: --hooks {output.plain(str(target))}")


def _tracker(pack: Pack, slug: str) -> Tracker:
    slugs = {tracker.slug: tracker for tracker in pack.trackers}
    if slug not in slugs:
        raise InputError(f"no tracker is called {slug!r}", remedy=suggestion(slug, slugs))
    return slugs[slug]
