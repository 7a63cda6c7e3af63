"""Makes an app package for the handset from a folder of sources: `harness handset pack FOLDER FILE`.

docs/handset.md section 3 describes both.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from harness.handset.build import framework_jar
from harness.handset.root import ORG_JSON_JAR, run_in_root
from harness.model.errors import InputError

_COMPILE = (
    'find /app/src -name "*.java" >/tmp/sources && '
    'javac -Xlint:-options --release 17 -encoding UTF-8 -g -d /tmp/classes -cp "$1" @/tmp/sources && '
    "jar --create --no-manifest --date=1980-01-01T00:00:02Z --file /out/classes.jar -C /tmp/classes ."
)


def pack(folder: Path, target: Path) -> Path:
    """Compile `folder`/src and write the package file; InputError with javac's words when it does not compile."""
    if not (folder / "handset.json").is_file():
        raise InputError(f"{folder} has no handset.json", remedy="docs/handset.md section 3 shows one.")
    with tempfile.TemporaryDirectory() as work:
        classes = _compile(folder.resolve(), Path(work))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(folder / "handset.json", "handset.json")
            package.write(classes, "classes.jar")
            for part in ("lib", "assets"):
                for file in sorted((folder / part).rglob("*")):
                    package.write(file, file.relative_to(folder))
    return target


def _compile(folder: Path, work: Path) -> Path:
    class_path = f"/framework.jar:{ORG_JSON_JAR}:/app/lib/*"
    done = run_in_root(
        ["sh", "-c", _COMPILE, "sh", class_path],
        binds={work: "/out"},
        read_only={folder: "/app", framework_jar(): "/framework.jar"},
    )
    if done.returncode != 0:
        raise InputError(f"{folder} does not compile:\n{done.stderr.strip()}", remedy="Correct the sources.")
    return work / "classes.jar"
