"""What reading a kept file gives."""

from __future__ import annotations

from dataclasses import dataclass

Kept = None | bool | int | float | str | bytes | list["Kept"] | dict[str, "Kept"]


class UnreadableError(Exception):
    """The content is not what the hook file says it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that is kept: `place` says where in the file, in the words of its format."""

    place: str
    content: Kept
