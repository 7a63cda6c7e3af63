"""Looks for a secret in everything below a folder, in every way it may be written; shares no code with the harness.

The forms come from coreutils, xxd, iconv and openssl; what is compressed is inflated before it is searched.
"""

from __future__ import annotations

import base64
import re
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

_STREAM = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_LETTERS = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


def forms(secret: str) -> dict[str, bytes]:
    """What must not be found, by its name. Of Base64 the letters that neighbours do not change, at each alignment."""
    plain = secret.encode()
    made = {"raw": plain, "hex": _piped(["xxd", "-p", "-c", "0"], plain).strip()}
    for encoding in ("UTF-16LE", "UTF-16BE"):
        made[encoding] = _piped(["iconv", "-f", "UTF-8", "-t", encoding], plain)
    made["url"] = re.sub(rb"(..)", rb"%\1", made["hex"])
    made["url of signs"] = re.sub(rb"[^A-Za-z0-9]", lambda sign: b"%%%02x" % sign[0][0], plain)
    for before in range(3):
        letters = _piped(["base64", "-w0"], b"\0" * before + plain)
        whole = letters[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        made[f"base64 after {before}"] = whole
        made[f"base64 after {before}, for addresses"] = whole.replace(b"+", b"-").replace(b"/", b"_")
    return made


def traces(folder: Path, secret: str) -> list[str]:
    """Where any form of it is: the file, what was undone, the form."""
    wanted = {name: form.lower() if "base64" not in name else form for name, form in forms(secret).items()}
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        for where, content in _readings(file):
            lower = content.lower()
            found += [
                f"{file.name} {where}: {name}"
                for name, form in wanted.items()
                if form in (content if "base64" in name else lower)
            ]
    return found


def _readings(file: Path) -> Iterator[tuple[str, bytes]]:
    content = file.read_bytes()
    yield from _undone("bytes", content)
    if content.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            for (name,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                for row in db.execute(f"select * from {name}"):
                    for value in row:
                        if isinstance(value, (bytes, str)):
                            yield from _undone(name, value if isinstance(value, bytes) else value.encode())


def _undone(where: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    yield where, content
    if depth == 3:
        return
    for match in _STREAM.finditer(content):
        with suppress(zlib.error):
            inside = zlib.decompressobj(47).decompress(content[match.start() :], 10_000_000)
            yield from _undone(f"{where}, inflated", inside, depth + 1)
    for match in _LETTERS.finditer(content if depth or len(content) < 1_000_000 else b""):
        letters = match[0].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        with suppress(ValueError):
            inside = base64.b64decode(letters[: len(letters) // 4 * 4])
            yield f"{where}, from Base64", inside
            if inside.startswith(b"\x1f\x8b"):
                yield from _undone(f"{where}, from Base64", inside, depth + 1)


def _piped(command: list[str], content: bytes) -> bytes:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout
