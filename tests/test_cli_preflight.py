"""`harness hooks preflight` as people and programs read it, on jars made here."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.preflight import preflight
from harness.model.errors import InputError

CLIENT = """
package com.acme;

public class Client {
    public static final String VERSION = "2.1";

    private String url = "https://acme.example/";

    public void send(String event) {
        System.out.println("posting to " + url + event);
    }
}
"""
TRACKER = """
name: Acme
legal_entity: Acme Ltd.
country: US
sdk_versions: 1.0 to 3.0
code: [com.acme.]
hosts: ['(^|\\.)acme\\.example$']
fingerprint: ["posting to "]
version:
  - {class: com.acme.Client, constant: VERSION, matches: '^(\\d+[\\d.]*)$', evidence: made here}
manifest:
  - {name: acme.auto, meaning: automatic events, default: "true", evidence: made here}
hooks:
  encode:
    - class: com.acme.Client
      verified: binary
      evidence: made here
      methods:
        - method: send
          meaning: event
          overloads: [[java.lang.String]]
          capture: [argument 0, this.url]
          payload: argument 0
        - method: sendLater
          since: "2.5"
          meaning: event
          overloads: [[java.lang.String]]
          payload: arguments
"""
MAPPING = """\
com.acme.Client -> a.b:
    java.lang.String url -> c
    9:10:void send(java.lang.String):9:10 -> a
"""
RENAMED = CLIENT.replace("com.acme", "a").replace("Client", "b").replace("send", "a").replace("url", "c")


def jar(folder: Path, source: str, name: str) -> Path:
    javac = shutil.which("javac")
    if javac is None:
        pytest.skip("no JDK on this machine to make a jar with")
    (folder / f"{name}.java").write_text(source)
    subprocess.run([javac, "-nowarn", "-d", str(folder / "classes"), str(folder / f"{name}.java")], check=True)
    with zipfile.ZipFile(folder / "app.jar", "w") as made:
        for file in sorted((folder / "classes").rglob("*.class")):
            made.write(file, file.relative_to(folder / "classes").as_posix())
    return folder / "app.jar"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    file = tmp_path / "acme.yaml"
    file.write_text(TRACKER)
    return file


def told(*arguments: object) -> Result:
    return CliRunner().invoke(preflight, [str(one) for one in arguments])


def test_people_read_what_a_run_will_see(tmp_path: Path, acme: Path) -> None:
    result = told(jar(tmp_path, CLIENT, "Client"), "--hooks", acme, "--tracker", "acme")
    assert result.exit_code == 0, result.output
    assert "Acme 2.1: 1 of 1 hooks found; every request is read before it is encoded." in result.output
    assert "1 of other versions" in result.output


def test_each_hook_is_shown_with_its_evidence(tmp_path: Path, acme: Path) -> None:
    result = told(jar(tmp_path, CLIENT, "Client"), "--hooks", acme, "--tracker", "acme", "--each")
    assert "acme encode  com.acme.Client" in result.output
    assert "class, method and parameters are there under their known names" in result.output
    assert "acme.auto" in result.output


def test_a_renamed_app_is_read_with_its_mapping(tmp_path: Path, acme: Path) -> None:
    (tmp_path / "mapping.txt").write_text(MAPPING)
    app = jar(tmp_path, RENAMED, "b")
    result = told(app, "--hooks", acme, "--tracker", "acme", "--mapping", tmp_path / "mapping.txt", "--json")
    found = json.loads(result.output)
    (send, later) = [row for row in found["hooks"] if row["tracker"] == "acme"]
    assert (send["found"], send["class_name"], send["method"]) == ("renamed", "a.b", "a")
    assert send["read_as"] == {"this.url": "this.c"}
    assert (later["found"], later["expected"]) == ("absent", False)
    assert found["sdks"][0]["version"] == "2.1"


def test_without_its_mapping_the_tracker_is_known_by_its_constant(tmp_path: Path, acme: Path) -> None:
    result = told(jar(tmp_path, RENAMED, "b"), "--hooks", acme, "--tracker", "acme")
    assert "its constants" in result.output
    assert "only the platform layer will see it" in result.output


def test_every_hook_is_one_line_of_json(tmp_path: Path, acme: Path) -> None:
    result = told(jar(tmp_path, CLIENT, "Client"), "--hooks", acme, "--tracker", "acme", "--nl")
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert [row["found"] for row in rows if row["tracker"] == "acme"] == ["found", "absent"]


def test_an_app_without_trackers_says_what_that_does_not_prove(tmp_path: Path) -> None:
    result = told(jar(tmp_path, "package org.ring; class Ring {}", "Ring"))
    assert result.exit_code == 0
    assert "are in this code, under no name" in result.output
    assert "Code that arrives later" in result.output


def test_a_mapping_that_is_none_is_the_users_input(tmp_path: Path, acme: Path) -> None:
    result = told(jar(tmp_path, CLIENT, "Client"), "--mapping", acme)
    assert isinstance(result.exception, InputError)
    assert "is no mapping file" in result.exception.problem
