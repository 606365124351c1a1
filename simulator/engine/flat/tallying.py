"""Tallying: what a run leaves is added to the arrays of `simulator.results.tally`, then the run is taken back."""

from __future__ import annotations

from simulator.engine.flat.bits import start_of
from simulator.engine.flat.cells import (
    FIRST,
    IN_FORCE,
    LAST,
    MONTH_N,
    MONTHS,
    MOVE_SIZE,
    MOVES_N,
    NONE,
    OUTCOME_N,
    PARTIES,
    REFUSED,
    RULE_N,
    SUSPENDED,
    VARIABLE_N,
    W_ASKED,
    W_FIRED,
    W_FOUND,
    W_MOVES,
    W_VARIABLES,
)
from simulator.engine.flat.day import run
from simulator.engine.flat.memory import Large, Program, Small, World, undo

MAX_PATTERN = 12  # outcomes whose joint pattern is counted, as in `simulator.results.tally`
# Places of the single numbers.
RUNS, MOVES, REFUSALS, SINGLES = range(4)


def add_moves(p: Program, w: World, first: int, pairs: Small, treaties: Small, bound: Small) -> None:
    """Add the status changes that were logged from number `first` on, as differences by month."""
    months, parties = p[MONTH_N], p[PARTIES]
    for number in range(first, w[MOVES_N]):
        at = p[W_MOVES] + number * MOVE_SIZE
        treaty, party = w[at + 1], w[at + 2]
        month = p[p[MONTHS] + w[at] - p[FIRST]] if w[at] > p[FIRST] else 0
        if party < 0:
            treaties[(treaty * 7 + w[at + 3]) * months + month] -= 1
            treaties[(treaty * 7 + w[at + 4]) * months + month] += 1
            continue
        row = (treaty * parties + party) * 7
        pairs[(row + w[at + 3]) * months + month] -= 1
        pairs[(row + w[at + 4]) * months + month] += 1
        now = w[at + 5]
        if now != NONE:
            was = now - 1 if w[at + 4] == IN_FORCE or w[at + 4] == SUSPENDED else now + 1
            bound[(treaty * (parties + 1) + was) * months + month] -= 1
            bound[(treaty * (parties + 1) + now) * months + month] += 1


def _add_outcomes(p: Program, w: World, counts: Large, first: int) -> int:
    """Add which outcomes came, when first, and which came together; returns where the next counts begin."""
    many, seen, columns = p[OUTCOME_N], 0, p[LAST] - p[FIRST] + 2
    days = first + many
    joint = days + many * columns
    pattern = joint + many * many
    for one in range(many):
        day = w[p[W_FOUND] + one]
        if day == NONE:
            counts[days + one * columns + columns - 1] += 1
            continue
        seen |= 1 << one
        counts[first + one] += 1
        counts[days + one * columns + day - p[FIRST]] += 1
        for other in range(many):
            if w[p[W_FOUND] + other] != NONE:
                counts[joint + one * many + other] += 1
    if many > MAX_PATTERN:
        return pattern
    counts[pattern + seen] += 1
    return pattern + (1 << many)


def _add_rules(p: Program, w: World, counts: Large, first: int) -> int:
    """Add how often each rule decided and fired, and whether it did; returns where the next counts begin."""
    many = p[RULE_N]
    for rule in range(many):
        if w[p[W_ASKED] + rule]:
            counts[first + rule] += w[p[W_ASKED] + rule]
            counts[first + many + rule] += w[p[W_FIRED] + rule]
            if w[p[W_FIRED] + rule]:
                counts[first + 2 * many + rule] += 1
    return first + 3 * many


def _add_variables(p: Program, w: World, counts: Large, first: int) -> None:
    """Add the final values and their squares."""
    for variable in range(p[VARIABLE_N]):
        value = w[p[W_VARIABLES] + variable]
        counts[first + variable] += value
        counts[first + p[VARIABLE_N] + variable] += value * value


def _fill_row(p: Program, w: World, rows: Small, first: int) -> None:
    """Write down one run: outcome days, how often each rule fired, final variables."""
    at = first
    for one in range(p[OUTCOME_N]):
        rows[at + one] = w[p[W_FOUND] + one]
    at += p[OUTCOME_N]
    for rule in range(p[RULE_N]):
        rows[at + rule] = w[p[W_FIRED] + rule]
    at += p[RULE_N]
    for variable in range(p[VARIABLE_N]):
        rows[at + variable] = w[p[W_VARIABLES] + variable]


def run_only(p: Program, w: World, seed: int, first: int, count: int) -> int:
    """Run replications and count nothing; return how many changes of status they made."""
    moves = 0
    for number in range(count):
        run(p, w, start_of(seed, first + number))
        moves += w[MOVES_N]
        undo(p, w)
    return moves


def chunk(
    p: Program,
    w: World,
    seed: int,
    first: int,
    count: int,
    base: int,
    width: int,
    pairs: Small,
    treaties: Small,
    bound: Small,
    counts: Large,
    rows: Small,
    errors: Large,
) -> None:
    """Run replications `first` to `first + count - 1` and add each to the tally.

    `base` is how many status changes all runs share: they are added by the caller, once. `counts` holds runs, changes
    and refusals, then the counts of outcomes, rules and variables; `width` is the length of a row, 0 for no rows. A run
    that stopped leaves its reason in `errors` and nothing else.
    """
    for number in range(count):
        errors[number] = run(p, w, start_of(seed, first + number))
        if errors[number] == 0:
            add_moves(p, w, base, pairs, treaties, bound)
            _add_variables(p, w, counts, _add_rules(p, w, counts, _add_outcomes(p, w, counts, SINGLES)))
            counts[RUNS] += 1
            counts[MOVES] += w[MOVES_N]
            counts[REFUSALS] += w[REFUSED]
            if width:
                _fill_row(p, w, rows, number * width)
        undo(p, w)
