"""The self-test: our agent passes every case, an agent that hooks as others do is told from it by name."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import frida
import frida_tools
import pytest

from harness.probe import FridaProbe
from harness.selftest import Outcome, compare, exercise_boot, program_plan
from harness.selftest.judge import LIMIT
from tests.jvm import java, missing_jdk, wait_until
from tests.selftested import RUN_S, Place, kill

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))

CORES = ("native", "plain")

# What an agent that does as the published ones do is known to change (peers' own programs, reference art.md section 2).
CHANGED_BY_OTHERS = {
    "text: NUL inside",
    "text: lone high surrogate",
    "text: an argument == a constant",
    "text: NUL in what is returned",
    "text: elements of String...",
    "overload: null for Map or String",
    "overload: a String as Object",
    "once: Iterator",
    "once: Enumeration",
    "trap: Map of the app (extends HashMap)",
    "throw: the same object",
    "throw: checked",
    "start: nothing has run before its time",
}
# Overriding methods and recursion take the JVM down under the mutant; without them it shows more.
NOT_FOR_THE_MUTANT = re.compile(r"Base|Middle|Leaf|Greeter|Makers|Shared|\$init")

_PRIMITIVES = dict(zip("ZBCSIJFD", ("boolean", "byte", "char", "short", "int", "long", "float", "double"), strict=True))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("selftest")).compile()


@pytest.fixture(scope="module", params=CORES)
def outcome(request: pytest.FixtureRequest, place: Place) -> Outcome:
    return place.hooked(request.param)


def test_the_program_has_more_than_forty_cases_each_with_its_name(place: Place) -> None:
    lines = (place.folder / "plain.txt").read_text().splitlines() if place.without else []
    assert len(place.without) >= 40
    assert len(lines) == len(place.without) + 1, "two cases have one name"


def test_the_program_says_the_same_in_every_run_without_hooks(place: Place) -> None:
    subprocess.run(place.target("again.txt"), check=True)
    again = {name: said for name, said in place.said("again.txt").items() if not name.startswith(LIMIT)}
    assert again == {name: said for name, said in place.without.items() if not name.startswith(LIMIT)}


def test_an_app_does_not_notice_our_hooks(outcome: Outcome) -> None:
    assert outcome.differences == ()
    assert outcome.equal == len(outcome.cases) >= 40
    assert len(outcome.beyond) == {"native": 0, "plain": 3}[outcome.core]


def test_every_method_was_hooked_and_called_and_the_books_close(outcome: Outcome) -> None:
    assert outcome.observed.unproven == ()
    assert outcome.observed.faults == ()
    assert outcome.observed.closed
    assert outcome.observed.captured > 5_000
    assert outcome.sound


def test_the_list_names_every_method_that_can_be_hooked(place: Place) -> None:
    assert {hook.key for hook in program_plan("native").hooks} == set(_declared(place.folder / "classes/selftest/app"))


def test_an_agent_that_hooks_as_others_do_is_found_out(place: Place) -> None:
    differing = {difference.case for difference in compare(place.without, _under_mutant(place))}
    assert differing >= CHANGED_BY_OTHERS
    assert len(differing) < len(place.without) // 2, "it survives to the end: what differs is what it changes"


@pytest.mark.parametrize("core", CORES)
def test_boot_methods_give_the_same_with_and_without_hooks(busy: int, core: str) -> None:
    outcome = exercise_boot(partial(FridaProbe("local", lossless=True, core=core).attach, busy), core)
    assert outcome.differences == ()
    assert outcome.reasons == ()
    assert len(outcome.cases) == 15


@pytest.fixture
def busy(classes: Path, out: Path) -> Iterator[int]:
    """A JVM that waits to be attached to."""
    with subprocess.Popen([java(), f"-Dout={out}", "-cp", str(classes), "Busy", "1000000", "stay", "1"]) as process:
        wait_until(lambda: out.exists() and "started" in out.read_text(), "the program")
        yield process.pid
        process.kill()


def _declared(folder: Path) -> Iterator[str]:
    """What javap says of the classes: methods with a body, but bridges and private constructors."""
    files = sorted(map(str, folder.glob("*.class")))
    text = subprocess.run(["javap", "-v", "-p", *files], check=True, capture_output=True, text=True).stdout
    for block in text.split("Classfile ")[1:]:
        name = re.search(r"^  this_class: .*// (\S+)$", block, re.MULTILINE)
        assert name is not None
        owner = name[1].replace("/", ".").strip('"')
        for member in re.finditer(r"^  (\S.*)\n    descriptor: \((.*)\)\S+\n    flags: \(0x\w+\) ?(.*)$", block, re.M):
            head, descriptor, flags = member.groups()
            called = head.partition("(")[0].split()[-1]
            constructor = called == owner
            if called == "{};" or re.search("BRIDGE|ABSTRACT|NATIVE", flags) or (constructor and "PRIVATE" in flags):
                continue
            yield f"{owner}.{'$init' if constructor else called}({', '.join(map(_spelled, _types(descriptor)))})"


def _types(descriptor: str) -> list[str]:
    return re.findall(r"\[*(?:L[^;]+;|[ZBCSIJFD])", descriptor)


def _spelled(descriptor: str) -> str:
    if descriptor.startswith("["):
        return descriptor.replace("/", ".")
    return _PRIMITIVES.get(descriptor) or descriptor[1:-1].replace("/", ".")


def _under_mutant(place: Place) -> dict[str, str]:
    methods = {(hook.class_name, hook.method) for hook in program_plan("native").hooks}
    wanted = sorted(pair for pair in methods if not NOT_FOR_THE_MUTANT.search(".".join(pair)))
    bridge = (Path(frida_tools.__file__).parent / "bridges" / "java.js").read_text()
    mutant = (Path(__file__).parent / "mutant.js").read_text()
    device = frida.get_local_device()
    pid = device.spawn(list(place.target("mutant.txt")))
    session: Any = device.attach(pid)
    try:
        script = session.create_script(f"{bridge}\nconst HOOKS = {json.dumps(wanted)};\n{mutant}")
        script.on("message", lambda message, content: None)
        script.load()
        device.resume(pid)
        file = place.folder / "mutant.txt"
        wait_until(lambda: file.exists() and file.read_text().endswith("end\n"), "the program's end", timeout_s=RUN_S)
    finally:
        kill(pid)
        session.detach()
    return place.said("mutant.txt")
