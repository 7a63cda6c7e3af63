"""The renaming pass: what it renames still runs, what it writes down is what it did."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from harness.handset.javac import framework_jar
from harness.handset.minify import minified
from harness.handset.root import ORG_JSON_JAR, run_in_root
from harness.model.errors import InputError
from tests.sdks.binaries import BINARIES, Binary, fetched

pytestmark = pytest.mark.handset

SOURCES = Path(__file__).with_name("renaming")
MAIN = "org.example.Main { main; }"
SHIPPED = {each.tracker: each for each in BINARIES if each.name.endswith(".jar")}  # the newest of each
JARS = [SHIPPED[tracker] for tracker in ("appsflyer", "branch", "facebook", "mixpanel")]
SAID = [
    *("warm cold 2", "blue", "true 2", "xxxx", "[thing 1, thing 2] called 1 2", "42", "inlined!3ab"),
    *("loud base ASIDE OF LOUD BASE 7 base 9", "ASIDE OF BASE other", "hidden", "{a=2, b=1, c=1}"),
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample of this test, and the loader that tries jars."""
    out = tmp_path_factory.mktemp("plain")
    script = "javac -g -d /out/classes $(find /src -name '*.java') && cd /out/classes && jar -cf ../plain.jar org"
    done = run_in_root(["sh", "-c", script], binds={out: "/out"}, read_only={SOURCES: "/src"})
    assert done.returncode == 0, done.stderr
    return out / "plain.jar"


def run(jar: Path) -> list[str]:
    done = run_in_root(["java", "-cp", "/jar", "org.example.Main"], read_only={jar: "/jar"})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def mapped(text: str, name: str) -> dict[str, str]:
    """New name by old signature, of one class of a mapping."""
    lines = text[text.index(f"\n{name} -> ") :].splitlines()[2:]
    own = lines[: next((number for number, line in enumerate(lines) if not line.startswith((" ", "#"))), len(lines))]
    found = {}
    for line in own:
        old, arrow, new = line.strip().rpartition(" -> ")
        if arrow:
            found[re.sub(r"^\d+:\d+:|:\d+(:\d+)?$", "", old).partition(" ")[2]] = new
    return found


def test_the_plain_program_says_what_it_should(plain: Path) -> None:
    assert run(plain) == SAID


def test_the_renamed_program_says_the_same(plain: Path, tmp_path: Path) -> None:
    minified(plain, tmp_path / "renamed.jar", keep=[MAIN])
    assert run(tmp_path / "renamed.jar") == SAID


def test_inlined_methods_are_gone_and_the_program_says_the_same(plain: Path, tmp_path: Path) -> None:
    mapping = minified(plain, tmp_path / "renamed.jar", keep=[MAIN], inline=["org.example.Main { add; secret; }"])
    assert run(tmp_path / "renamed.jar") == SAID
    text = mapping.read_text()
    frames = re.findall(
        r"^ +(\d+:\d+:)\S+ org\.example\.Main\.(add|secret)\(.*?\n +(\1)void main\(", text, re.MULTILINE
    )
    assert {name for _, name, _ in frames} == {"add"}, "the frame that it was inlined into follows with the same lines"
    assert [name for name in mapped(text, "org.example.Main") if name.startswith("add(")] == []


def test_the_same_input_gives_the_same_bytes(plain: Path, tmp_path: Path) -> None:
    first, second = (minified(plain, tmp_path / f"{name}.jar", keep=[MAIN]) for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    assert (tmp_path / "first.jar").read_bytes() == (tmp_path / "second.jar").read_bytes()


def test_classes_go_into_one_package_and_named_ones_stay(plain: Path, tmp_path: Path) -> None:
    mapping = minified(plain, tmp_path / "renamed.jar", keep=[MAIN])
    classes = dict(re.findall(r"^(\S+) -> (\S+):$", mapping.read_text(), re.MULTILINE))
    with zipfile.ZipFile(tmp_path / "renamed.jar") as jar:
        assert {
            name.removesuffix(".class").replace("/", ".") for name in jar.namelist() if name.endswith(".class")
        } == set(classes.values())
    kept = {old for old, new in classes.items() if old == new}
    assert kept == {"org.example.Main", "org.example.deep.Hidden"}, "the second is found by a constant text"
    assert all(re.fullmatch(r"a\.[a-z]+", new) for old, new in classes.items() if old not in kept)


def test_overrides_share_a_name_and_those_of_the_platform_keep_theirs(plain: Path, tmp_path: Path) -> None:
    text = minified(plain, tmp_path / "renamed.jar", keep=[MAIN]).read_text()
    thing, base = mapped(text, "org.example.Main$Thing"), mapped(text, "org.example.deep.Base")
    loud, given = mapped(text, "org.example.deep.Loud"), mapped(text, "org.example.deep.Base$Given")
    assert (thing["compareTo(org.example.Main$Thing)"], thing["compareTo(java.lang.Object)"]) == ("a", "compareTo")
    assert (thing["call()"], thing["toString()"]) == ("call", "toString")
    assert loud["name()"] == base["name()"] != "name"
    assert mapped(text, "org.example.Main$Other")["aside()"] != base["aside()"], "no override, and none made"
    assert given["getAsInt()"] == "getAsInt", "a subclass gives it to an interface of the platform"


def test_overloads_share_a_name_and_an_unused_private_method_is_gone(plain: Path, tmp_path: Path) -> None:
    main = mapped(minified(plain, tmp_path / "renamed.jar", keep=[MAIN]).read_text(), "org.example.Main")
    adds = [new for old, new in main.items() if old.startswith("add(")]
    assert adds == ["a", "a", "a"]
    assert main["main(java.lang.String[])"] == "main"
    assert "neverCalled()" not in main


def test_kept_members_keep_their_names(plain: Path, tmp_path: Path) -> None:
    rules = [MAIN, "org.example.deep.** { public *; }"]
    base = mapped(minified(plain, tmp_path / "renamed.jar", keep=rules).read_text(), "org.example.deep.Base")
    assert (base["name()"], base["shout()"]) == ("name", "shout")
    assert base["NAME"] != "NAME"
    assert base["aside()"] != "aside"


def test_what_is_no_jar_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "no.jar").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(InputError) as refused:
        minified(tmp_path / "no.jar", tmp_path / "out.jar")
    assert refused.value.remedy


@pytest.mark.parametrize("binary", JARS, ids=lambda binary: binary.name)
def test_a_shipped_sdk_loads_renamed_as_it_loads_plain(binary: Binary, plain: Path, tmp_path: Path) -> None:
    """Every class is verified by the JVM; what one misses (Android, Google's libraries) the other does."""
    (jar, *_) = fetched(binary)
    mapping = minified(jar, tmp_path / "renamed.jar")
    assert loaded(tmp_path / "renamed.jar", plain) == loaded(jar, plain)
    assert len(re.findall(r"^\S.* -> a\.[a-z]+:$", mapping.read_text(), re.MULTILINE)) >= 20


def loaded(jar: Path, plain: Path) -> str:
    argv = ["java", "-cp", "/loader", "Loading", "/jar", "/framework.jar", ORG_JSON_JAR]
    binds = {plain.parent / "classes": "/loader", jar: "/jar", framework_jar(): "/framework.jar"}
    done = run_in_root(argv, read_only=binds)
    assert done.returncode == 0, done.stderr
    return done.stdout
