"""One run from raw rows to findings. Pure: no clock, no files, the same result for the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from harness.analyse.attribute import Attribution
from harness.analyse.captures import Captures, Carriers
from harness.analyse.detecting.disclose import Discloser, Material
from harness.analyse.detecting.observe import Observer
from harness.analyse.judging.consent import Statements, Timeline
from harness.analyse.judging.judge import judge
from harness.analyse.linking.samples import Sampler
from harness.analyse.nesting import Nesting
from harness.analyse.outgoing import Outgoing
from harness.analyse.pairs import Pairs, key_of, short
from harness.analyse.payloads import Assembler, Content
from harness.analyse.rest import kept_values
from harness.analyse.story import Stories
from harness.analyse.transmissions import Linker
from harness.analyse.unclaimed import Nobodys
from harness.model.facts import PersonaValue
from harness.model.findings import (
    Analysis,
    AnalysisFault,
    Payload,
    RunFacts,
    StoredEvent,
    StoredHook,
    StoredStep,
)
from harness.model.hook import Hook, Layer, Role
from harness.model.preflight import Preflight
from harness.model.rest import RestStored
from harness.model.tracker import Pack

_LONGEST_DECODED = 1_000_000  # characters of decoded JSON kept for the report


def analyse_run(
    *,
    run: RunFacts,
    events: Iterable[StoredEvent],
    blobs: Mapping[str, bytes],
    stacks: Mapping[str, Sequence[str]],
    hooks: Sequence[StoredHook],
    steps: Sequence[StoredStep],
    persona: Sequence[PersonaValue],
    pack: Pack,
    foreseen: Preflight | None = None,
    rest: Sequence[RestStored] = (),
    keep: Callable[[Payload], None] | None = None,
) -> Analysis:
    """Everything derived from one run. `events` come ordered by (process, seq). `foreseen` is what was known of the app
    before it ran; `rest` what was collected from the phone. With `keep`, payloads are given to it one by one and are
    not in the result: their texts are most of what a long run makes."""
    payloads: dict[tuple[str, int], Payload] = {}
    work = _Work(
        run=run,
        blobs=blobs,
        stacks=stacks,
        steps=steps,
        persona=persona,
        pack=pack,
        foreseen=foreseen,
        keep=keep or (lambda payload: payloads.update({(payload.process, payload.seq): payload})),
    )
    for event in events:
        work.take(event)
    found = work.finish()
    kept = kept_values(
        rest,
        run=run.run,
        started_ms=min((step.started_ms for step in steps), default=0.0),
        blobs=blobs,
        trackers=pack.trackers,
        persona=persona,
        told=found.disclosures,
    )
    ordered = tuple(payloads[key] for key in sorted(payloads))
    found = replace(found, payloads=ordered, rest=kept.values, faults=(*found.faults, *kept.faults))
    return replace(found, verdicts=judge(run=run, pack=pack, hooks=hooks, found=found, foreseen=foreseen))


class _Work:
    """One run under analysis."""

    def __init__(
        self,
        *,
        run: RunFacts,
        blobs: Mapping[str, bytes],
        stacks: Mapping[str, Sequence[str]],
        steps: Sequence[StoredStep],
        persona: Sequence[PersonaValue],
        pack: Pack,
        foreseen: Preflight | None,
        keep: Callable[[Payload], None],
    ) -> None:
        self._run = run.run
        self._persona = persona
        self._hooks = {hook.key: hook for hook in pack.hooks(run.runtime)}
        self._switches = {tracker.slug: tracker.consent for tracker in pack.trackers}
        self._timeline = Timeline(steps)
        attribution = Attribution(pack.trackers, package=run.package, own_hosts=run.own_hosts, foreseen=foreseen)
        self._attribution = attribution
        self._captures = Captures(blobs=blobs, stacks=stacks)
        carriers = Carriers()
        self._assembler = Assembler(captures=self._captures, carriers=carriers, attribution=attribution)
        self._pairs = Pairs()
        self._linker = Linker(attribution, self._pairs)
        self._stories = Stories(run=run.run, pairs=self._pairs, timeline=self._timeline)
        self._calls = Nesting()
        self._unknown: dict[str, int] = {}
        self.discloser = Discloser(run=run.run, trackers=pack.trackers, persona=persona, timeline=self._timeline)
        self._observer = Observer(run=run.run, persona=persona, steps=steps, timeline=self._timeline)
        self._nobodys = Nobodys(self.discloser.detector)
        self._outgoing = Outgoing(
            run=run.run,
            attribution=attribution,
            captures=self._captures,
            carriers=carriers,
            timeline=self._timeline,
            linker=self._linker,
            stories=self._stories,
            disclose=self._disclose,
        )
        self._samples = Sampler()
        self._give = keep
        self._kept: set[tuple[str, int]] = set()
        self._heard: set[str] = set()
        self._statements = Statements()

    def take(self, event: StoredEvent) -> None:
        if event.pulse is not None:
            return
        hook = self._hooks.get(event.hook)
        if hook is None:
            self._unknown[event.hook] = self._unknown.get(event.hook, 0) + 1
            return
        if hook.role is Role.PRESENCE:
            return
        self._host(event, hook)
        if self._outgoing.takes(hook):
            self._outgoing.take(event, hook)
            return
        self._consent(event, hook)
        if (key := key_of(event, hook)) is not None:
            self.discloser.keyed.key(self._captures.read(event, key))
        content = self._assembler.take(event, hook)
        if content is not None:
            self._content(content)

    def finish(self) -> Analysis:
        """What was found, without verdicts."""
        for content in self._assembler.rest():
            self._content(content)
        transmissions = self._outgoing.finish()
        for content in self._outgoing.unclaimed:
            self._keep(content)
        disclosures = self.discloser.disclosures(self._pairs.hashes())
        return Analysis(
            disclosures=disclosures,
            observations=self._observer.observations(),
            samples=self._samples.samples(self._run, disclosures=disclosures, persona=self._persona),
            heard=frozenset(self._heard),
            transmissions=transmissions,
            stories=self._stories.stories(),
            consent_calls=self._statements.calls,
            unclaimed=self._nobodys.counted(self._stories.claimed() | self._outgoing.to_own),
            faults=self.faults(),
        )

    def faults(self) -> tuple[AnalysisFault, ...]:
        unknown = [
            AnalysisFault(process=None, seq=None, where=key, message=f"{count} events of a hook that no hook file has")
            for key, count in sorted(self._unknown.items())
        ]
        refused = [
            AnalysisFault(process=None, seq=None, where=f"persona {refusal.name}", message=refusal.why)
            for refusal in self.discloser.detector.refusals
        ]
        return (*self._captures.faults, *unknown, *refused, *self._samples.faults(), *self._observer.faults())

    def _host(self, event: StoredEvent, hook: Hook) -> None:
        """The app told a tracker's code where to send."""
        said = self._captures.read(event, hook.host) if hook.host is not None else None
        if isinstance(said, str) and hook.tracker is not None:
            step = self._timeline.label(self._timeline.step(event))
            by = short(hook) + (f" in step {step!r}" if step else "")
            self._attribution.learn(said, tracker=hook.tracker, process=event.process, at_ms=event.at_ms, by=by)

    def _consent(self, event: StoredEvent, hook: Hook) -> None:
        if hook.tracker is None:
            return
        switches = self._switches.get(hook.tracker, ())
        self._statements.take(event, switches, tracker=hook.tracker, step=self._timeline.step(event))

    def _content(self, content: Content) -> None:
        self._linker.remember(content)
        if content.made is not None:
            self._pairs.remember(content.key, ended=content.ended, made=content.made, decoded=content.decoded)
            self.discloser.keyed.made(content.made)
        if content.hook.layer is Layer.API:
            self._stories.said(content)
        else:
            self._stories.seen(content)
        if not content.owner.known:
            self._nobodys.take(content, has_stack=bool(self._captures.frames(content.event)))
            return
        self._keep(content)
        outer = self._outer(content)
        self._disclose(
            Material(
                event=content.event,
                hand_over=content.core if outer is None else f"call {outer.process} {outer.seq}",
                owner=content.owner,
                layer=content.hook.layer,
                leaves=content.decoded.leaves,
                tree=content.decoded.tree,
                repeats=outer is not None and outer is not content.event,
            )
        )

    def _disclose(self, material: Material) -> None:
        named = self.discloser.add(material)
        self._observer.take(material, named=named)
        self._samples.take(material)

    def _outer(self, content: Content) -> StoredEvent | None:
        """Of a public call the one of the app that led to it, be it this one: one call of the app is one hand-over,
        whatever it calls in turn. None for a payload, which is one hand-over also when it is seen twice or sent again.
        """
        if content.hook.layer is not Layer.API:
            return None
        return self._calls.outer(content.event, content.owner.tracker) or content.event

    def _keep(self, content: Content) -> None:
        if content.key in self._kept:
            return
        self._kept.add(content.key)
        self._heard.add(content.owner.tracker)
        decoded = "" if content.decoded.opaque else content.decoded.as_json()
        if len(decoded) > _LONGEST_DECODED:
            decoded = ""
            note = f"the decoded payload is longer than {_LONGEST_DECODED} characters and is not kept"
            self._captures.fault(content.event, note)
        step = self._timeline.step(content.event)
        self._give(
            Payload(
                process=content.event.process,
                seq=content.event.seq,
                parts=content.parts,
                hook=content.hook.key,
                layer=content.hook.layer,
                tracker=content.owner.tracker,
                attributed_by=content.owner.how,
                meaning=content.hook.meaning,
                step=step,
                at_ms=content.event.at_ms,
                sha256=content.sha256,
                size=content.size,
                decoded=decoded,
                chain=content.decoded.chain,
                undone=content.decoded.undone,
            )
        )
