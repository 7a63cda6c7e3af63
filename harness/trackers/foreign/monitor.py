"""Lists of methods to watch, as RMS and MobSF keep them: {class, method, name}, or groups with HookType and hooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.trackers.finding import child
from harness.trackers.foreign.wanted import Source, Wanted, java_hook, native_hook
from harness.trackers.sheet import Sheet
from harness.yamlmarks import Node

_GROUP_KEYS = ("Category", "HookType", "Comment", "hooks")
_ITEM_KEYS = ("class", "clazz", "method", "name", "target")


def read_list(sheet: Sheet, root: Node, source: Source) -> Iterator[Wanted]:
    """Every entry of the list; all overloads of each method."""
    for node in root.value if isinstance(root.value, tuple) else ():
        if child(node, "HookType") is not None or child(node, "Category") is not None:
            yield from _read_group(sheet, node, source)
        else:
            yield from _read_item(sheet, node, source, is_native=False)


def is_list(root: Node) -> bool:
    """Whether this is such a list, by its outline."""
    items = root.value if isinstance(root.value, tuple) else ()
    return any(child(item, key) is not None for item in items for key in ("class", "clazz", "Category", "HookType"))


def _read_group(sheet: Sheet, node: Node, source: Source) -> Iterator[Wanted]:
    sheet.mapping(node, known=_GROUP_KEYS)
    category = sheet.text(node, "Category")
    comment = sheet.text(node, "Comment")
    if comment:
        sheet.faults.append(
            node.key_fault("Comment", f"remark on {category}: {comment}", remedy="Its hooks are imported.")
        )
    is_native = sheet.text(node, "HookType").lower() == "native"
    hooks = child(node, "hooks")
    for item in hooks.value if hooks is not None and isinstance(hooks.value, tuple) else ():
        yield from _read_item(sheet, item, replace(source, meaning=category or source.meaning), is_native=is_native)


def _read_item(sheet: Sheet, node: Node, source: Source, *, is_native: bool) -> Iterator[Wanted]:
    if not sheet.mapping(node, known=_ITEM_KEYS):
        return
    name = sheet.text(node, "class") or sheet.text(node, "clazz")
    method = sheet.text(node, "method", required=True)
    source = replace(source, meaning=sheet.text(node, "name") or source.meaning)
    target = child(node, "target")
    if target is not None:
        what = f"target: {target.value} is not carried over"
        sheet.faults.append(node.key_fault("target", what, remedy="The hook is set wherever the method is."))
    if is_native:
        hook = native_hook(sheet, node, source, module=name, symbol=method)
        sheet.wrong(node, f"{method}: the arguments are not known", "Only that it is called, and its result, is read.")
    else:
        hook = java_hook(sheet, node, source, name=name, method=method, parameters=None)
    if hook is not None:
        yield Wanted(hook=hook, node=node)
