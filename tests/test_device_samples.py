"""What devices print, sample by sample through the parser that reads it; see device_samples/README.md."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.device import replies, replies_host, replies_screen, replies_state
from harness.device.outside import appops, sensors
from harness.failures import classify
from harness.scenario.ui import read_screen

_FOLDER = Path(__file__).parent / "device_samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one command gave; `raw` is its stdout."""

    name: str
    raw: bytes
    stderr: str
    exit_code: int
    read_by: str | None
    gives: Any

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def both(self) -> str:
        return f"{self.out}\n{self.stderr}"


def _elements(sample: Sample) -> Any:
    xml = replies.hierarchy(sample.out)
    if xml is None:
        return None
    found = read_screen(xml).elements()
    return [
        (each.id, each.class_name, (each.bounds.left, each.bounds.top, each.bounds.right, each.bounds.bottom))
        for each in found
    ]


def _package_dump(sample: Sample) -> Any:
    dump = replies.package_dump(sample.out, "com.example.testapp")
    return None if dump is None else {**asdict(dump), "granted": sorted(dump.granted)}


def _picture(sample: Sample) -> int | None:
    picture = replies.png(sample.raw)
    return None if picture is None else len(picture)


def _failure(sample: Sample) -> Any:
    known = classify(sample.both)
    return None if known is None else [known.row, known.kind]


def _failure_row(sample: Sample) -> int | None:
    known = classify(sample.both)
    return None if known is None else known.row


def _sensors(sample: Sample) -> Any:
    return [(seen.kind, seen.name) for seen in sensors.between("", sample.out, "com.start.testdemo")]


def _appops(sample: Sample) -> Any:
    return [(seen.kind, seen.name) for seen in appops.uses(sample.out, within_ms=140_000)]


READERS: dict[str, Callable[[Sample], Any]] = {
    "accounts": lambda sample: replies_state.accounts(sample.out),
    "adb-root": lambda sample: replies_host.adb_root(sample.both),
    "addresses": lambda sample: replies.addresses(sample.out),
    "advertising-id": lambda sample: replies.preference(sample.out, "adid_key"),
    "app-locales": lambda sample: replies_state.app_locales(sample.out),
    "appops-in-140-s": _appops,
    "awake": lambda sample: replies_screen.awake(sample.out),
    "bluetooth": lambda sample: replies_state.bluetooth(sample.out),
    "broadcast-result": lambda sample: replies_screen.broadcast_result(sample.out),
    "clashing-versions": lambda sample: replies_host.clashing_versions(sample.stderr),
    "complaint": lambda sample: replies.complaint(sample.stderr, sample.exit_code),
    "console-error": lambda sample: replies_host.console_error(sample.out),
    "content-error": lambda sample: replies_state.content_error(sample.stderr),
    "content-rows": lambda sample: replies_state.content_rows(sample.out),
    "data-state": lambda sample: replies_state.data_state(sample.out),
    "deleted-rows": lambda sample: replies_state.deleted_rows(sample.out),
    "density": lambda sample: replies_screen.density(sample.out),
    "descendants-of-10": lambda sample: replies.descendants(sample.out, 10),
    "devices": lambda sample: replies_host.listed(sample.out),
    "doze-done": lambda sample: replies_state.doze_done(sample.out),
    "dump-error": lambda sample: replies.dump_error(sample.out, sample.stderr),
    "failure": _failure,
    "failure-row": _failure_row,
    "focus": lambda sample: replies.focus(sample.out),
    "focused-field": lambda sample: replies.focused_field(sample.out),
    "hierarchy-elements": _elements,
    "hung": lambda sample: replies.hung(sample.out),
    "identity": lambda sample: replies_host.identity(sample.both),
    "installed": lambda sample: replies.installed(sample.out, sample.stderr),
    "launch": lambda sample: replies_screen.launch(sample.out),
    "launcher": lambda sample: replies.launcher(sample.out),
    "listening-27042": lambda sample: replies_state.listening(sample.out, 27042),
    "listening-27142": lambda sample: replies_state.listening(sample.out, 27142),
    "locked": lambda sample: replies_screen.locked(sample.out),
    "log-line": lambda sample: replies_state.log_line(sample.out),
    "monkey": lambda sample: replies_screen.monkey_injected(sample.out),
    "network": lambda sample: replies_state.network(sample.out),
    "no-program": lambda sample: replies_host.no_program(sample.both),
    "operator": lambda sample: replies_state.operator(sample.out),
    "package-dump": _package_dump,
    "package-files": lambda sample: replies.package_files(sample.out),
    "package-names": lambda sample: replies.package_names(sample.out),
    "package-paths": lambda sample: replies.package_paths(sample.out),
    "picture-bytes": _picture,
    "pids": lambda sample: replies.pids(sample.out),
    "processes": lambda sample: replies.processes(sample.out),
    "properties": lambda sample: replies.properties(sample.out),
    "sensors-of-testdemo": _sensors,
    "setting": lambda sample: replies.setting(sample.out),
    "size": lambda sample: replies_screen.size(sample.out),
    "ssaid-of-com.x": lambda sample: replies_state.ssaid(sample.out, "com.x"),
    "start-error": lambda sample: replies.start_error(sample.both),
    "su-brand": lambda sample: replies_host.su_brand(sample.both),
    "su-denied": lambda sample: replies_host.su_denied(sample.both),
    "switched": lambda sample: replies_state.switched(sample.out),
    "threw": lambda sample: replies.threw(sample.stderr),
    "window-in-front": lambda sample: replies.window_in_front(sample.out),
    "without-noise": lambda sample: replies.without_noise(sample.out),
}

RECORDED: dict[str, str] = {
    "id": "identity",
    "getprop": "properties",
    "pm-list": "package-names",
    "pm-path": "package-paths",
    "pm-path-missing": "package-paths",
    "pm-uninstall-missing": "installed",
    "resolve-activity-missing": "launcher",
    "am-start-missing": "start-error",
    "am-start-unresolved": "start-error",
    "dumpsys-window": "window-in-front",
    "dumpsys-window-policy": "locked",
    "pidof-missing": "pids",
    "ps": "processes",
    "wm-size": "size",
    "wm-density": "density",
    "wm-size-bad": "complaint",
    "input-bad": "complaint",
    "settings-missing": "setting",
    "settings-bad-namespace": "complaint",
    "ip-addresses": "addresses",
    "content-missing": "content-rows",
    "service-missing": "complaint",
    "command-missing": "no-program",
}
_NOTHING = ("pm-path-missing", "resolve-activity-missing", "pidof-missing", "settings-missing", "content-missing")
"""Samples of `harness doctor --record` from which the parser is to make nothing."""


def _sample(row: dict[str, Any]) -> Sample:
    stdout = row.get("stdout", "").replace("<hidden>", "192.0.2.7")  # what a recording keeps back is an address mostly
    return Sample(
        name=row["name"],
        raw=base64.b64decode(row["stdout_base64"]) if "stdout_base64" in row else stdout.encode(),
        stderr=row.get("stderr", ""),
        exit_code=row.get("exit_code", 0),
        read_by=row.get("read_by"),
        gives=row.get("gives"),
    )


def _cases(*, written: bool) -> list[Any]:
    cases = []
    for file in sorted(_FOLDER.glob("*.yaml")):
        sheet = yaml.safe_load(file.read_text("utf-8"))
        if ("about" in sheet) == written:
            rows = [row for row in sheet["samples"] if written or (row["name"] in RECORDED and "failed" not in row)]
            cases += [pytest.param(_sample(row), id=f"{file.stem}/{row['name']}") for row in rows]
    return cases


def _plain(value: Any) -> Any:
    """As YAML would give it."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


@pytest.mark.parametrize("sample", _cases(written=True))
def test_every_sample_output_is_read_as_what_it_says(sample: Sample) -> None:
    assert sample.read_by is not None
    assert _plain(READERS[sample.read_by](sample)) == sample.gives


@pytest.mark.parametrize("sample", _cases(written=False))
def test_what_a_device_was_recorded_to_print_is_understood(sample: Sample) -> None:
    found = _plain(READERS[RECORDED[sample.name]](sample))
    assert (found in (None, [], {}, "")) is (sample.name in _NOTHING), found


def test_every_reader_has_a_sample_and_every_name_is_there_once() -> None:
    cases = _cases(written=True)
    ids = [case.id for case in cases]
    assert len(ids) == len(set(ids)) > 150
    assert {case.values[0].read_by for case in cases} == set(READERS)
    assert set(RECORDED.values()) <= set(READERS) and set(_NOTHING) <= set(RECORDED)
