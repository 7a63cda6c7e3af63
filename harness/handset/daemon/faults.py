"""What is planted: which failure, after how many commands, how often, and what it has done: `cmd handset fault`."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from harness.handset.daemon.call import Call, Output, take_option
from harness.handset.daemon.fault_rows import ROWS, Row, strikes

USAGE = """usage: cmd handset fault add ROW [--after N] [--times N] [--probability P] [--text T] [--on WORDS]
       cmd handset fault list | rows | clear [ROW]"""


@dataclass(slots=True, kw_only=True)
class Planted:
    """One failure that waits for its command. Chance has a fixed seed: the same commands, the same strikes."""

    row: Row
    after: int = 0  # so many fitting commands pass first
    times: int | None = None  # None: for ever
    probability: float = 1.0
    text: str | None = None  # instead of the row's own
    on: str | None = None  # only commands that hold these words
    met: int = 0
    struck: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def due(self, call: Call) -> bool:
        """Whether this command is the one; counts it."""
        line = " ".join(call.argv)
        if not strikes(self.row, call.argv) or (self.on is not None and self.on not in line):
            return False
        self.met += 1
        if self.met <= self.after or (self.times is not None and self.struck >= self.times):
            return False
        if self.chance.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def told(self) -> str:
        """One line of `list`."""
        often = "always" if self.times is None else f"{self.times} times"
        when = f"after {self.after}, {often}, probability {self.probability:g}"
        return f"{self.row.name}  {self.row.summary}  ({when}; met {self.met}, struck {self.struck})"


class Faults:
    """Planted failures in the order of planting; the first that is due strikes."""

    def __init__(self) -> None:
        self.planted: list[Planted] = []

    def add(self, planted: Planted) -> None:
        """Plant one more."""
        planted.chance.seed(f"{planted.row.name} {len(self.planted)}")
        self.planted.append(planted)

    def due(self, call: Call) -> Planted | None:
        """The failure that strikes this command, if any."""
        return next((each for each in self.planted if each.due(call)), None)

    def clear(self, name: str | None) -> int:
        """Take away those of a row, or all; how many."""
        kept = [each for each in self.planted if name is not None and each.row.name != name]
        gone = len(self.planted) - len(kept)
        self.planted = kept
        return gone


def read(arguments: list[str]) -> Planted:
    """The failure that the words after `add` describe; ValueError says what is wrong with them."""
    after, times = take_option(arguments, "--after"), take_option(arguments, "--times")
    probability = float(take_option(arguments, "--probability") or 1)
    text, on = take_option(arguments, "--text"), take_option(arguments, "--on")
    if len(arguments) != 1 or not 0 <= probability <= 1:
        raise ValueError(USAGE)
    row = ROWS.get(arguments[0])
    if row is None:
        raise ValueError(f"Error: no fault '{arguments[0]}'; there are: {' '.join(ROWS)}")
    return Planted(
        row=row,
        after=int(after or 0),
        times=int(times) if times else None,
        probability=probability,
        text=text,
        on=on,
    )


def command(faults: Faults, arguments: list[str], out: Output) -> int:
    """`cmd handset fault ...` but for what clearing must undo on the handset."""
    match arguments:
        case ["add", *words]:
            try:
                planted = read(words)
            except ValueError as exc:
                out.error(str(exc))
                return 255
            faults.add(planted)
            out.line(planted.told())
        case ["list"]:
            for each in faults.planted:
                out.line(each.told())
        case ["rows"]:
            for row in ROWS.values():
                out.line(f"{row.name}  {row.summary}")
        case ["clear", *names] if len(names) <= 1:
            out.line(f"Cleared {faults.clear(names[0] if names else None)}")
        case _:
            out.error(USAGE)
            return 255
    return 0
