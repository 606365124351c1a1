"""The engine against the independent model: the same days, statuses, parties, facts and refusals."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from simulator.law.lifecycle import lifecycle
from simulator.testing.cases import Case
from simulator.testing.strategies import PAIRS, WORDS, cases
from tests.laws.model import LawBook
from tests.laws.properties import Ran, law

# The model leaves out provisional application and the fate of reservations.
_UNKNOWN = {"apply_provisionally", "end_provisional", "object_to_reservation", "withdraw_reservation"}
JOINING = (
    *("succeed", "succeed_to_signature", "become_extinct>succeed", "become_extinct>succeed_to_signature"),
    *("become_extinct>accede", "accede>withdraw_consent", "sign>deposit", "sign_definitively", "accede"),
    "consent_otherwise",
)
LEAVING = ("notify_withdrawal", "notify_withdrawal>revoke_withdrawal", "accede", "become_extinct>succeed")
WORDS_OF_MODEL = tuple(word for word in WORDS if not _UNKNOWN & {*word.split(">")})


def model_of(treaties: Any) -> LawBook:
    """Return a fresh model; the order of a day is the convention of the table of acts."""
    return LawBook(treaties, {act.word: act.order for act in lifecycle().acts.values()})


def assert_agrees(run: Ran, book: LawBook) -> None:
    """Assert that on every day the model has lived through the engine shows the same."""
    for day, told in book.history.items():
        number = run.at(day)
        members = {name: sorted(run.members(name, day)) for name in book.treaties}
        assert run.statuses[number] == told["status"], day
        assert run.treaties[number] == told["treaty"], day
        assert members == told["members"], day
        assert run.facts[number] == told["toward"], day
    assert {one.id for one in run.trace.refused} == book.refused
    for one in run.trace.final:
        spells = book.treaties[one.treaty].relation(one.party).spells
        assert [list(spell) for spell in one.spells] == [
            [first.toordinal() if first else None, last.toordinal() if last else None] for first, last in spells
        ]


@law(
    "model",
    case=st.sampled_from([None, None, *PAIRS]).flatmap(
        lambda pair: cases(pair=pair, view="depositary", words=WORDS_OF_MODEL)
    )
    | cases(words=JOINING, view="depositary")
    | cases(having=["withdrawal", "floor", "defer"], words=LEAVING, joined=True, wars=True, view="depositary", most=8),
)
def test_engine_and_model_tell_the_same_story(case: Case) -> None:
    """Under the depositary's view the engine does what a model written from the law text alone does."""
    book = model_of(case.treaties)
    book.advance(case.last, case.acts, case.conflicts)
    assert_agrees(Ran(case), book)
