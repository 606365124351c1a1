"""Checks that need to look at two places of a scenario at once, or at the shipped law and record.

`crosscheck` returns every problem it finds and raises nothing; the loader adds file, line and excerpt. The names are
checked in `references`, single branches in `coherence`; here are the values: dates inside the period, probabilities
that add up, orders and circles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from simulator.scenario import conditions as c
from simulator.scenario.acts import ActSpec, Delay, RecordKey, Selector
from simulator.scenario.branches import Event, Move
from simulator.scenario.coherence import branch_problems, order_problems
from simulator.scenario.library import Library, Loc, Problem
from simulator.scenario.references import ROLES, reference_problems, walk_parts
from simulator.scenario.rules import Rule, TriggerEvery
from simulator.scenario.schema import Scenario
from simulator.scenario.treatylaw import clause_problems, forced_status_problems
from simulator.scenario.values import ParameterRef

__all__ = ["Library", "Problem", "crosscheck"]

_RESERVED = (*ROLES, "all", "any", "nobody")


def crosscheck(scenario: Scenario, library: Library) -> list[Problem]:
    """Every problem of the scenario: first unknown names, then values that do not fit together."""
    checks = (
        reference_problems(scenario, library),
        _ids(scenario),
        _names(scenario, library),
        _period(scenario),
        _moves(scenario, library),
        _numbers(scenario),
        _ranges(scenario),
        _rules(scenario),
        _acts_of_events(scenario),
        _circles(scenario),
        order_problems(scenario, library),
        branch_problems(scenario, library),
        _parameters_of_branches(scenario),
        clause_problems(scenario, library) if scenario.treaties or any(b.clauses for b in scenario.branches) else (),
        forced_status_problems(scenario) if any(b.status for b in scenario.branches) else (),
    )
    return [problem for check in checks for problem in check]


# --- names and ids ------------------------------------------------------------------------------------------------


def _ids(scenario: Scenario) -> Iterator[Problem]:
    """No id stands for two things; options are numbered per rule, added events per branch."""
    for section in ("sources", "events", "rules", "outcomes", "branches"):
        yield from _unique(((section, i), item.id) for i, item in enumerate(getattr(scenario, section)))
    for i, rule in enumerate(scenario.rules):
        yield from _unique((("rules", i, "choose", j), option.id) for j, option in enumerate(rule.choose))
    events = [(("events", i), event.id) for i, event in enumerate(scenario.events)]
    for i, branch in enumerate(scenario.branches):
        added = [(("branches", i, "add", j), event.id) for j, event in enumerate(branch.add)]
        yield from _unique([*events, *added], known=len(events))


def _unique(items: Iterable[tuple[Loc, str]], known: int = 0) -> Iterator[Problem]:
    """Ids that are used again; the first `known` items are only looked at, not reported."""
    first: dict[str, Loc] = {}
    for index, (loc, name) in enumerate(items):
        if name not in first:
            first[name] = loc
        elif index >= known:
            text = f"the id '{name}' is used twice: here and at {_dotted(first[name])}"
            yield Problem((*loc, "id"), "TS301", text, "ids name one thing each", other=(*first[name], "id"))


def _names(scenario: Scenario, library: Library) -> Iterator[Problem]:
    for bloc in scenario.parties.blocs:
        if bloc in _RESERVED:
            text = f"'{bloc}' is a word of the language and cannot name a bloc"
            yield Problem(("parties", "blocs", bloc), "TS316", text, key=True)
    for party in scenario.parties.own:
        if party in library.party_ids:
            text = f"'{party}' is already a party of the shipped table"
            yield Problem(("parties", "own", party), "TS316", text, "leave it out, or choose another id", key=True)


# --- dates and numbers --------------------------------------------------------------------------------------------


def _period(scenario: Scenario) -> Iterator[Problem]:
    """The period runs forwards, and what is asked or known lies inside it."""
    start, end = scenario.period.from_, scenario.period.to
    if end < start:
        text = f"the period ends on {end}, before it begins on {start}"
        yield Problem(("period", "to"), "TS302", text, "exchange from and to", other=("period", "from"))
        return
    dates: list[tuple[Loc, dt.date | None]] = [(("observed", "until"), scenario.observed.until)]
    for i, outcome in enumerate(scenario.outcomes):
        dates += [(("outcomes", i, "by"), outcome.by), (("outcomes", i, "on"), outcome.on)]
    dates += [(("expect", i, "date"), one.date) for i, one in enumerate(scenario.expect)]
    dates += [(("observed", "statuses", i, "date"), one.date) for i, one in enumerate(scenario.observed.statuses)]
    for i, branch in enumerate(scenario.branches):
        dates += [(("branches", i, "status", j, "date"), one.date) for j, one in enumerate(branch.status)]
    for loc, day in dates:
        if day is not None and not start <= day <= end:
            text = f"{day} lies outside the period, {start} to {end}"
            yield Problem(loc, "TS303", text, "change the date or the period", other=("period",))


def _moves(scenario: Scenario, library: Library) -> Iterator[Problem]:
    """Nothing is moved out of the period: beyond its end it never happens, before its start no rule answers it.

    What lies before the period in the file belongs to the setting, and may be moved there.
    """
    period = scenario.period
    first, last = period.from_.toordinal(), period.to.toordinal()
    for i, branch in enumerate(scenario.branches):
        for j, move in enumerate(branch.move):
            for what, day in _moved(move, scenario, library):
                to = move.to.toordinal() if move.to else day + (move.by_days or 0)
                if first <= to <= last or max(to, day) < first:
                    continue
                when = f"to {dt.date.fromordinal(to)}, " if 0 < to <= dt.date.max.toordinal() else ""
                where = "after the period ends" if to > last else "before the period begins"
                text = f"{what} is moved {when}{where}; the period runs from {period.from_} to {period.to}"
                hint = "choose a day of the period, or drop it instead; or make the period longer"
                place = ("branches", i, "move", j, "to" if move.to else "by_days")
                yield Problem(place, "TS303", text, hint, other=("period",))
                break  # of many acts that one move means, the first is enough


def _moved(move: Move, scenario: Scenario, library: Library) -> Iterator[tuple[str, int]]:
    """What a move means, with the day on which it stands; nothing where no day is known."""
    if move.record is not None:
        one = move.record
        treaty = one.treaty if isinstance(one, Selector) else RecordKey.read(one).treaty
        for name in sorted(library.record_ids(treaty)):
            day = RecordKey.read(name).last
            if day is not None and (one.matches(name) if isinstance(one, Selector) else name == one):
                yield f"the recorded act {name}", day.toordinal()
        return
    for event in scenario.events:
        if event.id == move.event:
            shared = event.from_record if event.from_record in library.event_ids else None
            day = event.date or (library.event_day(shared) if shared else None)
            if day is not None:
                yield f"event '{event.id}'", day.toordinal()


def _numbers(scenario: Scenario) -> Iterator[Problem]:
    for name, variable in scenario.variables.items():
        loc = ("variables", name)
        if variable.min > variable.max:
            text = f"min {variable.min} is greater than max {variable.max}"
            yield Problem((*loc, "min"), "TS304", text, "exchange min and max")
        elif not variable.min <= variable.start <= variable.max:
            text = f"start {variable.start} does not lie between min {variable.min} and max {variable.max}"
            yield Problem((*loc, "start"), "TS304", text)
    for name, parameter in scenario.parameters.items():
        low, high = parameter.range or (parameter.value, parameter.value)
        if low > high:
            yield Problem(("parameters", name, "range"), "TS307", f"the range runs backwards, from {low} to {high}")
        elif not low <= parameter.value <= high:
            text = f"the value {parameter.value} lies outside its range, {low} to {high}"
            yield Problem(("parameters", name, "value"), "TS311", text)


def _ranges(scenario: Scenario) -> Iterator[Problem]:
    """Pairs that must run forwards, wherever they stand, and groups that ask for more than there is."""
    values = _values(scenario)
    for loc, part in walk_parts(scenario):
        if isinstance(part, Delay):
            yield from _delay(part, loc, values)
        elif isinstance(part, Selector) and part.from_ and part.to and part.to < part.from_:
            yield Problem((*loc, "to"), "TS307", f"to {part.to} lies before from {part.from_}")
        elif isinstance(part, c.DateRange) and part.from_ and part.before and part.before <= part.from_:
            yield Problem((*loc, "before"), "TS307", f"no day is on or after {part.from_} and before {part.before}")
        elif isinstance(part, c.AtLeastOf) and part.n > len(part.of):
            yield Problem((*loc, "n"), "TS312", f"{part.n} of {len(part.of)} conditions can never hold")


def _delay(delay: Delay, loc: Loc, values: Mapping[str, Fraction]) -> Iterator[Problem]:
    """Days in order and without repetition, probabilities that add up."""
    if delay.uniform_days is not None:
        low, high = delay.uniform_days
        if low > high:
            yield Problem((*loc, "uniform_days"), "TS307", f"the range runs backwards, from {low} to {high} days")
    elif delay.geometric is not None:
        low, last = delay.geometric.from_days, delay.geometric.to_days
        if last is not None and last < low:
            yield Problem((*loc, "geometric", "to_days"), "TS307", f"to_days {last} is less than from_days {low}")
    points = delay.choice or delay.table or ()
    place = (*loc, "choice" if delay.choice else "table")
    for index, (one, after) in enumerate(pairwise(points), start=1):
        if after.days <= one.days:
            text = f"{after.days} days do not come after {one.days} days"
            yield Problem((*place, index, "days"), "TS307", text, "list the days in rising order, each once")
    total = _total((point.p for point in points), values)
    if total is None or not points:
        return
    if delay.choice and total != 1:
        text = f"the probabilities of the choice add up to {total}, not to 1"
        yield Problem(place, "TS306", text, "thirds are exact as 1/3")
    elif total > 1:
        yield Problem(place, "TS305", f"the probabilities of the table add up to {total}, more than 1")


def _values(scenario: Scenario, changed: Mapping[str, Fraction] | None = None) -> dict[str, Fraction]:
    """The value of each parameter, as a branch may have changed it."""
    return {name: one.value for name, one in scenario.parameters.items()} | dict(changed or {})


def _total(probabilities: Iterable[Fraction | ParameterRef], values: Mapping[str, Fraction]) -> Fraction | None:
    """The sum, or None if a parameter is unknown (which is reported where names are checked)."""
    total = Fraction(0)
    for p in probabilities:
        value = values.get(p.name) if isinstance(p, ParameterRef) else p
        if value is None:
            return None
        total += value
    return total


# --- rules and events ---------------------------------------------------------------------------------------------


def _rules(scenario: Scenario) -> Iterator[Problem]:
    values = _values(scenario)
    for i, rule in enumerate(scenario.rules):
        loc: Loc = ("rules", i)
        yield from _options(rule, loc, values)
        periodic = all(isinstance(trigger, TriggerEvery) for trigger in rule.trigger)
        if rule.noise in ("day", "month", "threshold") and not periodic:
            text = f"noise '{rule.noise}' draws once per period, but the rule does not ask every day, month or year"
            yield Problem((*loc, "noise"), "TS308", text, "use a trigger {every: month}, or noise: what")
        if isinstance(rule.chance, tuple):
            yield from _cases(rule.chance, (*loc, "chance"))
    for i, branch in enumerate(scenario.branches):
        for name, chance in branch.chance.items():
            if isinstance(chance, tuple):
                yield from _cases(chance, ("branches", i, "chance", name))


def _options(rule: Rule, loc: Loc, values: Mapping[str, Fraction]) -> Iterator[Problem]:
    total = _total((option.p for option in rule.choose), values)
    if total is not None and total > 1:
        text = f"the probabilities of the options add up to {total}, more than 1"
        yield Problem((*loc, "choose"), "TS305", text, "what is left of 1 means that nothing is done")


def _cases(cases: tuple[Any, ...], loc: Loc) -> Iterator[Problem]:
    """A case without a condition hides all that follow it."""
    for index, case in enumerate(cases[:-1]):
        if case.when is None:
            text = "this case always holds, so those after it are never reached"
            yield Problem((*loc, index), "TS314", text, "put it last")


def _acts_of_events(scenario: Scenario) -> Iterator[Problem]:
    """Every act of an event is done by somebody."""
    for loc, event in _all_events(scenario):
        for index, act in enumerate(event.acts):
            if isinstance(act, ActSpec) and not act.party and not event.actors:
                text = f"nobody does '{act.act}': neither the act has a party nor the event actors"
                yield Problem((*loc, "acts", index), "TS310", text, "add party: ... ('*' for an organ of the treaty)")


def _all_events(scenario: Scenario) -> Iterator[tuple[Loc, Event]]:
    yield from ((("events", i), event) for i, event in enumerate(scenario.events))
    for i, branch in enumerate(scenario.branches):
        yield from ((("branches", i, "add", j), event) for j, event in enumerate(branch.add))


def _circles(scenario: Scenario) -> Iterator[Problem]:
    """Events that presuppose each other: found by taking away, again and again, those that presuppose nothing left."""
    places = {event.id: loc for loc, event in _all_events(scenario)}
    needs = {event.id: {one for one in event.presupposes if one in places} for _, event in _all_events(scenario)}
    free = [name for name, others in needs.items() if not others]
    waiting: dict[str, list[str]] = {}
    for name, others in needs.items():
        for other in others:
            waiting.setdefault(other, []).append(name)
    while free:
        done = free.pop()
        del needs[done]
        for name in waiting.get(done, ()):
            needs[name].discard(done)
            if not needs[name]:
                free.append(name)
    if needs:
        circle = _circle(needs)
        text = f"these events presuppose each other: {' -> '.join([*circle, circle[0]])}"
        yield Problem((*places[circle[0]], "presupposes"), "TS309", text, "an event cannot need itself")


def _circle(needs: Mapping[str, set[str]]) -> list[str]:
    """One circle among events that all need another of them; the same one on every call."""
    name = min(needs)
    seen: list[str] = []
    while name not in seen:
        seen.append(name)
        name = min(needs[name])
    return seen[seen.index(name) :]


# --- branches -----------------------------------------------------------------------------------------------------


def _parameters_of_branches(scenario: Scenario) -> Iterator[Problem]:
    """Probabilities must also add up with the values that a branch gives to parameters."""
    changing = [(i, branch) for i, branch in enumerate(scenario.branches) if branch.parameters]
    usual = set(_sums(scenario, _values(scenario))) if changing else set()
    for i, branch in changing:
        for problem in _sums(scenario, _values(scenario, branch.parameters)):
            if problem not in usual:
                text = f"with these values {problem.message}"
                yield Problem(("branches", i, "parameters"), problem.code, text, problem.hint, other=problem.loc)


def _sums(scenario: Scenario, values: Mapping[str, Fraction]) -> Iterator[Problem]:
    """The sums of probabilities in the rules that are not what they must be."""
    for loc, part in walk_parts(scenario.rules, ("rules",)):
        if isinstance(part, Rule):
            yield from _options(part, loc, values)
        elif isinstance(part, Delay):
            yield from (one for one in _delay(part, loc, values) if one.code in ("TS305", "TS306"))


def _dotted(loc: Loc) -> str:
    return ".".join(str(step) for step in loc)
