"""XML as a tree. No document type is read, and so no entity is declared or fetched by anybody."""

from __future__ import annotations

from xml.parsers import expat

from harness.analyse.decoding.inflate import NotUndoneError
from harness.analyse.values import Tree, unique

_DEEPEST = 200


class _TooDeep(Exception):
    """More elements within each other than anybody means."""


class _Element:
    """An element under way."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.entries: list[tuple[str, Tree]] = [(f"@{key}", value) for key, value in attributes.items()]
        self.texts: list[str] = []

    def tree(self) -> Tree:
        text = "".join(self.texts)
        if not self.entries:
            return text
        said = [("#text", text)] if text.strip() else []
        return unique([*self.entries, *said])


def from_xml(text: str) -> dict[str, Tree] | None:
    """`<a b="c">d</a>` as {"a": {"@b": "c", "#text": "d"}}; an element repeated is kept as `name#2`.
    Raises NotUndoneError for a document that declares a document type."""
    stripped = text.strip().lstrip("\ufeff")
    if len(stripped) < 7 or not (stripped[0] == "<" and stripped[-1] == ">"):  # <a>b</a> has eight
        return None
    top = _Element("", {})
    open_elements = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > _DEEPEST:
            raise _TooDeep
        open_elements.append(_Element(name, attributes))

    def end(_: str) -> None:
        done = open_elements.pop()
        open_elements[-1].entries.append((done.name, done.tree()))

    def said(piece: str) -> None:
        open_elements[-1].texts.append(piece)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(stripped, True)
    except (expat.ExpatError, _TooDeep, ValueError):
        return None
    return dict(top.entries)


def _refuse(*_: object) -> None:
    raise NotUndoneError("it declares a document type, and with it perhaps entities")
