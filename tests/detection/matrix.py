"""Every value in every way: encoded by Node, openssl and coreutils, decoded and detected by the harness."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import zstandard

from harness.analyse.decoding.decode import decode
from harness.analyse.detecting.detect import Detector
from tests.detection.values import PERSONA, VALUES

_SCRIPT = Path(__file__).with_name("encode.cjs")
_ZSTANDARD = "Zstandard of JSON"
_ASKED = {"query of an address": "query"}  # what a hook file has to ask for


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One value in one way, and the steps that it takes to read it again."""

    way: str
    value: str  # its name
    content: str | bytes
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the harness made of it: the chains by which it found the value, and other values that are not there."""

    written: Written
    chains: tuple[tuple[str, ...], ...]
    false: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.written.steps in self.chains


@cache
def written() -> tuple[Written, ...]:
    """All of it, by one run of each encoder."""
    values = {name: value for name, (_, value) in VALUES.items()}
    asked = json.dumps({"values": values})
    made = subprocess.run(["node", _SCRIPT], input=asked.encode(), capture_output=True, check=True).stdout
    ways = json.loads(made)
    if _ZSTANDARD not in ways:  # Node before 22.15 has none: the format's own library
        ways[_ZSTANDARD] = {name: _zstandard(one) for name, one in ways["JSON"].items()}
    return tuple(_written(way, name, one) for way, each in ways.items() for name, one in each.items())


@cache
def found() -> tuple[Found, ...]:
    """What the harness says to each."""
    detector = Detector(PERSONA)
    return tuple(_found(detector, one) for one in written())


def _zstandard(one: dict[str, str]) -> dict[str, object]:
    content = zstandard.ZstdCompressor().compress(base64.b64decode(one["content"]))
    return {"content": base64.b64encode(content).decode(), "text": False, "steps": ["zstd", "json"]}


def _written(way: str, name: str, one: dict[str, object]) -> Written:
    content = base64.b64decode(str(one["content"]))
    steps = one["steps"]
    assert isinstance(steps, list)
    return Written(way=way, value=name, content=content.decode() if one["text"] else content, steps=tuple(steps))


def _found(detector: Detector, one: Written) -> Found:
    decoded = decode(one.content, hints=[_ASKED[one.way]] if one.way in _ASKED else ())
    hits = detector.hits(decoded.leaves)
    chains = tuple(_named((*hit.leaf.chain, hit.form)) for hit in hits if hit.persona.name == one.value)
    return Found(
        written=one,
        chains=tuple(dict.fromkeys(chains)),
        false=tuple(hit.persona.name for hit in hits if hit.persona.name != one.value),
    )


def _named(chain: tuple[str, ...]) -> tuple[str, ...]:
    """Without the word for a value that needs no further step."""
    return tuple(word for word in chain if word != "raw")


def ways() -> Iterator[str]:
    """The names of the ways, in their order."""
    yield from dict.fromkeys(one.way for one in written())
