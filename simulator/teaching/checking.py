"""Checks: a question, the truth that the product computes for it, graded hints, and what is said to an answer.

`judge` is the plain function behind `check`: it prints nothing and counts nothing. `check` prints, and gives a further
hint for each new wrong answer. Neither raises for what a student can write.
"""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.teaching.answers import Kind, UnreadableError, blank

__all__ = ["ROOMS", "Question", "Verdict", "check", "hint", "judge", "question", "questions", "restart"]

# One module for each notebook, loaded with its first question.
ROOMS = {
    "0": "tour",
    "1": "binding",
    "2": "exits",
    "3": "disguises",
    "4": "enlargement",
    "5": "conflict",
    "6": "news",
    "7": "machines",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a notebook; `truth` computes the answer from record, clauses and engine, when it is first needed.

    `because` is said to a right answer: the reason and where it can be read.
    """

    id: str
    asks: str
    kind: Kind
    truth: Callable[[], Any]
    hints: tuple[str, ...]
    because: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said to an answer: `state` is right, wrong, missing or unreadable."""

    state: str
    text: str

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.state == "right"


def questions(notebook: str) -> dict[str, Question]:
    """Return the questions of a notebook (`"0"` for the tour, else the number of the exercise) by their ids."""
    room = importlib.import_module(f"simulator.teaching.{ROOMS[notebook]}")
    found: dict[str, Question] = {one.id: one for one in room.QUESTIONS}
    return found


def question(name: object) -> Question | None:
    """Return a question by its id, None where there is none."""
    notebook = str(name).partition(".")[0]
    return questions(notebook).get(str(name)) if notebook in ROOMS else None


@cache
def _truth(name: str) -> Any:
    found = question(name)
    assert found is not None
    return found.truth()


def judge(name: str, answer: Any) -> Verdict:
    """Say whether an answer is right, and what is off if it is not.

    >>> judge("1.2", "2021-01-22").state, judge("1.2", "...").state, judge("1.2", 7).state
    ('right', 'missing', 'unreadable')
    """
    asked = question(name)
    if asked is None:
        return Verdict("unreadable", f"there is no question {name!r}; keep the text of the template cell")
    if blank(answer):
        return Verdict("missing", asked.asks)
    try:
        given = asked.kind.read(answer)
        off = asked.kind.differs(given, _truth(asked.id))
    except UnreadableError as problem:
        return Verdict("unreadable", str(problem))
    return Verdict("wrong", off) if off else Verdict("right", asked.because())


class _Desk:
    """What has been asked so far: the hints given for each question, and the last wrong answer."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}
        self.last: dict[str, str] = {}


_DESK = _Desk()


def restart() -> None:
    """Forget which hints have been given."""
    _DESK.given.clear()
    _DESK.last.clear()


def check(name: str, answer: Any = None, *, predicted: Any = None) -> None:
    """Print whether an answer is right; each new wrong answer earns a further hint.

    `predicted` is what was written down before running, and is compared once the answer is right.

    >>> restart()
    >>> check("1.2", "2020-10-24")
    1.2  not yet: 2020-10-24 is too early.
         Hint 1 of 3: The fiftieth deposit starts a clock; it binds nobody by itself.
    """
    verdict = judge(name, answer)
    if verdict.right:
        _say(name, f"right. {verdict.text}")
        _compare(name, predicted)
    elif verdict.state == "missing":
        _say(name, f"no answer yet. {verdict.text}")
        _say("", "Write it in the line that ends with `# <- yours`, and run the cell again.")
    elif verdict.state == "unreadable":
        _say(name, f"this cannot be read as an answer: {verdict.text}.")
    else:
        _say(name, f"not yet: {verdict.text}.")
        shown = repr(answer)[:500]
        if _DESK.last.get(name) != shown:
            _DESK.last[name] = shown
            _DESK.given[name] = _DESK.given.get(name, 0) + 1
        _hint(name)


def hint(name: str) -> None:
    """Print the next hint for a question."""
    _DESK.given[name] = _DESK.given.get(name, 0) + 1
    _hint(name)


def _hint(name: str) -> None:
    asked = question(name)
    if asked is None:
        _say(str(name), "there is no such question")
        return
    number = min(_DESK.given[name], len(asked.hints))
    _say("", f"Hint {number} of {len(asked.hints)}: {asked.hints[number - 1]}")


def _compare(name: str, predicted: Any) -> None:
    if predicted is None:
        return
    if blank(predicted):
        _say("", "You wrote down no prediction. Next time do: a surprise is what one learns from.")
        return
    before = judge(name, predicted)
    said = "That is what you predicted." if before.right else f"You had predicted {predicted!r}: what surprised you?"
    _say("", said)


def _say(name: str, text: str) -> None:
    head = f"{name:<5}"
    print(
        textwrap.fill(
            text, 118, initial_indent=head, subsequent_indent=" " * 5, break_long_words=False, break_on_hyphens=False
        )
    )
