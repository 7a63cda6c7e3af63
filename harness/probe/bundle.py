"""The agent as one script: our TypeScript, compiled by Frida's own compiler, around the Java bridge of frida-tools,
behind the constants that it reads."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path

import frida
import frida_tools

from harness.model.errors import FridaError
from harness.probe.canary import canary_script
from harness.resources import cache_folder, folder

_BEFORE_BRIDGE = "daemon.ts"
_AGENT = "main.ts"
_NATIVE = (
    "core.h",
    "text.c",
    "outbox.c",
    "classes.c",
    "values.c",
    "threads.c",
    "stacks.c",
    "records.c",
    "calls.c",
    "setup.c",
)


@cache
def agent_source() -> str:
    """The script to load."""
    return build_bundle(folder("hooks") / "agent", cache_folder("agent"))


def build_bundle(sources: Path, kept_in: Path) -> str:
    """Compile once per content and Frida version; what was compiled is kept in `kept_in`."""
    bridge = _bridge_text()
    constants = "\n".join([canary_script(), _native_script(sources / "native")])
    kept = kept_in / f"{_key(sorted(sources.rglob('*.ts')), constants, bridge)}.js"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    text = "\n".join([constants, _compile(sources, _BEFORE_BRIDGE), bridge, _compile(sources, _AGENT)])
    _keep(kept, text)
    return text


def _native_script(folder: Path) -> str:
    """The C that hooks/agent/native.ts compiles inside the app, in this order, as one constant."""
    text = "".join((folder / name).read_text(encoding="utf-8") for name in _NATIVE)
    return f"const nativeSource = {json.dumps(text)};"


def _bridge_text() -> str:
    path = Path(frida_tools.__file__).parent / "bridges" / "java.js"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise FridaError(f"{path}: {exc.strerror}", remedy="Reinstall frida-tools; it brings the Java bridge.") from exc


def _key(sources: list[Path], *texts: str) -> str:
    digest = hashlib.sha256("\0".join([frida.__version__, *texts]).encode())
    for path in sources:
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _compile(sources: Path, entry: str) -> str:
    """One entry file and what it imports as a plain script. Types are checked by `tsc`, not here."""
    compiler = frida.Compiler()
    found: list[str] = []
    compiler.on("diagnostics", lambda diagnostics: found.extend(item["text"] for item in diagnostics))
    try:
        return str(
            compiler.build(
                entry,
                project_root=str(sources),
                bundle_format="iife",
                type_check="none",
                source_maps="omitted",
                compression="none",
                platform="gum",
            )
        )
    except frida.InvalidArgumentError as exc:
        problem = f"hooks/agent/{entry} does not compile: {'; '.join(found) or exc}"
        raise FridaError(problem, remedy="Run `npx tsc --noEmit` for the details.") from exc


def _keep(path: Path, text: str) -> None:
    """Write so that a second process never sees half a file. A cache that cannot be written is no reason to stop."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        return
