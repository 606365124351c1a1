"""From the compiled program of the product to the tables of the peers.

The peers know only the part of the law that the workload needs: seven acts, thresholds by number and by name, delays,
notices, late joiners, the floor of parties. `compile_table` refuses a program that needs anything else, so that a peer
never leaves out work that the product does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from simulator.law.dates import DateRule
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES, lifecycle
from simulator.law.terms import NEVER, EntryTest, Terms
from simulator.noise import key_id
from simulator.scenario.program import Action, Delay, Node, Program, Rule, ScriptedAct, Trigger
from tests.bench.table import (
    ACTS,
    COUNT,
    DATE,
    DAYS,
    FIRST_OF_MONTH,
    MONTHS,
    PENDING,
    RECENT,
    STATUS,
    SUBJECT,
    TREATY,
    VARIABLE,
    Clause,
    RuleTable,
    Table,
    TreatyTable,
)

__all__ = ["Unknown", "compile_table"]


class Unknown(ValueError):
    """The workload needs a part of the law that the peers do not know."""


def _need(ok: object, what: str) -> None:
    if not ok:
        raise Unknown(f"the peers of the benchmark do not know {what}")


def _mask(codes: Iterable[int]) -> int:
    found = 0
    for code in codes:
        found |= 1 << code
    return found


def _words(words: Iterable[str], names: tuple[str, ...] = STATUSES) -> int:
    return _mask(names.index(word) for word in words)


def _rule_of_date(rule: DateRule) -> tuple[int, int]:
    """Lower a date rule; everything takes effect after today, so that no day feeds on itself."""
    if rule.kind in ("days_after", "clear_days"):
        found = (DAYS, rule.number + (rule.kind == "clear_days"))
    elif rule.kind in ("months", "years"):
        found = (MONTHS, rule.number * (12 if rule.kind == "years" else 1))
    else:
        _need(rule.kind == "first_of_nth_month_after", f"the date rule {rule.kind}")
        found = (FIRST_OF_MONTH, rule.number)
    _need(found[1] >= 1, "effects on the day of their cause")
    return found


def _threshold(test: EntryTest | None) -> tuple[int, int]:
    _need(test is not None, "a treaty without entry into force")
    assert test is not None
    parts = test.parts if test.kind == "all" else (test,)
    number, named = 2, 0
    for part in parts:
        _need(part.kind in ("count", "named"), f"the threshold {part.kind}")
        number, named = max(number, part.number), named | _mask(part.named)
    return number, named


def _treaty(terms: Terms, first: int, everyone: int) -> TreatyTable:
    _need(terms.model == "open" and not terms.parties, "closed and bilateral treaties")
    _need(not (terms.adopted or terms.stand_in or terms.provisional or terms.lock_in_years), "adoption, lock-in ...")
    _need(not (terms.defer or terms.years or terms.supersedes or terms.definitive), "deferral, durations ...")
    _need(terms.until == NEVER and terms.signature_closes == NEVER, "fixed dates of expiry and closing")
    _need((terms.ends_with, terms.amends, terms.requires) == (-1, -1, -1), "linked treaties")
    number, named = _threshold(terms.entry)
    return TreatyTable(
        opens=terms.opens - first if terms.opens else -1,
        closes=NEVER,
        closes_on_entry=int(terms.closes_on_entry),
        may_sign=everyone if terms.may_sign is None else _mask(terms.may_sign),
        accession=int(terms.accession_open),
        accession_from=max(terms.accession_from - first, 0),
        accession_after_entry=int(terms.accession_after_entry),
        may_accede=everyone if terms.may_accede is None else _mask(terms.may_accede),
        number=number,
        named=named,
        entry=_rule_of_date(terms.entry_delay),
        entry_floor=max(terms.entry_floor - first, 0),
        late=_rule_of_date(terms.late_delay),
        late_after_threshold=int(terms.late_after_threshold),
        withdrawal=int(terms.withdrawal_allowed),
        notice=_rule_of_date(terms.notice),
        floor=terms.floor_parties,
    )


class _Lowering:
    """Lowers the parts of one program that name each other."""

    def __init__(self, program: Program) -> None:
        self.program, self.first = program, program.first
        self.everyone = (1 << len(program.names.parties)) - 1
        words = [event.kind for event in program.events]
        words += [one.word for rule in program.rules for one in rule.triggers if one.kind in ("kind", "every")]
        self.kinds = sorted(set(words))
        self.delays: list[tuple[list[int], list[int]]] = []
        self.acts = {program.names.acts.index(word): place for place, word in enumerate(ACTS)}

    def bloc(self, code: int) -> int:
        """Return the members of a fixed bloc."""
        _need(self.program.blocs[code].treaty < 0, "blocs whose members change")
        return _mask(self.program.blocs[code].members)

    def clauses(self, node: Node | None) -> list[Clause]:
        """Lower a condition, which is one clause or all of several."""
        if node is None:
            return []
        return [self._clause(part) for part in (node.parts if node.op == "all" else (node,))]

    def _clause(self, node: Node) -> Clause:
        kind = node.who.kind if node.who else ""
        if node.op == "status":
            _need(node.days < 0 and kind in ("actor", "subject", "party"), f"a status of {kind} for some days")
            words = _words(node.words)
            if kind == "actor":
                return Clause(STATUS, node.a, words=words)
            assert node.who is not None
            return Clause(COUNT, node.a, SUBJECT if kind == "subject" else 1 << node.who.code, words, 1, 64)
        if node.op == "count":
            _need(node.who is not None or "non_party" not in node.words, "a count of non-parties")
            parties = self.everyone if node.who is None else self.bloc(node.who.code)
            return Clause(COUNT, node.a, parties, _words(node.words), max(node.low, 0), min(node.high, 64))
        if node.op == "pending":
            _need(kind == "actor" and node.words == {"withdrawal"}, "pending effects other than one's own withdrawal")
            return Clause(PENDING, node.a)
        if node.op == "happened_kind":
            (word,) = node.words
            days = node.days if node.days >= 0 else NEVER
            return Clause(RECENT, self.kinds.index(word) if word in self.kinds else -1, high=days)
        if node.op == "treaty":
            return Clause(TREATY, node.a, words=_words(node.words, TREATY_STATUSES))
        if node.op == "date":
            low, high = (min(max(day - self.first, 0), NEVER) for day in (node.low, node.high))
            return Clause(DATE, low=low, high=high)
        _need(node.op == "variable", f"the condition {node.op}")
        return Clause(VARIABLE, node.a, low=node.low, high=node.high)

    def rule(self, rule: Rule, rank: int) -> RuleTable:
        """Lower a rule."""
        _need(rule.each or rule.actor.kind == "party", "blocs that decide as one")
        _need(rule.choice is None and rule.noise == "what" and rule.only is None, "options, and other names of draws")
        _need(rule.priority == 0, "priorities")
        members = 1 << rule.actor.code if rule.actor.kind == "party" else self.bloc(rule.actor.code)
        cases = [(self.clauses(case.when), case.cuts.bounds[0]) for case in rule.chances]
        _need(all(clause.op > PENDING for when, _ in cases for clause in when), "chances that depend on the actor")
        actions = [one for action in rule.options[0].actions for one in self._actions(action)]
        acts = lifecycle().acts
        names = self.program.names.acts
        orders = [acts[names[one.act]].order if one.act >= 0 else 0 for one in rule.options[0].actions]
        return RuleTable(
            rule.id,
            members,
            [rule.sites.get(party, 0) for party in range(len(self.program.names.parties))],
            self.clauses(rule.when),
            cases,
            self._delay(rule.delay),
            self.clauses(rule.still),
            actions,
            min(orders),
            rank,
        )

    def _actions(self, action: Action) -> list[tuple[int, int, int]]:
        if action.sets:
            return [(-1, variable, change) for variable, change in self.changes(action.sets)]
        _need(action.act in self.acts, "other acts")
        _need(not action.toward and action.treatment.kind == "as_notified", "acts towards some, and disputed ones")
        _need(all(who.kind == "actor" for who in action.parties), "acts of others")
        word, days = self.acts[action.act], 0
        if action.effective is not None:
            assert isinstance(action.effective, DateRule)
            kind, days = _rule_of_date(action.effective)
            _need(ACTS[word] == "notify_suspension" and kind == DAYS, "stated days of effect but of a suspension")
        return [(word, action.treaty, days)]

    @staticmethod
    def changes(sets: Iterable[tuple[int, str, int]]) -> tuple[tuple[int, int], ...]:
        """Return changes of variables that add."""
        found = tuple(sets)
        _need(all(how == "add" for _, how, _ in found), "variables that are set to a value")
        return tuple((variable, number) for variable, _, number in found)

    def _delay(self, delay: Delay) -> tuple[int, int]:
        _need(min(delay.points) >= 1, "acts on the day of their cause")
        if delay.months:
            return MONTHS, delay.points[0]
        if len(delay.points) == 1 and not delay.cuts.bounds:
            return DAYS, delay.points[0]
        law = (list(delay.points), list(delay.cuts.bounds))
        if law not in self.delays:
            self.delays.append(law)
        return -1, self.delays.index(law)

    def cause(self, trigger: Trigger) -> tuple[int, int]:
        """Return the number of the cause that a trigger waits for, and the subjects that it lets pass."""
        many = len(self.program.terms)
        of = 0
        if trigger.of is not None:
            of = 1 << trigger.of.code if trigger.of.kind == "party" else self.bloc(trigger.of.code)
        if trigger.kind == "becomes":
            return trigger.treaty * 7 + STATUSES.index(trigger.word), of or self.everyone
        if trigger.kind == "treaty_becomes":
            return (many + trigger.treaty) * 7 + TREATY_STATUSES.index(trigger.word), 0
        if trigger.kind == "act":
            _need(trigger.code in self.acts, "other acts")
            return (many * 2 + trigger.treaty) * 7 + self.acts[trigger.code], of or self.everyone
        _need(trigger.kind in ("kind", "every"), f"the trigger {trigger.kind}")
        return many * 21 + self.kinds.index(trigger.word), 0

    def act(self, act: ScriptedAct) -> tuple[int, int, int, int, int, int]:
        """Lower a scripted act."""
        carriers = {event.code: event for event in self.program.events}
        _need(act.act in self.acts and act.party >= 0, "other acts")
        _need(act.event < 0 or carriers[act.event].day <= act.day, "acts before the event that carries them")
        _need(not act.toward and act.treatment.kind == "as_notified" and not act.received_after, "such an act")
        _need(act.stated_after in (-1,) or self.acts[act.act] == 3, "stated days of effect but of a suspension")
        return act.day - self.first, act.treaty, act.party, self.acts[act.act], max(act.stated_after, 0), act.key


def _events(program: Program, low: _Lowering) -> list[tuple[int, int, int, int, tuple[tuple[int, int], ...]]]:
    """Events in the order of a day: by their ids, then the periods."""
    found = []
    for event in program.events:
        _need(event.chance is None and not event.begins and not event.ends, "uncertain events and conflicts")
        row = (event.day - program.first, low.kinds.index(event.kind), event.key, 0, low.changes(event.sets))
        found.append(((row[0], 0, event.id), row))
    waited = {one.word for rule in program.rules for one in rule.triggers if one.kind == "every"}
    for period in sorted(waited):
        for day in range(program.first, program.last + 1):
            date = dt.date.fromordinal(day)
            if period == "day" or (date.day == 1 and (period == "month" or date.month == 1)):
                nth = {"day": day, "month": date.year * 12 + date.month, "year": date.year}[period]
                row = (day - program.first, low.kinds.index(period), key_id(f"every:{period}"), nth, ())
                found.append(((row[0], 1, period), row))
    return [row for _, row in sorted(found, key=lambda one: one[0])]


def _ranks(names: Iterable[str]) -> list[int]:
    """Return the place of each name, followed by what stands behind it in an act's id, among all of them."""
    listed = list(names)
    places = {name: place for place, name in enumerate(sorted(listed, key=lambda name: name + "/"))}
    return [places[name] for name in listed]


def _causes(program: Program, low: _Lowering) -> list[list[tuple[int, int]]]:
    causes: list[dict[int, int]] = [{} for _ in range(len(program.terms) * 21 + len(low.kinds))]
    for code, rule in enumerate(program.rules):
        for trigger in rule.triggers:
            cause, of = low.cause(trigger)
            causes[cause][code] = causes[cause].get(code, 0) | of
    return [sorted(one.items()) for one in causes]


def compile_table(program: Program) -> Table:
    """Lower a program; raises Unknown if it needs a part of the law that the peers do not know."""
    names, low = program.names, _Lowering(program)
    _need(len(names.parties) <= 64, "more than 64 parties")
    _need(not (program.decisions or program.forced or program.outcomes or program.lives), "edits and outcomes")
    for listed in (names.treaties, names.parties):
        _need(sorted(listed, key=lambda name: name + ".") == list(listed), "ids whose order hangs on what follows")
    days = [dt.date.fromordinal(day) for day in range(program.first, program.last + 1)]
    start = days[0].year * 12 + days[0].month - 1
    last = days[-1].year * 12 + days[-1].month + 240
    ranks, orders = _ranks(rule.id for rule in program.rules), lifecycle().acts
    acts = sorted(program.acts, key=lambda act: (act.day, orders[names.acts[act.act]].order, act.id))
    return Table(
        parties=len(names.parties),
        horizon=len(days),
        first=program.first,
        months=[day.year * 12 + day.month - 1 - start for day in days],
        month_days=[dt.date(m // 12, m % 12 + 1, 1).toordinal() - program.first for m in range(start, last)],
        treaties=[_treaty(terms, program.first, low.everyone) for terms in program.terms],
        rules=[low.rule(rule, ranks[code]) for code, rule in enumerate(program.rules)],
        delays=low.delays,
        variables=list(program.variables),
        causes=_causes(program, low),
        kinds=len(low.kinds),
        status_keys=[key_id(f"status:{t}.{p}={s}") for t in names.treaties for p in names.parties for s in STATUSES],
        treaty_keys=[key_id(f"treaty:{t}={s}") for t in names.treaties for s in TREATY_STATUSES],
        act_keys=[key_id(f"act:{t}.{p}.{a}") for t in names.treaties for p in names.parties for a in ACTS],
        openings=sorted((terms.opens - program.first, terms.code) for terms in program.terms if terms.opens),
        events=_events(program, low),
        acts=[low.act(act) for act in acts],
        rank_of_party=_ranks(names.parties),
    )
