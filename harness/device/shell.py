"""Commands on the device, as a person would type them: quoted, timed, journalled, secrets blotted out."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Sequence

from harness.device.adb import Lines, Transport
from harness.device.packets import Reply
from harness.model.facts import ShellResult

Journal = Callable[[ShellResult], None]

MASKED = "***"
_LINKER_NOISE = re.compile(r"^WARNING: linker.+\n?", re.MULTILINE)
_JOURNAL_LIMIT = 4000  # characters of each stream: a hierarchy is 20 KB, a dumpsys 300


class Shell:
    """One device's shell. `run` quotes every argument; `script` takes POSIX text that the caller has composed."""

    def __init__(self, transport: Transport, journal: Journal | None = None) -> None:
        self._transport = transport
        self._journal = journal
        self.as_root: Callable[[str], str] = lambda line: line  # set once the root style is known

    @property
    def serial(self) -> str:
        return self._transport.serial

    def run(
        self, argv: Sequence[str], *, timeout_s: float = 20.0, mask: Sequence[str] = (), root: bool = False
    ) -> ShellResult:
        return self.script(shlex.join(argv), timeout_s=timeout_s, mask=mask, root=root)

    def script(
        self, line: str, *, timeout_s: float = 20.0, mask: Sequence[str] = (), root: bool = False
    ) -> ShellResult:
        reply, ms = self._timed(self.as_root(line) if root else line, timeout_s)
        result = ShellResult(
            command=blotted(line, mask), stdout=_text(reply.stdout), stderr=_text(reply.stderr),
            exit_code=reply.exit_code, ms=ms,
        )  # fmt: skip
        self._note(result, mask)
        return result

    def read(self, argv: Sequence[str], *, timeout_s: float = 20.0, root: bool = False) -> Reply:
        """As `run`, for output that is not text; the journal keeps its size only."""
        line = shlex.join(argv)
        reply, ms = self._timed(self.as_root(line) if root else line, timeout_s)
        self._note(
            ShellResult(
                command=line, stdout=f"<{len(reply.stdout)} bytes>", stderr=_text(reply.stderr),
                exit_code=reply.exit_code, ms=ms,
            )
        )  # fmt: skip
        return reply

    def follow(self, argv: Sequence[str]) -> Lines:
        """Start a command that goes on printing; the journal has only that it was started."""
        line = shlex.join(argv)
        began = time.monotonic()
        lines = self._transport.follow(line)
        ms = (time.monotonic() - began) * 1000
        self._note(ShellResult(command=line, stdout="", stderr="", exit_code=0, ms=ms))
        return lines

    def _timed(self, line: str, timeout_s: float) -> tuple[Reply, float]:
        began = time.monotonic()
        reply = self._transport.command(line, timeout_s=timeout_s)
        return reply, (time.monotonic() - began) * 1000

    def _note(self, result: ShellResult, mask: Sequence[str] = ()) -> None:
        if self._journal is None:
            return
        self._journal(
            ShellResult(
                command=result.command,
                stdout=_cut(blotted(result.stdout, mask)),
                stderr=_cut(blotted(result.stderr, mask)),
                exit_code=result.exit_code,
                ms=result.ms,
            )
        )


def blotted(text: str, secrets: Sequence[str]) -> str:
    """`text` without the secrets, neither plain nor as the shell quotes them."""
    for secret in sorted(secrets, key=len, reverse=True):
        for spelling in (shlex.quote(secret), secret):
            if secret:
                text = text.replace(spelling, MASKED)
    return text


def _text(raw: bytes) -> str:
    return _LINKER_NOISE.sub("", raw.decode("utf-8", errors="replace"))


def _cut(text: str) -> str:
    return text if len(text) <= _JOURNAL_LIMIT else f"{text[:_JOURNAL_LIMIT]}\n... {len(text)} characters"
