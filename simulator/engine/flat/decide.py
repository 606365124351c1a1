"""Decisions: who decides reads a uniform of its own, and owes an act."""

from __future__ import annotations

from simulator.engine.flat.agenda import new_item, push
from simulator.engine.flat.bits import drawn, state_of
from simulator.engine.flat.cells import (
    ACTS,
    BY_CHANCE,
    BY_DAY,
    BY_MONTH,
    BY_PATH,
    BY_RULE,
    BY_THRESHOLD,
    C_BOUND,
    C_KIND,
    C_STRIDE,
    C_WHEN,
    CAPACITY,
    CASE_SIZE,
    CERTAIN,
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
    GUIDE,
    I_A,
    I_B,
    I_C,
    I_CAUSE,
    I_ID,
    I_OPTION,
    I_SET,
    LAST,
    NAME_EVERY,
    NO_CHANCE,
    NONE,
    ORDER,
    PARTS,
    PATHS,
    R_ACTOR_RANK,
    R_CHANCES,
    R_CHOICE,
    R_DELAY,
    R_DELAY_KIND,
    R_FORCED,
    R_HAZARD,
    R_HEAD,
    R_NOISE,
    R_OPTIONS,
    R_POINTS,
    R_PRIORITY,
    R_SITES,
    RULE_SIZE,
    RULES,
    SOURCE,
    START,
    W_FIRED,
    W_HAZARD,
    W_PATH,
    W_SINGLE,
    WORDS,
)
from simulator.engine.flat.conditions import holds
from simulator.engine.flat.days import add_months, month_of
from simulator.engine.flat.memory import Program, World, copy_set, put
from simulator.engine.flat.steps import step

CHANCE, DELAY, CHOICE = 0, 1, 2


def name_of(p: Program, rule: int, what: int) -> int:
    """Return what names the decisions of a rule: the happening, or what its noise puts in its place."""
    noise = p[rule + R_NOISE]
    return p[p[NAME_EVERY] + noise] if noise >= BY_RULE else what


def number_of(p: Program, w: World, rule: int, nth: int) -> int:
    """Return the number that goes with that name: of the happening, of the day, of the month, or none."""
    noise = p[rule + R_NOISE]
    if noise < BY_RULE:
        return nth
    if noise == BY_DAY:
        return w[DAY]
    return month_of(w[DAY]) + 1 if noise == BY_MONTH else 0


def uniform(p: Program, w: World, rule: int, actor: int, what: int, nth: int, purpose: int) -> int:
    """Return the 53-bit uniform of a decision, by the name that the rule declares."""
    w[DRAWN] = 1
    site, step = p[p[rule + R_SITES] + actor + 1], number_of(p, w, rule, nth) * 4 + purpose
    return drawn(state_of(w[START], site, name_of(p, rule, what)), step)


def _cell(p: Program, cuts: int, bits: int) -> int:
    """Return the number of the cell that holds a uniform; `cuts` holds their number, the guide, the bounds."""
    first = cuts + 1 + PARTS
    found = p[cuts + 1 + (bits >> GUIDE)]
    while found < p[cuts] and p[first + found] <= bits:
        found += 1
    return found


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
    stride, most = p[case + C_STRIDE], p[hazard + 1]
    row = w[cell] + stride
    if p[case + C_KIND] == BY_CHANCE and (w[cell] // stride) % most + 1 >= most:
        w[ERROR] = CAPACITY
        return NONE
    bits = uniform(p, w, rule, actor, what, nth, CHANCE)
    if p[case + C_KIND] == CERTAIN or bits < p[p[hazard + 2] + row]:
        put(p, w, cell, NONE)
        return 0
    put(p, w, cell, row)
    return NONE


def case_of(p: Program, w: World, rule: int, actor: int, group: int, subject: int) -> int:
    """Return the address of the first case whose condition holds, 0 for none."""
    chances = p[rule + R_CHANCES]
    for number in range(p[chances]):
        case = chances + 1 + number * CASE_SIZE
        if p[case + C_WHEN] == 0 or holds(p, w, p[case + C_WHEN], actor, group, subject):
            return case
    return 0


def _option(p: Program, w: World, rule: int, actor: int, group: int, what: int, nth: int, subject: int) -> int:
    """Return the number of the option that is taken, NONE for none."""
    if p[rule + R_CHOICE]:
        cell = _cell(p, p[rule + R_CHOICE], uniform(p, w, rule, actor, what, nth, CHOICE))
        return cell if cell < p[p[rule + R_OPTIONS]] else NONE
    case = case_of(p, w, rule, actor, group, subject)
    if case == 0 or p[case + C_KIND] == NO_CHANCE:
        return NONE
    if p[rule + R_NOISE] == BY_THRESHOLD:
        return _threshold(p, w, rule, actor, case, what, nth)
    if p[case + C_KIND] == CERTAIN or uniform(p, w, rule, actor, what, nth, CHANCE) < p[case + C_BOUND]:
        return 0
    return NONE


def due_day(p: Program, w: World, rule: int, actor: int, forced: int, what: int, nth: int) -> int:
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
    cell = _cell(p, p[rule + R_DELAY], uniform(p, w, rule, actor, what, nth, DELAY))
    return w[DAY] + p[points + 1 + cell] if cell < p[points] else NONE


def owe(
    p: Program,
    w: World,
    code: int,
    actor: int,
    group: int,
    option: int,
    here: int,
    what: int,
    nth: int,
    subject: int,
    day: int,
) -> None:
    """Put the act that a rule owes on the agenda of its day."""
    rule = p[RULES] + code * RULE_SIZE
    taken = p[p[rule + R_OPTIONS] + 1 + option]
    item = new_item(p, w, E_RULE, ACTS + SOURCE + p[taken] * ORDER + ORDER // 2 - p[rule + R_PRIORITY])
    w[item + I_A], w[item + I_B], w[item + I_C] = code, actor, subject
    w[item + I_CAUSE], w[item + I_OPTION] = here, taken
    w[item + I_ID], w[item + I_ID + 1] = p[rule + R_HEAD], p[p[rule + R_ACTOR_RANK] + actor + 1]
    w[item + I_ID + 2], w[item + I_ID + 3] = what, nth
    copy_set(p, w, group if actor < 0 else p[W_SINGLE] + actor * p[WORDS], item + I_SET)
    push(p, w, day, item)


def decide(
    p: Program, w: World, code: int, actor: int, group: int, cause: int, what: int, nth: int, subject: int
) -> None:
    """One actor's decision about one happening; `group` is the set of a bloc that decides as one (actor NONE)."""
    rule = p[RULES] + code * RULE_SIZE
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
        return
    put(p, w, p[W_FIRED] + code, w[p[W_FIRED] + code] + 1)
    if p[PATHS]:
        w[p[W_PATH] + here] = w[p[W_PATH] + cause]
    day = due_day(p, w, rule, actor, forced, named, number)
    if day != NONE and day <= p[LAST]:
        owe(p, w, code, actor, group, option, here, what, nth, subject, day)
