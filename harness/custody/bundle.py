"""One zip that holds a case as evidence: everything in it can be checked with `sha256sum -c`, without this program."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from harness import __version__
from harness.custody.facts import case_facts
from harness.custody.files import SUMS, Kept, artefacts, digest_of, home_of, sealed_files, sums_text
from harness.custody.redact import redact
from harness.custody.sealing import seal_as_json
from harness.custody.timestamp import stamps_of
from harness.model.errors import CaseError
from harness.report import write_html
from harness.report.cover import Cover
from harness.store import CaseFile
from harness.store.copying import snapshot
from harness.store.seal import Seal, seals

_CHUNK = 1024 * 1024
_ROLES = {
    "README.txt": "this list in words",
    "manifest.json": "every file with size, digest and role; the hook files' digests",
    "facts.json": "devices, apps with the digest of each file, clocks, networks, runs with their books",
    "seal.json": "the seal of the case: the digest that is to be kept elsewhere",
    "report.html": "the report, made when the bundle was",
    "report-of-the-bundle.html": "the report, where one by the other name was sealed with the case",
    "case.db": "the case file (SQLite); docs/case-file.md of tracker-harness describes it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """What was written: the zip, its digest, how many files are in it, and the artefacts that were not there."""

    path: Path
    sha256: str
    files: int
    missing: tuple[str, ...]


def write_bundle(case: CaseFile, target: Path, *, reveal: bool, with_artefacts: bool) -> Bundled:
    """Write the zip. Without `reveal` the case file in it is a redacted copy. The same sealed case gives the
    same bytes. Raises CaseError for a case without a seal, and for a target that is there already."""
    every = seals(case.db)
    if not every:
        raise CaseError(f"{case.path}: it has no seal", remedy="`harness case seal` first.")
    if target.exists():
        raise CaseError(f"{target}: is there already", remedy="Name a file that is not there.")
    kept = artefacts(case) if with_artefacts else ()
    with TemporaryDirectory(dir=target.resolve().parent) as folder:
        room = Path(folder)
        members = _sealed_files(case) if reveal else {}
        members |= _contents(case, room, every[-1], reveal=reveal, taken=frozenset(members))
        members |= {_place(each): each.path for each in kept if each.path.is_file()}
        members |= {f"timestamps/{path.name}": path for path in stamps_of(case.path)}
        (room / "manifest.json").write_text(_manifest(case, members, every[-1], reveal=reveal), encoding="utf-8")
        members["manifest.json"] = room / "manifest.json"
        sums = {name: digest_of(path) for name, path in members.items()}
        (room / SUMS).write_text(sums_text(sums), encoding="utf-8")
        _zip(target, {**members, SUMS: room / SUMS}, at_ms=every[-1].at_ms)
    missing = tuple(each.name for each in kept if not each.path.is_file())
    return Bundled(path=target, sha256=digest_of(target), files=len(members) + 1, missing=missing)


def _contents(case: CaseFile, room: Path, seal: Seal, *, reveal: bool, taken: frozenset[str]) -> dict[str, Path]:
    """The files that are made for the bundle."""
    if reveal:
        snapshot(case, room / "case.db")
    else:
        redact(case, room / "case.db")
    report = room / ("report-of-the-bundle.html" if "report.html" in taken else "report.html")
    write_html(case, report, reveal=reveal)
    facts = case_facts(case, Cover.of(case, reveal=reveal))
    (room / "facts.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (room / "seal.json").write_text(seal_as_json(seal), encoding="utf-8")
    (room / "README.txt").write_text(_readme(seal, reveal=reveal), encoding="utf-8")
    return {path.name: path for path in sorted(room.iterdir())}


def _sealed_files(case: CaseFile) -> dict[str, Path]:
    """Reports that were sealed with the rows, as long as they are what they were."""
    home = home_of(case)
    sealed = (sealed_files(case) or {}).items()
    return {
        name: home / name
        for name, sha256 in sealed
        if _inside(name) and (home / name).is_file() and digest_of(home / name) == sha256
    }


def _place(kept: Kept) -> str:
    """Where an artefact lies in the bundle: as it lay beside the case file, so that the case finds it there."""
    return kept.name if _inside(kept.name) else f"artefacts/{kept.run}/{kept.kind}-{kept.path.name}"


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and (name == "report.html" or path.parts[0] not in _ROLES)


def _manifest(case: CaseFile, members: dict[str, Path], seal: Seal, *, reveal: bool) -> str:
    packs = case.db.execute("SELECT DISTINCT pack_sha256, hook_files FROM run ORDER BY 1, 2").fetchall()
    told: dict[str, Any] = {
        "made_with": f"tracker-harness {__version__}",
        "case": {"seal": seal.sha256, "sealed_at_ms": seal.at_ms, "redacted": not reveal},
        "hook_packs": [{"sha256": sha256, "files": json.loads(files or "[]")} for sha256, files in packs],
        "files": [
            {"name": name, "size": path.stat().st_size, "sha256": digest_of(path), "role": _role(name)}
            for name, path in sorted(members.items())
        ],
    }
    return json.dumps(told, indent=2) + "\n"


def _role(name: str) -> str:
    if name.startswith("timestamps/"):
        return "a timestamp (RFC 3161) of a seal"
    return _ROLES.get(name, "what a run wrote beside the case file, or a report that was sealed with it")


def _readme(seal: Seal, *, reveal: bool) -> str:
    kind = (
        "The case file in it is the UNMASKED one: it holds captured personal data. Keep it accordingly."
        if reveal
        else "The case file in it is a redacted copy: what identifies a real phone, person or account is\n"
        "replaced or left out. The original stays with whoever sealed it."
    )
    lines = [f"  {name:14} {role}" for name, role in sorted(_ROLES.items()) if name != "report-of-the-bundle.html"]
    return "\n".join(
        (
            "Evidence bundle of a measurement with tracker-harness",
            "",
            kind,
            f"Seal of the original: {seal.sha256}",
            f"Sealed at:            {datetime.fromtimestamp(seal.at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC",
            "",
            "To check that nothing was changed since the bundle was made:   sha256sum -c SHA256SUMS",
            "To check the rows of the case file:                            harness case verify case.db",
            "To check a timestamp of the seal (ca.pem: the authority's certificate):",
            f"  openssl ts -verify -digest {seal.sha256} -in timestamps/FILE.tsr -CAfile ca.pem",
            "",
            "Files:",
            *lines,
            "  other folders  screenshots, traffic and logs of the runs, where they were asked for",
            "  timestamps/    timestamps of the seal, where there are any",
            "",
            "Digests show that something was changed; they do not show who made it. For that, compare the seal",
            "above with the one that was written down, sent or timestamped when the case was sealed.",
            "",
        )
    )


def _zip(target: Path, members: dict[str, Path], *, at_ms: float) -> None:
    """In the order of names, with the time of the seal and plain permissions, whatever the files say."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    target.touch(mode=0o600, exist_ok=False)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6, strict_timestamps=False) as made:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100600 << 16
            with made.open(entry, "w", force_zip64=True) as into:
                for chunk in _chunks(members[name]):
                    into.write(chunk)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
