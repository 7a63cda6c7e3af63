"""Compiles the handset's framework and the sample app Doorbell inside the handset's root, when a source has changed."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from harness.handset.places import home, locked
from harness.handset.root import ORG_JSON_JAR, Progress, run_in_root
from harness.model.errors import HandsetError

_HERE = Path(__file__).resolve().parent
_FRAMEWORK = _HERE / "framework"
_DOORBELL = _HERE / "doorbell"
_HIDDEN = _DOORBELL / "hidden"  # classes that must not lie in classes.jar: doorbell/README.md, "The hidden class"
_HIDDEN_XOR = 0x5A
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same source gives the same bytes, so an installed app's SHA-256 says what it is


def framework_jar(on_progress: Progress | None = None) -> Path:
    """The jar with the handset's android.* classes and the entry point of its apps."""
    sources = _sources(_FRAMEWORK)

    def pack() -> bytes:
        return _zip(_compile(sources, class_path=()))

    progress = on_progress or (lambda _: None)
    return _kept("framework", ".jar", sources, pack, lambda: progress("compiling the handset's framework"))


def doorbell_apk(on_progress: Progress | None = None) -> Path:
    """The package file of the sample app, ready for `pm install`."""
    framework = framework_jar(on_progress)
    manifest = _DOORBELL / "handset.json"
    sources = _sources(_DOORBELL)

    def pack() -> bytes:
        classes = _hide(_compile(sources, class_path=(framework,)))
        return _zip({"handset.json": manifest.read_bytes(), "classes.jar": _zip(classes)})

    progress = on_progress or (lambda _: None)
    inputs = (*sources, manifest, framework)
    return _kept("doorbell", ".apk", inputs, pack, lambda: progress("compiling the sample app Doorbell"))


def _sources(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.rglob("*.java")))


def _kept(
    name: str, suffix: str, inputs: Iterable[Path], pack: Callable[[], bytes], announce: Callable[[], None]
) -> Path:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in inputs:
        digest.update(str(file.relative_to(_HERE) if file.is_relative_to(_HERE) else file.name).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    made = home() / "built" / f"{name}-{digest.hexdigest()[:16]}{suffix}"
    if not made.exists():
        with locked(made.with_suffix(".lock")):
            if not made.exists():
                announce()
                part = made.with_suffix(".part")
                part.write_bytes(pack())
                os.replace(part, made)  # noqa: PTH105 - one atomic step, and Path.replace says no more
    return made


def _compile(sources: Iterable[Path], *, class_path: tuple[Path, ...]) -> dict[str, bytes]:
    """One javac call; gives the class files by their path in a jar."""
    with tempfile.TemporaryDirectory(prefix="harness-javac-") as work:
        out = Path(work) / "out"
        out.mkdir()
        # Copied, for what lies in an installed wheel need not be readable by the user whom the root's javac runs as.
        listed = [_staged(file, Path(work) / "src") for file in sources]
        jars = {jar: f"/build/lib/{jar.name}" for jar in class_path}
        result = run_in_root(
            [
                *("javac", "-g", "-encoding", "UTF-8", "-Xlint:all", "-d", "/build/out"),
                *("-cp", ":".join([ORG_JSON_JAR, *jars.values()])),
                *(f"/build/src/{file}" for file in listed),
            ],
            binds={out: "/build/out"},
            read_only={Path(work) / "src": "/build/src", **jars},
        )
        if result.returncode != 0:
            raise HandsetError(
                f"The Java sources under {_HERE} do not compile: {(result.stderr or result.stdout).strip()[-600:]}",
                remedy="If you changed them, mend them; if not, install the harness anew.",
            )
        return {file.relative_to(out).as_posix(): file.read_bytes() for file in sorted(out.rglob("*.class"))}


def _staged(file: Path, folder: Path) -> str:
    relative = file.relative_to(_HERE)
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return relative.as_posix()


def _hide(classes: Mapping[str, bytes]) -> dict[str, bytes]:
    """Take each hidden class out of the jar and put it, XORed, into a zip named `a-` in its package's folder."""
    packed = dict(classes)
    for source in _sources(_HIDDEN):
        path = source.relative_to(_HIDDEN)
        scrambled = bytes(byte ^ _HIDDEN_XOR for byte in packed.pop(path.with_suffix(".class").as_posix()))
        packed[(path.parent / "a-").as_posix()] = _zip({"0": scrambled})
    return packed


def _zip(entries: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content)
    return buffer.getvalue()
