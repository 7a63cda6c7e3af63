"""Compiles Java inside the handset's root, keeps what came out until a source changes, and packs it."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from harness.handset.places import home, locked
from harness.handset.root import ORG_JSON_JAR, Progress, run_in_root
from harness.model.errors import HandsetError

HERE = Path(__file__).resolve().parent
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same source gives the same bytes, so an installed app's SHA-256 says what it is


def framework_jar(on_progress: Progress | None = None) -> Path:
    """The jar with the handset's android.* classes and the entry point of its apps."""
    sources = java_below(HERE / "framework")

    def pack(_: Path) -> bytes:
        return zipped(compiled(sources))

    progress = on_progress or (lambda _: None)
    return kept("framework", ".jar", sources, pack, lambda: progress("compiling the handset's framework"))


def java_below(folder: Path) -> tuple[Path, ...]:
    """Its Java sources, in an order that is always the same."""
    return tuple(sorted(folder.rglob("*.java")))


def kept(
    name: str, suffix: str, inputs: Iterable[Path], pack: Callable[[Path], bytes], announce: Callable[[], None]
) -> Path:
    """What `pack` gives for these inputs: from the cache, else made and announced. It is told where that will lie."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in inputs:
        digest.update(str(file.relative_to(HERE) if file.is_relative_to(HERE) else file.name).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    made = home() / "built" / f"{name}-{digest.hexdigest()[:16]}{suffix}"
    if not made.exists():
        with locked(made.with_suffix(".lock")):
            if not made.exists():
                announce()
                part = made.with_suffix(".part")
                part.write_bytes(pack(made))
                os.replace(part, made)  # noqa: PTH105 - one atomic step, and Path.replace says no more
    return made


def compiled(
    sources: Iterable[Path],
    *,
    class_path: tuple[Path, ...] = (),
    system_jars: Sequence[str] = (ORG_JSON_JAR,),
    options: Sequence[str] = (),
) -> dict[str, bytes]:
    """One javac call; gives the class files by their path in a jar. `system_jars` lie in the handset's root."""
    with tempfile.TemporaryDirectory(prefix="harness-javac-") as work:
        out = Path(work) / "out"
        out.mkdir()
        # Copied, for what lies in an installed wheel need not be readable by the user whom the root's javac runs as.
        listed = [_staged(file, Path(work) / "src") for file in sources]
        jars = {jar: f"/build/lib/{jar.name}" for jar in class_path}
        result = run_in_root(
            [
                *("javac", "-g", "-encoding", "UTF-8", "-Xlint:all", *options, "-d", "/build/out"),
                *("-cp", ":".join([*system_jars, *jars.values()])),
                *(f"/build/src/{file}" for file in listed),
            ],
            binds={out: "/build/out"},
            read_only={Path(work) / "src": "/build/src", **jars},
        )
        if result.returncode != 0:
            raise HandsetError(
                f"The Java sources under {HERE} do not compile: {(result.stderr or result.stdout).strip()[-600:]}",
                remedy="If you changed them, mend them; if not, install the harness anew.",
            )
        return {file.relative_to(out).as_posix(): file.read_bytes() for file in sorted(out.rglob("*.class"))}


def _staged(file: Path, folder: Path) -> str:
    relative = file.relative_to(HERE)
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return relative.as_posix()


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """A zip of them, the same bytes for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content)
    return buffer.getvalue()
