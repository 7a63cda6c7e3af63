"""The one error tree. A class exists only where the user does something different about it, and has its exit code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from harness.model.failure import Failure


class ExitCode(IntEnum):
    """What the command line returns; design section 6. 70 and 130 outrank all, then 1, then the smallest non-zero."""

    CLEAN = 0
    FINDINGS = 1
    INPUT = 2
    DEVICE = 3
    SCENARIO = 4
    BOOKS = 5
    INCONCLUSIVE = 6
    BUG = 70
    INTERRUPTED = 130


def worst(codes: list[ExitCode]) -> ExitCode:
    """The exit code of a whole suite from those of its runs."""
    for outranking in (ExitCode.BUG, ExitCode.INTERRUPTED, ExitCode.FINDINGS):
        if outranking in codes:
            return outranking
    return min((code for code in codes if code is not ExitCode.CLEAN), default=ExitCode.CLEAN)


class HarnessError(Exception):
    """Something the user can act on: `problem` says what is wrong, `remedy` what to do about it."""

    exit_code = ExitCode.BUG

    def __init__(self, problem: str, *, remedy: str, failure: Failure | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.failure = failure  # the known failure that it is, if it is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with one line of a file. `line` counts from 1; 0 when the file as a whole is meant."""

    file: str
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem} - {self.remedy}"


class InputError(HarnessError):
    """A file or an argument of the user is wrong; `faults` lists every one found, not just the first."""

    exit_code = ExitCode.INPUT

    def __init__(self, problem: str, *, remedy: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(problem, remedy=remedy)
        self.faults = faults


class DeviceError(HarnessError):
    """The device or its ADB connection failed, or is not there."""

    exit_code = ExitCode.DEVICE


class DeviceLost(DeviceError):
    """The device was there and is gone: unplugged, disconnected, powered off."""


class FridaError(HarnessError):
    """frida-server is missing, mismatched or failed; nothing could be measured."""

    exit_code = ExitCode.DEVICE


class ScenarioError(HarnessError):
    """A step of the flow could not be carried out on the screen that was there."""

    exit_code = ExitCode.SCENARIO


class AppDied(HarnessError):
    """The app ended while it was being watched."""

    exit_code = ExitCode.INCONCLUSIVE


class CaseError(HarnessError):
    """The case file cannot be read or written."""

    exit_code = ExitCode.INPUT


class HandsetError(HarnessError):
    """The virtual handset could not be built or started."""

    exit_code = ExitCode.DEVICE
