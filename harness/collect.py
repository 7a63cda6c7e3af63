"""After a run: the files that trackers keep on the phone, pulled as root into the case file, for a check from there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ulid import ULID

from harness.analyse.rest import row_for
from harness.model.errors import DeviceError, DeviceLost
from harness.model.facts import AppFile
from harness.model.ports import AppFolders
from harness.model.rest import RestStored
from harness.model.tracker import RestFile, RestFormat, Tracker
from harness.rest import merged
from harness.store import CaseFile, Mask, keep_all

_LOG_SUFFIXES = ("-wal", "-journal")  # beside an SQLite file: pages that are not in it yet, or no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was found. `missed` says, per file, why it could not be read."""

    files: tuple[RestStored, ...]
    missed: tuple[tuple[str, str], ...] = ()


def collect(
    case: CaseFile,
    run: str,
    *,
    device: AppFolders,
    package: str,
    trackers: Sequence[Tracker],
    mask: Mask = keep_all,
    progress: Callable[[str], None] = lambda file: None,
) -> Collected:
    """Pull every file that a hook file describes, and keep its content with the run.

    The app should not run meanwhile, or a file may be half written. Raises DeviceError when nothing can be listed.
    """
    there = {file.path: file for file in device.app_files(package)}
    stored: list[RestStored] = []
    missed: list[tuple[str, str]] = []
    for tracker, row, file in _wanted(trackers, there.values()):
        progress(file.relative)
        try:
            content = _content(device, row, file, there)
        except DeviceLost:
            raise
        except DeviceError as exc:
            missed.append((file.path, exc.problem))
            continue
        made = _described(tracker, row, file, content)
        case.add_rest_file(made, run=run, content=content, mask=mask)
        stored.append(made)
    return Collected(files=tuple(stored), missed=tuple(missed))


def _wanted(trackers: Sequence[Tracker], files: Iterable[AppFile]) -> Iterator[tuple[Tracker, RestFile, AppFile]]:
    for file in files:
        for tracker in trackers:
            row = row_for(tracker, file.relative)
            if row is not None:
                yield tracker, row, file


def _described(tracker: Tracker, row: RestFile, file: AppFile, content: bytes) -> RestStored:
    return RestStored(
        id=str(ULID()),
        tracker=tracker.slug,
        path=file.relative,
        device_path=file.path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        modified_ms=file.modified_ms,
        collected_ms=time.time() * 1000,
        meaning=row.meaning,
    )


def _content(device: AppFolders, row: RestFile, file: AppFile, there: Mapping[str, AppFile]) -> bytes:
    content = device.read_app_file(file)
    if row.format is not RestFormat.SQLITE:
        return content
    logs = {suffix: device.read_app_file(log) for suffix in _LOG_SUFFIXES if (log := there.get(file.path + suffix))}
    return merged(content, logs) if any(logs.values()) else content
