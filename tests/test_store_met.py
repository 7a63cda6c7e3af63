"""What a run meets on its device: stored in its words."""

from __future__ import annotations

from typing import Any

from harness.model.environment import Change, Circumstance, Moment, ResetRung, Seen, Witnessing
from harness.model.failure import Failure, FailureClass, Handling
from harness.store import CaseFile
from harness.store.tables import CIRCUMSTANCES
from tests.rows import started

OFFLINE = Failure(
    row=1,
    name="device-offline",
    kind=FailureClass.INFRASTRUCTURE,
    text="error: device offline",
    handling=(Handling.RECONNECT,),
    remedy="Plug it in again.",
)


def _met() -> dict[str, dict[str, Any]]:
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        met = writer.met
        met.circumstances([Circumstance(moment=Moment.START, name="clock_offset_ms", value="12.5", error=0.4)])
        met.change(Change(what="settings global http_proxy", before=None, after="127.0.0.1:8080", restored=True))
        met.reset(ResetRung(rung="clear", ok=True, verified="no file of the app is left"))
        met.seen([Seen(witness=Witnessing.NETSTATS, kind="bytes sent", name="uid 10225", amount=4096)])
        met.failure(OFFLINE, handling="reconnect", outcome="it is there again")
        writer.flush()
        return {table: dict(next(iter(case.db.query(f"SELECT * FROM {table}")))) for table in CIRCUMSTANCES}


def test_what_a_run_meets_is_stored_in_its_words() -> None:
    rows = _met()
    assert (rows["circumstance"]["moment"], rows["circumstance"]["error"]) == ("start", 0.4)
    assert (rows["change"]["before"], rows["change"]["restored"]) == (None, 1)
    assert (rows["reset"]["rung"], rows["reset"]["ok"]) == ("clear", 1)
    assert (rows["seen"]["witness"], rows["seen"]["amount"]) == ("netstats", 4096)
    assert (rows["failure"]["kind"], rows["failure"]["handling"]) == ("I", "reconnect")
