"""Answers: how what a student writes is read, and how it is held against the truth.

An answer is *missing* while nothing has been written (None, ..., empty text, an empty list, a dictionary of these),
*unreadable* while it is not the kind of thing that was asked for, and then right or wrong. Nothing here raises for
anything a notebook can put in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any, Protocol

__all__ = ["Choice", "Codes", "Day", "Each", "Kind", "Number", "UnreadableError", "blank"]


class UnreadableError(Exception):
    """What was written is not the kind of thing that was asked for; the text says what is."""


class Kind(Protocol):
    """A kind of answer."""

    def read(self, answer: Any) -> Any:
        """Return the answer in a form that can be compared; raise UnreadableError with what to write instead."""

    def differs(self, given: Any, truth: Any) -> str:
        """Return what is off, without giving the truth away; empty text if the answer is right."""


def blank(answer: Any) -> bool:
    """Whether nothing has been written yet.

    >>> [blank(one) for one in (None, ..., " ", "...", [], {}, {"a": ""}, 0, "no")]
    [True, True, True, True, True, True, True, False, False]
    """
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        return not answer.strip(" .?_-\n\t")
    if isinstance(answer, Mapping):
        return all(blank(value) for value in answer.values())
    if isinstance(answer, list | tuple | set | frozenset):
        return all(blank(value) for value in answer)
    return False


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or `never` where `can_be_never` says that this is a possible answer."""

    can_be_never: bool = False

    def read(self, answer: Any) -> str:
        """Return the ISO text of a date given as text or as a date."""
        if isinstance(answer, dt.datetime):
            answer = answer.date()
        if isinstance(answer, dt.date):
            return answer.isoformat()
        text = answer.strip().lower() if isinstance(answer, str) else ""
        if self.can_be_never and text == "never":
            return text
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            more = ', or "never"' if self.can_be_never else ""
            raise UnreadableError(f'write a day as text, year first, such as "1992-11-09"{more}') from None

    def differs(self, given: str, truth: str) -> str:
        """Say whether the day is early or late, and whether it is near."""
        if given == truth:
            return ""
        if "never" in (given, truth):
            return "it is not never" if given == "never" else f"{given} is not the answer"
        off = (dt.date.fromisoformat(given) - dt.date.fromisoformat(truth)).days
        near = " by a day" if abs(off) == 1 else (" by less than a week" if abs(off) < 7 else "")
        return f"{given} is too {'late' if off > 0 else 'early'}{near}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number; right within `within` of the truth. With `share` it lies between 0 and 1."""

    within: float = 0.0
    share: bool = False

    def read(self, answer: Any) -> Fraction:
        """Return the number exactly; text such as "0.85" and "3/10" is read, too."""
        wanted = "a share from 0 to 1, such as 0.35" if self.share else "a number, such as 12"
        if isinstance(answer, bool) or not isinstance(answer, int | float | str | Rational):
            raise UnreadableError(f"write {wanted}")
        try:
            value = Fraction(answer.strip() if isinstance(answer, str) else answer)
        except (ValueError, OverflowError, ZeroDivisionError):
            raise UnreadableError(f"write {wanted}") from None
        if self.share and not 0 <= value <= 1:
            raise UnreadableError(f"write {wanted}; a percentage is divided by 100")
        return value

    def differs(self, given: Fraction, truth: Any) -> str:
        """Say whether the number is too small or too large."""
        if abs(given - Fraction(truth)) <= Fraction(self.within):
            return ""
        shown = f"{float(given):g}" if abs(given) < 10**9 else "this"
        return f"{shown} is too {'large' if given > Fraction(truth) else 'small'}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words; case and spaces do not count."""

    options: tuple[str, ...]

    def read(self, answer: Any) -> str:
        """Return the option as it is spelt in the list."""
        plain = {_plain(one): one for one in self.options}
        if isinstance(answer, bool) or not isinstance(answer, str) or _plain(answer) not in plain:
            raise UnreadableError(f"choose one of: {', '.join(self.options)}")
        return plain[_plain(answer)]

    def differs(self, given: str, truth: str) -> str:
        """Say no more than that it is another one."""
        return "" if given == truth else f"it is not {given!r}"


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.strip().lower())


@dataclass(frozen=True, slots=True)
class Codes:
    """A set of short codes: parties (`RUS`) or treaties (`cfe`), in any order; text with commas is read, too."""

    what: str = "parties"

    def read(self, answer: Any) -> frozenset[str]:
        """Return the codes as they are spelt in the record: parties in capitals, treaties in small letters."""
        example = '{"FRA", "DEU"}' if self.what == "parties" else '{"cfe", "npt"}'
        if isinstance(answer, str):
            answer = [one for one in re.split(r"[\s,;]+", answer) if one]
        if not isinstance(answer, list | tuple | set | frozenset) or not all(isinstance(one, str) for one in answer):
            raise UnreadableError(f"write a set of {self.what}, such as {example}")
        spelt = (one.strip() for one in answer if one.strip())
        return frozenset(one.upper() if self.what == "parties" else one.lower() for one in spelt)

    def differs(self, given: frozenset[str], truth: frozenset[str]) -> str:
        """Count what is missing and name what is too much."""
        missing, extra = len(truth - given), sorted(given - truth)
        said = [f"{missing} missing"] if missing else []
        said += [f"not among them: {', '.join(extra)}"] if extra else []
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Each:
    """Several answers of one kind under names; all must be right. What is right is said by name, and what is not."""

    kind: Kind
    names: tuple[str, ...]

    def read(self, answer: Any) -> dict[str, Any]:
        """Return the answers by name; every name must be there and filled in."""
        if not isinstance(answer, Mapping):
            raise UnreadableError(f"keep the dictionary of the template, with the names {', '.join(self.names)}")
        empty = [name for name in self.names if blank(answer.get(name))]
        if empty:
            raise UnreadableError(f"still empty: {', '.join(empty)}")
        found = {}
        for name in self.names:
            try:
                found[name] = self.kind.read(answer[name])
            except UnreadableError as problem:
                raise UnreadableError(f"{name}: {problem}") from None
        return found

    def differs(self, given: Mapping[str, Any], truth: Mapping[str, Any]) -> str:
        """Name what is wrong; where more than three are, say only how many."""
        wrong = {name: said for name in self.names if (said := self.kind.differs(given[name], truth[name]))}
        if not wrong:
            return ""
        if len(wrong) > 3:
            return f"{len(self.names) - len(wrong)} of {len(self.names)} are right"
        return "; ".join(f"{name}: {said}" for name, said in wrong.items())
