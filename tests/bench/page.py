"""docs/performance.md: what was measured, between two marks; what it means is written by hand around them."""

from __future__ import annotations

import datetime
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import frida

from tests.bench.row import Result

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_BEGIN, _END = "<!-- measured: `make bench` writes what follows -->\n", "<!-- end of what was measured -->\n"
_HEAD = "| what | ratio or value | ours | limit | target | | meaning |\n|---|--:|--:|--:|--:|---|---|\n"


def write(results: Sequence[Result], page: Path = PAGE) -> None:
    """Put the results into the page; the rest of it stays as it is."""
    before, _, rest = page.read_text().partition(_BEGIN)
    _, _, after = rest.partition(_END)
    rows = "".join(f"| {' | '.join(cells(result))} |\n" for result in results)
    page.write_text(f"{before}{_BEGIN}\n{machine()}\n\n{_HEAD}{rows}\n{_END}{after}")


def cells(result: Result) -> tuple[str, ...]:
    """A line of the table: name, value, ours, limit, target, whether met, meaning."""
    row = result.row
    if result.why_not:
        return row.name, "-", "-", "-", row.aim, result.why_not, row.meaning
    ours = f"{number(result.ours)} {row.unit}".strip()
    limit = "-" if result.limit is None else f"{number(result.limit)} {row.unit}".strip()
    return row.name, number(result.value), ours, limit, row.aim, result.verdict, row.meaning


def number(value: float) -> str:
    """Three digits that count, no exponent."""
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.01 or value == 0 else f"{value:.3f}"


def names(page: Path = PAGE) -> list[str]:
    """The names of the rows in the page."""
    _, _, measured = page.read_text().partition(_HEAD)
    table, _, _ = measured.partition(_END)
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines() if line.startswith("| ")]


def machine() -> str:
    """What it was measured on and when; nothing that names a host or a person."""
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", info, re.MULTILINE)
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    kernel = re.match(r"\d+\.\d+", platform.release())
    facts = (
        f"{datetime.datetime.now(datetime.UTC):%-d %B %Y}",
        f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"Linux {kernel.group() if kernel else ''}",
        f"Python {platform.python_version()}",
        f"Frida {frida.__version__}",
        _java(),
    )
    return f"Measured {' · '.join(facts)}. Medians of alternating rounds."


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        return "no Java"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'"([\d.]+)', told)
    return f"OpenJDK {version.group(1) if version else '?'}"
