"""What is read of a call: `capture:`, `payload:`, `output:`, `host:` and `request:` of a method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.model.hook import Hook, Layer, Request, Role
from harness.trackers import words
from harness.trackers.finding import child
from harness.trackers.sheet import Sheet
from harness.trackers.spelling import capture_fault
from harness.yamlmarks import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Captures:
    """Fields of Hook by other names."""

    every: tuple[str, ...]
    payload: str | None
    output: str | None
    host: str | None


def read_captures(
    sheet: Sheet, node: Node, *, layer: Layer, consent: bool, fault: Callable[[str], str | None]
) -> Captures:
    """`fault` gives the remedy for a word that is no capture."""
    every = sheet.texts(node, "capture", check=fault) or _usual(layer)
    usual_payload = "arguments" if layer is Layer.API and not consent and "arguments" in every else None
    payload = sheet.text(node, "payload", check=lambda text: _joined_fault(text, fault)) or usual_payload
    output = sheet.text(node, "output", check=fault) or None
    host = sheet.text(node, "host", check=fault) or None
    joined = (("payload", part) for part in (payload or "").split(" + "))
    for key, word in (*joined, ("output", output or ""), ("host", host or "")):
        if word and word not in every and not (word.startswith("argument ") and "arguments" in every):
            sheet.wrong(node, f"the {key} {word!r} is not captured", f"Add it to `capture:`, or use {every[0]!r}.")
    return Captures(every=every, payload=payload, output=output, host=host)


def check_output(sheet: Sheet, node: Node, output: str | None, role: Role) -> None:
    """What came out of a header or a request is not known."""
    if output is not None and role in (Role.HEADER, Role.REQUEST):
        sheet.wrong(node, f"'output' means nothing with the role {role.value}", "Leave it out.")


def check_host(sheet: Sheet, node: Node, hook: Hook) -> None:
    """A host is where a tracker sends to; platform hooks are nobody's."""
    where = child(node, "host")
    if where is not None and hook.tracker is None:
        sheet.wrong(where, "'host' says where a tracker sends to", "Move the method to the tracker's file.")


def check_positions(sheet: Sheet, node: Node, hook: Hook, parameters: tuple[str, ...] | None) -> None:
    """Every argument that is read must be there; of all overloads together nothing is known about positions."""
    words_used = (*hook.capture, *(hook.payload or "").split(" + "), hook.output or "", hook.host or "")
    for capture in dict.fromkeys(words_used):
        last = words.highest_argument(capture)
        if last is None:
            continue
        if parameters is None:
            sheet.wrong(
                node, f"{capture!r} differs between overloads", "Use `arguments` and `returned`, or list the overloads."
            )
        elif last >= len(parameters):
            sheet.wrong(node, f"{capture!r}: this overload has {len(parameters)} arguments", "Count from 0.")


def read_request(sheet: Sheet, node: Node, role: Role) -> Request | None:
    """Which captures say where a request goes."""
    where = child(node, "request")
    if role is not Role.REQUEST:
        if where is not None:
            sheet.wrong(where, f"'request' means nothing with the role {role.value}", "Write `role: request`.")
        return None
    if where is None:
        sheet.wrong(node, "'request' is missing", "Say which captures are `url:`, `method:` and `body:`.")
        return None
    sheet.mapping(where, known=("url", "method", "body", "carrier", "headers"))
    return Request(
        url=sheet.text(where, "url", required=True, check=capture_fault),
        method=sheet.text(where, "method", required=True, check=capture_fault),
        body=sheet.text(where, "body", check=capture_fault) or None,
        carrier=sheet.text(where, "carrier", check=capture_fault) or None,
        headers=sheet.text(where, "headers", check=capture_fault) or None,
    )


def _usual(layer: Layer) -> tuple[str, ...]:
    return ("arguments",) if layer is Layer.API else ("arguments", "returned")


def _joined_fault(text: str, fault: Callable[[str], str | None]) -> str | None:
    return next((remedy for part in text.split(" + ") if (remedy := fault(part))), None)
