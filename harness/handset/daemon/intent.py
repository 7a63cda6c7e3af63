"""Intents as `am` reads them from its arguments and prints them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.handset.daemon.manifest import full_name, short_name

MAIN = "android.intent.action.MAIN"
LAUNCHER = "android.intent.category.LAUNCHER"
_EXTRAS = ("--es", "--ez", "--ei", "--el", "--ef", "--ed", "--eu", "--ecn", "--esa", "--eia", "--ela", "--efa", "-e")

_FIELDS = ("-a", "-c", "-d", "-t", "-f", "-n", "-p")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is asked for. `component` is (package, full class name)."""

    action: str | None = None
    categories: tuple[str, ...] = ()
    uri: str | None = None
    mime: str | None = None
    flags: int = 0
    package: str | None = None
    component: tuple[str, str] | None = None
    extras: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """`Intent { act=... cat=[...] ... }` with the fields in Android's order."""
        parts = [f"act={self.action}"] if self.action else []
        parts += [f"cat=[{','.join(self.categories)}]"] if self.categories else []
        parts += [f"dat={_safe(self.uri)}"] if self.uri else []
        parts += [f"typ={self.mime}"] if self.mime else []
        parts += [f"flg=0x{self.flags:x}"] if self.flags else []
        parts += [f"pkg={self.package}"] if self.package else []
        parts += [f"cmp={component_name(*self.component)}"] if self.component else []
        parts += ["(has extras)"] if self.extras else []
        return f"Intent {{ {' '.join(parts)} }}"


def component_name(package: str, name: str) -> str:
    """`package/.Class`, or the full class name where it lies elsewhere."""
    return f"{package}/{short_name(package, name)}"


def parse(arguments: list[str]) -> tuple[Intent, list[str]]:
    """The intent, and the words that are options of the command and not of the intent."""
    intent, others = Intent(), []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word in _EXTRAS and len(words) >= 2:
            intent = replace(intent, extras={**intent.extras, words[0]: words[1]})
            del words[:2]
        elif word in _FIELDS and words:
            intent = _with(intent, word, words.pop(0))
        elif word in ("--user", "--display", "--windowingMode", "-R", "--activityType") and words:
            words.pop(0)
        elif word.startswith("-"):
            others.append(word)
        else:
            intent = _with_bare_word(intent, word)
    return intent, others


def _with(intent: Intent, option: str, value: str) -> Intent:
    match option:
        case "-a":
            changed = replace(intent, action=value)
        case "-c":
            changed = replace(intent, categories=(*intent.categories, value))
        case "-d":
            changed = replace(intent, uri=value)
        case "-t":
            changed = replace(intent, mime=value)
        case "-f":
            changed = replace(intent, flags=int(value, 0))
        case "-p":
            changed = replace(intent, package=value)
        case _:
            package, _, name = value.partition("/")
            changed = replace(intent, component=(package, full_name(package, name)))
    return changed


def _with_bare_word(intent: Intent, word: str) -> Intent:
    if ":" in word:
        return replace(intent, uri=word)
    if "/" in word:
        return _with(replace(intent, action=intent.action or MAIN), "-n", word)
    return replace(intent, package=word, action=intent.action or MAIN)


def _safe(uri: str) -> str:
    # Android prints only scheme and host of a web address: the rest may be private.
    scheme, separator, rest = uri.partition("://")
    host, slash, _ = rest.partition("/")
    return f"{scheme}://{host}{'/...' if slash else ''}" if separator else f"{uri.partition(':')[0]}:..."
