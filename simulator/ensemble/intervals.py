"""Intervals of shares: Wilson's, and the rule of three where nothing or everything was seen.

Of an event that no run of n showed one can say with 95 % confidence that its probability is at most 3/n (Hanley and
Lippman-Hand, JAMA, 1983), of one that every run showed that it is at least 1 - 3/n. Elsewhere the interval is
Wilson's score interval (JASA 22, 1927).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.counterfactual.numbers import wilson_interval

__all__ = ["LEVEL", "RULE_OF_THREE", "WILSON", "Share", "share_interval"]

LEVEL = 0.95
WILSON, RULE_OF_THREE = "wilson", "rule of three"


class Share(NamedTuple):
    """How many of the runs show something, as a probability with its 95 % interval.

    >>> share = Share(610, 1000)
    >>> share.p, round(share.low, 3), round(share.high, 3), share.method
    (0.61, 0.579, 0.64, 'wilson')
    """

    hits: int
    runs: int

    @property
    def p(self) -> float | None:
        """The share; None without runs."""
        return self.hits / self.runs if self.runs else None

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return share_interval(self.hits, self.runs)[0]

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return share_interval(self.hits, self.runs)[1]

    @property
    def method(self) -> str:
        """How the interval was found."""
        return share_interval(self.hits, self.runs)[2]

    @property
    def width(self) -> float:
        """Upper end less lower end."""
        return self.high - self.low

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of an outcome, and the interval's name."""
        low, high, method = share_interval(self.hits, self.runs)
        return {"p": self.p, "low": low, "high": high, "level": LEVEL, "hits": self.hits, "method": method}


def share_interval(hits: int, runs: int) -> tuple[float, float, str]:
    """Return both ends of the 95 % interval of a share, and its name.

    >>> share_interval(0, 1000), share_interval(1000, 1000)
    ((0.0, 0.003, 'rule of three'), (0.997, 1.0, 'rule of three'))
    """
    if not runs:
        return 0.0, 1.0, "no runs"
    if hits in (0, runs):
        reach = min(3 / runs, 1.0)
        return (0.0, reach, RULE_OF_THREE) if hits == 0 else (1.0 - reach, 1.0, RULE_OF_THREE)
    return *wilson_interval(hits, runs), WILSON
