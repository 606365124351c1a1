"""The law checks the record: what follows from acts and clauses, beside what sources report.

A replay of the whole record derives when treaties enter into force, for whom, and when withdrawals, suspensions and
ends take effect. Each derived day is held against the recorded effect, or against the first day that a row states
beside its act. Effects are never read from the record by the engine. An agreement is a finding only where a source
reports the day by itself; what an equal day is worth otherwise is told apart (`VERDICTS`).

A contradiction is explained by a disputed question only if its rows name the question and some reading of it, put in
the place of the view's own, leads to the recorded day. That a question is named explains nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from simulator.analysis.derived import Key, acts_of, agreeing, derived, tied
from simulator.analysis.verdicts import CONSENTS, VERDICTS, agree, first_day, verdict
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.clauses import Treaty
from simulator.law.dates import day_text
from simulator.law.lifecycle import lifecycle
from simulator.law.record import RecordedAct

__all__ = ["VERDICTS", "Finding", "figures", "findings", "judge", "notice"]

_CLAUSE = {
    "entered_into_force": "entry_into_force",
    "withdrawal_effective": "withdrawal",
    "expired": "duration",
    "terminated": "linked_termination",
    "suspension_effective": "suspension",
}
_NOTHING: tuple[str, tuple[str, ...]] = ("", ())  # no question explains it, under no reading


@dataclass(frozen=True, slots=True)
class Finding:
    """One effect: what follows from the law (`derived`), what is on record, and how the two stand to each other.

    `verdict` is one of `VERDICTS`: `agrees` where a source reports the day by itself, `consistent` where the same day
    was computed, recalled or stated by the act. Days are ISO texts, empty where there is none. `explained` is the
    disputed question that explains a contradiction, `readings` those of its readings under which the recorded day
    follows. `rows` are the recorded acts, `sources` where they and the clause are to be found.
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
    readings: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """What explains a contradiction, in words: `D5 read as suspended`; empty where nothing does."""
        return f"{self.explained} read as {' or '.join(self.readings)}" if self.explained else ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        names = ("treaty", "party", "what", "derived", "recorded", "verdict", "why", "explained")
        lists = ("readings", "sources", "rows")
        return {name: getattr(self, name) for name in names} | {name: list(getattr(self, name)) for name in lists}


@dataclass(slots=True)
class _Effect:
    """An effect under comparison: the days derived and the rows that report it."""

    derived: list[int] = field(default_factory=list)
    reported: list[RecordedAct] = field(default_factory=list)
    stated: list[tuple[int, RecordedAct]] = field(default_factory=list)


@cache
def findings(view: str = "depositary", own: tuple[RecordedAct, ...] = ()) -> tuple[Finding, ...]:
    """Replay the whole record under a view and compare every effect, by treaty, party and effect.

    With acts of one's `own` beside the record, only their treaties and those that are tied to them are compared.

    >>> any(one.verdict == "contradicts" and not one.explained for one in findings())
    False
    """
    names = sorted({near for act in own for near in tied(act.treaty)}) if own else list(treaty_ids())
    law = {one: treaty(one) for one in names}
    effects: dict[Key, _Effect] = {}
    for key, days in derived(view, (), tuple(names) if own else (), own).items():
        effects[key] = _Effect(list(days))
    for name in law:
        for key, act, stated in _recorded(name, own):
            found = effects.setdefault(key, _Effect())
            if stated is None:
                found.reported.append(act)
            else:
                found.stated.append((stated, act))
    compared = [judge(law[key[0]], key, effects[key], view, own) for key in sorted(effects)]
    return tuple(compared) + tuple(_notices(law, view, own))


def figures(found: Iterable[Finding]) -> Mapping[str, int]:
    """How many findings have each verdict, and how many contradictions no reading of a named question explains.

    >>> figures(findings())["unexplained"]
    0
    """
    many = list(found)
    counts = Counter(one.verdict for one in many)
    unexplained = sum(one.verdict == "contradicts" and not one.explained for one in many)
    return {verdict: counts[verdict] for verdict in VERDICTS} | {"unexplained": unexplained}


# -- what is on record ---------------------------------------------------------------------------------------------


def _recorded(name: str, own: tuple[RecordedAct, ...]) -> Iterator[tuple[Key, RecordedAct, int | None]]:
    """Effects that are reported (no day: the row's own), and first days of effect that stand beside a consent."""
    words = lifecycle().acts
    for act in acts_of(name, own):
        if words[act.act].by == "effect" and act.day is not None:
            yield (name, act.party, act.act), act, None
        elif act.act in CONSENTS and act.effective is not None:
            yield (name, act.party, "entered_into_force"), act, act.effective


# -- the comparison ------------------------------------------------------------------------------------------------


def judge(law: Treaty, key: Key, effect: Any, view: str = "depositary", own: tuple[RecordedAct, ...] = ()) -> Finding:
    """Compare one effect. What rests on a fixed day or on bounds is no derivation, whatever day comes out."""
    rows = [*effect.reported, *(act for _, act in effect.stated)]
    reported = {act.day for act in effect.reported if act.day is not None}
    days = tuple(sorted(reported | {day for day, _ in effect.stated}))
    found = tuple(sorted(set(effect.derived)))
    word, why = verdict(law, key, found, effect, own)
    question, readings = _NOTHING
    if word == "contradicts":
        question, readings, more = _explained(key, rows, view, lambda under: agree(key, under, days), own)
        why += more
    return Finding(
        *key,
        ", ".join(map(day_text, found)),
        ", ".join(map(day_text, days)),
        word,
        _sources(law, key[2], rows),
        why,
        question,
        readings,
        tuple(dict.fromkeys(act.id for act in rows)),
    )


def _explained(
    key: Key,
    rows: Iterable[RecordedAct],
    view: str,
    agrees: Callable[[tuple[int, ...]], bool],
    own: tuple[RecordedAct, ...],
) -> tuple[str, tuple[str, ...], str]:
    """Look for a reading of the questions that the rows name; without one, the last text says that there is none."""
    named = list(dict.fromkeys(act.dispute for act in rows if act.dispute))
    question, readings = agreeing(key, named, view, agrees, own)
    none = f"; no reading of {' or '.join(named)} leads to the recorded one" if named and not question else ""
    return question, readings, none


def _sources(law: Treaty, word: str, rows: Iterable[RecordedAct]) -> tuple[str, ...]:
    clause = getattr(law.clauses, _CLAUSE.get(word, ""), None) if word in _CLAUSE else None
    named = [act.source for act in rows] + [str(getattr(clause, "source", ""))]
    return tuple(dict.fromkeys(one for one in named if one))


# -- notices -------------------------------------------------------------------------------------------------------


def _notices(law: Mapping[str, Treaty], view: str, own: tuple[RecordedAct, ...]) -> Iterator[Finding]:
    """Hold the first day that a notice of withdrawal states against the clause alone."""
    for its in law.values():
        for act in acts_of(its.id, own):
            if act.act == "notify_withdrawal" and act.effective is not None and act.day is not None:
                yield notice(its, act, view, own)


def notice(law: Treaty, act: RecordedAct, view: str = "depositary", own: tuple[RecordedAct, ...] = ()) -> Finding:
    """Compare the first day that one notice states; at best it is consistent with the clause, whose author it quotes.

    Raises ValueError if the notice has no day or states no first one.
    """
    if act.day is None or act.effective is None:
        raise ValueError(f"{act.id} has no day or states no first day of effect")
    first, why = first_day(law, act)
    word = "cannot_derive" if first is None else ("consistent" if first == act.effective else "contradicts")
    question, readings = _NOTHING
    if word == "contradicts":
        key = (law.id, act.party, "withdrawal_effective")
        question, readings, more = _explained(key, [act], view, lambda days: days == (act.effective,), own)
        why += more
    return Finding(
        law.id,
        act.party,
        "first_day_of_notice",
        day_text(first) if first is not None else "",
        day_text(act.effective),
        word,
        _sources(law, "withdrawal_effective", [act]),
        why or "the notice states it",
        question,
        readings,
        (act.id,),
    )
