"""The wire witness against plain HTTP clients: nothing gets past it, and everything is kept as it was sent."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.handset.authority import STORE_PASSWORD, trust_store
from harness.handset.root import run_in_root
from harness.handset.witness.environment import witness_python
from harness.handset.witness.mitm import MitmWitness, WitnessFiles
from harness.model.errors import HandsetError
from harness.model.ports import Witness
from tests.truth.flows import read_flows

pytestmark = pytest.mark.handset


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder: mitmproxy makes an authority of its own there."""
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def witness(tmp_path: Path, authority: Path) -> MitmWitness:
    return MitmWitness(tmp_path / "witness", authority=authority)


def send(endpoint: str, url: str, *, authority: Path, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """What an HTTP client gets that trusts the authority and uses the witness as its proxy."""
    trust = ssl.create_default_context(cafile=authority / "mitmproxy-ca-cert.pem")
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"http": f"http://{endpoint}", "https": f"http://{endpoint}"}),
        urllib.request.HTTPSHandler(context=trust),
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with opener.open(urllib.request.Request(url, data=body, headers=named), timeout=20) as answer:
        return answer.status, answer.read().decode()


def running(files: WitnessFiles) -> list[int]:
    """Ids of processes that have the run's folder on their command line."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = command.read_bytes()
        except OSError:
            continue  # ended meanwhile
        if str(files.folder).encode() in line and b"mitmproxy" in line:
            found.append(int(command.parent.name))
    return found


def wait_until_ended(files: WitnessFiles) -> None:
    deadline = time.monotonic() + 20
    while running(files):
        assert time.monotonic() < deadline, "mitmproxy still runs"
        time.sleep(0.05)


def test_it_is_a_witness_as_a_run_expects_one(tmp_path: Path) -> None:
    witness: Witness = MitmWitness(tmp_path)
    assert witness


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://api.mixpanel.com/track/?ip=1", "1"),
        ("https://decide.mixpanel.com/decide?version=1", '"notifications": []'),
        ("https://api2.branch.io/v1/open", '"session_id"'),
        ("https://api2.branch.io/v2/event/custom", "{}"),
        ("https://ab12cd-launches.appsflyersdk.com/api/v6.9/androidevent?app_id=x", "ok"),
        ("https://conversions.appsflyer.com/api/v6.9/androidevent?app_id=x", "ok"),
        ("https://graph.facebook.com/v5.0/1/activities", '"success": true'),
        ("https://firebase-settings.crashlytics.com/spi/v2/platforms/android/gmp/1/settings", '"collect_reports"'),
        ("https://crashlyticsreports-pa.googleapis.com/v1/firelog/legacy/batchlog", "nextRequestWaitMillis"),
        ("http://a.host.nobody.knows/", "{}"),
    ],
)  # fmt: skip
def test_each_host_is_answered_plausibly(witness: MitmWitness, authority: Path, url: str, said: str) -> None:
    with witness.watch("run") as endpoint:
        status, text = send(endpoint, url, authority=authority, body=b"x=1")
    assert status == 200
    assert said in text


def test_the_files_hold_what_was_sent_compressed_bodies_untouched(witness: MitmWitness, authority: Path) -> None:
    body = gzip.compress(b"said=in+confidence", mtime=0)
    with witness.watch("run") as endpoint:
        send(
            endpoint,
            "https://graph.facebook.com/v5.0/1/activities?a=b",
            authority=authority,
            body=body,
            Content_Encoding="gzip",
        )
        send(endpoint, "https://cdn.example.org/settings", authority=authority)
    files = witness.files("run")
    first, second = read_flows(files.flows, python=witness_python())
    assert (first.method, first.host, first.path) == ("POST", "graph.facebook.com", "/v5.0/1/activities?a=b")
    assert first.body == body
    assert first.header("content-encoding") == "gzip"
    assert (second.method, second.url, second.body) == ("GET", "https://cdn.example.org/settings", b"")
    entries = json.loads(files.har.read_text())["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == [first.url, second.url]
    assert files.folder.stat().st_mode & 0o077 == 0, "what an app says about its user is for this user's eyes only"


def test_the_java_of_a_handset_trusts_the_witness(tmp_path: Path) -> None:
    witness = MitmWitness(tmp_path)
    with witness.watch("run") as endpoint:
        host, _, port = endpoint.partition(":")
        done = run_in_root(
            [
                *("java", f"-Dhttps.proxyHost={host}", f"-Dhttps.proxyPort={port}"),
                *("-Djavax.net.ssl.trustStore=/cacerts.jks", f"-Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}"),
                *("/Ask.java", "https://api.mixpanel.com/track/?ip=1", "data=W10%3D"),
            ],
            read_only={Path(__file__).with_name("Ask.java"): "/Ask.java", trust_store(): "/cacerts.jks"},
        )
    assert (done.stdout, done.stderr) == ("200 1\n", "")
    (request,) = read_flows(witness.files("run").flows, python=witness_python())
    assert (request.method, request.host, request.body) == ("POST", "api.mixpanel.com", b"data=W10%3D")


def test_a_run_without_traffic_has_its_files_too(witness: MitmWitness) -> None:
    with witness.watch("silent"):
        pass
    assert read_flows(witness.files("silent").flows, python=witness_python()) == []
    assert json.loads(witness.files("silent").har.read_text())["log"]["entries"] == []


def test_two_runs_at_once_have_a_port_and_a_folder_each(witness: MitmWitness, authority: Path) -> None:
    with witness.watch("one") as first, witness.watch("two") as second:
        assert first != second
        send(second, "https://two.example.org/", authority=authority)
    assert read_flows(witness.files("one").flows, python=witness_python()) == []
    assert [request.host for request in read_flows(witness.files("two").flows, python=witness_python())] == [
        "two.example.org"
    ]


@pytest.fixture
def outside() -> Iterator[tuple[int, list[bytes]]]:
    """A server of the world outside: its port, and what reached it."""
    reached: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    reached.append(b"a connection")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], reached
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_plain_request_never_reaches_the_real_server(
    witness: MitmWitness, authority: Path, outside: tuple[int, list[bytes]]
) -> None:
    port, reached = outside
    with witness.watch("run") as endpoint:
        assert send(endpoint, f"http://127.0.0.1:{port}/", authority=authority) == (200, "{}")
    assert reached == []


def test_a_tunnel_for_something_other_than_http_never_reaches_the_real_server(
    witness: MitmWitness, outside: tuple[int, list[bytes]]
) -> None:
    port, reached = outside
    with witness.watch("run") as endpoint:
        host, _, number = endpoint.partition(":")
        with socket.create_connection((host, int(number)), timeout=20) as client:
            client.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            assert b" 200 " in client.recv(4096)
            client.sendall(b"\x00\x01binary chatter\r\n\r\n")
            assert client.recv(4096) == b""
    assert reached == []
    assert f"refused a connection to ('127.0.0.1', {port})" in witness.files("run").log.read_text()


def test_when_the_run_fails_its_error_passes_and_the_record_is_whole(witness: MitmWitness, authority: Path) -> None:
    with pytest.raises(ZeroDivisionError), witness.watch("run") as endpoint:
        send(endpoint, "https://x.example.org/", authority=authority)
        raise ZeroDivisionError
    assert running(witness.files("run")) == []
    assert len(read_flows(witness.files("run").flows, python=witness_python())) == 1
    assert witness.files("run").har.is_file()


def test_a_witness_that_dies_during_the_run_is_an_error_that_names_its_log(witness: MitmWitness) -> None:
    files = witness.files("run")
    with pytest.raises(HandsetError) as error, witness.watch("run"):
        for process in running(files):
            os.kill(process, signal.SIGKILL)
        wait_until_ended(files)
    assert error.value.problem == "the witness did not write traffic.har"
    assert str(files.log) in error.value.remedy


def test_a_witness_that_cannot_start_says_so_and_leaves_nothing_running(tmp_path: Path) -> None:
    no_folder = tmp_path / "a-file"
    no_folder.write_text("in the way")
    witness = MitmWitness(tmp_path / "witness", authority=no_folder)
    with pytest.raises(HandsetError, match="the witness did not start: it ended with code 1"), witness.watch("run"):
        pytest.fail("it listens")  # pragma: no cover
    assert running(witness.files("run")) == []


_WATCH_FOR_EVER = """
import sys, time
from pathlib import Path
from harness.handset.witness.mitm import MitmWitness
with MitmWitness(Path(sys.argv[1]), authority=Path(sys.argv[2])).watch("run") as endpoint:
    print(endpoint, flush=True)
    time.sleep(600)
"""


def test_a_witness_does_not_outlive_a_harness_that_is_killed(tmp_path: Path, authority: Path) -> None:
    files = MitmWitness(tmp_path).files("run")
    command = [sys.executable, "-c", _WATCH_FOR_EVER, str(tmp_path), str(authority)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as harness:
        assert harness.stdout is not None
        endpoint = harness.stdout.readline().strip()
        send(endpoint, "https://x.example.org/", authority=authority)
        harness.kill()
    wait_until_ended(files)
    assert [request.host for request in read_flows(files.flows, python=witness_python())] == ["x.example.org"]
    assert files.har.is_file()


def test_without_a_package_index_one_message_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from harness.handset.witness.environment import witness_python; witness_python()"]
    offline = {"XDG_CACHE_HOME": str(tmp_path), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, env={**os.environ, **offline}, capture_output=True, text=True, check=False)
    assert "HandsetError: pip could not install the witness (mitmproxy): No matching distribution found" in done.stderr
    left = [path.name for path in (tmp_path / "tracker-harness" / "witness").iterdir()]
    assert left == ["lock"], "a half-built environment would be taken for a whole one"
