"""What a rule owes is carried out: tested again, then act by act; scripted acts take the same way."""

from __future__ import annotations

from simulator.engine.flat.acts import do
from simulator.engine.flat.bits import joined, lowest
from simulator.engine.flat.cells import (
    A_ACT,
    A_DEFECT,
    A_EVENT,
    A_GROUND,
    A_ID,
    A_KEY,
    A_PARTY,
    A_RECEIVED,
    A_STATED,
    A_TOWARD,
    A_TREATMENT,
    A_TREATY,
    A_UNTIL,
    A_WORD,
    BITS,
    D_ACT,
    D_CAUSE,
    D_CLOCK,
    D_DEFECT,
    D_GROUND,
    D_ID,
    D_KEY,
    D_PARTY,
    D_RULE,
    D_SCRIPTED,
    D_STATED,
    D_TOWARD,
    D_TREATMENT,
    D_TREATY,
    D_UNTIL,
    D_WORD,
    DAY,
    I_A,
    I_B,
    I_C,
    I_CAUSE,
    I_ID,
    I_OPTION,
    I_SET,
    INSIDE,
    KEY_KIND,
    NONE,
    PARTIES,
    R_HAPPENS,
    R_STILL,
    REFUSED,
    RULE_SIZE,
    RULES,
    SHIFT,
    UNSTATED,
    VARIABLES,
    W_DOERS,
    W_EVENT_DAY,
    W_EVENT_STEP,
    W_KIND_DAY,
    W_TOWARD,
    W_VARIABLES,
    WORDS,
    X_ACT,
    X_DEED,
    X_EFFECTIVE,
    X_KIND,
    X_PARTIES,
    X_SET,
    X_SETS,
    X_TOWARD,
    X_TYPE,
)
from simulator.engine.flat.conditions import holds, who
from simulator.engine.flat.days import first_day
from simulator.engine.flat.memory import Program, World, put
from simulator.engine.flat.reacts import happen
from simulator.engine.flat.steps import step


def change_variables(p: Program, w: World, changes: int) -> None:
    """Change variables within their bounds."""
    for number in range(p[changes]):
        at = changes + 1 + 3 * number
        cell, bounds = p[W_VARIABLES] + p[at], p[VARIABLES] + 3 * p[at]
        value = w[cell] + p[at + 2] if p[at + 1] else p[at + 2]
        put(p, w, cell, min(max(value, p[bounds + 1]), p[bounds + 2]))
        step(p, w, NONE, NONE, False, False)


def _prepare(p: Program, w: World, deed: int) -> None:
    """Put what an act says of itself into the world's header."""
    w[D_WORD], w[D_ACT], w[D_TREATY] = p[deed + A_WORD], p[deed + A_ACT], p[deed + A_TREATY]
    w[D_UNTIL], w[D_TREATMENT] = p[deed + A_UNTIL], p[deed + A_TREATMENT]
    w[D_GROUND], w[D_DEFECT] = p[deed + A_GROUND], p[deed + A_DEFECT]


def scripted(p: Program, w: World, act: int) -> None:
    """Carry out an act of the record or of a scenario's event."""
    if p[act + A_EVENT] >= 0 and w[p[W_EVENT_DAY] + p[act + A_EVENT]] == NONE:
        return  # the event that carries the act did not happen in this world
    _prepare(p, w, act)
    w[D_PARTY], w[D_TOWARD] = p[act + A_PARTY], p[act + A_TOWARD]
    w[D_CAUSE] = w[p[W_EVENT_STEP] + p[act + A_EVENT]] if p[act + A_EVENT] >= 0 else NONE
    w[D_STATED] = w[DAY] + p[act + A_STATED] if p[act + A_STATED] >= 0 else NONE
    w[D_CLOCK], w[D_SCRIPTED], w[D_KEY] = w[DAY] + p[act + A_RECEIVED], 1, p[act + A_KEY]
    w[D_ID] = p[act + A_ID]
    for part in range(1, 4):
        w[D_ID + part] = 0
    do(p, w)


def _doers(p: Program, w: World, action: int, actor: int, group: int, subject: int) -> int:
    """Leave those who are to act in scratch, each once, in the order in which they are named; return how many."""
    many, first = 0, p[W_DOERS]
    named = p[action + X_PARTIES]
    for number in range(p[named] if p[named] else 1):
        members = group
        if p[named]:
            members = who(p, w, p[named + 1 + 2 * number], p[named + 2 + 2 * number], actor, group, subject)
        for word in range(p[WORDS]):
            rest = w[members + word]
            while rest:
                party = word * BITS + lowest(rest)
                rest &= rest - 1
                new = party < p[PARTIES]
                for place in range(many):
                    new = new and w[first + place] != party
                if new:
                    w[first + many] = party
                    many += 1
    return many


def _toward(p: Program, w: World, action: int, party: int, actor: int, group: int, subject: int) -> None:
    """Leave those towards whom an act works in scratch; a party has no pairwise relation with itself."""
    target, named = p[W_TOWARD], p[action + X_TOWARD]
    for word in range(p[WORDS]):
        w[target + word] = 0
    for number in range(p[named]):
        members = who(p, w, p[named + 1 + 2 * number], p[named + 2 + 2 * number], actor, group, subject)
        for word in range(p[WORDS]):
            w[target + word] |= w[members + word]
    w[target + (party >> SHIFT)] &= ~(1 << (party & INSIDE))


def _act(p: Program, w: World, action: int, item: int) -> bool:
    actor, group, subject = w[item + I_B], item + I_SET, w[item + I_C]
    done, doers = False, p[W_DOERS]
    for number in range(_doers(p, w, action, actor, group, subject)):
        party = w[doers + number]
        _prepare(p, w, p[action + X_DEED])
        _toward(p, w, action, party, actor, group, subject)
        rule = p[action + X_EFFECTIVE]
        w[D_PARTY], w[D_TOWARD], w[D_CAUSE] = party, p[W_TOWARD], w[item + I_CAUSE]
        w[D_STATED] = first_day(p, rule, w[DAY], UNSTATED) if rule else NONE
        w[D_CLOCK], w[D_SCRIPTED], w[D_KEY], w[D_RULE] = w[DAY], 0, 0, w[item + I_A]
        for part in range(4):
            w[D_ID + part] = w[item + I_ID + part]
        done = do(p, w) or done
    return done


def _happens(p: Program, w: World, kind: int, item: int) -> None:
    put(p, w, p[W_KIND_DAY] + kind, w[DAY])
    here = step(p, w, NONE, NONE, False, False)
    rule, actor = p[RULES] + w[item + I_A] * RULE_SIZE, w[item + I_B]
    name = joined(p[p[rule + R_HAPPENS] + actor + 1], w[item + I_ID + 2], w[item + I_ID + 3])
    only = actor
    if actor < 0:  # a bloc of one is that one
        many = 0
        for word in range(p[WORDS]):
            rest = w[item + I_SET + word]
            while rest:
                only = word * BITS + lowest(rest)
                many += 1
                rest &= rest - 1
        if many != 1:
            only = NONE
    happen(p, w, here, w[item + I_CAUSE], p[p[KEY_KIND] + kind], 0, name, 0, only)


def carry_out(p: Program, w: World, item: int) -> None:
    """Carry out what a rule owes, unless what it still needs no longer holds."""
    rule = p[RULES] + w[item + I_A] * RULE_SIZE
    if p[rule + R_STILL] and not holds(p, w, p[rule + R_STILL], w[item + I_B], item + I_SET, w[item + I_C]):
        w[REFUSED] += 1
        return
    option = w[item + I_OPTION]
    for number in range(p[option + 1]):
        action = p[option + 2 + number]
        kind = p[action + X_TYPE]
        if kind == X_SET:
            change_variables(p, w, p[action + X_SETS])
        elif kind == X_ACT:
            _act(p, w, action, item)
        else:
            _happens(p, w, p[action + X_KIND], item)
