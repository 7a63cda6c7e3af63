"""The report: complete, self-contained, escaped, the same bytes for the same case, and in words of observation."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from harness import __version__
from harness.model.findings import Analysis, Outcome, Verdict
from harness.report import rows, write_html
from harness.report.matrix import study_table
from harness.report.page.html import render
from harness.report.reading import read_study
from harness.report.sentences import key_findings, overall
from harness.report.words import as_sentence, inside, joined, size
from harness.store import CaseFile, derived
from tests.golden_files import assert_golden
from tests.rows import event, final, hook, started
from tests.synthetic import ESCAPE, PACK, SENDS, write_case

_VOID = {"meta", "img", "br", "link", "input", "hr"}


class _Page(HTMLParser):
    """What a browser makes of the page: its elements, ids, links, and the text that is neither style nor script."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.inline: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.inline[self.open[-1]] = data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def attributes(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


@pytest.fixture(scope="module")
def case() -> Iterator[CaseFile]:
    with write_case(":memory:", together=True) as written:
        yield written


@pytest.fixture(scope="module")
def page(case: CaseFile) -> _Page:
    return _Page(render(case))


def test_every_element_that_opens_closes(page: _Page) -> None:
    assert page.open == []


def test_nothing_is_loaded_from_outside(page: _Page) -> None:
    loading = {"link", "img", "iframe", "object", "embed", "base", "audio", "video", "image", "use", "source"}
    assert {tag for tag, _ in page.tags} & loading == set()
    assert page.attributes("src") == []
    assert [link for link in page.attributes("href") if not link.startswith("#")] == []
    assert "@import" not in page.inline["style"] and "url(" not in page.inline["style"]


def test_the_policy_allows_exactly_the_style_and_script_that_stand_there(page: _Page) -> None:
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.inline[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert page.attributes("style") == []
    assert not [name for _, attributes in page.tags for name in attrs_with_handlers(attributes)]


def attrs_with_handlers(attributes: dict[str, str | None]) -> list[str]:
    return [name for name in attributes if name.startswith("on")]


def test_every_link_leads_to_something_on_the_page_and_ids_are_unique(page: _Page) -> None:
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.attributes("href")} <= set(ids)


def test_text_out_of_an_app_is_text_on_the_page(case: CaseFile, page: _Page) -> None:
    assert ESCAPE.split("\u2028", maxsplit=1)[0].replace('"', '\\"').strip() in page.text
    assert render(case).count("</script>") == 1


def test_the_report_writes_the_same_bytes_again(case: CaseFile, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "one.html", tmp_path / "two.html"
    assert write_html(case, first) == write_html(case, second) == first.stat().st_size
    assert first.read_bytes() == second.read_bytes()


def test_a_virtual_device_is_called_virtual_before_anything_else(page: _Page) -> None:
    before_findings = page.text[: page.text.index("Findings", page.text.index("Method"))]
    assert "Measured on a virtual handset, not on a phone" in before_findings


def test_the_top_names_app_digest_device_time_and_versions(page: _Page) -> None:
    for words in (
        "com.example.doorbell 3.21.1",
        hashlib.sha256(b"the package").hexdigest(),
        "14 November 2023, 22:13:20 UTC",
        "tracker-harness 0.1.0, Frida 17.26.2",
        "scenarios/doorbell/study.yaml",
        "mitmproxy 11.0.2",
    ):
        assert words in page.text


def test_what_was_not_seen_is_said_run_by_run(page: _Page) -> None:
    missing = page.text[page.text.index("What was not seen", 900) : page.text.index("What was measured", 900)]
    for words in ("signs of life", "12 events dropped", "could not be hooked", "collect.unknown.example", "1 fault"):
        assert words in missing
    assert missing.count("nothing is known to be missing Every hook was in place") == 2


def test_every_cell_leads_to_a_payload_with_the_value_marked(case: CaseFile) -> None:
    text = render(case)
    table = text[text.index('<table class="study"') : text.index("</table>", text.index('<table class="study"'))]
    links = re.findall(r'<a class="mark [^"]*" href="#([^"]+)"', table)
    assert len(links) == sum(len(send.found) * len(send.variants) for send in SENDS)
    for anchor in set(links):
        entry = text[text.index(f'id="{anchor}"') :]
        entry = entry[: entry.index("</article>")]
        assert "<mark>" in entry and "SHA-256" in entry and "Who called" in entry


def test_the_evidence_tells_the_way_of_a_payload_from_the_call_to_the_wire(page: _Page) -> None:
    way = page.text[page.text.index("+9.7 s Api.track") :]
    for words in (
        "said to the tracker's code; a value of it is in the payload",
        "after sign-in, step 5 (tap Sign in), by com.example.doorbell.DashboardActivity.onResume",
        "Encoder.encodeString last moment before the tracker encodes it",
        "POST https://api.alpha.example/engage/ seen as it left; the same content",
        "Sent again with the same content 2 times.",
    ):
        assert words in way
        way = way[way.index(words) :]


def test_every_hook_has_its_life_line_in_every_process(page: _Page) -> None:
    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    for life in (
        "class seen \u22120.3 s \u2192 in place \u22120.3 s (this initialised the class) \u2192 first call +0.4 s",
        "first call +0.4 s \u2192 20 calls, 12 of them dropped",
        "main process: class seen \u22120.3 s \u2192 in place \u22120.3 s \u2192 never called",
        ":remote: class seen",
        "class never seen",
        "expected 1 argument, found none",
    ):
        assert life in text


def test_every_process_is_listed_with_its_books_and_its_self_check(page: _Page) -> None:
    books = page.text[page.text.index("Calls of hooked methods per process") :]
    for words in (
        "before its first instruction",
        "blind in static initialisers (2 of 4 calls were seen)",
        "com.example.doorbell:remote pid 4790",
        "as a child, before it went on",
        "sound: every call was seen, after a cure",
    ):
        assert words in books


def test_what_no_hook_sees_into_is_named_with_the_runs_it_was_in(page: _Page) -> None:
    assert "WebViewno signno signthere" in page.text[page.text.index("Looked for, because no hook sees into it") :]


def test_the_key_findings_read_as_expected(case: CaseFile) -> None:
    study = read_study(case)
    groups = study_table(study)
    lines = [overall(study, groups)]
    for block in key_findings(study, groups):
        lines += ["", block.heading, *(f"- {sentence}" for sentence in block.sentences), block.note]
    assert_golden("report-findings.txt", "\n".join(lines) + "\n")


def test_the_whole_text_of_the_report_reads_as_expected(page: _Page) -> None:
    lines = [line.strip() for line in "".join(page.words).splitlines()]
    text = "\n".join(line for line in lines if line) + "\n"
    assert_golden("report.txt", text.replace(f"by tracker-harness {__version__}", "by tracker-harness VERSION"))


def test_no_word_of_the_report_judges(page: _Page) -> None:
    judging = re.findall(
        r"\b(?:illegal\w*|unlawful\w*|violat\w*|breach\w*|infring\w*|spy\w*|steal\w*)", page.text, re.I
    )
    assert judging == []


def test_the_terminal_rows_say_the_same_as_the_table(case: CaseFile) -> None:
    lines = [
        f"{row.tracker} | {row.category} | {row.first_step} | {row.consent} | {', '.join(row.variants)} | {row.value}"
        f" | {'left' if row.left else 'handed'} | {row.count}"
        for row in rows(case)
    ]
    assert_golden("report-table.txt", "\n".join(lines) + "\n")


def test_an_unanalysed_interrupted_case_says_so_and_claims_nothing() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        process = writer.start_process("com.example.doorbell", how="spawned", hooks=[hook()])
        process.sink(event(1))
        process.sink(event(3))
        writer.end_run("interrupted", reason="Ctrl-C", exit_code=130)
        text = _Page(render(case)).text
    assert "Not analysed yet" in text
    assert "The run ended as interrupted: Ctrl-C." in text
    assert "no final count came; unknown from event 4 on" in text
    assert "Events 2 to 2 are missing" in text


def test_an_empty_case_gives_a_page_that_says_so() -> None:
    with CaseFile.open(":memory:") as case:
        page = _Page(render(case))
        assert rows(case) == ()
    assert "This case file holds no run." in page.text
    assert page.open == []


def test_a_run_in_which_nothing_was_handed_over_claims_no_more_than_that() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.start_process("p", how="spawned", hooks=[hook()]).sink(final(0))
        writer.end_run("completed", exit_code=0)
        text = _Page(render(case)).text
    assert "nothing was seen being handed to a tracker" in text


def test_a_run_that_found_nothing_but_was_not_watched_whole_is_called_inconclusive_at_the_top() -> None:
    with CaseFile.open(":memory:") as case:
        writer = started(case, variant="reject")
        writer.start_process("p", how="spawned", hooks=[hook()]).sink(final(0))
        writer.end_run("completed", exit_code=6)
        verdict = Verdict(
            run=writer.run, tracker="", outcome=Outcome.INCONCLUSIVE, reasons=("no sign of life arrived",)
        )
        with case.transaction() as db:
            derived.replace(db, {writer.run: Analysis(verdicts=(verdict,))}, PACK)
        page = _Page(render(case))
    assert "Inconclusive. In run \u201creject\u201d nothing was found, but not everything was watched." in page.text
    assert "trackers were handed data" not in page.text
    assert "No sign of life arrived." in page.text


def test_words_join_and_count_as_people_write_them() -> None:
    assert [joined([]), joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [inside("E-mail address"), inside("Android ID"), inside("NFC")] == ["e-mail address", "Android ID", "NFC"]
    assert [as_sentence("the run"), as_sentence("com.x.Y.z failed"), as_sentence("Done.")] == [
        "The run.",
        "com.x.Y.z failed.",
        "Done.",
    ]
    assert [size(812), size(12_345)] == ["812 bytes", "12.3 kB"]


def test_each_hooks_way_of_being_found_is_told_with_its_names(page: _Page) -> None:
    text = page.text
    assert re.search(r"Beta Links\s*not known \(hook file for 1.0 to 8.9.0\)\s*fingerprint, 3 classes\s*1 of 2", text)
    assert "9.1.0: the hook file was written for others, 1.0 to 8.9.0" in text
    assert re.search(r"com.beta.sdk.internal.Encoder.encodeString\(java.lang.String\)\s*a.b.d.e\(String\)\s*fing", text)
    assert "a.b.f.a(java.lang.String)a.b.f.b(java.lang.String)" in text
    assert re.search(r"com.alpha.sdk.AutomaticEvents\s*not set: true holds", text)
    assert re.search(r"com.delta.collection_enabled\s*false", text)
    assert "(found as a.b.d.e, by fingerprint)" in text, "a finding says how its hook was found"


def test_trackers_without_a_trace_stand_in_one_line(page: _Page) -> None:
    assert "No trace of: Epsilon Push." in page.text
    assert "there is no trace of them: Epsilon Push." in page.text
    assert not any("Epsilon" in caption for caption in page.attributes("aria-label"))


def test_payloads_that_are_nobodys_are_counted_run_by_run(page: _Page) -> None:
    none = r"\s*\N{EN DASH}\s*"
    assert re.search(rf"a\.b\.c\s*org\.json\.JSONObject\.toString\(\){none}7{none}2,314 bytes\s*android_id", page.text)


def test_what_was_kept_on_the_phone_stands_beside_what_hooks_saw(page: _Page) -> None:
    assert "jo.4471@canary.example" in page.text
    assert "no hook saw the tracker being given it in this run accept" in page.text
    assert "was not collected in no choice, reject" in page.text


def test_without_a_look_into_the_app_the_report_says_so() -> None:
    with CaseFile.open(":memory:") as bare:
        writer = started(bare)
        writer.add_fault("preflight", "the app's code was not looked into before the run: the device is gone")
        writer.end_run("completed", exit_code=0)
        text = _Page(render(bare)).text
    assert (
        "The app's code was not looked into before the run: the device is gone. Hooks were set by their known" in text
    )
    assert "Kept on the phone" not in text
