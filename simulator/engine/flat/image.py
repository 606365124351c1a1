"""The image: a Program written down in two flat arrays, its law tables and clauses with it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from simulator.engine.agenda import opening_agenda
from simulator.engine.flat import cells as c
from simulator.engine.flat import words as v
from simulator.engine.flat.build import Builder, UnsupportedError
from simulator.engine.flat.build_conditions import EXTENTS, condition
from simulator.engine.flat.build_rules import PERIODS, act_record, event_record, listeners, noise_names, rules
from simulator.engine.flat.build_terms import terms_records
from simulator.engine.flat.memory import BLOCK, NOTE
from simulator.engine.force import ways_of
from simulator.engine.judge import reads_of
from simulator.engine.run import MAX_STEPS, MAX_STEPS_A_DAY, Due
from simulator.law.guards import GUARDS
from simulator.law.lifecycle import STATEMENTS, STATUSES, TREATY_STATUSES, lifecycle
from simulator.scenario.program import ForcedStatus, Program, ScriptedAct, WorldEvent

__all__ = ["Image", "image_of"]

_CLAIMS = frozenset({"notify_suspension", "suspend_toward", "allege_breach", "object"})
_DUES = {
    "entry": c.E_ENTRY,
    "opening": c.E_OPENING,
    "closing": c.E_CLOSING,
    "adoption": c.E_ADOPTION,
    "provisional": c.E_PROVISIONAL,
    "provisional_end": c.E_PROVISIONAL_END,
}


@dataclass(frozen=True)
class Image:
    """The two arrays as lists, the second as it stands before the first day."""

    p: list[int]
    w: list[int]


def image_of(program: Program, *, items: int = 1 << 14) -> Image:
    """Write a program down; `items` bounds what one run may put on the agenda.

    Raises UnsupportedError for what the arrays cannot hold.
    """
    build = Builder(program)
    p = build.p
    _sizes(build, items)
    p[c.TERMS] = terms_records(build)
    p[c.RULES], p[c.RULE_N] = rules(build), len(program.names.rules)
    _law(build)
    _outcomes(build)
    _calendar(build)
    _names(build)
    _world(build, items)
    return Image(p, build.w)


def _sizes(build: Builder, items: int) -> None:
    p, program, words = build.p, build.program, build.words
    p[c.PARTIES], p[c.TREATIES], p[c.WORDS] = build.parties, len(program.terms), words
    p[c.FIRST], p[c.LAST] = program.first, program.last
    days = [act.day for act in program.acts] + [event.day for event in program.events]
    days += [day for terms in program.terms for day in (terms.adopted, terms.opens) if day]
    p[c.BASE] = min([program.first, *days])
    p[c.DAYS] = program.last - p[c.BASE] + 1
    p[c.REL_SIZE] = c.FACTS + 3 * words
    p[c.ITEM_SIZE], p[c.PENDING_SIZE], p[c.CLAIM_SIZE] = c.I_SET + words, c.N_SET + words, c.C_SET + words
    p[c.PATHS] = int(any(rule.noise == "path" for rule in program.rules))
    p[c.MAX_STEPS] = (1 << 16) if p[c.PATHS] else MAX_STEPS
    p[c.MAX_STEPS_TODAY] = MAX_STEPS_A_DAY
    p[c.MAX_ITEMS], p[c.MAX_PENDING], p[c.MAX_CLAIMS] = items, items // 2, items // 4
    p[c.MAX_MOVES] = items
    p[c.D13_CURED] = int(program.readings.get("D13") == "until_cured")


def _law(build: Builder) -> None:
    """The lifecycle tables: for each event and status the rows that may move, with their guards and target."""
    p, table = build.p, lifecycle()
    unknown = sorted(set(GUARDS) - set(v.GUARD_NAMES)) + sorted({row.event for row in table.moves} - set(v.EVENT_NAMES))
    if unknown:
        raise UnsupportedError(f"the law's tables know {', '.join(unknown)}")
    p[c.EVENTS] = len(v.EVENT_NAMES)
    rows: list[list[int]] = [[] for _ in range(2 * len(v.EVENT_NAMES) * 7)]
    for move in table.moves:
        statuses = STATUSES if move.machine == "party" else TREATY_STATUSES
        guards = [v.GUARD_NAMES.index(name) for name in move.guards]
        target = -1 if move.target == "=" else statuses.index(move.target)
        row = build.put([target, len(guards), *guards])
        first = (move.machine == "treaty") * len(v.EVENT_NAMES) + v.EVENT_NAMES.index(move.event)
        for source in move.sources:
            rows[first * 7 + statuses.index(source)].append(row)
    p[c.ROWS] = build.put([build.listed(found) if found else 0 for found in rows])
    words = build.program.names.acts
    p[c.BY_TREATY] = build.put(int(table.acts[word].by == "treaty") for word in words)
    no_party = ("announce", "declare", "domestic_step")
    p[c.FOR_ALL] = build.put(int(table.acts[word].by != "party" or word in no_party) for word in words)
    p[c.STATEMENT] = build.put(int(word in STATEMENTS or word in _CLAIMS) for word in words)
    ways = [ways_of(before, after) for before in STATUSES for after in STATUSES]
    p[c.WAYS] = build.put([0 if way is None else build.listed([v.EVENT_NAMES.index(e) for e in way]) for way in ways])


def _outcomes(build: Builder) -> None:
    p, program = build.p, build.program
    p[c.OUTCOME_N], p[c.VARIABLE_N] = len(program.outcomes), len(program.variables)
    records: list[int] = []
    for outcome in program.outcomes:
        reads = reads_of(outcome.when, program.blocs)
        mask = c.ANYTHING if reads is None else sum({1 << (treaty % 60) for treaty in reads})
        records += [condition(build, outcome.when), outcome.first, outcome.last, mask]
    p[c.OUTCOMES] = build.put(records)
    p[c.VARIABLES] = build.put(number for variable in program.variables for number in variable)
    waits: dict[int, list[int]] = {}
    for treaty, words, days in program.watches:
        for word in words:
            waits.setdefault(treaty * 7 + STATUSES.index(word), []).append(days)
    places = range(len(program.terms) * 7)
    p[c.WATCHES] = build.put([build.listed(waits[place]) if place in waits else 0 for place in places])
    p[c.MONTH_N] = _month(program.last) - _month(program.first) + 1
    p[c.MONTHS] = build.put(_month(day) - _month(program.first) for day in range(program.first, program.last + 1))


def _month(day: int) -> int:
    date = dt.date.fromordinal(day)
    return date.year * 12 + date.month


def _calendar(build: Builder) -> None:
    """What the agenda holds before the first day, sorted as the reference engine sorts it."""
    p, program = build.p, build.program
    periods = {trigger.word for rule in program.rules for trigger in rule.triggers if trigger.kind == "every"}
    numbers: list[int] = []
    entries = sorted(opening_agenda(program, periods), key=lambda one: one[:7])
    for day, phase, source, order, priority, _, _, payload in entries:
        key = phase * c.PHASE + source * c.SOURCE + order * c.ORDER + c.ORDER // 2 + priority
        numbers += [day, key, *_entry(build, payload)]
    p[c.STATIC], p[c.STATIC_N] = build.put(numbers), len(entries)


def _entry(build: Builder, payload: object) -> tuple[int, int]:
    if isinstance(payload, ScriptedAct):
        return c.E_ACT, act_record(build, payload)
    if isinstance(payload, WorldEvent):
        return c.E_EVENT, event_record(build, payload)
    if isinstance(payload, ForcedStatus):
        return c.E_FORCED, build.put([payload.treaty, payload.party, STATUSES.index(payload.status)])
    if isinstance(payload, Due):
        extent = EXTENTS.index(payload.notice) if payload.notice else 0
        return _DUES[payload.kind], build.put([payload.treaty, extent])
    if payload == "wake":
        return c.E_WAKE, 0
    return c.E_PERIOD, PERIODS.index(str(payload))


def _names(build: Builder) -> None:
    """Who listens to what, and what names a happening to the noise."""
    p, program, heard = build.p, build.program, listeners(build)
    treaties, acts, names = len(program.terms), len(program.names.acts), program.names

    def table(kind: str, *sizes: int) -> int:
        places = itertools.product(*(range(size) for size in sizes))
        return build.put([heard.get(kind, {}).get(place, 0) for place in places])

    p[c.KEY_ACT], p[c.KEY_EVENT] = table("act", acts, treaties), table("event", len(names.events))
    p[c.KEY_KIND], p[c.KEY_EVERY] = table("kind", len(build.kinds)), table("every", 3)
    p[c.KEY_BECOMES], p[c.KEY_TREATY] = table("becomes", treaties, 7), table("treaty_becomes", treaties, 7)
    p[c.KEY_RULE] = table("rule", len(names.rules))
    p[c.NAME_EVERY] = noise_names(build)
    p[c.NAME_PERIOD] = build.put([build.name(f"every:{period}") for period in PERIODS])
    becomes, every = heard.get("becomes", {}), bool(p[c.PATHS])
    places = list(itertools.product(range(treaties), range(7)))
    p[c.NAME_BECOMES] = build.put([_becomes(build, *place) if every or place in becomes else 0 for place in places])
    p[c.NAME_TREATY] = build.put(
        [build.name(f"treaty:{names.treaties[treaty]}={TREATY_STATUSES[status]}") for treaty, status in places]
    )
    p[c.NAME_ACT] = build.put([_acts(build, *place) for place in itertools.product(range(acts), range(treaties))])
    p[c.ACT_SLOTS] = build.put([build.slots.get(place, 0) for place in itertools.product(range(acts), range(treaties))])
    ranks = {name: place for place, name in enumerate(sorted(f"{name}." for name in {*names.treaties}))}
    p[c.DUE_TREATY] = build.put([ranks[f"{name}."] for name in names.treaties])
    ranks = {name: place for place, name in enumerate(sorted(f"{name}." for name in {"*", *names.parties}))}
    p[c.DUE_PARTY] = build.put([ranks[f"{name}."] for name in ("*", *names.parties)])


def _becomes(build: Builder, treaty: int, status: int) -> int:
    names = build.program.names
    return build.put([build.name(f"status:{names.treaties[treaty]}.{one}={STATUSES[status]}") for one in names.parties])


def _acts(build: Builder, act: int, treaty: int) -> int:
    if (act, treaty) not in build.slots:
        return 0
    names = build.program.names
    return build.put([build.name(f"act:{names.treaties[treaty]}.{p}.{names.acts[act]}") for p in ("", *names.parties)])


def _world(build: Builder, items: int) -> None:
    """Reserve the world's regions and fill in how it begins: nobody is a party, nothing has happened."""
    p, program, words, parties = build.p, build.program, build.words, build.parties
    treaties, rules_ = len(program.terms), len(program.names.rules)
    p[c.W_SINGLE] = build.room(words * parties)
    for party in range(parties):
        build.w[p[c.W_SINGLE] + party * words + party // c.BITS] = 1 << (party % c.BITS)
    p[c.W_EMPTY], p[c.W_EVERYONE] = build.set_of(()), build.set_of((-1,))
    p[c.BLOC_TREATIES] = build.put(bloc.treaty for bloc in program.blocs)
    p[c.BLOC_SETS] = build.put([build.set_of(bloc.members) for bloc in program.blocs])
    p[c.PREDECESSORS] = build.put(program.predecessors)
    p[c.LIVES] = build.put(number for party in range(parties) for number in program.lives.get(party, (0, 1 << 30)))
    _relationships(build)
    p[c.W_HEAD] = build.room(p[c.DAYS] + 1)
    p[c.W_MAP] = build.room(p[c.DAYS] // c.BITS + 2)
    p[c.W_MAP2] = build.room(p[c.DAYS] // (c.BITS * c.BITS) + 2)
    p[c.W_VARIABLES] = build.room(0)
    build.w.extend(start for start, _, _ in program.variables)
    p[c.W_EVENT_DAY], p[c.W_EVENT_STEP] = (build.room(len(program.names.events), -1) for _ in range(2))
    p[c.W_KIND_DAY] = build.room(len(build.kinds), -1)
    p[c.W_CONFLICT], p[c.W_STACK] = build.room(parties), build.room(64)
    p[c.W_TOUCHED], p[c.W_TOUCHED_BY] = build.room(2 * treaties), build.room(words * treaties)
    p[c.W_EXITS], p[c.W_ENTERED], p[c.W_ENDED] = (build.room(3 * treaties) for _ in range(3))
    p[c.W_WORK], p[c.W_TOWARD] = build.room(2 * treaties), build.room(words)
    p[c.W_DOERS], p[c.W_SEEN] = build.room(parties), build.room(rules_)
    p[c.W_SCRATCH] = build.room(4 * words + treaties * (words + 1))
    p[c.W_LOTS] = build.room(2 * parties)
    p[c.W_ASKED], p[c.W_FIRED] = build.room(rules_), build.room(rules_)
    p[c.W_FOUND] = build.room(len(program.outcomes), -1)
    p[c.W_PATH] = build.room(p[c.MAX_STEPS] if p[c.PATHS] else 0)
    p[c.W_ITEMS] = build.room(items * p[c.ITEM_SIZE])
    p[c.W_PENDING] = build.room(p[c.MAX_PENDING] * p[c.PENDING_SIZE])
    p[c.W_CLAIMS] = build.room(p[c.MAX_CLAIMS] * p[c.CLAIM_SIZE])
    blocks = len(build.w) // BLOCK + 1
    p[c.W_KEPT], p[c.W_NOTED] = build.room(c.LASTING), build.room(blocks)
    p[c.W_MOVES], p[c.W_JOURNAL] = build.room(p[c.MAX_MOVES] * c.MOVE_SIZE), build.room(blocks * NOTE)
    build.w[c.DAY] = p[c.BASE]


def _relationships(build: Builder) -> None:
    p, program, words, parties = build.p, build.program, build.words, build.parties
    p[c.W_REL] = build.room(len(program.terms) * parties * p[c.REL_SIZE])
    for rel in range(p[c.W_REL], len(build.w), p[c.REL_SIZE]):
        for field in (c.APPROVED, c.DISCLAIMED, c.CONSENT, c.LAST_STEP):
            build.w[rel + field] = c.NONE
    p[c.W_TREATY] = build.room(len(program.terms) * c.TREATY_SIZE)
    p[c.W_STATUS] = build.room(len(program.terms) * 7 * words)
    p[c.W_BOUND] = build.room(len(program.terms) * words)
    for terms in program.terms:
        state = p[c.W_TREATY] + terms.code * c.TREATY_SIZE
        build.w[state + c.T_STATUS] = c.NEGOTIATED if terms.opens or terms.adopted else c.OPEN
        build.w[state + c.T_SIGNATURE] = 1
        for field in (c.T_MET, c.T_FORCE, c.T_DUE, c.T_EXPIRES, c.T_LAST_ACT):
            build.w[state + field] = c.NONE
        for party in range(parties):
            build.w[p[c.W_STATUS] + terms.code * 7 * words + party // c.BITS] |= 1 << (party % c.BITS)
