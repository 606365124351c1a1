"""The law checks the record: what follows from acts and clauses, beside what sources report.

A replay of the whole record derives when treaties enter into force, for whom, and when withdrawals, suspensions and
ends take effect. Each derived day is held against the recorded effect, or against the first day that a row states
beside its act. Effects are never read from the record by the engine, so that an agreement is a finding.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from simulator.engine.reference import ReferenceEngine
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.clauses import Treaty
from simulator.law.dates import day_text
from simulator.law.lifecycle import lifecycle
from simulator.law.record import RecordedAct, record
from simulator.results.trace import Step
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text

__all__ = ["VERDICTS", "Finding", "figures", "findings", "judge"]

VERDICTS = ("agrees", "contradicts", "cannot_derive", "not_recorded")
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
_CLAUSE = {
    "entered_into_force": "entry_into_force",
    "withdrawal_effective": "withdrawal",
    "expired": "duration",
    "terminated": "linked_termination",
    "suspension_effective": "suspension",
}
_CONSENTS = frozenset({"sign_definitively", "deposit", "accede", "exchange", "consent_otherwise"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One effect: what follows from the law (`derived`), what is on record, and whether the two agree.

    Days are ISO texts, empty where there is none. `explained` names the disputed question behind a contradiction,
    `rows` the recorded acts, `sources` where they and the clause are to be found.
    """

    treaty: str
    party: str
    what: str
    derived: str
    recorded: str
    verdict: str
    sources: tuple[str, ...] = ()
    why: str = ""
    explained: str = ""
    rows: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        names = ("treaty", "party", "what", "derived", "recorded", "verdict", "why", "explained")
        return {name: getattr(self, name) for name in names} | {"sources": list(self.sources), "rows": list(self.rows)}


@dataclass(slots=True)
class _Effect:
    """An effect under comparison: the days derived and the rows that report it."""

    derived: list[int] = field(default_factory=list)
    reported: list[RecordedAct] = field(default_factory=list)
    stated: list[tuple[int, RecordedAct]] = field(default_factory=list)


Key = tuple[str, str, str]


@cache
def findings(view: str = "depositary") -> tuple[Finding, ...]:
    """Replay the whole record under a view and compare every effect, by treaty, party and effect.

    >>> any(one.verdict == "contradicts" and not one.explained for one in findings())
    False
    """
    law = {one: treaty(one) for one in treaty_ids()}
    effects: dict[Key, _Effect] = {}
    for key, day in _derived(view):
        effects.setdefault(key, _Effect()).derived.append(day)
    for name in law:
        for key, act, stated in _recorded(name):
            found = effects.setdefault(key, _Effect())
            if stated is None:
                found.reported.append(act)
            else:
                found.stated.append((stated, act))
    compared = [judge(law[key[0]], key, effects[key]) for key in sorted(effects)]
    return tuple(compared) + tuple(_notices(law))


def figures(found: Iterable[Finding]) -> Mapping[str, int]:
    """How many findings have each verdict, and how many contradictions no question of the register explains.

    >>> figures(findings())["unexplained"]
    0
    """
    many = list(found)
    counts = Counter(one.verdict for one in many)
    unexplained = sum(one.verdict == "contradicts" and not one.explained for one in many)
    return {verdict: counts[verdict] for verdict in VERDICTS} | {"unexplained": unexplained}


# -- what the law makes of it --------------------------------------------------------------------------------------


def _derived(view: str) -> Iterator[tuple[Key, int]]:
    days = [act.day for one in treaty_ids() for act in record(one) if act.day is not None]
    text = {
        "schema": 1,
        "id": "record",
        "title": "The record",
        "period": {"from": day_text(min(days)), "to": f"{dt.date.fromordinal(max(days)).year}-12-31"},
        "record": {"treaties": list(treaty_ids())},
    }
    program = compile_scenario(load_text(json.dumps(text), "record"), mode="replay", view=view)
    trace = ReferenceEngine(program).run()
    for step in trace.steps:
        if _is_effect(step):
            yield (step.treaty, step.party or "*", _WORD[step.act]), step.day


def _is_effect(step: Step) -> bool:
    """A step that law or clock brings about; what an act of the record states outright is not derived."""
    return step.kind == "effect" and step.act in _WORD and step.before != step.after


# -- what is on record ---------------------------------------------------------------------------------------------


def _recorded(name: str) -> Iterator[tuple[Key, RecordedAct, int | None]]:
    """Effects that are reported (no day: the row's own), and first days of effect that stand beside a consent."""
    words = lifecycle().acts
    for act in record(name):
        if words[act.act].by == "effect" and act.day is not None:
            yield (name, act.party, act.act), act, None
        elif act.act in _CONSENTS and act.effective is not None:
            yield (name, act.party, "entered_into_force"), act, act.effective


# -- the comparison ------------------------------------------------------------------------------------------------


def judge(law: Treaty, key: Key, effect: Any) -> Finding:
    """Compare one effect. What rests on a fixed day or on bounds is no derivation, whatever day comes out."""
    name, party, word = key
    days = sorted({act.day for act in effect.reported if act.day is not None} | {day for day, _ in effect.stated})
    rows = [*effect.reported, *(act for _, act in effect.stated)]
    derived = sorted(set(effect.derived))
    verdict, why = _verdict(law, key, derived, days)
    explained = next((act.dispute for act in rows if act.dispute), "") if verdict == "contradicts" else ""
    return Finding(
        name,
        party,
        word,
        ", ".join(map(day_text, derived)),
        ", ".join(map(day_text, days)),
        verdict,
        _sources(law, word, rows),
        why,
        explained,
        tuple(dict.fromkeys(act.id for act in rows)),
    )


def _verdict(law: Treaty, key: Key, derived: list[int], days: list[int]) -> tuple[str, str]:
    name, party, word = key
    if not days:
        return "not_recorded", "no source in the record reports the effect"
    if not derived:
        return _not_derived(law, word)
    again = party != "*" and word == "entered_into_force"  # a State that left may have joined anew since
    if derived != days and not (again and set(days) <= set(derived)):
        return "contradicts", "the acts and the clause lead to another day"
    weak = _weakness(law, name, party, word, derived)
    return ("cannot_derive", weak) if weak else ("agrees", "")


def _not_derived(law: Treaty, word: str) -> tuple[str, str]:
    if word == "entered_into_force" and law.clauses.entry_into_force is None:
        return "cannot_derive", "no clause on entry into force is known"
    return "contradicts", "sources report an effect to which acts and clauses do not lead"


def _weakness(law: Treaty, name: str, party: str, word: str, derived: list[int]) -> str:
    """Why an equal day is no derivation: a fixed day stands in, or the acts behind it are known as bounds only."""
    if word != "entered_into_force":
        return ""
    entry = law.clauses.entry_into_force
    if entry and entry.stand_in and entry.stand_in.toordinal() in derived:
        return "a fixed day stands in for a threshold that the record does not hold"
    first = set(derived)
    behind = (act for act in record(name) if act.act in _CONSENTS and act.day in first and act.precision == "by")
    if any(party in ("*", act.party) for act in behind) or (party != "*" and _entry_is_bound(law, name, derived)):
        return "consents behind it are known only as bounds, up to this very day"
    return ""


def _entry_is_bound(law: Treaty, name: str, derived: list[int]) -> bool:
    """Whether the treaty's own entry into force, of the same day, rests on bounds."""
    acts = [act for act in record(name) if act.act in _CONSENTS and act.precision == "by" and act.day in derived]
    entered = [act.day for act in record(name) if act.act == "entered_into_force" and act.party == "*"]
    return bool(acts) and any(day in derived for day in entered)


def _sources(law: Treaty, word: str, rows: Iterable[RecordedAct]) -> tuple[str, ...]:
    clause = getattr(law.clauses, _CLAUSE.get(word, ""), None) if word in _CLAUSE else None
    named = [act.source for act in rows] + [str(getattr(clause, "source", ""))]
    return tuple(dict.fromkeys(one for one in named if one))


# -- notices -------------------------------------------------------------------------------------------------------


def _notices(law: Mapping[str, Treaty]) -> Iterator[Finding]:
    """Hold the first day that a notice of withdrawal states against the clause alone."""
    for name, its in law.items():
        clause = its.clauses.withdrawal
        for act in record(name):
            if act.act != "notify_withdrawal" or act.effective is None or act.day is None:
                continue
            verdict, derived, why = "cannot_derive", "", "no clause gives a length of notice"
            if clause and clause.notice and clause.notice.kind == "as_stated":
                why = "the clause leaves the day to the notice"
            elif clause and clause.notice:
                start = act.received if clause.clock == "receipt" and act.received is not None else act.day
                first = clause.notice.first_day(start)
                derived, why = day_text(first), ""
                verdict = "agrees" if first == act.effective else "contradicts"
            yield Finding(
                name,
                act.party,
                "first_day_of_notice",
                derived,
                day_text(act.effective),
                verdict,
                _sources(its, "withdrawal_effective", [act]),
                why,
                act.dispute if verdict == "contradicts" else "",
                (act.id,),
            )
