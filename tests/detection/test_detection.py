"""Every value in every way is found and named rightly; nothing is found where it is not."""

from __future__ import annotations

import json
import subprocess
from itertools import islice

import pytest

from tests.detection.matrix import found, ways, written
from tests.detection.negative import FULL, SLICE, corpus, wrong
from tests.detection.page import PATH, page, unlisted
from tests.detection.values import VALUES


def test_the_matrix_is_as_large_as_it_has_to_be() -> None:
    names = list(ways())
    assert len(VALUES) >= 30
    assert len(names) >= 25
    assert len(written()) == len(VALUES) * len(names)


def test_every_value_is_found_in_every_way_and_what_is_not_is_listed_with_its_reason() -> None:
    assert list(unlisted()) == []


def test_no_other_value_is_found_in_the_matrix() -> None:
    assert [(one.written.way, one.written.value, one.false) for one in found() if one.false] == []


@pytest.mark.parametrize(
    ("way", "command"),
    [
        ("SHA-256", ["sha256sum"]),
        ("SHA-512", ["sha512sum"]),
        ("MD5", ["md5sum"]),
        ("SHA-1", ["openssl", "dgst", "-sha1", "-r"]),
        ("Base64", ["base64", "-w0"]),
        ("Base64, URL-safe, unpadded", ["basenc", "--base64url", "-w0"]),
        ("hex, upper case", ["basenc", "--base16", "-w0"]),
    ],
)
def test_the_encoders_agree_with_other_programs(way: str, command: list[str]) -> None:
    for one in written():
        if one.way == way:
            content = VALUES[one.value][1].encode()
            made = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
            assert f'"{made.split()[0].rstrip("=")}' in str(one.content)


def test_nothing_is_found_in_a_slice_of_the_negative_corpus() -> None:
    assert list(islice(wrong(corpus(SLICE)), 5)) == []


@pytest.mark.long
def test_nothing_is_found_in_all_of_the_negative_corpus() -> None:
    assert list(islice(wrong(corpus(FULL)), 5)) == []


def test_the_judge_of_the_negative_corpus_notices_what_is_there() -> None:
    value = VALUES["FULL_NAME"][1]
    there = wrong([("planted", json.dumps({"v": value}), ("json",)), ("step", json.dumps({"v": "a%40b"}), ("json",))])
    assert [one.said for one in there] == [("FULL_NAME as raw at /v",), ("undone: json, url",)]


def test_the_page_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == page(), "run `python -m tests.detection` and look at the difference"
