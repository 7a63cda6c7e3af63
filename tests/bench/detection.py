"""The detector's one pass against one `in` test per pattern, and against what the writer takes in."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.detect import Detector
from harness.analyse.detecting.forms import folded, forms
from harness.device import plant
from harness.model.facts import PersonaValue
from tests.bench import writer
from tests.bench.row import Sample, Setting

PATTERNS = 760  # as perf.md section D: some fifty values in every encoding it had
_DOCUMENTS = 4_000
_SIZE = 2_000  # characters
_SAMPLE = 40  # documents for the slow reference
_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789{}:,"@. '


def against_naive(setting: Setting) -> Sample:
    """MB/s of the detector, and of one `in` test per pattern, over the same documents."""
    leaves = _corpus(setting.count(_DOCUMENTS))
    patterns = [folded(form.text) for value in values() for form in forms(value)[0]]
    sample = leaves[:_SAMPLE]
    return Sample(
        ours=_scan(leaves),
        limit=_speed(lambda: [pattern in text for text in map(_lower, sample) for pattern in patterns], sample),
    )


def against_ingest(setting: Setting) -> Sample:
    """MB/s of the detector, and MB/s of 2 KB values that the writer stores."""
    return Sample(ours=_scan(_corpus(setting.count(_DOCUMENTS))), limit=writer.events_per_s(setting) * _SIZE / 1e6)


@cache
def values() -> tuple[PersonaValue, ...]:
    """Planted values of several persons, each under a name of its own, until their forms are enough."""
    found: list[PersonaValue] = []
    patterns = 0
    for person in count():
        for value in plant(f"bench-{person}").values:
            if patterns >= PATTERNS:
                return tuple(found)
            found.append(replace(value, name=f"{value.name}-{person}"))
            patterns += len(forms(value)[0])
    raise AssertionError


def _scan(leaves: list[Leaf]) -> float:
    detector = Detector(values())
    return _speed(lambda: detector.hits(leaves), leaves)


def _speed(work: Callable[[], object], leaves: list[Leaf]) -> float:
    began = time.perf_counter()
    work()
    return sum(len(leaf.text) for leaf in leaves) / (time.perf_counter() - began) / 1e6


def _lower(leaf: Leaf) -> str:
    return folded(leaf.text)


def _corpus(documents: int) -> list[Leaf]:
    dice = random.Random(1)
    return [
        Leaf(path=f"/{number}", text="".join(dice.choices(_LETTERS, k=_SIZE)), chain=()) for number in range(documents)
    ]
