"""An invented study as data: four trackers, seven steps, and what is sent to whom in which step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.model.facts import PersonaValue, Source
from harness.model.findings import Blind, Consent, Grade
from harness.model.hook import Layer
from harness.model.tracker import Category, Pack, Tracker
from tests.rows import digest

TRACKERS = ("alpha", "beta", "gamma", "delta")
_NAMES = {
    "alpha": "Alpha Metrics",
    "beta": "Beta Links",
    "gamma": "Gamma Attribution",
    "delta": "Delta Crash",
    "epsilon": "Epsilon Push",  # in no app here
}
PACK = Pack(
    trackers=tuple(
        Tracker(
            slug=slug,
            name=_NAMES[slug],
            legal_entity=f"{_NAMES[slug].split()[0]}, Inc.",
            country="US",
            code=(f"com.{slug}.",),
            hosts=(f"{slug}[.]example$",),
            sdk_versions="1.0 to 8.9.0",
            hooks=(),
            file=f"hooks/trackers/{slug}.yaml",
        )
        for slug in _NAMES
    ),
    platform=(),
    sha256=digest(b"pack"),
    categories=tuple(
        Category(name=name, label=label, description=f"{label} of the person or the phone.")
        for name, label in (
            ("name", "Name"),
            ("email", "E-mail address"),
            ("persistent_id", "Tracker's own id"),
            ("android_id", "Android ID"),
            ("private_ip", "Private IP address"),
            ("carrier", "Mobile carrier"),
            ("device_model", "Device model"),
            ("sensors", "Sensors"),
            ("custom", "Other content"),
        )
    ),
)

STEPS = (
    ("launchApp", "start", 0.0, 2.9),
    ("wait for the consent screen", "start", 2.9, 4.1),
    ("{choice}", "{phase}", 4.1, 6.0),
    ("type name and e-mail", "{phase}", 6.0, 9.5),
    ("tap Sign in", "{after}", 9.5, 12.0),
    ("open Neighbors", "{after}", 12.0, 15.5),
    ("background", "{after}", 15.5, 20.0),
)
CHOICES = {
    "no choice": ("tap Not now", "start", Consent.BEFORE),
    "reject": ("tap Reject all", "consent.rejected", Consent.REJECTED),
    "accept": ("tap Accept all", "consent.accepted", Consent.ACCEPTED),
}

ESCAPE = "</script><img src=x onerror=\"document.title='broken'\"> & \u2028 \ud83d\ude00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One value in a payload: where it stands, and what it is."""

    path: str
    category: str
    value: str
    persona: str | None = None
    written: str = "raw"
    known_as: str | None = None

    @property
    def grade(self) -> Grade:
        if self.persona is None:
            return Grade.FIELD
        return Grade.PLANTED if self.persona.isupper() else Grade.DEVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One payload: who gets it, in which step (from 0), and what is in it."""

    tracker: str
    step: int
    tree: Any
    found: tuple[Datum, ...]
    layer: Layer = Layer.ENCODE
    chain: tuple[str, ...] = ("json",)
    host: str | None = None
    path: str = "/v1/track?ip=1"
    blind: Blind | None = None
    variants: tuple[str, ...] = ("no choice", "reject", "accept")
    after_s: float = 0.4
    times: int = 1
    said: str | None = None  # what the app had told the tracker's code just before
    again: int = 0  # how often it was sent again


_DEVICE_TREE = {"os": "Android", "model": "Virtual Handset", "screen_dpi": 420, "carrier": "Canary Mobile"}
_BIG = {"report": {"threads": [{"name": f"pool-{n}", "state": "WAITING", "prio": n % 10} for n in range(900)]}}

SENDS = (
    Send(
        tracker="alpha",
        step=0,
        tree=[{"event": "App Open", "properties": {**_DEVICE_TREE, "note": ESCAPE, "distinct_id": "6f1c-2a90"}}],
        found=(
            Datum(path="/0/properties/model", category="device_model", value="Virtual Handset", known_as="model"),
            Datum(path="/0/properties/carrier", category="carrier", value="Canary Mobile", persona="carrier"),
            Datum(path="/0/properties/distinct_id", category="persistent_id", value="6f1c-2a90"),
        ),
        host="api.alpha.example",
        chain=("form", "base64", "json"),
    ),
    Send(
        tracker="alpha",
        step=4,
        tree=[{"$set": {"$name": "Jo Kestrel 4471", "$email": "jo.4471@canary.example"}, "$token": "1f" * 16}],
        found=(
            Datum(path="/0/$set/$name", category="name", value="Jo Kestrel 4471", persona="FULL_NAME"),
            Datum(path="/0/$set/$email", category="email", value="jo.4471@canary.example", persona="EMAIL"),
        ),
        host="api.alpha.example",
        path="/engage/?ip=0",
        chain=("form", "base64", "json"),
        times=3,
        said="jo.4471@canary.example",
        again=2,
    ),
    Send(
        tracker="beta",
        step=0,
        tree={"hardware_id": "9b1f0c44e2a87d35", "local_ip": "192.168.44.17", "metadata": {"long": "x" * 9000}},
        found=(
            Datum(path="/hardware_id", category="android_id", value="9b1f0c44e2a87d35", persona="android_id"),
            Datum(path="/local_ip", category="private_ip", value="192.168.44.17", persona="local_ip"),
        ),
        host="api2.beta.example",
        path="/v1/open",
    ),
    Send(
        tracker="beta",
        step=5,
        tree={"name": "label saved", "custom_data": {"label": "Porch Cam 88231"}},
        found=(Datum(path="/custom_data/label", category="custom", value="Porch Cam 88231", persona="DEVICE_LABEL"),),
        host="api2.beta.example",
        path="/v1/event",
        variants=("accept",),
    ),
    Send(
        tracker="gamma",
        step=0,
        tree={"operator": "Canary Mobile", "deviceData": {"sensors": [{"sT": 2, "sN": "magnetometer"}]}},
        found=(
            Datum(path="/deviceData/sensors/0/sN", category="sensors", value="magnetometer"),
            Datum(path="/operator", category="carrier", value="Canary Mobile", persona="carrier"),
        ),
        host="launches.gamma.example",
        layer=Layer.PLATFORM,
        path="/api/v6.9/androidevent?app_id=com.example.doorbell",
        after_s=1.2,
    ),
    Send(
        tracker="gamma",
        step=4,
        tree={"em": digest(b"jo.4471@canary.example")},
        found=(
            Datum(
                path="/em",
                category="email",
                value=digest(b"jo.4471@canary.example"),
                persona="EMAIL",
                written="sha256",
            ),
        ),
        layer=Layer.API,
        variants=("accept", "reject"),
    ),
    Send(
        tracker="delta",
        step=1,
        tree=_BIG | {"device": {"model": "Virtual Handset"}},
        found=(Datum(path="/device/model", category="device_model", value="Virtual Handset"),),
        host="crash.delta.example",
        chain=("gzip", "json"),
        path="/batchlog/batch",
    ),
    Send(
        tracker="unattributed",
        step=5,
        tree=None,
        found=(),
        layer=Layer.PLATFORM,
        host="collect.unknown.example",
        path="/b",
        blind=Blind.UNCLAIMED,
        variants=("reject",),
    ),
)

FRAMES = (
    "com.{slug}.sdk.internal.Encoder.encodeString(Encoder.java:48)",
    "com.{slug}.sdk.internal.Worker$Queue.sendData(Worker.java:311)",
    "com.{slug}.sdk.internal.Worker.handleMessage(Worker.java:140)",
    "com.example.doorbell.DashboardActivity.onResume(DashboardActivity.java:61)",
    "android.app.Activity.performResume(Activity.java:210)",
    "android.app.ActivityThread.main(ActivityThread.java:88)",
)

PERSONA = (
    PersonaValue(name="FULL_NAME", category="name", value="Jo Kestrel 4471", source=Source.PLANTED),
    PersonaValue(name="EMAIL", category="email", value="jo.4471@canary.example", source=Source.PLANTED),
    PersonaValue(name="PASSWORD", category="password", value="Fjord-7781-Lantern", source=Source.PLANTED),
    PersonaValue(name="DEVICE_LABEL", category="custom", value="Porch Cam 88231", source=Source.PLANTED),
    PersonaValue(name="android_id", category="android_id", value="9b1f0c44e2a87d35", source=Source.DEVICE),
    PersonaValue(name="local_ip", category="private_ip", value="192.168.44.17", source=Source.DEVICE),
    PersonaValue(
        name="bluetooth",
        category="bluetooth",
        value="1",
        source=Source.DEVICE,
        searchable=False,
        why="too short to prove anything",
    ),
)
