"""Panels as scholars merge them: a row for a State and a year, for two States and a year, for a treaty and a month;
and the indicators, a row for a day.

Positions are those at the end of the last day of the year or month, or of the last day of the run where that comes
earlier (`as_of` says which); what happens is counted from the first day of the year or month, or of the panel, on.
States are those of the scope that exist on the day. Numbers of the Correlates of War are those of the day, by the
State System Membership List of 2016: Germany has 260 until 1989 and 255 from 1990 on, and a State that is no member
of that list yet (Slovenia at the end of 1991) has none.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from simulator.analysis.fields import column
from simulator.analysis.indicators import Architecture
from simulator.analysis.network import label_of
from simulator.analysis.scope import Scope
from simulator.analysis.tasks import cow
from simulator.analysis.timeline import Span, day_text
from simulator.law.catalogue import partial_lists
from simulator.law.lifecycle import PARTY_STATUSES

__all__ = [
    "DyadYear",
    "IndicatorDay",
    "StateYear",
    "TreatyMonth",
    "complete",
    "dyad_years",
    "indicator_days",
    "periods",
    "state_years",
    "treaty_months",
]

_COW = "Correlates of War number of the State on the day (list of 2016); empty while it is no member of that list"
_ISO = "ISO 3166 alpha-3 code; SUN, CSK, YUG and DDR for States that are no more"
_AS_OF = "the day at whose end the position is taken"


@dataclass(frozen=True, slots=True)
class StateYear:
    """One row for each State of the scope and each year; the treaties are those that count for density (I1)."""

    ccode: int | None = column(_COW, unit="COW number")
    iso3: str = column(_ISO, unit="code")
    state: str = column("name of the State")
    year: int = column("calendar year", unit="year")
    as_of: str = column(_AS_OF, unit="ISO date")
    bloc: str = column("bloc of the State on the day; empty for none")
    eligible: int = column("treaties that the State could be bound by", unit="treaties")
    signed: int = column("treaties signed and not ratified", unit="treaties")
    ratified: int = column("treaties with consent given and not yet in force for the State", unit="treaties")
    in_force: int = column("treaties in force for the State and performed in law", unit="treaties")
    suspended: int = column("treaties that the State is a party to and has suspended", unit="treaties")
    withdrawn: int = column("treaties that the State has left", unit="treaties")
    terminated: int = column("treaties that have ended for the State for another reason", unit="treaties")
    provisional: int = column("of those signed or ratified: applied provisionally", unit="treaties")
    unconfirmed: int = column("positions that rest on an act which no source confirms", unit="treaties")
    partial_lists: int = column(
        "of the eligible: treaties of which the record does not hold all parties on the day", unit="treaties"
    )
    entries: int = column("times a treaty came into force for the State since the year began", unit="events")
    exits: int = column("times the State ceased to be a party since the year began", unit="events")
    suspensions: int = column("times the State came to be suspended since the year began", unit="events")
    notices: int = column("notices of withdrawal given since the year began", unit="events")
    density: Fraction | None = column(  # noqa: RUF009 -- a field, no value that rows could share
        "weights of the State's statuses over the treaties it could be bound by (I1)", unit="share"
    )


@dataclass(frozen=True, slots=True)
class DyadYear:
    """One row for each two States of the scope and each year, the lower Correlates of War number first.

    States without a number come last, by code. The dyads are undirected: each stands once.
    """

    ccode1: int | None = column(_COW, unit="COW number")
    ccode2: int | None = column(_COW, unit="COW number")
    iso1: str = column(_ISO, unit="code")
    iso2: str = column(_ISO, unit="code")
    year: int = column("calendar year", unit="year")
    as_of: str = column(_AS_OF, unit="ISO date")
    cross_bloc: bool = column("whether the two stand in different blocs on the day")
    treaties: int = column("treaties that both could be bound by", unit="treaties")
    shared: int = column(
        "treaties in force between the two and not suspended by one towards the other", unit="treaties"
    )
    shared_parties: int = column("treaties that both are parties to, suspended ones included", unit="treaties")


@dataclass(frozen=True, slots=True)
class TreatyMonth:
    """One row for each instrument of the scope and each month; all States count that are on record, not only those of
    the scope. Where `list_complete` is 0 they are not all there are."""

    treaty: str = column("id of the treaty or document", unit="id")
    month: str = column("calendar month", unit="YYYY-MM")
    as_of: str = column(_AS_OF, unit="ISO date")
    status: str = column(
        "status of the whole: negotiated, adopted, open, in_force, suspended_as_whole, terminated or lapsed"
    )
    signed: int = column("States that have signed and not ratified", unit="States")
    ratified: int = column("States that have consented and for which it is not yet in force", unit="States")
    in_force: int = column("parties that perform in law", unit="States")
    suspended: int = column("parties that have suspended it", unit="States")
    withdrawn: int = column("States that have left", unit="States")
    terminated: int = column("States for which it has ended for another reason", unit="States")
    provisional: int = column("of those signed or ratified: States that apply it provisionally", unit="States")
    parties: int = column("parties, suspended ones included", unit="States")
    unconfirmed: int = column("positions that rest on an act which no source confirms", unit="States")
    list_complete: bool = column("whether the record holds all parties on the day; where it does not, counts are low")
    entries: int = column("times it came into force for a State in the month", unit="events")
    exits: int = column("times a State ceased to be a party in the month", unit="events")
    suspensions: int = column("times a State came to be suspended in the month", unit="events")
    notices: int = column("notices of withdrawal in the month", unit="events")
    tasks: int = column("tasks that it serves on the day, at any level above none (I3, I4)", unit="tasks")


@dataclass(frozen=True, slots=True)
class IndicatorDay:
    """One row for each day asked for; a share is empty where it is not defined."""

    date: str = column("the day at whose end the position is taken", unit="ISO date")
    density: Fraction | None = column("I1: bound over eligible", unit="share")  # noqa: RUF009 -- a field
    bound: Fraction = column("I1: sum of the weights of all eligible pairs", unit="pairs")  # noqa: RUF009 -- a field
    eligible: int = column("I1: pairs of a State and a treaty that could be bound", unit="pairs")
    ties: Fraction | None = column("I2: shared over dyads times treaties", unit="share")  # noqa: RUF009 -- a field
    shared: Fraction = column("I2: sum of the ties across blocs", unit="ties")  # noqa: RUF009 -- a field
    dyads: int = column("I2: pairs of States across blocs", unit="dyads")
    treaties: int = column("I1, I2: treaties of the scope", unit="treaties")
    limits: Fraction | None = column("I3: tasks of limitation that are served", unit="share")  # noqa: RUF009 -- a field
    transparency: Fraction | None = column("I4: transparency, by level", unit="share")  # noqa: RUF009 -- a field
    limits_by_law: Fraction | None = column("I3 by treaties alone", unit="share")  # noqa: RUF009 -- a field
    transparency_by_law: Fraction | None = column("I4 by treaties alone", unit="share")  # noqa: RUF009 -- a field
    redundancy: Fraction | None = column("I5: instruments of a served task, less 1", unit="instruments")  # noqa: RUF009
    critical: str = column("I5: the instrument whose end would cost most of I3 and I4; empty if none is operative")
    loss: Fraction | None = column("I5: what its end would cost", unit="share")  # noqa: RUF009 -- a field


def periods(first: int, last: int, *, months: bool = False) -> Iterator[tuple[str, int, int]]:
    """Yield every year or month between two days as text, with its first and last day inside them.

    >>> days = [dt.date(2010, 12, 30).toordinal(), dt.date(2011, 2, 3).toordinal()]
    >>> [(name, day_text(a), day_text(b)) for name, a, b in periods(*days)]
    [('2010', '2010-12-30', '2010-12-31'), ('2011', '2011-01-01', '2011-02-03')]
    >>> [name for name, _, _ in periods(*days, months=True)]
    ['2010-12', '2011-01', '2011-02']
    """
    here = first
    while here <= last:
        date = dt.date.fromordinal(here)
        if months:
            after = dt.date(date.year + date.month // 12, date.month % 12 + 1, 1)
        else:
            after = dt.date(date.year + 1, 1, 1)
        yield date.isoformat()[: 7 if months else 4], here, min(after.toordinal() - 1, last)
        here = after.toordinal()


class _Events:
    """What happens to each pair, by day: entries, exits, suspensions, notices."""

    def __init__(self, scope: Scope) -> None:
        self.by_pair: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for party, treaty in scope.line.pairs():
            was = "non_party"
            for span in scope.line.spans(party, treaty):
                for kind in _kinds(was, span):
                    self._put(party, treaty, span.start, kind)
                was = span.status
        for step in scope.line.trace.steps:
            if step.act == "notify_withdrawal" and step.party:
                self._put(step.party, step.treaty, step.day, "notices")

    def _put(self, party: str, treaty: str, day: int, kind: str) -> None:
        self.by_pair.setdefault((party, treaty), []).append((day, kind))

    def count(self, pairs: list[tuple[str, str]], first: int, last: int) -> Counter[str]:
        return Counter(kind for pair in pairs for day, kind in self.by_pair.get(pair, ()) if first <= day <= last)


def _kinds(was: str, span: Span) -> list[str]:
    before, after = was in PARTY_STATUSES, span.status in PARTY_STATUSES
    found = ["entries"] if after and not before else ["exits"] if before and not after else []
    return found + (["suspensions"] if span.status == "suspended" and was != "suspended" else [])


def _unconfirmed(scope: Scope, pairs: list[tuple[str, str]], day: int) -> int:
    spans = (span for pair in pairs for span in scope.line.spans(*pair) if span.start <= day)
    return sum(not span.confirmed for span in spans if span.end is None or span.end > day)


def state_years(view: Architecture, first: int, last: int) -> Iterator[StateYear]:
    """Yield the State-year panel, by State and year."""
    scope, events = view.scope, _Events(view.scope)
    years = list(periods(first, last))
    for state in scope.people:
        pairs = [(state, treaty) for treaty in scope.binding if scope.eligible(state, treaty)]
        for year, begin, end in years:
            if state not in scope.states(end):
                continue
            counts = _counts(scope, pairs, end)
            del counts["parties"]
            weighed = [view.weight(*pair, end) for pair in pairs]
            happened = events.count(pairs, begin, end)
            yield StateYear(
                ccode=cow(state, end),
                iso3=state,
                state=label_of(state),
                year=int(year),
                as_of=day_text(end),
                bloc=scope.blocs_on(end).get(state, ""),
                eligible=len(pairs),
                **counts,
                partial_lists=sum(not complete(treaty, end) for _, treaty in pairs),
                entries=happened["entries"],
                exits=happened["exits"],
                suspensions=happened["suspensions"],
                notices=happened["notices"],
                density=sum(weighed, Fraction(0)) / len(pairs) if pairs else None,
            )


def dyad_years(view: Architecture, first: int, last: int) -> Iterator[DyadYear]:
    """Yield the dyad-year panel, by year and dyad."""
    scope = view.scope
    can = {
        one: sum(1 << place for place, treaty in enumerate(scope.binding) if scope.eligible(one, treaty))
        for one in scope.people
    }
    for year, _, end in periods(first, last):
        blocs = scope.blocs_on(end)
        bound, parties = (_masks(scope, end, which) for which in (frozenset({"in_force"}), PARTY_STATUSES))
        apart = _apart(scope, end)
        numbers = {one: cow(one, end) for one in scope.states(end)}
        order = sorted(numbers, key=lambda one: (numbers[one] is None, numbers[one] or 0, one))
        for one, two in combinations(order, 2):
            between = bound.get(one, 0) & bound.get(two, 0) & ~apart.get(frozenset((one, two)), 0)
            yield DyadYear(
                ccode1=numbers[one],
                ccode2=numbers[two],
                iso1=one,
                iso2=two,
                year=int(year),
                as_of=day_text(end),
                cross_bloc=one in blocs and two in blocs and blocs[one] != blocs[two],
                treaties=(can[one] & can[two]).bit_count(),
                shared=between.bit_count(),
                shared_parties=(parties.get(one, 0) & parties.get(two, 0)).bit_count(),
            )


def _masks(scope: Scope, day: int, statuses: frozenset[str]) -> dict[str, int]:
    """For each State the treaties under which it has one of the statuses, as bits in the order of the treaties."""
    found: dict[str, int] = {}
    for place, treaty in enumerate(scope.binding):
        if "suspended" not in statuses and scope.line.treaty_status(treaty, day) == "suspended_as_whole":
            continue
        for one in scope.line.of_treaty[treaty]:
            if scope.line.status(one, treaty, day) in statuses:
                found[one] = found.get(one, 0) | 1 << place
    return found


def _apart(scope: Scope, day: int) -> dict[frozenset[str], int]:
    """For two States the treaties that are suspended between them alone, as bits."""
    found: dict[frozenset[str], int] = {}
    for place, treaty in enumerate(scope.binding):
        for pair in scope.line.suspended_toward(treaty, day):
            found[frozenset(pair)] = found.get(frozenset(pair), 0) | 1 << place
    return found


def treaty_months(view: Architecture, first: int, last: int) -> Iterator[TreatyMonth]:
    """Yield the treaty-month panel, by treaty and month."""
    scope, line, events = view.scope, view.scope.line, _Events(view.scope)
    served = {end: view.served(end) for _, _, end in periods(first, last, months=True)}
    for treaty in scope.instruments:
        pairs = [(party, treaty) for party in line.of_treaty[treaty]]
        counts: dict[int, dict[str, int]] = {}  # one count for each stretch of days in which nothing changes
        for month, begin, end in periods(first, last, months=True):
            stretch = bisect_right(line.changes[treaty], end)
            if stretch not in counts:
                counts[stretch] = _counts(scope, pairs, end)
            happened = events.count(pairs, begin, end)
            yield TreatyMonth(
                treaty=treaty,
                month=month,
                as_of=day_text(end),
                status=line.treaty_status(treaty, end),
                **counts[stretch],
                list_complete=complete(treaty, end),
                entries=happened["entries"],
                exits=happened["exits"],
                suspensions=happened["suspensions"],
                notices=happened["notices"],
                tasks=sum(any(one.treaty == treaty for one in rows) for rows in served[end].values()),
            )


def complete(treaty: str, day: int) -> bool:
    """Whether the record holds all parties of a treaty on a day; a scenario's own treaty is what it says.

    >>> [complete("att", dt.date(year, 1, 1).toordinal()) for year in (2018, 2019)]
    [True, False]
    """
    found = partial_lists().get(treaty)
    return found is None or found.complete_on(dt.date.fromordinal(day))


def _counts(scope: Scope, pairs: list[tuple[str, str]], day: int) -> dict[str, int]:
    """How many of these pairs stand how on a day."""
    statuses = Counter(scope.line.status(*pair, day) for pair in pairs)
    names = ("signed", "ratified", "in_force", "suspended", "withdrawn", "terminated")
    return {name: statuses[name] for name in names} | {
        "provisional": sum(scope.line.provisional(*pair, day) != "none" for pair in pairs),
        "parties": sum(statuses[name] for name in PARTY_STATUSES),
        "unconfirmed": _unconfirmed(scope, pairs, day),
    }


def indicator_days(view: Architecture, days: Iterable[int]) -> Iterator[IndicatorDay]:
    """Yield the indicators of several days, in order."""
    for profile in view.series(days):
        worst = next(iter(view.critical(profile.day)), None)
        yield IndicatorDay(
            date=day_text(profile.day),
            density=profile.density.value,
            bound=profile.density.bound,
            eligible=profile.density.eligible,
            ties=profile.ties.value,
            shared=profile.ties.shared,
            dyads=profile.ties.dyads,
            treaties=profile.ties.treaties,
            limits=profile.limits,
            transparency=profile.transparency,
            limits_by_law=profile.law["I3"],
            transparency_by_law=profile.law["I4"],
            redundancy=profile.redundancy,
            critical=worst.treaty if worst else "",
            loss=worst.loss if worst else None,
        )
