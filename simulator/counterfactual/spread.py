"""How far an answer rests on what no data can settle: the same question under every mechanism, and under any."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from simulator.counterfactual.couplings import Bounds, outcome_bounds
from simulator.counterfactual.mechanisms import sharp_bounds
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.twin import Effect, Twin
from simulator.errors import LimitError
from simulator.exact.cone import cone, slice_program
from simulator.noise import Cuts
from simulator.scenario.program import Program

__all__ = ["bounds_of", "changed_choices", "under_mechanisms"]


def under_mechanisms(twin: Twin, effects: tuple[Effect, ...], changed: bool, work: int) -> dict[str, dict[str, Number]]:
    """Return each outcome under every mechanism; where no decision among several changed, only independence differs."""
    found: dict[str, dict[str, Number]] = {}
    own = twin.source.mechanism
    twins = {
        name: Twin(twin.factual, twin.edited, twin.history, mechanism=name, work=work)
        for name in ("monotone", "gumbel")
        if changed and name != own
    }
    for one in effects:
        numbers = {own: one.given_record}
        for name in ("monotone", "gumbel"):
            if name not in numbers and name in twins:
                worlds = twins[name].worlds(twin.edited, one.outcome, True)
                if worlds is not None:
                    numbers[name] = Number.of(worlds.probability(one.outcome))
            elif name not in numbers and own != "independent":
                numbers[name] = one.given_record
        numbers.setdefault("independent", one.unconditioned)
        found[one.outcome] = numbers
    return found


def bounds_of(twin: Twin, effects: tuple[Effect, ...], work: int) -> dict[str, Bounds | None]:
    """Return the bounds of each outcome over all mechanisms, where a mechanism has anything to carry over.

    None: the outcome is too large for an exact answer. All of them together take at most `work` days of worlds.
    """
    before = {rule.id: rule for rule in twin.factual.rules}
    changed = {
        rule.id
        for rule in twin.edited.rules
        if rule.id in before and (before[rule.id].chances, before[rule.id].choice) != (rule.chances, rule.choice)
    }
    found: dict[str, Bounds | None] = {}
    for one in effects if changed else ():
        part = slice_program(twin.edited, cone(twin.edited, [one.outcome]))
        if changed.isdisjoint(rule.id for rule in part.rules):
            continue
        try:
            exact = one.given_record.exact and twin.history.exact and work > 0
            bounds = outcome_bounds(part, one.outcome, twin.history.explanations, changed, work) if exact else None
        except LimitError:
            bounds, work = None, 0
        if bounds is None or bounds.decisions:
            found[one.outcome] = bounds
            work -= bounds.work if bounds else 0
    return found


def changed_choices(factual: Program, edited: Program) -> list[dict[str, Any]]:
    """Return the decisions among several outcomes whose probabilities the edit changes, with sharp bounds."""
    before = {rule.id: rule for rule in factual.rules}
    found = []
    for rule in edited.rules:
        old = before.get(rule.id)
        if old is None or old.choice is None or rule.choice is None or old.choice == rule.choice:
            continue
        p, q = _widths(old.choice, len(old.options)), _widths(rule.choice, len(rule.options))
        names = [*(option.id for option in rule.options), "nothing"]
        bounds = {
            f"{names[i]} -> {names[j]}": [str(bound) for bound in sharp_bounds(p, q, i, j)]
            for i in range(len(p))
            for j in range(len(q))
            if p[i]
        }
        found.append({"rule": rule.id, "before": list(map(str, p)), "after": list(map(str, q)), "bounds": bounds})
    return found


def _widths(cuts: Cuts, options: int) -> list[Fraction]:
    """Return the probabilities of the options and of doing nothing."""
    found = [high - low for low, high in cuts.intervals()]
    return [*found, *[Fraction(0)] * (options + 1 - len(found))]
