"""A case file of very many events, as a study of an app with several trackers leaves it. Made by bulk SQL: the writer
has a bench of its own. Seeded: the same size gives the same rows."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from sqlite_utils import Database

from harness.device import plant
from harness.model.facts import PersonaValue, Source
from harness.model.records import HookReport, HookStatus, Ready
from harness.store import CaseFile, RunStart, RunWriter
from harness.trackers import load_pack
from tests.rows import START_MS, app, device, digest, event, final

PER_RUN = 50_000  # events
_STEPS = 24
_DIFFERENT = 400  # payloads of each kind in a run: the rest is sent again
_HOOKS = {
    "track": "MixpanelAPI.track(java.lang.String,org.json.JSONObject)",
    "json": "json/platform/org.json.JSONObject.toString()",
    "encode": "mixpanel.android.util.Base64Coder.encodeString(java.lang.String)",
    "post": "BranchRemoteInterface.doRestfulPost(java.lang.String,org.json.JSONObject)",
    "write": "GZIPOutputStream.write([B,int,int)",
    "finish": "GZIPOutputStream.finish()",
    "header": "HttpURLConnection.setRequestProperty(java.lang.String,java.lang.String)",
    "request": "http/wire/sun.net.www.protocol.http.HttpURLConnection.getInputStream()",
    "keep": "SharedPreferencesImpl$Changes.putString(java.lang.String,java.lang.String)",
}
_CODE = {
    "mixpanel": "com.mixpanel.android.mpmetrics.AnalyticsMessages$Worker.sendData(AnalyticsMessages.java:134)",
    "branch": "io.branch.referral.network.BranchRemoteInterface.make_restful_post(BranchRemoteInterface.java:25)",
    "facebook": "com.facebook.GraphRequest.processRequest(GraphRequest.java:114)",
    "app": "com.example.doorbell.Store.put(Store.java:33)",
}
_COLUMNS = (
    "run",
    "process",
    "seq",
    "hook",
    "step",
    "at_ms",
    "received_at_ms",
    "elapsed_us",
    "took_us",
    "thread_id",
    "thread_name",
    "stack",
    "this_id",
    "this_class",
    "arguments",
    "returned",
    "threw",
    "captured",
    "pulse",
)

Value = dict[str, Any]


def build(path: Path, *, events: int, per_run: int = PER_RUN) -> None:
    """Write a case file of that many events."""
    with CaseFile.open(path, create=True) as case:
        installed, held = case.add_app(app()), case.add_device(device())
        for number, first in enumerate(range(0, events, per_run)):
            _one_run(case, number, min(per_run, events - first), (installed, held))


def _one_run(case: CaseFile, number: int, count: int, of: tuple[str, str]) -> None:
    every = load_pack(()).hooks("jvm")
    hooks = [next(hook for hook in every if hook.key.endswith(end)) for end in _HOOKS.values()]
    start = RunStart(flow="study", variant=("accept", "reject")[number % 2], app=of[0], device=of[1])
    writer = case.start_run(start, device())
    person = _person(number)
    writer.add_persona(person)
    steps = [writer.start_step(f"step {n}", phase="start" if n < 3 else "use") for n in range(_STEPS)]
    process = writer.start_process("com.example.doorbell", how="spawned", hooks=hooks)
    process.sink(Ready(at_ms=START_MS, runtime="jvm", pid=4711))
    for index in range(len(hooks)):
        process.sink(_installed(index))
    process.ask_pulse("alive")
    process.sink(event(1, pulse="alive"))
    process.sink(final(1))
    process.end("application-requested")
    writer.end_run("completed", exit_code=0)
    with case.transaction() as db:
        _fill(db, _Telling(writer, process.id, steps, {value.name: value.value for value in person}, number), count)


def _person(number: int) -> tuple[PersonaValue, ...]:
    phone = {"android_id": "8ddc7afca5fccd7e", "advertising_id": "b209aea5-471c-44c5-873d-b7dd2a0b8746"}
    read = [PersonaValue(name=name, category=name, value=value, source=Source.DEVICE) for name, value in phone.items()]
    return (*plant(f"million-{number}").values, *read)


def _installed(index: int) -> HookReport:
    return HookReport(
        index=index,
        status=HookStatus.INSTALLED,
        reason=None,
        initialised_by_us=False,
        seen_at_ms=START_MS,
        installed_at_ms=START_MS,
        class_name=None,
    )


def _fill(db: Database, telling: _Telling, count: int) -> None:
    names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
    db.conn.executemany(f"INSERT INTO event ({names}) VALUES ({marks})", telling.rows(count))
    kept = [(digest(content), len(content), content, 0) for content in telling.bodies]
    db.conn.executemany("INSERT OR IGNORE INTO payload (sha256, size, content, masked) VALUES (?, ?, ?, ?)", kept)
    stacks = [(digest(frame.encode()), json.dumps([frame])) for frame in _CODE.values()]
    db.conn.executemany("INSERT OR IGNORE INTO stack (sha256, frames) VALUES (?, ?)", stacks)


@dataclass(slots=True)
class _Telling:
    """One run, event by event: each turn of twelve events says, encodes and sends one thing to three trackers."""

    writer: RunWriter
    process: str
    steps: list[str]
    person: dict[str, str]
    number: int
    seq: int = 1
    bodies: dict[bytes, None] = field(default_factory=dict)

    def rows(self, count: int) -> Iterator[tuple[Any, ...]]:
        dice = random.Random(self.number)
        turns = [self._said(dice, n) for n in range(_DIFFERENT)]
        each = (row for n in range(count) for row in self._turn(turns[n % _DIFFERENT], n, count))
        yield from (row for row, _ in zip(each, range(count - 1), strict=False))  # the sign of life is one

    def _said(self, dice: random.Random, n: int) -> dict[str, Any]:
        """What one turn says: the same fields every time, ids and texts of its own."""
        phone = {"$os": "Android", "$model": "Virtual Handset", "$screen_dpi": 420, "$carrier": "Canary Mobile"}
        noise = "".join(dice.choices("abcdefghij klmnop", k=400))
        return {
            **phone,
            "time": int(START_MS) + n,
            "distinct_id": f"{self.number:08x}-aa39-47f3-a659-3c0e009e62ce",
            "$mp_event_id": f"{dice.getrandbits(64):016x}",
            "note": noise,
            "email": self.person["EMAIL"] if n % 7 == 0 else "",
        }

    def _turn(self, said: dict[str, Any], n: int, count: int) -> Iterator[tuple[Any, ...]]:
        step = self.steps[min(_STEPS - 1, n * 12 * _STEPS // count)]
        text = json.dumps([{"event": "Seen", "properties": said}])
        branch = json.dumps({"hardware_id": self.person["android_id"], "session_id": self.number, "metadata": said})
        form = (
            f"anon_id=XZ{said['distinct_id']}&advertiser_id={self.person['advertising_id']}&custom={quote_plus(text)}"
        )
        packed = gzip.compress(form.encode(), mtime=0)
        sent = f"data={quote_plus(base64.b64encode(text.encode()).decode())}".encode()

        def row(hook: str, code: str | None, this: int, **values: Any) -> tuple[Any, ...]:
            return self._row((hook, code, this), step, values)

        yield row("track", "app", 1, arguments=[_text("Seen"), _json(text[1:-1])])
        yield row("json", "mixpanel", 2, returned=_text(text[1:-1]))
        yield row("encode", "mixpanel", 3, captured={"argument 0": _text(text)})
        yield row("header", None, 10, arguments=[_text("Content-Type"), _text("application/x-www-form-urlencoded")])
        yield row("request", "mixpanel", 10, captured=self._request("https://api.mixpanel.com/track/", sent))
        post = {"argument 0": _text("https://api2.branch.io/v1/open"), "argument 1": _json(branch)}
        yield row("post", "branch", 4, captured=post)
        yield row("request", "branch", 11, captured=self._request("https://api2.branch.io/v1/open", branch.encode()))
        yield row("write", "facebook", 5, captured={"slice 0": self._bytes(form[:600].encode())})
        yield row("write", "facebook", 5, captured={"slice 0": self._bytes(form[600:].encode())})
        yield row("finish", "facebook", 5)
        yield row(
            "request", "facebook", 12, captured=self._request("https://graph.facebook.com/v5.0/1/activities", packed)
        )
        yield row("keep", "app", 6, arguments=[_text("last"), _text(said["note"][:40])])

    def _row(self, what: tuple[str, str | None, int], step: str, values: dict[str, Any]) -> tuple[Any, ...]:
        hook, code, this = what
        self.seq += 1
        at_ms = START_MS + self.seq
        stack = None if code is None else digest(_CODE[code].encode())
        told = [json.dumps(values[name]) if name in values else None for name in ("returned", "threw", "captured")]
        where = (self.writer.run, self.process, self.seq, list(_HOOKS).index(hook), step, at_ms, at_ms, self.seq * 900)
        return (
            *where,
            7,
            1,
            "main",
            stack,
            this,
            "java.lang.Object",
            json.dumps(values.get("arguments", [])),
            *told,
            None,
        )

    def _request(self, url: str, body: bytes) -> dict[str, Any]:
        address = {"t": "object", "c": "java.net.URL", "id": 1, "v": url}
        return {"this.url": address, "this.method": _text("POST"), "this.poster": self._bytes(body)}

    def _bytes(self, content: bytes) -> Value:
        self.bodies[content] = None
        return {"t": "bytes", "sha256": digest(content), "n": len(content)}


def _text(value: str) -> Value:
    return {"t": "string", "v": value}


def _json(value: str) -> Value:
    return {"t": "json", "c": "org.json.JSONObject", "v": value}
