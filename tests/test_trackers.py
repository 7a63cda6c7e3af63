"""The hook files that are shipped: they load, obey the schema, and their examples run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.analyse.examples import read_example
from harness.model.hook import Layer, Role
from harness.model.tracker import Example, Tracker
from harness.trackers import load_pack
from harness.yamlmarks import load_marked, plain
from tests.hook_files import HOOKS, schema, validator

PACK = load_pack()
EXAMPLES = [*(example for tracker in PACK.trackers for example in tracker.examples), *PACK.examples]
FILES = sorted([*HOOKS.glob("trackers/*.yaml"), *HOOKS.glob("platform/*.yaml")])
SLUGS = [
    *("adjust", "amplitude", "appsflyer", "branch", "braze", "crashlytics", "facebook", "firebase_analytics"),
    *("kochava", "mixpanel", "onesignal", "segment", "sentry", "singular"),
]
ALSO_ENGLISH = {"adjust", "amplitude", "branch", "segment", "sentry", "singular"}
# https://reports.exodus-privacy.eu.org/en/trackers/
AT_EXODUS = {
    "appsflyer": 12,
    "crashlytics": 27,
    "firebase_analytics": 49,
    "adjust": 52,
    "segment": 62,
    "facebook": 66,
    "mixpanel": 118,
    "amplitude": 125,
    "branch": 167,
    "sentry": 447,
}


def named(path: Path) -> str:
    return path.name


def by_slug(tracker: Tracker) -> str:
    return tracker.slug


def test_every_tracker_is_there() -> None:
    assert [tracker.slug for tracker in PACK.trackers] == SLUGS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.hook[:60]}:{example.line}")
def test_an_example_gives_exactly_what_it_expects(example: Example) -> None:
    assert sorted(read_example(example, PACK)) == sorted(set(example.expect))


@pytest.mark.parametrize("tracker", PACK.trackers, ids=by_slug)
def test_every_layer_of_a_tracker_has_an_example(tracker: Tracker) -> None:
    shown = {example.hook for example in tracker.examples}
    assert {hook.layer for hook in tracker.hooks if hook.key in shown} == {hook.layer for hook in tracker.hooks}
    assert Layer.API in {hook.layer for hook in tracker.hooks}


@pytest.mark.parametrize("tracker", PACK.trackers, ids=by_slug)
def test_a_tracker_has_its_number_at_exodus(tracker: Tracker) -> None:
    assert tracker.slug not in AT_EXODUS or AT_EXODUS[tracker.slug] in tracker.exodus


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_shipped_file_obeys_the_schema_for_editors(path: Path) -> None:
    (document,), faults = load_marked(path)
    assert not faults
    validator("tracker" if path.parent.name == "trackers" else "platform").validate(plain(document))


def test_the_schema_knows_the_same_categories_as_the_table() -> None:
    assert schema("tracker")["$defs"]["category"]["enum"] == [category.name for category in PACK.categories]


def test_the_schema_knows_the_same_properties_as_the_list() -> None:
    (document,), _ = load_marked(HOOKS / "properties.yaml")
    assert schema("tracker")["$defs"]["property"]["enum"] == plain(document)


def keys_of(part: object) -> set[str]:
    """Every key that a schema knows, however deep."""
    if isinstance(part, list):
        return {key for item in part for key in keys_of(item)}
    if not isinstance(part, dict):
        return set()
    own = part.get("properties", {})
    return {*(own if isinstance(own, dict) else ()), *(key for value in part.values() for key in keys_of(value))}


def test_the_reference_explains_every_key() -> None:
    text = (HOOKS / "README.md").read_text()
    keys = keys_of(schema("tracker")) | keys_of(schema("platform"))
    assert len(keys) >= 70
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", text)) == []


def test_every_hook_has_a_key_of_its_own() -> None:
    for runtime in ("art", "jvm"):
        keys = [hook.key for hook in PACK.hooks(runtime)]
        assert len(keys) == len(set(keys))


def test_a_runtime_gets_no_hook_of_the_other() -> None:
    classes = {hook.class_name for hook in PACK.hooks("art")}
    assert "com.android.okhttp.internal.huc.HttpURLConnectionImpl" in classes
    assert "sun.net.www.protocol.http.HttpURLConnection" not in classes


def test_what_is_blind_has_a_sentence_and_installs_only_where_a_call_is_the_sign() -> None:
    signs = [hook for hook in PACK.platform if hook.role is Role.PRESENCE]
    assert {hook.class_name for hook in signs if hook.native} >= {"Cronet", "WebView", "Flutter"}
    assert all(hook.meaning and hook.evidence and hook.payload is None for hook in signs)
    assert [hook.method for hook in signs if hook.method] == ["addJavascriptInterface"]


@pytest.mark.parametrize(
    ("file", "sign"),
    [
        ("libcronet.119.0.6045.31.so", "Cronet"),
        ("libsscronet.so", "Cronet"),
        ("libmainlinecronet.114.0.5735.84.so", "Cronet"),
        ("libwebviewchromium.so", "WebView"),
        ("libmonochrome_64.so", "WebView"),
        ("libflutter.so", "Flutter"),
        ("libgnutls.so.30", "another TLS library"),
        ("libttboringssl.so", "another TLS library"),
        ("libssl3.so", "another TLS library"),
        ("libssl.so.3", "libssl"),
        ("libssl.so", "libssl"),
        ("libwebviewchromium_loader.so", None),  # in every process that the zygote makes
        ("libsslkeylog.so", None),
        ("libhermes.so", None),
        ("libjvm.so", None),
    ],
)
def test_a_module_is_known_by_its_file_name(file: str, sign: str | None) -> None:
    found = {hook.class_name for hook in PACK.platform if hook.native and re.search(hook.native, file)}
    assert found - {"libssl of OpenSSL"} == ({sign} if sign else set())


def test_hooks_whose_calls_the_runtimes_own_tls_makes_skip_it() -> None:
    noisy = ("javax.crypto.", "java.security.")
    crypto = [hook for hook in PACK.platform if hook.class_name.startswith(noisy)]
    assert len(crypto) >= 20
    assert all(
        {"sun.security.", "com.sun.crypto.", "com.android.org.conscrypt."} <= {*hook.skip_callers} for hook in crypto
    )


def test_no_tracker_is_named_in_python() -> None:
    words = {word for tracker in PACK.trackers for word in (tracker.slug, tracker.legal_entity, *tracker.code)}
    words -= ALSO_ENGLISH  # their packages and companies are looked for
    names = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    harness = Path(__file__).parent.parent / "harness"
    sources = [path for path in harness.rglob("*.py") if "doorbell" not in path.parts]
    assert [str(path) for path in sources if names.search(path.read_text())] == []
