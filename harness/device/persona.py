"""The person a run pretends to be: invented, plausible, unique to the run, so that any of it on the wire is proof.

Addresses are at example.org (RFC 2606), telephone numbers from the 555-01xx range kept for fiction. No value contains
another, except that FULL_NAME is made of FIRST_NAME and LAST_NAME. Everything is ASCII, as `input text` demands.
"""

# ruff: noqa: SIM905 - word lists are read as text

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.facts import PersonaValue, Source

_FIRST = (
    "Araminta Balthazar Clementina Desdemona Ermengarde Florizel Guinevere Hyacintha Isambard Jocasta Kinborough "
    "Leocadia Melisande Nicodemus Ottoline Peregrine Quintilla Rosamunda Sidonie Thaddeus Ulyssia Valentina Wilhelmina "
    "Xanthippe Ysolde Zephyrine"
).split()
_STEMS = "bran corv dask elm farr gorm hald ingr jost kest lorn marr nev osk pell quar rav stel torv uld vand".split()
_MIDDLES = (
    "aden alen amer aner astel edel elden emer enel erin olden oler omer onel orin udel ulen umer undel urin".split()
)
_ENDS = "wick mere stow holm garth combe thwaite bourne hurst leigh".split()
_TREES = "alder birch cedar hazel juniper larch maple rowan sycamore willow".split()
_ANIMALS = "otter heron badger kestrel lynx marten osprey plover raven stoat".split()
_AREA_CODES = ("206", "303", "404", "505", "602", "703", "808", "907")
_LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowels: no words by accident

_DEVICE_CATEGORIES = {
    "android_id": "android_id",
    "advertising_id": "advertising_id",
    "carrier": "carrier",
    "local_ip": "private_ip",
    "model": "device_model",
    "fingerprint": "device_model",
    "serial_number": "persistent_id",
    "device_name": "persistent_id",
    "timezone": "timezone",
    "locale": "locale",
}
_SHORTEST = 6  # characters: shorter values turn up by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """`env` is what a flow's ${NAME} stands for; `secrets` are names whose values must never be stored in clear."""

    values: tuple[PersonaValue, ...]
    env: Mapping[str, str]
    secrets: frozenset[str]


def plant(seed: str) -> Persona:
    """The persona of one run; the same seed (the run's id) gives the same person."""
    dice = random.Random(seed)  # noqa: S311 - an invented person, not a key
    first = dice.choice(_FIRST)
    last, street, aunt, area, parcel, bridge, network = _coined(dice, 7)
    env = {
        "FULL_NAME": f"{first} {last}",
        "FIRST_NAME": first,
        "LAST_NAME": last,
        "EMAIL": f"{dice.choice(_TREES)}.{dice.choice(_ANIMALS)}.{_code(dice, 6)}@example.org",
        "PHONE": f"+1{dice.choice(_AREA_CODES)}55501{dice.randrange(100):02}",
        "PASSWORD": f"{_code(dice, 5).title()}-{dice.randrange(10**5):05}-{_code(dice, 5)}!",
        "DOOR_CODE": f"{dice.randrange(10**9, 10**10)}",
        "STREET_ADDRESS": f"{dice.randrange(100, 999)} {street} Crescent",
        "CONTACT_NAME": f"Aunt {aunt}",
        "NEIGHBORHOOD": f"{area} Heights",
        "DEVICE_LABEL": f"Porch {dice.choice(_ANIMALS)} {_code(dice, 6)}",
        "SEARCH_TEXT": f"parcel for {parcel}",
        "COMMENT": f"Seen near the {bridge} bridge",
        "NOTE": f"Spare key under pot {_code(dice, 7)}",
        "WIFI_NAME": f"{network}-{_code(dice, 4)}",
    }
    return Persona(
        values=tuple(_planted(name, value) for name, value in env.items()), env=env, secrets=frozenset({"PASSWORD"})
    )


def device_values(identifiers: Mapping[str, str]) -> tuple[PersonaValue, ...]:
    """What `Device.identifiers` gave, as values to look for. Facts that many devices share are kept but not searched:
    only a tracker's field can say what they mean."""
    model = identifiers.get("model", "")
    return tuple(_device_value(name, value, model) for name, value in identifiers.items() if name in _DEVICE_CATEGORIES)


def _device_value(name: str, value: str, model: str) -> PersonaValue:
    category = _DEVICE_CATEGORIES[name]
    why = ""
    if category in ("timezone", "locale", "device_model") or value == model:
        why = "shared by many devices"
    elif len(value) < _SHORTEST:
        why = f"shorter than {_SHORTEST} characters"
    return PersonaValue(name=name, category=category, value=value, source=Source.DEVICE, searchable=not why, why=why)


def _planted(name: str, value: str) -> PersonaValue:
    categories = {"FULL_NAME": "name", "FIRST_NAME": "name", "LAST_NAME": "name", "EMAIL": "email", "PHONE": "phone"}
    return PersonaValue(name=name, category=categories.get(name, "custom"), value=value, source=Source.PLANTED)


def _coined(dice: random.Random, count: int) -> list[str]:
    """Surnames and places that nobody has: distinct ones out of 4,200."""
    every = [stem + middle + end for stem in _STEMS for middle in _MIDDLES for end in _ENDS]
    return [word.title() for word in dice.sample(every, count)]


def _code(dice: random.Random, length: int) -> str:
    return "".join(dice.choice(_LETTERS) for _ in range(length))
