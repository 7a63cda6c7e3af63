"""The program as it lies in `program/`: its sources, how they are compiled and started, what of it is hooked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.model.hook import Hook, Layer

FOLDER = Path(__file__).resolve().parent / "program"
MAIN = "selftest.cases.Main"
END = "end"  # the program's last line

# Java 8, so that the same classes can be made into DEX. -nowarn: deprecated calls are among what is tested.
JAVAC = ("javac", "--release", "8", "-nowarn", "-Xlint:-options", "-g", "-encoding", "UTF-8")

_NESTED = "JavaScript takes 13 KB of the thread's stack for each nested call"

# Cases that a core of the agent cannot pass, and why. They are not run under it, and the outcome names them.
BEYOND: Mapping[str, Mapping[str, str]] = {
    "plain": {
        "depth: 400 on a stack of 1 MB": _NESTED,
        "depth: until StackOverflowError": _NESTED,
        "limit: nested calls that a stack of 1 MB has room for": _NESTED,
        "number: signalling NaN": "a float is a JavaScript number on its way, which makes it a quiet NaN",
    }
}

_LINE = re.compile(
    r"(?P<key>(?P<cls>[\w.$]+)\.(?P<method>[\w$]+)\((?P<parameters>[^)]*)\))(?P<never> never( with (?P<core>\w+))?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is hooked; `never` are the keys of hooks that the program gives no reason to set or to call."""

    hooks: tuple[Hook, ...]
    never: frozenset[str]


def program_plan(core: str) -> Plan:
    """Every method that the program's cases call."""
    return _plan(FOLDER / "hooks.txt", core)


def boot_plan() -> Plan:
    """The platform's methods that hooks/agent/selftest.ts calls."""
    return _plan(FOLDER / "boot.txt", "")


def arguments(core: str | None, file: str) -> tuple[str, ...]:
    """What follows the class path: `core` is None where nothing is hooked."""
    return (MAIN, file, *BEYOND.get(core or "", {}))


def sources() -> tuple[Path, ...]:
    """The program's Java files."""
    return tuple(sorted(FOLDER.rglob("*.java")))


def digest() -> str:
    """Of the sources and how they are compiled."""
    total = hashlib.sha256(repr(JAVAC).encode())
    for file in sources():
        total.update(f"\0{file.relative_to(FOLDER).as_posix()}\0".encode() + file.read_bytes())
    return total.hexdigest()


def read_lines(text: str) -> dict[str, str]:
    """What each case saw, by its name, in the program's order."""
    return dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)


def _plan(file: Path, core: str) -> Plan:
    found = [_LINE.fullmatch(line) for line in file.read_text().splitlines() if line and not line.startswith("#")]
    lines = [match for match in found if match is not None]
    if len(lines) != len(found):
        raise ValueError(f"{file.name} has a line that names no method")
    return Plan(
        hooks=tuple(_hook(match) for match in lines),
        never=frozenset(match["key"] for match in lines if match["never"] and match["core"] in (None, core)),
    )


def _hook(match: re.Match[str]) -> Hook:
    return Hook(
        key=match["key"],
        tracker=None,
        layer=Layer.API,
        class_name=match["cls"],
        method=match["method"],
        parameters=tuple(match["parameters"].split(", ")) if match["parameters"] else (),
    )
