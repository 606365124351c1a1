"""SimPy, in two styles: a process for each scripted or pending item, and bare timeouts with callbacks.

The library orders what happens at one time by when it was put there; the product orders a day by content. So an item
that wakes joins the list of its day, and the first of a day starts the close of the day, which does them in order.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from tests.bench.peer_plain import Plain
from tests.bench.rules import Item

__all__ = ["Callbacks", "Processes"]

EVENING = 0.5


class Processes(Plain):
    """Each item is a process that waits for its day."""

    environment: simpy.Environment
    today: list[Item]

    def schedule(self, item: Item) -> None:
        """Start a process that waits for the day of the item."""
        self.environment.process(self._wait(item))

    def _wait(self, item: Item) -> Generator[simpy.Event, Any, None]:
        yield self.environment.timeout(item[0] - self.environment.now)
        self.today.append(item)
        if len(self.today) == 1:
            yield self.environment.timeout(EVENING)
            self._close_day()

    def _close_day(self) -> None:
        today, self.today = sorted(self.today), []
        day = self.day = today[0][0]
        for item in today:
            self.take(item)
        if self.touched or self.exits:
            self.settle(day)

    def run(self, seed: int, replication: int) -> None:
        """Run once."""
        self.reset(seed, replication)
        self.environment, self.today = simpy.Environment(), []
        for item in self.script:
            self.schedule(item)
        self.environment.run()


class Callbacks(Processes):
    """Each item is a timeout with a callback, which is leaner than a process."""

    def schedule(self, item: Item) -> None:
        """Put a timeout for the day of the item."""
        timeout = self.environment.timeout(item[0] - self.environment.now, item)
        timeout.callbacks.append(self._woken)

    def _woken(self, event: simpy.Event) -> None:
        self.today.append(event.value)
        if len(self.today) == 1:
            evening = self.environment.timeout(EVENING)
            evening.callbacks.append(self._evening)

    def _evening(self, event: simpy.Event) -> None:
        self._close_day()
