"""Witnesses on the device: their words, packets made by another tool, and what is told when one does not answer."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

import pytest
from scapy.all import DNS, DNSQR, IP, TCP, UDP, CookedLinux, CookedLinuxV2, Ether, IPv6, Packet, PcapWriter, Raw

from harness.device.adb import Server
from harness.device.outside import NOT_ASKED, Outside, appops, location, netstats, sensors
from harness.device.outside.capture import UnreadableCapture, hosts
from harness.device.shell import Shell
from harness.model.environment import Seen, Witnessing
from tests.fake_adb import FakeAdbServer

MAC = "02:00:00:00:00:01"  # without one, scapy asks the network whose address that is, for two seconds

APP = "com.example.app"

NETSTATS = """\
Active interfaces:
  iface=wlan0 ident=[{{type=1, ratType=COMBINED, wifiNetworkKey="home", metered=false, defaultNetwork=true}}]
Dev stats:
  Pending bytes: 131
  History since boot:
  ident=[{{type=1, ratType=COMBINED, metered=false}}] uid=-1 set=ALL tag=0x0
    NetworkStatsHistory: bucketDuration=3600
      st=1700000000 rb=999999 rp=1 tb=999999 tp=1 op=0
UID stats:
  Pending bytes: 131
  Complete history:
  ident=[{{type=1, ratType=COMBINED, metered=false}}] uid=10101 set=DEFAULT tag=0x0
    NetworkStatsHistory: bucketDuration=7200
      st=1700000000 rb={received} rp=10 tb={sent} tp=9 op=0
  ident=[{{type=0, ratType=COMBINED, metered=true}}] uid=10101 set=FOREGROUND tag=0x0
    NetworkStatsHistory: bucketDuration=7200
      st=1700000000 rb=10 rp=1 tb={mobile} tp=1 op=0
  ident=[{{type=1, ratType=COMBINED, metered=false}}] uid=10102 set=DEFAULT tag=0x0
    NetworkStatsHistory: bucketDuration=7200
      st=1700000000 rb=77777 rp=1 tb=77777 tp=1 op=0
UID tag stats:
  Pending bytes: 131
  ident=[{{type=1, ratType=COMBINED, metered=false}}] uid=10101 set=DEFAULT tag=0xff
    NetworkStatsHistory: bucketDuration=7200
      st=1700000000 rb=5 rp=1 tb=5 tp=1 op=0
"""

SENSORS = """\
Sensor Device:
Total 6 h/w sensors, 6 running 0 disabled clients:
0x00000001) active-count = 0; sampling_period(ms) = {}
Sensor List:
0x00000001) BMI160 accelerometer      | BOSCH           | ver: 1 | type: android.sensor.accelerometer(1) | perm: n/a
0x00000008) Proximity                 | AMS             | ver: 1 | type: android.sensor.proximity(8) | perm: n/a
Previous Registrations:
"""
OLD_CHANGE = "23:01:00 + 0x00000001 pid=16587 uid=10101 package=com.example.app.Main samplingPeriod=66667us\n"
NEW_CHANGES = """\
23:07:43 + 0x00000008 pid=16587 uid=10101 package=com.example.app.Main samplingPeriod=66667us batchingPeriod=0us
23:07:42 + 0x00000001 pid= 2211 uid=10102 package=com.example.apple.Main samplingPeriod=66667us batchingPeriod=0us
23:07:41 - 0x00000008 pid=16587 uid=10101 package=com.example.app.Main
"""


def kinds(seen: tuple[Seen, ...]) -> list[tuple[str, str, int | None]]:
    return [(one.kind, one.name, one.amount) for one in seen]


def pcap(*packets: Packet, link: int = 1, at_s: float = 1_700_000_000.5) -> bytes:
    file = io.BytesIO()
    writer = PcapWriter(file, linktype=link, sync=True)
    for number, packet in enumerate(packets):
        packet.time = at_s + number
        writer.write(packet)
    return file.getvalue()


def client_hello(host: str, *, padding: int = 0) -> bytes:
    """As RFC 8446, section 4.1.2, lays it out, by hand; `padding` is an extension (RFC 7685) before the name."""
    name = host.encode()
    entry = b"\0" + len(name).to_bytes(2, "big") + name
    listed = len(entry).to_bytes(2, "big") + entry
    extensions = b"\0\0" + len(listed).to_bytes(2, "big") + listed
    if padding:
        extensions = b"\0\x15" + padding.to_bytes(2, "big") + bytes(padding) + extensions
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0" + len(extensions).to_bytes(2, "big") + extensions
    handshake = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + len(handshake).to_bytes(2, "big") + handshake


def sent(content: bytes, *, sport: int = 40000, dport: int = 443) -> Packet:
    return IP(src="10.0.2.15", dst="192.0.2.7") / TCP(sport=sport, dport=dport, flags="PA") / Raw(content)


def question(name: str) -> Packet:
    return IP(src="10.0.2.15", dst="10.0.2.3") / UDP(sport=5555, dport=53) / DNS(rd=1, qd=DNSQR(qname=name))


def test_bytes_of_the_app_are_what_was_added_to_its_own_untagged_buckets() -> None:
    before = netstats.buckets(NETSTATS.format(received=1000, sent=500, mobile=0), 10101)
    after = netstats.buckets(NETSTATS.format(received=4000, sent=900, mobile=33), 10101)
    assert kinds(netstats.between(before, after)) == [
        ("sent", "MOBILE", 33),
        ("received", "WIFI", 3000),
        ("sent", "WIFI", 400),
    ]


def test_buckets_that_a_later_dump_leaves_out_do_not_make_the_sum_shrink() -> None:
    after = netstats.buckets(NETSTATS.format(received=1000, sent=700, mobile=0), 10101)
    before = {
        **netstats.buckets(NETSTATS.format(received=1000, sent=500, mobile=0), 10101),
        ("WIFI", "DEFAULT", 1): (9, 9),
    }
    assert kinds(netstats.between(before, after)) == [("sent", "WIFI", 200)]


def test_the_words_of_old_androids_for_bytes_are_read_too() -> None:
    text = (
        "UID stats:\n  ident=[[type=WIFI, subType=COMBINED]] uid=10101 set=DEFAULT tag=0x0\n"
        "    bucketStart=1406138400000 activeTime=7 rxBytes=12 rxPackets=1 txBytes=34 txPackets=1 operations=0\n"
    )
    assert netstats.buckets(text, 10101) == {("WIFI", "DEFAULT", 1406138400000): (12, 34)}


def test_only_new_registrations_of_the_very_app_count() -> None:
    seen = sensors.between(SENSORS + OLD_CHANGE, SENSORS + NEW_CHANGES + OLD_CHANGE, APP)
    assert [(one.kind, one.name) for one in seen] == [
        ("end of registration", "android.sensor.proximity"),
        ("registration", "android.sensor.proximity"),
    ]
    assert "23:07:43" in seen[1].detail
    assert "66.667 ms" in seen[1].detail


def test_a_permission_counts_when_its_last_use_lies_within_the_run() -> None:
    text = (
        "Uid mode: COARSE_LOCATION: ignore\nFINE_LOCATION: allow; time=+2m13s ago\n"
        "READ_CONTACTS: allow; time=+3s20ms ago\nCAMERA: ignore; rejectTime=+1s ago\n"
    )
    assert kinds(appops.uses(text, within_ms=10_000)) == [("use", "READ_CONTACTS", None), ("refusal", "CAMERA", None)]
    assert kinds(appops.uses("No operations.\n", within_ms=10_000)) == []


@pytest.mark.parametrize(("words", "ms"), [("2m13s", 133_000), ("1d2h3m4s5ms", 93_784_005), ("7ms", 7)])
def test_the_age_of_a_use_is_read_in_androids_own_short_form(words: str, ms: int) -> None:
    assert appops.age_ms(words) == ms


def test_places_asked_for_are_those_whose_history_has_grown() -> None:
    line = "    {}: gps: Interval 1 seconds: Duration requested {} total, 5 foreground, out of the last 10 minutes\n"
    head = "  Historical Records by Provider:\n"

    def told(mine: int, other: int) -> location.Asked:
        return location.asked(head + line.format(APP, mine) + line.format("com.other", other))

    before, after = told(5, 5), told(6, 9)
    assert kinds(location.between(before, after, APP)) == [("request", "gps", None)]
    assert location.between(before, before, APP) == ()


def test_places_are_read_in_the_words_of_api_31_too() -> None:
    text = (
        "  Historical Aggregate Location Provider Data:\n    fused:\n      10101/com.example.app[maps]: "
        "min/max interval = 1s/1s, total/active/foreground duration = +5s/+5s/+5s, locations = 3\n"
    )
    assert kinds(location.between({}, location.asked(text), APP)) == [("request", "fused", None)]


def test_names_are_found_in_tls_dns_and_connect() -> None:
    content = pcap(
        Ether(src=MAC, dst=MAC) / sent(client_hello("Track.Example.com")),
        Ether(src=MAC, dst=MAC) / question("dns.example.com"),
        Ether(src=MAC, dst=MAC) / sent(b"CONNECT proxied.example.com:443 HTTP/1.1\r\n\r\n", dport=8080, sport=40001),
        Ether(src=MAC, dst=MAC) / sent(client_hello("track.example.com"), sport=40002),
    )
    seen = hosts(content)
    assert kinds(seen) == [
        ("CONNECT", "proxied.example.com", 1),
        ("DNS", "dns.example.com", 1),
        ("SNI", "track.example.com", 2),
    ]
    assert (seen[2].detail, seen[2].from_ms, seen[2].to_ms) == ("192.0.2.7", 1_700_000_000_500.0, 1_700_000_003_500.0)


@pytest.mark.parametrize(
    ("link", "head"),
    [(1, Ether(src=MAC, dst=MAC)), (113, CookedLinux(proto=0x800)), (276, CookedLinuxV2(proto=0x800)), (101, None)],
)
def test_every_link_that_androids_tcpdump_writes_is_read(link: int, head: Packet | None) -> None:
    inner = sent(client_hello("a.example.com"))
    content = pcap(head / inner if head is not None else inner, link=link)
    assert kinds(hosts(content)) == [("SNI", "a.example.com", 1)]


def test_a_name_is_found_over_ipv6_and_in_the_second_packet_of_a_long_hello() -> None:
    hello = client_hello("far.example.com", padding=1700)
    six = IPv6(src="2001:db8::1", dst="2001:db8::2")
    parts = [
        Ether(src=MAC, dst=MAC) / six / TCP(sport=4, dport=443, flags="PA") / Raw(part)
        for part in (hello[:1400], hello[1400:])
    ]
    assert kinds(hosts(pcap(*parts))) == [("SNI", "far.example.com", 1)]


def test_a_capture_cut_off_in_a_packet_is_read_up_to_there() -> None:
    content = pcap(
        Ether(src=MAC, dst=MAC) / question("first.example.com"),
        Ether(src=MAC, dst=MAC) / question("second.example.com"),
    )
    assert kinds(hosts(content[:-20])) == [("DNS", "first.example.com", 1)]


def test_noise_gives_no_names_and_no_errors() -> None:
    noise = [
        Ether(src=MAC, dst=MAC) / sent(bytes([22, 3, 1, 0, 5, 1, 0]) + os.urandom(size), sport=1000 + size)
        for size in range(60)
    ]
    junk = Ether(src=MAC, dst=MAC) / IP(dst="10.0.2.3") / UDP(sport=1, dport=53) / Raw(b"\xff\xc0\x0c")
    assert hosts(pcap(*noise, junk)) == ()


def test_what_is_no_capture_is_said_to_be_none() -> None:
    with pytest.raises(UnreadableCapture, match="no packet capture"):
        hosts(b"tcpdump: permission denied, you are not root")
    assert hosts(b"") == ()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


def test_a_witness_that_does_not_answer_is_a_row_that_says_so(server: FakeAdbServer) -> None:
    server.says(
        f"pm list packages -U {APP}", "package:com.example.app uid:10101\npackage:com.example.apple uid:10102\n"
    )
    server.says("dumpsys netstats --poll", "Forced poll\n")
    server.says("dumpsys netstats detail", stderr="Can't find service: netstats\n")
    server.says("dumpsys sensorservice", SENSORS + OLD_CHANGE)
    server.says("dumpsys location", stderr="Can't find service: location\n")
    server.says(f"cmd appops get {APP}", stderr="cmd: Can't find service: appops\n", exit_code=20)
    transport = Server().transport("P1")
    outside = Outside(Shell(transport), APP, rooted=False)
    outside.begin()
    server.says("dumpsys sensorservice", SENSORS + NEW_CHANGES + OLD_CHANGE)
    seen = outside.end()
    transport.close()
    assert [(one.witness, one.detail) for one in seen if one.kind == NOT_ASKED] == [
        (Witnessing.NETSTATS, "Can't find service: netstats"),
        (Witnessing.LOCATION, "Can't find service: location"),
        (Witnessing.TCPDUMP, "capturing packets needs root"),
        (Witnessing.APPOPS, "cmd: Can't find service: appops"),
    ]
    assert sum(one.witness is Witnessing.SENSORS for one in seen) == 2
