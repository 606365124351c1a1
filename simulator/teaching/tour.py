"""The questions of the tour: one party, one treaty, from the record to a model."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import simulator.api as ts
from simulator.results.trace import Trace
from simulator.teaching.answers import Choice, Day, Number
from simulator.teaching.checking import Question
from simulator.teaching.truths import first_day, notice_day, parties_on, source_of, status_on

__all__ = ["QUESTIONS", "SEEDS", "histories", "suspended_by_2008"]

STATUSES = ("non party", "signed", "ratified", "in force", "suspended", "withdrawn", "terminated")
SEEDS = range(1, 21)


@cache
def histories(branch: str | None = None) -> tuple[Trace, ...]:
    """Simulate the scenario of the tour once for each of the twenty seeds, as it stands or in one of its branches."""
    loaded = ts.load("cfe-endgame")
    return tuple(ts.run(loaded, seed=seed, branch=branch) for seed in SEEDS)


def suspended_by_2008(runs: Iterable[Trace]) -> int:
    """In how many histories Russia is suspended or out by the end of 2008."""
    return sum(run.outcomes["cfe-lost-2007"].value for run in runs)


QUESTIONS = (
    Question(
        "0.1",
        "From which day is Russia suspended under the CFE Treaty, in the default view?",
        Day(),
        lambda: first_day("cfe", "RUS", "suspended"),
        (
            "An announcement and a decree move nothing. Look for the line with an arrow from one status to another.",
            "The notice names a day 150 full days later.",
            "It is in December 2007.",
        ),
        lambda: (
            f"The notice of {notice_day('cfe', 'RUS', 'notify_suspension')} named this day: 150 full days, a "
            f"period borrowed from the clause on withdrawal. Source: {source_of('cfe', 'RUS', 'notify_suspension')}"
        ),
    ),
    Question(
        "0.2",
        "On which day is Russia no longer a party to the CFE Treaty?",
        Day(),
        lambda: first_day("cfe", "RUS", "withdrawn"),
        (
            "The law of May 2023 and the notice of June are two things, and neither is the exit.",
            "Count 150 clear days: neither the day of the notice nor the first day out is one of them.",
            "It is in the first half of November 2023.",
        ),
        lambda: (
            f"Notice on {notice_day('cfe', 'RUS')}, 150 clear days, out on the next (CFE XIX). Source: "
            f"{source_of('cfe', 'RUS', 'notify_withdrawal')}"
        ),
    ),
    Question(
        "0.3",
        "How many States are parties to the CFE Treaty at the end of 7 November 2023?",
        Number(),
        lambda: len(parties_on("cfe", "2023-11-07")),
        (
            "A State that has suspended is still a party.",
            "There were thirty the day before.",
            "One State left on that day, and the exit of one ends no multilateral treaty (VCLT 55).",
        ),
        lambda: "The treaty stays in force between those who are left (VCLT 55; 70(2)).",
    ),
    Question(
        "0.4",
        "What is Russia's status on 1 January 2010 for those who object to the suspension?",
        Choice(STATUSES),
        lambda: status_on("cfe", "RUS", "2010-01-01", "objector").replace("_", " "),
        (
            "The view changes what a claim is worth, and never what was done.",
            "If the claim has no effect, which status was there before it?",
            "They call what follows non-performance: a duty that is still there.",
        ),
        lambda: "Question D1 of the register: the claim has no effect, so the duty goes on and is not performed.",
    ),
    Question(
        "0.5",
        "In how many of the twenty histories without the enlargement of 2004 is Russia suspended or out by 2008?",
        Number(),
        lambda: suspended_by_2008(histories("no-2004")),
        (
            "Read the second line of the table, and give a count, not a share.",
            "The count comes from the branch `no-2004`.",
            "Run the cell above this one again: its last line has it.",
        ),
        lambda: "It says what these rules imply, with these probabilities; it is no finding about States.",
    ),
)
