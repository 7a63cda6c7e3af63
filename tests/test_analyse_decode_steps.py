"""The steps beyond JSON and Base64: what they undo, what they leave alone, and that nothing can make them expensive.

Expected values come from iconv, base64, openssl and the formats' own libraries, or are literals."""

from __future__ import annotations

import base64
import gzip
import json
import random
import subprocess
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import blackboxprotobuf
import brotli
import pytest
import zstandard

from harness.analyse.decoding.decode import Decoded, Limits, decode

EVENT = '{"event":"Signed In","email":"ann@example.com","count":7,"text":"long enough to be told from chance"}'


def made_by(command: list[str], content: bytes) -> bytes:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def raw_deflate(content: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(content) + stream.flush()


def streamed_zstd(content: bytes) -> bytes:
    stream = zstandard.ZstdCompressor().compressobj()  # without the size in its header
    return stream.compress(content) + stream.flush()


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "deflate": raw_deflate,
    "brotli": brotli.compress,
    "zstd": streamed_zstd,
}


def values(decoded: Decoded) -> dict[str, str]:
    return {leaf.path: leaf.text for leaf in decoded.leaves if not leaf.is_key}


def chains(decoded: Decoded) -> dict[str, tuple[str, ...]]:
    return {leaf.path: leaf.chain for leaf in decoded.leaves if not leaf.is_key}


@pytest.mark.parametrize("name", COMPRESSORS)
def test_a_compressed_payload_is_read(name: str) -> None:
    decoded = decode(COMPRESSORS[name](EVENT.encode()))
    assert decoded.chain == (name, "json")
    assert values(decoded)["/email"] == "ann@example.com"


@pytest.mark.parametrize("name", COMPRESSORS)
def test_a_stream_that_lacks_its_end_stays_opaque(name: str) -> None:
    assert decode(COMPRESSORS[name](EVENT.encode() * 9)[:-3]).opaque


@pytest.mark.parametrize("name", COMPRESSORS)
def test_a_bomb_becomes_a_note_and_takes_no_memory(name: str) -> None:
    bomb = COMPRESSORS[name](b'{"a":"' + b"x" * 80_000_000 + b'"}')
    tracemalloc.start()
    decoded = decode(bomb, limits=Limits(expanded=2_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert decoded.notes == (f"/: {name} not undone: more than 2000000 bytes",)
    assert decoded.opaque
    assert peak < 12_000_000


def test_a_thousand_bombs_in_one_payload_cost_as_much_as_a_few() -> None:
    bomb = base64.b64encode(gzip.compress(b"\0" * 20_000_000)).decode()
    decoded = decode({"bombs": [bomb] * 1000}, limits=Limits(expanded=1_000_000))
    assert any("was tried to be decompressed to more than 4000000 bytes" in note for note in decoded.notes)
    assert values(decoded)["/bombs/999"]


def test_what_comes_after_a_bomb_is_still_read() -> None:
    bomb = base64.b64encode(gzip.compress(b"\0" * 20_000_000)).decode()
    decoded = decode([bomb, json.loads(EVENT)], limits=Limits(expanded=1_000_000))
    assert values(decoded)["/1/email"] == "ann@example.com"


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ],
)
def test_xml_with_entities_is_left_as_it_is_and_noted(document: str) -> None:
    decoded = decode({"xml": document})
    assert values(decoded) == {"/xml": document}
    assert decoded.notes == ("/xml: xml not undone: it declares a document type, and with it perhaps entities",)


def test_xml_becomes_a_tree() -> None:
    decoded = decode('<user id="7"><name>Ann</name><tag>a</tag><tag>b &amp; c</tag><empty/></user>')
    assert decoded.tree == {"user": {"@id": "7", "name": "Ann", "tag": "a", "tag#2": "b & c", "empty": ""}}
    assert decoded.chain == ("xml",)


def test_a_hundred_thousand_elements_within_each_other_do_no_harm() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert values(decode({"xml": deep})) == {"/xml": deep}


@pytest.mark.parametrize("coding", ["UTF-16LE", "UTF-16BE", "UTF-16"])
@pytest.mark.parametrize(
    "text", ["a plain sentence", "Ελένη Παπαδοπούλου, Αθήνα", '{"名前":"さくら山田花子","age":"31"}']
)
def test_utf_16_is_text(text: str, coding: str) -> None:
    decoded = decode({"v": made_by(["iconv", "-f", "UTF-8", "-t", coding], text.encode())})
    assert decoded.undone[0].step == "utf-16"
    assert list(values(decoded).values()) == (["さくら山田花子", "31"] if text[0] == "{" else [text])


def test_protobuf_is_read_as_a_public_reader_reads_it() -> None:
    types: dict[str, Any] = {
        "1": {"type": "int"},
        "2": {"type": "string"},
        "3": {"type": "message", "message_typedef": {"1": {"type": "string"}, "2": {"type": "double"}}},
        "4": {"type": "string"},
        "9": {"type": "fixed32"},
    }
    told: dict[Any, Any] = {
        "1": 1_700_000_000_123,
        "2": "ann@example.com",
        "3": [{"1": "lat", "2": 52.5200066}, {"1": "lon", "2": 13.404954}],
        "4": ["a", "b"],
        "9": 7,
    }
    content = bytes(blackboxprotobuf.encode_message(told, types))
    assert decode(content).tree == told == blackboxprotobuf.decode_message(content, types)[0]
    assert decode(b"\0" + len(content).to_bytes(4) + content).tree == told  # as gRPC frames it
    assert decode(content).undone[0].step == "protobuf"


def test_text_in_protobuf_is_never_taken_for_a_message() -> None:
    text = "1hnzl0mc6"  # which is one: field 6, 64 bits
    types: dict[str, Any] = {"1": {"type": "string"}, "2": {"type": "string"}}
    content = bytes(blackboxprotobuf.encode_message({"1": "ann@example.com", "2": text}, types))
    assert decode(content).tree == {"1": "ann@example.com", "2": text}


def test_a_message_without_text_is_read_only_where_a_hook_file_says_that_it_is_one() -> None:
    content = bytes(blackboxprotobuf.encode_message({"1": 5, "2": 7}, {"1": {"type": "int"}, "2": {"type": "int"}}))
    assert decode(content + content).opaque
    assert decode(content, hints=["protobuf"]).tree == {"1": 5, "2": 7}


def test_chance_bytes_and_identifiers_are_nothing() -> None:
    dice = random.Random(5)
    for _ in range(4000):
        identifier = {
            "hex": dice.randbytes(dice.choice((8, 16, 20, 32))).hex(),
            "base64": base64.b64encode(dice.randbytes(dice.choice((12, 16, 18, 24, 32)))).decode(),
            "digits": "".join(dice.choices("0123456789", k=dice.randint(10, 24))),
        }
        assert decode(identifier).undone == ()
        assert decode(b"\xff" + dice.randbytes(dice.randint(1, 200))).undone == ()


def test_the_lines_of_an_envelope_are_cut() -> None:
    lines = ['{"event_id":"1"}', '{"type":"event"}', EVENT, '{"type":"log","length":5}', "plain"]
    decoded = decode("\n".join(lines).encode())
    assert values(decoded)["/2/email"] == "ann@example.com"
    assert chains(decoded)["/2/email"] == ("lines", "json")
    assert values(decoded)["/4"] == "plain"


def test_an_envelope_with_bytes_is_cut_where_its_headers_say() -> None:
    attachment = b"\x89PNG\n{\xff\n\0"
    parts = [b'{"event_id":"1"}', b'{"type":"attachment","length":%d}' % len(attachment), attachment]
    decoded = decode(b"\n".join([*parts, b'{"type":"event"}', EVENT.encode()]))
    assert values(decoded)["/4/email"] == "ann@example.com"
    assert decoded.tree[2] == attachment


def test_a_multipart_body_with_a_file_is_cut() -> None:
    body = (
        b'--x1\r\nContent-Disposition: form-data; name="email"\r\n\r\nann@example.com\r\n'
        b'--x1\r\nContent-Disposition: form-data; name="f"; filename="e.json"\r\nContent-Type: application/json\r\n\r\n'
        + EVENT.encode()
        + b"\r\n--x1--\r\n"
    )
    decoded = decode(body)
    assert values(decoded)["/email"] == "ann@example.com"
    assert values(decoded)["/f/filename"] == "e.json"
    assert chains(decoded)["/f/content/count"] == ("multipart", "json")


def test_a_web_token_is_opened_where_it_stands_in_a_text() -> None:
    parts = ['{"alg":"HS256","typ":"JWT"}', '{"sub":"ann@example.com"}', "signature"]
    token = ".".join(made_by(["basenc", "--base64url", "-w0"], part.encode()).decode().rstrip("=") for part in parts)
    whole, within = decode(token), decode({"Authorization": f"Bearer {token}"})
    assert whole.tree["payload"] == {"sub": "ann@example.com"}
    assert chains(whole)["/payload/sub"] == ("jwt",)
    assert values(within)["/Authorization/jwt at 7/payload/sub"] == "ann@example.com"
    assert within.tree == {"Authorization": f"Bearer {token}"}


def test_every_undone_step_can_be_done_again_by_other_programs() -> None:
    inner = made_by(["base64", "-w0"], made_by(["gzip", "-c"], EVENT.encode())).decode()
    text = f"POST {inner} done"
    first, second, third = decode({"log": text}).undone
    assert (first.path, first.step) == ("/log", "base64")
    packed = made_by(["base64", "-d"], text[first.start : first.end].encode())
    assert (second.step, second.start, second.end) == ("gzip", 0, len(packed) == first.gave and first.gave)
    assert len(made_by(["gzip", "-dc"], packed)) == second.gave == third.end
    assert (third.path, third.step) == (f"/log/base64 at {first.start}", "json")


def test_base64_in_the_path_of_an_address_is_undone() -> None:
    inner = made_by(["basenc", "--base64url", "-w0"], EVENT.encode()).decode().rstrip("=")
    decoded = decode({"url": f"https://api.example.org/v2/{inner}/send"})
    assert "ann@example.com" in values(decoded).values()


def test_a_text_with_a_percent_sign_in_it_is_not_lost() -> None:
    text = "50%25 off, said 'Ann'"
    assert values(decode({"v": text}))["/v"] == text


def test_json_written_twice_is_read() -> None:
    assert values(decode(json.dumps(EVENT)))["/email"] == "ann@example.com"


def test_many_equal_names_take_no_more_than_their_number() -> None:
    assert len(values(decode("&".join(["a=1"] * 20_000)))) == 20_000
