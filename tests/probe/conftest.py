"""Java programs to watch, compiled once for all tests of the agent on this machine's own HotSpot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jvm import compile_fixtures


@pytest.fixture(scope="session")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_fixtures(tmp_path_factory.mktemp("fixtures") / "classes")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.txt"


@pytest.fixture(params=["native", "plain"])
def core(request: pytest.FixtureRequest) -> str:
    """Who records the calls: both must tell the same."""
    return str(request.param)
