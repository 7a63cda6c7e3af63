"""One run: prepare -> hook -> play -> drain -> close the books. Whatever happens, the case file is left readable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness import __version__
from harness.collect import collect
from harness.device import AndroidDevice, device_values, plant
from harness.evidence import Recorder
from harness.instrumented import Foresight, InstrumentedApp
from harness.model.errors import (
    AppDied,
    DeviceError,
    DeviceLost,
    ExitCode,
    FridaError,
    HarnessError,
    InputError,
)
from harness.model.facts import AppFacts, DeviceFacts, ShellResult
from harness.model.hook import Hook
from harness.model.ports import Probe, Witness
from harness.model.preflight import Preflight
from harness.model.tracker import Pack
from harness.scenario import Flow, Stage, play
from harness.secrets import Hidden, hide, quiet_logs, sweep, veil_file, veiled_error
from harness.store import Books, CaseFile, RunStart, RunWriter
from harness.store.books import State


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What to do: a flow, under a variant's name and words, in an app. `app_file` is installed first when given."""

    flow: Flow
    variant: str = ""
    env: dict[str, str] = field(default_factory=dict)
    app_file: Path | None = None
    app_name: str = ""  # as people know it
    own_hosts: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()  # names of env whose values are kept out of everything that is stored
    policy: str | None = None  # id given by CaseFile.add_policy


class CommandJournal:
    """Where the device's commands are written down: nowhere before a run starts, then into that run."""

    def __init__(self) -> None:
        self.write: Callable[[ShellResult], None] | None = None

    def __call__(self, result: ShellResult) -> None:
        if self.write is not None:
            self.write(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What to do it with. `journal` is the one that `device` was opened with; `evidence` the folder for screenshots."""

    device: AndroidDevice
    journal: CommandJournal
    probe: Probe
    case: CaseFile
    pack: Pack
    evidence: Path
    witness: Witness | None = None
    foresight: Foresight | None = None  # looks into the app's code before it runs; None for nobody does
    collect: bool = False  # after each run, pull the files that trackers keep on the phone
    outside: bool = True  # ask the device itself what it saw of the app: bytes, hosts, sensors, permissions
    mode: str = "default"  # or "lossless", as `probe` was made: what the agent does when we are slow
    progress: Callable[[str], None] = lambda step: None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended. `error` is what stopped it, if anything did."""

    run: str
    variant: str
    outcome: str
    reason: str
    exit_code: ExitCode
    books: tuple[Books, ...] = ()
    error: BaseException | None = None
    notes: tuple[str, ...] = ()  # what could not be found out before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """What preparing gave."""

    facts: DeviceFacts
    app: AppFacts
    hooks: tuple[Hook, ...]
    found: Preflight | None = None
    notes: tuple[str, ...] = ()


def run_once(plan: RunPlan, bench: Bench) -> RunResult:
    """Play one flow in one variant with every hook armed, and store all of it.

    Raises only what happens before there is a run to write about (no such device, no such app, no frida-server); from
    then on every end - also Ctrl-C, a lost device, a bug - is a RunResult and a row that names the reason.
    """
    hidden = hide(plan.secrets, given=plan.env, flow_env=plan.flow.env)
    with quiet_logs(hidden.veil):
        return _run(plan, replace(bench, progress=lambda said: bench.progress(hidden.veil.text(said))), hidden)


def _run(plan: RunPlan, bench: Bench, hidden: Hidden) -> RunResult:
    ready = _prepare(plan, bench)
    writer = _start(plan, bench, ready, hidden)
    _store_foreseen(writer, ready)
    bench.journal.write = writer.add_command
    app = InstrumentedApp(
        package=ready.app.package, device=bench.device, probe=bench.probe, hooks=ready.hooks, writer=writer
    )
    error: BaseException | None = None
    try:
        _measure(plan, bench, writer, app, hidden)
        if bench.collect:
            _collect(bench, writer, ready.app.package, hidden)
    except (Exception, KeyboardInterrupt) as exc:
        error = exc
    finally:
        bench.journal.write = None
    return replace(_finish(plan, bench, writer, error, hidden), notes=ready.notes)


def _prepare(plan: RunPlan, bench: Bench) -> _Ready:
    bench.progress("preparing the device")
    if not bench.probe.ready():
        raise FridaError(
            f"{bench.device.serial}: frida-server does not answer with full access",
            remedy=f"Start frida-server {bench.probe.version()} there as root (virtual: `harness handset up`).",
        )
    facts = replace(bench.device.facts(), frida_version=bench.probe.version())
    if plan.app_file is not None:
        bench.device.install(plan.app_file)
    app = bench.device.app(plan.flow.app_id)
    if app is None:
        raise InputError(
            f"{plan.flow.app_id} is not installed on {bench.device.serial}",
            remedy="Install it, or give its file with --app.",
        )
    hooks = bench.pack.hooks(facts.runtime)
    if bench.foresight is None:
        return _Ready(facts=facts, app=app, hooks=hooks)
    bench.progress("looking into the app's code")
    seen = bench.foresight.of(app, runtime=facts.runtime, pull=bench.device.pull, package_file=plan.app_file)
    return _Ready(facts=facts, app=app, hooks=seen.plan(hooks), found=seen.found, notes=seen.notes)


def _store_foreseen(writer: RunWriter, ready: _Ready) -> None:
    for note in (*ready.notes, *(ready.found.app.faults if ready.found else ())):
        writer.add_fault("preflight", note)
    if ready.found is not None:
        writer.add_renamed(ready.found)


def _start(plan: RunPlan, bench: Bench, ready: _Ready, hidden: Hidden) -> RunWriter:
    start = RunStart(
        flow=plan.flow.name,
        variant=plan.variant,
        app=bench.case.add_app(ready.app, label=plan.app_name, foreseen=ready.found),
        device=bench.case.add_device(ready.facts),
        flow_file=plan.flow.path.name,
        flow_sha256=_digest(plan.flow.files),
        harness_version=__version__,
        frida_version=bench.probe.version(),
        agent_sha256=bench.probe.agent_sha256(),
        pack_sha256=bench.pack.sha256,
        hook_files=bench.pack.files,
        own_hosts=plan.own_hosts,
        mode=bench.mode,
        witness=bench.witness.name if bench.witness else "",
        policy=plan.policy,
    )
    return bench.case.start_run(start, ready.facts, mask=hidden.veil)


def _digest(files: tuple[Path, ...]) -> str:
    """SHA-256 over the flow and everything it includes, in reading order."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _measure(plan: RunPlan, bench: Bench, writer: RunWriter, app: InstrumentedApp, hidden: Hidden) -> None:
    persona = plant(writer.run)
    writer.add_persona((*hidden.persona(persona.values), *device_values(bench.device.identifiers())))
    for change in bench.device.put_back(before_run_of=app.package):
        writer.met.change(change)
    _note_proxy(bench, writer)
    watched = _seen_outside(bench, writer, app.package)
    borrowed = bench.device.borrowed(app.package)
    with borrowed, _witnessed(bench, writer, hidden) as endpoint, bench.device.proxy(endpoint), watched:
        try:
            play(plan.flow, _stage(bench, writer, app, {**persona.env, **plan.env}, hidden))
            bench.progress("closing the books")
        finally:
            app.close()
            with suppress(DeviceError):  # nothing is left running; how the run itself ended is what counts
                app.stop(app.package)


def _collect(bench: Bench, writer: RunWriter, package: str, hidden: Hidden) -> None:
    """The app has been stopped. What cannot be read is a fault of the run, and ends nothing."""
    bench.progress("collecting what trackers keep on the phone")
    try:
        trackers = bench.pack.trackers
        found = collect(
            bench.case, writer.run, device=bench.device, package=package, trackers=trackers, mask=hidden.veil
        )
    except DeviceLost:
        raise
    except DeviceError as exc:
        writer.add_fault("collect", exc.problem)
        return
    for path, why in found.missed:
        writer.add_fault("collect", f"{path}: {why}")


def _note_proxy(bench: Bench, writer: RunWriter) -> None:
    """A controller that was killed leaves its proxy behind, and the app would then reach nobody."""
    there = bench.device.shell(["settings", "get", "global", "http_proxy"]).stdout.strip()
    if there not in ("", "null", ":0"):
        remedy = f"adb -s {bench.device.serial} shell settings put global http_proxy :0"
        writer.add_fault("device", f"its HTTP proxy was already set to {there}; unless that is meant: {remedy}")


def _stage(bench: Bench, writer: RunWriter, app: InstrumentedApp, env: Mapping[str, str], hidden: Hidden) -> Stage:
    folder = bench.evidence / writer.run
    recorder = Recorder(writer=writer, folder=folder, progress=bench.progress, mask=hidden.veil)
    return Stage(device=bench.device, app=app, observer=recorder, env={**env, **hidden.env}, secrets=hidden.names)


@contextmanager
def _witnessed(bench: Bench, writer: RunWriter, hidden: Hidden) -> Iterator[str | None]:
    """The witness's endpoint for the block, or None; its files become artefacts of the run, however the block ends,
    and without its secrets."""
    if bench.witness is None:
        yield None
        return
    try:
        with bench.witness.watch(writer.run) as endpoint:
            yield endpoint
    finally:
        for kind, path in bench.witness.kept(writer.run).items():
            veil_file(path, hidden.veil)
            writer.add_artefact(kind, path)


@contextmanager
def _seen_outside(bench: Bench, writer: RunWriter, package: str) -> Iterator[None]:
    """For the block, and whatever ends it, the device's own witnesses; a device that is gone tells no more."""
    if not bench.outside:
        yield
        return
    outside = bench.device.outside(package)
    outside.begin()
    try:
        yield
    finally:
        with suppress(DeviceLost):
            writer.met.seen(outside.end())


def _finish(plan: RunPlan, bench: Bench, writer: RunWriter, error: BaseException | None, hidden: Hidden) -> RunResult:
    books: tuple[Books, ...] = ()
    try:
        books = writer.close_books()
        sweep(bench.case, writer.run, hidden.veil)
    except Exception as exc:  # whatever it is, the run gets its end
        error = error or exc
    outcome, reason, code = _ending(veiled_error(error, hidden.veil), books)
    if isinstance(error, HarnessError) and error.failure is not None:
        writer.met.failure(error.failure, handling="the run was ended", outcome=outcome)
    writer.end_run(outcome, reason=reason, exit_code=int(code))
    bench.case.fold()
    return RunResult(
        run=writer.run, variant=plan.variant, outcome=outcome, reason=reason, exit_code=code, books=books, error=error
    )


def _ending(error: BaseException | None, books: tuple[Books, ...]) -> tuple[str, str, ExitCode]:
    """The outcome's word, its reason and the exit code."""
    match error:
        case None:
            return _completed(books)
        case HarnessError():
            words = {AppDied: "died", DeviceLost: "lost"}
            return words.get(type(error), "failed"), error.problem, error.exit_code
        case KeyboardInterrupt():
            return "interrupted", "interrupted by the user", ExitCode.INTERRUPTED
        case _:
            return "failed", f"bug in the harness: {type(error).__name__}: {error}", ExitCode.BUG


def _completed(books: tuple[Books, ...]) -> tuple[str, str, ExitCode]:
    if not books:
        return "inconclusive", "the flow launched no app", ExitCode.INCONCLUSIVE
    open_ones = [each for each in books if each.state is not State.CLOSED]
    if open_ones:
        return "completed", f"the books of {len(open_ones)} process(es) do not close", ExitCode.BOOKS
    return "completed", "", ExitCode.CLEAN
