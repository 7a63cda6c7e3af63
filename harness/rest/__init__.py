"""Reads the files that SDKs keep on a phone: bytes in, records out. The only door to javaobj, and to foreign SQLite."""

from harness.rest.formats import records
from harness.rest.record import Record, UnreadableError
from harness.rest.sqlite import merged

__all__ = ["Record", "UnreadableError", "merged", "records"]
