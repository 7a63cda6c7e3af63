"""${...} in flows: names, quoted text, numbers, == != && || ! and brackets, with JavaScript's truth. Never eval."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_HOLE = re.compile(r"\$\{([^}]*)\}")
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign>===|!==|==|!=|&&|\|\||!|\(|\)))"
)
_WORDS: Mapping[str, Value] = {"true": True, "false": False, "null": None, "undefined": None}

Value = str | float | bool | None
"""None is JavaScript's undefined: a name that has no value."""


class ExpressionError(ValueError):
    """The text between ${ and } is not in this language, or a name in it has no value."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def fill(template: str, env: Mapping[str, str]) -> str:
    """`template` with every ${...} replaced by its value. ExpressionError when one has none."""

    def value(hole: re.Match[str]) -> str:
        found = evaluate(hole.group(1), env)
        if found is None:
            raise ExpressionError(f"{hole.group()} has no value")
        return _as_text(found)

    return _HOLE.sub(value, template)


def holds(condition: str, env: Mapping[str, str]) -> bool:
    """The truth of a condition: `${...}` as JavaScript sees it; text without it is false when it says so."""
    hole = _HOLE.fullmatch(condition.strip())
    if hole is not None:
        return _truth(evaluate(hole.group(1), env))
    return fill(condition, env).strip().lower() not in ("", "false", "0", "null", "undefined")


def faults_of(template: str) -> list[str]:
    """What is wrong with the expressions in a text, whatever the values."""
    found: list[str] = []
    for hole in _HOLE.finditer(template):
        try:
            evaluate(hole.group(1), {})
        except ExpressionError as exc:
            found.append(str(exc))
    return found


def plain_names(template: str) -> list[str]:
    """The names that a text needs: those of ${NAME}. In ${NAME || 'x'} a name may be missing."""
    return [hole.group(1).strip() for hole in _HOLE.finditer(template) if re.fullmatch(r"\s*\w+\s*", hole.group(1))]


def mentioned(template: str) -> set[str]:
    """Every name that occurs in the expressions of a text."""
    names: set[str] = set()
    for hole in _HOLE.finditer(template):
        names |= {token.text for token in _tokens(hole.group(1)) if token.kind == "name"}
    return names


def evaluate(source: str, env: Mapping[str, str]) -> Value:
    """The value of what stands between ${ and }."""
    reader = _Parser(_tokens(source), env, source)
    if not reader.tokens:
        raise ExpressionError("${} is empty")
    value = reader.either()
    if reader.tokens:
        raise ExpressionError(f"unexpected {reader.tokens[0].text!r} in ${{{source}}}")
    return value


class _Parser:
    """Evaluates while it reads; the language has no side effects, so both sides of || and && may be computed."""

    def __init__(self, tokens: list[_Token], env: Mapping[str, str], source: str) -> None:
        self.tokens = tokens
        self._env = env
        self._source = source

    def either(self) -> Value:
        return self._chain(self.both, {"||": lambda left, right: left if _truth(left) else right})

    def both(self) -> Value:
        return self._chain(self.comparison, {"&&": lambda left, right: right if _truth(left) else left})

    def comparison(self) -> Value:
        same = {"==": _same, "===": _same}
        other: dict[str, Callable[[Value, Value], Value]] = {
            sign: lambda left, right: not _same(left, right) for sign in ("!=", "!==")
        }
        return self._chain(self.single, {**same, **other})

    def single(self) -> Value:
        if not self.tokens:
            raise ExpressionError(f"${{{self._source}}} ends too early")
        token = self.tokens.pop(0)
        match token.kind:
            case "name":
                return _WORDS[token.text] if token.text in _WORDS else self._env.get(token.text)
            case "text":
                return token.text
            case "number":
                return float(token.text)
        if token.text == "!":
            return not _truth(self.single())
        if token.text != "(":
            raise ExpressionError(f"unexpected {token.text!r} in ${{{self._source}}}")
        value = self.either()
        if not self.tokens or self.tokens.pop(0).text != ")":
            raise ExpressionError(f"a bracket is not closed in ${{{self._source}}}")
        return value

    def _chain(self, part: Callable[[], Value], signs: Mapping[str, Callable[[Value, Value], Value]]) -> Value:
        value = part()
        while self.tokens and self.tokens[0].kind == "sign" and self.tokens[0].text in signs:
            sign = self.tokens.pop(0).text
            value = signs[sign](value, part())
        return value


def _tokens(source: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(source.rstrip()):
        found = _TOKEN.match(source, at)
        if found is None:
            raise ExpressionError(f"{source[at:].strip()!r} is not understood in ${{{source}}}")
        kind = str(found.lastgroup)
        tokens.append(_Token("text" if kind in ("single", "double") else kind, found[kind]))
        at = found.end()
    return tokens


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if left is None or right is None:
        return left is right
    return _number(left) == _number(right)


def _number(value: str | float) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


def _truth(value: Value) -> bool:
    return bool(value)


def _as_text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:g}"
