"""Seeing instead of doing: the same sentence as news, by hand on the closed-form example, and where it is not defined."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from simulator.counterfactual.seeing import Seen
from simulator.counterfactual.whatif import Settings, WhatIf, what_if
from simulator.scenario.load import load_text
from tests.agree.worlds import CASE_1
from tests.unit.test_whatif import KNOWN

RE = "rule: re, trigger: e2"


def asked(edit: dict[str, Any] | str, base: str = CASE_1, known: str = KNOWN) -> WhatIf:
    return what_if(load_text(base + known, "toy"), edit, settings=Settings(seeing=True))


def seen(edit: dict[str, Any] | str, base: str = CASE_1, known: str = KNOWN) -> Seen:
    found = asked(edit, base, known).seen
    assert found is not None
    return found


def test_it_is_asked_for() -> None:
    """Without the setting there is no such answer."""
    answer = what_if(load_text(CASE_1 + KNOWN, "toy"), "no-re")
    assert answer.seen is None
    assert answer.as_json()["seeing"] is None


def test_seeing_and_doing_differ() -> None:
    """That RE never acted, found out beside the loss of the treaty, says that RM did; switched off, it need not have.

    Seen: the record (1/5 of it: 7/10 twice, 4/10) stays, so the loss is certain. Done: (.28 + .06) / .43 = 34/43.
    """
    answer = asked("no-re")
    assert answer.seen is not None
    assert answer.seen.numbers["lost"].value == 1
    assert answer.seen.p == Fraction(7, 10) * Fraction(7, 10) * Fraction(4, 10)
    assert answer.effects[0].given_record.value == Fraction(34, 43)


def test_without_a_record_a_rule_that_is_seen_not_to_act_leaves_the_other() -> None:
    """P(lost | RE never acts) = 4/10, where nothing else is known."""
    nothing = "observed: {until: 2000-01-01, complete: []}\n"
    found = seen({"id": "x", "force": [{"rule": "re", "trigger": "e1", "fires": False}]}, known=nothing)
    assert found.p == Fraction(7, 10)
    assert found.numbers["lost"].value == 1 - Fraction(7, 10) * Fraction(6, 10)


def test_one_decision_seen_to_fall_as_it_can_only_have_fallen() -> None:
    """E2 answered: on day 25, since day 15 contradicts; P = 7/10 · 3/20."""
    found = seen({"id": "x", "force": [{"rule": "re", "trigger": "e2", "fires": True}]})
    assert found.p == Fraction(7, 10) * Fraction(3, 20)
    assert found.left_out == ()


def test_a_record_that_contradicts_what_is_seen_is_kept_up_to_there() -> None:
    """Neither rule acted: then the treaty was not lost on the last day, and the record holds until the day before."""
    found = seen({"id": "x", "off": ["re", "rm"]})
    assert found.numbers["lost"].value == 0
    assert found.as_json()["record_until"] == "2000-01-25"
    assert found.p == Fraction(7, 10) * Fraction(7, 10) * Fraction(6, 10)


def test_an_event_can_be_seen_not_to_happen_where_it_has_a_chance() -> None:
    """M happens with 1/2: seen not to have happened, RE did it; without its chance there is nothing to see."""
    chancy = CASE_1.replace("-21, kind: defence}", "-21, kind: defence, probability: 1/2}")
    found = seen("no-m", chancy)
    assert found.p == Fraction(1, 2) * Fraction(7, 10) * Fraction(3, 20)
    assert found.numbers["lost"].value == 1
    certain = seen("no-m")
    assert certain.numbers == {}
    assert "no chance not to happen" in certain.reason
    assert "`probability`" in certain.reason


def test_a_status_can_be_seen() -> None:
    """Russia seen in force on the last day, against the record: the record is kept until then."""
    forced = {"id": "x", "status": [{"date": "2000-01-17", "treaty": "toy", "of": "RUS", "is": "suspended"}]}
    found = seen(forced)
    # Not suspended by day 15: E1 not answered, E2 not answered by then.
    assert found.p == 1 - Fraction(7, 10) * Fraction(17, 20)
    assert found.numbers["lost"].value == 1


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"chance": {"re": "1/2"}}, "nothing that one of its histories could show"),
        ({"clauses": {"toy": {"withdrawal": {"notice": {"months": 3}}}}}, "could show"),
        ({"move": [{"event": "m", "by_days": -3}]}, "could show"),
        ({"force": [{"rule": "re", "trigger": "e2", "fires": True, "delay_days": 5}]}, "delay_days"),
        ({}, "nothing is changed that could be seen"),
    ],
)
def test_what_cannot_be_seen_says_why(edit: dict[str, Any], words: str) -> None:
    """A chance, a clause, another day, a delay by itself: not defined, with the reason."""
    found = seen({"id": "x", **edit})
    assert found.numbers == {}
    assert words in found.reason


def test_a_certain_rule_cannot_be_seen_not_to_act() -> None:
    """RM acts for certain: no history lacks its act, and the reason names the rule whose chance to lower."""
    sure = CASE_1.replace("chance: 4/10", "chance: 1")
    found = seen({"id": "x", "off": ["rm", "re"]}, sure, "observed: {complete: []}\n")
    assert found.numbers == {}
    assert "give rule rm a chance below 1" in found.reason


def test_one_draw_for_many_occasions_is_not_seen_at_one_of_them() -> None:
    """A lasting disposition has no decision of its own about E2."""
    lasting = CASE_1.replace("trigger: {kind: enlargement}", "noise: rule\n    trigger: {kind: enlargement}")
    found = seen({"id": "x", "force": [{"rule": "re", "trigger": "e2", "fires": False}]}, lasting)
    assert "one draw for many occasions" in found.reason


def test_the_option_that_was_seen() -> None:
    """Of three ways, the one that was seen counts; where the rule is not asked, nothing is there to be seen.

    RE has suspended by day 20 in 81 of 200 histories. In the others RM is asked and does nothing with 2/5; RE's late
    answer to E2 comes in 21 of 200.
    """
    text = CASE_1.replace(
        "    chance: 4/10\n    after: {days: 5}\n    still: {status: toy, of: RUS, is: in_force}\n"
        "    do: {act: notify_suspension, treaty: toy}\n",
        "    choose:\n      - {id: stay, p: 1/5, do: {happens: talk}}\n"
        "      - {id: go, p: 2/5, do: {act: notify_suspension, treaty: toy}}\n",
    )
    nothing = "observed: {complete: []}\n"
    go = seen({"id": "x", "force": [{"rule": "rm", "fires": True, "outcome": "go"}]}, text, nothing)
    assert go.numbers["lost"].value == 1
    stay = seen({"id": "x", "off": ["rm"]}, text, nothing)
    assert stay.numbers["lost"].value == Fraction(447, 643)
    assert stay.p == Fraction(81, 200) + Fraction(2, 5) * Fraction(119, 200)
