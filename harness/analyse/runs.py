"""One run from raw rows to findings. Pure: no clock, no files, the same result for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.analyse.attribute import Attribution
from harness.analyse.consent import Timeline, consent_call
from harness.analyse.decode import Decoded, Leaf, decode
from harness.analyse.disclose import Discloser, Material
from harness.analyse.judge import judge
from harness.analyse.payloads import Assembler, Content
from harness.analyse.requests import Requests, Sent
from harness.analyse.steps import pairs
from harness.analyse.transmissions import Explained, Linker
from harness.analyse.values import Tree
from harness.model.facts import PersonaValue
from harness.model.findings import (
    Analysis,
    AnalysisFault,
    ConsentCall,
    Payload,
    RunFacts,
    StoredEvent,
    StoredHook,
    StoredStep,
    Transmission,
)
from harness.model.tracker import Hook, Layer, Pack, Role

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
) -> Analysis:
    """Everything derived from one run. `events` come ordered by (process, seq)."""
    work = _Work(run=run, blobs=blobs, stacks=stacks, steps=steps, persona=persona, pack=pack)
    for event in events:
        work.take(event)
    found = work.finish()
    verdicts = judge(
        run=run,
        trackers=pack.trackers,
        platform=pack.platform,
        hooks=hooks,
        disclosures=found.disclosures,
        transmissions=found.transmissions,
    )
    return replace(found, verdicts=verdicts)


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
    ) -> None:
        self._run = run
        self._hooks = {hook.key: hook for hook in pack.hooks(run.runtime)}
        self._switches = {tracker.slug: tracker.consent for tracker in pack.trackers}
        self._timeline = Timeline(steps)
        attribution = Attribution(pack.trackers, package=run.package, own_hosts=run.own_hosts)
        self._attribution = attribution
        self._assembler = Assembler(blobs=blobs, stacks=stacks, attribution=attribution)
        self._requests = Requests(self._assembler.plain)
        self._linker = Linker(attribution)
        self._unknown: dict[str, int] = {}
        self.discloser = Discloser(run=run.run, trackers=pack.trackers, persona=persona, timeline=self._timeline)
        self.payloads: dict[tuple[str, int], Payload] = {}
        self.transmissions: list[Transmission] = []
        self.consent_calls: list[ConsentCall] = []

    def take(self, event: StoredEvent) -> None:
        if event.pulse is not None:
            return
        hook = self._hooks.get(event.hook)
        if hook is None:
            self._unknown[event.hook] = self._unknown.get(event.hook, 0) + 1
            return
        if hook.role in (Role.HEADER, Role.REQUEST):
            sent = self._requests.take(event, hook)
            if sent is not None:
                self._sent(sent)
            return
        self._consent(event, hook)
        content = self._assembler.take(event, hook)
        if content is not None:
            self._content(content)

    def finish(self) -> Analysis:
        """What was found, without verdicts."""
        for content in self._assembler.rest():
            self._content(content)
        return Analysis(
            payloads=tuple(self.payloads[key] for key in sorted(self.payloads)),
            disclosures=self.discloser.disclosures(),
            transmissions=tuple(self.transmissions),
            consent_calls=tuple(self.consent_calls),
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
        return (*self._assembler.faults, *unknown, *refused)

    def _consent(self, event: StoredEvent, hook: Hook) -> None:
        if hook.tracker is None:
            return
        switches = self._switches.get(hook.tracker, ())
        made = consent_call(event, switches, tracker=hook.tracker, step=self._timeline.step(event))
        if made is not None:
            self.consent_calls.append(made)

    def _content(self, content: Content) -> None:
        self._linker.remember(content)
        if not content.owner.known:
            return
        self._keep(content)
        self.discloser.add(
            Material(
                event=content.event,
                owner=content.owner,
                layer=content.hook.layer,
                leaves=content.decoded.leaves,
                tree=content.decoded.tree,
            )
        )

    def _keep(self, content: Content) -> None:
        decoded = "" if content.decoded.opaque else content.decoded.as_json()
        if len(decoded) > _LONGEST_DECODED:
            decoded = ""
            note = f"the decoded payload is longer than {_LONGEST_DECODED} characters and is not kept"
            self._fault(content.event, note)
        step = self._timeline.step(content.event)
        self.payloads[content.key] = Payload(
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
        )

    def _sent(self, sent: Sent) -> None:
        if sent.not_connected:
            self._fault(sent.event, f"{sent.method} {sent.host} did not leave the device: {sent.not_connected}")
            return
        body = decode(sent.body) if sent.body is not None else None
        for note in body.notes if body else ():
            self._fault(sent.event, note)
        made = self._linker.explain(sent, body, self._assembler.frames(sent.event))
        if made.trace is not None and made.trace.content is not None:
            self._keep(made.trace.content)
        self.transmissions.append(self._transmission(sent, made))
        if self._attribution.is_own(sent.host) and not made.owner.known:
            return
        tree, leaves = _request_tree(sent, body)
        self.discloser.add(Material(event=sent.event, owner=made.owner, layer=Layer.WIRE, leaves=leaves, tree=tree))

    def _transmission(self, sent: Sent, made: Explained) -> Transmission:
        step = self._timeline.step(sent.event)
        return Transmission(
            run=self._run.run,
            process=sent.event.process,
            seq=sent.event.seq,
            at_ms=sent.event.at_ms,
            step=step,
            phase=self._timeline.phase(step),
            consent=self._timeline.consent(step),
            host=sent.host,
            path=sent.path,
            method=sent.method,
            headers=sent.headers,
            body_sha256=sent.body_sha256,
            bytes_out=len(sent.body) if sent.body is not None else 0,
            tracker=made.owner.tracker,
            attributed_by=made.owner.how,
            explanation=made.explanation,
            explained_by=made.trace.key if made.trace is not None else None,
            blind=made.blind,
        )

    def _fault(self, event: StoredEvent, message: str) -> None:
        self._assembler.faults.append(
            AnalysisFault(process=event.process, seq=event.seq, where=event.hook, message=message)
        )


def _request_tree(sent: Sent, body: Decoded | None) -> tuple[Tree, list[Leaf]]:
    """A request as one tree: /path, /query/NAME, /headers/NAME and, decoded, /body."""
    path, _, query = sent.path.partition("?")
    address = decode({"path": path, "query": pairs(query), "headers": dict(sent.headers)})
    leaves = list(address.leaves)
    tree: Tree = dict(address.tree)
    if body is not None:
        tree["body"] = body.tree
        leaves += [
            Leaf(path=f"/body{leaf.path}", text=leaf.text, chain=leaf.chain, is_key=leaf.is_key) for leaf in body.leaves
        ]
    return tree, leaves
