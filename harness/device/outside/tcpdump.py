"""A tcpdump of the device's own, where there is one: started before the app, stopped and fetched after it, removed."""

from __future__ import annotations

import re

from harness.device.outside.capture import UnreadableCapture, hosts
from harness.device.shell import Shell
from harness.model.environment import Seen
from harness.model.errors import DeviceError

FILE = "/data/local/tmp/harness-outside.pcap"
MOST_PACKETS = 50_000
_ABSENT = 127

# Enough of each packet for a ClientHello's part; the number of packets bounds the file when nobody comes to stop it.
# The first lines end one that a killed run has left, and nothing else: its process must have our file open by name.
# SIGTERM, which tcpdump takes as it takes Ctrl-C: a shell's background jobs ignore SIGINT.
_STOP = f"""
pid=$(cat {FILE}.pid 2>/dev/null)
if [ -n "$pid" ] && tr '\\0' ' ' </proc/$pid/cmdline 2>/dev/null | grep -q {FILE}; then
  kill -TERM $pid
  for i in 1 2 3 4 5 6 7 8 9 10; do [ -d /proc/$pid ] || break; sleep 0.1; done
  [ ! -d /proc/$pid ] || kill -KILL $pid
fi
"""
_START = f"""{_STOP}
rm -f {FILE} {FILE}.pid {FILE}.log
tool=$(command -v tcpdump)
[ -n "$tool" ] || tool=/data/local/tmp/tcpdump
[ -x "$tool" ] || exit {_ABSENT}
setsid "$tool" -i any -p -n -U -s 1600 -c {MOST_PACKETS} -w {FILE} 'tcp or udp port 53' >{FILE}.log 2>&1 </dev/null &
echo $! >{FILE}.pid
for i in 1 2 3 4 5 6 7 8 9 10; do [ -s {FILE} ] && break; sleep 0.1; done
[ -s {FILE} ] || cat {FILE}.log
"""
_CLEAN = f"rm -f {FILE} {FILE}.pid {FILE}.log"
_KERNEL_DROPPED = re.compile(r"(\d+) packets dropped by kernel")


def start(shell: Shell, *, rooted: bool) -> str:
    """Empty, or why it does not run."""
    if not rooted:
        return "capturing packets needs root"
    answer = shell.script(_START, root=True)
    if answer.exit_code == _ABSENT:
        return "there is no tcpdump on the device"
    return " ".join(answer.stdout.split())[:200]


def stop(shell: Shell) -> tuple[tuple[Seen, ...], str]:
    """What it saw, and what it may have missed. Leaves nothing on the device."""
    try:
        shell.script(_STOP, root=True)
        log = shell.run(["cat", f"{FILE}.log"], root=True).stdout
        reply = shell.read(["cat", FILE], root=True, timeout_s=60.0)
        seen = hosts(reply.stdout)
    except UnreadableCapture as exc:
        raise DeviceError(f"{shell.serial}: tcpdump wrote {exc}", remedy="Replace the tcpdump on the device.") from exc
    finally:
        shell.script(_CLEAN, root=True)
    return seen, _missed(log)


def _missed(log: str) -> str:
    if f"{MOST_PACKETS} packets captured" in log:
        return f"it ended after {MOST_PACKETS} packets"
    dropped = _KERNEL_DROPPED.search(log)
    return f"the kernel dropped {dropped[1]} packets" if dropped and dropped[1] != "0" else ""
