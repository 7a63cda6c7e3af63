"""The secrets of one run: which they are, what the flow types for them, and what stands for them everywhere else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from harness.device import plant
from harness.model.errors import InputError
from harness.model.facts import PersonaValue, Source
from harness.scenario.expression import ExpressionError, fill
from harness.secrets.veil import Veil
from harness.secrets.written import token, why_not

_CATEGORY = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """`env` has the values, and lives in memory only; `veil` keeps them out of what is stored."""

    env: Mapping[str, str]
    veil: Veil

    @property
    def names(self) -> frozenset[str]:
        """As flows call them."""
        return frozenset(self.env)

    def persona(self, values: Sequence[PersonaValue]) -> Iterator[PersonaValue]:
        """What is stored of the persona: of a secret, what stands for it."""
        for name in sorted(self.env):
            text = token(name).decode()
            yield PersonaValue(name=name, category=_CATEGORY, value=text, source=Source.PLANTED, secret=True)
        for value in values:
            if value.name not in self.env:
                yield value


def hide(names: frozenset[str], *, given: Mapping[str, str], flow_env: Mapping[str, str]) -> Hidden:
    """The secrets that a run begins with. A value that nobody gives is invented at random: what the run's id gives,
    whoever has the case file could work out. Raises InputError for one that cannot be kept out of a case file."""
    invented = plant(secrets.token_hex(16))
    outer = {**invented.env, **given}
    env: dict[str, str] = {}
    for name in sorted(names | invented.secrets):
        value = outer.get(name, "")
        with suppress(ExpressionError):  # the player says what is wrong with it, and where
            value = fill(flow_env[name], outer) if name in flow_env else value
        if value:
            env[name] = value
            _must_be_tellable(name, value)
    return Hidden(env=env, veil=Veil(env))


def _must_be_tellable(name: str, value: str) -> None:
    why = why_not(value)
    if why:
        raise InputError(
            f"the secret {name} cannot be kept out of the case file: {why}",
            remedy="Give it another value, or take its name out of `secrets:` and know that it will stand in the file.",
        )
