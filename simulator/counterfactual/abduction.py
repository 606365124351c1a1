"""Abduction: every history that the model allows and the record does not contradict, with its probability.

The unedited program is run day by day with the record as witness. What is left at the end are the explanations of the
record; their probabilities add up to P(record). Exact: an explanation confines each uniform that was read to a part of
[0, 1) on which the run is the same, and the size of these parts is their probability (Pearl, Causality, 2009, 7.1, on
abduction; the parts are found lazily, one decision at a time).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from simulator.counterfactual.evidence import Record
from simulator.counterfactual.numbers import Number
from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError
from simulator.exact.foresight import Contradiction
from simulator.exact.history import Path, count_paths, drawn_paths, paths
from simulator.exact.lattice import Lattice, Limits
from simulator.exact.stepper import OWN
from simulator.law.dates import day_text
from simulator.law.lifecycle import STATEMENTS
from simulator.noise import KeyedNoise
from simulator.results.trace import Trace
from simulator.scenario.program import Program
from simulator.scenario.schema import Scenario
from simulator.scenario.script import selects

__all__ = ["MAX_EXPLANATIONS", "History", "explain_or_draw", "explain_record", "pattern_probability"]

MAX_EXPLANATIONS = 20_000
DRAWN = 2_000  # explanations that stand for more than that
PARTICLES = 200
FEW, SOME = 30, 1_000


@dataclass(frozen=True, slots=True)
class History:
    """The explanations of a record, most probable first; `p_record` is the probability of the record.

    `size` is the effective sample size if the explanations were drawn, 0 where they are all there are. `left_out`
    are recorded acts that no rule can produce and that are therefore no evidence; `until` ends the evidence.
    """

    explanations: tuple[Path, ...]
    p_record: Fraction
    acts: tuple[str, ...]
    left_out: tuple[str, ...]
    until: int
    work: int
    size: float = 0.0

    @property
    def exact(self) -> bool:
        """Whether every explanation is there."""
        return not self.size


def explain_record(program: Program, scenario: Scenario, limits: Limits | None = None) -> History:
    """Return the explanations of the record.

    Raises ScenarioError where the model gives the record probability zero, with the act at which it breaks and the
    rules that would have to produce it; LimitError where there are too many worlds or explanations.
    """
    record = Record(program)
    lost = [one for one in record.unexplained if not _is_statement(program, one)]
    if lost:
        raise ScenarioError(_no_rule(lost[0], scenario))
    lattice = Lattice(program, witness=record, keep=True, last=record.until, limits=limits)
    worlds = lattice.run()
    if not worlds.weight:
        raise ScenarioError(_impossible(record, lattice.reached, scenario))
    size, seed = worlds.size, limits.seed if limits else 1
    if count_paths(worlds.ends) <= MAX_EXPLANATIONS:
        found = sorted(paths(worlds.ends, MAX_EXPLANATIONS), key=lambda one: -one.weight)
    else:
        found, size = drawn_paths(worlds.ends, DRAWN, seed), size or float(DRAWN)
    acts = tuple(one.id for one in record.acts)
    return History(tuple(found), worlds.weight, acts, tuple(record.unexplained), record.until, worlds.work, size)


def explain_or_draw(program: Program, scenario: Scenario, work: int, seed: int) -> History:
    """Return all explanations of the record, or as many particles where that is too large; raises ScenarioError."""
    try:
        return explain_record(program, scenario, Limits(work=work))
    except LimitError:
        return explain_record(program, scenario, Limits(particles=PARTICLES, seed=seed))


def pattern_probability(program: Program, runs: int, seed: int) -> Number:
    """Return the probability of the record's acts on any dates: a share of drawn histories, or an estimate.

    Beside P(record), which falls with every day that a date is exact to, this says whether the model allows what
    happened at all. Where none of the drawn histories shows the pattern, worlds that have departed from it are given
    up on the way (particles), so that the estimate can be far below one in `runs`; 0 if that takes too long too.
    """
    record, silent = Record(program, pattern=True), replace(program, outcomes=(), expectations=())
    engine = ReferenceEngine(silent)
    drawn = (engine.run(KeyedNoise(seed, number), until=record.until, ties=False) for number in range(runs))
    hits = sum(_shows(record, trace) for trace in drawn)
    if hits:
        return Number.share(hits, runs)
    try:
        limits = Limits(particles=FEW, seed=seed, work=SOME)
        weight = Lattice(silent, witness=record, last=record.until, limits=limits).run().weight
    except LimitError:
        weight = Fraction(0)
    return Number(weight, 0.0, Number.share(0, runs).high, runs)


def _shows(record: Record, trace: Trace) -> bool:
    used: frozenset[int] = frozenset()
    try:
        for step in trace.steps:
            if step.rule and step.kind in OWN:
                used = record.saw(step, used)
    except Contradiction:
        return False
    return len(used) == len(record.acts)


def _is_statement(program: Program, name: str) -> bool:
    words = {act.id: program.names.acts[act.act] for act in program.observed.acts}
    return words.get(name, "") in STATEMENTS


def _explainers(name: str, scenario: Scenario) -> list[str]:
    return [rule.id for rule in scenario.rules if any(selects(one, name) for one in rule.explains)]


def _no_rule(name: str, scenario: Scenario) -> str:
    rules = ", ".join(_explainers(name, scenario))
    return (
        f"the record holds {name}, which {rules} is said to explain, but no rule does this act; let a rule do it, or "
        "take it out of `explains`, so that it stays as recorded in every world"
    )


def _impossible(record: Record, reached: int, scenario: Scenario) -> str:
    ahead = record.due_after(reached)
    text = f"the model gives the record probability zero: after {day_text(reached)} no world agrees with it. "
    if ahead:
        rules = ", ".join(_explainers(ahead[0], scenario)) or "no rule"
        text += (
            f"The next recorded act is {ahead[0]}, which {rules} would have to produce: look at its trigger, its "
            "condition, its chance and whether its delay reaches that day. "
        )
    return text + (
        "It may also be that a rule acts for certain where the record is silent: give it a chance, list its treaty "
        "out of `observed: complete`, allow a `window` of days, or end the evidence earlier with `until`"
    )
