"""The lab's list of frida-server binaries that may be put on devices: file name to SHA-256, in YAML."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from harness.model.errors import Fault, InputError

LOCK_NAME = "frida-servers.lock"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def pinned(lock: Path, name: str) -> str | None:
    """The digest that a file must have; None when the list does not know it. InputError for a list that is none."""
    return _read(lock).get(name)


def pin(lock: Path, name: str, digest: str) -> None:
    """Add one."""
    every = {**_read(lock), name: digest}
    lock.write_text(
        "# frida-server binaries that may be put on devices: file name, SHA-256\n"
        + "".join(f"{each}: {every[each]}\n" for each in sorted(every))
    )


def _read(lock: Path) -> dict[str, str]:
    try:
        told = yaml.load(lock.read_text(encoding="utf-8"), yaml.BaseLoader) or {}  # noqa: S506 - makes text of everything
    except FileNotFoundError:
        return {}
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as exc:
        told = str(exc)
    if not isinstance(told, dict) or not all(_DIGEST.fullmatch(str(digest)) for digest in told.values()):
        raise InputError(
            f"{lock} is no list of file names and SHA-256 digests",
            remedy="Write one `frida-server-VERSION-android-ARCH.xz: DIGEST` a line.",
            faults=(Fault(file=str(lock), line=1, problem="is not such a list", remedy="Correct or delete it."),),
        )
    return {str(name): str(digest) for name, digest in told.items()}
