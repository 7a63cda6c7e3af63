"""What a shell command gets and gives: its arguments, two streams, an exit code, and Android's way of failing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SHELL_UID = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One command as typed. `uid` is 0 under `su`; adbd's own shell counts as the user "shell", as on a phone."""

    argv: tuple[str, ...]
    cwd: str = "/"
    uid: int = SHELL_UID
    pid: int = 0

    @property
    def arguments(self) -> list[str]:
        """Everything after the command's name, as a fresh list to consume."""
        return list(self.argv[1:])

    def path(self, name: str) -> str:
        """A file argument as an absolute path."""
        return name if name.startswith("/") else f"{self.cwd.rstrip('/')}/{name}"


class Output:
    """The two streams of one command; what is written goes out at once through `emit(stream, bytes)`."""

    def __init__(self, emit: Callable[[str, bytes], None]) -> None:
        self._emit = emit

    def line(self, text: str = "") -> None:
        """One line on stdout."""
        self.write(f"{text}\n")

    def write(self, content: str | bytes) -> None:
        """Text or bytes on stdout, as they are."""
        self._emit("o", content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)

    def error(self, text: str = "") -> None:
        """One line on stderr."""
        self._emit("e", f"{text}\n".encode("utf-8", "surrogateescape"))


class ShellException(Exception):
    """A Java exception thrown by a service while it executed a command: stack on stderr, exit code 255."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


def security_exception(message: str) -> ShellException:
    """java.lang.SecurityException."""
    return ShellException("java.lang.SecurityException", message)


def illegal_argument(message: str) -> ShellException:
    """java.lang.IllegalArgumentException."""
    return ShellException("java.lang.IllegalArgumentException", message)


def report_exception(fault: ShellException, *, command: str, api: int, out: Output) -> int:
    """Print `fault` the way BasicShellCommandHandler (API 30 and later) or ShellCommand (before) does; returns 255."""
    if api >= 30:
        out.error()
        out.error(f"Exception occurred while executing '{command}':")
        out.error(str(fault))
    elif fault.name.endswith("SecurityException"):
        out.error(f"Security exception: {fault.message}")
        out.error()
        out.error(str(fault))
    else:
        out.error()
        out.error("Exception occurred while executing:")
        out.error(str(fault))
    out.error("\tat android.os.BasicShellCommandHandler.exec(BasicShellCommandHandler.java:97)")
    out.error("\tat android.os.Binder.execTransact(Binder.java:1275)")
    return 255


def take_option(arguments: list[str], name: str) -> str | None:
    """Remove `name VALUE` from the arguments and return the value, or None where it is absent or has no value."""
    if name not in arguments:
        return None
    at = arguments.index(name)
    value = arguments[at + 1] if at + 1 < len(arguments) else None
    del arguments[at : at + 2]
    return value


def take_flag(arguments: list[str], name: str) -> bool:
    """Remove the first `name` from the arguments; true when it was there."""
    if name not in arguments:
        return False
    arguments.remove(name)
    return True
