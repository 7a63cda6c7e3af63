"""What a hook file says, as values: a tracker, its field map, its consent switches, and all files together."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.hook import Hook, Layer


class Effect(StrEnum):
    """What a consent switch does when the app calls it."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    SWITCH = "switch"  # the direction is the boolean argument: see ConsentSwitch.opts_out_when


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSwitch:
    """A hook whose call is a statement about consent, not content."""

    hook: str  # key of the Hook
    effect: Effect
    opts_out_when: bool | None = None  # for SWITCH: the boolean argument that means "no"
    argument: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where in a decoded payload a datum of a known category sits.

    `path` is a JSON pointer over the decoded tree in which `*` stands for any one index or key. `layers` says to which
    layers' payloads it applies. `property` is TrackHAR's name where it has one. `evidence` is mandatory.
    """

    path: str
    category: str
    evidence: str
    property: str | None = None
    layers: tuple[Layer, ...] = (Layer.ENCODE, Layer.PLATFORM)
    when: tuple[str, str] | None = None  # (path, exact text): applies only if the payload has this text there
    hooks: tuple[str, ...] = ()  # keys: applies to these hooks' payloads only, whatever `layers` says


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A payload and what must be read from it; every one is a test.

    `payload` is text; base64 of bytes when `encoding` is "base64"; a JSON list when it is "arguments".
    """

    hook: str
    payload: str
    expect: tuple[tuple[str, str], ...]  # (category, value as text)
    encoding: str = "text"
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A text at a place of a platform payload that shows whose it is when the stack does not."""

    path: str
    pattern: str  # regular expression, searched
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRule:
    """One place where the SDK's version stands. The pattern's group is the version; several groups are its parts, which
    are joined by dots without leading zeros.

    Either a `file` of the package (a path, matched by its end) whose text is searched; or a class's `constant`; or the
    constant strings that the class's code loads, or, without a class, that any class of the tracker loads.
    """

    pattern: str
    evidence: str
    class_name: str | None = None
    constant: str | None = None
    file: str | None = None


class RestFormat(StrEnum):
    """How a file that an SDK keeps is to be read."""

    SQLITE = "sqlite"
    PREFERENCES = "preferences"  # Android's shared_prefs XML
    JSON = "json"
    LINES = "lines"  # one record a line
    JAVA = "java"  # Java's object serialisation
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestFile:
    """A file in which the SDK keeps data on the phone: what it holds can be compared with what hooks saw.

    `path` is a glob below the app's data folder (/data/data/PACKAGE). `columns` names, for SQLITE, the columns that
    hold content, as `table.column`.
    """

    path: str
    format: RestFormat
    meaning: str
    evidence: str
    columns: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()  # paths in one record; for PREFERENCES `/key`


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestSwitch:
    """A <meta-data> of the manifest that turns something of the SDK on or off."""

    name: str
    meaning: str
    default: str  # what holds when it is not there
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One row of hooks/categories.yaml: a kind of datum, as reports name it."""

    name: str
    label: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """One hook file of hooks/trackers/."""

    slug: str
    name: str
    legal_entity: str
    country: str
    code: tuple[str, ...]  # class name prefixes
    hosts: tuple[str, ...]  # regular expressions, searched in the host name
    sdk_versions: str
    hooks: tuple[Hook, ...]
    fields: tuple[Field, ...] = ()
    consent: tuple[ConsentSwitch, ...] = ()
    examples: tuple[Example, ...] = ()
    markers: tuple[Marker, ...] = ()
    fingerprint: tuple[str, ...] = ()  # constant strings of which each alone shows that a class is this tracker's
    file: str = ""
    paths: tuple[str, ...] = ()  # regular expressions, searched in a request's path: for hosts that are the app's own
    exodus: tuple[int, ...] = ()  # its numbers at Exodus Privacy
    versions: tuple[VersionRule, ...] = ()
    at_rest: tuple[RestFile, ...] = ()
    switches: tuple[ManifestSwitch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything loaded from hooks/: trackers and the platform hooks. `sha256` is over the files' bytes."""

    trackers: tuple[Tracker, ...]
    platform: tuple[Hook, ...]
    sha256: str
    files: tuple[str, ...] = field(default=())
    categories: tuple[Category, ...] = field(default=())
    examples: tuple[Example, ...] = field(default=())  # of the platform hooks

    def hooks(self, runtime: str) -> tuple[Hook, ...]:
        """All hooks for a runtime ("art" or "jvm"), trackers first, in file order; without the signs that only the
        app's code can show, before it runs."""
        every = [hook for tracker in self.trackers for hook in tracker.hooks] + list(self.platform)
        return tuple(hook for hook in every if hook.runtime in (None, runtime) and not hook.only_in_code)
