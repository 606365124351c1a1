"""The seventh exercise: one true machine of treaty law, five that read one sentence wrongly, and a test that tells.

All six are the engine of this package, run on the same cases. A broken one has one term of the treaty changed before
it runs, as a careless reader would change it. The student writes a test; it must let the true machine pass and catch
the others.
"""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from simulator.engine.reference import ReferenceEngine
from simulator.law.dates import DateRule
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.terms import EntryTest, Terms
from simulator.results.trace import Step, Trace
from simulator.scenario.program import Program
from simulator.teaching.answers import UnreadableError
from simulator.teaching.checking import Question

__all__ = ["PACT", "QUESTIONS", "STATES", "WORDS", "Life", "Machine", "broken_machines", "true_machine"]

STATES = ("AUT", "BEL", "FIN", "IRL")
# What a case is made of, so that each broken machine shows in at least one of five cases: a test that says the right
# thing must not fail its check by bad luck.
WORDS = ("sign>deposit", "accede", "notify_withdrawal", "notify_withdrawal", "notify_withdrawal", "announce")
PACT: dict[str, Any] = {
    "id": "pact",
    "title": "A pact of four",
    "opened": "2000-01-01",
    "parties": {"model": "open"},
    "clauses": {
        "entry_into_force": {"rule": {"count": 3}, "delay": {"days_after": 30}},
        "accession": {"open": False},
        "withdrawal": {"notice": {"days_after": 90}, "defer": {"armed_conflict": "any"}},
    },
}


class War(Protocol):
    """What is asked of an armed conflict of a case."""

    id: str
    day: dt.date
    parties: tuple[str, ...]
    begins: bool


class Lived(Protocol):
    """What is asked of a case (`simulator.testing.cases.Case`)."""

    conflicts: Sequence[Any]

    def program(self) -> Program:
        """Return the program that an engine runs."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: on which day, what, and to or by whom (empty: to the pact as a whole)."""

    number: int
    day: dt.date
    what: str
    party: str
    cause: int


class Life:
    """What a machine made of a case, in the words that a test needs."""

    def __init__(self, trace: Trace, wars: Sequence[War]) -> None:
        self._trace, self._wars = trace, sorted(wars, key=lambda war: (war.day, war.id))

    def all(self, what: str) -> list[Happening]:
        """Return everything of one kind that happened: `deposit`, `withdrawal_effective`, `enter_into_force` ..."""
        steps = [step for step in self._trace.steps if step.act == what and step.treaty]
        if what == "enter_into_force":
            steps = [step for step in steps if not step.party]
        return [_happening(step) for step in steps]

    def endings(self) -> list[Happening]:
        """Return the end of the pact, if it ends."""
        return [_happening(one) for one in self._trace.steps if not one.party and one.after == "terminated"]

    def notice_of(self, exit_: Happening) -> Happening:
        """Return the notice behind an exit, or the exit itself where there is none."""
        return _happening(self._trace.steps[exit_.cause]) if exit_.cause >= 0 else exit_

    def consents(self, at: Happening) -> int:
        """How many States had consented when something happened."""
        return sum(status in ("ratified", *PARTY_STATUSES) for status in self._standing(at.number).values())

    def parties(self, at: Happening) -> int:
        """How many parties the pact had when something happened."""
        return sum(status in PARTY_STATUSES for status in self._standing(at.number).values())

    def had_signed(self, at: Happening) -> bool:
        """Whether the State had signed before."""
        before = self._trace.steps[: at.number]
        return any(step.act == "sign" and step.party == at.party and step.after == "signed" for step in before)

    def at_war(self, at: Happening) -> bool:
        """Whether the State was in an armed conflict on the eve of that day, and the conflict did not end on it."""
        states = [False, *(war.begins for war in self._wars if at.party in war.parties and war.day < at.day)]
        ends = any(at.party in war.parties and war.day == at.day and not war.begins for war in self._wars)
        return states[-1] and not ends

    def _standing(self, number: int) -> dict[str, str]:
        return {step.party: step.after for step in self._trace.steps[:number] if step.party and step.after}


def _happening(step: Step) -> Happening:
    return Happening(step.number, dt.date.fromordinal(step.day), step.act, step.party, step.cause)


class Machine:
    """A machine that lives through a case: `machine.run(case)`."""

    def __init__(self, change: Callable[[Terms], Terms] | None = None) -> None:
        self._change = change

    def run(self, case: Lived) -> Life:
        """Run a case and return what happened."""
        program = case.program()
        if self._change is not None:
            program = replace(program, terms=tuple(self._change(terms) for terms in program.terms))
        return Life(ReferenceEngine(program).run(), case.conflicts)


# What each broken machine does wrong, in the words that a hint may use.
_BROKEN: dict[str, Callable[[Terms], Terms]] = {
    "how long a State that has given notice stays": lambda terms: replace(terms, notice=DateRule("days_after", 45)),
    "how many must have consented before the pact enters into force": lambda terms: replace(
        terms, entry=EntryTest("count", number=2)
    ),
    "who may join, and by which way": lambda terms: replace(terms, accession_open=True),
    "what an armed conflict does to a withdrawal": lambda terms: replace(terms, defer=""),
    "with how many parties the pact ends": lambda terms: replace(terms, floor_parties=3),
}


def true_machine() -> Machine:
    """Return the machine that reads the pact as it is written."""
    return Machine()


def broken_machines() -> list[Machine]:
    """Return five machines, each of which reads one sentence of the pact wrongly."""
    return [Machine(change) for change in _BROKEN.values()]


ENOUGH = 4


def _outcome(test: Callable[[Machine], object], machine: Machine) -> str:
    """Run a test on a machine: `passes`, `fails`, or what stopped it."""
    try:
        test(machine)
    except AssertionError:
        return "fails"
    except builtins.BaseExceptionGroup as many:
        return "fails" if any(isinstance(one, AssertionError) for one in many.exceptions) else _stopped(many)
    except Exception as problem:
        return _stopped(problem)
    return "passes"


def _stopped(problem: BaseException) -> str:
    text = str(problem).splitlines()
    return f"stops with {type(problem).__name__}{': ' + text[0] if text else ''}"


class _Test:
    """The kind of answer of this exercise: a test that takes a machine."""

    def read(self, answer: Any) -> Callable[[Machine], object]:
        """Return the test; it must be something that can be called."""
        if not callable(answer):
            raise UnreadableError("give the test itself, by its name and without brackets: my_law")
        test: Callable[[Machine], object] = answer
        return test

    def differs(self, given: Callable[[Machine], object], truth: int) -> str:
        """Say whether the test fails the true machine, or misses too many of the broken ones."""
        true = _outcome(given, true_machine())
        if true != "passes":
            if true == "fails":
                return "the test fails the true machine, so one of its sentences says more than the pact does"
            return f"on the true machine the test {true}"
        missed = [
            name
            for name, machine in zip(_BROKEN, broken_machines(), strict=True)
            if _outcome(given, machine) == "passes"
        ]
        caught = len(_BROKEN) - len(missed)
        if caught >= truth:
            return ""
        said = f"the true machine passes, and {caught} of {len(_BROKEN)} broken ones are caught; {truth} are needed"
        return f"{said}. It does not notice yet {missed[0]}" if caught else said


QUESTIONS = (
    Question(
        "7.1",
        "Your test of the pact: it must let the true machine pass and catch at least four of the five broken ones.",
        _Test(),
        lambda: ENOUGH,
        (
            "Take the pact sentence by sentence: each one becomes one `assert`.",
            "The words are in the table: `life.all`, `notice_of`, `consents`, `had_signed`, `at_war`, `parties`.",
            "For leaving: for each exit, the days between `life.notice_of(exit)` and the exit are at least 90.",
            "For the war: for each exit, `not life.at_war(exit)`. For the end: for each ending, fewer than 2 parties.",
        ),
        lambda: "The test knows nothing of the machines. It knows the pact, and that is why it catches them.",
    ),
)
