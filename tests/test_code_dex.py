"""DEX files against two other readers (lief, baksmali) and against what the smali assembler was told to write."""

from __future__ import annotations

import random
import re
import shutil
import struct
import subprocess
from pathlib import Path

import lief
import pytest

from harness.code import open_binary
from harness.model.code import ClassCode, Code
from harness.model.errors import InputError
from harness.probe.canary import canary_names
from harness.probe.canary.dexfile import dex_file
from tests.code_fixtures.dex import ABSTRACT, PUBLIC, Call, Class, Constant, Load, Method, dex, signed, uleb

WIDE = "\U0001f600"  # a character of two UTF-16 units
SWITCH = (0x012B, 5, 0, 0x0028, 0x0000, 0x0100, 1, 0, 0, 3, 0)  # packed-switch, goto, nop and a table of one case
A = Class(
    "Lcom/example/A;",
    interfaces=("Ljava/io/Closeable;", "Ljava/lang/Runnable;"),
    constants=(Constant("VERSION", f"1.2\u00fc{WIDE}\0"), Constant("LIMIT", -7)),
    methods=(
        Method("<init>", access=PUBLIC | 0x10000),
        Method(
            "go",
            "[B",
            ("I", "[Ljava/lang/String;", "[[J"),
            code=(Load("first"), (0x0012,), Load("jumbo", jumbo=True), Call("Ljava/net/URL;", "open"), Load("first")),
        ),
        Method("run", access=PUBLIC, code=(Load("in run"),)),
        Method("close", access=PUBLIC | ABSTRACT, code=None),
    ),
)
B = Class(
    "Lcom/example/\u02ca;", parent=A.name, access=PUBLIC | ABSTRACT, methods=(Method("m", code=(Load("first"),)),)
)


def opened(tmp_path: Path, content: bytes) -> Code:
    return read(tmp_path, content)[0]


def read(tmp_path: Path, content: bytes) -> tuple[Code, tuple[str, ...]]:
    file = tmp_path / "classes.dex"
    file.write_bytes(content)
    binary = open_binary(file)
    return binary.code, binary.package.faults


def found(code: Code, name: str) -> ClassCode:
    one = code.find(name)
    assert one is not None, name
    return one


def test_classes_and_methods_are_spelled_as_hook_files_spell_them(tmp_path: Path) -> None:
    code, faults = read(tmp_path, dex(A, B))
    one = found(code, "com.example.A")
    assert list(code.names()) == ["com.example.A", "com.example.\u02ca"]
    assert (one.parent, one.interfaces) == ("java.lang.Object", ("java.io.Closeable", "java.lang.Runnable"))
    assert [(m.name, m.parameters, m.returns, m.static, m.abstract) for m in one.methods] == [
        ("$init", (), "void", False, False),
        ("go", ("int", "[Ljava.lang.String;", "[[J"), "[B", True, False),
        ("close", (), "void", False, True),
        ("run", (), "void", False, False),
    ]
    assert (one.abstract, found(code, "com.example.\u02ca").abstract) == (False, True)
    assert faults == ()


def test_a_method_tells_its_strings_and_calls_in_order_each_once(tmp_path: Path) -> None:
    methods = {one.name: one for one in found(opened(tmp_path, dex(A)), "com.example.A").methods}
    assert methods["go"].strings == ("first", "jumbo")
    assert methods["go"].calls == ("java.net.URL.open",)
    assert methods["$init"].strings == ()


def test_static_final_values_are_text(tmp_path: Path) -> None:
    assert found(opened(tmp_path, dex(A)), "com.example.A").constants == {
        "VERSION": f"1.2\u00fc{WIDE}\0",
        "LIMIT": "-7",
    }


def test_a_string_is_found_by_the_classes_that_load_it_in_order_of_the_file(tmp_path: Path) -> None:
    code = opened(tmp_path, dex(B, A))
    assert code.loading(["first", "jumbo", "nowhere", "VERSION", "in run"]) == {
        "first": ("com.example.\u02ca", "com.example.A"),
        "jumbo": ("com.example.A",),
        "nowhere": (),
        "VERSION": (),  # a field's name stands in the table of strings too, and no code loads it
        "in run": ("com.example.A",),
    }


def test_numbers_of_a_string_in_other_instructions_are_no_load_of_it(tmp_path: Path) -> None:
    text = "only named here"

    def naming(index: int) -> bytes:
        const = (0x0014, 0x001A, index)  # a 32-bit number that looks like const-string of that index
        return dex(Class("LX;", constants=(Constant("S", text),), methods=(Method("m", code=(const,)),)))

    content = naming(opened_index(naming(0), text))
    assert opened(tmp_path, content).loading([text]) == {text: ()}


def opened_index(content: bytes, text: str) -> int:
    """Where lief has a string."""
    file = parsed(content)  # held while its strings are looked at: they die with it
    return [str(one) for one in file.strings].index(text)


def parsed(content: bytes) -> lief.DEX.File:
    file = lief.DEX.parse(list(content))
    assert file is not None
    return file


def test_code_behind_a_switch_table_is_read(tmp_path: Path) -> None:
    one = Class("LX;", methods=(Method("m", code=(SWITCH, Load("behind"))),))
    assert found(opened(tmp_path, dex(one)), "X").methods[0].strings == ("behind",)


def test_the_fixtures_are_what_lief_reads() -> None:
    file = parsed(dex(A, B))
    told = {one.fullname: one for one in file.classes}
    methods = {one.name: one for one in told["Lcom/example/A;"].methods}
    prototype, parent = methods["go"].prototype, told["Lcom/example/\u02ca;"].parent
    assert sorted(methods) == ["<init>", "close", "go", "run"]
    assert prototype is not None
    assert [str(one) for one in prototype.parameters_type] == ["int", "Ljava/lang/String;[]", "long[][]"]
    assert methods["close"].bytecode == []
    assert parent is not None
    assert parent.fullname == "Lcom/example/A;"


@pytest.mark.parametrize("version", range(35, 42))
def test_every_version_is_read(tmp_path: Path, version: int) -> None:
    code, faults = read(tmp_path, dex(A, version=version))
    assert list(code.names()) == ["com.example.A"]
    assert faults == ()


def test_the_second_of_a_container_is_read_too(tmp_path: Path) -> None:
    one, two = dex(A, version=41), dex(B, version=41)
    code = opened(tmp_path, one + moved(two, len(one)))
    assert list(code.names()) == ["com.example.A", "com.example.\u02ca"]
    assert code.subtypes("java.io.Closeable") == ("com.example.A", "com.example.\u02ca")


def moved(content: bytes, by: int) -> bytes:
    """A DEX file with one class, a method without parameters and no constants, `by` bytes further on."""
    made = bytearray(content)

    def shift(at: int) -> int:
        (offset,) = struct.unpack_from("<I", made, at)
        struct.pack_into("<I", made, at, offset + by if offset else 0)
        return int(offset)

    strings, protos, classes = (struct.unpack_from("<II", made, at) for at in (0x38, 0x48, 0x60))
    for at in range(0x3C, 0x68, 8):
        shift(at)
    for number in range(strings[0]):
        shift(strings[1] + 4 * number)
    for number in range(protos[0]):
        shift(protos[1] + 12 * number + 8)
    data = shift(classes[1] + 24)
    before = data + 4 + len(b"\x00") + len(uleb(0x9))  # counts; then the method's index and its access
    code_at = int.from_bytes(bytes([content[before] & 0x7F]), "little") | content[before + 1] << 7
    made[before : before + 2] = uleb(code_at + by)
    assert len(uleb(code_at + by)) == 2
    return signed(bytes(made))


def test_text_that_is_none_does_not_break_the_reading(tmp_path: Path) -> None:
    """Keys and encrypted strings are kept as constants: half of a pair of surrogates, for one."""
    one = Class("LX;", methods=(Method("m", code=(Load("a\ud800b"), Load("plain"))),))
    code = opened(tmp_path, dex(one))
    assert found(code, "X").methods[0].strings == ("a\ufffdb", "plain")
    assert code.loading(["plain"]) == {"plain": ("X",)}


def test_a_class_below_another_is_found_through_those_between(tmp_path: Path) -> None:
    between = Class("LM;", parent=B.name)
    code = opened(tmp_path, dex(A, B, between))
    assert code.subtypes("com.example.A") == ("com.example.\u02ca", "M")
    assert code.subtypes("java.lang.Runnable") == ("com.example.A", "com.example.\u02ca", "M")
    assert code.subtypes("com.example.Nobody") == ()


def test_the_canary_is_read(tmp_path: Path) -> None:
    names = canary_names()
    code, faults = read(tmp_path, dex_file(names))
    assert sorted(code.names()) == sorted(names)
    assert {one.name for one in found(code, names[0]).methods} >= {"$init", "still", "move", "hide", "chain"}
    assert faults == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "encrypted, packed or no DEX"),
        (bytes(range(256)) * 9, "encrypted, packed or no DEX"),
        (b"dey\n036\0" + bytes(200), "optimised DEX"),
        (b"dex\n035\0" + bytes(20), "ends inside its header"),
    ],
)
def test_what_is_no_dex_says_so_with_a_remedy(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        opened(tmp_path, content)
    assert "APK" in caught.value.remedy


def test_a_changed_byte_is_a_fault(tmp_path: Path) -> None:
    content = bytearray(dex(A, B))
    content[content.index(b"first") + 1] ^= 1
    code, faults = read(tmp_path, bytes(content))
    assert len(faults) == 1
    assert "checksum" in faults[0]
    assert found(code, "com.example.\u02ca").methods[0].strings == ("fhrst",)


def test_a_class_that_cannot_be_read_is_a_fault_and_the_rest_is_there(tmp_path: Path) -> None:
    content = bytearray(dex(A, B))
    (classes,) = struct.unpack_from("<I", content, 0x64)
    struct.pack_into("<I", content, classes + 24, len(content) + 9)  # where the class's members stand
    code, faults = read(tmp_path, signed(bytes(content)))
    assert list(code.names()) == ["com.example.\u02ca"]
    assert len(faults) == 1
    assert "com.example.A" in faults[0]


def test_no_damage_makes_it_fall(tmp_path: Path) -> None:
    whole = dex(A, B)
    for seed in range(400):
        rng = random.Random(seed)
        content = bytearray(whole)
        if seed % 2:
            del content[rng.randrange(len(content)) :]
        else:
            for _ in range(rng.choice((1, 4, 30))):
                content[rng.randrange(len(content))] = rng.randrange(256)
        try:
            code, faults = read(tmp_path, bytes(content))
        except InputError:
            continue
        assert faults or bytes(content[12:]) == whole[12:], seed
        for name in code.names():
            found(code, name)
        code.loading(["first", "nowhere"])
        code.subtypes("java.lang.Object")


SMALI = """
.class public abstract Lcom/example/Smali;
.super Ljava/util/ArrayList;
.implements Ljava/lang/Runnable;

.field public static final TEXT:Ljava/lang/String; = "v\\u00fc 1.0"
.field public static final FLAG:Z = true
.field public static final OFF:Z = false
.field public static final LETTER:C = 'x'
.field public static final BIG:J = 0x100000000L
.field public static final SMALL:B = -0x2t
.field public static final HALF:F = 0.5f
.field public static final THIRD:D = -2.25
.field public static final SET:I
.field public static NOT_FINAL:I = 0x5

.method static constructor <clinit>()V
    .registers 1
    const/16 v0, 0x10
    sput v0, Lcom/example/Smali;->SET:I
    return-void
.end method

.method public native far(J[D)Z
.end method

.method public final everything(Ljava/lang/String;I)Ljava/lang/String;
    .registers 8
    const-string v0, "one"
    const-wide v1, 0x1a0000001a0000L
    packed-switch p2, :packed
    sparse-switch p2, :sparse
    fill-array-data v3, :array
    const-string/jumbo v0, "two"
    invoke-virtual {p0, v0}, Ljava/util/ArrayList;->add(Ljava/lang/Object;)Z
    invoke-direct {v0}, Ljava/lang/Object;-><init>()V
    invoke-super {p0}, Ljava/util/ArrayList;->clear()V
    invoke-interface {p0}, Ljava/lang/Runnable;->run()V
    invoke-static/range {v0 .. v0}, Ljava/lang/String;->valueOf(Ljava/lang/Object;)Ljava/lang/String;
    invoke-virtual {v3}, [I->clone()Ljava/lang/Object;
    :a
    const-string v0, "three"
    return-object v0
    :packed
    .packed-switch 0x0
        :a
        :a
    .end packed-switch
    :sparse
    .sparse-switch
        0x1a -> :a
        0x6e -> :a
    .end sparse-switch
    :array
    .array-data 1
        0x1at 0x1at 0x1at
    .end array-data
.end method
"""


@pytest.fixture
def assembled(tmp_path: Path) -> bytes:
    if shutil.which("smali") is None:
        pytest.skip("no smali (Debian: libsmali-java)")
    (tmp_path / "a.smali").write_text(SMALI)
    subprocess.run(["smali", "assemble", "a.smali", "-o", "a.dex"], cwd=tmp_path, check=True)
    return (tmp_path / "a.dex").read_bytes()


def test_what_smali_assembles_is_read(tmp_path: Path, assembled: bytes) -> None:
    code, faults = read(tmp_path, assembled)
    one = found(code, "com.example.Smali")
    methods = {method.name: method for method in one.methods}
    assert (one.parent, one.interfaces, one.abstract) == ("java.util.ArrayList", ("java.lang.Runnable",), True)
    assert (methods["far"].parameters, methods["far"].returns, methods["far"].abstract) == (
        ("long", "[D"),
        "boolean",
        True,
    )
    assert methods["everything"].strings == ("one", "two", "three")
    assert methods["everything"].calls == (
        "java.util.ArrayList.add",
        "java.lang.Object.$init",
        "java.util.ArrayList.clear",
        "java.lang.Runnable.run",
        "java.lang.String.valueOf",
        "[I.clone",
    )
    assert code.loading(["two", "three"]) == {"two": ("com.example.Smali",), "three": ("com.example.Smali",)}
    assert faults == ()


def test_values_of_every_kind_that_smali_writes_are_read_but_not_of_fields_set_by_code(
    tmp_path: Path, assembled: bytes
) -> None:
    assert found(opened(tmp_path, assembled), "com.example.Smali").constants == {
        "TEXT": "v\u00fc 1.0",
        "FLAG": "true",
        "OFF": "false",
        "LETTER": "x",
        "BIG": str(0x100000000),
        "SMALL": "-2",
        "HALF": "0.5",
        "THIRD": "-2.25",
    }


@pytest.mark.skipif(shutil.which("baksmali") is None, reason="no baksmali (Debian: libsmali-java)")
def test_the_fixtures_are_what_baksmali_reads(tmp_path: Path) -> None:
    (tmp_path / "a.dex").write_bytes(dex(A, B))
    subprocess.run(["baksmali", "disassemble", "a.dex", "-o", "out"], cwd=tmp_path, check=True)
    told = (tmp_path / "out/com/example/A.smali").read_text()
    assert re.findall(r'const-string(?:/jumbo)? v0, "(.*)"', told) == ["first", "jumbo", "first", "in run"]
    assert re.findall(r"invoke-static \{\}, (\S+)", told) == ["Ljava/net/URL;->open()V"]
    assert '= "1.2\\u00fc\\ud83d\\ude00\\u0000"' in told
