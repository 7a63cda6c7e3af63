"""Opens the SQLite file behind a case, and says in words what SQLite has to complain about."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from harness.model.errors import CaseError
from harness.store import schema

BUSY_S = 10.0  # how long another writer is waited for
PAGE_BYTES = 16_384  # of a new file: seven events of 2 kB share one; each would fill a default page, at twice the time
WAL_BYTES = 8 * 1024 * 1024  # then a commit copies it into the file: 20 ms; 64 MB take 260, longer than an app may wait
_MEMORY = ":memory:"


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise CaseError for whatever sqlite3 raises in the block."""
    try:
        yield
    except sqlite3.Error as exc:
        raise _in_words(path, str(exc)) from exc
    except OSError as exc:
        raise CaseError(f"{path}: {exc.strerror or exc}", remedy="Check path, permissions and disk.") from exc


def connect(path: Path, *, create: bool, read_only: bool, busy_s: float = BUSY_S) -> Database:
    """A connection to a case file of the current schema; `:memory:` gives a new one that no file backs."""
    with translated(path):
        if str(path) == _MEMORY:
            return _current(Database(sqlite3.connect(_MEMORY, check_same_thread=False)))
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if not path.is_file():
            raise CaseError(f"{path}: there is no case file here", remedy="`harness run FLOW --case FILE` writes one.")
        if read_only or not os.access(path, os.W_OK):
            return _reader(path, busy_s)
        return _writer(path, busy_s)


def _writer(path: Path, busy_s: float) -> Database:
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # captured personal data is nobody else's
    conn = sqlite3.connect(path, timeout=busy_s, check_same_thread=False)
    try:
        return _current(_tuned(Database(conn), path))
    except BaseException:
        conn.close()
        raise


def _tuned(db: Database, path: Path) -> Database:
    _claimed(db, path)
    if not path.stat().st_size:
        db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    db.enable_wal()
    db.execute(f"PRAGMA wal_autocheckpoint = {WAL_BYTES // db.execute('PRAGMA page_size').fetchone()[0]}")
    db.execute("PRAGMA secure_delete = ON")  # what is deleted or overwritten leaves no trace in freed pages
    db.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing committed; a lost power supply may
    return db


def _reader(path: Path, busy_s: float) -> Database:
    conn = sqlite3.connect(_uri(path), uri=True, timeout=busy_s, check_same_thread=False)
    try:
        db = Database(conn)
        _claimed(db, path)
        _not_newer(db, path)
        _not_older(db, path)
    except BaseException:
        conn.close()
        raise
    return db


def _uri(path: Path) -> str:
    # WAL needs to write a -shm file beside the database. Where that cannot be, an untouched file is read as it lies.
    beside = path.with_name(path.name + "-wal")
    still = not os.access(path.parent, os.W_OK) and not beside.exists()
    return f"{path.resolve().as_uri()}?mode=ro" + ("&immutable=1" if still else "")


def _current(db: Database) -> Database:
    _not_newer(db, Path(_MEMORY))
    schema.migrate(db)
    return db


def _claimed(db: Database, path: Path) -> None:
    """Refuse a database that somebody else made; an empty file is about to become ours."""
    mark = db.execute("PRAGMA application_id").fetchone()[0]
    if mark != schema.APPLICATION_ID and (mark or db.table_names()):
        raise CaseError(f"{path}: this is SQLite, but not a case file", remedy="Name a file written by `harness run`.")


def _not_newer(db: Database, path: Path) -> None:
    version = schema.version_of(db)
    if version > schema.VERSION:
        raise CaseError(
            f"{path}: its schema is version {version}, this harness knows up to {schema.VERSION}",
            remedy="Update tracker-harness, or open the file with the harness that wrote it.",
        )


def _not_older(db: Database, path: Path) -> None:
    if schema.version_of(db) < schema.VERSION:
        raise CaseError(
            f"{path}: written by an older harness, and cannot be brought up to date because it is read-only",
            remedy="Copy it to where you may write and open the copy.",
        )


def _in_words(path: Path, message: str) -> CaseError:
    for part, problem, remedy in _WORDS:
        if part in message:
            return CaseError(f"{path}: {problem}", remedy=remedy)
    return CaseError(f"{path}: SQLite says: {message}", remedy="Try `sqlite3 FILE 'PRAGMA integrity_check'`.")


_WORDS = (
    ("not a database", "this is not a case file", "Name a file written by `harness run`."),
    ("locked", "another process is writing to it", "Wait for that run to end, or give this one its own --case FILE."),
    ("readonly", "it is read-only", "Copy it to where you may write and open the copy."),
    ("unable to open", "it cannot be opened", "Check the permissions of the file and of its folder."),
    ("malformed", "the file is damaged", "Work on a copy: `sqlite3 FILE .recover | sqlite3 RECOVERED`."),
    ("full", "the disk is full", "Make room; everything committed before is in the file."),
    ("disk I/O", "the disk failed", "Check the disk; everything committed before is in the file."),
)
