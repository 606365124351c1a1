"""Mechanisms of one decision: margins, limits, stability, bounds, and agreement with sampled Gumbels."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.counterfactual.mechanisms import (
    MECHANISMS,
    MOST_OUTCOMES,
    corner_joints,
    extreme_joint,
    gumbel_cell,
    joint,
    sharp_bounds,
    transition,
)
from simulator.exact.regions import full, measure, meet, overlap
from simulator.noise import Cuts

Vector = tuple[Fraction, ...]
HALF = Fraction(1, 2)


def vector(*weights: int) -> Vector:
    """The distribution with these integer weights."""
    return tuple(Fraction(one, sum(weights)) for one in weights)


@st.composite
def worlds(draw: st.DrawFn, low: int = 1, high: int = 5) -> tuple[Vector, Vector]:
    """Two distributions over the same outcomes; zeros and equal ratios are common."""
    size = draw(st.integers(low, high))
    weights = st.lists(st.integers(0, 6), min_size=size, max_size=size).filter(any)
    return vector(*draw(weights)), vector(*draw(weights))


# Nothing in common; one outcome in common; an outcome that neither world has.
EDGES = [
    (vector(1, 0), vector(0, 1)),
    (vector(1, 1, 0), vector(0, 1, 1)),
    (vector(2, 0, 1), vector(1, 0, 3)),
]


# -- every mechanism -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
@given(both=worlds())
@example(both=EDGES[0])
@example(both=EDGES[1])
@example(both=EDGES[2])
def test_the_margins_are_exact(mechanism: str, both: tuple[Vector, Vector]) -> None:
    """A joint law has no negative cell; its rows sum to p and its columns to q, to the last digit."""
    p, q = both
    cells = joint(mechanism, p, q)
    assert all(cell >= 0 for row in cells for cell in row)
    assert tuple(map(sum, cells)) == p
    assert tuple(map(sum, zip(*cells, strict=True))) == q
    assert all(type(cell) is Fraction for row in cells for cell in row)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@given(both=worlds())
def test_a_transition_is_the_joint_law_given_the_factual_outcome(mechanism: str, both: tuple[Vector, Vector]) -> None:
    """A transition is a distribution, and weighed with p it gives the joint law back."""
    p, q = both
    for i, chance in enumerate(p):
        if chance:
            row = transition(mechanism, p, q, i)
            assert sum(row) == 1
            assert tuple(chance * one for one in row) == joint(mechanism, p, q)[i]


@pytest.mark.parametrize("mechanism", ["monotone", "gumbel"])
@given(both=worlds())
def test_nothing_changes_where_the_edit_changes_no_probability(mechanism: str, both: tuple[Vector, Vector]) -> None:
    """With p = q the outcome of the edited world is the factual one."""
    p, _ = both
    identity = tuple(tuple(chance if i == j else 0 for j in range(len(p))) for i, chance in enumerate(p))
    assert joint(mechanism, p, p) == identity


@given(both=worlds())
def test_the_independent_mechanism_forgets_the_factual_outcome(both: tuple[Vector, Vector]) -> None:
    """Under independence the edited world has its own probabilities, whatever was seen, even with p = q."""
    p, q = both
    assert all(transition("independent", p, q, i) == q for i, chance in enumerate(p) if chance)


@given(both=worlds(2, 2))
def test_for_two_outcomes_gumbel_is_monotone(both: tuple[Vector, Vector]) -> None:
    """With two outcomes there is one way to be stable, and it is the common uniform."""
    assert joint("gumbel", *both) == joint("monotone", *both)


def test_mechanisms_differ_where_history_is_about_three_outcomes() -> None:
    """A case worked out by hand, in which the three mechanisms give three answers."""
    p, q = vector(3, 2, 1), vector(1, 2, 3)
    # Monotone: cells [0, 1/2), [1/2, 5/6), [5/6, 1) against [0, 1/6), [1/6, 1/2), [1/2, 1).
    assert transition("monotone", p, q, 0) == (Fraction(1, 3), Fraction(2, 3), 0)
    # Gumbel: H is 1, 4/3, 3 at the ratios 1/3, 1, 3, so the two pieces of the integral are 1/2 each.
    assert transition("gumbel", p, q, 0) == (Fraction(1, 3), Fraction(1, 6), HALF)
    assert transition("independent", p, q, 0) == q


# -- Gumbel-max ----------------------------------------------------------------------------------------------------


def gumbel_by_definition(p: Vector, q: Vector, i: int, j: int) -> Fraction:
    """The cell as an integral over t = E_j / E_i, piece by piece: another route than the module takes."""
    if not p[i] or not q[j]:
        return Fraction(0)
    if i == j:
        return 1 / sum((max(p[k] / p[i], q[k] / q[i]) for k in range(len(p))), Fraction(0))
    others = [(p[k] / p[i], q[k] / q[j]) for k in range(len(p)) if k not in (i, j)]

    def h(t: Fraction) -> Fraction:
        return 1 + t + sum(max(still, moving * t) for still, moving in others)

    low = p[j] / p[i]
    bends = sorted({still / moving for still, moving in others if moving} | {low})
    ends = [bend for bend in bends if bend >= low]
    if q[i]:
        high = q[j] / q[i]
        ends = [*(end for end in ends if end < high), high] if high > low else []
        return sum(((b - a) / (h(a) * h(b)) for a, b in pairwise(ends)), Fraction(0))
    finite = sum(((b - a) / (h(a) * h(b)) for a, b in pairwise(ends)), Fraction(0))
    slope = 1 + sum(moving for _, moving in others)
    return finite + 1 / (slope * h(ends[-1]))


@given(both=worlds())
@example(both=EDGES[0])
@example(both=EDGES[1])
@example(both=EDGES[2])
def test_the_closed_form_is_the_integral_of_the_definition(both: tuple[Vector, Vector]) -> None:
    """Each cell equals the integral taken pair by pair; it needs no common curve H."""
    p, q = both
    for i, j in product(range(len(p)), repeat=2):
        assert gumbel_cell(p, q, i, j) == gumbel_by_definition(p, q, i, j) == joint("gumbel", p, q)[i][j]


@given(both=worlds())
def test_gumbel_is_counterfactually_stable(both: tuple[Vector, Vector]) -> None:
    """Outcome i gives way to j exactly when the chance of j rose by a larger factor (Oberst & Sontag 2019)."""
    p, q = both
    for i, j in permutations(range(len(p)), 2):
        if p[i]:
            stays = q[i] * p[j] >= q[j] * p[i]  # q_i / p_i >= q_j / p_j, also where p_j is 0
            assert (transition("gumbel", p, q, i)[j] == 0) == stays


def test_the_monotone_mechanism_need_not_be_stable() -> None:
    """Outcome 1 gains more than outcome 2 and still gives way to it: the order of the outcomes matters."""
    p, q = vector(4, 2, 2), vector(0, 5, 3)
    assert q[1] / p[1] > q[2] / p[2]
    assert transition("monotone", p, q, 1)[2] == HALF
    assert transition("gumbel", p, q, 1)[2] == 0


@given(both=worlds(2, 4), data=st.data())
def test_gumbel_does_not_depend_on_the_order_of_outcomes(both: tuple[Vector, Vector], data: st.DataObject) -> None:
    """Renaming the outcomes renames the cells and changes none of them."""
    p, q = both
    order = data.draw(st.permutations(range(len(p))))
    renamed = joint("gumbel", [p[k] for k in order], [q[k] for k in order])
    cells = joint("gumbel", p, q)
    assert renamed == tuple(tuple(cells[i][j] for j in order) for i in order)


@pytest.mark.parametrize(
    ("p", "q"),
    [(vector(5, 3, 2), vector(2, 3, 5)), (vector(4, 0, 3, 3), vector(1, 4, 0, 5))],
    ids=["three outcomes", "four outcomes with zeros"],
)
def test_sampled_gumbels_agree(p: Vector, q: Vector) -> None:
    """200,000 pairs of worlds with common Gumbel noise: each cell within four standard errors, empty ones empty."""
    draws, size = 200_000, len(p)
    noise = np.random.default_rng(2019).gumbel(size=(draws, size))
    with np.errstate(divide="ignore"):
        factual, edited = (np.argmax(np.log(np.array(one, dtype=float)) + noise, axis=1) for one in (p, q))
    counts = np.bincount(factual * size + edited, minlength=size * size) / draws
    exact = np.array([float(cell) for row in joint("gumbel", p, q) for cell in row])
    assert np.all(np.abs(counts - exact) <= 4 * np.sqrt(exact * (1 - exact) / draws))


def test_a_large_decision_stays_exact() -> None:
    """Sixty outcomes, as of a long delay: 3,600 exact cells, and the margins hold."""
    p, q = vector(*range(1, 61)), vector(*(1 + 7 * k % 61 for k in range(60)))
    cells = joint("gumbel", p, q)
    assert tuple(map(sum, cells)) == p
    assert tuple(map(sum, zip(*cells, strict=True))) == q


# -- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
@given(both=worlds())
def test_every_mechanism_lies_inside_the_bounds(mechanism: str, both: tuple[Vector, Vector]) -> None:
    """No mechanism leaves the bounds of any pair of outcomes."""
    p, q = both
    for i, j in product(range(len(p)), repeat=2):
        if p[i]:
            low, high = sharp_bounds(p, q, i, j)
            assert 0 <= low <= transition(mechanism, p, q, i)[j] <= high <= 1


@given(both=worlds(2, 3))
@example(both=EDGES[0])
@example(both=EDGES[1])
def test_the_bounds_are_attained(both: tuple[Vector, Vector]) -> None:
    """One uniform with any order of outcomes in each world: the least and greatest share are the bounds themselves.

    Each pair of orders is a joint law with the right margins. With i and j both first, their cells overlap as much as
    they can; with i first and j last, as little.
    """
    p, q = both
    orders = list(permutations(range(len(p))))
    laws = [(one, two, joint("monotone", [p[k] for k in one], [q[k] for k in two])) for one in orders for two in orders]
    for i, j in product(range(len(p)), repeat=2):
        if p[i]:
            shares = [cells[one.index(i)][two.index(j)] / p[i] for one, two, cells in laws]
            assert (min(shares), max(shares)) == sharp_bounds(p, q, i, j)


def test_bounds_can_be_no_help_and_can_be_everything() -> None:
    """Without overlap of the margins nothing is known; with a sure outcome everything is."""
    assert sharp_bounds(vector(1, 1), vector(1, 1), 0, 0) == (0, 1)
    assert sharp_bounds(vector(1, 0), vector(1, 2), 0, 1) == (Fraction(2, 3), Fraction(2, 3))


# -- regions -------------------------------------------------------------------------------------------------------


@st.composite
def unions(draw: st.DrawFn) -> tuple[tuple[Fraction, Fraction], ...]:
    """Disjoint intervals with ends on a grid, in rising order; possibly none."""
    ends = sorted(draw(st.sets(st.integers(0, 24), max_size=8)))
    ends = ends[: len(ends) // 2 * 2]
    return tuple((Fraction(a, 24), Fraction(b, 24)) for a, b in zip(ends[::2], ends[1::2], strict=True))


@given(both=worlds())
def test_the_region_of_a_factual_outcome_gives_the_monotone_transition(both: tuple[Vector, Vector]) -> None:
    """To narrow the uniform to the cell of the factual outcome and read the edited cuts is the monotone mechanism."""
    p, q = both
    for i, chance in enumerate(p):
        if chance:
            seen = meet(full(), sum(p[:i], Fraction(0)), sum(p[: i + 1], Fraction(0)))
            assert overlap(seen, Cuts.of_weights(q[:-1])) == transition("monotone", p, q, i)


@given(unions(), st.fractions(0, 1), st.fractions(0, 1))
def test_meeting_cuts_a_region_in_two(region: tuple[tuple[Fraction, Fraction], ...], a: Fraction, b: Fraction) -> None:
    """What lies inside an interval and what lies outside make up the region; what is left is in order and inside."""
    low, high = sorted((a, b))
    inside = meet(region, low, high)
    assert measure(inside) + measure(meet(region, Fraction(0), low)) + measure(
        meet(region, high, Fraction(1))
    ) == measure(region)
    assert all(low <= start < end <= high for start, end in inside)
    assert all(end <= start for (_, end), (start, _) in pairwise(inside))
    assert meet(inside, low, high) == inside
    assert meet(region, Fraction(0), Fraction(1)) == region


@given(unions(), st.lists(st.integers(0, 24), max_size=5))
def test_overlap_counts_the_grid(region: tuple[tuple[Fraction, Fraction], ...], inner: list[int]) -> None:
    """On a grid of 24 steps the probability of a cell is the share of the region's steps that lie in it."""
    cuts = Cuts.at([Fraction(one, 24) for one in sorted(inner)])
    steps = [k for k in range(24) if any(start * 24 <= k < end * 24 for start, end in region)]
    if steps:
        cells = [sum(k >= bound for bound in inner) for k in steps]
        assert overlap(region, cuts) == tuple(Fraction(cells.count(c), len(steps)) for c in range(len(inner) + 1))
        assert sum(overlap(region, cuts)) == 1


# -- errors --------------------------------------------------------------------------------------------------------


def test_what_cannot_have_been_seen_is_refused() -> None:
    """A factual outcome of probability 0 leads nowhere: the error says so and what to do."""
    p, q = vector(1, 0), vector(1, 1)
    for mechanism in MECHANISMS:
        with pytest.raises(ValueError, match=r"outcome 1 has probability 0 in the factual world.*condition on"):
            transition(mechanism, p, q, 1)
    with pytest.raises(ValueError, match="cannot have been seen"):
        sharp_bounds(p, q, 1, 0)
    assert gumbel_cell(p, q, 1, 0) == 0


@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        ((HALF, HALF), (Fraction(1),), "got 2 in p and 1 in q"),
        ((HALF, Fraction(1, 3)), (HALF, HALF), "probabilities of p sum to 1; got 5/6"),
        ((HALF, HALF), (Fraction(3, 2), -HALF), r"q\[0\] is 3/2"),
        ((HALF, HALF), (-HALF, Fraction(3, 2)), r"q\[0\] is -1/2"),
        ((HALF, HALF), (0.5, 0.5), r"q\[0\] is a Fraction; got 0.5"),
        ((), (), "a decision has at least one outcome; got none"),
    ],
)
def test_what_is_no_distribution_is_refused(p: Vector, q: Vector, words: str) -> None:
    """An error names the world, the place and the value."""
    with pytest.raises(ValueError, match=words):
        joint("gumbel", p, q)


@pytest.mark.parametrize("number", [-1, 2])
def test_outcomes_that_do_not_exist_are_refused(number: int) -> None:
    """Numbers of outcomes do not count from the end."""
    p = vector(1, 1)
    for call in (
        lambda: transition("gumbel", p, p, number),
        lambda: gumbel_cell(p, p, 0, number),
        lambda: sharp_bounds(p, p, 0, number),
        lambda: sharp_bounds(p, p, number, 0),
    ):
        with pytest.raises(ValueError, match=f"number of an outcome, 0 to 1; got {number}"):
            call()


def test_an_unknown_mechanism_is_refused_with_the_known_ones() -> None:
    """The error lists what there is."""
    with pytest.raises(ValueError, match="monotone, gumbel, independent; got 'Gumbel'"):
        joint("Gumbel", vector(1, 1), vector(1, 1))


def test_regions_refuse_what_has_no_meaning() -> None:
    """An interval that runs backwards and a uniform that lies nowhere are errors, not zeros."""
    with pytest.raises(ValueError, match="from its low end to its high end"):
        meet(full(), HALF, Fraction(1, 4))
    with pytest.raises(ValueError, match="length 0"):
        overlap((), Cuts.at([HALF]))
    assert meet(full(), HALF, HALF) == ()


# -- the extreme joint laws ----------------------------------------------------------------------------------------


TOKENS = st.lists(st.integers(0, 2), min_size=5, max_size=5)


@given(before=TOKENS, after=TOKENS, data=st.data())
@settings(max_examples=60)
def test_an_extreme_joint_law_is_the_best_matching(before: list[int], after: list[int], data: st.DataObject) -> None:
    """Five equal parts of each world, matched in every order: no matching gains more, and no law does either.

    With margins in fifths the corners are matchings of fifths (Birkhoff), so that trying them all is a proof.
    """
    p, q = (vector(*(labels.count(k) for k in range(3))) for labels in (before, after))
    gains = [[Fraction(data.draw(st.integers(-5, 5))) for _ in q] for _ in p]
    law = extreme_joint(gains, p, q)
    assert tuple(map(sum, law)) == p
    assert tuple(map(sum, zip(*law, strict=True))) == q
    value = sum(gains[i][j] * law[i][j] for i in range(3) for j in range(3))
    matched = (sum(gains[i][j] for i, j in zip(before, order, strict=True)) for order in permutations(after))
    assert value == max(matched) / 5


@given(both=worlds(1, 3))
def test_corners_hold_the_extremes_of_every_cell(both: tuple[Vector, Vector]) -> None:
    """Each corner is a joint law, and in each cell the corners reach the sharp bounds."""
    p, q = both
    corners = corner_joints(p, q, 1_000)
    assert corners
    for law in corners:
        assert tuple(map(sum, law)) == p
        assert tuple(map(sum, zip(*law, strict=True))) == q
    for i, j in product(range(len(p)), repeat=2):
        if p[i]:
            shares = [law[i][j] / p[i] for law in corners]
            assert (min(shares), max(shares)) == sharp_bounds(p, q, i, j)


def test_too_many_outcomes_are_refused() -> None:
    """Beyond a few outcomes the search would not end."""
    many = vector(*[1] * (MOST_OUTCOMES + 1))
    assert corner_joints(many, many, 10) is None
    assert corner_joints(vector(1, 1, 1), vector(1, 1, 1), 2) is None
    with pytest.raises(ValueError, match=f"at most {MOST_OUTCOMES}"):
        extreme_joint([[HALF] * len(many)] * len(many), many, many)
