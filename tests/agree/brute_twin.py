"""A brute twin: abduction, action and prediction by walking every leaf, as the definition has it and nothing more.

Every world of the unedited program is enumerated with the interval in which it found each uniform; those whose visible
acts are the record are kept; from the intervals of each, every world of the edited program is enumerated.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from simulator.engine.reference import ReferenceEngine
from simulator.engine.world import World
from simulator.noise import Key
from simulator.results.trace import Step, Trace
from simulator.scenario.program import Program, ScriptedAct
from tests.agree.enumeration import Enumeration
from tests.agree.small_worlds import visible

Intervals = dict[Key, tuple[Fraction, Fraction]]
Statuses = dict[int, dict[tuple[int, int], str]]  # by day: that of each treaty and party in the evening


class TooLargeError(Exception):
    """There are more worlds than a test has time for."""


class Budget:
    """How many worlds may still be lived through."""

    def __init__(self, runs: int) -> None:
        self.runs = runs

    def spend(self) -> None:
        """Spend one; raises TooLargeError where none is left."""
        self.runs -= 1
        if self.runs < 0:
            raise TooLargeError


class Leaf(NamedTuple):
    """One world: its probability, where its uniforms lie, what happened."""

    weight: Fraction
    intervals: Intervals
    trace: Trace
    statuses: Statuses


def walk(program: Program, start: Intervals, budget: Budget, until: int | None = None) -> Iterator[Leaf]:
    """Yield every world whose uniforms lie in these intervals, with its probability given that they do."""
    engine = ReferenceEngine(program)
    plan: list[int] = []
    while True:
        budget.spend()
        noise, statuses = Enumeration(plan), Statuses()
        noise.intervals = dict(start)

        def note(world: World, day: int, statuses: Statuses = statuses) -> None:
            statuses[day] = {(t, p): one.status for t, peers in enumerate(world.peers) for p, one in peers.items()}

        trace = engine.run(noise, until=until, observer=note)
        yield Leaf(noise.weight, noise.intervals, trace, statuses)
        taken = noise.taken
        while taken and taken[-1][0] + 1 >= taken[-1][1]:
            taken.pop()
        if not taken:
            return
        plan = [chosen for chosen, _ in taken[:-1]] + [taken[-1][0] + 1]


def agrees(leaf: Leaf, program: Program, until: int) -> bool:
    """Whether a world is as observed: recorded acts and acts of rules match one to one, statuses are as stated."""
    evidence, names = program.observed, program.names
    whole = {names.treaties[code] for code in evidence.complete}
    steps = visible(leaf.trace, program, until)
    acts = [act for act in evidence.acts if program.first <= act.day <= until]
    if not _matched(steps, acts, program, frozenset(n for n, s in enumerate(steps) if s.treaty in whole)):
        return False
    for day, treaty, party, words in evidence.statuses:
        days = [one for one in leaf.statuses if one <= day]
        status = leaf.statuses[max(days)].get((treaty, party), "non_party") if days else "non_party"
        if day <= until and status not in words:
            return False
    return True


def _matched(steps: list[Step], acts: list[ScriptedAct], program: Program, needed: frozenset[int]) -> bool:
    """Whether the acts can be given to different steps so that all needed steps have one."""
    if not acts or len(acts) > len(steps) or len(needed) > len(acts):
        return not acts and not needed
    return any(
        _same(step, acts[0], program)
        and _matched(steps[:n] + steps[n + 1 :], acts[1:], program, frozenset(m - (m > n) for m in needed if m != n))
        for n, step in enumerate(steps)
    )


def _same(step: Step, act: ScriptedAct, program: Program) -> bool:
    names = program.names
    toward = {"*" if code < 0 else names.parties[code] for code in act.toward}
    return (
        abs(step.day - act.day) <= program.observed.window
        and step.treaty == names.treaties[act.treaty]
        and step.party == (names.parties[act.party] if act.party >= 0 else "")
        and step.act == names.acts[act.act]
        and (not toward or not step.toward or toward == set(step.toward))
    )


def abducted(program: Program, budget: Budget) -> list[Leaf]:
    """The worlds of a program that are as observed, up to the end of what is observed."""
    until = min(program.observed.until, program.last)
    return [leaf for leaf in walk(program, {}, budget, until) if agrees(leaf, program, until)]


def given(histories: list[Leaf], edited: Program, budget: Budget) -> dict[str, Fraction]:
    """P(outcome | do, record) for every outcome."""
    whole = sum((leaf.weight for leaf in histories), Fraction(0))
    found = {one.id: Fraction(0) for one in edited.outcomes}
    for history in histories:
        for world in walk(edited, history.intervals, budget):
            for name, answer in world.trace.outcomes.items():
                found[name] += history.weight * world.weight / whole if answer.value else 0
    return found
