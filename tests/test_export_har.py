"""HAR: valid by the public schema, read by public readers, and honest about what it is not."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from haralyzer import HarParser

from harness.report.cover import Cover
from harness.report.export import Chosen, write_har
from tests.npm_readers import har_faults, trackhar
from tests.outbox import ANDROID_ID, BRANCH, EMAIL, FACEBOOK, TOLD, write_outbox


def har_text(*, reveal: bool) -> str:
    with write_outbox(":memory:") as case:
        stream = io.StringIO()
        write_har(Chosen.of(case, Cover.of(case, reveal=reveal)), stream)
        return stream.getvalue()


@pytest.fixture(scope="module")
def covered() -> str:
    return har_text(reveal=False)


@pytest.fixture(scope="module")
def revealed() -> str:
    return har_text(reveal=True)


def entries(text: str) -> dict[str, dict[str, Any]]:
    return {entry["request"]["url"].split("?")[0]: entry for entry in json.loads(text)["log"]["entries"]}


def test_the_public_schema_of_har_has_nothing_to_complain_about(covered: str, revealed: str) -> None:
    assert har_faults(covered) == []
    assert har_faults(revealed) == []


def test_a_public_reader_opens_it_and_finds_every_request_on_the_page_of_its_step(covered: str) -> None:
    [page] = HarParser(json.loads(covered)).pages
    assert page.title == "accept: tap Sign in"
    assert [entry.request.url.split("/")[2] for entry in page.entries] == [
        "api2.branch.io",
        "graph.facebook.com",
        "in.alpha.example",
        "api.alpha.example",
        "plain.example",
        "host-not-read.invalid",
    ]
    assert {entry.status for entry in page.entries} == {0}


def test_trackhar_recognises_requests_and_reads_their_values(revealed: str) -> None:
    found = {each["url"].split("/")[2]: each for each in trackhar(revealed)}
    assert found["api2.branch.io"]["tracker"] == "branch-io"
    assert ["deviceId", ANDROID_ID] in found["api2.branch.io"]["data"]
    assert found["graph.facebook.com"]["tracker"] == "facebook"
    assert ["deviceId", f"XZ{ANDROID_ID}"] in found["graph.facebook.com"]["data"]


def test_trackhar_recognises_them_in_a_covered_log_and_learns_no_device(covered: str) -> None:
    found = {each["url"].split("/")[2]: each for each in trackhar(covered)}
    assert found["api2.branch.io"]["tracker"] == "branch-io"
    assert found["graph.facebook.com"]["tracker"] == "facebook"
    assert {name for name, _ in found["graph.facebook.com"]["data"]} >= {"deviceId", "osName", "model"}
    assert ANDROID_ID not in json.dumps(list(found.values()))


def test_the_body_is_what_was_sent_or_what_it_was_made_from_and_says_which(revealed: str) -> None:
    told = entries(revealed)
    branch = told["https://api2.branch.io/v1/install"]
    assert json.loads(branch["request"]["postData"]["text"]) == BRANCH
    assert branch["_harness"]["body"] == "as sent"
    facebook = told["https://graph.facebook.com/v5.0/100200300400500/activities"]
    assert facebook["request"]["postData"]["text"] == FACEBOOK
    assert facebook["_harness"]["body"] == "as sent, its content coding undone"
    secret = told["https://in.alpha.example/e"]
    assert secret["request"]["postData"]["text"] == TOLD
    assert secret["_harness"]["body"] == "captured before it was encoded or encrypted"
    assert len(base64.b64decode(secret["_harness"]["bodyBase64"])) == secret["request"]["bodySize"]


def test_what_an_encoding_would_hide_from_covering_is_given_as_its_tree(covered: str, revealed: str) -> None:
    place = "https://api.alpha.example/track"
    assert entries(revealed)[place]["request"]["postData"]["text"].startswith("data=eyJ")
    shown = entries(covered)[place]
    assert shown["_harness"]["body"] == "decoded, as a tree"
    assert EMAIL in shown["request"]["postData"]["text"]
    assert "[android_id " in shown["request"]["postData"]["text"]


@pytest.mark.parametrize("secret", [ANDROID_ID, "s3cr3tcookievalue"])
def test_nothing_that_tells_the_device_or_opens_an_account_stands_in_a_covered_log(covered: str, secret: str) -> None:
    for start in range(3):  # wherever it stands in groups of three bytes
        hidden = base64.b64encode(b"\0" * start + secret.encode())[4:-4].decode()
        assert hidden not in covered
    assert secret not in covered
    assert secret.encode().hex() not in covered


def test_every_entry_says_that_it_is_reconstructed_and_leads_back_to_the_case_file(covered: str) -> None:
    for number, entry in enumerate(json.loads(covered)["log"]["entries"], start=1):
        assert entry["comment"].startswith("Reconstructed from hooks inside the app")
        told = entry["_harness"]
        assert told["reconstructed"] is True
        assert (told["seq"], told["consent"], told["phase"]) == (number, "before any choice", "sign-in")
        assert entry["response"]["comment"].startswith("The response was not seen")


def test_times_are_the_devices_put_right_by_its_offset(covered: str) -> None:
    first = json.loads(covered)["log"]["entries"][0]
    assert first["startedDateTime"] == "2023-11-14T22:13:21.000Z"  # date -u -d @1700000001 --iso-8601=s
    assert first["_harness"]["deviceTimeMs"] == 1_700_000_006_000.0
    assert set(first["timings"].values()) == {-1}


def test_the_address_is_as_the_app_wrote_it_and_the_query_is_decoded(covered: str) -> None:
    told = entries(covered)
    assert "http://plain.example/" in told
    assert "postData" not in told["http://plain.example/"]["request"]
    query = told["https://in.alpha.example/e"]["request"]["queryString"]
    assert query == [{"name": "app_id", "value": "com.example.doorbell"}, {"name": "q", "value": "a b"}]


def test_a_connection_that_is_no_http_stands_there_without_a_host(covered: str) -> None:
    unread = entries(covered)["https://host-not-read.invalid/"]
    assert unread["request"]["bodySize"] == 4
    assert unread["request"]["postData"]["text"] == ""
    assert "neither receiver nor content can be read" in unread["comment"]


def test_the_log_names_device_and_app_as_tools_around_trackhar_do(covered: str) -> None:
    told = json.loads(covered)["log"]["_tweasel"]
    assert told["device"]["platform"] == "android"
    assert told["device"]["runTarget"] == "emulator"
    assert told["options"] == {"mode": "allowed-apps", "apps": ["com.example.doorbell"]}
    assert [app["version"] for app in told["apps"]] == ["3.21.1"]
