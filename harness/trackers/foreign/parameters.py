"""Parameters as frooky writes them: a type; [type, name, options]; {type, name, options}; {name, type, length ...}."""

from __future__ import annotations

from dataclasses import dataclass

from harness.trackers.finding import child
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node, plain

_KEYS = ("type", "name", "options", "length", "lengthInArg", "direction", "returnValue", "filter")
_OPTIONS = ("decodeAt", "decoderArgs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """`length` is a fixed number of bytes, `length_in` the position of the argument that holds it."""

    node: Node
    type: str
    name: str = ""
    decode_at: str = "enter"
    decoder_args: tuple[str, ...] = ()
    length: int | None = None
    length_in: int | None = None
    filters: bool = False
    is_result: bool = False


def read_parameters(sheet: Sheet, node: Node) -> tuple[Parameter, ...] | None:
    """Of one overload or function: `params:` or `args:`. None, noted, where there are none."""
    where = child(node, "params") or child(node, "args")
    if where is None or not isinstance(where.value, tuple):
        sheet.wrong(node, "its parameters are missing", "List their types under `params:` or `args:`; [] for none.")
        return None
    found = [_read(sheet, item) for item in where.value]
    return None if None in found else tuple(one for one in found if one is not None)


def decoding(sheet: Sheet, parameter: Parameter, instead: str) -> None:
    """Notes what is asked of a decoder and has no counterpart."""
    if parameter.decoder_args:
        said = ", ".join(parameter.decoder_args)
        sheet.wrong(parameter.node, f"decoderArgs: [{said}] is not carried over", instead)
    if parameter.filters:
        sheet.wrong(parameter.node, "filter is not carried over", "Every call is kept.")


def _read(sheet: Sheet, node: Node) -> Parameter | None:
    match node.value:
        case str() as kind:
            return Parameter(node=node, type=kind)
        case tuple() as parts if parts and isinstance(parts[0].value, str):
            return _of_list(sheet, node, parts)
        case dict():
            return _of_mapping(sheet, node)
        case _:
            sheet.wrong(node, "is no parameter", "Write its type, or [type, name].")
            return None


def _of_list(sheet: Sheet, node: Node, parts: tuple[Node, ...]) -> Parameter:
    name, options = "", None
    for part in parts[1:]:
        if isinstance(part.value, dict):
            options = part
        else:
            name = str(part.value)
    return _with_options(sheet, options, Parameter(node=node, type=str(parts[0].value), name=name))


def _of_mapping(sheet: Sheet, node: Node) -> Parameter | None:
    keys = sheet.mapping(node, known=_KEYS)
    kind = sheet.text(node, "type", required=True)
    if not kind:
        return None
    raw = {key: plain(value) for key, value in keys.items()}
    made = Parameter(
        node=node,
        type=kind,
        name=str(raw.get("name", "")),
        decode_at="exit" if raw.get("direction") == "out" else "enter",
        length=raw.get("length") if isinstance(raw.get("length"), int) else None,
        length_in=raw.get("lengthInArg") if isinstance(raw.get("lengthInArg"), int) else None,
        filters=bool(raw.get("filter")),
        is_result=raw.get("returnValue") is True,
    )
    return _with_options(sheet, keys.get("options"), made)


def _with_options(sheet: Sheet, options: Node | None, made: Parameter) -> Parameter:
    if options is None:
        return made
    sheet.mapping(options, known=_OPTIONS)
    return Parameter(
        node=made.node,
        type=made.type,
        name=made.name,
        decode_at=sheet.text(options, "decodeAt") or made.decode_at,
        decoder_args=tuple(str(item) for item in _args(options)),
        length=made.length,
        length_in=made.length_in,
        filters=made.filters,
        is_result=made.is_result,
    )


def _args(options: Node) -> list[object]:
    where = child(options, "decoderArgs")
    said = plain(where) if where is not None else []
    return said if isinstance(said, list) else [said]
