"""The handset's state daemon inside the test's own process: commands without adb, apps without Java."""

from __future__ import annotations

import asyncio
import json
import shlex
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.phone import Config, Phone
from harness.handset.daemon.server import execute, listen

MANIFEST: dict[str, Any] = {
    "package": "com.example.app",
    "label": "App",
    "version_code": 7,
    "version_name": "1.7",
    "min_sdk": 24,
    "target_sdk": 34,
    "permissions": ["android.permission.INTERNET", "android.permission.CAMERA"],
    "activities": [{"name": ".Main", "launcher": True}, {"name": ".Inner"}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command gave."""

    out: str
    err: str
    code: int


def boot(data: Path, *, api: int = 34, patience_s: float = 10.0) -> Phone:
    """A handset whose /data is this folder."""
    return Phone(Config(data=data, api=api, patience_s=patience_s))


async def ask(phone: Phone, line: str, *, uid: int = 2000) -> Answer:
    """Run one command line (quoting as in a shell, nothing else of a shell)."""
    streams: dict[str, list[bytes]] = {"o": [], "e": []}
    out = Output(lambda stream, content: streams[stream].append(content))
    code = await execute(phone, Call(argv=tuple(shlex.split(line)), cwd="/sdcard", uid=uid, pid=4711), out)
    return Answer(out=b"".join(streams["o"]).decode(), err=b"".join(streams["e"]).decode(), code=code)


def say(phone: Phone, line: str, *, uid: int = 2000) -> Answer:
    """`ask`, from code that is not asynchronous."""
    return asyncio.run(ask(phone, line, uid=uid))


def package(phone: Phone, **changes: Any) -> str:
    """Put a package file on the handset and give its path there."""
    tree = {**MANIFEST, **changes}
    with zipfile.ZipFile(phone.data / "local/tmp/app.apk", "w") as file:
        file.writestr("handset.json", json.dumps(tree))
        file.writestr("classes.jar", b"PK\5\6" + bytes(18))
    return "/data/local/tmp/app.apk"


def install(phone: Phone, options: str = "", **changes: Any) -> Answer:
    """`pm install` of a package like MANIFEST."""
    return say(phone, f"pm install {options} {package(phone, **changes)}")


@dataclass(slots=True, kw_only=True)
class App:
    """An app that speaks the window protocol; `seen` keeps what it was told. It answers `sync` unless it `hangs`."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    hangs: bool = False
    seen: list[dict[str, Any]] = field(default_factory=list)
    answering: asyncio.Task[None] | None = None

    def tell(self, kind: str, **fields: Any) -> None:
        self.writer.write(json.dumps({"type": kind, **fields}).encode() + b"\n")

    async def listen(self) -> None:
        while line := await self.reader.readline():
            message = json.loads(line)
            if message["type"] != "sync":
                self.seen.append(message)
            elif not self.hangs:
                self.tell("synced", id=message["id"])

    async def leave(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()
        if self.answering is not None:
            await self.answering


async def start_app(socket: Path, *, package: str = "com.example.app", process: str | None = None) -> App:
    """An app that has registered and shows nothing yet."""
    reader, writer = await asyncio.open_unix_connection(socket)
    app = App(reader=reader, writer=writer)
    app.tell("register", package=package, process=process or package, pid=1)
    app.answering = asyncio.ensure_future(app.listen())
    return app


async def serve(phone: Phone, socket: Path) -> asyncio.Server:
    """The daemon's socket, at a place of the test's."""
    return await listen(phone, socket)


def node(name: str, bounds: tuple[int, int, int, int], **more: Any) -> dict[str, Any]:
    """A widget for a window message."""
    return {"class": f"android.widget.{name}", "bounds": list(bounds), **more}
