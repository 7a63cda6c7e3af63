"""Policy files, and the `expect:` of suites: what is expected of an app, in words that a person can check. Every fault
at once, with its line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.model.policy import Expectation, Hearing, Means, Policy, Scope
from harness.model.tracker import Pack
from harness.scenario.load import shown
from harness.scenario.policy_words import SCOPE_KEYS, KnownWords, checked, read_scope, scope_of
from harness.yamlfields import Fields, text_of
from harness.yamlmarks import Node, load_marked, suggestion

_FILE_KEYS = ("name", "summary", "source", "expect")
_KINDS = ("forbid", "allow_only", "notice", "after_opt_out")
_KEYS = ("says", *_KINDS, "allow", "means")
_NARROWING = tuple(key for key in SCOPE_KEYS if key not in ("except", "told"))
_MEANS: Mapping[str, Means] = {means.value: means for means in Means}
_AFTER_NO: Mapping[str, Means] = {
    "nothing sent": Means.SENT,
    "nothing handed": Means.HANDED,
    "no request": Means.REQUEST,
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def known_words(pack: Pack | None, *, variants: tuple[str, ...] | None = None) -> KnownWords:
    """What the loaded hook files know."""
    if pack is None:
        return KnownWords(variants=variants)
    return KnownWords(
        trackers=tuple(tracker.slug for tracker in pack.trackers),
        categories=tuple(category.name for category in pack.categories) or None,
        variants=variants,
    )


def load_policy(path: Path, *, known: KnownWords | None = None) -> Policy:
    """The policy of a file; InputError lists all faults."""
    policy, faults = read_policy(path, known=known)
    if policy is None or faults:
        raise InputError(f"{path} is not a valid policy", remedy="Correct these lines.", faults=tuple(faults))
    return policy


def read_policy(path: Path, *, known: KnownWords | None = None) -> tuple[Policy | None, list[Fault]]:
    """As `load_policy`, for lint."""
    documents, faults = load_marked(path, shown=shown(path))
    if len(documents) != 1:
        if not faults:
            problem = "is not one YAML document" if documents else "is empty"
            faults = [Fault(file=shown(path), line=1, problem=problem, remedy=f"Keys: {', '.join(_FILE_KEYS)}.")]
        return None, faults
    fields = Fields(documents[0], faults, known=_FILE_KEYS, what="a policy")
    fields.require("expect")
    node = fields.node_of("expect")
    expectations = () if node is None else read_expectations(node, faults, known=known or KnownWords())
    name = fields.text("name") or path.stem
    for key in ("summary", "source"):
        fields.text(key)
    return Policy(name=name, file=path.name, sha256=_digest(path), expectations=expectations), faults


def expected_of_suite(
    suite: Fields, path: Path, *, known: KnownWords, name: str = ""
) -> tuple[Policy | None, tuple[Path, ...]]:
    """A suite's `expect:`: expectations, or the name of a policy file, which counts from the suite's folder. Gives the
    policy and the file that it came from, if it was another one."""
    node = suite.node_of("expect")
    if node is None:
        return None, ()
    if not isinstance(node.value, str):
        expectations = read_expectations(node, suite.faults, known=known)
        return Policy(name=name or path.stem, file=path.name, sha256=_digest(path), expectations=expectations), ()
    place = Path(os.path.normpath(path.parent / node.value))
    if not place.is_file():
        suite.fault("expect", f"there is no file {node.value}", remedy="Paths count from the suite's folder.")
        return None, ()
    policy, found = read_policy(place, known=known)
    suite.faults += found
    return policy, (place,)


def read_expectations(node: Node, faults: list[Fault], *, known: KnownWords) -> tuple[Expectation, ...]:
    """The expectations below `expect:`, by their names."""
    if not isinstance(node.value, dict) or not node.value:
        faults.append(
            node.fault(
                "expect must name at least one expectation",
                remedy="Write `nothing-before-a-choice: {says: ..., forbid: {when: before any choice}}`.",
            )
        )
        return ()
    found = []
    for name, content in node.value.items():
        if not _NAME.fullmatch(name):
            remedy = "Letters, digits, - _ and . make a name that fits files and tests."
            faults.append(node.key_fault(name, f"{name!r} is no name for an expectation", remedy=remedy))
        made = _expectation(name, content, faults, known)
        if made is not None:
            found.append(replace(made, line=node.key_lines.get(name, content.line)))
    return tuple(found)


def _expectation(name: str, node: Node, faults: list[Fault], known: KnownWords) -> Expectation | None:
    present = [kind for kind in _KINDS if isinstance(node.value, dict) and kind in node.value]
    fields = Fields(node, faults, known=(*_KEYS, *_NARROWING), what=f"expectation {name}")
    for key in _NARROWING if present == ["forbid"] else ():
        if key in fields:
            fields.fault(key, f"unknown key {key!r} beside forbid", remedy=f"Put {key!r} into forbid.")
    if len(present) != 1:
        said = f"has {' and '.join(present)}" if present else "forbids nothing"
        faults.append(node.fault(f"expectation {name} {said}", remedy=f"Give it one of: {', '.join(_KINDS)}."))
        return None
    made = _READERS[present[0]](name, fields, known)
    says = fields.text("says") or made.says
    if not says:
        fields.require("says")
    allow = (*made.allow, *_scopes(fields, "allow", known))
    return replace(made, says=says, allow=allow, means=_means(fields, made))


def _means(fields: Fields, made: Expectation) -> Means:
    if "means" not in fields:
        return made.means
    if "after_opt_out" in fields:
        remedy = f"Write one of: {', '.join(_AFTER_NO)}."
        fields.fault("means", "after_opt_out says by itself what counts", remedy=remedy)
    return _word(fields, "means", _MEANS) or made.means


def _forbid(name: str, fields: Fields, known: KnownWords) -> Expectation:
    node = fields.node_of("forbid")
    assert node is not None
    if node.value == {} or not isinstance(node.value, dict):
        remedy = "Say what: `{trackers: any}` forbids everything."
        fields.fault("forbid", "forbid must say what is forbidden", remedy=remedy)
        return Expectation(name=name, says="", forbid=Scope())
    return Expectation(name=name, says="", forbid=read_scope(node, fields.faults, known=known, what="forbid"))


def _allow_only(name: str, fields: Fields, known: KnownWords) -> Expectation:
    allowed = _scopes(fields, "allow_only", known)
    return Expectation(name=name, says="", forbid=scope_of(fields, known), allow=allowed)


def _notice(name: str, fields: Fields, known: KnownWords) -> Expectation:
    """Third parties that the privacy notice names; an empty list is a notice that names nobody."""
    node = fields.node_of("notice")
    named = () if node is None or node.value == () else checked(fields, "notice", known.trackers)
    if node is not None and node.value != () and not named:
        fields.fault("notice", "notice must name trackers", remedy="Write [slug, slug], or [] when it names nobody.")
    forbid = replace(scope_of(fields, known), but_trackers=named)
    but = f"but those that the privacy notice names: {', '.join(named)}" if named else "(the privacy notice names none)"
    return Expectation(name=name, says=f"Nobody gets anything {but}", forbid=forbid)


def _after_opt_out(name: str, fields: Fields, known: KnownWords) -> Expectation:
    means = _word(fields, "after_opt_out", _AFTER_NO) or Means.SENT
    forbid = replace(scope_of(fields, known), hearings=(Hearing.OPTED_OUT,))
    words = {kind: word for word, kind in _AFTER_NO.items()}[means]
    return Expectation(name=name, says=f"After a tracker was told no: {words}", forbid=forbid, means=means)


_READERS: Mapping[str, Callable[[str, Fields, KnownWords], Expectation]] = {
    "forbid": _forbid,
    "allow_only": _allow_only,
    "notice": _notice,
    "after_opt_out": _after_opt_out,
}


def _scopes(fields: Fields, key: str, known: KnownWords) -> tuple[Scope, ...]:
    """One scope or a list of them."""
    node = fields.node_of(key)
    if node is None:
        return ()
    items = node.value if isinstance(node.value, tuple) else (node,)
    if not items:
        fields.fault(key, f"{key} is empty", remedy="Name at least one, or leave it out.")
    return tuple(read_scope(item, fields.faults, known=known, what=key) for item in items)


def _word(fields: Fields, key: str, words: Mapping[str, Means]) -> Means | None:
    node = fields.node_of(key)
    if node is None:
        return None
    word = text_of(node, fields.faults, what=key)
    if word and word not in words:
        fields.fault(key, f"unknown {key} {word!r}", remedy=suggestion(word, words))
    return words.get(word)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
