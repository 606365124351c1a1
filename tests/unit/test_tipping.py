"""Tipping points: closed forms, the interval of a drawn one, and every refusal."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import simulator as ts
from simulator.ensemble.intervals import Share
from simulator.errors import ScenarioError
from simulator.noise import CHANCE, Key, KeyedNoise, key_id
from tests.unit.sweep_worlds import PLAIN, TURNS, loaded

# -- tipping points --------------------------------------------------------------------------------------------------


def tip(target: str, between: str, outcome: str = "lost", text: str = PLAIN, **how: Any) -> Any:
    return ts.tipping_point(loaded(text), target, between, outcome, jobs=1, **how)


def test_the_tipping_point_of_one_chance_is_the_level() -> None:
    """Exactly: the first step at or above it; drawn: the closed form lies in the interval."""
    exact = tip("rule.act.chance", "0..1", at="0.3", work=1000)
    (one,) = exact.crossings
    assert (one.before.value, one.after.value, one.rises) == ("0.299", "0.3", True)
    assert (exact.exact, exact.trend, exact.seed, one.low) == (True, "rises", None, None)
    drawn = tip("rule.act.chance", "0..1", at=0.3, runs=300, seed=2, sample=True)
    (one,) = drawn.crossings
    assert one.before.p < Fraction(3, 10) <= one.after.p
    assert Fraction(one.after.value) - Fraction(one.before.value) == Fraction(1, 1000)
    assert Fraction(one.low) < Fraction(3, 10) < Fraction(one.high)
    assert Fraction(one.low) <= Fraction(one.before.value) < Fraction(one.after.value) <= Fraction(one.high)
    assert not (one.open_low or one.open_high)
    assert (drawn.trend, drawn.against) == ("rises", 0)
    for look in drawn.looks:
        assert (look.share.low <= 0.3 <= look.share.high) == (
            Fraction(one.low) <= Fraction(look.value) <= Fraction(one.high)
        )


def test_the_interval_holds_the_true_crossing_where_the_wilson_limits_there_hold_the_level() -> None:
    """Counted from the noise itself at the closed form's crossing: the two agree for each seed, lucky or not."""
    key = Key(key_id("act|RUS"), key_id("event:e"), 0, CHANCE)
    for seed in range(1, 9):
        hits = sum(KeyedNoise(seed, number).bits(key) < Fraction(3, 10) * 2**53 for number in range(100))
        there = Share(hits, 100)
        (one,) = tip("rule.act.chance", "0..1", at=0.3, runs=100, seed=seed, sample=True).crossings
        held = Fraction(one.low) <= Fraction(3, 10) <= Fraction(one.high)
        assert held == (there.low <= 0.3 <= there.high)


def test_dates_and_whole_numbers_tip_between_two_days() -> None:
    """The deadline is 15 days after the event's day, 20 after the trigger."""
    for how in ({"work": 1000}, {"sample": True, "runs": 100}):
        (one,) = tip("event.e.date", "2000-01-01..2000-01-30", at=0.3, **how).crossings
        assert (one.before.value, one.after.value, one.rises) == ("2000-01-26", "2000-01-27", False)
        found = tip("rule.act.delay", "0..40", at=0.3, **how)
        (one,) = found.crossings
        assert (one.before.value, one.after.value) == ("20", "21")
        assert found.trend == "falls"
    assert (one.low, one.high) == ("20", "21")


def test_no_crossing_and_open_intervals() -> None:
    """All on one side is said; a limit that holds the level up to the end of the range is open there."""
    none = tip("rule.act.chance", "0..0.25", at=0.3, work=1000)
    assert (none.crossings, none.trend) == ((), "rises")
    flat = tip("rule.act.chance", "0..1", "alarmed", at=0.3, work=1000)
    assert (flat.crossings, flat.trend) == ((), "is level")
    (one,) = tip("rule.act.chance", "0.25..0.9", at=0.3, runs=100, seed=4, sample=True).crossings
    assert (one.open_low, one.low, one.open_high) == (True, "0.25", False)


def test_a_curve_that_turns_crosses_more_than_once() -> None:
    """On the one day that is asked it is suspended only for delays of 17 to 20 days: up, and down again."""
    found = tip("rule.act.delay", "14..24", text=TURNS, at=0.3, work=1000)
    assert [(one.before.value, one.after.value, one.rises) for one in found.crossings] == [
        ("16", "17", True),
        ("20", "21", False),
    ]
    assert found.trend == "turns"
    assert all(real for _, _, real in found.turns)
    drawn = tip("rule.act.delay", "14..24", text=TURNS, at=0.3, runs=100, sample=True)
    assert [one.after.value for one in drawn.crossings] == ["17", "21"]
    assert drawn.against > 0


def test_where_exact_is_too_much_work_all_is_drawn() -> None:
    """Never a mixture: one value beyond the bound, and every look is a share."""
    found = tip("event.e.date", "2000-01-01..2000-01-30", at=0.3, work=3, runs=50)
    assert not found.exact
    assert all(look.exact is None for look in found.looks)


@pytest.mark.parametrize(
    ("words", "how", "said"),
    [
        (("rule.act.chance", "0,1"), {}, "is sought in a range"),
        (("rule.act.chance", "0..1:5"), {"at": "2"}, "is no level"),
        (("rule.act.chance", "0..1"), {"at": "1/0"}, "is no level"),
        (("rule.act.chance", "0..1", "nothing"), {}, "no outcome 'nothing'"),
        (("event.later.date", "1999-12-01..2000-02-02"), {}, "the value 1999-12-01 cannot be"),
        (("rule.act", "on..off"), {}, "names have no range"),
        (("rule.act.chance", "0..1"), {"runs": 0}, "runs of an ensemble"),
    ],
)
def test_tipping_points_that_cannot_be_sought(words: tuple[str, ...], how: dict[str, Any], said: str) -> None:
    """Each says what was expected."""
    with pytest.raises(ScenarioError) as error:
        tip(*words, **how)
    assert said in str(error.value)
