"""The `hooks:` and `consent:` parts of a hook file: classes, methods, overloads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.model.hook import Confidence, Hook, Layer, Role, Signature
from harness.model.tracker import ConsentSwitch, Field
from harness.trackers import words
from harness.trackers.captures import check_host, check_output, check_positions, read_captures, read_request
from harness.trackers.consent import CONSENT_KEYS, no_switch_keys, read_switches
from harness.trackers.fields import UNLAYERED_KEYS, read_field
from harness.trackers.finding import (
    child,
    only_for_java,
    read_confidence,
    read_fingerprint,
    read_found_by,
    read_range,
    read_returns,
)
from harness.trackers.sheet import Sheet, one_of, regular_expression
from harness.trackers.spelling import JAVA, NATIVE, class_fault, prefix_fault
from harness.yamlmarks import Node

_CLASS_KEYS = (
    *("class", "native", "found_by", "fingerprint", "runtime", "evidence", "verified", "since", "until"),
    *("skip_callers", "methods"),
)
_METHOD_KEYS = (
    *("method", "overloads", "returns", "fingerprint", "meaning", "capture", "payload", "output", "host", "decode"),
    *("stack", "runtime", "since", "until", "fields", "role", "request", "skip_callers", "evidence", "verified"),
    *CONSENT_KEYS,
)
_OVERLOAD_KEYS = ("parameters", "since", "until", "runtime")
_ROLES = tuple(role for role in Role if role is not Role.PRESENCE)  # that one is written in `blind:`


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
    if native is not None:
        only_for_java(sheet, node)
    since, until = read_range(sheet, node)
    pattern = Hook(
        key="",
        tracker=place.tracker,
        layer=place.layer,
        class_name=sheet.text(node, "class", required=True, check=class_fault if native is None else None),
        method="",
        parameters=(),
        found_by=read_found_by(sheet, node),
        class_fingerprint=read_fingerprint(sheet, node),
        confidence=read_confidence(sheet, node, required=place.tracker is not None, otherwise=Confidence.DOCUMENTS),
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
    if not place.consent:
        no_switch_keys(sheet, node)
    if pattern.native is not None:
        only_for_java(sheet, node)
    method = _found(sheet, node, _method(sheet, node, pattern, place))
    hooks = _overloads(sheet, node, method, place)
    switches = read_switches(sheet, node, hooks) if place.consent else ()
    return HookSection(hooks=hooks, fields=_own_fields(sheet, node, hooks), switches=switches)


def _method(sheet: Sheet, node: Node, pattern: Hook, place: _Place) -> Hook:
    """What all overloads of a method share."""
    since, until = read_range(sheet, node)
    spelling = NATIVE if pattern.native is not None else JAVA
    captures = read_captures(sheet, node, layer=place.layer, consent=place.consent, fault=spelling.capture_fault)
    role = Role(_word(sheet.text(node, "role", check=one_of(_ROLES)), _ROLES, Role.CONTENT))
    check_output(sheet, node, captures.output, role)
    check_host(sheet, node, pattern)
    return replace(
        pattern,
        method=sheet.text(node, "method", required=True, check=spelling.method_fault),
        capture=captures.every,
        payload=captures.payload,
        output=captures.output,
        host=captures.host,
        skip_callers=sheet.texts(node, "skip_callers", check=prefix_fault) or pattern.skip_callers,
        decode=sheet.texts(node, "decode", check=one_of(words.DECODE_STEPS)),
        stack=sheet.flag(node, "stack", default=True),
        runtime=sheet.text(node, "runtime", check=one_of(words.RUNTIMES)) or pattern.runtime,
        since=since or pattern.since,
        until=until or pattern.until,
        meaning=sheet.text(node, "meaning", required=True),
        role=role,
        request=read_request(sheet, node, role),
        evidence=sheet.text(node, "evidence") or pattern.evidence,
    )


def _found(sheet: Sheet, node: Node, method: Hook) -> Hook:
    """How the method is found when its name is gone, and how sure its signature is."""
    method = replace(
        method,
        method_fingerprint=read_fingerprint(sheet, node),
        confidence=read_confidence(sheet, node, required=False, otherwise=method.confidence),
    )
    return replace(method, returns=read_returns(sheet, node, method))


def _overloads(sheet: Sheet, node: Node, method: Hook, place: _Place) -> tuple[Hook, ...]:
    where = child(node, "overloads")
    if where is not None and where.value == words.EVERY_OVERLOAD:
        return _every_overload(sheet, where, method, place)
    hooks = sheet.each(node, "overloads", lambda overload: _read_overload(sheet, overload, method, place))
    if not hooks:
        sheet.wrong(
            node, "'overloads' is missing", "List each overload's parameter types; `- []` for none; or write `all`."
        )
    return hooks


def _every_overload(sheet: Sheet, node: Node, method: Hook, place: _Place) -> tuple[Hook, ...]:
    by_types = bool(method.method_fingerprint) or isinstance(method.found_by, Signature)
    if method.native is not None:
        sheet.wrong(node, "a native function has no overloads", "List its one signature: `- [int]`.")
    elif by_types:
        sheet.wrong(node, "a method that is found by its types needs them", "List the overloads.")
    check_positions(sheet, node, method, None)
    return (replace(method, parameters=None, key=_key(place, method, "*")),)


def _read_overload(sheet: Sheet, node: Node, method: Hook, place: _Place) -> Hook | None:
    hook = method
    type_fault = (NATIVE if method.native is not None else JAVA).type_fault
    if isinstance(node.value, tuple):
        parameters = tuple(sheet.plain_text(item, check=type_fault) for item in node.value)
    else:
        if not sheet.mapping(node, known=_OVERLOAD_KEYS):
            return None
        parameters = sheet.texts(node, "parameters", check=type_fault)
        since, until = read_range(sheet, node)
        runtime = sheet.text(node, "runtime", check=one_of(words.RUNTIMES)) or method.runtime
        hook = replace(method, since=since or method.since, until=until or method.until, runtime=runtime)
    check_positions(sheet, node, hook, parameters)
    return replace(hook, parameters=parameters, key=_key(place, hook, ",".join(parameters)))


def _key(place: _Place, hook: Hook, parameters: str) -> str:
    kind = "consent" if place.consent else place.layer.value
    return f"{place.slug}/{kind}/{hook.class_name}.{hook.method}({parameters})"


def _own_fields(sheet: Sheet, node: Node, hooks: tuple[Hook, ...]) -> tuple[Field, ...]:
    keys = tuple(hook.key for hook in hooks)
    rows = sheet.each(node, "fields", lambda item: read_field(sheet, item, known=UNLAYERED_KEYS))
    return tuple(replace(row, hooks=keys) for row in rows)


def _word(text: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return text if text in allowed else otherwise
