"""Which frida-server a device gets, and what the lock file says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.device.server import file_name
from harness.device.serverlock import pin, pinned
from harness.model.errors import InputError


@pytest.mark.parametrize(
    ("abi", "name"),
    [
        ("arm64-v8a", "frida-server-17.26.2-android-arm64.xz"),
        ("armeabi-v7a", "frida-server-17.26.2-android-arm.xz"),
        ("x86_64", "frida-server-17.26.2-android-x86_64.xz"),
        ("x86", "frida-server-17.26.2-android-x86.xz"),
    ],
)
def test_the_file_follows_from_the_devices_abi(abi: str, name: str) -> None:
    assert file_name(abi, "17.26.2") == name


def test_an_abi_that_frida_does_not_know_is_an_error() -> None:
    with pytest.raises(InputError, match="riscv64"):
        file_name("riscv64", "17.26.2")


def test_a_digest_is_pinned_once_and_kept_beside_the_others(tmp_path: Path) -> None:
    lock = tmp_path / "frida-servers.lock"
    assert pinned(lock, "b.xz") is None
    pin(lock, "b.xz", "b" * 64)
    pin(lock, "a.xz", "a" * 64)
    assert (pinned(lock, "a.xz"), pinned(lock, "b.xz")) == ("a" * 64, "b" * 64)


@pytest.mark.parametrize("text", ["- a list", "a.xz: short", "a: [", "just words"])
def test_a_lock_file_that_is_none_is_an_error_with_its_name(tmp_path: Path, text: str) -> None:
    lock = tmp_path / "frida-servers.lock"
    lock.write_text(text)
    with pytest.raises(InputError, match=r"frida-servers\.lock"):
        pinned(lock, "a.xz")
