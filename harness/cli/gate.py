"""One judge for `run`, `analyse` and `diff`: what of all that was found ends a command with which exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import click

from harness.model.errors import ExitCode, InputError
from harness.model.findings import Outcome
from harness.model.policy import Judgement
from harness.report.diff.compare import Comparison, Kind, Standing
from harness.yamlmarks import suggestion

FINDING, INCONCLUSIVE, NEVER, ANY = "finding", "inconclusive", "never", "any"
_DIFFERENCES = tuple(kind.value for kind in Kind)
WORDS = (FINDING, INCONCLUSIVE, NEVER, ANY, *_DIFFERENCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What ends with 1. What is inconclusive ends with 6, or with 1 where `inconclusive` is named; `never` lets
    everything through that is no failure of the command itself."""

    words: frozenset[str]

    @classmethod
    def of(cls, told: str | None, *, default: Iterable[str]) -> Gate:
        """From `--fail-on`: words with commas between them."""
        if told is None:
            return cls(words=frozenset(default))
        words = [word.strip() for word in told.split(",") if word.strip()]
        for word in words:
            if word not in WORDS:
                raise InputError(f"--fail-on does not know {word!r}", remedy=suggestion(word, WORDS))
        if not words or (NEVER in words and len(words) > 1):
            raise InputError(
                f"--fail-on {told!r} says nothing, or two things at once", remedy=f"Write {NEVER!r} alone."
            )
        return cls(words=frozenset(words))

    @property
    def open(self) -> bool:
        """Nothing is gated."""
        return NEVER in self.words

    def of_judgements(self, judgements: Iterable[Judgement]) -> ExitCode:
        """What the expectations come to."""
        outcomes = {judgement.outcome for judgement in judgements}
        if self.open:
            return ExitCode.CLEAN
        if Outcome.FINDING in outcomes and {FINDING, INCONCLUSIVE} & self.words:
            return ExitCode.FINDINGS
        return self._unsure() if Outcome.INCONCLUSIVE in outcomes else ExitCode.CLEAN

    def of_comparison(self, compared: Comparison) -> ExitCode:
        """What the differences come to; those that a waiver covers do not count."""
        if self.open:
            return ExitCode.CLEAN
        kinds = set(_DIFFERENCES) if ANY in self.words else self.words
        counting = [one for one in compared.differences if one.waiver is None and one.kind.value in kinds]
        if any(one.standing is Standing.SURE for one in counting):
            return ExitCode.FINDINGS
        return self._unsure() if kinds & set(_DIFFERENCES) and (counting or compared.doubts) else ExitCode.CLEAN

    def _unsure(self) -> ExitCode:
        return ExitCode.FINDINGS if INCONCLUSIVE in self.words else ExitCode.INCONCLUSIVE


def fail_on_option(words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Adds `--fail-on`; `words` say what holds without it."""
    text = f"What ends with exit code 1, with commas between: {', '.join(WORDS)}. {words}"
    return click.option("--fail-on", "fail_on", metavar="WORDS", help=text)
