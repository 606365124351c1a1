"""Which rules of a scenario ever act: how often each is triggered, decides yes, and does something, in seeded runs.

A rule is *triggered* each time it has to decide: its trigger comes while its condition (`when`) holds. It *fires* if
the decision is yes and an act, an event or a change of a variable comes of it inside the period; an act that the law
refuses, that is outdated or that is due too late does not count. A rule that never fires explains nothing: it waits
for what cannot happen, its chance is too small, or the law does not allow what it does.

>>> from simulator.scenario.load import load_scenario
>>> scenario = load_scenario("open-skies-exit")
>>> rows = {row.rule: row for row in firing(scenario, seeds=range(1, 21))}
>>> rows["russian-exit"].fired > 0, rows["us-revocation"].remark
(True, 'never triggered')
>>> elsewhere(scenario, ["us-revocation"], seeds=range(1, 21))
{'us-revocation': Place(branch='after-the-election', seed=1)}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from simulator.engine.reference import ReferenceEngine
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded

__all__ = ["Firing", "Place", "elsewhere", "fired_in", "firing"]


class Place(NamedTuple):
    """A run in which a rule fires: the branch and the seed."""

    branch: str
    seed: int


@dataclass(slots=True)
class Firing:
    """What one rule did in all runs, in numbers of decisions, and the first seed under which it fired (None: none).

    `yes` counts the decisions to act, `fired` those of which something came, `refused` those of which nothing came
    because the law refused it or because it was outdated on its day.
    """

    rule: str
    triggered: int = 0
    yes: int = 0
    fired: int = 0
    refused: int = 0
    first: int | None = None

    @property
    def share(self) -> Fraction | None:
        """The share of the decisions that fired; None if there was none.

        >>> str(Firing("answer", triggered=4, yes=3, fired=2).share), Firing("answer").share
        ('1/2', None)
        """
        return Fraction(self.fired, self.triggered) if self.triggered else None

    @property
    def remark(self) -> str:
        """Why the rule never fired, as far as the runs show it; empty if it fired.

        >>> Firing("answer", triggered=9).remark, Firing("answer", triggered=9, yes=2, refused=2).remark
        ('never fires: every decision was no', 'never fires: every act was refused or outdated')
        """
        if self.fired:
            return ""
        if not self.triggered:
            return "never triggered"
        if not self.yes:
            return "never fires: every decision was no"
        reasons = ["refused or outdated"] if self.refused else []
        reasons += ["due after the end of the period"] if self.refused < self.yes else []
        return f"never fires: every act was {' or '.join(reasons)}"

    def as_json(self) -> dict[str, Any]:
        """Return the row of `check --rules --json`; the share is an exact fraction in text."""
        return {
            "rule": self.rule,
            "triggered": self.triggered,
            "yes": self.yes,
            "fired": self.fired,
            "refused": self.refused,
            "share": None if self.share is None else str(self.share),
            "first_seed": self.first,
            "remark": self.remark or None,
        }


def firing(
    scenario: Loaded, *, seeds: Iterable[int], branch: str | None = None, until_all: Iterable[str] = ()
) -> list[Firing]:
    """Simulate once with every seed and return a row for each rule, in the order of the file.

    With `until_all` the runs end as soon as each of these rules has fired. A rule that the branch switches off has a
    row of zeros. Raises ScenarioError as compiling does, LimitError where a run never comes to rest.
    """
    engine = ReferenceEngine(compile_scenario(scenario, mode="simulate", branch=branch))
    rows = {rule.id: Firing(rule.id) for rule in scenario.scenario.rules}
    waiting = set(until_all)
    early = bool(waiting)
    for seed in seeds:
        trace = engine.run(seed=seed)
        _count(rows, trace, seed)
        waiting -= {name for name in waiting if rows[name].fired}
        if early and not waiting:
            break
    return list(rows.values())


def elsewhere(scenario: Loaded, rules: Iterable[str], *, seeds: Iterable[int]) -> dict[str, Place]:
    """Return for each of the rules the first seed, and the first branch under it, in which it fires; none if nowhere.

    All branches take a seed before any takes the next one, so that a rule which needs a certain branch is found soon.
    """
    wanted, found = list(rules), dict[str, Place]()
    engines = [
        (one.id, ReferenceEngine(compile_scenario(scenario, mode="simulate", branch=one.id)))
        for one in (scenario.scenario.branches if wanted else ())
    ]
    for seed in seeds:
        for branch, engine in engines:
            if len(found) == len(wanted):
                return found
            acted = fired_in(engine.run(seed=seed))
            found |= {name: Place(branch, seed) for name in wanted if name in acted and name not in found}
    return found


def fired_in(trace: Trace) -> set[str]:
    """Return the rules that fired in one run.

    >>> import simulator as ts
    >>> fired_in(ts.run("inf-endgame", seed=1)), fired_in(ts.replay("inf-endgame"))
    ({'russian-exit'}, set())
    """
    return {trace.steps[number].rule for number in _effective(trace)}


def _effective(trace: Trace) -> Iterator[int]:
    """Yield the numbers of the decisions of which something came, once each; their own steps name them as cause."""
    seen = set()
    for step in trace.steps:
        if step.rule and step.kind != "decision" and step.cause >= 0 and step.cause not in seen:
            cause = trace.steps[step.cause]
            if cause.kind == "decision" and cause.rule == step.rule:
                seen.add(step.cause)
                yield step.cause


def _count(rows: dict[str, Firing], trace: Trace, seed: int) -> None:
    for step in trace.steps:
        if step.kind == "decision":
            rows[step.rule].triggered += 1
            rows[step.rule].yes += step.after == "fires"
    effective = set(_effective(trace))
    for number in effective:
        row = rows[trace.steps[number].rule]
        row.fired += 1
        row.first = seed if row.first is None else row.first
    for number in {one.cause for one in trace.refused if one.rule} - effective:
        rows[trace.steps[number].rule].refused += 1
