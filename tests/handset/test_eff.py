"""The study of January 2020, re-enacted: the report of the sample app says what the EFF published, of nobody else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.report import rows
from harness.store import CaseFile
from harness.trackers import load_pack
from tests.handset.conftest import Study
from tests.truth.reported import Reported, disclosures

pytestmark = pytest.mark.handset

EFF: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "truth" / "eff.yaml").read_text())
PACK = load_pack()
NAMES = {tracker.slug: tracker.name for tracker in PACK.trackers}
LABELS = {category.name: category.label for category in PACK.categories}


def published(finding: dict[str, Any], told: list[Reported]) -> list[Reported]:
    place = re.compile(re.escape(finding["path"]).replace(r"\*", "[^/]+"))
    return [each for each in told if each.tracker == finding["tracker"] and place.fullmatch(each.path)]


@pytest.mark.parametrize("finding", EFF["findings"], ids=lambda row: f"{row['tracker']} {row['path']}")
def test_what_was_published_is_found_where_and_when_it_was_published_to_be(
    finding: dict[str, Any], study: Study
) -> None:
    found = published(finding, disclosures(study.case, study.runs()["no-choice"]))
    assert {each.category for each in found} == {finding["category"]}
    if finding["when"]:
        assert set(finding["when"]) <= {each.step_phase for each in found}


def test_the_reports_table_names_every_published_finding_and_its_receiver(study: Study) -> None:
    with CaseFile.open(study.case) as case:
        told = {(row.tracker, row.category) for row in rows(case)}
    wanted = {(NAMES[finding["tracker"]], LABELS[finding["category"]]) for finding in EFF["findings"]}
    assert wanted <= told
    assert {tracker for tracker, _ in told} == {NAMES[slug] for slug in EFF["receivers"]}


@pytest.mark.parametrize(("persona", "path"), [("FULL_NAME", "/*/$set/$name"), ("EMAIL", "/*/$set/$email")])
def test_only_mixpanel_gets_name_and_address_in_clear(persona: str, path: str, study: Study) -> None:
    for run in study.runs().values():
        sent = [each for each in disclosures(study.case, run) if each.persona == persona and each.layer == "encode"]
        clear = {each.tracker for each in sent if not re.fullmatch("[0-9a-f]{64}", each.value)}
        assert clear <= {"mixpanel"}, path
