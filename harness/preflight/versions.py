"""Whether a hook or a hook file is meant for a version of an SDK."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.model.hook import Hook
from harness.sdkversions import order

_NUMBERS = re.compile(r"\d+")
_RANGE = re.compile(r"(\d+(?:\.\d+)*\S*) (?:to|-) (\d+(?:\.\d+)*\S*)")


def expected(hook: Hook, version: str | None) -> bool:
    """Whether this version has the method, by the hook's since and until; True when the version is not known."""
    if version is None:
        return True
    at = order(version)
    return not ((hook.since and at < order(hook.since)) or (hook.until and at > order(hook.until)))


def in_range(version: str | None, said: str, hooks: Sequence[Hook]) -> bool | None:
    """Whether a hook file was written for a version: by the ranges in its text (`3.0 to 8.9.0`; the end counts with
    everything below it), else by the hooks' own. None when it cannot be told."""
    ranges = _RANGE.findall(said) or _of_hooks(hooks)
    if version is None or not ranges:
        return None
    return any(order(first) <= order(version) and _until(version, last) for first, last in ranges)


def _until(version: str, last: str) -> bool:
    end = [int(number) for number in _NUMBERS.findall(last.partition("-")[0])]
    here = [int(number) for number in _NUMBERS.findall(version.partition("-")[0])]
    return here[: len(end)] <= end


def _of_hooks(hooks: Sequence[Hook]) -> list[tuple[str, str]]:
    since = [hook.since for hook in hooks if hook.since]
    until = [hook.until for hook in hooks if hook.until]
    return [(min(since, key=order), max(until, key=order))] if since and until else []


def why_not_expected(hook: Hook, version: str) -> str:
    """The sentence for a method that this version does not have."""
    bounds = " ".join(f"{word} {bound}" for word, bound in (("from", hook.since), ("until", hook.until)) if bound)
    return f"not in version {version}: the SDK has it {bounds}"
