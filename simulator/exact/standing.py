"""Standing: what is settled before the first decision that depends on chance, in every world of a program alike.

Up to that day all worlds are one. So it is known there which treaties are in force and between whom, and everything
that a question can still turn on later is judged from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine.reference import ReferenceEngine
from simulator.engine.world import World
from simulator.noise import Cuts, Key
from simulator.scenario.program import Program

__all__ = ["Standing", "TreatyStanding", "standing"]


@dataclass(frozen=True, slots=True)
class TreatyStanding:
    """A treaty on the eve of the first chance: in force or over, between whom, and who is about to leave it."""

    in_force: bool
    over: bool
    bound: frozenset[int]
    leaving: frozenset[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """See the module's text.

    `day` is the first day on which worlds can differ, after the period if they never do; `decided` the rules and actors
    (-1: a bloc as one) that have decided anything before it.
    """

    day: int
    treaties: tuple[TreatyStanding, ...]
    decided: frozenset[tuple[int, int]]


class _ChanceAskedError(Exception):
    """A decision asked for a random number."""


class _NoChance:
    """A source of decisions that has none to give."""

    def cell(self, key: Key, cuts: Cuts) -> int:
        raise _ChanceAskedError


def _treaty(world: World, code: int) -> TreatyStanding:
    state = world.treaties[code]
    leaving = (party for party, one in world.peers[code].items() if one.has_pending("withdrawal"))
    bound = (one.party for one in world.bound(code))
    return TreatyStanding(state.is_in_force, not state.is_alive, frozenset(bound), frozenset(leaving))


def standing(program: Program) -> Standing:
    """Live through a program up to the first decision that depends on chance.

    Raises EngineError where a forced status cannot be reached before it, LimitError where a day never comes to rest.
    """
    engine, lived, worlds = ReferenceEngine(program), [0], [World(program)]

    def note(world: World, day: int) -> None:
        lived.append(day)
        worlds[0] = world

    try:
        trace = engine.run(_NoChance(), observer=note)
        day = program.last + 1
    except _ChanceAskedError:
        # The day of the first chance has begun in that run, so its eve is lived through again.
        day, worlds[0] = lived[-1] + 1, World(program)
        trace = engine.run(_NoChance(), observer=note, until=day - 1)
    names = program.names
    rules = {name: code for code, name in enumerate(names.rules)}
    parties = {name: code for code, name in enumerate(names.parties)}
    decided = {(rules[s.rule], parties.get(s.party, -1)) for s in trace.steps if s.kind == "decision"}
    treaties = tuple(_treaty(worlds[0], terms.code) for terms in program.terms)
    return Standing(day, treaties, frozenset(decided))
