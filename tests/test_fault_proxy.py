"""The fault proxy does to a connection what it is told, checked with plain sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.fault_proxy import Fault, FaultProxy, Way, fault_proxy


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    """In front of a server that gives back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))

    def echo(connection: socket.socket) -> None:
        with connection:
            try:
                while chunk := connection.recv(4096):
                    connection.sendall(chunk)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    with fault_proxy(server.getsockname()[1]) as running:
        yield running
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def _asked(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def test_without_a_fault_everything_passes(proxy: FaultProxy) -> None:
    with _asked(proxy) as link:
        link.sendall(b"hello")
        assert link.recv(100) == b"hello"
    assert proxy.struck == 0


def test_a_dropped_connection_ends_in_order(proxy: FaultProxy) -> None:
    proxy.plant(Fault(way=Way.DROP))
    with _asked(proxy) as link:
        link.sendall(b"hello")
        assert link.recv(100) == b""
    assert proxy.struck == 1


def test_a_reset_connection_is_torn_down_after_so_many_bytes(proxy: FaultProxy) -> None:
    proxy.plant(Fault(way=Way.RESET, after_bytes=6))
    with _asked(proxy) as link:
        link.sendall(b"12345")
        assert link.recv(100) == b"12345"
        link.sendall(b"6789")
        with pytest.raises(ConnectionResetError):
            link.recv(100)


def test_a_stalled_connection_says_nothing_and_stays_open(proxy: FaultProxy) -> None:
    proxy.plant(Fault(way=Way.STALL, after_requests=2))
    with _asked(proxy) as link:
        link.sendall(b"one")
        assert link.recv(100) == b"one"
        link.settimeout(0.3)
        link.sendall(b"two")
        with pytest.raises(TimeoutError):
            link.recv(100)


def test_a_fault_strikes_as_often_as_told_and_then_no_more(proxy: FaultProxy) -> None:
    proxy.plant(Fault(way=Way.DROP, times=2))
    answers = []
    for _ in range(3):
        with _asked(proxy) as link:
            link.sendall(b"x")
            answers.append(link.recv(10))
    assert answers == [b"", b"", b"x"]


def test_open_connections_can_all_be_broken_at_once(proxy: FaultProxy) -> None:
    with _asked(proxy) as link:
        link.sendall(b"x")
        assert link.recv(10) == b"x"
        proxy.break_all()
        with pytest.raises(ConnectionResetError):
            link.recv(10)
