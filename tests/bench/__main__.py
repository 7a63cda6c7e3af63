"""`make bench`: ratios, each measured against its limit in the same run, alternating, as medians. No verdict by the
clock: a row that misses its target says by how much, and nothing fails.

Writes docs/performance.md, unless rows are named: `python -m tests.bench writer scan`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import page, shell
from tests.bench.registry import ROWS
from tests.bench.row import Result, Row, Setting, run
from tests.jvm import compile_fixtures, missing_jdk


def main() -> None:
    wanted = [row for row in ROWS if not sys.argv[1:] or row.name in sys.argv[1:]]
    if (why := missing_jdk()) is not None:
        sys.exit(f"bench: {why}")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        try:
            results = list(_measured(wanted, Path(folder)))
        finally:
            shell.remove()
    if len(wanted) == len(ROWS):
        page.write(results)


def _measured(rows: Sequence[Row], folder: Path) -> Iterator[Result]:
    setting = Setting(folder=folder, classes=compile_fixtures(folder / "classes"))
    width = max(len(row.name) for row in rows)
    for row in rows:
        result = run(row, setting)
        name, value, ours, limit, aim, verdict, meaning = page.cells(result)
        line = f"{name:{width}}  {value:>7}  {aim:>7}  {verdict:26}  {ours:>16} / {limit:16}  {meaning}\n"
        sys.stdout.write(line)
        sys.stdout.flush()
        yield result


if __name__ == "__main__":
    main()
