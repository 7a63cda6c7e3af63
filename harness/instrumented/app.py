"""The app as a flow sees it: launched, stopped, checked. One app is measured; others are started as they are."""

from __future__ import annotations

from collections.abc import Sequence

from harness.instrumented.children import Children
from harness.instrumented.process import WatchedProcess
from harness.instrumented.target import Target
from harness.model.errors import AppDied, DeviceLost, HarnessError
from harness.model.hook import Hook
from harness.model.ports import Device, Probe
from harness.scenario import Launch, prepare
from harness.store import RunWriter

# Frida's words for an end that is the connection's, not the app's.
_LINE_BROKE = ("device-lost", "connection-terminated")


class InstrumentedApp:
    """One app on one device for the length of a run; it may be stopped and launched again within it."""

    def __init__(self, *, package: str, device: Device, probe: Probe, hooks: Sequence[Hook], writer: RunWriter) -> None:
        self.package = package
        self._device = device
        self._target = Target(package=package, device=device, probe=probe, hooks=hooks, writer=writer)
        self._children = Children(self._target)
        self._watched: WatchedProcess | None = None

    def launch(self, launch: Launch) -> None:
        """Maestro's launchApp: stop it first (unless told not to), clear its data when asked, and start it hooked.

        An app that runs and is not to be stopped is brought to the front, and hooked if it is not yet; another app than
        the one under watch is started as it is, for only one is measured."""
        again = not (launch.stop_app or launch.clear_state)
        if launch.package != self.package or (self._watched and again):
            prepare(self._device, launch)
            self._device.start(launch.package)
            return
        self.close()
        prepare(self._device, launch)
        if again and self._attach():
            self._device.start(launch.package)
        else:
            self._spawn()

    def stop(self, package: str) -> None:
        """End the process as a user of the phone would, its last events taken first."""
        if package == self.package:
            self.close()
        self._device.stop(package)

    def check(self) -> None:
        """Raise when the main process ended without being asked to: AppDied, or DeviceLost when the line broke. Other
        processes come and go as the app likes."""
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
        """Take a last pulse and the final counts of every process, and let the app go on unhooked. Safe to call
        twice."""
        watched, self._watched = self._watched, None
        if watched is None:
            return
        try:
            self._children.close()
        finally:
            watched.close(self._target.writer)

    def _attach(self) -> bool:
        """Hook the app as it runs; false when it does not run."""
        running = self._device.processes(self.package)
        main = next((process for process in running if process.name == self.package), None)
        if main is None:
            return False
        self._children.open()
        try:
            with self._children.starting:
                self._children.main_pid = main.pid
                self._watched = self._target.attach(main)
        except BaseException:
            self._children.close()
            raise
        self._children.attach([process for process in running if process is not main])
        return True

    def _spawn(self) -> None:
        self._children.open()
        try:
            with self._children.starting:
                self._watched = self._spawned()
        except BaseException:
            self._children.close()
            raise

    def _spawned(self) -> WatchedProcess:
        target = self._target
        watched = target.announce(self.package, how="spawned")
        try:
            session = target.probe.spawn(self._device.spawn_target(self.package), target.hooks, watched)
        except BaseException as exc:
            problem = exc.problem if isinstance(exc, HarnessError) else type(exc).__name__
            watched.rows.end(f"never started: {problem}")
            raise
        self._children.main_pid = session.pid
        try:
            watched.begin(session)
        finally:
            session.resume()  # in any case: Android kills an app that stays suspended
        return watched
