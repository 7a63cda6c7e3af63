"""Native TLS: the plain bytes that openssl's own programs hand to their libssl, in processes without a VM."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.hook import Hook, Role
from harness.model.records import HookReport, HookStatus, Ready, Record, Stack
from harness.probe import FridaProbe
from harness.probe.session import FridaSession
from harness.trackers import load_pack
from tests.jvm import Watch, wait_until
from tests.local_servers import http_server, throwaway_certificate

HOOKS = [hook for hook in load_pack().platform if hook.native is not None and hook.runtime is None]
REQUEST = b"POST /track HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\nConnection: close\r\n\r\nevent=opened"
OPENSSL = shutil.which("openssl") or ""

pytestmark = pytest.mark.skipif(not OPENSSL, reason="there is no openssl here, the native program to watch")


@contextmanager
def closing(session: FridaSession, records: list[Record]) -> Iterator[Watch]:
    try:
        session.resume()
        yield Watch(session, list, records)
    finally:
        session.close()
        subprocess.run(["kill", "-9", str(session.pid)], check=False, capture_output=True)


def spawned(hooks: Sequence[Hook], *arguments: str) -> Watch:
    """An openssl program with the hooks set before its first instruction, run to its end."""
    records: list[Record] = []
    with closing(
        FridaProbe("local", lossless=True).spawn((OPENSSL, *arguments), hooks, records.append), records
    ) as watch:
        watch.wait_for_end()
    return watch


def moved(watch: Watch, function: str) -> list[bytes]:
    """What each call of a function moved."""
    events = [event for event in watch.events if HOOKS[event.hook].method == function]
    return [watch.content(event.captured["bytes argument 1 length returned"]) for event in events]


def test_a_request_written_after_we_attached_is_seen_on_its_way_out_and_its_answer_in(tmp_path: Path) -> None:
    with http_server(throwaway_certificate(tmp_path)) as server:
        command = [OPENSSL, "s_client", "-quiet", "-connect", f"localhost:{server.port}"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as program:
            assert program.stdin is not None and program.stdout is not None
            wait_until(lambda: bool(server.callers), "the handshake")
            records: list[Record] = []
            session = FridaProbe("local", lossless=True).attach(program.pid, HOOKS, records.append)
            with closing(session, records) as watch:
                program.stdin.write(REQUEST)
                program.stdin.flush()
                answer = program.stdout.read()
                watch.wait_for_end()
    assert moved(watch, "SSL_write") == [REQUEST]
    assert server.requests[0].body == b"event=opened"
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"".join(moved(watch, "SSL_read")) == answer
    assert not watch.faults
    written = watch.events[0]
    assert {event.this_id for event in watch.events} == {written.this_id}, "one connection"
    assert written.this_id
    frames = {stack.sha256: stack.frames for stack in watch.of(Stack)}[str(written.stack)]
    assert frames[0].startswith("openssl!")


def test_every_connection_from_the_first_on_is_seen_by_a_program_stopped_at_its_start(tmp_path: Path) -> None:
    with http_server(throwaway_certificate(tmp_path)) as server:
        timed = ("s_time", "-connect", f"localhost:{server.port}", "-new", "-time", "1", "-www", "/track?v=1")
        watch = spawned(HOOKS, *timed)
    written = moved(watch, "SSL_write")
    assert set(written) == {b"GET /track?v=1 HTTP/1.0\r\n\r\n"}
    assert len(written) == len(server.requests) > 1
    assert [event.seq for event in watch.events] == list(range(1, len(watch.events) + 1))
    assert not watch.faults


def test_functions_and_lookouts_are_answered_with_the_modules_name() -> None:
    absent = replace(HOOKS[-1], key="absent", method="SSL_no_such_function")
    lookout = replace(HOOKS[-1], key="lookout", native=r"^libcrypto\.so", method="", parameters=(), role=Role.PRESENCE)
    watch = spawned([*HOOKS, absent, lookout], "version")
    wait_until(lambda: len(watch.of(HookReport)) >= len(HOOKS), "the answers")
    missing, there = watch.report(len(HOOKS)), watch.report(len(HOOKS) + 1)
    assert missing.status is HookStatus.OVERLOAD_MISSING
    assert str(missing.reason).endswith("exports no SSL_no_such_function")
    assert there.status is HookStatus.INSTALLED
    assert str(there.class_name).startswith("libcrypto.so")
    for i, hook in enumerate(HOOKS):
        libssl = hook.class_name.startswith("libssl")
        assert watch.report(i).status is (HookStatus.INSTALLED if libssl else HookStatus.PENDING), hook.key
        assert str(watch.report(i).class_name).startswith("libssl.so") is libssl


def test_a_process_without_java_is_ready_and_gives_a_sign_of_life(tmp_path: Path) -> None:
    with http_server(throwaway_certificate(tmp_path)) as server:
        command = [OPENSSL, "s_client", "-quiet", "-connect", f"localhost:{server.port}"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as program:
            wait_until(lambda: bool(server.callers), "the handshake")
            records: list[Record] = []
            session = FridaProbe("local").attach(program.pid, HOOKS, records.append)
            watch = Watch(session, list, records)
            wait_until(lambda: bool(watch.of(Ready)), "the agent to be ready")
            session.pulse("alive")
            assert session.close()
            program.kill()
    assert [ready.runtime for ready in watch.of(Ready)] == ["native"]
    assert [event.pulse for event in watch.events] == ["alive"]
    assert sum(watch.final().called) == 1
