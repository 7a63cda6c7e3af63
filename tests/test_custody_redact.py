"""A redacted copy shows what the original showed, and holds nothing that identifies a real phone or account."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from harness.custody.redact import redact
from harness.custody.sealing import check_case, seal_case
from harness.examine import analyse
from harness.model.errors import CaseError
from harness.model.facts import PersonaValue, Source
from harness.report import write_html
from harness.store import CaseFile
from harness.trackers import load_pack
from tests.rows import blob, event, final, hook, started
from tests.synthetic import write_case

_ANDROID_ID = "9f3b7c21d8e64a05"
_TOKEN = "eyQx7Zr1vBn5Lk8Wd2"
_EMAIL = "larch.otter.mdtthd@example.org"


def _openssl(*arguments: str, content: str) -> str:
    told = subprocess.run(["openssl", *arguments], input=content.encode(), capture_output=True, check=True)
    return told.stdout.decode().strip().rpartition(" ")[2]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.db"
    packed = gzip.compress(json.dumps({"aid": _ANDROID_ID}).encode(), mtime=0)
    contents = {
        "plain": json.dumps({"aid": _ANDROID_ID, "mail": _EMAIL, "n": 1}).encode(),
        "base64": _openssl("base64", "-A", content=json.dumps({"aid": _ANDROID_ID})).encode(),
        "sha256": json.dumps({"h": _openssl("dgst", "-sha256", content=_ANDROID_ID)}).encode(),
        "packed": packed,
        "opaque": bytes(range(200, 256)) * 3,
        "innocent": b'{"battery": 80}',
    }
    with CaseFile.open(path, create=True) as opened:
        writer = started(opened)
        writer.add_persona(
            [
                PersonaValue(name="EMAIL", category="email", value=_EMAIL, source=Source.PLANTED),
                PersonaValue(name="android_id", category="android_id", value=_ANDROID_ID, source=Source.DEVICE),
            ]
        )
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        for seq, content in enumerate(contents.values(), start=1):
            kept = blob(content)
            process.sink(kept)
            told = (
                {"t": "bytes", "sha256": kept.sha256, "n": len(content)},
                {"t": "string", "v": f"id={_ANDROID_ID}"},
                {"t": "string", "v": "Authorization"},
                {"t": "string", "v": f"Bearer {_TOKEN}"},
            )
            process.sink(event(seq, arguments=told))
        process.sink(final(len(contents)))
        writer.add_fault("here", f"could not read {_ANDROID_ID}")
        writer.end_run("completed", exit_code=0)
        analyse(opened, load_pack())
        seal_case(opened, operator="A. Tester")
    return path


@pytest.fixture
def copy(case: Path) -> Path:
    target = case.with_name("copy.db")
    with CaseFile.open(case) as opened:
        redact(opened, target)
    return target


def _contents(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as db:
        rows = db.execute(
            "SELECT content FROM event JOIN payload ON instr(event.arguments, payload.sha256) ORDER BY seq"
        ).fetchall()
    db.close()
    return [row[0] for row in rows]


def test_no_form_of_what_identifies_is_in_a_copy(copy: Path) -> None:
    content = copy.read_bytes()
    forms = [
        _ANDROID_ID,
        _TOKEN,
        _openssl("base64", "-A", content=_ANDROID_ID).rstrip("="),
        *(_openssl("dgst", f"-{name}", content=_ANDROID_ID) for name in ("md5", "sha1", "sha256")),
        _ANDROID_ID.encode().hex(),
    ]
    assert [form for form in forms if form.encode() in content] == []


def test_planted_values_and_what_is_innocent_stay(copy: Path) -> None:
    plain, *_, innocent = _contents(copy)
    assert json.loads(plain)["mail"] == _EMAIL
    assert json.loads(plain)["aid"].startswith("[android_id")
    assert innocent == b'{"battery": 80}'


def test_what_cannot_be_rewritten_is_left_out_and_its_digest_stays(copy: Path) -> None:
    *_, opaque, _ = _contents(copy)
    assert opaque == b""
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT count(*) FROM payload WHERE masked = 1").fetchone()[0] >= 4
        assert db.execute("SELECT value FROM persona WHERE name = 'android_id'").fetchone() == ("",)
    db.close()


def test_what_is_packed_is_packed_again_without_what_identifies(copy: Path) -> None:
    _, encoded, _, packed, _, _ = _contents(copy)
    unpacked = subprocess.run(["gzip", "-dc"], input=packed, capture_output=True, check=True).stdout
    decoded = subprocess.run(["base64", "-d"], input=encoded, capture_output=True, check=True).stdout
    for text in (unpacked, decoded):
        assert json.loads(text)["aid"].startswith("[android_id")


def test_a_copy_says_of_which_original_it_is_and_is_intact(case: Path, copy: Path) -> None:
    original = check_case(case).rows.seals[-1].sha256
    with sqlite3.connect(copy) as db:
        purpose = db.execute("SELECT purpose FROM case_header ORDER BY created_at_ms DESC, id DESC").fetchone()[0]
        reasons = {row[0] for row in db.execute("SELECT why FROM tombstone")}
        audit = [row[0] for row in db.execute("SELECT command FROM audit ORDER BY at_ms, id")]
    db.close()
    assert original in purpose
    assert [why for why in reasons if original not in why] == []
    assert "case redact" in audit
    told = check_case(copy)
    assert told.rows.intact
    assert told.damage == ()


def test_a_changed_copy_is_found_out(copy: Path) -> None:
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE step SET label = 'x'") if db.execute("SELECT 1 FROM step").fetchone() else None
        db.execute("UPDATE process SET name = 'x'")
    db.close()
    assert check_case(copy).damage


def _found(path: Path) -> set[tuple[object, ...]]:
    with sqlite3.connect(path) as db:
        rows = set(db.execute("SELECT tracker, category, step, seq, path FROM disclosure"))
    db.close()
    return rows


def test_a_copy_is_reported_and_analysing_it_again_invents_nothing(case: Path, copy: Path, tmp_path: Path) -> None:
    with CaseFile.open(copy) as opened:
        assert write_html(opened, tmp_path / "report.html") > 10_000
        before = _found(copy)
        analyse(opened, load_pack())
    assert before == _found(case)
    assert _found(copy) <= before


def test_the_whole_study_is_copied_without_its_device_values(tmp_path: Path) -> None:
    with write_case(tmp_path / "case.db") as opened:
        seal_case(opened)
        redact(opened, tmp_path / "copy.db")
        values = [
            row[0]
            for row in opened.db.execute(
                "SELECT DISTINCT value FROM persona WHERE source = 'device' AND searchable AND category <> 'carrier'"
            )
        ]
    content = (tmp_path / "copy.db").read_bytes()
    assert values
    assert [value for value in values if value.encode() in content] == []
    assert check_case(tmp_path / "copy.db").damage == ()


def test_a_case_without_a_seal_is_not_copied(tmp_path: Path) -> None:
    with write_case(tmp_path / "case.db") as opened, pytest.raises(CaseError, match="no seal"):
        redact(opened, tmp_path / "copy.db")
