"""Hook files of other tools become ours: what they ask for is hooked, what cannot be carried over is listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.model.errors import InputError
from harness.model.hook import Confidence, Hook, Layer, Role
from harness.trackers import load_pack
from harness.trackers.foreign import Imported, as_platform_file, import_hooks
from tests.hook_files import obeys_schema

SHIPPED = load_pack()

# The dialect of frooky's documents.
DOCUMENTED = """\
metadata:
  name: Sensors
  platform: Android
  description: What reads the sensors
  category: PRIVACY
  author: Ann
  version: v1
hooks:
  - javaClass: com.example.Sensors
    methods:
      - $init
      - name: read
        overloads:
          - params: []
          - params: [int, "[Ljava.lang.String"]
          - params:
              - [java.lang.String, name]
              - ["[B", into, {decodeAt: exit}]
          - params: [["[[int", table, {decodeAt: both}]]
      - name: name
        returnType: java.lang.String
      - eventFilter: ["^com[.]example"]
    stackTraceLimit: 5
    stackTraceFilter: ["^java"]
  - javaClass: com.example.*.Client
    methods: [send]
  - module: libsensors.so
    functions:
      - open_sensor
      - symbol: sensor_write
        returnType: int
        params:
          - ["struct sensor *", self]
          - ["const void *", bytes, {decoderArgs: [count]}]
          - [size_t, count]
      - symbol: sensor_read
        params:
          - ["void *", bytes, {decodeAt: exit, decoderArgs: [filled]}]
          - [size_t, room]
          - ["size_t *", filled]
      - symbol: sensor_peek
        params: [["void *", bytes, {decodeAt: exit, decoderArgs: [room]}], [size_t, room]]
  - objcClass: NSURL
    methods: ["- host"]
"""

# The dialect that its released agent reads.
RELEASED = {
    "category": "STORAGE",
    "hooks": [
        {"class": "com.example.Store$Editor", "methods": ["put", "remove"], "maxFrames": 12},
        {
            "class": "com.example.Store",
            "method": "open",
            "overloads": [{"args": ["android.content.Context", "[B"]}, {"args": []}],
            "filterEventsByStacktrace": "com.example",
        },
        {"class": "com.example.Store", "methods": [{"name": "close", "overloads": [{"args": ["int"]}]}]},
        {
            "native": True,
            "module": "libstore.so",
            "symbol": "store_put",
            "args": [
                {"name": "key", "type": "string"},
                {"name": "value", "type": "bytes", "lengthInArg": 2, "filter": ["secret"]},
                {"name": "size", "type": "uint32"},
                {"name": "head", "type": "bytes", "length": 16},
                {"name": "result", "type": "int32", "returnValue": True},
            ],
            "debug": True,
        },
        {"native": True, "symbol": "nowhere"},
        {"native": True, "objClass": "NSFile", "symbol": "open:"},
    ],
}

# Lists as MobSF and RMS keep them.
LIST = [
    {"class": "com.example.Phone", "method": "getNumber", "name": "Device Info"},
    {"class": "com.example.Phone'", "method": "typo", "name": "Device Info"},
    {"class": "com.example.Web", "method": "post", "name": "WebView", "target": 6},
    {"class": "javax.crypto.Cipher", "method": "doFinal", "name": "Crypto"},
]
CLIP = [{"clazz": "com.example.Clip", "method": "get"}]
GROUPS = [
    {"Category": "Clipboard", "HookType": "Java", "Comment": "(broken)", "hooks": CLIP},
    {"Category": "Files", "HookType": "Native", "hooks": [{"clazz": "libc.so", "method": "unlink"}]},
]


def imported(tmp_path: Path, name: str, content: object) -> Imported:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return import_hooks([path], SHIPPED)


def told(found: Imported) -> list[str]:
    return [f"{fault.line}: {fault.problem}" for fault in found.left_out]


def short(hook: Hook) -> tuple[str, str, tuple[str, ...] | None, tuple[str, ...], str | None]:
    return hook.class_name.rpartition(".")[2], hook.method, hook.parameters, hook.capture, hook.payload


USUAL = (("arguments", "returned"), "arguments")


def test_the_documented_dialect_is_read(tmp_path: Path) -> None:
    found = imported(tmp_path, "sensors.yaml", DOCUMENTED)
    assert [short(hook) for hook in found.hooks] == [
        ("Sensors", "$init", None, *USUAL),
        ("Sensors", "read", (), *USUAL),
        ("Sensors", "read", ("int", "[Ljava.lang.String;"), *USUAL),
        ("Sensors", "read", ("java.lang.String", "[B"), ("arguments", "returned", "filled 1"), "arguments"),
        ("Sensors", "read", ("[[I",), *USUAL),
        ("Sensors", "name", None, *USUAL),
        ("so", "open_sensor", (), ("returned",), None),
        (
            *("so", "sensor_write", ("struct sensor *", "const void *", "size_t")),
            *(("returned", "bytes argument 1 length argument 2", "argument 2"), "bytes argument 1 length argument 2"),
        ),
        (
            *("so", "sensor_read", ("void *", "size_t", "size_t *")),
            ("returned", "bytes argument 0 length at argument 2", "argument 1"),
            "bytes argument 0 length at argument 2",
        ),
        ("so", "sensor_peek", ("void *", "size_t"), ("returned", "argument 1"), None),
    ]
    assert {hook.evidence for hook in found.hooks} == {"imported from frooky's sensors.yaml; Sensors; Ann; v1"}
    assert {hook.meaning for hook in found.hooks} == {"privacy"}
    assert {(hook.layer, hook.native) for hook in found.hooks} == {
        (Layer.PLATFORM, None),
        (Layer.WIRE, r"^libsensors\.so$"),
    }


def test_what_the_documented_dialect_says_beyond_is_listed(tmp_path: Path) -> None:
    assert told(imported(tmp_path, "sensors.yaml", DOCUMENTED)) == [
        "4: description is not carried over",
        "19: decodeAt: both is not carried over",
        "21: returnType is not carried over",
        "22: eventFilter is not carried over",
        "23: stackTraceLimit is not carried over",
        "24: stackTraceFilter is not carried over",
        "26: com.example.*.Client.send is a pattern",
        "29: open_sensor: the arguments are not known",
        "33: sensor_write: argument 0 (struct sensor *) is not read",
        "42: sensor_peek: the length of argument 0 after the call is not known",
        "43: a hook for iOS",
    ]


def test_the_released_dialect_is_read(tmp_path: Path) -> None:
    found = imported(tmp_path, "store.json", RELEASED)
    assert [short(hook) for hook in found.hooks] == [
        ("Store$Editor", "put", None, *USUAL),
        ("Store$Editor", "remove", None, *USUAL),
        ("Store", "open", ("android.content.Context", "[B"), *USUAL),
        ("Store", "open", (), *USUAL),
        ("Store", "close", ("int",), *USUAL),
        (
            *("so", "store_put", ("const char *", "const void *", "unsigned int", "const void *")),
            ("returned", "bytes argument 1 length argument 2", "argument 2"),
            "bytes argument 1 length argument 2",
        ),
    ]
    assert [line.partition(": ")[2] for line in told(found)] == [
        "maxFrames is not carried over",
        "filterEventsByStacktrace is not carried over",
        "store_put: argument 0 (string) is not read",
        "filter is not carried over",
        "a fixed length of 16 bytes is not carried over",
        "debug is not carried over",
        "nowhere is in no module",
        "a hook for iOS",
    ]


def test_lists_of_methods_are_read(tmp_path: Path) -> None:
    found = imported(tmp_path, "list.json", LIST)
    assert [(short(hook)[:3], hook.meaning) for hook in found.hooks] == [
        (("Phone", "getNumber", None), "Device Info"),
        (("Web", "post", None), "WebView"),
    ]
    told_of = told(found)
    assert [line.partition(": ")[2] for line in told_of[:2]] == [
        '"com.example.Phone\'" is no name',
        "target: 6 is not carried over",
    ]
    assert "javax.crypto.Cipher.doFinal(*) is left out: the hook files have crypto/platform/" in told_of[2]


def test_groups_of_methods_are_read(tmp_path: Path) -> None:
    found = imported(tmp_path, "groups.json", GROUPS)
    assert [(*short(hook)[:3], hook.meaning, hook.native) for hook in found.hooks] == [
        ("Clip", "get", None, "Clipboard", None),
        ("so", "unlink", (), "Files", r"^libc\.so$"),
    ]
    assert [line.partition(": ")[2] for line in told(found)] == [
        "remark on Clipboard: (broken)",
        "unlink: the arguments are not known",
    ]


@pytest.mark.parametrize(
    "content", [DOCUMENTED, RELEASED, LIST, GROUPS], ids=["documented", "released", "list", "groups"]
)
def test_every_imported_hook_is_among_those_of_the_written_file(tmp_path: Path, content: object) -> None:
    found = imported(tmp_path, "foreign.yaml", content)
    text = as_platform_file(found.hooks, name="foreign")
    assert obeys_schema(text, "platform")
    mine = tmp_path / "mine" / "platform" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(text)
    loaded = load_pack(mine.parent.parent)
    added = [hook for hook in loaded.platform if hook.key.startswith("mine/")]
    assert sorted(map(repr, map(short, added))) == sorted(map(repr, map(short, found.hooks)))
    assert {(hook.role, hook.confidence) for hook in added} == {(Role.CONTENT, Confidence.DOCUMENTS)}
    assert {hook.evidence for hook in added} == {hook.evidence for hook in found.hooks}
    assert len(loaded.platform) == len(SHIPPED.platform) + len(added)


def test_a_method_asked_for_twice_is_hooked_once(tmp_path: Path) -> None:
    again = [
        {"class": "com.example.A", "method": "b", "overloads": [{"args": ["int"]}]},
        {"class": "com.example.A", "methods": ["b"]},
        {"native": True, "module": "liba.so", "symbol": "c"},
        {"native": True, "module": "liba.so", "symbol": "c", "args": [{"name": "n", "type": "int32"}]},
    ]
    found = imported(tmp_path, "again.json", {"hooks": again})
    assert [short(hook)[:3] for hook in found.hooks] == [("A", "b", None), ("so", "c", ("int",))]
    assert len([line for line in told(found) if "is there twice" in line]) == 2


def test_functions_that_are_hooked_already_are_left_out(tmp_path: Path) -> None:
    asked = [{"module": "libssl.so", "functions": ["SSL_write", "SSL_do_handshake"]}]
    found = imported(tmp_path, "tls.json", {"hooks": asked})
    assert [hook.method for hook in found.hooks] == ["SSL_do_handshake"]
    assert [
        line for line in told(found) if "SSL_write() is left out: the hook files have tls/wire/libssl.SSL_write" in line
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- a\n- b\n", "is no hook file of a known form"),
        ("hooks: [\n", "cannot be read"),
        ("metadata: {platform: iOS}\nhooks:\n  - {javaClass: a.B, methods: [c]}\n", "nothing could be imported"),
        ("hooks:\n  - {javaClass: javax.crypto.Cipher, methods: [doFinal]}\n", "nothing could be imported"),
        ("hooks:\n  - {javaClass: a.B}\n", "nothing could be imported"),
    ],
)
def test_a_file_that_gives_nothing_is_refused(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        imported(tmp_path, "foreign.yaml", content)
    assert words in caught.value.problem


@pytest.mark.parametrize(
    ("hook", "words"),
    [
        ("{javaClass: a.B, methods: [{overloads: []}]}", "no method is named"),
        ("{javaClass: a.B, methods: [5]}", "is no method"),
        ("{javaClass: a.B, methods: [c], overloads: [{args: [int]}]}", "'overloads' beside 'methods' names no method"),
        ("{javaClass: a.B, methods: [{name: c, overloads: [{params: [String]}]}]}", "'String' is no type"),
        ("{javaClass: a.B, methods: [{name: c, overloads: [{}]}]}", "its parameters are missing"),
        ("{javaClass: a.B, methods: [{name: c, overloads: [{params: [5]}]}]}", "is no parameter"),
        ("{javaClass: a.B, methods: [c], colour: red}", "unknown key 'colour'"),
        ("{javaClass: a.B}", "no method is named"),
        ("{methods: [c]}", "no class is named"),
        ("hook", "is no hook"),
        ("{module: liba.so}", "no function is named"),
        ("{module: liba.so, functions: ['sub_4f+0x10']}", "is no exported symbol"),
        ("{swiftClass: A, symbol: b}", "a hook for iOS"),
    ],
)
def test_a_hook_that_cannot_be_imported_is_listed_beside_one_that_can(tmp_path: Path, hook: str, words: str) -> None:
    found = imported(tmp_path, "f.yaml", f"hooks:\n  - {{javaClass: com.example.Fine, methods: [run]}}\n  - {hook}\n")
    assert any(fault.line == 3 and words in fault.problem for fault in found.left_out), told(found)
    assert "Fine" in {hook.class_name.rpartition(".")[2] for hook in found.hooks}
