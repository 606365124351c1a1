"""`transitions` with a Machine for each relationship and each treaty, built once and reused, and a heap.

Used as its manual shows: a condition on each row asks the law, callbacks around a change keep the book. What a run
costs beyond the plain peer is the library's.
"""

from __future__ import annotations

from typing import Any

from transitions import Machine

from simulator.law.lifecycle import INITIAL, STATUSES, TREATY_STATUSES
from tests.bench.peer_plain import Heap
from tests.bench.table import EVENTS, NEXT, Table

__all__ = ["Transitions"]

CODE = {name: code for code, name in enumerate(STATUSES)}
ROWS = [
    {"trigger": event, "source": STATUSES[before], "dest": STATUSES[after], "conditions": "may"}
    for number, event in enumerate(EVENTS)
    for before, after in enumerate(NEXT[number])
    if after >= 0
]
TREATY_ROWS = [
    {"trigger": "open", "source": "negotiated", "dest": "open"},
    {"trigger": "in_force", "source": "open", "dest": "in_force"},
    {"trigger": "terminated", "source": "in_force", "dest": "terminated"},
]


class _Relationship:
    """The model of one machine; the library gives it `state` and `trigger`."""

    state: str
    trigger: Any

    def __init__(self, world: Transitions, treaty: int, party: int) -> None:
        self.world, self.treaty, self.party = world, treaty, party

    def may(self, event: int) -> bool:
        return self.world.may(event, self.world.day, self.treaty, self.party)

    def remember(self, event: int) -> None:
        self.before = CODE[self.state]

    def changed(self, event: int) -> None:
        after = CODE[self.state]
        if self.before != after:
            self.world.booked(self.treaty, self.party, self.before, after)


class _Treaty:
    state: str
    trigger: Any


class Transitions(Heap):
    """A world whose relationships and treaties are machines."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        pairs = [divmod(pair, self.parties) for pair in range(self.parties * len(table.treaties))]
        self.models = [_Relationship(self, treaty, party) for treaty, party in pairs]
        around = {"before_state_change": "remember", "after_state_change": "changed"}
        self.machines = [self._machine(one, STATUSES, INITIAL["party"], ROWS, **around) for one in self.models]
        self.instruments = [_Treaty() for _ in table.treaties]
        first = [TREATY_STATUSES[status] for status in self.first_status]
        self.treaty_machines = [
            self._machine(one, TREATY_STATUSES, status, TREATY_ROWS)
            for one, status in zip(self.instruments, first, strict=True)
        ]

    @staticmethod
    def _machine(
        model: object, states: tuple[str, ...], initial: str, rows: list[dict[str, Any]], **around: str
    ) -> Machine:
        quiet = {"auto_transitions": False, "ignore_invalid_triggers": True}
        return Machine(model, list(states), initial, rows, **quiet, **around)

    def reset(self, seed: int, replication: int) -> None:
        """Begin a run: machines that the last one moved go back to their first state."""
        super().reset(seed, replication)
        for machine, model in zip(self.machines, self.models, strict=True):
            if model.state != "non_party":
                machine.set_state("non_party")
        for machine, one, status in zip(self.treaty_machines, self.instruments, self.first_status, strict=True):
            if one.state != TREATY_STATUSES[status]:
                machine.set_state(TREATY_STATUSES[status])

    def step(self, event: int, treaty: int, party: int) -> int:
        """Trigger the event on the machine."""
        model = self.models[treaty * self.parties + party]
        return CODE[model.state] if model.trigger(EVENTS[event], event) else -1

    def booked(self, treaty: int, party: int, before: int, after: int) -> None:
        """A machine says that it has changed."""
        super()._book(self.day, treaty, party, before, after)

    def _book(self, day: int, treaty: int, party: int, before: int, after: int) -> None:
        """The machine's callback has done it."""

    def step_treaty(self, treaty: int, status: int) -> None:
        """Trigger the event that is named like the status."""
        self.instruments[treaty].trigger(TREATY_STATUSES[status])
