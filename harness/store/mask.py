"""Where secrets are kept out of the case file: a mask sees every byte before it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A secret found while writing: its name in the flow, where it stood, and how it was encoded there."""

    name: str
    offset: int
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """Content without the secrets, longer or shorter than it was, and what was found."""

    content: bytes
    hits: tuple[Hit, ...] = ()


Mask = Callable[[bytes], Masked]
"""Called with the bytes of every payload, with the JSON text of every value of an event, and with every other text of a
run's rows. JSON must stay JSON."""


def keep_all(content: bytes) -> Masked:
    """The mask for flows without secrets."""
    return Masked(content=content)
