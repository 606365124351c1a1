"""What the checks of a scenario ask of the shipped law and record, and the shape of a problem they find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Library", "Loc", "Problem"]

Loc = tuple[str | int, ...]


class Library(Protocol):
    """The names that exist outside a scenario file; any object with these members will do."""

    @property
    def treaty_ids(self) -> Collection[str]:
        """Ids of the shipped treaties."""

    @property
    def party_ids(self) -> Collection[str]:
        """Ids of the known parties."""

    @property
    def act_words(self) -> Collection[str]:
        """Acts that a file may script or wait for."""

    @property
    def effect_words(self) -> Collection[str]:
        """Words of the record for effects of the law, which no file may script."""

    @property
    def event_ids(self) -> Collection[str]:
        """Ids of the shared world events."""

    @property
    def readings(self) -> Mapping[str, Collection[str]]:
        """The possible readings of each disputed question, by its id (D1 ...)."""

    def record_ids(self, treaty: str) -> Collection[str]:
        """Ids of the recorded acts of a shipped treaty."""

    def event_kind(self, event: str) -> str:
        """Kind of a shared world event."""

    def event_day(self, event: str) -> dt.date | None:
        """Day of a shared world event; None if it is not known."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place of a scenario.

    `loc` leads to the value (or, with `key`, to the key) in the data of the file; steps that the file leaves out, such
    as the index of a list written without brackets, are to be skipped. `other` is a second place, if there is one.
    """

    loc: Loc
    code: str
    message: str
    hint: str = ""
    key: bool = False
    other: Loc = ()
