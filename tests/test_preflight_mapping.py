"""Mapping files as R8 and ProGuard write them: names both ways, inlined code, changed types, and what is no mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.errors import InputError
from harness.preflight.mapping import NameMapping, read_mapping

R8 = """\
# compiler: R8
# {"id":"com.android.tools.r8.mapping","version":"2.2"}
com.acme.Client -> a.b:
# {"id":"sourceFile","fileName":"Client.java"}
    java.lang.String url -> a
    byte[][] parts -> b
    1:1:void <init>(java.lang.String):10:10 -> <init>
    1:3:void send(java.lang.String,int[]):20:22 -> a
    4:4:void com.acme.Coder.escape(java.lang.String):7:7 -> a
    4:4:void send(java.lang.String,int[]):23 -> a
    5:9:void send(java.lang.String,int[]):24:28 -> a
    1:1:com.acme.Reply ask(com.acme.Query,boolean):40:40 -> a
    # {"id":"com.android.tools.r8.residualsignature","signature":"(Lc/d;)Lc/e;"}
    void stay() -> stay
com.acme.Coder -> R8$$REMOVED$$CLASS$$3:
com.acme.Query -> c.d:
com.acme.Kept -> com.acme.Kept:
    1:1:void com.acme.Moved.work():5:5 -> c
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.txt"
    path.write_text(R8)
    return path


def test_classes_are_known_by_both_names(file: Path) -> None:
    mapping = read_mapping(file)
    assert mapping.here("com.acme.Client") == "a.b"
    assert mapping.own("a.b") == "com.acme.Client"
    assert mapping.here("org.other.Thing") == mapping.own("org.other.Thing") == "org.other.Thing"
    assert mapping.renamed == {"a.b": "com.acme.Client", "c.d": "com.acme.Query"}


def test_a_removed_class_is_no_class_of_the_app(file: Path) -> None:
    assert "com.acme.Coder" not in read_mapping(file).classes


def test_fields_have_types_as_hook_files_spell_them(file: Path) -> None:
    fields = read_mapping(file).members("com.acme.Client").fields
    assert [(field.type, field.name, field.here) for field in fields] == [
        ("java.lang.String", "url", "a"),
        ("[[B", "parts", "b"),
    ]


def test_a_method_of_many_lines_is_told_once(file: Path) -> None:
    methods = read_mapping(file).members("com.acme.Client").methods
    (send,) = [one for one in methods if one.name == "send"]
    assert (send.parameters, send.returns, send.here) == (("java.lang.String", "[I"), "void", "a")
    assert send.inlined_into is None


def test_a_constructor_is_spelled_as_in_hook_files(file: Path) -> None:
    methods = read_mapping(file).members("com.acme.Client").methods
    assert (methods[0].name, methods[0].here) == ("$init", "$init")


def test_inlined_code_is_told_from_the_method_that_holds_it(file: Path) -> None:
    mapping = read_mapping(file, within=["com.acme."])
    assert mapping.holders("com.acme.Coder") == ("com.acme.Client",)
    (escape,) = [one for one in mapping.members("com.acme.Client").methods if one.owner == "com.acme.Coder"]
    assert (escape.name, escape.inlined_into) == ("escape", "com.acme.Client.send(java.lang.String,[I)")


def test_a_method_that_moved_to_another_class_is_not_inlined(file: Path) -> None:
    mapping = read_mapping(file, within=["com.acme."])
    assert mapping.holders("com.acme.Moved") == ("com.acme.Kept",)
    (work,) = mapping.members("com.acme.Kept").methods
    assert (work.owner, work.name, work.here, work.inlined_into) == ("com.acme.Moved", "work", "c", None)


def test_the_residual_signature_says_the_types_in_the_app(file: Path) -> None:
    (ask,) = [one for one in read_mapping(file).members("com.acme.Client").methods if one.name == "ask"]
    assert ask.parameters == ("com.acme.Query", "boolean")
    assert (ask.parameters_here, ask.returns_here) == (("c.d",), "c.e")


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mapping.txt"
    path.write_bytes(b"\xef\xbb\xbf" + R8.replace("\n", "\r\n").encode())
    assert read_mapping(path).renamed == {"a.b": "com.acme.Client", "c.d": "com.acme.Query"}


def test_every_bad_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "mapping.txt"
    path.write_text("    int early -> a\ncom.acme.A -> a:\n    int x -> a\nwhat is this\n    int y ->\n")
    with pytest.raises(InputError) as caught:
        read_mapping(path)
    assert [fault.line for fault in caught.value.faults] == [1, 4, 5]
    assert all(fault.file == str(path) and fault.remedy for fault in caught.value.faults)


@pytest.mark.parametrize("content", [b"", b"hello\nworld\n", b"# only a comment\n", b"\xff\xfe\x00\x01"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mapping.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no mapping file"):
        read_mapping(path)


def test_half_a_million_lines_are_read_class_by_class() -> None:
    lines = [f"com.acme.C{at} -> a.c{at}:\n" + "    int x -> a\n" * 24 for at in range(20_000)]
    mapping = NameMapping("".join(lines), sha256="")
    assert len(mapping) == 20_000
    assert len(mapping.members("com.acme.C19999").fields) == 24
