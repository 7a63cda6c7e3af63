"""What every reader here raises when a file is not what its format says, and how foreign exceptions become it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager


class Damaged(Exception):
    """A file, or a part of one, cannot be read; the message goes into AppPackage.faults."""


# What reading bytes at offsets that a damaged file names can raise.
_BAD_BYTES = (IndexError, struct.error, ValueError, OverflowError)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Whatever goes wrong in here is Damaged, and begins with `what`."""
    before = f"{what}: " if what else ""
    try:
        yield
    except Damaged as exc:
        raise Damaged(f"{before}{exc}") from exc
    except _BAD_BYTES as exc:
        raise Damaged(f"{before}it ends early or names places outside itself ({exc})") from exc
