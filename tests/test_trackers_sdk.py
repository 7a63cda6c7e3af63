"""What a tracker file says of the SDK and of renamed code: read as written, faults at their lines, by schema too."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.hook import Confidence, Fingerprint, Implements, ReturnedBy, Signature
from harness.model.tracker import Field, ManifestSwitch, RestFile, RestFormat, Tracker, VersionRule
from harness.trackers import load_pack
from tests.hook_files import hook_folder, loaded, obeys_schema

RICH = """\
name: Example
legal_entity: Example Ltd.
country: NO
sdk_versions: '1.0'
exodus: [9001, 9002]
code: [org.example.]
hosts: ['(^|[.])example[.]org$']
paths: ['/capi/[^/]+/events$']
fingerprint: ["org.example says this alone"]
version:
  - {class: org.example.X, constant: SDK_VERSION, matches: '^(.+)$', evidence: a}
  - {class: org.example.X, matches: '^android(.+)$', evidence: b}
  - {matches: '^example-([0-9.]+)$', evidence: c}
  - {file: example.properties, matches: '^version=(.+)$', evidence: d}
hooks:
  api:
    - class: org.example.Sdk
      found_by: {returned_by: org.example.Sdk, method: getInstance}
      evidence: read in the jar
      verified: binary
      methods:
        - {method: send, meaning: event, overloads: [[java.lang.String]], verified: source}
        - {method: setServer, meaning: host, overloads: [[java.lang.String]], host: argument 0}
        - {method: more, meaning: event, overloads: all}
  encode:
    - class: org.example.Sender
      found_by: {implements: org.example.Sender}
      fingerprint: ["/v1/batch"]
      evidence: read in the source
      verified: source
      methods:
        - {method: $init, meaning: made, overloads: [[int]]}
        - method: post
          meaning: body
          returns: "[B"
          fingerprint: {strings: ["POST"], calls: [java.net.URL.openConnection]}
          overloads: [["[B"]]
    - class: org.example.Coder
      found_by: {signature: [org.example., com.example.]}
      evidence: a dump
      verified: documents
      methods:
        - {method: encode, meaning: body, returns: void, overloads: [["[B"]]}
manifest:
  - {name: org.example.Auto, meaning: automatic events, default: "true", evidence: e}
at_rest:
  - path: databases/example
    format: sqlite
    columns: [events.data]
    meaning: events waiting
    evidence: f
    fields: [{path: /id, category: persistent_id, property: installationId, evidence: g}]
  - {path: 'shared_prefs/*.xml', format: preferences, meaning: ids, evidence: h}
"""


def tracker(tmp_path: Path) -> Tracker:
    """RICH as it is read."""
    return load_pack(hook_folder(tmp_path, RICH)).trackers[0]


def test_everything_of_the_sdk_is_read_as_it_is_written(tmp_path: Path) -> None:
    example = tracker(tmp_path)
    assert (example.exodus, example.paths) == ((9001, 9002), ("/capi/[^/]+/events$",))
    assert example.fingerprint == ("org.example says this alone",)
    assert example.versions == (
        VersionRule(pattern="^(.+)$", evidence="a", class_name="org.example.X", constant="SDK_VERSION"),
        VersionRule(pattern="^android(.+)$", evidence="b", class_name="org.example.X"),
        VersionRule(pattern="^example-([0-9.]+)$", evidence="c"),
        VersionRule(pattern="^version=(.+)$", evidence="d", file="example.properties"),
    )
    assert example.switches == (
        ManifestSwitch(name="org.example.Auto", meaning="automatic events", default="true", evidence="e"),
    )
    assert example.at_rest == (
        RestFile(
            path="databases/example",
            format=RestFormat.SQLITE,
            meaning="events waiting",
            evidence="f",
            columns=("events.data",),
            fields=(Field(path="/id", category="persistent_id", evidence="g", property="installationId"),),
        ),
        RestFile(path="shared_prefs/*.xml", format=RestFormat.PREFERENCES, meaning="ids", evidence="h"),
    )
    assert obeys_schema(RICH)


def test_how_code_is_found_and_how_sure_it_is_is_read_as_it_is_written(tmp_path: Path) -> None:
    send, server, more, made, post, encode = tracker(tmp_path).hooks
    by_call = ReturnedBy(class_name="org.example.Sdk", method="getInstance")
    assert [hook.found_by for hook in (send, made, encode)] == [
        by_call,
        Implements(class_name="org.example.Sender"),
        Signature(within=("org.example.", "com.example.")),
    ]
    assert [hook.confidence for hook in (send, server, post, encode)] == [
        Confidence.SOURCE,
        Confidence.BINARY,
        Confidence.SOURCE,
        Confidence.DOCUMENTS,
    ]
    assert (server.host, more.parameters, more.key) == ("argument 0", None, "example/api/org.example.Sdk.more(*)")
    assert post.class_fingerprint == Fingerprint(strings=("/v1/batch",))
    assert post.method_fingerprint == Fingerprint(strings=("POST",), calls=("java.net.URL.openConnection",))
    assert [hook.returns for hook in (send, made, post, encode)] == [None, "void", "[B", "void"]


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("[9001, 9002]", "[twelve]", 5, "'twelve' is not a number - Write a whole number from 1."),
        ("[9001, 9002]", "[0]", 5, "Write a whole number from 1."),
        ("'/capi/[^/]+/events$'", "'(/capi'", 8, "does not compile"),
        ('["org.example says this alone"]', '[" "]', 9, "an empty one is everywhere"),
        ("class: org.example.X, constant", "constant", 11, "'constant' without 'class' - Say whose constant it is"),
        ("constant: SDK_VERSION", "constant: X.SDK_VERSION", 11, "Write the field's name alone."),
        ("'^(.+)$'", "'^.+$'", 11, "Put the version itself in brackets"),
        ("'^(.+)$'", "'^(.+$'", 11, "does not compile"),
        ("matches: '^(.+)$', ", "", 11, "'matches' is missing"),
        ("{file: example.properties", "{file: example.txt", 14, "Only .properties and .version files are read."),
        ("{file: ", "{class: org.example.X, file: ", 14, "'file' stands beside 'class' or 'constant' - Write"),
        ("{returned_by: org.example.Sdk, method: getInstance}", "{method: getInstance}", 18, "names no ways"),
        (", method: getInstance}", "}", 18, "'method' is missing"),
        ("{returned_by: org.example.Sdk", "{implements: a.B, returned_by: org.example.Sdk", 18, "names 2 ways - Use"),
        ("{implements: org.example.Sender}", "{implements: a.B, method: b}", 27, "belongs to 'returned_by' alone"),
        ("{implements: org.example.Sender}", "{implements: Sender}", 27, "full class name with its package"),
        ("{implements: org.example.Sender}", "{extends: a.B}", 27, "unknown key 'extends'"),
        ('fingerprint: ["/v1/batch"]', "fingerprint: []", 28, "the fingerprint is empty"),
        ('fingerprint: ["/v1/batch"]', "fingerprint: {call: [java.net.URL.openConnection]}", 28, "unknown key 'call'"),
        ('fingerprint: ["/v1/batch"]', "fingerprint: {}", 28, "the fingerprint is empty"),
        ('          returns: "[B"\n', "", 33, "'returns' is missing - Renamed code is found by types"),
        ('returns: "[B"', 'returns: "byte[]"', 35, "Write arrays as the JVM does: [B"),
        ("$init, meaning: made", "$init, meaning: made, returns: int", 32, "a constructor does not return 'int'"),
        ("[java.net.URL.openConnection]", "[openConnection]", 36, "Write class, dot, method"),
        ("[java.net.URL.openConnection]", "[org.example.A.run]", 36, "Only calls of the platform keep their names"),
        ('          overloads: [["[B"]]', "          overloads: all", 37, "found by its types needs them"),
        ("[org.example., com.example.]", "[]", 39, "'signature' is missing"),
        ("[org.example., com.example.]", "[example]", 39, "Write the beginning of class names"),
        ("returns: void, overloads", "overloads", 43, "'returns' is missing"),
        ('returns: void, overloads: [["[B"]]', "returns: void, overloads: all", 43, "found by its types needs them"),
        ('default: "true", ', "", 45, "'default' is missing"),
        ('default: "true"', "default: true", 45, "expected text, not a bool - Put it in quotes."),
        ("path: databases/example", "path: /data/data/app/databases/example", 47, "below the app's data folder"),
        ("path: databases/example", "path: databases/../x", 47, "below the app's data folder"),
        ("format: sqlite", "format: sql", 48, "Did you mean 'sqlite'?"),
        ("[events.data]", "[data]", 49, "Write table.column."),
        ("format: sqlite", "format: json", 49, "only a database has columns"),
        ("{path: /id, category", "{path: /id, layers: [api], category", 52, "unknown key 'layers'"),
        ("property: installationId", "property: install", 52, "cannot stand here"),
        ("format: preferences, ", "", 53, "'format' is missing"),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line_and_by_the_schema(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    broken = RICH.replace(before, after, 1)
    assert broken != RICH
    found = loaded(tmp_path, broken)
    assert [fault for fault in found if fault[1] == line and words in fault[2]], found
    assert not obeys_schema(broken)
