"""`harness hooks`: what is known is shown in full, at any width, and hook files of other tools are imported."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from harness.cli import output
from harness.cli.hook_page import page
from harness.cli.hook_rows import NARROW_HOOK_COLUMNS, NARROW_TRACKER_COLUMNS, hook_rows, narrow_hook, narrow_tracker
from harness.cli.hook_rows import tracker_rows as rows_of
from harness.cli.hooks import hooks
from harness.model.errors import InputError
from harness.model.hook import Layer
from harness.trackers import load_pack
from tests.hook_files import GOOD, hook_folder
from tests.test_trackers_sdk import RICH

SHIPPED = load_pack()


def called(*arguments: object) -> Result:
    """The command in this process; its HarnessErrors pass through."""
    return CliRunner().invoke(hooks, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A file with one tracker that uses every part of the format."""
    path = tmp_path / "example.yaml"
    path.write_text(RICH)
    return path


def test_every_tracker_is_counted_by_layer_confidence_and_the_rest(rich: Path) -> None:
    rows = {row["tracker"]: row for row in json.loads(called("list", "--json", "--hooks", rich).stdout)}
    assert {*rows} == {tracker.slug for tracker in SHIPPED.trackers} | {"example", "(platform)"}
    assert rows["example"] == {
        "tracker": "example",
        "entity": "Example Ltd.",
        "sdk_versions": "1.0",
        "exodus": [9001, 9002],
        "api": 3,
        "encode": 3,
        "platform": 0,
        "wire": 0,
        "binary": 2,
        "source": 3,
        "documents": 1,
        "fields": 0,
        "switches": 1,
        "at_rest": 2,
    }
    for row in rows.values():
        if row["tracker"] != "(platform)":
            assert row["binary"] + row["source"] + row["documents"] == sum(row[layer] for layer in Layer)


def test_every_hook_says_its_range_its_confidence_and_how_it_is_found(rich: Path) -> None:
    rows = {row["key"]: row for row in json.loads(called("list", "--each", "--json", "--hooks", rich).stdout)}
    send = rows["example/api/org.example.Sdk.send(java.lang.String)"]
    post = rows["example/encode/org.example.Sender.post([B)"]
    assert (send["verified"], send["found_by"]) == ("source", "class that org.example.Sdk.getInstance returns")
    assert post["found_by"] == "classes that implement org.example.Sender; fingerprint"
    assert rows["example/api/org.example.Sdk.more(*)"]["hook"] == "org.example.Sdk.more(any)"
    since_and_until = {(row["since"], row["until"]): row["versions"] for row in rows.values()}
    assert since_and_until[None, None] == ""
    assert all(
        versions == f"{since} and later" for (since, until), versions in since_and_until.items() if not until and since
    )


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("each", [False, True])
def test_lists_are_legible_at_any_width(width: int, *, each: bool) -> None:
    rows = hook_rows(SHIPPED) if each else rows_of(SHIPPED)
    columns: tuple[str, ...] = tuple(rows[0])
    if width == 80:
        rows = [narrow_hook(row) if each else narrow_tracker(row) for row in rows]
        columns = NARROW_HOOK_COLUMNS if each else NARROW_TRACKER_COLUMNS
    else:
        columns = ("tracker", "hook", "versions") if each else ("tracker", "entity", "sdk_versions", "binary")
    drawn = io.StringIO()
    Console(file=drawn, width=width).print(output.table(rows, columns))
    lines = drawn.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    if not each:  # no name is cut in two
        assert all(any(line.startswith(tracker.slug) for line in lines) for tracker in SHIPPED.trackers)
        assert all(any(tracker.legal_entity in line for line in lines) for tracker in SHIPPED.trackers)


@pytest.mark.parametrize("tracker", SHIPPED.trackers, ids=lambda tracker: tracker.slug)
def test_a_tracker_is_shown_in_full(tracker: object) -> None:
    slug = getattr(tracker, "slug", "")
    told = called("show", slug).stdout
    (whole,) = [one for one in SHIPPED.trackers if one.slug == slug]
    joined = " ".join(told.split())
    for text in (*whole.hosts, *(hook.evidence for hook in whole.hooks), *(row.evidence for row in whole.fields)):
        assert " ".join(text.split()) in joined
    for path in (*(file.path for file in whole.at_rest), *(switch.name for switch in whole.switches)):
        assert path in joined


def test_what_is_shown_fits_the_terminal() -> None:
    for tracker in SHIPPED.trackers:
        longest = max(len(word) for line in page(tracker, width=1000) for word in line.split())
        assert max(len(line) for line in page(tracker, width=80)) <= max(80, longest + 12)


def test_a_tracker_is_shown_as_json(rich: Path) -> None:
    shown = json.loads(called("show", "example", "--json", "--hooks", rich).stdout)
    assert shown["at_rest"][0]["columns"] == ["events.data"]
    assert shown["hooks"][4]["method_fingerprint"]["calls"] == ["java.net.URL.openConnection"]


def test_a_tracker_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no tracker is called 'mixpanl'") as caught:
        called("show", "mixpanl")
    assert caught.value.remedy == "Did you mean 'mixpanel'?"


EXAMPLE = """\
examples:
  - hook: api/org.example.Sdk.send(java.lang.String)
    encoding: arguments
    payload: '["door_opened"]'
    expect: [{user_action: door_closed}]
"""


def test_an_example_that_gives_something_else_is_a_fault_at_its_line(tmp_path: Path) -> None:
    fields = "          fields: [{path: /0, category: user_action, evidence: e}]\n"
    written = GOOD.replace("fields:\n", f"{fields}fields:\n", 1) + EXAMPLE
    with pytest.raises(InputError) as caught:
        called("check", "--hooks", hook_folder(tmp_path / "bad", written))
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("hooks/trackers/example.yaml", 20)
    assert fault.problem == "user_action: 'door_closed' is not read; user_action: 'door_opened' is read too"
    told = called("check", "--hooks", hook_folder(tmp_path / "good", written.replace("door_closed", "door_opened")))
    assert told.stdout == "2 files are right; 1 examples give what they expect.\n"


FOREIGN = """\
category: PRIVACY
hooks:
  - {class: com.example.Sensors, methods: [read, write], maxFrames: 3}
  - {class: org.example.Sdk, methods: [invented, send]}
"""


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Another tool's file: two hooks on nobody's class, one new on the tracker's, one that its file has."""
    path = tmp_path / "foreign.yaml"
    path.write_text(FOREIGN)
    return path


def test_an_imported_file_is_listed_with_the_others(tmp_path: Path, foreign: Path, rich: Path) -> None:
    mine = tmp_path / "mine" / "platform" / "sensors.yaml"
    told = called("import", foreign, "-o", mine, "--hooks", rich)
    assert "foreign.yaml:3: maxFrames is not carried over" in told.stderr
    assert "foreign.yaml:4: org.example.Sdk.send(*) is left out: the hook files have example/api/" in told.stderr
    assert "3 hooks imported; 2 remarks." in told.stderr
    each = called("list", "--each", "--nl", "--hooks", rich, "--hooks", tmp_path / "mine").stdout
    keys = [json.loads(line)["key"] for line in each.splitlines()]
    assert [key for key in keys if key.startswith("sensors/")] == [
        "sensors/platform/com.example.Sensors.read(*)",
        "sensors/platform/com.example.Sensors.write(*)",
        "sensors/platform/org.example.Sdk.invented(*)",
    ]
    with pytest.raises(InputError, match="is there already"):
        called("import", foreign, "-o", mine, "--hooks", rich)


def test_imported_hooks_can_join_a_trackers_file(tmp_path: Path, foreign: Path, rich: Path) -> None:
    mine = tmp_path / "mine" / "example.yaml"
    told = called("import", foreign, "--tracker", "example", "-o", mine, "--hooks", rich)
    assert "com.example.Sensors.read(*) is not Example's code" in told.stderr
    (before,) = [tracker for tracker in load_pack(rich).trackers if tracker.slug == "example"]
    (after,) = [tracker for tracker in load_pack([rich, mine.parent]).trackers if tracker.slug == "example"]
    added = [hook for hook in after.hooks if hook not in before.hooks]
    assert [hook.key for hook in added] == ["example/api/org.example.Sdk.invented(*)"]
    assert [hook for hook in after.hooks if hook not in added] == list(before.hooks)
    with pytest.raises(InputError, match="would be another tracker"):
        called("import", foreign, "--tracker", "example", "-o", tmp_path / "other.yaml", "--hooks", rich)


def test_without_a_name_the_file_is_printed(tmp_path: Path, foreign: Path) -> None:
    (tmp_path / "again.yaml").write_text(called("import", foreign).stdout)
    assert len(load_pack(tmp_path / "again.yaml").platform) == len(SHIPPED.platform) + 4
