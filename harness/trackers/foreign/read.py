"""From foreign files to our hooks: reads each, leaves out what is hooked already, and lists all that is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.model.hook import Hook
from harness.model.tracker import Pack, Tracker
from harness.trackers.claims import signature, twice_hooked
from harness.trackers.foreign.frooky import is_frooky, read_frooky
from harness.trackers.foreign.monitor import is_list, read_list
from harness.trackers.foreign.wanted import Source, Wanted
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node, load_marked

_FORMS = "frooky's hook files (`hooks:` with javaClass or class) and lists of {class, method, name} are read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The hooks, and what of the files they do not carry over: each with its line and what happens here instead."""

    hooks: tuple[Hook, ...]
    left_out: tuple[Fault, ...]


def import_hooks(paths: Sequence[Path], pack: Pack) -> Imported:
    """The hooks that these files ask for and that `pack` does not set already.

    Raises InputError for a file that is none of the known forms, or when nothing can be imported at all.
    """
    wanted: list[Wanted] = []
    left: list[Fault] = []
    for path in paths:
        sheet = Sheet()
        wanted.extend(_read(sheet, path))
        left.extend(sorted(sheet.faults, key=lambda fault: fault.line))
    hooks, twice = _new(wanted, pack)
    if not hooks:
        remedy = "Correct the file." if not twice else "There is nothing to add: all of it is hooked already."
        raise InputError("nothing could be imported", remedy=remedy, faults=(*left, *twice))
    return Imported(hooks=hooks, left_out=(*left, *twice))


def only_of(imported: Imported, tracker: Tracker, where: Sequence[Path]) -> Imported:
    """The hooks on a tracker's own classes; the others are listed as left out of `where`."""
    mine = tuple(hook for hook in imported.hooks if hook.native is None and hook.class_name.startswith(tracker.code))
    names = ", ".join(path.name for path in where)
    others = tuple(
        Fault(
            file=names,
            line=0,
            problem=f"{signature(hook)} is not {tracker.name}'s code",
            remedy="Import it without --tracker.",
        )
        for hook in imported.hooks
        if hook not in mine
    )
    if not mine:
        raise InputError("nothing could be imported", remedy="Import it without --tracker.", faults=others)
    return Imported(hooks=mine, left_out=(*imported.left_out, *others))


def _read(sheet: Sheet, path: Path) -> list[Wanted]:
    documents, faults = load_marked(path, shown=path.name)
    if faults:
        raise InputError(f"{path.name} cannot be read", remedy="Correct the lines listed.", faults=tuple(faults))
    found: list[Wanted] = []
    for root in documents:
        found.extend(_of_document(sheet, root, path))
    return found


def _of_document(sheet: Sheet, root: Node, path: Path) -> list[Wanted]:
    if is_frooky(root):
        return list(read_frooky(sheet, root, Source(evidence=f"imported from frooky's {path.name}", meaning="call")))
    if is_list(root):
        return list(read_list(sheet, root, Source(evidence=f"imported from the list {path.name}", meaning="call")))
    raise InputError(f"{path.name} is no hook file of a known form", remedy=f"Check the file: {_FORMS}.")


def _new(wanted: Sequence[Wanted], pack: Pack) -> tuple[tuple[Hook, ...], list[Fault]]:
    """A method set twice would be one hook less: the later one takes the earlier one's place in the app."""
    shipped = [*(hook for tracker in pack.trackers for hook in tracker.hooks), *pack.platform]
    node_of = {id(one.hook): one.node for one in wanted}
    ordered = sorted(wanted, key=_precedence)
    out: dict[int, Fault] = {}
    for earlier, later in twice_hooked([*shipped, *(one.hook for one in ordered)]):
        if id(later) not in node_of or id(later) in out or id(earlier) in out:
            continue
        if id(earlier) in node_of:
            problem, remedy = f"{signature(later)} is there twice", "It is imported once."
        else:
            problem = f"{signature(later)} is left out: the hook files have {earlier.key}"
            remedy = "That hook knows more of the method. For other overloads write a hook of your own."
        out[id(later)] = node_of[id(later)].fault(problem, remedy=remedy)
    out |= _functions_there(wanted, shipped)
    kept = tuple(one.hook for one in wanted if id(one.hook) not in out)
    return kept, sorted(out.values(), key=lambda fault: (fault.file, fault.line))


def _precedence(wanted: Wanted) -> tuple[bool, int]:
    """Every overload before those that it covers; of a native function the one with the most arguments known."""
    parameters = wanted.hook.parameters
    return (parameters is not None, -len(parameters or ()))


def _functions_there(wanted: Sequence[Wanted], shipped: Sequence[Hook]) -> dict[int, Fault]:
    """Functions of native modules that `shipped` hooks: its patterns are searched in the names of modules."""
    found: dict[int, Fault] = {}
    for one in wanted:
        there = (hook for hook in shipped if hook.native is not None and hook.method == one.hook.method)
        known = next((hook for hook in there if re.search(hook.native or "", one.hook.class_name)), None)
        if one.hook.native is not None and known is not None:
            problem = f"{signature(one.hook)} is left out: the hook files have {known.key}"
            found[id(one.hook)] = one.node.fault(problem, remedy="That hook knows more of the function.")
    return found
