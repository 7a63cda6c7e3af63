"""What Doorbell sends, as its truth.yaml states it, and how a reported path is compared with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent.parent.parent / "harness" / "handset" / "doorbell" / "truth.yaml"
VARIANTS = {"no-choice": ("NC", "no_choice"), "reject": ("R", "reject"), "accept": ("A", "accept")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One datum that one tracker is given. `first` is the phase in which it leaves; `said` that of the app's own call,
    which is earlier for what waits for a later request. `layer` is where its body is caught whole and readable."""

    tracker: str
    category: str
    path: str
    layer: str
    said: str
    first: str
    origin: str
    written: str


def truth() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load(_FILE.read_text())
    return content


def phase_named(name: str, variant: str) -> str:
    """The label that the flow gives a phase in a variant."""
    return str(truth()["choice"][VARIANTS[variant][1]]) if name == "choice" else name


def rows(variant: str, *, sent: bool) -> list[Row]:
    """The rows that hold in a variant, or those that hold only in others."""
    mark = VARIANTS[variant][0]
    return [_row(entry, variant) for entry in truth()["sent"] if (mark in entry["variants"]) == sent]


def _row(entry: Mapping[str, Any], variant: str) -> Row:
    native = entry.get("in") == "native"  # seen as it leaves only, in the tree of the whole request
    return Row(
        tracker=entry["tracker"],
        category=entry["category"],
        path=f"/body{entry['path']}" if native else entry["path"],
        layer=_layer(entry),
        said=phase_named(entry["phase"], variant),
        first=phase_named(entry.get("sent", entry["phase"]), variant),
        origin=entry["from"],
        written=entry.get("as", "raw"),
    )


def _layer(entry: Mapping[str, Any]) -> str:
    """Headers and addresses only on the wire; by the platform what is encrypted or wrapped by code without an encode
    hook; all else at the SDK's own last moment, which native code has on the wire only."""
    if entry["path"].startswith(("header:", "query:")) or entry.get("in") == "native":
        return "wire"
    return "platform" if entry["tracker"] == "appsflyer" or entry.get("in") == "batch" else "encode"


def path_matches(pattern: str, path: str) -> bool:
    """Segment by segment; `*` is any one. Header names and query fields have the case file's own notation."""
    for prefix, pointer in (("header:", "/headers/"), ("query:", "/query/")):
        pattern = pattern.replace(prefix, pointer)
    wanted, found = pattern.split("/"), path.split("/")
    return len(wanted) == len(found) and all(a in ("*", b) for a, b in zip(wanted, found, strict=True))


def written(value: str, how: str) -> str:
    """A planted value in the spelling that the stand-in gives it."""
    match how:
        case "raw":
            return value
        case "sha256":
            return _sha256(value)
        case "sha256-normal":
            return _sha256(value.strip().lower())
        case "sha256-digits":
            return _sha256("".join(filter(str.isdigit, value)))
    raise AssertionError(f"truth.yaml writes a value as {how}, which is not known here")


def user_id(email: str) -> str:
    """The app's account id, as its README defines it."""
    return "db-" + _sha256(f"doorbell:{email.lower()}")[:12]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
