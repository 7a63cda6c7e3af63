"""The lines below a class of a mapping file: its fields and methods, and whose code was inlined into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from harness.javanames import from_source, types_of

# One member: line range in the app, type, name, parameters, line range in the source, name in the app.
MEMBER = r"[ \t]+(?:\d+:(?:\d+:)?)?\S+ [^\s(]+(?:\([^\s)]*\)(?::\d+){0,2})? -> \S+[ \t]*"
_MEMBER = re.compile(
    r"^[ \t]+(?P<range>\d+:(?:\d+:)?)?(?P<type>\S+) (?P<name>[^\s(]+)"
    r"(?P<call>\((?P<parameters>[^\s)]*)\)(?::\d+){0,2})? -> (?P<here>\S+)[ \t]*$"
)
_RESIDUAL = "com.android.tools.r8.residualsignature"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field. `type` is its own type."""

    type: str
    name: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLine:
    """One method, by the names of the source. `here` is the name, in the app, of the method that has its code.

    `inlined_into` is that method's own name and parameters when the code is not a method of its own any more.
    `parameters_here` and `returns_here` are the types in the app where R8 changed more than the classes' names.
    """

    owner: str
    name: str
    parameters: tuple[str, ...]
    returns: str
    here: str
    inlined_into: str | None = None
    parameters_here: tuple[str, ...] | None = None
    returns_here: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """All that stands under one class."""

    fields: tuple[FieldLine, ...] = ()
    methods: tuple[MethodLine, ...] = ()


def read_members(section: str, own: str) -> Members:
    """`section` begins with the line of the class `own`."""
    fields: list[FieldLine] = []
    groups: list[list[MethodLine]] = []  # frames of one place, innermost first: the last is the method that is there
    last_range = ""
    for line in section.splitlines()[1:]:
        if line.lstrip().startswith("#"):
            _note(line, groups)
            continue
        match = _MEMBER.match(line)
        if match is None:
            continue
        if match["call"] is None:
            fields.append(FieldLine(type=from_source(match["type"]), name=match["name"], here=match["here"]))
            last_range = ""
            continue
        method = _method(match, own)
        place = f"{match['range']}{method.here}" if match["range"] else ""
        if place and place == last_range:
            groups[-1].append(method)
        else:
            groups.append([method])
        last_range = place
    return Members(fields=tuple(fields), methods=tuple(_told_apart(groups)))


def _method(match: re.Match[str], own: str) -> MethodLine:
    owner, dot, name = match["name"].rpartition(".")
    return MethodLine(
        owner=owner if dot else own,
        name={"<init>": "$init", "<clinit>": "$clinit"}.get(name, name),
        parameters=tuple(from_source(one) for one in match["parameters"].split(",") if one),
        returns=from_source(match["type"]),
        here={"<init>": "$init", "<clinit>": "$clinit"}.get(match["here"], match["here"]),
    )


def _note(line: str, groups: list[list[MethodLine]]) -> None:
    """R8's residual signature belongs to the method above it."""
    if _RESIDUAL not in line or not groups:
        return
    try:
        said = json.loads(line[line.index("{") :])
    except ValueError:
        return
    with suppress(ValueError):  # of a field
        parameters, returns = types_of(str(said.get("signature", "")))
        groups[-1][-1] = replace(groups[-1][-1], parameters_here=parameters, returns_here=returns)


def _told_apart(groups: list[list[MethodLine]]) -> Iterator[MethodLine]:
    """Each method once. A method stands under every range of its lines; one of them may carry its residual types."""
    seen: dict[MethodLine, MethodLine] = {}
    for *inner, outer in groups:
        bare = replace(outer, parameters_here=None, returns_here=None)
        if outer.parameters_here is not None or bare not in seen:
            seen[bare] = outer
        for frame in inner:
            inlined = replace(
                frame,
                inlined_into=f"{outer.owner}.{outer.name}({','.join(outer.parameters)})",
                parameters_here=None,
                returns_here=None,
            )
            seen.setdefault(inlined, inlined)
    yield from seen.values()
