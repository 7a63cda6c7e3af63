"""How long the values at one place of a tracker's payloads stay the same, as far as the runs show: no further."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.model.linkage import Persistence, Sample, Setting

_NEARLY_EVERY = 0.8  # different values per payload, from which on they are called random
_ENOUGH = 3  # payloads
_APPS_OWN = re.compile(
    r"(?:^|[^a-z])(?:key|token|secret|authorization|(?:app|client|project|api|sdk|package|bundle)[-_ ]?id)$|key$|"
    r"(?:^|[-_$])(?:app|application)(?:[-_])?(?:key|token|id)$|gmpappid$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """What the runs show of one place, in a word and in a sentence. `own`: it may be the app's own, or surely is: it
    must not be taken for something that tells one phone from another."""

    persistence: Persistence
    why: str
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """One place over all runs that have it, oldest first. `recurs` are the values that stood in several payloads of a
    tracker within one run."""

    path: str
    runs: Sequence[Setting]
    values: Mapping[str, Mapping[str, int]]  # run -> value -> payloads
    known: bool  # a field map, or the phone itself, says that it is an id
    account: bool  # it is the id of the app's account
    recurs: frozenset[tuple[str, str]]  # (run, value)

    @property
    def different(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for run in self.runs for value in self.values[run.run]))

    @property
    def payloads(self) -> int:
        return sum(sum(values.values()) for values in self.values.values())

    @property
    def most_in_one(self) -> int:
        return max(map(len, self.values.values()))

    @property
    def places(self) -> list[list[Setting]]:
        """The runs by phone and app."""
        found: dict[tuple[str, str], list[Setting]] = {}
        for run in self.runs:
            found.setdefault((run.device, run.app), []).append(run)
        return list(found.values())

    def has(self, value: str) -> list[Setting]:
        return [run for run in self.runs if value in self.values[run.run]]


def lasting(
    samples: Sequence[Sample],
    settings: Mapping[str, Setting],
    *,
    recurs: frozenset[tuple[str, str]],
    known: bool,
    account: bool,
) -> Lasting | None:
    """What runs show of the samples of one place. `settings` has the runs oldest first. None for what is surely no id:
    the app's own, as it is the same on several phones, or a number that merely grows."""
    values: dict[str, dict[str, int]] = {}
    for each in samples:
        counts = values.setdefault(each.run, {})
        counts[each.value] = max(counts.get(each.value, 0), each.times)
    runs = [setting for run, setting in settings.items() if run in values]
    compared = _Compared(path=samples[0].path, runs=runs, values=values, known=known, account=account, recurs=recurs)
    if not known and (_is_the_same_everywhere(compared) or _grows(compared)):
        return None
    return _judged(compared)


def resets(runs: Sequence[Setting]) -> int:
    """After how many resets a value was still the same that these runs have in common."""
    places: dict[tuple[str, str], list[Setting]] = {}
    for run in runs:
        places.setdefault((run.device, run.app), []).append(run)
    return sum(run.reset for every in places.values() for run in every[1:])


def _judged(compared: _Compared) -> Lasting:
    different, runs = compared.different, compared.runs
    many = compared.payloads >= _ENOUGH and compared.most_in_one > 1
    if many and len(different) >= _NEARLY_EVERY * compared.payloads:
        why = f"{len(different)} different values in {compared.payloads} payloads"
        return Lasting(persistence=Persistence.RANDOM, why=why)
    if len(runs) == 1:
        why = "one run only: nothing to compare with"
        return Lasting(persistence=Persistence.UNKNOWN, why=why, own=not compared.known)
    if compared.account and len({run.person for run in runs}) > 1:
        why = "the id of an account, and each run pretended to be another person: how long it lasts is not shown"
        return Lasting(persistence=Persistence.UNKNOWN, why=why)
    common = [value for value in different if len(compared.has(value)) > 1]
    return _recurring(compared, common) if common else _changing(compared)


def _recurring(compared: _Compared, common: Sequence[str]) -> Lasting:
    """Values that several runs have in common."""
    value = max(common, key=lambda each: len(compared.has(each)))
    having, of = compared.has(value), len(compared.runs)
    said = f"the same in {len(having)} of {of} runs"
    phones = {run.device for run in having}
    if len(phones) > 1:
        why = f"{said}, on {len(phones)} phones: it tells none of them from another"
        return Lasting(persistence=Persistence.UNKNOWN, why=why, own=True)
    steady = [place for place in compared.places if len(place) > 1 and _one_value(compared, place)]
    several = [place for place in compared.places if len(place) > 1]
    times = sum(resets(place) for place in steady)
    if len(steady) < len(several):
        why = f"{said}, others in the others: of {len(compared.different)} values some came again"
        return Lasting(persistence=Persistence.UNKNOWN, why=why, own=not compared.known)
    if not times:
        why = f"{said}; the app was not reset between them: it may go with the installation"
        return Lasting(persistence=Persistence.UNKNOWN, why=why, own=not compared.known)
    return _steady(compared, said=said, times=times)


def _steady(compared: _Compared, *, said: str, times: int) -> Lasting:
    """One value for each phone, whatever was reset."""
    phones = {run.device for run in compared.runs}
    if len(phones) > 1:
        said = f"one value on each of {len(phones)} phones, the same in all its runs"
        why = f"{said}, though the app was reset {_times(times)} between them"
        return Lasting(persistence=Persistence.PERSISTENT, why=why)
    why = f"{said}, though the app was reset {_times(times)} between them; one device only"
    if compared.known:
        return Lasting(persistence=Persistence.PERSISTENT, why=why)
    if _APPS_OWN.search(compared.path.rpartition("/")[2]):
        why = f"{why}: by its name it is the app's own key, and tells no phone from another"
        return Lasting(persistence=Persistence.UNKNOWN, why=why, own=True)
    return Lasting(persistence=Persistence.PERSISTENT, why=f"{why}: may be the app's own key", own=True)


def _changing(compared: _Compared) -> Lasting:
    """No two runs have a value in common."""
    of = len(compared.runs)
    reset = all(place[1:] and all(run.reset for run in place[1:]) for place in compared.places)
    again = any((run, value) in compared.recurs for run, values in compared.values.items() for value in values)
    if compared.most_in_one == 1 and not again:
        why = f"once in each of {of} runs, always another: may be of the session or of the event"
        return Lasting(persistence=Persistence.UNKNOWN, why=why)
    inside = "one value in each" if compared.most_in_one == 1 else f"up to {compared.most_in_one} values in one"
    until = ", another one after each reset of the app" if reset else ", others in the next"
    outlives = "; whether it would outlast a run without a reset was not tried" if reset else ""
    return Lasting(persistence=Persistence.SESSION, why=f"{inside} of {of} runs{until}{outlives}")


def _one_value(compared: _Compared, place: Sequence[Setting]) -> bool:
    every = [set(compared.values[run.run]) for run in place]
    return bool(set.intersection(*every))


def _is_the_same_everywhere(compared: _Compared) -> bool:
    """One value in all, on several phones: the app's own."""
    return len(compared.different) == 1 and len({run.device for run in compared.runs}) > 1


def _grows(compared: _Compared) -> bool:
    """Numbers of which each is bigger than the one before: a clock or a counter."""
    different = compared.different
    if len(different) < _ENOUGH or not all(value.isdigit() for value in different):
        return False
    numbers = [int(value) for value in different]
    return all(one < next_one for one, next_one in pairwise(numbers))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
