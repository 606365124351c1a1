"""Standing: what is settled before the first decision that depends on chance, in every world of a program alike.

Up to that day all worlds are one. So it is known there which treaties are in force and between whom, and everything
that a question can still turn on later is judged from it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from simulator.engine.reference import ReferenceEngine
from simulator.engine.world import World
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


# Many questions are asked of one program, which is never changed. It is kept with its answer, so that what is found by
# its identity is about this program and no later one.
_KNOWN: deque[tuple[Program, Standing]] = deque(maxlen=8)


def _treaty(world: World, code: int) -> TreatyStanding:
    state = world.treaties[code]
    leaving = (party for party, one in world.peers[code].items() if one.has_pending("withdrawal"))
    bound = (one.party for one in world.bound(code))
    return TreatyStanding(state.is_in_force, not state.is_alive, frozenset(bound), frozenset(leaving))


def standing(program: Program) -> Standing:
    """Live through a program up to the first decision that depends on chance.

    Raises EngineError where a forced status cannot be reached before it, LimitError where a day never comes to rest.
    """
    for known, found in _KNOWN:
        if known is program:
            return found
    eve = ReferenceEngine(program).eve(ties=False)
    names = program.names
    rules = {name: code for code, name in enumerate(names.rules)}
    parties = {name: code for code, name in enumerate(names.parties)}
    decided = {(rules[s.rule], parties.get(s.party, -1)) for s in eve.run.trace.steps if s.kind == "decision"}
    treaties = tuple(_treaty(eve.run.world, terms.code) for terms in program.terms)
    found = Standing(eve.day, treaties, frozenset(decided))
    _KNOWN.append((program, found))
    return found
