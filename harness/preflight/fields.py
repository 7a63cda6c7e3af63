"""Captures that follow fields (`this.url`): under which names the fields are to be read in this app."""

from __future__ import annotations

from harness.javanames import class_in, of_system
from harness.model.hook import Hook
from harness.preflight.mapping import NameMapping
from harness.preflight.scene import Scene


class FieldUnknown(Exception):
    """A field whose name in the app cannot be told; the text is the reason."""


def followed(hook: Hook) -> tuple[str, ...]:
    """The captures of a hook that follow fields, each once."""
    request = hook.request
    asked = [*hook.capture, hook.output, hook.host, *(hook.payload or "").split(" + ")]
    if request is not None:
        asked += [request.url, request.method, request.body, request.carrier, request.headers]
    return tuple(dict.fromkeys(word for word in asked if word and "." in word))


def by_mapping(scene: Scene, mapping: NameMapping, hook: Hook, returns: str | None) -> tuple[tuple[str, str], ...]:
    """(capture, path to read) for every capture that reads otherwise here. Raises FieldUnknown."""
    pairs = ((word, _translated(scene, mapping, hook, returns, word)) for word in followed(hook))
    return tuple((word, path) for word, path in pairs if word != path)


def without_mapping(hook: Hook) -> None:
    """Raises FieldUnknown when a capture follows a field of a class that may be renamed."""
    for word in followed(hook):
        root, *fields = word.split(".")
        start = _root_type(hook, hook.returns, root)
        if start is None or not of_system(start) or len(fields) > 1:
            raise FieldUnknown(f"the capture {word} follows fields, and their names in this app are not known")


def _translated(scene: Scene, mapping: NameMapping, hook: Hook, returns: str | None, word: str) -> str:
    root, *fields = word.split(".")
    at = _root_type(hook, hook.returns or returns, root)
    path = [root]
    for field in fields:
        if at is not None and of_system(at):
            path.append(field)
            continue
        if at is None:
            raise FieldUnknown(f"the capture {word}: the type before .{field} is not known")
        here, declared = _field(scene, mapping, at, field)
        path.append(here)
        at = class_in(declared) if declared is not None else None
    return ".".join(path)


def _root_type(hook: Hook, returns: str | None, root: str) -> str | None:
    if root == "this":
        return hook.class_name
    if root == "returned":
        return class_in(returns) if returns is not None else None
    at = int(root.removeprefix("argument "))
    parameters = hook.parameters or ()
    return class_in(parameters[at]) if at < len(parameters) else None


def _field(scene: Scene, mapping: NameMapping, own: str, field: str) -> tuple[str, str | None]:
    """A field's name here and its type; the type is None where the mapping does not name the field."""
    here = scene.here(own)
    family = [scene.own(one.name) for one in scene.lineage(here)] or [own]
    for one in family:
        for line in mapping.members(one).fields:
            if line.name == field:
                return line.here, line.type
    found = {
        (line.here, line.type)
        for one in scene.subtypes(here)
        for line in mapping.members(scene.own(one.name)).fields
        if line.name == field
    }
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise FieldUnknown(f"the field {field} has several names here, by the class that is given: {own}")
    if any(line.here == field for one in family for line in mapping.members(one).fields):
        raise FieldUnknown(f"the field {own}.{field} is not in the mapping file, and another one has its name now")
    return field, None
