"""Payloads in which there is nothing to be found: the same for a seed, made while they are read."""

# ruff: noqa: SIM905 - word lists are read as text
from __future__ import annotations

import base64
import hashlib
import json
import random
import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.analyse.decoding.decode import decode
from harness.analyse.detecting.detect import Detector
from tests.detection.values import PERSONA, VALUES

FULL = 52_000_000  # bytes
SLICE = 3_000_000
_SEED = 20_261_123
_WORDS = """
    event screen view button press open close start end session user name doorbell front garden camera motion
    battery level network mobile wifi android version model language region currency price item cart search query
    result error message retry count total time zone offset first last next page home settings profile
""".split()
_PLACES = ("52.52", "-122.33", "1987")  # what a similar number must not begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A payload of which something was said that is not there."""

    kind: str
    content: str | bytes
    said: tuple[str, ...]


Payload = tuple[str, str | bytes, tuple[str, ...]]  # kind, content, and the steps that it really has


def corpus(size: int) -> Iterator[Payload]:
    """Payloads, until there are `size` bytes."""
    dice = random.Random(_SEED)
    makers = (_document, _identifiers, _numbers, _address, _noise, _structured, _near_miss, _near_hash)
    left = size
    while left > 0:
        for make in makers:
            content = make(dice)
            left -= len(content)
            yield make.__name__.strip("_"), content, ("json",) if isinstance(content, str) else ()


def wrong(payloads: Iterable[Payload]) -> Iterator[Wrong]:
    """Every false hit and every false step."""
    detector = Detector(PERSONA)
    for kind, content, steps in payloads:
        decoded = decode(content)
        said = tuple(f"{hit.persona.name} as {hit.form} at {hit.leaf.path}" for hit in detector.hits(decoded.leaves))
        undone = tuple(step.step for step in decoded.undone)
        if undone != steps:
            said += (f"undone: {', '.join(undone)}",)
        if said:
            yield Wrong(kind=kind, content=content, said=said)


def _phrase(dice: random.Random, most: int = 8) -> str:
    return " ".join(dice.choices(_WORDS, k=dice.randint(1, most)))


def _document(dice: random.Random) -> str:
    """What an SDK sends: names, phrases, flags, times."""
    rows = [
        {
            dice.choice(_WORDS): _phrase(dice),
            "screen": "com.example." + ".".join(dice.choices(_WORDS, k=2)) + dice.choice(_WORDS).title(),
            dice.choice(_WORDS) + "_" + dice.choice(_WORDS): dice.random() < 0.5,
            "at": 1_700_000_000_000 + dice.randrange(10**10),
            "CONSTANT": "_".join(dice.choices(_WORDS, k=4)).upper(),
            "camel": "".join(word.title() for word in dice.choices(_WORDS, k=4)),
        }
        for _ in range(dice.randint(1, 6))
    ]
    return json.dumps({"rows": rows, "text": _phrase(dice, 60)})


def _identifiers(dice: random.Random) -> str:
    """Chance letters: in hex, in Base64, as UUIDs, as tokens."""
    return json.dumps(
        {
            "android_id": f"{dice.getrandbits(64):016x}",
            "uuid": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "digest": dice.randbytes(dice.choice((16, 20, 32, 64))).hex(),
            "upper": dice.randbytes(dice.randint(8, 40)).hex().upper(),
            "token": base64.b64encode(dice.randbytes(dice.randint(12, 90))).decode(),
            "safe": base64.urlsafe_b64encode(dice.randbytes(dice.randint(12, 90))).decode().rstrip("="),
            "letters": "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=dice.randint(8, 40))),
            "push": ":".join("".join(dice.choices("ABCDEFGHabcdefgh0123456789_-", k=40)) for _ in range(2)),
        }
    )


def _numbers(dice: random.Random) -> str:
    """Decimals like places, amounts and card numbers."""
    decimals = [round(dice.uniform(-180, 180), dice.randint(0, 9)) for _ in range(20)]
    return json.dumps(
        {
            "decimals": [number for number in decimals if not str(number).startswith(_PLACES)],
            "longs": [dice.randrange(10 ** dice.randint(1, 20)) for _ in range(20)],
            "texts": ["".join(dice.choices("0123456789", k=dice.randint(1, 24))) for _ in range(10)],
            "versions": [".".join(str(dice.randrange(60)) for _ in range(3)) for _ in range(4)],
            "dates": [
                f"{dice.randint(1990, 2030)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}" for _ in range(4)
            ],
        }
    )


def _address(dice: random.Random) -> str:
    """Addresses with chance letters in path and query."""
    made = [
        f"https://cdn.example.org/{dice.choice(_WORDS)}/{dice.randbytes(16).hex()}/"
        f"{base64.urlsafe_b64encode(dice.randbytes(30)).decode()}/{'-'.join(dice.choices(_WORDS, k=4))}.js"
        f"?v={dice.randrange(10**6)}&id={uuid.UUID(int=dice.getrandbits(128))}"
        for _ in range(3)
    ]
    return json.dumps({"addresses": made, "said": f"GET {made[0]} took {dice.randrange(900)} ms"})


def _noise(dice: random.Random) -> bytes:
    """As encrypted, after a byte that text does not have: one alone may be a text."""
    return b"\x00\xff" + dice.randbytes(dice.randint(0, 3000))


def _structured(dice: random.Random) -> bytes:
    """Arrays of numbers and of samples, as files and sound have them."""
    count = dice.randint(8, 300)
    match dice.randrange(3):
        case 0:
            return struct.pack(f"<{count}i", *(dice.randint(-1000, 1000) for _ in range(count))) + b"\xff"
        case 1:
            return struct.pack(f">{count}d", *(dice.gauss(0, 100) for _ in range(count))) + b"\xff"
        case _:
            return b"\xff\xd8\xff\xe0\x00\x10" + bytes(dice.choices(range(64), k=count)) + b"\xff\xd9"


def _changed(dice: random.Random, text: str) -> str:
    """One letter or digit of a text changed to the next one: of a number the first that counts."""
    places = [at for at, letter in enumerate(text) if letter.isascii() and letter.isalnum()]
    places = places or [at for at, letter in enumerate(text) if letter.isalnum()]
    at = places[0] if text.lstrip("-").replace(".", "", 1).isdecimal() and "." in text else dice.choice(places)
    letter = text[at]
    if letter.isdecimal() and letter.isascii():
        new = str((int(letter) + dice.randint(1, 9)) % 10)
    elif letter.isascii():
        first = "a" if letter.islower() else "A"
        new = chr(ord(first) + (ord(letter) - ord(first) + dice.randint(1, 25)) % 26)
    else:
        new = chr(ord(letter) + 1)
    return text[:at] + new + text[at + 1 :]


def _near_miss(dice: random.Random) -> str:
    """Values with one letter changed, and those in Base64 and hex within other letters."""
    made = {name: _changed(dice, value) for name, (_, value) in VALUES.items() if name not in _FRAGILE}
    letters = _changed(dice, dice.choice([value for _, value in VALUES.values()]))
    noise = dice.randbytes(9)
    return json.dumps({**made, "blob": base64.b64encode(noise + b"\xff" + letters.encode()).decode()})


def _near_hash(dice: random.Random) -> str:
    """Digests of the values with one digit changed."""
    made = {}
    for name, (_, value) in VALUES.items():
        digits = hashlib.new(dice.choice(("md5", "sha1", "sha256", "sha512")), value.encode()).hexdigest()
        at = dice.randrange(len(digits))
        other = "0123456789abcdef"[(int(digits[at], 16) + dice.randint(1, 15)) % 16]
        made[name] = digits[:at] + other + digits[at + 1 :]
    return json.dumps(made)


_FRAGILE = frozenset({"PASSWORD_QUOTES"})  # it holds "%41": written as a text it is decoded, as it should be
