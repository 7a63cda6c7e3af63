"""What an app's code says before it runs: its files, fetched from the device where nobody gave them, are looked through
once, however many runs there are of it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.code import open_binary
from harness.model.errors import HarnessError, InputError
from harness.model.facts import ApkFile, AppFacts
from harness.model.hook import Hook
from harness.model.preflight import Preflight
from harness.model.tracker import Pack
from harness.preflight import armed, preflight
from harness.resources import cache_folder

Pull = Callable[[str, Path], None]  # from a path on the device to a file here


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What is known of an app. `found` is None when it could not be read: `notes` say why."""

    found: Preflight | None = None
    notes: tuple[str, ...] = ()

    def plan(self, hooks: Sequence[Hook]) -> tuple[Hook, ...]:
        """The hooks to give to the probe: by the names that they have in this app."""
        return armed(hooks, self.found) if self.found is not None else tuple(hooks)


class Foresight:
    """Looks into each app once. What cannot be fetched or read is a note, and the run goes on without."""

    def __init__(self, pack: Pack, *, mapping: Path | None = None, folder: Path | None = None) -> None:
        self._pack = pack
        self._mapping = mapping
        self._folder = folder or cache_folder("apps")
        self._known: dict[tuple[str, ...], Foreseen] = {}

    def of(self, app: AppFacts, *, runtime: str, pull: Pull, package_file: Path | None = None) -> Foreseen:
        """What the app's code says. `package_file` is what was installed, when that is at hand. Raises InputError for
        a mapping file that is none."""
        key = (runtime, *(apk.sha256 for apk in app.apks))
        if key not in self._known:
            self._known[key] = self._look(app, runtime=runtime, pull=pull, package_file=package_file)
        return self._known[key]

    def _look(self, app: AppFacts, *, runtime: str, pull: Pull, package_file: Path | None) -> Foreseen:
        try:
            files = [package_file] if package_file else [fetched(apk, self._folder, pull) for apk in app.apks]
            binary = open_binary(files)
        except Exception as exc:  # whatever an app's package makes of its reader, the app itself can be measured
            return Foreseen(notes=(f"the app's code was not looked into before the run: {_words(exc)}",))
        try:
            return Foreseen(found=preflight(binary, self._pack, mapping=self._mapping, runtime=runtime))
        except InputError:
            raise
        except Exception as exc:
            return Foreseen(notes=(f"its hooks were not looked for in the app's code: {_words(exc)}",))


def fetched(apk: ApkFile, folder: Path, pull: Pull) -> Path:
    """A file of an installed package, kept under its digest. Raises what `pull` raises, and InputError when the content
    is not what the device said."""
    kept = folder / apk.sha256 / Path(apk.path).name
    if kept.is_file():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as beside:
        arrived = Path(beside) / kept.name
        pull(apk.path, arrived)
        if hashlib.sha256(arrived.read_bytes()).hexdigest() != apk.sha256:
            raise InputError(f"{apk.path} changed while it was fetched", remedy="Run again.")
        arrived.replace(kept)
    return kept


def _words(exc: Exception) -> str:
    return exc.problem if isinstance(exc, HarnessError) else f"{type(exc).__name__}: {exc}"
