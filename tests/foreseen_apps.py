"""An app with two trackers of the tests' own, and what a look into its code may have found."""

from __future__ import annotations

from typing import Any

from harness.analyse import analyse_run
from harness.model.code import AppPackage
from harness.model.facts import PersonaValue
from harness.model.findings import Analysis
from harness.model.hook import Hook, Layer
from harness.model.preflight import Preflight, RenamedClass, Tier
from harness.model.tracker import Pack, Tracker
from harness.trackers import load_pack
from tests.stored import Story, planted

JSON = "JSONObject.toString()"
POST = "HttpURLConnection.getInputStream()"
NOTE = planted("NOTE", "custom", "Kestrel note 4471")
APP = "com.example.doorbell.Main.save(Main.java:12)"
JAVA = "org.json.JSONObject.toString(JSONObject.java:1)"


def made_hook(tracker: str, name: str, *, layer: Layer = Layer.API, **more: Any) -> Hook:
    class_name, _, method = name.rpartition(".")
    return Hook(
        key=f"{tracker}/{layer.value}/{name}()",
        tracker=tracker,
        layer=layer,
        class_name=class_name,
        method=method,
        parameters=None,
        payload="arguments",
        **more,
    )


def made_tracker(slug: str, *hooks: Hook, **more: Any) -> Tracker:
    return Tracker(
        slug=slug,
        name=slug.capitalize(),
        legal_entity="",
        country="",
        code=(f"com.{slug}.sdk.",),
        hosts=(f"{slug}[.]example$",),
        sdk_versions="1",
        hooks=hooks,
        **more,
    )


TRACK = made_hook("alpha", "com.alpha.sdk.Api.track")
LOG = made_hook("alpha", "com.alpha.sdk.Api.log")
SERVER = made_hook("alpha", "com.alpha.sdk.Api.setServer", host="argument 0")
PROXY = made_hook("beta", "com.beta.sdk.Api.proxy", host="argument 0")
PACK = Pack(
    trackers=(
        made_tracker("alpha", TRACK, LOG, SERVER),
        made_tracker("beta", PROXY, paths=("/capi/[^/]+/events$",)),
    ),
    platform=load_pack().platform,
    sha256="",
)


def foreseen(**more: Any) -> Preflight:
    empty = {"app": AppPackage(files=()), "sdks": (), "hooks": ()}
    return Preflight(**{**empty, **more})


def renamed(class_name: str, original: str | None, tracker: str = "alpha", tier: Tier = Tier.MAPPING) -> RenamedClass:
    return RenamedClass(class_name=class_name, original=original, tracker=tracker, tier=tier, evidence="")


def analysed(story: Story, *persona: PersonaValue, seen: Preflight | None = None, **more: Any) -> Analysis:
    facts = {"run": story.facts(), "hooks": story.armed(), "pack": PACK, **more}
    return analyse_run(
        **facts,
        events=story.events,
        blobs=story.blobs,
        stacks=story.stacks,
        steps=story.steps,
        persona=persona,
        foreseen=seen,
    )
