"""Every fault of a broken hook file is listed at its line, and the schema for editors knows what a schema can know."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.model.errors import InputError
from harness.trackers import load_pack
from tests.hook_files import GOOD, HOOKS, PLATFORM, hook_folder, loaded, obeys_schema

Case = tuple[str, str, int, str]  # what is replaced, by what; then line and words of the fault

IN_SCHEMA: list[Case] = [
    ("name: Example", "nam: Example", 1, "unknown key 'nam' - Did you mean 'name'?"),
    ("name: Example\n", "", 1, "'name' is missing"),
    ("sdk_versions: '1.0'", "sdk_versions: 1.0", 4, "expected text, not a float - Put it in quotes."),
    ("[org.example.]", "[example]", 5, "'example' cannot stand here - Write the beginning of class names"),
    ("'(^|[.])example[.]org$'", "'(example'", 6, "does not compile"),
    ("  api:", "  apis:", 8, "unknown key 'apis' - Did you mean 'api'?"),
    ("class: org.example.Sdk", "class: Sdk", 9, "full class name with its package"),
    ("      evidence: read in the source\n", "", 9, "'evidence' is missing"),
    ("      verified: source\n", "", 9, "'verified' is missing - Say what the signatures were read from: bin"),
    ("verified: source", "verified: sources", 11, "Did you mean 'source'?"),
    ("method: send", "method: send()", 13, "Write the method's name alone"),
    ("          meaning: event\n", "", 13, "'meaning' is missing"),
    ("[[java.lang.String]]", "[[String]]", 15, "Write the package too: java.lang.String"),
    ("[[java.lang.String]]", "[['byte[]']]", 15, "Write arrays as the JVM does: [B"),
    ("[[java.lang.String]]", "[['java.lang.String[]']]", 15, "Write arrays as the JVM does: [Ljava.lang.String;"),
    ("[[java.lang.String]]", "[]", 13, "'overloads' is missing"),
    ("[[java.lang.String]]", "every", 15, "'overloads' is not a list"),
    ("meaning: event\n", "meaning: event\n          since: v2\n", 15, "Write a version such as"),
    ("meaning: event", "meaning: event\n          capture: [argument]", 15, "Use arguments, returned, argument N"),
    ("meaning: event", "meaning: event\n          decode: [jsn]", 15, "Did you mean 'json'?"),
    ("meaning: event", "meaning: event\n          runtime: dalvik", 15, "Use one of: art, jvm."),
    ("meaning: event", "meaning: event\n          effect: opt_out", 15, "Move it to `consent:`"),
    ("meaning: event", "meaning: event\n          role: request", 13, "'request' is missing"),
    ("category: persistent_id", "category: persistant_id", 17, "Did you mean 'persistent_id'?"),
    (", evidence: read in the source}", "}", 17, "'evidence' is missing"),
    ("path: /id", "path: id", 17, "A path starts with `/`"),
    ("/id, category", "/id, layers: [wires], category", 17, "Did you mean 'wire'?"),
    ("/id, category", "/id, property: pushToken, category", 17, "'pushToken' cannot stand here"),
    ("/id, category", "/id, property: userid, category", 17, "Did you mean 'userId'?"),
]  # fmt: skip

BEYOND_SCHEMA: list[Case] = [
    ("name: Example", "name: Example\nname: Other", 2, "already on line 1"),
    ("[[java.lang.String]]", "[[int], [int]]", 1, "org.example.Sdk.send(int) is hooked twice"),
    ("meaning: event", "meaning: event\n          since: '2.10'\n          until: '2.9'", 13, "2.10 is later"),
    ("meaning: event", "meaning: event\n          capture: [argument 1]", 16, "this overload has 1 arguments"),
    ("meaning: event", "meaning: event\n          payload: argument 1", 16, "this overload has 1 arguments"),
    ("meaning: event", "meaning: event\n          payload: returned", 13, "'returned' is not captured"),
    ("meaning: event", "meaning: event\n          host: returned", 13, "the host 'returned' is not captured"),
    ("meaning: event", "meaning: event\n          host: argument 1", 16, "this overload has 1 arguments"),
    ("[[java.lang.String]]", "all\n          payload: argument 0", 15, "'argument 0' differs between overloads"),
]  # fmt: skip


def test_a_good_file_has_no_faults_but_an_unquoted_version(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD) == []
    assert obeys_schema(GOOD)


@pytest.mark.parametrize(("before", "after", "line", "words"), IN_SCHEMA + BEYOND_SCHEMA)
def test_a_fault_is_found_at_its_line(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    broken = GOOD.replace(before, after, 1)
    assert broken != GOOD
    found = loaded(tmp_path, broken)
    assert [fault for fault in found if fault[1] == line and words in fault[2]], found
    assert obeys_schema(broken) is ((before, after, line, words) in BEYOND_SCHEMA)


IN_PLATFORM_SCHEMA: list[Case] = [
    ("native: '^libssl[.]so'", "native: '(libssl'", 5, "does not compile"),
    ("native: '^libssl[.]so'", "natives: x", 5, "unknown key 'natives'"),
    ("length returned]", "length 5]", 11, "bytes argument N length L"),
    ("[sun.security.]", "['sun/security']", 15, "Write the beginning of class names"),
    ("role: end", "role: presence", 22, "cannot stand here"),
    ("role: end", "role: end\n          host: filled 0", 23, "Move the method to the tracker's file."),
    ("    sentence: not read\n", "", 24, "'sentence' is missing"),
    ("    modules: ['^libcronet']\n", "", 24, "no sign is given"),
    ("['^libcronet']", "['(libcronet']", 27, "does not compile"),
    ("modules: ['^libcronet']", "classes: [Cronet]", 27, "full class name with its package"),
    ("modules: ['^libcronet']", "calls: [{class: a.B}]", 27, "'method' is missing"),
    ("native: '^libssl[.]so'", "native: x\n      fingerprint: [a]", 6, "means nothing for a native function"),
    ("native: '^libssl[.]so'", "native: x\n      found_by: {implements: a.B}", 6, "means nothing for a native"),
    ('[["SSL *", "const void *", int]]', "all", 10, "a native function has no overloads"),
]  # fmt: skip

BEYOND_PLATFORM_SCHEMA: list[Case] = [
    ("method: SSL_write", "method: SSL-write", 8, "Write the symbol as the module exports it."),
    ('"SSL *", "const', '"SSL&", "const', 10, "Write a C type"),
    ("length returned]", "length argument 3]", 10, "this overload has 3 arguments"),
    ("[bytes argument 1 length returned]", "[slice 1]", 11, "bytes argument N length L"),
    ("capture: [filled 0]", "capture: [filled 2]", 19, "this overload has 2 arguments"),
    ("output: filled 0", "output: returned", 17, "the output 'returned' is not captured"),
    ("role: end", "role: header", 17, "'output' means nothing with the role header"),
]  # fmt: skip


def test_a_good_platform_file_has_no_faults(tmp_path: Path) -> None:
    pack = load_pack(hook_folder(tmp_path, platform=PLATFORM))
    assert [
        (hook.class_name, hook.native, hook.skip_callers, hook.output, hook.role.value) for hook in pack.platform
    ] == [
        ("libssl", "^libssl[.]so", (), None, "content"),
        ("javax.crypto.Cipher", None, ("sun.security.",), "filled 0", "end"),
        ("Cronet", "^libcronet", (), None, "presence"),
    ]
    assert obeys_schema(PLATFORM, "platform")


@pytest.mark.parametrize(("before", "after", "line", "words"), IN_PLATFORM_SCHEMA + BEYOND_PLATFORM_SCHEMA)
def test_a_fault_of_a_platform_file_is_found_at_its_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    broken = PLATFORM.replace(before, after, 1)
    assert broken != PLATFORM
    found = loaded(tmp_path, GOOD, broken)
    assert [fault for fault in found if fault[:2] == ("one.yaml", line) and words in fault[2]], found
    assert obeys_schema(broken, "platform") is ((before, after, line, words) in BEYOND_PLATFORM_SCHEMA)


def test_every_fault_of_every_file_is_listed_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace("meaning: event", "meanin: event").replace("/id", "id").replace("'1.0'", "1.0")
    found = loaded(tmp_path, broken, platform="name: p\nhooks:\n  wire:\n    - class: X\n")
    assert [(file, line) for file, line, _ in found] == [
        ("example.yaml", 4),
        ("example.yaml", 13),
        ("example.yaml", 14),
        ("example.yaml", 17),
        ("one.yaml", 4),
        ("one.yaml", 4),
        ("one.yaml", 4),
    ]


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ("effect: switch", "'opts_out_when' is missing"),
        ("effect: switch\n        opts_out_when: no", "is not true or false"),
        ("effect: opt-out", "Did you mean 'opt_out'?"),
        ("effect: opt_out\n        argument: -1", "Write a whole number"),
        ("stack: true", "'effect' is missing"),
    ],
)
def test_a_consent_switch_must_say_what_it_says(tmp_path: Path, switch: str, words: str) -> None:
    consent = f"""\
consent:
  - class: org.example.Sdk
    evidence: read in the source
    verified: source
    methods:
      - method: off
        meaning: opt-out
        overloads: [[boolean]]
        {switch}
"""
    found = loaded(tmp_path, GOOD + consent)
    assert [fault for fault in found if words in fault[2]], found
    assert not obeys_schema(GOOD + consent)


@pytest.mark.parametrize(
    ("example", "words", "in_schema"),
    [
        ("{hook: SDK.sent(java.lang.String), payload: x, expect: [{email: y}]}", "Did you mean", False),
        ("{hook: SDK.send(java.lang.String), payload: x, expect: [{mail: y}]}", "unknown category", True),
        ("{hook: SDK.send(java.lang.String), payload: x, expect: []}", "'expect' is missing", True),
        ("{hook: SDK.send(java.lang.String), payload: x, expect: [{email: 5}]}", "Put it in quotes", True),
        (
            "{hook: SDK.send(java.lang.String), payload: '{', encoding: arguments, expect: [{email: x}]}",
            "not arguments",
            False,
        ),
        (
            "{hook: SDK.send(java.lang.String), payload: '%', encoding: base64, expect: [{email: x}]}",
            "is not base64",
            False,
        ),
    ],
)
def test_an_example_is_checked_too(tmp_path: Path, example: str, words: str, *, in_schema: bool) -> None:
    text = GOOD + f"examples:\n  - {example.replace('SDK', 'api/org.example.Sdk')}\n"
    found = loaded(tmp_path, text)
    assert [fault for fault in found if words in fault[2]], found
    assert obeys_schema(text) is not in_schema


def test_a_folder_without_hook_files_says_so(tmp_path: Path) -> None:
    shutil.copy(HOOKS / "categories.yaml", tmp_path)
    with pytest.raises(InputError) as caught:
        load_pack(tmp_path)
    assert "there are no hook files" in caught.value.faults[0].problem


def test_names_in_other_alphabets_are_names(tmp_path: Path) -> None:
    obfuscated = GOOD.replace("method: send", "method: ॱˋ")
    assert loaded(tmp_path, obfuscated) == []
    assert obeys_schema(obfuscated)
