"""The questions of the sixth exercise: sentences from the news, held against the record.

A claim has two conditions over the record. It is *true* if what it says literally holds, *imprecise* if that does not
hold but the record has the thing that it garbles, and *false* if there is no such thing either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.analysis.timeline import day_text, ordinal
from simulator.law.catalogue import treaty as shipped_treaty
from simulator.law.catalogue import treaty_ids
from simulator.teaching.answers import Choice, Day, Each, Number
from simulator.teaching.checking import Question
from simulator.teaching.lens import line_of, record_acts, table
from simulator.teaching.truths import first_day, parties_on, source_of, status_on, with_status

__all__ = ["CLAIMS", "QUESTIONS", "Claim", "allies_in_cfe", "claims", "explained"]

VERDICTS = ("true", "imprecise", "false")
REGISTER = "no page kept; register D15"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, where it was read, what it says literally, what it may have meant, and what the law says."""

    id: str
    says: str
    read_in: str
    literally: Callable[[], bool]
    loosely: Callable[[], bool]
    law: str

    @property
    def verdict(self) -> str:
        """`true`, `imprecise` or `false`, by the record."""
        if self.literally():
            return "true"
        return "imprecise" if self.loosely() else "false"


def allies_in_cfe(day: str) -> frozenset[str]:
    """Return the members of NATO that are parties to the CFE Treaty at the end of a day."""
    return parties_on("nato", day) & parties_on("cfe", day)


def _changes() -> list[str]:
    """The instruments that say that they change the CFE Treaty."""
    return [name for name in treaty_ids() if shipped_treaty(name).amends == "cfe"]


def _days(treaty: str, *acts: str) -> list[str]:
    steps = line_of("cfe").trace.steps
    return [day_text(step.day) for step in steps if step.treaty == treaty and not step.party and step.act in acts]


def _amended_in(year: str) -> bool:
    """Whether an amendment that parties ratify, as Article XX has it, entered into force in a year."""
    ratified = [name for name in _changes() if shipped_treaty(name).clauses.ratification is not None]
    return any(day.startswith(year) for name in ratified for day in _days(name, "enter_into_force"))


def _agreed_in(year: str) -> bool:
    """Whether anything on the application of the treaty was adopted or entered into force in a year."""
    return any(
        day.startswith(year)
        for name in _changes()
        for day in _days(name, "adopt", "open_for_signature", "enter_into_force")
    )


def _adapted_in(year: str, *acts: str) -> bool:
    return any(day.startswith(year) for day in _days("cfe-adapted-1999", *acts))


def _suspended(day: str) -> frozenset[str]:
    return with_status("cfe", day, "suspended")


def _allies_notified(act: str, treaty: str = "cfe") -> bool:
    allies = allies_in_cfe("2023-11-07")
    return bool(record_acts(treaty, act=act, party=allies))


CLAIMS = (
    Claim(
        "a",
        "The CFE Treaty was amended in 1996.",
        REGISTER,
        lambda: _amended_in("1996"),
        lambda: _agreed_in("1996"),
        "The flank document was adopted on 1996-05-31: an agreed understanding, no amendment under Article XX.",
    ),
    Claim(
        "b",
        "The CFE Treaty was signed in 1990 and amended in 1997.",
        "https://tass.com/world/1702695 (2023-11-07)",
        lambda: _amended_in("1997"),
        lambda: _agreed_in("1997"),
        "On 1997-05-15 the flank document of 1996 entered into force. What NATO States did not ratify is of 1999.",
    ),
    Claim(
        "c",
        "The treaty was adapted in 1997.",
        f"{REGISTER}; compare "
        "https://intusk.com/posts/belarus-to-suspend-treaty-on-conventional-armed-forces-in-europe (revised in 1997)",
        lambda: _adapted_in("1997", "enter_into_force"),
        lambda: _adapted_in("1997", "adopt", "open_for_signature"),
        "The Adaptation Agreement was signed on 1999-11-19 and never entered into force (D15, D16).",
    ),
    Claim(
        "d",
        "NATO ceased compliance with the treaty on 7 November 2023.",
        "no page kept; compare the headline of https://menafn.com/1107389931/NATO-Suspends-Conventional-Arms-Treaty",
        lambda: allies_in_cfe("2023-11-07") <= _suspended("2023-11-07"),
        lambda: bool(allies_in_cfe("2023-11-07") & _suspended("2023-11-07")),
        "NATO is no party. The Council stated an intention; single States gave notices, with days of their own.",
    ),
    Claim(
        "e",
        "The NATO allies plan to withdraw from the CFE Treaty.",
        "https://tass.com/world/1702695 (2023-11-07)",
        lambda: _allies_notified("withdrawal_effective"),
        lambda: _allies_notified("notify_withdrawal"),
        "No ally gave notice of withdrawal. The statement that the same report quotes speaks of suspending.",
    ),
    Claim(
        "f",
        "The United States and its NATO allies suspend the treaty with effect from 7 December 2023.",
        "https://armscontrol.org/act/2023-12/news/nato-allies-suspend-participation-cfe-treaty (caption)",
        lambda: allies_in_cfe("2023-12-07") <= _suspended("2023-12-07"),
        lambda: first_day("cfe", "USA", "suspended") == "2023-12-07",
        "True of the United States and Italy. Others were earlier, later, or are not in the record at all.",
    ),
    Claim(
        "g",
        "After March 2015 Russia continued to be a party to the treaty from a legal perspective.",
        "https://tass.com/world/1677381 (2023-09-20)",
        lambda: "RUS" in parties_on("cfe", "2015-03-12"),
        lambda: True,
        "It left the meetings of the consultative group. Membership ended on 2023-11-07 (D19).",
    ),
    Claim(
        "h",
        "In October 2023 Belarus suspended the treaty.",
        "https://russland.jetzt/2023/10/weissrussland-setzt-kse-vertrag-aus.html (headline)",
        lambda: status_on("cfe", "BLR", "2023-10-31") == "suspended",
        lambda: any(who == "BLR" for who, _ in line_of("cfe").suspended_toward("cfe", ordinal("2023-10-31"))),
        "Towards Poland and Czechia only; towards the rest in June 2024.",
    ),
    Claim(
        "i",
        "President Putin withdrew Russia's ratification of the nuclear test ban.",
        "https://news.yahoo.com/putin-signs-law-revoking-nuclear-093622762.html (2023-11-02)",
        lambda: (
            (status_on("ctbt", "RUS", "2023-11-01"), status_on("ctbt", "RUS", "2023-11-03")) == ("ratified", "signed")
        ),
        lambda: True,
        "Consent given before entry into force can be taken back; the notice counts from 2023-11-03 (D48).",
    ),
    Claim(
        "j",
        "President Putin has signed a law on Russia's withdrawal from the CTBT.",
        "https://en.vestikavkaza.ru/material/164474 (2023-11-02)",
        lambda: status_on("ctbt", "RUS", "2023-11-03") in ("withdrawn", "non_party"),
        lambda: bool(record_acts("ctbt", party="RUS", act="notify_withdrawal")),
        "Russia is still a signatory. The same report says further down that it does not leave the treaty.",
    ),
    Claim(
        "k",
        "From 2 November 2023 Moscow will no longer be bound by the test-ban treaty.",
        "https://www.themoscowtimes.com/2023/11/02/putin-signs-law-revoking-nuclear-test-ban-treaty-a82972",
        lambda: "RUS" in parties_on("ctbt", "2023-11-01") and "RUS" not in parties_on("ctbt", "2023-11-02"),
        lambda: status_on("ctbt", "RUS", "2023-11-01") != status_on("ctbt", "RUS", "2023-11-03"),
        "The treaty was never in force, so nobody was bound by it. What ended is the consent to be bound.",
    ),
)


def claims() -> None:
    """Print the claims and where they were read."""
    table(["", "claim", "read in"], [[one.id, one.says, one.read_in] for one in CLAIMS], wide=60)


def explained(*ids: str) -> None:
    """Print what the law says to some of the claims."""
    table(["", "claim", "the record and the law"], [[one.id, one.says, one.law] for one in CLAIMS if one.id in ids])


QUESTIONS = (
    Question(
        "6.1",
        "True, imprecise or false? One word for each claim.",
        Each(Choice(VERDICTS), tuple(one.id for one in CLAIMS)),
        lambda: {one.id: one.verdict for one in CLAIMS},
        (
            "True: literally so. Imprecise: the record has the thing that it garbles. False: there is no such thing.",
            "Ask who did it (a State or NATO?), what it was (a notice, an intention, a law?), and from which day.",
            "Two are true, three are false, the rest is imprecise.",
        ),
        lambda: "Print what the law says to each of them with `explained`.",
    ),
    Question(
        "6.2",
        "On which day did each enter into force?",
        Each(Day(can_be_never=True), ("flank document", "Adaptation Agreement", "CTBT")),
        lambda: {
            "flank document": (*_days("cfe-flank-1996", "enter_into_force"), "never")[0],
            "Adaptation Agreement": (*_days("cfe-adapted-1999", "enter_into_force"), "never")[0],
            "CTBT": "never" if line_of("ctbt").treaty_status("ctbt", line_of("ctbt").trace.last) == "open" else "",
        },
        (
            "Two of the three are not in force.",
            "The flank document waited for the approval of the last of thirty parties.",
            "It is in May 1997.",
        ),
        lambda: f"The flank document: {source_of('cfe-flank-1996', '*', 'entered_into_force')}",
    ),
    Question(
        "6.3",
        "How many allies are parties to the CFE Treaty on 7 November 2023, and how many of them are then suspended?",
        Each(Number(), ("allies", "suspended")),
        lambda: {
            "allies": len(allies_in_cfe("2023-11-07")),
            "suspended": len(allies_in_cfe("2023-11-07") & _suspended("2023-11-07")),
        },
        (
            "Some members of NATO never were parties to the CFE Treaty.",
            "Use `allies_in_cfe` for the first number and question 3.4 for the second.",
            "The second number is four.",
        ),
        lambda: "The record holds the notices that were found; statements of others are known without their dates.",
    ),
)
