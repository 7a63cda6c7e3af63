"""The closed lists and spellings of hook files."""

from __future__ import annotations

import re

from harness.javanames import PRIMITIVES
from harness.model.hook import Layer

RUNTIMES = ("art", "jvm")
DECODE_STEPS = (
    *("json", "lines", "form", "query", "xml", "multipart", "jwt", "base64", "hex", "url"),
    *("gzip", "zlib", "deflate", "brotli", "zstd", "protobuf", "utf-16"),
)
TRACKER_LAYERS = (Layer.API.value, Layer.ENCODE.value)
PLATFORM_LAYERS = (Layer.PLATFORM.value, Layer.WIRE.value)
CONSTRUCTOR = "$init"
EVERY_OVERLOAD = "all"
VERSION_FILES = (".properties", ".version")  # the small files of a package that harness.code reads
_IDENTIFIER = r"[^\W\d][\w$]*"  # Unicode letters: obfuscated SDKs use them
_CLASS = re.compile(rf"{_IDENTIFIER}(\.{_IDENTIFIER})*", re.UNICODE)
_PREFIX = re.compile(rf"{_IDENTIFIER}(\.{_IDENTIFIER})*\.?", re.UNICODE)
_METHOD = re.compile(rf"{_IDENTIFIER}|\$init", re.UNICODE)
_ARRAY = re.compile(rf"\[+([ZBCSIJFD]|L{_IDENTIFIER}(\.{_IDENTIFIER})+;)", re.UNICODE)
_VERSION = re.compile(r"\d+(\.\d+)*([.-][0-9A-Za-z]+)*")
_NATIVE_TYPE = re.compile(r"[A-Za-z_][\w ]*?(\s*\*)*")
_SYMBOL = re.compile(r"[A-Za-z_]\w*")
_NATIVE_CAPTURE = re.compile(r"argument \d+|returned|bytes argument \d+ length ((at )?argument \d+|returned)")
_CAPTURE = re.compile(
    rf"(arguments|returned|argument \d+|slice \d+|filled \d+)|(this|returned|argument \d+)(\.{_IDENTIFIER})+"
)


def is_class_name(text: str) -> bool:
    """A class with its package: `com.example.Outer$Inner`."""
    return _CLASS.fullmatch(text) is not None and "." in text


def is_code_prefix(text: str) -> bool:
    """The beginning of class names; a final dot keeps `com.example` from matching `com.examples`."""
    return _PREFIX.fullmatch(text) is not None and "." in text


def is_method_name(text: str) -> bool:
    """A method, or `$init` for a constructor."""
    return _METHOD.fullmatch(text) is not None


def type_fault(text: str) -> str | None:
    """What is wrong with a parameter type, as a remedy; None when nothing is."""
    if text in PRIMITIVES or is_class_name(text) or _ARRAY.fullmatch(text):
        return None
    if text.endswith("[]"):
        element = text.removesuffix("[]")
        spelled = f"[{PRIMITIVES[element]}" if element in PRIMITIVES else f"[L{element};"
        return f"Write arrays as the JVM does: {spelled}"
    if text in {"String", "Object", "Integer", "Boolean", "Double", "Long", "Throwable"}:
        return f"Write the package too: java.lang.{text}"
    if text in {"Map", "List", "Set", "UUID", "Currency"}:
        return f"Write the package too: java.util.{text}"
    return "Write a primitive (int, boolean ...), a class with its package, or an array as the JVM does ([B)."


def native_type_fault(text: str) -> str | None:
    """What is wrong with a C type, as a remedy; None when nothing is."""
    return None if _NATIVE_TYPE.fullmatch(text) else "Write a C type, such as `int` or `const void*`."


def is_symbol(text: str) -> bool:
    """A name that a native module exports."""
    return _SYMBOL.fullmatch(text) is not None


def is_native_capture(text: str) -> bool:
    """One of the capture words of native functions (see harness.model.hook.Hook)."""
    return _NATIVE_CAPTURE.fullmatch(text) is not None


def is_capture(text: str) -> bool:
    """One of the capture words (see harness.model.hook.Hook)."""
    return _CAPTURE.fullmatch(text) is not None


def highest_argument(capture: str) -> int | None:
    """The last argument position that a capture word needs; None when it needs none."""
    needed = [int(number) for number in re.findall(r"argument (\d+)", capture)]
    array = re.match(r"(slice|filled) (\d+)", capture)
    if array is not None:
        needed.append(int(array[2]) + (2 if array[1] == "slice" else 0))
    return max(needed, default=None)


def is_version(text: str) -> bool:
    """`5.9.6`, `8.0`, `17.0.0-beta01`."""
    return _VERSION.fullmatch(text) is not None


def is_pointer(text: str) -> bool:
    """A JSON pointer, `*` standing for one index or key; the whole payload is ""."""
    return text == "" or text.startswith("/")
