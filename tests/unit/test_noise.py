"""Keyed noise: published vectors, exact comparisons, cells."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.noise import CHANCE, DELAY, Cuts, Key, KeyedNoise, key_id, mix64, threshold

# Published in docs/noise.md: (seed, replication, site, what, nth, purpose) -> bits.
VECTORS = [
    (1, 0, "moratorium|RUS", "event:enlargement-2004", 0, CHANCE, 537593414573405),
    (1, 0, "moratorium|RUS", "event:enlargement-2004", 0, DELAY, 3440064571959043),
    (1, 1, "moratorium|RUS", "event:enlargement-2004", 0, CHANCE, 5218086849635287),
    (2, 0, "moratorium|RUS", "event:enlargement-2004", 0, CHANCE, 5071837834490126),
    (7, 41, "reaction|USA", "status:cfe.RUS=suspended", 1, CHANCE, 7298835568661037),
]


@pytest.mark.parametrize(("seed", "replication", "site", "what", "nth", "purpose", "bits"), VECTORS)
def test_published_vectors(
    seed: int, replication: int, site: str, what: str, nth: int, purpose: int, bits: int
) -> None:
    """The draws are the same bits on every machine and in every version."""
    key = Key(key_id(site), key_id(what), nth, purpose)
    assert KeyedNoise(seed, replication).bits(key) == bits


def test_the_finaliser_is_a_permutation_on_a_sample() -> None:
    """SplitMix64's finaliser maps different numbers to different numbers."""
    assert len({mix64(number) for number in range(10_000)}) == 10_000


@given(st.fractions(0, 1), st.integers(0, 2**53 - 1))
def test_a_comparison_with_an_exact_fraction_is_exact(p: Fraction, bits: int) -> None:
    """u < p for the rational p exactly when bits < threshold(p)."""
    assert (Fraction(bits, 2**53) < p) == (bits < threshold(p))


@pytest.mark.parametrize("p", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_probability_outside_the_unit_interval_is_refused(p: Fraction) -> None:
    """Nothing is clipped: a probability of 1.1 is an error that shows the value."""
    with pytest.raises(ValueError, match=str(p)):
        threshold(p)


@given(st.lists(st.fractions(0, 1), min_size=1, max_size=6), st.integers(0, 2**53 - 1))
def test_the_cell_is_the_number_of_cuts_at_or_below(cuts: list[Fraction], bits: int) -> None:
    """The cell of a uniform is how many inner bounds it has passed, by definition."""
    rising = sorted(cuts)
    expected = sum(Fraction(bits, 2**53) >= cut for cut in rising)
    assert Cuts.at(rising).cell(bits) == expected


def test_uniforms_look_uniform() -> None:
    """A thousand neighbouring occurrences fill ten bins evenly (chi-square far below the 0.1 % bound of 27.9)."""
    noise, bins = KeyedNoise(3), [0] * 10
    for nth in range(1000):
        bins[int(noise.uniform(Key(1, 2, nth, CHANCE)) * 10)] += 1
    assert sum((count - 100) ** 2 / 100 for count in bins) < 27.9


def test_each_part_of_the_key_matters() -> None:
    """Changing any part of the key, the seed or the replication changes the draw."""
    base = KeyedNoise(1).bits(Key(1, 2, 3, CHANCE))
    others = [
        KeyedNoise(2).bits(Key(1, 2, 3, CHANCE)),
        KeyedNoise(1, 1).bits(Key(1, 2, 3, CHANCE)),
        *(KeyedNoise(1).bits(key) for key in (Key(9, 2, 3, 0), Key(1, 9, 3, 0), Key(1, 2, 9, 0), Key(1, 2, 3, 1))),
    ]
    assert base not in others
    assert len(set(others)) == len(others)
