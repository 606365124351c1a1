"""The cone of a question: the rules, acts and events of a program that can reach its outcomes by the last day asked.

The slice of a program keeps these and nothing else. With the same noise it gives the same answers, value and day, as
the whole program: decisions are drawn by names of content, so leaving out what cannot matter moves no other draw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from simulator.errors import ScenarioError
from simulator.exact.cast import Cast
from simulator.exact.influence import Influence, Item
from simulator.exact.standing import standing
from simulator.scenario.program import Node, Outcome, Program, Rule

__all__ = ["Cone", "cone", "cone_of", "fades", "slice_program"]


@dataclass(frozen=True, slots=True)
class Cone:
    """What can influence some outcomes on or before the last day on which one of them is judged.

    `rules` are pairs of rule and actor (-1: a bloc as one), `treaties`, `variables` and `events` codes, `acts` the ids
    of scripted acts, `forced` places of forced statuses, `last` the last day that matters. `outcomes` are those that
    the slice must keep: the ones asked, or all where one asks on which day a recent happening is no longer recent.
    """

    outcomes: frozenset[str]
    rules: frozenset[tuple[int, int]]
    treaties: frozenset[int]
    variables: frozenset[int]
    events: frozenset[int]
    acts: frozenset[str]
    forced: frozenset[int]
    last: int


def cone(program: Program, outcomes: Collection[str]) -> Cone:
    """Return the cone of these outcomes, by their ids.

    It is safe, not smallest: what stands outside it cannot matter, what stands inside it may. Raises ScenarioError for
    an unknown outcome, EngineError where a forced status cannot be reached before the first decision that depends on
    chance.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> program = compile_scenario(load_scenario("cfe-endgame"))
    >>> found = cone(program, ["cfe-lost-2007"])
    >>> sorted(program.names.rules[code] for code, _ in found.rules)
    ['counter-deployment', 'moratorium']
    """
    asked = _asked(program, outcomes)
    if any(fades(outcome.when) for outcome in asked):
        asked = program.outcomes
    last = _last(program, asked)
    influence = Influence(program, standing(program), Cast(program, last))
    todo = [item for outcome in asked for item in influence.condition(outcome.when, late=True)]
    seen = set(todo)
    while todo:
        for item in influence.rests_on(todo.pop()):
            if item not in seen:
                seen.add(item)
                todo.append(item)
    return cone_of(program, asked, last, seen)


def _asked(program: Program, outcomes: Collection[str]) -> tuple[Outcome, ...]:
    known = [one.id for one in program.outcomes]
    unknown = [name for name in outcomes if name not in known]
    if unknown:
        have = ", ".join(known) or "none"
        raise ScenarioError(f"scenario {program.scenario} has no outcome {unknown[0]!r}; its outcomes are: {have}")
    return tuple(one for one in program.outcomes if one.id in outcomes)


def fades(node: Node, denied: bool = False) -> bool:
    """Whether a condition can come true by time alone: what was recent no longer is.

    Such a question is looked at on the days on which anything happens at all, so the answer's day rests on all of them.
    """
    if node.op.startswith("happened") and node.days >= 0 and denied:
        return True
    return any(fades(part, denied != (node.op == "not")) for part in node.parts)


def _last(program: Program, asked: tuple[Outcome, ...]) -> int:
    """Return the last day that matters; one more where a clause would only end with the run on that very day."""
    last = min(max((one.last for one in asked), default=program.first), program.last)
    ends = any(term.last == last for terms in program.terms for term in terms.provisional)
    return min(last + ends, program.last)


def cone_of(program: Program, asked: tuple[Outcome, ...], last: int, items: set[Item]) -> Cone:
    """Return the cone that consists of these items."""

    def of(sort: str) -> frozenset[int]:
        return frozenset(item.a for item in items if item.sort == sort)

    events = {event.code for event in program.events if event.day <= last}
    return Cone(
        outcomes=frozenset(one.id for one in asked),
        rules=frozenset((item.a, item.b) for item in items if item.sort == "rule"),
        treaties=of("treaty") | of("position") | of("pairwise"),
        variables=of("variable"),
        events=of("event") & events,
        acts=frozenset(program.acts[place].id for place in of("act")),
        forced=of("forced"),
        last=last,
    )


def slice_program(program: Program, cone: Cone) -> Program:
    """Return the program with what the cone of some outcomes holds, without expectations, up to the cone's last day.

    For every source of noise a run of it answers these outcomes as a run of the whole program does. An opening for
    signature stays in any case: that the script has one switches off the calendar's own.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> program = compile_scenario(load_scenario("cfe-endgame"))
    >>> sliced = slice_program(program, cone(program, ["cfe-lost-2007"]))
    >>> len(sliced.rules), len(sliced.acts) < len(program.acts)
    (2, True)
    """
    opening = program.names.acts.index("open_for_signature")
    outcomes = tuple(one for one in program.outcomes if one.id in cone.outcomes)
    waits = {wait for one in outcomes for wait in _waits(one.when)}
    return replace(
        program,
        last=cone.last,
        rules=tuple(kept for rule in program.rules for kept in _kept(rule, cone)),
        acts=tuple(act for act in program.acts if act.id in cone.acts or act.act == opening),
        events=tuple(event for event in program.events if event.code in cone.events),
        forced=tuple(one for place, one in enumerate(program.forced) if place in cone.forced),
        outcomes=outcomes,
        expectations=(),
        watches=tuple(watch for watch in program.watches if watch in waits),
    )


def _kept(rule: Rule, cone: Cone) -> Iterator[Rule]:
    """Yield the rule if the cone holds it, for the actors that the cone holds."""
    actors = frozenset(actor for code, actor in cone.rules if code == rule.code)
    if actors:
        yield replace(rule, only=actors) if rule.each and rule.actor.kind != "party" else rule


def _waits(node: Node) -> Iterator[tuple[int, frozenset[str], int]]:
    if node.op == "status" and node.days > 0:
        yield node.a, node.words, node.days
    for part in node.parts:
        yield from _waits(part)
