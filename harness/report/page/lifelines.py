"""Every hook's life, run by run: declared, class seen, in place, first call, how many calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.report.present import traced
from harness.report.reading import Run, Study
from harness.report.words import ARROW, STATUSES, counted, since
from harness.store.queries import HookRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HookGroup:
    """The hooks of one tracker over all runs, by how they fared."""

    name: str
    armed: int
    calls: int
    broken: tuple[HookLine, ...]  # failed or unanswered in some run
    absent: tuple[HookLine, ...]  # else: class or method not there in some run
    installed: tuple[HookLine, ...]  # in place in every run


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLine:
    """One hook: where it stands, and its life in each run, process by process (nothing where it was not armed)."""

    text: str
    layer: str
    lives: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]
    reason: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Something into which no hook sees, and in which runs there was a sign of it."""

    name: str
    runs: tuple[bool, ...]


def signs(study: Study) -> tuple[Sign, ...]:
    """What was looked for because no hook sees into it."""
    found: dict[str, list[bool]] = {}
    for number, run in enumerate(study.runs):
        for hook in run.hooks:
            if hook.presence:
                runs = found.setdefault(hook.key.split("/", 2)[-1].partition(": ")[0], [False] * len(study.runs))
                runs[number] |= hook.status == "installed" and (not hook.method or bool(hook.called))
    return tuple(Sign(name=name, runs=tuple(runs)) for name, runs in found.items())


def hook_groups(study: Study) -> tuple[HookGroup, ...]:
    """Every armed hook of trackers that left any trace, by tracker; the platform's own last."""
    slugs = {hook.tracker for run in study.runs for hook in run.hooks if not hook.presence}
    there = traced(study)
    named = sorted((slug for slug in slugs if slug in there), key=study.tracker_order)
    return tuple(_hook_group(study, slug) for slug in [*named, *([None] if None in slugs else [])])


def _hook_group(study: Study, slug: str | None) -> HookGroup:
    by_key: dict[str, list[tuple[int, HookRow]]] = {}
    for number, run in enumerate(study.runs):
        for hook in run.hooks:
            if hook.tracker == slug and not hook.presence:
                by_key.setdefault(hook.key, []).append((number, hook))
    lines = [_hook_line(study, seen) for seen in by_key.values()]
    broken = tuple(line for line in lines if {"failed", "unanswered"} & set(line.keys))
    installed = tuple(line for line in lines if set(line.keys) == {"installed"})
    return HookGroup(
        name=study.tracker_name(slug) if slug else "The platform's own functions",
        armed=len(lines),
        calls=sum(line.calls for line in lines),
        broken=broken,
        absent=tuple(line for line in lines if line not in broken and line not in installed),
        installed=installed,
    )


def _hook_line(study: Study, seen: Sequence[tuple[int, HookRow]]) -> HookLine:
    """One hook over all runs. Where a run has several processes, the best answer of them counts."""
    states = [""] * len(study.runs)
    lives: list[list[str]] = [[] for _ in study.runs]
    for number, hook in seen:
        if states[number] != "installed":
            states[number] = hook.status
        lives[number].append(_life(study.runs[number], hook))
    first = seen[0][1]
    types = [parameter.rpartition(".")[2] for parameter in first.parameters or ()]
    short = ", ".join(types) if first.parameters is not None else "any"
    return HookLine(
        text=f"{first.class_name}.{first.method}({short})" if first.method else first.class_name,
        layer=first.layer,
        lives=tuple(tuple(dict.fromkeys(each)) for each in lives),
        keys=tuple(states),
        reason="; ".join(dict.fromkeys(hook.reason for _, hook in seen if hook.reason)),
        calls=sum(hook.called or 0 for _, hook in seen),
    )


def _life(run: Run, hook: HookRow) -> str:
    """From the class's appearance to the last call, in one line; the process in front where there are several."""
    words = []
    if hook.seen_at_ms is not None:
        words.append(f"class seen {_at(run, hook.seen_at_ms)}")
    state = STATUSES.get(hook.status, hook.status)
    if hook.status == "installed" and hook.installed_at_ms is not None:
        state = f"{state} {_at(run, hook.installed_at_ms)}"
    words.append(f"{state} (this initialised the class)" if hook.initialised_by_us else state)
    if hook.first_call_ms is not None:
        words.append(f"first call {_at(run, hook.first_call_ms)}")
    if hook.status == "installed" or hook.called:
        words.append(_calls(hook))
    life = f" {ARROW} ".join(words)
    return f"{_process(run, hook.process)}: {life}" if len(run.processes) > 1 else life


def _at(run: Run, at_ms: float) -> str:
    return since(run.began_ms, at_ms).replace(" ", "\N{NO-BREAK SPACE}")


def _calls(hook: HookRow) -> str:
    if hook.called is None:
        return "calls not counted"
    calls = counted(hook.called, "call") if hook.called else "never called"
    return f"{calls}, {hook.dropped:,} of them dropped" if hook.dropped else calls


def _process(run: Run, process: str) -> str:
    """`:remote`, or that it is the main one."""
    name = next((row.name for row in run.processes if row.id == process), "")
    return f":{name.partition(':')[2]}" if ":" in name else "main process"
