"""What the caller says when a case or a run begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeader:
    """Who measures, for whom and by what right. Free text; empty where nothing was said."""

    reference: str = ""
    operator: str = ""
    authority: str = ""
    purpose: str = ""
    test_account: str = ""  # the statement that accounts and persons are invented
    delete_by: str = ""  # ISO date


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStart:
    """What is fixed before a run's first step. `app` and `device` are ids given by add_app and add_device."""

    flow: str  # the flow's name
    variant: str  # "no choice", "reject", "accept", "control"; empty when the flow has none
    app: str
    device: str
    flow_file: str = ""
    flow_sha256: str = ""
    harness_version: str = ""
    frida_version: str = ""
    agent_sha256: str = ""
    pack_sha256: str = ""  # Pack.sha256
    hook_files: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()  # regular expressions of the app's own backends, as the suite declares them
    mode: str = "default"  # "default" or "lossless": what the agent does when the controller is slow
    witness: str = ""  # what else listened: "mitmproxy 11.0.2", or empty
    policy: str | None = None  # id given by add_policy: what is expected of the app in this run
    attempt: int = 1
    retry_of: str | None = None  # the run that this one repeats


def steady_offset(offset_ms: float, error_ms: float) -> float:
    """Device clock minus host clock; nought when the measurement cannot tell it from nought, so that one clock's own
    jitter never moves an event across a step."""
    return 0.0 if abs(offset_ms) <= error_ms else offset_ms
