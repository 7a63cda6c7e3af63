"""The consent time line: for each tracker of a run, what it got in each stretch between the choices, what the app told
its SDK, and what went out after the SDK was told no."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.analyse.judging.occurrences import Hearings, Occurrence, occurrences, own
from harness.model.consentline import ConsentLine, Stretch
from harness.model.findings import UNATTRIBUTED, Analysis, Consent, ConsentCall, Disclosure, Transmission
from harness.model.policy import Hearing, Means
from harness.model.story import Story


def consent_lines(
    *,
    run: str,
    disclosures: Sequence[Disclosure],
    transmissions: Sequence[Transmission],
    consent_calls: Sequence[ConsentCall],
    stories: Sequence[Story] = (),
    reached: Sequence[Consent] = tuple(Consent),
) -> tuple[ConsentLine, ...]:
    """One line for each tracker that got anything, was sent anything or was told anything, by slug; what nobody claims
    last. `reached` as Timeline.reached() gives it; `stories` show what left in other words."""
    requests = [sent for sent in transmissions if not own(sent)]
    slugs = {each.tracker for group in (disclosures, requests, consent_calls) for each in group}
    return tuple(
        _line(
            run,
            slug,
            found=Analysis(
                disclosures=tuple(made for made in disclosures if made.tracker == slug),
                transmissions=tuple(sent for sent in requests if sent.tracker == slug),
                stories=tuple(story for story in stories if story.tracker == slug),
                consent_calls=tuple(call for call in consent_calls if call.tracker == slug),
            ),
            reached=reached,
        )
        for slug in sorted(slugs, key=lambda slug: (slug == UNATTRIBUTED, slug))
    )


def _line(run: str, slug: str, *, found: Analysis, reached: Sequence[Consent]) -> ConsentLine:
    hearings = Hearings(found.consent_calls)
    handed, sent, requests = (list(occurrences(found, means, hearings)) for means in Means)
    volumes = {(each.process, each.seq): each.bytes_out for each in found.transmissions}
    groups = (handed, sent, requests)
    stretches = tuple(
        (consent, _stretch([[each for each in group if each.consent is consent] for group in groups], volumes))
        for consent in reached
    )
    told_no = Hearing.OPTED_OUT in hearings.told(slug)
    afterwards = [[each for each in group if each.hearing is Hearing.OPTED_OUT] for group in groups]
    return ConsentLine(
        run=run,
        tracker=slug,
        stretches=stretches,
        told=tuple(sorted(found.consent_calls, key=lambda call: (call.at_ms, call.process, call.seq))),
        after_no=_stretch(afterwards, volumes) if told_no else None,
        unsure=tuple(unsure_reasons(handed, hearings)) if found.consent_calls else (),
    )


def unsure_reasons(every: Iterable[Occurrence], hearings: Hearings) -> Iterable[str]:
    """Why it is not known of everything whether it came before or after the SDK was told something."""
    for call in hearings.unread():
        yield f"what {call.tracker} was told about consent in event {call.seq} could not be read"
    again = {(each.tracker, each.category) for each in every if each.unsure}
    for tracker, category in sorted(again):
        yield f"{category} went to {tracker} several times in the step in which it was told: not told apart"


def _stretch(groups: Sequence[Sequence[Occurrence]], volumes: dict[tuple[str, int], int]) -> Stretch:
    """`groups`: handed, sent, requests."""
    handed, sent, requests = groups
    first = min((*handed, *requests), key=lambda each: (each.at_ms, each.process, each.seq), default=None)
    return Stretch(
        handed=tuple(sorted({each.category for each in handed})),
        sent=tuple(sorted({each.category for each in sent})),
        requests=len(requests),
        bytes_out=sum(volumes[each.process, each.seq] for each in requests),
        first_ms=None if first is None else first.at_ms,
        first_step=None if first is None else first.step,
    )
