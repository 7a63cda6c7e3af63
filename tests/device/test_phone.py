"""What only a real phone or emulator can confirm. Name one with frida-server running on it:

HARNESS_PHONE=SERIAL .venv/bin/pytest tests/device
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from harness.device import AndroidDevice, open_device
from harness.model.hook import Hook, Layer
from harness.model.records import AgentFault, Counters, Event, HookReport, HookStatus, Ready, Record
from harness.probe import FridaProbe
from tests.jvm import wait_until

SERIAL = os.environ.get("HARNESS_PHONE", "")
PACKAGE = "com.android.settings"  # on every Android, and starts without an account

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not SERIAL, reason="needs a phone: set HARNESS_PHONE to its serial"),
]

JSON_TEXT = Hook(
    key="device/json",
    tracker=None,
    layer=Layer.PLATFORM,
    class_name="org.json.JSONObject",
    method="toString",
    parameters=(),
    capture=("returned",),
    payload="returned",
)


@pytest.fixture(scope="module")
def phone() -> AndroidDevice:
    return open_device(SERIAL)


@pytest.fixture(scope="module")
def records(phone: AndroidDevice) -> Iterator[list[Record]]:
    """Settings, spawned by its package name, pulsed once, and let go."""
    kept: list[Record] = []
    session = FridaProbe(phone.serial, port=phone.frida_port).spawn(
        phone.spawn_target(PACKAGE), [JSON_TEXT], kept.append
    )
    session.resume()
    session.pulse("device-test")
    wait_until(lambda: any(isinstance(record, Event) and record.pulse for record in kept), "the pulse")
    assert session.close()
    yield kept
    phone.stop(PACKAGE)


def test_the_phone_is_recognised_and_rooted(phone: AndroidDevice) -> None:
    facts = phone.facts()
    assert (facts.virtual, facts.runtime) == (False, "art")
    assert facts.root_style != "none"


def test_frida_answers_with_full_access(phone: AndroidDevice) -> None:
    assert FridaProbe(phone.serial, port=phone.frida_port).ready()


def test_an_app_is_spawned_by_its_package_name_with_the_hook_in_place(records: list[Record]) -> None:
    assert [record.runtime for record in records if isinstance(record, Ready)] == ["art"]
    reports = [record for record in records if isinstance(record, HookReport)]
    assert reports[-1].status is HookStatus.INSTALLED


def test_the_pulse_arrives_and_the_books_close_without_a_fault(records: list[Record]) -> None:
    assert "device-test" in {record.pulse for record in records if isinstance(record, Event)}
    assert any(isinstance(record, Counters) and record.final for record in records)
    assert [record for record in records if isinstance(record, AgentFault)] == []


def test_the_screen_can_be_read_and_pictured(phone: AndroidDevice) -> None:
    phone.wake()
    phone.start(PACKAGE)
    assert "<hierarchy" in phone.hierarchy()
    assert phone.screenshot().startswith(b"\x89PNG")
