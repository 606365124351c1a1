"""What holds under every mechanism: the least and the greatest probability of an outcome, given the record.

Where an edit changes the chances of a decision, the record tells how it fell under the old chances, and a mechanism
says how it falls under the new ones. Every joint law with the two margins is a possible mechanism. Here no mechanism is
assumed: the edited world is followed along every way in which such a decision can fall, each marked and not weighed.
What comes out is a polynomial, linear in the joint law of each decision, and its extremes over all joint laws are the
bounds (linear programs over joint cells, as in Haugh & Singal, arXiv 2205.13832, 2022; the extremes of a multilinear
function over a product of polytopes lie on corners).

The bounds are sharp where one decision is left open, or so few that all corners of all but one can be tried. Beyond
that the joint laws are improved in turns; what is found then is attained, but the true bounds may lie further apart.
Each decision may have a mechanism of its own; delays keep their quantile, a rule whose chances the edit leaves alone
keeps its one uniform, and so does one that reads it more than once (`noise: rule`, `threshold` or a period): the
bounds of the latter count as not sharp.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.mechanisms import MECHANISMS, MOST_OUTCOMES, corner_joints, extreme_joint, joint
from simulator.exact.belief import Belief, Fork, Known, Place, is_read_again
from simulator.exact.history import Path
from simulator.exact.lattice import Lattice, Limits
from simulator.noise import DELAY, Cuts, Key
from simulator.scenario.program import Program

__all__ = ["Bounds", "outcome_bounds"]

TRIED = 3_000  # combinations of corners
CORNERS = 200  # of one decision
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which probabilities an outcome lies, whatever the mechanism.

    `decisions` counts the decisions that a mechanism has to carry over. Not `sharp`: the ends are attained by some
    mechanism, and others may go further. `work` counts the days of worlds that it took.
    """

    low: Fraction
    high: Fraction
    sharp: bool
    decisions: int
    work: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain data, fractions as text."""
        return {"low": str(self.low), "high": str(self.high), "sharp": self.sharp, "decisions": self.decisions}


class _Block(NamedTuple):
    """One decision under its old and its new chances."""

    key: Key
    before: Cuts
    after: Cuts


_Cell = tuple[_Block, int, int]
_Terms = list[tuple[Fraction, tuple[_Cell, ...]]]
_Laws = dict[_Block, tuple[tuple[Fraction, ...], ...]]


class _Marked(Explanations):
    """Explanations that leave open how a decision carries over: each way has weight one, and the world is marked.

    The marks are further bits of the set of explanations that a world believes in.
    """

    def __init__(self, histories: Sequence[Path], sites: Collection[int]) -> None:
        super().__init__(histories)
        self.whole, self.sites = self.start.histories, sites
        self.cells: dict[_Cell, int] = {}

    def known(self, belief: Belief, key: Key) -> list[Known]:
        marks = belief.histories & ~self.whole
        found = super().known(replace(belief, histories=belief.histories & self.whole), key)
        return [
            one._replace(belief=replace(one.belief, histories=one.belief.histories | marks)) if marks else one
            for one in found
        ]

    def forks(self, belief: Belief, key: Key, cuts: Cuts, here: Place | None = None) -> list[Fork]:
        if here is not None or key.site not in self.sites or key.purpose == DELAY or is_read_again(key):
            return super().forks(belief, key, cuts, here)
        found = []
        for weight, place, after in self.known(belief, key):
            if place is None or place.cell < 0 or place.cuts == cuts:
                cells = self.shares(place, key, cuts)
                found += [Fork(cell, weight * share, Place(region, cuts, cell), after) for cell, region, share in cells]
                continue
            for cell, region, _ in self.spread(None, key, cuts):
                mark = self._mark((_Block(key, place.cuts, cuts), place.cell, cell))
                then = replace(after, histories=after.histories | mark)
                found.append(Fork(cell, weight, Place(region, cuts, cell), then))
        return found

    def _mark(self, cell: _Cell) -> int:
        return 1 << len(self.histories) + self.cells.setdefault(cell, len(self.cells))

    def terms(self, found: Iterable[tuple[int, Fraction]]) -> _Terms:
        """Return what was found as a polynomial in the marked cells."""
        sums: dict[int, Fraction] = defaultdict(Fraction)
        for mask, weight in found:
            sums[mask & ~self.whole] += weight
        cells = {1 << len(self.histories) + number: cell for cell, number in self.cells.items()}
        return [(weight, tuple(cell for bit, cell in cells.items() if mask & bit)) for mask, weight in sums.items()]


def outcome_bounds(
    program: Program, outcome: str, histories: Sequence[Path], changed: Collection[str], work: int
) -> Bounds:
    """Return between which probabilities an outcome of the edited program lies, given the explanations.

    `program` is the slice that the outcome needs, `changed` are the rules whose chances the edit changes. Raises
    LimitError where the worlds are too many.
    """
    rules = [rule for rule in program.rules if rule.id in changed]
    source = _Marked(histories, {site for rule in rules for site in rule.sites.values()})
    worlds = Lattice(program, source=source, limits=Limits(work=work)).run()
    found = worlds.found.get(outcome, {})
    terms = source.terms((mask, weight) for (_, mask), weight in found.items())
    blocks = sorted(
        {block for _, cells in terms for block, _, _ in cells},
        key=lambda one: (one.key, one.before.fractions, one.after.fractions),
    )
    low, one = _extreme([(-weight, cells) for weight, cells in terms], blocks)
    high, other = _extreme(terms, blocks)
    sure = one and other and _is_forest(blocks) and all(rule.noise in {"what", "path"} for rule in rules)
    return Bounds(-low, high, sure, len({block.key for block in blocks}), worlds.work)


def _margins(block: _Block) -> tuple[list[Fraction], list[Fraction]]:
    p, q = [[high - low for low, high in cuts.intervals()] for cuts in (block.before, block.after)]
    size = max(len(p), len(q))
    return [*p, *[Fraction(0)] * (size - len(p))], [*q, *[Fraction(0)] * (size - len(q))]


def _extreme(terms: _Terms, blocks: list[_Block]) -> tuple[Fraction, bool]:
    """Return the greatest value, and whether it is sure that there is no greater one."""
    if not blocks:
        return sum((weight for weight, _ in terms), Fraction(0)), True
    if any(len(_margins(block)[0]) > MOST_OUTCOMES for block in blocks):
        laws = [{block: joint(name, *_margins(block)) for block in blocks} for name in MECHANISMS]
        return max(_value(terms, one) for one in laws), False
    *others, last = blocks
    corners = [corner_joints(*_margins(block), CORNERS) for block in others]
    if all(one is not None for one in corners) and prod(len(one or ()) for one in corners) <= TRIED:
        tried = itertools.product(*(one or () for one in corners))
        return max(_best(terms, dict(zip(others, laws, strict=True)), last)[0] for laws in tried), True
    return max(_climb(terms, blocks, name) for name in MECHANISMS), False


def _climb(terms: _Terms, blocks: list[_Block], start: str) -> Fraction:
    """Improve the joint law of one decision after the other until nothing is gained."""
    laws: _Laws = {block: joint(start, *_margins(block)) for block in blocks}
    value = _value(terms, laws)
    for _ in range(ROUNDS):
        before = value
        for block in blocks:
            value, laws[block] = _best(terms, laws, block)
        if value == before:
            break
    return value


def _value(terms: _Terms, laws: _Laws) -> Fraction:
    return sum((weight * _chance(cells, laws) for weight, cells in terms), Fraction(0))


def _chance(cells: Iterable[_Cell], laws: _Laws) -> Fraction:
    """Return the probability of cells under these laws, each given how its decision fell in history."""
    return prod(
        (laws[block][i][j] / sum(laws[block][i]) for block, i, j in cells),
        start=Fraction(1),
    )


def _best(terms: _Terms, laws: _Laws, block: _Block) -> tuple[Fraction, tuple[tuple[Fraction, ...], ...]]:
    """Return the greatest value over the joint laws of one decision, the others given, and the law that has it."""
    p, q = _margins(block)
    rest, gains = Fraction(0), [[Fraction(0)] * len(q) for _ in p]
    for weight, cells in terms:
        own = next((cell for cell in cells if cell[0] == block), None)
        much = weight * _chance((cell for cell in cells if cell[0] != block), laws)
        if own is None:
            rest += much
        else:
            gains[own[1]][own[2]] += much / p[own[1]]
    law = extreme_joint(gains, p, q)
    value = sum((gains[i][j] * cell for i, row in enumerate(law) for j, cell in enumerate(row)), Fraction(0))
    return rest + value, law


def _is_forest(blocks: list[_Block]) -> bool:
    """Whether the joint laws of one decision can be chosen freely: its pairs of chances form no ring."""
    parent: dict[object, object] = {}

    def root(node: object) -> object:
        while node in parent:
            node = parent[node]
        return node

    for block in blocks:
        one, other = root((block.key, "before", block.before)), root((block.key, "after", block.after))
        if one == other:
            return False
        parent[one] = other
    return True
