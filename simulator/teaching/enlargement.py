"""The questions of the fourth exercise: what the NATO enlargement of 2004 did and did not do to the CFE Treaty."""

from __future__ import annotations

from functools import cache
from typing import Any

from simulator.analysis.timeline import ordinal
from simulator.counterfactual.uncertain import Uncertain
from simulator.counterfactual.whatif import WhatIf
from simulator.law.catalogue import treaty as shipped_treaty
from simulator.questions import what_if, what_if_over
from simulator.teaching.answers import Choice, Codes, Each, Number
from simulator.teaching.checking import Question
from simulator.teaching.lens import line_of, record_acts, table
from simulator.teaching.truths import parties_on

__all__ = ["NOTICE", "QUESTIONS", "given_the_record", "joined_2004", "numbers", "over_the_range"]

NOTICE = "notice-2007"
ROUTES = ("it could accede to the treaty of 1990", "only by the Adapted Treaty, once in force", "by neither")


@cache
def given_the_record(branch: str) -> WhatIf:
    """Ask `ts.what_if("cfe-endgame", branch, outcomes=["notice-2007"])`, once."""
    return what_if("cfe-endgame", branch, outcomes=[NOTICE])


@cache
def over_the_range() -> Uncertain:
    """Ask `ts.what_if_over` for both ends of the range of `p_enlargement`, once."""
    return what_if_over("cfe-endgame", "no-2004", "p_enlargement", outcomes=[NOTICE], points=2)


def numbers(*branches: str) -> None:
    """Print the four numbers of a question of what-if for each branch, and how many histories needed the cause."""
    rows = []
    for branch in branches:
        effect = given_the_record(branch).effects[0]
        four = (effect.baseline, effect.given_record, effect.unconditioned_baseline, effect.unconditioned)
        needed = effect.p_necessary.text() if effect.p_necessary is not None else "-"
        rows.append([branch, *(one.text() for one in four), needed])
    head = ["branch", "as it was", "with the change", "model alone", "model, changed", "needed it"]
    table(head, rows)


def joined_2004() -> frozenset[str]:
    """Return the States that acceded to the North Atlantic Treaty in spring 2004."""
    return frozenset(one.party for one in record_acts("nato", act="accede", since="2004-03", until="2004-04"))


def _route(party: str) -> str:
    """Which way into the treaty a State outside it had, by the clauses of both treaties."""
    old, new = shipped_treaty("cfe").clauses.accession, shipped_treaty("cfe-adapted-1999").clauses.accession
    if old is not None and old.open:
        return ROUTES[0]
    return ROUTES[1] if new is not None and new.open and party not in shipped_treaty("cfe").parties.of else ROUTES[2]


def _with_the_change(branch: str) -> Any:
    return given_the_record(branch).effects[0].given_record.value


def _needed() -> Any:
    number = given_the_record("no-2004").effects[0].p_necessary
    assert number is not None
    return number.value


QUESTIONS = (
    Question(
        "4.1",
        "Which of the seven States of 2004 were parties to the CFE Treaty when they joined NATO?",
        Codes(),
        lambda: joined_2004() & parties_on("cfe", "2004-03-29"),
        (
            "The treaty of 1990 was made between two groups of States. Who of the seven belonged to one of them?",
            "Two were members of the Warsaw Treaty of 1955, a third is a successor of Czechoslovakia.",
            "The Baltic States and Slovenia were never parties.",
        ),
        lambda: "Four others were outside: no ceiling of the treaty bound them, and no inspection reached them.",
    ),
    Question(
        "4.2",
        "How many parties has the CFE Treaty on the day before, and on the day after the seven joined NATO?",
        Each(Number(), ("2004-03-28", "2004-03-30")),
        lambda: {day: len(parties_on("cfe", day)) for day in ("2004-03-28", "2004-03-30")},
        (
            "An accession to another treaty is no act under this one.",
            "The two numbers are the same.",
            "Thirty States were parties from 1993 to 2023.",
        ),
        lambda: (
            "In law nothing moved. On 1 April 2004 the treaty was "
            f"{line_of('cfe').treaty_status('cfe', ordinal('2004-04-01')).replace('_', ' ')}."
        ),
    ),
    Question(
        "4.3",
        "By which way could Lithuania have come under the limits of the CFE Treaty after 2004?",
        Choice(ROUTES),
        lambda: _route("LTU"),
        (
            "Read the clause on accession of both treaties.",
            "The treaty of 1990 has no accession clause.",
            "The agreement of 1999 has one, from its entry into force.",
        ),
        lambda: (
            "Article 18 of the Adapted Treaty, by invitation (article number recalled). That agreement never entered "
            "into force."
        ),
    ),
    Question(
        "4.4",
        "Given what did happen: how likely is a Russian notice by the end of 2008 without the enlargement of 2004?",
        Number(within=0.006, share=True),
        lambda: _with_the_change("no-2004"),
        (
            "It is the column `with the change`. Write it as a share from 0 to 1.",
            "Not the model alone: the question says what is known.",
            "Divide the percentage in the second column by 100.",
        ),
        lambda: (
            "The record counts: a notice did come, and most of the histories that fit it, by weight, "
            "do not need the enlargement."
        ),
    ),
    Question(
        "4.5",
        "In which share of the histories that fit the record did the notice need the enlargement?",
        Number(within=0.006, share=True),
        _needed,
        (
            "There is a column for it.",
            "It is what is missing from the answer to 4.4 to make one.",
            "One minus the share of question 4.4.",
        ),
        lambda: "In the rest another rule would have brought the notice about, or had done so.",
    ),
    Question(
        "4.6",
        "Given the record, how likely is the notice with neither enlargement nor bases and missile defence?",
        Number(within=0.006, share=True),
        lambda: _with_the_change("neither"),
        (
            "Run `numbers` for the branch `neither`.",
            "Which rules are left that could bring the notice about?",
            "None is left.",
        ),
        lambda: "The scenario knows two explanations. That there is no third is an assumption, not a finding.",
    ),
    Question(
        "4.7",
        "With p_enlargement at either end of its range: how likely is the notice without the enlargement?",
        Each(Number(within=0.006, share=True), ("1/10", "1/2")),
        lambda: {str(one.value): one.outcomes[NOTICE][1].value for one in over_the_range().values},
        (
            "Read the two lines of the last table.",
            "The more weight the enlargement has, the less likely is the notice without it.",
            "The first is near one, the second lower; write shares, not percentages.",
        ),
        lambda: "The answer moves with a number that writers disagree about. Report it with its range.",
    ),
)
