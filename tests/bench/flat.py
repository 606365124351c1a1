"""The tables as arrays of integers, for engines that are compiled; the layout is that of the structures in engine.c."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from tests.bench.table import DATE, PENDING, RECENT, STATUS, Clause, RuleTable, Table

__all__ = ["ARRAYS", "Flat"]

GUIDE = 10  # a drawn delay is first looked up by so many bits
ARRAYS = (
    "months",
    "month_days",
    "treaties",
    "rules",
    "clauses",
    "cases",
    "actions",
    "variables",
    "index_lo",
    "index",
    "sites",
    "status_keys",
    "treaty_keys",
    "act_keys",
    "delay_lo",
    "points",
    "bound_lo",
    "bounds",
    "guide",
    "script",
    "sets",
)


def _signed(value: int) -> int:
    """A set of parties as the signed number that has its bits."""
    return value - (1 << 64) if value >= 1 << 63 else value


class _Rows:
    """Rows of numbers in one list; parts of it are named by their first and last row."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, ...]] = []

    def add(self, rows: Iterable[tuple[int, ...]]) -> tuple[int, int]:
        first = len(self.rows)
        self.rows += rows
        return first, len(self.rows)

    def array(self) -> NDArray[np.int64]:
        return np.array(self.rows or [(0,)], np.int64)


def _clause(one: Clause) -> tuple[int, ...]:
    if one.op == RECENT and one.code < 0:  # a kind that never happens: no day is before the first
        return DATE, 0, 0, 0, 0, 0
    code = max(one.code, 0)
    return one.op, code, _signed(one.parties), one.words, max(one.low, -(2**31)), min(one.high, 2**31 - 1)


class Flat:
    """All arrays of one table, by name."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.clauses, self.cases, self.actions = _Rows(), _Rows(), _Rows()
        arrays = self._laws() | self._rules() | self._script()
        self.arrays = {name: np.ascontiguousarray(arrays[name]) for name in ARRAYS}

    def _laws(self) -> dict[str, NDArray[np.generic]]:
        table = self.table
        # In the order of the fields, which is that of the C code; a date rule is two numbers.
        fields = [[one if isinstance(one, tuple) else (one,) for one in astuple(terms)] for terms in table.treaties]
        rows = [[_signed(number) for one in terms for number in one] for terms in fields]
        return {
            "months": np.array(table.months, np.int32),
            "month_days": np.array(table.month_days, np.int32),
            "treaties": np.array(rows, np.int64),
            "status_keys": np.array(table.status_keys, np.uint64),
            "treaty_keys": np.array(table.treaty_keys, np.uint64),
            "act_keys": np.array(table.act_keys, np.uint64),
            "variables": np.array(table.variables or [(0, 0, 0)], np.int64),
        }

    def _rule(self, rule: RuleTable) -> tuple[int, ...]:
        own = [_clause(one) for one in rule.when if one.op in (STATUS, PENDING)]
        common = [_clause(one) for one in rule.when if one.op not in (STATUS, PENDING)]
        cases = [(*self.clauses.add([_clause(one) for one in when]), bound) for when, bound in rule.cases]
        places = self.clauses.add(common) + self.clauses.add(own)
        places += self.clauses.add([_clause(one) for one in rule.still]) + self.cases.add(cases)
        return (_signed(rule.members), rule.order, rule.rank, *rule.delay, *places, *self.actions.add(rule.actions))

    def _rules(self) -> dict[str, NDArray[np.generic]]:
        table = self.table
        rules = np.array([self._rule(rule) for rule in table.rules], np.int64)
        index, starts = [], [0]
        for rows in table.causes:
            for subject in range(-1, table.parties):
                index += [rule for rule, of in rows if not of or (subject >= 0 and of >> subject & 1)]
                starts.append(len(index))
        points = [point for law, _ in table.delays for point in law]
        bounds = [bound for _, law in table.delays for bound in law]
        cells = [[bisect_right(law, cell << (53 - GUIDE)) for cell in range(1 << GUIDE)] for _, law in table.delays]
        return {
            "rules": rules,
            "clauses": self.clauses.array(),
            "cases": self.cases.array(),
            "actions": self.actions.array(),
            "index_lo": np.array(starts, np.int64),
            "index": np.array(index or [0], np.int32),
            # Eight are read at a time, so each row is padded to 64.
            "sites": np.array([rule.sites + [0] * (64 - table.parties) for rule in table.rules], np.uint64),
            "delay_lo": np.cumsum([0, *(len(law) for law, _ in table.delays)]).astype(np.int64),
            "points": np.array(points or [0], np.int32),
            "bound_lo": np.cumsum([0, *(len(law) for _, law in table.delays)]).astype(np.int64),
            "bounds": np.array(bounds or [0], np.uint64),
            "guide": np.array(cells or [[0]], np.uint16),
        }

    def _script(self) -> dict[str, NDArray[np.generic]]:
        table, sets = self.table, _Rows()
        rows: list[tuple[int, ...]] = [(day, 0, treaty, 0, 0, 0, 0) for day, treaty in table.openings]
        for day, kind, key, nth, changes in table.events:
            rows.append((day, 2, kind, _signed(key), nth, *sets.add(changes)))
        rows += [(day, 3, t, p, act, days, _signed(key)) for day, t, p, act, days, key in table.acts]
        return {
            "script": np.array(sorted(rows, key=lambda row: row[:2]), np.int64).reshape(-1, 7),
            "sets": sets.array(),
        }
