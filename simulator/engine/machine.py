"""The lifecycles as `transitions` machines: one Machine per lifecycle, driven over plain slotted records.

Building a machine or registering a model is the real cost of naive use, and injected methods cannot be typed. So there
is one machine for all relationships and one for all treaties; a record is moved by `machine.events[name].trigger`,
which needs no registration. tests/unit/test_machine.py pins that use of the library.

A guard that says no returns a text; the library would only return False. The driver therefore hands the guards a scene
in which the first refusal is written down, and turns both "no such row" and "guard says no" into a `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from transitions import EventData, Machine, MachineError

from simulator.law.guards import GUARDS, Guard, Scene
from simulator.law.lifecycle import FINAL, INITIAL, STATUSES, TREATY_STATUSES, Move, lifecycle
from simulator.law.state import RelationshipState, TreatyState

__all__ = ["Driver", "Moved", "Refused", "driver"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made: its row, and the statuses before and after (equal for a move that keeps the status)."""

    move: Move
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an event is not legal here, and on which basis."""

    reason: str
    basis: str


def _permits(move: Move) -> Callable[[EventData], bool]:
    """One condition per row: all its guards in order, then the row's id as the one that moved the record.

    One callable instead of one per guard: the library spends more on calling a condition than a guard on its answer.
    """
    guards: tuple[Guard, ...] = tuple(GUARDS[name] for name in move.guards)

    def permits(event: EventData) -> bool:
        scene: Scene = next(iter(event.args))
        for guard in guards:
            why = guard.test(scene)
            if why:
                if not scene.failed[0]:
                    scene.failed = (why, f"{guard.basis}; {guard.forbids}" if guard.forbids else guard.basis)
                return False
        scene.move = move.id
        return True

    permits.__name__ = f"permits_{move.id}"
    return permits


class Driver:
    """One lifecycle: fires events on records and says which row moved them, or why none did."""

    def __init__(self, machine: str) -> None:
        self.machine = machine
        self.moves = {move.id: move for move in lifecycle().of(machine)}
        self._machine = Machine(
            model=None,
            states=list(STATUSES if machine == "party" else TREATY_STATUSES),
            initial=INITIAL[machine],
            transitions=[self._row(move) for move in self.moves.values()],
            auto_transitions=False,
            send_event=True,
            model_attribute="status",
        )
        self._events = self._machine.events

    @staticmethod
    def _row(move: Move) -> dict[str, Any]:
        return {
            "trigger": move.event,
            "source": list(move.sources),
            "dest": None if move.target == "=" else move.target,
            "conditions": [_permits(move)],
        }

    def fire(self, record: RelationshipState | TreatyState, event: str, scene: Scene) -> Moved | Refused:
        """Fire an event on a record; the record has its new status afterwards."""
        before = record.status
        found = self._events.get(event)
        try:
            done = found is not None and found.trigger(record, scene)
        except MachineError:
            return self._no_row(before, event)
        if found is None:
            return self._no_row(before, event)
        if not done:
            return Refused(*scene.failed)
        return Moved(self.moves[scene.move], before, record.status)

    def _no_row(self, status: str, event: str) -> Refused:
        if status in FINAL[self.machine]:
            return Refused(f"nothing moves a treaty that is {status}", "VCLT 70")
        legal = ", ".join(lifecycle().legal_events(self.machine, status))
        rows = [move for move in self.moves.values() if move.event == event]
        need = " or ".join(dict.fromkeys(source for move in rows for source in move.sources))
        basis = rows[0].basis if rows else "lifecycle table"
        return Refused(
            f"{event} needs {need or 'another machine'}; it is {status}, from where {legal} are legal", basis
        )


@cache
def driver(machine: str) -> Driver:
    """Return the driver of a lifecycle, `party` or `treaty`; built once."""
    return Driver(machine)
