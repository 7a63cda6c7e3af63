"""Two sides compared. What one side lacks is a difference for sure only if that side could have shown it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from harness.model.findings import Consent
from harness.report.diff.facts import NOTHING, Facts, Place
from harness.report.diff.waivers import Waiver


class Kind(StrEnum):
    """What differs; the words of --fail-on."""

    RECIPIENT = "recipient"
    CATEGORY = "category"
    FIELD = "field"
    SDK_VERSION = "sdk-version"
    CONSENT = "consent"  # moved before the choice
    LATER = "later"  # moved behind the choice
    GONE = "gone"  # a recipient, category or field that is no longer there
    VARIANT = "variant"  # was run on one side only: nothing of it is compared


class Standing(StrEnum):
    """How well the difference is proven."""

    SURE = "sure"
    UNSURE = "unsure"  # the side that lacks it could not have shown it for certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference, the largest that says it: a new recipient is not listed again field by field."""

    kind: Kind
    place: Place
    words: str
    standing: Standing = Standing.SURE
    reasons: tuple[str, ...] = ()  # why it is unsure
    since: Consent | None = None  # of what is new, or was moved
    step: str = ""  # label of the step in which that was first seen, where it is known
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that differs from `old` to `new`. `doubts` are sentences about the newer side: what it may have missed."""

    old: str
    new: str
    differences: tuple[Difference, ...]
    doubts: tuple[str, ...] = ()
    expired: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()


def compare(old: Facts, new: Facts) -> Comparison:
    """From the older side to the newer one, in the order of variant, recipient, category and field."""
    found = [*_variants(old, new), *_sdks(old, new)]
    for variant in (each for each in new.variants if each in old.variants):
        then, now = _tree(old, variant), _tree(new, variant)
        found += _added(Kind.RECIPIENT, variant, then, now, (old, new))
        found += _removed(variant, now, then, (new, old))
        found += _moved(variant, old, new)
    order = {kind: number for number, kind in enumerate(Kind)}
    found.sort(key=lambda one: (one.place.variant, order[one.kind], one.place))
    return Comparison(old=old.name, new=new.name, differences=tuple(found), doubts=tuple(_said_doubts(new, old)))


def waive(compared: Comparison, waivers: Sequence[Waiver], *, today: date) -> Comparison:
    """The comparison with what is waived marked as such. A waiver whose day has passed covers nothing any more, and is
    named where it would have; one that fits nothing is named too."""
    fitting = [[waiver for waiver in waivers if waiver.fits(one.kind, one.place)] for one in compared.differences]
    differences = tuple(
        replace(one, waiver=next((waiver for waiver in fits if today <= waiver.until), None))
        for one, fits in zip(compared.differences, fitting, strict=True)
    )
    used = [waiver for fits in fitting for waiver in fits]
    expired = tuple(waiver for waiver in dict.fromkeys(used) if waiver.until < today)
    unused = tuple(waiver for waiver in waivers if waiver not in used)
    return replace(compared, differences=differences, expired=expired, unused=unused)


Tree = dict[str, dict[str, set[str]]]  # recipient -> category -> paths


def _tree(facts: Facts, variant: str) -> Tree:
    made: Tree = {}
    for place in facts.since:
        if place.variant == variant:
            categories = made.setdefault(place.recipient, {})
            if place.category != NOTHING:
                categories.setdefault(place.category, set()).add(place.path)
    return made


def _added(kind: Kind, variant: str, then: Tree, now: Tree, sides: tuple[Facts, Facts]) -> Iterator[Difference]:
    """What `now` has and `then` has not; `sides` are theirs. The side that lacks it may have been blind to it."""
    for recipient, categories in now.items():
        if recipient not in then:
            kinds = ", ".join(sorted(categories)) or "requests only"
            yield _one(kind, Place(variant=variant, recipient=recipient), kinds, sides)
            continue
        for category, paths in categories.items():
            known = then[recipient].get(category)
            where = Place(variant=variant, recipient=recipient, category=category)
            if known is None:
                yield _one(Kind.CATEGORY, where, ", ".join(sorted(paths)), sides)
                continue
            for path in sorted(paths - known):
                yield _one(Kind.FIELD, replace(where, path=path), "", sides)


def _removed(variant: str, now: Tree, then: Tree, sides: tuple[Facts, Facts]) -> Iterator[Difference]:
    for one in _added(Kind.RECIPIENT, variant, now, then, sides):
        yield replace(one, kind=Kind.GONE, since=None)


def _one(kind: Kind, place: Place, words: str, sides: tuple[Facts, Facts]) -> Difference:
    lacking, having = sides
    reasons = _reasons(lacking, place)
    standing = Standing.UNSURE if reasons else Standing.SURE
    since, step = first_of(having, place)
    return Difference(kind=kind, place=place, words=words, standing=standing, reasons=reasons, since=since, step=step)


def first_of(facts: Facts, place: Place) -> tuple[Consent | None, str]:
    """Where the first of all that lies at or below a place was seen, and the label of its step."""
    order = list(Consent)
    below = [each for each in facts.since if _within(each, place)]
    first = min(below, key=lambda each: (order.index(facts.since[each]), each), default=None)
    return (None, "") if first is None else (facts.since[first], facts.steps.get(first, ""))


def _within(one: Place, outer: Place) -> bool:
    same = (one.variant, one.recipient) == (outer.variant, outer.recipient)
    return same and outer.category in (NOTHING, one.category) and outer.path in (NOTHING, one.path)


def _reasons(facts: Facts, place: Place) -> tuple[str, ...]:
    """Why this side may have missed something of a recipient. Of what nobody claims, the run as a whole tells."""
    own = facts.doubts.get((place.variant, place.recipient), ())
    if own or not place.recipient.startswith("host "):
        return own
    return facts.doubts.get((place.variant, ""), ())


def _moved(variant: str, old: Facts, new: Facts) -> Iterator[Difference]:
    """Kinds of data of which the first hand-over lies elsewhere now; field by field it would be said over and over."""
    known = {replace(place, path=NOTHING) for place in old.since if place.variant == variant}
    for place in sorted(known & {replace(place, path=NOTHING) for place in new.since}):
        (before, _), (after, _) = first_of(old, place), first_of(new, place)
        if place.category == NOTHING or before is None or after is None or before is after:
            continue
        early = after is Consent.BEFORE
        if early or before is Consent.BEFORE:
            sides = (old, new) if early else (new, old)
            made = _one(Kind.CONSENT if early else Kind.LATER, place, f"{before.value} -> {after.value}", sides)
            step = first_of(new, place)[1]
            yield replace(made, since=after, step=step)


def _sdks(old: Facts, new: Facts) -> Iterator[Difference]:
    for slug in sorted(set(old.sdks) & set(new.sdks)):
        if old.sdks[slug] != new.sdks[slug]:
            words = f"{old.sdks[slug]} -> {new.sdks[slug]}"
            yield Difference(kind=Kind.SDK_VERSION, place=Place(variant="", recipient=slug), words=words)
    for slug in sorted(set(new.sdks) - set(old.sdks)) if old.sdks else ():
        yield Difference(kind=Kind.SDK_VERSION, place=Place(variant="", recipient=slug), words=f"new: {new.sdks[slug]}")
    for slug in sorted(set(old.sdks) - set(new.sdks)) if new.sdks else ():
        yield Difference(
            kind=Kind.SDK_VERSION, place=Place(variant="", recipient=slug), words=f"gone: {old.sdks[slug]}"
        )


def _variants(old: Facts, new: Facts) -> Iterator[Difference]:
    for variant in sorted(set(old.variants) ^ set(new.variants)):
        side = old.name if variant in old.variants else new.name
        words = f"run in {side} only: nothing of it is compared"
        place = Place(variant=variant, recipient=NOTHING)
        yield Difference(kind=Kind.VARIANT, place=place, words=words, standing=Standing.UNSURE)


def _said_doubts(new: Facts, old: Facts) -> Iterator[str]:
    """What the newer side may have missed: it says nothing new, and that may not be so. Each reason once."""
    where: dict[str, list[str]] = {}
    for (variant, _), reasons in sorted(new.doubts.items()):
        if variant in old.variants:
            for reason in reasons:
                where.setdefault(reason, []).append(variant)
    for reason, variants in where.items():
        yield f"{reason} ({', '.join(dict.fromkeys(variants))})"
