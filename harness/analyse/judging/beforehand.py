"""What a look into the app's code, before the run, means for the verdicts: what is absent, and what stays unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.model.findings import Analysis, StoredHook, Unclaimed
from harness.model.hook import Layer
from harness.model.preflight import Found, HookForecast, Preflight, SdkFound, Tier
from harness.model.records import HookStatus
from harness.model.tracker import Tracker

NO_TRACE = "no trace of it in the app's code (preflight)"
_THERE = (Found.FOUND, Found.RENAMED, Found.AT_RUN_TIME)
_NOWHERE = (Found.ABSENT, Found.NOT_ASKED)


def is_absent(tracker: Tracker, *, foreseen: Preflight | None, hooks: Sequence[StoredHook], found: Analysis) -> bool:
    """Whether the app's code was read whole and has nothing of the tracker, and the run showed nothing either: no class
    of it (code may come late), no request, no payload."""
    if foreseen is None or foreseen.app.faults:
        return False
    slug = tracker.slug
    traces = (
        any(sdk.tracker == slug for sdk in foreseen.sdks),
        any(name.tracker == slug for name in foreseen.renamed),
        any(hook.tracker == slug and hook.found not in _NOWHERE for hook in foreseen.hooks),
        any(hook.tracker == slug and hook.status is not HookStatus.PENDING for hook in hooks),
        any(sent.tracker == slug for sent in found.transmissions),
        slug in found.heard or any(payload.tracker == slug for payload in found.payloads),
        any(value.tracker == slug for value in found.rest),
    )
    return not any(traces)


def unseen(tracker: Tracker, foreseen: Preflight | None) -> Iterator[str]:
    """Hooks of an SDK that is there, whose code is somewhere else than where it should be: the platform's hooks alone
    see what they would have shown."""
    sdk, every = _expected(tracker, foreseen)
    if sdk is None:
        return
    there = sum(hook.found in _THERE for hook in every)
    of = f"{there} of {len(every)} hooks found"
    if sdk.tier is Tier.FINGERPRINT and there < len(every):
        yield f"limit: {tracker.name} is in the app under other names: {of}; {_REST}"
    elif missed := sum(hook.found in (Found.CANDIDATES, Found.INLINED) for hook in every):
        yield f"limit: {tracker.name}: {of}, {missed} more are uncertain or inlined; {_REST}"


_REST = "the rest is seen only in the platform layer"


def not_there(tracker: Tracker, foreseen: Preflight | None) -> Iterator[str]:
    """Hooks that were armed for methods which this app does not have: of other versions of the SDK, mostly. Where
    another overload is there that has no hook, its calls are not seen."""
    sdk, every = _expected(tracker, foreseen)
    if sdk is None or sdk.tier is Tier.FINGERPRINT:
        return
    telling = {hook.key for hook in tracker.hooks if hook.payload is not None}
    other = [hook for hook in every if hook.key in telling and _is_another(hook, every)]
    absent = sum(hook.found is Found.ABSENT for hook in every)
    if other:
        methods = ", ".join(dict.fromkeys(f"{hook.class_name.rpartition('.')[2]}.{hook.method}" for hook in other))
        yield f"limit: there with other parameters than any hook has, and so not seen: {methods}"
    if absent:
        yield f"limit: {absent} of {len(every)} hooks are armed for methods that are not in the app's code"


def unproven(tracker: Tracker, foreseen: Preflight | None, hooks: Sequence[StoredHook]) -> Iterator[str]:
    """Why nothing seen of a tracker proves nothing: nobody knows whether it is in the app; or it is,
    and what should see it speak is armed for code that the app does not have."""
    if foreseen is None:
        if hooks and not any(hook.status is HookStatus.INSTALLED for hook in hooks):
            yield f"{tracker.name}: no hook of it was installed, and nobody looked whether its code is in the app"
        return
    sdk, every = _expected(tracker, foreseen)
    if sdk is None or sdk.tier is Tier.FINGERPRINT:
        return
    telling = {hook.key for hook in tracker.hooks if hook.payload is not None and hook.layer is Layer.ENCODE}
    absent = [hook for hook in every if hook.key in telling and hook.found is Found.ABSENT]
    if absent:
        named = ", ".join(dict.fromkeys(f"{hook.class_name}.{hook.method}" for hook in absent[:_MOST_NAMED]))
        more = f" and {len(absent) - _MOST_NAMED} more" if len(absent) > _MOST_NAMED else ""
        yield f"{tracker.name} is in the app, but not where hooks expect it: no {named}{more}; misspelt, or renamed"


_MOST_NAMED = 3  # methods named in one sentence


def _expected(tracker: Tracker, foreseen: Preflight | None) -> tuple[SdkFound | None, list[HookForecast]]:
    """What the preflight says of a tracker's SDK, and of the hooks that its version should have."""
    if foreseen is None:
        return None, []
    sdk = next((sdk for sdk in foreseen.sdks if sdk.tracker == tracker.slug), None)
    return sdk, [hook for hook in foreseen.hooks if hook.tracker == tracker.slug and hook.expected]


def unclaimed_reasons(unclaimed: Sequence[Unclaimed]) -> Iterator[str]:
    """Values of this run in payloads that are nobody's."""
    told = [each for each in unclaimed if each.personas]
    if told:
        count = sum(each.payloads for each in told)
        code = ", ".join(dict.fromkeys(each.code or "an unknown place" for each in told))
        names = ", ".join(sorted({name for each in told for name in each.personas}))
        payloads = "1 payload that is" if count == 1 else f"{count} payloads that are"
        yield f"limit: {payloads} nobody's, among them some with {names}, made by {code}"


def _is_another(hook: HookForecast, every: Sequence[HookForecast]) -> bool:
    """Whether the method is there with other parameters, and no hook has those."""
    place = (hook.class_name, hook.method)
    known = any(other.found in _THERE and (other.class_name, other.method) == place for other in every)
    return hook.found is Found.OTHER_OVERLOAD and not known
