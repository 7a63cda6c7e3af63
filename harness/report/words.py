"""How the report says things: observation only, never a judgement of law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from harness.model.findings import Consent, Explanation, Grade
from harness.model.hook import Layer
from harness.model.story import Joint, StoryLink
from harness.store.queries import StepRow

ARROW = "\N{RIGHTWARDS ARROW}"
LAYERS = {
    Layer.API: "said to the tracker's code",
    Layer.ENCODE: "last moment before the tracker encodes it",
    Layer.PLATFORM: "seen at the platform's own functions",
    Layer.WIRE: "seen as it left",
}
GRADES = {
    Grade.PLANTED: "planted: a value invented for this run, found nowhere else",
    Grade.DEVICE: "read from the device before the run",
    Grade.FIELD: "known by its place in the payload",
}
EXPLANATIONS = {
    Explanation.SAME_CONTENT: "the body carries exactly this content",
    Explanation.IN_OUT: "the body holds what came out when this went in: proved by the call that was seen doing it",
    Explanation.ENCRYPTED: "the body is encrypted; this went into the encryption, on the same thread, just before",
    Explanation.UNREAD: "the body could not be read; this was written on the same thread, just before",
    Explanation.READ: "the body was read as it was written to TLS; nothing captured before has this content",
    Explanation.NO_BODY: "the request has no body",
}
STATUSES = {
    "installed": "in place",
    "pending": "class never seen",
    "overload_missing": "method not there in this form",
    "failed": "failed",
    "unanswered": "no answer",
}
SELF_CHECKS = {
    None: "not tried",
    "sound": "sound: every call was seen",
    "cured": "sound: every call was seen, after a cure",
    "fallback": "sound: every call was seen, after the second cure",
    "blind": "blind in static initialisers",
    "unavailable": "could not be tried",
    "refused": "failed: no hook may be trusted",
}
HOWS = {
    "spawned": "before its first instruction",
    "child": "as a child, before it went on",
    "attached": "late, attached",
}
CONSENT_KEYS = {
    Consent.BEFORE: "before",
    Consent.REJECTED: "reject",
    Consent.WITHDRAWN: "withdraw",
    Consent.ACCEPTED: "accept",
}
WRITTEN = {"raw": "in clear", "sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5"}
CHOICES = {"consent.accepted": "accepted", "consent.rejected": "rejected", "consent.withdrawn": "withdrawn"}


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def quoted(text: str) -> str:
    """In typographic quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"


def as_sentence(words: str) -> str:
    """With a capital at the front, unless it begins with a name out of code, and a full stop at the end."""
    is_name = any(letter in words.split(" ", 1)[0].rstrip(".:") for letter in "._$")
    return f"{words[:1] if is_name else words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 request`, `2 requests`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def inside(label: str) -> str:
    """A label as it stands inside a sentence: `E-mail address` becomes `e-mail address`, `Android ID` stays."""
    return label if any(letter.isupper() for letter in label[1:]) else label[:1].lower() + label[1:]


def moment(at_ms: float) -> str:
    """`14 November 2023, 22:13:20 UTC`."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at.day} {at:%B %Y, %H:%M:%S} UTC"


def day(at_ms: float) -> str:
    """`14 November 2023`."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at.day} {at:%B %Y}"


def since(began_ms: float, at_ms: float) -> str:
    """`+0.4 s`, and `-0.1 s` for what came before the first step."""
    return f"{(at_ms - began_ms) / 1000:+.1f} s".replace("-", "\N{MINUS SIGN}")


def size(count: int) -> str:
    """`812 bytes`, `12.3 kB`."""
    return f"{count:,} bytes" if count < 10_000 else f"{count / 1000:,.1f} kB"


def place(step: StepRow | None) -> str:
    """Where in the script: `sign-in, step 26`."""
    if step is None:
        return "before the first step"
    return f"{step.phase}, step {step.position}" if step.phase else f"step {step.position}"


def action(step: StepRow | None) -> str:
    """What the script did there: the step's label, or its command where the label only names a phase."""
    if step is None:
        return ""
    return (step.command or step.label) if step.label.startswith("phase: ") else step.label


def joint(link: StoryLink) -> str:
    """How an event belongs to a story, as a phrase."""
    method = link.how.removeprefix(f"{Joint.IN_OUT} ")
    if link.how.startswith(Joint.IN_OUT):
        return f"what came out of it is in the payload: {method}" if link.part else f"what came out of {method}"
    match link.how:
        case Joint.CONTAINED if link.layer is Layer.API:
            return "a value of it is in the payload"
        case Joint.CONTAINED:
            return "a part of the payload" if link.part else "a part of the same content"
        case Joint.BEFORE:
            return "on the same thread, just before: an inference"
        case _:
            return link.how and "the same content"


def written(form: str) -> str:
    """How a value was written, in words; what follows a comma says in what way it differs from the value as known."""
    name, comma, variant = form.partition(",")
    return f"{WRITTEN.get(name, name)}{comma}{variant}"


def is_plain(form: str) -> bool:
    """Whether a value was written in clear, be it in other letters or in another order."""
    return form.partition(",")[0] == "raw"


def chain(steps: Sequence[str]) -> str:
    """How a value was wrapped, from the outside in."""
    return f" {ARROW} ".join(written(step) for step in steps)
