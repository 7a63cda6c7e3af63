"""What of the agent needs no Frida is tested by Node's own runner; this brings it into `make test`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(
    shutil.which("npm") is None or not (_ROOT / "node_modules").is_dir(),
    reason="no npm, or `npm ci` was not run: the agent's Node tests need its type checker",
)
def test_the_agents_own_tests_pass_in_node() -> None:
    told = subprocess.run(["npm", "test"], cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
