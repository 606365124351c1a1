"""How much an order of dates or branches owes to the weights of an index.

Weights are drawn many times, and each time the order is made anew. `perturb` moves every published weight by up to a
share of itself; `sample` draws any weights that sum to 1, evenly over all such. Draws are keyed by name and number
(`simulator.noise`) and stay exact fractions: the same seed gives the same figures everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from simulator.noise import BITS, CHANCE, Key, KeyedNoise, key_id

__all__ = ["Robustness", "kendall", "rank_robustness"]

_SITE = key_id("weights")
Draw = Callable[[int], dict[str, Fraction]]


@dataclass(frozen=True, slots=True)
class Robustness:
    """The order under the published weights, and how often it stays.

    `same` is the share of draws with exactly this order, `tau` the mean of Kendall's tau with it, `least` the smallest,
    `first` for each label the share of draws in which nothing stands above it.
    """

    order: tuple[str, ...]
    same: Fraction
    tau: Fraction
    least: Fraction
    first: Mapping[str, Fraction]
    draws: int

    def as_json(self) -> dict[str, Any]:
        """Return the figures with exact fractions as text."""
        return {
            "order": list(self.order),
            "same": str(self.same),
            "tau": str(self.tau),
            "least": str(self.least),
            "first": {label: str(share) for label, share in self.first.items()},
            "draws": self.draws,
        }


def kendall(one: Sequence[Fraction], two: Sequence[Fraction]) -> Fraction:
    """Return Kendall's tau of two lists of values: pairs in the same order less pairs in the other, over all pairs.

    A pair that is tied in one list and not in the other counts 0, one that is tied in both counts as the same order.

    >>> str(kendall([Fraction(n) for n in (1, 2, 3)], [Fraction(n) for n in (1, 3, 2)]))
    '1/3'
    """
    pairs = list(combinations(range(len(one)), 2))
    score = 0
    for a, b in pairs:
        here, there = _sign(one[a] - one[b]), _sign(two[a] - two[b])
        score += 1 if here == there else (here * there)
    return Fraction(score, len(pairs)) if pairs else Fraction(1)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def rank_robustness(
    rows: Mapping[str, Mapping[str, Fraction]],
    weights: Mapping[str, Fraction],
    *,
    how: str = "perturb",
    spread: Fraction = Fraction(1, 2),
    draws: int = 1000,
    seed: int = 1,
) -> Robustness:
    """Return how often the order of `rows` (dates or branches with their indicators) stays when weights change.

    >>> half = Fraction(1, 2)
    >>> rows = {"2000": {"I1": Fraction(13, 20), "I2": half}, "2022": {"I1": half, "I2": Fraction(1, 8)}}
    >>> found = rank_robustness(rows, {"I1": half, "I2": half}, how="sample", draws=50)
    >>> found.order, str(found.same)
    (('2000', '2022'), '1')

    Raises ValueError for another `how`, for a spread outside [0, 1] and where an indicator is missing.
    """
    if how not in ("perturb", "sample"):
        raise ValueError(f"how is perturb or sample; got {how!r}")
    if not 0 <= spread <= 1 or draws < 1:
        raise ValueError(f"spread lies in [0, 1] and draws are at least 1; got {spread} and {draws}")
    labels, names = list(rows), list(weights)
    missing = [f"{label}: {name}" for label in labels for name in names if name not in rows[label]]
    if missing:
        raise ValueError(f"no value for {', '.join(missing[:5])}")

    def scores(chosen: Mapping[str, Fraction]) -> list[Fraction]:
        return [sum((chosen[name] * rows[label][name] for name in names), Fraction(0)) for label in labels]

    base = scores(weights)
    noise = KeyedNoise(seed)
    draw = _perturbed(noise, weights, spread) if how == "perturb" else _sampled(noise, names)
    taus, first = [], dict.fromkeys(labels, 0)
    for number in range(draws):
        found = scores(draw(number))
        taus.append(kendall(base, found))
        for place, label in enumerate(labels):
            first[label] += found[place] == max(found)
    order = sorted(range(len(labels)), key=lambda place: (-base[place], labels[place]))
    return Robustness(
        tuple(labels[place] for place in order),
        Fraction(sum(tau == 1 for tau in taus), draws),
        sum(taus, Fraction(0)) / draws,
        min(taus),
        {label: Fraction(count, draws) for label, count in first.items()},
        draws,
    )


def _uniform(noise: KeyedNoise, name: str, number: int) -> Fraction:
    return Fraction(noise.bits(Key(_SITE, key_id(name), number, CHANCE)), 1 << BITS)


def _perturbed(noise: KeyedNoise, weights: Mapping[str, Fraction], spread: Fraction) -> Draw:
    def draw(number: int) -> dict[str, Fraction]:
        return {name: w * (1 + spread * (2 * _uniform(noise, name, number) - 1)) for name, w in weights.items()}

    return draw


def _sampled(noise: KeyedNoise, names: Sequence[str]) -> Draw:
    """Even over all weights that sum to 1: the gaps between uniform cuts of [0, 1]."""

    def draw(number: int) -> dict[str, Fraction]:
        cuts = sorted(_uniform(noise, name, number) for name in names[1:])
        edges = [Fraction(0), *cuts, Fraction(1)]
        return {name: b - a for name, (a, b) in zip(names, pairwise(edges), strict=True)}

    return draw
