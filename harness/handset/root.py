"""The handset's system, built once per recipe and cached: Debian packages unpacked, a later Debian's adbd beside."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness.handset import sandbox
from harness.handset.bootstrap import unpack
from harness.handset.places import home, locked
from harness.model.errors import HandsetError

Progress = Callable[[str], None]

JAVA_HOME = "/usr/lib/jvm/java-17-openjdk-amd64"  # 17: on 21 the Java bridge finds too few symbols in libjvm.so
ORG_JSON_JAR = "/usr/share/java/com.android.json.jar"
ASM_JARS = tuple(f"/usr/share/java/{name}.jar" for name in ("asm", "asm-tree", "asm-commons"))
_SUITE = "bookworm"
_PACKAGES = (
    *("bash", "coreutils", "dash", "debianutils", "findutils", "grep", "hostname", "libc-bin", "procps", "sed", "tar"),
    *("iproute2", "openssl", "util-linux", "python3", "python3-pil", "fonts-dejavu-core"),
    *("openjdk-17-jdk-headless", "libandroid-json-java", "libasm-java"),
)
_ADBD_SUITE = "trixie"  # the first Debian that packages adbd
_ADBD_PACKAGES = ("adbd",)
_NOTHING: Mapping[Path, str] = MappingProxyType({})
_ETC = {
    "passwd": "root:x:0:0:root:/data:/bin/sh\nshell:x:2000:2000:shell:/data:/bin/sh\n",
    "group": "root:x:0:\nshell:x:2000:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    # No name is ever resolved inside: without a proxy nothing an app sends can reach a real host.
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "resolv.conf": "",
    "hostname": "handset\n",
}
_RECIPE = 1  # raise it when anything but the packages and the files above changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A built system: `system` is the handset's read-only `/`, `adbd` a second root with adbd and its own libc."""

    system: Path
    adbd: Path


def ensure_root(on_progress: Progress | None = None) -> Root:
    """The cached root, built first where needed (some 200 MB of downloads). Two callers at once build it once."""
    sandbox.require("bwrap", "mmdebstrap")
    folder = home() / _key()
    if not folder.exists():
        with locked(home() / f"{folder.name}.lock"):
            if not folder.exists():
                _build(folder, on_progress or (lambda _: None))
    return Root(system=folder / "root", adbd=folder / "adbd")


def run_in_root(
    argv: Sequence[str],
    *,
    binds: Mapping[Path, str] = _NOTHING,
    read_only: Mapping[Path, str] = _NOTHING,
    cwd: str = "/",
    timeout_s: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run a program of the root (javac, openssl ...) to its end, whatever its exit code; it dies with this process.

    `binds` and `read_only` map host paths to where they appear inside.
    """
    root = ensure_root()
    variables = {"PATH": f"{JAVA_HOME}/bin:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}  # noqa: S108 - inside
    outer = [
        *sandbox.base(root.system),
        "--die-with-parent",
        *sandbox.mounts(read_only, read_only=True),
        *sandbox.mounts(binds, read_only=False),
        *sandbox.environment(variables),
        *("--chdir", cwd),
    ]
    try:
        return subprocess.run([*outer, *argv], capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as exc:
        raise HandsetError(
            f"{argv[0]} had not finished after {timeout_s:.0f} s inside the handset's root",
            remedy="Try again on a machine that is less busy.",
        ) from exc


def _key() -> str:
    recipe = json.dumps([_RECIPE, _SUITE, _PACKAGES, _ADBD_SUITE, _ADBD_PACKAGES, _ETC])
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


def _build(folder: Path, progress: Progress) -> None:
    for leftover in folder.parent.glob(f".{folder.name}.*"):  # of a build that was killed; we hold the lock
        shutil.rmtree(leftover, ignore_errors=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        building.chmod(0o755)
        progress("unpacking the handset's system: Java 17, Python and tools (once)")
        unpack(_SUITE, _PACKAGES, building / "root")
        progress("unpacking adbd (once)")
        unpack(_ADBD_SUITE, _ADBD_PACKAGES, building / "adbd")
        for name, text in _ETC.items():
            file = building / "root/etc" / name
            file.unlink(missing_ok=True)
            file.write_text(text)
        sandbox.require_namespaces(building / "root")
        os.rename(building, folder)  # noqa: PTH104 - one atomic step, and Path.rename says no more
    finally:
        shutil.rmtree(building, ignore_errors=True)
