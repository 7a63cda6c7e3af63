"""Timestamps of a real authority's program are asked for, kept and checked; openssl says the same of them."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.custody.bundle import write_bundle
from harness.custody.files import digest_of
from harness.custody.sealing import seal_case
from harness.custody.timestamp import read_stamp, stamp_file, stamp_lines, stamp_seal
from harness.custody.unopened import check_bundle
from harness.model.errors import CaseError, InputError
from harness.store import CaseFile
from tests.local_servers import http_server
from tests.synthetic import write_case
from tests.tsa import Authority, root_certificate, timestamp_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with timestamp_authority(tmp_path_factory.mktemp("tsa")) as made:
        yield made


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with write_case(tmp_path / "case.db") as opened:
        seal_case(opened)
        yield opened


def _openssl_agrees(stamp: Path, root: Path, *of: str | Path) -> bool:
    command = ["openssl", "ts", "-verify", "-in", stamp, "-CAfile", root, *of]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_seal_is_signed_and_openssl_says_so(case: CaseFile, authority: Authority, tmp_path: Path) -> None:
    seal = seal_case(case)
    stamp = stamp_seal(case.path, seal, authority.url)
    assert _openssl_agrees(stamp, authority.root, "-digest", seal.sha256)
    assert not _openssl_agrees(stamp, authority.root, "-digest", "0" * 64)
    assert read_stamp(stamp).sha256 == seal.sha256
    notes, damage = stamp_lines(case, roots=[authority.root])
    assert damage == []
    assert notes[0].startswith(f"{stamp.name}: seal {seal.id} was there at ")
    assert notes[0].endswith("its signature is right")
    (unchecked,), _ = stamp_lines(case)
    assert "its signature was not checked" in unchecked


def test_a_file_is_signed_and_openssl_says_so(authority: Authority, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(b"a bundle")
    stamp = stamp_file(bundle, digest_of(bundle), authority.url)
    assert _openssl_agrees(stamp, authority.root, "-data", bundle)
    bundle.write_bytes(b"another bundle")
    assert not _openssl_agrees(stamp, authority.root, "-data", bundle)


def test_somebody_elses_signature_is_damage(case: CaseFile, authority: Authority, tmp_path: Path) -> None:
    stamp_seal(case.path, seal_case(case), authority.url)
    notes, damage = stamp_lines(case, roots=[root_certificate(tmp_path, "another")])
    assert notes == []
    assert "its signature is not right" in damage[0]


def test_a_timestamp_of_something_else_is_damage(case: CaseFile, authority: Authority) -> None:
    stamp = stamp_file(case.path, "ab" * 32, authority.url)
    stamp.rename(case.path.with_name(f"{case.path.name}.X.tsr"))
    assert stamp_lines(case)[1] == ["case.db.X.tsr: is of a seal that is not in this case"]


def test_a_file_that_is_no_timestamp_is_damage(case: CaseFile) -> None:
    case.path.with_name("case.db.X.tsr").write_bytes(b"nothing")
    assert "this is no timestamp" in stamp_lines(case)[1][0]


def test_an_address_that_answers_nothing_of_use_is_said(case: CaseFile, tmp_path: Path) -> None:
    seal = seal_case(case)
    with pytest.raises(InputError, match="not the address"):
        stamp_seal(case.path, seal, "file:///etc/passwd")
    with http_server() as server, pytest.raises(CaseError, match=r"its answer is no timestamp|no timestamp came"):
        stamp_seal(case.path, seal, f"http://127.0.0.1:{server.port}/")
    with pytest.raises(CaseError, match="no timestamp came"):
        stamp_seal(case.path, seal, "http://127.0.0.1:9/")


def test_a_bundle_carries_the_timestamps_of_the_seal_and_has_its_own(
    case: CaseFile, authority: Authority, tmp_path: Path
) -> None:
    stamp_seal(case.path, seal_case(case), authority.url)
    bundle = tmp_path / "out.zip"
    write_bundle(case, bundle, reveal=False, with_artefacts=False)
    subprocess.run(["unzip", "-q", bundle, "-d", tmp_path / "out"], check=True)
    with CaseFile.open(tmp_path / "out" / "case.db", read_only=True) as copy:
        (note,), damage = stamp_lines(copy, roots=[authority.root])
    assert damage == []
    assert "the original's seal was there at" in note
    stamp_file(bundle, digest_of(bundle), authority.url)
    notes, damage = check_bundle(bundle, roots=[authority.root])
    assert damage == []
    assert notes[1].endswith("its signature is right")


def test_a_changed_bundle_is_found_out_without_unpacking_it(
    case: CaseFile, authority: Authority, tmp_path: Path
) -> None:
    bundle = tmp_path / "out.zip"
    write_bundle(case, bundle, reveal=False, with_artefacts=False)
    stamp_file(bundle, digest_of(bundle), authority.url)
    with zipfile.ZipFile(bundle) as whole, zipfile.ZipFile(tmp_path / "other.zip", "w") as made:
        for name in whole.namelist():
            if name != "seal.json":
                made.writestr(name, b"{}" if name == "facts.json" else whole.read(name))
        made.writestr("more.txt", "more")
    (tmp_path / "out.zip.tsr").rename(tmp_path / "other.zip.tsr")
    assert check_bundle(tmp_path / "other.zip")[1] == [
        "seal.json: is missing in the bundle",
        "more.txt: SHA256SUMS does not name it",
        "facts.json: was changed in the bundle",
        "other.zip.tsr: is of other bytes than this bundle has",
    ]


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    (tmp_path / "out.zip").write_bytes(b"nothing")
    with pytest.raises(CaseError, match="this is no bundle"):
        check_bundle(tmp_path / "out.zip")
