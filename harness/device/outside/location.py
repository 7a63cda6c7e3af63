"""`dumpsys location`: who asked which provider for the place, in the words of API 30 and below and of 31 and above."""

from __future__ import annotations

import re

from harness.model.environment import Seen, Witnessing

Asked = dict[tuple[str, str], str]
"""(package, provider) -> how long and how often, as the service says it."""

_PROVIDER = re.compile(r"^\s+(?P<provider>\w+)(?: provider)?:\s*$")
_HISTORICAL = re.compile(
    r"^\s+(?P<package>[\w.]+): (?P<provider>\w+): .*?(?P<told>Duration requested \d+ total, \d+ foreground)"
)
_AGGREGATE = re.compile(
    r"^\s+(?:\w+/)?(?P<package>[\w]+(?:\.\w+)+)(?:\[[^\]]*\])?: (?P<told>min/max interval = .*locations = \d+)"
)


def asked(text: str) -> Asked:
    """What the service remembers of requests, of all apps since it started."""
    found: Asked = {}
    provider = ""
    for line in text.splitlines():
        if head := _PROVIDER.match(line):
            provider = head["provider"]
        elif old := _HISTORICAL.match(line):
            found[(old["package"], old["provider"])] = old["told"]
        elif (new := _AGGREGATE.match(line)) and provider:
            found[(new["package"], provider)] = new["told"]
    return found


def between(before: Asked, after: Asked, package: str) -> tuple[Seen, ...]:
    """Requests of the app that are new or have grown."""
    return tuple(
        Seen(witness=Witnessing.LOCATION, kind="request", name=provider, detail=told)
        for (owner, provider), told in sorted(after.items())
        if owner == package and before.get((owner, provider)) != told
    )
