"""What a reader of an answer should know besides the numbers: what still happens, and what hangs on an order."""

from __future__ import annotations

from collections.abc import Collection

from simulator.counterfactual.sampling import Drawn
from simulator.counterfactual.twin import Twin
from simulator.engine.reference import ReferenceEngine
from simulator.exact.cone import cone, slice_program
from simulator.noise import KeyedNoise
from simulator.results.trace import Tie
from simulator.scenario.program import Program

__all__ = ["still_happening", "tied_acts"]


def still_happening(factual: Program, edited: Program, outcomes: Collection[str]) -> tuple[tuple[str, int], ...]:
    """Return the events that can matter for these outcomes, come after the first change, and happen all the same.

    Each with its day, in order. A what-if changes what it names and nothing else: a war of ten years later still
    breaks out, unless it is dropped too or rules bring it about. Nothing where the change has no day of its own.
    """
    before, after = ({(one.id, one.day) for one in program.events} for program in (factual, edited))
    acts = ({(act.id, act.day) for act in program.acts} for program in (factual, edited))
    changed = (before ^ after) | set.symmetric_difference(*acts)
    if not changed:
        return ()
    start = min(day for _, day in changed)
    part = cone(edited, outcomes)
    found = ((one.day, one.id) for one in edited.events if one.code in part.events and (one.id, one.day) in before)
    return tuple((name, day) for day, name in sorted(found) if start < day <= part.last)


def tied_acts(twin: Twin, outcomes: Collection[str]) -> tuple[Tie, ...]:
    """Return the acts of one day whose undeclared order matters, in either world of the most probable explanation."""
    if not twin.history.explanations:
        return ()
    noise = Drawn(twin.history.explanations[0], twin.source, KeyedNoise(twin.seed))
    programs = (slice_program(one, cone(one, outcomes)) for one in (twin.factual, twin.edited))
    found = dict.fromkeys(tie for one in programs for tie in ReferenceEngine(one).run(noise).ties)
    return tuple(found)
