"""`harness serve`: a case file in Datasette, on this machine only."""

from __future__ import annotations

import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from harness.cli import output
from harness.cli.local_only import local_only
from harness.model.errors import InputError
from harness.report.cover import Cover
from harness.report.export.browse import metadata, write_browsable
from harness.store import CaseFile

_SQL_MS = 5000  # a question may take so long
_SETTINGS = {
    "allow_download": False,
    "sql_time_limit_ms": _SQL_MS,
    "suggest_facets": False,  # they would ask every table again at each page
    "max_returned_rows": 10_000,
    "default_page_size": 100,
}


@click.command(short_help="Browse a case file in Datasette.")
@click.argument("case_file", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65_535), help="0 takes a free one.")
@click.option("--reveal", is_flag=True, help="Show everything as captured, raw tables too; the audit says so.")
def serve(*, case_file: Path, host: str, port: int, reveal: bool) -> None:
    """Browse CASE_FILE in a web browser (Datasette), with the questions that one asks most. Ctrl-C ends it.

    What is served is a copy in a temporary folder, in which what would identify a device, a person or an account is
    covered; it is gone afterwards. Serving changes nothing in the case file but its audit. Nothing is loaded from
    elsewhere. Needs the extra `browse`.
    """
    datasette, uvicorn = _extra()
    with _terminable(), tempfile.TemporaryDirectory(prefix="harness-serve-") as folder, _listening(host, port) as door:
        copy = Path(folder) / "case.db"
        with CaseFile.open(case_file) as case, output.err.status("making the copy to browse"):
            case.mark_abandoned()
            case.audit("serve", {"host": host, "reveal": reveal})
            write_browsable(case, copy, Cover.of(case, reveal=reveal))
        told = metadata(copy.stem, title=case_file.name, covered=not reveal)
        app = datasette.Datasette(files=[], immutables=[str(copy)], metadata=told, settings=_SETTINGS).app()
        server = uvicorn.Server(uvicorn.Config(local_only(app, host), log_level="warning", lifespan="on"))
        at = door.getsockname()[1]
        output.out.print(f"http://{f'[{host}]' if ':' in host else host}:{at}/{copy.stem}")
        output.err.print("Ctrl-C ends it.")
        server.run(sockets=[door])


def _extra() -> tuple[Any, Any]:
    try:
        import datasette.app  # noqa: PLC0415 - an extra, and half a second
        import uvicorn  # noqa: PLC0415
    except ImportError:
        raise InputError(
            "`harness serve` needs Datasette, which is not installed", remedy="pip install 'tracker-harness[browse]'"
        ) from None
    return datasette.app, uvicorn


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The door, opened before the copy is made: whoever cannot have it is told at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(
            f"--host {host}: {error.strerror or error}", remedy="Give an address of this machine."
        ) from None
    with door:
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
            door.listen()  # from now on a browser waits rather than being refused
        except OSError as error:
            raise InputError(
                f"{host}:{port}: {error.strerror or error}", remedy="Give another --port; 0 takes a free one."
            ) from None
        yield door


@contextmanager
def _terminable() -> Iterator[None]:
    """Ctrl-C and SIGTERM both end it in order: the server stops, the copy is deleted."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
