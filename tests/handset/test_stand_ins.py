"""The stand-ins' public signatures against those of the SDKs as they were shipped, both read by javap."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path

import pytest

from harness.handset.build import doorbell_apk
from harness.handset.root import run_in_root
from tests.sdks.binaries import BINARIES, fetched

pytestmark = pytest.mark.handset

_METHOD = re.compile(r"^  (?P<head>[^;=\n]*?)(?P<name>[\w$.]+)\(.*\).*;\n    descriptor: (?P<types>\S+)$", re.MULTILINE)
Signatures = dict[str, set[str]]  # by class: "static name(types)result", constructors as "<init>"

_TRACKER = "com.facebook.appevents.internal.ActivityLifecycleTracker"
# Where a stand-in has a method of the same name as a shipped one, and yet not the same method.
DIFFERENCES = {
    "io.branch.referral.PrefHelper static Debug(Ljava/lang/String;)V": "one argument since 5.0, which is imitated",
    "io.branch.referral.ServerResponse <init>(Ljava/lang/String;ILjava/lang/String;)V": "as in 5.1.3",
    "com.appsflyer.AppsFlyerLib setAdditionalData(Ljava/util/Map;)V": "a Map since 6.x, which is imitated",
    "com.facebook.GraphRequest static newPostRequest(Ljava/lang/String;Lorg/json/JSONObject;)"
    "Lcom/facebook/GraphRequest;": "without access tokens and callbacks",
    f"{_TRACKER} onActivityResumed(Landroid/app/Activity;)V": "it listens itself, not through an inner class",
    f"{_TRACKER} onActivityCreated(Landroid/app/Activity;Landroid/os/Bundle;)V": "it listens itself",
    f"{_TRACKER} static startTracking(Landroid/app/Application;)V": "the app's id is kept elsewhere",
}
ALIKE_AT_LEAST = {"branch": 25, "appsflyer": 12, "mixpanel": 35, "facebook": 25}


def signatures(jar: Path) -> Signatures:
    """Of public classes, what is public or protected."""
    with zipfile.ZipFile(jar) as archive:
        names = [name.removesuffix(".class").replace("/", ".") for name in archive.namelist() if name[-6:] == ".class"]
    done = run_in_root(["javap", "-protected", "-s", "-cp", "/jar", *sorted(names)], read_only={jar: "/jar"})
    assert done.returncode == 0, done.stderr
    found: Signatures = {}
    for text in re.split(r"^Compiled from .*\n", done.stdout, flags=re.MULTILINE):
        head = re.match(r"(.*?)(?:class|interface) ([\w.$]+)", text)
        if head is not None and "public" in head[1]:
            found[head[2]] = {signature(each, head[2]) for each in _METHOD.finditer(text)}
    return found


def signature(method: re.Match[str], owner: str) -> str:
    name = "<init>" if method["name"] == owner else method["name"]
    return f"{'static ' if 'static ' in method['head'] else ''}{name}{method['types']}"


def name_of(signature: str) -> str:
    return signature.partition("(")[0].removeprefix("static ")


@pytest.fixture(scope="module")
def standing_in(tmp_path_factory: pytest.TempPathFactory) -> Signatures:
    jar = tmp_path_factory.mktemp("doorbell") / "classes.jar"
    with zipfile.ZipFile(doorbell_apk()) as package:
        jar.write_bytes(package.read("classes.jar"))
    return signatures(jar)


@cache
def shipped(tracker: str) -> Signatures:
    """Of every version that there is a jar of, together."""
    found: Signatures = {}
    for binary in BINARIES:
        for jar in fetched(binary) if binary.tracker == tracker and binary.name.endswith(".jar") else ():
            for name, methods in signatures(jar).items():
                found.setdefault(name, set()).update(methods)
    return found


@pytest.mark.parametrize("tracker", ALIKE_AT_LEAST)
def test_what_a_stand_in_calls_like_the_shipped_sdk_has_the_same_types(tracker: str, standing_in: Signatures) -> None:
    real = shipped(tracker)
    assert real
    alike, different = 0, set()
    for owner in standing_in.keys() & real.keys():
        names = {name_of(each) for each in real[owner]}
        for each in standing_in[owner]:
            if each in real[owner]:
                alike += 1
            elif name_of(each) in names:
                different.add(f"{owner} {each}")
    listed = {each for each in DIFFERENCES if each.partition(" ")[0] in real}
    assert different == listed
    assert alike >= ALIKE_AT_LEAST[tracker], "hardly anything was compared"
