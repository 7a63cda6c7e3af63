"""A bounded queue in front of one thread that takes everything that has arrived at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

ITEM = TypeVar("ITEM")
MOST_BYTES = 64 * 1024 * 1024  # what may wait unwritten; design section 2 wants nothing unbounded
MOST_ITEMS = 100_000
ROOM_S = 0.025  # how long one commit waits for more to arrive: also the time of arrivals that a killed controller loses


class Drain(Generic[ITEM]):
    """Calls `store` with lists of items on its own thread. After `store` has raised, items are taken and dropped, so
    that nobody who feeds it can hang, and the error is raised by `settle`."""

    def __init__(self, store: Callable[[Sequence[ITEM]], None], *, name: str) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._items: list[ITEM] = []
        self._bytes = 0
        self._put = self._done = 0
        self._closing = False
        self._urgent = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def failure(self) -> BaseException | None:
        """What `store` raised, once it has."""
        return self._failure

    def put(self, item: ITEM, *, size: int = 0) -> None:
        """Add one item; waits while too much is unwritten."""
        with self._changed:
            while (self._bytes > MOST_BYTES or len(self._items) > MOST_ITEMS) and not self._failure:
                self._urgent = True
                self._changed.notify_all()
                self._changed.wait()
            self._items.append(item)
            self._bytes += size
            self._put += 1
            if len(self._items) == 1:
                self._changed.notify_all()

    def settle(self) -> None:
        """Wait until everything put so far is stored; raise what storing raised."""
        with self._changed:
            until = self._put
            self._urgent = True
            self._changed.notify_all()
            while self._done < until and not self._failure:
                self._changed.wait()
            if self._failure:
                raise self._failure

    def close(self) -> None:
        """Store the rest and end the thread. Raises what `settle` would."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _take(self) -> list[ITEM]:
        with self._changed:
            while not self._items and not self._closing:
                self._urgent = False
                self._changed.wait()
            if not self._closing and not self._urgent:
                self._changed.wait_for(lambda: self._urgent or self._closing, timeout=ROOM_S)
            items, self._items, self._bytes = self._items, [], 0
            self._changed.notify_all()
            return items

    def _work(self) -> None:
        while items := self._take():
            try:
                if not self._failure:
                    self._store(items)
            except BaseException as error:
                self._failure = error
            with self._changed:
                self._done += len(items)
                self._changed.notify_all()
