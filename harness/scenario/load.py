"""Reads flow files: a header, ---, a list of commands. Every fault of a file and of those it runs is listed at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.scenario.commands import LATER, SPECS
from harness.scenario.flow import Command, Flow, Place, RunFlow, Step, When
from harness.scenario.reader import Reader, expanded, label_of
from harness.yamlfields import Fields
from harness.yamlmarks import Node, load_marked, suggestion

HEADER_KEYS = ("appId", "name", "tags", "env", "properties", "summary")
_LATER_HEADER = frozenset({"url", "onFlowStart", "onFlowComplete", "jsEngine", "androidWebViewHierarchy"})
_RUN_KEYS = ("file", "commands", "when", "env")
_WHEN_KEYS = ("visible", "notVisible", "true", "platform")
_COMMON_KEYS = ("label", "optional")


def load_flow(path: Path, *, names: Iterable[str] | None = None) -> Flow:
    """The flow; InputError lists all faults. `names` are those that ${NAME} may use beside the flow's own `env`."""
    flow, faults = read_flow(path, names=names)
    if flow is None or faults:
        count = f"{len(faults)} faults" if len(faults) != 1 else "a fault"
        raise InputError(f"{path} has {count}", remedy="Correct these lines.", faults=tuple(faults))
    return flow


def read_flow(path: Path, *, names: Iterable[str] | None = None) -> tuple[Flow | None, list[Fault]]:
    """As `load_flow`, for lint: the flow as far as it can be read, and every fault."""
    loader = _Loader(names=frozenset(names) if names is not None else None)
    flow = loader.flow(path)
    return flow, sorted(loader.faults, key=lambda fault: (fault.file, fault.line))


@dataclass(slots=True)
class _Loader:
    """Reads one flow and the files it runs. `names` grows and shrinks with the scopes of `env`."""

    names: frozenset[str] | None
    faults: list[Fault] = field(default_factory=list)
    open_files: list[Path] = field(default_factory=list)  # from the outermost to the one being read
    files: list[Path] = field(default_factory=list)

    def flow(self, path: Path) -> Flow | None:
        documents, faults = load_marked(path, shown=shown(path))
        self.faults += faults
        if len(documents) != 2:
            if not faults:
                self._fault(path, 1, "is not a flow: a header, a line ---, then commands")
            return None
        self.files.append(path)
        header, body = documents
        fields = self._header(header)
        env = Reader(self.faults, self.names).table(fields, "env")
        app_id = fields.text("appId")
        steps = self._scoped(env, path, body)
        return Flow(
            path=path,
            app_id=app_id,
            name=fields.text("name", path.stem),
            steps=steps,
            tags=fields.texts("tags"),
            env=env,
            files=tuple(dict.fromkeys(self.files)),
        )

    def _header(self, node: Node) -> Fields:
        for key in node.key_lines:
            if key in _LATER_HEADER:
                self.faults.append(
                    node.key_fault(key, f"{key} is not supported yet", remedy="Write its commands into the flow.")
                )
        fields = Fields(node, self.faults, known=(*HEADER_KEYS, *_LATER_HEADER), what="the header")
        fields.require("appId")
        return fields

    def _scoped(self, env: dict[str, str], path: Path, body: Node) -> tuple[Step, ...]:
        """The steps of a body in which these names have values too."""
        outer = self.names
        self.names = None if outer is None else outer | frozenset(env)
        self.open_files.append(path.resolve())
        try:
            return self._steps(body)
        finally:
            self.open_files.pop()
            self.names = outer

    def _steps(self, body: Node) -> tuple[Step, ...]:
        if not isinstance(body.value, tuple):
            self.faults.append(body.fault("commands must be a list", remedy="Begin each with `- `."))
            return ()
        return tuple(step for step in map(self._step, body.value) if step is not None)

    def _step(self, node: Node) -> Step | None:
        word, content = self._word(node)
        if word is None:
            return None
        spec = SPECS.get(word)
        if content is None and (spec is None or not spec.bare):
            self.faults.append(node.fault(f"{word} needs something after it", remedy=f"Write `- {word}: ...`."))
            return None
        place = node if content is None else content
        mapping = place if content is not None else Node(file=node.file, line=node.line, value={})
        short = "file" if spec is None else spec.short
        if short is not None and not isinstance(mapping.value, tuple):
            mapping = expanded(mapping, short)
        reader = Reader(self.faults, self.names)
        keys = _RUN_KEYS if spec is None else spec.keys
        fields = reader.fields(mapping, (*keys, *_COMMON_KEYS), word)
        command: Command = self._run_flow(fields, reader) if spec is None else spec.read(fields, reader)
        return Step(
            word=word,
            command=command,
            place=Place(file=node.file, line=node.line),
            label=label_of(fields, self.faults),
            optional=fields.boolean("optional"),
        )

    def _word(self, node: Node) -> tuple[str | None, Node | None]:
        """The command's name and what follows it; (None, None) after a fault."""
        if isinstance(node.value, str):
            return (node.value, None) if self._known(node, node.value) else (None, None)
        if not isinstance(node.value, dict) or not node.value:
            self.faults.append(node.fault("is not a command", remedy="Write `- tapOn: Sign in`."))
            return None, None
        first, *rest = node.value
        for key in rest:
            remedy = (
                f"Indent it below `{first}:`."
                if key not in SPECS
                else "Begin every command with `- ` on a line of its own."
            )
            self.faults.append(node.key_fault(key, f"{key!r} does not belong beside {first!r}", remedy=remedy))
        return (first, node.value[first]) if self._known(node, first) else (None, None)

    def _known(self, node: Node, word: str) -> bool:
        if word in SPECS or word == "runFlow":
            return True
        if word in LATER:
            self.faults.append(node.fault(f"{word} is not supported yet", remedy="Do it with other commands."))
        else:
            self.faults.append(
                node.fault(f"unknown command {word!r}", remedy=suggestion(word, [*SPECS, "runFlow"]))
            )  # fmt: skip
        return False

    def _run_flow(self, fields: Fields, reader: Reader) -> RunFlow:
        env = reader.table(fields, "env")
        when = self._when(fields, reader)
        file, commands = fields.optional_text("file"), fields.node_of("commands")
        if (file is None) == (commands is None):
            self.faults.append(fields.node.fault("runFlow needs a file or commands", remedy="Give one of the two."))
        steps: tuple[Step, ...] = ()
        if commands is not None:
            steps = self._scoped(env, self.open_files[-1], commands)
        elif file is not None:
            steps = self._included(fields, file, env)
        return RunFlow(steps=steps, file=file, when=when, env=env)

    def _included(self, fields: Fields, file: str, env: dict[str, str]) -> tuple[Step, ...]:
        path = Path(os.path.normpath(self.open_files[-1].parent / file))
        if path.resolve() in self.open_files:
            fields.fault("file", f"{file} runs itself", remedy="Break the circle.")
            return ()
        if not path.is_file():
            fields.fault("file", f"there is no file {file}", remedy="Paths count from this file's folder.")
            return ()
        outer = self.names
        self.names = None if outer is None else outer | frozenset(env)
        try:
            inner = self.flow(path)
        finally:
            self.names = outer
        if inner is None:
            return ()
        return _with_env(inner)

    def _when(self, fields: Fields, reader: Reader) -> When:
        node = fields.node_of("when")
        if node is None:
            return When()
        inner = reader.fields(node, _WHEN_KEYS, "when")
        return When(
            visible=reader.nested(inner, "visible"),
            not_visible=reader.nested(inner, "notVisible"),
            true=reader.optional_template(inner, "true"),
            android=inner.text("platform", "Android").lower() == "android",
        )

    def _fault(self, path: Path, line: int, problem: str) -> None:
        remedy = "See scenarios/ for examples."
        self.faults.append(Fault(file=shown(path), line=line, problem=problem, remedy=remedy))


def _with_env(flow: Flow) -> tuple[Step, ...]:
    """The steps of an included flow; its own `env` goes with them."""
    if not flow.env:
        return flow.steps
    place = Place(file=shown(flow.path), line=1)
    return (Step(word="runFlow", command=RunFlow(steps=flow.steps, env=flow.env), place=place),)


def shown(path: Path) -> str:
    """The path as people read it: relative to where they stand, when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
