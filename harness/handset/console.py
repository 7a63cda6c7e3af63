"""Speaks with a handset's daemon from outside, without adb: what breaks adb must be possible to plant and to clear."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.handset.handset import RunningHandset
from harness.model.errors import HandsetError

_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command of the handset gave."""

    out: str
    err: str
    code: int


def ask(handset: RunningHandset, argv: Sequence[str]) -> Answer:
    """Run one of the daemon's commands, such as `("cmd", "handset", "fault", "list")`."""
    words = ",".join(word.encode("utf-8", "surrogateescape").hex() for word in argv)
    question = json.dumps({"type": "command", "argv": words, "uid": 2000, "cwd": "/"}) + "\n"
    try:
        with _connected(handset.folder / "data/system") as link:
            link.sendall(question.encode())
            return _answer(link)
    except OSError as exc:
        raise HandsetError(
            f"The handset {handset.name} does not answer: {exc}",
            remedy=f"Start it: `harness handset up {handset.name}`.",
        ) from exc


def _connected(folder: Path) -> socket.socket:
    # Through the folder's descriptor: the path of a socket may be 108 bytes long at most, and a cache may lie deep.
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(_TIMEOUT_S)
    descriptor = os.open(folder, os.O_PATH)
    try:
        link.connect(f"/proc/self/fd/{descriptor}/handset.sock")
    except OSError:
        link.close()
        raise
    finally:
        os.close(descriptor)
    return link


def _answer(link: socket.socket) -> Answer:
    streams = {b"o": bytearray(), b"e": bytearray()}
    while True:
        head = _exactly(link, 5)
        content = _exactly(link, int.from_bytes(head[1:], "big"))
        if head[:1] == b"x":
            out, err = (streams[kind].decode("utf-8", "replace") for kind in (b"o", b"e"))
            return Answer(out=out, err=err, code=int(content))
        streams[head[:1]] += content


def _exactly(link: socket.socket, count: int) -> bytes:
    content = bytearray()
    while len(content) < count:
        part = link.recv(count - len(content))
        if not part:
            raise ConnectionResetError("it hung up")
        content += part
    return bytes(content)
