"""Mechanisms: how the outcome of one decision in the factual world bears on its outcome in the edited world.

A decision has outcomes 0 .. n-1, in the declared order of severity, with probabilities p in the factual world and q in
the edited one. Each joint law with these two margins is a possible mechanism. All of them give the same forecasts, so
no data about one world at a time tells them apart; a counterfactual therefore names its mechanism. There are three:

- `monotone`: one uniform decides in both worlds, over the outcomes in their order, so severity never crosses over;
- `gumbel`: Gumbel-max (Oberst & Sontag 2019). It does not depend on the order of the outcomes, and it is
  counterfactually stable: another outcome takes the place of the one seen only if its chance rose by a larger factor;
- `independent`: the factual outcome says nothing about the edited world.

For two outcomes the first two are the same. Gumbel-max is not the only stable mechanism (Haugh & Singal 2022), so
agreement of the three proves nothing: `sharp_bounds` says what holds under every mechanism.

Gumbel-max as a race. Adding Gumbel noise to log p and taking the largest is the same as giving each outcome k a waiting
time E_k / p_k, with E_k exponential of mean 1, and taking the first. The edited world has the waiting times E_k / q_k
with the same E_k. Let r be the first waiting time of the edited world over that of the factual world, and

    H(r) = sum_k max(p_k, q_k r).

1. The same outcome i wins both races only at r = p_i / q_i, with probability p_i / H(p_i / q_i), which is
   1 / sum_k max(p_k / p_i, q_k / q_i).
2. Outcome i wins the factual and j the edited race only where p_j / q_j <= r <= p_i / q_i. The other outcomes are slow
   enough when E_k >= max(p_k, q_k r) times the factual waiting time; integrating that time out leaves

       p_i q_j times the integral of 1 / H(r)^2 from p_j / q_j to p_i / q_i,   and 0 where that interval is empty.

3. H bends only at the ratios p_k / q_k. Between neighbouring ones, a and b, it is linear and the integral is
   (b - a) / (H(a) H(b)), also where H is constant. Beyond the last, a, its slope is sum_k q_k = 1 and the integral up
   to infinity is 1 / H(a). So every cell is a rational number, and nothing has to be sampled.
4. An outcome with q_k = 0 has its ratio at infinity: it never wins the edited race. One with p_k = 0 never wins the
   factual race; its ratio is 0. One with both 0 never wins.

The closed form is worked out here from the definition of Gumbel-max; the tests compare it with sampled Gumbels.

Sources: M. Oberst & D. Sontag, "Counterfactual Off-Policy Evaluation with Gumbel-Max Structural Causal Models", ICML
2019; M. Haugh & R. Singal, "Counterfactual Analysis in Dynamic Models: Copulas and Bounds", arXiv 2205.13832, 2022, and
"Counterfactual Analysis in Dynamic Latent-State Models", ICML 2023; M. Fréchet, "Sur les tableaux de corrélation dont
les marges sont données", Annales de l'Université de Lyon, 1951; J. Tian & J. Pearl, "Probabilities of Causation: Bounds
and Identification", Annals of Mathematics and Artificial Intelligence 28, 2000.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from numbers import Rational

from simulator.exact.regions import measure, meet

__all__ = [
    "MECHANISMS",
    "MOST_OUTCOMES",
    "corner_joints",
    "extreme_joint",
    "gumbel_cell",
    "joint",
    "sharp_bounds",
    "transition",
]

MECHANISMS = ("monotone", "gumbel", "independent")
MOST_OUTCOMES = 5  # of a decision whose extreme joint laws can be worked out
_STEPS = 50  # steps looked at for one corner

Vector = tuple[Fraction, ...]
Joint = tuple[Vector, ...]


def joint(mechanism: str, p: Sequence[Fraction], q: Sequence[Fraction]) -> Joint:
    """Return P(factual outcome = i, edited outcome = j) at [i][j]; its rows sum to p and its columns to q.

    Raises ValueError for an unknown mechanism, and where p and q are not two exact distributions of one length.

    >>> half, quarter, none = Fraction(1, 2), Fraction(1, 4), Fraction(0)
    >>> for row in joint("gumbel", [half, quarter, quarter], [none, half, half]):
    ...     print(*row)
    0 1/4 1/4
    0 1/4 0
    0 0 1/4
    """
    if mechanism not in _JOINTS:
        raise ValueError(f"a mechanism is one of {', '.join(MECHANISMS)}; got {mechanism!r}")
    return _JOINTS[mechanism](*_checked(p, q))


def transition(mechanism: str, p: Sequence[Fraction], q: Sequence[Fraction], i: int) -> Vector:
    """Return P(edited outcome = j | factual outcome = i) at [j]; it sums to 1.

    Raises ValueError where outcome i cannot be seen (p[i] is 0) or does not exist, and as `joint` does.

    Outcome 1 was seen; the edit forbids outcome 0 and raises the chance of 1 more than that of 2:

    >>> p = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    >>> q = [Fraction(0), Fraction(5, 8), Fraction(3, 8)]
    >>> for mechanism in MECHANISMS:
    ...     print(mechanism, *transition(mechanism, p, q, 1))
    monotone 0 1/2 1/2
    gumbel 0 1 0
    independent 0 5/8 3/8
    """
    cells = joint(mechanism, p, q)
    seen = _seen(Fraction(p[_index("i", i, len(cells))]), i)
    return tuple(cell / seen for cell in cells[i])


def sharp_bounds(p: Sequence[Fraction], q: Sequence[Fraction], i: int, j: int) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest P(edited outcome = j | factual outcome = i) that any mechanism gives.

    These are the Fréchet bounds max(0, p_i + q_j - 1) / p_i and min(p_i, q_j) / p_i. Some mechanism attains each of
    them, and mixing the two attains every value between, so nothing narrower holds without further assumptions. They
    are about one pair of outcomes: a mechanism that attains one bound need not attain others. For two outcomes, i and j
    different, p_i times them bounds the probability of necessity and sufficiency, as in Tian & Pearl (2000).

    Raises ValueError where outcome i cannot be seen, where i or j does not exist, and as `joint` does.

    >>> p, q = [Fraction(3, 10), Fraction(7, 10)], [Fraction(4, 5), Fraction(1, 5)]
    >>> print(*sharp_bounds(p, q, 0, 0))
    1/3 1
    """
    before, after = _checked(p, q)
    seen = _seen(before[_index("i", i, len(before))], i)
    then = after[_index("j", j, len(after))]
    return max(Fraction(0), seen + then - 1) / seen, min(seen, then) / seen


def gumbel_cell(p: Sequence[Fraction], q: Sequence[Fraction], i: int, j: int) -> Fraction:
    """Return P(factual outcome = i, edited outcome = j) under Gumbel-max, in closed form (the module's text).

    Raises ValueError where i or j does not exist, and as `joint` does.

    >>> p, q = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)]
    >>> print(gumbel_cell(p, q, 0, 0), gumbel_cell(p, q, 0, 2), gumbel_cell(p, q, 2, 0))
    1/6 1/4 0
    """
    cells = _gumbel(*_checked(p, q))
    return cells[_index("i", i, len(cells))][_index("j", j, len(cells))]


def _monotone(p: Vector, q: Vector) -> Joint:
    """Where the cells of the two worlds overlap on the line of one uniform."""
    factual, edited = (tuple(pairwise(accumulate(one, initial=Fraction(0)))) for one in (p, q))
    return tuple(tuple(measure(meet((cell,), *other)) for other in edited) for cell in factual)


def _independent(p: Vector, q: Vector) -> Joint:
    return tuple(tuple(before * after for after in q) for before in p)


def _gumbel(p: Vector, q: Vector) -> Joint:
    areas = _areas(p, q)

    def cell(i: int, j: int) -> Fraction:
        if i != j:
            return p[i] * q[j] * max(Fraction(0), areas[i] - areas[j])
        return p[i] / _height(p, q, p[i] / q[i]) if q[i] else Fraction(0)

    return tuple(tuple(cell(i, j) for j in range(len(q))) for i in range(len(p)))


def _height(p: Vector, q: Vector, r: Fraction) -> Fraction:
    """H(r) of the module's text; at least 1, for p sums to 1."""
    return sum((max(before, after * r) for before, after in zip(p, q, strict=True)), Fraction(0))


def _areas(p: Vector, q: Vector) -> Vector:
    """For each outcome k the integral of 1 / H(r)^2 up to its ratio p_k / q_k, from the least ratio on (step 3)."""
    ratios = [before / after if after else None for before, after in zip(p, q, strict=True)]
    bends = sorted({ratio for ratio in ratios if ratio is not None})
    heights = [_height(p, q, bend) for bend in bends]
    pieces = ((b - a) / (low * high) for (a, b), (low, high) in zip(pairwise(bends), pairwise(heights), strict=True))
    areas = dict(zip(bends, accumulate(pieces, initial=Fraction(0)), strict=True))
    infinite = areas[bends[-1]] + 1 / heights[-1]
    return tuple(infinite if ratio is None else areas[ratio] for ratio in ratios)


_JOINTS: dict[str, Callable[[Vector, Vector], Joint]] = {
    "monotone": _monotone,
    "gumbel": _gumbel,
    "independent": _independent,
}


def _checked(p: Sequence[Fraction], q: Sequence[Fraction]) -> tuple[Vector, Vector]:
    """Both distributions as fractions, or an error that shows what is wrong with which."""
    if len(p) != len(q):
        raise ValueError(
            f"both worlds have the same outcomes; got {len(p)} in p and {len(q)} in q (give 0 to absent ones)"
        )
    if not p:
        raise ValueError("a decision has at least one outcome; got none in p and q")
    for name, weights in (("p", p), ("q", q)):
        for k, weight in enumerate(weights):
            # A float would make the answer inexact without a word.
            if not isinstance(weight, Rational):
                raise ValueError(f"{name}[{k}] is a Fraction; got {weight!r} (write Fraction(3, 10) for 0.3)")
            if not 0 <= weight <= 1:
                raise ValueError(f"a probability lies in [0, 1]; {name}[{k}] is {weight}")
        if sum(weights) != 1:
            raise ValueError(
                f"the probabilities of {name} sum to 1; got {sum(weights)} from {', '.join(map(str, weights))}"
            )
    return tuple(map(Fraction, p)), tuple(map(Fraction, q))


def _index(name: str, number: int, size: int) -> int:
    if not 0 <= number < size:
        raise ValueError(f"{name} is the number of an outcome, 0 to {size - 1}; got {number}")
    return number


def _seen(chance: Fraction, i: int) -> Fraction:
    if not chance:
        raise ValueError(
            f"outcome {i} has probability 0 in the factual world, so it cannot have been seen; "
            "condition on an outcome that the factual world allows"
        )
    return chance


def extreme_joint(gains: Sequence[Sequence[Fraction]], p: Sequence[Fraction], q: Sequence[Fraction]) -> Joint:
    """Return the joint law with margins p and q for which the sum of gain times probability is greatest.

    This is a transport problem, solved exactly: its best solution is a corner, and every corner comes from giving one
    cell after another as much as its row and column have left. Meant for a few outcomes (up to `MOST_OUTCOMES`).

    Raises ValueError for more outcomes, and as `joint` does.

    >>> half = [Fraction(1, 2), Fraction(1, 2)]
    >>> [[str(cell) for cell in row] for row in extreme_joint([[0, 1], [1, 0]], half, half)]
    [['0', '1/2'], ['1/2', '0']]
    """
    before, after = _checked(p, q)
    if len(before) > MOST_OUTCOMES:
        raise ValueError(f"extreme joint laws are for at most {MOST_OUTCOMES} outcomes; got {len(before)}")
    known: dict[tuple[Vector, Vector], tuple[Fraction, tuple[int, int] | None]] = {}

    def best(rows: Vector, columns: Vector) -> Fraction:
        if (rows, columns) not in known:
            found: tuple[Fraction, tuple[int, int] | None] = (Fraction(0), None)
            for i, j in _cells_left(rows, columns):
                much = min(rows[i], columns[j])
                value = gains[i][j] * much + best(_less(rows, i, much), _less(columns, j, much))
                found = (value, (i, j)) if found[1] is None or value > found[0] else found
            known[rows, columns] = found
        return known[rows, columns][0]

    best(before, after)
    cells = [[Fraction(0)] * len(after) for _ in before]
    while (place := known[before, after][1]) is not None:
        i, j = place
        cells[i][j] = much = min(before[i], after[j])
        before, after = _less(before, i, much), _less(after, j, much)
    return tuple(map(tuple, cells))


def corner_joints(p: Sequence[Fraction], q: Sequence[Fraction], most: int) -> list[Joint] | None:
    """Return every corner of the joint laws with margins p and q; None where there are more than `most`.

    >>> half = [Fraction(1, 2), Fraction(1, 2)]
    >>> len(corner_joints(half, half, 100))
    2
    """
    before, after = _checked(p, q)
    if len(before) > MOST_OUTCOMES:
        return None
    empty = tuple((Fraction(0),) * len(after) for _ in before)
    found, seen, todo = set[Joint](), set[object](), [(before, after, empty)]
    while todo:
        rows, columns, cells = todo.pop()
        places = _cells_left(rows, columns)
        if not places:
            found.add(cells)
        for i, j in places:
            much = min(rows[i], columns[j])
            row = (*cells[i][:j], much, *cells[i][j + 1 :])
            state = (_less(rows, i, much), _less(columns, j, much), (*cells[:i], row, *cells[i + 1 :]))
            if state not in seen:
                seen.add(state)
                todo.append(state)
        if len(found) > most or len(seen) > _STEPS * most:
            return None
    return sorted(found)


def _cells_left(rows: Vector, columns: Vector) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(rows) if row for j, column in enumerate(columns) if column]


def _less(vector: Vector, place: int, much: Fraction) -> Vector:
    return (*vector[:place], vector[place] - much, *vector[place + 1 :])
