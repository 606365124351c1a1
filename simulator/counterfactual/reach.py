"""How far an edit reaches: each step that differs, linked to the edit; and what nothing can link to it.

A link goes from a step to its cause where the cause differs, else to an earlier step that differs and wrote a fact on
which this step rests: the trigger or condition of a rule, the status that makes an act legal, the counts of a treaty.
What a step rests on is asked of the influence graph of the program (`simulator.exact.influence`), which leaves nothing
out; so a step that differs without a link is a contradiction in the program itself, and is reported as one.

Facts are tuples of names: `("position", "cfe", "RUS")`, `("event", "summit")`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from simulator.counterfactual.alignment import Row
from simulator.counterfactual.difference import Edited
from simulator.exact.cast import Cast
from simulator.exact.influence import Influence, Item
from simulator.exact.standing import standing
from simulator.results.trace import Step, Trace
from simulator.scenario.program import Node, Program

__all__ = ["Dependence", "Fact", "link"]

Fact = tuple[str, ...]
_FACTS = frozenset({"position", "pairwise", "treaty", "done", "variable", "kind", "conflict", "event"})


class Dependence:
    """What rests on what in one program, by names."""

    def __init__(self, program: Program) -> None:
        self.program, names = program, program.names
        self.cast = Cast(program, program.last)
        self.influence = Influence(program, standing(program), self.cast)
        self.treaty = {name: code for code, name in enumerate(names.treaties)}
        self.party = {name: code for code, name in enumerate(names.parties)}
        self.act = {name: code for code, name in enumerate(names.acts)}
        self.variable = {name: code for code, name in enumerate(names.variables)}
        self.rule = {name: code for code, name in enumerate(names.rules)}
        self.events = {event.id: event for event in program.events}
        self.places = {act.id: place for place, act in enumerate(program.acts)}
        self.actors = {(code, actor) for code, rule in self.cast.rules.items() for actor, _ in self.cast.actors(rule)}
        self._known: dict[Item, frozenset[Item]] = {}

    # -- names ---------------------------------------------------------------------------------------------------

    def named(self, item: Item) -> Fact:
        """An item of the influence graph as a fact by names."""
        names, sort = self.program.names, item.sort
        if sort in ("position", "pairwise"):
            return sort, names.treaties[item.a], names.parties[item.b]
        if sort == "done":
            return sort, names.acts[item.a], names.treaties[item.b], self._party(item.c)
        if sort == "rule":
            return sort, names.rules[item.a], self._party(item.b)
        if sort == "act":
            return sort, self.program.acts[item.a].id
        if sort == "forced":
            one = self.program.forced[item.a]
            return sort, names.treaties[one.treaty], names.parties[one.party]
        table = {
            "treaty": names.treaties,
            "variable": names.variables,
            "conflict": names.parties,
            "event": names.events,
        }
        return sort, table[sort][item.a] if sort in table else item.word

    def _party(self, code: int) -> str:
        return self.program.names.parties[code] if code >= 0 else "*"

    def _rests_on(self, item: Item) -> frozenset[Item]:
        found = self._known.get(item)
        if found is None:
            found = self._known[item] = frozenset(self.influence.rests_on(item))
        return found

    # -- of one step ---------------------------------------------------------------------------------------------

    def writes(self, step: Step) -> frozenset[Fact]:
        """The facts that a step may have changed."""
        return frozenset(self.named(item) for item in self._written(step))

    def reads(self, step: Step, trace: Trace) -> frozenset[Fact]:
        """The facts on which it rests that the step happened, and as it did."""
        items = [item for one in (*self._sources(step, trace), *self._written(step)) for item in _both(one)]
        found = {self.named(one) for item in items for one in self._rests_on(item) if one.sort in _FACTS}
        return frozenset(found) | self.writes(step)

    def _written(self, step: Step) -> Iterator[Item]:
        if step.kind == "event":
            yield Item("kind", word=step.act)
            if step.id in self.events:
                event = self.events[step.id]
                yield Item("event", event.code)
                yield from (Item("conflict", party) for party in (*event.begins, *event.ends))
        elif step.act == "set":
            yield Item("variable", self.variable[step.note])
        elif step.treaty:
            yield from self._legal(step, self.treaty[step.treaty])

    def _legal(self, step: Step, treaty: int) -> Iterator[Item]:
        """The facts of law that a step may have changed: of the party, of the treaty, and of those it is meant for."""
        party = self.party.get(step.party, -1)
        if step.act in self.act and step.kind != "effect":
            yield Item("done", self.act[step.act], treaty, party)
        if party < 0:
            yield Item("treaty", treaty)
        everyone = "*" in step.toward or (party < 0 and step.kind != "effect")
        meant = self.cast.people[treaty] if everyone else {self.party[one] for one in step.toward if one in self.party}
        for one in {party, *meant} - {-1}:
            yield Item("position", treaty, one)
            yield Item("pairwise", treaty, one)

    def _sources(self, step: Step, trace: Trace) -> Iterator[Item]:
        """The decision, the scripted act or the forced status that the step is or carries out."""
        if step.rule:
            decision = next((one for one in reversed(trace.chain(step.number)) if one.kind == "decision"), step)
            key = self.rule[step.rule], self.party.get(decision.party, -1)
            if key in self.actors:
                yield Item("rule", *key)
        elif step.kind == "forced":
            pairs = enumerate(self.program.forced)
            own = self.treaty[step.treaty], self.party[step.party]
            yield from (Item("forced", place) for place, one in pairs if (one.treaty, one.party) == own)
        elif step.id in self.places:
            yield Item("act", self.places[step.id])

    # -- of everything -------------------------------------------------------------------------------------------

    def condition(self, node: Node) -> frozenset[Fact]:
        """The facts that a condition asks about."""
        return frozenset(self.named(item) for item in self.influence.condition(node, late=True))

    def positions(self) -> Iterator[Item]:
        """Every relationship, and what stands between each party and the others."""
        for treaty, people in enumerate(self.cast.people):
            for party in people:
                yield Item("position", treaty, party)
                yield Item("pairwise", treaty, party)

    def reached(self, given: Edited) -> frozenset[Fact]:
        """The relationships on which an edit can have any effect, now or later; all others cannot depend on it."""
        todo: list[Item] = list(self.positions())
        if given.reading:
            return frozenset(self.named(item) for item in todo)
        above: dict[Item, list[Item]] = defaultdict(list)
        seen = set(todo)
        while todo:
            item = todo.pop()
            for one in self._rests_on(item):
                above[one].append(item)
                if one not in seen:
                    seen.add(one)
                    todo.append(one)
        todo = [item for item in seen if _is_edited(self.named(item), given)]
        found = set(todo)
        while todo:
            fresh = [one for one in above[todo.pop()] if one not in found]
            found.update(fresh)
            todo += fresh
        return frozenset(self.named(item) for item in found if item.sort in ("position", "pairwise"))


def _both(item: Item) -> tuple[Item, Item]:
    return item, item._replace(late=False)


def _is_edited(fact: Fact, given: Edited) -> bool:
    sort = fact[0]
    if sort in ("position", "pairwise", "treaty"):
        return fact[1] in given.treaties
    if sort == "forced":
        return (fact[1], fact[2]) in given.statuses
    own = {"act": given.acts, "event": given.events, "rule": given.rules}.get(sort, frozenset())
    return fact[1] in own


# -- links -------------------------------------------------------------------------------------------------------------


def link(rows: Sequence[Row], given: Edited, traces: Sequence[Trace], graphs: Sequence[Dependence]) -> list[Row]:
    """Say of each row that differs why it does, and return those that nothing links to the edit."""
    return _Links(rows, given, traces, graphs).unlinked()


class _Links:
    """Goes through the rows in the order of their days."""

    def __init__(
        self, rows: Sequence[Row], given: Edited, traces: Sequence[Trace], graphs: Sequence[Dependence]
    ) -> None:
        self.rows, self.given, self.traces, self.graphs = rows, given, traces, graphs
        self.of: tuple[dict[int, Row], dict[int, Row]] = ({}, {})
        self.writers: dict[Fact, list[Row]] = defaultdict(list)
        for row in rows:
            for world, step in _by_world(row):
                self.of[world][step.number] = row
        self.odd = [row for row in rows if row.is_odd]
        for row in self.odd:
            for fact in self._facts(row, read=False):
                self.writers[fact].append(row)

    def unlinked(self) -> list[Row]:
        for row in self.odd:
            self._link(row)
        return [row for row in self.odd if not row.how]

    def _link(self, row: Row) -> None:
        if any(self._is_edit(step) for step in row.sides):
            row.how = "edited"
            return
        causes = [self.of[world][step.cause] for world, step in _by_world(row) if step.cause >= 0]
        causes = [one for one in causes if one.is_odd and one.day <= row.day]
        cause = min(causes, key=lambda one: one.day, default=None)
        if cause is not None:
            row.how, row.because = "cause", cause.number
        elif self._is_touched(row, deep=False):
            row.how = "edited"
        elif (fact := self._fact(row)) is not None:
            row.how, row.because = "facts", fact.number
        elif self._is_touched(row, deep=True) or self.given.reading:
            row.how = "edited"

    def _is_edit(self, step: Step) -> bool:
        """Whether the edit names this very step."""
        if step.kind == "forced":
            return (step.treaty, step.party) in self.given.statuses
        return step.id in (self.given.events if step.kind == "event" else self.given.acts)

    def _is_touched(self, row: Row, *, deep: bool) -> bool:
        """Whether the edit changes the rule or clause that made the step, or the act that is its cause."""
        for world, step in _by_world(row):
            if step.rule in self.given.rules or step.treaty in self.given.treaties:
                return True
            if (step.treaty, step.party) in self.given.statuses and step.cause < 0:
                return True
            chain = self.traces[world].chain(step.number)[:-1]
            if any(self._is_edit(one) or one.rule in self.given.rules for one in (chain if deep else chain[-1:])):
                return True
        return False

    def _fact(self, row: Row) -> Row | None:
        """The latest row that differs, shows no later than this one, and wrote something on which this one rests."""
        found = {
            one.number: one
            for fact in self._facts(row, read=True)
            for one in self.writers.get(fact, ())
            if one is not row and self._comes_before(one, row)
        }
        return max(found.values(), key=lambda one: (one.number < row.number, one.day, one.number), default=None)

    def _comes_before(self, row: Row, later: Row) -> bool:
        """Whether a row shows in time in a world in which it does not itself go back to the later one."""
        here = row
        for _ in self.rows:
            if here.because < 0:
                break
            here = self.rows[here.because]
            if here is later:
                return False
        return any(
            step.day <= later.day
            and all(self.of[world][one.number] is not later for one in self.traces[world].chain(step.number))
            for world, step in _by_world(row)
        )

    def _facts(self, row: Row, *, read: bool) -> Iterable[Fact]:
        found: set[Fact] = set()
        for world, step in _by_world(row):
            graph = self.graphs[world]
            found |= graph.reads(step, self.traces[world]) if read else graph.writes(step)
        return found


def _by_world(row: Row) -> Iterator[tuple[int, Step]]:
    for world, step in enumerate((row.first, row.second)):
        if step is not None:
            yield world, step
