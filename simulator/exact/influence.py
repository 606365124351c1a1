"""Influence: what each fact of a run rests on, read off a program without running the part that chance decides.

Facts are kept apart by pair of treaty and party where the law lets them be. A fact before the first chance and the same
fact after it are two items, since much that couples the parties of a treaty (its entry into force above all) is settled
by then. An edge that is not needed makes a cone larger, a missing one would make it wrong: where the law is not clear
from the clauses alone, the edge is drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from simulator.exact.cast import Cast, Doing
from simulator.exact.standing import Standing
from simulator.law.terms import Terms
from simulator.scenario.program import ALL, Node, Program, Rule, ScriptedAct, Trigger, Who

__all__ = ["Influence", "Item"]


class Item(NamedTuple):
    """A fact or a source of change.

    Facts are `position` (treaty, party), `pairwise` (treaty, party: its facts towards others), `treaty`, `done` (act,
    treaty, party), `variable`, `kind`, `conflict` (party) and `event`; sources are `act` (its place in the program),
    `rule` (code, actor) and `forced`. `late` is whether it is about the days from the first chance on.
    """

    sort: str
    a: int = -1
    b: int = -1
    c: int = -1
    word: str = ""
    late: bool = True


# Nothing in law follows from these; that they were done is a fact all the same.
_WORDS_ONLY = frozenset({"announce", "declare", "domestic_step", "convene_conference"})
# These leave facts towards others and move no status.
_PAIRWISE = frozenset({"adopt_countermeasure", "lift_countermeasure", "cease_performance", "determine_breach"})
_LEAVING = frozenset({"notify_withdrawal", "become_extinct", "establish_invalidity"})
_BY_ALL = frozenset({"suspend_by_all", "resume_by_all"})
_PAIR_OPS = frozenset({"status", "count", "pending", "provisional", "flag", "organ_rights", "toward"})


class Influence:
    """See the module's text; `rests_on(item)` returns what an item rests on, one step back."""

    def __init__(self, program: Program, standing: Standing, cast: Cast) -> None:
        self.program, self.standing, self.cast = program, standing, cast
        self.writers: dict[Item, set[Item]] = defaultdict(set)
        self.named: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.leaving: list[set[int]] = [set(one.leaving) for one in standing.treaties]
        self.by_all: set[tuple[int, bool]] = set()
        doings = list(self._doings())
        # A view that gives up a claim once others object lets objections reach another party's status.
        self.yielding = {d.treaty for _, d, _ in doings if d.treatment in ("until_objection", "strict")}
        for source, doing, late in doings:
            self._note(source, doing, late)
        self._write_events()
        self._write_rules()
        self._write_forced()
        self._steps: dict[str, Callable[[Item], Iterator[Item]]] = {
            "position": self._position,
            "pairwise": self._pairwise,
            "treaty": self._treaty,
            "act": self._act,
            "rule": self._rule,
            "forced": self._forced,
        }

    def rests_on(self, item: Item) -> set[Item]:
        """Return the items that an item rests on directly."""
        found = set(self.writers.get(item, ()))
        if item.late and item.sort not in ("act", "rule", "forced", "event"):
            found.add(item._replace(late=False))  # what it was before
        step = self._steps.get(item.sort)
        return found.union(step(item)) if step is not None else found

    # -- who writes what -----------------------------------------------------------------------------------------

    def _days(self) -> Iterator[tuple[int, ScriptedAct]]:
        for place, act in enumerate(self.program.acts):
            if act.day <= self.cast.last:
                yield place, act

    def _deciders(self) -> Iterator[tuple[Item, Rule, frozenset[int]]]:
        """Yield each rule and actor that may decide, and for whom; before the first chance as well."""
        for rule in self.program.rules:
            for actor, parties in self.cast.actors(rule):
                if rule.code in self.cast.live:
                    yield Item("rule", rule.code, actor), rule, parties
                if (rule.code, actor) in self.standing.decided:
                    yield Item("rule", rule.code, actor, late=False), rule, parties

    def _doings(self) -> Iterator[tuple[Item, Doing, bool]]:
        for place, act in self._days():
            late = act.day >= self.standing.day
            for doing in self.cast.scripted(act):
                yield Item("act", place, late=late), doing, late
        for item, rule, parties in self._deciders():
            for doing in self.cast.doings(rule, parties):
                yield item, doing, item.late

    def _note(self, source: Item, doing: Doing, late: bool) -> None:
        for fact in self._writes(doing):
            self.writers[fact._replace(late=late)].add(source)
        treaty, party = doing.treaty, doing.party
        if late and doing.word in _LEAVING and party >= 0:
            self.leaving[treaty].add(party)
        if doing.word in _BY_ALL:
            self.by_all.add((treaty, late))
        if doing.word == "allege_breach":
            for accused in doing.toward:
                self.named[(treaty, accused)].add(party)
        elif doing.word == "resume" and doing.toward:
            self.named[(treaty, party)] |= self.cast.people[treaty]  # the rest stays suspended, one by one
        if doing.word == "suspend_toward" or doing.word in _PAIRWISE:
            self.named[(treaty, party)] |= doing.toward - {ALL}

    def _writes(self, doing: Doing) -> Iterator[Item]:
        """Yield the facts that an act may change."""
        word, treaty, party = doing.word, doing.treaty, doing.party
        yield Item("done", doing.act, treaty, party)
        if word in _WORDS_ONLY:
            return
        if self.cast.words[word].by == "treaty":
            yield Item("treaty", treaty)
        elif word == "object_to_reservation":
            # It changes nothing, but as the last act before a threshold is met it stands in the chain of causes.
            yield Item("treaty", treaty)
        elif party < 0:
            return
        elif word == "allege_breach":
            yield from (Item("pairwise", treaty, accused) for accused in doing.toward if accused >= 0)
        elif word in _PAIRWISE:
            yield Item("pairwise", treaty, party)
        elif word == "object":
            if treaty in self.yielding:
                yield from (Item("position", treaty, other) for other in self._meant(doing) if other != party)
        else:
            yield Item("position", treaty, party)
            if word == "terminate_for_breach":
                yield Item("treaty", treaty)

    def _meant(self, doing: Doing) -> Iterable[int]:
        """Return those towards whom an act works; who names nobody means all."""
        everyone = not doing.toward or ALL in doing.toward
        return self.cast.people[doing.treaty] if everyone else doing.toward

    def _write_events(self) -> None:
        for event in self.program.events:
            if event.day > self.cast.last:
                continue
            source, late = Item("event", event.code), event.day >= self.standing.day
            self.writers[Item("kind", word=event.kind, late=late)].add(source)
            for variable, _, _ in event.sets:
                self.writers[Item("variable", variable, late=late)].add(source)
            for party in (*event.begins, *event.ends):
                self.writers[Item("conflict", party, late=late)].add(source)

    def _write_rules(self) -> None:
        for source, rule, _ in self._deciders():
            for action in (action for option in rule.options for action in option.actions):
                for variable, _, _ in action.sets:
                    self.writers[Item("variable", variable, late=source.late)].add(source)
                if action.kind:
                    self.writers[Item("kind", word=action.kind, late=source.late)].add(source)

    def _write_forced(self) -> None:
        for place, one in enumerate(self.program.forced):
            if one.day <= self.cast.last:
                late = one.day >= self.standing.day
                self.writers[Item("position", one.treaty, one.party, late=late)].add(Item("forced", place, late=late))
                if late:
                    self.leaving[one.treaty].add(one.party)

    # -- what facts rest on --------------------------------------------------------------------------------------

    def _positions(self, treaty: int, late: bool) -> Iterator[Item]:
        return (Item("position", treaty, party, late=late) for party in self.cast.people[treaty])

    def _position(self, item: Item) -> Iterator[Item]:
        yield Item("treaty", item.a, late=item.late)
        reads_conflict = self.program.readings.get("D8") == "self_defence_suspension"
        if reads_conflict or self.program.terms[item.a].defer:
            yield Item("conflict", item.b, late=item.late)

    def _pairwise(self, item: Item) -> Iterator[Item]:
        yield Item("position", item.a, item.b, late=item.late)
        for other in self.named[(item.a, item.b)]:
            yield Item("position", item.a, other, late=item.late)  # a fact goes when either side does

    def _treaty(self, item: Item) -> Iterator[Item]:
        """A treaty rests on its parties while it waits for them, and where their exits or joint acts can move it."""
        code, late, known = item.a, item.late, self.standing.treaties[item.a]
        if late and known.over:
            return
        terms = self.program.terms[code]
        if not late or not known.in_force or (code, late) in self.by_all or self._exits_can_end(terms):
            yield from self._positions(code, late)
        yield from (Item("treaty", other, late=late) for other in (terms.requires, terms.ends_with) if other >= 0)
        for later in self.program.terms:
            if code in later.supersedes:  # whether all its parties are bound by the later one
                yield Item("treaty", later.code, late=late)
                yield from self._positions(later.code, late)
                yield from self._positions(code, late)

    def _exits_can_end(self, terms: Terms) -> bool:
        """Whether the exits that may come could leave fewer parties than the treaty needs (only asked in force)."""
        known, leaving = self.standing.treaties[terms.code], self.leaving[terms.code]
        least = 2 if terms.bilateral or not terms.stand_in else 0
        if not terms.bilateral:
            least = max(least, terms.floor_parties)
        return bool(leaving) and len(known.bound - leaving) < least

    # -- what sources of change rest on --------------------------------------------------------------------------

    def _act(self, item: Item) -> Iterator[Item]:
        act = self.program.acts[item.a]
        if act.event >= 0:
            yield Item("event", act.event)
        for doing in self.cast.scripted(act):
            yield from self._reads(doing, item.late)

    def _forced(self, item: Item) -> Iterator[Item]:
        one = self.program.forced[item.a]
        yield Item("position", one.treaty, one.party, late=item.late)

    def _reads(self, doing: Doing, late: bool) -> Iterator[Item]:
        """Yield the facts on which it depends whether an act is legal, and what it does."""
        word, treaty, party = doing.word, doing.treaty, doing.party
        if word in _WORDS_ONLY:
            if word == "convene_conference":
                yield Item("treaty", treaty, late=late)
            return
        yield Item("treaty", treaty, late=late)
        if self.cast.words[word].by == "treaty":
            return
        if party >= 0:
            yield Item("position", treaty, party, late=late)
        yield from (Item("position", treaty, other, late=late) for other in doing.toward if other >= 0)
        if word == "object":
            yield from (Item("position", treaty, other, late=late) for other in self._meant(doing))
        elif word == "lift_countermeasure":
            yield Item("pairwise", treaty, party, late=late)
        elif word == "terminate_for_breach":
            yield from (Item("pairwise", treaty, other, late=late) for other in self.cast.people[treaty])
        elif word.startswith("succeed") and party >= 0 and self.program.predecessors[party] >= 0:
            yield Item("position", treaty, self.program.predecessors[party], late=late)
        elif word == "exchange":
            yield from self._exchange(self.program.terms[treaty], late)

    def _exchange(self, terms: Terms, late: bool) -> Iterator[Item]:
        named = terms.entry.named if terms.entry is not None else ()
        yield from (Item("position", terms.code, party, late=late) for party in {*named, *terms.parties})
        if terms.requires >= 0:
            yield Item("treaty", terms.requires, late=late)

    def _rule(self, item: Item) -> Iterator[Item]:
        """A decision rests on its triggers and conditions, on who the actor is, and on what its acts may meet."""
        rule, late = self.cast.rules[item.a], item.late
        actor = next(parties for code, parties in self.cast.actors(rule) if code == item.b)
        subject = self.cast.subjects(rule)
        if late and (item.a, item.b) in self.standing.decided:
            yield item._replace(late=False)
        yield from self._members(rule.actor, late, actor)
        for trigger in rule.triggers:
            yield from self._trigger(trigger, late)
        for node in (rule.when, rule.still, *(case.when for case in rule.chances)):
            if node is not None:
                yield from self.condition(node, late, actor, subject)
        for action in (action for option in rule.options for action in option.actions):
            for who in (*action.parties, *action.toward):
                yield from self._members(who, late)
            yield from (Item("variable", variable, late=late) for variable, _, _ in action.sets)
        for doing in self.cast.doings(rule, actor):
            yield from self._reads(doing, late)

    def _members(self, who: Who | None, late: bool, asked: Iterable[int] | None = None) -> Iterator[Item]:
        """Yield what decides who is in a bloc that is made of a treaty's parties; `asked` are those who matter."""
        if who is None or who.kind not in ("bloc", "any_of"):
            return
        treaty = self.program.blocs[who.code].treaty
        if treaty >= 0:
            parties = self.cast.people[treaty] if asked is None else asked
            yield from (Item("position", treaty, party, late=late) for party in parties if party >= 0)

    def _trigger(self, one: Trigger, late: bool) -> Iterator[Item]:
        yield from self._members(one.of, late)
        of = None if one.of is None else self.cast.whom(one.of, (), ())
        if one.kind == "act":
            yield from self._done(one.code, one.treaty, of, late)
        elif one.kind == "event":
            yield Item("event", one.code)
        elif one.kind == "kind":
            yield Item("kind", word=one.word, late=late)
        elif one.kind == "becomes":
            parties = self.cast.people[one.treaty] if of is None else of
            yield from (Item("position", one.treaty, party, late=late) for party in parties)
        elif one.kind == "treaty_becomes":
            yield Item("treaty", one.treaty, late=late)
        elif one.kind == "rule":
            for doing in self.cast.rule_doings(one.code):
                yield Item("done", doing.act, doing.treaty, doing.party, late=late)

    def _done(self, act: int, treaty: int, of: frozenset[int] | None, late: bool) -> Iterator[Item]:
        parties = self.cast.doers[(act, treaty)] if of is None else of
        return (Item("done", act, treaty, party, late=late) for party in parties)

    # -- what conditions rest on ---------------------------------------------------------------------------------

    def condition(
        self, node: Node, late: bool, actor: frozenset[int] = frozenset(), subject: frozenset[int] = frozenset()
    ) -> Iterator[Item]:
        """Yield the facts that a condition asks about."""
        who = None if node.who is None else self.cast.whom(node.who, actor, subject)
        if node.op == "party":  # whether they are in the other bloc
            yield from self._members(node.who, late)
            yield from self._members(node.other, late, who)
        else:
            yield from self._members(node.who, late)
            yield from self._members(node.other, late)
        if node.op in _PAIR_OPS:
            sort = "pairwise" if node.op == "toward" else "position"
            parties = self.cast.people[node.a] if who is None else who
            yield from (Item(sort, node.a, party, late=late) for party in parties)
        elif node.op == "treaty":
            yield Item("treaty", node.a, late=late)
        elif node.op == "variable":
            yield Item("variable", node.a, late=late)
        elif node.op == "happened_event":
            yield Item("event", node.a)
        elif node.op == "happened_kind":
            yield from (Item("kind", word=word, late=late) for word in node.words)
        elif node.op == "happened_act":
            yield from self._done(node.a, node.low, who, late)
        elif node.op == "conflict":
            yield from (Item("conflict", party, late=late) for party in who or ())
        for part in node.parts:
            yield from self.condition(part, late, actor, subject)
