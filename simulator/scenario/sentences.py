"""Rules and conditions as plain English, one sentence each: what `explain`, `check` and the report show.

The sentences are for reading, never for parsing. They say everything that decides whether and when the rule acts;
sources and theory are left to the tables.

>>> from simulator.scenario.schema import Rule
>>> print(rule_sentence(Rule.model_validate({
...     "id": "moratorium", "actor": "RUS", "trigger": {"act": "accede", "treaty": "nato"},
...     "when": {"all": [{"status": "cfe", "of": "RUS", "is": "in_force"},
...                      {"not": {"treaty": "cfe-adapted-1999", "is": "in_force"}}]},
...     "chance": "3/10", "after": {"uniform_days": [300, 1500]},
...     "do": {"act": "notify_suspension", "treaty": "cfe", "effective": {"clear_days": 150}},
...     "still": {"status": "cfe", "of": "actor", "is": "in_force"}})))
When a party accedes to nato, if RUS is bound by cfe and cfe-adapted-1999 is not in force, with chance 3/10, \
after 300 to 1,500 days, RUS notifies suspension of cfe (takes effect after 150 clear days), \
unless by then RUS is not bound by cfe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from simulator.scenario import conditions as c
from simulator.scenario.acts import ActSpec, DateRule, Delay, DelayPoint, Selector, SelectorOrId
from simulator.scenario.phrases import a, days, joined, verb
from simulator.scenario.rules import (
    Action,
    Chance,
    Change,
    Happens,
    Rule,
    SetAction,
    Trigger,
    TriggerAct,
    TriggerBecomes,
    TriggerEvent,
    TriggerEvery,
    TriggerKind,
    TriggerRule,
)

__all__ = [
    "act_phrase",
    "chance_phrase",
    "condition_phrase",
    "date_rule_phrase",
    "delay_phrase",
    "rule_sentence",
    "selector_phrase",
    "trigger_phrase",
]

Roles = Mapping[str, str]

_PLAIN_ROLES: Roles = {"actor": "the actor", "subject": "that party", "*": "every party"}

_STATUS = {
    "non_party": "no party to",
    "signed": "a signatory of",
    "ratified": "a contracting state of",
    "in_force": "bound by",
    "suspended": "suspended under",
    "withdrawn": "withdrawn from",
    "terminated": "released from",
}
_MANY = {"non_party": "no parties to", "signed": "signatories of", "ratified": "contracting states of"}
_TREATY = {
    "open": "open for signature",
    "in_force": "in force",
    "suspended_as_whole": "suspended as a whole",
    "terminated": "terminated",
    "lapsed": "lapsed",
}
_COMPARE = {"is": "", "at_least": "at least ", "at_most": "at most ", "above": "above ", "below": "below "}
_COUNT = {"at_least": "at least", "at_most": "at most", "above": "more than", "below": "fewer than"}


# --- conditions ---------------------------------------------------------------------------------------------------


def condition_phrase(condition: Any, roles: Roles = _PLAIN_ROLES, *, negated: bool = False) -> str:
    """The condition as a clause without capital and full stop; `negated` says its opposite.

    `not`, `all` and `any` are turned inside out (De Morgan), so that a negation stands at the leaf it denies.
    """
    if isinstance(condition, c.Not):
        return condition_phrase(condition.not_, roles, negated=not negated)
    if isinstance(condition, c.All):
        return _group(condition.all, roles, "or" if negated else "and", negated)
    if isinstance(condition, c.AnyOf):
        return _group(condition.any, roles, "and" if negated else "or", negated)
    if isinstance(condition, c.AtLeast):
        group = condition.at_least
        number = f"fewer than {group.n}" if negated else f"at least {group.n}"
        return f"{number} of these hold: ({'; '.join(condition_phrase(part, roles) for part in group.of)})"
    return _LEAVES[type(condition)](condition, roles, " not" if negated else "")


def _group(parts: tuple[Any, ...], roles: Roles, word: str, negated: bool) -> str:
    """Joined parts; a part that is itself joined by the other word goes into brackets."""
    phrases = []
    for part in parts:
        inner = part
        while isinstance(inner, c.Not):
            inner = inner.not_
        phrase = condition_phrase(part, roles, negated=negated)
        nested = isinstance(inner, c.All | c.AnyOf) and len(inner.all if isinstance(inner, c.All) else inner.any) > 1
        phrases.append(f"({phrase})" if nested else phrase)
    return joined(phrases, word)


def _named(name: str, roles: Roles) -> str:
    return roles.get(name, name)


def _who(whom: c.Whom | None, roles: Roles, negated: str = "") -> str:
    """The subject of a leaf; the opposite of "every member is" is said as "not every member is"."""
    if isinstance(whom, c.Members):
        quantifier = {"all_of": "every member", "any_of": "a member"}[whom.kind]
        if negated:
            quantifier = {"all_of": "not every member", "any_of": "no member"}[whom.kind]
        return f"{quantifier} of {_named(whom.value, roles)}"
    if whom is None:
        return "no party" if negated else "a party"
    return _named(whom, roles)


def _says(whom: c.Whom | None, roles: Roles, negated: str, verb_text: str, rest: str) -> str:
    """Subject, verb (is, has), rest; a quantified subject takes the negation upon itself."""
    moved = "" if whom is None or isinstance(whom, c.Members) else negated
    return f"{_who(whom, roles, negated)} {verb_text}{moved} {rest}"


def _status(leaf: c.StatusIs, roles: Roles, negated: str) -> str:
    held = f" for at least {days(leaf.for_days)}" if leaf.for_days else ""
    words = [_STATUS[word] for word in leaf.is_]
    if negated and len(words) > 1 and not isinstance(leaf.of, c.Members):
        return f"{_who(leaf.of, roles)} is{_neither(words)} {leaf.status}{held}"
    return _says(leaf.of, roles, negated, "is", f"{joined(words, 'or')} {leaf.status}{held}")


def _treaty(leaf: c.TreatyIs, roles: Roles, negated: str) -> str:
    words = [_TREATY[word] for word in leaf.is_]
    several = _neither(words) if negated and len(words) > 1 else f"{negated} {joined(words, 'or')}"
    return f"{leaf.treaty} is{several}"


def _neither(words: list[str]) -> str:
    """The denial of several words: "not a or b" could be read as denying the first only."""
    return f" neither {joined(words, 'nor')}"


def _count(leaf: c.CountIs, roles: Roles, negated: str) -> str:
    word, number = leaf.comparison
    if negated:
        word = {"at_least": "below", "below": "at_least", "at_most": "above", "above": "at_most"}[word]
    members = f"members of {_named(leaf.of, roles)}" if leaf.of else "parties"
    what = joined((_MANY.get(status, _STATUS[status]) for status in leaf.is_), "or")
    return f"{_COUNT[word]} {number} {members} are {what} {leaf.count}"


def _toward(leaf: c.TowardIs, roles: Roles, negated: str) -> str:
    stance = {
        "suspended": "in suspension",
        "countermeasure": "under a countermeasure",
        "non_performance": "in non-performance",
    }
    what = joined((stance[word] for word in leaf.is_), "or")
    return _says(leaf.of, roles, negated, "is", f"{what} towards {_named(leaf.toward, roles)} under {leaf.treaty}")


def _pending(leaf: c.PendingIs, roles: Roles, negated: str) -> str:
    what = {"withdrawal": "withdrawal from", "suspension": "suspension of", "entry_into_force": "entry into force of"}
    return _says(leaf.of, roles, negated, "is", f"awaiting its {what[leaf.pending]} {leaf.treaty}")


def _provisional(leaf: c.ProvisionalIs, roles: Roles, negated: str) -> str:
    how = {"none": "not at all", "partial": "in part", "full": "in full"}
    extent = joined((how[word] for word in leaf.is_), "or")
    return _says(leaf.of, roles, negated, "is", f"applying {leaf.provisional} provisionally {extent}")


def _flag(leaf: c.FlagIs, roles: Roles, negated: str) -> str:
    act = {"domestic_approval": "approve_domestically", "intent_disclaimed": "disclaim_intent"}[leaf.flag]
    return _says(leaf.of, roles, negated, "has", verb(act, leaf.treaty, "has").removeprefix("has "))


def _organ_rights(leaf: c.OrganRightsIs, roles: Roles, negated: str) -> str:
    return _says(leaf.of, roles, negated, "is", f"in {leaf.is_} possession of its rights in {leaf.organ_rights}")


def _variable(leaf: c.VariableIs, roles: Roles, negated: str) -> str:
    word, number = leaf.comparison
    return f"{leaf.variable} is{negated} {_COMPARE[word]}{number:,}"


def _happened(leaf: c.Happened, roles: Roles, negated: str) -> str:
    within = ""
    if leaf.within_days is not None:
        within = f" in the last {days(leaf.within_days)}" if leaf.within_days else " that day"
    what = leaf.happened
    if isinstance(what, str):
        return f"{what} has{negated} happened{within}"
    if what.kind:
        return f"{'no ' + what.kind if negated else a(what.kind)} has happened{within}"
    done = verb(what.act or "", what.treaty or "", "has").removeprefix("has ")
    return _says(what.of, roles, negated, "has", done + within)


def _date(leaf: c.DateIs, roles: Roles, negated: str) -> str:
    start, end = leaf.date.from_, leaf.date.before
    span = f"before {end}" if start is None else f"on or after {start}" + (f" and before {end}" if end else "")
    return f"the day is{negated} {span}"


def _party(leaf: c.PartyIn, roles: Roles, negated: str) -> str:
    return f"{_named(leaf.party, roles)} is{negated} a member of {_named(leaf.in_, roles)}"


def _conflict(leaf: c.ConflictIs, roles: Roles, negated: str) -> str:
    return f"{_named(leaf.conflict, roles)} is{negated} in an armed conflict"


_LEAVES: dict[type, Callable[[Any, Roles, str], str]] = {
    c.StatusIs: _status,
    c.TreatyIs: _treaty,
    c.CountIs: _count,
    c.TowardIs: _toward,
    c.PendingIs: _pending,
    c.ProvisionalIs: _provisional,
    c.FlagIs: _flag,
    c.OrganRightsIs: _organ_rights,
    c.VariableIs: _variable,
    c.Happened: _happened,
    c.DateIs: _date,
    c.PartyIn: _party,
    c.ConflictIs: _conflict,
}


# --- acts, dates, delays ------------------------------------------------------------------------------------------


def date_rule_phrase(rule: DateRule) -> str:
    """When something takes effect.

    >>> date_rule_phrase(DateRule.model_validate({"later_of": [{"months": 6}, {"on": "2026-02-05"}]}))
    'on the later of: after 6 months, on 2026-02-05'
    """
    kind, value = rule.kind, rule.value
    if kind == "later_of":
        return f"on the later of: {', '.join(date_rule_phrase(one) for one in value)}"
    if kind == "first_of_nth_month_after":
        return f"on the first day of month {value} after"
    fixed = {"same_day": "on the same day", "as_stated": "as stated", "on": f"on {value}"}
    units = {"days_after": "day", "clear_days": "clear day", "months": "month", "years": "year"}
    return fixed[kind] if kind in fixed else f"after {days(value, units[kind])}"


def act_phrase(act: ActSpec, roles: Roles = _PLAIN_ROLES, actor: str = "") -> str:
    """Who does what, to whom, from when; `actor` does it if the act names nobody."""
    parties = [_named(name, {**roles, "*": "the body of parties"}) for name in act.party] or ([actor] if actor else [])
    done = verb(act.act, act.treaty, "many" if len(parties) > 1 else "one")
    text = f"{joined(parties)} {done}" if parties else done
    if act.toward:
        text += f" towards {joined(_named(name, {**roles, '*': 'every other party'}) for name in act.toward)}"
    details = [f"takes effect {date_rule_phrase(act.effective)}"] if act.effective else []
    details += [f"until {act.until}"] if act.until else []
    details += [f"ground: {act.ground}"] if act.ground else []
    details += [f"stage: {act.stage}"] if act.stage else []
    details += [f"disputed: {act.dispute}"] if act.dispute else []
    return text + (f" ({', '.join(details)})" if details else "")


def _change(variable: str, change: Change) -> str:
    if change.to is not None:
        return f"sets {variable} to {change.to}"
    step = change.add or 0
    return f"{'lowers' if step < 0 else 'raises'} {variable} by {abs(step)}"


def _action(action: Action, roles: Roles, actor: str) -> str:
    if isinstance(action, SetAction):
        return joined(_change(variable, change) for variable, change in action.set.items())
    if isinstance(action, Happens):
        return f"brings about {a(action.happens)}"
    return act_phrase(action, roles, actor)


def _actions(actions: tuple[Action, ...], roles: Roles, actor: str) -> str:
    """All that is done; the actor is named once where the parts allow it."""
    phrases: list[str] = []
    for action in actions:
        first = not phrases
        own = isinstance(action, ActSpec) and bool(action.party)
        phrase = _action(action, roles, actor if first else "")
        phrases.append(phrase if own or isinstance(action, ActSpec) or not first else f"{actor} {phrase}")
    return joined(phrases)


def delay_phrase(delay: Delay | None) -> str:
    """How long after the trigger, beginning with its preposition; empty for at once."""
    if delay is None or (delay.kind in ("days", "months", "years") and delay.value == 0):
        return ""
    kind, value = delay.kind, delay.value
    if kind == "uniform_days":
        return f"after {value[0]:,} to {days(value[1])}"
    if kind == "geometric":
        latest = f", at the latest after {days(value.to_days)}" if value.to_days is not None else ""
        return f"from day {value.from_days:,} on with chance {value.p} a day{latest}"
    if kind in ("choice", "table"):
        return f"after {_points(value)}" + (" (else never)" if kind == "table" else "")
    return f"after {days(value, kind.removesuffix('s'))}"


def _points(points: tuple[DelayPoint, ...]) -> str:
    shown = [f"{days(point.days)} ({point.p})" for point in points[:6]]
    return joined([*shown, f"{len(points) - 6} more"] if len(points) > 6 else shown, "or")


def chance_phrase(chance: Chance, roles: Roles = _PLAIN_ROLES) -> str:
    """The chance, beginning with `with chance`; empty where it is certain."""
    if not isinstance(chance, tuple):
        return "" if chance == Fraction(1) else f"with chance {chance}"
    cases = [f"{one.p} if {condition_phrase(one.when, roles)}" if one.when else f"{one.p}" for one in chance]
    end = "" if chance[-1].when is None else ", otherwise 0"
    return f"with chance {', otherwise '.join(cases)}{end}"


def selector_phrase(selector: SelectorOrId) -> str:
    """The recorded acts that are meant.

    >>> selector_phrase("cfe.RUS.notify_suspension.2007-07-14")
    'the recorded act cfe.RUS.notify_suspension.2007-07-14'
    """
    if not isinstance(selector, Selector):
        return f"the recorded act {selector}"
    acts = f"acts {joined(selector.act, 'or')}" if selector.act else "acts"
    whose = f" of {joined(selector.party, 'or')}" if selector.party else ""
    span = (f" from {selector.from_}" if selector.from_ else "") + (f" up to {selector.to}" if selector.to else "")
    return f"the recorded {acts}{whose} under {selector.treaty}{span}"


# --- rules --------------------------------------------------------------------------------------------------------


def trigger_phrase(trigger: Trigger, roles: Roles = _PLAIN_ROLES) -> str:
    """What sets a rule off, to follow "when" (`every month` stands by itself)."""
    match trigger:
        case TriggerAct():
            who = "a party" if trigger.of is None else _some(trigger.of, roles)
            return f"{who} {verb(trigger.act, trigger.treaty)}"
        case TriggerEvent():
            return f"{trigger.event} happens"
        case TriggerKind():
            return f"{a(trigger.kind)} happens"
        case TriggerBecomes() if trigger.of_treaty:
            return f"{trigger.treaty} becomes {_TREATY[trigger.becomes]}"
        case TriggerBecomes():
            who = "a party" if trigger.of in (None, "*") else _some(trigger.of or "", roles)
            return f"{who} becomes {_STATUS[trigger.becomes]} {trigger.treaty}"
        case TriggerEvery():
            return f"every {trigger.every}"
        case TriggerRule():
            return f"rule {trigger.rule} has acted"


def _some(name: str, roles: Roles) -> str:
    """A party by name, or a member of a bloc; blocs are written small."""
    return _named(name, roles) if name in roles or name[:1].isupper() else f"a member of {name}"


def rule_sentence(rule: Rule) -> str:
    """The whole rule in one sentence."""
    actor = "that member" if rule.each else rule.who
    roles = {"actor": actor, "subject": "that party", "*": "every party"}
    calendar = [trigger_phrase(one, roles) for one in rule.trigger if isinstance(one, TriggerEvery)]
    others = [trigger_phrase(one, roles) for one in rule.trigger if not isinstance(one, TriggerEvery)]
    start = joined([*([f"when {joined(others, 'or')}"] if others else []), *calendar], "and")
    parts = [
        start,
        f"for each member of {rule.each}" if rule.each else "",
        f"if {condition_phrase(rule.when, roles)}" if rule.when else "",
        "" if rule.choose else chance_phrase(rule.chance, roles),
        delay_phrase(rule.after),
        _choices(rule, roles, actor) if rule.choose else _actions(rule.do, roles, actor),
        f"unless by then {condition_phrase(rule.still, roles, negated=True)}" if rule.still else "",
    ]
    text = ", ".join(part for part in parts if part)
    return text[0].upper() + text[1:] + "."


def _choices(rule: Rule, roles: Roles, actor: str) -> str:
    options = [f"({one.id}, chance {one.p}) {_actions(one.do, roles, actor)}" for one in rule.choose]
    return f"one of these or nothing follows: {'; '.join(options)}"
