"""Commands on the device, as a person would type them: quoted, timed, journalled, secrets blotted out.

The one door: what a command gave comes with the known failure that its words are, and with what it should have given.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.device import replies
from harness.device.adb import Lines, Transport
from harness.device.packets import Reply
from harness.failures import classify
from harness.model.errors import DeviceError, DeviceLost
from harness.model.facts import ShellResult
from harness.model.failure import Handling

Journal = Callable[[ShellResult], None]
Expectation = Callable[[ShellResult], str | None]
"""Why a result is not what the caller counts on, or None when it is."""

MASKED = "***"
NOT_RUN = -1  # in the journal: the connection failed, nobody knows what became of the command
_AGAIN_AFTER_S = (0.2, 1.0, 3.0)
_JOURNAL_LIMIT = 4000  # characters of each stream: a hierarchy is 20 KB, a dumpsys 300
_WORDS_LIMIT = 4000  # longer outputs are documents, in which words of the app could look like a failure


def silent(result: ShellResult) -> str | None:
    """The expectation of commands that say nothing when all went well, such as `input`. Complaints count also with
    exit code 0: API 30 and below give it for wrong arguments."""
    return replies.complaint(result.stderr, result.exit_code)


class Shell:
    """One device's shell. `run` quotes every argument; `script` takes POSIX text that the caller has composed.

    `idempotent`: the command may be carried out twice without harm. It is tried again when the connection breaks, at
    most three times, each try journalled; not when it took too long, nor for a device that is not there. `expect`: see
    Expectation; what is not met is raised as DeviceError.
    """

    def __init__(self, transport: Transport, journal: Journal | None = None) -> None:
        self._transport = transport
        self._journal = journal
        self.as_root: Callable[[str], str] = lambda line: line  # set once the root style is known
        self.again_after_s = _AGAIN_AFTER_S

    @property
    def serial(self) -> str:
        return self._transport.serial

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout_s: float = 20.0,
        mask: Sequence[str] = (),
        root: bool = False,
        idempotent: bool = False,
        expect: Expectation | None = None,
    ) -> ShellResult:
        return self.script(
            shlex.join(argv), timeout_s=timeout_s, mask=mask, root=root, idempotent=idempotent, expect=expect
        )

    def script(
        self,
        line: str,
        *,
        timeout_s: float = 20.0,
        mask: Sequence[str] = (),
        root: bool = False,
        idempotent: bool = False,
        expect: Expectation | None = None,
    ) -> ShellResult:
        told = blotted(line, mask)
        reply, ms = self._tried(self.as_root(line) if root else line, told, timeout_s, again=idempotent)
        result = ShellResult(
            command=told, stdout=_text(reply.stdout), stderr=_text(reply.stderr), exit_code=reply.exit_code, ms=ms
        )
        result = replace(result, failure=classify(blotted(_words(result), mask)))
        self._note(result, mask)
        why = expect(result) if expect is not None else None
        if why is not None:
            raise _unexpected(self.serial, result, blotted(why, mask))
        return result

    def read(
        self, argv: Sequence[str], *, timeout_s: float = 20.0, root: bool = False, idempotent: bool = False
    ) -> Reply:
        """As `run`, for output that is not text; the journal keeps its size only."""
        line = shlex.join(argv)
        reply, ms = self._tried(self.as_root(line) if root else line, line, timeout_s, again=idempotent)
        stderr = _text(reply.stderr)
        self._note(
            ShellResult(
                command=line, stdout=f"<{len(reply.stdout)} bytes>", stderr=stderr,
                exit_code=reply.exit_code, ms=ms, failure=classify(stderr),
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

    def _tried(self, line: str, told: str, timeout_s: float, *, again: bool) -> tuple[Reply, float]:
        """The answer, and how many milliseconds it took. `told` is the line as the journal may show it."""
        pauses_s = iter(self.again_after_s if again else ())
        while True:
            began = time.monotonic()
            try:
                reply = self._transport.command(line, timeout_s=timeout_s)
            except DeviceError as exc:
                self._note_failed(told, exc, (time.monotonic() - began) * 1000)
                pause_s = next(pauses_s, None) if _worth_again(exc) else None
                if pause_s is None:
                    raise
                time.sleep(pause_s)
            else:
                return reply, (time.monotonic() - began) * 1000

    def _note_failed(self, told: str, exc: DeviceError, ms: float) -> None:
        self._note(
            ShellResult(command=told, stdout="", stderr=exc.problem, exit_code=NOT_RUN, ms=ms, failure=exc.failure)
        )

    def _note(self, result: ShellResult, mask: Sequence[str] = ()) -> None:
        if self._journal is not None:
            self._journal(
                replace(
                    result,
                    stdout=_cut(blotted(result.stdout, mask)),
                    stderr=_cut(blotted(result.stderr, mask)),
                )
            )


def _worth_again(exc: DeviceError) -> bool:
    """A connection that broke may be new at once; a device that is offline or not there needs more than a pause."""
    return isinstance(exc, DeviceLost) and (exc.failure is None or Handling.AGAIN in exc.failure.handling)


def blotted(text: str, secrets: Sequence[str]) -> str:
    """`text` without the secrets, neither plain nor as the shell quotes them."""
    for secret in sorted(secrets, key=len, reverse=True):
        for spelling in (shlex.quote(secret), secret):
            if secret:
                text = text.replace(spelling, MASKED)
    return text


def _words(result: ShellResult) -> str:
    """What the device itself says in a result, for recognising failures. XML and long outputs are contents."""
    contents = len(result.stdout) > _WORDS_LIMIT or result.stdout.lstrip().startswith("<")
    return result.stderr if contents else f"{result.stderr}\n{result.stdout}"


def _unexpected(serial: str, result: ShellResult, why: str) -> DeviceError:
    failure = result.failure or classify(why)
    return DeviceError(
        f"{serial}: {result.command[:80]} failed: {why}",
        remedy=failure.remedy if failure is not None else "See the message; `harness doctor` looks at the device.",
        failure=failure,
    )


def _text(raw: bytes) -> str:
    return replies.without_noise(raw.decode("utf-8", errors="replace"))


def _cut(text: str) -> str:
    return text if len(text) <= _JOURNAL_LIMIT else f"{text[:_JOURNAL_LIMIT]}\n... {len(text)} characters"
