"""Which class of a renamed app is which known one: by constants, calls and, where these decide, types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.model.code import ClassCode
from harness.model.hook import Fingerprint, Hook
from harness.model.tracker import Tracker
from harness.preflight.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What fingerprints of classes say. `names`: known class to class of the app; `evidence` and `candidates` by known
    class."""

    names: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def recognise(scene: Scene, hooks: Sequence[Hook], trackers: Sequence[Tracker], known: frozenset[str]) -> Recognised:
    """Look for every class with a fingerprint that is not in the app under its known name. A class of the app counts
    only when it alone has all the marks. `known` are the names of all classes that the pack speaks of."""
    wanted = _wanted(scene, hooks)
    loaded = scene.loading({string for one in wanted for string in one.marks.strings})
    foreign = {tracker.slug: _foreign(tracker, trackers) for tracker in trackers}
    names: dict[str, str] = {}
    evidence: dict[str, str] = {}
    candidates: dict[str, tuple[str, ...]] = {}
    for one in wanted:
        found = [
            name
            for name in _with_all(scene, one.marks, loaded)
            if name not in known and not name.startswith(foreign.get(one.tracker or "", ("\0",)))
        ]
        if len(found) == 1 and names.get(one.known, found[0]) == found[0]:
            names[one.known] = found[0]
            evidence[one.known] = f"only {found[0]} has all the marks of {one.known}: {_marks(one.marks)}"
        elif found:
            candidates[one.known] = tuple(dict.fromkeys((*candidates.get(one.known, ()), *found)))
    return _undisputed(names, evidence, candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    known: str
    tracker: str | None
    marks: Fingerprint


def _wanted(scene: Scene, hooks: Sequence[Hook]) -> tuple[_Wanted, ...]:
    return tuple(
        dict.fromkeys(
            _Wanted(known=hook.class_name, tracker=hook.tracker, marks=hook.class_fingerprint)
            for hook in hooks
            if hook.class_fingerprint.strings and scene.here(hook.class_name) not in scene
        )
    )


def _foreign(tracker: Tracker, trackers: Iterable[Tracker]) -> tuple[str, ...]:
    """Beginnings of class names that show that a class is another tracker's."""
    prefixes = tuple(prefix for one in trackers if one.slug != tracker.slug for prefix in one.code)
    return tuple(prefix for prefix in prefixes if not any(own.startswith(prefix) for own in tracker.code)) or ("\0",)


def _with_all(scene: Scene, marks: Fingerprint, loaded: Mapping[str, tuple[str, ...]]) -> list[str]:
    sets = [set(loaded.get(string, ())) for string in marks.strings]
    names = sorted(set.intersection(*sets)) if sets else []
    return [name for name in names if not marks.calls or _calls_all(scene.find(name), marks)]


def _calls_all(one: ClassCode | None, marks: Fingerprint) -> bool:
    return one is not None and set(marks.calls) <= {call for method in one.methods for call in method.calls}


def _marks(marks: Fingerprint) -> str:
    return ", ".join([*(f"{string!r}" for string in marks.strings), *(f"a call of {call}" for call in marks.calls)])


def _undisputed(names: dict[str, str], evidence: dict[str, str], candidates: dict[str, tuple[str, ...]]) -> Recognised:
    """One class cannot be two known ones, and not be one while another could be as well."""
    for known in list(names):
        rivals = [one for one in names if names[one] == names[known]]
        if len(rivals) > 1 or known in candidates:
            for one in rivals:
                candidates[one] = tuple(dict.fromkeys((*candidates.get(one, ()), names[one])))
    for known in candidates:
        names.pop(known, None)
        evidence.pop(known, None)
    return Recognised(names=names, evidence=evidence, candidates=candidates)
