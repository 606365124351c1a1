"""Known traps of counterfactual simulation, each with the smallest world in which it would snap."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from simulator.api import run
from simulator.counterfactual.evidence import Record
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.uncertain import over_parameter
from simulator.counterfactual.whatif import what_if
from simulator.errors import ScenarioError
from simulator.exact.history import Path, paths
from simulator.exact.lattice import Lattice
from simulator.noise import CHANCE, DELAY, Key, KeyedNoise
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import Program
from tests.agree.enumeration import leaves, probability
from tests.agree.small_worlds import as_record, observing, visible
from tests.agree.worlds import CASE_1, TREATY, case_9

# Evidence about statuses alone: the loss on a day, and not the evening before.
STATUS = """
observed:
  complete: []
  statuses:
    - {date: 2000-01-15, status: toy, of: RUS, is: in_force}
    - {date: 2000-01-16, status: toy, of: RUS, is: suspended}
"""
LATE = STATUS.replace("-15,", "-25,").replace("-16,", "-26,")


def program(text: str, branch: str | None = None) -> Program:
    """A compiled text."""
    return compile_scenario(load_text(text, "trap"), branch=branch)


def seen(text: str, days: list[int]) -> Program:
    """The program with the record of a world whose rules act on these days of the period and on no other."""
    whole = program(text)
    shown = [visible(trace, whole, whole.last) for _, trace in leaves(whole)]
    steps = next(steps for steps in shown if [step.day - whole.first for step in steps] == days)
    return observing(whole, as_record(steps, whole))


def explained(observed: Program) -> list[Path]:
    """The explanations of a record."""
    return paths(Lattice(observed, witness=Record(observed), keep=True).run().ends, 1000)


def given(histories: list[Path], text: str, branch: str | None, outcome: str = "lost") -> Fraction:
    """P(outcome | do, record)."""
    return Lattice(program(text, branch), source=Explanations(histories)).run().probability(outcome)


def test_1_an_event_keeps_its_draw_when_an_earlier_one_is_dropped() -> None:
    """Keys name the event, not its number: without E1, what is known of the decision about E2 is about E2 still."""
    histories = explained(seen(CASE_1, [25]))
    source = Explanations(histories)
    Lattice(program(CASE_1, "no-e1"), source=source).run()
    assert not source.fresh
    assert given(histories, CASE_1, "no-e1") == 1


REASONS = (
    TREATY % {"to": "2000-01-26"}
    + """
  - {id: a, date: 2000-01-02, kind: ka}
  - {id: b, date: 2000-01-04, kind: kb}
rules:
  - {id: first, actor: USA, trigger: {event: a}, do: {act: notify_suspension, treaty: toy}}
  - id: second
    actor: USA
    trigger: {event: b}
    when: {not: {happened: a}}
    do: {act: notify_suspension, treaty: toy}
  - id: answer
    actor: RUS
    noise: NOISE
    trigger: {becomes: suspended, treaty: toy, of: USA}
    chance: 1/2
    do: {act: notify_suspension, treaty: toy}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}}
branches: [{id: no-a, drop: [{event: a}]}]
"""
)


@pytest.mark.parametrize(("noise", "answer"), [("what", 1), ("rule", 1), ("path", Fraction(1, 2))])
def test_2_a_reaction_for_a_reason_has_a_draw_for_each_reason(noise: str, answer: Fraction) -> None:
    """A substitute cause brings the same happening: the same draw answers it, unless the reason counts (`path`)."""
    text = REASONS.replace("NOISE", noise)
    assert given(explained(seen(text, [1, 1])), text, "no-a") == answer


def test_3_an_unrelated_event_moves_no_draw() -> None:
    """Placebo: an event to which nothing reacts changes neither an exact answer nor a sampled world."""
    text = CASE_1.replace("rules:", "  - {id: a, date: 2000-01-05, kind: concert}\nrules:", 1)
    assert given(explained(seen(text, [25])), CASE_1, "no-e2") == Fraction(34, 43)
    for seed in range(50):
        before, after = run(load_text(CASE_1, "toy"), seed=seed), run(load_text(text, "toy"), seed=seed)
        assert before.outcomes == after.outcomes


def test_4_a_chance_and_its_delay_have_draws_of_their_own() -> None:
    """Another chance moves no delay: of those who acted on day 5, all act on day 5 where acting is certain."""
    noise = KeyedNoise(1)
    assert noise.bits(Key(1, 2, 0, CHANCE)) != noise.bits(Key(1, 2, 0, DELAY))
    sure = CASE_1.replace("chance: 3/10", "chance: 1")
    histories = explained(seen(CASE_1, [5]))
    worlds = Lattice(program(sure, "no-m"), source=Explanations(histories)).run()
    first = program(sure).first
    assert {day - first: p for (day, _), p in worlds.found["lost"].items()} == {5: 1}


def test_5_silence_is_not_fired_or_pending_or_blocked() -> None:
    """Silence up to day 12 leaves open that the answer to E2 is on its way: P = 3/10 among what is still possible."""
    observed = program(CASE_1)
    observed = replace(
        observed, observed=replace(observed.observed, acts=(), complete=frozenset({0}), until=observed.first + 12)
    )
    histories = paths(Lattice(observed, witness=Record(observed), keep=True, last=observed.first + 12).run().ends, 1000)
    # Up to day 12: E1 not answered (7/10) or on its way to day 15 (3/20). E2 is open altogether.
    assert sum(path.weight for path in histories) == Fraction(17, 20)
    quiet = 1 - Fraction(14, 17) * Fraction(7, 10) * Fraction(6, 10)
    assert given(histories, CASE_1, None) == quiet


def test_6_no_visible_change_does_not_mean_that_nothing_was_decided() -> None:
    """An act that was blocked when due had been decided on: without the block it is done."""
    text = case_9("2000-01-21").replace("trigger: {event: m}", "trigger: {event: m}\n    chance: 1/2")
    histories = explained(seen(text, [15]))
    assert len(histories) >= 1
    # The record says nothing of M: its chance stays what it was, and where E2 is dropped it decides.
    assert given(histories, text, "no-e2") == Fraction(1, 2)
    sure = case_9("2000-01-21")
    assert given(explained(seen(sure, [15])), sure, "no-e2") == 1
    # A delay left to chance too: blocked on either day, it is still on its way in every explanation.
    late = sure.replace("after: {days: 10}", "after: {choice: [{days: 7, p: 1/2}, {days: 10, p: 1/2}]}")
    histories = explained(seen(late, [15]))
    assert sum(path.weight for path in histories) == 1
    assert given(histories, late, "no-e2") == 1


def test_7_two_acts_of_a_day_without_declared_order_are_flagged() -> None:
    """The order that only names decide is flagged; neither event alone is a but-for cause."""
    text = case_9("2000-01-16")
    assert run(load_text(text, "nine")).ties
    histories = explained(seen(text, [15]))
    assert given(histories, text, "no-e2") == given(histories, text, "no-m") == 1
    assert given(histories, text, "neither") == 0
    answer = what_if(load_text(text + STATUS, "nine"), "no-e2")
    assert any("depends on a tie" in warning for warning in answer.warnings)
    ordered = text.replace("id: re\n", "id: re\n    priority: 1\n")
    assert not any("tie" in warning for warning in what_if(load_text(ordered + STATUS, "nine"), "no-e2").warnings)


def test_8_a_disposition_is_read_again_and_not_drawn_again() -> None:
    """Whoever did not react at 3/10 to E1 does not react at 3/10 to E2; the lattice keeps the one draw."""
    text = CASE_1.replace("trigger: {kind: enlargement}", "noise: rule\n    trigger: {kind: enlargement}")
    whole = program(text, "no-m")
    assert Lattice(whole).run().probability("lost") == probability(whole, "lost") == Fraction(3, 10)


def test_9_a_moved_event_keeps_its_draw_and_an_added_one_needs_an_id_of_its_own() -> None:
    """Moving E2 by a day moves its answer by a day; an event under an id that exists is refused."""
    moved = CASE_1 + "  - {id: later, move: [{event: m, by_days: -3}]}\n"
    histories = explained(seen(CASE_1, [25]))
    source = Explanations(histories)
    assert Lattice(program(moved, "later"), source=source).run().probability("lost") == 1
    assert not source.fresh
    again = CASE_1 + "  - {id: twice, add: [{id: e2, date: 2000-01-12, kind: enlargement}]}\n"
    with pytest.raises(ScenarioError, match="e2"):
        program(again, "twice")


def test_10_events_after_the_edit_still_happen() -> None:
    """Without E1 and E2 the later M happens all the same, and its answer is as it was."""
    histories = explained(seen(CASE_1, [25]))
    worlds = Lattice(program(CASE_1, "no-e1"), source=Explanations(histories)).run()
    assert worlds.probability("lost") == 1
    # The reader is told which events those are.
    answer = what_if(load_text(CASE_1 + LATE, "toy"), "no-e1")
    assert [name for name, _ in answer.still_happens] == ["e2", "m"]


def test_11_evidence_is_what_was_visible_and_not_what_was_logged() -> None:
    """Both the answer to E2 and that to M would show on day 25: three logs, one record."""
    observed = seen(CASE_1, [25])
    histories = explained(observed)
    assert sorted(path.weight for path in histories) == [Fraction(42, 1000), Fraction(63, 1000), Fraction(196, 1000)]


@pytest.mark.parametrize("chance", ["3/2", "-1/10", "1.01"])
def test_12_a_chance_outside_0_to_1_is_refused(chance: str) -> None:
    """Nothing is clipped in silence, and 3/10 is the fraction."""
    with pytest.raises(ScenarioError, match="not between 0 and 1"):
        program(CASE_1.replace("chance: 3/10", f"chance: {chance}"))
    assert program(CASE_1).rules[0].chances[0].p == Fraction(3, 10)


def test_12_chances_that_add_up_to_more_than_one_are_refused() -> None:
    """Two ways to decide with 3/5 each, in the file or by a parameter of the branch."""
    two = CASE_1.replace("rules:", "parameters: {p: {value: 2/5}}\nrules:", 1).replace(
        "    chance: 4/10\n    after: {days: 5}\n    still: {status: toy, of: RUS, is: in_force}\n"
        "    do: {act: notify_suspension, treaty: toy}\n",
        "    choose:\n      - {id: stay, p: p, do: {happens: talk}}\n"
        "      - {id: go, p: 3/5, do: {act: notify_suspension, treaty: toy}}\n",
    )
    assert program(two).rules
    with pytest.raises(ScenarioError, match="6/5"):
        program(two.replace("value: 2/5", "value: 3/5"))
    with pytest.raises(ScenarioError, match="6/5"):
        program(two + "  - {id: more, parameters: {p: 3/5}}\n", "more")


UNSURE = CASE_1.replace("rules:", "parameters: {p: {value: 3/10, range: [1/10, 1/2]}}\nrules:", 1).replace(
    "chance: 3/10", "chance: p"
)


def test_13_both_worlds_have_the_same_unknown_parameter() -> None:
    """Values 1/10 and 1/2, equally probable before: each twin has one of them, and the record weighs the two.

    P(record) is 9/10 · 41/100 = 369/1000 under 1/10 and 1/2 · 45/100 = 9/40 under 1/2; E2 dropped leaves 38/41 and 2/3.
    """
    unsure = load_text(UNSURE + LATE, "unsure")
    found = over_parameter(unsure, "no-e2", "p", points=2)
    assert [(one.p_record, one.outcomes["lost"][1].value) for one in found.values] == [
        (Fraction(369, 1000), Fraction(38, 41)),
        (Fraction(9, 40), Fraction(2, 3)),
    ]
    assert [one.weight for one in found.values] == [Fraction(41, 66), Fraction(25, 66)]
    assert found.given_record("lost").value == Fraction(41, 66) * Fraction(38, 41) + Fraction(25, 66) * Fraction(2, 3)
    # Placebo: with one value for both worlds, an edit that touches nothing changes no world under any value.
    free = load_text(UNSURE + "observed: {until: 2000-01-01, complete: []}\n", "unsure")
    for one in over_parameter(free, {"id": "placebo"}, "p", points=3).values:
        baseline, edited = one.outcomes["lost"]
        assert baseline.value == edited.value == 1 - (1 - one.value) ** 2 * Fraction(6, 10)


@pytest.mark.parametrize(
    ("name", "words"), [("q", "no parameter 'q'.*p"), ("r", r"parameter r has no range.*range: \[1/10, 1/2\]")]
)
def test_13_a_parameter_without_a_range_cannot_be_unsure(name: str, words: str) -> None:
    """Unknown names, and a parameter that is known for certain."""
    text = UNSURE.replace("parameters: {", "parameters: {r: {value: 1/2}, ")
    with pytest.raises(ScenarioError, match=words):
        over_parameter(load_text(text + LATE, "unsure"), "no-e2", name)


def test_14_given_the_record_and_not_given_it_are_two_numbers() -> None:
    """34/43 given the record, 29/50 without it: what is asked of must be said."""
    assert given(explained(seen(CASE_1, [25])), CASE_1, "no-e2") == Fraction(34, 43)
    assert Lattice(program(CASE_1, "no-e2")).run().probability("lost") == Fraction(29, 50)
    lost = what_if(load_text(CASE_1 + LATE, "toy"), "no-e2").as_json()["outcomes"]["lost"]
    assert (lost["given_record"], lost["unconditioned"]) == ("34/43", "29/50")


def test_15_the_probability_of_the_record_is_there_to_be_printed() -> None:
    """P(record) = 301/1000; of a record that the model does not allow it is 0, and there is no explanation."""
    observed = seen(CASE_1, [25])
    assert sum(path.weight for path in explained(observed)) == Fraction(301, 1000)
    early = replace(observed.observed.acts[0], day=observed.first + 7)
    impossible = replace(observed, observed=replace(observed.observed, acts=(early,), complete=frozenset({0})))
    assert explained(impossible) == []


@pytest.mark.parametrize(("pattern", "warned"), [(Fraction(1, 2000), True), (Fraction(1, 500), False)])
def test_15_a_model_that_barely_allows_what_happened_is_said_to(
    pattern: Fraction, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below one in a thousand for the same acts on any dates the answer warns."""
    monkeypatch.setattr("simulator.counterfactual.whatif.pattern_probability", lambda *_: Number.of(pattern))
    answer = what_if(load_text(CASE_1 + LATE, "toy"), "no-e2")
    assert any("barely allows" in warning for warning in answer.warnings) is warned


TOGETHER = (
    TREATY % {"to": "2000-01-26"}
    + """
  - {id: e, date: 2000-01-02, kind: quarrel}
rules:
  - {id: r, actor: RUS, trigger: {event: e}, chance: 1/2, after: {uniform_days: [2, 4]},
     do: {act: notify_suspension, treaty: toy}}
  - {id: u, actor: USA, trigger: {event: e}, chance: 1/2, after: {uniform_days: [2, 4]},
     do: {act: notify_suspension, treaty: toy}}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}}
"""
)


def test_two_recorded_acts_of_one_day_explain_each_other() -> None:
    """Neither act alone is what the record shows of day 3; both together are: (1/2 · 1/3)²."""
    observed = seen(TOGETHER, [3, 3])
    assert Lattice(observed, witness=Record(observed)).run().weight == Fraction(1, 36)
