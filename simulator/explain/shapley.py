"""Shapley values: how much of an outcome each player accounts for, fairly shared and adding up.

The worth `value(kept)` is any number for each set of players that is kept while the others are taken away: the
probability of an outcome, with or without what is known of the record. A player's share is what it adds on average
over all orders in which the players may come in (Shapley, Contributions to the Theory of Games II, 1953). Shares add
up to value(all) - value(none); they are exact fractions if the worth is.

A player may be a group, for instance all happenings of one actor, that comes in as one
(`simulator.explain.attribution.Game.units`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from simulator.errors import LimitError
from simulator.noise import CHANCE, Key, KeyedNoise, key_id

__all__ = ["MAX_EXACT", "Share", "Value", "sampled_shapley", "shapley"]

Value = Callable[[frozenset[str]], Fraction]

MAX_EXACT = 12  # 4,096 sets
_SITE = key_id("shapley")


def shapley(players: Collection[str], value: Value) -> dict[str, Fraction]:
    """Return the exact share of each player, by name; `value` is asked once for each of the 2**n sets.

    Raises LimitError for more than 12 players.

    >>> both = lambda kept: Fraction(len(kept) == 2)
    >>> {name: str(share) for name, share in shapley("ab", both).items()}
    {'a': '1/2', 'b': '1/2'}
    """
    names = _names(players)
    worth = _remembered(value)
    shares = dict.fromkeys(names, Fraction(0))
    for size in range(len(names)):
        weight = Fraction(factorial(size) * factorial(len(names) - size - 1), factorial(len(names)))
        for combination in itertools.combinations(names, size):
            before = frozenset(combination)
            for name in names:
                if name not in before:
                    shares[name] += weight * (worth(before | {name}) - worth(before))
    return shares


# -- sampled -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share and the interval that holds the true one with the stated confidence."""

    estimate: Fraction
    low: float
    high: float
    orders: int


def sampled_shapley(
    players: Collection[str],
    value: Value,
    *,
    orders: int = 200,
    seed: int = 1,
    confidence: float = 0.95,
    spread: float = 1.0,
) -> dict[str, Share]:
    """Return estimated shares from `orders` random orders of the players (Castro, Gomez & Tejada, 2009).

    The estimates still add up to value(all) - value(none) exactly. The interval of each share is the empirical
    Bernstein bound (Maurer & Pontil, COLT 2009), which holds for any number of orders and any worth that stays within
    `spread` from its lowest to its highest (1 for a probability). The same seed gives the same orders everywhere.

    Raises ValueError for fewer than two orders, or a confidence outside (0, 1).

    >>> both = lambda kept: Fraction(len(kept) == 2)
    >>> share = sampled_shapley("ab", both, orders=400, seed=3)["a"]
    >>> share.low < 0.5 < share.high
    True
    """
    if orders < 2 or not 0 < confidence < 1:
        raise ValueError(f"got {orders} orders and confidence {confidence}; expected at least 2, and between 0 and 1")
    names, worth = sorted(set(players)), _remembered(value)
    noise = KeyedNoise(seed)
    sums, squares = dict.fromkeys(names, Fraction(0)), dict.fromkeys(names, Fraction(0))
    for number in range(orders):
        before: frozenset[str] = frozenset()
        for name in _shuffled(names, noise, number):
            added = worth(before | {name}) - worth(before)
            sums[name], squares[name] = sums[name] + added, squares[name] + added * added
            before |= {name}
    return {name: _share(sums[name], squares[name], orders, 1 - confidence, 2 * spread) for name in names}


def _share(total: Fraction, squares: Fraction, orders: int, doubt: float, width: float) -> Share:
    """The mean with its two-sided bound; `width` is how far apart two additions of one player can lie."""
    mean = total / orders
    variance = float((squares - total * total / orders) / (orders - 1))
    log = math.log(4 / doubt)
    margin = math.sqrt(2 * variance * log / orders) + 7 * width * log / (3 * (orders - 1))
    return Share(mean, float(mean) - margin, float(mean) + margin, orders)


def _shuffled(names: list[str], noise: KeyedNoise, number: int) -> list[str]:
    """One random order, by Fisher and Yates."""
    found = list(names)
    for place in range(len(found) - 1, 0, -1):
        other = noise.bits(Key(_SITE, number, place, CHANCE)) * (place + 1) >> 53
        found[place], found[other] = found[other], found[place]
    return found


# -- shared ------------------------------------------------------------------------------------------------------


def _names(players: Collection[str]) -> list[str]:
    names = sorted(set(players))
    if len(names) > MAX_EXACT:
        raise LimitError(
            f"exact shares of {len(names)} players need {2 ** len(names):,} worths; at most {MAX_EXACT} are possible: "
            "name fewer, group them, or ask for sampled shares"
        )
    return names


def _remembered(value: Value) -> Value:
    known: dict[frozenset[str], Fraction] = {}

    def worth(kept: frozenset[str]) -> Fraction:
        if kept not in known:
            known[kept] = value(kept)
        return known[kept]

    return worth
