"""docs/add-a-tracker.md, followed to the letter: what it tells to write is written, what it tells to run is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = (Path(__file__).parent.parent / "docs" / "add-a-tracker.md").read_text()
HOOK_FILE = "mine/trackers/oddwick.yaml"  # as the page says; its pieces are shown one after the other
_BLOCK = re.compile(r"(?:`([\w./]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ON_THE_HANDSET = "## 5. Run it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A file to write, or commands to run. `file` is the name in front of the block, "" without one."""

    file: str
    language: str
    text: str


def at_the_desk() -> list[Block]:
    """What needs no device."""
    return _blocks(PAGE.partition(_ON_THE_HANDSET)[0])


def on_the_handset() -> list[Block]:
    """What comes after it, in the same folder."""
    return _blocks(PAGE.partition(_ON_THE_HANDSET)[2])


def follow(blocks: list[Block], folder: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Block after block; what each command printed. `env` is what the reader's shell has set besides."""
    printed: dict[str, str] = {}
    for block in blocks:
        if block.language == "sh":
            printed |= {command: _run(command, folder, env or {}) for command in block.text.splitlines()}
            continue
        file = folder / (block.file or HOOK_FILE)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as written:
            written.write(block.text)
    return printed


def _blocks(text: str) -> list[Block]:
    return [Block(file=file, language=language, text=body) for file, language, body in _BLOCK.findall(text)]


def _run(command: str, folder: Path, env: Mapping[str, str]) -> str:
    environment = {**os.environ, **env, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
