"""frooky's hooks on functions of native modules. Ours read numbers, and bytes whose length another argument holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.model.hook import Hook
from harness.trackers import words
from harness.trackers.finding import child
from harness.trackers.foreign.parameters import Parameter, decoding, read_parameters
from harness.trackers.foreign.wanted import Source, Wanted, native_hook
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node

MARKS = ("module", "functions", "symbol", "native")
KEYS = ("native", "module", "symbol", "functions", "args")
_FUNCTION_KEYS = ("symbol", "returnType", "params")
_C_TYPES = {
    "int32": "int",
    "uint32": "unsigned int",
    "int64": "int64_t",
    "bool": "int",
    "double": "double",
    "string": "const char *",
    "pointer": "void *",
    "bytes": "const void *",
}
_NOT_READ = "A pointer is read only with a length: `bytes argument N length argument M`."


def read_native(sheet: Sheet, node: Node, source: Source) -> Iterator[Wanted]:
    """Its functions, in either dialect."""
    module = sheet.text(node, "module")
    if child(node, "symbol") is not None:
        arguments = read_parameters(sheet, node) if child(node, "args") is not None else None
        yield from _wanted(sheet, node, source, module=module, symbol=sheet.text(node, "symbol"), said=arguments)
    functions = child(node, "functions")
    for function in functions.value if functions is not None and isinstance(functions.value, tuple) else ():
        if isinstance(function.value, str):
            yield from _wanted(sheet, function, source, module=module, symbol=function.value, said=None)
            continue
        sheet.mapping(function, known=_FUNCTION_KEYS)
        said = read_parameters(sheet, function) if child(function, "params") is not None else None
        symbol = sheet.text(function, "symbol", required=True)
        yield from _wanted(sheet, function, source, module=module, symbol=symbol, said=said)
    if child(node, "symbol") is None and functions is None:
        sheet.wrong(node, "no function is named", "Write `symbol:` or `functions:`.")


def _wanted(
    sheet: Sheet, node: Node, source: Source, *, module: str, symbol: str, said: tuple[Parameter, ...] | None
) -> Iterator[Wanted]:
    parameters = tuple(one for one in said or () if not one.is_result)
    types = tuple(_c_type(sheet, parameter) for parameter in parameters)
    hook = native_hook(sheet, node, source, module=module, symbol=symbol, parameters=types)
    if hook is None:
        return
    if said is None:
        sheet.wrong(node, f"{symbol}: the arguments are not known", "Only that it is called, and its result, is read.")
    yield Wanted(hook=_with_captures(sheet, hook, parameters), node=node)


def _c_type(sheet: Sheet, parameter: Parameter) -> str:
    kind = _C_TYPES.get(parameter.type, parameter.type).replace("restrict", "").strip()
    if words.native_type_fault(kind) is None:
        return kind
    plain = "void *" if "*" in kind or "[" in kind else "int"
    sheet.wrong(
        parameter.node, f"the type {parameter.type!r} becomes {plain!r}", "Only numbers and pointers differ here."
    )
    return plain


def _with_captures(sheet: Sheet, hook: Hook, parameters: tuple[Parameter, ...]) -> Hook:
    captures, payload = ["returned"], None
    lengths = {_length_at(parameter, parameters) for parameter in parameters}
    for position, parameter in enumerate(parameters):
        if position in lengths and "*" in parameter.type:
            continue  # what it points to is read as the length of another
        word = _capture(sheet, hook, parameters, position)
        if word is None:
            continue
        captures.append(word)
        payload = payload or (word if word.startswith("bytes") else None)
        if parameter.filters:
            sheet.wrong(parameter.node, "filter is not carried over", "Every call is kept.")
    return replace(hook, capture=tuple(captures), payload=payload)


def _capture(sheet: Sheet, hook: Hook, parameters: tuple[Parameter, ...], position: int) -> str | None:
    """How this argument is read; None, with the reason noted, where it cannot be."""
    parameter, types = parameters[position], hook.parameters or ()
    if "*" not in types[position]:
        decoding(sheet, replace(parameter, filters=False), "A number is read as it is.")
        return f"argument {position}"
    length = _length_at(parameter, parameters)
    is_late = parameter.decode_at != "enter"
    if length is None:
        if parameter.length is not None:
            what = f"a fixed length of {parameter.length} bytes is not carried over"
        else:
            what = f"{hook.method}: argument {position} ({parameter.type}) is not read"
        decoding(sheet, parameter, _NOT_READ)
        sheet.wrong(parameter.node, what, _NOT_READ)
        return None
    if "*" in types[length]:
        return f"bytes argument {position} length at argument {length}"
    if is_late:
        remedy = f"If the function returns how much it filled in, write `bytes argument {position} length returned`."
        sheet.wrong(
            parameter.node, f"{hook.method}: the length of argument {position} after the call is not known", remedy
        )
        return None
    return f"bytes argument {position} length argument {length}"


def _length_at(parameter: Parameter, parameters: tuple[Parameter, ...]) -> int | None:
    """The position of the argument that holds its length: by position, or by the one name given to its decoder."""
    if parameter.length_in is not None:
        return parameter.length_in if parameter.length_in < len(parameters) else None
    names = [one.name for one in parameters]
    if len(parameter.decoder_args) != 1 or parameter.decoder_args[0] not in names:
        return None
    at = names.index(parameter.decoder_args[0])
    return at if _is_count(parameters[at].type) else None


def _is_count(kind: str) -> bool:
    """A number, or a pointer to one: not a context, whose bytes say nothing of a length."""
    bare = kind.replace("*", "").replace("const", "").replace("unsigned", "").strip()
    return bare in ("", "int", "long", "short", "size_t", "ssize_t", "socklen_t", "int32", "uint32", "int64") or (
        bare.startswith(("int", "uint")) and bare.endswith("_t")
    )
