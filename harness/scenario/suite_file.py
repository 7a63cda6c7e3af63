"""Suite files: which app, which flow, in which variants, in what case. All faults of the suite and its flow at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.model.policy import Policy
from harness.model.tracker import Pack
from harness.scenario.flow import Flow
from harness.scenario.load import read_flow, shown
from harness.scenario.policy_file import expected_of_suite, known_words
from harness.yamlfields import Fields
from harness.yamlmarks import load_marked

_KEYS = (
    "case",
    "summary",
    "app",
    "app_name",
    "package_file",
    "own_hosts",
    "flow",
    "env",
    "secrets",
    "variants",
    "expect",
)
_CASE_KEYS = ("reference", "operator", "authority", "purpose", "test_account", "delete_by")
_VARIANT_KEYS = ("summary", "env")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWords:
    """Who measures, for whom and by what right; the fields of the case file's header."""

    reference: str = ""
    operator: str = ""
    authority: str = ""
    purpose: str = ""
    test_account: str = ""
    delete_by: str = ""  # ISO date


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The flow once more, with other values."""

    name: str
    summary: str = ""
    env: Mapping[str, str] = field(default_factory=dict)  # the suite's and its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A plan: one run per variant and device."""

    path: Path
    case: CaseWords
    app: str
    flow: Flow
    variants: tuple[Variant, ...]
    summary: str = ""
    app_name: str = ""  # as people know it, for the report
    package_file: Path | None = None  # installed first
    own_hosts: tuple[str, ...] = ()  # regular expressions of the app's own servers: talking to them is no disclosure
    secrets: frozenset[str] = frozenset()  # further names whose values are blotted out of steps and the journal
    policy: Policy | None = None  # what is expected of the app


def load_suite(path: Path, *, names: Iterable[str] | None = None, pack: Pack | None = None) -> Suite:
    """The suite with its flow; InputError lists all faults. `names` as for load_flow: those of the persona. With a
    `pack` the trackers and categories of `expect:` are checked too."""
    suite, faults = read_suite(path, names=names, pack=pack)
    if suite is None or faults:
        raise InputError(f"{path} is not a valid suite", remedy="Correct these lines.", faults=tuple(faults))
    return suite


def read_suite(
    path: Path, *, names: Iterable[str] | None = None, pack: Pack | None = None
) -> tuple[Suite | None, list[Fault]]:
    """As `load_suite`, for lint."""
    documents, faults = load_marked(path, shown=shown(path))
    if len(documents) != 1:
        if not faults:
            problem = "is not one YAML document" if documents else "is empty"
            faults = [Fault(file=shown(path), line=1, problem=problem, remedy=f"Keys: {', '.join(_KEYS)}.")]
        return None, faults
    fields = Fields(documents[0], faults, known=_KEYS, what="a suite")
    fields.require("app", "flow", "variants")
    env = fields.table("env")
    variants = _variants(fields, env)
    known = None if names is None else frozenset(names).union(*(variant.env for variant in variants))
    flow = _flow(fields, path, known)
    variant_names = tuple(variant.name for variant in variants)
    policy, _ = expected_of_suite(
        fields, path, known=known_words(pack, variants=variant_names), name=fields.text("app_name")
    )
    file = fields.optional_text("package_file")
    if flow is None:
        return None, faults
    return Suite(
        path=path,
        case=_case(fields),
        app=fields.text("app"),
        app_name=fields.text("app_name"),
        flow=flow,
        variants=variants,
        summary=fields.text("summary"),
        own_hosts=tuple(fields.pattern("own_hosts", host) for host in fields.texts("own_hosts")),
        package_file=None if file is None else Path(os.path.normpath(path.parent / file)),
        secrets=frozenset(fields.texts("secrets")),
        policy=policy,
    ), faults


def _flow(fields: Fields, path: Path, names: frozenset[str] | None) -> Flow | None:
    file = fields.text("flow")
    if not file:
        return None
    place = Path(os.path.normpath(path.parent / file))
    if not place.is_file():
        fields.fault("flow", f"there is no file {file}", remedy="Paths count from the suite's folder.")
        return None
    flow, found = read_flow(place, names=names)
    fields.faults += found
    return flow


def _case(suite: Fields) -> CaseWords:
    node = suite.node_of("case")
    if node is None:
        return CaseWords()
    fields = Fields(node, suite.faults, known=_CASE_KEYS, what="case")
    words = CaseWords(**{key: fields.text(key) for key in _CASE_KEYS})
    try:
        date.fromisoformat(words.delete_by or "2000-01-01")
    except ValueError:
        fields.fault("delete_by", f"{words.delete_by!r} is no date", remedy="Write YYYY-MM-DD.")
    return words


def _variants(suite: Fields, env: Mapping[str, str]) -> tuple[Variant, ...]:
    node = suite.node_of("variants")
    if node is None:
        return ()
    if not isinstance(node.value, dict) or not node.value:
        suite.fault("variants", "variants must name at least one", remedy="Write `accept: {env: {CHOICE: accept}}`.")
        return ()
    found: list[Variant] = []
    for name, content in node.value.items():
        fields = Fields(content, suite.faults, known=_VARIANT_KEYS, what=f"variant {name}")
        found.append(Variant(name=name, summary=fields.text("summary"), env={**env, **fields.table("env")}))
    every = set().union(*(variant.env for variant in found))
    for variant in found:
        for missing in sorted(every - set(variant.env)):
            suite.faults.append(
                node.key_fault(
                    variant.name,
                    f"variant {variant.name} has no {missing}, others have",
                    remedy="Give it here, or in the suite's env for all.",
                )
            )
    return tuple(found)
