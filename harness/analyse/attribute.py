"""Whose a payload or a request is: by the hook, by the code on the stack, by a marker in the content, by the host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.analyse.fields import find, text_of
from harness.analyse.values import Tree
from harness.model.findings import UNATTRIBUTED
from harness.model.tracker import Tracker

# Code that only carries what others do: it says nothing about whose a call is.
_PLATFORM_CODE = (
    *("java.", "javax.", "jdk.", "sun.", "com.sun.", "android.", "androidx.", "dalvik.", "libcore.", "com.android."),
    *("org.json.", "org.apache.harmony.", "kotlin.", "kotlinx.", "bridge."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A tracker's slug (or "unattributed") and how it was found; "app: <frame>" when it is the app's own doing."""

    tracker: str = UNATTRIBUTED
    how: str = ""

    @property
    def known(self) -> bool:
        return self.tracker != UNATTRIBUTED


class Attribution:
    """The hook files' code prefixes, markers and hosts, ready to ask. `package` and `own_hosts` are the app's."""

    def __init__(self, trackers: Sequence[Tracker], *, package: str, own_hosts: Sequence[str] = ()) -> None:
        self._code = [(prefix, tracker.slug) for tracker in trackers for prefix in tracker.code]
        self._hosts = [(re.compile(host), tracker.slug) for tracker in trackers for host in tracker.hosts]
        self._markers = [
            (marker.path, re.compile(marker.pattern), tracker.slug)
            for tracker in trackers
            for marker in tracker.markers
        ]
        self._own = [re.compile(host) for host in own_hosts]
        self._app = f"{package}."

    def by_stack(self, frames: Sequence[str]) -> Owner:
        """The innermost frame that is not the platform's decides: the tracker's, or the app's own (then nobody's).

        A tracker further out only called the app back. Libraries are passed over.
        """
        for frame in frames:
            if frame.startswith(_PLATFORM_CODE):
                continue
            for prefix, slug in self._code:
                if frame.startswith(prefix):
                    return Owner(tracker=slug, how=f"stack: {frame}")
            if frame.startswith(self._app):
                return Owner(how=f"app: {frame}")
        return Owner()

    def by_marker(self, tree: Tree) -> Owner:
        """A text that only this tracker's payloads have at that place."""
        for path, pattern, slug in self._markers:
            for value in find(tree, path):
                text = text_of(value)
                if text is not None and pattern.search(text):
                    return Owner(tracker=slug, how=f"marker: {path}")
        return Owner()

    def by_host(self, host: str) -> Owner:
        """The tracker whose hook file names this host."""
        for pattern, slug in self._hosts:
            if pattern.search(host.lower()):
                return Owner(tracker=slug, how=f"host: {host}")
        return Owner()

    def is_own(self, host: str) -> bool:
        """Whether the suite says that the host is the app's own backend."""
        return any(pattern.search(host.lower()) for pattern in self._own)
