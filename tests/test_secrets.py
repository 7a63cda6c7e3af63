"""What takes secrets out of bytes: in every encoding, made by tools that are not ours, and nothing else with them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import logging
import os
import subprocess
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from harness.analyse.decoding.decode import decode
from harness.analyse.detecting.forms import forms
from harness.model.errors import InputError
from harness.model.facts import PersonaValue, Source
from harness.secrets import Veil, hide, quiet_logs, veiled_error, why_not
from harness.secrets.written import Search
from harness.store.mask import Masked
from tests.leaks import forms as forms_to_find

SECRET = "Zgjnk-51991-scwcc!"
TEXT = json.dumps({"user": "someone of this world", "password": SECRET, "more": {"list": [1, 2, 3]}}).encode()


def _tool(*command: str) -> Callable[[bytes], bytes]:
    return lambda content: subprocess.run(command, input=content, capture_output=True, check=True).stdout


def _node(expression: str) -> Callable[[bytes], bytes]:
    script = f"let t=require('fs').readFileSync(0);process.stdout.write({expression})"
    return _tool("node", "-e", script)


BASE64 = _tool("base64", "-w0")
GZIP = _tool("gzip", "-c")
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "json in json": _node("JSON.stringify({a: t.toString()})"),
    "json in json in json": _node("JSON.stringify({a: JSON.stringify({b: t.toString()})})"),
    "every letter as \\uXXXX": _node(
        "'{\"a\":\"'+[...t.toString()].map(c=>'\\\\u'+c.charCodeAt(0).toString(16).padStart(4,'0')).join('')+'\"}'"
    ),
    "form": _node("'a=1&b='+encodeURIComponent(t.toString())+'&c=2'"),
    "address in an address": _node(
        "'https://x/?u='+encodeURIComponent('https://y/?b='+encodeURIComponent(t.toString()))"
    ),
    "base64": BASE64,
    "base64, wrapped": _tool("base64"),
    "base64 for addresses": _node("t.toString('base64url')"),
    "base64 of base64": lambda content: BASE64(BASE64(content)),
    "base64 in json, slashes escaped": _node("'{\"a\":\"'+t.toString('base64').replaceAll('/','\\\\/')+'\"}'"),
    "hex": _node("t.toString('hex')"),
    "HEX": _node("t.toString('hex').toUpperCase()"),
    "gzip": GZIP,
    "gzip after other bytes": lambda content: b"POST / HTTP/1.1\r\n\r\n" + GZIP(content),
    "gzip, base64, form": lambda content: _node("'d='+encodeURIComponent(t.toString('base64'))")(GZIP(content)),
    "gzip of gzip": lambda content: GZIP(GZIP(content)),
    "zlib": _node("require('zlib').deflateSync(t)"),
    "deflate": _node("require('zlib').deflateRawSync(t)"),
    "brotli": _node("require('zlib').brotliCompressSync(t)"),
    "zstd": zstandard.ZstdCompressor().compress,
    "UTF-16LE": _tool("iconv", "-f", "UTF-8", "-t", "UTF-16LE"),
    "UTF-16BE": _tool("iconv", "-f", "UTF-8", "-t", "UTF-16BE"),
    "UTF-16 in base64": lambda content: BASE64(_tool("iconv", "-f", "UTF-8", "-t", "UTF-16LE")(content)),
    "xml, by number": _node("'<a>'+[...t.toString()].map(c=>'&#'+c.charCodeAt(0)+';').join('')+'</a>'"),
    "xml, by name": _node("'<a b=\"'+t.toString().replaceAll('&','&amp;').replaceAll('\"','&quot;')+'\"/>'"),
}
UNDONE: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64decode,
    "base64, wrapped": base64.b64decode,
    "base64 of base64": lambda content: base64.b64decode(base64.b64decode(content)),
    "hex": lambda content: bytes.fromhex(content.decode()),
    "gzip": gzip.decompress,
    "gzip of gzip": lambda content: gzip.decompress(gzip.decompress(content)),
    "zlib": zlib.decompress,
    "deflate": lambda content: zlib.decompress(content, -15),
    "brotli": brotli.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompressobj().decompress(content),
    "UTF-16LE": lambda content: content.decode("utf-16-le").encode(),
}


@pytest.fixture(scope="module")
def veil() -> Veil:
    return Veil({"PASSWORD": SECRET})


@pytest.mark.parametrize("inner", [SECRET.encode(), TEXT], ids=["alone", "in json"])
@pytest.mark.parametrize("name", ENCODINGS)
def test_a_secret_is_taken_out_however_it_was_written(veil: Veil, name: str, inner: bytes) -> None:
    content = ENCODINGS[name](inner)
    masked = veil(content)
    assert [hit.name for hit in masked.hits] == ["PASSWORD"]
    assert not _leaks(masked.content)
    assert veil(masked.content) == Masked(content=masked.content), "what was masked is not masked again"


@pytest.mark.parametrize("name", UNDONE)
def test_what_it_was_packed_in_can_still_be_opened(veil: Veil, name: str) -> None:
    opened = json.loads(UNDONE[name](veil(ENCODINGS[name](TEXT)).content))
    assert opened.pop("password").strip() == "<<PASSWORD>>"
    assert opened == {"user": "someone of this world", "more": {"list": [1, 2, 3]}}


@pytest.mark.parametrize("name", [name for name in ENCODINGS if name != "gzip after other bytes"])  # a request's head
def test_analysis_finds_what_stands_for_it(veil: Veil, name: str) -> None:
    value = PersonaValue(name="PASSWORD", category="password", value="<<PASSWORD>>", source=Source.PLANTED, secret=True)
    tokens = {form.text.lower() for form in forms(value)[0]}
    leaves = decode(veil(ENCODINGS[name](TEXT)).content).leaves
    assert any(token in leaf.text.lower() for leaf in leaves for token in tokens)


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256", "sha512"])
def test_a_digest_of_it_is_taken_out_too(veil: Veil, kind: str) -> None:
    digest = _tool("openssl", "dgst", f"-{kind}", "-r")(SECRET.encode()).split()[0]
    raw = _tool("openssl", "dgst", f"-{kind}", "-binary")(SECRET.encode())
    assert veil(b'{"h": "%s"}' % digest).content == b'{"h": "<<PASSWORD %s>>"}' % kind.encode()
    assert veil(b'{"h": "%s"}' % digest.upper()).content == b'{"h": "<<PASSWORD %s>>"}' % kind.encode()
    assert veil(b'{"h": "%s"}' % BASE64(raw)).content == b'{"h": "<<PASSWORD %s, base64>>"}' % kind.encode()
    assert veil(raw).content == b"<<PASSWORD %s>>" % kind.encode()


def test_formats_that_count_their_bytes_stay_readable(veil: Veil) -> None:
    protobuf = b"\x0a\x12" + SECRET.encode() + b"\x10\x01"
    assert veil(protobuf).content == b"\x0a\x12<<PASSWORD>>      \x10\x01"


def test_where_nothing_of_that_length_can_stand_all_of_it_goes_and_says_so() -> None:
    veil = Veil({"A_VERY_LONG_NAME_FOR_A_PIN": "Qx7-z!"})
    masked = veil(b"\x0a\x06Qx7-z!\x10\x01")
    assert masked.content.startswith(b"<<A_VERY_LONG_NAME_FOR_A_PIN>> stood in these 10 bytes, which were not kept")
    assert len(masked.hits) == 1


def test_the_digest_by_which_an_event_names_its_payload_stays(veil: Veil) -> None:
    sha256 = hashlib.sha256(SECRET.encode()).hexdigest()
    value = b'[{"t":"bytes","sha256":"%s","n":18}]' % sha256.encode()
    assert veil(value).content == value
    assert veil(b'{"sha256":"%s"}' % sha256.encode()).hits


def test_what_comes_out_of_a_bomb_is_not_looked_through_and_not_kept(veil: Veil) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    masked = veil(bomb)
    assert masked.hits[0].chain == ("not looked through",)
    assert len(masked.content) < 200


def test_other_content_is_not_touched(veil: Veil) -> None:
    for number in range(300):
        content = os.urandom(number * 7) + b"%41&amp;\\u0041" + base64.b64encode(os.urandom(number))
        assert veil(content) == Masked(content=content)


@pytest.mark.parametrize(
    "secret",
    [
        "pass word with spaces",
        'quo"te\\and/slash',
        "Pässwörd-ß-42",
        "пароль-секрет",
        "密码密码密码密码",
        "&<>'tags",
        "a%20b+c%",
    ],
)
def test_odd_secrets_are_taken_out_as_well(secret: str) -> None:
    veil = Veil({"PASSWORD": secret})
    plain = secret.encode()
    for name in ("as it is", "json in json", "every letter as \\uXXXX", "form", "base64", "hex", "gzip", "UTF-16LE"):
        masked = veil(ENCODINGS[name](plain))
        assert masked.hits, name
        assert not veil(masked.content).hits, name
    document = json.dumps({"p": secret, "q": json.dumps([secret])}).encode()
    assert json.loads(veil(document).content) == {"p": "<<PASSWORD>>", "q": '["<<PASSWORD>>"]'}


def test_a_request_still_says_how_long_its_body_is(veil: Veil) -> None:
    body = json.dumps({"p": SECRET}).encode()
    masked = veil(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)).content
    assert masked == b'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n{"p": "<<PASSWORD>>"}'


def test_short_numbers_count_only_where_no_digit_stands_beside_them() -> None:
    veil = Veil({"PIN": "845123"})
    assert veil(b'{"at": 1784512399, "pin": "845123"}').content == b'{"at": 1784512399, "pin": "<<PIN>>"}'


@pytest.mark.parametrize(("value", "why"), [("Ab3!x", "it has 5 characters"), ("android", "a common word")])
def test_what_occurs_by_chance_is_refused_before_the_run(value: str, why: str) -> None:
    assert why_not(value).startswith(why)
    with pytest.raises(InputError, match="the secret PIN cannot be kept out of the case file"):
        hide(frozenset({"PIN"}), given={"PIN": value}, flow_env={})


def test_what_nobody_gives_is_invented_and_different_each_time() -> None:
    first, second = (hide(frozenset({"DOOR_CODE"}), given={}, flow_env={}) for _ in range(2))
    assert first.names == {"DOOR_CODE", "PASSWORD"}
    assert all(first.env[name] != second.env[name] for name in first.names)
    assert hide(frozenset(), given={"PASSWORD": SECRET}, flow_env={}).env == {"PASSWORD": SECRET}
    assert hide(frozenset({"PIN"}), given={"PASSWORD": SECRET}, flow_env={"PIN": "${PASSWORD}"}).env["PIN"] == SECRET


def test_log_lines_and_errors_are_told_without_it(veil: Veil, caplog: pytest.LogCaptureFixture) -> None:
    with quiet_logs(veil):
        logging.getLogger("elsewhere").warning("typed %s", SECRET)
        logging.getLogger("elsewhere").error("it failed", exc_info=ValueError(f"no {SECRET}"))
    assert SECRET not in caplog.text
    assert "typed <<PASSWORD>>" in caplog.text
    error = InputError(f"no {SECRET}", remedy=f"not {SECRET}")
    error.__cause__ = ValueError(SECRET)
    veiled_error(error, veil)
    assert SECRET not in f"{error} {error.args} {error.remedy} {error.__cause__}"


def test_ordinary_calls_cost_microseconds(veil: Veil) -> None:
    values = [json.dumps([{"t": "string", "v": f"an event of number {number}"}]).encode() for number in range(5000)]
    started_s = time.perf_counter()
    for value in values:
        veil(value)
    assert time.perf_counter() - started_s < 5  # 4 us each; a thousand times that would stop the app


def _leaks(content: bytes) -> list[str]:
    lower = content.lower()
    return [
        name
        for name, form in forms_to_find(SECRET).items()
        if (form in content if "base64" in name else form.lower() in lower)
    ]


def test_the_search_knows_no_form_twice() -> None:
    assert Search({}).found(TEXT) == []
    assert len(Search({"PASSWORD": SECRET}).found(SECRET.encode())) == 1
