"""Witnesses on the handset: those that answer, those that do not, and a tcpdump that a technician has put there."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from scapy.all import DNS, DNSQR, IP, TCP, UDP, Ether, PcapWriter, Raw

from harness.device import open_device
from harness.device.outside import NOT_ASKED
from harness.device.outside.tcpdump import FILE
from harness.handset.handset import RunningHandset
from harness.model.environment import Witnessing
from tests.handset.bystander import PACKAGE, Phone
from tests.handset.cli import harness
from tests.handset.conftest import Study

MAC = "02:00:00:00:00:01"  # without one, scapy asks the network whose address that is, for two seconds

TOOL = "/data/local/tmp/tcpdump"
# Writes the capture that lies beside it and waits, as tcpdump does, to be ended.
STAND_IN = """#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = -w ] && file=$2; shift; done
trap 'echo "2 packets captured" >&2; echo "0 packets dropped by kernel" >&2; exit 0' TERM
cat /data/local/tmp/given.pcap >"$file"
while :; do sleep 0.05; done
"""


def asked(study: Study, statement: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(study.case)) as db:
        return db.execute(statement).fetchall()


def test_every_run_keeps_what_the_device_saw_or_why_it_saw_nothing(study: Study) -> None:
    told = asked(study, "SELECT run, witness, kind, detail FROM seen")
    for run in study.runs().values():
        mine = [row for row in told if row[0] == run]
        assert ("tcpdump", NOT_ASKED, "there is no tcpdump on the device") in [row[1:] for row in mine]
        assert {row[1] for row in mine if row[2] == NOT_ASKED} == {"tcpdump", "netstats", "appops"}


def test_the_report_tells_what_the_device_saw(study: Study, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert harness("report", study.case, "-o", page).code == 0
    text = page.read_text()
    assert "What the device saw" in text
    assert "there is no tcpdump on the device" in text


@pytest.fixture
def tool(phone: Phone) -> Iterator[None]:
    """A tcpdump on the phone; the packets are made by scapy."""
    for name, content in ((TOOL, STAND_IN.encode()), ("/data/local/tmp/given.pcap", _capture())):
        octal = "".join(f"\\0{byte:03o}" for byte in content)
        phone.device.shell(["sh", "-c", 'printf %b "$1" >"$2"; chmod 755 "$2"', "sh", octal, name])
    yield
    phone.device.shell(["rm", "-f", TOOL, "/data/local/tmp/given.pcap"])


def _capture() -> bytes:
    file = io.BytesIO()
    writer = PcapWriter(file, linktype=1, sync=True)
    source = IP(src="10.0.2.15", dst="192.0.2.7")
    writer.write(
        Ether(src=MAC, dst=MAC) / source / UDP(sport=5555, dport=53) / DNS(rd=1, qd=DNSQR(qname="dns.example.com"))
    )
    connect = b"CONNECT far.example.com:443 HTTP/1.1\r\n\r\n"
    writer.write(Ether(src=MAC, dst=MAC) / source / TCP(sport=4000, dport=8080, flags="PA") / Raw(connect))
    return file.getvalue()


@pytest.mark.usefixtures("tool")
def test_a_tcpdump_on_the_phone_is_started_read_and_leaves_nothing(phone: Phone) -> None:
    before = _left(phone)
    outside = phone.device.outside(PACKAGE)
    outside.begin()
    assert FILE in _left(phone)
    seen = outside.end()
    names = [(one.kind, one.name) for one in seen if one.witness is Witnessing.TCPDUMP]
    assert names == [("CONNECT", "far.example.com"), ("DNS", "dns.example.com")]
    assert _left(phone) == before


@pytest.mark.usefixtures("tool")
def test_a_capture_left_by_a_killed_run_is_ended_by_the_next(phone: Phone, handset: RunningHandset) -> None:
    killed = open_device(handset.serial)
    killed.outside(PACKAGE).begin()  # and nobody ends it
    before = phone.device.shell(["cat", f"{FILE}.pid"]).stdout.strip()
    outside = phone.device.outside(PACKAGE)
    outside.begin()
    assert not phone.device.shell(["ls", "-d", f"/proc/{before}"]).stdout
    outside.end()
    assert FILE not in _left(phone)
    killed.close()


def _left(phone: Phone) -> list[str]:
    """Files, and whether our capture still runs."""
    files = phone.device.shell(["find", "/data/local/tmp", "-type", "f"]).stdout.split()
    runs = phone.device.shell(["sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c [-]U"])
    return [*sorted(files), runs.stdout.strip()]
