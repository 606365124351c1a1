"""The pattern of a record: the probability that the same acts are done on any dates, and nothing else.

P(record) falls with every day that a date is exact to, so that it says little about whether a model allows what
happened. The pattern says it. It is found by importance sampling. In every other world decisions are drawn mostly as
the explanations of the record have them, and delays freely; the others are drawn as the model has it, so that what
history did not show is not missed. Each world is weighed by how much less probable it was to be drawn in the model than
in this mixture (Veach and Guibas, SIGGRAPH 1995, balance heuristic). The estimate has no bias, no weight is above 2.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

from simulator.counterfactual.abduction import History
from simulator.counterfactual.evidence import Record
from simulator.counterfactual.numbers import Number, wilson_interval
from simulator.counterfactual.pieces import witnessed
from simulator.engine.day import live_through
from simulator.engine.eve import Eve
from simulator.engine.reference import ReferenceEngine
from simulator.exact.belief import Place, cells_of, is_read_again
from simulator.exact.foresight import Contradiction
from simulator.exact.regions import Region
from simulator.exact.stepper import OWN
from simulator.noise import BITS, CHANCE, CHOICE, Cuts, Key, KeyedNoise, Noise
from simulator.scenario.program import Program

__all__ = ["BARELY", "is_barely", "pattern_probability"]

BARELY = Fraction(1, 1000)  # a model that gives a pattern of acts less than this hardly allows it
FREE = 0.1  # how much of each decision is left as the model has it: what history did not show can matter on other dates

Leaning = list[tuple[float, Place]]  # where explanations have a key, with their probabilities
_Chances = dict[tuple[Key, Cuts], tuple[list[float], list[float]]]  # of each cell: in the model, and leaning to history


def is_barely(pattern: Number) -> bool:
    """Whether a model barely allows a pattern; one that was never seen says so only if it cannot be more frequent."""
    return 0 < pattern.value < BARELY or pattern.high < BARELY


class _Leaning:
    """A source of decisions that leans to what history decided, or (if `plain`) does not.

    `ratio` is the probability of the decisions in the model over that among those that lean.
    """

    def __init__(self, known: dict[Key, Leaning], free: KeyedNoise, plain: bool, chances: _Chances) -> None:
        self.known, self.free, self.plain, self.chances = known, free, plain, chances
        self.ratio = 1.0
        self.drawn: dict[Key, int] = {}

    @property
    def weight(self) -> float:
        """What this world is worth, drawn from the mixture of both."""
        return 2 * self.ratio / (1 + self.ratio)

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Return the cell in which the key's uniform lies; the same key always has the same uniform."""
        if key not in self.known:
            return self.free.cell(key, cuts)
        if key not in self.drawn:
            self.drawn[key] = self._draw(key, cuts)
        return cuts.cell(self.drawn[key])

    def _draw(self, key: Key, cuts: Cuts) -> int:
        cells = cuts.intervals()
        if (key, cuts) not in self.chances:
            self.chances[key, cuts] = _leant(self.known[key], cuts)
        own, leaning = self.chances[key, cuts]
        chances = own if self.plain else leaning
        free = self.free.uniform(key) * sum(chances)
        bounds = list(accumulate(chances))
        cell = min(bisect_right(bounds, free), len(cells) - 1)
        while not chances[cell]:  # an empty cell at the end, which only a rounded number can reach
            cell -= 1
        self.ratio *= own[cell] / leaning[cell]
        inside = (free - bounds[cell] + chances[cell]) / chances[cell]
        low, high = (-((-end.numerator << BITS) // end.denominator) for end in cells[cell])
        return min(low + int(inside * (high - low)), high - 1)


def _leant(known: Leaning, cuts: Cuts) -> tuple[list[float], list[float]]:
    """Return how probable each cell of a decision is in the model, and how probable where one leans to history."""
    own = [float(high - low) for low, high in cuts.intervals()]
    leaning = [FREE * chance for chance in own]
    for weight, place in known:
        for cell, _, share in cells_of(place.region, cuts):
            leaning[cell] += (1 - FREE) * weight * float(share)
    return own, leaning


def pattern_probability(program: Program, history: History, runs: int, seed: int) -> Number:
    """Return the probability of the record's acts on any dates, from as many drawn worlds, with a 95 % interval.

    Where neither an act nor silence is known, every world shows it; it is then 1, and exact.
    """
    record = Record(program, pattern=True)
    if not record.acts and not program.observed.complete:
        return Number.of(Fraction(1))
    silent = replace(witnessed(program), outcomes=(), expectations=())
    eve, known = ReferenceEngine(silent).eve(ties=False), _leanings(history)
    weights: list[float] = []
    chances: _Chances = {}
    for number in range(runs):
        noise = _Leaning(known, KeyedNoise(seed, number), number % 2 == 0, chances)
        weights.append(noise.weight if _shows(record, eve, noise) else 0.0)
    if any(weights):
        return _weighed(weights)
    return Number(Fraction(0), 0.0, Number.share(0, (runs + 1) // 2).high, runs)  # what the plain ones alone say


def _weighed(weights: list[float]) -> Number:
    """Return the mean of weights; its interval is that of a share of as many hits as the weights are worth (Kish)."""
    runs, total = len(weights), sum(weights)
    worth = total**2 / sum(weight**2 for weight in weights)
    low, high = (min(end * total / worth, 1.0) for end in wilson_interval(worth, runs))
    return Number(Fraction(min(total / runs, 1.0)), low, high, runs)


def _leanings(history: History) -> dict[Key, Leaning]:
    """Return where the explanations have each decision; the rest of them know nothing of it."""
    found: dict[Key, dict[Region, tuple[Fraction, Place]]] = defaultdict(dict)
    for path in history.explanations:
        for key, place in path.places.items():
            # A disposition that is read again must stay one uniform, whatever the cuts; it is left to the model.
            if key.purpose in (CHANCE, CHOICE) and not is_read_again(key):
                weight, _ = found[key].get(place.region, (Fraction(0), place))
                found[key][place.region] = weight + path.weight, place
    whole = sum((path.weight for path in history.explanations), Fraction(0))
    leanings = {}
    for key, places in found.items():
        leanings[key] = [(float(weight / whole), place) for weight, place in places.values()]
        rest = 1 - sum(weight for weight, _ in leanings[key])
        leanings[key].append((max(rest, 0.0), _ANYWHERE))
    return leanings


_ANYWHERE = Place(((Fraction(0), Fraction(1)),), Cuts((), ()), 0)


def _shows(record: Record, eve: Eve, noise: Noise) -> bool:
    """Whether a world shows the pattern; one that departs from it is not followed further."""
    run, _ = eve.begin(noise)
    used: frozenset[int] = frozenset()
    seen = 0
    try:
        while True:
            for step in run.trace.steps[seen:]:
                if step.rule and step.kind in OWN:
                    used = record.saw(step, used)
            seen = len(run.trace.steps)
            if not run.agenda or run.agenda[0][0] > record.until:
                return len(used) == len(record.acts)
            live_through(run, run.agenda[0][0])
    except Contradiction:
        return False
