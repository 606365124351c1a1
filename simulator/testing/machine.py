"""A ready state machine: Hypothesis lives through the days of a treaty and asks each evening whether the law held.

What is done next is chosen while the world goes on, so that short ways into odd corners are found, and a failure
shrinks to the few acts that matter. For a treaty of one's own, name it and its parties:

>>> from hypothesis import settings
>>> from hypothesis.stateful import run_state_machine_as_test
>>> class PactWorld(TreatyMachine):
...     parties = ("FRA", "DEU")
...     treaties = (
...         {
...             "id": "pact",
...             "title": "A pact of two",
...             "parties": {"model": "bilateral", "of": ["FRA", "DEU"]},
...             "clauses": {
...                 "entry_into_force": {"rule": {"exchange": True}},
...                 "withdrawal": {"notice": {"months": 6}, "lock_in": {"years": 1}},
...             },
...         },
...     )
>>> few = settings(max_examples=5, stateful_step_count=10, deadline=None, derandomize=True, database=None)
>>> run_state_machine_as_test(PactWorld, settings=few)

In a test file `TestPactWorld = PactWorld.TestCase` is enough. A property of one's own goes into `check`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from simulator.testing.cases import Case, CaseAct, Conflict, TreatyData
from simulator.testing.invariants import Watch, check_trace
from simulator.testing.strategies import FIRST, HEIRS, HORIZON, LAST, opening, treaty_sets

__all__ = ["TreatyMachine"]

JOINING = ("sign", "deposit", "accede", "exchange", "succeed", "succeed_to_signature", "sign_definitively")
ALONE = (
    *("withdraw_consent", "disclaim_intent", "notify_withdrawal", "revoke_withdrawal", "notify_suspension"),
    *("resume", "object", "become_extinct", "establish_invalidity", "terminate_for_breach", "announce"),
    *("make_reservation", "restrict_rights", "restore_rights", "consent_otherwise"),
)
PAIRWISE = ("suspend_toward", "adopt_countermeasure", "lift_countermeasure", "cease_performance", "allege_breach")
WHOLE = ("suspend_by_all", "resume_by_all", "terminate_by_consent", "lapse", "close_for_signature", "extend")

_which = st.integers(0, 1)
_soon = st.sampled_from((None, 0, 1, 7, 45, -2))
_someone = st.runner().flatmap(lambda machine: st.sampled_from(machine.parties))
_several = st.lists(_someone, min_size=2, unique=True)


def _laws(machine: Any) -> st.SearchStrategy[tuple[TreatyData, ...]]:
    if machine.treaties:
        return st.just(tuple(machine.treaties))
    return treaty_sets(machine.parties, FIRST, lacking=machine.lacking)


class TreatyMachine(RuleBasedStateMachine):
    """States that do whatever comes to mind under a treaty, legal or not, and a check at the end of each day.

    A subclass may set `treaties` (as in a treaty file; without them one or two random ones), `parties`, `view`, and
    `lacking` (clauses that random treaties do not have). Ten years are lived through from the day on which all
    treaties can be signed.
    """

    treaties: ClassVar[Sequence[TreatyData]] = ()
    parties: ClassVar[Sequence[str]] = ("AUT", "BEL", "North", "Union")
    view: ClassVar[str] = "depositary"
    lacking: ClassVar[Sequence[str]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.first = opening(self.treaties) if self.treaties else FIRST
        self.last = self.first + HORIZON if self.treaties else LAST
        self.day = self.first
        self.acts: list[CaseAct] = []
        self.wars: list[Conflict] = []
        self.laws: tuple[TreatyData, ...] = ()

    def check(self, case: Case, until: dt.date) -> None:
        """Assert what must hold on every day up to `until`: here the law's invariants. Subclasses may ask for more."""
        watch, program = Watch(), case.program()
        trace = case.run(observer=watch, until=until)
        broken = watch.found + check_trace(program, trace)
        assert not broken, "\n".join(map(str, broken))

    @initialize(laws=st.runner().flatmap(_laws))
    def adopt(self, laws: tuple[TreatyData, ...]) -> None:
        """Adopt the treaties."""
        self.laws = laws

    def _do(self, number: int, party: str, word: str, **more: Any) -> None:
        treaty = str(self.laws[number % len(self.laws)]["id"])
        self.acts.append(CaseAct(f"a{len(self.acts):03}", self.day, party, word, treaty, **more))

    @rule(number=_which, party=_someone, word=st.sampled_from(JOINING))
    def join(self, number: int, party: str, word: str) -> None:
        """Take a step towards membership."""
        self._do(number, party, word)

    @rule(
        number=_which, some=st.lists(_someone, min_size=2, unique=True), word=st.sampled_from(("deposit", "exchange"))
    )
    def join_together(self, number: int, some: list[str], word: str) -> None:
        """Several sign and consent on one day."""
        for party in some:
            self._do(number, party, "sign")
            self._do(number, party, word)

    @precondition(lambda self: self.acts)
    @rule(number=_which, party=_someone, word=st.sampled_from(ALONE), stated=_soon, late=st.sampled_from((0, 0, 4)))
    def act(self, number: int, party: str, word: str, stated: int | None, late: int) -> None:
        """Act alone; a notice may state a day and may be received later."""
        notice = word in ("notify_withdrawal", "notify_suspension") and stated is not None
        effective = self.day + dt.timedelta(days=stated) if notice and stated is not None else None
        self._do(number, party, word, effective=effective, received_after=late if word == "notify_withdrawal" else 0)

    @precondition(lambda self: self.acts)
    @rule(number=_which, party=_someone, other=_someone, word=st.sampled_from(PAIRWISE), stated=_soon)
    def act_towards(self, number: int, party: str, other: str, word: str, stated: int | None) -> None:
        """Act towards another, or absurdly towards oneself."""
        later = self.day + dt.timedelta(days=stated) if word == "suspend_toward" and stated is not None else None
        self._do(number, party, word, toward=(other,), effective=later)

    @precondition(lambda self: self.acts)
    @rule(number=_which, word=st.sampled_from(WHOLE), days=st.sampled_from((30, 200, 400, 1000)))
    def act_together(self, number: int, word: str, days: int) -> None:
        """All parties act on the treaty as a whole."""
        until = self.day + dt.timedelta(days=days) if word == "extend" else None
        self._do(number, "*", word, until=until)

    @rule(party=_someone, begins=st.booleans(), international=st.booleans())
    def fight(self, party: str, begins: bool, international: bool) -> None:
        """A war begins or ends."""
        self.wars.append(Conflict(f"w{len(self.wars):03}", self.day, (party,), begins, international))

    @rule(days=st.sampled_from((1, 1, 2, 7, 30, 31, 90, 366)))
    def night_falls(self, days: int) -> None:
        """Check all days so far, then let days pass."""
        self._evening()
        self.day = min(self.day + dt.timedelta(days=days), self.last)

    def _evening(self) -> None:
        if not self.laws:
            return
        heirs = {after: before for after, before in HEIRS.items() if after in self.parties or before in self.parties}
        case = Case(self.laws, tuple(self.acts), tuple(self.wars), self.first, self.last, self.view, heirs)
        self.check(case, self.day)

    def teardown(self) -> None:
        """The last day counts too, and all that is pending after it."""
        self.day = self.last
        self._evening()
