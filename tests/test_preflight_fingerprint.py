"""Renamed code without a mapping: what is certain is found, all else is listed and never guessed."""

from __future__ import annotations

from dataclasses import replace

from harness.model.hook import Fingerprint, Hook
from harness.model.preflight import Found, Tier
from harness.model.tracker import VersionRule
from harness.preflight import armed, preflight
from tests.preflight_code import CLIENT, JSON, STRING, a_class, a_hook, a_pack, app, method, only

MARKS = Fingerprint(strings=("posting to ",))
NONE = Fingerprint()


def marked(*, returns: str | None = "void", own: Fingerprint = NONE) -> Hook:
    return a_hook(
        CLIENT, "send", STRING, JSON, kind="encode", returns=returns, class_fingerprint=MARKS, method_fingerprint=own
    )


def test_a_method_with_its_marks_is_found_in_a_renamed_class() -> None:
    hook = marked(own=Fingerprint(calls=("java.net.URL.openConnection",)))
    code = app(
        a_class(
            "a.b",
            method("a", STRING, JSON),
            method("b", STRING, JSON, strings=("posting to ",), calls=("java.net.URL.openConnection",)),
        )
    )
    found = preflight(code, a_pack(hook))
    row = only(found)
    assert (row.found, row.tier, row.class_name, row.method) == (Found.RENAMED, Tier.FINGERPRINT, "a.b", "b")
    (made,) = armed([hook], found)
    assert (made.class_name, made.method, made.key, made.tier) == ("a.b", "b", hook.key, Tier.FINGERPRINT)
    assert [(one.class_name, one.original) for one in found.renamed] == [("a.b", CLIENT)]


def test_types_alone_do_not_name_a_common_method() -> None:
    code = app(a_class("a.b", method("a", STRING, JSON, strings=("posting to ",))))
    row = only(preflight(code, a_pack(marked())))
    assert (row.found, row.others) == (Found.CANDIDATES, (f"a.b.a({STRING}, {JSON})",))


def test_a_constructor_in_a_recognised_class_is_certain() -> None:
    hook = a_hook(CLIENT, "$init", STRING, class_fingerprint=MARKS)
    code = app(a_class("a.b", method("$init", STRING, strings=("posting to ",))))
    assert only(preflight(code, a_pack(hook))).found is Found.RENAMED


def test_two_classes_with_the_marks_are_candidates() -> None:
    code = app(*(a_class(name, method("a", STRING, JSON, strings=("posting to ",))) for name in ("a.b", "a.c")))
    row = only(preflight(code, a_pack(marked(own=MARKS))))
    assert (row.found, row.others) == (Found.CANDIDATES, ("a.b", "a.c"))


def test_a_class_that_the_pack_knows_by_name_is_no_other_class_renamed() -> None:
    code = app(a_class("com.acme.Legacy", method("send", STRING, JSON, strings=("posting to ",))))
    hooks = (marked(own=MARKS), a_hook("com.acme.Legacy", "send", STRING))
    assert preflight(code, a_pack(*hooks)).hooks[0].found is Found.ABSENT


def test_the_sdks_classes_among_the_types_must_be_the_same_everywhere() -> None:
    table = "com.acme.Table"
    hooks = (
        a_hook(CLIENT, "put", table, class_fingerprint=MARKS, method_fingerprint=Fingerprint(strings=("put",))),
        a_hook(CLIENT, "drop", table, class_fingerprint=MARKS, method_fingerprint=Fingerprint(strings=("drop",))),
    )
    code = app(
        a_class(
            "a.b",
            method("x", "a.t", strings=("posting to ", "put")),
            method("y", "a.u", strings=("drop",)),  # takes another class than x: it cannot be drop
        ),
        a_class("a.t"),
        a_class("a.u"),
    )
    assert [row.found for row in preflight(code, a_pack(*hooks)).hooks] == [Found.RENAMED, Found.ABSENT]


def test_a_class_is_known_by_where_it_stands_among_known_types() -> None:
    hooks = (
        a_hook(
            CLIENT, "put", "com.acme.Table", class_fingerprint=MARKS, method_fingerprint=Fingerprint(strings=("put",))
        ),
        a_hook("com.acme.Table", "$init", STRING),
    )
    code = app(
        a_class("a.b", method("x", "a.t", strings=("posting to ", "put"))), a_class("a.t", method("$init", STRING))
    )
    row = preflight(code, a_pack(*hooks)).hooks[1]
    assert (row.found, row.class_name) == (Found.RENAMED, "a.t")
    assert row.evidence[0] == "a.t stands where com.acme.Client.put has com.acme.Table"


def test_one_method_cannot_be_two() -> None:
    one, two = (
        a_hook(CLIENT, name, STRING, class_fingerprint=MARKS, method_fingerprint=MARKS) for name in ("send", "post")
    )
    code = app(a_class("a.b", method("a", STRING, strings=("posting to ",))))
    assert [row.found for row in preflight(code, a_pack(one, two)).hooks] == [Found.CANDIDATES, Found.CANDIDATES]


def test_fields_of_renamed_classes_cannot_be_read_without_a_mapping() -> None:
    hook = replace(marked(own=MARKS), capture=("this.url", "argument 1"), payload="argument 1")
    code = app(a_class("a.b", method("a", STRING, JSON, strings=("posting to ",))))
    row = only(preflight(code, a_pack(hook)))
    assert (row.found, row.tier) == (Found.CANDIDATES, Tier.PLATFORM)
    assert "this.url" in row.evidence[-1]


def test_a_version_that_lacks_the_method_is_not_searched_for_it() -> None:
    hook = replace(marked(own=MARKS), since="9.0")
    rule = VersionRule(pattern="^acme-([0-9.]+)$", evidence="e")
    code = app(a_class("a.b", method("a", STRING, JSON, strings=("posting to ", "acme-2.0"))))
    row = only(preflight(code, a_pack(hook, versions=(rule,), fingerprint=("posting to ",))))
    assert (row.found, row.expected) == (Found.ABSENT, False)


def test_a_constant_shows_whose_class_it_is_even_when_no_hook_does() -> None:
    code = app(a_class("a.b", method("a", strings=("acme_sdk",))))
    found = preflight(code, a_pack(a_hook(CLIENT, "send"), fingerprint=("acme_sdk",)))
    assert [(one.class_name, one.original, one.tracker) for one in found.renamed] == [("a.b", None, "acme")]
    assert found.sdks[0].tier is Tier.FINGERPRINT


def test_an_activity_with_a_trackers_constant_is_the_apps_own() -> None:
    code = app(a_class("com.ring.Main", method("a", strings=("acme_sdk",))), components=("com.ring.Main",))
    assert preflight(code, a_pack(fingerprint=("acme_sdk",))).sdks == ()
