"""The cast of a program: who may do what under which treaty, and from which day on a rule can act at all.

Everything here is a superset: a party may stand in it that never acts, none is missing that might.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.law.lifecycle import lifecycle
from simulator.law.terms import NEVER
from simulator.scenario.program import ALL, Action, Program, Rule, ScriptedAct, Trigger, Who

__all__ = ["Cast", "Doing"]


@dataclass(frozen=True, slots=True)
class Doing:
    """An act that may be done: its word and code, the treaty, by whom (-1: nobody in particular), towards whom."""

    word: str
    act: int
    treaty: int
    party: int
    toward: frozenset[int]
    treatment: str


Actors = list[tuple[int, frozenset[int]]]
_SIGNING = frozenset({"sign", "sign_definitively", "consent_otherwise"})


class Cast:
    """See the module's text; `last` is the last day that matters.

    `people` gives for each treaty the parties that may ever be concerned by it, `live` the codes of the rules that can
    act by the last day.
    """

    def __init__(self, program: Program, last: int) -> None:
        self.program, self.last = program, last
        self.words = lifecycle().acts
        self.people: list[set[int]] = [set() for _ in program.terms]
        self.doers: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.by_rule: dict[int, set[int]] = defaultdict(set)
        self.rules = {rule.code: rule for rule in program.rules}
        for forced in program.forced:
            self.people[forced.treaty].add(forced.party)
        size = -1
        while size != (size := self._grow()):
            pass
        self._scripted: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for act in program.acts:
            if act.day >= program.first:
                self._scripted[(act.act, act.treaty)].append((act.party, act.day))
        starts = self._starts()
        self.live = frozenset(code for code, day in starts.items() if day <= last)

    # -- who may be meant ----------------------------------------------------------------------------------------

    def whom(self, who: Who, actor: Iterable[int], subject: Iterable[int]) -> frozenset[int]:
        """Return the parties that a reference may mean; ALL stands for everyone."""
        if who.kind == "party":
            return frozenset((who.code,))
        if who.kind == "actor":
            return frozenset(actor)
        if who.kind == "subject":
            return frozenset(subject)
        if who.kind == "everyone":
            return frozenset((ALL,))
        bloc = self.program.blocs[who.code]
        return frozenset(bloc.members if bloc.treaty < 0 else self.people[bloc.treaty])

    def actors(self, rule: Rule) -> Actors:
        """Return who may decide by a rule: each actor's code and the parties it stands for (-1: a bloc as one)."""
        parties = self.whom(rule.actor, (), ())
        if rule.actor.kind == "party" or rule.each:
            return [(party, frozenset((party,))) for party in sorted(parties)]
        return [(-1, parties)]

    def subjects(self, rule: Rule) -> frozenset[int]:
        """Return whom a rule's `subject` may be."""
        return frozenset().union(*(self._subject(trigger) for trigger in rule.triggers))

    def _subject(self, trigger: Trigger) -> frozenset[int]:
        if trigger.of is not None:
            return self.whom(trigger.of, (), ())
        if trigger.kind == "act":
            return frozenset(self.doers[(trigger.code, trigger.treaty)] - {-1})
        if trigger.kind == "becomes":
            return frozenset(self.people[trigger.treaty])
        if trigger.kind == "rule":
            return frozenset(self.by_rule[trigger.code] - {-1})
        if trigger.kind == "kind":
            makers = [rule for rule in self.program.rules if _makes(rule, trigger.word)]
            return frozenset(party for rule in makers for _, parties in self.actors(rule) for party in parties)
        return frozenset()

    # -- what may be done ----------------------------------------------------------------------------------------

    def doings(self, rule: Rule, actor: frozenset[int]) -> Iterator[Doing]:
        """Yield every act that a rule may owe for one actor."""
        subject = self.subjects(rule)
        for option in rule.options:
            for action in option.actions:
                if action.act >= 0:
                    yield from self._action(action, actor, subject)

    def _action(self, action: Action, actor: frozenset[int], subject: frozenset[int]) -> Iterator[Doing]:
        word = self.program.names.acts[action.act]
        named = [self.whom(who, actor, subject) for who in action.parties]
        toward = frozenset[int]().union(*(self.whom(who, actor, subject) for who in action.toward))
        for party in self._meant(word, action.treaty, frozenset().union(*named) if named else actor):
            yield Doing(word, action.act, action.treaty, party, toward - {party}, action.treatment.kind)

    def _meant(self, word: str, treaty: int, parties: frozenset[int]) -> list[int]:
        """Return whose act it may be; where everyone is meant, the rows that the law makes of it as well."""
        found = set(parties)
        if ALL in parties and word in _SIGNING:
            found.update(self.program.terms[treaty].parties)
        elif ALL in parties and word == "apply_provisionally":
            found |= self.people[treaty]
        return sorted(found)

    def rule_doings(self, code: int) -> list[Doing]:
        """Return every act that a rule may owe for anyone; none if it is switched off."""
        rule = self.rules.get(code)
        if rule is None:
            return []
        return [one for _, parties in self.actors(rule) for one in self.doings(rule, parties)]

    def scripted(self, act: ScriptedAct) -> Iterator[Doing]:
        """Yield what a scripted act may amount to: a row for everyone is an act of each whom it may mean."""
        word = self.program.names.acts[act.act]
        for party in self._meant(word, act.treaty, frozenset((act.party,))):
            yield Doing(word, act.act, act.treaty, party, frozenset(act.toward), act.treatment.kind)

    def _grow(self) -> int:
        """Add whom the acts name until nobody is missing; return how many there are."""
        doings = [one for act in self.program.acts for one in self.scripted(act)]
        for rule in self.program.rules:
            owed = self.rule_doings(rule.code)
            self.by_rule[rule.code] |= {one.party for one in owed}
            doings += owed
        for one in doings:
            self.people[one.treaty] |= {party for party in (one.party, *one.toward) if party >= 0}
            self.doers[(one.act, one.treaty)].add(one.party)
        return sum(len(found) for found in (*self.people, *self.doers.values(), *self.by_rule.values()))

    # -- from which day on ---------------------------------------------------------------------------------------

    def _starts(self) -> dict[int, int]:
        """Return the first day on which each rule can act, NEVER if no trigger of it can come about."""
        starts = dict.fromkeys(self.rules, NEVER)
        waits = {rule.code: self._least_wait(rule) for rule in self.program.rules}
        moved = True
        while moved:
            moved = False
            for rule in self.program.rules:
                first = min((self._first(trigger, starts) for trigger in rule.triggers), default=NEVER)
                day = min(first + waits[rule.code], NEVER)
                if day < starts[rule.code]:
                    starts[rule.code], moved = day, True
        return starts

    def _least_wait(self, rule: Rule) -> int:
        forced = [one for one in self.program.decisions if one.rule == rule.code and one.fires]
        if rule.choice is None and all(case.p == 0 for case in rule.chances) and not forced:
            return NEVER
        days = [one.delay_days for one in forced if one.delay_days >= 0]
        least = min(rule.delay.points, default=0) * (28 if rule.delay.months else 1)
        return min([least, *days])

    def _first(self, trigger: Trigger, starts: dict[int, int]) -> int:
        """Return the first day on which a trigger can come about; rules hear nothing before the period."""
        program = self.program
        if trigger.kind == "event":
            return min(
                (e.day for e in program.events if e.code == trigger.code and e.day >= program.first), default=NEVER
            )
        if trigger.kind == "kind":
            days = [e.day for e in program.events if e.kind == trigger.word and e.day >= program.first]
            days += [starts[rule.code] for rule in program.rules if _makes(rule, trigger.word)]
            return min(days, default=NEVER)
        if trigger.kind == "rule":
            return starts.get(trigger.code, NEVER)
        if trigger.kind == "act":
            of = self.whom(trigger.of, (), ()) if trigger.of is not None else None
            acts = self._scripted[(trigger.code, trigger.treaty)]
            days = [day for party, day in acts if of is None or party < 0 or party in of]
            days += [starts[rule.code] for rule in program.rules if _does(rule, trigger.code, trigger.treaty)]
            return min(days, default=NEVER)
        return program.first


def _makes(rule: Rule, kind: str) -> bool:
    return any(action.kind == kind for option in rule.options for action in option.actions)


def _does(rule: Rule, act: int, treaty: int) -> bool:
    return any(a.act == act and a.treaty == treaty for option in rule.options for a in option.actions)
