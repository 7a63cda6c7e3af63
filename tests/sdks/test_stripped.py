"""A minified app lacks most methods of an SDK, and a mark that two methods or classes share would then name the wrong
one: on the whole SDK, without its names, no mark may fit twice."""

from __future__ import annotations

import pytest

from harness.model.hook import Hook
from harness.model.preflight import Found
from harness.preflight.shapes import telling
from tests.sdks.binaries import Binary
from tests.sdks.coverage import PACK
from tests.sdks.renamed import JARS, renamed

pytestmark = pytest.mark.handset

_HOOKS = {hook.key: hook for tracker in PACK.trackers for hook in tracker.hooks}


@pytest.mark.parametrize("binary", JARS, ids=lambda binary: binary.name)
def test_what_is_enough_to_name_a_method_fits_no_other_method_or_class(binary: Binary) -> None:
    several = [
        (row.key, row.others)
        for row in renamed(binary).blind.hooks
        if row.found is Found.CANDIDATES and len(row.others) > 1 and row.tracker is not None
        if any("(" not in other for other in row.others) or _enough(_HOOKS[row.key])
    ]
    assert several == []


def _enough(hook: Hook) -> bool:
    neighbours = [one for one in _HOOKS.values() if (one.tracker, one.class_name) == (hook.tracker, hook.class_name)]
    return bool(hook.method_fingerprint) or telling(hook, neighbours)
