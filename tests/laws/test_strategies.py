"""The random models are worth drawing: they reach every row of the law's tables and every reason to refuse."""

from __future__ import annotations

import dataclasses
from collections import Counter
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.engine import machine
from simulator.engine import run as runs
from simulator.law.catalogue import treaty_data
from simulator.law.guards import GUARDS, Guard
from simulator.law.lifecycle import lifecycle
from simulator.testing.cases import Case
from simulator.testing.invariants import check_case
from simulator.testing.strategies import PAIRS, WORDS, cases, treaties

# The statuses of the row, or the day on which the engine asks, already say yes; other engines may have to ask.
NEVER_REFUSES = {
    "acceded_before",
    "consent_of_all",
    "not_deferred",
    "notice_period_over",
    "suspension_live",
    "threshold_was_met",
    "treaty_in_force",
    "treaty_not_in_force_for_it",
}
JOINING = (
    *("sign>apply_provisionally", "sign>succeed_to_signature", "become_extinct>succeed_to_signature"),
    *("accede", "become_extinct>succeed", "apply_provisionally>end_provisional", "disclaim_intent"),
    *("sign>make_reservation", "withdraw_reservation"),
)
CLAIMING = (
    *("notify_suspension>object", "notify_suspension>notify_withdrawal", "restrict_rights>restore_rights"),
    *(
        "allege_breach>terminate_for_breach",
        "determine_breach",
        "allege_breach",
        "cease_performance",
        "adopt_countermeasure",
    ),
)
SUCCEEDING = ("accede", "sign", "become_extinct>succeed", "become_extinct>succeed_to_signature")
LEAVING = ("notify_withdrawal", "notify_withdrawal>revoke_withdrawal", "notify_withdrawal>accede", "extend")
EVERYTHING = (
    st.sampled_from([None, *PAIRS]).flatmap(lambda pair: cases(pair=pair, words=WORDS))
    | cases(having=["withdrawal", "defer", "floor", "duration"], words=LEAVING, joined=True, wars=True, most=6)
    | cases(kind="named", having=["provisional", "accession"], words=JOINING, joined=False)
    | cases(having=["entry.delay", "other_consent", "signature.definitive"], words=WORDS, joined=False)
    | cases(having=["organ_sanctions", "withdrawal"], words=CLAIMING, joined=True, view="objector", most=6)
    | cases(parties=("AUT", "North", "Union"), kind="count", having=["accession"], words=SUCCEEDING, joined=False)
)


def _counting(guard: Guard, refused: Counter[str]) -> Guard:
    def test(scene: object) -> str:
        why = guard.test(scene)  # type: ignore[arg-type]
        refused[guard.name] += bool(why)
        return why

    return dataclasses.replace(guard, test=test)


def _reached(examples: int) -> tuple[set[str], set[str]]:
    """The rows that move something in so many random cases, and the guards that refuse something."""
    moves: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @settings(max_examples=examples, derandomize=True, database=None, phases=[Phase.generate])
    @given(EVERYTHING)
    def look(case: Case) -> None:
        moves.update(step.move for step in case.run().steps)

    for name in ("party", "treaty"):
        machine.driver(name)  # built once and kept: not while counting
    counting = {name: _counting(guard, refused) for name, guard in GUARDS.items()}
    with mock.patch.dict(GUARDS, counting):
        drivers = {name: machine.Driver(name) for name in ("party", "treaty")}
        with mock.patch.object(runs, "driver", drivers.__getitem__):
            look()
    return {row for row, times in moves.items() if times and row}, {name for name, times in refused.items() if times}


def test_random_cases_reach_most_of_the_law() -> None:
    """A few hundred cases make most moves of the table, and meet most guards when they say no."""
    moves, refused = _reached(400)
    assert len(moves) >= 0.65 * len(lifecycle().moves)
    assert len(refused) >= 0.5 * len({*GUARDS} - NEVER_REFUSES)


@pytest.mark.slow
def test_random_cases_reach_every_row_and_every_refusal() -> None:
    """Every move of the table is made by some case, and every guard that can refuse does so in some case."""
    moves, refused = _reached(12_000)
    assert {move.id for move in lifecycle().moves} - moves == set()
    assert {*GUARDS} - NEVER_REFUSES - refused == set()


@given(case=EVERYTHING)
def test_whatever_is_drawn_obeys_the_law(case: Case) -> None:
    """No random case breaks any rule that the product can check by itself."""
    assert check_case(case) == []


@pytest.mark.parametrize("name", ["cfe", "ctbt", "inf", "new-start", "npt", "open-skies", "ottawa", "sort", "start-1"])
def test_shipped_treaties_obey_the_law_whatever_is_done_under_them(name: str) -> None:
    """Under the clauses of a real treaty, too, no random acts break a rule."""
    law = {key: value for key, value in treaty_data(name).items() if key != "readings"}

    @settings(max_examples=25)
    @given(cases([law], ("BLR", "DEU", "FRA", "GBR", "RUS", "UKR", "USA"), joined=True))
    def obey(case: Case) -> None:
        assert check_case(case) == []

    obey()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: treaties(having=["withdrawals"]).example(), "withdrawals"),
        (lambda: treaties(lacking=["exit"]).example(), "exit"),
        (lambda: cases(pair="married").example(), "married"),
    ],
)
@pytest.mark.filterwarnings("ignore:The `.example")
def test_a_wrong_name_is_an_error_that_names_it(make: object, word: str) -> None:
    """An unknown clause or relation of two treaties is refused with its name."""
    with pytest.raises(ValueError, match=word):
        make()  # type: ignore[operator]
