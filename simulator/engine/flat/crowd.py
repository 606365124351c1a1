"""Those who decide on one happening: found by what they are, and, where they all face one chance, drawn together.

Decisions change nothing that a condition asks, so that all conditions can be asked before anyone decides.
"""

from __future__ import annotations

from simulator.engine.flat.bits import drawn, lowest, state_of
from simulator.engine.flat.cells import (
    BITS,
    BY_CHANCE,
    C_BOUND,
    C_KIND,
    DRAWN,
    LAST,
    NO_CHANCE,
    NONE,
    PARTIES,
    R_ACTOR,
    R_ACTOR_KIND,
    R_COMMON,
    R_EACH,
    R_FITS,
    R_ONLY,
    R_PLAIN,
    R_REST,
    R_SITES,
    RULE_SIZE,
    RULES,
    START,
    W_ASKED,
    W_EMPTY,
    W_FIRED,
    W_LOTS,
    W_STATUS,
    WHO_BLOC,
    WHO_PARTY,
    WORDS,
)
from simulator.engine.flat.conditions import holds, who
from simulator.engine.flat.decide import CHANCE, case_of, decide, due_day, name_of, number_of, owe
from simulator.engine.flat.memory import Program, World, is_empty, put
from simulator.engine.flat.steps import steps


def _found(p: Program, w: World, rule: int, members: int, subject: int) -> int:
    """List the members whose own statuses fit and whose condition holds, in W_LOTS; returns how many there are."""
    only, fits, rest_of_it = p[rule + R_ONLY], p[rule + R_FITS], p[rule + R_REST]
    many = 0
    for word in range(p[WORDS]):
        rest = w[members + word]
        if only:
            rest &= w[only + word]
        for number in range(p[fits]):
            sets, fitting = p[fits + 1 + number], 0
            for place in range(p[sets]):
                fitting |= w[p[W_STATUS] + p[sets + 1 + place] + word]
            rest &= fitting
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            if rest_of_it == 0 or holds(p, w, rest_of_it, party, 0, subject):
                w[p[W_LOTS] + many] = party
                many += 1
    return many


def _draw(p: Program, w: World, rule: int, many: int, what: int, nth: int) -> None:
    """Read the uniforms of all who are listed, side by side behind the list."""
    w[DRAWN] = 1
    members, sites, start = p[W_LOTS], p[rule + R_SITES] + 1, w[START]
    lots = members + p[PARTIES]
    what, step = name_of(p, rule, what), number_of(p, w, rule, nth) * 4 + CHANCE
    for number in range(many):
        w[lots + number] = drawn(state_of(start, p[sites + w[members + number]], what), step)


def _together(p: Program, w: World, code: int, many: int, what: int, nth: int, subject: int) -> None:
    """Let all who are listed decide at once, each by its own uniform."""
    rule, first, fired = p[RULES] + code * RULE_SIZE, steps(p, w, many), 0
    case = case_of(p, w, rule, NONE, p[W_EMPTY], subject)  # it asks nothing of who decides
    if case == 0 or p[case + C_KIND] == NO_CHANCE:
        return
    if p[case + C_KIND] == BY_CHANCE:
        _draw(p, w, rule, many, what, nth)
    lots = p[W_LOTS] + p[PARTIES]
    for number in range(many):
        if p[case + C_KIND] == BY_CHANCE and w[lots + number] >= p[case + C_BOUND]:
            continue
        fired += 1
        actor = w[p[W_LOTS] + number]
        day = due_day(p, w, rule, actor, 0, what, nth)
        if day != NONE and day <= p[LAST]:
            owe(p, w, code, actor, 0, 0, first + number, what, nth, subject, day)
    if fired:
        put(p, w, p[W_FIRED] + code, w[p[W_FIRED] + code] + fired)


def _each(p: Program, w: World, code: int, members: int, cause: int, what: int, nth: int, subject: int) -> int:
    """Let those members decide that may, each for itself; returns how many were asked."""
    rule = p[RULES] + code * RULE_SIZE
    many = _found(p, w, rule, members, subject)
    if many and p[rule + R_PLAIN]:
        _together(p, w, code, many, what, nth, subject)
        return many
    for number in range(many):
        decide(p, w, code, w[p[W_LOTS] + number], 0, cause, what, nth, subject)
    return many


def _one(p: Program, w: World, code: int, actor: int, group: int, cause: int, what: int, nth: int, subject: int) -> int:
    """Let one actor, or a bloc as one, decide if its condition holds; returns how many were asked."""
    rest = p[p[RULES] + code * RULE_SIZE + R_REST]
    if rest and not holds(p, w, rest, actor, group, subject):
        return 0
    decide(p, w, code, actor, group, cause, what, nth, subject)
    return 1


def decide_all(p: Program, w: World, code: int, cause: int, what: int, nth: int, subject: int) -> None:
    """Let everyone decide whom a rule lets decide today."""
    rule, many = p[RULES] + code * RULE_SIZE, 0
    if p[rule + R_ACTOR_KIND] == WHO_PARTY:
        many = _one(p, w, code, p[rule + R_ACTOR], 0, cause, what, nth, subject)
    else:
        members = who(p, w, WHO_BLOC, p[rule + R_ACTOR], NONE, 0, NONE)
        if not p[rule + R_EACH]:
            if not is_empty(p, w, members):
                many = _one(p, w, code, NONE, members, cause, what, nth, subject)
        elif p[rule + R_COMMON] == 0 or holds(p, w, p[rule + R_COMMON], NONE, p[W_EMPTY], subject):
            many = _each(p, w, code, members, cause, what, nth, subject)
    if many:
        put(p, w, p[W_ASKED] + code, w[p[W_ASKED] + code] + many)
