"""Which known failure a text is."""

from __future__ import annotations

from harness.failures.devices import DEVICES
from harness.failures.frida import FRIDA
from harness.failures.known import Known
from harness.model.failure import Failure

KNOWN: tuple[Known, ...] = (*FRIDA, *DEVICES)
_LONGEST = 300  # characters of a line that are kept


def classify(text: str) -> Failure | None:
    """The first known failure in the text, or None for what nobody knows. `Failure.text` is the line that tells."""
    for each in KNOWN:
        found = each.pattern.search(text)
        if found is not None:
            start = text.rfind("\n", 0, found.start()) + 1
            line = text[start:].partition("\n")[0].strip()[:_LONGEST]
            return Failure(
                row=each.row, name=each.name, kind=each.kind, text=line, handling=each.handling, remedy=each.remedy
            )
    return None
