"""I7: how much of a level was kept, and for how long; exact areas under step functions of days."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

__all__ = ["area", "resilience"]


def area(steps: Sequence[tuple[int, Fraction]], last: int) -> Fraction:
    """Return the area under a step function, in level times days, from its first day to the day before `last`.

    >>> str(area([(0, Fraction(1)), (4, Fraction(1, 2))], 10))
    '7'
    """
    edges = [*steps, (last, Fraction(0))]
    return sum((value * (after - day) for (day, value), (after, _) in pairwise(edges)), Fraction(0))


def resilience(steps: Sequence[tuple[int, Fraction]], last: int) -> Fraction | None:
    """Return the area over the first level times the length: 1 where nothing is lost, above 1 where more is gained.

    None where the first level is 0, for then there is nothing that could be kept, or where no time passes.

    >>> str(resilience([(0, Fraction(1, 2)), (5, Fraction(0))], 20))
    '1/4'
    """
    first, level = steps[0]
    if not level or last <= first:
        return None
    return area(steps, last) / (level * (last - first))
