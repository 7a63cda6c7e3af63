"""Renames the classes of a jar as R8 renames a shipped app's, and gives the mapping.txt that undoes it.

The work is done by minify/*.java with Debian's ASM inside the handset's root: classes go into one package, methods and
fields get short names, an override keeps the name of what it overrides outside the jar, texts stay.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.handset.javac import HERE, compiled, framework_jar, java_below, kept, zipped
from harness.handset.root import ASM_JARS, JAVA_HOME, ORG_JSON_JAR, run_in_root
from harness.model.errors import InputError

SOURCES = java_below(HERE / "minify")


def minified(jar: Path, out: Path, *, keep: Sequence[str] = (), inline: Sequence[str] = ()) -> Path:
    """Write the renamed jar to `out` and its mapping beside it, `out`.mapping.txt, which is returned.

    Rules of `keep` are class names, with `*` (within a package) and `**`, optionally followed by the members that stay
    as well: `com.example.Api { public *; }`, `{ *; }`, `{ name; other; }`. `inline` names in the same form methods
    whose code is to be put where they are called, where that is simple. The same input gives the same bytes.
    """
    with tempfile.TemporaryDirectory(prefix="harness-minify-") as work:
        folder = Path(work)
        (folder / "keep.txt").write_text("\n".join(keep))
        (folder / "inline.txt").write_text("\n".join(inline))
        shutil.copyfile(jar, folder / "in.jar")
        done = run_in_root(
            [
                *(f"{JAVA_HOME}/bin/java", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"),
                *("-cp", ":".join(["/tool.jar", *ASM_JARS]), "harness.minify.Minify"),
                *(f"/work/{name}" for name in ("in.jar", "out.jar", "mapping.txt", "keep.txt", "inline.txt")),
                *("/framework.jar", ORG_JSON_JAR),
            ],
            binds={folder: "/work"},
            read_only={_tool(): "/tool.jar", framework_jar(): "/framework.jar"},
        )
        if done.returncode != 0:
            raise InputError(
                f"{jar} cannot be renamed: {done.stderr.strip()[-600:]}",
                remedy="Give it a jar of Java classes, and rules of the form `com.example.** { *; }`.",
            )
        mapping = out.with_name(f"{out.name}.mapping.txt")
        shutil.copyfile(folder / "mapping.txt", mapping)
        shutil.copyfile(folder / "out.jar", out)
    return mapping


def _tool() -> Path:
    def pack(_: Path) -> bytes:
        return zipped(compiled(SOURCES, system_jars=ASM_JARS))

    return kept("minify", ".jar", SOURCES, pack, lambda: None)
