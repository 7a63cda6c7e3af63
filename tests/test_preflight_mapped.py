"""Renamed code with the build's mapping file: classes, methods, types, fields, inlined code."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.errors import InputError
from harness.model.preflight import Found, Tier
from harness.preflight import armed, preflight
from tests.preflight_code import CLIENT, STRING, a_class, a_hook, a_pack, app, method, only

MAPPING = """\
com.acme.Base -> a.z:
    java.lang.String url -> f
com.acme.Client -> a.b:
    com.acme.Query query -> g
    1:1:void send(java.lang.String,com.acme.Query):1:1 -> a
    1:1:void com.acme.Coder.escape(java.lang.String):7:7 -> b
    1:1:void other():2 -> b
com.acme.Query -> a.q:
    org.json.JSONObject json -> h
com.acme.Caller -> a.k:
"""
MAPPED = (
    a_class("a.z"),
    a_class("a.b", method("a", STRING, "a.q"), method("b"), parent="a.z"),
    a_class("a.q"),
    a_class("a.k"),
)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "mapping.txt"
    file.write_text(MAPPING)
    return file


def test_the_mapping_gives_class_method_and_types(mapping: Path) -> None:
    found = preflight(app(*MAPPED), a_pack(a_hook(CLIENT, "send", STRING, "com.acme.Query")), mapping=mapping)
    row = only(found)
    assert (row.found, row.tier) == (Found.RENAMED, Tier.MAPPING)
    assert (row.class_name, row.method, row.parameters) == ("a.b", "a", (STRING, "a.q"))
    assert found.own_names["a.q"] == "com.acme.Query"
    assert {one.class_name: one.original for one in found.renamed}["a.k"] == "com.acme.Caller"


def test_the_mapping_gives_the_fields_that_a_hook_reads(mapping: Path) -> None:
    hook = a_hook(
        CLIENT, "send", STRING, "com.acme.Query",
        capture=("this.url", "this.query.json", "argument 1.json", "argument 0"), payload="argument 1.json",
        skip_callers=("com.acme.Caller", "java.util."),
    )  # fmt: skip
    (made,) = armed([hook], preflight(app(*MAPPED), a_pack(hook), mapping=mapping))
    assert dict(made.read_as) == {
        "this.url": "this.f",
        "this.query.json": "this.g.h",
        "argument 1.json": "argument 1.h",
    }
    assert (made.capture, made.payload) == (hook.capture, hook.payload)
    assert set(made.skip_callers) == {"a.k.", "com.acme.Caller", "java.util."}


def test_code_that_is_only_inside_other_methods_is_told(mapping: Path) -> None:
    row = only(preflight(app(*MAPPED), a_pack(a_hook("com.acme.Coder", "escape", STRING)), mapping=mapping))
    assert (row.found, row.tier) == (Found.INLINED, Tier.PLATFORM)
    assert row.others == ("com.acme.Client.other()",)


def test_an_argument_that_was_taken_away_makes_a_method_unusable(mapping: Path) -> None:
    changed = (MAPPED[0], a_class("a.b", method("a", STRING), parent="a.z"), *MAPPED[2:])
    row = only(preflight(app(*changed), a_pack(a_hook(CLIENT, "send", STRING, "com.acme.Query")), mapping=mapping))
    assert row.found is Found.CANDIDATES


def test_a_mapping_of_another_app_is_refused(mapping: Path) -> None:
    with pytest.raises(InputError, match="of another app"):
        preflight(app(a_class("x.y")), a_pack(), mapping=mapping)


def test_a_mapping_of_another_build_is_warned_of(mapping: Path) -> None:
    found = preflight(app(a_class("a.b")), a_pack(), mapping=mapping)
    assert any("another build" in one for one in found.warnings)
