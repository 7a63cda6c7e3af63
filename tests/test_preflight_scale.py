"""An app of 100,000 classes: few of them are looked into, whatever the number of hooks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from harness.model.code import AppBinary, AppPackage, ClassCode
from harness.model.preflight import Found
from harness.preflight import preflight
from harness.trackers import load_pack
from tests.preflight_code import WrittenCode, a_class, method


class CountedCode(WrittenCode):
    """Counts what costs: classes parsed, and passes over all constants."""

    def __init__(self, classes: Collection[ClassCode]) -> None:
        super().__init__(classes)
        self.parsed = 0
        self.passes = 0

    def find(self, name: str) -> ClassCode | None:
        self.parsed += 1
        return super().find(name)

    def loading(self, strings: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        self.passes += 1
        return dict.fromkeys(strings, ())


def test_a_large_app_is_not_searched_class_by_class_for_each_hook() -> None:
    classes = [a_class(f"a.b{at}", method("a", "java.lang.String")) for at in range(100_000)]
    code = CountedCode(classes)
    found = preflight(AppBinary(package=AppPackage(files=()), code=code), load_pack())
    assert {row.found for row in found.hooks} <= {Found.ABSENT, Found.NOT_ASKED}
    assert len(found.hooks) > 100
    assert code.passes <= 2
    assert code.parsed < 1_000
