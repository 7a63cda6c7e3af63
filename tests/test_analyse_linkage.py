"""Comparing runs: how long ids last as far as the runs show, who got the same one, and what that joins."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest

from harness.analyse.linking.linkage import Share, link, share
from harness.model.facts import PersonaValue, Source
from harness.model.findings import Analysis, Consent, Disclosure, Grade
from harness.model.hook import Layer
from harness.model.linkage import Identifier, Linkage, Persistence, Sample, Setting

_A, _B, _C = "8ddc7afca5fccd7e", "5c21e0d0f7253989", "8d977165bd6f6eca"


def _setting(run: str, **changes: Any) -> Setting:
    facts: dict[str, Any] = {"app": "com.example.doorbell", "device": "phone-1", "reset": True}
    return Setting(run=run, **{**facts, **changes})


def _sample(run: str, value: str, **changes: Any) -> Sample:
    facts: dict[str, Any] = {"tracker": "alpha", "path": "/id", "process": f"{run}-p", "seq": 1, "times": 3}
    return Sample(run=run, value=value, **{**facts, **changes})


def _link(*runs: tuple[Setting, Sequence[Sample]]) -> Linkage:
    return link([Share(setting=setting, samples=tuple(samples)) for setting, samples in runs])


def _ids(*values: str | Sequence[str], settings: Sequence[Setting] = (), **changes: Any) -> Identifier | None:
    """What is said of one place that had these values, run by run."""
    runs = []
    for number, value in enumerate(values):
        setting = settings[number] if settings else _setting(f"run-{number}")
        every = [value] if isinstance(value, str) else value
        samples = [_sample(setting.run, one, seq=place + 1, **changes) for place, one in enumerate(every)]
        runs.append((setting, samples))
    found = _link(*runs).identifiers
    return found[0] if found else None


def _told(*values: str | Sequence[str], settings: Sequence[Setting] = (), **changes: Any) -> tuple[Persistence, str]:
    found = _ids(*values, settings=settings, **changes)
    assert found is not None
    return found.persistence, found.why


def test_an_id_that_outlives_resets_is_persistent() -> None:
    assert _told(_A, _A, _A, category="persistent_id") == (
        Persistence.PERSISTENT,
        "the same in 3 of 3 runs, though the app was reset twice between them; one device only",
    )


def test_a_constant_that_nothing_names_an_id_may_be_the_apps_own_key() -> None:
    persistence, why = _told(_A, _A)
    assert persistence is Persistence.PERSISTENT
    assert why.endswith("one device only: may be the app's own key")


@pytest.mark.parametrize("path", ["/branch_key", "/*/properties/token", "/appsflyerKey", "/gmpAppId", "/app_id"])
def test_a_constant_that_is_called_a_key_is_not_said_to_tell_a_phone(path: str) -> None:
    persistence, why = _told(_A, _A, path=path)
    assert persistence is Persistence.UNKNOWN
    assert "by its name it is the app's own key" in why


def test_what_two_phones_have_in_common_is_the_apps_own_and_no_identifier() -> None:
    phones = (_setting("run-0"), _setting("run-1", device="phone-2"))
    assert _ids(_A, _A, settings=phones) is None


def test_what_every_phone_has_for_itself_is_persistent_with_nothing_left_open() -> None:
    phones = [_setting(f"run-{n}", device=f"phone-{n % 2}") for n in range(4)]
    persistence, why = _told(_A, _B, _A, _B, settings=phones)
    assert persistence is Persistence.PERSISTENT
    assert why.startswith("one value on each of 2 phones, the same in all its runs")
    assert "own key" not in why


def test_an_id_that_two_phones_share_tells_neither() -> None:
    phones = (_setting("run-0"), _setting("run-1", device="phone-2"))
    assert _told(_A, _A, settings=phones, category="android_id") == (
        Persistence.UNKNOWN,
        "the same in 2 of 2 runs, on 2 phones: it tells none of them from another",
    )


def test_what_is_known_to_be_the_apps_own_is_no_identifier() -> None:
    known = [_setting(f"run-{n}", constants=frozenset({_A})) for n in range(2)]
    assert _ids(_A, _A, settings=known) is None


def test_an_id_that_is_another_one_after_each_reset_is_not_persistent() -> None:
    persistence, why = _told(_A, _B, _C, category="persistent_id")
    assert persistence is Persistence.SESSION
    assert why == (
        "one value in each of 3 runs, another one after each reset of the app; whether it would outlast a run without a"
        " reset was not tried"
    )


def test_without_a_reset_between_them_nothing_is_said_about_resets() -> None:
    kept = (_setting("run-0"), _setting("run-1", reset=False))
    persistence, why = _told(_A, _A, settings=kept, category="persistent_id")
    assert persistence is Persistence.UNKNOWN
    assert "the app was not reset between them" in why


def test_several_sessions_in_one_run_are_sessions_all_the_same() -> None:
    assert _told((_A, _B), _C)[0] is Persistence.SESSION


def test_what_is_different_nearly_every_time_is_random() -> None:
    events = [
        [f"{n:016x}" for n in range(start, start + 0x9000000000000000, 0x1234567890ABCDE)][:12] for start in (1, 2)
    ]
    persistence, why = _told(*events, times=1)
    assert (persistence, why) == (Persistence.RANDOM, "24 different values in 24 payloads")


def test_one_run_alone_shows_nothing() -> None:
    assert _told(_A, category="persistent_id") == (Persistence.UNKNOWN, "one run only: nothing to compare with")


def test_what_was_seen_once_in_each_run_may_be_of_the_session_or_of_the_event() -> None:
    assert _told(_A, _B, _C, times=1)[0] is Persistence.UNKNOWN


def test_seen_once_here_and_once_there_it_is_of_the_session() -> None:
    runs = []
    for run, value in (("run-0", _A), ("run-1", _B)):
        here = _sample(run, value, times=1)
        there = _sample(run, value.upper(), times=1, path="/x", seq=2)
        runs.append((_setting(run), [here, there]))
    assert {found.persistence for found in _link(*runs).identifiers} == {Persistence.SESSION}


def test_an_accounts_id_is_not_judged_by_runs_of_different_people() -> None:
    people = [_setting(f"run-{n}", person=(f"EMAIL=jo.{n}@canary.example",)) for n in range(3)]
    persistence, why = _told("db-1f", "db-2f", "db-3f", settings=people, category="user_id")
    assert persistence is Persistence.UNKNOWN
    assert "each run pretended to be another person" in why


def test_numbers_that_only_grow_are_no_ids() -> None:
    assert _ids("900000000000001", "900000000000002", "900000000000007") is None


def test_values_are_kept_as_their_sha256() -> None:
    found = _ids(_A, _B)
    assert found is not None
    assert found.values == tuple(hashlib.sha256(value.encode()).hexdigest() for value in (_A, _B))
    assert (found.count, found.example, found.runs) == (2, _A, ("run-0", "run-1"))


# Links and dossiers


def _disclosure(
    tracker: str, category: str, *, run: str = "run-0", persona: str | None = None, seq: int = 1
) -> Disclosure:
    return Disclosure(
        run=run,
        process=f"{run}-p",
        seq=seq,
        tracker=tracker,
        category=category,
        property=None,
        value="as written",
        persona=persona,
        chain=("json", "sha256"),
        path=f"/{category}",
        layer=Layer.ENCODE,
        step=None,
        phase="",
        consent=Consent.BEFORE,
        at_ms=1.0,
        grade=Grade.PLANTED,
    )


def _persona(name: str, category: str, value: str, source: Source = Source.PLANTED) -> PersonaValue:
    return PersonaValue(name=name, category=category, value=value, source=source)


def _shared(*disclosures: Disclosure, persona: Sequence[PersonaValue], **setting: Any) -> Share:
    return share(_setting(disclosures[0].run, **setting), Analysis(disclosures=disclosures), persona)


_EMAIL = _persona("EMAIL", "email", "jo.4471@canary.example")


def test_two_trackers_with_one_address_can_join_what_they_know() -> None:
    told = _shared(
        _disclosure("alpha", "email", persona="EMAIL"),
        _disclosure("alpha", "location", seq=2),
        _disclosure("beta", "email", persona="EMAIL", seq=3),
        _disclosure("beta", "purchase", seq=4),
        _disclosure("gamma", "sensors", seq=5),
        persona=(_EMAIL,),
    )
    found = link([told])
    (made,) = found.links
    assert (made.name, made.kind, made.trackers) == ("EMAIL", "planted", ("alpha", "beta"))
    assert made.value_sha256 == hashlib.sha256(b"jo.4471@canary.example").hexdigest()
    assert [(each.tracker, each.seq, each.chain) for each in made.sightings] == [
        ("alpha", 1, ("json", "sha256")),
        ("beta", 3, ("json", "sha256")),
    ]
    alpha, beta, gamma = found.dossiers
    assert (alpha.own, alpha.joined, alpha.by) == (("email", "location"), (("beta", ("purchase",)),), ("EMAIL",))
    assert beta.joined == (("alpha", ("location",)),)
    assert (gamma.own, gamma.joined, gamma.by) == (("sensors",), (), ())


def test_runs_of_different_people_make_one_link_for_each_name() -> None:
    runs = [
        _shared(
            _disclosure("alpha", "email", run=run, persona="EMAIL"),
            _disclosure("beta", "email", run=run, persona="EMAIL"),
            persona=(_persona("EMAIL", "email", f"{run}@canary.example"),),
        )
        for run in ("run-0", "run-1")
    ]
    (made,) = link(runs).links
    assert ([each.run for each in made.sightings], made.resets) == (["run-0", "run-0", "run-1", "run-1"], 0)


def test_who_never_got_the_same_value_is_not_joined() -> None:
    """Alpha and beta in one run, beta and gamma in another: alpha and gamma have no value in common."""
    runs = [
        _shared(
            _disclosure(one, "email", run=run, persona="EMAIL"),
            _disclosure(other, "email", run=run, persona="EMAIL"),
            persona=(_persona("EMAIL", "email", f"{run}@canary.example"),),
        )
        for run, one, other in (("run-0", "alpha", "beta"), ("run-1", "beta", "gamma"))
    ]
    joined = {each.tracker: [other for other, _ in each.joined] for each in link(runs).dossiers}
    assert joined == {"alpha": ["beta"], "beta": ["alpha", "gamma"], "gamma": ["beta"]}


def test_a_carrier_or_a_first_name_tells_nobody() -> None:
    persona = (
        _persona("carrier", "carrier", "Canary Mobile", Source.DEVICE),
        _persona("FIRST_NAME", "name", "Guinevere"),
    )
    told = [
        _disclosure(tracker, value.category, persona=value.name) for tracker in ("alpha", "beta") for value in persona
    ]
    assert link([_shared(*told, persona=persona)]).links == ()


def test_one_tracker_that_gets_the_phones_id_after_a_reset_knows_it_again() -> None:
    android_id = _persona("android_id", "android_id", _A, Source.DEVICE)
    runs = [
        _shared(_disclosure("alpha", "android_id", run=run, persona="android_id"), persona=(android_id,))
        for run in ("run-0", "run-1", "run-2")
    ]
    (made,) = link(runs).links
    assert (made.kind, made.trackers, made.resets, len(made.sightings)) == ("device", ("alpha",), 2, 3)


def test_two_apps_that_give_away_the_same_id_are_joined() -> None:
    android_id = _persona("android_id", "android_id", _A, Source.DEVICE)
    runs = [
        _shared(_disclosure("alpha", "android_id", run=run, persona="android_id"), persona=(android_id,), app=app)
        for run, app in (("run-0", "com.example.doorbell"), ("run-1", "com.example.lamp"))
    ]
    (made,) = link(runs).links
    assert made.apps == ("com.example.doorbell", "com.example.lamp")


def test_an_id_that_nobody_planted_links_the_trackers_that_got_it() -> None:
    samples = [
        _sample("run-0", _A, property="installationId", category="persistent_id"),
        _sample("run-0", _A, tracker="beta", path="/partner_id", seq=4),
    ]
    other = [_sample("run-1", _B), _sample("run-1", _B, tracker="beta", path="/partner_id", seq=4)]
    made = _link((_setting("run-0"), samples), (_setting("run-1"), other)).links
    assert {each.trackers for each in made} == {("alpha", "beta")}
    assert {each.kind for each in made} == {"identifier"}


def test_what_may_be_the_apps_own_key_links_nobody() -> None:
    runs = [
        (_setting(f"run-{n}"), [_sample(f"run-{n}", _A), _sample(f"run-{n}", _A, tracker="beta")]) for n in range(2)
    ]
    assert _link(*runs).links == ()


def test_no_runs_have_nothing_in_common() -> None:
    assert link([]) == Linkage()
