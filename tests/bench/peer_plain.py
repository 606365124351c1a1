"""Plain Python: statuses in a list, the lifecycle in a table, `heapq` for the queue; no library."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from tests.bench.rules import Item
from tests.bench.table import NEXT
from tests.bench.world import World

__all__ = ["Heap", "Plain"]


class Heap(World):
    """A world whose queue is a heap."""

    queue: list[Item]

    def schedule(self, item: Item) -> None:
        """Put an item on the heap."""
        heappush(self.queue, item)

    def run(self, seed: int, replication: int) -> None:
        """Run once."""
        self.reset(seed, replication)
        queue = self.queue = list(self.script)
        heapify(queue)
        while queue:
            day = self.day = queue[0][0]
            while queue and queue[0][0] == day:
                self.take(heappop(queue))
            if self.touched or self.exits:
                self.settle(day)


class Plain(Heap):
    """Statuses in a list."""

    def step(self, event: int, treaty: int, party: int) -> int:
        """Look the new status up."""
        after = NEXT[event][self.status[treaty * self.parties + party]]
        return after if after >= 0 and self.may(event, self.day, treaty, party) else -1

    def step_treaty(self, treaty: int, status: int) -> None:
        """The mirror is all there is."""
