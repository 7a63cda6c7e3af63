"""The `hooks:` and `consent:` parts of a hook file: classes, methods, overloads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.model.tracker import ConsentSwitch, Effect, Field, Hook, Layer, Request, ReturnedBy, Role
from harness.trackers import words
from harness.trackers.fields import FIELD_KEYS, read_field
from harness.trackers.sheet import Sheet, one_of
from harness.yamlmarks import Node

_CLASS_KEYS = ("class", "found_by", "runtime", "evidence", "since", "until", "methods")
_METHOD_KEYS = (
    *("method", "overloads", "meaning", "capture", "payload", "decode", "stack", "runtime", "since", "until"),
    *("fields", "role", "request", "effect", "opts_out_when", "argument", "evidence"),
)
_OVERLOAD_KEYS = ("parameters", "since", "until", "runtime")
_CONSENT_ONLY = ("effect", "opts_out_when", "argument")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSection:
    """What one layer, or the consent part, of a file says."""

    hooks: tuple[Hook, ...] = ()
    fields: tuple[Field, ...] = ()
    switches: tuple[ConsentSwitch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a hook is being read: file-wide, then narrowed by class."""

    slug: str
    tracker: str | None
    layer: Layer
    consent: bool


def read_section(sheet: Sheet, parent: Node, key: str, *, slug: str, layer: Layer, platform: bool) -> HookSection:
    """Every class entry in the list at `key`."""
    place = _Place(slug=slug, tracker=None if platform else slug, layer=layer, consent=key == "consent")
    return _joined(sheet.each(parent, key, lambda node: _read_class(sheet, node, place)))


def _joined(sections: tuple[HookSection, ...]) -> HookSection:
    return HookSection(
        hooks=tuple(hook for section in sections for hook in section.hooks),
        fields=tuple(row for section in sections for row in section.fields),
        switches=tuple(switch for section in sections for switch in section.switches),
    )


def _read_class(sheet: Sheet, node: Node, place: _Place) -> HookSection | None:
    if not sheet.mapping(node, known=_CLASS_KEYS):
        return None
    name = sheet.text(node, "class", required=True, check=_class_fault)
    since, until = _versions(sheet, node)
    pattern = Hook(
        key="",
        tracker=place.tracker,
        layer=place.layer,
        class_name=name,
        method="",
        parameters=(),
        found_by=_found_by(sheet, node),
        runtime=sheet.text(node, "runtime", check=one_of(words.RUNTIMES)) or None,
        since=since,
        until=until,
        evidence=sheet.text(node, "evidence", required=True),
    )
    methods = sheet.each(node, "methods", lambda method: _read_method(sheet, method, pattern, place))
    if not methods:
        sheet.wrong(node, "'methods' is missing", "Add `methods:` with at least one method.")
    return _joined(methods)


def _read_method(sheet: Sheet, node: Node, pattern: Hook, place: _Place) -> HookSection | None:
    if not sheet.mapping(node, known=_METHOD_KEYS):
        return None
    _no_switch_keys(sheet, node, place)
    since, until = _versions(sheet, node)
    capture, payload = _captures(sheet, node, place)
    role = Role(_word(sheet.text(node, "role", check=one_of(tuple(Role))), tuple(Role), Role.CONTENT))
    method = replace(
        pattern,
        method=sheet.text(node, "method", required=True, check=_method_fault),
        capture=capture,
        payload=payload,
        decode=sheet.texts(node, "decode", check=one_of(words.DECODE_STEPS)),
        stack=sheet.flag(node, "stack", default=True),
        runtime=sheet.text(node, "runtime", check=one_of(words.RUNTIMES)) or pattern.runtime,
        since=since or pattern.since,
        until=until or pattern.until,
        meaning=sheet.text(node, "meaning", required=True),
        role=role,
        request=_request(sheet, node, role),
        evidence=sheet.text(node, "evidence") or pattern.evidence,
    )
    hooks = sheet.each(node, "overloads", lambda overload: _read_overload(sheet, overload, method, place))
    if not hooks:
        sheet.wrong(node, "'overloads' is missing", "List each overload's parameter types; `- []` for none.")
    return HookSection(
        hooks=hooks, fields=_own_fields(sheet, node, hooks), switches=_switches(sheet, node, hooks, place)
    )


def _no_switch_keys(sheet: Sheet, node: Node, place: _Place) -> None:
    if place.consent or not isinstance(node.value, dict):
        return
    for key in _CONSENT_ONLY:
        if key in node.value:
            sheet.wrong(node.value[key], f"{key!r} says what a consent switch does", "Move it to `consent:`.")


def _captures(sheet: Sheet, node: Node, place: _Place) -> tuple[tuple[str, ...], str | None]:
    """What is read of a call, and which of it decoding starts from."""
    capture = sheet.texts(node, "capture", check=_capture_fault) or _usual_capture(place.layer)
    payload = sheet.text(node, "payload", check=_payload_fault) or _usual_payload(place, capture)
    for part in (payload or "").split(" + "):
        if part and part not in capture and not (part.startswith("argument ") and "arguments" in capture):
            sheet.wrong(node, f"the payload {part!r} is not captured", f"Add it to `capture:`, or use {capture[0]!r}.")
    return capture, payload


def _read_overload(sheet: Sheet, node: Node, method: Hook, place: _Place) -> Hook | None:
    hook = method
    if isinstance(node.value, tuple):
        parameters = tuple(sheet.plain_text(item, check=words.type_fault) for item in node.value)
    else:
        if not sheet.mapping(node, known=_OVERLOAD_KEYS):
            return None
        parameters = sheet.texts(node, "parameters", check=words.type_fault)
        since, until = _versions(sheet, node)
        runtime = sheet.text(node, "runtime", check=one_of(words.RUNTIMES)) or method.runtime
        hook = replace(method, since=since or method.since, until=until or method.until, runtime=runtime)
    for capture in hook.capture:
        last = words.highest_argument(capture)
        if last is not None and last >= len(parameters):
            sheet.wrong(node, f"{capture!r}: this overload has {len(parameters)} arguments", "Count from 0.")
    kind = "consent" if place.consent else place.layer.value
    signature = f"{hook.class_name}.{hook.method}({','.join(parameters)})"
    return replace(hook, parameters=parameters, key=f"{place.slug}/{kind}/{signature}")


def _own_fields(sheet: Sheet, node: Node, hooks: tuple[Hook, ...]) -> tuple[Field, ...]:
    keys = tuple(hook.key for hook in hooks)
    known = tuple(key for key in FIELD_KEYS if key != "layers")
    rows = sheet.each(node, "fields", lambda item: read_field(sheet, item, known=known))
    return tuple(replace(row, hooks=keys) for row in rows)


def _switches(sheet: Sheet, node: Node, hooks: tuple[Hook, ...], place: _Place) -> tuple[ConsentSwitch, ...]:
    if not place.consent:
        return ()
    effect = Effect(
        _word(sheet.text(node, "effect", required=True, check=one_of(tuple(Effect))), tuple(Effect), Effect.SWITCH)
    )
    says_when = isinstance(node.value, dict) and "opts_out_when" in node.value
    if effect is Effect.SWITCH and not says_when:
        sheet.wrong(node, "'opts_out_when' is missing", "Say which boolean argument means no: true or false.")
    when = sheet.flag(node, "opts_out_when", default=False) if effect is Effect.SWITCH else None
    argument = sheet.number(node, "argument", default=0)
    return tuple(ConsentSwitch(hook=hook.key, effect=effect, opts_out_when=when, argument=argument) for hook in hooks)


def _request(sheet: Sheet, node: Node, role: Role) -> Request | None:
    if role is not Role.REQUEST:
        return None
    where = node.value.get("request") if isinstance(node.value, dict) else None
    if where is None:
        sheet.wrong(node, "'request' is missing", "Say which captures are `url:`, `method:` and `body:`.")
        return None
    sheet.mapping(where, known=("url", "method", "body"))
    return Request(
        url=sheet.text(where, "url", required=True, check=_capture_fault),
        method=sheet.text(where, "method", required=True, check=_capture_fault),
        body=sheet.text(where, "body", check=_capture_fault) or None,
    )


def _found_by(sheet: Sheet, node: Node) -> ReturnedBy | None:
    where = node.value.get("found_by") if isinstance(node.value, dict) else None
    if where is None:
        return None
    sheet.mapping(where, known=("returned_by", "method"))
    return ReturnedBy(
        class_name=sheet.text(where, "returned_by", required=True, check=_class_fault),
        method=sheet.text(where, "method", required=True, check=_method_fault),
    )


def _versions(sheet: Sheet, node: Node) -> tuple[str | None, str | None]:
    since = sheet.text(node, "since", check=_version_fault)
    until = sheet.text(node, "until", check=_version_fault)
    if since and until and words.version_order(since) > words.version_order(until):
        sheet.wrong(node, f"since {since} is later than until {until}", "Swap them, or correct one.")
    return since or None, until or None


def _usual_capture(layer: Layer) -> tuple[str, ...]:
    return ("arguments",) if layer is Layer.API else ("arguments", "returned")


def _usual_payload(place: _Place, capture: tuple[str, ...]) -> str | None:
    """API calls carry their arguments; elsewhere the file must say what the content is."""
    return "arguments" if place.layer is Layer.API and not place.consent and "arguments" in capture else None


def _word(text: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return text if text in allowed else otherwise


def _class_fault(text: str) -> str | None:
    return (
        None if words.is_class_name(text) else "Write the full class name with its package; `$` before inner classes."
    )


def _method_fault(text: str) -> str | None:
    return None if words.is_method_name(text) else "Write the method's name alone; `$init` for a constructor."


def _capture_fault(text: str) -> str | None:
    if words.is_capture(text):
        return None
    return "Use arguments, returned, argument N, slice N, this.FIELD, returned.FIELD or argument N.FIELD."


def _payload_fault(text: str) -> str | None:
    return next((remedy for part in text.split(" + ") if (remedy := _capture_fault(part))), None)


def _version_fault(text: str) -> str | None:
    return None if words.is_version(text) else "Write a version such as 5.9.6."
