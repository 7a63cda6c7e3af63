"""docs/sdk-coverage.md, made of what the binaries say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.model.hook import Confidence, Hook
from tests.sdks.binaries import BINARIES, Binary
from tests.sdks.coverage import PACK, RESOLVED, looked_into, row_of
from tests.sdks.renamed import JARS, score

PAGE = Path(__file__).parent.parent.parent / "docs" / "sdk-coverage.md"

_HEAD = """\
# What was found in real SDK binaries

Written by `make test-sdks`, and compared by a test: every hook file against every SDK binary that a public npm package
holds. The binaries are fetched when the test runs and are not part of this project.

- *version*: what the preflight reads out of the binary. It must be the maker's own.
- *in range*: hooks whose `since` and `until` cover this version. All must be found.
- *out of range*: hooks of the same file for other versions. None may be found.
- *others*: the hooks of all other trackers. None may be found.
"""
_RENAMED = """\
## The same without their names

Every class, method and field renamed, all classes in one package, constant texts kept, as R8 does. *With the mapping*
must be all; *by fingerprint* is what is found without it, each certain; what is not found is left to the platform's
hooks. *wrong* are hooks found in the wrong place.
"""
_UNSEEN = """\
## What no binary here confirms
"""


def page() -> str:
    """The whole page."""
    ordered = sorted(BINARIES, key=lambda one: (one.tracker, list(map(int, one.version.split(".")))))
    return "\n".join(
        (
            _HEAD,
            _table(
                ("SDK", "version", "in range: found / hooks", "out of range", "others", "npm package"),
                map(_found, ordered),
            ),
            _RENAMED,
            _table(
                ("SDK", "hooks in it", "with the mapping", "by fingerprint", "wrong"),
                (_renamed(binary) for binary in ordered if binary in JARS),
            ),
            _UNSEEN,
            _table(("SDK", "hooks", "seen in a binary", "source only", "documents only"), _unseen()),
        )
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _found(binary: Binary) -> Sequence[object]:
    row = row_of(binary)
    return (
        binary.name,
        ", ".join(row.versions),
        f"{row.in_range - len(row.missing)} / {row.in_range}",
        f"{len(row.too_old_or_new)} / {row.out_of_range}",
        f"{len(row.foreign)} / {row.others}",
        f"`{binary.package}`",
    )


def _renamed(binary: Binary) -> Sequence[object]:
    row = score(binary)
    return binary.name, row.there, row.mapped, len(row.found), len(row.wrong)


def _unseen() -> Iterable[Sequence[object]]:
    seen = {each.key for binary in BINARIES for each in looked_into(binary).hooks if each.found in RESOLVED}
    for tracker in PACK.trackers:
        hooks = [hook for hook in tracker.hooks if hook.runtime in (None, "art")]
        rest = [hook for hook in hooks if hook.key not in seen]
        counts = [_of(rest, confidence) for confidence in (Confidence.SOURCE, Confidence.DOCUMENTS)]
        yield tracker.slug, len(hooks), len(hooks) - len(rest), *counts


def _of(hooks: Sequence[Hook], confidence: Confidence) -> int:
    return sum(hook.confidence is confidence for hook in hooks)
