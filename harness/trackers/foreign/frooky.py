"""frooky's hook files: the dialect of its documents (javaClass, params) and that of its agent (class, args)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.model.hook import Hook
from harness.trackers.finding import child
from harness.trackers.foreign import native
from harness.trackers.foreign.parameters import Parameter, decoding, read_parameters
from harness.trackers.foreign.wanted import USUAL, Source, Wanted, java_hook, jvm_type
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node

_FILE_KEYS = ("metadata", "category", "masCategory", "hooks")
_METADATA_KEYS = ("name", "platform", "description", "category", "masCategory", "author", "version")
_METHOD_KEYS = ("name", "overloads", "returnType")
_JAVA_KEYS = ("javaClass", "class", "method", "methods", "overloads")
_OF_IOS = ("objcClass", "objClass", "swiftClass")
_INSTEAD = {
    **dict.fromkeys(("stackTraceLimit", "maxFrames"), "The whole stack is kept."),
    **dict.fromkeys(
        ("eventFilter", "stackTraceFilter", "filterEventsByStacktrace"),
        "Every call is kept, with its stack to tell by.",
    ),
    "debug": "There is no such switch here.",
    "prerequisites": "Nothing of the app is called: it would change what is measured.",
}


def read_frooky(sheet: Sheet, root: Node, source: Source) -> Iterator[Wanted]:
    """A mapping with `hooks:`, or a list of such."""
    for config in root.value if isinstance(root.value, tuple) else (root,):
        yield from _read_config(sheet, config, source)


def is_frooky(root: Node) -> bool:
    """Whether this is one of its files, by its outline."""
    first = root.value[0] if isinstance(root.value, tuple) and root.value else root
    hooks = child(first, "hooks")
    items = hooks.value if hooks is not None and isinstance(hooks.value, tuple) else ()
    return any(child(item, key) for item in items for key in ("javaClass", "class", "module", "symbol", *_OF_IOS))


def _read_config(sheet: Sheet, node: Node, source: Source) -> Iterator[Wanted]:
    sheet.mapping(node, known=_FILE_KEYS)
    metadata = child(node, "metadata")
    if metadata is not None:
        sheet.mapping(metadata, known=_METADATA_KEYS)
        if sheet.text(metadata, "platform").lower() == "ios":
            sheet.wrong(metadata, "these hooks are for iOS", "Only Android apps are measured here.")
            return
    source = _named(sheet, node, metadata, source)
    hooks = child(node, "hooks")
    for hook in hooks.value if hooks is not None and isinstance(hooks.value, tuple) else ():
        yield from _read_hook(sheet, hook, source)


def _named(sheet: Sheet, node: Node, metadata: Node | None, source: Source) -> Source:
    """Name, author and version stay as words of the evidence, the category as the meaning."""
    said = [where for where in (metadata, node) if where is not None]
    categories = (sheet.text(where, key) for where in said for key in ("masCategory", "category"))
    category = next((text for text in categories if text), "")
    if metadata is not None and child(metadata, "description") is not None:
        sheet.faults.append(
            metadata.key_fault(
                "description", "description is not carried over", remedy="Only comments say such things."
            )
        )
    told = [text for key in ("name", "author", "version") if (text := _said(metadata, key))]
    return replace(source, evidence="; ".join([source.evidence, *told]), meaning=category.lower() or source.meaning)


def _said(metadata: Node | None, key: str) -> str:
    where = None if metadata is None else child(metadata, key)
    return "" if where is None or where.value is None else str(where.value)


def _read_hook(sheet: Sheet, node: Node, source: Source) -> Iterator[Wanted]:
    if not isinstance(node.value, dict):
        sheet.wrong(node, "is no hook", "Write `javaClass:` and `methods:`, or `module:` and `functions:`.")
        return
    for key, instead in _INSTEAD.items():
        if key in node.value:
            sheet.faults.append(node.key_fault(key, f"{key} is not carried over", remedy=instead))
    if any(key in node.value for key in _OF_IOS):
        sheet.wrong(node, "a hook for iOS", "Only Android apps are measured here.")
    elif any(key in node.value for key in native.MARKS):
        sheet.mapping(node, known=(*native.KEYS, *_INSTEAD))
        yield from native.read_native(sheet, node, source)
    else:
        sheet.mapping(node, known=(*_JAVA_KEYS, *_INSTEAD))
        yield from _read_java(sheet, node, source)


def _read_java(sheet: Sheet, node: Node, source: Source) -> Iterator[Wanted]:
    name = sheet.text(node, "javaClass") or sheet.text(node, "class")
    if not name:
        sheet.wrong(node, "no class is named", "Write `javaClass:` or `class:`.")
        return
    single = child(node, "method")
    if single is not None:
        yield from _overloads(sheet, node, source, name=name, method=sheet.plain_text(single))
    elif child(node, "overloads") is not None:
        sheet.wrong(node, "'overloads' beside 'methods' names no method", "Put them under the method they belong to.")
    methods = child(node, "methods")
    if single is None and methods is None:
        sheet.wrong(node, f"{name}: no method is named", "Hooks on every method of a class are not set: name them.")
    for method in methods.value if methods is not None and isinstance(methods.value, tuple) else ():
        yield from _read_method(sheet, method, source, name)


def _read_method(sheet: Sheet, node: Node, source: Source, name: str) -> Iterator[Wanted]:
    if isinstance(node.value, str):
        yield from _whole(sheet, node, source, name=name, method=node.value)
        return
    if not isinstance(node.value, dict):
        sheet.wrong(node, "is no method", "Write its name, or `name:` with `overloads:`.")
        return
    for key, instead in _INSTEAD.items():
        if key in node.value:
            sheet.faults.append(node.key_fault(key, f"{key} is not carried over", remedy=instead))
    sheet.mapping(node, known=(*_METHOD_KEYS, *_INSTEAD))
    if child(node, "returnType") is not None:
        sheet.faults.append(
            node.key_fault("returnType", "returnType is not carried over", remedy="What is returned is read as it is.")
        )
    method = sheet.text(node, "name")
    if method:
        yield from _overloads(sheet, node, source, name=name, method=method)
    elif not {*node.value} <= {*_INSTEAD}:  # a lone filter, written as if it were a method, has been noted
        sheet.wrong(node, "no method is named", "Write `name:`.")


def _overloads(sheet: Sheet, node: Node, source: Source, *, name: str, method: str) -> Iterator[Wanted]:
    where = child(node, "overloads")
    if where is None or not where.value:
        yield from _whole(sheet, node, source, name=name, method=method)
        return
    for overload in where.value if isinstance(where.value, tuple) else ():
        parameters = read_parameters(sheet, overload)
        if parameters is None:
            continue
        types = tuple(jvm_type(parameter.type) for parameter in parameters)
        hook = java_hook(sheet, overload, source, name=name, method=method, parameters=types)
        if hook is not None:
            yield Wanted(hook=_read_after(sheet, hook, parameters), node=overload)


def _whole(sheet: Sheet, node: Node, source: Source, *, name: str, method: str) -> Iterator[Wanted]:
    hook = java_hook(sheet, node, source, name=name, method=method, parameters=None)
    if hook is not None:
        yield Wanted(hook=hook, node=node)


def _read_after(sheet: Sheet, hook: Hook, parameters: tuple[Parameter, ...]) -> Hook:
    """Arguments are read before the call; a byte[] that the call fills is read after it, as long as it returned."""
    after: list[str] = []
    for position, (parameter, kind) in enumerate(zip(parameters, hook.parameters or (), strict=True)):
        decoding(sheet, parameter, "A value is read by its type.")
        if parameter.decode_at in ("exit", "both") and kind == "[B":
            after.append(f"filled {position}")
        elif parameter.decode_at in ("exit", "both"):
            sheet.wrong(
                parameter.node, f"decodeAt: {parameter.decode_at} is not carried over", "It is read before the call."
            )
    return replace(hook, capture=(*USUAL, *after))
