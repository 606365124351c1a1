"""Mesa: an agent for each relationship, and the event list of its discrete-event simulator; both are made once.

Items of a day are collected and done in order by an event of low priority on the same day (see peer_simpy).
"""

from __future__ import annotations

import mesa
from mesa.experimental.devs import DEVSimulator
from mesa.experimental.devs.eventlist import Priority

from tests.bench.rules import Item
from tests.bench.table import NEXT, Table
from tests.bench.world import World

__all__ = ["Mesa"]


class _Relationship(mesa.Agent):
    """The agent of one party under one treaty; it holds the status."""

    def __init__(self, model: _Model, treaty: int, party: int) -> None:
        super().__init__(model)
        self.treaty, self.party, self.status = treaty, party, 0

    def fire(self, event: int) -> int:
        after = NEXT[event][self.status]
        world = self.model.world
        if after < 0 or not world.may(event, world.day, self.treaty, self.party):
            return -1
        self.status = after
        return after


class _Model(mesa.Model):
    def __init__(self, world: Mesa) -> None:
        super().__init__(seed=1)
        self.world = world
        pairs = [divmod(pair, world.parties) for pair in range(world.parties * len(world.table.treaties))]
        self.relationships = [_Relationship(self, treaty, party) for treaty, party in pairs]


class Mesa(World):
    """A world whose relationships are agents."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.simulator = DEVSimulator()
        self.model = _Model(self)
        self.today: list[Item] = []

    def step(self, event: int, treaty: int, party: int) -> int:
        """Ask the agent."""
        return self.model.relationships[treaty * self.parties + party].fire(event)

    def step_treaty(self, treaty: int, status: int) -> None:
        """A treaty is no agent; the mirror is all there is."""

    def schedule(self, item: Item) -> None:
        """Put an event for the day of the item."""
        self.simulator.schedule_event_absolute(self._woken, float(item[0]), function_args=[item])

    def _woken(self, item: Item) -> None:
        self.today.append(item)
        if len(self.today) == 1:
            self.simulator.schedule_event_absolute(self._close_day, float(item[0]), priority=Priority.LOW)

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
        for one in self.model.relationships:
            one.status = 0
        self.simulator.reset()
        self.simulator.setup(self.model)
        for item in self.script:
            self.schedule(item)
        self.simulator.run_until(float(self.horizon))
