"""A packet capture: the host names in it. Of the whole device, since a packet does not say which app it is from."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import dpkt
from dpkt import ssl
from dpkt.pcap import DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW

from harness.model.environment import Seen, Witnessing

_RAW = (DLT_RAW, 12, 14, 101)  # the number differs by platform and by who wrote the file
_LONGEST_HELLO = 1 << 14  # with post-quantum key shares a ClientHello takes two or three packets
_SERVER_NAME = 0
_HANDSHAKE, _CLIENT_HELLO = 22, 1


@dataclass(slots=True)
class _Named:
    """One host, by one way of naming it."""

    times: int = 0
    from_ms: float = 0.0
    to_ms: float = 0.0
    addresses: set[str] = field(default_factory=set)

    def add(self, at_s: float, address: str) -> None:
        self.from_ms = at_s * 1000 if not self.times else min(self.from_ms, at_s * 1000)
        self.to_ms = max(self.to_ms, at_s * 1000)
        self.times += 1
        if address:
            self.addresses.add(address)


class UnreadableCapture(ValueError):
    """It is no pcap, or of a link that cannot be read here."""


def hosts(content: bytes) -> tuple[Seen, ...]:
    """Every name in a TLS ClientHello (SNI), a DNS question, or a proxy's CONNECT. A capture that was cut off is read
    up to there. Raises UnreadableCapture."""
    named: dict[tuple[str, str], _Named] = defaultdict(_Named)
    flows: dict[tuple[bytes, int, bytes, int], bytes] = {}
    for at_s, packet in _packets(content):
        for kind, name, address in _names(packet, flows):
            named[(kind, name)].add(at_s, address)
    return tuple(
        Seen(
            witness=Witnessing.TCPDUMP,
            kind=kind,
            name=name,
            amount=one.times,
            from_ms=one.from_ms,
            to_ms=one.to_ms,
            detail=", ".join(sorted(one.addresses)),
        )
        for (kind, name), one in sorted(named.items())
    )


def _packets(content: bytes) -> Iterator[tuple[float, dpkt.Packet]]:
    """Internet packets with their times, whatever the link."""
    if not content:
        return
    try:
        reader = dpkt.pcap.UniversalReader(io.BytesIO(content))
        link = reader.datalink()
    except (ValueError, dpkt.Error) as exc:
        raise UnreadableCapture(f"no packet capture: {exc}") from exc
    if link not in (DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, *_RAW):
        raise UnreadableCapture(f"a capture of link type {link}, which is not known here")
    try:
        for at_s, raw in reader:
            packet = _internet(link, raw)
            if packet is not None:
                yield float(at_s), packet
    except (ValueError, dpkt.Error):
        return  # the last packet was being written when the capture ended


def _internet(link: int, raw: bytes) -> dpkt.Packet | None:
    try:
        if link == DLT_EN10MB:
            inner = dpkt.ethernet.Ethernet(raw).data
        elif link == DLT_LINUX_SLL:
            inner = dpkt.sll.SLL(raw).data
        elif link == DLT_LINUX_SLL2:
            inner = dpkt.sll2.SLL2(raw).data
        else:
            inner = dpkt.ip6.IP6(raw) if raw[:1] and raw[0] >> 4 == 6 else dpkt.ip.IP(raw)
    except dpkt.Error:
        return None
    return inner if isinstance(inner, dpkt.ip.IP | dpkt.ip6.IP6) else None


def _names(packet: dpkt.Packet, flows: dict[tuple[bytes, int, bytes, int], bytes]) -> Iterator[tuple[str, str, str]]:
    """(kind, name, address) of each name in it."""
    inner = packet.data
    if isinstance(inner, dpkt.udp.UDP) and inner.dport == 53:
        for name in _questions(bytes(inner.data)):
            yield "DNS", name, ""
    elif isinstance(inner, dpkt.tcp.TCP) and inner.data:
        key = (packet.src, inner.sport, packet.dst, inner.dport)
        begun = flows.get(key, b"") + bytes(inner.data)
        found = _proxied(begun) or _server_name(begun)
        unfinished = found is None and _may_become_one(begun)
        flows.pop(key, None)
        if unfinished:
            flows[key] = begun
        if found is not None:
            yield *found, _address(packet.dst)


def _may_become_one(begun: bytes) -> bool:
    return begun[:1] == bytes([_HANDSHAKE]) and len(begun) < _LONGEST_HELLO


def _proxied(begun: bytes) -> tuple[str, str] | None:
    if not begun.startswith(b"CONNECT "):
        return None
    target = begun.split(b" ", 2)[1].rpartition(b":")[0]
    return ("CONNECT", target.decode("ascii", "replace").lower()) if target else None


def _server_name(begun: bytes) -> tuple[str, str] | None:
    if begun[:1] != bytes([_HANDSHAKE]) or begun[5:6] != bytes([_CLIENT_HELLO]):
        return None
    try:
        hello = ssl.TLSHandshake(ssl.TLSRecord(begun).data).data
    except (dpkt.Error, ssl.SSL3Exception, IndexError):
        return None
    for number, content in getattr(hello, "extensions", ()):
        # A list of names with lengths before it and each of them; there is only ever one, of type 0
        if number == _SERVER_NAME and len(content) > 5 and content[2] == 0:
            size = int.from_bytes(content[3:5], "big")
            return "SNI", content[5 : 5 + size].decode("ascii", "replace").lower()
    return None


def _questions(content: bytes) -> tuple[str, ...]:
    try:
        message = dpkt.dns.DNS(content)
    except (dpkt.Error, IndexError, ValueError):
        return ()
    return tuple(one.name.lower() for one in message.qd) if message.qr == dpkt.dns.DNS_Q else ()


def _address(raw: bytes) -> str:
    return str(dpkt.utils.inet_to_str(raw))
