"""The invented person of a run."""

from __future__ import annotations

import itertools

import phonenumbers

from harness.device.persona import device_values, plant
from harness.model.facts import Source

_SEEDS = [f"run {number}" for number in range(200)]


def test_the_same_seed_gives_the_same_person_and_another_one_another() -> None:
    assert plant("a") == plant("a")
    people = [plant(seed).env for seed in _SEEDS]
    for name in people[0]:
        distinct = {person[name] for person in people}
        assert len(distinct) > (20 if name == "FIRST_NAME" else 150), name


def test_no_value_contains_another_except_the_full_name() -> None:
    for seed in _SEEDS:
        env = plant(seed).env
        for inner, outer in itertools.permutations(env, 2):
            if outer != "FULL_NAME":
                assert env[inner].lower() not in env[outer].lower(), (seed, inner, outer)


def test_every_value_can_be_typed_and_searched() -> None:
    for seed in _SEEDS:
        persona = plant(seed)
        assert persona.env == {value.name: value.value for value in persona.values}
        for value in persona.values:
            assert value.value.isascii() and value.value.isprintable() and len(value.value) >= 6
            assert value.searchable and value.source is Source.PLANTED


def test_e_mail_and_telephone_cannot_be_anybodys() -> None:
    for seed in _SEEDS:
        env = plant(seed).env
        assert env["EMAIL"].endswith("@example.org")
        number = phonenumbers.parse(env["PHONE"])
        assert phonenumbers.is_possible_number(number)
        assert str(number.national_number)[3:8] == "55501"


def test_the_full_name_is_first_and_last_name() -> None:
    env = plant("a").env
    assert env["FULL_NAME"].rpartition(" ")[::2] == (env["FIRST_NAME"], env["LAST_NAME"])


def test_the_password_is_a_secret() -> None:
    assert "PASSWORD" in plant("a").secrets


def test_device_values_that_many_devices_share_are_not_searched() -> None:
    values = {
        value.name: value
        for value in device_values(
            {
                "android_id": "38cbe2115f76909e",
                "model": "Pixel 6",
                "device_name": "Pixel 6",
                "carrier": "O2",
                "local_ip": "10.0.2.16",
                "other": "x",
            }
        )
    }
    assert values["android_id"].searchable and values["android_id"].category == "android_id"
    assert values["local_ip"].searchable and values["local_ip"].category == "private_ip"
    assert not values["model"].searchable and values["model"].why == "shared by many devices"
    assert not values["device_name"].searchable  # a phone is called after its model until someone names it
    assert not values["carrier"].searchable
    assert "other" not in values
