"""A shell on the device that stays open: one command after the other without the 2 ms that opening a service takes.
What a command could do to the shell, it does to a copy of it; what it prints ends at a random mark."""

from __future__ import annotations

import re
import secrets
import shlex
import socket
import weakref
from collections.abc import Callable
from contextlib import suppress

from harness.device.packets import EXIT, STDERR, STDIN, STDOUT, Closed, Reply, left_s, next_packet, packed

# A shell of the same name as adbd's own, so that its complaints begin as those of a shell for one command
SERVICE = 'shell,v2,raw:exec "$0"'

_SPARE = 2  # idle sessions that are kept; more exist only while more threads have commands running
# Descriptor 3 is the service's stderr. The session's own stderr leads nowhere: its notices ("Killed") are nobody's.
_BEGIN = "exec 3>&2 2>/dev/null;echo $$"
_STREAMS = "</dev/null 2>&3 3>&-"
# Exactly what `shlex.join` makes: a program and its arguments, no operator outside quotes, no assignment before it
_ONE_PROGRAM = re.compile(r"""([\w./-]+)(?: (?:[\w@%+=:,./-]|'[^']*'|"'")+)*""", re.ASCII)
_LEAVES_A_JOB = re.compile(r"(?<![&>])&(?![&>])")
# What dash, mksh, ash or bash would do to themselves instead of starting a program; POSIX 2.4 and 2.14, and manuals
_WORDS = """
    . alias autoload bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc declare
    dirs disown do done elif else enable esac eval exec exit export fc fg fi for function functions getopts global hash
    help history if in integer jobs let local login logout mapfile nameref newgrp popd print pushd r read readarray
    readonly rename return select set shift shopt source suspend then time times trap type typeset ulimit umask unalias
    unset until wait whence while
"""
_OWN_WORDS = frozenset(_WORDS.split())


class Session:
    """One `sh` without a terminal. Not for two threads at once."""

    def __init__(self, link: socket.socket, *, deadline: float) -> None:
        self._link = link
        self.spoilt = False  # whether what comes next could be mixed with what was before
        self.pid = int(self._ask(_BEGIN, deadline).stdout)

    def run(self, line: str, *, deadline: float) -> Reply:
        """After any exception the session is good for nothing but `close`."""
        if _LEAVES_A_JOB.search(line):
            self.spoilt = True
        return self._ask(isolated(line), deadline)

    def quiet(self) -> bool:
        """Whether it waits for a command and nobody prints: what has died meanwhile has hung up."""
        self._link.settimeout(0)
        try:
            self._link.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def close(self) -> None:
        """adbd tells the shell to hang up; a command that runs in it goes on."""
        with suppress(OSError):
            self._link.close()

    def _ask(self, text: str, deadline: float) -> Reply:
        mark = secrets.token_hex(16)
        self._link.settimeout(left_s(deadline))
        self._link.sendall(packed(STDIN, f"{text};echo {mark} $?;echo {mark} >&3\n".encode()))
        heard = {STDOUT: _Stream(mark), STDERR: _Stream(mark)}
        exit_code = -1
        while not all(stream.complete for stream in heard.values()):
            kind, body = next_packet(self._link, deadline)
            if kind == EXIT:  # the command has ended the shell itself: `kill $$`
                self.spoilt, exit_code = True, body[0]
                break
            if kind in heard:
                heard[kind].add(body)
        self.spoilt = self.spoilt or any(stream.rest for stream in heard.values())
        stdout, stderr = heard[STDOUT], heard[STDERR]
        code = exit_code if exit_code >= 0 else int(stdout.tail)
        return Reply(stdout=stdout.text, stderr=stderr.text, exit_code=code)


class _Stream:
    """What came on stdout or on stderr until a line that begins, wherever it begins, with the mark."""

    def __init__(self, mark: str) -> None:
        self._mark = mark.encode()
        self._bytes = bytearray()
        self._at = self._end = -1

    def add(self, body: bytes) -> None:
        since = max(0, len(self._bytes) - len(self._mark))
        self._bytes += body
        if self._at < 0:
            self._at = self._bytes.find(self._mark, since)
        if self._at >= 0:
            self._end = self._bytes.find(b"\n", self._at)

    @property
    def complete(self) -> bool:
        return self._end >= 0

    @property
    def text(self) -> bytes:
        return bytes(self._bytes if self._at < 0 else self._bytes[: self._at])

    @property
    def tail(self) -> bytes:
        return bytes(self._bytes[self._at + len(self._mark) : self._end])

    @property
    def rest(self) -> bytes:
        return bytes(self._bytes[self._end + 1 :]) if self.complete else b""


class Sessions:
    """The idle sessions of one device. A thread takes one for itself, so that no command waits for another's end."""

    def __init__(self, open_session: Callable[[float], Session | None]) -> None:
        self._open = open_session  # must not lead back here, or sockets would wait for the garbage collector
        self._idle: list[Session] = []  # its append and pop need no lock
        weakref.finalize(self, _close_all, self._idle)

    def take(self, deadline: float) -> Session | None:
        """One that is open, else a new one, else None. Those that died while idle are replaced without a word."""
        while True:
            try:
                session = self._idle.pop()
            except IndexError:
                return self._open(deadline)
            if session.quiet():
                return session
            session.close()

    def put(self, session: Session) -> None:
        if len(self._idle) < _SPARE and not session.spoilt:
            self._idle.append(session)
        else:
            session.close()

    def close(self) -> None:
        _close_all(self._idle)


def isolated(line: str) -> str:
    """The line as it is told to a session: in a copy of the shell, or without one (0.4 ms less) where nothing but a
    program is started. `eval` keeps unbalanced quotes from what follows, and the line numbers at 1."""
    program = _ONE_PROGRAM.fullmatch(line)
    if program is not None and program[1] not in _OWN_WORDS:
        return f"eval {shlex.quote(f'{line} {_STREAMS}')}"
    return f"(eval {shlex.quote(line)}) {_STREAMS}"


def open_session(link: socket.socket, deadline: float) -> Session | None:
    """A session on a service that has just been started, or None (and the link closed) where that is no shell."""
    try:
        return Session(link, deadline=deadline)
    except (Closed, OSError, ValueError):
        link.close()
        return None
    except BaseException:
        link.close()
        raise


def _close_all(sessions: list[Session]) -> None:
    while sessions:
        sessions.pop().close()
