"""Whose a payload or a request is: by the code on the stack, by a marker in the content, by where it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.analyse.callers import Callers
from harness.analyse.detecting.fields import find, text_of
from harness.analyse.owner import Owner
from harness.analyse.values import Tree
from harness.model.preflight import Preflight
from harness.model.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a request goes, from which process, when."""

    process: str
    at_ms: float
    host: str
    path: str  # with the query


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The app told a tracker's code to send to a host from now on."""

    at_ms: float
    tracker: str
    path: str
    how: str


class Attribution:
    """The hook files' code, markers, hosts and paths, ready to ask. `package` and `own_hosts` are the app's."""

    def __init__(
        self,
        trackers: Sequence[Tracker],
        *,
        package: str,
        own_hosts: Sequence[str] = (),
        foreseen: Preflight | None = None,
    ) -> None:
        self._callers = Callers(trackers, package=package, foreseen=foreseen)
        self._hosts = [(re.compile(host), tracker.slug) for tracker in trackers for host in tracker.hosts]
        self._paths = [(re.compile(path), tracker.slug) for tracker in trackers for path in tracker.paths]
        self._markers = [
            (marker.path, re.compile(marker.pattern), tracker.slug)
            for tracker in trackers
            for marker in tracker.markers
        ]
        self._own = [re.compile(host) for host in own_hosts]
        self._told: dict[tuple[str, str], list[_Told]] = {}

    def by_stack(self, frames: Sequence[str]) -> Owner:
        """Whose code made a call; innermost frame first."""
        return self._callers.owner(frames)

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

    def learn(self, said: str, *, tracker: str, process: str, at_ms: float, by: str) -> None:
        """The app gave a tracker's code a URL or a host name, by the call `by`: it sends there from now on."""
        host, path = _address(said)
        if host:
            told = _Told(at_ms=at_ms, tracker=tracker, path=path, how=f"host set by {by}: {host}")
            self._told.setdefault((process, host), []).append(told)

    def receiver(self, to: Destination, frames: Sequence[str]) -> Owner:
        """Who gets a request: whose host it is, else who was told to send there, whose code sends it, whose path it is.

        The app's own backends are nobody's: what a tracker's code does there, it does for the app (an interceptor of
        every request), unless the app had set that host or the path is the tracker's."""
        owner = self.by_host(to.host)
        if owner.known:
            return owner
        sender, own = self.by_stack(frames), self.is_own(to.host)
        learned = self._learned(to, sender, own=own)
        if learned.known or (sender.known and not own):
            return learned if learned.known else sender
        by_path = self._by_path(to.path)
        return by_path if by_path.known or own else sender

    def is_own(self, host: str) -> bool:
        """Whether the suite says that the host is the app's own backend."""
        return any(pattern.search(host.lower()) for pattern in self._own)

    def _learned(self, to: Destination, sender: Owner, *, own: bool) -> Owner:
        """The tracker that was told to send to this host; nobody where several were, or where the app itself sends. On
        a host that the app uses for itself the path must be the one that was told, or the tracker's code send."""
        told = [each for each in self._told.get((to.process, to.host.lower()), ()) if each.at_ms <= to.at_ms]
        if not told or sender.own_doing or len({each.tracker for each in told}) > 1:
            return Owner()
        last = told[-1]
        within = last.path not in ("", "/") and to.path.startswith(last.path)
        if own and not within and sender.tracker != last.tracker:
            return Owner()
        return Owner(tracker=last.tracker, how=last.how)

    def _by_path(self, path: str) -> Owner:
        bare = path.partition("?")[0]
        found = {slug for pattern, slug in self._paths if pattern.search(bare)}
        return Owner(tracker=found.pop(), how=f"path: {bare}") if len(found) == 1 else Owner()


def _address(said: str) -> tuple[str, str]:
    """Host name and path of a URL, or of a host name with or without port."""
    try:
        split = urlsplit(said if "//" in said else f"//{said}")
    except ValueError:
        return "", ""
    return (split.hostname or "").lower(), split.path
