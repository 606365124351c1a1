"""One run looked at closely: on which occasions each rule was asked, and which parts of a condition held.

The run is the ordinary one of the reference engine; what is noted here changes nothing in it. The notes hold what the
trace leaves out: an occasion on which the condition of a rule failed leaves no step.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from simulator.engine.questions import Asked, holds
from simulator.engine.reference import ReferenceEngine
from simulator.engine.rules import RuleBook, deciders
from simulator.engine.run import Happening, Run
from simulator.engine.world import World
from simulator.explain.query import Query
from simulator.results.trace import Answer, Step, Trace
from simulator.scenario import conditions as c
from simulator.scenario.compile import compile_scenario, find_branch
from simulator.scenario.edits import Edit, branch_mapping, edits_of
from simulator.scenario.load import Loaded
from simulator.scenario.program import Node, Program, Rule
from simulator.scenario.schema import Branch

__all__ = ["Occasion", "Seen", "Setting", "Verdict", "lacking", "parts_of"]

_MOST = 8  # ways to make one condition true that are followed up


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition on a day: whether it held, and the same for its parts."""

    condition: Any
    holds: bool
    parts: tuple[Verdict, ...] = ()

    def leaves(self, want: bool = True) -> Iterator[tuple[Verdict, bool]]:
        """The leaves, each with the truth that works towards the whole."""
        for part in self.parts:
            yield from part.leaves(not want if isinstance(self.condition, c.Not) else want)
        if not self.parts:
            yield self, want


def parts_of(condition: Any) -> tuple[Any, ...]:
    """The conditions directly inside one, in the order of the file."""
    if isinstance(condition, c.All):
        return tuple(condition.all)
    if isinstance(condition, c.AnyOf):
        return tuple(condition.any)
    if isinstance(condition, c.AtLeast):
        return tuple(condition.at_least.of)
    return (condition.not_,) if isinstance(condition, c.Not) else ()


def judged(world: World, condition: Any, node: Node, asked: Asked) -> Verdict:
    """Judge a condition and all its parts in the world as it is now."""
    pairs = zip(parts_of(condition), node.parts, strict=True)
    return Verdict(condition, holds(world, node, asked), tuple(judged(world, one, two, asked) for one, two in pairs))


def lacking(verdict: Verdict, want: bool = True) -> list[tuple[tuple[Any, bool], ...]]:
    """Return the smallest sets of leaves whose truth would have to change, each with the truth it needs.

    An empty set means that the condition is as wanted. At most eight sets, the smallest first.
    """
    if verdict.holds == want:
        return [()]
    condition, parts = verdict.condition, verdict.parts
    if not parts:
        return [((condition, want),)]
    if isinstance(condition, c.Not):
        return lacking(parts[0], not want)
    if isinstance(condition, c.AtLeast):
        return _enough(condition.at_least.n, parts, want)
    if isinstance(condition, c.All) == want:
        found = [sum(one, ()) for one in product(*(lacking(part, want) for part in parts))]
    else:
        found = [one for part in parts for one in lacking(part, want)]
    return sorted(found, key=len)[:_MOST]


def _enough(number: int, parts: tuple[Verdict, ...], want: bool) -> list[tuple[tuple[Any, bool], ...]]:
    true = sum(part.holds for part in parts)
    others = [part for part in parts if part.holds != want]
    short = number - true if want else true - number + 1
    sets = [sum(one, ()) for some in combinations(others, short) for one in product(*(lacking(p, want) for p in some))]
    return sorted(sets, key=len)[:_MOST]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that a rule was asked: when, whom, what set it off, how its condition stood, which chance counted."""

    rule: str
    day: int
    actor: str
    member: bool
    parties: tuple[str, ...]
    subject: str
    cause: int
    trigger: str
    when: Verdict | None
    p: Fraction | None

    @property
    def roles(self) -> dict[str, str]:
        """How a sentence names whom the condition is about."""
        return {"actor": self.actor, "subject": self.subject or "that party", "*": "every party"}


@dataclass(slots=True)
class Seen:
    """A run, its program, the occasions of its rules, and how the question stood."""

    program: Program
    trace: Trace
    answer: Answer
    occasions: list[Occasion] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    verdict: Verdict | None = None


class _Watch:
    """Stands before the rules of a run and notes what they are asked."""

    def __init__(self, book: RuleBook, loaded: Loaded) -> None:
        self.book, self.index, self.periods = book, book.index, book.periods
        self.conditions = {rule.id: rule.when for rule in loaded.scenario.rules}
        self.found: list[Occasion] = []

    def react(self, run: Run, step: Step, happening: Happening) -> None:
        """Note the occasions, then let the rules decide."""
        for rule in self.book.set_off(run, happening):
            self._note(run, rule, step, happening)
        self.book.react(run, step, happening)

    def _note(self, run: Run, rule: Rule, step: Step, happening: Happening) -> None:
        names = run.program.names
        for actor, parties in deciders(run, rule):
            asked = Asked(run.day, parties, happening.subject)
            when = judged(run.world, self.conditions[rule.id], rule.when, asked) if rule.when else None
            case = next((one for one in rule.chances if one.when is None or holds(run.world, one.when, asked)), None)
            self.found.append(
                Occasion(
                    rule.id,
                    run.day,
                    names.parties[actor] if actor >= 0 else names.blocs[rule.actor.code],
                    actor >= 0,
                    tuple(names.parties[one] for one in parties),
                    names.parties[happening.subject] if happening.subject >= 0 else "",
                    step.number,
                    _trigger(step, happening),
                    when,
                    None if rule.choice is not None else (case.p if case else Fraction(0)),
                )
            )


def _trigger(step: Step, happening: Happening) -> str:
    """What a branch would write to mean this occasion alone; empty where it cannot."""
    kind = happening.keys[0][0]
    if kind == "event":
        return step.id
    if kind == "becomes":
        return f"{step.treaty}.{step.party}={step.after}#{happening.nth}"
    if kind == "treaty":
        return f"{step.treaty}={step.after}#{happening.nth}"
    if kind == "act" and step.rule:
        return f"{step.treaty}.{step.party}.{step.act}"
    return step.id if kind == "act" and "/" not in step.id else ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Which world a question is about: the scenario, replay or simulation, branch, view, noise and horizon."""

    loaded: Loaded
    mode: str = "replay"
    branch: str | None = None
    view: str | None = None
    seed: int = 1
    until: int | None = None
    replication: int = 0

    def program(self, query: Query | None = None, extra: Sequence[Edit] = ()) -> Program:
        """Compile the world with further edits, asking the one question; raises ScenarioError for edits that clash."""
        scenario, branch = self.loaded.scenario, self.branch
        change: dict[str, Any] = {"outcomes": (query.outcome,)} if query else {}
        if extra:
            base = find_branch(scenario, branch)
            mapping = branch_mapping((*(edits_of(base) if base else ()), *extra), id="asked")
            change["branches"], branch = (Branch.model_validate(mapping),), "asked"
        loaded = dataclasses.replace(self.loaded, scenario=scenario.model_copy(update=change))
        return compile_scenario(loaded, mode=self.mode, branch=branch, view=self.view)

    def holds(self, query: Query, extra: Sequence[Edit]) -> tuple[Answer, Trace]:
        """Run the edited world and return the answer with its trace."""
        program = self.program(query, extra)
        trace = ReferenceEngine(program).run(seed=self.seed, replication=self.replication, until=self.until)
        return trace.outcomes[query.outcome.id], trace

    def look(self, query: Query, *, until: int | None = None) -> Seen:
        """Run the world as it is up to the last day that the question is about, and note everything.

        `until` stops it earlier, at the end of a day.
        """
        program = self.program(query)
        engine = ReferenceEngine(program)
        watch = _Watch(engine.book, self.loaded)
        engine.book = watch  # type: ignore[assignment]  # it has what a run asks of a rule book
        outcome = program.outcomes[0]
        last = min(one for one in (until, self.until, program.last, outcome.last) if one is not None)
        spans: dict[int, tuple[int, int]] = {}
        worlds: list[World] = []

        def observe(world: World, day: int) -> None:
            worlds[:] = [world]
            if outcome.first <= day <= outcome.last:
                _note_spans(spans, judged(world, query.when, outcome.when, Asked(day)), day)

        trace = engine.run(seed=self.seed, replication=self.replication, until=last, observer=observe)
        seen = Seen(program, trace, trace.outcomes[outcome.id], watch.found, spans)
        if worlds:
            seen.verdict = judged(worlds[0], query.when, outcome.when, Asked(last))
            if outcome.first <= last:
                _note_spans(spans, seen.verdict, last)
        return seen


def _note_spans(spans: dict[int, tuple[int, int]], verdict: Verdict, day: int) -> None:
    """Remember for each leaf the first and the last day on which it held; leaves count from 0 in file order."""
    for place, (leaf, _) in enumerate(verdict.leaves()):
        if leaf.holds:
            spans[place] = (spans.get(place, (day, day))[0], day)
