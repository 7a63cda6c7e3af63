"""Runs inside mitmproxy, in the witness's own Python: answers every request itself and lets nothing out.

It imports nothing of the harness. It tells its parent the port through file descriptor WITNESS_READY_FD, and ends when
its standard input closes, so that it cannot outlive the harness, however that ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from mitmproxy import ctx, http

_LOG = logging.getLogger(__name__)


class Rule(NamedTuple):
    """One entry of answers.json; the first whose patterns all match gives the answer.

    No dataclass: mitmproxy loads this file without entering it in sys.modules, where dataclasses looks for annotations.
    """

    host: re.Pattern[str]
    path: re.Pattern[str]
    method: str | None
    status: int
    headers: dict[str, str]
    body: bytes


def read_rules(file: Path) -> list[Rule]:
    return [_rule(entry) for entry in json.loads(file.read_text("utf-8"))]


def _rule(entry: dict[str, Any]) -> Rule:
    as_json = "json" in entry
    return Rule(
        host=re.compile(entry["host"]),
        path=re.compile(entry.get("path", "")),
        method=entry.get("method"),
        status=entry.get("status", 200),
        headers={"Content-Type": "application/json" if as_json else entry["type"]},
        body=(json.dumps(entry["json"]) if as_json else entry["body"]).encode(),
    )


class Witness:
    """Answers, announces itself, and stops with its parent."""

    def __init__(self) -> None:
        self.rules = read_rules(Path(__file__).with_name("answers.json"))
        self.announcing: asyncio.Task[None] | None = None

    def running(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(0, self.parent_spoke)
        self.announcing = loop.create_task(self.announce())

    async def announce(self) -> None:
        """The listener opens some time after `running`: wait for it, then give the parent its port."""
        server = ctx.master.addons.get("proxyserver")
        while not (addresses := server.listen_addrs()):
            await asyncio.sleep(0.01)
        with os.fdopen(int(os.environ["WITNESS_READY_FD"]), "w") as ready:
            ready.write(f"{addresses[0][1]}\n")

    def parent_spoke(self) -> None:
        if not os.read(0, 1):
            asyncio.get_running_loop().remove_reader(0)
            ctx.master.shutdown()

    def request(self, flow: http.HTTPFlow) -> None:
        asked = flow.request
        for rule in self.rules:
            if rule.method in (None, asked.method) and rule.host.search(asked.host) and rule.path.search(asked.path):
                flow.response = http.Response.make(rule.status, rule.body, rule.headers)
                return

    def server_connect(self, data: Any) -> None:
        """Nothing leaves the machine: what is not HTTP and so cannot be answered is refused here."""
        data.server.error = "the witness lets nothing out"
        _LOG.warning("refused a connection to %s that was not an HTTP request", data.server.address)


addons = [Witness()]
