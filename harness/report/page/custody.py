"""Where what was measured comes from: each file of the app with its digest, who signed and installed it, and the
device's clock and network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.report.reading import Run, Study
from harness.report.words import size

NOT_SAID = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One file of an app as installed."""

    app: str
    path: str
    size: str
    sha256: str
    signer: str
    installer: str
    runs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A device as it was found before a run."""

    run: str
    device: str
    build: str
    clock: str
    settings: str
    network: str
    root: str


def packages(study: Study) -> tuple[Package, ...]:
    """Every different file, with the runs in which it was installed."""
    runs: dict[tuple[str, ...], list[str]] = {}
    for run in study.runs:
        for key in _files(run):
            runs.setdefault(key, []).append(run.name)
    return tuple(
        Package(app=app, path=path, size=told, sha256=sha256, signer=signer, installer=by, runs=", ".join(names))
        for (app, path, told, sha256, signer, by), names in runs.items()
    )


def _files(run: Run) -> Iterable[tuple[str, ...]]:
    app = f"{run.app.package} {run.app.version_name} ({run.app.version_code})"
    custody = (run.app.signer_sha256 or NOT_SAID, run.app.installer or "not said by the device")
    for apk in run.app.apks:
        yield (app, apk.path.rpartition("/")[2], size(apk.size), apk.sha256 or NOT_SAID, *custody)


def machines(study: Study) -> tuple[Machine, ...]:
    """The device of every run."""
    return tuple(_machine(run) for run in study.runs)


def _machine(run: Run) -> Machine:
    device = run.device
    return Machine(
        run=run.name,
        device=f"{'VIRTUAL: ' if device.virtual else ''}{device.manufacturer} {device.model}, {device.serial}",
        build=f"Android {device.release} (API {device.sdk}), {device.fingerprint}",
        clock=f"{device.clock_offset_ms:+.1f} ms against the host, known to {device.clock_error_ms:.1f} ms",
        settings=f"{device.locale}, {device.timezone}",
        network=device.network or NOT_SAID,
        root=f"{device.root_style}, Frida {device.frida_version}, runtime {device.runtime}",
    )
