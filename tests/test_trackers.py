"""Hook files: the shipped ones load and their examples run; every fault of a broken one is listed at its line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource

from harness.analyse.examples import read_example
from harness.model.errors import InputError
from harness.model.tracker import Example, Layer, Role
from harness.resources import folder
from harness.trackers import load_pack

HOOKS = folder("hooks")
PACK = load_pack()
EXAMPLES = [*(example for tracker in PACK.trackers for example in tracker.examples), *PACK.examples]
FILES = sorted([*HOOKS.glob("trackers/*.yaml"), *HOOKS.glob("platform/*.yaml")])


def named(path: Path) -> str:
    return path.name


def schema(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((HOOKS / f"{name}.schema.json").read_text())
    return made


def validator(path: Path) -> jsonschema.Draft202012Validator:
    shared = Registry().with_resources([("tracker.schema.json", Resource.from_contents(schema("tracker")))])
    kind = "tracker" if path.parent.name == "trackers" else "platform"
    return jsonschema.Draft202012Validator(schema(kind), registry=shared)


def test_the_five_trackers_are_there() -> None:
    assert [tracker.slug for tracker in PACK.trackers] == ["appsflyer", "branch", "crashlytics", "facebook", "mixpanel"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.hook[:60]}:{example.line}")
def test_an_example_gives_exactly_what_it_expects(example: Example) -> None:
    assert sorted(read_example(example, PACK)) == sorted(set(example.expect))


@pytest.mark.parametrize("tracker", PACK.trackers, ids=lambda tracker: tracker.slug)
def test_every_encode_hook_of_a_current_version_has_an_example(tracker: Any) -> None:
    shown = {example.hook for example in tracker.examples}
    layers = {hook.layer for hook in tracker.hooks if hook.key in shown}
    assert layers == {Layer.API, Layer.ENCODE}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_shipped_file_obeys_the_schema_for_editors(path: Path) -> None:
    validator(path).validate(yaml.safe_load(path.read_text()))


def test_the_schema_knows_the_same_categories_as_the_table() -> None:
    assert schema("tracker")["$defs"]["category"]["enum"] == [category.name for category in PACK.categories]


def test_every_hook_has_a_key_of_its_own() -> None:
    for runtime in ("art", "jvm"):
        keys = [hook.key for hook in PACK.hooks(runtime)]
        assert len(keys) == len(set(keys))


def test_a_runtime_gets_no_hook_of_the_other() -> None:
    classes = {hook.class_name for hook in PACK.hooks("art")}
    assert "com.android.okhttp.internal.huc.HttpURLConnectionImpl" in classes
    assert "sun.net.www.protocol.http.HttpURLConnection" not in classes


def test_what_is_blind_has_a_sentence_and_installs_only_where_a_call_is_the_sign() -> None:
    signs = [hook for hook in PACK.platform if hook.role is Role.PRESENCE]
    assert {hook.class_name for hook in signs if hook.native} >= {"Cronet", "WebView", "Flutter"}
    assert all(hook.meaning and hook.evidence and hook.payload is None for hook in signs)
    assert [hook.method for hook in signs if hook.method] == ["addJavascriptInterface"]


@pytest.mark.parametrize(
    ("file", "sign"),
    [
        ("libcronet.119.0.6045.31.so", "Cronet"),
        ("libsscronet.so", "Cronet"),
        ("libmainlinecronet.114.0.5735.84.so", "Cronet"),
        ("libwebviewchromium.so", "WebView"),
        ("libmonochrome_64.so", "WebView"),
        ("libflutter.so", "Flutter"),
        ("libgnutls.so.30", "another TLS library"),
        ("libttboringssl.so", "another TLS library"),
        ("libssl3.so", "another TLS library"),
        ("libssl.so.3", "libssl"),
        ("libssl.so", "libssl"),
        ("libwebviewchromium_loader.so", None),  # in every process that the zygote makes
        ("libsslkeylog.so", None),
        ("libhermes.so", None),
        ("libjvm.so", None),
    ],
)
def test_a_module_is_known_by_its_file_name(file: str, sign: str | None) -> None:
    found = {hook.class_name for hook in PACK.platform if hook.native and re.search(hook.native, file)}
    assert found - {"libssl of OpenSSL"} == ({sign} if sign else set())


def test_hooks_whose_calls_the_runtimes_own_tls_makes_skip_it() -> None:
    noisy = ("javax.crypto.", "java.security.")
    crypto = [hook for hook in PACK.platform if hook.class_name.startswith(noisy)]
    assert len(crypto) >= 20
    assert all(
        {"sun.security.", "com.sun.crypto.", "com.android.org.conscrypt."} <= {*hook.skip_callers} for hook in crypto
    )


def test_no_tracker_is_named_in_python() -> None:
    words = {word for tracker in PACK.trackers for word in (tracker.slug, tracker.legal_entity, *tracker.code)}
    words -= {"branch"}  # also an English word; its package and company are looked for
    names = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    harness = Path(__file__).parent.parent / "harness"
    sources = [path for path in harness.rglob("*.py") if "doorbell" not in path.parts]
    assert [str(path) for path in sources if names.search(path.read_text())] == []


def test_the_pack_is_named_by_the_bytes_of_its_files(tmp_path: Path) -> None:
    copy = tmp_path / "hooks"
    shutil.copytree(HOOKS, copy)
    assert load_pack(copy).sha256 == PACK.sha256
    changed = copy / "trackers" / "branch.yaml"
    changed.write_text(changed.read_text() + "# one more remark\n")
    assert load_pack(copy).sha256 != PACK.sha256


GOOD = """\
name: Example
legal_entity: Example Ltd.
country: NO
sdk_versions: 1.0
code: [org.example.]
hosts: ['(^|[.])example[.]org$']
hooks:
  api:
    - class: org.example.Sdk
      evidence: read in the source
      methods:
        - method: send
          meaning: event
          overloads: [[java.lang.String]]
fields:
  - {path: /id, category: persistent_id, evidence: read in the source}
"""


def loaded(tmp_path: Path, tracker: str, platform: str | None = None) -> list[tuple[str, int, str]]:
    """The faults of one hook file: (file name, line, problem and remedy)."""
    hooks = tmp_path / "hooks"
    (hooks / "trackers").mkdir(parents=True)
    (hooks / "platform").mkdir()
    shutil.copy(HOOKS / "categories.yaml", hooks)
    (hooks / "trackers" / "example.yaml").write_text(tracker)
    if platform is not None:
        (hooks / "platform" / "one.yaml").write_text(platform)
    try:
        load_pack(hooks)
    except InputError as error:
        return [(Path(fault.file).name, fault.line, f"{fault.problem} - {fault.remedy}") for fault in error.faults]
    return []


def test_a_good_file_has_no_faults_but_an_unquoted_version(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD.replace("sdk_versions: 1.0", 'sdk_versions: "1.0"')) == []


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("name: Example", "nam: Example", 1, "unknown key 'nam' - Did you mean 'name'?"),
        ("name: Example", "name: Example\nname: Other", 2, "already on line 1"),
        ("name: Example\n", "", 1, "'name' is missing"),
        ("sdk_versions: '1.0'", "sdk_versions: 1.0", 4, "expected text, not a float - Put it in quotes."),
        ("[org.example.]", "[example]", 5, "'example' cannot stand here - Write the beginning of class names"),
        ("'(^|[.])example[.]org$'", "'(example'", 6, "does not compile"),
        ("  api:", "  apis:", 8, "unknown key 'apis' - Did you mean 'api'?"),
        ("class: org.example.Sdk", "class: Sdk", 9, "full class name with its package"),
        ("      evidence: read in the source\n", "", 9, "'evidence' is missing"),
        ("method: send", "method: send()", 12, "Write the method's name alone"),
        ("          meaning: event\n", "", 12, "'meaning' is missing"),
        ("[[java.lang.String]]", "[[String]]", 14, "Write the package too: java.lang.String"),
        ("[[java.lang.String]]", "[['byte[]']]", 14, "Write arrays as the JVM does: [B"),
        ("[[java.lang.String]]", "[['java.lang.String[]']]", 14, "Write arrays as the JVM does: [Ljava.lang.String;"),
        ("[[java.lang.String]]", "[]", 12, "'overloads' is missing"),
        ("[[java.lang.String]]", "[[int], [int]]", 1, "is hooked twice"),
        ("meaning: event\n", "meaning: event\n          since: v2\n", 14, "Write a version such as"),
        ("meaning: event", "meaning: event\n          since: '2.10'\n          until: '2.9'", 12, "2.10 is later"),
        ("meaning: event", "meaning: event\n          capture: [argument]", 14, "Use arguments, returned, argument N"),
        ("meaning: event", "meaning: event\n          capture: [argument 1]", 15, "this overload has 1 arguments"),
        ("meaning: event", "meaning: event\n          payload: returned", 12, "'returned' is not captured"),
        ("meaning: event", "meaning: event\n          decode: [jsn]", 14, "Did you mean 'json'?"),
        ("meaning: event", "meaning: event\n          runtime: dalvik", 14, "Use one of: art, jvm."),
        ("meaning: event", "meaning: event\n          effect: opt_out", 14, "Move it to `consent:`"),
        ("category: persistent_id", "category: persistant_id", 16, "Did you mean 'persistent_id'?"),
        (", evidence: read in the source}", "}", 16, "'evidence' is missing"),
        ("path: /id", "path: id", 16, "A path starts with `/`"),
        ("/id, category", "/id, layers: [wires], category", 16, "Did you mean 'wire'?"),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    good = GOOD.replace("sdk_versions: 1.0", "sdk_versions: '1.0'")
    broken = good.replace(before, after, 1)
    assert broken != good
    found = loaded(tmp_path, broken)
    assert [fault for fault in found if fault[1] == line and words in fault[2]], found


PLATFORM = """\
name: p
hooks:
  wire:
    - class: libssl
      native: '^libssl[.]so'
      evidence: ssl.h
      methods:
        - method: SSL_write
          meaning: plain bytes
          overloads: [["SSL *", "const void *", int]]
          capture: [bytes argument 1 length returned]
          payload: bytes argument 1 length returned
    - class: javax.crypto.Cipher
      evidence: javap
      skip_callers: [sun.security.]
      methods:
        - method: doFinal
          meaning: through a cipher
          overloads: [["[B", int]]
          capture: [filled 0]
          output: filled 0
          role: end
blind:
  - name: Cronet
    sentence: not read
    evidence: Chromium
    modules: ['^libcronet']
"""


def test_a_good_platform_file_has_no_faults(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD.replace("1.0", "'1.0'"), PLATFORM) == []
    pack = load_pack(tmp_path / "hooks")
    assert [
        (hook.class_name, hook.native, hook.skip_callers, hook.output, hook.role.value) for hook in pack.platform
    ] == [
        ("libssl", "^libssl[.]so", (), None, "content"),
        ("javax.crypto.Cipher", None, ("sun.security.",), "filled 0", "end"),
        ("Cronet", "^libcronet", (), None, "presence"),
    ]
    schema_of_one = validator(tmp_path / "hooks" / "platform" / "one.yaml")
    schema_of_one.validate(yaml.safe_load(PLATFORM))


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("native: '^libssl[.]so'", "native: '(libssl'", 5, "does not compile"),
        ("native: '^libssl[.]so'", "natives: x", 5, "unknown key 'natives'"),
        ("method: SSL_write", "method: SSL-write", 8, "Write the symbol as the module exports it."),
        ('"SSL *", "const', '"SSL&", "const', 10, "Write a C type"),
        ("length returned]", "length 5]", 11, "bytes argument N length L"),
        ("length returned]", "length argument 3]", 10, "this overload has 3 arguments"),
        ("[bytes argument 1 length returned]", "[slice 1]", 11, "bytes argument N length L"),
        ("[sun.security.]", "['sun/security']", 15, "Write the beginning of class names"),
        ("capture: [filled 0]", "capture: [filled 2]", 19, "this overload has 2 arguments"),
        ("output: filled 0", "output: returned", 17, "the output 'returned' is not captured"),
        ("role: end", "role: header", 17, "'output' means nothing with the role header"),
        ("role: end", "role: presence", 22, "cannot stand here"),
        ("    sentence: not read\n", "", 24, "'sentence' is missing"),
        ("    modules: ['^libcronet']\n", "", 24, "no sign is given"),
        ("['^libcronet']", "['(libcronet']", 27, "does not compile"),
        ("modules: ['^libcronet']", "classes: [Cronet]", 27, "full class name with its package"),
        ("modules: ['^libcronet']", "calls: [{class: a.B}]", 27, "'method' is missing"),
    ],
)  # fmt: skip
def test_a_fault_of_a_platform_file_is_found_at_its_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    broken = PLATFORM.replace(before, after, 1)
    assert broken != PLATFORM
    found = loaded(tmp_path, GOOD.replace("1.0", "'1.0'"), broken)
    assert [fault for fault in found if fault[:2] == ("one.yaml", line) and words in fault[2]], found


def test_every_fault_of_every_file_is_listed_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace("meaning: event", "meanin: event").replace("/id", "id")
    found = loaded(tmp_path, broken, platform="name: p\nhooks:\n  wire:\n    - class: X\n")
    assert [(file, line) for file, line, _ in found] == [
        ("example.yaml", 4),
        ("example.yaml", 12),
        ("example.yaml", 13),
        ("example.yaml", 16),
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
    methods:
      - method: off
        meaning: opt-out
        overloads: [[boolean]]
        {switch}
"""
    found = loaded(tmp_path, GOOD.replace("1.0", "'1.0'") + consent)
    assert [fault for fault in found if words in fault[2]], found


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("{hook: SDK.sent(java.lang.String), payload: x, expect: [{email: y}]}", "Did you mean"),
        ("{hook: SDK.send(java.lang.String), payload: x, expect: [{mail: y}]}", "unknown category"),
        ("{hook: SDK.send(java.lang.String), payload: x, expect: []}", "'expect' is missing"),
        ("{hook: SDK.send(java.lang.String), payload: x, expect: [{email: 5}]}", "Put it in quotes"),
        (
            "{hook: SDK.send(java.lang.String), payload: '{', encoding: arguments, expect: [{email: x}]}",
            "not arguments",
        ),
        ("{hook: SDK.send(java.lang.String), payload: '%', encoding: base64, expect: [{email: x}]}", "is not base64"),
    ],
)
def test_an_example_is_checked_too(tmp_path: Path, example: str, words: str) -> None:
    written = example.replace("SDK", "api/org.example.Sdk")
    found = loaded(tmp_path, GOOD.replace("1.0", "'1.0'") + f"examples:\n  - {written}\n")
    assert [fault for fault in found if words in fault[2]], found


def test_a_folder_without_hook_files_says_so(tmp_path: Path) -> None:
    shutil.copy(HOOKS / "categories.yaml", tmp_path)
    with pytest.raises(InputError) as caught:
        load_pack(tmp_path)
    assert "there are no hook files" in caught.value.faults[0].problem


def test_names_in_other_alphabets_are_names(tmp_path: Path) -> None:
    obfuscated = GOOD.replace("1.0", "'1.0'").replace("method: send", "method: ॱˋ")
    assert loaded(tmp_path, obfuscated) == []
