"""Probabilities that say what they are: given what, how they were found, how exact they are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

__all__ = ["Number", "wilson_interval"]

_Z = 1.959963984540054  # the 97.5 % point of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Number:
    """A probability: exact, or the share of `runs` drawn worlds with a 95 % interval.

    >>> Number.of(Fraction(34, 43)).text()
    '34/43 (79.1 %)'
    >>> Number(Fraction(1, 3), low=0.30, high=0.37, runs=600).text()
    '33 % (30-37 %)'
    """

    value: Fraction
    low: float = 0.0
    high: float = 1.0
    runs: int = 0

    @classmethod
    def of(cls, value: Fraction) -> Number:
        """Make an exact number."""
        return cls(value, float(value), float(value))

    @classmethod
    def share(cls, hits: int, runs: int) -> Number:
        """Make the share of drawn worlds that have something, with its interval."""
        return cls(Fraction(hits, runs), *wilson_interval(hits, runs), runs)

    @property
    def exact(self) -> bool:
        """Whether the number is exact."""
        return not self.runs

    def text(self) -> str:
        """Return the number in words of a table."""
        if not self.exact:
            return f"{100 * float(self.value):.0f} % ({100 * self.low:.0f}-{100 * self.high:.0f} %)"
        if self.value in (0, 1):
            return "never" if self.value == 0 else "certain"
        percent = f"{100 * float(self.value):.3g} %"
        return f"{self.value} ({percent})" if self.value.denominator < 10_000 else percent

    def as_json(self) -> str | float:
        """Return an exact fraction as text, a share as a number."""
        return str(self.value) if self.exact else float(self.value)

    def details(self) -> dict[str, Any]:
        """Return how the number was found."""
        bounds = {} if self.exact else {"low": self.low, "high": self.high, "level": 0.95, "runs": self.runs}
        return {"exact": self.exact, "value": float(self.value), **bounds}


def wilson_interval(hits: float, runs: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, Journal of the American Statistical Association 22, 1927).

    >>> [round(one, 4) for one in wilson_interval(0, 10)]
    [0.0, 0.2775]
    """
    share, square = hits / runs, _Z * _Z
    middle = (share + square / (2 * runs)) / (1 + square / runs)
    half = _Z * sqrt(share * (1 - share) / runs + square / (4 * runs * runs)) / (1 + square / runs)
    low = 0.0 if hits == 0 else max(middle - half, 0.0)
    return low, 1.0 if hits == runs else min(middle + half, 1.0)
