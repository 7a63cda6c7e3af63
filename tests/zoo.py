"""A case file that an app has filled with what its payloads can do to those who read them: markup, formulas, terminal
codes, text that runs the wrong way, and too much of everything. One value of every kind stands everywhere a value of an
app can stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.model.facts import PersonaValue, Source
from harness.model.findings import (
    Analysis,
    AnalysisFault,
    Blind,
    Consent,
    ConsentCall,
    Disclosure,
    Explanation,
    Grade,
    Observation,
    Observed,
    Outcome,
    Payload,
    Transmission,
    Unclaimed,
    Verdict,
)
from harness.model.hook import Layer
from harness.model.linkage import Dossier, Identifier, Link, Linkage, Persistence, Sighting
from harness.model.policy import Broken, Judgement
from harness.model.records import HookReport, HookStatus, Ready
from harness.model.rest import RestValue
from harness.model.story import Story, StoryLink
from harness.model.tracker import Category, Pack, Tracker
from harness.store import CaseFile, CaseHeader, ProcessWriter, RunStart, derived
from tests.rows import START_MS, app, blob, device, digest, event, final, hook, numbered, ticking

OUTSIDE = "out.example"  # whoever asks this host for anything has been taken in
BROKEN = "broken"  # the title of a page in which a payload ran

HOSTILE: Mapping[str, str] = {
    "script": f"</script><script>document.title='{BROKEN}'</script>",
    "comment": f"--><script>document.title='{BROKEN}'</script><!--",
    "image": f'"><img src=https://{OUTSIDE}/a.png onerror="document.title=\'{BROKEN}\'">',
    "frame": f"<iframe src='https://{OUTSIDE}/'></iframe><svg/onload=document.title='{BROKEN}'>",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "line": "\n=1+1",
    "wide": "\N{FULLWIDTH EQUALS SIGN}1+1",
    "apostrophe": "'already quoted",
    "separators": 'a","b"\r\n=1+1;c\td',
    "backslash": "C:\\u0041\\new \\",
    "direction": "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe\N{LEFT-TO-RIGHT ISOLATE}",
    "nul": "be\0fore",
    "control": "\x01\x02\x08\x0b\x0c\x1f\x7f\x85",
    "separator": "a\N{LINE SEPARATOR}b\N{PARAGRAPH SEPARATOR}c",
    "surrogate": "\ud83d alone \udc00",
    "nothing": "\ufffe\uffff\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}",
    "terminal": "\x1b[2J\x1b]0;owned\x07\x1b]8;;https://out.example/\x07click\x1b]8;;\x07",
    "address": f"javascript:document.title='{BROKEN}'",
    "data address": f"data:text/html,<script>document.title='{BROKEN}'</script>",
    "link": f"https://{OUTSIDE}/?x=<b>",
    "markdown": f"[click](https://{OUTSIDE}/) ![x](https://{OUTSIDE}/y.png) | cell | ``` `code` <details> # *b*",
    "fence": "```\n# heading\n- [ ] task\n\n<!-- x -->",
    "workflow": "::error::owned\n::set-output name=x::y\n##[error]owned @everyone #1",
    "xml": "]]><!--&amp;&bogus; <?xml?><![CDATA[",
    "entity": '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hostname">]>&y;',
    "template": "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "sql": "'; DROP TABLE disclosure; --",
    "path": "../../../etc/hostname",
    "nonsense": "\N{COMBINING GREEK YPOGEGRAMMENI}" * 200,
    "spaces": "   ",
}
LONG = "A" * 1_000_000
LONG_KEY = "k" * 200_000
DEPTH = 400

SLUG = "alpha"
_EVERY = "".join(HOSTILE.values())


def write_zoo(path: Path | str) -> CaseFile:
    """Write the case, by the real writer, and leave it open."""
    case = CaseFile.open(path, create=True, clock=ticking(), new_id=numbered())
    wild = HOSTILE["script"]
    case.set_header(CaseHeader(reference=wild, operator=_EVERY, purpose=HOSTILE["formula"], test_account="invented"))
    facts = device()
    start = RunStart(
        flow=HOSTILE["path"],
        variant=HOSTILE["markdown"],
        app=case.add_app(replace(app(), version_name=_EVERY), label=_EVERY),
        device=case.add_device(facts),
    )
    writer = case.start_run(start, facts)
    writer.add_persona([_persona(number, text) for number, text in enumerate(HOSTILE.values())])
    steps = [writer.start_step(text, phase=text) for text in HOSTILE.values()]
    process = writer.start_process(wild, how="spawned", hooks=[hook(meaning=HOSTILE["script"])], in_flight_bound=64)
    process.sink(Ready(at_ms=START_MS, runtime="jvm", pid=1))
    process.sink(
        HookReport(
            index=0,
            status=HookStatus.FAILED,
            reason=_EVERY,
            initialised_by_us=False,
            seen_at_ms=None,
            installed_at_ms=None,
            class_name=HOSTILE["image"],
        )
    )
    _called(process)
    process.end(_EVERY)
    writer.end_run("completed", reason=_EVERY, exit_code=0)
    _conclude(case, _Cage(run=writer.run, process=process.id, steps=steps))
    return case


class _Cage:
    """Where everything is said to have happened."""

    def __init__(self, *, run: str, process: str, steps: list[str]) -> None:
        self.run, self.process, self.steps = run, process, steps


def bodies() -> list[bytes]:
    """What was sent: every text as JSON, as it is, and too much of it."""
    texts = [json.dumps({text: [text]}).encode() for text in HOSTILE.values()]
    plain = [text.encode("utf-8", "surrogatepass") for text in HOSTILE.values()]
    nested = (b"[" * DEPTH) + b"1" + (b"]" * DEPTH)
    return [*texts, *plain, json.dumps({LONG_KEY: LONG}).encode(), LONG.encode(), nested, b"", bytes(range(256))]


def _persona(number: int, text: str) -> PersonaValue:
    return PersonaValue(name=f"WILD_{number}", category="custom", value=text, source=Source.PLANTED)


def _called(process: ProcessWriter) -> None:
    for seq, body in enumerate(bodies(), start=1):
        kept = blob(body)
        process.sink(kept)
        captured = {"this.url": {"t": "string", "v": HOSTILE["address"]}}
        arguments = ({"t": "bytes", "sha256": kept.sha256, "n": len(body)}, {"t": "string", "v": _EVERY})
        process.sink(event(seq, thread_name=HOSTILE["script"], arguments=arguments, captured=captured))
    process.sink(final(len(bodies())))


def _conclude(case: CaseFile, cage: _Cage) -> None:
    payloads = tuple(_payload(cage, seq, body) for seq, body in enumerate(bodies(), start=1))
    disclosures = tuple(_disclosure(cage, seq, text) for seq, text in enumerate((*HOSTILE.values(), LONG), start=1))
    analysis = Analysis(
        payloads=payloads,
        disclosures=disclosures,
        observations=tuple(_observation(found) for found in disclosures),
        transmissions=tuple(_transmission(cage, seq, body) for seq, body in enumerate(bodies(), start=1)),
        stories=(_story(cage),),
        consent_calls=(_consent_call(cage),),
        unclaimed=(Unclaimed(why=_EVERY, code=_EVERY, hook=_EVERY, payloads=1, bytes=1, personas=(_EVERY,)),),
        rest=tuple(_rest(cage, text) for text in HOSTILE.values()),
        verdicts=_verdicts(cage, len(disclosures)),
        faults=tuple(AnalysisFault(process=cage.process, seq=1, where=text, message=text) for text in HOSTILE.values()),
    )
    with case.transaction() as db:
        derived.replace(db, {cage.run: analysis}, _pack(), linkage=_linkage(cage), judgements=_judgements(cage))


def _pack() -> Pack:
    tracker = Tracker(
        slug=SLUG,
        name=HOSTILE["script"] + HOSTILE["markdown"],
        legal_entity=_EVERY,
        country=HOSTILE["formula"],
        code=("com.alpha.",),
        hosts=("alpha[.]example$",),
        sdk_versions="",
        hooks=(),
        file=HOSTILE["path"],
    )
    kinds = tuple(
        Category(name=name, label=f"{name} {_EVERY}", description=_EVERY) for name in ("custom", HOSTILE["formula"])
    )
    return Pack(trackers=(tracker,), platform=(), sha256=digest(b"zoo"), categories=kinds)


def _payload(cage: _Cage, seq: int, body: bytes) -> Payload:
    text = HOSTILE["script"] if seq % 2 else _EVERY
    return Payload(
        process=cage.process,
        seq=seq,
        parts=(seq,),
        hook=text,
        layer=Layer.ENCODE,
        tracker=SLUG,
        attributed_by=text,
        meaning=text,
        step=cage.steps[seq % len(cage.steps)],
        at_ms=START_MS + seq,
        sha256=digest(body),
        size=len(body),
        decoded=body.decode("utf-8", "replace"),
        chain=("json", text),
    )


def _disclosure(cage: _Cage, seq: int, text: str) -> Disclosure:
    short = text[:2000]
    return Disclosure(
        run=cage.run,
        process=cage.process,
        seq=seq,
        tracker=SLUG,
        category="custom" if seq % 2 else HOSTILE["formula"],
        property=short,
        value=text,
        persona=None,
        chain=("json", short),
        path=f"/{LONG_KEY if text is LONG else short}",
        layer=Layer.ENCODE,
        step=cage.steps[seq % len(cage.steps)],
        phase=short,
        consent=Consent.BEFORE,
        at_ms=START_MS + seq,
        grade=Grade.PLANTED,
        evidence=short,
    )


def _observation(found: Disclosure) -> Observation:
    return Observation(
        run=found.run,
        process=found.process,
        seq=found.seq,
        tracker=found.tracker,
        kind=Observed.PATTERN,
        what=found.phase,
        value=found.value,
        chain=found.chain,
        path=found.path,
        layer=found.layer,
        step=found.step,
        phase=found.phase,
        consent=found.consent,
        at_ms=found.at_ms,
    )


def _transmission(cage: _Cage, seq: int, body: bytes) -> Transmission:
    texts = list(HOSTILE.values())
    text = texts[seq % len(texts)]
    return Transmission(
        run=cage.run,
        process=cage.process,
        seq=seq,
        at_ms=START_MS + seq,
        step=cage.steps[seq % len(cage.steps)],
        phase=text,
        consent=Consent.BEFORE,
        host="api.alpha.example" if seq % 2 else text,
        path=f"/v1?{text}&a={text}#{text}",
        method="POST" if seq % 3 else text,
        headers=(
            (text, text),
            ("Content-Type", text),
            ("Cookie", text),
            ("Content-Encoding", "gzip" if seq % 2 else text),
        ),
        body_sha256=digest(body),
        bytes_out=len(body),
        tracker=SLUG,
        attributed_by=text,
        explanation=Explanation.SAME_CONTENT if seq % 4 else None,
        explained_by=(cage.process, seq) if seq % 4 else None,
        blind=None if seq % 4 else Blind.UNEXPLAINED,
    )


def _story(cage: _Cage) -> Story:
    link = StoryLink(
        process=cage.process,
        seq=1,
        layer=Layer.ENCODE,
        hook=_EVERY,
        step=cage.steps[0],
        at_ms=START_MS,
        how="",
        joined=None,
        part=False,
    )
    return Story(run=cage.run, tracker=SLUG, sha256=digest(b""), links=(link,), hosts=(_EVERY,), retries=0)


def _consent_call(cage: _Cage) -> ConsentCall:
    return ConsentCall(
        process=cage.process, seq=1, tracker=SLUG, hook=_EVERY, opts_out=None, step=cage.steps[0], at_ms=START_MS
    )


def _rest(cage: _Cage, text: str) -> RestValue:
    return RestValue(
        run=cage.run,
        tracker=SLUG,
        path=text,
        place=text,
        category="custom",
        property=text,
        value=text,
        persona=None,
        note=text,
    )


def _verdicts(cage: _Cage, found: int) -> tuple[Verdict, ...]:
    texts = tuple(HOSTILE.values())
    run = Verdict(run=cage.run, tracker="", outcome=Outcome.INCONCLUSIVE, reasons=texts, disclosures=found)
    return run, replace(run, tracker=SLUG, outcome=Outcome.FINDING)


def _linkage(cage: _Cage) -> Linkage:
    identifiers = tuple(
        Identifier(
            tracker=SLUG,
            path=text,
            persistence=Persistence.SESSION,
            category="custom",
            property=text,
            runs=(cage.run,),
            apps=(text,),
            count=1,
            values=(digest(b"x"),),
            example=text,
            why=text,
        )
        for text in HOSTILE.values()
    )
    seen = Sighting(
        tracker=SLUG, run=cage.run, app=_EVERY, process=cage.process, seq=1, path=_EVERY, chain=(_EVERY, "raw")
    )
    links = tuple(
        Link(
            name=text,
            kind="planted",
            value_sha256=digest(b"x"),
            trackers=(SLUG, text),
            apps=(text,),
            resets=0,
            sightings=(seen,),
        )
        for text in HOSTILE.values()
    )
    return Linkage(identifiers=identifiers, links=links, dossiers=(_dossier(),))


def _dossier() -> Dossier:
    texts = tuple(HOSTILE.values())
    return Dossier(tracker=SLUG, own=texts, joined=((_EVERY, texts),), by=texts)


def _judgements(cage: _Cage) -> tuple[Judgement, ...]:
    outcomes = (Outcome.FINDING, Outcome.CLEAN, Outcome.INCONCLUSIVE)
    broken = Broken(
        run=cage.run,
        process=cage.process,
        seq=1,
        tracker=SLUG,
        category=HOSTILE["formula"],
        step=cage.steps[0],
        consent=Consent.BEFORE,
    )
    return tuple(
        Judgement(
            policy=HOSTILE["xml"],
            expectation=text,
            says=text,
            variant=HOSTILE["markdown"],
            outcome=outcomes[number % 3],
            found=1 if number % 3 == 0 else 0,
            runs=(cage.run,),
            broken=(broken,) if number % 3 == 0 else (),
            reasons=(text,) if number % 3 == 2 else (),
        )
        for number, text in enumerate(HOSTILE.values())
    )
