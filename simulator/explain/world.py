"""A fixed world: a program and a fixed source of chance are one deterministic causal model that can be rerun edited.

Chance is keyed by what a decision is about (`simulator.noise`), so an edited twin draws the same wherever it decides
the same thing. What may be taken away are the *players*: dated events with the acts they carry, and on request rules
and single decisions. What may be held as it was is the answer of a decision, or that an act stayed undone (Halpern,
IJCAI 2015: the freeze of the modified definition).

A decision is held as it was for as long as it is asked: a freeze says how it is answered, never that it comes up.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError
from simulator.explain.facts import Answer, DecisionKey, Facts, Listener, facts_of
from simulator.explain.sets import Oracle
from simulator.noise import KeyedNoise, Noise
from simulator.results.trace import Trace
from simulator.scenario.diagnostics import nearest
from simulator.scenario.program import Decision, Program, Rule, ScriptedAct

__all__ = ["AS_IT_WAS", "FixedWorld", "Held", "Order", "Player", "Twin"]

MAX_RUNS = 20_000
MAX_ORDERED = 4  # tied acts whose every order is tried: 24 orders

Order = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """What can be taken away; `kind` is event, rule or decision, `actor` empty where no single party stands behind."""

    id: str
    kind: str
    title: str
    actor: str
    day: int


@dataclass(frozen=True, slots=True)
class Held:
    """A variable held at its actual value: a decision's `answer`, or (without one) that a decision's or an act's
    effect stays undone. `text` says it in words.
    """

    key: DecisionKey | None
    act: str
    answer: Answer | None
    text: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True)
class Twin:
    """An edited twin of the world: players dropped, variables held, and the order in which tied acts or rules go."""

    dropped: frozenset[str] = frozenset()
    held: frozenset[Held] = frozenset()
    order: Order = ()


AS_IT_WAS = Twin()


class FixedWorld:
    """One world that can be rerun edited; every run is remembered, and `budget` bounds their number.

    `kinds` says what the players are: `event`, `rule`, `decision` (those that fired). Events before the period are
    the given background and no players unless `players` names them; `players` narrows or widens the choice by id.

    Raises ScenarioError for an unknown player or outcome, LimitError when the budget of runs is spent.
    """

    def __init__(
        self,
        program: Program,
        noise: Noise | None = None,
        *,
        kinds: Collection[str] = ("event",),
        players: Collection[str] | None = None,
        budget: int = MAX_RUNS,
    ) -> None:
        self.program, self.noise, self.budget = program, noise or KeyedNoise(1), budget
        self._facts: dict[Twin, Facts] = {}
        self.trace, self.actual = self._run(AS_IT_WAS)
        self._facts[AS_IT_WAS] = self.actual
        self._keys: dict[str, DecisionKey] = {}
        self._all = {player.id: player for player in self._everything()}
        if players is None:
            chosen = [one for one in self._all.values() if one.kind in kinds and one.day >= program.first]
        else:
            chosen = [self.player(name) for name in sorted(set(players))]
        self.players: dict[str, Player] = {player.id: player for player in chosen}

    # -- players ---------------------------------------------------------------------------------------------------

    def player(self, name: str) -> Player:
        """Return the player of this id; raises ScenarioError with the nearest name for an unknown one."""
        found = self._all.get(name)
        if found is None:
            hint = nearest(name, list(self._all)) or f"known are {', '.join(sorted(self._all))}"
            raise ScenarioError(f"{name!r} did not happen in this world and is no rule of it; {hint}")
        return found

    def by_actor(self) -> dict[str, list[str]]:
        """Group the players by the party that stands behind them; one without such a party is a group of its own."""
        groups: dict[str, list[str]] = {}
        for player in self.players.values():
            groups.setdefault(player.actor or player.id, []).append(player.id)
        return groups

    def _everything(self) -> Iterable[Player]:
        names = self.program.names
        for event in self.program.events:
            if event.id in self.actual.events:
                behind = {act.party for act in self.program.acts if act.event == event.code}
                actor = names.parties[behind.pop()] if len(behind) == 1 and min(behind) >= 0 else ""
                yield Player(event.id, "event", event.title, actor, event.day)
        for rule in self.program.rules:
            yield Player(f"rule:{rule.id}", "rule", f"rule {rule.id}", _actor(rule, self.program), self.program.first)
        for key, answer in self.actual.decisions.items():
            if answer.fires:
                rule_id = names.rules[key.rule]
                name = f"{rule_id}/{answer.actor}/{answer.why}"
                self._keys[name] = key
                title = f"{answer.actor} answers {answer.why} by rule {rule_id}"
                yield Player(name, "decision", title, answer.actor, answer.day)

    def key_of(self, name: str) -> DecisionKey | None:
        """Return which decision a player is; None for an event or a rule."""
        return self._keys.get(name)

    # -- runs ------------------------------------------------------------------------------------------------------

    def facts(self, twin: Twin = AS_IT_WAS) -> Facts:
        """Run the edited twin, or recall it, and return what it settled."""
        found = self._facts.get(twin)
        if found is None:
            if len(self._facts) >= self.budget:
                raise LimitError(
                    f"{self.budget:,} runs of edited worlds were made and the search is not done; name fewer players, "
                    "look for smaller sets, or raise the budget"
                )
            found = self._facts[twin] = self._run(twin)[1]
        return found

    @property
    def runs(self) -> int:
        """How many different edited worlds were run."""
        return len(self._facts)

    def _run(self, twin: Twin) -> tuple[Trace, Facts]:
        program = self.edited(twin)
        engine = ReferenceEngine(program)
        engine.book = listener = Listener(program)
        trace = engine.run(self.noise)
        return trace, facts_of(program, trace, listener)

    def came_about(self, outcome: str) -> bool:
        """Return whether the outcome came about in the world as it was."""
        known = [one.id for one in self.program.outcomes]
        if outcome not in known:
            hint = nearest(outcome, known) or f"the outcomes are {', '.join(known) or 'none'}"
            raise ScenarioError(f"scenario {self.program.scenario} has no outcome {outcome!r}; {hint}")
        return self.actual.outcomes[outcome]

    def holds(self, outcome: str, kept: Collection[str]) -> bool:
        """Return whether the outcome comes about if of all players only these are kept."""
        self.came_about(outcome)
        for name in kept:
            self.player(name)
        return self.facts(Twin(frozenset(self.players) - frozenset(kept))).outcomes[outcome]

    def oracle(self, outcome: str) -> Oracle:
        """Return the yes-or-no question of `simulator.explain.sets` about this world's players."""
        self.came_about(outcome)
        return Oracle(lambda kept: self.holds(outcome, kept), self.budget)

    def value(self, outcome: str, kept: frozenset[str]) -> Fraction:
        """Return 1 if the outcome comes about with these players alone, else 0: a worth for Shapley values."""
        return Fraction(self.holds(outcome, kept))

    # -- edited programs -------------------------------------------------------------------------------------------

    def edited(self, twin: Twin) -> Program:
        """Return the program of the twin; decisions, rules and events that stay keep their names to the noise."""
        if twin == AS_IT_WAS:
            return self.program
        program, dropped = self.program, twin.dropped
        gone = {event.code for event in program.events if event.id in dropped}
        undone = {held.act for held in twin.held if held.act}
        forced = [_undone(self._keys[name]) for name in sorted(dropped) if name in self._keys]
        forced += [_forced(held) for held in sorted(twin.held, key=_rank) if held.key is not None]
        return dataclasses.replace(
            program,
            events=tuple(event for event in program.events if event.code not in gone),
            acts=tuple(
                _ordered_act(act, twin.order) for act in program.acts if act.event not in gone and act.id not in undone
            ),
            rules=tuple(_ordered_rule(rule, twin.order) for rule in program.rules if f"rule:{rule.id}" not in dropped),
            decisions=(*forced, *program.decisions),  # the first that is meant counts
        )

    # -- ties ------------------------------------------------------------------------------------------------------

    def orders(self, twin: Twin = AS_IT_WAS) -> tuple[Order, ...]:
        """Return the orders of tied acts to try, the one that ids decide first.

        Up to four tied rules or acts are tried in every order, more only with each tied pair swapped.
        """
        pairs = [pair for tie in self.facts(twin).ties if (pair := self._swappable(tie.first, tie.second))]
        tied = sorted({name for pair in pairs for name in pair})
        if len(tied) > MAX_ORDERED:
            others: Iterable[Order] = [(second, first) for first, second in pairs]
        else:
            others = itertools.islice(itertools.permutations(tied), 1, None)
        return ((), *others)

    def stuck(self, twin: Twin = AS_IT_WAS) -> frozenset[str]:
        """Return the ids of tied acts that cannot be swapped: two acts of one rule on one day."""
        return frozenset(
            name
            for tie in self.facts(twin).ties
            if self._swappable(tie.first, tie.second) is None
            for name in (tie.first, tie.second)
        )

    def _swappable(self, first: str, second: str) -> tuple[str, str] | None:
        scripted = {act.id for act in self.program.acts}
        rules = {rule.id for rule in self.program.rules}
        if first in scripted and second in scripted:
            return first, second
        one, other = first.partition("/")[0], second.partition("/")[0]
        if first in scripted or second in scripted or one == other or not {one, other} <= rules:
            return None
        return f"rule:{one}", f"rule:{other}"


def _actor(rule: Rule, program: Program) -> str:
    names = program.names
    return names.parties[rule.actor.code] if rule.actor.kind == "party" else names.blocs[rule.actor.code]


def _undone(key: DecisionKey) -> Decision:
    return Decision(key.rule, key.actor, key.what, key.nth, False, 0, -1)


def _rank(held: Held) -> tuple[bool, str]:
    """What stays undone comes first: it outranks how the same decision is answered."""
    return held.answer is not None, repr(held)


def _forced(held: Held) -> Decision:
    key, answer = held.key, held.answer
    assert key is not None
    if answer is None:
        return _undone(key)
    return Decision(key.rule, key.actor, key.what, key.nth, answer.fires, answer.option, answer.delay)


def _ordered_rule(rule: Rule, order: Order) -> Rule:
    """Rank a rule within its priority; only rules of equal priority tie, so no declared order changes."""
    if not order:
        return rule
    name, width = f"rule:{rule.id}", len(order) + 1
    rank = len(order) - order.index(name) if name in order else 0
    return dataclasses.replace(rule, priority=rule.priority * width + rank)


def _ordered_act(act: ScriptedAct, order: Order) -> ScriptedAct:
    """Rank a scripted act within its legal order, earlier numbers first."""
    if not order:
        return act
    rank = order.index(act.id) if act.id in order else 0
    return dataclasses.replace(act, order=act.order * (len(order) + 1) + rank)
