"""`make bench`: ratios, each measured against its reference in the same run, alternating, as medians. No verdicts.

A ratio holds on any machine where an absolute number does not; the references are the plainest way to do the same.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import capture, detection, writer

ROUNDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_measure(Path(folder)))
    width = max(len(name) for name, *_ in rows)
    for name, ratio, spread, meaning in rows:
        sys.stdout.write(f"{name:{width}}  {ratio:7.2f}  {spread:15}  {meaning}\n")


def _measure(folder: Path) -> Iterator[tuple[str, float, str, str]]:
    benches: tuple[tuple[str, Callable[[Path], float], str], ...] = (
        ("writer", writer.ratio, "events/s stored / rows/s of raw executemany (2 KB, 1,000 a transaction)"),
        ("scan", detection.ratio, "MB/s of the detector / MB/s of one `in` test per pattern"),
        ("hook, String", capture.string_ratio, "time per hooked call / time per pass-through hook of frida's own"),
    )
    for name, bench, meaning in benches:
        found = sorted(bench(folder) for _ in range(ROUNDS))
        yield name, statistics.median(found), f"({found[0]:.2f} - {found[-1]:.2f})", meaning


if __name__ == "__main__":
    main()
