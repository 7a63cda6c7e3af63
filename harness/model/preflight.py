"""What is known about an app's trackers before it runs, and how each hook was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.code import AppPackage
from harness.model.hook import FoundBy


class Tier(StrEnum):
    """How a hook got the names under which it is set, surest first."""

    MAPPING = "mapping"  # the app's own R8 mapping file says so
    EXACT = "exact"  # the known name
    FINGERPRINT = "fingerprint"  # another name, found by constants, calls and types; unique, or it is not used
    PLATFORM = "platform"  # not found: only the platform's hooks can see what this method would have shown


class Found(StrEnum):
    """What the app's code says about one hook."""

    FOUND = "found"  # class, method and overload are there, under the known name
    RENAMED = "renamed"  # they are there under another name, and it is certain which
    AT_RUN_TIME = "at run time"  # told by what the app's own call returns; the method that it returns from is there
    OTHER_OVERLOAD = "other overload"  # class and method are there, with other parameters
    CANDIDATES = "candidates"  # several could be it: none is hooked under this name
    INLINED = "inlined"  # the mapping file shows its code inside other methods
    ABSENT = "absent"  # no trace of it
    NOT_ASKED = "not asked"  # a class of the system, or one for which other hooks stand


@dataclass(frozen=True, slots=True, kw_only=True)
class HookForecast:
    """One hook of the pack against the app's code. The names are those to hook; for Found.FOUND the known ones.

    `evidence` are sentences for people. `others` are the overloads there are (OTHER_OVERLOAD), the methods it may be
    (CANDIDATES), or those that hold its code (INLINED). A hook has several rows where several classes are to be hooked.

    `expected` is False where the hook file's since and until say that the app's version of the SDK has no such method.
    The last three are what else has another name here: see Hook; None where nothing has.
    """

    key: str
    tracker: str | None
    found: Found
    tier: Tier
    class_name: str
    method: str
    parameters: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    expected: bool = True
    read_as: tuple[tuple[str, str], ...] = ()
    found_by: FoundBy | None = None
    skip_callers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkFound:
    """A tracker whose code is in the app. `version` is None where it could not be read, `in_range` then too.

    `outlook` is one sentence: what of it a run will be able to see.
    """

    tracker: str
    version: str | None
    tier: Tier
    classes: int  # how many classes are known to be its
    evidence: tuple[str, ...]
    in_range: bool | None = None  # whether the hook file was written for this version
    outlook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamedClass:
    """A class of a tracker under another name, for attribution by stack. `original` is None when only the tracker is
    known."""

    class_name: str
    original: str | None
    tracker: str
    tier: Tier
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchFound:
    """A tracker's setting in the manifest. `value` is None when it is not set there: then `default` holds."""

    tracker: str
    name: str
    meaning: str
    value: str | None
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """All that could be found out before a run. `own_names` maps the app's renamed classes to their own names, when a
    mapping file was given."""

    app: AppPackage
    sdks: tuple[SdkFound, ...]
    hooks: tuple[HookForecast, ...]
    renamed: tuple[RenamedClass, ...] = ()
    switches: tuple[SwitchFound, ...] = ()
    warnings: tuple[str, ...] = ()  # protection against instrumentation, code that no hook sees into
    mapping_sha256: str | None = None
    own_names: dict[str, str] = field(default_factory=dict)
