"""How each hook was found: what the app's code said before it ran, tracker by tracker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.preflight import Found, HookForecast, Preflight, SdkFound, SwitchFound, Tier
from harness.report.present import traced
from harness.report.reading import Study
from harness.report.words import counted, joined

OUTCOMES = {
    Found.FOUND: "under the known name",
    Found.RENAMED: "under another name",
    Found.AT_RUN_TIME: "whose class is told when the app asks for it",
    Found.OTHER_OVERLOAD: "there with other parameters",
    Found.CANDIDATES: "that several methods could be",
    Found.INLINED: "inlined into other methods",
    Found.ABSENT: "not in the app's code",
}
_WHYS = {
    Found.OTHER_OVERLOAD: "it has other parameters here",
    Found.CANDIDATES: "several methods could be it",
    Found.INLINED: "its code is inside other methods",
}
TIERS = {
    Tier.MAPPING: "mapping file",
    Tier.EXACT: "exact name",
    Tier.FINGERPRINT: "fingerprint",
    Tier.PLATFORM: "platform layer only",
}
_THERE = (Found.FOUND, Found.RENAMED, Found.AT_RUN_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Hooks that fared alike."""

    outcome: str
    tier: str
    hooks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A hook whose method has another name in this app, or may have one of several."""

    known: str
    here: tuple[str, ...]
    why: str  # how that is known, or why it is not hooked
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A setting in the manifest."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerFound:
    """One tracker's code in one app."""

    slug: str
    name: str
    version: str
    known_by: str
    hooks: str  # "12 of 14"; those of other versions of the SDK are left out
    of_others: int
    outlook: str
    evidence: tuple[str, ...]
    counts: tuple[Count, ...]
    renamed: tuple[Named, ...]
    unsure: tuple[Named, ...]
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFound:
    """One app, as its package says it. `why` is said instead where nobody could look."""

    app: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    trackers: tuple[TrackerFound, ...]
    why: str = ""


def found_in(study: Study) -> tuple[AppFound, ...]:
    """Every different app of the study."""
    apps: dict[str, AppFound] = {}
    for run in study.runs:
        name = f"{run.app.package} {run.app.version_name}"
        if run.foreseen is not None:
            digests = ", ".join(file.sha256 for file in run.foreseen.app.files)
            apps.setdefault(f"{name} {digests} {run.foreseen.mapping_sha256}", _app(study, name, run.foreseen))
        else:
            notes = [fault.message for fault in run.faults if fault.place == "preflight"]
            why = "; ".join(dict.fromkeys(notes)) or "nobody looked into the app's code before the run"
            apps.setdefault(f"{name} {why}", AppFound(app=name, facts=(), trackers=(), why=why))
    return tuple(apps.values())


def _app(study: Study, name: str, seen: Preflight) -> AppFound:
    package = seen.app
    in_app = [sdk for sdk in seen.sdks if sdk.tracker in traced(study)]
    facts = (
        ("Files", tuple(f"{file.name}, SHA-256 {file.sha256}" for file in package.files)),
        ("Signed by (SHA-256)", package.signers),
        ("Mapping file (SHA-256)", (seen.mapping_sha256,) if seen.mapping_sha256 else ()),
        ("Renamed classes", (_renamed_classes(seen),) if seen.renamed or seen.own_names else ()),
        ("To be known", seen.warnings),
        ("Native libraries", (joined(package.native_libraries),) if package.native_libraries else ()),
        ("Could not be read", package.faults),
    )
    return AppFound(
        app=name,
        facts=tuple((term, said) for term, said in facts if said),
        trackers=tuple(
            _tracker(study, sdk, seen) for sdk in sorted(in_app, key=lambda sdk: study.tracker_order(sdk.tracker))
        ),
    )


def _renamed_classes(seen: Preflight) -> str:
    by_tier = Counter(name.tier for name in seen.renamed)
    told = [f"{counted(count, 'class', 'classes')} of trackers by {TIERS[tier]}" for tier, count in by_tier.items()]
    if seen.own_names:
        told.append(f"{counted(len(seen.own_names), 'other class', 'other classes')} by {TIERS[Tier.MAPPING]}")
    return joined(told)


def _tracker(study: Study, sdk: SdkFound, seen: Preflight) -> TrackerFound:
    every = [hook for hook in seen.hooks if hook.tracker == sdk.tracker]
    expected = [hook for hook in every if hook.expected]
    return TrackerFound(
        slug=sdk.tracker,
        name=study.tracker_name(sdk.tracker),
        version=_version(study, sdk),
        known_by=f"{TIERS[sdk.tier]}, {counted(sdk.classes, 'class', 'classes')}",
        hooks=f"{sum(hook.found in _THERE for hook in expected)} of {len(expected)}",
        outlook=sdk.outlook,
        evidence=sdk.evidence,
        counts=tuple(_counts(expected)),
        of_others=len(every) - len(expected),
        renamed=tuple(_named(hook, (_here(hook),)) for hook in every if hook.found is Found.RENAMED),
        unsure=tuple(
            _named(hook, hook.others)
            for hook in expected
            if hook.found in (Found.CANDIDATES, Found.INLINED, Found.OTHER_OVERLOAD)
        ),
        switches=tuple(_switch(switch) for switch in seen.switches if switch.tracker == sdk.tracker),
    )


def _version(study: Study, sdk: SdkFound) -> str:
    row = study.trackers.get(sdk.tracker)
    known = row.sdk_versions if row else "other versions"
    version = sdk.version or "not known"
    if sdk.in_range is False:
        return f"{version}: the hook file was written for others, {known}"
    return f"{version} (hook file for {known})"


def _counts(every: list[HookForecast]) -> Iterator[Count]:
    tally = Counter((hook.found, hook.tier) for hook in every)
    for found, words in OUTCOMES.items():
        for tier, label in TIERS.items():
            if number := tally[found, tier]:
                yield Count(outcome=words, tier=label, hooks=number)


def _named(hook: HookForecast, here: tuple[str, ...]) -> Named:
    known = hook.key.split("/", 2)[-1]
    return Named(known=known, here=here, why=_WHYS.get(hook.found, TIERS[hook.tier]), evidence="; ".join(hook.evidence))


def _here(hook: HookForecast) -> str:
    types = ", ".join(name.rpartition(".")[2] for name in hook.parameters or ())
    return f"{hook.class_name}.{hook.method}({types})"


def _switch(switch: SwitchFound) -> Switch:
    value = f"not set: {switch.default} holds" if switch.value is None else switch.value
    return Switch(name=switch.name, value=value, meaning=switch.meaning)
