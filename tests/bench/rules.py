"""The rules of the workload in plain Python: conditions, draws, and what is owed; shared by all Python peers.

An item is a tuple that begins with its day and its place in the day: 0 opening, 1 effect, 2 event, 3 scripted act,
4 act of a rule. Items of one day are done in the order of their tuples, which is the product's order by content.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from tests.bench.table import (
    COUNT,
    DATE,
    DAYS,
    FIRST_OF_MONTH,
    PENDING,
    RECENT,
    STATUS,
    SUBJECT,
    TREATY,
    VARIABLE,
    Clause,
    RuleTable,
    Table,
)

__all__ = ["GOLDEN", "MASK", "Item", "Rules", "mix"]

Item = tuple[Any, ...]
MASK, GOLDEN = (1 << 64) - 1, 0x9E3779B97F4A7C15


def mix(value: int) -> int:
    """Return the SplitMix64 finaliser."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


class Rules:
    """The facts that conditions read, and the decisions that rules take on them."""

    start: int
    who: list[int]
    leaving: list[int]
    treaty: list[int]
    variables: list[int]
    kind_days: list[int | None]

    def __init__(self, table: Table) -> None:
        self.table, self.parties, self.horizon = table, table.parties, table.horizon
        self.rules = [self._prepared(rule) for rule in table.rules]

    @staticmethod
    def _prepared(rule: RuleTable) -> tuple[Any, ...]:
        common = [clause for clause in rule.when if clause.op not in (STATUS, PENDING)]
        own = [clause for clause in rule.when if clause.op in (STATUS, PENDING)]
        return (rule.members, common, own, rule.cases, rule.sites)

    def schedule(self, item: Item) -> None:
        """Put an item on the queue; its day is within the horizon."""
        raise NotImplementedError

    def members(self, treaty: int, *statuses: int) -> int:
        """Return the set of parties that have one of the statuses."""
        found = 0
        for status in statuses:
            found |= self.who[treaty * 7 + status]
        return found

    def first_day(self, rule: tuple[int, int], day: int) -> int:
        """Return the first day of effect by a date rule."""
        kind, number = rule
        if kind == DAYS:
            return day + number
        first, month = self.table.month_days, self.table.months[day]
        if kind == FIRST_OF_MONTH:
            return first[month + number]
        length = first[month + number + 1] - first[month + number]
        return first[month + number] + min(day - first[month], length - 1)

    def react(self, day: int, cause: int, subject: int, what: int, nth: int) -> None:
        """Let every rule that waits for this decide, for each actor whose condition holds."""
        for number, subjects in self.table.causes[cause]:
            if subjects and not subjects >> subject & 1:
                continue
            members, common, own, cases, sites = self.rules[number]
            if common and not all(self.holds(clause, day, subject) for clause in common):
                continue
            for clause in own:
                members &= self._having(clause)
            if not members:
                continue
            bound = next((p for when, p in cases if all(self.holds(c, day, subject) for c in when)), 0)
            step = ((nth << 2) * GOLDEN + GOLDEN) & MASK
            while bound and members:
                low = members & -members
                members ^= low
                party = low.bit_length() - 1
                state = mix(mix(self.start ^ sites[party]) ^ what)
                if bound >> 53 or mix((state + step) & MASK) >> 11 < bound:
                    self._owe(day, number, party, subject, (what, nth), state)

    def _having(self, clause: Clause) -> int:
        """Return the set of parties for whom a clause about the actor holds."""
        if clause.op == PENDING:
            return self.leaving[clause.code]
        found = 0
        for status in range(7):
            if clause.words >> status & 1:
                found |= self.who[clause.code * 7 + status]
        return found

    def holds(self, clause: Clause, day: int, subject: int) -> bool:
        """Whether a clause that is not about the actor holds."""
        op = clause.op
        if op == COUNT:
            parties = (1 << subject if subject >= 0 else 0) if clause.parties == SUBJECT else clause.parties
            return clause.low <= (self._having(clause) & parties).bit_count() <= clause.high
        if op == VARIABLE:
            return clause.low <= self.variables[clause.code] <= clause.high
        if op == DATE:
            return clause.low <= day < clause.high
        if op == TREATY:
            return bool(clause.words >> self.treaty[clause.code] & 1)
        assert op == RECENT
        seen = self.kind_days[clause.code] if clause.code >= 0 else None
        return seen is not None and day - seen <= clause.high

    def _owe(self, day: int, number: int, party: int, subject: int, name: tuple[int, int], state: int) -> None:
        rule, (what, nth) = self.table.rules[number], name
        kind, length = rule.delay
        if kind >= 0:
            due = self.first_day(rule.delay, day)
        else:
            points, bounds = self.table.delays[length]
            bits = mix((state + ((nth << 2) + 1) * GOLDEN + GOLDEN) & MASK) >> 11
            cell = bisect_right(bounds, bits)
            due = day + points[cell] if cell < len(points) else self.horizon
        if due < self.horizon:
            place = self.table.rank_of_party[party]
            self.schedule((due, 4, rule.order, rule.rank, place, what, str(nth), number, party, subject))
