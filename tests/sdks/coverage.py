"""What the hook files find in each real binary, and what they must not find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from harness.code import open_binary
from harness.model.preflight import Found, HookForecast, Preflight
from harness.preflight import preflight
from harness.trackers import load_pack
from tests.sdks.binaries import Binary, fetched

PACK = load_pack()
RESOLVED = (Found.FOUND, Found.AT_RUN_TIME, Found.RENAMED)  # the last by signature, where the SDK itself has fake names


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One binary. Hooks are told by their keys, found or not."""

    binary: Binary
    versions: tuple[str, ...]  # "slug version" of every SDK that the preflight names
    missing: tuple[str, ...]  # in range and not found
    in_range: int
    too_old_or_new: tuple[str, ...]  # out of range and found all the same
    out_of_range: int
    foreign: tuple[str, ...]  # another tracker's and found
    others: int


@cache
def looked_into(binary: Binary) -> Preflight:
    return preflight(open_binary(fetched(binary)), PACK, runtime="art")


@cache
def row_of(binary: Binary) -> Row:
    found = looked_into(binary)
    asked = {hook.key for hook in PACK.hooks("art") if hook.tracker is not None}
    own = [each for each in found.hooks if each.tracker == binary.tracker]
    others = [each for each in found.hooks if each.tracker not in (None, binary.tracker)]
    assert asked == {each.key for each in (*own, *others)}, "a hook without an answer"
    expected = [each for each in own if each.expected and each.found is not Found.NOT_ASKED]
    unexpected = [each for each in own if not each.expected]
    return Row(
        binary=binary,
        versions=tuple(f"{sdk.tracker} {sdk.version}" for sdk in found.sdks),
        missing=_keys(each for each in expected if each.found not in RESOLVED),
        in_range=len({each.key for each in expected}),
        too_old_or_new=_keys(each for each in unexpected if each.found in RESOLVED),
        out_of_range=len({each.key for each in unexpected}),
        foreign=_keys(each for each in others if each.found in RESOLVED),
        others=len({each.key for each in others}),
    )


def _keys(forecasts: Iterable[HookForecast]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.key for each in forecasts))
