"""One case file, open: its header, audit, devices and apps, and the way to write a run."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlite_utils import Database
from ulid import ULID

from harness import __version__
from harness.model.facts import AppFacts, DeviceFacts
from harness.model.policy import Policy
from harness.model.preflight import Preflight
from harness.model.rest import RestStored
from harness.store import schema
from harness.store.abandon import alive, controller, endless_runs, mark_runs
from harness.store.connect import BUSY_S, connect, translated
from harness.store.foreseen import own_names_text, sdk_words, to_text
from harness.store.lane import Lane
from harness.store.mask import Mask, keep_all
from harness.store.overall import policy_text
from harness.store.rows import PAYLOAD, hit_row
from harness.store.start import CaseHeader, RunStart, steady_offset
from harness.store.text import clean_row, to_json
from harness.store.writer import RunWriter


def wall_ms() -> float:
    """The host's clock, Unix milliseconds."""
    return time.time() * 1000


def fresh_id() -> str:
    """A new ULID."""
    return str(ULID())


class CaseFile:
    """An open case file. Use `open`; close it, or use it as a context manager. May be used from several threads."""

    def __init__(self, db: Database, path: Path, *, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self.db = db
        self.path = path
        self.clock = clock
        self.new_id = new_id
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        create: bool = False,
        read_only: bool = False,
        busy_s: float = BUSY_S,
        clock: Callable[[], float] = wall_ms,
        new_id: Callable[[], str] = fresh_id,
    ) -> CaseFile:
        """Open a case file, made first (0600, WAL) if it is missing and `create` is set; an older schema is brought
        up to date. `:memory:` keeps it in memory. Raises CaseError for what is no case file, a newer schema, a file
        that is locked or cannot be written. A file that may only be read is opened for reading.
        `busy_s` is how long another writer is waited for."""
        path = Path(path)
        return cls(connect(path, create=create, read_only=read_only, busy_s=busy_s), path, clock=clock, new_id=new_id)

    def close(self) -> None:
        """Close the file; SQLite folds the -wal file back into it when nobody else has it open."""
        with self._lock, translated(self.path):
            self.db.close()

    def __enter__(self) -> CaseFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """The database for one transaction, held against the other threads of this process."""
        with self._lock, translated(self.path), self.db.atomic() as db:
            yield db

    def set_header(self, header: CaseHeader) -> None:
        """Say who measures and by what right. A later header does not erase an earlier one."""
        self._insert("case_header", {**asdict(header), "created_at_ms": self.clock(), "harness_version": __version__})

    def audit(self, command: str, detail: Mapping[str, Any] | None = None) -> None:
        """Keep that a command touched this file: its name and its arguments, secrets left out by the caller."""
        row = {
            "at_ms": self.clock(),
            "command": command,
            "detail": to_json(detail or {}),
            "harness_version": __version__,
        }
        self._insert("audit", row)

    def add_device(self, facts: DeviceFacts) -> str:
        """Store a device as it was found and give its id."""
        return self._insert("device", {**asdict(facts), "measured_at_ms": self.clock(), "virtual": int(facts.virtual)})

    def add_app(self, facts: AppFacts, *, label: str = "", foreseen: Preflight | None = None) -> str:
        """Store an app as installed and give its id. `foreseen` is what a look into its package found."""
        row = asdict(facts)
        apks = [asdict(apk) for apk in facts.apks]
        base = next((apk for apk in facts.apks if apk.path.endswith("base.apk")), facts.apks[0] if facts.apks else None)
        row |= {
            "apks": to_json(apks),
            "sha256": base.sha256 if base else None,
            "label": label,
            "sdks": to_json(sdk_words(foreseen) if foreseen else ()),
            "preflight": self._kept_foreseen(foreseen) if foreseen else None,
        }
        if foreseen and foreseen.app.signers:
            row["signer_sha256"] = " ".join(foreseen.app.signers)
        return self._insert("app", {**row, "measured_at_ms": self.clock()})

    def _kept_foreseen(self, foreseen: Preflight) -> str:
        """The text for app.preflight; the names that it refers to are stored."""
        names = own_names_text(foreseen)
        if names is None:
            return to_text(foreseen)
        content = names.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        with self.transaction() as db:
            db.execute(PAYLOAD, [sha256, len(content), content, 0])
        return to_text(foreseen, own_names_sha256=sha256)

    def start_run(self, start: RunStart, device: DeviceFacts, *, mask: Mask = keep_all) -> RunWriter:
        """Begin a run now. `device` gives the clock by which events find their step. The run's own writer thread starts
        here; `RunWriter.end_run` ends it."""
        row = asdict(start)
        number, before = row.pop("attempt"), row.pop("retry_of")
        row |= {"hook_files": to_json(start.hook_files), "own_hosts": to_json(start.own_hosts)}
        row |= {"started_at_ms": self.clock(), "controller": controller()}
        run = self._insert("run", row)
        with self.transaction() as db:
            db.table("attempt").insert({"run": run, "number": number, "retry_of": before})
        lane = Lane(
            run,
            transaction=self.transaction,
            clock=self.clock,
            new_id=self.new_id,
            device_offset_ms=steady_offset(device.clock_offset_ms, device.clock_error_ms),
            mask=mask,
        )
        home = self.path.resolve().parent
        return RunWriter(run, lane=lane, transaction=self.transaction, new_id=self.new_id, home=home)

    def add_policy(self, policy: Policy) -> str:
        """Keep what is expected of the app, and give the id that RunStart.policy names."""
        row = {"name": policy.name, "file": policy.file, "sha256": policy.sha256, "definition": policy_text(policy)}
        return self._insert("policy", {**row, "at_ms": self.clock()})

    def add_rest_file(self, stored: RestStored, run: str, content: bytes, *, mask: Mask = keep_all) -> None:
        """Keep a file that a tracker keeps on the phone, as it was collected during or after a run."""
        masked = mask(content)
        row = {**asdict(stored), "id": stored.id or self.new_id(), "run": run}
        with self.transaction() as db:
            db.execute(PAYLOAD, [stored.sha256, len(masked.content), masked.content, int(bool(masked.hits))])
            for hit in masked.hits:
                db.execute(*hit_row(self.new_id(), run, hit, sha256=stored.sha256))
            db.table("rest_file").insert(clean_row(row))

    def fold(self) -> bool:
        """Write what is in the -wal file into the case file and empty it; False while somebody else reads."""
        with self._lock, translated(self.path):
            return not self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def mark_abandoned(self) -> tuple[str, ...]:
        """Give every run that has no end, and whose controller no longer runs on this host, the outcome `interrupted`,
        the reason `controller ended without closing` and its books as far as they are known. Gives those runs. Does
        nothing, and gives nothing, when there are none; a run in progress is left alone."""
        runs = tuple(run for run, by in endless_runs(self.db) if not alive(by))
        if runs:
            with self.transaction() as db:
                mark_runs(db, runs, new_id=self.new_id)
        return runs

    def check(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file; empty when it is sound."""
        with self._lock, translated(self.path):
            rows = [str(row[0]) for row in self.db.execute("PRAGMA integrity_check")]
        return () if rows == ["ok"] else tuple(rows)

    @property
    def schema_version(self) -> int:
        """How many migrations the file has been through."""
        return schema.version_of(self.db)

    def _insert(self, table: str, row: dict[str, Any]) -> str:
        row_id = self.new_id()
        with self.transaction() as db:
            db.table(table).insert(clean_row({"id": row_id, **row}))
        return row_id
