"""Typing: plain ASCII by `input text`, the rest through an input method that takes text by broadcast, verified.

What neither can type is refused before anything is typed.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from xml.sax.saxutils import escape

from harness.device import replies, screen
from harness.device.shell import Shell, silent
from harness.model.errors import DeviceError, ScenarioError

_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_BY_BROADCAST = "ADB_INPUT_B64"
# Input methods that take this broadcast, by the package that is to receive it
_METHODS = frozenset({"com.android.adbkeyboard"})
_LONGEST = 100_000  # characters: Android hands no more than a megabyte from process to process
_IN_XML = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
_BREAKS = str.maketrans("\t\n\r", "   ")  # as XML reads them where its writer did not escape them


def text(shell: Shell, typed: str, *, secret: bool) -> None:
    """Type into the focused field. ScenarioError, and nothing typed, for what this device has no way to type."""
    if _PRINTABLE.fullmatch(typed):
        for piece in pieces(typed):
            screen.send_input(shell, ["text", piece], mask=[piece] if secret else [])
        return
    _require_text(typed)
    method = _method(shell)
    if method is None:
        odd = next(character for character in typed if not _PRINTABLE.fullmatch(character))
        raise ScenarioError(
            f"{odd!r} cannot be typed: `input text` knows ASCII only, and no input method takes text by broadcast",
            remedy="Install ADBKeyBoard and choose it with `ime set com.android.adbkeyboard/.AdbIME`; "
            "for a new line use pressKey: Enter.",
        )
    _broadcast(shell, method, typed, secret=secret)


def pieces(typed: str) -> list[str]:
    """The arguments of `input text` that type this: `%s` means a space there, so a literal one is cut in two."""
    cut = typed.replace("%s", "%\0s").split("\0")
    return [part.replace(" ", "%s") for part in cut if part]


def _require_text(typed: str) -> None:
    """Refuse what is no text: control characters (a key, or nothing at all), half characters, non-characters."""
    for character in typed:
        if character not in "\n\t" and (unicodedata.category(character) in ("Cc", "Cs") or _no_character(character)):
            raise ScenarioError(
                f"U+{ord(character):04X} cannot be typed: it is no character of text",
                remedy="Take it out of the flow; keys are pressed with pressKey.",
            )
    if len(typed) > _LONGEST:
        raise ScenarioError(f"{len(typed)} characters are too many to type at once", remedy="Type it in parts.")


def _no_character(character: str) -> bool:
    number = ord(character)
    return number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF


def _method(shell: Shell) -> str | None:
    """The package of the input method in use, when it is one that takes text by broadcast."""
    answer = shell.run(["settings", "get", "secure", "default_input_method"], idempotent=True).stdout
    package = (replies.setting(answer) or "").partition("/")[0]
    return package if package in _METHODS else None


def _broadcast(shell: Shell, package: str, typed: str, *, secret: bool) -> None:
    """Only the input method gets it, not the app that is watched. Nobody listening gives result=0 too, so the field
    is looked at before and after."""
    mask = [typed, escape(typed), escape(typed, _IN_XML)] if secret else []
    before = _field(shell, mask)
    if before is None:
        raise ScenarioError(
            "no field has the focus, so nothing can be typed by the input method", remedy="Tap the field first."
        )
    message = base64.b64encode(typed.encode()).decode()
    shell.run(
        ["am", "broadcast", "-a", _BY_BROADCAST, "-p", package, "--es", "msg", message],
        mask=[message] if secret else [],
        expect=silent,
    )
    after = _field(shell, mask)
    if after is None or not arrived(typed, before, after):
        shown = "another length" if secret or after is None else repr(after.text)
        raise ScenarioError(
            f"the text did not arrive as it was typed: the field shows {shown}",
            remedy="See whether the field takes such text, and whether the input method is in use: `ime list -s`.",
        )


def arrived(typed: str, before: replies.Field, after: replies.Field) -> bool:
    """Whether the field holds the text now. A secret field shows bullets, some a last letter: only that it changed."""
    if after.password:
        return after.text != before.text
    wanted = typed.translate(_BREAKS)
    held, shown = before.text.translate(_BREAKS), after.text.translate(_BREAKS)
    return shown != held and (shown == wanted or shown.count(wanted) > held.count(wanted))


def _field(shell: Shell, mask: list[str]) -> replies.Field | None:
    try:
        return replies.focused_field(screen.hierarchy(shell, mask=mask))
    except DeviceError as exc:
        raise ScenarioError(
            f"the field cannot be looked at, so text for the input method is not typed blindly: {exc.problem}",
            remedy=exc.remedy,
        ) from exc
