"""Digests that only what the hooks saw gives away. Every expected one is openssl's."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from tests.stored import Story, planted, text
from tests.told import EMAIL, ENCODE, LABEL, MAC, MAC_PART, PACK, hashed, openssl

INIT = "Mac.init(java.security.Key)"
KEY = b"an application's key"


def told_the_key(story: Story, key: bytes = KEY) -> None:
    story.call(INIT, captured={"argument 0.key": story.content(key), "this.algorithm": text("HmacSHA256")})


def sent(story: Story, content: str) -> None:
    story.call(ENCODE, text(json.dumps([{"odd": {"place": content}}])))


def hmac(name: str, value: str, key: bytes = KEY) -> bytes:
    return openssl(
        "dgst", f"-{name}", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary", content=value.encode()
    )


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_a_value_is_recognised_by_a_key_that_was_seen_though_its_own_input_was_not(name: str) -> None:
    story = Story(PACK)
    told_the_key(story)
    sent(story, hmac(name, EMAIL.value).hex())
    (made,) = story.analyse(EMAIL).disclosures
    assert (made.persona, made.path, made.chain[-1]) == ("EMAIL", "/0/odd/place", f"hmac-{name} (key seen)")


def test_the_spelling_before_hashing_and_the_writing_after_it_are_named() -> None:
    story = Story(PACK)
    told_the_key(story)
    sent(story, b64encode(hmac("sha256", EMAIL.value.upper())).decode())
    (made,) = story.analyse(EMAIL).disclosures
    assert made.chain[-1] == "hmac-sha256 (key seen), base64, upper case"


def test_another_key_gives_nothing_away() -> None:
    story = Story(PACK)
    told_the_key(story)
    sent(story, hmac("sha256", EMAIL.value, b"another key").hex())
    assert story.analyse(EMAIL).disclosures == ()


def test_a_key_that_could_not_be_read_is_no_fault() -> None:
    story = Story(PACK)
    story.call(INIT, captured={"argument 0.key": {"t": "cut", "why": "fault: no field key"}})
    assert story.analyse(EMAIL).faults == ()


@pytest.mark.parametrize("salted", [f"pepper|{EMAIL.value}", f"{EMAIL.value}:4711", f"a {EMAIL.value} z"])
def test_a_value_within_a_salted_input_that_was_seen_is_recognised_by_its_digest(salted: str) -> None:
    story = Story(PACK)
    output = openssl("dgst", "-sha256", "-binary", content=salted.encode())
    hashed(story, salted.encode(), output)
    sent(story, f"user_{output.hex().upper()}")
    (made,) = story.analyse(EMAIL, LABEL).disclosures
    assert (made.persona, made.chain[-1]) == ("EMAIL", "sha256 (salted, input seen)")


def test_every_value_within_one_input_is_named() -> None:
    story = Story(PACK)
    both = f"{EMAIL.value}/{LABEL.value}".encode()
    output = openssl("dgst", "-sha1", "-binary", content=both)
    hashed(story, both, output, algorithm="SHA-1")
    sent(story, output.hex())
    assert {made.persona for made in story.analyse(EMAIL, LABEL).disclosures} == {"EMAIL", "DEVICE_LABEL"}


def test_a_salted_keyed_digest_is_named_after_its_algorithm() -> None:
    story = Story(PACK)
    given = f"2026:{EMAIL.value}"
    output = hmac("sha1", given)
    story.call(MAC_PART, story.content(given.encode()), this_id=8)
    story.call(MAC, this_id=8, returned=story.content(output), captured={"this.algorithm": text("HmacSHA1")})
    sent(story, b64encode(output).decode())
    (made,) = story.analyse(EMAIL).disclosures
    assert made.chain[-1] == "hmac-sha1 (salted, input seen), base64"


def test_a_plain_digest_whose_input_was_seen_is_named_plainly() -> None:
    story = Story(PACK)
    output = openssl("dgst", "-sha256", "-binary", content=EMAIL.value.encode())
    hashed(story, EMAIL.value.encode(), output)
    sent(story, output.hex())
    (made,) = story.analyse(EMAIL).disclosures
    assert made.chain[-1] == "sha256"


def test_a_digest_of_an_input_without_a_value_is_nobodys() -> None:
    story = Story(PACK)
    output = openssl("dgst", "-sha256", "-binary", content=b"pepper|somebody@example.org")
    hashed(story, b"pepper|somebody@example.org", output)
    sent(story, output.hex())
    assert story.analyse(EMAIL).disclosures == ()


def test_a_value_too_short_for_the_eye_is_recognised_by_the_key() -> None:
    story = Story(PACK)
    told_the_key(story)
    sent(story, hmac("sha256", "Ann").hex())
    (made,) = story.analyse(planted("FIRST_NAME", "name", "Ann")).disclosures
    assert made.chain[-1] == "hmac-sha256 (key seen)"
