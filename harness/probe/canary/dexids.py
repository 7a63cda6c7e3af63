"""The sorted tables of a DEX file that everything else refers to by number: strings, types, prototypes, methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.probe.canary.shape import METHODS, ROOT

Proto = tuple[str, tuple[str, ...]]  # result, parameters: descriptors


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    strings: list[str]
    types: list[str]  # descriptors, in the order of their strings
    protos: list[Proto]
    methods: list[tuple[str, str, Proto]]  # owner's descriptor, name, prototype
    type_lists: list[tuple[str, ...]]

    def string(self, text: str) -> int:
        return self.strings.index(text)

    def type(self, descriptor: str) -> int:
        return self.types.index(descriptor)

    def type_of(self, name: str) -> int:
        return self.type(descriptor_of(name))

    def method(self, owner: str, name: str, descriptor: str) -> int:
        return self.methods.index((descriptor_of(owner), name, _proto(descriptor)))

    def in_order(self, names: Sequence[str]) -> list[str]:
        return sorted(names, key=self.type_of)


def collect_ids(names: Sequence[str]) -> Ids:
    """All that canaries of those names refer to, sorted as the format asks."""
    owners = {descriptor_of(name) for name in names}
    own = [(owner, method.name, _proto(method.descriptor)) for owner in owners for method in METHODS]
    used = {*own, (descriptor_of(ROOT), "<init>", _proto("()V"))}
    protos = {proto for _, _, proto in used}
    types = {owner for owner, _, _ in used} | {one for result, rest in protos for one in (result, *rest)}
    shorties = {result + "".join(rest) for result, rest in protos}
    strings = sorted(types | shorties | {name for _, name, _ in used})
    ordered_types = sorted(types)
    ordered_protos = sorted(protos, key=lambda one: (ordered_types.index(one[0]), one[1]))

    def rank(method: tuple[str, str, Proto]) -> tuple[str, str, int]:
        owner, name, proto = method
        return owner, name, ordered_protos.index(proto)

    return Ids(
        strings=strings,
        types=ordered_types,
        protos=ordered_protos,
        methods=sorted(used, key=rank),
        type_lists=sorted({rest for _, rest in protos if rest}),
    )


def descriptor_of(name: str) -> str:
    return f"L{name.replace('.', '/')};"


def _proto(descriptor: str) -> Proto:
    """Of `(I)I`: all types of the canary have one letter."""
    parameters, result = descriptor[1:].split(")")
    return result, tuple(parameters)
