"""Decisions: a rule that was set off asks its condition, reads its own uniform, and owes its act."""

from __future__ import annotations

from simulator.engine.flat.agenda import new_item, push
from simulator.engine.flat.bits import bits_of, lowest
from simulator.engine.flat.cells import (
    ACTS,
    BITS,
    BY_DAY,
    BY_MONTH,
    BY_PATH,
    BY_RULE,
    BY_THRESHOLD,
    CAPACITY,
    DAY,
    DELAY_FIXED,
    DELAY_MONTHS,
    DRAWN,
    E_RULE,
    ERROR,
    F_ACTOR,
    F_DELAY,
    F_FIRES,
    F_NTH,
    F_OPTION,
    F_WHAT,
    FORCED_SIZE,
    I_A,
    I_B,
    I_C,
    I_CAUSE,
    I_ID,
    I_OPTION,
    I_SET,
    LAST,
    NAME_EVERY,
    NONE,
    ORDER,
    PATHS,
    R_ACTOR,
    R_ACTOR_KIND,
    R_ACTOR_RANK,
    R_CHANCES,
    R_CHOICE,
    R_COMMON,
    R_DELAY,
    R_DELAY_KIND,
    R_EACH,
    R_FORCED,
    R_HAZARD,
    R_HEAD,
    R_MASKS,
    R_NOISE,
    R_ONLY,
    R_OPTIONS,
    R_POINTS,
    R_PRIORITY,
    R_REST,
    R_SITES,
    RULE_SIZE,
    RULES,
    SOURCE,
    START,
    W_ASKED,
    W_EMPTY,
    W_FIRED,
    W_HAZARD,
    W_PATH,
    W_SINGLE,
    WHO_BLOC,
    WHO_PARTY,
    WORDS,
)
from simulator.engine.flat.conditions import holds, who
from simulator.engine.flat.days import add_months, month_of
from simulator.engine.flat.memory import Program, World, copy_set, is_empty, put, status_set
from simulator.engine.flat.steps import step

CHANCE, DELAY, CHOICE = 0, 1, 2


def _uniform(p: Program, w: World, rule: int, actor: int, what: int, nth: int, purpose: int) -> int:
    """Return the 53-bit uniform of a decision, by the name that the rule declares."""
    noise = p[rule + R_NOISE]
    if noise >= BY_RULE:
        what, number = p[p[NAME_EVERY] + noise], 0
        if noise == BY_DAY:
            number = w[DAY]
        elif noise == BY_MONTH:
            number = month_of(w[DAY]) + 1
        nth = number
    w[DRAWN] = 1
    return bits_of(w[START], p[p[rule + R_SITES] + actor + 1], what, nth * 4 + purpose)


def _cell(p: Program, cuts: int, bits: int) -> int:
    """Return the number of the cell that holds a uniform; `cuts` is the address of their number, then the bounds."""
    low, high = 0, p[cuts]
    while low < high:
        middle = (low + high) // 2
        if bits < p[cuts + 1 + middle]:
            high = middle
        else:
            low = middle + 1
    return low


def _forced(p: Program, rule: int, actor: int, what: int, nth: int) -> int:
    """Return the address of the forced decision that is meant, 0 for none."""
    first = p[rule + R_FORCED]
    for number in range(p[first]):
        one = first + 1 + number * FORCED_SIZE
        if p[one + F_ACTOR] >= 0 and p[one + F_ACTOR] != actor:
            continue
        if p[one + F_WHAT] != 0 and p[one + F_WHAT] != what:
            continue
        if p[one + F_NTH] < 0 or p[one + F_NTH] == nth:
            return one
    return 0


def _threshold(p: Program, w: World, rule: int, actor: int, case: int, what: int, nth: int) -> int:
    """One fate per actor: how often each chance was met names the row of a table of what has been used up."""
    hazard = p[rule + R_HAZARD]
    cell = p[W_HAZARD] + p[hazard] + actor + 1
    if w[cell] < 0:  # it has fired before
        return NONE
    stride, most = p[case + 3], p[hazard + 1]
    row = w[cell] + stride
    if p[case + 1] == 2 and (w[cell] // stride) % most + 1 >= most:
        w[ERROR] = CAPACITY
        return NONE
    bits = _uniform(p, w, rule, actor, what, nth, CHANCE)
    if p[case + 1] == 1 or bits < p[p[hazard + 2] + row]:
        put(p, w, cell, NONE)
        return 0
    put(p, w, cell, row)
    return NONE


def _option(p: Program, w: World, rule: int, actor: int, group: int, what: int, nth: int, subject: int) -> int:
    """Return the number of the option that is taken, NONE for none."""
    if p[rule + R_CHOICE]:
        cell = _cell(p, p[rule + R_CHOICE], _uniform(p, w, rule, actor, what, nth, CHOICE))
        return cell if cell < p[p[rule + R_OPTIONS]] else NONE
    chances = p[rule + R_CHANCES]
    for number in range(p[chances]):
        case = chances + 1 + number * 4
        if p[case] and not holds(p, w, p[case], actor, group, subject):
            continue
        kind = p[case + 1]
        if kind == 0:
            return NONE
        if p[rule + R_NOISE] == BY_THRESHOLD:
            return _threshold(p, w, rule, actor, case, what, nth)
        if kind == 1:
            return 0
        return 0 if _uniform(p, w, rule, actor, what, nth, CHANCE) < p[case + 2] else NONE
    return NONE


def _when(p: Program, w: World, rule: int, actor: int, forced: int, what: int, nth: int) -> int:
    """Return the day on which the act is owed, NONE for never."""
    if forced and p[forced + F_DELAY] >= 0:
        return w[DAY] + p[forced + F_DELAY]
    if p[rule + R_DELAY_KIND] == DELAY_MONTHS:
        return add_months(w[DAY], p[rule + R_DELAY])
    if p[rule + R_DELAY_KIND] == DELAY_FIXED:
        return w[DAY] + p[rule + R_DELAY]
    points = p[rule + R_POINTS]
    if w[DAY] + p[points + 1] > p[LAST]:  # whatever is drawn lies beyond the horizon, so nothing is drawn
        return NONE
    cell = _cell(p, p[rule + R_DELAY], _uniform(p, w, rule, actor, what, nth, DELAY))
    return w[DAY] + p[points + 1 + cell] if cell < p[points] else NONE


def _owe(p: Program, w: World, code: int, actor: int, group: int, option: int, here: int, subject: int) -> int:
    """Put the act that a rule owes on the agenda and return its entry, which still lacks the name of its trigger."""
    rule = p[RULES] + code * RULE_SIZE
    taken = p[p[rule + R_OPTIONS] + 1 + option]
    item = new_item(p, w, E_RULE, ACTS + SOURCE + p[taken] * ORDER + ORDER // 2 - p[rule + R_PRIORITY])
    w[item + I_A], w[item + I_B], w[item + I_C] = code, actor, subject
    w[item + I_CAUSE], w[item + I_OPTION] = here, taken
    w[item + I_ID], w[item + I_ID + 1] = p[rule + R_HEAD], p[p[rule + R_ACTOR_RANK] + actor + 1]
    copy_set(p, w, group if actor < 0 else p[W_SINGLE] + actor * p[WORDS], item + I_SET)
    return item


def decide(
    p: Program, w: World, code: int, actor: int, group: int, cause: int, what: int, nth: int, subject: int
) -> int:
    """One actor's decision about one happening; `group` is the set of a bloc that decides as one (actor NONE).

    Returns 1 if it was asked to decide, 0 if its condition does not hold.
    """
    rule = p[RULES] + code * RULE_SIZE
    if p[rule + R_REST] and not holds(p, w, p[rule + R_REST], actor, group, subject):
        return 0
    forced = _forced(p, rule, actor, what, nth) if p[p[rule + R_FORCED]] else 0
    named, number = what, nth
    if p[rule + R_NOISE] == BY_PATH:
        named, number = w[p[W_PATH] + cause], 0
    if forced:
        option = max(p[forced + F_OPTION], 0) if p[forced + F_FIRES] else NONE
    else:
        option = _option(p, w, rule, actor, group, named, number, subject)
    here = step(p, w, NONE, NONE, False, False)
    if option < 0:
        return 1
    put(p, w, p[W_FIRED] + code, w[p[W_FIRED] + code] + 1)
    if p[PATHS]:
        w[p[W_PATH] + here] = w[p[W_PATH] + cause]
    day = _when(p, w, rule, actor, forced, named, number)
    if day != NONE and day <= p[LAST]:
        item = _owe(p, w, code, actor, group, option, here, subject)
        w[item + I_ID + 2], w[item + I_ID + 3] = what, nth
        push(p, w, day, item)
    return 1


def _each(p: Program, w: World, code: int, members: int, cause: int, what: int, nth: int, subject: int) -> int:
    """Let those members decide whose own statuses fit, one by one; returns how many were asked."""
    rule, many = p[RULES] + code * RULE_SIZE, 0
    only, masks = p[rule + R_ONLY], p[rule + R_MASKS]
    for word in range(p[WORDS]):
        rest = w[members + word]
        if only:
            rest &= w[only + word]
        for number in range(p[masks]):
            treaty, mask = p[masks + 1 + 2 * number], p[masks + 2 + 2 * number]
            fitting = 0
            while mask:
                fitting |= w[status_set(p, treaty, lowest(mask)) + word]
                mask &= mask - 1
            rest &= fitting
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            many += decide(p, w, code, party, 0, cause, what, nth, subject)
    return many


def decide_all(p: Program, w: World, code: int, cause: int, what: int, nth: int, subject: int) -> None:
    """Let everyone decide whom a rule lets decide today."""
    rule, many = p[RULES] + code * RULE_SIZE, 0
    if p[rule + R_ACTOR_KIND] == WHO_PARTY:
        many = decide(p, w, code, p[rule + R_ACTOR], 0, cause, what, nth, subject)
    else:
        members = who(p, w, WHO_BLOC, p[rule + R_ACTOR], NONE, 0, NONE)
        if not p[rule + R_EACH]:
            if not is_empty(p, w, members):
                many = decide(p, w, code, NONE, members, cause, what, nth, subject)
        elif p[rule + R_COMMON] == 0 or holds(p, w, p[rule + R_COMMON], NONE, p[W_EMPTY], subject):
            many = _each(p, w, code, members, cause, what, nth, subject)
    if many:
        put(p, w, p[W_ASKED] + code, w[p[W_ASKED] + code] + many)
