"""Minimal sets against brute force over every subset, for monotone outcomes and for others."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import LimitError
from simulator.explain.sets import (
    Oracle,
    Players,
    cheapest_rescue,
    minimal_sufficient,
    monotone,
    ness_members,
    rescue_sets,
)

NAMES = "abcdefg"
Table = dict[Players, bool]


def subsets(names: Iterable[str]) -> list[Players]:
    names = list(names)
    return [frozenset(c) for size in range(len(names) + 1) for c in itertools.combinations(names, size)]


def minimal(found: Iterable[Players]) -> set[Players]:
    found = set(found)
    return {one for one in found if not any(other < one for other in found)}


@st.composite
def tables(draw: st.DrawFn, *, rising: bool = False) -> tuple[str, Table]:
    """A random outcome as a full table; a rising one is what some random sets bring about."""
    names = NAMES[: draw(st.integers(1, 7))]
    every = subsets(names)
    if rising:
        enough = draw(st.lists(st.sampled_from(every), max_size=5))
        return names, {one: any(other <= one for other in enough) for one in every}
    bits = draw(st.integers(0, 2 ** len(every) - 1))
    return names, {one: bool(bits >> place & 1) for place, one in enumerate(every)}


def ask(table: Table) -> Oracle:
    return Oracle(table.__getitem__)


def is_rising(table: Table) -> bool:
    return not any(table[one] and not table[other] for one in table for other in table if one < other)


@given(st.one_of(tables(), tables(rising=True)))
def test_sufficient_sets_are_those_of_brute_force(case: tuple[str, Table]) -> None:
    """Searched by size, the sets found are exactly the minimal ones among all that give the outcome."""
    names, table = case
    found = minimal_sufficient(names, ask(table))
    assert len(found) == len(set(found))
    assert set(found) == minimal(one for one in table if table[one])
    assert ness_members(names, ask(table)) == frozenset().union(*found)


@given(tables(rising=True))
def test_the_map_finds_every_sufficient_set_of_a_monotone_outcome(case: tuple[str, Table]) -> None:
    """The map gives the same sets as brute force, and never asks about more sets than there are."""
    names, table = case
    oracle = ask(table)
    assert set(minimal_sufficient(names, oracle, assume_monotone=True)) == minimal(one for one in table if table[one])
    assert oracle.calls <= len(table)


def test_the_map_asks_far_less_than_every_set() -> None:
    """Twenty players, two ways to the outcome: a few dozen questions instead of a million."""
    names = [f"p{number:02}" for number in range(20)]
    ways = [frozenset(names[:3]), frozenset(names[2:6])]
    oracle = Oracle(lambda kept: any(way <= kept for way in ways), budget=400)
    assert set(minimal_sufficient(names, oracle, assume_monotone=True)) == set(ways)
    assert oracle.calls < 100


def test_a_wrong_assumption_that_shows_is_put_right() -> None:
    """Where a visited set contradicts monotonicity, the search by size takes over and is right."""
    table = {one: one in ({"b"}, {"c"}, {"a", "b"}, {"a", "c"}, {"a", "b", "c"}) for one in subsets("abc")}
    assert set(minimal_sufficient("abc", ask(table), assume_monotone=True)) == {frozenset("b"), frozenset("c")}


@given(st.one_of(tables(), tables(rising=True)), st.integers(0, 7))
def test_rescue_sets_are_those_of_brute_force(case: tuple[str, Table], limit: int) -> None:
    """The removals found are exactly the minimal ones of at most that size that avert the outcome."""
    names, table = case
    everyone = frozenset(names)
    averting = minimal(removed for removed in table if not table[everyone - removed])
    assert set(rescue_sets(names, ask(table), limit)) == {one for one in averting if len(one) <= limit}


@given(tables(rising=True))
def test_rescue_sets_hit_every_sufficient_set_of_a_monotone_outcome(case: tuple[str, Table]) -> None:
    """Rescue sets are the minimal hitting sets of the sufficient sets, and both speak of the same players."""
    names, table = case
    enough = minimal_sufficient(names, ask(table))
    rescues = rescue_sets(names, ask(table), len(names))
    assert set(rescues) == minimal(one for one in table if all(one & way for way in enough))
    if enough != (frozenset(),):
        assert frozenset().union(*rescues) == frozenset().union(*enough)


@given(tables(), st.lists(st.integers(0, 5), min_size=7, max_size=7))
def test_the_cheapest_rescue_costs_what_brute_force_says(case: tuple[str, Table], costs: list[int]) -> None:
    """No averting removal costs less; None if none averts."""
    names, table = case
    everyone, price = frozenset(names), dict(zip(names, costs, strict=False))
    possible = [sum(price[one] for one in removed) for removed in table if not table[everyone - removed]]
    found = cheapest_rescue(names, ask(table), price)
    if found is None:
        assert possible == []
    else:
        assert not table[everyone - found.removed]
        assert found.cost == min(possible) == sum(price[one] for one in found.removed)


def test_what_has_no_cost_cannot_be_taken_away() -> None:
    """A player without a cost is left alone, even if taking it away would be enough."""
    oracle = Oracle(lambda kept: kept >= {"a", "b"})
    found = cheapest_rescue("ab", oracle, {"b": Fraction(7, 2)})
    assert found is not None
    assert (found.removed, found.cost) == (frozenset("b"), Fraction(7, 2))
    assert cheapest_rescue("ab", oracle, {}) is None


@pytest.mark.parametrize("costs", [{"z": 1}, {"a": -1}])
def test_a_senseless_cost_is_named(costs: dict[str, int]) -> None:
    """A negative cost, or one of an unknown player, is an error that names it."""
    with pytest.raises(ValueError, match=f"cost of '{next(iter(costs))}'"):
        cheapest_rescue("ab", Oracle(lambda kept: True), costs)


@given(tables())
@settings(max_examples=50)
def test_monotonicity_is_judged_rightly_on_a_full_table(case: tuple[str, Table]) -> None:
    """The verdict is that of brute force, and a witness is one."""
    _, table = case
    found = monotone(table)
    assert found.ok is is_rising(table)
    if not found:
        assert found.smaller < found.larger
        assert table[found.smaller] and not table[found.larger]


def _blocked(kept: Players) -> bool:
    return kept in ({"a"}, {"a", "c"}, {"a", "b", "c"})


def test_a_block_breaks_the_duality() -> None:
    """f(A)=1, f(AB)=0, f(ABC)=1: {A} is sufficient, yet the rescue sets are {A} and {C}; the block is the witness."""
    oracle = Oracle(_blocked)
    assert minimal_sufficient("abc", oracle) == (frozenset("a"),)
    assert rescue_sets("abc", oracle) == (frozenset("a"), frozenset("c"))
    found = monotone(oracle.visited)
    assert (found.ok, found.smaller, found.larger) == (False, frozenset("a"), frozenset("ab"))


@pytest.mark.parametrize("search", [minimal_sufficient, rescue_sets, ness_members])
def test_the_budget_stops_the_search_with_a_way_out(search: Callable[[str, Oracle], object]) -> None:
    """The error says how many sets were tried and what to do."""
    with pytest.raises(LimitError, match=r"5 sets of happenings were tried.*raise the budget"):
        search(NAMES, Oracle(lambda kept: len(kept) % 2 == 1 and len(kept) > 4, budget=5))


def test_what_did_not_come_about_needs_no_rescue() -> None:
    """Without the outcome there is no sufficient set, and the empty removal averts it."""
    oracle = Oracle(lambda kept: False)
    assert minimal_sufficient("ab", oracle) == ()
    assert rescue_sets("ab", oracle) == (frozenset(),)
