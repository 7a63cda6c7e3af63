"""What a command may do to a shell that stays open: nothing. Real shells of this computer are asked the same thing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from harness.device.adb import Server
from harness.device.session import SERVICE
from harness.device.shell import Shell
from tests.fake_adb import FakeAdbServer
from tests.host_shell import HostShell

SHELLS = {"sh": ("sh",), "mksh": ("mksh",), "bash": ("bash",), "busybox": ("busybox", "sh")}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    fake.shell = HostShell(SHELLS["sh"])
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


@pytest.fixture
def shell(server: FakeAdbServer) -> Iterator[Shell]:
    transport = Server().transport("P1")
    yield Shell(transport)
    transport.close()


def opened(server: FakeAdbServer) -> int:
    return server.asked.count(SERVICE)


LINES = [
    "true",
    "echo line",
    "printf 'no newline'",
    "printf 'nul\\000high\\377end'",
    "printf '\\n\\n'",
    "printf out; printf err >&2; exit 7",
    "exit 5",
    "(exit 3)",
    "echo before; set -e; false; echo after",
    "cd /tmp; umask 077; export LEAK=1; LEAK2=1; trap 'echo trapped' EXIT; pwd",
    "exec echo replaced",
    "exec >/dev/null; echo lost",
    "sh -c 'kill -9 $$'",
    "cat; echo $?",
    'read line; echo "<$line>"',
    'echo \'it is "quoted"\' "it\'s" \\$HOME `echo ticks` $(echo dollars) # a comment',
    "cat <<END\nhere\nis\nmore\nEND",
    "printf '%s' 'Zoë 日本 😀'",
    "for i in 1 2 3; do echo $i; done",
    "true && echo and; false || echo or",
    "LEAK=1",
    "head -c 3000000 /dev/zero",
    "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2",
    "nosuchprogram",
    "echo (",
    'echo "',
    "echo ' ; fi",
    "}",
    "echo backslash \\",
    "",
]


@pytest.mark.parametrize("name", SHELLS)
def test_a_line_gives_what_a_shell_for_it_alone_gives_and_leaves_nothing_behind(
    server: FakeAdbServer, name: str
) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"no {name} on this computer")
    server.shell = HostShell(SHELLS[name])
    transport = Server().transport("P1")
    state = 'pwd; umask; echo "${LEAK-unset} ${LEAK2-unset} $- $#"; trap'
    before = transport.command(state, timeout_s=20)
    for line in LINES:
        alone = subprocess.run(
            [*SHELLS[name], "-c", line, SHELLS[name][-1]],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            check=False,
        )
        reply = transport.command(line, timeout_s=20)
        expected = alone.returncode if alone.returncode >= 0 else 128 - alone.returncode
        assert (line, reply.stdout, reply.exit_code) == (line, alone.stdout, expected)
        assert (line, told(reply.stderr)) == (line, told(alone.stderr))
        assert transport.command(state, timeout_s=20) == before, line
    assert opened(server) == 1


def told(stderr: bytes) -> object:
    """The program's own words; of a shell's complaint only that there is one, for the wording says where it stands."""
    text = re.sub(rb"(?m)^.*Killed.*\n", b"", stderr)
    return b"complaint" if re.search(rb"not found|[Ss]yntax error|unexpected|unterminated|no closing", text) else text


@pytest.mark.parametrize(
    "argv",
    [
        *(["exit", "5"], ["cd", "/tmp"], ["export", "LEAK=1"], ["LEAK=1"], ["exec", "true"], ["umask", "077"]),
        *(["set", "-e"], ["if"], ["while"], ["}"], ["!"], ["."], ["trap", "echo trapped", "EXIT"], ["return", "4"]),
    ],
    ids=" ".join,
)
def test_a_word_of_the_shells_own_does_not_change_the_shell_that_stays(
    server: FakeAdbServer, shell: Shell, argv: list[str]
) -> None:
    state = 'pwd; umask; echo "${LEAK-unset} $-"; trap'
    before = shell.script(state).stdout
    shell.run(argv)
    assert shell.script(state).stdout == before
    assert opened(server) == 1


@pytest.mark.parametrize(
    "argument",
    [
        *("", " ", "'", '"', 'it\'s "both"', "$HOME $(id) `id` ${x}", "a;b|c&d>e<f", "&", "new\nline\n", "\\", "\\n"),
        *("*", "~", "#", "-n", "A=b", "Zoë 日本 😀 \U0001f9d1\u200d\U0001f4bb", "".join(map(chr, range(1, 256)))),
        "x" * 100_000,
    ],
    ids=lambda argument: repr(argument)[:20],
)
def test_an_argument_arrives_as_it_was_given(shell: Shell, argument: str) -> None:
    assert shell.read(["printf", "<%s>", argument]).stdout == f"<{argument}>".encode()
