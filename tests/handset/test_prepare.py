"""`harness device prepare`: a binary that the lab pinned is put on the device, started, and outlives the connection."""

from __future__ import annotations

import lzma
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.handset import handset as handsets
from harness.handset.handset import RunningHandset
from tests.handset.cli import harness
from tests.handset.conftest import PREFIX
from tests.handset.waiting import shell

pytestmark = pytest.mark.handset

_SHIM = Path(handsets.__file__).parent / "shims" / "frida_server.py"


@pytest.fixture(scope="module")
def bare(adb_server: int) -> Iterator[RunningHandset]:
    """A handset of this file's own, for its server is killed."""
    name = f"{PREFIX}{os.getpid()}-prepare"
    yield handsets.up(name)
    handsets.remove(name)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The handset's own server, packed as Frida's releases are."""
    file = tmp_path / "frida-server-test-android-x86_64.xz"
    file.write_bytes(lzma.compress(_SHIM.read_bytes()))
    return file


def prepare(bare: RunningHandset, packed: Path, *options: str) -> tuple[int, str]:
    lock = packed.parent / "frida-servers.lock"
    said = harness("device", "prepare", "-s", bare.serial, "--server", packed, "--lock", lock, *options)
    return said.code, said.out + said.err


def test_one_that_runs_and_fits_is_adopted(bare: RunningHandset, packed: Path) -> None:
    code, said = prepare(bare, packed)
    assert (code, "adopted" in said) == (0, True)


def test_a_binary_that_nobody_pinned_is_refused(bare: RunningHandset, packed: Path) -> None:
    code, said = prepare(bare, packed, "--replace")
    assert code == 2
    assert "does not pin" in said
    assert "--pin" in said


def test_a_binary_with_another_digest_is_refused(bare: RunningHandset, packed: Path) -> None:
    (packed.parent / "frida-servers.lock").write_text(f"{packed.name}: {'0' * 64}\n")
    code, said = prepare(bare, packed, "--replace", "--pin")
    assert code == 2
    assert "is not the file" in said


def test_a_pinned_binary_replaces_the_one_that_runs(bare: RunningHandset, packed: Path) -> None:
    before = shell(bare, "pidof", "frida-server")
    code, said = prepare(bare, packed, "--replace", "--pin")
    assert code == 0, said
    assert "started as /data/local/tmp/fs-" in said
    assert shell(bare, "pidof", "frida-server") != before
    code, said = prepare(bare, packed)
    assert (code, "adopted" in said) == (0, True), "it lives on when the command has ended"


def test_a_server_of_another_version_is_not_put_in_place(bare: RunningHandset, tmp_path: Path) -> None:
    old = tmp_path / "frida-server-old"
    old.write_text("#!/bin/sh\necho 16.1.4\n")
    code, said = prepare(bare, old, "--replace", "--pin")
    assert code == 2
    assert "is version 16.1.4" in said


def test_a_damaged_file_is_said_to_be_one(bare: RunningHandset, tmp_path: Path) -> None:
    damaged = tmp_path / "frida-server.xz"
    damaged.write_bytes(lzma.compress(_SHIM.read_bytes())[:-20])
    code, said = prepare(bare, damaged, "--replace", "--pin")
    assert code == 2
    assert "is damaged" in said


def test_the_pool_of_processes_is_off_until_it_is_restored(bare: RunningHandset, packed: Path) -> None:
    name = "persist.device_config.runtime_native.usap_pool_enabled"
    shell(bare, "setprop", name, "true")
    assert prepare(bare, packed)[0] == 0
    assert shell(bare, "getprop", name).strip() == "false"
    assert harness("device", "restore", "-s", bare.serial).code == 0
    assert shell(bare, "getprop", name).strip() == "true"
