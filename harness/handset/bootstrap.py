"""Unpacks Debian packages into a folder with mmdebstrap, signatures verified, as root or as an ordinary user."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.handset.sandbox import APT_LINE
from harness.model.errors import HandsetError

_log = logging.getLogger(__name__)
_UNSIGNED = re.compile(r"NO_PUBKEY|not signed|signatures? .*(could ?n[o']t|invalid|not) .*verif|(EXPKEY|BAD)SIG", re.I)
_OFFLINE = re.compile(r"resolv|(Unable|Could not) (to )?connect|Failed to fetch|timed out|\b50[234]\b", re.I)
_SUITES = ("bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable", "oldstable", "bullseye")


def unpack(suite: str, packages: Sequence[str], target: Path, *, timeout_s: float = 1800) -> None:
    """Fill `target` with the packages of a Debian suite and their dependencies; nothing of them is run.

    Signatures are always checked against the host's Debian keyring.
    """
    argv = [
        "mmdebstrap",
        f"--mode={_mode()}",
        "--variant=extract",
        f"--include={','.join(packages)}",
        suite,
        str(target),
    ]
    mirror = configured_mirror()
    if mirror:
        argv.append(mirror)
    _log.debug("running %s", argv)
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as exc:
        raise _offline(suite, mirror, f"no end after {timeout_s:.0f} s") from exc
    if done.returncode != 0:
        raise explain(suite, mirror, done.stderr)


def configured_mirror() -> str | None:
    """The Debian mirror of this machine's apt, or None where that is Debian's default or the machine runs no Debian."""
    if shutil.which("apt-get") is None:
        return None
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(CREATED_BY) $(RELEASE) $(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listed.stdout.splitlines():
        _, _, rest = line.partition(" ")
        release, _, uri = rest.partition(" ")
        if release in _SUITES and uri:
            return None if re.fullmatch(r"https?://(deb|ftp|http)\.debian\.org/debian/?", uri) else uri
    return None


def _mode() -> str:
    # "chrootless" is the one unprivileged mode that needs no subordinate uids and leaves files owned by the caller
    # (under "unshare" they would belong to uid 100000); with --variant=extract no maintainer script runs in any mode.
    return "root" if os.geteuid() == 0 else "chrootless"


def explain(suite: str, mirror: str | None, stderr: str) -> HandsetError:
    """What mmdebstrap's complaint means for the user."""
    complaints = [line.removeprefix("E: ") for line in stderr.splitlines() if line.startswith("E: ")]
    detail = complaints[0] if complaints else stderr.strip()[-300:]
    if _UNSIGNED.search(stderr):
        return HandsetError(
            f"The packages of Debian {suite} cannot be verified: {detail}",
            remedy="Install Debian's current keys (verification is never skipped): "
            "`sudo apt-get install --yes debian-archive-keyring`.",
        )
    if _OFFLINE.search(stderr):
        return _offline(suite, mirror, detail)
    return HandsetError(
        f"mmdebstrap could not unpack Debian {suite}: {detail}",
        remedy=f"Run `{APT_LINE}` to have its current version, see that the disk has 1 GB free, and try again.",
    )


def _offline(suite: str, mirror: str | None, detail: str) -> HandsetError:
    return HandsetError(
        f"The packages of Debian {suite} could not be fetched from {mirror or 'the default mirror'}: {detail}",
        remedy="Connect this machine to the network, or give apt a reachable Debian mirror (and proxy): "
        "the same configuration is used here.",
    )
