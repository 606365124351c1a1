"""The reference engine against closed forms, by walking every world in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from simulator.api import run
from simulator.engine.reference import ReferenceEngine
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_text
from tests.agree.enumeration import leaves, probability
from tests.agree.worlds import CASE_1, case_9


@pytest.fixture(scope="module")
def toy() -> Loaded:
    return load_text(CASE_1, "toy")


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        (None, Fraction(353, 500)),
        ("no-e1", 1 - Fraction(7, 10) * Fraction(6, 10)),
        ("no-e2", Fraction(29, 50)),
        ("no-m", Fraction(51, 100)),
        ("no-e2-no-m", Fraction(3, 10)),
        ("no-re", Fraction(4, 10)),
        ("forced", Fraction(1)),
    ],
)
def test_interventions_have_their_closed_form(toy: Loaded, branch: str | None, expected: Fraction) -> None:
    """P(suspended by day 25) is the closed form, without an edit and under each edit."""
    assert probability(compile_scenario(toy, branch=branch), "lost") == expected


def test_the_worlds_add_up_to_one(toy: Loaded) -> None:
    """Enumeration covers the whole space of decisions once."""
    assert sum(weight for weight, _ in leaves(compile_scenario(toy))) == 1


def test_what_is_known_of_the_record_in_the_example(toy: Loaded) -> None:
    """P(the only change up to day 25 is a suspension on day 25) = 301/1000."""
    program = compile_scenario(toy)
    total = Fraction(0)
    for weight, trace in leaves(program):
        changes = [step for step in trace.steps if step.after == "suspended" and step.before != "suspended"]
        total += weight if [step.day - program.first for step in changes] == [25] else 0
    assert total == Fraction(301, 1000)


def test_sampled_frequencies_agree_with_the_exact_answer(toy: Loaded) -> None:
    """2,000 keyed runs lie within four standard errors of 353/500."""
    engine = ReferenceEngine(compile_scenario(toy))
    hits = sum(engine.run(seed=1, replication=number).outcomes["lost"].value for number in range(2000))
    assert abs(hits / 2000 - 0.706) < 4 * (0.706 * 0.294 / 2000) ** 0.5


def test_an_unrelated_event_changes_no_world(toy: Loaded) -> None:
    """Placebo: adding an event to which no rule reacts leaves every sampled world as it was, decision by decision."""
    placebo = load_text(CASE_1.replace("rules:", "  - {id: a, date: 2000-01-05, kind: concert}\nrules:", 1), "placebo")
    for seed in range(200):
        before = [(s.day, s.act, s.party, s.after) for s in run(toy, seed=seed).steps]
        after = [(s.day, s.act, s.party, s.after) for s in run(placebo, seed=seed).steps if s.act != "concert"]
        assert before == after


def test_dropping_one_event_leaves_the_decisions_about_the_others(toy: Loaded) -> None:
    """Keys name the happening: without E1 the decision about E2 falls as it did with E1."""
    for seed in range(200):
        full = {s.cause_event: s.after for s in _decisions(run(toy, seed=seed))}
        less = {s.cause_event: s.after for s in _decisions(run(toy, seed=seed, branch="no-e1"))}
        for event in less.keys() & full.keys():
            assert less[event] == full[event]


class _Decision:
    def __init__(self, cause_event: str, after: str) -> None:
        self.cause_event, self.after = cause_event, after


def _decisions(trace):  # type: ignore[no-untyped-def]
    return [_Decision(trace.steps[s.cause].id, s.after) for s in trace.steps if s.kind == "decision"]


# -- case 9: pre-emption and ties --------------------------------------------------------------------------------


def test_the_later_effect_is_blocked_and_recorded() -> None:
    """E2's effect on day 15 suspends; M's effect on day 20 is spent as outdated, with its reason."""
    trace = run(load_text(case_9("2000-01-21"), "nine"))
    assert trace.outcomes["lost"].value
    assert [(one.rule, one.kind) for one in trace.refused] == [("rm", "outdated")]
    assert not trace.ties


@pytest.mark.parametrize(("branch", "lost"), [("no-e2", True), ("no-m", True), ("neither", False)])
def test_no_event_alone_is_a_but_for_cause(branch: str, lost: bool) -> None:
    """Dropping either event leaves the outcome, dropping both averts it: the block hides the second cause."""
    assert run(load_text(case_9("2000-01-21"), "nine"), branch=branch).outcomes["lost"].value is lost


def test_two_effects_of_one_day_carry_the_tie_flag() -> None:
    """With both effects on day 15 and no declared order, which one is carried out is decided by names: flagged."""
    trace = run(load_text(case_9("2000-01-16"), "nine"))
    assert trace.outcomes["lost"].value
    assert len(trace.ties) == 1
    assert {trace.ties[0].first.split("/")[0], trace.ties[0].second.split("/")[0]} == {"re", "rm"}


def test_a_declared_priority_is_no_tie() -> None:
    """An author who ranks the rules has declared the order, and the higher priority acts."""
    text = case_9("2000-01-16").replace("trigger: {event: m}", "trigger: {event: m}\n    priority: 5")
    trace = run(load_text(text, "nine"))
    assert not trace.ties
    assert [one.rule for one in trace.refused] == ["re"]
