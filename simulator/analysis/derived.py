"""Effects that follow from acts and clauses: a replay under a view, with single questions read otherwise where asked.

The whole record is replayed to compare it. Where one effect contradicts a source, only the treaties that are tied to
its own are replayed again, once for each other reading of the questions that its rows name.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

from simulator.engine.reference import ReferenceEngine
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.dates import day_text
from simulator.law.record import RecordedAct, record
from simulator.law.views import disputes, resolve_view
from simulator.results.trace import Refusal, Step
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text

__all__ = ["EVENTS", "Days", "Key", "acts_of", "agreeing", "derived", "refused", "tied"]

# Treaty, party (`*`: the treaty itself), effect in the record's words.
Key = tuple[str, str, str]
# The days of each effect, as ordinals in order.
Days = Mapping[Key, tuple[int, ...]]
# The effect in the record's words -> the events of the machines that are this effect.
EVENTS = {
    "entered_into_force": ("enter_into_force", "enter_into_force_for_party"),
    "withdrawal_effective": ("withdrawal_effective",),
    "suspension_effective": ("suspension_effective",),
    "expired": ("expire",),
    "superseded": ("supersede",),
    "terminated": ("bilateral_exit", "floor_breached", "no_two_parties", "linked_termination", "lapse"),
}
_WORD = {event: word for word, events in EVENTS.items() for event in events}


def derived(
    view: str = "depositary",
    readings: tuple[tuple[str, str], ...] = (),
    treaties: tuple[str, ...] = (),
    own: tuple[RecordedAct, ...] = (),
) -> Days:
    """Replay the record and return the days of every effect that law or clock brings about.

    `readings` are questions that are not answered as the view does, `treaties` the only ones to replay (none: all),
    `own` acts that join the record. Raises LawError for an unknown question or reading.

    >>> [day_text(day) for day in derived("strict", (), ("cfe",))["cfe", "TUR", "suspension_effective"]]
    ['2024-07-05']
    >>> [day_text(day) for day in derived("strict", (("D2", "as_notified"),), ("cfe",))["cfe", "TUR", "suspension_effective"]]
    ['2024-04-08']
    """  # noqa: E501 -- an example stands on one line
    return _replayed(view, readings, treaties, own)[0]


def refused(
    view: str = "depositary", treaties: tuple[str, ...] = (), own: tuple[RecordedAct, ...] = ()
) -> tuple[Refusal, ...]:
    """Return the acts of the record, with `own` beside it, that the law refuses in a replay, in their order.

    >>> refused("depositary", ("cfe",))
    ()
    """
    return _replayed(view, (), treaties, own)[1]


@cache
def _replayed(
    view: str, readings: tuple[tuple[str, str], ...], treaties: tuple[str, ...], own: tuple[RecordedAct, ...]
) -> tuple[Days, tuple[Refusal, ...]]:
    resolve_view(view, dict(readings))
    acts = [*own, *(act for one in treaty_ids() for act in record(one))]
    days = [act.day for act in acts if act.day is not None]
    text = {
        "schema": 1,
        "id": "record",
        "title": "The record",
        "period": {"from": day_text(min(days)), "to": f"{dt.date.fromordinal(max(days)).year}-12-31"},
        "record": {"treaties": list(treaties or treaty_ids())},
        "view": {"name": view, "overrides": dict(readings)},
    }
    program = compile_scenario(load_text(json.dumps(text), "record"), mode="replay", acts=own)
    trace = ReferenceEngine(program).run()
    found: dict[Key, set[int]] = {}
    for step in trace.steps:
        if _is_effect(step):
            found.setdefault((step.treaty, step.party or "*", _WORD[step.act]), set()).add(step.day)
    effects = MappingProxyType({key: tuple(sorted(many)) for key, many in found.items()})
    return effects, tuple(one for one in trace.refused if one.kind == "refused")


def acts_of(name: str, own: tuple[RecordedAct, ...] = ()) -> tuple[RecordedAct, ...]:
    """Return the acts of a treaty: those of the shipped record, then those of `own` that belong to it."""
    return (*record(name), *(act for act in own if act.treaty == name)) if own else record(name)


def _is_effect(step: Step) -> bool:
    """A step that law or clock brings about; what an act of the record states outright is not derived."""
    return step.kind == "effect" and step.act in _WORD and step.before != step.after


def agreeing(
    key: Key,
    questions: Iterable[str],
    view: str,
    agrees: Callable[[tuple[int, ...]], bool],
    own: tuple[RecordedAct, ...] = (),
) -> tuple[str, tuple[str, ...]]:
    """Return the first of these questions of which some reading leads to days that agree, and all such readings.

    The days of the effect `key` must agree under the reading and not under the view's own: a reading explains only what
    it moves. `own` acts join the record. Returns ("", ()) where no reading does.

    >>> suspended = dt.date(2007, 12, 12).toordinal()
    >>> agreeing(("cfe", "RUS", "suspension_effective"), ["D1"], "objector", lambda days: days == (suspended,))
    ('D1', ('suspended', 'changed_circumstances'))
    """
    around = tied(key[0])
    near = tuple(act for act in own if act.treaty in around)
    if agrees(derived(view, (), around, near).get(key, ())):
        return "", ()
    for question in questions:
        mine = resolve_view(view).readings[question]
        others = [one for one in disputes()[question].readings if one != mine]
        found = [one for one in others if agrees(derived(view, ((question, one),), around, near).get(key, ()))]
        if found:
            return question, tuple(found)
    return "", ()


@cache
def tied(name: str) -> tuple[str, ...]:
    """Return the treaties that a treaty's fate is tied to, over any number of steps, and itself, sorted.

    A tie is a clause by which one treaty supersedes, amends, requires or ends with another.

    >>> tied("sort")
    ('new-start', 'sort')
    """
    found, new = {name}, [name]
    while new:
        at = new.pop()
        more = {other for pair in _ties() if at in pair for other in pair} - found
        found |= more
        new += more
    return tuple(sorted(found))


@cache
def _ties() -> frozenset[tuple[str, str]]:
    shipped = set(treaty_ids())
    return frozenset((one, other) for one in shipped for other in _names(one) if other in shipped)


def _names(one: str) -> Iterator[str]:
    law = treaty(one)
    if law.clauses.supersedes:
        yield from law.clauses.supersedes.treaties
    if law.clauses.linked_termination:
        yield law.clauses.linked_termination.ends_with
    yield from filter(None, (law.amends, law.requires_in_force))
