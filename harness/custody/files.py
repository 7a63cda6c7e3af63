"""The files that belong to a case and lie beside it: artefacts of its runs, its reports, its list of digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.model.errors import CaseError
from harness.store import CaseFile

SUMS = "SHA256SUMS"
SEALED_BY = "case seal"  # the audit's word for it; its detail names the files and their digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One file that a run wrote beside the case file, as the case names it."""

    run: str
    kind: str
    name: str  # as in artefact.path
    path: Path
    sha256: str
    size: int


def home_of(case: CaseFile) -> Path:
    """The folder that the case file lies in."""
    return case.path.resolve().parent


def digest_of(path: Path) -> str:
    """SHA-256 of a file of any size. Raises CaseError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise CaseError(f"{path}: {exc.strerror or exc}", remedy="Check path, permissions and disk.") from exc


def artefacts(case: CaseFile) -> tuple[Kept, ...]:
    """Every artefact of the case, run by run."""
    home = home_of(case)
    rows = case.db.query("SELECT run, kind, path, sha256, size FROM artefact ORDER BY run, path, id")
    return tuple(
        Kept(
            run=row["run"],
            kind=row["kind"],
            name=row["path"],
            path=home / row["path"],
            sha256=row["sha256"],
            size=row["size"],
        )
        for row in rows
    )


def reports(case: CaseFile) -> tuple[Path, ...]:
    """Reports and exports that the audit speaks of and that lie in the case file's folder."""
    found, home = {}, home_of(case)
    query = "SELECT detail FROM audit WHERE command NOT LIKE 'case %' AND detail LIKE '%\"output\"%'"
    for (detail,) in case.db.execute(query):
        name = json.loads(detail).get("output")
        path = home / Path(str(name)).name
        if name and path.is_file():
            found[path.name] = path
    return tuple(found[name] for name in sorted(found))


def sealed_files(case: CaseFile) -> dict[str, str] | None:
    """Digests of the files that were there at the last seal, by name; None when no files were sealed with the rows, as
    in a redacted copy."""
    row = case.db.execute(
        "SELECT detail FROM audit WHERE command = ? ORDER BY at_ms DESC, id DESC LIMIT 1", [SEALED_BY]
    ).fetchone()
    told = None if row is None else json.loads(row[0]).get("files")
    return None if told is None else dict(told)


def write_sums(path: Path, sums: Mapping[str, str], *, forget: Iterable[str] = ()) -> None:
    """Write the list that `sha256sum -c` reads, sorted by name. Lines of other files that are there already stay, for
    several cases may lie in one folder; those in `forget` go."""
    every = {**read_sums(path), **sums}
    for name in forget:
        every.pop(name, None)
    path.write_bytes(sums_text(every).encode("utf-8", "surrogateescape"))


def sums_text(sums: Mapping[str, str]) -> str:
    """Lines as sha256sum writes them: a name with a backslash or a line break is escaped, and its line says so."""
    lines = []
    for name in sorted(sums):
        escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        lines.append(f"{'' if escaped == name else chr(92)}{sums[name]}  {escaped}\n")
    return "".join(lines)


def read_sums(path: Path) -> dict[str, str]:
    """Digest by name; empty when there is no such file."""
    return parse_sums(path.read_bytes()) if path.is_file() else {}


def parse_sums(content: bytes) -> dict[str, str]:
    """Digest by name, of what sha256sum wrote."""
    told = {}
    for line in content.decode("utf-8", "surrogateescape").split("\n"):
        marked, digest, name = line.startswith("\\"), line.lstrip("\\")[:64], line.lstrip("\\")[66:]
        if marked:
            name = name.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")
        if name:
            told[name] = digest
    return told


def file_damage(case: CaseFile) -> Iterator[str]:
    """Every file of the case that is missing or not what its digest says."""
    home = home_of(case)
    gone = _buried(case)
    for kept in artefacts(case):
        if not kept.path.is_file():
            if kept.run not in gone and None not in gone:
                yield f"artefact {kept.name} of run {kept.run}: the file is missing"
        elif digest_of(kept.path) != kept.sha256:
            yield f"artefact {kept.name} of run {kept.run}: the file was changed"
    sealed = sealed_files(case)
    for name, digest in (sealed or {}).items():
        if not (home / name).is_file():
            yield f"{name}: the file was sealed and is missing"
        elif digest_of(home / name) != digest:
            yield f"{name}: the file was changed after it was sealed"
    if sealed is not None:
        yield from _sums_damage(case)


def _sums_damage(case: CaseFile) -> Iterator[str]:
    """Contradictions between SHA256SUMS and what the case itself says of its files."""
    home = home_of(case)
    told = read_sums(home / SUMS)
    if case.path.name not in told:
        yield f"{SUMS}: the list beside the case file is missing, or no longer names it"
        return
    expected = {kept.name: kept.sha256 for kept in artefacts(case)} | (sealed_files(case) or {})
    for name, digest in expected.items():
        if name in told and told[name] != digest:
            yield f"{SUMS}: the line of {name} was changed"


def unchanged_as_a_whole(case: CaseFile) -> bool:
    """Whether the case file still has the digest that SHA256SUMS gives it. Analysis, reports and the audit change it
    without touching what is sealed."""
    return read_sums(home_of(case) / SUMS).get(case.path.name) == digest_of(case.path)


def _buried(case: CaseFile) -> set[str | None]:
    return {row[0] for row in case.db.execute("SELECT run FROM tombstone WHERE table_name = 'artefact'")}
