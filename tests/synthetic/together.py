"""What all runs of the study would give together, by hand: shared values, identifiers, what a policy says to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.model.findings import Analysis, Consent, Disclosure, Observation, Observed, Outcome
from harness.model.linkage import Dossier, Identifier, Link, Linkage, Persistence, Sighting
from harness.model.policy import Broken, Judgement
from tests.rows import digest

_SAYS = {
    "nothing-before-a-choice": "No tracker is handed anything before a choice is made.",
    "no-label-to-anyone": "Nobody is handed what the person calls a device.",
}


def linkage(analyses: Mapping[str, Analysis]) -> Linkage:
    """The e-mail address and the carrier join two trackers; Alpha's own id outlives a reset."""
    every = [found for analysis in analyses.values() for found in analysis.disclosures]
    email = [found for found in every if found.persona == "EMAIL"]
    carrier = [found for found in every if found.category == "carrier"]
    links = (
        _link("EMAIL", "planted", "jo.4471@canary.example", email, resets=0),
        _link("carrier", "device", "Canary Mobile", carrier, resets=2),
    )
    own = Identifier(
        tracker="alpha",
        path="/*/properties/distinct_id",
        persistence=Persistence.PERSISTENT,
        category="persistent_id",
        property="distinct_id",
        runs=tuple(analyses),
        apps=("com.example.doorbell",),
        count=1,
        values=(digest(b"6f1c-2a90"),),
        example="6f1c-2a90",
        why="the same in 3 of 3 runs, after a reset before each",
    )
    dossiers = (
        Dossier(
            tracker="alpha",
            own=("name", "email", "carrier"),
            joined=(("gamma", ("sensors",)),),
            by=("EMAIL", "carrier"),
        ),
        Dossier(tracker="gamma", own=("email", "sensors"), joined=(("alpha", ("name",)),), by=("EMAIL",)),
    )
    return Linkage(identifiers=(own,), links=tuple(link for link in links if link.sightings), dossiers=dossiers)


def judgements(analyses: Mapping[str, Analysis], variants: Mapping[str, str]) -> tuple[Judgement, ...]:
    """The first expectation is broken in every variant, the second one only after accepting; what was not seen whole is
    inconclusive. `variants` are the runs' names."""
    told = []
    for name, says in _SAYS.items():
        for run, variant in variants.items():
            wanted = [found for found in analyses[run].disclosures if _breaks(name, found)]
            unsure = not wanted and variant == "reject"
            told.append(
                Judgement(
                    policy="study",
                    expectation=name,
                    says=says,
                    variant=variant,
                    outcome=Outcome.FINDING if wanted else Outcome.INCONCLUSIVE if unsure else Outcome.CLEAN,
                    found=int(bool(wanted)),
                    runs=(run,),
                    broken=tuple(_broken(found) for found in wanted),
                    reasons=("a sign of life did not come",) if unsure else (),
                )
            )
    return tuple(told)


def observations(disclosures: Sequence[Disclosure]) -> tuple[Observation, ...]:
    """Beside what is proved: a checksum that fits, and something with the shape of an address."""
    first = next((found for found in disclosures if found.tracker == "gamma"), None)
    if first is None:
        return ()
    same = {
        name: getattr(first, name)
        for name in ("run", "process", "seq", "tracker", "chain", "layer", "step", "phase", "consent", "at_ms")
    }
    return (
        Observation(kind=Observed.WEAK_HASH, what="crc32 of EMAIL", value="9ad3c1f0", path="/h", **same),
        Observation(kind=Observed.PATTERN, what="e-mail address", value="who@elsewhere.example", path="/to", **same),
    )


def _link(name: str, kind: str, value: str, every: list[Disclosure], *, resets: int) -> Link:
    seen: dict[str, Sighting] = {}
    for found in every:
        sighting = Sighting(
            tracker=found.tracker,
            run=found.run,
            app="com.example.doorbell",
            process=found.process,
            seq=found.seq,
            path=found.path,
            chain=found.chain,
        )
        seen.setdefault(found.tracker, sighting)
    return Link(
        name=name,
        kind=kind,
        value_sha256=digest(value.encode()),
        trackers=tuple(seen),
        apps=("com.example.doorbell",),
        resets=resets,
        sightings=tuple(seen.values()),
    )


def _breaks(expectation: str, found: Disclosure) -> bool:
    if expectation == "nothing-before-a-choice":
        return found.consent is Consent.BEFORE
    return found.category == "custom"


def _broken(found: Disclosure) -> Broken:
    return Broken(
        run=found.run,
        process=found.process,
        seq=found.seq,
        tracker=found.tracker,
        category=found.category,
        step=found.step,
        consent=found.consent,
    )
