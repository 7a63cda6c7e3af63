"""What is worth a look and proves nothing. Hashes are published test vectors, or made by Node, gzip and a JVM's rule;
card, IBAN and IMEI numbers are the published examples."""

from __future__ import annotations

import json
import subprocess

import pytest

from harness.analyse.detecting import weak
from harness.analyse.detecting.observe import MOST_VALUES, screen_texts
from harness.model.facts import PersonaValue
from harness.model.findings import Analysis, Observation, Observed, Outcome, StoredStep
from tests.stored import Story, planted, text
from tests.told import EMAIL, ENCODE, PACK

IP = planted("local_ip", "private_ip", "192.168.7.43")


def seen(*values: PersonaValue, **properties: object) -> list[Observation]:
    return list(analysed(*values, **properties).observations)


def analysed(*values: PersonaValue, **properties: object) -> Analysis:
    story = Story(PACK)
    story.call(ENCODE, text(json.dumps([{"odd": properties}])))
    return story.analyse(*values)


def crc32(content: str) -> str:
    script = f"require('zlib').crc32({json.dumps(content)})" if _node_has_crc() else ""
    if script:
        return subprocess.run(["node", "-p", script], capture_output=True, check=True, text=True).stdout.strip()
    packed = subprocess.run(["gzip", "-c"], input=content.encode(), capture_output=True, check=True).stdout
    return str(int.from_bytes(packed[-8:-4], "little"))


def _node_has_crc() -> bool:
    asked = subprocess.run(
        ["node", "-p", "typeof require('zlib').crc32"], capture_output=True, check=True, text=True
    ).stdout
    return asked.strip() == "function"


@pytest.mark.parametrize(
    ("name", "content", "number"),
    [
        ("crc32", "123456789", 0xCBF43926),
        ("adler32", "Wikipedia", 0x11E60398),
        ("FNV-1", "foobar", 0x31F0B262),
        ("FNV-1a", "foobar", 0xBF9CF968),
        ("FNV-1a", "", 0x811C9DC5),
        ("murmur3", "", 0),
        ("murmur3", "hello", 0x248BFA47),
        ("murmur3", "hello, world", 0x149BBB7F),
        ("murmur3", "The quick brown fox jumps over the lazy dog.", 0xD5C48BFC),
        ("Java hashCode", "hello", 99162322),
        ("Java hashCode", "Aa", 2112),
        ("Java hashCode", "BB", 2112),
    ],
)
def test_weak_hashes_are_those_of_the_published_vectors(name: str, content: str, number: int) -> None:
    assert weak.HASHES[name](content) == number


def test_a_weak_hash_is_an_observation_and_neither_a_disclosure_nor_a_verdict() -> None:
    number = crc32(EMAIL.value)
    analysis = analysed(EMAIL, h=f"{int(number):08X}", d=number)
    assert analysis.disclosures == ()
    assert [(made.kind, made.what, made.path) for made in analysis.observations] == [
        (Observed.WEAK_HASH, "crc32 of EMAIL", "/0/odd/h"),
        (Observed.WEAK_HASH, "crc32 of EMAIL", "/0/odd/d"),
    ]
    assert all(verdict.outcome is not Outcome.FINDING for verdict in analysis.verdicts)


@pytest.mark.parametrize("around", ["x{}", "{}0", "id={}", "{} "])
def test_a_weak_hash_counts_only_as_a_whole_field(around: str) -> None:
    made = seen(EMAIL, h=around.format(f"{int(crc32(EMAIL.value)):08x}"))
    assert bool(made) is (around == "{} ")


@pytest.mark.parametrize("number", ["3232237355", "-1062729941", "721922240"])
def test_an_address_as_a_number_is_weak(number: str) -> None:
    (made,) = seen(IP, ip=number)
    assert (made.kind, made.what) == (Observed.WEAK_HASH, "decimal number of local_ip")


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("note", "write to jo@example.com soon", "e-mail address"),
        ("who", "+442079460958", "telephone number"),
        ("net", "10.20.30.40", "IPv4 address"),
        ("net", "2001:db8::8a2e:370:7334", "IPv6 address"),
        ("hw", "3c:5a:b4:01:02:03", "MAC address"),
        ("imei", "490154203237518", "IMEI"),
        ("pay", "4111 1111 1111 1111", "payment card number"),
        ("pay", "378282246310005", "payment card number"),
        ("pay", "5555555555554444", "payment card number"),
        ("acct", "GB82 WEST 1234 5698 7654 32", "IBAN"),
        ("acct", "DE89370400440532013000", "IBAN"),
        ("installId", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "id"),
        ("gaid", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "advertising id"),
        ("lat", 48.8584, "latitude"),
        ("af_lng", "2.2945", "longitude"),
        ("location", "48.8584,2.2945", "coordinates"),
    ],
)
def test_what_looks_like_personal_data_is_an_observation(key: str, value: object, what: str) -> None:
    (made,) = seen(**{key: value})
    assert (made.kind, made.what, made.path) == (Observed.PATTERN, what, f"/0/odd/{key}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("icon", "bell@2x.png"),
        ("dsn", "https://abc123@o1.ingest.example.com/2"),
        ("who", "+0200"),
        ("who", "+15"),
        ("sdk_version", "10.20.30.40"),
        ("agent_text", "Chrome/101.0.4951.61"),
        ("net", "127.0.0.1"),
        ("net", "10.20.30.256"),
        ("net", "10.020.30.40"),
        ("at", "12:34:56"),
        ("hw", "02:00:00:00:00:00"),
        ("imei", "490154203237519"),
        ("app", "490154203237518"),
        ("pay", "4111111111111112"),
        ("pay", "0000000000000000"),
        ("pay", "0.4111111111111111"),
        ("acct", "GB82 WEST 1234 5698 7654 33"),
        ("colour", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        ("id", "00000000-0000-0000-0000-000000000000"),
        ("lat", "0.0"),
        ("lat", "148.8584"),
        ("latency", "48.8584"),
        ("price", "48.8584"),
        ("at", 1700000000123),
    ],
)
def test_what_only_resembles_it_is_none(key: str, value: object) -> None:
    assert seen(**{key: value}) == []


def test_what_a_disclosure_names_is_not_observed_as_well() -> None:
    analysis = analysed(EMAIL, mail=EMAIL.value, other="jo@example.com")
    assert [made.path for made in analysis.disclosures] == ["/0/odd/mail"]
    assert [(made.path, made.value) for made in analysis.observations] == [("/0/odd/other", "jo@example.com")]


def test_a_payload_that_is_nobodys_gives_no_observation() -> None:
    story = Story(PACK)
    story.call("org.json.JSONObject.toString()", returned=text('{"mail":"jo@example.com"}'))
    assert story.analyse().observations == ()


def test_the_same_thing_is_counted_and_its_first_place_kept() -> None:
    story = Story(PACK)
    for number in range(3):
        story.call(ENCODE, text(json.dumps([{"odd": {"mail": "jo@example.com", "n": number}}])))
    (made,) = story.analyse().observations
    assert (made.seq, made.times, made.value) == (1, 3, "jo@example.com")


def test_values_beyond_the_limit_are_a_fault_and_not_a_flood() -> None:
    story = Story(PACK)
    for number in range(MOST_VALUES + 5):
        story.call(ENCODE, text(json.dumps([{"odd": {"mail": f"jo{number}@example.com"}}])))
    analysis = story.analyse()
    assert len(analysis.observations) == MOST_VALUES
    assert [fault.message.split()[0] for fault in analysis.faults if fault.where == "observations"] == ["5"]


def test_the_text_of_an_element_that_the_script_touched_is_observed() -> None:
    story = Story(PACK)
    story.step("sign-in")
    story.steps[0] = _step("tapOn 'Create my account'")
    story.call(ENCODE, text(json.dumps([{"odd": {"tapped": "create my account", "more": "Create my accounts"}}])))
    (made,) = story.analyse().observations
    assert (made.kind, made.path, made.value) == (Observed.SCREEN_TEXT, "/0/odd/tapped", "create my account")


@pytest.mark.parametrize(
    "label",
    ["tapOn id 'consent_title'", "runFlow 1 commands when ${CHOICE == 'accept'}", "inputText ${EMAIL}", "tapOn 'OK'"],
)
def test_an_id_a_condition_or_two_letters_are_no_text_of_the_screen(label: str) -> None:
    assert screen_texts([_step(label)]) == frozenset()


def _step(label: str) -> StoredStep:
    return StoredStep(step="step-0", ordinal=0, label=label, phase="sign-in", started_ms=0.0)
