"""The questions of the first exercise: when does a treaty bind?"""

from __future__ import annotations

from simulator.law.catalogue import treaty as shipped_treaty
from simulator.teaching.answers import Choice, Codes, Day, Each, Number
from simulator.teaching.checking import Question
from simulator.teaching.lens import LAST_DAY, history
from simulator.teaching.tour import STATUSES
from simulator.teaching.truths import first_day, source_of, status_on, treaty_day, with_status

__all__ = ["ANY_44", "QUESTIONS", "annex_2", "annex_2_missing"]

ANY_44 = {"ctbt": {"entry_into_force": {"rule": {"count": 44}}}}


def annex_2() -> frozenset[str]:
    """Return the States whose ratification the CTBT waits for, as its clause names them."""
    entry = shipped_treaty("ctbt").clauses.entry_into_force
    assert entry is not None
    return frozenset(entry.rule.named or ()) if entry.rule else frozenset()


def annex_2_missing(day: str) -> frozenset[str]:
    """Return those of them that have not ratified by the end of a day.

    >>> len(annex_2()), len(annex_2_missing("2023-11-02"))
    (44, 8)
    """
    return annex_2() - with_status("ctbt", day, "ratified", "in_force")


def _waiting() -> frozenset[str]:
    """Those that have consented to the TPNW and are not bound on the day of its entry into force."""
    return with_status("tpnw", "2021-01-22", "ratified")


QUESTIONS = (
    Question(
        "1.1",
        "On which day did the fiftieth State deposit its consent to the TPNW?",
        Day(),
        lambda: treaty_day(history("tpnw"), "tpnw", "threshold_met"),
        (
            "Signatures do not count, deposits and accessions do.",
            "The step is called `threshold met`.",
            "It is in the second half of October 2020.",
        ),
        lambda: f"Honduras deposited, as the fiftieth. Source: {source_of('tpnw', 'HND', 'deposit')}",
    ),
    Question(
        "1.2",
        "On which day did the TPNW enter into force?",
        Day(),
        lambda: treaty_day(history("tpnw"), "tpnw", "enter_into_force"),
        (
            "The fiftieth deposit starts a clock; it binds nobody by itself.",
            "Article 15 says ninety days after it.",
            "Add ninety days to the day of question 1.1; October has 31 days, November 30, December 31.",
        ),
        lambda: (
            "Ninety days after the fiftieth deposit of "
            f"{treaty_day(history('tpnw'), 'tpnw', 'threshold_met')} (TPNW 15)."
        ),
    ),
    Question(
        "1.3",
        "Which States had consented by 22 January 2021 and were still not bound at the end of that day?",
        Codes(),
        _waiting,
        (
            "Look for States that deposited after the fiftieth.",
            "Each of them waits ninety days of its own (Article 15(2)).",
            "There are two. One deposited in December 2020, the other on the very day of entry into force.",
        ),
        lambda: "; ".join(f"{one} is bound from {first_day('tpnw', one, 'in_force')}" for one in sorted(_waiting())),
    ),
    Question(
        "1.4",
        "How many of the 44 States of CTBT Annex 2 had not ratified at the end of 2 and of 3 November 2023?",
        Each(Number(), ("2023-11-02", "2023-11-03")),
        lambda: {day: len(annex_2_missing(day)) for day in ("2023-11-02", "2023-11-03")},
        (
            "Russia signed a law on one of these days; the depositary held its notice on another.",
            "Until the notice counts, the ratification of 2000 stands.",
            "The second number is larger by one.",
        ),
        lambda: (
            f"The law of 2 November is a step at home; the notice counts from {first_day('ctbt', 'RUS', 'signed')} "
            "(question D48 of the register)."
        ),
    ),
    Question(
        "1.5",
        f"Which States of Annex 2 are still missing on {LAST_DAY}?",
        Codes(),
        lambda: annex_2_missing(LAST_DAY),
        (
            "The printed list has those that never ratified, and one that did and took it back.",
            "There are nine.",
            "Five have only signed, three have not even signed, and one has taken its ratification back.",
        ),
        lambda: "Each of them alone keeps the treaty from entering into force (CTBT XIV(1), Annex 2).",
    ),
    Question(
        "1.6",
        "What is Russia's status under the CTBT since 3 November 2023?",
        Choice(STATUSES),
        lambda: status_on("ctbt", "RUS", "2023-11-03").replace("_", " "),
        (
            "One cannot withdraw from a treaty that was never in force.",
            "What had Russia done before it ratified, and has it taken that back?",
            "Its signature of 1996 stands.",
        ),
        lambda: "The signature stands, and with it the duty of VCLT 18(a) not to defeat object and purpose.",
    ),
    Question(
        "1.7",
        "If any 44 States had been enough, on which day would the CTBT have entered into force?",
        Day(can_be_never=True),
        lambda: treaty_day(history("ctbt", clauses=ANY_44), "ctbt", "enter_into_force"),
        (
            "Run `history` with the changed clause and look for `enter into force`.",
            "The delay of 180 days after the last deposit needed stays as it is.",
            "It is early in the year 2000.",
        ),
        lambda: "The rule on who must join decided, not the number of those who did.",
    ),
)
