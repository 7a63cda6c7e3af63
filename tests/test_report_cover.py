"""What may be shown of a case, and what reads as its name and a mark."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from pathlib import Path

import pytest

from harness.model.facts import PersonaValue, Source
from harness.model.findings import Consent, Grade
from harness.report.cover import Cover
from harness.store import CaseFile
from tests.rows import device, started

ANDROID_ID = "8ddc7afca5fccd7e"
ADVERTISING_ID = "b209aea5-471c-44c5-873d-b7dd2a0b8746"
EMAIL = "larch.otter.mdtthd@example.org"
MADE_BY_TRACKER = "XZ5b5f245b-a8f0-46ce-b224-28ae6397d914"


@pytest.fixture
def cover() -> Cover:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.add_persona(
            (
                PersonaValue(name="EMAIL", category="email", value=EMAIL, source=Source.PLANTED),
                PersonaValue(
                    name="PASSWORD", category="password", value="<<PASSWORD>>", source=Source.PLANTED, secret=True
                ),
                _read("android_id", ANDROID_ID),
                _read("advertising_id", ADVERTISING_ID),
                _read("local_ip", "192.168.209.43", category="private_ip"),
                _read("carrier", "Canary Mobile"),
                _read("model", "Virtual Handset", category="device_model"),
            )
        )
        writer.end_run("completed", exit_code=0)
        _field(case, writer.run, "persistent_id", MADE_BY_TRACKER)
        _field(case, writer.run, "os_version", "14.0.0-final")
        _field(case, writer.run, "user_id", f"id-of-{EMAIL}")
        return Cover.of(case)


def test_a_value_read_from_the_device_reads_as_its_name_and_the_first_letters_of_its_digest(cover: Cover) -> None:
    digest = subprocess.run(["sha256sum"], input=ANDROID_ID.encode(), capture_output=True, check=True).stdout.decode()
    assert cover.text(f"id={ANDROID_ID}&x=1") == f"id=[android_id {digest[:6]}]&x=1"


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (["tr", "a-f", "A-F"], "upper case"),
        (["sed", "s/./%&/g;s/%\\(.\\)/\\1/g"], "itself"),
        (["xxd", "-p"], "hex"),
        (["base64"], "base64"),
        (["sha256sum"], "sha256"),
        (["md5sum"], "md5"),
    ],
)
def test_it_is_covered_however_it_was_written(cover: Cover, command: list[str], kind: str) -> None:
    made = subprocess.run(command, input=ANDROID_ID.encode(), capture_output=True, check=True).stdout.decode()
    letters = made.split()[0]
    covered = cover.text(f"before {letters} after")
    assert "[android_id" in covered
    assert letters.rstrip("=")[2:-2] not in covered, kind


def test_at_any_alignment_of_base64(cover: Cover) -> None:
    for before in ("", "a", "ab", "abc"):
        letters = base64.b64encode(f"{before}{ADVERTISING_ID}after".encode()).decode()
        assert letters[8:40] not in cover.text(f'{{"b": "{letters}"}}')


def test_planted_values_are_invented_and_stay(cover: Cover) -> None:
    text = json.dumps({"email": EMAIL, "password": "<<PASSWORD>>", "token": f"t-{EMAIL}", "authorization": EMAIL})
    assert cover.text(text) == text
    assert cover.value("user_id", f"id-of-{EMAIL}") == f"id-of-{EMAIL}"
    assert cover.value("password", "<<PASSWORD sha256>>") == "<<PASSWORD sha256>>"


def test_what_many_phones_share_stays(cover: Cover) -> None:
    text = '{"carrier": "Canary Mobile", "model": "Virtual Handset", "os": "14.0.0-final", "session_count": 12}'
    assert cover.text(text) == text
    assert cover.value("device_model", "Virtual Handset") == "Virtual Handset"


def test_an_id_that_only_a_field_map_names_is_covered_everywhere(cover: Cover) -> None:
    assert MADE_BY_TRACKER not in cover.text(f"https://t.example/{MADE_BY_TRACKER}/open")
    assert cover.value("persistent_id", MADE_BY_TRACKER) in cover.text(f'"{MADE_BY_TRACKER.lower()}"')


def test_a_value_that_could_be_found_by_trying_has_a_number_and_no_digest(cover: Cover) -> None:
    assert cover.text("from 192.168.209.43 on") == "from [local_ip 1] on"
    assert cover.text("from 192.168.209.431 on") == "from 192.168.209.431 on"
    assert cover.value("private_ip", "10.0.0.7") == "[private_ip]"


@pytest.mark.parametrize(
    "text",
    [
        '{"access_token": "s3cr3t-value-0001"}',
        '{"sessionId":"s3cr3t-value-0001"}',
        '{"body": "{\\"api_key\\": \\"s3cr3t-value-0001\\"}"}',
        "https://x.example/?a=1&access_token=s3cr3t-value-0001&b=2",
        "grant=x&client_secret=s3cr3t-value-0001",
        "POST / HTTP/1.1\r\nAuthorization: Bearer s3cr3t-value-0001\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nCookie: sid=s3cr3t-value-0001\r\n",
        '[["X-Goog-Api-Key", "s3cr3t-value-0001"]]',
    ],
)
def test_credentials_are_known_by_the_names_under_which_they_travel(cover: Cover, text: str) -> None:
    covered = cover.text(text)
    assert "s3cr3t" not in covered
    assert cover.text(covered) == covered
    if text[0] in "[{":
        json.loads(covered)


def test_headers_keep_scheme_and_names_of_cookies(cover: Cover) -> None:
    assert cover.header("Authorization", "Bearer abcdefgh12345678abc").startswith("Bearer [authorization ")
    cookie = cover.header("Cookie", "sid=abcdefgh12345678abc; theme=dark-mode-on")
    assert "abcdefgh" not in cookie
    assert cookie.startswith("sid=[cookie ")
    assert cover.header("Accept", "application/json") == "application/json"
    assert cover.header("X-Device", ANDROID_ID).startswith("[android_id ")


def test_json_stays_json_where_a_number_is_covered() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.end_run("completed", exit_code=0)
        _field(case, writer.run, "persistent_id", "479684357112540814")
        cover = Cover.of(case)
    covered = json.loads(cover.text('{"id": 479684357112540814, "text": "{\\"id\\": 479684357112540814}"}'))
    assert covered["id"].startswith("[persistent_id ")
    assert json.loads(covered["text"])["id"] == covered["id"]


def test_letters_outside_ascii_do_not_shift_what_is_covered(cover: Cover) -> None:
    covered = cover.text(f"Straße \U0001f6aa İ {ANDROID_ID} \u2014 Ende")
    assert covered.startswith("Straße \U0001f6aa İ [android_id ")
    assert covered.endswith("] \u2014 Ende")


def test_the_serial_number_of_a_real_phone_is_covered() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case, facts=device(virtual=False, serial="R58N90ABCDE"))
        writer.end_run("completed", exit_code=0)
        cover = Cover.of(case)
    assert cover.text("on R58N90ABCDE") == "on [serial 1]"


def test_who_may_see_everything_sees_it(cover: Cover, tmp_path: Path) -> None:
    with CaseFile.open(tmp_path / "case.db", create=True) as case:
        revealing = Cover.of(case, reveal=True)
    text = f'{{"token": "s3cr3t-value-0001", "id": "{ANDROID_ID}"}}'
    assert revealing.text(text) == text
    assert revealing.header("Cookie", "sid=abc") == "sid=abc"
    assert revealing.value("android_id", ANDROID_ID) == ANDROID_ID


def test_a_megabyte_without_structure_is_read_through_once(cover: Cover) -> None:
    started_s = time.perf_counter()
    for text in ("token" * 200_000, '"token' * 170_000, "a=" * 500_000, "session=" * 125_000, '\\"key\\":' * 120_000):
        cover.text(text)
    assert time.perf_counter() - started_s < 60  # an expression that goes back over a megabyte takes hours


def _read(name: str, value: str, *, category: str = "") -> PersonaValue:
    return PersonaValue(name=name, category=category or name, value=value, source=Source.DEVICE)


def _field(case: CaseFile, run: str, category: str, value: str) -> None:
    count = case.db.table("disclosure").count
    with case.transaction() as db:
        db.table("disclosure").insert(
            {
                "run": run,
                "position": count,
                "process": "p",
                "seq": 1,
                "tracker": "alpha",
                "category": category,
                "value": value,
                "chain": "[]",
                "path": "/x",
                "layer": "api",
                "phase": "",
                "consent": Consent.BEFORE.value,
                "at_ms": 1.0,
                "grade": Grade.FIELD.value,
                "times": 1,
            }
        )
