"""The order of SDKs' versions."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d+")


def order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """A key to compare versions. `1.0` is `1.0.0`; `1.0-beta2` comes before both."""
    main, dash, rest = version.partition("-")
    numbers = [int(number) for number in _NUMBERS.findall(main)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), not dash, rest
