"""A parameter that is not known for sure: one value for both worlds, and history says which values fit better.

A `range` under `parameters:` says between which values a probability may lie. For each of some values in it the whole
question is asked anew, with the same value in the factual and in the edited world. Each value counts by the probability
that it gives the record (Bayes' rule, from equal weights). The value is never drawn for one world apart from the other:
then the two would differ by chance in the parameter, and that would pass for an effect of the edit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from simulator.counterfactual.numbers import Number
from simulator.counterfactual.twin import Twin
from simulator.counterfactual.whatif import Settings, check_outcomes, prepare
from simulator.errors import ScenarioError
from simulator.scenario.compile import BranchLike
from simulator.scenario.crosscheck import crosscheck
from simulator.scenario.diagnostics import nearest
from simulator.scenario.load import Loaded
from simulator.scenario.program import Outcome
from simulator.scenario.shipped import ShippedLibrary

__all__ = ["POINTS", "Uncertain", "Value", "over_parameter"]

POINTS = 5  # values looked at, evenly from one end of the range to the other


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the parameter: P(record) under it, its weight given the record, the outcomes under it.

    `outcomes` maps each outcome to its probability without and with the edit, given the record; empty where the record
    cannot come about under this value.
    """

    value: Fraction
    p_record: Fraction
    weight: Fraction
    outcomes: dict[str, tuple[Number, Number]]


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The answer for each value of a parameter, and over all of them by their weights given the record."""

    parameter: str
    low: Fraction
    high: Fraction
    values: tuple[Value, ...]

    @property
    def mean(self) -> Fraction:
        """The parameter on average, given the record."""
        return sum((one.value * one.weight for one in self.values), Fraction(0))

    def baseline(self, outcome: str) -> Number:
        """Return the outcome given the record, nothing changed, over all values."""
        return self._over(outcome, 0)

    def given_record(self, outcome: str) -> Number:
        """Return the outcome with the edit, given the record, over all values."""
        return self._over(outcome, 1)

    def _over(self, outcome: str, place: int) -> Number:
        """Average over the values; where one of them is drawn, so is the whole, with the average of the intervals."""
        parts = [(one.weight, one.outcomes[outcome][place]) for one in self.values if one.weight]
        value = sum((weight * number.value for weight, number in parts), Fraction(0))
        if all(number.exact for _, number in parts):
            return Number.of(value)
        ends = [(number.low, number.high) if not number.exact else (float(number.value),) * 2 for _, number in parts]
        low, high = (sum(float(w) * end[side] for (w, _), end in zip(parts, ends, strict=True)) for side in (0, 1))
        return Number(value, low, high, max(number.runs for _, number in parts))

    def as_json(self) -> dict[str, Any]:
        """Return plain data, exact numbers as text."""
        names = list(next((one.outcomes for one in self.values if one.outcomes), {}))
        return {
            "parameter": self.parameter,
            "range": [str(self.low), str(self.high)],
            "mean": str(self.mean),
            "outcomes": {
                name: {"baseline": self.baseline(name).as_json(), "given_record": self.given_record(name).as_json()}
                for name in names
            },
            "values": [
                {
                    "value": str(one.value),
                    "p_record": str(one.p_record),
                    "weight": str(one.weight),
                    "given_record": {name: pair[1].as_json() for name, pair in one.outcomes.items()},
                }
                for one in self.values
            ],
        }


def over_parameter(
    loaded: Loaded,
    branch: BranchLike,
    parameter: str,
    *,
    outcomes: Collection[str] | None = None,
    settings: Settings | None = None,
    points: int = POINTS,
) -> Uncertain:
    """Ask a what-if question for `points` values of a parameter's range, weighed by how well they explain the record.

    Asks the scenario's first outcome unless `outcomes` names others. Raises ScenarioError for an unknown parameter, one
    without a `range`, and what `what_if` refuses; ValueError for fewer than two points.

    >>> from simulator.scenario.load import load_scenario
    >>> loaded = load_scenario("cfe-endgame")
    >>> found = over_parameter(loaded, "no-2004", "p_enlargement", outcomes=["adapted-in-force"], points=2)
    >>> [str(one.value) for one in found.values], found.given_record("adapted-in-force").text()
    (['1/10', '1/2'], 'never')
    """
    if points < 2:
        raise ValueError(f"a range has at least its two ends; got points={points}")
    check_outcomes(loaded, outcomes)
    settings = settings or Settings()
    low, high = _range(loaded, parameter)
    asked = [one.id for one in loaded.scenario.outcomes if outcomes is None or one.id in outcomes]
    asked = asked[:1] if outcomes is None else asked
    # Whatever else is wrong with the question shows here; below, only the value can be to blame.
    prepare(loaded, branch, settings)
    values = [low + (high - low) * Fraction(number, points - 1) for number in range(points)]
    found = [_at(loaded, branch, parameter, value, asked, settings) for value in values]
    whole = sum((one.p_record for one in found), Fraction(0))
    if not whole:
        raise ScenarioError(f"no value of parameter {parameter} that was looked at allows the record; widen its range")
    weighed = tuple(replace(one, weight=one.p_record / whole) for one in found)
    return Uncertain(parameter, low, high, weighed)


def _range(loaded: Loaded, parameter: str) -> tuple[Fraction, Fraction]:
    known = loaded.scenario.parameters
    if parameter not in known:
        hint = nearest(parameter, list(known)) or f"its parameters are {', '.join(known) or 'none'}"
        raise ScenarioError(f"scenario {loaded.scenario.id} has no parameter {parameter!r}; {hint}")
    given = known[parameter].range
    if given is None:
        raise ScenarioError(f"parameter {parameter} has no range; add one to it, such as `range: [1/10, 1/2]`")
    low, high = given
    return low, high


def _at(  # noqa: PLR0917 -- the question and one value
    loaded: Loaded, branch: BranchLike, parameter: str, value: Fraction, asked: list[str], settings: Settings
) -> Value:
    """Ask the question with one value of the parameter in both worlds."""
    scenario = loaded.scenario
    own = scenario.parameters[parameter].model_copy(update={"value": value})
    changed = scenario.model_copy(update={"parameters": {**scenario.parameters, parameter: own}})
    problem = next(iter(crosscheck(changed, ShippedLibrary())), None)
    if problem is not None:
        raise ScenarioError(f"parameter {parameter} cannot be {value}, which its range allows: {problem.message}")
    try:
        ready = prepare(replace(loaded, scenario=changed), branch, settings)
    except ScenarioError:  # the record has probability zero under this value
        return Value(value, Fraction(0), Fraction(0), {})
    found = {one.id: _answer(ready.twin, one) for one in ready.edited.outcomes if one.id in asked}
    return Value(value, ready.twin.history.p_record, Fraction(0), found)


def _answer(twin: Twin, outcome: Outcome) -> tuple[Number, Number]:
    """Return the outcome without and with the edit; what the model expects without the record is not asked."""
    known, given = twin.known(outcome), twin.worlds(twin.edited, outcome.id, True)
    if known is None or given is None:
        effect = twin.effects([outcome.id])[0]
        return effect.baseline, effect.given_record
    return Number.of(twin.came(known)), Number.of(given.probability(outcome.id))
