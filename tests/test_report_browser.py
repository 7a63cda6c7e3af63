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
from tests.zoo import BROKEN, HOSTILE, write_zoo  # noqa: E402

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
    with write_case(":memory:", together=True) as case:
        write_html(case, path)
    return path


@pytest.fixture(params=_WIDTHS)
def watched(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[_Watched]:
    yield from _open(browser, report, width=request.param, script=True)


def _open(browser: Browser, report: Path, *, width: int, script: bool, at: str = "") -> Iterator[_Watched]:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    watched = _Watched(page=context.new_page())
    watched.page.on("console", lambda message: watched.said.append(message.text))
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    watched.page.goto(report.as_uri() + at)
    yield watched
    context.close()


def _turn_to(page: Page, anchor: str) -> None:
    page.evaluate("anchor => { location.hash = anchor }", anchor)
    page.wait_for_function("anchor => location.hash === '#' + anchor", arg=anchor)


def _pages(page: Page) -> list[str]:
    found: list[str] = page.locator(".page").evaluate_all("all => all.map(one => one.id)")
    return found


def test_the_browser_finds_nothing_to_complain_about_and_fetches_nothing(watched: _Watched, report: Path) -> None:
    for anchor in [*_pages(watched.page), "all"]:
        _turn_to(watched.page, anchor)
    assert watched.said == []
    assert watched.asked == [report.as_uri()]


def test_no_page_is_wider_than_the_window(watched: _Watched) -> None:
    page = watched.page
    for _ in range(2):
        for anchor in [*_pages(page), "all"]:
            _turn_to(page, anchor)
            assert page.locator(".page:visible").count() == (len(_pages(page)) if anchor == "all" else 1)
            inner, needed = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
            assert needed <= inner, anchor
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")


def test_text_out_of_the_app_did_not_become_part_of_the_page(watched: _Watched) -> None:
    assert watched.page.title() == "What Doorbell handed to trackers"
    assert watched.page.locator("img, script").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_cell_leads_to_its_evidence(browser: Browser, report: Path, script: bool) -> None:
    for watched in _open(browser, report, width=1400, script=script, at="#table"):
        cell = watched.page.locator("#table table.study a.mark").first
        target = cell.get_attribute("href")
        cell.click()
        entry = watched.page.locator(target or "")
        expect(entry.locator("h4")).to_be_in_viewport()
        if entry.locator("details.content:not([open])").count():
            entry.locator("details.content summary").click()
        expect(entry.locator("mark").first).to_be_visible()


def test_the_filter_shows_one_tracker_and_resets_when_a_link_leads_elsewhere(watched: _Watched) -> None:
    page = watched.page
    _turn_to(page, "table")
    page.select_option("select[data-filter=tracker]", "beta")
    assert page.locator("#table table.study tbody:visible").count() == 1
    _turn_to(page, "all")
    assert page.locator("article.entry:visible").evaluate_all(
        "all => [...new Set(all.map(one => one.dataset.tracker))]"
    ) == ["beta"]
    page.evaluate("location.hash = document.querySelector('article.entry[data-tracker=alpha]').id")
    expect(page.locator("select[data-filter=tracker]")).to_have_value("")
    _turn_to(page, "table")
    assert page.locator("#table table.study tbody:visible").count() == 4


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("kind", "custom", {"beta"}),
        ("consent", "reject", {"alpha", "gamma"}),
        ("run", "r3", {"alpha", "beta", "gamma", "delta"}),
        ("text", "MAGNETOMETER", {"gamma"}),
    ],
)
def test_each_filter_keeps_what_fits_it(browser: Browser, report: Path, name: str, value: str, kept: set[str]) -> None:
    for watched in _open(browser, report, width=1400, script=True, at="#all"):
        page = watched.page
        field_of = page.locator(f"[data-filter={name}]")
        if name == "text":
            field_of.fill(value)
        else:
            field_of.select_option(value)
        expect(page.locator("form.filter output")).not_to_have_text("")
        shown = page.locator("article.entry:visible")
        assert set(shown.evaluate_all("all => all.map(one => one.dataset.tracker)")) == kept


def test_everything_is_there_to_read_without_a_script(browser: Browser, report: Path) -> None:
    for watched in _open(browser, report, width=1400, script=False, at="#all"):
        assert watched.page.locator("article.entry:visible").count() > 10
        assert watched.page.locator("#table table.study a.mark:visible").count() > 10
        assert watched.page.locator("form.filter:visible").count() == 0
    for watched in _open(browser, report, width=1400, script=False):
        assert watched.page.locator(".page:visible").count() == 1
        watched.page.locator("nav .trackers a").first.click()
        assert watched.page.locator(".page:visible article.entry").count() > 1


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("zoo") / "report.html"
    with write_zoo(":memory:") as case:
        write_html(case, path)
    return path


@pytest.mark.parametrize("width", _WIDTHS)
def test_no_payload_of_the_zoo_runs_loads_or_breaks_anything(browser: Browser, zoo: Path, width: int) -> None:
    for watched in _open(browser, zoo, width=width, script=True):
        page = watched.page
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        for anchor in [*_pages(page), "all"]:
            _turn_to(page, anchor)
            inner, needed = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
            assert needed <= inner, anchor
        page.locator("[data-filter=text]").fill(HOSTILE["script"][:40])
        page.locator("[data-filter=kind]").select_option(index=1)
        assert page.title() != BROKEN
        assert page.locator("img, iframe, object, script").count() == 1
        assert page.evaluate("[...document.links].every(link => link.getAttribute('href').startsWith('#'))")
        assert not page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069\\x1b\\0]/.test(document.body.innerText)")
        assert watched.said == []
        assert watched.asked == [zoo.as_uri()]


def test_it_can_be_printed(browser: Browser, report: Path, tmp_path: Path) -> None:
    for watched in _open(browser, report, width=1400, script=True):
        paper = watched.page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
        assert paper.startswith(b"%PDF")


def test_text_stands_out_from_what_is_behind_it(browser: Browser, report: Path) -> None:
    for watched in _open(browser, report, width=1400, script=True, at="#all"):
        assert watched.page.evaluate(_FAINT.read_text(encoding="utf-8")) == []


def test_paper_shows_what_is_closed_on_the_screen(browser: Browser, report: Path) -> None:
    for watched in _open(browser, report, width=1400, script=False):
        watched.page.emulate_media(media="print")
        assert watched.page.locator(".page:visible").count() == len(_pages(watched.page))
        hidden = watched.page.locator("details > *:not(summary)").evaluate_all(
            "all => all.filter(one => !one.checkVisibility({contentVisibilityAuto: false})).length"
        )
        assert hidden == 0
