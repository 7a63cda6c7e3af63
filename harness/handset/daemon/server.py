"""The unix socket: shell commands (frames back), app windows, app questions. The first line says which it is."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.handset.daemon import queries
from harness.handset.daemon.call import SHELL_UID, Call, Output, ShellException, report_exception
from harness.handset.daemon.fault_effects import strike
from harness.handset.daemon.link import Link
from harness.handset.daemon.processes import Process
from harness.handset.daemon.registry import COMMANDS

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_log = logging.getLogger(__name__)
_LONGEST_LINE = 64 * 1024 * 1024  # a screen of thousands of widgets is some MB


async def listen(phone: Phone, path: Path) -> asyncio.Server:
    """Serve `path` until the returned server is closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _serve(phone, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            _log.debug("a client hung up")
        except Exception:
            _log.exception("a connection failed")
        finally:
            writer.close()

    return await asyncio.start_unix_server(connected, path, limit=_LONGEST_LINE)


async def _serve(phone: Phone, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    first = await _message(reader)
    match (first or {}).get("type"):
        case "command":
            await _command(phone, first or {}, reader, writer)
        case "register":
            await _app(phone, first or {}, reader, writer)
        case "hold":
            await _hold(phone, first or {}, reader, writer)
        case "client":
            while (question := await _message(reader)) is not None:
                writer.write(json.dumps(queries.answer(phone, question)).encode() + b"\n")
                await writer.drain()


async def _message(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    line = await reader.readline()
    return dict(json.loads(line)) if line else None


async def _command(
    phone: Phone, first: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    argv = tuple(bytes.fromhex(word).decode("utf-8", "surrogateescape") for word in str(first["argv"]).split(","))
    call = Call(argv=argv, cwd=str(first.get("cwd", "/")), uid=int(first.get("uid", SHELL_UID)), pid=_peer(writer))
    running = asyncio.ensure_future(_answered(phone, call, writer))
    hung_up = asyncio.ensure_future(reader.read(1))  # a client never says more; it only goes away (logcat, Ctrl-C)
    await asyncio.wait({running, hung_up}, return_when=asyncio.FIRST_COMPLETED)
    hung_up.cancel()
    if not running.done():
        running.cancel()
        return
    _frame(writer, "x", str(running.result()).encode())
    await writer.drain()


async def _hold(
    phone: Phone, first: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A process that waits for leave, or is killed while it waits."""
    package = str(first.get("package", ""))
    process = Process(pid=_peer(writer), package=package, name=str(first.get("process") or package))
    held = asyncio.ensure_future(phone.gates.hold(process))
    hung_up = asyncio.ensure_future(reader.read(1))
    await asyncio.wait({held, hung_up}, return_when=asyncio.FIRST_COMPLETED)
    hung_up.cancel()
    held.cancel()
    if not writer.is_closing():
        writer.write(b'{"type":"go"}\n')


async def execute(phone: Phone, call: Call, out: Output) -> int:
    """Run one command to its end; the exit code."""
    try:
        planted = phone.faults.due(call)
        struck = await strike(phone, call, planted, out, _carried_out) if planted else call
        if isinstance(struck, int):
            return struck
        refused = phone.boot.refused(struck, out)
        return refused if refused is not None else await _carried_out(phone, struck, out)
    except ShellException as fault:
        inner = next((word for word in call.argv[1:] if not word.startswith("-")), call.argv[0])
        return report_exception(fault, command=inner, api=phone.api, out=out)


async def _carried_out(phone: Phone, call: Call, out: Output) -> int:
    name = call.argv[0]
    command = COMMANDS.get(name)
    if command is None:
        out.error(f"/system/bin/sh: {name}: inaccessible or not found")
        return 127
    return await command(phone, call, out)


async def _answered(phone: Phone, call: Call, writer: asyncio.StreamWriter) -> int:
    out = Output(lambda stream, content: _frame(writer, stream, content))
    try:
        return await execute(phone, call, out)
    except Exception:
        _log.exception("the command %s failed", call.argv)
        out.error(f"{call.argv[0]}: fault of the virtual handset itself, see /data/system/daemon.log")
        return 70


def _frame(writer: asyncio.StreamWriter, kind: str, content: bytes) -> None:
    if not writer.is_closing():
        writer.write(kind.encode() + struct.pack(">I", len(content)) + content)


def _peer(writer: asyncio.StreamWriter) -> int:
    sock: socket.socket = writer.get_extra_info("socket")
    credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid: int = struct.unpack("3i", credentials)[0]
    return pid


async def _app(phone: Phone, first: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    package = str(first.get("package", ""))
    process = str(first.get("process") or package)
    link = Link(writer, package=package, process=process, pid=_peer(writer))
    phone.processes.connected(link)
    try:
        while (message := await _message(reader)) is not None:
            phone.processes.received(link, message)
    finally:
        phone.processes.gone(link)
