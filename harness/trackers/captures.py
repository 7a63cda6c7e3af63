"""The `capture:`, `payload:` and `output:` of a method: what is read of a call, and what of it is content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.model.tracker import Layer, Role
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Captures:
    """Fields of Hook by other names."""

    every: tuple[str, ...]
    payload: str | None
    output: str | None


def read_captures(
    sheet: Sheet, node: Node, *, layer: Layer, consent: bool, fault: Callable[[str], str | None]
) -> Captures:
    """`fault` gives the remedy for a word that is no capture."""
    every = sheet.texts(node, "capture", check=fault) or _usual(layer)
    usual_payload = "arguments" if layer is Layer.API and not consent and "arguments" in every else None
    payload = sheet.text(node, "payload", check=lambda text: _joined_fault(text, fault)) or usual_payload
    output = sheet.text(node, "output", check=fault) or None
    for key, word in (*(("payload", part) for part in (payload or "").split(" + ")), ("output", output or "")):
        if word and word not in every and not (word.startswith("argument ") and "arguments" in every):
            sheet.wrong(node, f"the {key} {word!r} is not captured", f"Add it to `capture:`, or use {every[0]!r}.")
    return Captures(every=every, payload=payload, output=output)


def check_output(sheet: Sheet, node: Node, output: str | None, role: Role) -> None:
    """What came out of a header or a request is not known."""
    if output is not None and role in (Role.HEADER, Role.REQUEST):
        sheet.wrong(node, f"'output' means nothing with the role {role.value}", "Leave it out.")


def _usual(layer: Layer) -> tuple[str, ...]:
    return ("arguments",) if layer is Layer.API else ("arguments", "returned")


def _joined_fault(text: str, fault: Callable[[str], str | None]) -> str | None:
    return next((remedy for part in text.split(" + ") if (remedy := fault(part))), None)
