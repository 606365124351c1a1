"""What if: the closed-form example, consistency, evidence of every kind, and errors that say what to change."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import simulator as ts
from simulator.counterfactual import abduction
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.whatif import Settings, what_if
from simulator.errors import ScenarioError
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_text
from tests.agree.worlds import CASE_1

# The closed-form example: the only change of status up to day 25 is a suspension on day 25 (2000-01-26).
KNOWN = """
observed:
  complete: []
  statuses:
    - {date: 2000-01-25, status: toy, of: RUS, is: in_force}
    - {date: 2000-01-26, status: toy, of: RUS, is: suspended}
"""


def toy(more: str = KNOWN, base: str = CASE_1) -> Loaded:
    return load_text(base + more, "toy.yaml")


@pytest.mark.parametrize(
    ("branch", "given", "alone"),
    [
        ("no-e1", Fraction(1), Fraction(29, 50)),
        ("no-e2", Fraction(34, 43), Fraction(29, 50)),
        ("no-m", Fraction(15, 43), Fraction(51, 100)),
        ("no-e2-no-m", Fraction(0), Fraction(3, 10)),
    ],
)
def test_the_closed_form_example(branch: str, given: Fraction, alone: Fraction) -> None:
    """Given the record and without it, exact; the two questions differ, and each number names its own."""
    answer = what_if(toy(), branch)
    effect = answer.effects[0]
    assert answer.history.p_record == Fraction(301, 1000)
    assert len(answer.history.explanations) == 3
    assert (effect.given_record.value, effect.unconditioned.value) == (given, alone)
    assert (effect.baseline.value, effect.unconditioned_baseline.value) == (Fraction(1), Fraction(353, 500))
    assert answer.exact
    assert effect.p_necessary is not None
    assert effect.p_necessary.value == 1 - given


def test_an_edit_can_be_given_in_place_of_a_name() -> None:
    """The same edit written by hand gives the same answer."""
    mine = {"id": "mine", "drop": [{"event": "e2"}]}
    assert what_if(toy(), mine).effects[0].given_record.value == Fraction(34, 43)
    api = ts.what_if(toy(), mine)
    assert api.edits == ("Event e2 does not happen.",)


def test_json_has_the_promised_fields() -> None:
    """Fractions are text, numbers say whether they are exact."""
    data: dict[str, Any] = what_if(toy(), "no-e2").as_json()
    assert {"branch", "given", "mechanism", "exact", "explanations", "p_record", "outcomes"} <= set(data)
    lost = data["outcomes"]["lost"]
    assert (lost["given_record"], lost["unconditioned"], lost["baseline"]) == ("34/43", "29/50", "1")
    assert lost["p_necessary"] == "9/43"
    assert lost["details"]["given_record"]["exact"] is True
    assert data["p_record"] == "301/1000"


def test_days_gained_are_counted_where_both_worlds_have_the_outcome() -> None:
    """Without E2 the suspension still comes on day 25: through M, or through E2's place in history taken by M."""
    assert what_if(toy(), "no-e2").effects[0].delay == {0: Fraction(1)}


def test_a_log_that_names_the_decision_leaves_one_explanation() -> None:
    """If rule re is known not to have fired at e1 and e2, dropping e2 changes nothing."""
    sure = CASE_1.replace("chance: 3/10", "chance: 0")
    assert what_if(toy(base=sure), "no-e2").effects[0].given_record.value == 1


def test_an_impossible_record_says_what_to_change() -> None:
    """Evidence of probability zero is an error that names the day and the ways out."""
    never = toy(
        "observed: {complete: [], statuses: [{date: 2000-01-10, status: toy, of: RUS, is: suspended}, "
        "{date: 2000-01-11, status: toy, of: RUS, is: in_force}]}\n"
    )
    with pytest.raises(ScenarioError, match=r"probability zero.*`until`"):
        what_if(never, "no-e2")


def test_unknown_names_are_refused_with_the_nearest() -> None:
    """Branch, outcome and mechanism."""
    with pytest.raises(ScenarioError, match="no-e2"):
        what_if(toy(), "no-e22")
    with pytest.raises(ScenarioError, match="lost"):
        what_if(toy(), "no-e2", outcomes=["lots"])
    with pytest.raises(ScenarioError, match="gumbel"):
        what_if(toy(), "no-e2", settings=Settings(mechanism="gumble"))


def test_a_scenario_without_outcomes_asks_nothing() -> None:
    """A question needs something that can come true by a day."""
    text = CASE_1.split("outcomes:")[0]
    with pytest.raises(ScenarioError, match="no `outcomes:`"):
        what_if(load_text(text + "branches: [{id: none, drop: [{event: e1}]}]\n", "toy.yaml"), "none")


def test_drawn_worlds_agree_with_the_exact_answer() -> None:
    """Where the exact computation may not work, the share of drawn worlds has the exact number in its interval."""
    drawn = what_if(toy(), "no-e2", settings=Settings(work=1, runs=2_000)).effects[0]
    assert not drawn.given_record.exact
    assert drawn.given_record.low <= Fraction(34, 43) <= drawn.given_record.high
    assert drawn.unconditioned.low <= Fraction(29, 50) <= drawn.unconditioned.high
    assert drawn.baseline.value == 1


def test_the_main_question_of_the_shipped_scenario() -> None:
    """The record teaches something: 85 % given the record, 49 % without it, both exact."""
    answer = ts.what_if("cfe-endgame", "no-2004", outcomes=["notice-2007"], runs=20)
    effect = answer.effects[0]
    assert effect.unconditioned.value == Fraction(61, 125)
    assert effect.given_record.exact
    assert round(float(effect.given_record.value), 4) == 0.8525
    assert effect.baseline.value == 1


# Nothing is known but that nothing was done up to day 12; everything that counts lies after it.
EARLY = "observed: {until: 2000-01-13}\n"


@pytest.mark.parametrize(
    ("branch", "necessary", "delay"),
    [
        # Lost anyway without E2 in 29/50, with it in 353/500; nothing is lost only without it.
        ("no-e2", 1 - Fraction(290, 353), {0: Fraction(269, 290), 10: Fraction(21, 290)}),
        ("no-m", 1 - Fraction(255, 353), {0: Fraction(1)}),
        ("no-e2-no-m", 1 - Fraction(150, 353), {0: Fraction(1)}),
    ],
)
def test_both_worlds_after_the_end_of_the_evidence(
    branch: str, necessary: Fraction, delay: dict[int, Fraction]
) -> None:
    """Where the outcome is still open in history too, necessity and delay are exact all the same."""
    effect = what_if(load_text(CASE_1 + "observed: {until: 2000-01-01}\n", "toy.yaml"), branch).effects[0]
    assert effect.p_necessary is not None
    assert effect.p_necessary.exact
    assert effect.p_necessary.value == necessary
    assert effect.p_sufficient is not None
    assert effect.p_sufficient.value == 0
    assert effect.delay == delay


def test_what_is_known_counts_after_the_end_of_the_evidence() -> None:
    """Silence up to day 12 rules out an early answer to E1, and the joint numbers follow: drawn worlds agree."""
    exact = what_if(toy(EARLY.replace("}", ", complete: [toy]}"), CASE_1), "no-e2").effects[0]
    drawn = what_if(
        toy(EARLY.replace("}", ", complete: [toy]}"), CASE_1), "no-e2", settings=Settings(work=1, runs=2_000)
    ).effects[0]
    # E1: not answered 14/17, on its way to day 15 3/17. Lost unless E1, E2 and M all fail.
    lost = 1 - Fraction(14, 17) * Fraction(7, 10) * Fraction(6, 10)
    assert exact.baseline.value == lost
    assert exact.p_necessary is not None and drawn.p_necessary is not None
    assert exact.p_necessary.value == Fraction(14, 17) * Fraction(3, 10) * Fraction(6, 10) / lost
    assert drawn.p_necessary.low <= exact.p_necessary.value <= drawn.p_necessary.high


def test_an_edit_can_bring_an_outcome_after_the_end_of_the_evidence() -> None:
    """E1 forced to be answered: of the worlds without the loss, all get it."""
    effect = what_if(toy("observed: {until: 2000-01-01}\n"), "forced").effects[0]
    assert effect.given_record.value == 1
    assert effect.p_sufficient is not None
    assert effect.p_sufficient.exact
    assert effect.p_sufficient.value == 1


def test_events_that_happen_all_the_same_are_listed() -> None:
    """After E1 is dropped, E2 and M still come; what comes before the change is not listed."""
    assert [name for name, _ in what_if(toy(), "no-e1").still_happens] == ["e2", "m"]
    assert what_if(toy(), "no-m").still_happens == what_if(toy(), "no-re").still_happens == ()
    assert what_if(toy(), "no-e2").as_json()["still_happens"] == [{"event": "m", "date": "2000-01-21"}]


def test_where_nothing_is_known_history_is_what_the_model_expects() -> None:
    """Without evidence the outcome is as open in history as in the model, and no edit changes nothing."""
    loaded = toy("")
    effect = what_if(loaded, {"id": "nothing"}).effects[0]
    assert effect.baseline.value == effect.given_record.value == effect.unconditioned.value == Fraction(353, 500)
    assert effect.p_necessary is not None
    assert effect.p_necessary.value == 0


@pytest.mark.parametrize(("edit", "answer"), [({"chance": {"rm": "3/5"}}, Fraction(1, 3)), ({}, Fraction(0))])
def test_sufficiency_where_history_lacks_the_outcome(edit: dict[str, Any], answer: Fraction) -> None:
    """M did not fire at 2/5: at 3/5 it does in one of three; with nothing changed it never does."""
    kept = "observed: {complete: [], statuses: [{date: 2000-01-26, status: toy, of: RUS, is: in_force}]}\n"
    effect = what_if(toy(kept), {"id": "x", **edit}).effects[0]
    assert effect.p_sufficient is not None
    assert effect.p_sufficient.value == answer
    assert effect.p_necessary is None


def test_a_window_lets_recorded_acts_lie_some_days_off() -> None:
    """The record is more probable the less exact its days are; the page says how exact they count."""
    loaded = ts.load("open-skies-exit")
    branch, outcomes = loaded.scenario.branches[0].id, [loaded.scenario.outcomes[0].id]
    narrow, wide = (
        what_if(loaded, branch, outcomes=outcomes, settings=Settings(work=100, runs=10, window=days)) for days in (0, 3)
    )
    assert wide.history.p_record > narrow.history.p_record > 0
    assert "each within 3 days of its date" in wide.given
    assert "to the day" in narrow.given


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"runs": 0}, "runs is a whole number, 1 or more; got 0"),
        ({"work": -1}, "work is a whole number, 0 or more; got -1"),
        ({"window": -3}, "window is a whole number, 0 or more; got -3"),
        ({"window": "x"}, "window is a whole number, 0 or more; got 'x'"),
        ({"seed": -1}, r"seed is a whole number, 0 or more and below 2\*\*64; got -1"),
        ({"seed": 2**64}, "seed is a whole number"),
        ({"outcomes": "lost"}, r"outcomes is a list of ids; write \['lost'\]"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any], said: str) -> None:
    """From Python no command line stands in front; the error names the setting."""
    with pytest.raises(ScenarioError, match=said):
        ts.what_if(toy(), "no-e2", **wrong)


def test_seeds_and_runs_of_the_other_questions_are_checked_too() -> None:
    """Compare, why and why not."""
    for ask in (
        lambda: ts.compare(toy(), "no-e2", seed=-1),
        lambda: ts.why(toy(), "lost", seed=-4),
        lambda: ts.why_not(toy(), "lost", seed=2**64),
    ):
        with pytest.raises(ScenarioError, match="a seed is a whole number"):
            ask()
    with pytest.raises(ScenarioError, match="number of runs"):
        ts.compare(toy(), "no-e2", runs=-1)


def test_a_status_that_no_rule_leads_to_is_named() -> None:
    """An impossible record of statuses alone names the day of the status at which it breaks."""
    never = toy("observed: {complete: [], statuses: [{date: 2000-01-10, status: toy, of: RUS, is: withdrawn}]}\n")
    with pytest.raises(ScenarioError, match=r"next observed status is that of 2000-01-10.*`observed: statuses`"):
        what_if(never, "no-e2")


def test_without_known_acts_there_is_no_pattern_to_judge() -> None:
    """Statuses alone, and silence that means nothing: every world shows the pattern, and nothing has to be drawn."""
    assert what_if(toy(), "no-e2").p_pattern == Number.of(Fraction(1))


def test_the_resolution_of_the_record_is_that_of_its_window() -> None:
    """Evidence within some days of its date is not called exact to the day."""
    assert what_if(toy(), "no-e2").resolution == "to the day"
    assert what_if(toy(), "no-e2", settings=Settings(window=1)).resolution == "each within 1 day of its date"


def test_few_drawn_explanations_are_said_beside_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what gives more of them; the intervals are those of so few."""
    monkeypatch.setattr(abduction, "MAX_EXPLANATIONS", 2)  # the record of the example has three
    monkeypatch.setattr(abduction, "DRAWN", 7)
    answer = ts.what_if(toy(), "no-e2")
    assert "worth only 7 independent ones" in answer.few
    assert "fewer treaties under `observed: complete`" in answer.few
    assert answer.warnings[0] == answer.few
    (effect,) = answer.effects
    assert effect.given_record.runs == effect.baseline.runs == 7
    monkeypatch.setattr(abduction, "DRAWN", 30)
    enough = ts.what_if(toy(), "no-e2")
    assert enough.few == ""
    assert any("effective sample size 30" in one for one in enough.warnings)


def test_more_is_drawn_where_few_would_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece of the record that two worlds at a time explain badly is explained again, with more of them."""
    loaded = toy()
    program = compile_scenario(loaded)
    monkeypatch.setattr(abduction, "WAYS", 1)  # too few for an exact answer
    monkeypatch.setattr(abduction, "PARTICLES", 2)
    monkeypatch.setattr(abduction, "MORE", 1)
    few = abduction.explain_or_draw(program, loaded.scenario, 20_000, 1)
    monkeypatch.setattr(abduction, "MORE", 100)
    enough = abduction.explain_or_draw(program, loaded.scenario, 20_000, 1)
    assert 0 < few.size < abduction.ENOUGH
    assert enough.exact
    assert enough.p_record == Fraction(301, 1000)
    monkeypatch.setattr(abduction, "MORE", 20_000)  # beyond the work allowed
    assert abduction.explain_or_draw(program, loaded.scenario, 20_000, 1).size == few.size
