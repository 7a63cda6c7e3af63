"""The bubblewrap command line: what a process in the handset's root sees. No knowledge of handsets or builds."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.model.errors import HandsetError

APT_LINE = "sudo apt-get install --yes mmdebstrap bubblewrap"
_SYSTEM = ("bin", "sbin", "lib", "lib64", "usr", "etc")


def require(*programs: str) -> None:
    """Raise unless every program is on the PATH and this machine is one that the root can be built for."""
    if platform.machine() != "x86_64":
        raise HandsetError(
            f"The virtual handset runs on x86-64 Linux, this is {platform.machine()}",
            remedy="Use an x86-64 machine, or a phone or an emulator.",
        )
    packages = {"bwrap": "bubblewrap"}
    missing = [packages.get(program, program) for program in programs if shutil.which(program) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise HandsetError(f"{' and '.join(missing)} {verb} not installed", remedy=f"Run `{APT_LINE}`.")


def require_namespaces(root: Path) -> None:
    """Raise unless bubblewrap may open a user namespace here; some kernels and AppArmor set-ups forbid it."""
    trial = subprocess.run([*base(root), "/bin/true"], capture_output=True, text=True, check=False)
    if trial.returncode != 0:
        raise HandsetError(
            f"bubblewrap cannot open a user namespace: {trial.stderr.strip() or trial.returncode}",
            remedy="Allow it, for instance with `sudo sysctl kernel.unprivileged_userns_clone=1 "
            "kernel.apparmor_restrict_unprivileged_userns=0`; in a container, run it with user namespaces allowed.",
        )


def base(root: Path) -> list[str]:
    """What everything shares: uid 0 in a user namespace, its own processes, `root` read-only, an empty environment."""
    argv = ["bwrap", "--unshare-user", "--uid", "0", "--gid", "0", "--unshare-pid", "--unshare-ipc", "--tmpfs", "/"]
    for name in _SYSTEM:
        entry = root / name
        if entry.is_symlink():
            argv += ["--symlink", str(entry.readlink()), f"/{name}"]
        elif entry.exists():
            argv += ["--ro-bind", str(entry), f"/{name}"]
    return [*argv, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run", "--clearenv"]  # noqa: S108 - inside


def environment(variables: Mapping[str, str]) -> list[str]:
    """The variables as bubblewrap options."""
    return [part for name, value in variables.items() for part in ("--setenv", name, value)]


def mounts(binds: Mapping[Path, str], *, read_only: bool) -> list[str]:
    """Host paths to where they appear inside, as bubblewrap options."""
    option = "--ro-bind" if read_only else "--bind"
    return [part for outside, inside in binds.items() for part in (option, str(outside), inside)]
