"""The host's side of the handset: where things lie, which ports are taken, what is said when something is missing."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from harness.device import load_profile
from harness.handset import handset, places, ports, sandbox
from harness.handset.bootstrap import explain
from harness.model.errors import HandsetError
from harness.resources import folder

APT_LINE = "sudo apt-get install --yes mmdebstrap bubblewrap"

# What mmdebstrap 1.3.5 said on Debian 12, recorded with a mirror that refuses, with a keyring that lacks the keys, and
# with a suite that has no such package.
OFFLINE = """\
I: running apt-get update...
Err:1 http://127.0.0.1:9/debian trixie InRelease
  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)
Reading package lists...
E: Failed to fetch http://127.0.0.1:9/debian/dists/trixie/InRelease  Could not connect to 127.0.0.1:9 (127.0.0.1).
E: Some index files failed to download. They have been ignored, or old ones used instead.
E: mmdebstrap failed to run
"""
UNSIGNED = """\
Err:1 http://deb.example.org/debian trixie InRelease
  The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131
W: GPG error: http://deb.example.org/debian trixie InRelease: The following signatures couldn't be verified
E: The repository 'http://deb.example.org/debian trixie InRelease' is not signed.
E: mmdebstrap failed to run
"""
NO_PACKAGE = """\
E: Unable to locate package adbd
E: apt download failed: E: apt-get --yes install adbd failed
E: mmdebstrap failed to run
"""


@pytest.mark.parametrize("program", ["bwrap", "mmdebstrap"])
def test_a_missing_program_is_named_with_the_one_apt_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    for present in {"bwrap", "mmdebstrap"} - {program}:
        (tmp_path / present).write_text("#!/bin/sh\n")
        (tmp_path / present).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HandsetError) as caught:
        sandbox.require("bwrap", "mmdebstrap")
    assert caught.value.problem == f"{ {'bwrap': 'bubblewrap'}.get(program, program) } is not installed"
    assert caught.value.remedy == f"Run `{APT_LINE}`."


@pytest.mark.parametrize(
    ("stderr", "problem", "remedy"),
    [
        (OFFLINE, "could not be fetched from the default mirror: Failed to fetch", "Connect this machine"),
        (UNSIGNED, "cannot be verified: The repository", "debian-archive-keyring"),
        (NO_PACKAGE, "could not unpack Debian trixie: Unable to locate package adbd", APT_LINE),
    ],
    ids=["offline", "keys missing", "package missing"],
)
def test_what_mmdebstrap_complains_of_is_explained(stderr: str, problem: str, remedy: str) -> None:
    error = explain("trixie", None, stderr)
    assert problem in error.problem
    assert remedy in error.remedy


def test_a_refusing_mirror_is_named() -> None:
    assert (
        "from http://mirror.example.org/debian: "
        in explain("trixie", "http://mirror.example.org/debian", OFFLINE).problem
    )


def test_the_cache_follows_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert places.home() == tmp_path / "tracker-harness" / "handset"


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(HandsetError, match="cannot be created"):
        places.home()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "-x", "x" * 65])
def test_a_name_that_is_no_folder_name_is_refused(name: str) -> None:
    with pytest.raises(HandsetError, match="is no name for a handset"):
        places.device(name)


def test_a_port_asked_for_is_refused_when_taken_and_passed_over_when_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HandsetError, match=f"Port {port} is taken by another program"):
            ports.choose(port=port, frida_port=None, reserved=())
        with pytest.raises(HandsetError, match=f"Port {port} is taken by another program"):
            ports.choose(port=None, frida_port=port, reserved=())


def test_ports_come_in_adbs_odd_numbers_outside_its_own_scan_and_reserved_ones_are_passed_over() -> None:
    adb, frida = ports.choose(port=None, frida_port=None, reserved=())
    assert adb % 2 == 1
    assert adb >= 6601
    again, other = ports.choose(port=None, frida_port=None, reserved=(adb, frida))
    assert (again > adb, other > frida) == (True, True)


@pytest.mark.parametrize("act", [handset.down, handset.reset], ids=["down", "reset"])
def test_a_handset_that_does_not_exist_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: object) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert callable(act)
    with pytest.raises(HandsetError, match="There is no handset 'nobody'"):
        act("nobody")
    assert handset.listing() == ()


def test_an_api_level_that_is_not_imitated_is_refused() -> None:
    with pytest.raises(HandsetError, match="cannot imitate API level 21"):
        handset.up("x", api=21)


def test_the_shipped_profile_describes_the_handset() -> None:
    profile = load_profile(folder("device_profiles") / "virtual.yaml")
    assert profile.virtual
    assert profile.fits({"ro.handset.virtual": "1"})
    assert not profile.fits({"ro.product.model": "Pixel 6"})
    assert (profile.root, profile.runtime, profile.frida.property) == ("user-namespace", "jvm", "handset.frida.port")


def test_frida_still_has_the_private_parts_that_our_frida_server_is_made_of() -> None:
    import frida
    from frida import _frida

    missing = [name for name in ("ControlService", "ControlServiceOptions") if not hasattr(_frida, name)]
    assert missing == [], f"frida {frida.__version__} has changed: harness/handset/shims/frida_server.py must follow"
