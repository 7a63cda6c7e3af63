"""How names are spelled in hook files: in Java and in native modules. Each check gives the remedy for a bad one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.trackers import words

_CAPTURES = "arguments, returned, argument N, slice N, filled N, this.FIELD, returned.FIELD or argument N.FIELD"
_NATIVE_CAPTURES = "returned, argument N, or bytes argument N length L, L being argument M, at argument M or returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """The checks for one kind of function."""

    method_fault: Callable[[str], str | None]
    type_fault: Callable[[str], str | None]
    capture_fault: Callable[[str], str | None]


def class_fault(text: str) -> str | None:
    return (
        None if words.is_class_name(text) else "Write the full class name with its package; `$` before inner classes."
    )


def prefix_fault(text: str) -> str | None:
    return None if words.is_code_prefix(text) else "Write the beginning of class names, such as `com.example.`."


def method_fault(text: str) -> str | None:
    return None if words.is_method_name(text) else "Write the method's name alone; `$init` for a constructor."


def capture_fault(text: str) -> str | None:
    return None if words.is_capture(text) else f"Use {_CAPTURES}."


def _symbol_fault(text: str) -> str | None:
    return None if words.is_symbol(text) else "Write the symbol as the module exports it."


def _native_capture_fault(text: str) -> str | None:
    return None if words.is_native_capture(text) else f"Use {_NATIVE_CAPTURES}."


JAVA = Spelling(method_fault=method_fault, type_fault=words.type_fault, capture_fault=capture_fault)
NATIVE = Spelling(method_fault=_symbol_fault, type_fault=words.native_type_fault, capture_fault=_native_capture_fault)
