"""The canary's bytes, read by others: a JVM, javap, baksmali, zlib and hashlib."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from harness.probe.canary import canary_names, canary_script
from harness.probe.canary.classfile import class_file
from harness.probe.canary.dexfile import dex_file

NAMES = canary_names()
CALLS_IT = """
public class CallsIt {
    public static void main(String[] names) throws Exception {
        for (String name : names) {
            Class<?> type = Class.forName(name);
            java.lang.reflect.Method hide = type.getDeclaredMethod("hide", int.class);
            hide.setAccessible(true);
            Object canary = type.getDeclaredConstructor().newInstance();
            System.out.println(type.getMethod("chain").invoke(null)
                + " " + type.getMethod("still", int.class).invoke(null, 11)
                + " " + type.getMethod("move", int.class).invoke(canary, 12)
                + " " + hide.invoke(canary, 13));
        }
    }
}
"""
CALLS = re.compile(r"invoke-?(?:static|virtual|special|direct)\b.*?(<init>|still|move|hide|chain)")
CHAIN_CALLS = {"<init>", "still", "move", "hide"}


def test_names_differ_so_that_every_attempt_has_a_class_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) == 3


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    for name in NAMES:
        path = tmp_path / f"{name.replace('.', '/')}.class"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(class_file(name))
    return tmp_path


@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK on this machine")
def test_a_jvm_loads_verifies_and_runs_the_classes(classes: Path) -> None:
    (classes / "CallsIt.java").write_text(CALLS_IT)
    subprocess.run(["javac", "CallsIt.java"], cwd=classes, check=True)
    command = ["java", "-Xverify:all", "-cp", ".", "CallsIt", *NAMES]
    told = subprocess.run(command, cwd=classes, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["7 11 12 13"] * len(NAMES)


@pytest.mark.skipif(shutil.which("javap") is None, reason="no JDK on this machine")
def test_the_initialiser_calls_every_method_once_in_the_class_file(classes: Path) -> None:
    command = ["javap", "-v", "-p", "-cp", str(classes), NAMES[0]]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "major version: 49" in told
    bodies = dict(re.findall(r"^  (\w[^\n]*;)\n(.*?)(?=^  \w|^})", told, re.DOTALL | re.MULTILINE))
    assert CALLS.findall(bodies["static {};"]) == ["chain"]
    assert sorted(CALLS.findall(bodies["public static int chain();"])) == sorted(CHAIN_CALLS)


@pytest.mark.skipif(shutil.which("baksmali") is None, reason="no baksmali (Debian: libsmali-java)")
def test_baksmali_reads_the_same_from_the_dex_file(tmp_path: Path) -> None:
    (tmp_path / "canary.dex").write_bytes(dex_file(NAMES))
    subprocess.run(["baksmali", "disassemble", "canary.dex", "-o", "out"], cwd=tmp_path, check=True)
    written = sorted(tmp_path.rglob("*.smali"))
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        f"{name.replace('.', '/')}.smali" for name in NAMES
    ]
    for name, path in zip(NAMES, written, strict=True):
        text = path.read_text()
        assert f".class public L{name.replace('.', '/')};" in text
        assert ".super Ljava/lang/Object;" in text
        bodies = dict(re.findall(r"\.method (.*?)\n(.*?)\.end method", text, re.DOTALL))
        assert set(bodies) == {
            "static constructor <clinit>()V",
            "public constructor <init>()V",
            "public static chain()I",
            "private hide(I)I",
            "public static still(I)I",
            "public move(I)I",
        }
        assert CALLS.findall(bodies["static constructor <clinit>()V"]) == ["chain"]
        assert sorted(CALLS.findall(bodies["public static chain()I"])) == sorted(CHAIN_CALLS)


@pytest.mark.skipif(shutil.which("smali") is None, reason="no smali (Debian: libsmali-java)")
def test_smali_makes_the_same_classes_of_the_disassembly(tmp_path: Path) -> None:
    """Written again by the reference tools and read again: nothing of ours was passed over."""
    (tmp_path / "ours.dex").write_bytes(dex_file(NAMES))
    for command in (
        ["baksmali", "disassemble", "ours.dex", "-o", "ours"],
        ["smali", "assemble", "ours", "-o", "theirs.dex"],
        ["baksmali", "disassemble", "theirs.dex", "-o", "theirs"],
        ["diff", "-r", "ours", "theirs"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def test_checksum_and_signature_of_the_dex_file_hold() -> None:
    content = dex_file(NAMES)
    assert content[:8] == b"dex\n035\0"
    (checksum,) = struct.unpack_from("<I", content, 8)
    assert checksum == zlib.adler32(content[12:])
    assert content[12:32] == hashlib.sha1(content[32:]).digest()
    file_size, header_size, endian = struct.unpack_from("<III", content, 32)
    assert (file_size, header_size, endian) == (len(content), 112, 0x12345678)


def test_the_map_of_the_dex_file_covers_every_section_in_order() -> None:
    """source.android.com, Dalvik executable format: the map is sorted by offset and agrees with the header."""
    content = dex_file(NAMES)
    (map_offset,) = struct.unpack_from("<I", content, 52)
    (count,) = struct.unpack_from("<I", content, map_offset)
    items = [struct.unpack_from("<HHII", content, map_offset + 4 + 12 * i) for i in range(count)]
    offsets = [offset for _, _, _, offset in items]
    assert offsets == sorted(set(offsets))
    by_kind = {kind: (number, offset) for kind, _, number, offset in items}
    header_fields = {0x1: 56, 0x2: 64, 0x3: 72, 0x5: 88, 0x6: 96}
    for kind, at in header_fields.items():
        assert by_kind[kind] == struct.unpack_from("<II", content, at)
    assert by_kind[0x1000] == (1, map_offset)
    data_size, data_offset = struct.unpack_from("<II", content, 104)
    assert data_offset + data_size == len(content)
    for kind in (0x1001, 0x2001, 0x1000):  # type lists, code, map
        assert by_kind[kind][1] % 4 == 0


def test_the_agent_gets_names_and_bytes_as_one_constant() -> None:
    text = canary_script()
    told = json.loads(text.removeprefix("const canaryBytes = ").removesuffix(";"))
    assert told["names"] == NAMES
    assert [bytes.fromhex(content) for content in told["classes"]] == [class_file(name) for name in NAMES]
    assert bytes.fromhex(told["dex"]) == dex_file(NAMES)
    assert told["result"] == 7
