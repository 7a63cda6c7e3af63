"""Which files make the hook files of a session: those that come with the program, and what the user lays over them.

A folder with its own categories.yaml is a whole set and stands instead of what came before it. Any other folder, or a
file, is laid over: its files are added, and one that is there already, by kind and name, is replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.errors import Fault
from harness.resources import folder
from harness.yamlmarks import load_marked

TRACKERS, PLATFORM = "trackers", "platform"
_TABLES = ("categories.yaml", "properties.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookFile:
    """One hook file. `shown` is its name in faults."""

    part: str  # TRACKERS or PLATFORM
    slug: str
    path: Path
    shown: str

    @property
    def name(self) -> str:
        """What it is called in a pack, wherever it lies."""
        return f"{self.part}/{self.path.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """`root` is the whole set at the bottom; `files` are those that count, trackers first."""

    root: Path
    files: tuple[HookFile, ...]

    def table(self, name: str) -> Path:
        """A table of the whole set; the program's own where the set has none."""
        own = self.root / name
        return own if own.is_file() else folder("hooks") / name


def lay(paths: Sequence[Path], faults: list[Fault]) -> Layers:
    """The program's hook files with `paths` over them, in order."""
    root, files = folder("hooks"), _whole(folder("hooks"))
    for path in paths:
        if (path / _TABLES[0]).is_file():
            root, files = path, _whole(path)
            continue
        over = _folder(path) if path.is_dir() else [_single(path, path.name)]
        files |= {file.name: file for file in over}
        if not over:
            faults.append(_nothing(path))
    if not any(file.part == TRACKERS for file in files.values()) and not faults:
        faults.append(_nothing(root / TRACKERS))
    return Layers(root=root, files=tuple(sorted(files.values(), key=lambda file: (file.part == PLATFORM, file.name))))


def _whole(root: Path) -> dict[str, HookFile]:
    return {file.name: file for file in _parts(root)}


def _parts(root: Path) -> list[HookFile]:
    return [
        HookFile(part=part, slug=path.stem, path=path, shown=f"{root.name}/{part}/{path.name}")
        for part in (TRACKERS, PLATFORM)
        for path in sorted(root.glob(f"{part}/*.yaml"))
    ]


def _folder(root: Path) -> list[HookFile]:
    loose = [path for path in sorted(root.glob("*.yaml")) if path.name not in _TABLES]
    return [*_parts(root), *(_single(path, f"{root.name}/{path.name}") for path in loose)]


def _single(path: Path, shown: str) -> HookFile:
    part = path.resolve().parent.name
    part = part if part in (TRACKERS, PLATFORM) else _part_by_content(path)
    return HookFile(part=part, slug=path.stem, path=path, shown=shown)


def _part_by_content(path: Path) -> str:
    """A file of platform hooks has layers, or signs, that no tracker's file has."""
    documents, _ = load_marked(path)
    root = documents[0].value if documents else None
    keys = root if isinstance(root, dict) else {}
    layers = keys["hooks"].value if "hooks" in keys else None
    of_platform = isinstance(layers, dict) and {"platform", "wire"} & {*layers}
    return PLATFORM if of_platform or "blind" in keys else TRACKERS


def _nothing(path: Path) -> Fault:
    remedy = "Point to a folder with trackers/*.yaml or platform/*.yaml, or to one hook file."
    return Fault(file=str(path), line=0, problem="there are no hook files", remedy=remedy)
