"""The exercise on tests: what catches which machine, and what is said to tests that do not work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from simulator.teaching.checking import judge
from simulator.teaching.machines import PACT, STATES, WORDS, Life, Machine, broken_machines, true_machine
from simulator.testing.strategies import cases

CAREFUL = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
PACTS = cases(treaties=[PACT], parties=STATES, words=WORDS, joined=True, wars=True, view="depositary", most=8)
Sentence = Callable[[Life], bool]

SENTENCES: list[Sentence] = [
    lambda life: all((one.day - life.notice_of(one).day).days >= 90 for one in life.all("withdrawal_effective")),
    lambda life: all(life.consents(one) >= 3 for one in life.all("threshold_met")),
    lambda life: all(life.had_signed(one) for one in life.all("deposit") + life.all("accede")),
    lambda life: not any(life.at_war(one) for one in life.all("withdrawal_effective")),
    lambda life: all(life.parties(one) < 2 for one in life.endings()),
]


def _test(*sentences: Sentence, how: settings = CAREFUL) -> Callable[[Machine], None]:
    @how
    @given(case=PACTS)
    def law(machine: Machine, case: Any) -> None:
        life = machine.run(case)
        assert all(sentence(life) for sentence in sentences)

    return law


def _caught(test: Callable[[Machine], None], machine: Machine) -> bool:
    try:
        test(machine)
    except AssertionError:
        return True
    return False


def test_each_sentence_of_the_pact_catches_its_machine() -> None:
    """The true machine passes all five; each broken one fails the sentence that it reads wrongly."""
    tests = [_test(sentence) for sentence in SENTENCES]
    assert [_caught(one, true_machine()) for one in tests] == [False] * 5
    assert [_caught(one, machine) for one, machine in zip(tests, broken_machines(), strict=True)] == [True] * 5


@pytest.mark.parametrize("number", range(6))
def test_a_right_test_does_not_fail_by_bad_luck(number: int) -> None:
    """Whatever cases Hypothesis draws, sixty of them tell every broken machine from the true one."""
    law = seed(number)(_test(*SENTENCES, how=settings(CAREFUL, derandomize=False)))
    assert not _caught(law, true_machine())
    assert all(_caught(law, machine) for machine in broken_machines())


def test_four_of_five_are_enough_and_three_are_not() -> None:
    """The verdict counts; what is missed is said in the words of the pact."""
    assert judge("7.1", _test(*SENTENCES)).right
    assert judge("7.1", _test(*SENTENCES[:4])).right
    verdict = judge("7.1", _test(*SENTENCES[:3]))
    assert verdict.state == "wrong"
    assert "3 of 5" in verdict.text and "armed conflict" in verdict.text


def test_a_test_without_a_claim_is_no_answer() -> None:
    """It passes the true machine and catches nothing."""
    assert "0 of 5" in judge("7.1", _test()).text
    assert "0 of 5" in judge("7.1", lambda machine: None).text


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (lambda machine: 1 / 0, "ZeroDivisionError"),
        (lambda: None, "TypeError"),
        (lambda machine: machine.walk(), "has no attribute 'walk'"),
    ],
)
def test_a_test_that_stops_is_told_why(test: Callable[..., Any], said: str) -> None:
    """The error is named in a sentence, not raised."""
    verdict = judge("7.1", test)
    assert verdict.state == "wrong" and said in verdict.text


def test_a_test_that_says_too_much_fails_the_true_machine() -> None:
    """And is told so, whatever else it catches."""

    def nothing(machine: Machine) -> None:
        raise AssertionError

    assert "says more than the pact" in judge("7.1", nothing).text
    assert judge("7.1", "my_law").state == "unreadable"
