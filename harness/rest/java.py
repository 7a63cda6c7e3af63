"""Java's object serialisation, in which some SDKs keep their queues."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from javaobj.v2 import beans
from javaobj.v2.main import load as load_java

from harness.rest.record import Kept, Record, UnreadableError

_DEPTH = 40  # of objects within objects

logging.getLogger("javaobj").setLevel(logging.CRITICAL)  # it tells of each object; what fails we tell ourselves


def java_objects(content: bytes) -> Iterator[Record]:
    """Java's object serialisation; each object is the mapping of its fields, whatever class declares them."""
    try:
        made = load_java(io.BytesIO(content))
    except Exception as exc:
        raise UnreadableError(f"no serialised Java objects: {exc}") from exc
    for number, each in enumerate(made if isinstance(made, list) else [made]):
        yield Record(place=f"object {number}", content=_tree(each, 0))


def _tree(value: Any, depth: int) -> Kept:
    """What javaobj makes of an object, as plain values. It knows Java's collections and leaves other classes whole."""
    if depth > _DEPTH:
        return "(nested too deeply)"
    match value:
        case None | bool() | int() | float():
            return value
        case bytes() | bytearray():
            return bytes(value)
        case beans.JavaEnum():
            return str(value.value)
        case dict() | beans.JavaArray() | list() | tuple() | set() | frozenset() | beans.JavaInstance():
            return _container(value, depth)
        case _:  # str and JavaString; and what Java writes and nobody reads as data, such as classes
            return str(value)


def _container(value: Any, depth: int) -> Kept:
    """Collections first: javaobj's are instances, too."""
    match value:
        case dict():
            return {_key(key, depth): _tree(item, depth + 1) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_tree(item, depth + 1) for item in value]
        case beans.JavaInstance():
            fields = {field.name: item for own in value.field_data.values() for field, item in own.items()}
            return {name: _tree(item, depth + 1) for name, item in fields.items()}
        case _:
            return [_tree(item, depth + 1) for item in value]


def _key(key: Any, depth: int) -> str:
    """Keys of a tree are text; a key that is an object is named by the texts in it."""
    made = _tree(key, depth + 1)
    if isinstance(made, dict):
        return " ".join(item for item in made.values() if isinstance(item, str))
    return str(made)
