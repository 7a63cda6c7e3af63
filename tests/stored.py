"""Builds stored rows for tests of the analysis: events as the agent records them, without a device."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from harness.analyse import analyse_run
from harness.model.facts import PersonaValue, Source
from harness.model.findings import Analysis, ProcessFacts, RunFacts, StoredEvent, StoredHook, StoredStep
from harness.model.hook import Hook, Role
from harness.model.records import HookStatus, Value
from harness.model.tracker import Pack

START_MS = 1_700_000_000_000.0


def text(value: str) -> Value:
    return {"t": "string", "v": value}


def json_object(value: str) -> Value:
    return {"t": "json", "c": "org.json.JSONObject", "v": value}


def planted(name: str, category: str, value: str) -> PersonaValue:
    return PersonaValue(name=name, category=category, value=value, source=Source.PLANTED)


@dataclass
class Story:
    """A run told event by event."""

    pack: Pack
    runtime: str = "jvm"
    events: list[StoredEvent] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    stacks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    steps: list[StoredStep] = field(default_factory=list)

    def step(self, phase: str) -> None:
        number = len(self.steps)
        self.steps.append(
            StoredStep(
                step=f"step-{number}",
                ordinal=number,
                label=f"phase: {phase}",
                phase=phase,
                started_ms=START_MS + 1000 * len(self.events),
            )
        )

    def content(self, body: bytes) -> Value:
        sha256 = hashlib.sha256(body).hexdigest()
        self.blobs[sha256] = body
        return {"t": "bytes", "sha256": sha256, "n": len(body)}

    def call(self, key: str, *arguments: Value, frames: tuple[str, ...] = (), **more: Any) -> StoredEvent:
        """One call of the hook whose key ends with `key`."""
        hook = self.hook(key)
        stack = hashlib.sha256("\n".join(frames).encode()).hexdigest() if frames else None
        if stack is not None:
            self.stacks[stack] = frames
        number = len(self.events) + 1
        event = StoredEvent(
            process=more.get("process", "process-1"),
            seq=number,
            hook=hook.key,
            at_ms=START_MS + 1000 * number,
            step=self.steps[-1].step if self.steps else None,
            thread_id=more.get("thread", 1),
            thread_name="main",
            stack=stack,
            this_id=more.get("this_id"),
            this_class=None,
            arguments=arguments,
            returned=more.get("returned"),
            threw=more.get("threw"),
            captured=more.get("captured", {}),
            pulse=more.get("pulse"),
            elapsed_us=more.get("elapsed_us", 1_000_000 * number),
            took_us=more.get("took_us", 10),
        )
        self.events.append(event)
        return event

    def request(
        self, url: str, body: bytes | None, *, method: str = "POST", frames: tuple[str, ...] = (), **more: Any
    ) -> None:
        captured = {
            "this.url": {"t": "object", "c": "java.net.URL", "id": 1, "v": url},
            "this.method": text(method),
            "this.poster": None if body is None else self.content(body),
        }
        more.setdefault("this_id", 9000 + len(self.events))
        self.call("HttpURLConnection.getInputStream()", frames=frames, captured=captured, **more)

    def hook(self, ending: str) -> Hook:
        found = [hook for hook in self.pack.hooks(self.runtime) if hook.key.endswith(ending)]
        assert len(found) == 1, f"{ending}: {[hook.key for hook in found]}"
        return found[0]

    def analyse(self, *persona: PersonaValue, pack: Pack | None = None, **facts: Any) -> Analysis:
        return analyse_run(
            run=self.facts(**facts),
            events=self.events,
            blobs=self.blobs,
            stacks=self.stacks,
            hooks=self.armed(),
            steps=self.steps,
            persona=persona,
            pack=pack or self.pack,
        )

    def facts(self, **changes: Any) -> RunFacts:
        alive = ProcessFacts(process="process-1", pid=71, ready=True, pulses_sent=3, pulses_seen=3)
        facts: dict[str, Any] = {
            "run": "run-1",
            "package": "com.example.doorbell",
            "runtime": self.runtime,
            "variant": "accept",
            "processes": (alive,),
            "completed": True,
            "books_closed": True,
        }
        return RunFacts(**{**facts, **changes})

    def armed(self) -> list[StoredHook]:
        return [
            StoredHook(
                process="process-1",
                index=index,
                key=hook.key,
                tracker=hook.tracker,
                layer=hook.layer,
                class_name=hook.class_name,
                method=hook.method,
                status=HookStatus.PENDING if hook.role is Role.PRESENCE else HookStatus.INSTALLED,
            )
            for index, hook in enumerate(self.pack.hooks(self.runtime))
        ]
