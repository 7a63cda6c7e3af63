"""What the name of a field says about its value: a place, an id, the advertising id."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LATITUDE = frozenset({"lat", "latitude"})
_LONGITUDE = frozenset({"lng", "lon", "long", "longitude"})
_COORDINATES = frozenset({"coordinates", "coords", "geo", "latlng", "latlon", "latlong", "location", "gps"})
_ID = frozenset({"id", "uid", "uuid", "guid", "udid", "identifier", "token", "fingerprint", "duid"})
_ADVERTISING = frozenset({"adid", "gaid", "aaid", "idfa", "ifa", "rdid", "maid", "advertising", "advertiser"})
_NUMBER_OF_PHONE = frozenset({"imei", "meid", "imei1", "imei2", "device", "did", "udid"})
_VERSION = frozenset({"version", "ver", "versions", "sdk", "build", "agent", "ua"})


@lru_cache(maxsize=65536)
def words(path: str) -> frozenset[str]:
    """Of the last part of a path that is no number: `af`, `lat` of `/geo/af_lat`, `device`, `id` of `deviceId`."""
    last = next((part for part in reversed(path.split("/")) if part and not part.isdigit()), "")
    return frozenset(part.lower() for part in _PART.findall(last)) | {last.lower()}


def names_a_latitude(path: str) -> bool:
    return bool(words(path) & _LATITUDE)


def names_a_longitude(path: str) -> bool:
    return bool(words(path) & _LONGITUDE)


def names_a_place(path: str) -> bool:
    """A latitude, a longitude, or both."""
    return bool(words(path) & (_LATITUDE | _LONGITUDE | _COORDINATES))


def names_an_id(path: str) -> bool:
    return bool(words(path) & (_ID | _ADVERTISING))


def names_the_advertising_id(path: str) -> bool:
    return bool(words(path) & _ADVERTISING)


def names_a_phone(path: str) -> bool:
    """A number that tells this phone from others."""
    return bool(words(path) & _NUMBER_OF_PHONE)


def names_a_version(path: str) -> bool:
    return bool(words(path) & _VERSION)
