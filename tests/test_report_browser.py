"""The report in a real browser: nothing fetched, nothing complained about, nothing wider than the window."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402 - only after the check that it is there

from harness.report import write_html  # noqa: E402
from tests.synthetic import write_case  # noqa: E402

_WIDTHS = (390, 1400)
_FAINT = Path(__file__).parent / "contrast.js"


@dataclass(slots=True)
class _Watched:
    """A page, and everything that it said or asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium is installed (apt install chromium)")
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    with write_case(":memory:") as case:
        write_html(case, path)
    return path


@pytest.fixture(params=_WIDTHS)
def watched(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[_Watched]:
    yield from _open(browser, report, width=request.param, script=True)


def _open(browser: Browser, report: Path, *, width: int, script: bool) -> Iterator[_Watched]:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    watched = _Watched(page=context.new_page())
    watched.page.on("console", lambda message: watched.said.append(message.text))
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    watched.page.goto(report.as_uri())
    yield watched
    context.close()


def test_the_browser_finds_nothing_to_complain_about_and_fetches_nothing(watched: _Watched, report: Path) -> None:
    assert watched.said == []
    assert watched.asked == [report.as_uri()]


def test_the_page_is_no_wider_than_the_window(watched: _Watched) -> None:
    for _ in range(2):
        inner, needed = watched.page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
        assert needed <= inner
        watched.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")


def test_text_out_of_the_app_did_not_become_part_of_the_page(watched: _Watched) -> None:
    assert watched.page.title() == "What Doorbell handed to trackers"
    assert watched.page.locator("img, script").count() == 1


def test_a_cell_leads_to_its_evidence(watched: _Watched) -> None:
    cell = watched.page.locator("table.study a.mark").first
    target = cell.get_attribute("href")
    cell.click()
    entry = watched.page.locator(target or "")
    expect(entry.locator("h4")).to_be_in_viewport()
    expect(entry.locator("mark").first).to_be_visible()


def test_the_filter_shows_one_tracker_and_resets_when_a_link_leads_elsewhere(watched: _Watched) -> None:
    page = watched.page
    page.select_option("select[data-filter=tracker]", "beta")
    assert page.locator("table.study tbody:visible").count() == 1
    assert page.locator("article.entry:visible").evaluate_all(
        "all => [...new Set(all.map(one => one.dataset.tracker))]"
    ) == ["beta"]
    page.evaluate("location.hash = document.querySelector('article.entry[data-tracker=alpha]').id")
    expect(page.locator("select[data-filter=tracker]")).to_have_value("")
    assert page.locator("table.study tbody:visible").count() == 4


def test_everything_is_there_to_read_without_a_script(browser: Browser, report: Path) -> None:
    for watched in _open(browser, report, width=1400, script=False):
        assert watched.page.locator("article.entry:visible").count() > 10
        assert watched.page.locator("table.study a.mark:visible").count() > 10
        assert watched.page.locator("form.filter:visible").count() == 0


def test_it_can_be_printed(browser: Browser, report: Path, tmp_path: Path) -> None:
    for watched in _open(browser, report, width=1400, script=True):
        paper = watched.page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
        assert paper.startswith(b"%PDF")


def test_text_stands_out_from_what_is_behind_it(browser: Browser, report: Path) -> None:
    for watched in _open(browser, report, width=1400, script=True):
        assert watched.page.evaluate(_FAINT.read_text(encoding="utf-8")) == []
