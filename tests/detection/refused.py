"""What is not found on purpose, and why. Whatever else is missed is a fault."""

from __future__ import annotations

_SHORT = (
    "eight letters in Base64 are twelve, and what those give when undone once more is too short to tell from chance"
)

REFUSED = {
    ("POSTCODE", "Base64 twice"): _SHORT,
    ("POSTCODE", "hex of Base64"): _SHORT,
}

# Limits that no combination of the matrix reaches, in words.
LIMITS = (
    (
        "hex, Base64",
        "fewer than 16 digits or letters, or bytes that are neither written text nor what another step fits",
    ),
    ("hex", "upper and lower case mixed; decimal digits alone, up to 40 of them"),
    ("Base64", "no letter beyond F: identifiers in hex, numbers with hyphens"),
    ("Base64 within a text", "runs of fewer than 24 letters; more than 64 runs in one text"),
    (
        "deflate, Brotli",
        "no mark of their own: fewer than 33 bytes, or a result that is neither JSON nor clearly written",
    ),
    ("protobuf", "no mark of its own: a message that does not read to its end, or without text that proves it; groups"),
    ("UTF-16", "without its mark: what chance pairs of bytes may be, such as a few Chinese characters alone"),
    ("XML", "documents that declare a document type, and with it perhaps entities: noted as a fault"),
    ("gzip, zlib, deflate, Brotli, Zstandard", "more than 32 MiB in one payload, all steps together: noted as a fault"),
    ("JSON, XML, protobuf", "more than 24 containers and steps within each other: noted as a fault"),
)
