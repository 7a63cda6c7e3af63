"""Loads the folder hooks/ whole: every fault of every file is listed at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from harness.model.errors import Fault, InputError
from harness.model.tracker import Category, Pack
from harness.resources import folder
from harness.trackers.hookfile import read_platform, read_tracker
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node, load_marked

T = TypeVar("T")


def load_pack(hooks: Path | None = None) -> Pack:
    """The hook files below `hooks` (by default those that travel with the program).

    Raises InputError with one Fault per thing wrong, in file and line order.
    """
    root = hooks if hooks is not None else folder("hooks")
    faults: list[Fault] = []
    categories = _categories(root, faults)
    names = tuple(category.name for category in categories)
    trackers = _read_all(
        root, "trackers", names, faults, lambda sheet, node, slug: read_tracker(sheet, node, slug=slug)
    )
    platform = _read_all(
        root, "platform", names, faults, lambda sheet, node, slug: read_platform(sheet, node, slug=slug)
    )
    if not trackers and not faults:
        faults.append(
            _whole(f"{root / 'trackers'}", "there are no hook files", "Point to a folder with trackers/*.yaml.")
        )
    if faults:
        raise InputError(_headline(faults), remedy="Correct the lines listed.", faults=tuple(faults))
    files = _files(root)
    return Pack(
        trackers=trackers,
        platform=tuple(hook for part in platform for hook in part.hooks),
        sha256=_digest(root, files),
        files=tuple(path.relative_to(root).as_posix() for path in files),
        categories=categories,
        examples=tuple(example for part in platform for example in part.examples),
    )


def _files(root: Path) -> list[Path]:
    return [root / "categories.yaml", *sorted(root.glob("trackers/*.yaml")), *sorted(root.glob("platform/*.yaml"))]


def _digest(root: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _read_all(
    root: Path, part: str, categories: tuple[str, ...], faults: list[Fault], read: Callable[[Sheet, Node, str], T]
) -> tuple[T, ...]:
    made: list[T] = []
    for path in sorted(root.glob(f"{part}/*.yaml")):
        node = _document(path, root, faults)
        if node is None:
            continue
        sheet = Sheet(categories=categories)
        made.append(read(sheet, node, path.stem))
        faults.extend(sorted(sheet.faults, key=lambda fault: fault.line))
    return tuple(made)


def _document(path: Path, root: Path, faults: list[Fault]) -> Node | None:
    shown = f"{root.name}/{path.relative_to(root).as_posix()}"
    documents, found = load_marked(path, shown=shown)
    faults.extend(found)
    if len(documents) == 1:
        return documents[0]
    if not found:
        faults.append(_whole(shown, f"has {len(documents)} documents", "Write one document, without `---`."))
    return None


def _categories(root: Path, faults: list[Fault]) -> tuple[Category, ...]:
    node = _document(root / "categories.yaml", root, faults)
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


def _whole(file: str, problem: str, remedy: str) -> Fault:
    return Fault(file=file, line=0, problem=problem, remedy=remedy)


def _headline(faults: list[Fault]) -> str:
    count = f"{len(faults)} fault" + ("" if len(faults) == 1 else "s")
    return f"{count} in the hook files"
