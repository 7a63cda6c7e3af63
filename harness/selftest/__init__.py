"""The self-test: a program that says what it sees of its own calls, run without hooks and with, and compared.

On a JVM (virtual handset) the program of `program/` is built and run on the device. On Android no program of ours runs;
there the agent calls boot methods as an app would, without hooks and with (`boot`).
"""

from harness.selftest.boot import exercise_boot
from harness.selftest.judge import Difference, Outcome, compare, judge
from harness.selftest.observe import Observed, observe
from harness.selftest.place import DevicePlace
from harness.selftest.program import BEYOND, Plan, boot_plan, program_plan, read_lines

__all__ = [
    "BEYOND",
    "DevicePlace",
    "Difference",
    "Observed",
    "Outcome",
    "Plan",
    "boot_plan",
    "compare",
    "exercise_boot",
    "judge",
    "observe",
    "program_plan",
    "read_lines",
]
