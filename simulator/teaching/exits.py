"""The questions of the second exercise: reading exit clauses."""

from __future__ import annotations

from simulator.analysis.timeline import ordinal
from simulator.law.catalogue import treaty as shipped_treaty
from simulator.law.views import VIEWS
from simulator.teaching.answers import Choice, Day, Each, Number
from simulator.teaching.checking import Question
from simulator.teaching.lens import history, line_of
from simulator.teaching.truths import first_day, notice_day, parties_on, source_of, treaty_day

__all__ = ["QUESTIONS", "TREATIES"]

TREATIES = ("abm", "inf", "open-skies", "npt")
YEAR = {"inf": {"withdrawal": {"notice": {"months": 12}}}}


def _months(treaty: str) -> int:
    clause = shipped_treaty(treaty).clauses.withdrawal
    assert clause is not None
    assert clause.notice is not None
    return clause.notice.number


def _fate(treaty: str, day: str) -> str:
    return "ended for all" if line_of(treaty).treaty_status(treaty, ordinal(day)) == "terminated" else "goes on"


QUESTIONS = (
    Question(
        "2.1",
        "How many months of notice does each treaty ask for?",
        Each(Number(), TREATIES),
        lambda: {name: _months(name) for name in TREATIES},
        (
            "The table of clauses has a column for it.",
            "One of the four is shorter than the others.",
            "Article X of the NPT asks for half of what the others do.",
        ),
        lambda: "; ".join(
            f"{shipped_treaty(name).name} {clause.article}"
            for name in TREATIES
            if (clause := shipped_treaty(name).clauses.withdrawal)
        ),
    ),
    Question(
        "2.2",
        "On which day is each exit effective?",
        Each(Day(), ("abm USA", "inf USA", "open-skies USA", "open-skies RUS")),
        lambda: {
            f"{treaty} {party}": first_day(treaty, party, "withdrawn")
            for treaty, party in (("abm", "USA"), ("inf", "USA"), ("open-skies", "USA"), ("open-skies", "RUS"))
        },
        (
            "A speech starts no clock. Count from the notice.",
            "Six months later means the same day of the month, six months on.",
            "The notices are of 2001-12-13, 2019-02-02, 2020-05-22 and 2021-06-18.",
        ),
        lambda: f"Read for example {source_of('open-skies', 'RUS', 'withdrawal_effective')}",
    ),
    Question(
        "2.3",
        "What becomes of each treaty when the United States is out?",
        Each(Choice(("goes on", "ended for all")), ("abm", "inf", "open-skies")),
        lambda: {name: _fate(name, first_day(name, "USA", "withdrawn")) for name in ("abm", "inf", "open-skies")},
        (
            "How many parties does each treaty have?",
            "A treaty of two does not survive the exit of one.",
            "A treaty of many does (VCLT 55).",
        ),
        lambda: (
            f"Open Skies went on with {len(parties_on('open-skies', '2020-11-22'))} parties. For INF this is the "
            "bilateral reading; in the other reading of question D3 it went on between the rest."
        ),
    ),
    Question(
        "2.4",
        "Which day started the clock of the American exit from Open Skies?",
        Day(),
        lambda: notice_day("open-skies", "USA"),
        (
            "Two days follow each other in the record: an announcement and a notice.",
            "A clock starts with what reaches the other parties or the depositary.",
            "Count six months back from the first day out.",
        ),
        lambda: f"Source: {source_of('open-skies', 'USA', 'notify_withdrawal')}",
    ),
    Question(
        "2.5",
        "North Korea and the NPT: from which day is it out, in each of the four views?",
        Each(Day(can_be_never=True), VIEWS),
        lambda: {view: first_day("npt", "PRK", "withdrawn", view) for view in VIEWS},
        (
            "Three answers are held: one day after the notice, three months after it, never.",
            "The claimant counts the days of the notice of 1993; the objector holds the notice invalid.",
            "Depositary and strict view count three months from 2003-01-10.",
        ),
        lambda: (
            "Questions D9 and D10 of the register name who holds which reading. "
            "Source: https://www.asil.org/insights/volume/8/issue/2/north-koreas-withdrawal-nuclear-nonproliferation-treaty"
        ),
    ),
    Question(
        "2.6",
        "With a notice of twelve months, on which day would the INF Treaty have ended?",
        Day(),
        lambda: treaty_day(history("inf", clauses=YEAR), "inf", "bilateral_exit"),
        (
            "Change the clause in `history` and look for `bilateral exit`.",
            "The notice is still that of 2019-02-02.",
            "It is in February 2020.",
        ),
        lambda: "Half a year more in which both are bound, suspended or not.",
    ),
)
