"""Text in which letters are escaped, read as what it means, with the way back to where each letter stands."""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

_DEEPEST = 4  # JSON in a form in JSON in JSON
_MOST = 12  # ways to read one content
_CONTROL = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
_ENTITIES = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """One way to escape letters. `worth` says whether a content may have such letters that matter; `read` gives what
    `plain` gives letter by letter, and gives it sooner."""

    name: str
    worth: Callable[[bytes], bool]
    escaped: re.Pattern[bytes]
    plain: Callable[[bytes], bytes]
    read: Callable[[bytes], bytes]
    write: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Content as it reads, and the view that it was read from."""

    content: bytes
    letters: Letters | None = None
    of: View | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that reads as this one."""
        if self.of is None or self.letters is None:
            return start, end
        reads, stands, lengths = _back(self.of.content, self.letters)
        first, last = bisect_right(reads, start) - 1, bisect_right(reads, end - 1) - 1
        return self.of.original(
            stands[first] + (0 if lengths[first] else start - reads[first]),
            stands[last] + (lengths[last] or end - reads[last]),
        )

    def write(self, content: bytes) -> bytes:
        """The content as it must stand in the original to read like this."""
        if self.of is None or self.letters is None:
            return content
        return self.of.write(self.letters.write(content))

    @property
    def names(self) -> tuple[str, ...]:
        """What was undone, outermost first."""
        return () if self.of is None or self.letters is None else (*self.of.names, self.letters.name)


def escapes(content: bytes) -> bool:
    """Whether any letter may be escaped by more than a backslash before it."""
    return any(letters.worth(content) for letters in _LETTERS if letters.escaped is not _BACKSLASHES)


def views(content: bytes) -> Iterator[View]:
    """The content itself, then every way to read it that differs, as far as is likely that anybody wrote so."""
    left = [View(content=content)]
    seen = {content}
    for number in range(_MOST):
        if number == len(left):
            return
        view = left[number]
        yield view
        if len(view.names) < _DEEPEST:
            for letters in _LETTERS:
                if letters.worth(view.content) and (read := letters.read(view.content)) not in seen:
                    seen.add(read)
                    left.append(View(content=read, letters=letters, of=view))


def _back(content: bytes, letters: Letters) -> tuple[list[int], list[int], list[int]]:
    """Per stretch: where it begins as it reads, where it begins as it stands, and how long it is there if it is one
    escaped letter."""
    reads, stands, lengths = [0], [0], [0]
    at = length = 0
    for match in letters.escaped.finditer(content):
        plain = letters.plain(match[0])
        length += match.start() - at
        if plain:
            reads.append(length)
            stands.append(match.start())
            lengths.append(match.end() - match.start())
            length += len(plain)
        reads.append(length)
        stands.append(match.end())
        lengths.append(0)
        at = match.end()
    return reads, stands, lengths


def _json_letter(escaped: bytes) -> bytes:
    if escaped[1:2] != b"u":
        return _CONTROL.get(escaped[1:], escaped[1:])
    try:
        return str(json.loads(b'"' + escaped + b'"')).encode("utf-8", "surrogatepass")
    except ValueError:
        return escaped


def _json_text(content: bytes) -> bytes:
    try:
        return json.dumps(content.decode("utf-8", "surrogatepass"))[1:-1].encode()
    except UnicodeDecodeError:
        return content


def _entity(escaped: bytes) -> bytes:
    name = escaped[1:-1]
    if name in _ENTITIES:
        return _ENTITIES[name]
    return html.unescape(escaped.decode()).encode("utf-8", "surrogatepass")


def as_xml(content: bytes) -> bytes:
    """Text as it stands between the tags of XML."""
    return content.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_BACKSLASHES = re.compile(rb"\\+")
_JSON = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^u]", re.DOTALL)
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);")
_LETTERS = (
    Letters(
        name="url",
        worth=lambda content: b"%" in content,
        escaped=_PERCENT,
        plain=lambda escaped: bytes.fromhex(escaped[1:].decode()),
        read=unquote_to_bytes,
        write=lambda content: quote_from_bytes(content, safe="").encode(),
    ),
    Letters(  # a backslash too many or too few between JSON in JSON in JSON changes nothing
        name="json",
        worth=lambda content: b"\\" in content,
        escaped=_BACKSLASHES,
        plain=lambda escaped: b"",
        read=lambda content: content.translate(None, b"\\"),
        write=lambda content: content,
    ),
    Letters(
        name="json",
        worth=lambda content: b"\\u" in content or b"\\n" in content,
        escaped=_JSON,
        plain=_json_letter,
        read=lambda content: _JSON.sub(lambda match: _json_letter(match[0]), content),
        write=_json_text,
    ),
    Letters(
        name="xml",
        worth=lambda content: b"&" in content and _ENTITY.search(content) is not None,
        escaped=_ENTITY,
        plain=_entity,
        read=lambda content: _ENTITY.sub(lambda match: _entity(match[0]), content),
        write=as_xml,
    ),
)
