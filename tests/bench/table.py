"""The tables of the benchmark: the workload in plain integers, shared by all peers.

Parties, treaties, statuses and acts are codes, sets of parties are bits, days count from the first day of the period.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.law.lifecycle import STATUSES, lifecycle

__all__ = [
    "ACTS",
    "COUNT",
    "DATE",
    "DAYS",
    "EVENTS",
    "FIRST_OF_MONTH",
    "MONTHS",
    "NEXT",
    "PENDING",
    "RECENT",
    "STATUS",
    "SUBJECT",
    "TREATY",
    "VARIABLE",
    "Clause",
    "RuleTable",
    "Table",
    "TreatyTable",
]

ACTS = ("sign", "deposit", "accede", "notify_suspension", "resume", "notify_withdrawal", "revoke_withdrawal")
EVENTS = (*ACTS, "enter_into_force", "suspension_effective", "withdrawal_effective", "treaty_terminated")
DAYS, MONTHS, FIRST_OF_MONTH = 0, 1, 2
# What a clause of a condition looks at; the first two are about the actor, the others hold or fail for all actors.
STATUS, PENDING, COUNT, VARIABLE, DATE, TREATY, RECENT = range(7)
SUBJECT = 0  # in place of a set of parties: the one who set the rule off


def _next() -> list[list[int]]:
    """For each event and status the status that follows, -1 where the lifecycle has no such row."""
    table = [[-1] * len(STATUSES) for _ in EVENTS]
    for move in lifecycle().of("party"):
        if move.event in EVENTS:
            for source in move.sources:
                target = source if move.target == "=" else move.target
                table[EVENTS.index(move.event)][STATUSES.index(source)] = STATUSES.index(target)
    return table


NEXT = _next()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what it looks at, of which treaty (variable, kind), which parties, which statuses, which range."""

    op: int
    code: int = -1
    parties: int = 0
    words: int = 0
    low: int = 0
    high: int = 0


@dataclass(slots=True)
class TreatyTable:
    """A treaty's clauses; `opens` -1: open from the start. Date rules are (kind, number)."""

    opens: int
    closes: int
    closes_on_entry: int
    may_sign: int
    accession: int
    accession_from: int
    accession_after_entry: int
    may_accede: int
    number: int
    named: int
    entry: tuple[int, int]
    entry_floor: int
    late: tuple[int, int]
    late_after_threshold: int
    withdrawal: int
    notice: tuple[int, int]
    floor: int


@dataclass(slots=True)
class RuleTable:
    """A rule: who decides, when, how likely (cases of clauses and a threshold), how late, and what is done.

    An action is (act, treaty, days until the stated effect) or (-1, variable, change). `delay` is (DAYS, n),
    (MONTHS, n) or (-1, number of a drawn delay). `order` and `rank` place its acts within a day.
    """

    id: str
    members: int
    sites: list[int]
    when: list[Clause]
    cases: list[tuple[list[Clause], int]]
    delay: tuple[int, int]
    still: list[Clause]
    actions: list[tuple[int, int, int]]
    order: int
    rank: int


@dataclass(slots=True)
class Table:
    """Everything that a peer reads."""

    parties: int
    horizon: int
    first: int
    months: list[int]  # day -> number of its month
    month_days: list[int]  # month -> its first day
    treaties: list[TreatyTable]
    rules: list[RuleTable]
    delays: list[tuple[list[int], list[int]]]  # points and 53-bit bounds
    variables: list[tuple[int, int, int]]
    causes: list[list[tuple[int, int]]]  # cause -> rules with the set of subjects (0: nobody is asked)
    kinds: int
    status_keys: list[int]
    treaty_keys: list[int]
    act_keys: list[int]
    openings: list[tuple[int, int]]
    # (day, kind, key, occurrence, change of variables); a period has the kind of its word
    events: list[tuple[int, int, int, int, tuple[tuple[int, int], ...]]]
    acts: list[tuple[int, int, int, int, int, int]]  # day, treaty, party, act, stated days, key
    rank_of_party: list[int]

    def status_cause(self, treaty: int, status: int) -> int:
        """Return the cause "a party becomes `status`"."""
        return treaty * 7 + status

    def treaty_cause(self, treaty: int, status: int) -> int:
        """Return the cause "the treaty becomes `status`"."""
        return (len(self.treaties) + treaty) * 7 + status

    def act_cause(self, treaty: int, act: int) -> int:
        """Return the cause "the act is done"."""
        return (len(self.treaties) * 2 + treaty) * 7 + act

    def kind_cause(self, kind: int) -> int:
        """Return the cause "something of the kind happens"."""
        return len(self.treaties) * 21 + kind
