"""What is asked of every case, as SQL: each is a page in Datasette. They read derived tables and the books alone."""

from __future__ import annotations

from typing import Any

# Names instead of ids, once for all questions.
VIEWS: dict[str, str] = {
    "told": (
        "SELECT run.variant, coalesce(tracker.name, disclosure.tracker) AS receiver, disclosure.tracker,"
        " disclosure.category, disclosure.value, disclosure.consent, step.label AS step, disclosure.phase,"
        " disclosure.grade, disclosure.layer, disclosure.times, disclosure.chain, disclosure.path, disclosure.run,"
        " disclosure.process, disclosure.seq, disclosure.position FROM disclosure JOIN run ON run.id = disclosure.run"
        " LEFT JOIN tracker ON tracker.run = disclosure.run AND tracker.slug = disclosure.tracker"
        " LEFT JOIN step ON step.id = disclosure.step"
    ),
    "sent": (
        "SELECT run.variant, coalesce(tracker.name, transmission.tracker) AS receiver, transmission.tracker,"
        " transmission.method, transmission.host, transmission.path, transmission.bytes_out, transmission.consent,"
        " step.label AS step, transmission.explanation, transmission.blind, transmission.attributed_by,"
        " transmission.run, transmission.process, transmission.seq FROM transmission"
        " JOIN run ON run.id = transmission.run"
        " LEFT JOIN tracker ON tracker.run = transmission.run AND tracker.slug = transmission.tracker"
        " LEFT JOIN step ON step.id = transmission.step"
    ),
}


def _question(title: str, description: str, sql: str) -> dict[str, Any]:
    return {"title": title, "description": description, "sql": sql, "hide_sql": True}


QUESTIONS: dict[str, dict[str, Any]] = {
    "who_got_what": _question(
        "Who got what",
        "Each kind of data that a tracker was given, by what had been chosen before.",
        "SELECT receiver, category, consent, group_concat(DISTINCT variant) AS variants, sum(times) AS times,"
        " min(value) AS example FROM told GROUP BY receiver, category, consent ORDER BY receiver, category, consent",
    ),
    "before_any_choice": _question(
        "Before any choice",
        "What was handed over before the person could choose.",
        "SELECT receiver, category, value, variant, step, grade, times, run, process, seq FROM told"
        " WHERE consent = 'before any choice' ORDER BY receiver, category, variant",
    ),
    "per_tracker": _question(
        "One tracker",
        "Everything that one tracker was given: write its slug, as in the column tracker.",
        "SELECT category, value, consent, variant, step, grade, layer, chain, path, times, run, process, seq FROM told"
        " WHERE tracker = :tracker ORDER BY category, variant, position",
    ),
    "requests": _question(
        "Requests",
        "Every request that left, and how its content is known.",
        "SELECT variant, receiver, method, host, path, bytes_out, consent, step, explanation, blind, run, process, seq"
        " FROM sent ORDER BY variant, receiver, run, seq",
    ),
    "blind_spots": _question(
        "Blind spots",
        "Requests of which nobody can say what they told whom, and payloads that nobody claims.",
        "SELECT variant, host AS what, blind AS why, count(*) AS times, sum(bytes_out) AS bytes FROM sent"
        " WHERE blind IS NOT NULL GROUP BY variant, host, blind UNION ALL"
        " SELECT run.variant, unclaimed.code, unclaimed.why, unclaimed.payloads, unclaimed.bytes FROM unclaimed"
        " JOIN run ON run.id = unclaimed.run ORDER BY 1, 4 DESC",
    ),
    "stories": _question(
        "Stories",
        "Payloads on their way: said to the tracker's code, encoded, sent.",
        "SELECT run.variant, story.tracker, story.events, story.layers, story.hosts, story.retries, story.run,"
        " story.position FROM story JOIN run ON run.id = story.run ORDER BY run.started_at_ms, story.position",
    ),
    "consent": _question(
        "Consent",
        "What the app told trackers about consent.",
        "SELECT run.variant, consent_call.tracker, CASE opts_out WHEN 1 THEN 'no' WHEN 0 THEN 'yes' ELSE 'not read' END"
        " AS told, consent_call.hook, step.label AS step, consent_call.at_ms, consent_call.process, consent_call.seq"
        " FROM consent_call JOIN run ON run.id = consent_call.run LEFT JOIN step ON step.id = consent_call.step"
        " ORDER BY run.started_at_ms, consent_call.at_ms",
    ),
    "links": _question(
        "Links",
        "Values by which what several trackers know can be joined.",
        "SELECT link.position, link.name, link.kind, link.trackers, link.apps, link.resets, count(sighting.run) AS"
        " sightings FROM link LEFT JOIN sighting ON sighting.link = link.position GROUP BY link.position"
        " ORDER BY link.position",
    ),
    "verdicts": _question(
        "Verdicts",
        "What each run says about each tracker; about the run as a whole where the tracker is empty.",
        "SELECT run.variant, verdict.tracker, verdict.outcome, verdict.disclosures, verdict.reasons, verdict.run"
        " FROM verdict JOIN run ON run.id = verdict.run ORDER BY run.started_at_ms, verdict.tracker",
    ),
    "expectations": _question(
        "Expectations",
        "What was expected of the app, and what the runs of each variant say to it.",
        "SELECT policy, variant, expectation, says, outcome, found, json_array_length(runs) AS of_runs, reasons, broken"
        " FROM judgement ORDER BY position",
    ),
    "faults": _question(
        "Faults",
        "What could not be done or read; none of it stopped a run.",
        "SELECT run.variant, fault.source, fault.place, fault.message, count(*) AS times FROM fault"
        " JOIN run ON run.id = fault.run GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3",
    ),
    "books": _question(
        "Books",
        "For every process: called = stored + dropped + lost, and the signs of life that came.",
        "SELECT run.variant, process.name, process.books, process.called, process.stored, process.dropped,"
        " process.lost, process.pulses_seen, process.pulses_asked, process.unknown_from_seq, process.lost_bound,"
        " process.self_check, process.run, process.id FROM process JOIN run ON run.id = process.run"
        " ORDER BY run.started_at_ms, process.started_at_ms",
    ),
}
