"""By how much processes grow while something happens to them."""

from __future__ import annotations

from pathlib import Path


class Growth:
    """Bytes since it was made, at most, by process. Memory that is the process's own: what it maps of files apart."""

    def __init__(self, *pids: int) -> None:
        self._first = {pid: resident(pid) for pid in pids}
        self.most = dict.fromkeys(pids, 0)

    def look(self) -> None:
        for pid, first in self._first.items():
            self.most[pid] = max(self.most[pid], resident(pid) - first)


def resident(pid: int) -> int:
    """Bytes of it in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:"))
