"""What an installed wheel carries: the data folders travel inside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = next(WheelBuilder(str(_ROOT)).build(directory=str(folder), versions=["standard"]))
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("name", ["hooks", "scenarios", "device_profiles"])
def test_every_file_of_a_data_folder_is_in_the_wheel(names: set[str], name: str) -> None:
    there = {path.relative_to(_ROOT).as_posix() for path in (_ROOT / name).rglob("*.yaml")}
    assert there
    assert {f"harness/_data/{path}" for path in there} <= names


def test_the_agent_and_the_sample_app_are_in_the_wheel(names: set[str]) -> None:
    assert any(name.startswith("harness/_data/hooks/agent/") and name.endswith(".ts") for name in names)
    assert any(name.startswith("harness/handset/doorbell/") and name.endswith(".java") for name in names)


def test_nothing_of_the_workshop_is_in_the_wheel(names: set[str]) -> None:
    assert not [name for name in names if "node_modules" in name or name.endswith((".pyc", ".db", ".jar"))]
