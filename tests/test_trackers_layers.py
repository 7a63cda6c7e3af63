"""Which hook files count: the program's, a whole set instead, files laid over; and what two files cannot both claim."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.trackers import load_pack
from tests.hook_files import GOOD, HOOKS, PLATFORM, faults_of, hook_folder

SHIPPED = load_pack()
OVER = PLATFORM.replace("class: javax.crypto.Cipher", "class: org.example.Cipher").replace("SSL_write", "SSL_example")


def slugs(*hooks: Path) -> list[str]:
    return [tracker.slug for tracker in load_pack(hooks).trackers]


def test_a_folder_with_categories_stands_instead_of_the_programs_files(tmp_path: Path) -> None:
    assert slugs(hook_folder(tmp_path)) == ["example"]


def test_other_folders_and_files_are_laid_over_the_programs(tmp_path: Path) -> None:
    (tmp_path / "mine" / "trackers").mkdir(parents=True)
    (tmp_path / "mine" / "trackers" / "example.yaml").write_text(GOOD)
    one = tmp_path / "over.yaml"
    one.write_text(OVER)
    pack = load_pack([tmp_path / "mine", one])
    assert [tracker.slug for tracker in pack.trackers] == sorted(
        [*(tracker.slug for tracker in SHIPPED.trackers), "example"]
    )
    assert {hook.key for hook in pack.platform} - {hook.key for hook in SHIPPED.platform} == {
        "over/wire/libssl.SSL_example(SSL *,const void *,int)",
        "over/wire/org.example.Cipher.doFinal([B,int)",
        "over/wire/Cronet: module ^libcronet",
    }
    assert "trackers/example.yaml" in pack.files
    assert "platform/over.yaml" in pack.files
    assert pack.sha256 != SHIPPED.sha256


def test_a_loose_file_is_what_its_content_says(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(OVER)
    (tmp_path / "c.yaml").write_text("name: c\nblind:" + OVER.partition("blind:")[2])
    pack = load_pack(tmp_path)
    assert {"trackers/a.yaml", "platform/b.yaml", "platform/c.yaml"} <= {*pack.files}


def test_a_file_of_the_same_kind_and_name_replaces(tmp_path: Path) -> None:
    base = hook_folder(tmp_path)
    newer = tmp_path / "example.yaml"
    newer.write_text(GOOD.replace("name: Example", "name: Newer"))
    (tracker,) = load_pack([base, newer]).trackers
    assert tracker.name == "Newer"
    newer.write_text("not: right\n")
    assert {fault[0] for fault in faults_of(base, newer)} == {"example.yaml"}


def test_a_folder_with_nothing_in_it_is_a_fault(tmp_path: Path) -> None:
    ((file, line, words),) = faults_of(tmp_path)
    assert (file, line) == (tmp_path.name, 0)
    assert "Point to a folder with trackers/*.yaml or platform/*.yaml" in words


def test_the_pack_is_named_by_the_bytes_of_its_files(tmp_path: Path) -> None:
    copy = tmp_path / "hooks"
    shutil.copytree(HOOKS, copy)
    assert load_pack(copy).sha256 == SHIPPED.sha256
    changed = copy / "trackers" / "branch.yaml"
    changed.write_text(changed.read_text() + "# one more remark\n")
    assert load_pack(copy).sha256 != SHIPPED.sha256


RIVAL = (
    GOOD.replace("[org.example.]", "[com.rival.]")
    .replace("org.example.Sdk", "com.rival.Sdk")
    .replace("sdk_versions", "exodus: [8]\nfingerprint: [only mine]\nsdk_versions")
)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("[org.example.]", "[com.rival.]", 7, "the code 'com.rival.' is also claimed by hooks/trackers/example.yaml:7"),
        ("[org.example.]", "[org.example., com.rival.sdk.]", 7, "claimed by hooks/trackers/example.yaml:7"),
        ("[org.example.]", "[com.]", 7, "Narrow one of the two"),
        ("[not this]", "[a, only mine]", 5, "the fingerprint 'only mine' is also claimed by"),
        ("[7]", "[7, 8]", 4, "the exodus 8 is also claimed by"),
    ],
)
def test_two_trackers_cannot_claim_the_same(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    example = GOOD.replace("sdk_versions", "exodus: [7]\nfingerprint: [not this]\nsdk_versions")
    (tmp_path / "rival.yaml").write_text(RIVAL)
    assert faults_of(hook_folder(tmp_path / "good", example), tmp_path / "rival.yaml") == []
    claiming = example.replace(before, after)
    assert claiming != example
    (fault,) = faults_of(hook_folder(tmp_path / "bad", claiming), tmp_path / "rival.yaml")
    assert fault[:2] == ("rival.yaml", line)
    assert words in fault[2]


@pytest.mark.parametrize("overloads", ['[["[B", int]]', "all"])
def test_two_files_cannot_hook_the_same_method(tmp_path: Path, overloads: str) -> None:
    over = tmp_path / "over.yaml"
    over.write_text(
        "name: o\nhooks:\n  platform:\n    - class: javax.crypto.Cipher\n      evidence: javap\n      methods:\n"
        f"        - {{method: doFinal, meaning: m, overloads: {overloads}, runtime: art}}\n"
    )
    (fault,) = faults_of(hook_folder(tmp_path, platform=PLATFORM), over)
    assert fault[0] == "over.yaml"
    assert "is hooked by hooks/platform/one.yaml too - Keep one of the two." in fault[2]
