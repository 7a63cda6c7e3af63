"""Hooks against an app's code before it runs: names, versions, signs, and the sentence about what will be seen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.model.code import ClassCode, MethodCode
from harness.model.errors import InputError
from harness.model.hook import Hook, Implements, Role
from harness.model.preflight import Found, Tier
from harness.model.tracker import ManifestSwitch, VersionRule
from harness.preflight import armed, preflight, summary
from tests.preflight_code import CLIENT, STRING, a_class, a_hook, a_pack, app, method, only


def test_a_method_under_its_own_name_is_found() -> None:
    row = only(preflight(app(a_class(CLIENT, method("send", STRING))), a_pack(a_hook(CLIENT, "send", STRING))))
    assert (row.found, row.tier) == (Found.FOUND, Tier.EXACT)


def test_a_method_that_a_class_of_the_app_hands_down_is_found() -> None:
    code = app(a_class(CLIENT, parent="com.acme.Base"), a_class("com.acme.Base", method("send", STRING)))
    row = only(preflight(code, a_pack(a_hook(CLIENT, "send", STRING))))
    assert (row.found, row.class_name) == (Found.FOUND, CLIENT)
    assert any("inherited from com.acme.Base" in one for one in row.evidence)


def test_a_method_that_only_the_system_hands_down_is_absent() -> None:
    code = app(a_class("com.acme.Task", parent="java.lang.Thread"))
    assert only(preflight(code, a_pack(a_hook("com.acme.Task", "start")))).found is Found.ABSENT


def test_a_constructor_is_never_inherited() -> None:
    code = app(a_class(CLIENT, parent="com.acme.Base"), a_class("com.acme.Base", method("$init", STRING)))
    assert only(preflight(code, a_pack(a_hook(CLIENT, "$init", STRING)))).found is Found.ABSENT


def test_an_abstract_method_has_nothing_to_hook() -> None:
    code = app(a_class(CLIENT, method("send", STRING, abstract=True), abstract=True))
    assert only(preflight(code, a_pack(a_hook(CLIENT, "send", STRING)))).found is Found.ABSENT


def test_a_native_method_of_a_real_class_is_found() -> None:
    code = app(a_class(CLIENT, method("send", STRING, abstract=True)))
    assert only(preflight(code, a_pack(a_hook(CLIENT, "send", STRING)))).found is Found.FOUND


def test_other_parameters_are_told() -> None:
    row = only(preflight(app(a_class(CLIENT, method("send", STRING, "int"))), a_pack(a_hook(CLIENT, "send", STRING))))
    assert (row.found, row.others) == (Found.OTHER_OVERLOAD, (f"{CLIENT}.send({STRING}, int)",))


def test_every_overload_is_one_row_under_the_known_name() -> None:
    hook = replace(a_hook(CLIENT, "send"), parameters=None)
    found = preflight(app(a_class(CLIENT, method("send", STRING), method("send", "int"))), a_pack(hook))
    assert only(found).found is Found.FOUND
    (made,) = armed([hook], found)
    assert made.parameters is None


def test_classes_of_the_system_are_not_asked() -> None:
    hook = replace(a_hook("android.webkit.WebView", "loadUrl", STRING), tracker=None)
    assert only(preflight(app(), a_pack(platform=(hook,)))).found is Found.NOT_ASKED


VERSION = VersionRule(class_name="com.acme.Build", constant="VERSION", pattern=r"^(\d[\d.]*)$", evidence="e")


def versioned(version: str) -> list[ClassCode]:
    return [a_class("com.acme.Build", constants={"VERSION": version}), a_class(CLIENT, method("send", STRING))]


@pytest.mark.parametrize(("version", "in_range"), [("1.0", True), ("3.2.9", True), ("3.10", False), ("0.9", False)])
def test_the_version_is_read_and_compared_with_the_files_range(version: str, in_range: bool) -> None:
    code = app(*versioned(version))
    (sdk,) = preflight(code, a_pack(versions=(VERSION,))).sdks
    assert (sdk.version, sdk.in_range) == (version, in_range)


def test_since_and_until_explain_what_is_not_there() -> None:
    code = app(*versioned("2.0"))
    late = a_hook(CLIENT, "sendLater", STRING, since="2.1")
    row = only(preflight(code, a_pack(late, versions=(VERSION,))))
    assert (row.found, row.expected) == (Found.ABSENT, False)
    assert row.evidence[-1] == "not in version 2.0: the SDK has it from 2.1"


@pytest.mark.parametrize("bound", [{"since": "2.0"}, {"until": "2.0.0"}, {"since": "2.0-beta01"}, {}])
def test_the_bounds_themselves_are_within(bound: dict[str, str]) -> None:
    code = app(*versioned("2.0"))
    assert only(preflight(code, a_pack(a_hook(CLIENT, "gone", **bound), versions=(VERSION,)))).expected


def test_two_versions_are_none() -> None:
    rule = VersionRule(pattern=r"^acme/(\d.*)$", evidence="e")
    code = app(a_class(CLIENT, method("a", strings=("acme/1.0",)), method("b", strings=("acme/2.0",))))
    (sdk,) = preflight(code, a_pack(versions=(rule,))).sdks
    assert sdk.version is None
    assert any("1.0, 2.0" in one for one in sdk.evidence)


def test_a_version_may_be_written_in_parts() -> None:
    rule = VersionRule(pattern=r"^0?(\d{1,2})(\d\d)(\d\d)$", evidence="e")
    code = app(a_class(CLIENT, method("a", strings=("030401",))))
    assert preflight(code, a_pack(versions=(rule,))).sdks[0].version == "3.4.1"


def test_a_version_may_stand_in_a_file_of_the_package() -> None:
    rule = VersionRule(file="acme.properties", pattern=r"version=(\S+)", evidence="e")
    code = app(a_class(CLIENT), properties={"META-INF/acme.properties": "version=3.1\n"})
    assert preflight(code, a_pack(versions=(rule,))).sdks[0].version == "3.1"


def test_hooks_that_were_not_found_stay_armed_with_the_reason() -> None:
    hook = a_hook(CLIENT, "send", STRING)
    (made,) = armed([hook], preflight(app(), a_pack(hook)))
    assert (made.class_name, made.tier) == (CLIENT, Tier.PLATFORM)
    assert made.resolution == ("absent", f"{CLIENT} is not in the app")


def test_an_unknown_tracker_is_the_users_input() -> None:
    with pytest.raises(InputError, match="nobody") as caught:
        preflight(app(), a_pack(), trackers=["nobody"])
    assert "acme" in caught.value.remedy


def sign(**more: object) -> Hook:
    hook = replace(a_hook("sign", ""), tracker=None, role=Role.PRESENCE, meaning="it is not read")
    return replace(hook, **more)  # type: ignore[arg-type]  # fields of Hook


@pytest.mark.parametrize(
    "there",
    [
        sign(native=r"^libguard\.so$"),
        sign(class_name="org.guard.Guard"),
        sign(found_by=Implements(class_name="android.webkit.WebView")),
    ],
)
def test_what_hides_code_is_warned_of(there: Hook) -> None:
    code = app(
        a_class("org.guard.Guard"),
        a_class("com.ring.Page", parent="android.webkit.WebView"),
        native_libraries=("libguard.so",),
    )
    (warning,) = preflight(code, a_pack(platform=(there,))).warnings
    assert warning.endswith("it is not read")
    assert preflight(app(a_class("x.y")), a_pack(platform=(there,))).warnings == ()


def test_a_sign_that_only_code_can_show_is_not_looked_for_in_a_run() -> None:
    extends = sign(found_by=Implements(class_name="android.webkit.WebView"))
    assert a_pack(platform=(extends, sign(native="x"))).hooks("art") == (sign(native="x"),)


def test_manifest_settings_are_told_with_their_default() -> None:
    switches = (
        ManifestSwitch(name="acme.auto", meaning="automatic events", default="true", evidence="e"),
        ManifestSwitch(name="acme.id", meaning="advertising id", default="true", evidence="e"),
    )
    found = preflight(app(a_class(CLIENT), metadata={"acme.auto": "false"}), a_pack(switches=switches))
    assert [(one.name, one.value, one.default) for one in found.switches] == [
        ("acme.auto", "false", "true"),
        ("acme.id", None, "true"),
    ]


@pytest.mark.parametrize(
    ("methods", "sentence"),
    [
        ((method("say"), method("send")), "2 of 2 hooks found; every request is read before it is encoded"),
        ((method("say"),), "1 of 2 hooks found; what the app says to it is read; for its requests, only the platform"),
        ((), "none of 2 hooks found; only the platform layer will see it, attributed by the call stack"),
    ],
)
def test_one_sentence_says_what_a_run_will_see(methods: tuple[MethodCode, ...], sentence: str) -> None:
    hooks = (a_hook(CLIENT, "say"), a_hook(CLIENT, "send", kind="encode"))
    code = app(a_class(CLIENT, *methods))
    assert f"Acme, version unknown: {sentence}" in preflight(code, a_pack(*hooks)).sdks[0].outlook


def test_the_summary_is_json() -> None:
    told = summary(preflight(app(a_class(CLIENT)), a_pack(a_hook(CLIENT, "send"))))
    assert json.loads(json.dumps(told)) == told
    assert told["sdks"][0]["tracker"] == "acme"
