"""The spellings of a value. Those of telephone numbers are the published ones: ITU-T E.123, RFC 3966, the examples of
Ofcom, the Bundesnetzagentur and the NANPA; addresses and dates are from coreutils and Node."""

from __future__ import annotations

import subprocess

import pytest

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.detect import Detector
from harness.analyse.detecting.forms import forms
from harness.model.facts import PersonaValue, Source
from tests.stored import planted


def node(script: str) -> str:
    return subprocess.run(["node", "-p", script], capture_output=True, check=True, text=True).stdout.strip()


def digest_of(name: str, text: str) -> str:
    return (
        subprocess.run([f"{name}sum"], input=text.encode(), capture_output=True, check=True).stdout.decode().split()[0]
    )


def how(value: PersonaValue, text: str, *, path: str = "/x", more: tuple[PersonaValue, ...] = ()) -> str | None:
    """The form in which the value is found in a text; None when it is not."""
    hits = Detector([value, *more]).hits([Leaf(path=path, text=text, chain=())])
    return next((hit.form for hit in hits if hit.persona.name == value.name), None)


NAME = planted("FULL_NAME", "name", "Araminta Brandenwick")
US = planted("PHONE", "phone", "+12065550142")
GB = planted("PHONE", "phone", "+442079460958")
DE = planted("PHONE", "phone", "+493012345678")
LATITUDE = planted("LATITUDE", "location", "48.8583701")
SOUTH = planted("LATITUDE", "location", "-33.8567844")
BORN = planted("BIRTH_DATE", "birth_date", "1987-03-14")
IPV4 = planted("local_ip", "private_ip", "192.168.7.43")
IPV6 = planted("IPV6", "private_ip", "2001:db8::8a2e:370:7334")
MAC = planted("WIFI_MAC", "hardware_id", "02:1a:c7:5e:90:3b")
GAID = planted("advertising_id", "advertising_id", "b209aea5-471c-44c5-873d-b7dd2a0b8746")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Brandenwick, Araminta", "raw, last name first"),
        ("BRANDENWICK ARAMINTA", "raw, last name first"),
        ("Brandenwick,Araminta", "raw, last name first"),
        ("A. Brandenwick", "raw, initial and last name"),
        ("abrandenwick", "raw, initial and last name"),
        ("araminta_brandenwick", "raw, separated by '_'"),
        ("aramintabrandenwick", "raw, lower case, no spaces"),
        (digest_of("sha256", "BRANDENWICK ARAMINTA"), "sha256, last name first, upper case"),
        (digest_of("md5", "brandenwick, araminta"), "md5, last name first, lower case"),
        (digest_of("sha512", "araminta brandenwick"), "sha512, lower case"),
        ("Brandenwick", None),
        ("an Araminta", None),
    ],
)
def test_a_name_is_recognised_in_other_orders(text: str, form: str | None) -> None:
    assert how(NAME, text) == form


def test_a_short_last_name_with_an_initial_is_chance() -> None:
    assert how(planted("FULL_NAME", "name", "Ann Lee"), "A. Lee") is None


@pytest.mark.parametrize(
    ("value", "text", "form"),
    [
        (US, "+12065550142", "raw"),
        (US, "tel:+1-206-555-0142", "raw, tel link"),
        (US, "+1 206-555-0142", "raw, international"),
        (US, "(206) 555-0142", "raw, national"),
        (US, "206-555-0142", "raw, national"),
        (US, "206.555.0142", "raw, national"),
        (US, "0012065550142", "raw, 00 before it"),
        (US, "2065550142", "raw, national number"),
        (US, "%2B12065550142", "url"),
        (GB, "+44 20 7946 0958", "raw, international"),
        (GB, "020 7946 0958", "raw, national"),
        (GB, "02079460958", "raw, national"),
        (GB, "442079460958", "raw, digits"),
        (DE, "030 12345678", "raw, national"),
        (DE, "+49 30 12345678", "raw, international"),
        (US, "2065550143", None),
        (US, "x12065550142", None),
        (US, "912065550142", None),
    ],
)
def test_a_telephone_number_is_recognised_as_its_country_writes_it(
    value: PersonaValue, text: str, form: str | None
) -> None:
    assert how(value, text) == form


def test_a_number_without_a_country_is_at_home_where_the_phone_is() -> None:
    number = planted("PHONE", "phone", "020 7946 0958")
    british = PersonaValue(
        name="locale", category="locale", value="en-GB", source=Source.DEVICE, searchable=False, why="shared"
    )
    assert how(number, "+442079460958", more=(british,)) == "raw, E.164"
    assert how(number, "+442079460958") is None


def test_a_number_that_is_no_telephone_has_no_such_forms() -> None:
    assert how(planted("DOOR_CODE", "custom", "2065550142"), "+12065550142") is None


@pytest.mark.parametrize(
    ("value", "text", "path", "form"),
    [
        (LATITUDE, "48.8583701", "/x", "raw"),
        (LATITUDE, "48.858370", "/x", "raw, 6 decimals"),
        (LATITUDE, "48.85837", "/x", "raw, 5 decimals"),
        (LATITUDE, "48.8584", "/x", "raw, 4 decimals"),
        (LATITUDE, "48.8583", "/x", "raw, 4 decimals"),
        (LATITUDE, "48.858", "/geo/lat", "raw, 3 decimals"),
        (LATITUDE, "48.86", "/loc/af_latitude", "raw, 2 decimals"),
        (LATITUDE, "48.86", "/price", None),
        (LATITUDE, "at 48.86", "/geo/lat", None),
        (LATITUDE, "48858370", "/x", "raw, micro-degrees"),
        (LATITUDE, "488583701", "/x", "raw, ten millionths of a degree"),
        (LATITUDE, "-48.8584", "/x", None),
        (LATITUDE, "148.8584", "/x", None),
        (LATITUDE, "48.85841", "/x", None),
        (LATITUDE, "0.48858370", "/x", None),
        (SOUTH, "-33.8568", "/x", "raw, 4 decimals"),
        (SOUTH, "-33856784", "/x", "raw, micro-degrees"),
        (SOUTH, "33.8568", "/x", None),
    ],
)
def test_a_coordinate_is_recognised_rounded(value: PersonaValue, text: str, path: str, form: str | None) -> None:
    assert how(value, text, path=path) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("192.168.7.43", "raw"),
        ("http://192.168.7.43:8080/", "raw"),
        ("192.168.007.043", "raw, zero-padded"),
        ("c0a8072b", "raw, hexadecimal"),
        ("0xC0A8072B", "raw, hexadecimal"),
        ("192.168.7.431", None),
        ("1192.168.7.43", None),
        ("ac0a8072b", None),
        ("3232237355", None),  # one of 2**32: an observation
    ],
)
def test_an_ipv4_address_is_recognised_in_its_spellings(text: str, form: str | None) -> None:
    assert how(IPV4, text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2001:DB8::8A2E:370:7334", "raw"),
        ("2001:0db8:0000:0000:0000:8a2e:0370:7334", "raw, expanded"),
        ("2001:db8:0:0:0:8a2e:370:7334", "raw, uncompressed"),
        ("20010db80000000000008a2e03707334", "raw, hexadecimal"),
    ],
)
def test_an_ipv6_address_is_recognised_in_its_spellings(text: str, form: str) -> None:
    assert how(IPV6, text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1987-03-14T00:00:00Z", "raw"),
        ("19870314", "raw, compact"),
        ("03/14/1987", "raw, month first"),
        ("3/14/1987", "raw, month first"),
        ("14/03/1987", "raw, day first"),
        ("14.03.1987", "raw, day first"),
        (node("Date.UTC(1987, 2, 14) / 1000"), "raw, epoch seconds"),
        (node("Date.UTC(1987, 2, 14)"), "raw, epoch milliseconds"),
        (digest_of("sha256", "19870314"), "sha256, compact"),
        ("1987-03-15", None),
        ("119870314", None),
        ("13/14/1987", None),
    ],
)
def test_a_date_is_recognised_as_the_world_writes_it(text: str, form: str | None) -> None:
    assert how(BORN, text) == form


@pytest.mark.parametrize("given", ["1987-03-14", "19870314", "14.03.1987", "03/14/1987", "14/03/1987"])
def test_a_date_may_be_planted_in_any_order(given: str) -> None:
    born = planted("BIRTH_DATE", "birth_date", given)
    assert how(born, node("Date.UTC(1987, 2, 14)")) == "raw, epoch milliseconds"


@pytest.mark.parametrize(
    ("value", "text", "form"),
    [
        (MAC, "02-1A-C7-5E-90-3B", "raw, separated by '-'"),
        (MAC, "021ac75e903b", "raw, no separators"),
        (MAC, digest_of("sha1", "02:1A:C7:5E:90:3B"), "sha1, upper case"),
        (MAC, digest_of("md5", "021AC75E903B"), "md5, no separators, upper case"),
        (GAID, "b209aea5471c44c5873db7dd2a0b8746", "raw, no separators"),
        (GAID, digest_of("sha1", GAID.value.upper()), "sha1, upper case"),
        (GAID, digest_of("md5", GAID.value.replace("-", "")), "md5, no separators"),
    ],
)
def test_a_number_of_the_device_is_recognised_with_other_separators(value: PersonaValue, text: str, form: str) -> None:
    assert how(value, text) == form


def test_an_address_without_its_tag_is_the_same_persons() -> None:
    tagged = planted("EMAIL", "email", "Cedar.Otter+bell@gmail.com")
    assert how(tagged, "cedar.otter@gmail.com") == "raw, lower case, no tag"
    assert how(tagged, digest_of("sha256", "cedarotter@gmail.com")) == "sha256, lower case, no dots"


def test_a_value_with_white_space_around_it_is_recognised_with_and_without() -> None:
    loose = planted("NOTE", "custom", "  Spare key under pot  ")
    assert how(loose, digest_of("md5", loose.value)) == "md5"
    assert how(loose, digest_of("md5", "Spare key under pot")) == "md5, trimmed"
    assert how(loose, "the Spare key under pot!") == "raw, trimmed"


def test_the_line_ends_of_a_form_make_no_difference() -> None:
    assert how(planted("NOTE", "custom", "ring twice,\nthen wait"), "ring twice,\r\nthen wait") == "raw"


@pytest.mark.parametrize("value", [NAME, US, BORN, LATITUDE, MAC, GAID])
def test_every_pattern_costs_speed_so_that_a_value_has_no_more_than_needed(value: PersonaValue) -> None:
    assert len(forms(value)[0]) < 250
