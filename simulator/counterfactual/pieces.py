"""Pieces of a record: decisions that it ties together; what one piece decided teaches nothing about another.

Most decisions behind a record have nothing to do with each other: that one State left says nothing about the delay of
another one, once the days of both acts are known. A record is therefore explained piece by piece, and the probabilities
are multiplied. Two decisions belong to one piece where one can reach the other other than by acts whose day is on
record, or where both can be what was recorded (d-separation; Pearl, Causality, 2009, 1.2.3). What the rest did stands
in a piece as recorded. Decisions that can reach nothing that is known belong to no piece: the record does not tell of
them, and they stay as they are without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from simulator.counterfactual.evidence import Record
from simulator.engine.run import RuleAct
from simulator.exact.cast import Cast, Doing
from simulator.exact.cone import cone_of, fades, slice_program
from simulator.exact.influence import Influence, Item
from simulator.exact.moment import names_causes
from simulator.exact.standing import standing
from simulator.law.lifecycle import STATEMENTS
from simulator.scenario.program import Action, Node, Option, Outcome, Program

__all__ = ["Piece", "pieces", "witnessed"]

Decider: TypeAlias = tuple[int, int]  # rule and actor, -1 for a bloc as one
STATUS, EVENT = -2, -3  # in place of a rule: an observed status, an event that is left to chance
_PLAIN = frozenset({"party", "actor", "bloc", "all_of", "any_of", "everyone"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Decisions that belong together: the program of these alone, what is known of them, what others did as recorded.

    `given` are acts of others, each with its day.
    """

    deciders: frozenset[Decider]
    program: Program
    given: tuple[tuple[int, RuleAct], ...]


@dataclass(frozen=True, slots=True)
class _Maker:
    """A rule's actor that can have done a recorded act: by which option."""

    decider: Decider
    option: int
    party: int


def pieces(program: Program) -> list[Piece]:
    """Return the pieces of a program's record."""
    return _Cutter(program).pieces()


def witnessed(program: Program) -> Program:
    """Return the program cut to what can matter to the acts that the record would show: what its rules do, and when."""
    return _Cutter(program).witnessed()


class _Cutter:
    """See the module's text."""

    def __init__(self, program: Program) -> None:
        self.program, self.record = program, Record(program)
        self.last = self.record.until
        self.cast = Cast(program, self.last)
        self.standing = standing(program)
        self._influences: dict[frozenset[int], Influence] = {}
        self.doings: dict[Decider, list[Doing]] = {}
        for rule in program.rules:
            for actor, parties in self.cast.actors(rule):
                self.doings[rule.code, actor] = list(self.cast.doings(rule, parties))
        known = {one.id for one in self.record.acts}
        self.acts = [act for act in program.observed.acts if act.id in known]
        self.makers = {act.id: list(self._makers(act.treaty, act.party, act.act)) for act in self.acts}
        self.made: dict[Decider, list[str]] = defaultdict(list)
        for name, makers in self.makers.items():
            for decider in dict.fromkeys(one.decider for one in makers):
                self.made[decider].append(name)
        self.days = {act.id: act.day for act in self.acts}
        self.read = self._read()
        self.uncertain = {event.code for event in program.events if event.chance is not None}
        self.open = {decider for decider in self.doings if not self._is_on_record(decider)}
        self.moving = {code for code, actor in self.doings if (code, actor) in self.open or self.made[code, actor]}

    def _makers(self, treaty: int, party: int, act: int) -> Iterator[_Maker]:
        for (code, actor), doings in self.doings.items():
            rule = self.cast.rules[code]
            if any((one.treaty, one.act) == (treaty, act) and one.party in (party, -1) for one in doings):
                for number, option in enumerate(rule.options):
                    if any((one.treaty, one.act) == (treaty, act) for one in option.actions):
                        yield _Maker((code, actor), number, party)

    # -- what is known of a decider ------------------------------------------------------------------------------

    def _read(self) -> tuple[set[int], set[str], set[int]]:
        """Return the variables, kinds and rules that something in the program asks for."""
        variables, kinds, rules = set[int](), set[str](), set[int]()
        todo: list[Node] = [one.when for one in self.program.outcomes]
        for rule in self.program.rules:
            todo += [node for node in (rule.when, rule.still, *(case.when for case in rule.chances)) if node]
            kinds |= {one.word for one in rule.triggers if one.kind == "kind"}
            rules |= {one.code for one in rule.triggers if one.kind == "rule"}
        for node in todo:  # grows on the way
            todo.extend(node.parts)
            if node.op == "variable":
                variables.add(node.a)
            elif node.op == "happened_kind":
                kinds |= node.words
        return variables, kinds, rules

    def _is_on_record(self, decider: Decider) -> bool:
        """Whether all that a decider does and others can notice is on record, to the day."""
        rule = self.cast.rules[decider[0]]
        silent = not self.made[decider]
        if names_causes(rule) or not all(self._is_told(option, silent) for option in rule.options):
            return False
        by_id = {one.id: one for one in self.record.acts}
        for name in self.made[decider]:
            if by_id[name].first != by_id[name].last or not self._is_settled(name, decider):
                return False
        return True

    def _is_told(self, option: Option, silent: bool) -> bool:
        """Whether the record tells if an option was carried out, and what it did; `silent` if it tells of no act."""
        complete, words = self.program.observed.complete, self.program.names.acts
        # A statement is never refused, so that the rest of the option comes with it or not at all.
        stated = any(one.act >= 0 and words[one.act] in STATEMENTS and one.treaty in complete for one in option.actions)
        return all(self._is_plain(one, stated, silent) for one in option.actions)

    def _is_plain(self, action: Action, stated: bool, silent: bool) -> bool:
        variables, kinds, _ = self.read
        if action.act < 0 and action.kind in kinds:
            return stated and silent  # a happening is named by the decision behind it, which a record does not give
        if action.act < 0:
            return stated or not any(one in variables for one, _, _ in action.sets)
        whose = (*action.parties, *action.toward)
        known = silent or all(who.kind in _PLAIN for who in whose)
        return action.treaty in self.program.observed.complete and known

    def _is_settled(self, name: str, decider: Decider) -> bool:
        """Whether it is the same to all others which rule, by which option, has done a recorded act."""
        makers = self.makers[name]
        options = {self.cast.rules[one.decider[0]].options[one.option].actions for one in makers}
        codes = {one.decider[0] for one in makers}
        if len(options) > 1 or (len(codes) > 1 and codes & self.read[2]):
            return False
        # What can answer at once, on a day with acts of others, would have to come after them.
        at_once = min(self.cast.rules[decider[0]].delay.points, default=0) == 0
        others = (other for other, day in self.days.items() if day == self.days[name])
        return not at_once or all(decider in {one.decider for one in self.makers[other]} for other in others)

    # -- what belongs together -----------------------------------------------------------------------------------

    def _influence(self, codes: Iterable[int] = ()) -> Influence:
        """Return what rests on what, for some rules: those that are known to have done nothing move nothing else."""
        kept = frozenset(self.moving.union(codes))
        if kept not in self._influences:
            part = replace(self.program, rules=tuple(rule for rule in self.program.rules if rule.code in kept))
            self._influences[kept] = Influence(part, self.standing, self.cast)
        return self._influences[kept]

    @staticmethod
    def _reach(influence: Influence, start: Iterable[Item]) -> set[Decider]:
        """Return the deciders that can reach some items directly."""
        todo, found = list(start), set[Decider]()
        seen = set(todo)
        for item in todo:  # grows on the way
            for other in influence.rests_on(item) - seen:
                seen.add(other)
                if other.sort == "rule":
                    found.add((other.a, other.b))
                else:
                    todo.append(other)
        return found

    def _items(self, decider: Decider) -> list[Item]:
        both = (Item("rule", *decider, late=late) for late in (True, False))
        early = decider in self.standing.decided
        return [item for item in both if item.late or early]

    def _behind(self, decider: Decider) -> set[Decider]:
        """Return the deciders on which one rests: those not on record, and those that its chain of causes names."""
        influence, items = self._influence([decider[0]]), self._items(decider)
        found = self._reach(influence, items)
        path = names_causes(self.cast.rules[decider[0]])
        behind = {one for one in found if one != decider and (path or one in self.open)}
        return behind | self._events(self._closure(influence, items))

    def _events(self, items: Iterable[Item]) -> set[Decider]:
        """Return the events among some items that are left to chance."""
        return {(EVENT, item.a) for item in items if item.sort == "event" and item.a in self.uncertain}

    @staticmethod
    def _closure(influence: Influence, start: Iterable[Item]) -> set[Item]:
        """Return all that some items rest on, and these."""
        items, todo = set(start), list(start)
        for item in todo:  # grows on the way
            new = influence.rests_on(item) - items
            items |= new
            todo += new
        return items

    def _is_witnessed(self, decider: Decider) -> bool:
        complete = self.program.observed.complete
        return bool(self.made[decider]) or any(one.treaty in complete for one in self.doings[decider])

    def witnessed(self) -> Program:
        """Return the program cut to what the rules rest on that the record would show at work."""
        influence = Influence(self.program, self.standing, self.cast)
        items = [item for one in self.doings if self._is_witnessed(one) for item in self._items(one)]
        return slice_program(self.program, cone_of(self.program, (), self.last, self._closure(influence, items)))

    def pieces(self) -> list[Piece]:
        """Return the pieces, each with its program."""
        ties, influence = _Ties(), self._influence()
        todo = [one for one in self.doings if self._is_witnessed(one)]
        for place, (_, treaty, party, _) in enumerate(self.program.observed.statuses):
            start = [Item("position", treaty, party, late=late) for late in (True, False)]
            found = self._reach(influence, start)
            ties.join([(STATUS, place), *(found & self.open), *self._events(self._closure(influence, start))])
            todo += found & self.open
        todo = list(dict.fromkeys(todo))
        seen = set(todo)
        for decider in todo:  # grows on the way
            behind = self._behind(decider)
            ties.join([decider, *behind])
            todo += [one for one in behind - seen if one[0] != EVENT]
            seen |= behind
        for makers in self.makers.values():
            ties.join([one.decider for one in makers])
        groups = ties.groups()
        asked = self._asked(groups, seen)
        return [self._piece(group, asked.get(number, [])) for number, group in enumerate(groups)]

    def _asked(self, groups: list[frozenset[Decider]], seen: set[Decider]) -> dict[int, list[Outcome]]:
        """Return the outcomes that history answers by itself, each by the number of the piece that answers it."""
        found: dict[int, list[Outcome]] = defaultdict(list)
        influence = self._influence()
        numbers = {one: number for number, group in enumerate(groups) for one in group}
        for outcome in self.program.outcomes:
            items = [item for late in (True, False) for item in influence.condition(outcome.when, late=late)]
            rests = self._reach(influence, items)
            rests |= {(item.a, item.b) for item in items if item.sort == "rule"}
            own = (rests & self.open) | self._events(self._closure(influence, items))
            if not groups or fades(outcome.when) or not own <= seen:
                continue
            places = {numbers[one] for one in own}
            if len(places) < 2:
                found[places.pop() if places else 0].append(outcome)
        return found

    def _piece(self, group: frozenset[Decider], asked: list[Outcome]) -> Piece:
        deciders = frozenset(one for one in group if one[0] >= 0)
        observed, influence = self.program.observed, self._influence(code for code, _ in deciders)
        statuses = tuple(one for place, one in enumerate(observed.statuses) if (STATUS, place) in group)
        todo = [item for one in deciders for item in self._items(one)]
        todo += [Item("position", one[1], one[2], late=late) for one in statuses for late in (True, False)]
        todo += [item for one in asked for late in (True, False) for item in influence.condition(one.when, late)]
        whole = cone_of(self.program, tuple(asked), self.last, self._closure(influence, todo))
        given = self._given(whole.rules - deciders)
        own_acts = {name for one in deciders for name in self.made[one]}
        acts = tuple(act for act in observed.acts if act.id in own_acts or act.id in given)
        part = slice_program(self.program, replace(whole, rules=whole.rules & deciders))
        part = replace(part, observed=replace(observed, acts=acts, statuses=statuses))
        done = {(day, owed.id): (day, owed) for day, owed in given.values()}
        return Piece(deciders, part, tuple(done[name] for name in sorted(done)))

    def _given(self, others: Iterable[Decider]) -> dict[str, tuple[int, RuleAct]]:
        """Return the acts of other deciders as recorded, by their ids."""
        found: dict[str, tuple[int, RuleAct]] = {}
        others = set(others)
        for act in self.acts:
            maker = next((one for one in self.makers[act.id] if one.decider in others), None)
            if maker is None:
                continue
            code, actor = maker.decider
            rule = self.cast.rules[code]
            parties = (actor,) if actor >= 0 else self._together(act.day, maker)
            names = self.program.names
            who = names.parties[actor] if actor >= 0 else names.blocs[rule.actor.code]
            name = f"{rule.id}/{who}/{act.day:016x}#0"
            # It is known to have been done, so that nobody asks again whether it was outdated.
            owed = RuleAct(replace(rule, still=None), maker.option, parties, -1, -1, name)
            found[act.id] = (act.day, owed)
        return found

    def _together(self, day: int, maker: _Maker) -> tuple[int, ...]:
        """Return the members of a bloc that acts as one for whom an act of it is recorded on a day."""
        named = (act.party for act in self.acts if act.day == day and maker.decider in self._deciders(act.id))
        return tuple(dict.fromkeys(named))

    def _deciders(self, name: str) -> set[Decider]:
        return {one.decider for one in self.makers[name]}


class _Ties:
    """Things that are tied together, directly or by way of others."""

    def __init__(self) -> None:
        self.roots: dict[Decider, Decider] = {}

    def _root(self, one: Decider) -> Decider:
        while self.roots.setdefault(one, one) != one:
            one = self.roots[one]
        return one

    def join(self, some: Iterable[Decider]) -> None:
        """Tie these together."""
        first: Decider | None = None
        for one in some:
            root = self._root(one)
            if first is None:
                first = root
            self.roots[root] = first

    def groups(self) -> list[frozenset[Decider]]:
        """Return what is tied together."""
        found: dict[Decider, set[Decider]] = defaultdict(set)
        for one in sorted(self.roots):
            found[self._root(one)].add(one)
        return [frozenset(group) for group in found.values()]
