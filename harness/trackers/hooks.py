"""The `hooks:` and `consent:` parts of a hook file: classes, methods, overloads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.model.tracker import ConsentSwitch, Effect, Field, Hook, Layer, Request, ReturnedBy, Role
from harness.trackers import words
from harness.trackers.captures import check_output, read_captures
from harness.trackers.fields import FIELD_KEYS, read_field
from harness.trackers.sheet import Sheet, one_of, regular_expression
from harness.trackers.spelling import JAVA, NATIVE, capture_fault, class_fault, method_fault, prefix_fault
from harness.yamlmarks import Node

_CLASS_KEYS = ("class", "native", "found_by", "runtime", "evidence", "since", "until", "skip_callers", "methods")
_METHOD_KEYS = (
    *("method", "overloads", "meaning", "capture", "payload", "decode", "stack", "runtime", "since", "until"),
    *("fields", "role", "request", "output", "skip_callers", "effect", "opts_out_when", "argument", "evidence"),
)
_OVERLOAD_KEYS = ("parameters", "since", "until", "runtime")
_ROLES = tuple(role for role in Role if role is not Role.PRESENCE)  # that one is written in `blind:`
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
    native = sheet.text(node, "native", check=regular_expression) or None
    name = sheet.text(node, "class", required=True, check=class_fault if native is None else None)
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
        skip_callers=sheet.texts(node, "skip_callers", check=prefix_fault),
        native=native,
    )
    methods = sheet.each(node, "methods", lambda method: _read_method(sheet, method, pattern, place))
    if not methods:
        sheet.wrong(node, "'methods' is missing", "Add `methods:` with at least one method.")
    return _joined(methods)


def _read_method(sheet: Sheet, node: Node, pattern: Hook, place: _Place) -> HookSection | None:
    if not sheet.mapping(node, known=_METHOD_KEYS):
        return None
    _no_switch_keys(sheet, node, place)
    method = _method(sheet, node, pattern, place)
    hooks = sheet.each(node, "overloads", lambda overload: _read_overload(sheet, overload, method, place))
    if not hooks:
        sheet.wrong(node, "'overloads' is missing", "List each overload's parameter types; `- []` for none.")
    return HookSection(
        hooks=hooks, fields=_own_fields(sheet, node, hooks), switches=_switches(sheet, node, hooks, place)
    )


def _method(sheet: Sheet, node: Node, pattern: Hook, place: _Place) -> Hook:
    """What all overloads of a method share."""
    since, until = _versions(sheet, node)
    spelling = NATIVE if pattern.native is not None else JAVA
    captures = read_captures(sheet, node, layer=place.layer, consent=place.consent, fault=spelling.capture_fault)
    role = Role(_word(sheet.text(node, "role", check=one_of(_ROLES)), _ROLES, Role.CONTENT))
    check_output(sheet, node, captures.output, role)
    return replace(
        pattern,
        method=sheet.text(node, "method", required=True, check=spelling.method_fault),
        capture=captures.every,
        payload=captures.payload,
        output=captures.output,
        skip_callers=sheet.texts(node, "skip_callers", check=prefix_fault) or pattern.skip_callers,
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


def _no_switch_keys(sheet: Sheet, node: Node, place: _Place) -> None:
    if place.consent or not isinstance(node.value, dict):
        return
    for key in _CONSENT_ONLY:
        if key in node.value:
            sheet.wrong(node.value[key], f"{key!r} says what a consent switch does", "Move it to `consent:`.")


def _read_overload(sheet: Sheet, node: Node, method: Hook, place: _Place) -> Hook | None:
    hook = method
    type_fault = (NATIVE if method.native is not None else JAVA).type_fault
    if isinstance(node.value, tuple):
        parameters = tuple(sheet.plain_text(item, check=type_fault) for item in node.value)
    else:
        if not sheet.mapping(node, known=_OVERLOAD_KEYS):
            return None
        parameters = sheet.texts(node, "parameters", check=type_fault)
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
    sheet.mapping(where, known=("url", "method", "body", "carrier", "headers"))
    return Request(
        url=sheet.text(where, "url", required=True, check=capture_fault),
        method=sheet.text(where, "method", required=True, check=capture_fault),
        body=sheet.text(where, "body", check=capture_fault) or None,
        carrier=sheet.text(where, "carrier", check=capture_fault) or None,
        headers=sheet.text(where, "headers", check=capture_fault) or None,
    )


def _found_by(sheet: Sheet, node: Node) -> ReturnedBy | None:
    where = node.value.get("found_by") if isinstance(node.value, dict) else None
    if where is None:
        return None
    sheet.mapping(where, known=("returned_by", "method"))
    return ReturnedBy(
        class_name=sheet.text(where, "returned_by", required=True, check=class_fault),
        method=sheet.text(where, "method", required=True, check=method_fault),
    )


def _versions(sheet: Sheet, node: Node) -> tuple[str | None, str | None]:
    since = sheet.text(node, "since", check=_version_fault)
    until = sheet.text(node, "until", check=_version_fault)
    if since and until and words.version_order(since) > words.version_order(until):
        sheet.wrong(node, f"since {since} is later than until {until}", "Swap them, or correct one.")
    return since or None, until or None


def _word(text: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return text if text in allowed else otherwise


def _version_fault(text: str) -> str | None:
    return None if words.is_version(text) else "Write a version such as 5.9.6."
