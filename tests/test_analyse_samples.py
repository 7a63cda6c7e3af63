"""Which values of trackers' payloads are compared between runs: those that look like ids, and those known to be."""

from __future__ import annotations

import hashlib
import json

import pytest

from harness.analyse.linking.idlike import looks_like_id
from harness.model.facts import PersonaValue, Source
from harness.model.hook import Hook, Layer
from harness.model.linkage import Sample
from harness.model.tracker import Field, Pack, Tracker
from tests.rows import hook
from tests.stored import START_MS, Story, planted, text

_KEY = "alpha/encode/com.alpha.Encoder.encode(java.lang.String)"
_ENCODER: Hook = hook(_KEY, payload="argument 0", decode=("json",))
_TEXT: Hook = hook(
    "json/platform/org.json.JSONObject.toString()",
    tracker=None,
    layer=Layer.PLATFORM,
    class_name="org.json.JSONObject",
    method="toString",
    parameters=(),
    payload="argument 0",
)
_PACK = Pack(
    trackers=(
        Tracker(
            slug="alpha",
            name="Alpha Metrics",
            legal_entity="Alpha, Inc.",
            country="US",
            code=("com.alpha.",),
            hosts=(r"alpha\.example$",),
            sdk_versions="1.0",
            hooks=(_ENCODER,),
            fields=(
                Field(path="/uid", category="persistent_id", property="installationId", evidence="Encoder.java"),
                Field(path="/model", category="device_model", evidence="Encoder.java"),
            ),
        ),
    ),
    platform=(_TEXT,),
    sha256="0" * 64,
)


# Shapes as the makers of ids document them: RFC 9562, 64-bit hex (Settings.Secure.ANDROID_ID), IMEI, Firebase
# installation ids (22 letters of Base64), milliseconds and a number with a hyphen between.
@pytest.mark.parametrize(
    "shape",
    [
        "b209aea5-471c-44c5-873d-b7dd2a0b8746",
        "XZ5b5f245b-a8f0-46ce-b224-28ae6397d914",
        "8ddc7afca5fccd7e",
        "EB048301A6C244AC858479214B446822",
        "356938035643809",
        "fVB2ccVk-72dQSyLb3Wrrr",
        "1795451624129-2951472302028490255",
        "db-09bcc0698648",
    ],
)
def test_what_has_the_shape_of_an_id_is_compared(shape: str) -> None:
    assert looks_like_id(shape, at_ms=START_MS)


@pytest.mark.parametrize(
    "other",
    [
        "1700000000123",  # milliseconds
        "1700000000123456",  # microseconds
        "1700000000",
        "2026-11-23T16:33:44Z",
        "2026-11-23_163344+0000",
        "00000000-0000-0000-0000-000000000000",
        "Virtual Handset",
        "com.example.doorbell.DashboardActivity",
        "android-34.0.1",
        "arm64-v8a",
        "3.21.1",
        "192.168.209.43",
        "0.024780288",
        "31362904064",
        "https://api.alpha.example/v1/open",
        "application/x-www-form-urlencoded",
        "x" * 5000,
    ],
)
def test_times_sizes_versions_and_words_are_not(other: str) -> None:
    assert not looks_like_id(other, at_ms=START_MS)


def _samples(*contents: object, persona: tuple[PersonaValue, ...] = ()) -> tuple[Sample, ...]:
    story = Story(_PACK)
    for content in contents:
        story.call(_KEY, text(json.dumps(content)))
    return story.analyse(*persona).samples


def test_a_value_at_a_place_is_one_sample_with_the_number_of_its_payloads() -> None:
    session = "5c21e0d0f7253989"
    (made,) = _samples({"session": session, "n": 1}, {"session": session, "n": 2}, {"session": session, "n": 2})
    assert (made.tracker, made.path, made.value, made.times, made.seq) == ("alpha", "/session", session, 2, 1)


def test_the_same_place_in_every_element_of_a_list_is_one_place() -> None:
    found = _samples([{"id": "5c21e0d0f7253989"}, {"id": "8d977165bd6f6eca"}])
    assert [(made.path, made.value) for made in found] == [
        ("/*/id", "5c21e0d0f7253989"),
        ("/*/id", "8d977165bd6f6eca"),
    ]


def test_a_value_that_a_field_map_names_an_id_is_compared_whatever_its_shape() -> None:
    (made,) = _samples({"uid": "kestrel"})
    assert (made.category, made.property, made.value) == ("persistent_id", "installationId", "kestrel")


def test_a_value_that_a_field_map_names_otherwise_is_not() -> None:
    assert _samples({"model": "8ddc7afca5fccd7e"}) == ()


def test_planted_values_are_not_ids_of_anybody_however_they_are_written() -> None:
    email = "jo.4471@canary.example"
    hashed = hashlib.sha256(email.encode()).hexdigest()
    assert _samples({"em": hashed}, persona=(planted("EMAIL", "email", email),)) == ()


def test_a_value_read_from_the_phone_is_one_and_has_its_name() -> None:
    value = "8ddc7afca5fccd7e"
    android_id = PersonaValue(name="android_id", category="android_id", value=value, source=Source.DEVICE)
    (made,) = _samples({"hw": value}, persona=(android_id,))
    assert (made.persona, made.category) == ("android_id", "android_id")


def test_what_the_platform_shows_again_is_no_second_place() -> None:
    story = Story(_PACK)
    content = json.dumps({"session": "5c21e0d0f7253989"})
    frames = ("com.alpha.Encoder.encode(Encoder.java:48)",)
    story.call(_TEXT.key, text(json.dumps({"body": json.loads(content)})), frames=frames)
    story.call(_KEY, text(content))
    assert [made.path for made in story.analyse().samples] == ["/session"]


def test_what_is_nobodys_is_not_compared() -> None:
    story = Story(_PACK)
    story.call(_TEXT.key, text(json.dumps({"session": "5c21e0d0f7253989"})))
    assert story.analyse().samples == ()


def test_of_a_place_with_ever_new_values_only_some_are_kept() -> None:
    found = _samples(*({"event": hashlib.md5(str(n).encode()).hexdigest()} for n in range(200)))
    assert len(found) == 20


def test_places_without_end_end_in_a_fault() -> None:
    story = Story(_PACK)
    many = {f"k{n}": hashlib.md5(str(n).encode()).hexdigest() for n in range(3000)}
    story.call(_KEY, text(json.dumps(many)))
    analysis = story.analyse()
    assert len(analysis.samples) == 2000
    assert any("more than 2000 places" in fault.message for fault in analysis.faults)
