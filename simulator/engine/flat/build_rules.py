"""Rules, acts and events as records: what sets a rule off, who decides, how, when, and what is owed."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from simulator.engine.flat import cells as c
from simulator.engine.flat import words as v
from simulator.engine.flat.bits import signed
from simulator.engine.flat.build import Builder, UnsupportedError
from simulator.engine.flat.build_conditions import condition
from simulator.engine.rules import EACH_DAY, EACH_MONTH, EACH_RULE, EACH_THRESHOLD
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES, lifecycle
from simulator.law.views import Treatment
from simulator.noise import threshold
from simulator.scenario.program import Action, Decision, Node, Rule, ScriptedAct, Trigger, WorldEvent

__all__ = ["act_record", "event_record", "listeners", "noise_names", "rules"]

_NOISE = {
    "what": c.BY_WHAT,
    "path": c.BY_PATH,
    "rule": c.BY_RULE,
    "day": c.BY_DAY,
    "month": c.BY_MONTH,
    "threshold": c.BY_THRESHOLD,
}
PERIODS = ("day", "month", "year")
_GROUNDS = ("VCLT 57", "VCLT 58", "VCLT 60", "VCLT 61", "VCLT 62")
_TABLE = 20_000  # entries of a table of hazards


def _ground(build: Builder, treaty: int, ground: str) -> int:
    """What the strict view makes of the ground that an act names (see `simulator.engine.claims`)."""
    readings, terms = build.program.readings, build.program.terms[treaty]
    if terms.suspension_clause:
        return c.G_YES
    if readings.get("D8") == "self_defence_suspension" and "self-defence" in ground:
        return c.G_IN_CONFLICT
    if readings.get("D11") == "clause_only" and terms.withdrawal_allowed:
        return c.G_NO
    return c.G_YES if any(one in ground for one in _GROUNDS) else c.G_NO


def _deed(
    build: Builder, act: int, treaty: int, *, until: int, treatment: Treatment, ground: str, to: tuple[str, ...]
) -> list[int]:
    """The fields that scripted acts and those of rules share."""
    word = build.program.names.acts[act]
    if word not in v.EVENT_NAMES:
        raise UnsupportedError(f"the act {word}")
    missing = bool(to) and any(one not in to for one in build.program.terms[treaty].addressees)
    event = v.EVENT_NAMES.index(word)
    return [event, act, treaty, until, build.treatment(treatment), _ground(build, treaty, ground), int(missing)]


def act_record(build: Builder, act: ScriptedAct) -> int:
    """Append a scripted act."""
    deed = _deed(build, act.act, act.treaty, until=act.until, treatment=act.treatment, ground=act.ground, to=act.to)
    own = [act.party, build.set_of(act.toward), act.stated_after, act.received_after, act.event]
    return build.put([*deed, *own, build.rank[act.id], signed(act.key)])


def event_record(build: Builder, event: WorldEvent) -> int:
    """Append a dated happening of the world."""
    begins, ends = build.listed(event.begins), build.listed(event.ends)
    chance = -1 if event.chance is None else event.chance.bounds[0]
    sets = _changes(build, event.sets)
    return build.put(
        [
            event.code,
            build.kinds[event.kind],
            signed(event.key),
            begins,
            ends,
            int(event.international),
            chance,
            sets,
            build.name("event"),
        ]
    )


def _changes(build: Builder, sets: tuple[tuple[int, str, int], ...]) -> int:
    return build.put([len(sets), *(n for code, how, number in sets for n in (code, int(how == "add"), number))])


def _action(build: Builder, action: Action) -> int:
    if action.sets:
        return build.put([c.X_SET, 0, 0, 0, 0, _changes(build, action.sets), 0])
    if action.act < 0:
        return build.put([c.X_HAPPENS, 0, 0, 0, 0, 0, build.kinds[action.kind]])
    deed = _deed(
        build, action.act, action.treaty, until=action.until, treatment=action.treatment, ground=action.ground,
        to=action.to,
    )  # fmt: skip
    build.slot(action.act, action.treaty)
    parties, toward = build.everyone_of(action.parties), build.everyone_of(action.toward)
    rule = build.date_rule(action.effective)
    return build.put([c.X_ACT, build.put(deed), parties, toward, rule, 0, 0])


def _option(build: Builder, actions: tuple[Action, ...]) -> int:
    acts, table = build.program.names.acts, lifecycle().acts
    order = min((table[acts[one.act]].order if one.act >= 0 else 0 for one in actions), default=0)
    addresses = [_action(build, one) for one in actions]
    return build.put([order, len(addresses), *addresses])


def _chances(build: Builder, rule: Rule) -> tuple[int, int]:
    """The cases of a chance; under `noise: threshold` also the table of what each row of them has used up."""
    drawn = [case.p for case in rule.chances if 0 < case.p < 1]
    most = 1
    if rule.noise == "threshold" and drawn:
        most = 400 if len(drawn) == 1 else max(int(_TABLE ** (1 / len(drawn))), 2)
    numbers, stride = [len(rule.chances)], 1
    for case in rule.chances:
        kind = c.NO_CHANCE if case.p == 0 else (c.CERTAIN if case.p == 1 else c.BY_CHANCE)
        numbers += [condition(build, case.when), kind, case.cuts.bounds[0] if case.cuts.bounds else 0, stride]
        stride *= most if kind == c.BY_CHANCE else 1
    hazard = 0
    if rule.noise == "threshold":
        cells = build.room(build.parties + 1)
        hazard = build.put([cells, most, build.put(_hazards(drawn, most))])
    return build.put(numbers), hazard


def _hazards(drawn: list[Fraction], most: int) -> list[int]:
    """Return for each row of counts the bound below which a decision fires: 1 - prod (1 - p) ** count."""
    rows = [Fraction(1)]
    for p in drawn:
        powers = [(1 - p) ** count for count in range(most)]
        rows = [left * power for power in powers for left in rows]
    return [threshold(1 - left) for left in rows]


def _delay(build: Builder, rule: Rule) -> tuple[int, int, int]:
    delay = rule.delay
    if delay.months:
        return c.DELAY_MONTHS, delay.points[0], 0
    if len(delay.points) == 1 and not delay.cuts.bounds:
        return c.DELAY_FIXED, delay.points[0], 0
    return c.DELAY_DRAWN, build.cuts(delay.cuts), build.listed(delay.points)


def _forced(build: Builder, decisions: list[Decision]) -> int:
    numbers = [len(decisions)]
    for one in decisions:
        numbers += [one.actor, signed(one.what), one.nth, int(one.fires), one.option, one.delay_days]
    return build.put(numbers)


def _record(build: Builder, rule: Rule, decisions: list[Decision], ranks: int) -> list[int]:
    names = build.program.names
    chances, hazard = _chances(build, rule)
    actors = [names.blocs[rule.actor.code] if rule.actor.kind != "party" else "", *names.parties]
    happens = [build.name(f"happens:{rule.id}/{actor}") for actor in actors]
    return [
        build.whom(rule.actor)[0],
        rule.actor.code,
        int(rule.each),
        build.set_or_none(rule.only),
        condition(build, rule.still),
        chances,
        build.cuts(rule.choice) if rule.choice is not None else 0,
        build.listed([_option(build, option.actions) for option in rule.options]),
        _NOISE[rule.noise],
        rule.priority,
        *_delay(build, rule),
        build.put(signed(rule.sites.get(actor, 0)) for actor in range(-1, build.parties)),
        _forced(build, decisions),
        build.rank[f"{rule.id}/"],
        ranks,
        build.put(happens),
        hazard,
        *_parts(build, rule),
        int(_is_plain(build, rule, decisions)),
    ]


def _is_plain(build: Builder, rule: Rule, decisions: list[Decision]) -> bool:
    """Whether one chance, the same for all who decide, is all that decides: their uniforms can be read together."""
    if build.p[c.PATHS] or decisions or rule.choice is not None or rule.noise == "threshold":
        return False
    return not any(case.when is not None and _asks_actor(case.when) for case in rule.chances)


def _parts(build: Builder, rule: Rule) -> tuple[int, int, int]:
    """The condition of a rule of many, apart: what is the same for all, which statuses one must have, and the rest.

    Conditions change nothing, so that the order in which their parts are asked makes no difference.
    """
    if not rule.each or rule.when is None:
        return 0, build.listed([]), condition(build, rule.when)
    parts = rule.when.parts if rule.when.op == "all" else (rule.when,)
    common = tuple(part for part in parts if not _asks_actor(part))
    own = [part for part in parts if _is_own_status(part)]
    rest = tuple(part for part in parts if _asks_actor(part) and not _is_own_status(part))
    sets = [
        build.listed([(one.a * 7 + STATUSES.index(word)) * build.words for word in STATUSES if word in one.words])
        for one in own
    ]
    return (
        condition(build, Node("all", parts=common)) if common else 0,
        build.listed(sets),
        condition(build, Node("all", parts=rest)) if rest else 0,
    )


def _asks_actor(node: Node) -> bool:
    named = any(who is not None and who.kind == "actor" for who in (node.who, node.other))
    return named or any(_asks_actor(part) for part in node.parts)


def _is_own_status(node: Node) -> bool:
    return node.op == "status" and node.days < 0 and node.who is not None and node.who.kind == "actor"


def rules(build: Builder) -> int:
    """Append all rules and return the address of the first."""
    program = build.program
    names = program.names
    forced: dict[int, list[Decision]] = defaultdict(list)
    for decision in program.decisions:
        forced[decision.rule].append(decision)
    order = {name: place for place, name in enumerate(sorted(f"{name}/" for name in {*names.parties, *names.blocs}))}
    tables: dict[str, int] = {}
    records = [0] * (len(names.rules) * c.RULE_SIZE)  # a rule that a branch has switched off leaves its place empty
    for rule in program.rules:
        bloc = names.blocs[rule.actor.code] if rule.actor.kind != "party" else ""
        if bloc not in tables:
            first = order[f"{bloc}/"] if bloc else 0
            tables[bloc] = build.put([first, *(order[f"{party}/"] for party in names.parties)])
        at = rule.code * c.RULE_SIZE
        records[at : at + c.RULE_SIZE] = _record(build, rule, forced[rule.code], tables[bloc])
    return build.put(records)


def listeners(build: Builder) -> dict[str, dict[tuple[int, ...], int]]:
    """Append, for each thing that may happen, the list of rules that it sets off; by kind of happening and place."""
    found: dict[str, dict[tuple[int, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for rule in sorted(build.program.rules, key=lambda one: (-one.priority, one.id)):
        for trigger in rule.triggers:
            of = build.whom(trigger.of) if trigger.of is not None else (c.NONE, c.NONE)
            found[trigger.kind][_place(build, trigger)] += [rule.code, *of]
    return {
        kind: {place: build.put([len(numbers) // 3, *numbers]) for place, numbers in places.items()}
        for kind, places in found.items()
    }


def _place(build: Builder, trigger: Trigger) -> tuple[int, ...]:
    if trigger.kind == "act":
        return trigger.code, trigger.treaty
    if trigger.kind == "kind":
        return (build.kinds[trigger.word],)
    if trigger.kind == "becomes":
        return trigger.treaty, STATUSES.index(trigger.word)
    if trigger.kind == "treaty_becomes":
        return trigger.treaty, TREATY_STATUSES.index(trigger.word)
    return (PERIODS.index(trigger.word),) if trigger.kind == "every" else (trigger.code,)


def noise_names(build: Builder) -> int:
    """Append what names a decision that is the same every time, or every time in a period."""
    named = [0, 0, EACH_RULE, EACH_DAY, EACH_MONTH, EACH_THRESHOLD]
    return build.put(signed(one) for one in named)
