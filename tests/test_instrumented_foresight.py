"""An app's package is fetched once, looked into once, and whatever goes wrong with that is a note."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.instrumented.foresight import Foresight, fetched
from harness.model.errors import DeviceError, InputError
from harness.model.facts import ApkFile, AppFacts
from harness.trackers import load_pack
from tests.rows import hook


def _apk(content: bytes) -> ApkFile:
    return ApkFile(path="/data/app/x/base.apk", sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _app(*contents: bytes) -> AppFacts:
    apks = tuple(_apk(content) for content in contents)
    return AppFacts(
        package="com.example.app", version_name="1", version_code=1, installer=None, signer_sha256=None, apks=apks
    )


def _pulls(content: bytes, asked: list[str]) -> Callable[[str, Path], None]:
    def pull(source: str, target: Path) -> None:
        asked.append(source)
        target.write_bytes(content)

    return pull


def test_a_file_is_fetched_once_and_kept_under_its_digest(tmp_path: Path) -> None:
    asked: list[str] = []
    apk = _apk(b"content")
    first = fetched(apk, tmp_path, _pulls(b"content", asked))
    assert fetched(apk, tmp_path, _pulls(b"other", asked)) == first
    assert (first.read_bytes(), first.name, asked) == (b"content", "base.apk", [apk.path])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [first]


def test_a_file_that_changed_on_the_way_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="changed while it was fetched"):
        fetched(_apk(b"content"), tmp_path, _pulls(b"another", []))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_cannot_be_fetched_is_a_note_and_the_hooks_stay_as_they_are(tmp_path: Path) -> None:
    def refuses(source: str, target: Path) -> None:
        raise DeviceError("the device is gone", remedy="-")

    seen = Foresight(load_pack(), folder=tmp_path).of(_app(b"content"), runtime="jvm", pull=refuses)
    assert seen.found is None
    assert seen.notes == ("the app's code was not looked into before the run: the device is gone",)
    assert seen.plan([hook()]) == (hook(),)


def test_a_file_that_is_no_package_is_a_note_too(tmp_path: Path) -> None:
    content = b"this is no package"
    seen = Foresight(load_pack(), folder=tmp_path).of(_app(content), runtime="jvm", pull=_pulls(content, []))
    assert seen.found is None
    assert len(seen.notes) == 1


def _package(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("handset.json", '{"package": "com.example.app", "version_name": "1", "version_code": 1}')
        with zipfile.ZipFile(path.with_suffix(".jar"), "w"):
            pass
        made.write(path.with_suffix(".jar"), "classes.jar")
    return path.read_bytes()


def test_an_app_is_looked_into_once_however_many_runs_there_are_of_it(tmp_path: Path) -> None:
    given = tmp_path / "app.apk"
    content = _package(given)
    asked: list[str] = []
    foresight = Foresight(load_pack(), folder=tmp_path / "cache")
    first = foresight.of(_app(content), runtime="jvm", pull=_pulls(content, asked), package_file=given)
    assert foresight.of(_app(content), runtime="jvm", pull=_pulls(content, asked)) is first
    assert asked == [], "what was given is not fetched"
    assert first.notes == ()
    assert first.found is not None
    assert first.found.sdks == ()
