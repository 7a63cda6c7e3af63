"""From the case file through analysis back into it: raw tables in, derived tables out, the same rows every time.

Run by run, in one transaction: of a run that is done only what comparing needs stays in memory, and of the one under
way no decoded text does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.analyse import analyse_run
from harness.analyse.judging.expectations import Heard, hear, judge_policies
from harness.analyse.linking.linkage import Share, link, share
from harness.model.findings import Analysis, Payload, RunFacts, Verdict
from harness.model.linkage import Linkage
from harness.model.policy import Judgement, Policy
from harness.model.tracker import Pack
from harness.store import CaseFile, derived, overall, raw
from harness.store.foreseen import foreseen
from harness.store.settings import setting

_BATCH = 500  # payloads written at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What an analysis concluded, without the rows that it wrote: `verdicts` by run, oldest run first."""

    verdicts: dict[str, tuple[Verdict, ...]] = field(default_factory=dict)
    linkage: Linkage = field(default_factory=Linkage)
    judgements: tuple[Judgement, ...] = ()


def analyse(
    case: CaseFile,
    pack: Pack,
    *,
    policy: Policy | None = None,
    progress: Callable[[str], None] = lambda run: None,
) -> Examined:
    """Analyse every run of the case with these hook files and rewrite the derived tables, in one transaction. A
    `policy` stands in for those that the runs were made with. `progress` is told each run as its turn comes. Raises
    CaseError when the file cannot be written."""
    with case.transaction() as db:
        derived.forget(db)
        work = _Work(case=case, pack=pack, policy=policy, stored=overall.policies(db))
        for run in raw.run_ids(db):
            progress(run)
            work.run(run)
        linkage, judgements = link(work.shares), judge_policies(work.heard)
        derived.write_case(db, linkage, judgements)
    return Examined(verdicts=work.verdicts, linkage=linkage, judgements=judgements)


@dataclass(slots=True, kw_only=True)
class _Work:
    """One analysis under way."""

    case: CaseFile
    pack: Pack
    policy: Policy | None
    stored: dict[str, Policy]
    verdicts: dict[str, tuple[Verdict, ...]] = field(default_factory=dict)
    shares: list[Share] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def run(self, run: str) -> None:
        """Analyse a run, write what it gave, and keep of it what comparing needs."""
        db = self.case.db
        facts = raw.run_facts(db, run)
        found = self._analysed(facts)
        derived.write_run(db, run, found, self.pack)
        self.verdicts[run] = found.verdicts
        self.shares.append(share(setting(db, run), found, raw.persona(db, run)))
        policy = self.policy or self.stored.get(overall.policy_of(db, run) or "")
        if policy is not None:
            self.heard.append(hear(policy, run=facts, steps=raw.steps(db, run), found=found))

    def _analysed(self, facts: RunFacts) -> Analysis:
        db, run = self.case.db, facts.run
        payloads = _Payloads(self.case, run)
        found = analyse_run(
            run=facts,
            events=raw.events(db, run),
            blobs=raw.Payloads(db),
            stacks=raw.stacks(db),
            hooks=raw.hooks(db, run),
            steps=raw.steps(db, run),
            persona=raw.persona(db, run),
            pack=self.pack,
            foreseen=foreseen(db, run),
            rest=raw.rest_files(db, run),
            keep=payloads.keep,
        )
        payloads.write()
        return found


@dataclass(slots=True)
class _Payloads:
    """Payloads of one run on their way into the table."""

    case: CaseFile
    run: str
    waiting: list[Payload] = field(default_factory=list)

    def keep(self, payload: Payload) -> None:
        self.waiting.append(payload)
        if len(self.waiting) >= _BATCH:
            self.write()

    def write(self) -> None:
        derived.write_payloads(self.case.db, self.run, self.waiting)
        self.waiting.clear()
