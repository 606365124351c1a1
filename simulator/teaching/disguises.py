"""The questions of the third exercise: five steps under the CFE Treaty that were all called a suspension."""

from __future__ import annotations

from simulator.analysis.timeline import ordinal
from simulator.law.record import record
from simulator.law.views import VIEWS
from simulator.teaching.answers import Choice, Codes, Day, Each
from simulator.teaching.checking import Question
from simulator.teaching.lens import line_of
from simulator.teaching.tour import STATUSES
from simulator.teaching.truths import first_day, source_of, status_on, with_status

__all__ = ["KINDS", "QUESTIONS", "STEPS"]

# What the record calls each step, in the words of the classroom.
KINDS = {
    "notify_suspension": "suspension towards all",
    "suspend_toward": "suspension towards some",
    "adopt_countermeasure": "countermeasure",
    "cease_performance": "end of performance",
    "announce": "announcement",
}
# Rows of the record, under the names that the notebook gives them.
STEPS = {
    "Russia 2007": "cfe.RUS.notify_suspension.2007-07-14",
    "United States 2011": "cfe.USA.adopt_countermeasure.2011-11-22",
    "Russia 2015": "cfe.RUS.cease_performance.2015-03-11",
    "Belarus 2023": "cfe.BLR.suspend_toward.2023-10-30",
    "NATO Council 2023": "cfe.*.announce.2023-11-07",
}


def _kind(row: str) -> str:
    (act,) = [one.act for one in record("cfe") if one.id == row]
    return KINDS[act]


QUESTIONS = (
    Question(
        "3.1",
        "Five steps, five words of law: which is which?",
        Each(Choice(tuple(KINDS.values())), tuple(STEPS)),
        lambda: {name: _kind(row) for name, row in STEPS.items()},
        (
            "Ask of each: is a notice given, towards whom, and is the duty itself said to be switched off?",
            "A countermeasure answers a breach and leaves the duty standing; one step only ends attendance.",
            "The Council is no party to the treaty: what it can do is to say what its members intend.",
        ),
        lambda: f"The third one: {source_of('cfe', 'RUS', 'cease_performance')}",
    ),
    Question(
        "3.2",
        "What is the status of each on the first day of 2012, in the default view?",
        Each(Choice(STATUSES), ("RUS", "USA")),
        lambda: {party: status_on("cfe", party, "2012-01-01").replace("_", " ") for party in ("RUS", "USA")},
        (
            "Only one of the two claimed to suspend the treaty.",
            "A countermeasure changes no status (ARSIWA 49-53).",
            "Look at the column `status` of the steps of 2007 and 2011.",
        ),
        lambda: f"The American step: {source_of('cfe', 'USA', 'adopt_countermeasure')}",
    ),
    Question(
        "3.3",
        "Towards which States had Belarus suspended the treaty on 1 November 2023?",
        Codes(),
        lambda: frozenset(
            other for who, other in line_of("cfe").suspended_toward("cfe", ordinal("2023-11-01")) if who == "BLR"
        ),
        (
            "Read the column `towards` of the record.",
            "It claimed VCLT 60 against States that no longer performed towards it.",
            "There are two; towards the rest the treaty operated until 2024.",
        ),
        lambda: f"Its own status stays in force (question D22). Source: {source_of('cfe', 'BLR', 'suspend_toward')}",
    ),
    Question(
        "3.4",
        "Which States are suspended towards all at the end of 7 November 2023, in the default view?",
        Codes(),
        lambda: with_status("cfe", "2023-11-07", "suspended"),
        (
            "The statement of the North Atlantic Council is an intention. Look for notices of single States.",
            "Some notices name a later day: those States are not suspended yet. And who left on this day?",
            "Four notices of that day name no later day.",
        ),
        lambda: (
            f"The United States follows on {first_day('cfe', 'USA', 'suspended')}, Canada on "
            f"{first_day('cfe', 'CAN', 'suspended')}."
        ),
    ),
    Question(
        "3.5",
        "From which day is the United States suspended, in each view?",
        Each(Day(can_be_never=True), VIEWS),
        lambda: {view: first_day("cfe", "USA", "suspended", view) for view in VIEWS},
        (
            "Three of the four agree with the day that the notice names.",
            "The strict view gives the others three months to object (VCLT 65(2)), counted from the notice.",
            "Three months after 2023-11-07.",
        ),
        lambda: "Question D2: the same notice, and two months between two readings of VCLT 65.",
    ),
    Question(
        "3.6",
        "In which views is Russia suspended on 1 January 2010?",
        Codes("views"),
        lambda: frozenset(view for view in VIEWS if status_on("cfe", "RUS", "2010-01-01", view) == "suspended"),
        (
            "Use `under_views`.",
            "Two believe the notice, two do not.",
            "The strict view asks for a clause or a ground of VCLT 57 to 62.",
        ),
        lambda: "Question D1. The acts are the same in all four.",
    ),
)
