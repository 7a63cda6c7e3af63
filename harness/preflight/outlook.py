"""One plain sentence for each tracker: what of it a run will be able to see."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.hook import Layer
from harness.model.preflight import Found, HookForecast
from harness.preflight.forecasts import USABLE


def outlook(name: str, version: str | None, rows: Sequence[HookForecast], *, attributed_by: str) -> str:
    """`rows` are the tracker's; `attributed_by` says how the platform's hooks would know that a request is its."""
    due = tuple(dict.fromkeys(row.key for row in rows if row.expected and row.found is not Found.NOT_ASKED))
    usable = {row.key for row in rows if row.found in USABLE}
    who = f"{name} {version}" if version is not None else f"{name}, version unknown"
    if not due:
        return f"{who}: no hook is meant for this version; {_platform_alone(attributed_by)}"
    found = [key for key in due if key in usable]
    if not found:
        return f"{who}: none of {len(due)} hooks found; {_platform_alone(attributed_by)}"
    return f"{who}: {len(found)} of {len(due)} hooks found; {_seen(due, usable, attributed_by)}"


def _seen(due: Sequence[str], usable: set[str], attributed_by: str) -> str:
    encode = [key for key in due if _kind(key) == Layer.ENCODE]
    read = [key for key in encode if key in usable]
    said = any(_kind(key) == Layer.API and key in usable for key in due)
    if encode and len(read) == len(encode):
        return "every request is read before it is encoded"
    if read:
        return f"requests are read before they are encoded at {len(read)} of {len(encode)} places"
    told = "what the app says to it is read" if said else "only its consent switches are seen"
    return f"{told}; for its requests, {_platform_alone(attributed_by)}"


def _platform_alone(attributed_by: str) -> str:
    return f"only the platform layer will see it, attributed by {attributed_by}"


def _kind(key: str) -> str:
    """`encode` of `slug/encode/class.method(...)`."""
    return key.split("/", 2)[1]
