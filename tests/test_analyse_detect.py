"""Recognising values: encodings and digests are made by coreutils and openssl, never by the code under test."""

from __future__ import annotations

import subprocess

import pytest

from harness.analyse.decoding.decode import Leaf, decode
from harness.analyse.detecting.detect import Detector
from harness.model.facts import PersonaValue, Source
from tests.stored import planted

EMAIL = planted("EMAIL", "email", "Cedar.Otter.bdfgkm@example.org")
NAME = planted("FULL_NAME", "name", "Araminta Brandenwick")
FIRST = planted("FIRST_NAME", "name", "Araminta")
PHONE = planted("PHONE", "phone", "+12065550142")
CODE = planted("DOOR_CODE", "custom", "4711081500")
UMLAUT = planted("CITY", "address", "Köln-Müngersdorf")
PERSONA = [EMAIL, NAME, FIRST, PHONE, CODE, UMLAUT]


def made_by(command: list[str], content: bytes) -> bytes:
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def base64_of(text: str, *, before: str = "", after: str = "") -> str:
    return made_by(["base64", "-w0"], f"{before}{text}{after}".encode()).decode()


def digest_of(name: str, text: str) -> str:
    return made_by([f"{name}sum"], text.encode()).decode().split()[0]


def hex_of(text: str) -> str:
    return made_by(["od", "-An", "-v", "-tx1"], text.encode()).decode().replace(" ", "").replace("\n", "")


def over_encoded(text: str) -> str:
    digits = hex_of(text)
    return "".join(f"%{digits[at : at + 2]}" for at in range(0, len(digits), 2))


def found(text: str, persona: list[PersonaValue] = PERSONA) -> list[tuple[str, str]]:
    return [(hit.persona.name, hit.form) for hit in Detector(persona).hits([Leaf(path="/x", text=text, chain=())])]


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        (EMAIL.value, "EMAIL", "raw"),
        (EMAIL.value.lower(), "EMAIL", "raw"),
        (f"mail to <{EMAIL.value.upper()}>", "EMAIL", "raw"),
        ("Cedar.Otter.bdfgkm%40example.org", "EMAIL", "url"),
        ("to=cedar.otter.bdfgkm%40EXAMPLE.org", "EMAIL", "url"),
        ("Araminta+Brandenwick", "FULL_NAME", "url"),
        (hex_of(EMAIL.value), "EMAIL", "hex"),
        (hex_of(EMAIL.value).upper(), "EMAIL", "hex"),
        (digest_of("md5", EMAIL.value), "EMAIL", "md5"),
        (digest_of("sha1", EMAIL.value), "EMAIL", "sha1"),
        (digest_of("sha512", EMAIL.value), "EMAIL", "sha512"),
        (digest_of("sha256", EMAIL.value), "EMAIL", "sha256"),
        (digest_of("sha256", EMAIL.value.lower()), "EMAIL", "sha256, lower case"),
        (digest_of("sha256", EMAIL.value.lower()).upper(), "EMAIL", "sha256, lower case"),
        (digest_of("sha256", "araminta"), "FIRST_NAME", "sha256, lower case"),
        (digest_of("sha256", "ARAMINTA"), "FIRST_NAME", "sha256, upper case"),
        (digest_of("md5", "aramintabrandenwick"), "FULL_NAME", "md5, lower case, no spaces"),
        ("12065550142", "PHONE", "raw, digits"),
        ("(206) 555-0142", "PHONE", "raw, national"),
        ("+1 206-555-0142", "PHONE", "raw, international"),
        (digest_of("sha256", "12065550142"), "PHONE", "sha256, digits"),
        (digest_of("sha256", "+12065550142"), "PHONE", "sha256"),
        (digest_of("sha256", "2065550142"), "PHONE", "sha256, national number"),
        ("code=4711081500;", "DOOR_CODE", "raw"),
        ("ort: Köln-Müngersdorf", "CITY", "raw"),
        ("K%C3%B6ln-M%c3%bcngersdorf", "CITY", "url"),
        (digest_of("sha256", "köln-müngersdorf"), "CITY", "sha256, lower case"),
    ],
)
def test_a_value_is_recognised_however_it_is_written(text: str, name: str, form: str) -> None:
    assert found(text) == [(name, form)]


def test_text_with_every_letter_escaped_is_decoded_first() -> None:
    leaves = decode({"mail": over_encoded(EMAIL.value)}).leaves
    (hit,) = Detector(PERSONA).hits(leaves)
    assert (hit.persona.name, hit.leaf.chain, hit.form) == ("EMAIL", ("url",), "raw")


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz", "id=", '{"mail":"'])
@pytest.mark.parametrize("after", ["", "z", "zz", '"}'])
def test_base64_is_recognised_at_any_alignment(before: str, after: str) -> None:
    assert found(base64_of(EMAIL.value, before=before, after=after)) == [("EMAIL", "base64")]


def test_url_safe_base64_is_recognised() -> None:
    odd = planted("NOTE", "custom", "??>>~~key under the pot~~??>>")
    letters = base64_of(odd.value).replace("+", "-").replace("/", "_")
    assert found(letters, [odd]) == [("NOTE", "base64")]


def test_a_digest_in_base64_is_recognised() -> None:
    raw = made_by(["openssl", "dgst", "-sha256", "-binary"], EMAIL.value.lower().encode())
    letters = made_by(["base64", "-w0"], raw).decode()
    assert found(letters) == [("EMAIL", "sha256, base64, lower case")]
    assert found(letters.rstrip("=").replace("+", "-").replace("/", "_")) == [("EMAIL", "sha256, base64, lower case")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cedar.otter@example.org",
        "174711081500",  # the code inside a longer number
        "47110815001",
        "Brandenwick",
        digest_of("sha256", "somebody.else@example.org"),
        base64_of("somebody.else@example.org"),
        base64_of(EMAIL.value).swapcase(),
    ],
)
def test_what_only_resembles_a_value_is_not_taken_for_it(text: str) -> None:
    assert found(text) == []


def test_a_name_inside_the_full_name_or_the_address_is_not_counted_again() -> None:
    mail = planted("EMAIL", "email", "araminta.b@example.org")
    assert found("Araminta Brandenwick", [NAME, FIRST]) == [("FULL_NAME", "raw")]
    assert found("araminta.b@example.org", [mail, FIRST]) == [("EMAIL", "raw")]
    both = found("Araminta Brandenwick, called Araminta", [NAME, FIRST])
    assert both == [("FIRST_NAME", "raw"), ("FULL_NAME", "raw")]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("471", "a number of 3 digits"),
        ("17011", "a number of 5 digits"),
        ("ann", "only 3 characters"),
        ("Android", "a common word"),
    ],
)
def test_a_value_that_chance_would_find_is_refused_in_clear_and_listed(value: str, why: str) -> None:
    short = planted("SHORT", "custom", value)
    detector = Detector([short])
    assert found(f"x {value} y", [short]) == []
    (refusal,) = detector.refusals
    assert (refusal.name, why in refusal.why) == ("SHORT", True)


def test_a_short_value_is_still_recognised_by_its_digest() -> None:
    short = planted("FIRST_NAME", "name", "Ann")
    assert found(digest_of("sha256", "ann"), [short]) == [("FIRST_NAME", "sha256, lower case")]


def test_a_value_declared_unsearchable_is_listed_with_its_reason() -> None:
    shared = PersonaValue(
        name="locale", category="locale", value="en_US_x", source=Source.DEVICE, searchable=False, why="shared"
    )
    detector = Detector([shared])
    assert found("en_US_x", [shared]) == []
    assert [refusal.why for refusal in detector.refusals] == ["shared"]


def test_hits_are_told_apart_by_leaf() -> None:
    leaves = [
        Leaf(path="/a", text="Köln ÄÖÜ", chain=()),
        Leaf(path="/b", text="İ" + NAME.value, chain=("json",)),
        Leaf(path="/c", text="\ud800 " + EMAIL.value, chain=()),
    ]
    hits = Detector(PERSONA).hits(leaves)
    assert [(hit.leaf.path, hit.persona.name) for hit in hits] == [("/b", "FULL_NAME"), ("/c", "EMAIL")]


@pytest.mark.parametrize("filler", ["x y ", "ß€\U0001f511 ", "İ\ud800 "])
def test_among_many_leaves_a_value_is_found_in_its_own_wherever_they_are_cut(filler: str) -> None:
    planted_in = {0, 98, 99, 100, 101, 250, 251, 299}  # 1,000 characters a leaf: far more than are searched at once
    texts = [filler * (1000 // len(filler)) for _ in range(300)]
    leaves = [
        Leaf(path=f"/{number}", text=f"{text}{EMAIL.value} {text}" if number in planted_in else text, chain=())
        for number, text in enumerate(texts)
    ]
    hits = Detector(PERSONA).hits(leaves)
    assert [(hit.leaf.path, hit.persona.name, hit.form) for hit in hits] == [
        (f"/{number}", "EMAIL", "raw") for number in sorted(planted_in)
    ]


def test_word_boundaries_and_capitals_are_looked_at_in_the_right_place_behind_letters_of_many_bytes() -> None:
    assert found(f"€€ {CODE.value}") == [("DOOR_CODE", "raw")]
    assert found(f"€€ 1{CODE.value}") == []
    assert found(f"€€ {base64_of(EMAIL.value)}") == [("EMAIL", "base64")]
    assert found(f"€€ {base64_of(EMAIL.value).swapcase()}") == []


def test_a_value_is_not_put_together_from_two_leaves() -> None:
    leaves = [Leaf(path="/a", text="Araminta", chain=()), Leaf(path="/b", text="Brandenwick", chain=())]
    assert [hit.persona.name for hit in Detector([NAME]).hits(leaves)] == []


def test_nobody_to_look_for_finds_nothing() -> None:
    assert found("anything", []) == []


@pytest.mark.parametrize("coding", ["UTF-16LE", "UTF-16BE"])
def test_utf_16_among_bytes_that_nothing_else_reads_is_recognised(coding: str) -> None:
    wide = made_by(["iconv", "-f", "UTF-8", "-t", coding], f"to:{EMAIL.value};".encode())
    content = bytes.fromhex("9c01ff02fe83") + wide + bytes.fromhex("8001ff9c")
    leaf = Leaf(path="/blob", text=content.decode("utf-8", "replace"), chain=("bytes",))
    (hit,) = Detector(PERSONA).hits([leaf])
    assert (hit.persona.name, hit.form, hit.leaf.chain) == ("EMAIL", "raw", ("bytes", "utf-16"))
    assert hit.leaf.path == "/blob"


def test_only_the_head_of_a_digest_is_no_digest() -> None:
    assert found(digest_of("sha256", EMAIL.value)[:40] + "0" * 24) == []


SECRET = PersonaValue(name="PASSWORD", category="password", value="<<PASSWORD>>", source=Source.PLANTED, secret=True)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("pw=<<PASSWORD>>&x=1", "raw"),
        ("<<PASSWORD sha256>>", "sha256"),
        ('{"h":"<<PASSWORD sha512, base64>>"}', "sha512, base64"),
        ("a<<PASSWORD hex>>b", "hex"),
    ],
)
def test_a_secret_is_recognised_by_what_stands_for_it(text: str, form: str) -> None:
    detector = Detector([SECRET])
    (hit,) = detector.hits([Leaf(path="/x", text=text, chain=())])
    assert (hit.persona.category, hit.form, detector.refusals) == ("password", form, [])


@pytest.mark.parametrize(
    "text", ["<<PASSWORDS>>", "<<password>>", "<<PASSWORD", "PASSWORD", digest_of("md5", "<<PASSWORD>>")]
)
def test_nothing_else_stands_for_a_secret(text: str) -> None:
    assert found(text, [SECRET]) == []
