"""What one would write without this project: a Machine per relationship, reused, and a heap of dated acts.

It fires the events that the reference engine fired, in the same order, with no guards, no clauses, no reasons and no
trace: the least that a run can cost with the same library.
"""

from __future__ import annotations

import heapq
from typing import Any

from transitions import Machine

from simulator.law.lifecycle import INITIAL, STATUSES, TREATY_STATUSES, lifecycle
from simulator.results.trace import Trace

__all__ = ["PlainLoop"]


class _Model:
    """What a Machine drives; the library gives it its methods."""


class PlainLoop:
    """The events of one trace as dated calls on reused machines."""

    def __init__(self, trace: Trace) -> None:
        self.machines: dict[tuple[str, str], tuple[Any, Any, str]] = {}
        self.calls: list[tuple[int, int, int, tuple[str, str], str]] = []
        for step in trace.steps:
            if not step.move:
                continue
            pair = (step.treaty, step.party)
            if pair not in self.machines:
                self.machines[pair] = self._machine("party" if step.party else "treaty")
            move = next(row for row in lifecycle().moves if row.id == step.move)
            self.calls.append((step.day, step.phase, step.number, pair, move.event))

    @staticmethod
    def _machine(kind: str) -> tuple[Any, Any, str]:
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for move in lifecycle().of(kind):
            for source in move.sources:
                # The first row of an event and source: without guards the library could not choose between two.
                target = None if move.target == "=" else move.target
                rows.setdefault((move.event, source), {"trigger": move.event, "source": source, "dest": target})
        model = _Model()
        initial = "open" if kind == "treaty" else INITIAL[kind]
        machine = Machine(
            model,
            states=list(STATUSES if kind == "party" else TREATY_STATUSES),
            initial=initial,
            transitions=list(rows.values()),
            auto_transitions=False,
            ignore_invalid_triggers=True,
        )
        return machine, model, initial

    def run(self) -> int:
        """Run once; returns the number of events fired."""
        for machine, model, initial in self.machines.values():
            machine.set_state(initial, model)
        heap = list(self.calls)
        heapq.heapify(heap)
        fired = 0
        while heap:
            _, _, _, pair, event = heapq.heappop(heap)
            self.machines[pair][1].trigger(event)
            fired += 1
        return fired
