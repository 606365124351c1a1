"""Steps: their number, the limits on it, and the chain of causes that `noise: path` names decisions by."""

from __future__ import annotations

from simulator.engine.flat.bits import joined
from simulator.engine.flat.cells import (
    CAPACITY,
    DAY,
    ERROR,
    FIRST,
    LAST_STEP,
    MAX_MOVES,
    MAX_STEPS,
    MAX_STEPS_TODAY,
    MOVE_SIZE,
    MOVED,
    MOVES_N,
    PATHS,
    STEPS,
    STEPS_A_DAY,
    STEPS_A_RUN,
    STEPS_TODAY,
    T_LAST_ACT,
    W_MOVES,
    W_PATH,
)
from simulator.engine.flat.memory import Program, World, put, rel_at, treaty_at


def step(p: Program, w: World, treaty: int, party: int, changed: bool, is_act: bool) -> int:
    """Count a step and return its number; the run stops at the limits per day and per run."""
    here = w[STEPS]
    w[STEPS] = here + 1  # counted anew by each run
    w[STEPS_TODAY] += 1
    if w[STEPS_TODAY] > p[MAX_STEPS_TODAY]:
        w[ERROR] = STEPS_A_DAY
    if here >= p[MAX_STEPS]:
        w[ERROR] = STEPS_A_RUN
        return 0
    if treaty >= 0:
        w[MOVED] |= 1 << (treaty % 60)
    if p[PATHS]:
        w[p[W_PATH] + here] = 0
        if changed and party >= 0:
            put(p, w, rel_at(p, treaty, party) + LAST_STEP, here)
        if is_act and treaty >= 0:
            put(p, w, treaty_at(p, treaty) + T_LAST_ACT, here)
    return here


def steps(p: Program, w: World, many: int) -> int:
    """Count as many steps as there are decisions of one happening and return the number of the first."""
    first = w[STEPS]
    w[STEPS] += many
    w[STEPS_TODAY] += many
    if w[STEPS_TODAY] > p[MAX_STEPS_TODAY]:
        w[ERROR] = STEPS_A_DAY
    if first + many > p[MAX_STEPS]:
        w[ERROR] = STEPS_A_RUN
    return first


def trail(p: Program, w: World, here: int, cause: int, what: int, nth: int) -> None:
    """Name a step's whole chain of causes."""
    if p[PATHS]:
        parent = w[p[W_PATH] + cause] if cause >= 0 else 0
        w[p[W_PATH] + here] = joined(parent, what, nth)


def log_move(p: Program, w: World, treaty: int, party: int, before: int, after: int, bound: int) -> None:
    """Log a change of status; the aggregates are made of these at the end of the run."""
    n = w[MOVES_N]
    if n >= p[MAX_MOVES]:
        w[ERROR] = CAPACITY
        return
    w[MOVES_N] = n + 1
    at = p[W_MOVES] + n * MOVE_SIZE
    w[at], w[at + 1], w[at + 2], w[at + 3], w[at + 4], w[at + 5] = w[DAY], treaty, party, before, after, bound


def is_heard(p: Program, w: World) -> bool:
    """Whether rules listen: before its period a program only lives through its record."""
    return w[DAY] >= p[FIRST]
