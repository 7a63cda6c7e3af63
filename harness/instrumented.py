"""The app under watch: spawned with its hooks armed, kept alive by pulses, and let go with its books closed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence

from harness.model.errors import AppDied, DeviceLost, HarnessError
from harness.model.ports import Device, Probe, Session
from harness.model.records import Detached, Record
from harness.model.tracker import Hook
from harness.scenario import Launch, prepare
from harness.store import ProcessWriter, RunWriter

PULSE_EVERY_S = 60.0

# Frida's words for an end that is the connection's, not the app's.
_LINE_BROKE = ("device-lost", "connection-terminated")


class InstrumentedApp:
    """One app on one device for the length of a run; it may be stopped and launched again within it."""

    def __init__(self, *, package: str, device: Device, probe: Probe, hooks: Sequence[Hook], writer: RunWriter) -> None:
        self.package = package
        self._device = device
        self._probe = probe
        self._hooks = hooks
        self._writer = writer
        self._watched: _Watched | None = None

    def launch(self, launch: Launch) -> None:
        """Maestro's launchApp: stop it first (unless told not to), clear its data when asked, and start it hooked.

        An app that runs and is not to be stopped is brought to the front; another app than the one under watch is
        started as it is, for only one is measured."""
        if launch.package != self.package or (self._watched and not (launch.stop_app or launch.clear_state)):
            prepare(self._device, launch)
            self._device.start(launch.package)
            return
        self.close()
        prepare(self._device, launch)
        self._watched = self._spawn()

    def stop(self, package: str) -> None:
        """End the process as a user of the phone would, its last events taken first."""
        if package == self.package:
            self.close()
        self._device.stop(package)

    def check(self) -> None:
        """Raise when the process ended without being asked to: AppDied, or DeviceLost when the line broke."""
        watched = self._watched
        if watched is None or (end := watched.ended) is None:
            return
        if end.reason in _LINE_BROKE:
            raise DeviceLost(
                f"{self._device.serial}: the connection to the app broke ({end.reason})",
                remedy="Reconnect the device and run again; the case file holds what arrived before.",
            )
        crash = f": {end.crash}" if end.crash else ""
        raise AppDied(
            f"{self.package} ended while it was being watched ({end.reason}{crash})",
            remedy="See the run's last step and the device's log; run once without the harness to compare.",
        )

    def close(self) -> None:
        """Take a last pulse and the final counts, and let the app go on unhooked. Safe to call twice."""
        watched, self._watched = self._watched, None
        if watched is not None:
            watched.close(self._writer)

    def _spawn(self) -> _Watched:
        process = self._writer.start_process(self.package, how="spawned", hooks=self._hooks)
        watched = _Watched(process)
        try:
            target = self._device.spawn_target(self.package)
            session = self._probe.spawn(target, self._hooks, watched.sink)
        except BaseException as exc:
            process.end("never started: " + (exc.problem if isinstance(exc, HarnessError) else type(exc).__name__))
            raise
        try:
            watched.begin(session)
        finally:
            session.resume()  # in any case: Android kills an app that stays suspended
        return watched


class _Watched:
    """One process: its session, its rows, its pulses."""

    def __init__(self, process: ProcessWriter) -> None:
        self.ended: Detached | None = None
        self._process = process
        self._session: Session | None = None
        self._heart: _Heart | None = None
        self._beats = itertools.count(1)

    def sink(self, record: Record) -> None:
        if isinstance(record, Detached):
            self.ended = record
        self._process.sink(record)

    def begin(self, session: Session) -> None:
        self._session = session
        self._heart = _Heart(self._beat)

    def close(self, writer: RunWriter) -> None:
        if self._heart is not None:
            self._heart.stop()
        if self._session is None:
            return
        was_alive = self.ended is None
        self._beat()
        if not self._session.close() and was_alive:
            silence = "the agent did not answer when asked for its final counts"
            writer.add_fault("close", silence, process=self._process.id)

    def _beat(self) -> None:
        if self._session is None or self.ended is not None:
            return
        token = f"{self._process.id}.{next(self._beats)}"
        self._process.ask_pulse(token)
        self._session.pulse(token)


class _Heart:
    """Beats at once, then every minute, on a thread of its own, until stopped. A beat that fails is simply missing:
    the books then show fewer pulses seen than asked."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=5.0)

    def _run(self) -> None:
        while True:
            try:
                self._beat()
            except HarnessError:
                return
            if self._stopped.wait(PULSE_EVERY_S):
                return
