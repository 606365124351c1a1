"""A state machine that lives through days with random acts, and asks engine and model after each of them.

Hypothesis chooses what is done next while the world goes on, so that it finds short ways into odd corners and shrinks
a failure to the few acts that matter. The engine runs from the beginning each evening: that a run of more acts tells
the same about the earlier days is part of what is asserted.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from simulator.testing.cases import Case, CaseAct, Conflict
from simulator.testing.strategies import FIRST, HEIRS, LAST, PAIRS, treaties
from tests.laws.properties import Ran
from tests.laws.test_model import assert_agrees, model_of

CAST = ("AUT", "BEL", "North", "Union")
JOINING = ("sign", "deposit", "accede", "exchange", "succeed", "succeed_to_signature", "sign_definitively")
ALONE = (
    *("withdraw_consent", "disclaim_intent", "notify_withdrawal", "revoke_withdrawal", "notify_suspension"),
    *("resume", "object", "become_extinct", "establish_invalidity", "terminate_for_breach", "announce"),
    *("make_reservation", "restrict_rights", "restore_rights", "consent_otherwise"),
)
PAIRWISE = ("suspend_toward", "adopt_countermeasure", "lift_countermeasure", "cease_performance", "allege_breach")
WHOLE = ("suspend_by_all", "resume_by_all", "terminate_by_consent", "lapse", "close_for_signature", "extend")
parties, which = st.sampled_from(CAST), st.integers(0, 1)
soon = st.sampled_from((None, 0, 1, 7, 45, -2))


class TreatyWorld(RuleBasedStateMachine):
    """One or two random treaties, four States of which one succeeds another, and whatever they do."""

    def __init__(self) -> None:
        super().__init__()
        self.day = FIRST
        self.acts: list[CaseAct] = []
        self.wars: list[Conflict] = []
        self.laws: tuple[dict[str, object], ...] = ()

    @initialize(first=treaties("alpha", CAST), second=treaties("beta", CAST), link=st.sampled_from((None, *PAIRS)))
    def adopt(self, first: dict[str, object], second: dict[str, object], link: str | None) -> None:
        """Adopt a treaty, or two that may be linked."""
        first["clauses"].pop("provisional", None)  # type: ignore[attr-defined]
        if link == "superseding":
            second["clauses"]["supersedes"] = {"treaties": ["alpha"]}  # type: ignore[index]
        elif link == "linked":
            second["clauses"]["linked_termination"] = {"ends_with": "alpha"}  # type: ignore[index]
        elif link == "waiting":
            second["requires_in_force"] = "alpha"
        self.laws = (first,) if link is None else (first, second)

    def _do(self, number: int, party: str, word: str, **more: object) -> None:
        treaty = str(self.laws[number % len(self.laws)]["id"])
        self.acts.append(CaseAct(f"a{len(self.acts):03}", self.day, party, word, treaty, **more))  # type: ignore[arg-type]

    @rule(number=which, party=parties, word=st.sampled_from(JOINING))
    def join(self, number: int, party: str, word: str) -> None:
        """Take a step towards membership."""
        self._do(number, party, word)

    @rule(number=which, some=st.lists(parties, min_size=2, unique=True))
    def join_together(self, number: int, some: list[str]) -> None:
        """Several sign and ratify on one day."""
        for party in some:
            self._do(number, party, "sign")
            self._do(number, party, "deposit")

    @precondition(lambda self: self.acts)
    @rule(number=which, party=parties, word=st.sampled_from(ALONE), stated=soon, late=st.sampled_from((0, 0, 4)))
    def act(self, number: int, party: str, word: str, stated: int | None, late: int) -> None:
        """Act alone; a notice may state a day and may be received later."""
        notice = word in ("notify_withdrawal", "notify_suspension") and stated is not None
        effective = self.day + dt.timedelta(days=stated) if notice and stated is not None else None
        self._do(number, party, word, effective=effective, received_after=late if word == "notify_withdrawal" else 0)

    @precondition(lambda self: self.acts)
    @rule(number=which, party=parties, other=parties, word=st.sampled_from(PAIRWISE), stated=soon)
    def act_towards(self, number: int, party: str, other: str, word: str, stated: int | None) -> None:
        """Act towards another, or absurdly towards oneself."""
        later = self.day + dt.timedelta(days=stated) if word == "suspend_toward" and stated is not None else None
        self._do(number, party, word, toward=(other,), effective=later)

    @precondition(lambda self: self.acts)
    @rule(number=which, word=st.sampled_from(WHOLE), days=st.sampled_from((30, 200, 400, 1000)))
    def act_together(self, number: int, word: str, days: int) -> None:
        """All parties act on the treaty as a whole."""
        until = self.day + dt.timedelta(days=days) if word == "extend" else None
        self._do(number, "*", word, until=until)

    @rule(party=parties, begins=st.booleans(), international=st.booleans())
    def fight(self, party: str, begins: bool, international: bool) -> None:
        """A war begins or ends."""
        self.wars.append(Conflict(f"w{len(self.wars):03}", self.day, (party,), begins, international))

    @rule(days=st.sampled_from((1, 1, 2, 7, 30, 31, 90, 366)))
    def night_falls(self, days: int) -> None:
        """Compare engine and model on all days so far, then let days pass."""
        self.compare()
        self.day = min(self.day + dt.timedelta(days=days), LAST)

    def compare(self) -> None:
        """Assert that engine and model agree on every day up to today."""
        if not self.laws:
            return
        case = Case(self.laws, tuple(self.acts), tuple(self.wars), FIRST, LAST, heirs=HEIRS)
        book = model_of(self.laws)
        book.advance(self.day, case.acts, case.conflicts)
        assert_agrees(Ran(case, until=self.day), book)

    def teardown(self) -> None:
        """The last day counts too, and all that is pending after it."""
        self.day = LAST
        self.compare()


TestTreatyWorld = TreatyWorld.TestCase
TestTreatyWorld.settings = settings(max_examples=60, stateful_step_count=30)
