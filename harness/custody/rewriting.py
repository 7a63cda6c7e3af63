"""How captured values, payloads and findings are covered in a copy: replaced where that can be done, else left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from harness.analyse.decoding.decode import decode
from harness.report.cover import Cover
from harness.secrets.packed import Budget, TooBigError, may_be_packed, parts
from harness.store.text import to_json

_AS_THEY_ARE = frozenset(
    {
        *("run", "process", "tracker", "slug", "hook", "layer", "step", "sha256", "body_sha256", "pack_sha256", "kind"),
        *("outcome", "consent", "grade", "category", "property", "persona", "method", "phase", "processes", "steps"),
        *("layers", "runs", "explained_process", "joined_process", "code", "file", "persistence", "value_sha256"),
    }
)
_JSON = frozenset({"tree", "undone", "chain", "reasons", "broken", "hosts"})
_DEEPEST = 4  # packings within each other that are packed again; what is deeper is left out
_SHORTEST = 20  # characters; what is shorter holds nothing packed
_REMEMBERED = 10_000  # texts
_LONGEST_NAME = 64  # characters, of a header's or an entry's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriter:
    """Covers what one case captured. Packed parts are opened, covered and packed again the same way."""

    cover: Cover
    _seen: dict[str, str] = field(default_factory=dict)

    def json(self, text: str) -> str:
        """Captured values with their texts covered. A text after a name that speaks of a credential is one."""
        told = json.loads(text)
        walked = to_json(self._walked(told))
        made = self.cover.text(walked)
        try:
            json.loads(made)
        except ValueError:  # never seen; a copy that cannot be read helps nobody
            made = walked
        return text if made == to_json(told) else made

    def content(self, content: bytes) -> bytes:
        """A payload's bytes; nothing where something that identifies can still be read out of them, and where nobody
        can say what can."""
        try:
            made = self._opened(content, Budget(), 0)
        except TooBigError:
            return b""
        return b"" if self._tells(made) else made

    def text(self, text: str, before: str = "") -> str:
        """One text; `before` is the name that stands before it."""
        if len(text) < _SHORTEST or not may_be_packed(text.encode("utf-8", "surrogatepass")):
            return self.cover.header(before, text) if before else self.cover.text(text)
        if text not in self._seen:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[text] = self._unpacked(text)
        made = self._seen[text]
        return self.cover.header(before, made) if before else made

    def _unpacked(self, text: str) -> str:
        made = self.content(text.encode("utf-8", "surrogatepass"))
        return made.decode("utf-8", "surrogatepass") if made else f"[left out: {len(text)} characters]"

    def _opened(self, content: bytes, budget: Budget, depth: int) -> bytes:
        """What is packed in the content covered first, then the content: the other way round nobody could unpack it."""
        pieces, at = [], 0
        packed = depth < _DEEPEST and may_be_packed(content)
        for part in sorted(parts(content, budget), key=lambda part: (part.start, -part.end)) if packed else ():
            if part.start < at:
                continue
            inside = self._opened(part.content, budget, depth + 1)
            if inside != part.content:
                pieces += [content[at : part.start], part.pack(inside)]
                at = part.end
        made = b"".join([*pieces, content[at:]])
        try:
            return self.cover.text(made.decode("utf-8")).encode("utf-8")
        except UnicodeDecodeError:
            return made

    def _tells(self, content: bytes) -> bool:
        """Whether anything that identifies can be read out of the bytes, or nobody knows what can."""
        if not content:
            return False
        decoded = decode(content)
        if decoded.opaque:
            return True
        tree, cover = decoded.as_json(), self.cover
        return cover.text(tree) != tree or any(cover.text(leaf.text) != leaf.text for leaf in decoded.leaves)

    def _walked(self, told: Any, before: str = "") -> Any:
        match told:
            case str():
                return self.text(told, before)
            case dict():
                return {name: self._entry(name, entry, before) for name, entry in told.items()}
            case list():
                made, name = [], ""
                for entry in told:
                    made.append(self._walked(entry, name))
                    name = _text_of(entry)
                return made
        return told

    def _entry(self, name: str, entry: Any, before: str) -> Any:
        """One member of a captured value: its type, class and digest stay."""
        return entry if name in ("t", "c", "sha256") else self._walked(entry, before if name == "v" else name)


def _text_of(entry: Any) -> str:
    """The text of a value that may be the name of the one after it."""
    text = entry.get("v") if isinstance(entry, dict) else entry
    return text if isinstance(text, str) and len(text) <= _LONGEST_NAME else ""


def covered_row(cover: Cover, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of a derived table."""
    made = {
        name: cover.text(entry)
        for name, entry in row.items()
        if isinstance(entry, str) and entry and name not in _AS_THEY_ARE
    }
    match table:
        case "disclosure" | "rest_value":
            made["value"] = cover.value(row["category"] or "", row["value"] or "")
        case "transmission":
            headers = json.loads(row["headers"] or "[]")
            made["headers"] = to_json([[name, cover.header(name, entry)] for name, entry in headers])
        case "identifier":
            made |= _identifier(cover, row)
        case "link" if row["kind"] != "planted":
            made["value_sha256"] = ""  # of few possible values the digest is as good as the value
    return made


def _identifier(cover: Cover, row: dict[str, Any]) -> dict[str, Any]:
    example = row["example"] or ""
    shown = cover.value(row["category"] or "", example)
    return {"example": shown} if shown == example else {"example": shown, "hashes": "[]"}
