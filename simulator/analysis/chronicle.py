"""The chronicle: what happened when, to whom, why and on what basis, as rows with their sources.

The replay of the record carries the acts out and derives their effects. A row adds what the trace leaves to the reader:
an effect carries the sources of the acts that led to it and of the rows that report it, and is unconfirmed as soon as
one act that it rests on is. An act whose day is unknown stands at the end; it is shown and never applied.

>>> rows = chronicle(treaty="cfe", party="RUS", first="2023-06-01")
>>> [(row.date, row.act, row.before, row.after) for row in rows]
[('2023-06-09', 'notify_withdrawal', 'suspended', 'suspended'), ('2023-11-07', 'withdrawal_effective', 'suspended', 'withdrawn')]
"""  # noqa: E501 -- a value of an example stands on one line

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.analysis.laws import laws_of
from simulator.analysis.timeline import Timeline, day_text, timeline
from simulator.analysis.worlds import whole_record
from simulator.engine.reference import ReferenceEngine
from simulator.errors import RecordError
from simulator.law.catalogue import parties, treaty_ids
from simulator.law.catalogue import treaty as law
from simulator.law.clauses import Clause
from simulator.law.lifecycle import PARTY_STATUSES, lifecycle
from simulator.law.record import RecordedAct, record
from simulator.results.grounds import Grounds
from simulator.results.trace import Refusal, Step, Trace
from simulator.scenario.compile import compile_scenario

__all__ = ["FIELDS", "Entry", "chronicle", "replayed"]

FIELDS = (
    "date",
    "done",
    "party",
    "treaty",
    "kind",
    "act",
    "from",
    "to",
    "toward",
    "why",
    "basis",
    "dispute",
    "sources",
    "confidence",
    "id",
    "reported",
)
# The effect in the machines' words -> the word under which sources report it.
_REPORTED = {
    "enter_into_force": "entered_into_force",
    "enter_into_force_for_party": "entered_into_force",
    "withdrawal_effective": "withdrawal_effective",
    "suspension_effective": "suspension_effective",
    "expire": "expired",
    "supersede": "superseded",
    "bilateral_exit": "terminated",
    "floor_breached": "terminated",
    "no_two_parties": "terminated",
    "linked_termination": "terminated",
    "lapse": "terminated",
    "adopt": "adopt",
    "open_for_signature": "open_for_signature",
    "close_for_signature": "close_for_signature",
}
# What clauses bring about by themselves: a row that states it is a report, too.
_BY_CLAUSE = frozenset({"adopt", "open_for_signature", "close_for_signature"})


# What clauses bring about without any act, or by a day of their own -> the clause.
_CLAUSES = {
    "open_for_signature": "signature",
    "close_for_signature": "signature",
    "enter_into_force": "entry_into_force",
    "apply_provisionally": "provisional",
    "end_provisional": "provisional",
    "expire": "duration",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `date` is the ISO day on which it applies, `done` the day as it is recorded (`2022-08`, `unknown`).

    `kind` is act, effect, claim or statement, refused where the law does not allow the act, undated where the day is
    unknown. `id` names the recorded act, `reported` the rows that report the effect.
    """

    date: str
    done: str
    party: str
    treaty: str
    kind: str
    act: str
    before: str = ""
    after: str = ""
    toward: tuple[str, ...] = ()
    why: str = ""
    basis: str = ""
    dispute: str = ""
    sources: tuple[str, ...] = ()
    confirmed: bool = True
    id: str = ""
    reported: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of `timeline`."""
        names = {"from": "before", "to": "after"}
        row = {name: getattr(self, names.get(name, name)) or None for name in FIELDS if name != "confidence"}
        lists = {name: list(getattr(self, name)) for name in ("toward", "sources", "reported")}
        row |= lists | {"confidence": "sourced" if self.confirmed else "unconfirmed"}
        return {name: row[name] for name in FIELDS}


def chronicle(
    *,
    party: str | None = None,
    treaty: str | None = None,
    bloc: str | None = None,
    first: str | None = None,
    last: str | None = None,
    view: str = "depositary",
    known: str | None = None,
) -> list[Entry]:
    """Return what happened, in order; days are ISO texts and included.

    A party's rows are what it did, what befell it, and what others did towards it by name. `bloc` is the id of a
    treaty: only States that are its parties at the end of the row's day are shown. Without `last` the chronicle ends
    with the last day that the record names, or with the day of `known`.

    Raises RecordError for an unknown treaty, party or bloc.
    """
    for name in (treaty, bloc):
        if name is not None and name not in treaty_ids():
            raise RecordError(f"unknown treaty {name!r}; the record has {', '.join(treaty_ids())}")
    if party is not None and party not in parties():
        raise RecordError(f"unknown party {party!r}; parties are named by ISO alpha-3 codes such as RUS, USA, DEU")
    trace, line = replayed(last or known, view, known)
    rows = _Reader(trace).rows()
    found = [row for row in rows if treaty in (None, row.treaty) and (party is None or _concerns(row, party))]
    if first or last:
        found = [row for row in found if row.date and (first or "") <= row.date <= (last or "9999")]
    return [row for row in found if bloc is None or _member(line, row, bloc)]


def replayed(until: str | None, view: str, known: str | None = None) -> tuple[Trace, Timeline]:
    """Replay the whole record up to a day, as it was known on a day."""
    end, then = (dt.date.fromisoformat(one) if one else None for one in (until, known))
    program = compile_scenario(whole_record(end), mode="replay", view=view, known=then)
    trace = ReferenceEngine(program).run()
    return trace, timeline(trace, laws_of(program))


def _concerns(row: Entry, party: str) -> bool:
    return party == row.party or party in row.toward


def _member(line: Timeline, row: Entry, bloc: str) -> bool:
    if not row.party or not row.date:
        return False
    return line.status(row.party, bloc, dt.date.fromisoformat(row.date).toordinal()) in PARTY_STATUSES


class _Reader:
    """Makes rows of a trace and remembers what each relationship rests on."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.grounds = Grounds(trace.steps)
        acts = [act for name in trace.treaties for act in record(name)]
        self.acts: Mapping[str, RecordedAct] = {act.id: act for act in acts}
        self.effects: dict[tuple[str, str, str, int | None], list[RecordedAct]] = {}
        for act in acts:
            if not lifecycle().acts[act.act].scriptable or act.act in _BY_CLAUSE:
                self.effects.setdefault((act.treaty, act.party, act.act, act.day), []).append(act)

    def rows(self) -> list[Entry]:
        """All steps and refusals by day, then acts of unknown day."""
        entries = [self._entry(step) for step in self.trace.steps]
        entries += [self._refused(one) for one in self.trace.refused]
        told = {name for row in entries for name in (row.id, *row.reported)}
        entries += [_idle(act) for act in self.acts.values() if act.act in _BY_CLAUSE and self._then(act) - told]
        entries.sort(key=lambda row: row.date)  # stable: the order of one day is that of the trace
        return entries + list(_undated(self.acts.values()))

    def _then(self, act: RecordedAct) -> set[str]:
        """The act's id, if it was done and known by the end of the replay."""
        return {act.id} if act.day is not None and max(act.day, act.recorded or 0) <= self.trace.last else set()

    def _entry(self, step: Step) -> Entry:
        chain = self.trace.chain(step.number)
        reported = self._reported(step)
        sources = [act.source for act in reported] + [source for one in reversed(chain) for source in one.sources]
        clause = _clause(chain[0]) if step.kind == "effect" and not any(sources) else None
        sources += [clause.source] if clause else []
        act = self.acts.get(step.id)
        root = next((self.acts[one.id] for one in reversed(chain) if one.id in self.acts), None)
        return Entry(
            day_text(step.day),
            act.done if act else day_text(step.day),
            step.party,
            step.treaty,
            step.kind,
            step.act,
            step.before,
            step.after,
            step.toward,
            self._why(step, act),
            step.basis,
            root.dispute if root else "",
            tuple(dict.fromkeys(one for one in sources if one)),
            self._confirmed(step, clause) and (step.kind != "effect" or any(sources)),
            step.id,
            tuple(one.id for one in reported),
        )

    def _reported(self, step: Step) -> list[RecordedAct]:
        word = _REPORTED.get(step.act, "")
        return self.effects.get((step.treaty, step.party or "*", word, step.day), []) if step.kind == "effect" else []

    def _why(self, step: Step, act: RecordedAct | None) -> str:
        """For an act the instrument, its ground and its reading; for an effect the step before it."""
        parts: list[str] = []
        if step.kind == "effect" and step.cause >= 0:
            before = self.trace.steps[step.cause]
            who = f" of {before.party}" if before.party not in ("", step.party) else ""
            when = f" on {day_text(before.day)}" if before.day != step.day else ""
            parts.append(f"{before.act.replace('_', ' ')}{who}{when}")
        if step.note and not any(step.note in part for part in parts):
            parts.append(step.note)
        if act is not None and act.override:
            parts.append(f"read differently: {act.override}")
        return "; ".join(parts)

    def _confirmed(self, step: Step, clause: Clause | None) -> bool:
        """Acts by themselves; effects by every act that led to them, and by what the relationship rested on before.

        Where a clause alone brings an effect about, its own confidence counts.
        """
        self.grounds.take(step)
        if step.kind != "effect":
            return step.confirmed
        sure = all(self.trace.steps[number].confirmed for number in self.grounds.behind(step))
        by_clause = clause is None or clause.confidence == "sourced"
        return sure and by_clause and self.grounds.confirmed(step.party, step.treaty)

    def _refused(self, one: Refusal) -> Entry:
        act = self.acts.get(one.id)
        date = day_text(one.day)
        return Entry(
            date,
            act.done if act else date,
            one.party,
            one.treaty,
            "refused",
            one.act,
            why=one.reason,
            basis=one.basis,
            dispute=act.dispute if act else "",
            sources=one.sources,
            confirmed=act.confirmed if act else True,
            id=one.id,
        )


def _clause(step: Step) -> Clause | None:
    """The clause that has brought a step about, if it has one source or another."""
    if step.kind != "effect" or step.act not in _CLAUSES:
        return None
    found = getattr(law(step.treaty).clauses, _CLAUSES[step.act])
    several: tuple[Clause, ...] = found if isinstance(found, tuple) else (found,) if found else ()
    return next((one for one in several if one.source), next(iter(several), None))


def _idle(act: RecordedAct) -> Entry:
    """An act that found the treaty where it would have led it."""
    return Entry(
        day_text(act.day or 1),
        act.done,
        "" if act.party == "*" else act.party,
        act.treaty,
        "statement",
        act.act,
        why="; ".join(one for one in (act.instrument, "its clauses have it so already") if one),
        basis=lifecycle().acts[act.act].basis,
        dispute=act.dispute,
        sources=(act.source,) if act.source else (),
        confirmed=act.confirmed,
        id=act.id,
    )


def _undated(acts: Iterable[RecordedAct]) -> Iterator[Entry]:
    for act in acts:
        if act.day is None:
            who = "" if act.party == "*" else act.party
            sources = (act.source,) if act.source else ()
            yield Entry(
                "",
                act.done,
                who,
                act.treaty,
                "undated",
                act.act,
                toward=act.toward,
                why="; ".join(one for one in (act.instrument, "its day is unknown, so it is not applied") if one),
                dispute=act.dispute,
                sources=sources,
                confirmed=act.confirmed,
                id=act.id,
            )
