"""What an equal day is worth: whether a source reports it by itself, or it was put in by hand somewhere.

An effect *agrees* if a page states its day and acts and clause lead to the same one. The same day is only *consistent*
if it was computed from the clause by those who collected it, stands beside the act, is what the notice itself states,
or is recalled. Where the act behind an effect was entered into the record on the effect's own day, or a fixed day
stands in for the acts, the day comes out by construction, and nothing was derived.
"""

from __future__ import annotations

import re
from typing import Any

from simulator.analysis.derived import Key, acts_of
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.clauses import Treaty
from simulator.law.record import RecordedAct

__all__ = ["CONSENTS", "VERDICTS", "agree", "first_day", "verdict"]

VERDICTS = ("agrees", "consistent", "contradicts", "cannot_derive", "not_recorded")
CONSENTS = frozenset({"sign_definitively", "deposit", "accede", "exchange", "consent_otherwise"})
_NOTICES = frozenset({"notify_withdrawal", "notify_suspension", "suspend_toward"})
# What the notes of the record say of a day that no page states.
_COMPUTED = re.compile(r"(added|derived)\b|.*effective date computed", re.DOTALL)
_RECALLED = re.compile(r"\brecalled\b")
_ADDED = "an act behind it was entered on the effect's own day"


def agree(key: Key, found: tuple[int, ...], days: tuple[int, ...]) -> bool:
    """Whether the days are the same; a State that left may have joined anew since the row was written."""
    again = key[1] != "*" and key[2] == "entered_into_force"
    return bool(found) and (found == days or (again and set(days) <= set(found)))


def verdict(
    law: Treaty, key: Key, found: tuple[int, ...], effect: Any, own: tuple[RecordedAct, ...] = ()
) -> tuple[str, str]:
    """Return the verdict on one effect and why it is no more.

    `found` are the derived days. `effect.reported` are the rows that report the effect, `effect.stated` pairs of a
    first day and the act beside which it stands; `own` are acts that join the record.
    """
    rows, beside = [*effect.reported], [act for _, act in effect.stated]
    days = {act.day for act in rows if act.day is not None} | {day for day, _ in effect.stated}
    if not days:
        return "not_recorded", "no source in the record reports the effect"
    if not found:
        return _not_derived(law, key[2])
    if not agree(key, found, tuple(sorted(days))):
        return "contradicts", "the acts and the clause lead to another day"
    if weak := _weakness(law, key, found, own):
        return "cannot_derive", weak
    why = _by_notice(law, key, found, own) or _not_independent(rows, beside)
    return ("consistent", why) if why else ("agrees", "")


def _not_derived(law: Treaty, word: str) -> tuple[str, str]:
    if word == "entered_into_force" and law.clauses.entry_into_force is None:
        return "cannot_derive", "no clause on entry into force is known"
    return "contradicts", "sources report an effect to which acts and clauses do not lead"


def _not_independent(rows: list[RecordedAct], beside: list[RecordedAct]) -> str:
    """Why no row reports the day by itself; empty if one does."""
    if any(act.confirmed and not _COMPUTED.match(act.note) and not _RECALLED.search(act.note) for act in rows):
        return ""
    if any(_COMPUTED.match(act.note) for act in (*rows, *beside)):
        return "the recorded day was computed from the clause or the act"
    return "the recorded day is recalled, and no page states it" if rows else "the recorded day stands beside the act"


# -- days put in by hand -------------------------------------------------------------------------------------------


def _weakness(law: Treaty, key: Key, found: tuple[int, ...], own: tuple[RecordedAct, ...]) -> str:
    """Why an equal day is no derivation: a fixed day stands in, or the acts behind it were put on that very day."""
    if key[2] == "entered_into_force":
        return _weak_entry(law, key[1], found, own)
    if key[2] == "superseded":
        later = [treaty(one) for one in treaty_ids()]
        later = [one for one in later if one.clauses.supersedes and law.id in one.clauses.supersedes.treaties]
        return next(filter(None, (_weak_entry(one, "*", found, own) for one in later)), "")
    return _ADDED if any(_entered(act) for act in _notices(key, found, own)) else ""


def _weak_entry(law: Treaty, party: str, found: tuple[int, ...], own: tuple[RecordedAct, ...]) -> str:
    entry = law.clauses.entry_into_force
    if entry and entry.stand_in and entry.stand_in.toordinal() in found:
        return "a fixed day stands in for a threshold that the record does not hold"
    acts = acts_of(law.id, own)
    behind = [act for act in acts if act.act in CONSENTS and act.day in found]
    whole = any(act.act == "entered_into_force" and act.party == "*" and act.day in found for act in acts)
    if not whole:  # not the day of the treaty's own entry into force: only the State's own consent counts
        behind = [act for act in behind if party in ("*", act.party) or act.party == "*"]
    if any(act.precision == "by" for act in behind):
        return "consents behind it are known only as bounds, up to this very day"
    return _ADDED if any(map(_entered, behind)) else ""


def _entered(act: RecordedAct) -> bool:
    """Whether the record had to add the act, since no collection of facts holds it."""
    return act.note.startswith("added")


# -- notices -------------------------------------------------------------------------------------------------------


def _notices(key: Key, found: tuple[int, ...], own: tuple[RecordedAct, ...]) -> list[RecordedAct]:
    """Notices that were given, or say that they take effect, on the day of the effect."""
    name, party, word = key
    if word not in ("withdrawal_effective", "suspension_effective", "terminated"):
        return []
    acts = [act for act in acts_of(name, own) if act.act in _NOTICES and party in ("*", act.party)]
    return [act for act in acts if act.day in found or act.effective in found]


def _by_notice(law: Treaty, key: Key, found: tuple[int, ...], own: tuple[RecordedAct, ...]) -> str:
    """Why the day is that of a notice and follows from no clause; empty if a clause leads to it."""
    notices = _notices(key, found, own)
    led = (act for act in notices if act.act == "notify_withdrawal" and act.day not in found)
    if not notices or any(first_day(law, act)[0] in found for act in led):
        return ""
    return "no length of notice leads to the day; it is the one that the notice states or bears"


def first_day(law: Treaty, act: RecordedAct) -> tuple[int | None, str]:
    """Return the first day that the clause gives a notice, and why there is none, or why it may differ."""
    clause = law.clauses.withdrawal
    if clause is None or clause.notice is None or act.day is None:
        return None, "no clause gives a length of notice"
    if clause.notice.kind == "as_stated":
        return None, "the clause leaves the day to the notice"
    start = act.received if clause.clock == "receipt" and act.received is not None else act.day
    first = clause.notice.first_day(start)
    return first, "" if first == act.effective else "the clause leads to another day"
