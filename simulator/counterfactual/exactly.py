"""Exact probabilities for those who compare worlds without the record."""

from __future__ import annotations

from fractions import Fraction

from simulator.errors import LimitError
from simulator.exact.cone import cone, slice_program
from simulator.exact.lattice import Lattice, Limits
from simulator.scenario.program import Program

__all__ = ["exact_probability"]

WORK = 3_000  # days of worlds: a second or two


def exact_probability(program: Program, outcome: str, work: int = WORK) -> Fraction | None:
    """Return the exact probability of an outcome, None where it would need more than `work` days of worlds.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> str(exact_probability(compile_scenario(load_scenario("cfe-endgame"), branch="no-2004"), "notice-2007"))
    '61/125'
    """
    part = slice_program(program, cone(program, [outcome]))
    try:
        return Lattice(part, limits=Limits(work=work)).run().probability(outcome)
    except LimitError:
        return None
