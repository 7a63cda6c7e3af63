"""The detector's one pass against one `in` test per pattern."""

from __future__ import annotations

import random
import time
from pathlib import Path

from harness.analyse.decode import Leaf
from harness.analyse.detect import Detector
from harness.analyse.forms import folded, forms
from harness.device import plant

_DOCUMENTS = 2_000
_SIZE = 2_000  # characters
_SAMPLE = 100  # documents for the slow reference


def ratio(folder: Path) -> float:
    del folder
    leaves = _corpus()
    values = plant("bench").values
    detector = Detector(values)
    ours = _speed(lambda: detector.hits(leaves), leaves)
    patterns = [folded(form.text) for value in values for form in forms(value)[0]]
    sample = leaves[:_SAMPLE]
    naive = _speed(lambda: [pattern in text for text in map(_lower, sample) for pattern in patterns], sample)
    return ours / naive


def _speed(work: object, leaves: list[Leaf]) -> float:
    assert callable(work)
    began = time.perf_counter()
    work()
    return sum(len(leaf.text) for leaf in leaves) / (time.perf_counter() - began)


def _lower(leaf: Leaf) -> str:
    return folded(leaf.text)


def _corpus() -> list[Leaf]:
    dice = random.Random(1)
    letters = 'abcdefghijklmnopqrstuvwxyz0123456789{}:,"@. '
    return [
        Leaf(path=f"/{number}", text="".join(dice.choices(letters, k=_SIZE)), chain=()) for number in range(_DOCUMENTS)
    ]
