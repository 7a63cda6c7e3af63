"""Typing against a device that answers as recorded: what is refused, what is looked at, what the journal may know."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

import pytest

from harness.device import keyboard
from harness.device.adb import Server
from harness.device.replies import Field
from harness.device.shell import Shell
from harness.model.errors import ScenarioError
from harness.model.facts import ShellResult
from tests.fake_adb import SHELL, FakeAdbServer

_DUMP = "rm -f {0}; uiautomator dump {0} >&2; cat {0}; rm -f {0}".format("/data/local/tmp/tracker-harness-ui.xml")
_METHOD = "settings get secure default_input_method"


class _Phone:
    """A phone with one field; its input method types what comes by broadcast, the way `typing` says."""

    def __init__(self, server: FakeAdbServer, method: str) -> None:
        self.shown = "Name"  # the hint of the empty field
        self.password = "false"
        self.focused = "true"
        self.deaf = False
        self._server = server
        server.says(_METHOD, f"{method}\n")
        server.shell = self._answer

    def _answer(self, line: str, connection: socket.socket) -> None:
        if line.startswith("am broadcast"):
            if not self.deaf:
                self.shown = base64.b64decode(line.rsplit(maxsplit=1)[-1]).decode()
            text = (
                "Broadcasting: Intent { act=ADB_INPUT_B64 flg=0x400000 (has extras) }\nBroadcast completed: result=0\n"
            )
        elif line == _DUMP:
            text = (
                f'<hierarchy rotation="0"><node text={quoteattr(self.shown)} focused="{self.focused}" '
                f'password="{self.password}" bounds="[0,0][9,9]"/></hierarchy>'
            )
        else:
            return
        self._server.says("\0now", text)
        self._server.services["shell,v2,raw:\0now"](connection)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


@pytest.fixture
def journal() -> list[ShellResult]:
    return []


@pytest.fixture
def shell(server: FakeAdbServer, journal: list[ShellResult]) -> Shell:
    return Shell(Server().transport("P1"), journal.append)


@pytest.fixture
def phone(server: FakeAdbServer) -> _Phone:
    return _Phone(server, "com.android.adbkeyboard/.AdbIME")


def _typed(server: FakeAdbServer) -> list[str]:
    began = (f"{SHELL}input", f"{SHELL}am broadcast")
    return [request.removeprefix(SHELL) for request in server.asked if request.startswith(began)]


@pytest.mark.parametrize("text", ["Zoë", "日本", "a\nb", "tab\t", "👩‍🚀"])
def test_without_an_input_method_that_helps_only_ascii_is_typed(server: FakeAdbServer, shell: Shell, text: str) -> None:
    _Phone(server, "com.google.android.inputmethod.latin/.LatinIME")
    with pytest.raises(ScenarioError, match="cannot be typed") as caught:
        keyboard.text(shell, text, secret=False)
    assert "ime set" in caught.value.remedy and _typed(server) == []


@pytest.mark.parametrize(
    "text", ["\0", "bell\a", "\x1b[31m", "half \ud83d", "\x7f", "\x85", "\ufffe", "\ufdd0", "a\rb"]
)
def test_what_is_no_text_is_refused_whatever_the_device(
    server: FakeAdbServer, shell: Shell, phone: _Phone, text: str
) -> None:
    with pytest.raises(ScenarioError, match=r"U\+[0-9A-F]{4,6} cannot be typed"):
        keyboard.text(shell, text, secret=False)
    assert _typed(server) == [] and phone.shown == "Name"


@pytest.mark.parametrize("text", ["Zoë", "日本 🎌", "two\nlines"])
def test_the_input_method_alone_gets_the_text_and_the_field_shows_it(
    server: FakeAdbServer, shell: Shell, phone: _Phone, text: str
) -> None:
    keyboard.text(shell, text, secret=False)
    encoded = base64.b64encode(text.encode()).decode()
    assert phone.shown == text
    assert _typed(server) == [f"am broadcast -a ADB_INPUT_B64 -p com.android.adbkeyboard --es msg {encoded}"]


def test_nobody_listening_is_noticed_though_the_broadcast_completes(shell: Shell, phone: _Phone) -> None:
    phone.deaf = True
    with pytest.raises(ScenarioError, match="did not arrive as it was typed: the field shows 'Name'"):
        keyboard.text(shell, "Zoë", secret=False)


def test_without_a_focused_field_nothing_is_sent(server: FakeAdbServer, shell: Shell, phone: _Phone) -> None:
    phone.focused = "false"
    with pytest.raises(ScenarioError, match="no field has the focus"):
        keyboard.text(shell, "Zoë", secret=False)
    assert _typed(server) == []


def test_a_secret_by_the_input_method_stands_nowhere_in_the_journal(
    shell: Shell, phone: _Phone, journal: list[ShellResult]
) -> None:
    keyboard.text(shell, 'päss&"wörd', secret=True)
    spoken = "".join(f"{entry.command}{entry.stdout}{entry.stderr}" for entry in journal)
    assert phone.shown == 'päss&"wörd' and "päss" not in spoken
    assert base64.b64encode('päss&"wörd'.encode()).decode() not in spoken


@pytest.mark.parametrize(
    ("typed", "before", "after", "password", "whether"),
    [
        ("ë", "", "ë", False, True),
        ("ë", "Name", "ë", False, True),
        ("ë", "Zo", "Zoë", False, True),
        ("ë", "ë", "ëë", False, True),
        ("a\nb", "", "a b", False, True),
        ("\n", "Full name", "\n", False, True),
        ("ë", "Zo", "Zo", False, False),
        ("ë", "ë", "ë", False, False),
        ("ëë", "", "ë", False, False),
        ("ë", "ë", "ëa", False, False),
        ("ë", "", "•", True, True),
        ("ë", "•", "•", True, False),
    ],
)
def test_whether_text_has_arrived_is_seen_in_the_field(
    typed: str, before: str, after: str, password: bool, whether: bool
) -> None:
    held, shown = (Field(text=text, password=password) for text in (before, after))
    assert keyboard.arrived(typed, held, shown) is whether
