"""The bench works and its page says what it measures. How fast anything is, is no matter of tests."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import page, shell
from tests.bench.registry import ROWS
from tests.bench.row import NotMeasured, Result, Row, Sample, Setting, run
from tests.jvm import compile_fixtures, missing_jdk

NEEDS_JDK = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_fixtures(tmp_path_factory.mktemp("bench") / "classes")


@pytest.fixture(scope="module")
def no_handset_is_left() -> Iterator[None]:
    yield
    shell.remove()


@NEEDS_JDK
@pytest.mark.usefixtures("no_handset_is_left")
@pytest.mark.parametrize(
    "row", [pytest.param(row, marks=[pytest.mark.long] if row.slow else [], id=row.name) for row in ROWS]
)
def test_every_row_can_be_measured(row: Row, classes: Path, tmp_path: Path) -> None:
    try:
        sample = row.measure(Setting(folder=tmp_path, classes=classes, scale=0.02))
    except NotMeasured as why:
        pytest.skip(str(why))
    assert math.isfinite(sample.value)


def test_the_page_has_the_rows_of_the_bench_in_their_order() -> None:
    assert page.names() == [row.name for row in ROWS]


def test_measuring_again_replaces_the_table_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "performance.md"
    shutil.copy(page.PAGE, copy)
    before = copy.read_text()
    results = [Result(row=row, samples=[Sample(ours=6.0, limit=2.0)]) for row in ROWS]
    page.write(results, copy)
    once = copy.read_text()
    page.write(results, copy)
    assert copy.read_text() == once
    assert page.names(copy) == page.names()
    assert once.split("<!--")[0] == before.split("<!--")[0]
    assert once.split("-->")[-1] == before.split("-->")[-1]


@pytest.mark.parametrize(
    ("target", "at_most", "ours", "verdict"),
    [
        (2.0, True, 2.0, "met"),
        (2.0, True, 3.0, "not met, 50% above"),
        (2.0, False, 2.0, "met"),
        (2.0, False, 1.5, "not met, 25% below"),
        (0.0, True, 0.0, "met"),
        (0.0, True, 4.0, "not met: 4"),
    ],
)
def test_a_row_says_by_how_much_it_misses_its_target(target: float, at_most: bool, ours: float, verdict: str) -> None:
    row = Row(name="any", measure=lambda setting: Sample(ours=ours * 3, limit=3), target=target, at_most=at_most)
    assert run(row, Setting(folder=Path(), classes=Path())).verdict == verdict


def test_a_row_is_the_median_of_its_rounds() -> None:
    found = iter([9.0, 1.0, 2.0])
    row = Row(name="any", measure=lambda setting: Sample(ours=next(found)), target=1, rounds=3)
    assert run(row, Setting(folder=Path(), classes=Path())).value == 2.0


def test_what_cannot_be_measured_says_why_in_its_place() -> None:
    def refuse(setting: Setting) -> Sample:
        raise NotMeasured("not installed")

    result = run(Row(name="any", measure=refuse, target=1), Setting(folder=Path(), classes=Path()))
    assert page.cells(result)[:6] == ("any", "-", "-", "-", "<= 1", "not installed")
