"""Failures that the handset can be told to show: rows of section 6 of android.md, by number, and some others by name.

A row says which commands it strikes and what then happens: words printed instead of an answer, an exception of a
service, or something that is done to the handset. No state here: faults.py keeps what is planted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.handset.daemon.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The command is not carried out: `text` on stdout or stderr, and this exit code."""

    text: str
    code: int
    stream: str = "e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Throws:
    """A service throws while it carries out the command; the wording around it is the API level's."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Does:
    """Something happens to the handset itself; `what` names a function of fault_effects.py. The command goes on."""

    what: str


Effect = Says | Throws | Does
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One failure. `on` are beginnings of commands, as typed without `cmd`; an empty one means any command."""

    name: str
    summary: str
    on: tuple[Words, ...]
    effect: Callable[[int, Call], Effect]  # by API level and command


def _always(effect: Effect) -> Callable[[int, Call], Effect]:
    return lambda api, call: effect


def _row(name: str, summary: str, on: str, effect: Effect | Callable[[int, Call], Effect]) -> Row:
    starts = tuple(tuple(part.split()) for part in on.split("|"))
    return Row(name=name, summary=summary, on=starts, effect=effect if callable(effect) else _always(effect))


def _install(code: str, detail: str = "") -> Says:
    return Says(text=f"Failure [{code}{': ' + detail if detail else ''}]", code=1, stream="o")


def _service(api: int, call: Call) -> Effect:
    word = spoken(call.argv)[0]
    service = {"pm": "package", "am": "activity", "wm": "window"}.get(word, word)
    return Says(text=f"cmd: Can't find service: {service}", code=20)


def _signatures(api: int, call: Call) -> Effect:
    who = "Existing package com.example.app" if api >= 34 else "Package com.example.app"
    than = "newer version" if api >= 34 else "previously installed version"
    return _install("INSTALL_FAILED_UPDATE_INCOMPATIBLE", f"{who} signatures do not match {than}; ignoring!")


def _inject(api: int, call: Call) -> Effect:
    old = "Injecting to another application requires INJECT_EVENTS permission"
    new = (
        "Injecting input events requires the caller (or the source of the instrumentation, if any) to have the "
        "INJECT_EVENTS permission."
    )
    return Throws(name="java.lang.SecurityException", message=new if api >= 33 else old)


def _no_activity(api: int, call: Call) -> Effect:
    component = next((word for word in call.argv if "/" in word and not word.startswith("-")), "com.example.app/.Main")
    text = f"Error type 3\nError: Activity class {{{component}}} does not exist."
    return Says(text=text, code=1 if api >= 35 else 0, stream="o" if "-W" in call.argv else "e")


_REGISTERED = (
    "java.lang.IllegalStateException: UiAutomationService "
    "android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@8ecd5a7already registered!\n"
    "\tat android.os.Parcel.readException(Parcel.java:1950)\nKilled"
)
_NOT_EXPORTED = (
    "Permission Denial: starting Intent { act=android.intent.action.MAIN cmp=com.example.app/.Inner } "
    "from null (pid=19537, uid=2000) not exported from uid 10246"
)
_PROVIDERS = "Cannot access system provider: 'settings' before system providers are installed!"
_DISPLAYS = (
    "[Warning] Multiple displays were found, but no display id was specified! Defaulting to the first display found, "
    "however this default is not guaranteed to be consistent across captures.\nA display id should be specified.\n"
    'See "dumpsys SurfaceFlinger --display-id" for valid display IDs.'
)
_VERIFIED = "Install not allowed for file:///data/app/vmdl1418703677.tmp"
_LAUNCH = "unexpectedly timed out while waiting for app to launch"
_NO_JAVA = '["/bin/sleep", "60"]'
_NULL_ROOT = "ERROR: null root node returned by UiTestAutomationBridge."
_NOT_ALLOWED = "PID 1234 does not have permission android.permission.CLEAR_APP_USER_DATA to clear data of package"

ROWS: dict[str, Row] = {
    row.name: row
    for row in (
        _row("1", "adbd goes away for 3 s: the device is offline", "", Does(what="adbd_away")),
        _row("2", "adbd goes away until the fault is cleared", "", Does(what="adbd_gone")),
        _row("3", "the connection breaks in the middle of the command", "", Does(what="adbd_broken")),
        _row("5", "a service is not up yet", "pm|am|settings|wm|content|input|dumpsys", _service),
        _row(
            "5-old",
            "the package manager is not up yet, in the words of API 25 and before",
            "pm",
            Says(text="Error: Could not access the Package Manager.  Is the system running?", code=1),
        ),
        _row(
            "5-providers",
            "system providers are not up yet",
            "settings|pm install",
            Throws(name="java.lang.IllegalStateException", message=_PROVIDERS),
        ),
        _row("6", "another signer", "pm install", _signatures),
        _row(
            "7",
            "the phone forbids installing over USB",
            "pm install",
            _install("INSTALL_FAILED_USER_RESTRICTED", "Install canceled by user"),
        ),
        _row("8", "the verifier refuses", "pm install", _install("INSTALL_FAILED_VERIFICATION_FAILURE", _VERIFIED)),
        _row(
            "9",
            "no native code for this device",
            "pm install",
            _install("INSTALL_FAILED_NO_MATCHING_ABIS", "Failed to extract native libraries, res=-113"),
        ),
        _row(
            "9-split",
            "a split is missing",
            "pm install",
            _install("INSTALL_FAILED_MISSING_SPLIT", "Missing split for com.example.app"),
        ),
        _row(
            "10",
            "the screen never rests",
            "uiautomator dump",
            Says(text="ERROR: could not get idle state.", code=0),
        ),
        _row("11", "no window to describe", "uiautomator dump", Says(text=_NULL_ROOT, code=0)),
        _row("12", "another UiAutomation client", "uiautomator dump", Says(text=_REGISTERED, code=137)),
        _row("13", "a system dialog covers the app", "", Does(what="not_responding")),
        _row("14", "input may not be injected", "input", _inject),
        _row(
            "15",
            "text that no key types",
            "input text",
            Throws(name="java.lang.NullPointerException", message="Attempt to get length of null array"),
        ),
        _row("15-partial", "only the first half of a text arrives", "input text", Does(what="half_the_text")),
        _row("16", "the activity does not exist", "am start|am start-activity", _no_activity),
        _row(
            "17",
            "the activity is not exported",
            "am start|am start-activity",
            Throws(name="java.lang.SecurityException", message=_NOT_EXPORTED),
        ),
        _row("18", "a grant that changes nothing", "pm grant", Says(text="", code=0)),
        _row("19", "frida-server dies", "", Does(what="frida_dies")),
        _row("20", "another program holds frida-server's port", "", Does(what="frida_port_taken")),
        _row("21", "Frida's spawn gets no app", "handset app-process", Says(text=_LAUNCH, code=1)),
        _row("22", "frida-server may not trace anything", "", Does(what="frida_powerless")),
        _row("23", "what starts has no Java", "handset app-process", Says(text=_NO_JAVA, code=0, stream="o")),
        _row("24", "apps die as soon as Frida is in them", "", Does(what="apps_refuse_frida")),
        _row("25", "the log breaks off", "logcat", Does(what="log_breaks_off")),
        _row("storage", "no space for an app", "pm install", _install("INSTALL_FAILED_INSUFFICIENT_STORAGE")),
        _row(
            "clear-denied",
            "a vendor forbids clearing an app",
            "pm clear",
            Throws(name="java.lang.SecurityException", message=f"{_NOT_ALLOWED} com.example.app"),
        ),
        _row("displays", "screencap warns of several displays first", "screencap", Does(what="displays_warning")),
        _row("linker", "the linker warns before each answer", "", Does(what="linker_warning")),
        _row("hang", "the command never ends", "", Does(what="hang")),
    )
}  # fmt: skip
DISPLAYS_WARNING = _DISPLAYS
LINKER_WARNING = "WARNING: linker: /data/local/tmp/lib.so: unused DT entry: type 0x6ffffffe arg 0x1234"


def spoken(argv: Words) -> Words:
    """A command without `cmd`, by its short name: `cmd package install` is `pm install`."""
    words = argv[1:] if argv[0] == "cmd" else argv
    words = words[1:] if words[:1] == ("-w",) else words
    short = {"package": "pm", "activity": "am", "window": "wm"} if argv[0] == "cmd" else {}
    return (short.get(words[0], words[0]), *words[1:]) if words else ("cmd",)


def strikes(row: Row, argv: Words) -> bool:
    """Whether a row concerns this command. What controls the handset itself is only struck by name."""
    words = spoken(argv)
    if words[0] == "handset":
        return any(start[:1] == ("handset",) and words[: len(start)] == start for start in row.on)
    return any(words[: len(start)] == start for start in row.on)
