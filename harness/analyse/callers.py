"""Whose code made a call: the innermost frame of its stack that is not the platform's decides, or nobody does."""

from __future__ import annotations

from collections.abc import Sequence

from harness.analyse.owner import APP, UNKNOWN, Owner, class_of
from harness.model.preflight import Preflight, RenamedClass
from harness.model.tracker import Tracker

# Code that only carries what others do: it says nothing about whose a call is.
_CARRIERS = (
    *("java.", "javax.", "jdk.", "sun.", "com.sun.", "android.", "androidx.", "dalvik.", "libcore.", "com.android."),
    *("org.json.", "org.apache.harmony.", "kotlin.", "kotlinx.", "bridge.", "j$.", "$Proxy"),
    # general-purpose libraries: whoever calls them is meant
    *("okhttp3.", "okio.", "retrofit2.", "com.squareup.okhttp.", "com.squareup.moshi.", "com.google.gson."),
    *("com.fasterxml.jackson.", "org.apache.http.", "org.apache.commons.", "io.ktor.", "io.reactivex.", "rx."),
)
_OUTLINED = "$$ExternalSyntheticOutline"  # R8 puts code of many classes there, whatever the class in front is


class Callers:
    """The hook files' code prefixes and what is known of renamed classes, ready to ask."""

    def __init__(self, trackers: Sequence[Tracker], *, package: str, foreseen: Preflight | None = None) -> None:
        self._code = [(prefix, tracker.slug) for tracker in trackers for prefix in tracker.code]
        self._app = f"{package}."
        self._own_names = foreseen.own_names if foreseen else {}
        self._renamed = _certain(foreseen.renamed if foreseen else ())
        # Where a tracker's renamed class lies in the app's own package, a name there no longer says that it is the
        # app's: all that says so are the names that the manifest keeps, or a mapping file.
        mixed = not self._own_names and any(name.startswith(self._app) for name in self._renamed)
        self._kept = frozenset(foreseen.app.components) if foreseen and mixed else None

    def owner(self, frames: Sequence[str]) -> Owner:
        """The tracker's, the app's own (then nobody's), or unknown. A tracker further out only called the app back, or
        code of which nobody knows whose it is; but a library of the tracker's own maker is passed over."""
        between: list[tuple[str, str]] = []  # names and frames of code that nobody knows
        for frame in frames:
            known = self._one(frame)
            if known is None:
                continue
            name, owner = known
            if not owner.known and not owner.own_doing:
                between.append((name, owner.how))
            elif not between or (owner.known and name and all(_maker(name) == _maker(one) for one, _ in between)):
                return owner
            else:
                break
        return Owner(how=between[0][1]) if between else Owner()

    def _one(self, frame: str) -> tuple[str, Owner] | None:
        """Of one frame its class's own name ("" when that is not known) and whose it is; None for what only carries."""
        name = class_of(frame)
        if (renamed := self._renamed.get(name)) is not None:
            how = f"stack: {frame} ({_known_as(renamed)})"
            return renamed.original or "", Owner(tracker=renamed.tracker, how=how)
        own_name = self._own_names.get(name, name)
        if own_name.startswith(_CARRIERS) or _OUTLINED in name:
            return None
        shown = frame if own_name == name else f"{frame} ({own_name} by mapping)"
        slug = next((slug for prefix, slug in self._code if f"{own_name}.".startswith(prefix)), None)
        if slug is not None:
            return own_name, Owner(tracker=slug, how=f"stack: {shown}")
        return own_name, Owner(how=f"{APP if self._is_own(own_name) else UNKNOWN}{shown}")

    def _is_own(self, name: str) -> bool:
        return name.startswith(self._app) and (self._kept is None or name.partition("$")[0] in self._kept)


def _maker(name: str) -> tuple[str, ...]:
    """`com.example`: whoever owns that name."""
    return tuple(name.split(".")[:2])


def _certain(renamed: Sequence[RenamedClass]) -> dict[str, RenamedClass]:
    """By the name in the app, without those that several trackers could claim."""
    by_name = {each.class_name: each for each in renamed}
    disputed = {each.class_name for each in renamed if by_name[each.class_name].tracker != each.tracker}
    return {name: each for name, each in by_name.items() if name not in disputed}


def _known_as(renamed: RenamedClass) -> str:
    by = f"by {renamed.tier.value}"
    return f"{renamed.original} {by}" if renamed.original else by
