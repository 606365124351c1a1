"""What one run of a fixed world settles: the value of every variable that a causal claim may flip or hold.

The variables are the dated events, the answer of each decision, whether what it owed was done, and whether each
scripted act was done. A decision has the same name in every run (`simulator.noise`: rule, actor, what it answers),
so its values can be compared between a world and its edited twin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.engine.rules import RuleBook
from simulator.engine.run import Happening, Run
from simulator.results.trace import Step, Tie, Trace
from simulator.scenario.program import Program, Rule

__all__ = ["Answer", "DecisionKey", "Facts", "Listener", "facts_of"]

_ACTS = ("act", "claim", "statement")


class DecisionKey(NamedTuple):
    """The name of a decision: codes of rule and actor (-1: a bloc as one), and the noise number of its trigger."""

    rule: int
    actor: int
    what: int
    nth: int


@dataclass(frozen=True, slots=True)
class Answer:
    """How a decision was answered, and whether what it owed was done.

    `delay` counts days from the trigger, -1 where no act became due before the end; `owed` is the id of the owed act
    in the trace, empty if nothing tells it; `why` names the trigger and `actor` who decided.
    """

    fires: bool
    option: int
    delay: int
    done: bool
    owed: str
    why: str
    actor: str
    day: int

    def same(self, other: Answer) -> bool:
        """Whether both answers are the same decision: fired or not, which option, after how many days."""
        return (self.fires, self.option, self.delay) == (other.fires, other.option, other.delay)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a run settled; far smaller than its trace."""

    outcomes: Mapping[str, bool]
    events: frozenset[str]
    decisions: Mapping[DecisionKey, Answer]
    acts: frozenset[str]
    ties: tuple[Tie, ...]


class Listener(RuleBook):
    """A rule book that remembers what each decision of the trace answered, so that it can be named afterwards."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.answered: dict[int, Happening] = {}

    def react(self, run: Run, step: Step, happening: Happening) -> None:
        """Let the rules decide, and note which decisions that were."""
        before = len(run.trace.steps)
        super().react(run, step, happening)
        for decision in run.trace.steps[before:]:
            self.answered[decision.number] = happening


def facts_of(program: Program, trace: Trace, listener: Listener) -> Facts:
    """Read the facts of a finished run; `listener` must have been the rule book of this run alone."""
    return Facts(
        {name: answer.value for name, answer in trace.outcomes.items()},
        frozenset(step.id for step in trace.steps if step.kind == "event" and step.id),
        _decisions(program, trace, listener),
        frozenset(step.id for step in trace.steps if step.kind in _ACTS and not step.rule and step.id),
        tuple(trace.ties),
    )


def _decisions(program: Program, trace: Trace, listener: Listener) -> dict[DecisionKey, Answer]:
    """Name each decision of the trace and follow what it owed."""
    done: dict[int, Step] = {}
    for step in trace.steps:
        if step.rule and step.kind != "decision":
            done.setdefault(step.cause, step)
    refused = {one.cause: one for one in reversed(trace.refused) if not one.scripted}
    rules = {rule.id: rule for rule in program.rules}
    codes = {name: code for code, name in enumerate(program.names.parties)}
    found: dict[DecisionKey, Answer] = {}
    for step in trace.steps:
        if step.kind != "decision":
            continue
        rule, happening = rules[step.rule], listener.answered[step.number]
        act, refusal = done.get(step.number), refused.get(step.number)
        day = act.day if act else (refusal.day if refusal else step.day - 1)
        key = DecisionKey(rule.code, codes.get(step.party, -1), happening.what, happening.nth)
        found[key] = Answer(
            step.after == "fires",
            _option(rule, step),
            day - step.day,
            act is not None,
            refusal.id if refusal else (act.id if act and act.kind in _ACTS else ""),
            _why(trace.steps[step.cause], happening),
            step.party or program.names.blocs[rule.actor.code],
            step.day,
        )
    return found


def _option(rule: Rule, step: Step) -> int:
    """Which option was taken; the trace names it first in the note."""
    label = step.note.partition(";")[0]
    return next((place for place, option in enumerate(rule.options) if option.id == label), 0)


def _why(step: Step, happening: Happening) -> str:
    """Name a happening as a branch would (`force: trigger:`)."""
    kind = happening.keys[0][0]
    if kind == "becomes":
        return f"{step.treaty}.{step.party}={step.after}#{happening.nth}"
    if kind == "treaty":
        return f"{step.treaty}={step.after}#{happening.nth}"
    if kind == "every":
        return dt.date.fromordinal(step.day).isoformat()
    if kind == "act" and step.rule:
        return f"{step.treaty}.{step.party}.{step.act}#{happening.nth}"
    return step.id or step.act
