"""How a status looks: a colour, a letter and a pattern, so that no reader depends on the colour.

The colours follow Okabe and Ito (Color Universal Design, 2008), made lighter or darker until every two of them stay
apart for readers who do not see red, green or blue; a test simulates that after Machado, Oliveira and Fernandes (2009).
Height and hatching say the same as the colour: who is bound has a band of full height, who is on the way one of half
height, who is out a line; a suspension is hatched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.law.lifecycle import STATUSES

__all__ = ["INK", "LINES", "LOOKS", "QUIET", "Look", "letter_of", "look_of", "words"]

INK: Final = "#1A1A1A"
QUIET: Final = "#767676"  # 4.5 : 1 on white, the least that WCAG 2.2 allows for text
# Line colours for several series, each of them with its own dash as well.
LINES: Final = ("#0072B2", "#B03A00", "#007A5A", "#8A5A00", "#4D4D4D")


@dataclass(frozen=True, slots=True)
class Look:
    """`height` is the share of the row that the band fills; `ink` is the colour of the letter on it."""

    letter: str
    colour: str
    height: float
    hatched: bool
    ink: str
    dash: tuple[int, ...]


LOOKS: Final[dict[str, Look]] = {
    "non_party": Look("N", "#FFFFFF", 0.0, False, INK, (1, 5)),
    "signed": Look("S", "#D4BE78", 0.5, False, INK, (1, 3)),
    "ratified": Look("R", "#8CCBF0", 0.5, False, INK, (5, 3)),
    "in_force": Look("F", "#0072B2", 1.0, False, "#FFFFFF", ()),
    "suspended": Look("U", "#E69F00", 1.0, True, INK, (7, 3, 1, 3)),
    "withdrawn": Look("W", "#B03A00", 0.18, False, INK, (2, 6)),
    "terminated": Look("T", "#4D4D4D", 0.18, False, INK, (2, 2)),
}
assert tuple(LOOKS) == STATUSES


def look_of(status: str) -> Look:
    """Return how a status of a party looks.

    >>> look_of("suspended").letter, look_of("suspended").hatched
    ('U', True)
    """
    return LOOKS[status]


def letter_of(status: str) -> str:
    """Return the letter of a status: S signed, R ratified, F in force, U suspended, W withdrawn, T terminated."""
    return LOOKS[status].letter


def words(name: str) -> str:
    """Return a word of a table as running text.

    >>> words("in_force"), words("non_party")
    ('in force', 'no party')
    """
    return "no party" if name == "non_party" else name.replace("_", " ")
