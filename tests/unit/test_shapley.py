"""Shapley values: the axioms on random worths, closed forms, groups, and sampled shares beside exact ones."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import LimitError
from simulator.explain.shapley import MAX_EXACT, Value, sampled_shapley, shapley
from simulator.explain.world import FixedWorld, Twin
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from tests.agree.enumeration import probability
from tests.agree.worlds import CASE_1

FRACTIONS = st.fractions(0, 1, max_denominator=20)


@st.composite
def worths(draw: st.DrawFn, least: int = 1) -> tuple[str, Value]:
    """Some players and a random worth of each set of them."""
    names = "abcde"[: draw(st.integers(least, 5))]
    drawn = draw(st.lists(FRACTIONS, min_size=2 ** len(names), max_size=2 ** len(names)))
    return names, lambda kept: drawn[sum(1 << place for place, one in enumerate(names) if one in kept)]


@given(worths())
def test_shares_add_up_and_are_the_mean_over_all_orders(case: tuple[str, Value]) -> None:
    """The shares add up to value(all) - value(none), and each is the mean addition over every order."""
    names, value = case
    shares = shapley(names, value)
    assert sum(shares.values()) == value(frozenset(names)) - value(frozenset())
    for name in names:
        added = Fraction(0)
        for order in itertools.permutations(names):
            before = frozenset(order[: order.index(name)])
            added += value(before | {name}) - value(before)
        assert shares[name] == added / factorial(len(names))


@given(worths())
def test_who_adds_nothing_has_no_share_and_equals_share_alike(case: tuple[str, Value]) -> None:
    """A player that changes no worth gets 0; two that can be exchanged get the same."""
    names, value = case
    shares = shapley([*names, "x"], lambda kept: value(kept - {"x"}))
    assert shares["x"] == 0
    assert {name: shares[name] for name in names} == shapley(names, value)

    def twins(kept: frozenset[str]) -> Fraction:
        return value(kept - {"y", "z"}) + Fraction(1, 3) * len(kept & {"y", "z"}) ** 2 + len(kept & {"a", "y", "z"})

    both = shapley([*names, "y", "z"], twins)
    assert both["y"] == both["z"] != 0


def test_what_one_event_accounts_for_before_anything_is_known() -> None:
    """The example of two enlargements and missile defence: 207/1000, 207/1000 and 292/1000, adding up to 706/1000."""
    world = FixedWorld(compile_scenario(load_text(CASE_1, "toy")))
    assert set(world.players) == {"e1", "e2", "m"}

    def value(kept: frozenset[str]) -> Fraction:
        return probability(world.edited(Twin(frozenset(world.players) - kept)), "lost")

    shares = shapley(world.players, value)
    assert shares == {"e1": Fraction(207, 1000), "e2": Fraction(207, 1000), "m": Fraction(292, 1000)}
    kinds = {"enlargements": ["e1", "e2"], "defence": ["m"]}
    by_kind = shapley(kinds, lambda kept: value(frozenset().union(*(kinds[name] for name in kept))))
    assert sum(by_kind.values()) == Fraction(706, 1000)
    # Two orders of two groups: M adds 4/10 when first and 706/1000 - 51/100 when last.
    assert by_kind["defence"] == (Fraction(4, 10) + Fraction(196, 1000)) / 2


def test_any_worth_will_do_given_the_record_too() -> None:
    """With the worths that hold given the record, 15/43 and 34/43, the shares are 0, 12/43 and 31/43."""
    given_record = {"": 0, "e2": 15, "m": 34, "e2m": 43}
    value: Value = lambda kept: Fraction(given_record["".join(sorted(kept - {"e1"}))], 43)  # noqa: E731
    shares = shapley(["e1", "e2", "m"], value)
    assert shares == {"e1": Fraction(0), "e2": Fraction(12, 43), "m": Fraction(31, 43)}


def _majority(kept: frozenset[str]) -> Fraction:
    return Fraction(len(kept) > 7 or {"p00", "p01"} <= kept)


def test_sampled_shares_add_up_hold_the_truth_and_repeat() -> None:
    """Twelve players, exact and sampled: the sum is exact, each interval holds the exact share, a seed repeats."""
    names = [f"p{number:02}" for number in range(MAX_EXACT)]
    exact = shapley(names, _majority)
    found = sampled_shapley(names, _majority, orders=500, seed=7)
    assert sum(share.estimate for share in found.values()) == 1
    for name, share in found.items():
        assert share.low <= exact[name] <= share.high
        assert share.high - share.low < 0.35
    assert found == sampled_shapley(reversed(names), _majority, orders=500, seed=7)
    assert found != sampled_shapley(names, _majority, orders=500, seed=8)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Over 100 seeds the intervals of 95 % miss the exact share of 1/2 at most five times."""
    both: Value = lambda kept: Fraction(len(kept) == 2)  # noqa: E731
    shares = [sampled_shapley("ab", both, orders=60, seed=seed)["a"] for seed in range(100)]
    assert sum(not share.low <= 0.5 <= share.high for share in shares) <= 5
    assert len({share.estimate for share in shares}) > 5


def test_limits_and_senseless_questions_are_named() -> None:
    """Thirteen players, one order, full confidence: each says what is possible."""
    names = [f"p{number}" for number in range(13)]
    with pytest.raises(LimitError, match="13 players need 8,192 worths; at most 12"):
        shapley(names, _majority)
    with pytest.raises(ValueError, match="got 1 orders"):
        sampled_shapley("ab", _majority, orders=1)
    with pytest.raises(ValueError, match=r"confidence 1\.0"):
        sampled_shapley("ab", _majority, confidence=1.0)
