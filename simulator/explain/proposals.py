"""Proposals: what might have brought about a thing that did not happen; nothing here is an answer before it was run.

Where they come from: an effect already under way is moved forward, a rule that said no decides otherwise (with what its
condition lacked made true), acts that the law asks for are done by those who did not do them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from simulator.explain.behind import behind, last_status
from simulator.explain.changes import Added, Change, Element
from simulator.explain.lacks import Lack, lack_of
from simulator.explain.obstacles import Asking, RuleReport, brings_about, reports, rules_for
from simulator.explain.occasions import Seen, Setting, lacking
from simulator.explain.routes import ENDED, IN_FORCE, Gap, Route, entry_gap, spans
from simulator.law.lifecycle import STATUSES
from simulator.results.trace import Step
from simulator.scenario import conditions as c
from simulator.scenario.acts import ActSpec
from simulator.scenario.edits import (
    AddEvent,
    DropEvent,
    DropRecord,
    Edit,
    ForceDecision,
    ForceStatus,
    MoveRecord,
)
from simulator.scenario.rules import Rule, TriggerAct, TriggerBecomes, TriggerKind, TriggerRule
from simulator.scenario.schema import Event

__all__ = ["proposals"]

Way = tuple[Element, ...]
Variants = tuple[Way, ...]  # the same proposal on other days or with another delay; the first that works counts

_LADDER = (200, 400, 800)  # days before the last one on which an act is tried: most notice periods are shorter
_ASKINGS = 4
_MOST = 60
_DEPTH = 2


def proposals(setting: Setting, seen: Seen, lacks: Sequence[Lack], rules: Sequence[RuleReport]) -> list[list[Change]]:
    """Return what is worth a run, each proposal with its variants; at most sixty."""
    maker = _Maker(setting, seen, {one.rule.id: one for one in rules})
    assert seen.verdict is not None
    found = []
    for way in lacking(seen.verdict):
        found += maker.together([(leaf, want) for leaf, want in way], seen.trace.last, _DEPTH, {})
    made = [[Change(way) for way in variants] for variants in found[:_MOST]]
    return list({tuple(one.key for one in some): some for some in made}.values())


class _Maker:
    def __init__(self, setting: Setting, seen: Seen, rules: dict[str, RuleReport]) -> None:
        self.setting, self.seen, self.rules = setting, seen, rules
        self.first, self.steps = seen.program.first, seen.trace.steps

    # -- conditions ------------------------------------------------------------------------------------------------

    def together(self, leaves: Sequence[tuple[Any, bool]], last: int, depth: int, roles: Any) -> list[Variants]:
        """Ways to make all these leaves as wanted by a day."""
        parts = [self.leaf(leaf, want, last, depth, roles) for leaf, want in leaves]
        return [_joined(some) for some in islice(product(*parts), _MOST)]

    def leaf(self, leaf: Any, want: bool, last: int, depth: int, roles: Any) -> list[Variants]:
        """Ways to make one leaf as wanted by a day."""
        found: list[Variants] = []
        if isinstance(leaf, c.Happened) and not want:
            return self._undone(leaf, roles)
        if isinstance(leaf, c.Happened) and isinstance(leaf.happened, c.HappenedWhat) and leaf.happened.kind:
            return self._kind(leaf.happened.kind, last, depth)
        if isinstance(leaf, c.VariableIs):
            return [self._variable(leaf, want, last)]
        lack = lack_of(self.seen, leaf, want, roles, last)
        found += self._kept(leaf, lack, last)
        found += self._under_way(lack, last)
        if depth > 0:
            found += self._by_rules(lack, depth)
        found += self._by_acts(lack, last)
        if depth < _DEPTH and isinstance(leaf, c.StatusIs) and len(lack.parties) == 1:
            day = dt.date.fromordinal(max(last, self.first))
            found += [((ForceStatus(day, leaf.status, lack.parties[0], word),),) for word in lack.words[:1]]
        return found

    def _undone(self, leaf: c.Happened, roles: Any) -> list[Variants]:
        """What has happened does not: the event or recorded act is dropped, the rule decides otherwise."""
        edits: list[Edit] = []
        for step in behind(self.steps, leaf, roles):
            if step.kind == "event" and step.id:
                edits.append(DropEvent(step.id))
            elif step.rule:
                edits.append(ForceDecision(step.rule, fires=False))
            elif step.id and "/" not in step.id:
                edits.append(DropRecord(step.id))
        return [((edit,),) for edit in edits]

    def _kind(self, kind: str, last: int, depth: int) -> list[Variants]:
        """Something of a kind happens: a rule that brings it about decides so, or it just happens."""
        found: list[Variants] = []
        for rule in self.setting.loaded.scenario.rules if depth > 0 else ():
            if brings_about(rule, kind):
                found += self._rule(rule, depth - 1)
        variants = tuple((AddEvent(_happening(day, {"kind": kind})),) for day in self._days(self.first, last))
        return [*found, variants]

    def _variable(self, leaf: c.VariableIs, want: bool, last: int) -> Variants:
        word, number = leaf.comparison
        if not want:
            word = {"at_least": "below", "below": "at_least", "at_most": "above", "above": "at_most"}.get(word, "above")
        number += {"above": 1, "below": -1}.get(word, 0)
        change = {"kind": "assumption", "set": {leaf.variable: {"to": number}}}
        return tuple((AddEvent(_happening(day, change)),) for day in self._days(self.first, last))

    # -- what was so and ended --------------------------------------------------------------------------------------

    def _kept(self, leaf: Any, lack: Lack, last: int) -> list[Variants]:
        """What had been so does not end: whatever led away from it is not done."""
        if isinstance(leaf, c.CountIs):
            everyone = tuple(one.party for one in self.seen.trace.final if one.treaty == leaf.count)
            fewer = leaf.comparison[0] in ("at_most", "below") or leaf.comparison == ("is", 0)
            words = frozenset(STATUSES) - frozenset(leaf.is_) if fewer else frozenset[str](leaf.is_)
            treaty, people = leaf.count, everyone
        else:
            treaty, words, people = lack.treaty, frozenset(lack.words), lack.parties
        edits: dict[str, Edit] = {}
        for party in people:
            for step in self._away(treaty, "" if party == "*" else party, words, last):
                edit = self._root(step)
                if edit is not None:
                    edits[repr(edit)] = edit
        return [(tuple(edits.values()),)] if edits else []

    def _away(self, treaty: str, party: str, words: frozenset[str], last: int) -> list[Step]:
        """The steps since a status was last as wanted; none if it never was."""
        away: list[Step] = []
        held = False
        for one in self.steps:
            if one.treaty == treaty and one.party == party and one.before != one.after and one.day <= last:
                held = held or one.before in words
                away = [] if one.after in words else [*away, one]
        return away if held else []

    def _root(self, step: Step) -> Edit | None:
        """The edit without which a step has nothing to follow from: the nearest decision, act or event behind it."""
        here = step
        for _ in range(len(self.steps)):
            if here.kind == "decision":
                told = next((o for o in self.seen.occasions if (o.cause, o.rule) == (here.cause, here.rule)), None)
                actor = here.party if here.party and told is not None and told.member else None
                each = any(rule.id == here.rule and rule.each for rule in self.setting.loaded.scenario.rules)
                where = told.trigger or None if told else None
                return ForceDecision(here.rule, False, actor if each else None, where)
            if here.id and here.kind == "event":
                return DropEvent(here.id)
            if here.id and not here.rule:
                return DropEvent(here.id.partition("/")[0]) if "/" in here.id else DropRecord(here.id)
            if here.cause < 0:
                return None
            here = self.steps[here.cause]
        return None

    # -- what is under way -----------------------------------------------------------------------------------------

    def _under_way(self, lack: Lack, last: int) -> list[Variants]:
        """An effect that comes too late comes in time: its notice is given earlier."""
        found: list[Variants] = []
        for _, due, step in lack.pending:
            if step is None or due is None or due <= last:
                continue
            if not step.rule and step.id and "/" not in step.id:
                found.append(((MoveRecord(step.id, by_days=last - due),),))
        for act in self.seen.program.acts:
            names = self.seen.program.names
            who = names.parties[act.party] if act.party >= 0 else "*"
            if act.day > last and "/" not in act.id:
                for one in lack.wanted:
                    if (one.treaty, one.act) == (names.treaties[act.treaty], names.acts[act.act]) and who == one.party:
                        early = tuple((MoveRecord(act.id, by_days=last - back - act.day),) for back in (0, *_LADDER))
                        found.append(early)
        return found

    # -- acts ------------------------------------------------------------------------------------------------------

    def _by_acts(self, lack: Lack, last: int) -> list[Variants]:
        """The acts that the law asks for are done, in each status that the parties had."""
        found: list[Variants] = []
        if lack.gap is not None:
            acts = _entry_acts(self.seen, lack.gap)
            if acts:
                low = max((one.day for one in lack.gap.given), default=self.first)
                found.append(tuple(_dated(acts, day) for day in self._days(low + 1, last, late=False)))
        for route in lack.routes:
            acts = [(lack.treaty, party, act) for party in lack.parties for act in route.acts]
            more = self._besides(lack, route)
            if more is None or not acts + more:
                continue
            found.append(tuple(_dated([*more, *acts], day) for day in self._route_days(lack, route, last)))
        for one in lack.wanted if not lack.routes and lack.gap is None else ():
            if one.party != "*" or one.act in _BY_TREATY:
                days = self._days(self.first, last)
                found.append(tuple((Added(day, one.treaty, one.party, one.act, one.toward),) for day in days))
        return [one for one in found if one]

    def _besides(self, lack: Lack, route: Route) -> list[tuple[str, str, str]] | None:
        """The acts that bring about what a route leaves to the treaty; None where no act does."""
        found: list[tuple[str, str, str]] = []
        for what in route.follows:
            if what == IN_FORCE:
                gap = entry_gap(self.seen, lack.treaty) if lack.machine == "party" else None
                alive = self.seen.trace.treaties[lack.treaty][0] == "open"
                own = lack.parties if lack.machine == "party" else ()
                found += [one for one in _entry_acts(self.seen, gap) if one[1] not in own] if gap and alive else []
            elif what == ENDED:
                found.append((lack.treaty, "*", "terminate_by_consent"))
            else:
                return None
        return found

    def _route_days(self, lack: Lack, route: Route, last: int) -> list[int]:
        """Days on which the party had the status that a route starts from."""
        party = lack.parties[0] if lack.machine == "party" else ""
        for status, first, until in reversed(spans(self.steps, lack.treaty, party, last)):
            if status == route.start:
                return self._days(max(first + 1, self.first), min(until, last))
        return []

    def _days(self, low: int, last: int, *, late: bool = True) -> list[int]:
        """Some days from `low` to `last`; those of the ladder first, unless the early one is asked first."""
        ladder = [last - back for back in _LADDER if last - back >= max(low, self.first)]
        early = max(low, self.first)
        days = [*ladder, early, last] if late else [early, *ladder, last]
        return [one for one in dict.fromkeys(days) if early <= one <= last]

    # -- rules -----------------------------------------------------------------------------------------------------

    def _by_rules(self, lack: Lack, depth: int) -> list[Variants]:
        if self.seen.program.mode == "replay":
            return []
        found: list[Variants] = []
        for rule in rules_for(self.setting.loaded, self.seen, lack.wanted):
            found += self._rule(rule, depth, frozenset(one.party for one in lack.wanted))
        return found

    def _rule(self, rule: Rule, depth: int, parties: frozenset[str] = frozenset()) -> list[Variants]:
        """Ways to make a rule act: it decides otherwise where it was asked, or it is asked at all."""
        report = self.rules.get(rule.id)
        if report is None:
            report = reports(self.setting.loaded, self.seen, [rule], parties - {"*"})[0]
            self.rules[rule.id] = report
        if report.state == "off" or self.seen.program.mode == "replay":
            return []
        if report.state == "never asked":
            return self._asked(rule, depth) if depth > 0 else []
        found: list[Variants] = []
        for asking in _telling(report.askings):
            found += self._asking(rule, asking, depth)
        return found

    def _asking(self, rule: Rule, asking: Asking, depth: int) -> list[Variants]:
        one = asking.occasion
        forced = self._forced(rule, one.actor if one.member and rule.each else None, one.trigger or None)
        if asking.answer != "condition":
            return [forced]
        if one.when is None or depth <= 0:
            return []
        found = []
        for way in lacking(one.when):
            found += [_joined((some, forced)) for some in self.together(way, one.day - 1, depth - 1, one.roles)]
        return found

    def _forced(self, rule: Rule, actor: str | None, trigger: str | None) -> Variants:
        """The rule fires; after its own delay, or without any where that one is too long."""
        outcome = rule.choose[0].id if rule.choose else None
        for option in rule.choose:
            if any(isinstance(one, ActSpec) for one in option.do):
                outcome = option.id
                break
        shortest = self._shortest(rule)
        own = ForceDecision(rule.id, True, actor, trigger, outcome)
        return ((own,), (ForceDecision(rule.id, True, actor, trigger, outcome, shortest),))

    def _shortest(self, rule: Rule) -> int:
        delay = next((one.delay for one in self.seen.program.rules if one.id == rule.id), None)
        return delay.points[0] * (31 if delay.months else 1) if delay and delay.points else 0

    def _asked(self, rule: Rule, depth: int) -> list[Variants]:
        """What sets the rule off happens."""
        found: list[Variants] = []
        forced = self._forced(rule, None, None)
        for trigger in rule.trigger:
            found += [_joined((some, forced)) for some in self._set_off(trigger, depth)]
        return found

    def _set_off(self, trigger: Any, depth: int) -> Iterator[Variants]:
        last = self.seen.trace.last
        if isinstance(trigger, TriggerKind):
            yield from self._kind(trigger.kind, last, depth)
        elif isinstance(trigger, TriggerRule):
            others = self.setting.loaded.scenario.rules
            yield from self._rule(next(one for one in others if one.id == trigger.rule), depth - 1)
        elif isinstance(trigger, TriggerAct) and trigger.of and trigger.of[:1].isupper():
            leaf = {"happened": {"act": trigger.act, "treaty": trigger.treaty, "of": trigger.of}}
            yield from self.leaf(c.Happened.model_validate(leaf), True, last, depth - 1, {})
        elif isinstance(trigger, TriggerBecomes) and trigger.of and trigger.of[:1].isupper():
            status = {"status": trigger.treaty, "of": trigger.of, "is": trigger.becomes}
            yield from self.leaf(c.StatusIs.model_validate(status), True, last, depth - 1, {})


_BY_TREATY = frozenset({"extend", "suspend_by_all", "resume_by_all", "terminate_by_consent", "lapse", "adopt"})


def _telling(askings: Sequence[Asking]) -> list[Asking]:
    """The occasions that are followed up: those nearest to acting first, of each answer the first."""
    order = ("chance", "beyond", "outdated", "refused", "condition")
    found = [one for answer in order for one in [a for a in askings if a.answer == answer][:_ASKINGS]]
    return found[: 2 * _ASKINGS]


def _joined(parts: Sequence[Variants]) -> Variants:
    """Several proposals at once; variants go side by side, the shorter list keeps its last."""
    longest = max((len(one) for one in parts), default=0)
    found = []
    for place in range(longest):
        elements = [one for part in parts if part for one in part[min(place, len(part) - 1)]]
        found.append(tuple({repr(one): one for one in elements}.values()))
    return tuple({repr(one): one for one in found}.values())


def _dated(acts: Sequence[tuple[str, str, str]], day: int) -> Way:
    return tuple(Added(day, treaty, party, act) for treaty, party, act in dict.fromkeys(acts))


def _entry_acts(seen: Seen, gap: Gap | None) -> list[tuple[str, str, str]]:
    """The acts that would meet an entry-into-force clause, those of a treaty it waits for first."""
    if gap is None or gap.stand_in:
        return []
    found = _entry_acts(seen, entry_gap(seen, gap.waits_for)) if gap.waits_for else []
    for party in gap.missing[: gap.needed]:
        status = last_status(seen.trace.steps, gap.treaty, party)
        if status is None or status.after == "non_party":
            found.append((gap.treaty, party, "sign"))
        found.append((gap.treaty, party, "deposit"))
    return found


def _happening(day: int, change: dict[str, Any]) -> Event:
    date = dt.date.fromordinal(day).isoformat()
    return Event.model_validate({"id": f"assumed-{change['kind']}-{date}", "date": date, **change})
