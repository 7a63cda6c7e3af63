"""Decoding: expected values come from coreutils, gzip and openssl at test time, or are literals."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from harness.analyse.decoding.decode import Decoded, Limits, decode


def made_by(command: list[str], content: bytes) -> bytes:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def base64_of(content: bytes) -> str:
    return made_by(["base64", "-w0"], content).decode()


def hex_of(content: bytes) -> str:
    return made_by(["od", "-An", "-v", "-tx1"], content).decode().replace(" ", "").replace("\n", "")


def gzip_of(content: bytes) -> bytes:
    return made_by(["gzip", "-c"], content)


def sha256_of(content: bytes) -> str:
    return made_by(["sha256sum"], content).decode().split()[0]


def values(decoded: Decoded) -> dict[str, str]:
    return {leaf.path: leaf.text for leaf in decoded.leaves if not leaf.is_key}


def chains(decoded: Decoded) -> dict[str, tuple[str, ...]]:
    return {leaf.path: leaf.chain for leaf in decoded.leaves if not leaf.is_key}


# perl -MCompress::Zlib -e 'print unpack("H*", compress("{\\"event\\":\\"Signed In\\"}"))'
ZLIB_EVENT = bytes.fromhex("789cab564a2d4bcd2b51b2520ace4ccf4b4d51f0cc53aa05004f0a070e")
EVENT = '{"event":"Signed In","properties":{"$email":"ann@example.com","n":1.5,"ok":true,"none":null}}'


def test_json_becomes_a_tree_with_pointers() -> None:
    decoded = decode(EVENT)
    assert values(decoded) == {
        "/event": "Signed In",
        "/properties/$email": "ann@example.com",
        "/properties/n": "1.5",
        "/properties/ok": "true",
    }
    assert decoded.chain == ("json",)


@pytest.mark.parametrize(
    ("content", "chain"),
    [
        (EVENT.encode(), ("json",)),
        (gzip_of(EVENT.encode()), ("gzip", "json")),
        (ZLIB_EVENT, ("zlib", "json")),
        (base64_of(EVENT.encode()), ("base64", "json")),
        (base64_of(EVENT.encode()).rstrip("="), ("base64", "json")),
        (base64_of(EVENT.encode()).replace("+", "-").replace("/", "_"), ("base64", "json")),
        (made_by(["base64", "-w76"], EVENT.encode()).decode(), ("base64", "json")),
        (hex_of(EVENT.encode()), ("hex", "json")),
        (hex_of(EVENT.encode()).upper(), ("hex", "json")),
        (base64_of(gzip_of(EVENT.encode())), ("base64", "gzip", "json")),
        (gzip_of(base64_of(EVENT.encode()).encode()), ("gzip", "base64", "json")),
        ("%7B%22event%22%3A%22Signed%20In%22%7D", ("url", "json")),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, tuple) else "content",
)
def test_wrappings_are_undone_in_order(content: bytes | str, chain: tuple[str, ...]) -> None:
    decoded = decode(content)
    assert decoded.chain == chain
    assert values(decoded)["/event"] == "Signed In"


def test_a_form_with_base64_of_json_is_followed_to_the_bottom() -> None:
    body = f"data={base64_of(EVENT.encode()).replace('=', '%3D')}&verbose=1"
    decoded = decode(body.encode())
    assert values(decoded)["/data/properties/$email"] == "ann@example.com"
    assert chains(decoded)["/data/properties/$email"] == ("form", "base64", "json")
    assert values(decoded)["/verbose"] == "1"


def test_a_lone_pair_is_a_form_only_as_a_whole_body() -> None:
    assert values(decode("data=x1")) == {"/data": "x1"}
    assert values(decode('{"note":"data=x1"}')) == {"/note": "data=x1"}


def test_json_inside_a_json_string_continues_the_path() -> None:
    decoded = decode('{"eventValue":"{\\"plan\\":\\"free\\"}"}')
    assert values(decoded) == {"/eventValue/plan": "free"}
    assert chains(decoded)["/eventValue/plan"] == ("json", "json")


def test_the_query_of_an_address_is_read_when_asked_for() -> None:
    address = "https://api.example.org/v1/url?identity=user-42&sdk=android"
    assert values(decode(address, hints=["query"])) == {"/identity": "user-42", "/sdk": "android"}
    assert values(decode(address)) == {"": address}


def test_a_repeated_key_hides_nothing() -> None:
    assert values(decode('{"id":"first","id":"second"}')) == {"/id": "first", "/id#2": "second"}
    assert values(decode("id=first&id=second")) == {"/id": "first", "/id#2": "second"}


def test_keys_with_slashes_and_tildes_are_escaped_in_pointers() -> None:
    assert values(decode('{"a/b":{"c~d":"x"}}')) == {"/a~1b/c~0d": "x"}


@pytest.mark.parametrize(
    "innocent",
    [
        "Signed In",
        "9774d56d682e549c",  # an android_id: hexadecimal of no text
        "5e3c6f0e-6a2b-4c39-9f38-0a3c7c1e9d11",
        "1700000000000-1234567890123456789",
        "FIREBASE_CRASHLYTICS_REPORT",
        "com.example.doorbell",
        "fb_mobile_complete_registration",
        "Tom & Jerry",
        "100%",
        "[not json",
        "{}x",
        "",
    ],
)
def test_innocent_text_is_left_alone(innocent: str) -> None:
    decoded = decode({"value": innocent})
    assert values(decoded) == {"/value": innocent}
    assert chains(decoded) == {"/value": ()}


def test_bytes_that_mean_nothing_are_opaque_but_searchable() -> None:
    noise = bytes(range(256))
    decoded = decode(noise + b"ann@example.com")
    assert decoded.opaque
    (leaf,) = decoded.leaves
    assert leaf.chain == ("bytes",)
    assert "ann@example.com" in leaf.text


def test_a_truncated_gzip_stream_stays_opaque() -> None:
    assert decode(gzip_of(EVENT.encode())[:-9]).opaque


def test_all_members_of_a_gzip_stream_are_read() -> None:
    two = gzip_of(b'{"a":') + gzip_of(b'"b"}')
    assert values(decode(two)) == {"/a": "b"}


def test_stages_name_the_content_at_every_step_outermost_first() -> None:
    zipped = gzip_of(EVENT.encode())
    decoded = decode(zipped)
    assert decoded.stages[:2] == (sha256_of(zipped), sha256_of(EVENT.encode()))


def test_two_orders_of_the_same_keys_share_a_structure() -> None:
    first, second = decode('{"a":1,"b":[2]}'), decode('{ "b": [2], "a": 1 }')
    assert first.stages[0] != second.stages[0]
    assert first.stages[-1] == second.stages[-1]


def test_a_small_part_is_no_stage_of_the_whole() -> None:
    decoded = decode('{"metadata":"{}","identity":"user-42","rest":"long enough to matter"}')
    assert decode("{}").stages[0] not in decoded.stages


def nested(depth: int) -> Any:
    tree: Any = "deep"
    for _ in range(depth):
        tree = [tree]
    return tree


@pytest.mark.parametrize(
    ("content", "limits", "words"),
    [
        (nested(30), Limits(), "deeper than 24"),
        (["x"] * 50, Limits(nodes=20), "bigger than the limits allow"),
        (gzip_of(b"x" * 100_000), Limits(expanded=10_000), "gzip not undone"),
        ('{"a":"' + "y" * 500 + '"}', Limits(expanded=100), "bigger than the limits allow"),
    ],
)
def test_a_limit_that_is_reached_is_noted_and_nothing_is_dropped(content: Any, limits: Limits, words: str) -> None:
    decoded = decode(content, limits=limits)
    assert any(words in note for note in decoded.notes)


def test_text_beyond_a_limit_is_still_there_to_be_searched() -> None:
    decoded = decode(["ann@example.com"] * 50, limits=Limits(nodes=20))
    assert sum(leaf.text == "ann@example.com" or "ann@" in leaf.text for leaf in decoded.leaves) == 50


def test_a_bomb_of_a_thousandfold_is_refused_quickly() -> None:
    bomb = gzip_of(gzip_of(b"\0" * 50_000_000))
    decoded = decode(bomb, limits=Limits(expanded=1_000_000))
    assert decoded.notes


def test_a_hundred_thousand_brackets_do_no_harm() -> None:
    decoded = decode("[" * 100_000)
    assert values(decoded) == {"": "[" * 100_000}


def test_lone_surrogates_survive() -> None:
    decoded = decode({"name": "a\ud800b"})
    assert values(decoded) == {"/name": "a\ud800b"}
    assert "\\ud800" in decoded.as_json()
