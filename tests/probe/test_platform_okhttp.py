"""The OkHttp hooks on OkHttp itself, as Debian has it: address, headers and body of each request, nothing consumed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.model.hook import Role
from harness.model.records import Event
from harness.trackers import load_pack
from tests.jvm import Watch, missing_jdk, watched
from tests.local_servers import http_server

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))

HOOKS = [hook for hook in load_pack().platform if hook.key.startswith("okhttp/")]
SOURCE = Path(__file__).parent.parent / "okhttp_fixture" / "Requests.java"
PACKAGES = ("libokhttp-java", "libokio-java")


@pytest.fixture(scope="module")
def okhttp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class path with OkHttp, okio and the program that uses them."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip("OkHttp is taken from Debian's packages, and there is no apt-get here")
    folder = tmp_path_factory.mktemp("okhttp")
    got = subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, capture_output=True, text=True, check=False)
    if got.returncode != 0:
        pytest.skip(f"Debian's {' and '.join(PACKAGES)} could not be fetched: {got.stderr.strip()[-200:]}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    jars = [str(folder / "usr/share/java" / name) for name in ("okhttp.jar", "okio.jar")]
    classes = folder / "classes"
    path = os.pathsep.join([str(classes), *jars])
    subprocess.run(["javac", "-nowarn", "-cp", path, "-d", str(classes), str(SOURCE)], check=True)
    return Path(path)


def plain(watch: Watch, value: Any) -> Any:
    """A value without its types; an object is its identity."""
    if not isinstance(value, dict):
        return value
    match value["t"]:
        case "bytes":
            return watch.content(value)
        case "list" | "array":
            return [plain(watch, item) for item in value["v"]]
        case "object":
            return value["id"]
        case _:
            return value["v"]


def test_requests_by_okhttp_are_seen_whole_and_arrive_unchanged(okhttp: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    with (
        http_server() as server,
        watched(okhttp, HOOKS, "Requests", f"http://localhost:{server.port}", out=out) as watch,
    ):
        watch.wait_for_end()
    assert watch.output() == [*["answer 200 ok"] * 3, "done"]
    assert not watch.faults
    events = sorted(watch.events, key=lambda event: event.seq)
    sent = [event for event in events if HOOKS[event.hook].role is Role.REQUEST]
    assert len(sent) == len(server.requests) == 3
    for event, got in zip(sent, server.requests, strict=True):
        asked = HOOKS[event.hook].request
        assert asked is not None and asked.headers is not None
        seen = {name: plain(watch, value) for name, value in event.captured.items()}
        assert seen[asked.url] == f"http://localhost:{server.port}{got.path}"
        assert seen[asked.method] == got.method
        flat = seen[asked.headers]
        assert tuple(zip(flat[::2], flat[1::2], strict=True)) == got.headers
    check_bodies(watch, events, sent, [got.body for got in server.requests])


def check_bodies(watch: Watch, events: list[Event], sent: list[Event], bodies: list[bytes]) -> None:
    """A request's body is known by the object that carries it."""
    carriers = [plain(watch, event.captured["argument 0.request.body"]) for event in sent]
    assert carriers[2] is None, "a GET has no body"
    made = [event for event in events if HOOKS[event.hook].role is Role.CONTENT]  # OkHttp makes an empty body itself
    text = next(event for event in made if plain(watch, event.returned) == carriers[0])
    form = next(event for event in made if event.this_id == carriers[1])
    assert plain(watch, text.captured["slice 1"]) == bodies[0]
    names, values = (plain(watch, argument) for argument in form.arguments)
    pairs = zip(names, values, strict=True)
    assert "&".join(f"{name}={value}" for name, value in pairs).encode() == bodies[1]
