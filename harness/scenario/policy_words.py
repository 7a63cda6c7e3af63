"""The closed lists of policy files, and the scopes that are written with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from harness.model.errors import Fault
from harness.model.findings import UNATTRIBUTED, Consent, Grade
from harness.model.policy import Hearing, Scope
from harness.yamlfields import Fields, text_of
from harness.yamlmarks import Node, suggestion

ANY = "any"
SCOPE_KEYS = ("trackers", "except", "categories", "when", "phases", "variants", "told", "proof")
WHEN: Mapping[str, Consent] = {consent.value: consent for consent in Consent}
TOLD: Mapping[str, Hearing] = {"nothing": Hearing.NOTHING, "yes": Hearing.OPTED_IN, "no": Hearing.OPTED_OUT}
PROOF: Mapping[str, Grade] = {
    "planted value": Grade.PLANTED,
    "value read from the device": Grade.DEVICE,
    "field's meaning": Grade.FIELD,
}
WORD = TypeVar("WORD")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWords:
    """What a file's words are checked against; None where the caller does not know."""

    trackers: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    variants: tuple[str, ...] | None = None
    phases: tuple[str, ...] | None = None


def read_scope(node: Node, faults: list[Fault], *, known: KnownWords, what: str) -> Scope:
    """Which hand-overs are meant."""
    return scope_of(Fields(node, faults, known=SCOPE_KEYS, what=what), known)


def scope_of(fields: Fields, known: KnownWords) -> Scope:
    """The scope that these keys of a mapping describe."""
    slugs = None if known.trackers is None else (*known.trackers, UNATTRIBUTED)
    return Scope(
        trackers=checked(fields, "trackers", slugs),
        but_trackers=checked(fields, "except", slugs),
        categories=checked(fields, "categories", known.categories),
        consents=_translated(fields, "when", WHEN),
        phases=checked(fields, "phases", known.phases),
        variants=checked(fields, "variants", known.variants),
        hearings=_translated(fields, "told", TOLD),
        grades=_translated(fields, "proof", PROOF),
    )


def _translated(fields: Fields, key: str, words: Mapping[str, WORD]) -> tuple[WORD, ...]:
    return tuple(words[word] for word in checked(fields, key, words) if word in words)


def checked(fields: Fields, key: str, allowed: Iterable[str] | None) -> tuple[str, ...]:
    """One word or a list of them; `any` stands for no narrowing, and gives none."""
    node = fields.node_of(key)
    if node is None:
        return ()
    items = node.value if isinstance(node.value, tuple) else (node,)
    if not items:
        fields.faults.append(node.fault(f"{key} is empty", remedy="Leave it out to mean any, or name at least one."))
    words = [text_of(item, fields.faults, what=key) for item in items]
    if words == [ANY]:
        return ()
    for item, word in zip(items, words, strict=True):
        if word == ANY:
            fields.faults.append(item.fault(f"{ANY!r} stands beside other {key}", remedy="Keep one or the other."))
        elif word and allowed is not None and word not in set(allowed):
            fields.faults.append(item.fault(f"unknown word {word!r} in {key}", remedy=suggestion(word, allowed)))
    return tuple(dict.fromkeys(word for word in words if word))
