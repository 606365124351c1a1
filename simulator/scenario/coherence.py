"""Does a branch make sense by itself, and in its scenario? Each incoherence is found before anything is run.

* Contradictions: two edits of one branch that cannot both count, or of which the order would decide.
* Presuppositions: an event or rule that stays although the branch takes away what it cannot be imagined without.
* Order: an event that a branch moves before what it presupposes.

`contradictions` needs nothing but the branch, so that edits of several branches can be joined before there is a
scenario (`simulator.scenario.composition`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from simulator.scenario.acts import RecordKey, Selector, SelectorOrId
from simulator.scenario.branches import Branch, Event, ForcedDecision
from simulator.scenario.library import Library, Loc, Problem
from simulator.scenario.rules import Rule, TriggerEvent, TriggerKind
from simulator.scenario.schema import Scenario
from simulator.scenario.wording import nearest

__all__ = ["Reach", "branch_problems", "contradictions", "order_problems", "reach", "specificity"]

# What a forced decision is about: actor, trigger, and which entry into a status; None stands for all of them.
Reach: TypeAlias = tuple[str | None, str | None, str | None]
_Value: TypeAlias = tuple[bool, str | None, int | None]
Rules: TypeAlias = Mapping[str, Rule]
_SHOWN = 6  # steps of a chain of presuppositions that a message shows


class _Frame:
    """What the checks of all branches ask of the scenario, gathered once."""

    def __init__(self, scenario: Scenario, library: Library) -> None:
        self.scenario, self.library = scenario, library
        self.rules = {rule.id: rule for rule in scenario.rules}
        self.events = {event.id: event for event in scenario.events}
        # Only these can lose something by an edit: events that presuppose others, each with its place in the file.
        self.needing: list[tuple[Event, Loc]] = [
            (event, ("events", i)) for i, event in enumerate(scenario.events) if event.presupposes
        ]
        self.needed_by = _needed_by(self.needing)
        self.days = {event.id: day for event in scenario.events if (day := self.day(event)) is not None}

    def kind(self, event: Event) -> str | None:
        """The kind of an event, its own or that of the shared event that it is."""
        if event.kind is None and event.from_record and event.from_record in self.library.event_ids:
            return self.library.event_kind(event.from_record)
        return event.kind

    def day(self, event: Event) -> int | None:
        """The day of an event; None if it is not known."""
        day = event.date
        if day is None and event.from_record and event.from_record in self.library.event_ids:
            day = self.library.event_day(event.from_record)
        return day.toordinal() if day is not None else None


def branch_problems(scenario: Scenario, library: Library) -> Iterator[Problem]:
    """Everything that does not fit together in the branches of a scenario, branch by branch."""
    frame = _Frame(scenario, library)
    for i, branch in enumerate(scenario.branches):
        loc: Loc = ("branches", i)
        yield from contradictions(branch, loc, frame.rules)
        yield from _records(branch, loc, library)
        yield from _forced(frame, branch, loc)
        yield from _presupposed(frame, branch, loc)
        yield from _moved(frame, branch, loc)
        for name in branch.chance:
            if name in frame.rules and frame.rules[name].choose:
                text = f"rule '{name}' chooses between options; one chance cannot replace theirs"
                yield Problem((*loc, "chance", name), "TS315", text, "force a decision, or use parameters", key=True)


# --- contradictions -----------------------------------------------------------------------------------------------


def contradictions(branch: Branch, loc: Loc = (), rules: Rules | None = None) -> Iterator[Problem]:
    """Pairs of edits of one branch that exclude each other; `rules` tells which actors decide alone."""
    known = rules or {}
    yield from _events(branch, loc)
    yield from _added(branch, loc)
    yield from _statuses(branch, loc)
    yield from _switched_off(branch, loc)
    yield from _overridden(branch, loc, known)
    yield from _decisions(branch, loc, known)


def _events(branch: Branch, loc: Loc) -> Iterator[Problem]:
    """No event is dropped and moved, or moved twice; no decision is forced at an event that is dropped."""
    dropped = {target.event: (*loc, "drop", j) for j, target in enumerate(branch.drop) if target.event}
    moved: dict[str, Loc] = {}
    for j, move in enumerate(branch.move):
        place = (*loc, "move", j)
        if move.event and (other := dropped.get(move.event) or moved.get(move.event)):
            word = "dropped and moved" if move.event in dropped else "moved twice"
            yield _both(place, f"event '{move.event}' is {word} in one branch", other)
        if move.event:
            moved[move.event] = place
    for j, decision in enumerate(branch.force):
        if decision.trigger in dropped:
            text = f"rule '{decision.rule}' is forced at event '{decision.trigger}', which the same branch drops"
            yield _both((*loc, "force", j, "trigger"), text, dropped[decision.trigger])


def _added(branch: Branch, loc: Loc) -> Iterator[Problem]:
    """An added event is not dropped or moved by the branch that adds it: its place says when it happens."""
    added = {event.id: (*loc, "add", j) for j, event in enumerate(branch.add)}
    targets = [(target.event, (*loc, "drop", j)) for j, target in enumerate(branch.drop)]
    targets += [(move.event, (*loc, "move", j)) for j, move in enumerate(branch.move)]
    for name, place in targets:
        if name in added:
            word = "dropped" if place[-2] == "drop" else "moved"
            yield _both(place, f"event '{name}' is added and {word} in one branch", added[name])


def _statuses(branch: Branch, loc: Loc) -> Iterator[Problem]:
    """A relationship has one status at a time."""
    first: dict[tuple[dt.date, str, str], tuple[str, Loc]] = {}
    for j, one in enumerate(branch.status):
        place = (*loc, "status", j)
        status, other = first.setdefault((one.date, one.treaty, one.of), (one.is_, place))
        if status != one.is_:
            text = f"{one.of} is set to {status} and to {one.is_} under {one.treaty} on {one.date}"
            yield _both(place, text, other)


def _switched_off(branch: Branch, loc: Loc) -> Iterator[Problem]:
    off = {rule: (*loc, "off", j) for j, rule in enumerate(branch.off)}
    edits = [(decision.rule, (*loc, "force", j), False) for j, decision in enumerate(branch.force)]
    edits += [(rule, (*loc, "chance", rule), True) for rule in branch.chance]
    edits += [(rule, (*loc, "delay", rule), True) for rule in branch.delay]
    for rule, place, key in edits:
        if rule in off:
            yield _both(place, f"rule '{rule}' is switched off and edited in one branch", off[rule], key=key)


def _overridden(branch: Branch, loc: Loc, rules: Rules) -> Iterator[Problem]:
    """A chance or delay of which a force for every occasion leaves nothing."""
    always = {
        decision.rule: (decision, (*loc, "force", j))
        for j, decision in enumerate(branch.force)
        if reach(decision, rules.get(decision.rule)) == (None, None, None)
    }
    for rule, (decision, other) in always.items():
        if rule in branch.chance:
            text = f"rule '{rule}' is forced whenever it is asked, so its chance is never used"
            yield _both((*loc, "chance", rule), text, other, key=True)
        if rule in branch.delay and (not decision.fires or decision.delay_days is not None):
            why = "forced with a delay of its own" if decision.fires else "forced never to fire"
            yield _both((*loc, "delay", rule), f"rule '{rule}' is {why}, so this delay is never used", other, key=True)


def reach(decision: ForcedDecision, rule: Rule | None = None) -> Reach:
    """What a forced decision is about. The actor of a rule that only one actor decides says nothing more."""
    alone = rule is not None and rule.each is None
    name, _, nth = (decision.trigger or "").partition("#")
    return (None if alone else decision.actor, name or None, nth or None)


def specificity(about: Reach) -> int:
    """How many things a forced decision names; where two speak of one occasion, the one that names more counts."""
    return sum(part is not None for part in about)


def _decisions(branch: Branch, loc: Loc, rules: Rules) -> Iterator[Problem]:
    """Two forces of one rule say different things about the same occasions, and neither is the more specific one."""
    by_rule: dict[str, dict[Reach, tuple[_Value, Loc]]] = defaultdict(dict)
    for j, decision in enumerate(branch.force):
        place: Loc = (*loc, "force", j)
        value = (decision.fires, decision.outcome, decision.delay_days)
        about = reach(decision, rules.get(decision.rule))
        before, other = by_rule[decision.rule].setdefault(about, (value, place))
        if before != value:
            yield _both(place, f"rule '{decision.rule}' is forced in two ways {_occasion(about)}", other)
    for rule, forces in by_rule.items():
        yield from _crossing(rule, forces)


def _crossing(rule: str, forces: Mapping[Reach, tuple[_Value, Loc]]) -> Iterator[Problem]:
    """One names the actor and the other the occasion: where both hold, the order would decide."""
    of_actors: dict[tuple[str | None, str | None], dict[_Value, tuple[str, Loc]]] = defaultdict(dict)
    for (actor, name, nth), (value, place) in forces.items():
        if actor is not None:
            of_actors[name, nth].setdefault(value, (actor, place))
    for (actor, name, nth), (value, place) in forces.items():
        if actor is not None or name is None:
            continue
        for wider in [(None, None), *([(name, None)] if nth else [])]:
            rivals = ((who, other) for its, (who, other) in of_actors.get(wider, {}).items() if its != value)
            # A force of exactly this actor at this occasion settles what the two leave open.
            rival = next(((who, other) for who, other in rivals if (who, name, nth) not in forces), None)
            if rival is not None:
                text = f"rule '{rule}' is forced in two ways {_occasion((rival[0], name, nth))}"
                yield _both(place, text, rival[1])


def _occasion(about: Reach) -> str:
    actor, name, nth = about
    where = f"at {name}{f'#{nth}' if nth else ''}" if name else "whenever it is asked"
    return f"for {actor}, {where}" if actor else where


def _both(place: Loc, text: str, other: Loc, *, key: bool = False) -> Problem:
    return Problem(place, "TS313", text, "keep one of the two, or make two branches", key, other)


def _records(branch: Branch, loc: Loc, library: Library) -> Iterator[Problem]:
    """No recorded act is dropped and moved, or moved twice."""
    moves = [(move.record, (*loc, "move", j)) for j, move in enumerate(branch.move) if move.record is not None]
    if not moves:
        return
    taken: dict[str, tuple[str, Loc]] = {}
    seen: dict[SelectorOrId, list[str]] = {}
    for j, target in enumerate(branch.drop):
        if target.record is not None:
            taken |= dict.fromkeys(_meant(target.record, library, seen), ("dropped and moved", (*loc, "drop", j)))
    for record, place in moves:
        names = _meant(record, library, seen)
        twice = next((name for name in names if name in taken), None)
        if twice is not None:
            word, other = taken[twice]
            yield _both(place, f"the recorded act {twice} is {word} in one branch", other)
        else:
            taken |= dict.fromkeys(names, ("moved twice", place))


def _meant(record: SelectorOrId, library: Library, seen: dict[SelectorOrId, list[str]]) -> list[str]:
    """The recorded acts that are meant; the same pattern is looked up once."""
    if record not in seen:
        if isinstance(record, Selector):
            seen[record] = sorted(one for one in library.record_ids(record.treaty) if record.matches(one))
        else:
            seen[record] = [record] if record in library.record_ids(RecordKey.read(record).treaty) else []
    return seen[record]


# --- forced decisions and their rules -----------------------------------------------------------------------------


def _forced(frame: _Frame, branch: Branch, loc: Loc) -> Iterator[Problem]:
    """A forced decision fits its rule: the actor decides it, the event sets it off, the option is one of its own."""
    added = {event.id: event for event in branch.add}
    for j, decision in enumerate(branch.force):
        rule = frame.rules.get(decision.rule)
        place = (*loc, "force", j)
        named = decision.trigger
        # `cfe.RUS=suspended#1` and ids of recorded acts are checked by their spelling; a bare word is an event.
        if named is not None and "=" not in named and "." not in named:
            event = added.get(named) or frame.events.get(named)
            if event is None:
                hint = nearest(named, sorted({*frame.events, *added}))
                yield Problem((*place, "trigger"), "TS207", f"unknown event '{named}'", hint)
            elif rule is not None and not _sets_off(event, frame.kind(event), rule):
                text = f"event '{named}' does not set off rule '{rule.id}', so there is no decision to force"
                yield Problem((*place, "trigger"), "TS315", text, "name one of its triggers, or leave out trigger")
        if rule is not None:
            yield from _fitting(decision, rule, place)


def _fitting(decision: ForcedDecision, rule: Rule, place: Loc) -> Iterator[Problem]:
    if decision.actor is not None and rule.each is None and decision.actor != rule.actor:
        text = f"rule '{rule.id}' is not decided by '{decision.actor}'"
        yield Problem((*place, "actor"), "TS315", text, f"it is decided by {rule.actor}; leave out actor")
    options = [option.id for option in rule.choose]
    known = f"known: {', '.join(options)}" if options else ""
    if decision.fires and decision.outcome is None and options:
        yield Problem(place, "TS315", f"rule '{rule.id}' has options; say which with outcome", known)
    elif decision.outcome is not None and decision.outcome not in options:
        text = f"rule '{rule.id}' has no option '{decision.outcome}'"
        yield Problem((*place, "outcome"), "TS209", text, known or "leave out outcome")


def _sets_off(event: Event, kind: str | None, rule: Rule) -> bool:
    return any(
        (isinstance(trigger, TriggerEvent) and trigger.event == event.id)
        or (isinstance(trigger, TriggerKind) and trigger.kind == kind)
        for trigger in rule.trigger
    )


# --- what presupposes what ----------------------------------------------------------------------------------------


def _presupposed(frame: _Frame, branch: Branch, loc: Loc) -> Iterator[Problem]:
    """Nothing is kept that presupposes, directly or by way of another, an event that the branch drops."""
    gone: dict[str, Loc] = {t.event: (*loc, "drop", j) for j, t in enumerate(branch.drop) if t.event}
    if not gone:
        return
    added = _needed_by(_added_needing(branch, loc))
    # What each lost event needs, and the dropped event at the end of that chain; itself where it is dropped.
    lost: dict[str, tuple[str, str]] = {name: (name, name) for name in gone}
    todo = list(gone)
    for need in todo:
        for name, place in (*frame.needed_by.get(need, ()), *added.get(need, ())):
            if name not in lost:
                lost[name] = (need, lost[need][1])
                todo.append(name)
                yield _kept("event", (name, need), lost, gone, (*place, "presupposes"))
    idle = set(branch.off)
    for decision in branch.force:
        if not decision.fires and reach(decision, frame.rules.get(decision.rule)) == (None, None, None):
            idle.add(decision.rule)
    yield from _rules_left(frame, idle, lost, gone)


def _rules_left(
    frame: _Frame, idle: Collection[str], lost: Mapping[str, tuple[str, str]], gone: Mapping[str, Loc]
) -> Iterator[Problem]:
    """Rules that presuppose what is lost, unless they never act: switched off, or set off by dropped events only."""
    for i, rule in enumerate(frame.scenario.rules):
        need = next((one for one in rule.presupposes if one in lost), None)
        never = rule.id in idle or all(isinstance(one, TriggerEvent) and one.event in gone for one in rule.trigger)
        if need is not None and not never:
            yield _kept("rule", (rule.id, need), lost, gone, ("rules", i, "presupposes"))


def _kept(
    what: str, pair: tuple[str, str], lost: Mapping[str, tuple[str, str]], gone: Mapping[str, Loc], place: Loc
) -> Problem:
    """The problem of an event or rule and what it needs: by way of what it presupposes the dropped event."""
    name, need = pair
    chain, root = [name, need], lost[need][1]
    while chain[-1] != root and len(chain) < _SHOWN:  # the first steps of a long chain say enough
        chain.append(lost[chain[-1]][0])
    by_way = f" ({' -> '.join(chain)}{'' if chain[-1] == root else ' -> ...'})" if len(chain) > 2 else ""
    text = f"{what} '{name}' is kept, but it presupposes event '{root}'{by_way}, which this branch drops"
    hint = f"drop '{name}' too" if what == "event" else f"switch it off too: off: [{name}]"
    return Problem((*gone[root], "event"), "TS317", text, hint, other=place)


def _needed_by(needing: Iterable[tuple[Event, Loc]]) -> dict[str, list[tuple[str, Loc]]]:
    """For each event those that presuppose it, with their places."""
    found: dict[str, list[tuple[str, Loc]]] = defaultdict(list)
    for event, place in needing:
        for need in event.presupposes:
            found[need].append((event.id, place))
    return found


def _added_needing(branch: Branch, loc: Loc) -> list[tuple[Event, Loc]]:
    return [(event, (*loc, "add", j)) for j, event in enumerate(branch.add) if event.presupposes]


def order_problems(scenario: Scenario, library: Library) -> Iterator[Problem]:
    """Events that lie before what they presuppose, in the scenario itself."""
    frame = _Frame(scenario, library)
    for event, place in frame.needing:
        for need in event.presupposes:
            if late := _late(event.id, need, frame.days):
                hint = "change a date, or leave out presupposes"
                yield Problem((*place, "presupposes"), "TS318", _too_early(event.id, need, late), hint)


def _moved(frame: _Frame, branch: Branch, loc: Loc) -> Iterator[Problem]:
    """No event that a branch moves or adds comes to lie before what it presupposes."""
    edited: dict[str, Loc] = {move.event: (*loc, "move", j) for j, move in enumerate(branch.move) if move.event}
    edited |= {event.id: place for event, place in _added_needing(branch, loc)}
    if not edited:
        return
    days = frame.days | {event.id: day for event in branch.add if (day := frame.day(event)) is not None}
    for move in branch.move:
        if move.event in days:
            days[move.event] = move.to.toordinal() if move.to else days[move.event] + (move.by_days or 0)
    gone = {target.event for target in branch.drop}
    for event, place in (*frame.needing, *_added_needing(branch, loc)):
        for need in event.presupposes if event.id not in gone else ():
            at = edited.get(event.id) or edited.get(need)
            if at and need not in gone and (late := _late(event.id, need, days)):
                text = f"in this branch {_too_early(event.id, need, late)}"
                yield Problem(at, "TS318", text, "move both, or drop the later one", other=(*place, "presupposes"))


def _late(event: str, need: str, days: Mapping[str, int]) -> int:
    """By how many days an event lies before what it presupposes; 0 if it does not, or if a day is not known."""
    return max(days[need] - days[event], 0) if event in days and need in days else 0


def _too_early(event: str, need: str, late: int) -> str:
    return f"event '{event}' lies {late} day{'s' if late > 1 else ''} before '{need}', which it presupposes"
