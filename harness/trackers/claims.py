"""What two hook files cannot both claim: a class, a constant, a number; and that no method is hooked twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.model.errors import Fault
from harness.model.hook import Hook
from harness.trackers.finding import child
from harness.yamlmarks import Node

_UNIQUE = ("fingerprint", "exodus")


def claim_faults(trackers: Sequence[Node]) -> list[Fault]:
    """Faults of trackers that claim the same thing: then whose it is would depend on the order of the files."""
    faults: list[Fault] = []
    for position, later in enumerate(trackers):
        for earlier in trackers[:position]:
            faults.extend(_shared_code(earlier, later))
            faults.extend(fault for key in _UNIQUE for fault in _shared(earlier, later, key))
    return faults


def twice_hooked(hooks: Iterable[Hook]) -> Iterator[tuple[Hook, Hook]]:
    """Pairs of hooks that would set one method twice and so count everything twice. Two runtimes may share a method."""
    seen: dict[tuple[str, str], list[Hook]] = {}
    for hook in hooks:
        if not hook.method:
            continue
        before = seen.setdefault((hook.class_name, hook.method), [])
        yield from ((other, hook) for other in before if _overlap(other, hook))
        before.append(hook)


def signature(hook: Hook) -> str:
    """Class, method and types, as keys end."""
    return f"{hook.class_name}.{hook.method}({'*' if hook.parameters is None else ','.join(hook.parameters)})"


def _overlap(one: Hook, other: Hook) -> bool:
    same_overload = one.native is not None or None in (one.parameters, other.parameters)
    same_overload = same_overload or one.parameters == other.parameters  # a native function has one signature
    same_runtime = None in (one.runtime, other.runtime) or one.runtime == other.runtime
    return same_overload and same_runtime and one.native == other.native


def _shared_code(earlier: Node, later: Node) -> Iterator[Fault]:
    for mine in _items(later, "code"):
        for theirs in _items(earlier, "code"):
            a, b = str(mine.value), str(theirs.value)
            if a.startswith(b) or b.startswith(a):
                what = f"the code {a!r} is also claimed by {theirs.file}:{theirs.line} ({b!r})"
                yield mine.fault(what, remedy="Narrow one of the two: a class belongs to one tracker.")


def _shared(earlier: Node, later: Node, key: str) -> Iterator[Fault]:
    there = {item.value: item for item in _items(earlier, key)}
    for mine in _items(later, key):
        theirs = there.get(mine.value)
        if theirs is not None:
            what = f"the {key} {mine.value!r} is also claimed by {theirs.file}:{theirs.line}"
            yield mine.fault(what, remedy="Keep it where it shows one tracker alone, or nowhere.")


def _items(root: Node, key: str) -> tuple[Node, ...]:
    where = child(root, key)
    found = where.value if where is not None and isinstance(where.value, tuple) else ()
    return tuple(item for item in found if isinstance(item.value, str | int))
