"""Which npm packages hold real SDK binaries, and how they come into the user's cache: `npm pack`, checked by digest."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from harness.resources import cache_folder

_PACK_TIMEOUT_S = 240  # the largest package has 167 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of an npm package."""

    package: str  # as `npm pack` wants it
    inside: str  # path in the tarball
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """An SDK as it is delivered: a file, or several that belong together. `tracker` is its slug, `version` what its
    maker calls it."""

    tracker: str
    version: str
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        return f"{self.tracker}-{self.version}{Path(self.parts[0].inside).suffix}"

    @property
    def package(self) -> str:
        return self.parts[0].package


def _listed() -> tuple[Binary, ...]:
    made: dict[tuple[str, str, str], list[Part]] = {}
    with (Path(__file__).parent / "binaries.csv").open(newline="") as table:
        for row in csv.DictReader(table):
            part = Part(package=row["package"], inside=row["inside"], sha256=row["sha256"])
            made.setdefault((row["tracker"], row["version"], Path(part.inside).suffix), []).append(part)
    return tuple(
        Binary(tracker=tracker, version=version, parts=tuple(parts)) for (tracker, version, _), parts in made.items()
    )


BINARIES = _listed()


def fetched(binary: Binary) -> tuple[Path, ...]:
    """The files in the user's cache; fetched first where one is missing, with all others of its package. Skips the
    test with a reason when the registry does not answer, fails it when the package holds something else."""
    if not all(_place(part).is_file() for part in binary.parts):
        problem = _fetch(binary.package)
        if problem:
            pytest.skip(problem)
    return tuple(_place(part) for part in binary.parts)


def _place(part: Part) -> Path:
    return cache_folder("sdks") / part.sha256[:16] / Path(part.inside).name


@cache
def _fetch(package: str) -> str | None:
    """Why it could not be fetched, or None."""
    if shutil.which("npm") is None:
        return "no npm on this machine to fetch SDK binaries with"
    with tempfile.TemporaryDirectory(prefix="harness-npm-") as work:
        packed = subprocess.run(
            ["npm", "pack", "--silent", "--ignore-scripts", package],
            cwd=work, capture_output=True, text=True, timeout=_PACK_TIMEOUT_S, check=False,
        )  # fmt: skip
        tarballs = list(Path(work).glob("*.tgz"))
        if packed.returncode != 0 or len(tarballs) != 1:
            said = packed.stderr.strip().splitlines()[-1:] or ["it says nothing"]
            return f"the npm registry does not give {package}: {said[0]}"
        _unpack(tarballs[0], [part for binary in BINARIES for part in binary.parts if part.package == package])
    return None


def _unpack(tarball: Path, wanted: Iterable[Part]) -> None:
    """A tarball is read once from its beginning: 167 MB of gzip."""
    paths = {part.inside: part for part in wanted}
    with tarfile.open(tarball) as archive:
        for member in archive:
            part = paths.get(member.name)
            stream = archive.extractfile(member) if part else None
            if part is None or stream is None:
                continue
            content = stream.read()
            found = hashlib.sha256(content).hexdigest()
            assert found == part.sha256, f"{part.package} holds another {part.inside}: {found}"
            place = _place(part)
            place.parent.mkdir(parents=True, exist_ok=True)
            written = place.with_suffix(f".{os.getpid()}.part")
            written.write_bytes(content)
            written.replace(place)
