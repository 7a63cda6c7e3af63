"""Doorbell with its names taken away, without hooks: what it does is what the plain one does."""

from __future__ import annotations

import json
import re
import urllib.parse
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from harness.device import open_device, plant
from harness.handset.build import Variant, doorbell
from harness.handset.handset import RunningHandset
from harness.handset.witness.environment import witness_python
from harness.handset.witness.mitm import MitmWitness
from harness.resources import folder
from harness.scenario import Outcome, Patience, Stage, Unhooked, Watcher, load_suite, play
from tests.handset.bystander import PACKAGE
from tests.handset.cli import harness
from tests.truth.decoder import Told, read_told

pytestmark = [pytest.mark.handset, pytest.mark.long]  # test_minified plays the same builds, hooked

RENAMED = (pytest.param(Variant.MINIFIED, marks=pytest.mark.long), Variant.MINIFIED_ALL)
PERSONA = plant("renamed")
SUITE = load_suite(folder("scenarios") / "doorbell" / "suite.yaml", names=PERSONA.env)
ACCEPT = next(variant for variant in SUITE.variants if variant.name == "accept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How the study went, and what left the handset."""

    outcomes: set[Outcome]
    phases: list[str]
    told: list[Told]


def played(handset: RunningHandset, variant: Variant, out: Path) -> Played:
    device = open_device(handset.serial)
    device.install(doorbell(variant=variant).package)
    witness, watcher = MitmWitness(out), Watcher()
    with witness.watch(str(variant)) as endpoint, device.proxy(endpoint):
        play(
            SUITE.flow,
            Stage(
                device=device,
                app=Unhooked(device),
                observer=watcher,
                env={**PERSONA.env, **ACCEPT.env},
                secrets=PERSONA.secrets,
                patience=Patience(lookup_s=5.0, optional_s=1.0),
            ),
        )
        device.stop(PACKAGE)
    return Played(
        outcomes={end.outcome for end in watcher.ended},
        phases=list(dict.fromkeys(step.phase for step in watcher.started)),
        told=read_told(witness.files(str(variant)).flows, python=witness_python()),
    )


@pytest.fixture(scope="module")
def plain(handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played(handset, Variant.PLAIN, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module", params=RENAMED)
def renamed(
    handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Played:
    return played(handset, request.param, tmp_path_factory.mktemp(str(request.param)))


def shape(told: Told) -> tuple[str, str, str, str, tuple[str, ...]]:
    """Everything of a request but values that are new each time: where it goes, and the places of its body."""
    body = told.body or ""
    tree: Any
    if told.tracker == "facebook" and body:
        fields = dict(urllib.parse.parse_qsl(body))
        tree = {name: json.loads(text) if text[:1] in "[{" else text for name, text in fields.items()}
    else:
        tree = json.loads(body) if body else None
    headers = tuple(sorted(name.lower() for name, _ in told.request.headers))
    path = told.request.path.partition("?")[0]
    return told.tracker, told.request.method, told.request.host, path, (*headers, *sorted(set(places(tree))))


def places(tree: Any, at: str = "") -> Iterator[str]:
    """Pointers to all leaves; members of lists are alike, so that two events in one batch or in two do not matter."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from places(value, f"{at}/{name}")
    elif isinstance(tree, list):
        for value in tree:
            yield from places(value, f"{at}/*")
    elif isinstance(tree, str) and tree[:1] == "{":
        yield from places(json.loads(tree), f"{at}!")
    else:
        yield at


def test_the_plain_app_is_played_to_its_end(plain: Played) -> None:
    assert plain.outcomes <= {Outcome.OK, Outcome.SKIPPED}
    assert len(plain.told) >= 20


def test_the_renamed_app_is_played_like_the_plain_one(plain: Played, renamed: Played) -> None:
    assert renamed.outcomes == plain.outcomes
    assert renamed.phases == plain.phases


def test_the_renamed_app_sends_what_the_plain_one_sends(plain: Played, renamed: Played) -> None:
    """Requests of one kind may be split differently over time, so kinds are compared, and each tracker's events."""
    assert {shape(told) for told in renamed.told} == {shape(told) for told in plain.told}
    assert events(renamed.told) == events(plain.told)


def events(every: list[Told]) -> Counter[tuple[str, str]]:
    """The names of all events, in whatever batch."""
    names = re.compile(r'"(?:event|eventName|name|_eventName)":"([^"]+)"')
    return Counter(
        (told.tracker, name)
        for told in every
        for name in names.findall(urllib.parse.unquote_plus(told.body or ""))
        if told.tracker != "crashlytics"
    )


def test_the_renamed_app_tells_the_same_of_the_person(plain: Played, renamed: Played) -> None:
    def known(every: list[Told]) -> set[tuple[str, str]]:
        return {
            (told.tracker, name)
            for told in every
            for name, value in PERSONA.env.items()
            if value in urllib.parse.unquote_plus(told.body or "")
        }

    assert known(renamed.told) == known(plain.told)
    assert ("mixpanel", "EMAIL") in known(renamed.told)


def test_the_package_is_renamed_and_the_mapping_says_how(tmp_path: Path) -> None:
    file = tmp_path / "renamed.apk"
    said = harness("handset", "sample", "--variant", "minified", "-o", file)
    assert said.code == 0, said
    mapping = Path(f"{file}.mapping.txt")
    assert str(file) in said.out.replace("\n", "")
    assert str(mapping) in said.out.replace("\n", "")
    with zipfile.ZipFile(file) as package, zipfile.ZipFile(BytesIO(package.read("classes.jar"))) as classes:
        names = {
            name.removesuffix(".class").replace("/", ".") for name in classes.namelist() if name.endswith(".class")
        }
    renaming = dict(re.findall(r"^(\S+) -> (\S+):$", mapping.read_text(), re.MULTILINE))
    assert set(renaming.values()) == names
    assert renaming["com.example.doorbell.DashboardActivity"] == "com.example.doorbell.DashboardActivity"
    assert renaming["com.appsflyer.AppsFlyerLib"] == "com.appsflyer.AppsFlyerLib"
    for trackers in ("com.mixpanel.", "io.branch.", "com.facebook.", "com.google.firebase.crashlytics.internal."):
        fresh = [new for old, new in renaming.items() if old.startswith(trackers)]
        assert fresh
        assert all(re.fullmatch(r"a\.[a-z]{1,2}", new) for new in fresh), trackers
