"""`dumpsys netstats detail`: how many bytes the system counted for an app, whoever sent them within it."""

from __future__ import annotations

import re
from collections import defaultdict

from harness.model.environment import Seen, Witnessing

Buckets = dict[tuple[str, str, int], tuple[int, int]]
"""(network, set, bucket's start in ms) -> (received, sent). A bucket is one to two hours and goes on growing."""

_SECTION = re.compile(r"^(Dev|Xt|UID|UID tag) stats:")
_SERIES = re.compile(r"ident=\[(?P<ident>.*)\] uid=(?P<uid>-?\d+) set=(?P<set>\w+) tag=(?P<tag>0x[0-9a-fA-F]+)")
# Seconds under short names since Android 5, milliseconds under long ones before
_SHORT = re.compile(r"\bst=(\d+) rb=(\d+) rp=\d+ tb=(\d+) tp=\d+")
_LONG = re.compile(r"\bbucketStart=(\d+) .*?rxBytes=(\d+) rxPackets=\d+ txBytes=(\d+)")
_TYPE = re.compile(r"\btype=(\w+)")
_NETWORKS = {"0": "MOBILE", "1": "WIFI", "7": "BLUETOOTH", "9": "ETHERNET", "17": "VPN"}


def buckets(text: str, uid: int) -> Buckets:
    """The buckets of one uid. Tagged traffic is contained in the untagged and is not counted twice."""
    found: dict[tuple[str, str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    section, series = "", None
    for line in text.splitlines():
        if heading := _SECTION.match(line.strip()):
            section, series = heading[1], None
        elif head := _SERIES.search(line):
            mine = section == "UID" and int(head["uid"]) == uid and int(head["tag"], 16) == 0
            series = (_network(head["ident"]), head["set"]) if mine else None
        elif series is not None and (counted := _counted(line)):
            start_ms, received, sent = counted
            before = found[(*series, start_ms)]
            found[(*series, start_ms)] = (before[0] + received, before[1] + sent)
    return dict(found)


def between(before: Buckets, after: Buckets) -> tuple[Seen, ...]:
    """What was added, by network and direction. Old buckets are left out of later dumps, so that sums would shrink."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for key, (received, sent) in after.items():
        old = before.get(key, (0, 0))
        totals[(key[0], "received")] += max(0, received - old[0])
        totals[(key[0], "sent")] += max(0, sent - old[1])
    return tuple(
        Seen(witness=Witnessing.NETSTATS, kind=kind, name=network, amount=amount)
        for (network, kind), amount in sorted(totals.items())
        if amount
    )


def _counted(line: str) -> tuple[int, int, int] | None:
    if short := _SHORT.search(line):
        return int(short[1]) * 1000, int(short[2]), int(short[3])
    if long := _LONG.search(line):
        return int(long[1]), int(long[2]), int(long[3])
    return None


def _network(ident: str) -> str:
    found = _TYPE.search(ident)
    return _NETWORKS.get(found[1], found[1]) if found else "unknown"
