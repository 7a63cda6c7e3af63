"""Programs of others, from npm, that read what we write. They are fetched when a test wants them, into a cache outside
this repository, and no part of it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_PACKAGES = ("trackhar@1.0.0", "har-validator@5.1.5", "marked@15.0.12")

# TrackHAR reads the log itself, and says which of its adapters takes each request and what that finds in it.
_TRACKHAR = """
import { readFileSync } from 'fs';
import { adapterForRequest, process as read, unhar } from 'trackhar';
const har = JSON.parse(readFileSync(0, 'utf8'));
const found = await read(har);
console.log(JSON.stringify(unhar(har).map((request, place) => {
  const adapter = adapterForRequest(request);
  const data = (found[place] || []).map((each) => [each.property, each.value]);
  return { url: request.endpointUrl, tracker: adapter ? adapter.tracker.slug : null, data };
})));
"""
_VALIDATOR = """
import { readFileSync } from 'fs';
import validator from 'har-validator';
const said = await validator.har(JSON.parse(readFileSync(0, 'utf8'))).then(() => [], (error) => error.errors);
console.log(JSON.stringify(said));
"""
_MARKED = """
import { readFileSync } from 'fs';
import { marked } from 'marked';
console.log(JSON.stringify(marked.parse(readFileSync(0, 'utf8'), { gfm: true })));
"""


def trackhar(har: str) -> list[dict[str, Any]]:
    """For each entry: its address, the tracker whose adapter takes it, and the data found."""
    return _run(_TRACKHAR, har)  # type: ignore[no-any-return]


def har_faults(har: str) -> list[Any]:
    """What the public JSON schema of HAR 1.2 has to complain about."""
    return _run(_VALIDATOR, har)  # type: ignore[no-any-return]


def as_html(markdown: str) -> str:
    """As GitHub's dialect of Markdown is rendered, HTML in it left as it is."""
    return str(_run(_MARKED, markdown))


def _run(program: str, given: str) -> Any:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        input=given.encode("utf-8"),
        capture_output=True,
        timeout=120,
        cwd=_folder(),
        check=True,
    )
    return json.loads(done.stdout)


def _folder() -> Path:
    """Where the packages are; skips the test where they cannot be had."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm and node are not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tracker-harness-tests" / "readers"
    cache.mkdir(parents=True, exist_ok=True)
    mark = cache / "installed.txt"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.is_file() or mark.read_text().split() != list(_PACKAGES):
            (cache / "package.json").write_text('{"private": true}')
            command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *_PACKAGES]
            done = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=cache, check=False)
            if done.returncode:
                pytest.skip(f"npm could not fetch {' '.join(_PACKAGES)}: {done.stderr.strip()[-200:]}")
            mark.write_text(" ".join(_PACKAGES))
    return cache
