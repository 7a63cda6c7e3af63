"""Hook files made for a test: a good one to break, the faults that the loader finds, and what the schema says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from harness.model.errors import InputError
from harness.resources import folder
from harness.trackers import load_pack
from harness.yamlmarks import parse_marked, plain

HOOKS = folder("hooks")

GOOD = """\
name: Example
legal_entity: Example Ltd.
country: NO
sdk_versions: '1.0'
code: [org.example.]
hosts: ['(^|[.])example[.]org$']
hooks:
  api:
    - class: org.example.Sdk
      evidence: read in the source
      verified: source
      methods:
        - method: send
          meaning: event
          overloads: [[java.lang.String]]
fields:
  - {path: /id, category: persistent_id, evidence: read in the source}
"""

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

Found = tuple[str, int, str]  # file name, line, problem and remedy


def hook_folder(tmp_path: Path, tracker: str = GOOD, platform: str | None = None) -> Path:
    """A whole set of hook files: one tracker, and one platform file if given."""
    hooks = tmp_path / "hooks"
    (hooks / "trackers").mkdir(parents=True)
    (hooks / "platform").mkdir()
    shutil.copy(HOOKS / "categories.yaml", hooks)
    (hooks / "trackers" / "example.yaml").write_text(tracker)
    if platform is not None:
        (hooks / "platform" / "one.yaml").write_text(platform)
    return hooks


def faults_of(*hooks: Path) -> list[Found]:
    """What the loader finds wrong with these."""
    try:
        load_pack(hooks)
    except InputError as error:
        return [(Path(fault.file).name, fault.line, f"{fault.problem} - {fault.remedy}") for fault in error.faults]
    return []


def loaded(tmp_path: Path, tracker: str, platform: str | None = None) -> list[Found]:
    """The faults of one hook file."""
    return faults_of(hook_folder(tmp_path, tracker, platform))


def schema(name: str) -> dict[str, Any]:
    """A JSON Schema of hooks/."""
    made: dict[str, Any] = json.loads((HOOKS / f"{name}.schema.json").read_text())
    return made


def validator(kind: str) -> jsonschema.Draft202012Validator:
    """Of "tracker" or "platform" files, regular expressions included."""
    shared = Registry().with_resources([("tracker.schema.json", Resource.from_contents(schema("tracker")))])
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema(kind), registry=shared, format_checker=checker)


def obeys_schema(text: str, kind: str = "tracker") -> bool:
    """Whether an editor with the schema would find nothing wrong."""
    documents, _ = parse_marked(text, shown="text")
    return bool(validator(kind).is_valid(plain(documents[0])))
