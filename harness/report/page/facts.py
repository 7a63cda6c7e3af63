"""What was measured: app, device, time, versions; and what the reader must be told before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.findings import Outcome
from harness.report.reading import Run, Study
from harness.report.words import counted, day, joined, moment, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that must not be overlooked."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run in one line."""

    key: str
    name: str
    began: str
    lasted: str
    steps: str
    ended: str


def title(study: Study) -> str:
    """The report's headline: it names the app and claims nothing."""
    if not study.runs:
        return "An empty case file"
    names = list(dict.fromkeys(_app(run) for run in study.runs))
    return f"What {joined(names)} handed to trackers"


def lede(study: Study) -> str:
    """What, on what, when, in one breath."""
    if not study.runs:
        return "This case file holds no run."
    run = study.runs[0]
    days = list(dict.fromkeys(day(each.row.started_at_ms) for each in study.runs))
    models = list(dict.fromkeys(_model(each) for each in study.runs))
    variants = joined([each.name for each in study.runs])
    return (
        f"{run.app.package} {run.app.version_name}, measured on {joined(models)} on {joined(days)} "
        f"in {counted(len(study.runs), 'run')} of the same script: {variants}."
    )


def notices(study: Study) -> tuple[Notice, ...]:
    """What a reader must know first: a device that is none, runs that did not end well."""
    return (*_virtual(study), *_unanalysed(study), *_inconclusive(study))


def _virtual(study: Study) -> Iterator[Notice]:
    virtual = [run for run in study.runs if run.device.virtual]
    if virtual:
        some = "" if len(virtual) == len(study.runs) else f" ({joined([run.name for run in virtual])})"
        yield Notice(
            label="Measured on a virtual handset, not on a phone",
            text=f"The device{some} is a program that behaves like an Android device towards the measuring tools. The "
            "app's Java code ran on an ordinary Java virtual machine, with stand-ins for the parts of Android that it "
            "uses. What is shown here is what that code did there; on a phone, Android itself, native code and "
            "Google's services are present as well.",
        )


def _unanalysed(study: Study) -> Iterator[Notice]:
    if missing := [run.name for run in study.runs if not run.verdicts]:
        yield Notice(
            label="Not analysed yet",
            text=f"For {joined(missing)} this file holds what was captured, but no findings: none below means nothing.",
        )


def _inconclusive(study: Study) -> Iterator[Notice]:
    own = {run.name: verdict.outcome for run in study.runs for verdict in run.verdicts if not verdict.tracker}
    if open_runs := [name for name, outcome in own.items() if outcome is Outcome.INCONCLUSIVE]:
        runs = f"{'run' if len(open_runs) == 1 else 'runs'} {joined([quoted(name) for name in open_runs])}"
        yield Notice(
            label="Inconclusive",
            text=f"In {runs} nothing was found, but not everything was watched. That is no finding that there was "
            "nothing. What was not seen says why.",
        )


def facts(study: Study) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Terms and what is to be said for each; several lines where runs differ."""
    runs = study.runs
    return tuple(
        (term, entries)
        for term, entries in (
            ("App", _each(", ".join(dict.fromkeys((_app(run), run.app.package))) for run in runs)),
            ("Version", _each(f"{run.app.version_name} ({run.app.version_code})" for run in runs)),
            ("SHA-256 of its package", _each(run.app.sha256 or "not known" for run in runs)),
            ("Signed by (SHA-256)", _each(run.app.signer_sha256 or "" for run in runs)),
            ("Installed by", _each(run.app.installer or "not said" for run in runs)),
            ("Device", _each(_device(run) for run in runs)),
            ("Settings", _each(f"{run.device.locale}, {run.device.timezone}, {run.device.network}" for run in runs)),
            ("Clock", _each(_clock(run) for run in runs)),
            ("When", _when(study)),
            ("Script", _each(_script(run) for run in runs)),
            (
                "Harness",
                _each(f"tracker-harness {run.row.harness_version}, Frida {run.row.frida_version}" for run in runs),
            ),
            ("Hook files (SHA-256)", _each(run.row.pack_sha256 for run in runs)),
            ("Independent record", _each(run.row.witness or "none" for run in runs)),
            ("Not searched for by value", _unsearched(study)),
            ("Case", _case(study)),
        )
        if entries
    )


def brief(study: Study) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The few of them that the first page gives."""
    wanted = ("App", "Version", "SHA-256 of its package", "Device", "When", "Script")
    return tuple((term, said) for term, said in facts(study) if term in wanted)


def run_lines(study: Study) -> tuple[RunLine, ...]:
    """The runs, oldest first."""
    return tuple(_run_line(run) for run in study.runs)


def _run_line(run: Run) -> RunLine:
    row = run.row
    ended = row.outcome or "no end known"
    return RunLine(
        key=run.key,
        name=run.name,
        began=moment(row.started_at_ms),
        lasted="not known" if row.ended_at_ms is None else f"{(row.ended_at_ms - row.started_at_ms) / 1000:.1f} s",
        steps=str(len(run.steps)),
        ended=f"{ended}: {row.reason}" if row.reason else ended,
    )


def _each(words: Iterator[str]) -> tuple[str, ...]:
    """Every different one, in order, without empty ones."""
    return tuple(word for word in dict.fromkeys(words) if word)


def _app(run: Run) -> str:
    return run.app.label or run.app.package


def _model(run: Run) -> str:
    return "a virtual handset" if run.device.virtual else f"{run.device.manufacturer} {run.device.model}"


def _device(run: Run) -> str:
    device = run.device
    kind = "VIRTUAL: " if device.virtual else ""
    system = f"Android {device.release} (API {device.sdk}), {device.abi}, runtime {device.runtime}"
    return f"{kind}{device.manufacturer} {device.model}, {device.serial}, {system}"


def _clock(run: Run) -> str:
    device = run.device
    return f"{device.clock_offset_ms:+.1f} ms against the host, known to {device.clock_error_ms:.1f} ms"


def _when(study: Study) -> tuple[str, ...]:
    if not study.runs:
        return ()
    last = study.runs[-1].row
    return (f"{moment(study.runs[0].row.started_at_ms)} to {moment(last.ended_at_ms or last.started_at_ms)}",)


def _script(run: Run) -> str:
    row = run.row
    return f"{row.flow_file or row.flow}" + (f", SHA-256 {row.flow_sha256}" if row.flow_sha256 else "")


def _unsearched(study: Study) -> tuple[str, ...]:
    """Values that would prove nothing if they were found: by reason."""
    reasons: dict[str, dict[str, None]] = {}
    for run in study.runs:
        for value in run.persona.values():
            if not value.searchable:
                reasons.setdefault(value.why or "no reason given", {})[value.name] = None
    return tuple(f"{joined(list(names))}: {why}" for why, names in reasons.items())


def _case(study: Study) -> tuple[str, ...]:
    """What was said about the case, in one line per statement."""
    every = []
    for header in study.headers:
        said = {
            "reference": header.reference,
            "operator": header.operator,
            "authority": header.authority,
            "purpose": header.purpose,
            "test accounts": header.test_account,
            "to be deleted by": header.delete_by,
        }
        every.append("; ".join(f"{name}: {words}" for name, words in said.items() if words))
    return tuple(dict.fromkeys(line for line in every if line))
