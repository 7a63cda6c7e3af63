"""The canary on this machine's HotSpot: hooks that hold are called sound, hooks that fail are called what they are."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frida
import pytest

from harness.probe.bundle import build_bundle
from harness.probe.canary import canary_names
from harness.resources import folder
from tests.jvm import SOURCES, java, missing_jdk, wait_until

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The agent with another main: our canary and nothing else."""
    sources = tmp_path_factory.mktemp("canary") / "agent"
    shutil.copytree(folder("hooks") / "agent", sources)
    shutil.copy(SOURCES / "agent" / "canary_main.ts", sources / "main.ts")
    return build_bundle(sources, sources.parent / "cache")


@contextmanager
def a_program(script: str, classes: Path, out: Path) -> Iterator[Any]:
    """A Java program that prints a line every now and then, with the canary's agent in it."""
    command = [java(), f"-Dout={out}", "-cp", str(classes), "Busy", "1000000", "stay", "1"]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(out.exists, "the program to start")
        session = frida.attach(program.pid)
        loaded = session.create_script(script)
        loaded.load()
        yield loaded.exports_sync
        assert program.poll() is None, "the program went on unharmed"
    finally:
        program.kill()
        program.wait()


WAYS = {
    "real": ("sound", "4 methods: 1 of 1 call inside the initialiser, 5 of 5 after"),
    "too late": ("blind", "still 0 of 1 and 5 of 5, move 0 of 1 and 5 of 5"),
    "not at all": ("refused", "still 0 of 1 and 0 of 5, move 0 of 1 and 0 of 5"),
    "no class": ("unavailable", "the class could not be made: Error: java.lang.ClassFormatError"),
    "second way": ("fallback", "cured? seen inside the initialiser and after it: still 0 of 1 and 0 of 5"),
    "wrong result": ("refused", "hooked methods gave 120 instead of 7"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_canary_tells(way: str, script: str, classes: Path, out: Path) -> None:
    outcome, detail = WAYS[way]
    with a_program(script, classes, out) as agent:
        told = agent.check(way)
        agent.release()
    assert told["outcome"] == outcome, told
    assert detail in told["detail"]


def test_the_canary_can_be_asked_again_and_the_app_cannot_find_it(script: str, classes: Path, out: Path) -> None:
    with a_program(script, classes, out) as agent:
        assert [agent.check("real")["outcome"] for _ in range(3)] == ["sound"] * 3
        assert not any(agent.loadable(name) for name in canary_names())
        assert agent.loadable("java.lang.String")
