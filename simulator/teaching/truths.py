"""What the checks ask of record, clauses and engine: a status on a day, the first day of a status, who is a party."""

from __future__ import annotations

from simulator.analysis.timeline import day_text, ordinal
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.results.trace import Trace
from simulator.teaching.lens import line_of, record_acts

__all__ = ["first_day", "notice_day", "parties_on", "source_of", "status_on", "treaty_day", "with_status"]


def status_on(treaty: str, party: str, day: str, view: str = "depositary") -> str:
    """Return the status at the end of a day.

    >>> status_on("cfe", "RUS", "2010-01-01"), status_on("cfe", "RUS", "2010-01-01", "objector")
    ('suspended', 'in_force')
    """
    return line_of(treaty, view).status(party, treaty, ordinal(day))


def first_day(treaty: str, party: str, status: str, view: str = "depositary") -> str:
    """Return the first day of the last spell of a status, `never` where there is none.

    >>> first_day("cfe", "RUS", "withdrawn"), first_day("npt", "PRK", "withdrawn", "objector")
    ('2023-11-07', 'never')
    """
    found = [span.start for span in line_of(treaty, view).spans(party, treaty) if span.status == status]
    return day_text(found[-1]) if found else "never"


def with_status(treaty: str, day: str, *statuses: str, view: str = "depositary") -> frozenset[str]:
    """Return the parties that have one of these statuses at the end of a day."""
    standing = line_of(treaty, view).on(ordinal(day))
    return frozenset(party for (party, name), status in standing.items() if name == treaty and status in statuses)


def parties_on(treaty: str, day: str, view: str = "depositary") -> frozenset[str]:
    """Return the parties of a treaty at the end of a day, those that are suspended among them.

    >>> len(parties_on("cfe", "2023-11-06")), len(parties_on("cfe", "2023-11-07"))
    (30, 29)
    """
    return with_status(treaty, day, *PARTY_STATUSES, view=view)


def treaty_day(trace: Trace, treaty: str, act: str) -> str:
    """Return the day of a step of the treaty as a whole, `never` where it is not taken."""
    found = [step.day for step in trace.steps if step.treaty == treaty and not step.party and step.act == act]
    return day_text(found[0]) if found else "never"


def notice_day(treaty: str, party: str, act: str = "notify_withdrawal") -> str:
    """Return the day of a party's last recorded act of this kind."""
    return record_acts(treaty, party=party, act=act)[-1].done


def source_of(treaty: str, party: str, act: str) -> str:
    """Return where the last recorded act of this kind can be read."""
    found = record_acts(treaty, party=party, act=act)[-1]
    return found.source or f"{found.id}, {found.confidence}"
