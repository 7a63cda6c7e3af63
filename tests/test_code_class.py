"""Class files against javap: what javac makes of a source here, and classes of the JDK."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from harness.code import open_binary
from harness.model.code import ClassCode
from harness.model.errors import InputError

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK on this machine")

SOURCE = """
package com.example;

import java.net.URL;
import java.util.function.Supplier;

public abstract class Sample extends java.util.ArrayList<String> implements Runnable, java.io.Closeable {
    public static final String VERSION = "4.\\u00e48\\u0000\\ud83d\\ude00";
    public static final int LIMIT = -70000;
    static final long BIG = 1L << 40;
    private static final boolean ON = true;
    private static final char LETTER = 'x';
    static final byte SMALL = -2;
    static final double HALF = 0.5;
    static final Object NONE = new Object();
    static String notFinal = "set by code";
    final String ofEach = "an instance's";

    static { System.setProperty("loaded", "yes"); }

    public String joined(int count, String name) throws Exception {
        return "events=" + count + "&name=" + name + "\\u00df";
    }

    public Object wide(long[] a, String[][] b, double c) {
        long sum = 0;
        for (int i = 0; i < 70000; i += 1000) { sum += a[i]; }
        switch ((int) sum) {
            case 0: return "zero";
            case 1: return "one";
            case 2: return "two";
            case -90000: return "far";
            default: return b;
        }
    }

    public static void opens(URL url) throws Exception {
        url.openConnection().setRequestProperty("Content-Type", "application/json");
        Supplier<String> later = url::toExternalForm;
        Runnable other = () -> System.out.println("in a lambda");
        later.get();
        other.run();
    }

    static native void far(byte[] content);
    abstract void open();
    public void run() { }
    public void close() { }

    interface \\u02ca { int f = 3; default String said() { return "by an interface"; } }
    class Below extends Sample { void open() { add("x"); } }
}
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A jar with what javac makes of the source."""
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "Sample.java").write_text(SOURCE)
    subprocess.run(["javac", "-encoding", "UTF-8", "-d", "out", "Sample.java"], cwd=folder, check=True)
    with zipfile.ZipFile(folder / "sample.jar", "w") as jar:
        for one in sorted((folder / "out").rglob("*.class")):
            jar.write(one, one.relative_to(folder / "out").as_posix())
    return folder / "sample.jar"


def found(jar: Path, name: str) -> ClassCode:
    one = open_binary(jar).code.find(name)
    assert one is not None, name
    return one


def javap(jar: Path | None, name: str) -> str:
    where = [] if jar is None else ["-cp", str(jar)]
    command = ["javap", "-J-Dfile.encoding=UTF-8", "-J-Dstdout.encoding=UTF-8", "-p", "-v", *where, name]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_names_parents_and_interfaces(compiled: Path) -> None:
    code = open_binary(compiled).code
    one = found(compiled, "com.example.Sample")
    assert set(code.names()) == {"com.example.Sample", "com.example.Sample$Below", "com.example.Sample$\u02ca"}
    assert (one.parent, one.interfaces) == ("java.util.ArrayList", ("java.lang.Runnable", "java.io.Closeable"))
    assert [found(compiled, name).abstract for name in sorted(code.names())] == [True, False, True]
    assert code.subtypes("java.lang.Runnable") == ("com.example.Sample$Below", "com.example.Sample")


def test_methods_are_those_that_javap_lists(compiled: Path) -> None:
    told = javap(compiled, "com.example.Sample").partition("\n{\n")[2]
    methods = found(compiled, "com.example.Sample").methods
    assert len(methods) == len(re.findall(r"^    descriptor: \(", told, re.MULTILINE))
    by_name = {one.name: one for one in methods}
    assert (by_name["wide"].parameters, by_name["wide"].returns) == (
        ("[J", "[[Ljava.lang.String;", "double"),
        "java.lang.Object",
    )
    assert (by_name["far"].parameters, by_name["far"].static, by_name["far"].abstract) == (("[B",), True, True)
    assert (by_name["open"].static, by_name["open"].abstract, by_name["open"].returns) == (False, True, "void")
    assert {"$init", "$clinit"} <= set(by_name)


def test_constants_are_static_final_values(compiled: Path) -> None:
    assert found(compiled, "com.example.Sample").constants == {
        "VERSION": "4.\u00e48\0\U0001f600",
        "LIMIT": "-70000",
        "BIG": str(1 << 40),
        "ON": "true",
        "LETTER": "x",
        "SMALL": "-2",
        "HALF": "0.5",
    }


def test_a_joined_string_is_told_in_its_pieces(compiled: Path) -> None:
    methods = {one.name: one for one in found(compiled, "com.example.Sample").methods}
    assert "makeConcatWithConstants" in javap(compiled, "com.example.Sample")
    assert methods["joined"].strings == ("events=", "&name=", "\u00df")
    assert open_binary(compiled).code.loading(["&name=", "events"]) == {"&name=": ("com.example.Sample",), "events": ()}


def test_strings_behind_switches_and_wide_instructions(compiled: Path) -> None:
    methods = {one.name: one for one in found(compiled, "com.example.Sample").methods}
    told = javap(compiled, "com.example.Sample")
    assert "lookupswitch" in told
    assert "iinc_w" in told
    assert methods["wide"].strings == ("zero", "one", "two", "far")
    assert methods["$clinit"].strings == ("set by code", "loaded", "yes")


def test_calls_are_told_with_those_behind_method_references(compiled: Path) -> None:
    methods = {one.name: one for one in found(compiled, "com.example.Sample").methods}
    assert methods["opens"].calls == (
        "java.net.URL.openConnection",
        "java.net.URLConnection.setRequestProperty",
        "java.util.Objects.requireNonNull",
        "java.net.URL.toExternalForm",
        "com.example.Sample.lambda$opens$0",
        "java.util.function.Supplier.get",
        "java.lang.Runnable.run",
    )


def test_a_string_is_found_by_its_classes(compiled: Path) -> None:
    assert open_binary(compiled).code.loading(["by an interface", "4.\u00e48\0\U0001f600", "in a lambda", "Code"]) == {
        "by an interface": ("com.example.Sample$\u02ca",),
        "4.\u00e48\0\U0001f600": (),  # a constant that no code of it loads
        "in a lambda": ("com.example.Sample",),
        "Code": (),  # a name in the pool, no string
    }


@pytest.fixture(scope="module")
def jdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some large classes of the JDK itself, as a jar."""
    folder = tmp_path_factory.mktemp("jdk")
    names = [f"/java.base/{name.replace('.', '/')}.class" for name in JDK]
    reader = folder / "Copy.java"
    reader.write_text(
        """
        import java.net.URI; import java.nio.file.*;
        public class Copy { public static void main(String[] names) throws Exception {
            FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
            for (String name : names) {
                Path to = Path.of("out", name.substring("/java.base/".length()));
                Files.createDirectories(to.getParent());
                Files.copy(jrt.getPath("/modules" + name), to);
            } } }
        """
    )
    subprocess.run(["java", "Copy.java", *names], cwd=folder, check=True)
    with zipfile.ZipFile(folder / "jdk.jar", "w") as jar:
        for one in sorted((folder / "out").rglob("*.class")):
            jar.write(one, one.relative_to(folder / "out").as_posix())
    return folder / "jdk.jar"


JDK = ("java.lang.String", "java.util.Formatter", "java.net.URL", "java.util.regex.Pattern", "java.util.HashMap")
LDC = re.compile(r"^ +\d+: ldc(?:_w)? +#\d+ +// String (.*)$", re.MULTILINE)
INVOKE = re.compile(r"^ +\d+: invoke(?:virtual|special|static|interface) +#", re.MULTILINE)
ESCAPED = re.compile(r"\\(.)")


@pytest.mark.parametrize("name", JDK)
def test_classes_of_the_jdk_are_what_javap_reads(jdk: Path, name: str) -> None:
    told = javap(jdk, name)
    one = found(jdk, name)
    members = told.partition("\n{\n")[2]
    unescape = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "b": "\b"}
    strings = {ESCAPED.sub(lambda m: unescape.get(m[1], m[1]), text).rstrip() for text in LDC.findall(members)}
    ours = {text.rstrip() for method in one.methods for text in method.strings}
    assert strings - ours == set()
    assert len(one.methods) == len(re.findall(r"^    descriptor: \(", members, re.MULTILINE))
    assert len(one.constants) == len(constant_fields(members))
    assert any(method.calls for method in one.methods) == bool(INVOKE.search(members))


def constant_fields(members: str) -> list[str]:
    blocks = members.split("\n\n")
    return [one for one in blocks if "ConstantValue:" in one and "ACC_STATIC" in one and "ACC_FINAL" in one]


def test_a_cut_or_changed_class_is_a_fault_or_no_input_but_never_a_crash(compiled: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(compiled) as jar:
        whole = jar.read("com/example/Sample.class")
    file = tmp_path / "Sample.class"
    for seed in range(300):
        rng = random.Random(seed)
        content = bytearray(whole)
        if seed % 2:
            del content[rng.randrange(len(content)) :]
        else:
            for _ in range(rng.choice((1, 4, 30))):
                content[rng.randrange(len(content))] = rng.randrange(256)
        file.write_bytes(content)
        try:
            code = open_binary(file).code
        except InputError:
            continue
        assert seed % 2 == 0, f"cut after {len(content)} bytes"
        for name in code.names():
            code.find(name)
        code.loading(["loaded", "nowhere"])


def test_a_damaged_class_in_a_jar_is_named_and_the_rest_is_read(compiled: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.jar"
    with zipfile.ZipFile(compiled) as old, zipfile.ZipFile(damaged, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, content[:200] if entry.filename.endswith("Below.class") else content)
    binary = open_binary(damaged)
    assert "com.example.Sample" in binary.code.names()
    assert len(binary.package.faults) == 1
    assert "com/example/Sample$Below.class" in binary.package.faults[0]


def test_classes_for_newer_java_only_and_modules_are_no_classes_of_the_app(compiled: Path, tmp_path: Path) -> None:
    jar = tmp_path / "multi.jar"
    with zipfile.ZipFile(compiled) as old, zipfile.ZipFile(jar, "w") as new:
        new.writestr("META-INF/versions/11/com/example/Sample.class", b"not looked at")
        new.writestr("module-info.class", b"not looked at")
        new.writestr("com/example/Sample.class", old.read("com/example/Sample.class"))
    binary = open_binary(jar)
    assert list(binary.code.names()) == ["com.example.Sample"]
    assert (binary.package.package, binary.package.faults) == ("", ())
