"""A bounded queue in front of one thread that stores what has arrived, a transaction at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

ITEM = TypeVar("ITEM")
MOST_BYTES = 64 * 1024 * 1024  # what may wait unwritten; design section 2 wants nothing unbounded
MOST_ITEMS = 100_000
ROOM_S = 0.025  # how long one commit waits for more to arrive
ROOM_BYTES = 2 * 1024 * 1024  # or until there is so much, which is what it takes: a quarter of an agent's window


class Drain(Generic[ITEM]):
    """Calls `store` with lists of items on its own thread. After `store` has raised, items are taken and dropped, so
    that nobody who feeds it can hang, and the error is raised by `settle`."""

    def __init__(self, store: Callable[[Sequence[ITEM]], None], *, name: str) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._items: deque[tuple[ITEM, int]] = deque()
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
                self._changed.wait()
            self._items.append((item, size))
            self._bytes += size
            self._put += 1
            if len(self._items) == 1 or self._bytes - size < ROOM_BYTES <= self._bytes:
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

    def _work(self) -> None:
        while taken := self._take():
            try:
                if not self._failure:
                    self._store([item for item, _ in taken])
            except BaseException as error:
                self._failure = error
            with self._changed:
                self._done += len(taken)
                self._bytes -= sum(size for _, size in taken)
                self._changed.notify_all()

    def _take(self) -> list[tuple[ITEM, int]]:
        """What to store next; nothing at the end."""
        with self._changed:
            while not self._items and not self._closing:
                self._urgent = False
                self._changed.wait()
            self._changed.wait_for(self._enough, timeout=ROOM_S)
            taken: list[tuple[ITEM, int]] = []
            size = 0
            while self._items and size < ROOM_BYTES:
                taken.append(self._items.popleft())
                size += taken[-1][1]
            return taken

    def _enough(self) -> bool:
        return self._urgent or self._closing or self._bytes >= ROOM_BYTES or len(self._items) > MOST_ITEMS
