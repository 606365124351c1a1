"""What is known of a decision's uniform: a union of intervals of [0, 1), with exact ends.

Seeing the outcome of a decision shows in which cell of [0, 1) its uniform lies (see `simulator.noise`); every further
reading of the same uniform narrows that place. The same uniform then decides in the edited world, where the cells may
be others. The chance of an outcome there is the share of the known place that its cell covers. This is the monotone
mechanism of `simulator.counterfactual.mechanisms`, in a form that takes any number of readings.

The ends are the exact fractions of the cuts. A generator rounds each of them up to a multiple of 2**-53.
"""

from __future__ import annotations

from fractions import Fraction

from simulator.noise import Cuts

__all__ = ["Region", "full", "measure", "meet", "overlap"]

# Intervals [low, high) with 0 <= low < high <= 1, in rising order and without a common point; () is the empty region.
Region = tuple[tuple[Fraction, Fraction], ...]


def full() -> Region:
    """Return the region of a uniform of which nothing is known: all of [0, 1).

    >>> full()
    ((Fraction(0, 1), Fraction(1, 1)),)
    """
    return ((Fraction(0), Fraction(1)),)


def meet(region: Region, low: Fraction, high: Fraction) -> Region:
    """Return the part of a region that lies in [low, high); () where nothing does.

    Raises ValueError where low is above high.

    >>> meet(full(), Fraction(1, 4), Fraction(1, 2))
    ((Fraction(1, 4), Fraction(1, 2)),)
    """
    if low > high:
        raise ValueError(f"an interval runs from its low end to its high end; got [{low}, {high})")
    cut = ((max(low, start), min(high, end)) for start, end in region)
    return tuple((start, end) for start, end in cut if start < end)


def measure(region: Region) -> Fraction:
    """Return the length of a region, which is the probability that a fresh uniform lies in it.

    >>> str(measure(((Fraction(0), Fraction(1, 4)), (Fraction(1, 2), Fraction(3, 4)))))
    '1/2'
    """
    return sum((end - start for start, end in region), Fraction(0))


def overlap(region: Region, cuts: Cuts) -> tuple[Fraction, ...]:
    """Return the probability of each cell of `cuts`, given that the uniform lies in the region; they sum to 1.

    Raises ValueError where the region is empty, for then nothing can be said of the uniform.

    A rule with chance 1/2 fired, so its uniform lies in [0, 1/2). With chance 3/10 it would have fired in 3 of 5 cases:

    >>> fired = meet(full(), Fraction(0), Fraction(1, 2))
    >>> [str(one) for one in overlap(fired, Cuts.at([Fraction(3, 10)]))]
    ['3/5', '2/5']
    """
    whole = measure(region)
    if not whole:
        raise ValueError(
            f"the uniform lies in a region of length 0 (got {region}); expected one of positive length, "
            "so look for two readings of one decision that exclude each other"
        )
    return tuple(measure(meet(region, low, high)) / whole for low, high in cuts.intervals())
