"""Differences that somebody has looked at and lets pass, each with its reason and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.report.diff.facts import Place
from harness.yamlfields import Fields
from harness.yamlmarks import Node, load_marked, suggestion

_KEYS = ("difference", "recipient", "category", "field", "variants", "reason", "until")
_KINDS = ("recipient", "category", "field", "sdk-version", "consent", "gone", "later", "variant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One difference, or several, that may pass up to and with a day. What is empty does not narrow it."""

    difference: str
    recipient: str
    reason: str
    until: date
    category: str = ""
    field: str = ""
    variants: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def words(self) -> str:
        """As it is named where it is expired or unused."""
        what = " ".join(part for part in (self.difference, self.recipient, self.category, self.field) if part)
        return f"{self.file}:{self.line}: {what} until {self.until.isoformat()} ({self.reason})"

    def fits(self, difference: str, place: Place) -> bool:
        """Whether this is what it was written for."""
        return (
            (self.difference, self.recipient) == (difference, place.recipient)
            and self.category in ("", place.category)
            and self.field in ("", place.path)
            and (not self.variants or place.variant in self.variants)
        )


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file; InputError lists every fault."""
    documents, faults = load_marked(path)
    if len(documents) != 1 and not faults:
        faults = [Fault(file=str(path), line=1, problem="is not one YAML document", remedy="Write `waivers:`.")]
    waivers = _read(documents[0], faults) if len(documents) == 1 else ()
    if faults:
        raise InputError(f"{path} is not a valid file of waivers", remedy="Correct these lines.", faults=tuple(faults))
    return waivers


def _read(node: Node, faults: list[Fault]) -> tuple[Waiver, ...]:
    fields = Fields(node, faults, known=("waivers",), what="a file of waivers")
    fields.require("waivers")
    items = fields.node_of("waivers")
    if items is None:
        return ()
    if not isinstance(items.value, tuple):
        fields.fault("waivers", "waivers must be a list", remedy="Write one `- difference: ...` each.")
        return ()
    return tuple(made for item in items.value if (made := _waiver(item, faults)) is not None)


def _waiver(node: Node, faults: list[Fault]) -> Waiver | None:
    fields = Fields(node, faults, known=_KEYS, what="a waiver")
    fields.require("difference", "recipient", "reason", "until")
    difference, until = fields.text("difference"), fields.text("until")
    if difference and difference not in _KINDS:
        fields.fault("difference", f"unknown difference {difference!r}", remedy=suggestion(difference, _KINDS))
    try:
        day = date.fromisoformat(until)
    except ValueError:
        if until:
            fields.fault("until", f"{until!r} is no date", remedy="Write YYYY-MM-DD.")
        return None
    return Waiver(
        difference=difference,
        recipient=fields.text("recipient"),
        reason=fields.text("reason"),
        until=day,
        category=fields.text("category"),
        field=fields.text("field"),
        variants=fields.texts("variants"),
        file=node.file,
        line=node.line,
    )
