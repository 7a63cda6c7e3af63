"""`harness serve`: Datasette over a covered copy, in a real browser too, with the payloads of the zoo."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datasette", reason="the extra `browse` is not installed")

from harness.model.errors import ExitCode
from harness.report.export.questions import QUESTIONS
from harness.store import CaseFile
from harness.store.seal import write_seal
from harness.store.verify import verify
from tests.outbox import ANDROID_ID, EMAIL, write_outbox
from tests.test_cli import harness
from tests.zoo import BROKEN, write_zoo


@dataclass(frozen=True, slots=True)
class Served:
    url: str
    port: int
    process: subprocess.Popen[str]

    def text(self, path: str = "", **headers: str) -> str:
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=20) as answer:
            return str(answer.read().decode())

    def rows(self, path: str) -> list[dict[str, Any]]:
        found = json.loads(self.text(path))
        return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


@contextmanager
def serving(path: Path, *options: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "harness", "serve", str(path), "--port", "0", *options]
    temporary = path.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), "it did not start"
        try:
            yield Served(url, int(url.split(":")[2].split("/")[0]), process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    assert list(temporary.iterdir()) == []


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("outbox") / "case.db"
    write_outbox(path).close()
    with serving(path) as served:
        yield served


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer(outbox: Served, question: str) -> None:
    found = json.loads(outbox.text(f"/{question}.json?tracker=alpha"))
    assert found["ok"] is True
    assert found["columns"]


def test_it_shows_planted_values_and_covers_those_of_the_device(outbox: Served) -> None:
    people = {row["name"]: row["value"] for row in outbox.rows("/persona.json")}
    assert people["EMAIL"] == EMAIL
    assert people["android_id"].startswith("[android_id ")
    trees = [row["tree"] for row in outbox.rows("/decoded.json")]
    assert EMAIL in trees[0]
    assert ANDROID_ID not in "".join(trees)


def test_what_was_captured_is_not_in_the_copy(outbox: Served) -> None:
    tables = {table["name"] for table in json.loads(outbox.text(".json"))["tables"]}
    assert {"disclosure", "transmission", "run", "process"} <= tables
    assert not tables & {"event", "payload", "command"}


def test_tables_and_columns_say_what_they_mean(outbox: Served) -> None:
    page = outbox.text("/transmission")
    assert "One request that left through an HTTP client" in page
    assert "how its content is known" in page


def test_nothing_can_be_written(outbox: Served) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        outbox.text("?sql=delete+from+disclosure")
    assert refused.value.code == 400
    refused.value.close()


def test_a_page_of_somebody_else_cannot_read_it_under_a_name_of_its_own(outbox: Served) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        outbox.text(".json", Host="evil.example")
    assert refused.value.code == 421
    refused.value.close()


@pytest.mark.parametrize("path", ["/persona.csv", "/persona?_format=csv", "/who_got_what.csv?_stream=on"])
def test_a_table_that_a_spreadsheet_would_run_is_refused(outbox: Served, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        outbox.text(path)
    assert refused.value.code == 403
    assert "harness export csv" in refused.value.read().decode()
    refused.value.close()


def test_only_this_machine_is_let_in(outbox: Served) -> None:
    with socket.create_server(("127.0.0.2", outbox.port)):  # free: so it listens at its own address alone
        pass


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order_and_only_the_audit_of_the_case_file_has_changed(tmp_path: Path, by: signal.Signals) -> None:
    path = tmp_path / "case.db"
    write_outbox(path).close()
    with serving(path, "--reveal") as served:
        while_served = _digest(path)
        assert {table["name"] for table in json.loads(served.text(".json"))["tables"]} >= {"event", "payload"}
        assert ANDROID_ID in served.text("/persona.json")
        assert _digest(path) == while_served
        served.process.send_signal(by)
        assert served.process.wait(timeout=20) == ExitCode.CLEAN
    assert _digest(path) == while_served
    assert sorted(each.name for each in tmp_path.iterdir()) == ["case.db", "temporary"]
    with CaseFile.open(path) as case:
        [row] = case.db.query("SELECT command, detail FROM audit")
    assert (row["command"], json.loads(row["detail"])["reveal"]) == ("serve", True)


def test_a_seal_holds_after_serving(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with write_outbox(path) as case:
        write_seal(case)
    with serving(path) as served:
        served.text("/who_got_what")
    assert verify(path).intact


def test_a_port_that_is_taken_is_said_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    write_outbox(path).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = harness("serve", str(path), "--port", str(taken.getsockname()[1]))
    assert told.returncode == ExitCode.INPUT
    assert "Give another --port" in told.stderr


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "datasette.py").write_text("raise ImportError\n")
    command = [sys.executable, "-m", "harness", "serve", "case.db"]
    told = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[1]}"},
        check=False,
    )
    assert told.returncode == ExitCode.INPUT
    assert "pip install 'tracker-harness[browse]'" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_browser_runs_nothing_out_of_a_payload_and_asks_nobody_else(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium is installed (apt install chromium)")
    path = tmp_path / "case.db"
    write_zoo(path).close()
    said: list[str] = []
    asked: set[str] = set()
    with serving(path, "--reveal") as served, playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.on("request", lambda request: asked.add(request.url))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        for place in _pages(served):
            answer = page.goto(served.url + place, wait_until="load")
            assert answer.status == 200, place
            assert page.title() != BROKEN, place
            said += [] if page.locator("iframe, svg[onload], img[onerror]").count() == 0 else [place]
        browser.close()
    assert said == []
    assert {url.split("/")[2] for url in asked} == {f"127.0.0.1:{served.port}"}


def _pages(served: Served) -> list[str]:
    tables = [table["name"] for table in json.loads(served.text(".json"))["tables"] if table["count"]]
    questions = [f"/{name}?tracker=alpha" for name in QUESTIONS]
    row = served.rows("/disclosure.json?_size=1&_sort_desc=position")[0]
    return ["", *(f"/{name}?_size=100" for name in tables), *questions, f"/disclosure/{row['run']},{row['position']}"]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
