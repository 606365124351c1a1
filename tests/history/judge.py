"""The judge of a row: compares what a row says with what a replay shows, and reports with the acts behind."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from simulator.results.trace import Position
from tests.history.casebook import Case, Row
from tests.history.replays import Question, Snapshot, acts_behind, engine, family, frozen, run, snapshot, trace

__all__ = ["judge", "question", "report"]

Finding = tuple[str, Any, Any]  # what was asked, what the row says, what the replay shows


def _date(day: int | None) -> dt.date | None:
    return None if day is None else dt.date.fromordinal(day)


def question(case: Case, row: Row) -> Question:
    """What has to be replayed for a row."""
    world = json.dumps(case.worlds[row.world]) if row.world else ""
    # Treaties without a link by clause cannot touch each other: what is replayed is the row's treaty and its family.
    treaties = tuple(one for one in case.record if row.world or one in family(row.treaty))
    return Question(treaties, row.view, tuple(sorted(row.readings.items())), row.known_on, world)


def judge(case: Case, row: Row) -> list[Finding]:
    """Return what the row says and the replay does not show; nothing if they agree."""
    asked = question(case, row)
    if row.always or row.never:
        return list(_over_time(asked, row))
    assert row.on is not None
    if row.tries:
        return list(_attempt(asked, row))
    shown = snapshot(asked, row.on)
    found = _party(shown, row) if row.party else _treaty(asked, shown, row)
    return [(name, said, got) for name, said, got in found if said is not None and said != got]


# -- one day -----------------------------------------------------------------------------------------------------


def _party(shown: Snapshot, row: Row) -> Iterator[Finding]:
    one = shown.position(row.party[0], row.treaty)
    yield "is", row.is_, one.status
    if row.is_not == one.status:
        yield "is_not", row.is_not, one.status
    yield "reason", row.reason, one.reason
    yield "since", row.since, _date(one.since or None)
    yield "provisional", row.provisional, one.provisional
    yield "pending", row.pending, {kind: _date(day) for kind, day in one.pending}
    if row.toward is not None:
        yield "toward", {other: set(facts) for other, facts in row.toward.items()}, _toward(one, row.toward)
    yield "disputed", row.disputed, one.disputed
    yield "flags", row.flags, {name: name in one.flags for name in row.flags or ()}
    yield "organ_rights", row.organ_rights, one.organ_rights
    yield "spells", row.spells, tuple((_date(first), _date(last)) for first, last in one.spells)


def _toward(one: Position, asked: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    return {other: {what for party, what in one.toward if party == other} for other in asked}


def _treaty(asked: Question, shown: Snapshot, row: Row) -> Iterator[Finding]:
    status, reason, since = shown.treaties[row.treaty]
    yield "treaty_is", row.treaty_is, status
    yield "reason", row.reason, reason
    yield "since", row.since, _date(since or None)
    yield "parties", row.parties, len(shown.bound(row.treaty))
    yield "count", row.count, {word: len(shown.having(row.treaty, word)) for word in row.count or ()}
    if row.missing is not None:
        yield "missing", sorted(row.missing), _missing(asked, shown, row.treaty)


def _missing(asked: Question, shown: Snapshot, treaty: str) -> list[str]:
    """The States that the entry-into-force rule names and that have not consented."""
    program = engine(asked).program
    terms = program.terms[program.names.treaties.index(treaty)]
    assert terms.entry is not None
    named = {program.names.parties[code] for code in terms.entry.named}
    return sorted(named - {*shown.having(treaty, "ratified", "in_force", "suspended")})


# -- a period ----------------------------------------------------------------------------------------------------


def _over_time(asked: Question, row: Row) -> Iterator[Finding]:
    """Ask every day on which something happened to the pair (or, for `*`, look at every move of anyone)."""
    party = row.party[0]
    whole = trace(asked)
    first, last = row.from_ or dt.date.fromordinal(1), row.to or dt.date.fromordinal(whole.last)
    steps = [s for s in whole.steps if s.treaty == row.treaty and first <= dt.date.fromordinal(s.day) <= last]
    if party == "*":
        seen = {(s.day, s.party, s.after) for s in steps if s.party and s.after}
    else:
        days = {first, last} | {dt.date.fromordinal(s.day) for s in steps if s.party in (party, "")}
        seen = {(d.toordinal(), party, snapshot(asked, d).position(party, row.treaty).status) for d in days}
    for day, who, status in sorted(seen):
        if (row.always and status not in row.always) or status in row.never:
            said = f"always {' or '.join(row.always)}" if row.always else f"never {' or '.join(row.never)}"
            yield f"{who} on {dt.date.fromordinal(day)}", said, status


# -- an act that is tried ----------------------------------------------------------------------------------------


def _attempt(asked: Question, row: Row) -> Iterator[Finding]:
    act = {"act": row.tries, "treaty": row.treaty, "party": row.party[0], **row.with_}
    event = {"id": "attempt", "date": str(row.on), "kind": "attempt", "acts": [act]}
    ended = frozen(run(asked.scenario(events=[event]), asked.known_on, row.on))
    reasons = [f"{one.reason} ({one.basis})" for one in ended.refused if one.id.startswith("attempt/")]
    got = "; ".join(reasons) or "accepted"
    if row.refused is None and reasons:
        yield row.tries or "", "accepted", got
    elif row.refused is not None and row.refused.lower() not in got.lower():
        yield row.tries or "", f"refused: ... {row.refused} ...", got
    yield from (one for one in _party(ended, row) if one[1] is not None and one[1] != one[2])


# -- the report --------------------------------------------------------------------------------------------------


def report(case: Case, row: Row, findings: list[Finding]) -> str:
    """Say which case and row fail, what was shown instead, and on which recorded acts that rests."""
    said = row.model_dump(mode="json", by_alias=True, exclude_unset=True)
    lines = [f"case {case.id}: {case.title}", f"row: {json.dumps(said)}", f"law: {'; '.join(case.law)}"]
    lines += [f"  {name}: the case says {said!r}, the replay shows {got!r}" for name, said, got in findings]
    if row.party and row.on and not row.tries:
        position = snapshot(question(case, row), row.on).position(row.party[0], row.treaty)
        lines.append(f"position: {json.dumps(position.as_json())}")
    if row.note:
        lines.append(f"note: {row.note}")
    lines.append("recorded acts behind it:")
    for act in acts_behind(row.treaty, row.party[0] if row.party else "*", row.on) if not row.world else ():
        lines.append(f"  {act.id} ({act.confidence}) {act.source}{' | ' + act.override if act.override else ''}")
    refused = snapshot(question(case, row), row.on).refused if row.on else ()
    lines += [f"refused: {one.id}: {one.reason} ({one.basis})" for one in refused if one.treaty == row.treaty]
    return "\n".join(lines)
