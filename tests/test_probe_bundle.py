"""The agent's bundle: compiled once, kept per content, loud when it does not compile."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.model.errors import FridaError
from harness.probe.bundle import build_bundle
from harness.probe.canary import canary_names
from harness.resources import folder

AGENT = folder("hooks") / "agent"


def agent_in(parent: Path, text: str) -> Path:
    """An agent of two files that say `text`, and the real C beside them."""
    sources = parent / "agent"
    shutil.copytree(AGENT / "native", sources / "native")
    for name in ("daemon.ts", "main.ts"):
        (sources / name).write_text(text)
    return sources


def test_the_bundle_holds_our_prelude_then_the_bridge_then_the_agent(tmp_path: Path) -> None:
    text = build_bundle(AGENT, tmp_path)
    prelude, bridge, agent = (text.index(part) for part in ("attachAsDaemon", "var bridge=", "rpc.exports"))
    assert prelude < bridge < agent


def test_a_second_build_takes_the_kept_one(tmp_path: Path) -> None:
    build_bundle(AGENT, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_text("kept")
    assert build_bundle(AGENT, tmp_path) == "kept"


def test_the_canary_stands_in_front_of_all(tmp_path: Path) -> None:
    text = build_bundle(AGENT, tmp_path)
    assert all(name in text[: text.index("attachAsDaemon")] for name in canary_names())


def test_another_source_is_another_bundle(tmp_path: Path) -> None:
    sources = agent_in(tmp_path, "export const one = 1; console.log(one);")
    cache = tmp_path / "cache"
    first = build_bundle(sources, cache)
    (sources / "main.ts").write_text("console.log('changed');")
    assert "changed" in build_bundle(sources, cache)
    assert "changed" not in first


def test_other_native_code_is_another_bundle(tmp_path: Path) -> None:
    sources = agent_in(tmp_path, "console.log(1);")
    build_bundle(sources, tmp_path / "cache")
    with (sources / "native" / "text.c").open("a") as file:
        file.write("/* changed */")
    assert "/* changed */" in build_bundle(sources, tmp_path / "cache")


def test_a_source_that_does_not_compile_says_which_and_why(tmp_path: Path) -> None:
    sources = agent_in(tmp_path, "const = ;")
    with pytest.raises(FridaError, match=r"daemon\.ts does not compile") as caught:
        build_bundle(sources, tmp_path / "cache")
    assert "tsc" in caught.value.remedy


def test_a_cache_that_cannot_be_written_does_not_stop_anyone(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert "rpc.exports" in build_bundle(AGENT, in_the_way)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here; Frida's own compiler gives no warnings")
def test_a_second_compiler_finds_nothing_to_warn_of_in_the_native_core(tmp_path: Path) -> None:
    (constant,) = re.findall(r"^const nativeSource = (.*);$", build_bundle(AGENT, tmp_path), re.MULTILINE)
    source = tmp_path / "core.c"
    source.write_text(json.loads(constant))
    told = subprocess.run(
        ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-fsyntax-only", str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr == ""
