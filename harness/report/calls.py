"""Single events, looked up in the case file when a report shows them: their content, their story, the requests that
carried them."""

from __future__ import annotations

from harness.model.findings import Payload, Transmission
from harness.model.hook import Layer
from harness.model.story import Joint, Story, StoryLink
from harness.store import CaseFile, findings, queries, summed

Call = tuple[str, int]  # process and number of an event

MOST_LINKS = 400  # events of one story, and requests of one payload, that are looked at
MOST_STORIES = 20  # of one event


class Calls:
    """The events of one run. `shown` are those that a report may ask about; the case file stays open meanwhile."""

    def __init__(self, case: CaseFile, run: str, shown: frozenset[Call]) -> None:
        self._db = case.db
        self._run = run
        self._explained = summed.explained_by(case.db, run, shown, most=MOST_LINKS)

    def payload(self, call: Call) -> Payload | None:
        """The decoded content of an event."""
        return findings.payload(self._db, self._run, *call)

    def event(self, call: Call) -> queries.EventRow | None:
        """Who made the call, and from where."""
        return queries.event(self._db, self._run, *call)

    def request(self, call: Call) -> Transmission | None:
        """The request that an event is."""
        return findings.request(self._db, self._run, *call)

    def stories(self, call: Call) -> tuple[Story, ...]:
        """The stories in which an event stands."""
        found = findings.stories_of(self._db, self._run, *call, most=MOST_LINKS)
        return found[:MOST_STORIES]

    def sent(self, call: Call) -> tuple[Transmission, ...]:
        """The requests that carried an event's content, oldest first. A call of the public API is never what left: at
        most a value of it was."""
        known = {call, *self._explained.get(call, ())}
        for story in self.stories(call):
            if any(_at(link) == call and _is_content(link) for link in story.links):
                known |= {_at(link) for link in story.links if link.layer is Layer.WIRE or _at(link) == call}
        requests = (self.request(each) for each in sorted(known))
        found = (request for request in requests if request is not None)
        return tuple(sorted(found, key=lambda request: (request.at_ms, request.process, request.seq)))

    def is_part(self, call: Call) -> bool:
        """Whether it left only as a part of other content."""
        if self._explained.get(call) or self.request(call) is not None:
            return False
        links = [link for story in self.stories(call) for link in story.links if _at(link) == call]
        return any(link.part and _is_content(link) for link in links)


def _at(link: StoryLink) -> Call:
    return link.process, link.seq


def _is_content(link: StoryLink) -> bool:
    return link.layer in (Layer.ENCODE, Layer.PLATFORM) and (not link.part or link.how == Joint.CONTAINED)
