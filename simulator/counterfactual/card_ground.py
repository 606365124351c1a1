"""The ground of a report card: its question, and what its rows look at, each computed once.

Worlds are drawn from the explanations of the record, whole or cut to the outcome's cone, so that every row of a card
speaks of the same worlds.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from simulator.counterfactual.card_worlds import Read, Watched, Watcher
from simulator.counterfactual.difference import edited
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.twin import Twin
from simulator.errors import LimitError, ScenarioError
from simulator.exact.belief import cells_of
from simulator.exact.cone import cone, slice_program
from simulator.exact.history import Path
from simulator.exact.lattice import Lattice, Limits
from simulator.exact.regions import full
from simulator.exact.worlds import Worlds
from simulator.law.dates import add_months
from simulator.noise import CHANCE, Cuts, Key, KeyedNoise, key_id
from simulator.scenario.compile import BranchLike, find_branch
from simulator.scenario.diagnostics import nearest
from simulator.scenario.load import Loaded
from simulator.scenario.program import Program, Rule

__all__ = ["Ground", "Row", "counted", "first_few", "joint", "options_of", "own_chance", "share_of"]

YEARS = (0, 1, 2, 5, 10)  # how long after its last day an outcome is still looked for
PAIRS = 6  # whole pairs of worlds that are compared day by day
FEW = 50  # explanations, up to which further exact computations are cheap
_COMB = Key(key_id("comb"), 0, 0, CHANCE)


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion: `verdict` is ok, note or warning; `data` holds the numbers as plain values."""

    id: str
    title: str
    verdict: str
    sentence: str
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain data."""
        names = ("id", "title", "verdict", "sentence", "data")
        return {name: getattr(self, name) for name in names}


class Ground:
    """The question of a card and the worlds that its rows look at, each computed when it is first needed.

    `given` is the probability of the outcome in the edited world given the record, where it is known already.
    Raises ScenarioError for an unknown branch or outcome.
    """

    def __init__(
        self,
        loaded: Loaded,
        twin: Twin,
        branch: BranchLike,
        outcome_id: str,
        *,
        runs: int,
        given: Number | None,
        p_pattern: Number | None,
    ) -> None:
        self.scenario, self.twin, self.runs, self.p_pattern = loaded.scenario, twin, runs, p_pattern
        self.factual, self.edited, self.source = twin.factual, twin.edited, twin.source
        self.histories = twin.history.explanations
        self.edit = find_branch(loaded.scenario, branch)
        known = {one.id: one for one in self.edited.outcomes}
        if outcome_id not in known:
            hint = nearest(outcome_id, known) or ", ".join(known) or "there is none"
            raise ScenarioError(f"unknown outcome {outcome_id!r}; {hint}")
        if runs < 1:
            raise ValueError(f"at least one world must be drawn; got runs={runs}")
        self.outcome = known[outcome_id]
        self.changes = edited(self.factual, self.edited, (None, self.edit))
        self._given = given
        self._sliced: dict[tuple[str, int], Program] = {}
        self._large: list[tuple[set[str], int]] = []

    # -- programs ----------------------------------------------------------------------------------------------

    @cached_property
    def horizons(self) -> dict[int, int]:
        """The last days on which the outcome is looked for, by years after its own, inside the period."""
        days = {years: add_months(self.outcome.last, 12 * years) for years in YEARS}
        return {years: day for years, day in days.items() if day <= self.edited.last or not years}

    def sliced(self, program: Program, last: int | None = None) -> Program:
        """Return a program cut to the cone of the outcome, whose last day may be set later."""
        until = self.outcome.last if last is None else last
        name = (program.digest, until)
        if name not in self._sliced:
            outcomes = (replace(one, last=until) if one.id == self.outcome.id else one for one in program.outcomes)
            asked = replace(program, outcomes=tuple(outcomes))
            self._sliced[name] = slice_program(asked, cone(asked, [self.outcome.id]))
        return self._sliced[name]

    @cached_property
    def core(self) -> Program:
        """The unedited program, cut to the outcome's cone."""
        return self.sliced(self.factual)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules of the cone in either world, by id."""
        both = (*self.core.rules, *self.sliced(self.edited).rules)
        return {rule.id: rule for rule in sorted(both, key=lambda one: one.id)}

    def exactly(self, program: Program) -> Worlds | None:
        """Return all worlds of a sliced program given the record, where that is cheap; else None."""
        asked = ({rule.id for rule in program.rules}, max(one.last for one in program.outcomes))
        # With the same rules up to the same day, another event less makes no large question a small one.
        if len(self.histories) > FEW or any(rules <= asked[0] and last <= asked[1] for rules, last in self._large):
            return None
        try:
            return Lattice(program, source=self.source, limits=Limits(work=600)).run()
        except LimitError:
            self._large.append(asked)
            return None

    # -- worlds ------------------------------------------------------------------------------------------------

    def drawn(self, program: Program, paths: Sequence[Path]) -> Iterator[Watched]:
        """Yield a world of a program for each explanation; the same place in the list has the same uniforms."""
        watcher = Watcher(program, self.source, self.twin.seed)
        for number, path in enumerate(paths):
            yield watcher.run(path, number)

    def chosen(self, runs: int) -> list[Path]:
        """Return explanations in proportion to their probability, by one comb of equal steps."""
        bounds = list(itertools.accumulate(float(path.weight) for path in self.histories))
        start = KeyedNoise(self.twin.seed).uniform(_COMB)
        at = [(number + start) / runs * bounds[-1] for number in range(runs)]
        return [self.histories[min(bisect_right(bounds, one), len(bounds) - 1)] for one in at]

    @cached_property
    def probable(self) -> Path:
        """The most probable explanation of the record."""
        return max(self.histories, key=lambda one: one.weight)

    @cached_property
    def pairs(self) -> list[tuple[Watched, Watched]]:
        """Whole worlds without and with the edit; the first pair is of the most probable explanation."""
        paths = [self.probable, *self.chosen(min(PAIRS, self.runs))]
        return list(zip(self.drawn(self.factual, paths), self.drawn(self.edited, paths), strict=True))

    @cached_property
    def worlds(self) -> list[Watched]:
        """Drawn edited worlds up to the last horizon."""
        program = self.sliced(self.edited, max(self.horizons.values()))
        return list(self.drawn(program, self.chosen(self.runs)))

    def comes_by(self, world: Watched, last: int) -> bool:
        """Whether the outcome comes in a drawn world by a day."""
        day = world.trace.outcomes[self.outcome.id].day
        return day is not None and day <= last

    # -- numbers -----------------------------------------------------------------------------------------------

    @cached_property
    def given(self) -> Number:
        """The probability of the outcome in the edited world, given the record."""
        if self._given is not None:
            return self._given
        exact = self.twin.worlds(self.edited, self.outcome.id, True)
        if exact is not None:
            return Number.of(exact.probability(self.outcome.id))
        return self.share(sum(self.comes_by(one, self.outcome.last) for one in self.worlds))

    @cached_property
    def baseline(self) -> Number:
        """The probability of the outcome given the record, without any edit."""
        known = self.twin.known(self.outcome)
        if known is not None:
            return Number.of(self.twin.came(known))
        return self.probability(self.core)

    def probability(self, program: Program, runs: int | None = None) -> Number:
        """Return the probability of the outcome under a sliced program: exact where cheap, else drawn."""
        runs = runs or self.runs
        exact = self.exactly(program)
        if exact is not None:
            return Number.of(exact.probability(self.outcome.id))
        drawn = self.drawn(program, self.chosen(runs))
        return self.share(sum(self.comes_by(one, self.outcome.last) for one in drawn), runs)

    def share(self, hits: int, runs: int | None = None) -> Number:
        """Return the share of drawn worlds with its 95 % interval."""
        return Number.share(hits, runs or self.runs)

    # -- the antecedent ----------------------------------------------------------------------------------------

    @cached_property
    def antecedent(self) -> int | None:
        """The first day that the edit itself touches; None if it touches nothing that comes up."""
        one, other, changes = self.factual, self.edited, self.changes
        days = [act.day for program in (one, other) for act in program.acts if act.id in changes.acts]
        days += [event.day for program in (one, other) for event in program.events if event.id in changes.events]
        days += [forced.day for program in (one, other) for forced in program.forced] if changes.statuses else []
        steps = [step for pair in self.pairs for world in pair for step in world.trace.steps]
        only_forced = {decision.rule for decision in self.edit.force} if self.edit else set()
        if self.edit:
            only_forced -= {*self.edit.off, *self.edit.chance, *self.edit.delay}
        for step in steps:
            if step.kind == "decision" and step.rule in changes.rules:
                days += [step.day] if step.basis == "forced" or step.rule not in only_forced else []
            elif step.treaty in changes.treaties or changes.reading:
                days.append(max(step.day, one.first))
        return min(days, default=None)


def options_of(rule: Rule) -> int:
    """Return how many cells of a rule's decision mean that it fires."""
    return len(rule.options) if rule.choice is not None else 1


def own_chance(cuts: Cuts, cells: int) -> Fraction:
    """Return the probability of the first cells of a decision of which nothing is known."""
    return cuts.fractions[cells - 1] if cells <= len(cuts.fractions) else Fraction(1)


def share_of(source: Explanations, path: Path, read: Read) -> dict[int, Fraction]:
    """Return in which cells a decision may fall after an explanation, with their probabilities."""
    place = path.places.get(read.key) if source.mechanism != "independent" else None
    cells = source.shares(place, read.key, read.cuts) if place else cells_of(full(), read.cuts)
    return {cell: chance for cell, _, chance in cells}


def joint(source: Explanations, wanted: Sequence[tuple[Read, frozenset[int]]]) -> tuple[Fraction, Fraction]:
    """Return the probability that decisions fall into these cells: by their own chances, and given the record."""
    own = Fraction(1)
    for read, cells in wanted:
        own *= sum((chance for cell, _, chance in cells_of(full(), read.cuts) if cell in cells), Fraction(0))
    given = total = Fraction(0)
    for path in source.histories:
        weight = path.weight
        total += weight
        for read, cells in wanted:
            weight *= sum((p for cell, p in share_of(source, path, read).items() if cell in cells), Fraction(0))
        given += weight
    return own, given / total


def counted(count: int, word: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "edit"), counted(1200, "day")
    ('1 edit', '1,200 days')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def first_few(names: Sequence[str], most: int = 4) -> str:
    """Return the first few names, and how many more there are.

    >>> first_few(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
