"""The variance of a branch's effect over pairs of runs, by what names the draws.

The product names a draw by its cause: the rule, its actor, and what it answers. The C engine can be built with the two
usual ways instead: a counter for each rule, and one stream for all. There one more draw shifts those that follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.bench.engines import SEED, Missing
from tests.bench.lower import compile_table
from tests.bench.variants import program

__all__ = ["Variance", "variances"]

BRANCHES = {
    "one-signature": "one more signature, 1990",
    "early-crisis": "one more crisis, 1993",
    "late-crisis": "one more crisis, 2014",
    "less-likely": "chances of one rule x 4/5",
}


@dataclass(frozen=True, slots=True)
class Variance:
    """Variances of the difference in memberships at the end, branch less base, by what names the draws."""

    title: str
    cause: float
    counter: float
    stream: float
    seeds: float


def variances(runs: int) -> list[Variance]:
    """Measure every branch over `runs` pairs; raises Missing without a compiler."""
    from tests.bench.native import Native, compiler

    if compiler() is None:
        raise Missing("gcc is not installed")
    base, found = compile_table(program("base")), []
    for variant, title in BRANCHES.items():
        branch, numbers, seeds = compile_table(program(variant)), [], 0.0
        for options in ((), ("-DCOUNTER_KEYS=1",), ("-DCOUNTER_KEYS=2",)):
            before, other = Native(base, *options).bound(SEED, 0, runs), Native(branch, *options)
            numbers.append(float(np.var(other.bound(SEED, 0, runs) - before)))
            seeds = seeds or float(np.var(other.bound(SEED + 1, 0, runs) - before))
        found.append(Variance(title, *numbers, seeds))
    return found
