"""Happenings: what sets rules off, each rule once."""

from __future__ import annotations

from simulator.engine.flat.cells import (
    ENTRIES,
    KEY_BECOMES,
    KEY_TREATY,
    NAME_BECOMES,
    NAME_TREATY,
    NONE,
    PARTIES,
    PATHS,
    STAMP,
    T_ENTRIES,
    W_EMPTY,
    W_SEEN,
)
from simulator.engine.flat.conditions import who
from simulator.engine.flat.crowd import decide_all
from simulator.engine.flat.memory import Program, World, has, rel_at, treaty_at
from simulator.engine.flat.steps import is_heard, trail


def _react(p: Program, w: World, listening: int, cause: int, what: int, nth: int, subject: int) -> None:
    for number in range(p[listening]):
        entry = listening + 1 + 3 * number
        code, kind = p[entry], p[entry + 1]
        if w[p[W_SEEN] + code] == w[STAMP]:
            continue
        if kind >= 0:
            allowed = who(p, w, kind, p[entry + 2], NONE, p[W_EMPTY], NONE)
            if not has(w, allowed, subject if subject >= 0 else p[PARTIES]):
                continue
        w[p[W_SEEN] + code] = w[STAMP]
        decide_all(p, w, code, cause, what, nth, subject)


def happen(
    p: Program, w: World, here: int, cause: int, first: int, second: int, what: int, nth: int, subject: int
) -> None:
    """Show a step to the rules that listen; `first` and `second` are addresses of lists of them, 0 for none."""
    trail(p, w, here, cause, what, nth)
    if (first == 0 and second == 0) or not is_heard(p, w):
        return
    w[STAMP] += 1
    if first:
        _react(p, w, first, here, what, nth, subject)
    if second:
        _react(p, w, second, here, what, nth, subject)


def became(p: Program, w: World, here: int, cause: int, treaty: int, party: int, before: int, after: int) -> None:
    """Tell the rules that a relationship (or, with party NONE, a treaty) entered its present status."""
    if before == after:
        return
    place = treaty * 7 + after
    if party < 0:
        listening = p[p[KEY_TREATY] + place]
        if listening or p[PATHS]:
            nth = w[treaty_at(p, treaty) + T_ENTRIES + after]
            happen(p, w, here, cause, listening, 0, p[p[NAME_TREATY] + place], nth, NONE)
        return
    listening = p[p[KEY_BECOMES] + place]
    if listening or p[PATHS]:
        nth = w[rel_at(p, treaty, party) + ENTRIES + after]
        happen(p, w, here, cause, listening, 0, p[p[p[NAME_BECOMES] + place] + party], nth, party)
