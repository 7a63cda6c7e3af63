"""One tracker in full, as `harness hooks show` prints it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from harness.cli.hook_rows import found_by, versions
from harness.model.hook import Hook
from harness.model.tracker import ConsentSwitch, Field, RestFile, Tracker, VersionRule

_NARROWEST = 40


def page(tracker: Tracker, *, width: int) -> Iterator[str]:
    """The lines, each at most `width` columns where words allow."""
    for indent, text in _everything(tracker):
        if not text:
            yield ""
            continue
        yield from textwrap.wrap(
            text,
            width=max(width, _NARROWEST),
            initial_indent="  " * indent,
            subsequent_indent="  " * indent + "    ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _everything(tracker: Tracker) -> Iterator[tuple[int, str]]:
    """Each line with its depth."""
    yield 0, f"{tracker.name} ({tracker.slug}), {tracker.legal_entity}, {tracker.country}"
    yield 1, f"SDK versions: {tracker.sdk_versions}"
    yield 1, f"file: {tracker.file}"
    if tracker.exodus:
        yield 1, f"at Exodus Privacy: {', '.join(map(str, tracker.exodus))}"
    yield from _list("code", tracker.code)
    yield from _list("hosts", tracker.hosts)
    yield from _list("paths on other hosts", tracker.paths)
    yield from _list("constants that only its code loads", [repr(text) for text in tracker.fingerprint])
    yield from _list("where its version stands", map(_version, tracker.versions))
    switches = {hook.key for hook in tracker.hooks} & {switch.hook for switch in tracker.consent}
    yield from _hooks("hooks", [hook for hook in tracker.hooks if hook.key not in switches], {})
    of_consent = [hook for hook in tracker.hooks if hook.key in switches]
    yield from _hooks("consent", of_consent, {switch.hook: switch for switch in tracker.consent})
    yield from _list("in the manifest", (f"{s.name}: {s.meaning}; {s.default} unless set" for s in tracker.switches))
    yield from _list("fields of payloads", [_field(row) for row in tracker.fields if not row.hooks])
    yield from _list("fields of arguments", [_own(row) for row in tracker.fields if row.hooks])
    yield from _list("kept on the phone", map(_rest, tracker.at_rest))
    yield from _list("examples", [f"{len(tracker.examples)}, run as tests"] if tracker.examples else [])


def _list(title: str, items: Iterator[str] | Sequence[str] | map[str]) -> Iterator[tuple[int, str]]:
    lines = list(items)
    if lines:
        yield 0, ""
        yield 0, title
        yield from ((1, line) for line in lines)


def _hooks(title: str, hooks: Sequence[Hook], switches: dict[str, ConsentSwitch]) -> Iterator[tuple[int, str]]:
    if hooks:
        yield 0, ""
        yield 0, title
    for (layer, name), some in groupby(hooks, key=lambda hook: (hook.layer.value, hook.class_name)):
        entries = list(some)
        shared = _facts(entries[0])  # of the whole class, unless a method says otherwise
        yield 1, f"{layer}: {name}"
        yield 2, f"({'; '.join(shared)})"
        for hook in entries:
            parameters = "any" if hook.parameters is None else ", ".join(hook.parameters)
            told = (f"{hook.method}({parameters}): {_what(hook, switches.get(hook.key))}", versions(hook))
            yield 2, ", ".join(text for text in told if text)
            own = [fact for fact in _facts(hook) if fact not in shared]
            if own:
                yield 3, f"({'; '.join(own)})"


def _facts(hook: Hook) -> list[str]:
    return [f"verified: {hook.confidence.value}", f"found by {found_by(hook)}", hook.evidence]


def _what(hook: Hook, switch: ConsentSwitch | None) -> str:
    host = f"; sends to {hook.host} from then on" if hook.host else ""
    if switch is None:
        return hook.meaning + host
    effect = switch.effect.value.replace("_", " ")
    says_no = f", {str(switch.opts_out_when).lower()} means no" if switch.opts_out_when is not None else ""
    return f"{hook.meaning} [{effect}{says_no}]"


def _version(rule: VersionRule) -> str:
    if rule.file:
        where = f"file {rule.file}"
    elif rule.constant:
        where = f"{rule.class_name}.{rule.constant}"
    else:
        where = f"constants in {rule.class_name or 'its code'}"
    return f"{where}, {rule.pattern} ({rule.evidence})"


def _field(row: Field) -> str:
    name = row.category + (f" ({row.property})" if row.property else "")
    when = f" when {row.when[0]} is {row.when[1]}" if row.when else ""
    return f"{row.path or '(all of it)'}: {name}{when} - {row.evidence}"


def _own(row: Field) -> str:
    methods = dict.fromkeys(key.split("/", 2)[2].partition("(")[0].rpartition(".")[2] for key in row.hooks)
    return f"{', '.join(methods)} {_field(row)}"


def _rest(file: RestFile) -> str:
    columns = f", {', '.join(file.columns)}" if file.columns else ""
    fields = f"; {len(file.fields)} fields of its own" if file.fields else ""
    return f"{file.path} ({file.format.value}{columns}): {file.meaning}{fields} - {file.evidence}"
