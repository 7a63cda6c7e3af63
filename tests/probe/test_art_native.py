"""The native halves of the agent's ART side, on this machine: attached to functions with the shapes that ART's have."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import frida
import pytest

from harness.probe.bundle import build_bundle
from harness.resources import folder
from tests.jvm import SOURCES

# DefineClass as it is, with a descriptor's length besides, and returning its object by a hidden parameter
SHAPES = ["define", "define_long", "define_hidden"]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sources = tmp_path_factory.mktemp("audit") / "agent"
    shutil.copytree(folder("hooks") / "agent", sources)
    shutil.copy(SOURCES / "agent" / "audit_main.ts", sources / "main.ts")
    bundle = build_bundle(sources, sources.parent / "cache")
    program = subprocess.Popen(["sleep", "60"])
    try:
        script = frida.attach(program.pid).create_script(bundle)
        script.load()
        yield script.exports_sync
        assert program.poll() is None
    finally:
        program.kill()
        program.wait()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_audit_hears_of_wanted_classes_and_of_those_that_implement_an_interface(agent: Any, shape: str) -> None:
    assert agent.audit(shape) == {
        "deaf": False,
        "first": [],  # the two defined behind our back may be armed in a moment
        "second": ["a.Wanted"],  # one of them was
        "heard": ["d.Impl"],
        "heardLater": ["d.Other"],
        "last": ["b.Other"],
    }


def test_an_audit_that_understands_nothing_says_so(agent: Any) -> None:
    assert agent.deaf()


def test_an_entry_point_that_is_taken_away_is_put_back_at_once(agent: Any) -> None:
    assert agent.guard(True) == {"after": 0x5000, "restored": 1, "lost": [], "again": [], "end": 0x5000}


def test_without_the_symbol_it_is_put_back_late_and_told(agent: Any) -> None:
    assert agent.guard(False) == {"after": 0x6000, "restored": 0, "lost": ["one"], "again": [], "end": 0x5000}
