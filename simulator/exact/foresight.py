"""Foresight: what would come of a waiting act if it were due now, told without living through the day.

Most days on which an act could be due need no splitting of worlds: the act would be outdated, or the record shows that
nothing was done that day. Only where neither can be said at once is the day lived through.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from simulator.engine.machine import Refused, driver
from simulator.engine.questions import Asked, holds
from simulator.engine.run import RuleAct
from simulator.engine.world import World
from simulator.law.lifecycle import lifecycle
from simulator.results.trace import Step
from simulator.scenario.program import Node, Program

__all__ = ["BLOCKED", "RULED_OUT", "UNKNOWN", "Contradiction", "Foresight", "Witness"]

BLOCKED, RULED_OUT, UNKNOWN = "blocked", "ruled out", ""


class Contradiction(Exception):  # noqa: N818  # no error: a branch of the enumeration that ends here
    """The world departs from what is known to have happened; caught by the engine, never shown."""


class Witness(Protocol):
    """Knows what happened: holds each act of a rule, and each evening, against it. `used` is what a world has met."""

    def days(self) -> Iterable[int]:
        """Return the days on whose evening something must have happened."""
        ...

    def forbids(self, treaty: str, party: str, word: str, day: int) -> bool:
        """Whether it is known that this act was not done on this day, towards anyone."""
        ...

    def saw(self, step: Step, used: frozenset[int]) -> frozenset[int]:
        """Take an act of a rule; raises Contradiction if it did not happen."""
        ...

    def evening(self, world: World, day: int, used: frozenset[int]) -> frozenset[int]:
        """Close a day; raises Contradiction if something that happened by then is missing."""
        ...


class Foresight:
    """See the module's text. `skips` says whether a day on which acts come to nothing can be left out altogether.

    It cannot where a question comes true by time alone: it is asked on every day on which something was due.
    """

    def __init__(self, program: Program, witness: Witness | None, skips: bool = True) -> None:
        self.program, self.witness, self.skips = program, witness, skips
        self.acts = lifecycle().acts
        self._by_time: dict[int, bool] = {}

    def is_blocked(self, world: World, owed: RuleAct, day: int) -> bool:
        """Whether the act would be outdated, and stay so as long as nothing happens in the world."""
        still = owed.rule.still
        if not self.skips or still is None or self._timed(still):
            return False
        return not holds(world, still, Asked(day, owed.actor, owed.subject))

    def _timed(self, node: Node) -> bool:
        """Whether a condition changes with the calendar alone."""
        found = self._by_time.get(id(node))
        if found is None:
            own = node.op == "date" or node.days >= 0
            found = self._by_time[id(node)] = own or any(self._timed(part) for part in node.parts)
        return found

    def of(self, world: World, owed: RuleAct, day: int) -> str:
        """Return BLOCKED, RULED_OUT, or UNKNOWN if the day has to be lived through; changes nothing."""
        rule = owed.rule
        if rule.still is not None and not holds(world, rule.still, Asked(day, owed.actor, owed.subject)):
            return BLOCKED if self.skips else UNKNOWN
        action = rule.options[owed.option].actions[0]
        if self.witness is None or action.act < 0:
            return UNKNOWN
        names = self.program.names
        word, treaty = names.acts[action.act], names.treaties[action.treaty]
        if self.acts[word].by == "treaty" or word == "terminate_for_breach":
            return UNKNOWN
        parties = [p for who in action.parties for p in world.who(who, owed.actor, owed.subject)] or owed.actor
        party = parties[0]
        own = world.peers[action.treaty].get(party)
        if own is None or not self.witness.forbids(treaty, names.parties[party], word, day):
            return UNKNOWN
        toward = [p for who in action.toward for p in world.who(who, owed.actor, owed.subject)]
        scene = world.scene(day, action.treaty, party, tuple(p for p in dict.fromkeys(toward) if p != party))
        scene = replace(scene, party=copy.copy(own), until=action.until)
        # It is the first thing that the rule would do: if the law lets it, it is done, and it is known that it was not.
        return UNKNOWN if isinstance(driver("party").fire(scene.own, word, scene), Refused) else RULED_OUT
