"""Loads the hook files: every file is read and checked before the first fault is reported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.model.hook import Hook
from harness.model.tracker import Category, Pack, Tracker
from harness.trackers.claims import claim_faults, signature, twice_hooked
from harness.trackers.hookfile import PlatformFile, read_platform, read_tracker
from harness.trackers.layers import TRACKERS, HookFile, Layers, lay
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node, load_marked


def load_pack(hooks: Path | Sequence[Path] | None = None) -> Pack:
    """The hook files that come with the program, with `hooks` laid over them (see harness.trackers.layers).

    Raises InputError with one Fault per thing wrong, in file and line order.
    """
    faults: list[Fault] = []
    layers = lay([hooks] if isinstance(hooks, Path) else list(hooks or ()), faults)
    categories = _categories(layers, faults)
    sheet = _Tables(tuple(category.name for category in categories), _properties(layers, faults))
    read = _read_all(layers, sheet, faults)
    if faults:
        raise InputError(_headline(faults), remedy="Correct the lines listed.", faults=tuple(faults))
    return Pack(
        trackers=tuple(read.trackers),
        platform=tuple(hook for part in read.platform for hook in part.hooks),
        sha256=_digest(layers),
        files=("categories.yaml", *(file.name for file in layers.files)),
        categories=categories,
        examples=tuple(example for part in read.platform for example in part.examples),
    )


def tracker_file(slug: str, hooks: Sequence[Path] = ()) -> Path:
    """The file that says what load_pack() reads of this tracker, which must be there."""
    files = lay(list(hooks), []).files
    return next(file.path for file in files if file.part == TRACKERS and file.slug == slug)


@dataclass(frozen=True, slots=True)
class _Tables:
    """The closed lists that a file's words are checked against."""

    categories: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the files said. `owners` are all hooks with the file that each is in."""

    trackers: list[Tracker] = field(default_factory=list)
    platform: list[PlatformFile] = field(default_factory=list)
    owners: list[tuple[HookFile, Hook]] = field(default_factory=list)


def _read_all(layers: Layers, tables: _Tables, faults: list[Fault]) -> _Read:
    read, nodes = _Read(), []
    for file in layers.files:
        node = _document(file.path, file.shown, faults)
        if node is None:
            continue
        sheet = Sheet(categories=tables.categories, properties=tables.properties)
        if file.part == TRACKERS:
            tracker = read_tracker(sheet, node, slug=file.slug)
            read.trackers.append(tracker)
            nodes.append(node)
            read.owners.extend((file, hook) for hook in tracker.hooks)
        else:
            platform = read_platform(sheet, node, slug=file.slug)
            read.platform.append(platform)
            read.owners.extend((file, hook) for hook in platform.hooks)
        faults.extend(sorted(sheet.faults, key=lambda fault: fault.line))
    faults.extend(claim_faults(nodes))
    faults.extend(_twice(read.owners))
    return read


def _twice(owners: list[tuple[HookFile, Hook]]) -> list[Fault]:
    """Methods that two files hook; one file's own were noted when it was read."""
    file_of = {id(hook): file for file, hook in owners}
    pairs = twice_hooked(hook for _, hook in owners)
    return [
        Fault(
            file=file_of[id(later)].shown,
            line=0,
            problem=f"{signature(later)} is hooked by {file_of[id(earlier)].shown} too",
            remedy="Keep one of the two.",
        )
        for earlier, later in pairs
        if file_of[id(earlier)] != file_of[id(later)]
    ]


def _digest(layers: Layers) -> str:
    named = [("categories.yaml", layers.table("categories.yaml")), *((file.name, file.path) for file in layers.files)]
    digest = hashlib.sha256()
    for name, path in named:
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _document(path: Path, shown: str, faults: list[Fault]) -> Node | None:
    documents, found = load_marked(path, shown=shown)
    faults.extend(found)
    if len(documents) == 1:
        return documents[0]
    if not found:
        problem = f"has {len(documents)} documents"
        faults.append(Fault(file=shown, line=0, problem=problem, remedy="Write one document, without `---`."))
    return None


def _categories(layers: Layers, faults: list[Fault]) -> tuple[Category, ...]:
    path = layers.table("categories.yaml")
    node = _document(path, f"{path.parent.name}/{path.name}", faults)
    if node is None:
        return ()
    sheet = Sheet()
    if not isinstance(node.value, dict):
        sheet.wrong(node, "is not a mapping", "Write `name: {label: ..., description: ...}` lines.")
        return ()
    made = tuple(_category(sheet, name, row) for name, row in node.value.items())
    faults.extend(sheet.faults)
    return made


def _category(sheet: Sheet, name: str, row: Node) -> Category:
    sheet.mapping(row, known=("label", "description"))
    return Category(
        name=name,
        label=sheet.text(row, "label", required=True),
        description=sheet.text(row, "description", required=True),
    )


def _properties(layers: Layers, faults: list[Fault]) -> tuple[str, ...]:
    path = layers.table("properties.yaml")
    node = _document(path, f"{path.parent.name}/{path.name}", faults)
    items = node.value if node is not None and isinstance(node.value, tuple) else ()
    return tuple(str(item.value) for item in items)


def _headline(faults: list[Fault]) -> str:
    count = f"{len(faults)} fault" + ("" if len(faults) == 1 else "s")
    return f"{count} in the hook files"
