"""Classes without a name of their own: told by a call, by a parent, by signature."""

from __future__ import annotations

import pytest

from harness.model.hook import Fingerprint, FoundBy, Hook, Implements, ReturnedBy, Signature
from harness.model.preflight import Found
from harness.preflight import armed, preflight
from tests.preflight_code import CLIENT, MAP, STRING, a_class, a_hook, a_pack, app, method, only

FACTORY = ReturnedBy(class_name=CLIENT, method="getInstance")


def test_what_a_call_returns_is_told_at_run_time_and_the_only_candidate_named() -> None:
    code = app(
        a_class(CLIENT, method("getInstance", returns=CLIENT), method("send", STRING, abstract=True), abstract=True),
        a_class("com.acme.x1", method("send", STRING), parent=CLIENT),
    )
    row = only(preflight(code, a_pack(a_hook(CLIENT, "send", STRING, found_by=FACTORY))))
    assert row.found is Found.AT_RUN_TIME
    assert "only com.acme.x1 can be that" in row.evidence


def test_a_method_that_nothing_returned_could_have_is_absent() -> None:
    code = app(a_class(CLIENT, method("getInstance", returns=CLIENT)))
    assert only(preflight(code, a_pack(a_hook(CLIENT, "send", STRING, found_by=FACTORY)))).found is Found.ABSENT


def test_each_class_that_implements_another_is_armed() -> None:
    hook = a_hook("com.acme.Sink", "put", STRING, found_by=Implements(class_name="com.acme.Sink"))
    code = app(
        a_class("com.acme.Sink", method("put", STRING, abstract=True), abstract=True),
        a_class("com.ring.One", method("put", STRING), interfaces=("com.acme.Sink",)),
        a_class("com.ring.Two", method("put", STRING), interfaces=("com.acme.Sink",)),
        a_class("com.ring.Three", parent="com.ring.Two"),  # has no put of its own
    )
    made = armed([hook], preflight(code, a_pack(hook)))
    assert [(one.class_name, one.key, one.found_by) for one in made] == [
        ("com.ring.One", hook.key, None),
        ("com.ring.Two", hook.key, None),
    ]


def signed() -> tuple[Hook, Hook]:
    by = Signature(within=("com.acme.",))
    return (
        a_hook("com.acme.a1", "$init", STRING, "[B", MAP, found_by=by),
        a_hook("com.acme.a1", "values", STRING, returns="[B", found_by=by),
    )


def test_the_only_class_with_all_signatures_is_it() -> None:
    code = app(
        a_class("com.acme.q", method("$init", STRING, "[B", MAP), method("key", STRING, returns="[B")),
        a_class("com.acme.r", method("$init", STRING, "[B", MAP)),
        a_class("com.ring.q", method("$init", STRING, "[B", MAP), method("key", STRING, returns="[B")),
    )
    rows = preflight(code, a_pack(*signed())).hooks
    assert [(row.found, row.class_name, row.method) for row in rows] == [
        (Found.RENAMED, "com.acme.q", "$init"),
        (Found.RENAMED, "com.acme.q", "key"),
    ]


def test_two_classes_with_all_signatures_are_candidates_and_not_armed_even_under_the_known_name() -> None:
    both = [method("$init", STRING, "[B", MAP), method("values", STRING, returns="[B")]
    found = preflight(app(a_class("com.acme.a1", *both), a_class("com.acme.b", *both)), a_pack(*signed()))
    assert [row.found for row in found.hooks] == [Found.CANDIDATES, Found.CANDIDATES]
    assert armed(signed(), found) == ()


def test_a_class_with_hooks_of_its_own_is_not_hooked_again_for_what_it_implements() -> None:
    own = a_hook("com.acme.Sink", "put", STRING)
    base = a_hook("com.acme.Base", "put", STRING, found_by=Implements(class_name="com.acme.Base"))
    named = (
        a_class("com.acme.Base", method("put", STRING, abstract=True), abstract=True),
        a_class("com.acme.Sink", method("put", STRING), parent="com.acme.Base"),
    )
    other = a_class("com.ring.Sink", method("put", STRING), parent="com.acme.Base")
    both = preflight(app(*named, other), a_pack(base, own))
    assert [one.class_name for one in armed([base, own], both)] == ["com.ring.Sink", "com.acme.Sink"]
    alone = preflight(app(*named), a_pack(base, own))
    assert [row.found for row in alone.hooks] == [Found.NOT_ASKED, Found.FOUND]
    assert [one.class_name for one in armed([base, own], alone)] == ["com.acme.Sink"]


@pytest.mark.parametrize("by", [FACTORY, Signature(within=("com.acme.",))])
def test_marks_find_an_entry_where_its_own_way_leads_nowhere(by: FoundBy) -> None:
    marks = Fingerprint(strings=("posting to ",))
    hook = a_hook(CLIENT, "send", STRING, found_by=by, class_fingerprint=marks, method_fingerprint=marks)
    found = preflight(app(a_class("a.b", method("c", STRING, strings=("posting to ",)))), a_pack(hook))
    (made,) = armed([hook], found)
    assert (made.class_name, made.method, made.found_by) == ("a.b", "c", None)
