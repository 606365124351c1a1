"""The questions of the fifth exercise: a withdrawal that waits for the end of an armed conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.law.catalogue import treaty as shipped_treaty
from simulator.law.catalogue import treaty_ids
from simulator.law.views import VIEWS
from simulator.results.trace import Trace, iso
from simulator.teaching.answers import Choice, Codes, Day, Each
from simulator.teaching.checking import Question
from simulator.teaching.lens import history
from simulator.teaching.tour import STATUSES
from simulator.teaching.truths import first_day, source_of, status_on

__all__ = ["NO_WAITING", "QUESTIONS", "STORIES", "first_day_out", "ruritania"]

# When a war of the invented State begins and ends; its notice is of 2025-07-01.
STORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "at war until 2027": (("2025-01-15", "begins"), ("2027-03-15", "ends")),
    "war ends before the notice runs out": (("2025-01-15", "begins"), ("2025-10-01", "ends")),
    "war begins before the notice runs out": (("2025-12-01", "begins"), ("2026-06-30", "ends")),
    "war begins a day after the exit": (("2026-01-02", "begins"), ("2027-03-15", "ends")),
}
NO_WAITING = {"ottawa": {"withdrawal": {"defer": None}}}
FROZEN = {"name": "depositary", "overrides": {"D5": "frozen_withdrawal"}}
LEAVERS = ("EST", "FIN", "LTU", "LVA", "POL")


def ruritania(war: Sequence[tuple[str, str]] = (), *, clauses: Any = None) -> Trace:
    """Replay the Ottawa Convention with an invented State that joins in 2010 and gives notice on 2025-07-01.

    `war` lists days with `begins` or `ends`; `clauses` changes the treaty, as in `history`.

    >>> first_day_out(ruritania())
    '2026-01-01'
    """
    join = [{"act": "accede", "treaty": "ottawa", "party": "RUR"}]
    leave = [{"act": "notify_withdrawal", "treaty": "ottawa", "party": "RUR"}]
    events: list[dict[str, Any]] = [
        {"id": "joins", "date": "2010-01-01", "kind": "accession", "acts": join},
        {"id": "leaves", "date": "2025-07-01", "kind": "notice", "acts": leave},
    ]
    for number, (day, what) in enumerate(war):
        events.append({"id": f"war-{number}", "date": day, "kind": "conflict", "conflict": {what: ["RUR"]}})
    own = {"RUR": "Ruritania"}
    return history("ottawa", events=events, own=own, clauses=clauses, until="2028-12-31")


def first_day_out(trace: Trace) -> str:
    """Return the first day on which Ruritania is out, `never` if it still is a party at the end."""
    position = trace.position("RUR", "ottawa")
    return iso(position.since) or "never" if position is not None and position.status == "withdrawn" else "never"


def _waits(treaty: str) -> bool:
    clause = shipped_treaty(treaty).clauses.withdrawal
    return clause is not None and clause.defer is not None


def _frozen() -> str:
    position = history("ottawa", view=FROZEN).position("UKR", "ottawa")
    assert position is not None
    return position.status.replace("_", " ")


QUESTIONS = (
    Question(
        "5.1",
        "From which day is each of the five States out of the Ottawa Convention?",
        Each(Day(), LEAVERS),
        lambda: {party: first_day("ottawa", party, "withdrawn") for party in LEAVERS},
        (
            "Votes in parliament do not count; six months run from the receipt of the notice (Article 20(2)).",
            "Three notices are of 2025-06-27, one of 2025-07-10, one of 2025-08-20.",
            "Same day of the month, six months later.",
        ),
        lambda: f"For Finland: {source_of('ottawa', 'FIN', 'notify_withdrawal')}",
    ),
    Question(
        "5.2",
        "What is Ukraine's status on 1 January 2026, in each view?",
        Each(Choice(STATUSES), VIEWS),
        lambda: {view: status_on("ottawa", "UKR", "2026-01-01", view).replace("_", " ") for view in VIEWS},
        (
            "Its notice claims a suspension, not a withdrawal.",
            "Two views give effect to the claim, two do not (question D5).",
            "In no view has it left.",
        ),
        lambda: (
            "Ukraine claims VCLT 62; several States objected, and the Meeting of the States Parties of 2025 held that "
            "the convention allows no suspension. Source: https://www.npaid.org/mine-action-and-disarmament/news/"
            "states-parties-affirm-ukraines-suspension-not-allowed-under-the-anti-personnel-mine-ban-convention"
        ),
    ),
    Question(
        "5.3",
        "Ruritania gives notice on 2025-07-01. From which day is it out, in each of the four stories?",
        Each(Day(can_be_never=True), tuple(STORIES)),
        lambda: {name: first_day_out(ruritania(war)) for name, war in STORIES.items()},
        (
            "Article 20(3) asks one question on one day: is the State in an armed conflict when the six months end?",
            "The notice runs out on 2026-01-01. Being at war on the day of the notice decides nothing.",
            "Two stories end on 2026-01-01; in the two others it is the day on which the war ends.",
        ),
        lambda: "Source: https://www.droit-bilingue.ch/fr-de/0.5/0.51/0.515.092-20-23.html (Article 20(3))",
    ),
    Question(
        "5.4",
        "Which treaties of the record make a withdrawal wait for the end of an armed conflict?",
        Codes("treaties"),
        lambda: frozenset(name for name in treaty_ids() if _waits(name)),
        (
            "Each of them bans a kind of weapon outright.",
            "There are three.",
            "Mines, cluster munitions, nuclear weapons: use the ids `ottawa`, `ccm`, `tpnw`.",
        ),
        lambda: "The others have no rule on it: what the war does to them is left to general law (question D8).",
    ),
    Question(
        "5.5",
        "Without Article 20(3), from which day is Ruritania out in the first story?",
        Day(can_be_never=True),
        lambda: first_day_out(ruritania(STORIES["at war until 2027"], clauses=NO_WAITING)),
        (
            "Pass `clauses=NO_WAITING` to `ruritania`.",
            "Then the war plays no part.",
            "Six months after the notice.",
        ),
        lambda: "Half a year, or until the war ends: that is the difference that the clause makes.",
    ),
    Question(
        "5.6",
        "If Ukraine's notice is read as one of withdrawal, what is its status on 30 June 2026?",
        Choice(STATUSES),
        _frozen,
        (
            "This is the third reading of question D5, `frozen_withdrawal`.",
            "Was the State in an armed conflict when six months had passed?",
            "Then nothing takes effect while the conflict lasts.",
        ),
        lambda: (
            "Under this reading nothing takes effect: still bound, for as long as the conflict lasts (Article 20(3))."
        ),
    ),
)
