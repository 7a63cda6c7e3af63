"""Checks a bundle without unpacking it: what `sha256sum -c` would say, and its timestamp."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.custody.files import SUMS, digest_of, parse_sums
from harness.custody.timestamp import SUFFIX, read_stamp
from harness.model.errors import CaseError


def check_bundle(path: Path, *, roots: Sequence[Path] = ()) -> tuple[list[str], list[str]]:
    """Notes and damage. Raises CaseError for what is no bundle."""
    notes: list[str] = []
    damage: list[str] = []
    try:
        with zipfile.ZipFile(path) as bundle:
            damage += _wrong(bundle)
            notes.append(f"{len(bundle.namelist())} files, as {SUMS} in it has them" if not damage else "")
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError) as exc:
        raise CaseError(f"{path}: this is no bundle: {exc}", remedy="Name a zip of `harness case bundle`.") from exc
    stamped = path.with_name(path.name + SUFFIX)
    if stamped.is_file():
        try:
            stamp = read_stamp(stamped, roots=roots)
        except CaseError as error:
            return notes, [*damage, error.problem]
        if stamp.sha256 != digest_of(path):
            damage.append(f"{stamped.name}: is of other bytes than this bundle has")
        else:
            how = "its signature is right" if stamp.checked else "its signature was not checked: --tsa-ca FILE does"
            notes.append(f"{stamped.name}: the bundle was there at {stamp.at:%Y-%m-%d %H:%M:%S} UTC; {how}")
    return [note for note in notes if note], damage


def _wrong(bundle: zipfile.ZipFile) -> Iterator[str]:
    told = parse_sums(bundle.read(SUMS))
    names = set(bundle.namelist()) - {SUMS}
    yield from (f"{name}: is missing in the bundle" for name in sorted(told.keys() - names))
    yield from (f"{name}: {SUMS} does not name it" for name in sorted(names - told.keys()))
    for name in sorted(names & told.keys()):
        try:
            with bundle.open(name) as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == told[name]  # type: ignore[arg-type]
        except zipfile.BadZipFile:
            same = False
        if not same:
            yield f"{name}: was changed in the bundle"
