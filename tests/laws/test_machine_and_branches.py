"""The state machine and the branches that users test with: they find what is wrong, and draw what they promise."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.stateful import run_state_machine_as_test

from simulator.engine.reference import ReferenceEngine
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario
from simulator.scenario.shipped import list_shipped
from simulator.testing.cases import Case
from simulator.testing.invariants import check_program
from simulator.testing.machine import TreatyMachine
from simulator.testing.scenarios import branches, loaded, scenarios
from tests.laws.mutants import MUTANTS

FEW = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    print_blob=False,
)
PACT = {
    "id": "pact",
    "title": "A pact of two",
    "opened": "2010-01-01",
    "parties": {"model": "bilateral", "of": ["FRA", "DEU"]},
    "clauses": {"entry_into_force": {"rule": {"exchange": True}}, "withdrawal": {"notice": {"months": 6}}},
}
SHIPPED = load_scenario("cfe-endgame")
EDITS = ("off", "force", "delay", "chance", "drop", "move", "parameters")


class PactWorld(TreatyMachine):
    """A treaty of one's own."""

    treaties = (PACT,)
    parties = ("FRA", "DEU")


def test_a_right_law_passes() -> None:
    """Nothing is found against a treaty of one's own, nor against random ones, where the law is read rightly."""
    run_state_machine_as_test(PactWorld, settings=settings(FEW, max_examples=20))
    run_state_machine_as_test(TreatyMachine, settings=settings(FEW, max_examples=20))


def test_a_wrong_law_is_found() -> None:
    """A wrong reading of the law is found, and the message names the row that it breaks."""
    mutant = next(one for one in MUTANTS if one.name == "ratification needs no signature")
    with mutant.applied(), pytest.raises(AssertionError, match="X3 "):
        run_state_machine_as_test(TreatyMachine, settings=FEW)


def test_a_treaty_of_ones_own_is_lived_through() -> None:
    """Only its parties act, under it alone, from its opening on; in some life it enters into force and is left."""
    seen: set[str] = set()

    class Watched(PactWorld):
        def check(self, case: Case, until: dt.date) -> None:
            assert [one["id"] for one in case.treaties] == ["pact"]
            assert {act.party for act in case.acts} <= {"FRA", "DEU", "*"}
            assert case.first == dt.date(2010, 1, 1) <= until
            seen.update(one.status for one in case.run(until=until).final)

    run_state_machine_as_test(Watched, settings=FEW)
    assert {"in_force", "withdrawn", "terminated"} <= seen


def test_a_property_of_ones_own_can_fail() -> None:
    """What a subclass asserts in `check` is asserted."""

    class Hopeful(PactWorld):
        def check(self, case: Case, until: dt.date) -> None:
            super().check(case, until)
            assert all(one.status != "in_force" for one in case.run(until=until).final), "nobody is ever bound"

    with pytest.raises(AssertionError, match="nobody is ever bound"):
        run_state_machine_as_test(Hopeful, settings=FEW)


@pytest.mark.parametrize("key", EDITS)
def test_every_kind_of_edit_is_drawn(key: str) -> None:
    """Each key of a branch that the strategy promises comes up, and fits the scenario."""
    quick = settings(max_examples=400, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    branch = find(branches(SHIPPED), lambda one: key in one, settings=quick)
    assert compile_scenario(SHIPPED, branch=branch).branch == "drawn"


def test_no_more_edits_than_asked_for() -> None:
    """`most` bounds the number of edits of a branch."""
    quick = settings(max_examples=20, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    with pytest.raises(NoSuchExample):
        find(branches(SHIPPED, most=1), lambda one: len(one) > 2, settings=quick)


def test_a_scenario_without_anything_to_edit_says_so() -> None:
    """A scenario of a period alone has no branches to draw."""
    bare = loaded({"schema": 1, "id": "bare", "title": "Bare", "period": {"from": "2000-01-01", "to": "2001-01-01"}})
    with pytest.raises(ValueError, match="bare has no rules, events or ranges"):
        find(branches(bare), lambda one: True, settings=settings(database=None))


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(0, 3))
def test_edited_random_scenarios_obey_the_law(data: st.DataObject, seed: int) -> None:
    """Whatever a branch makes of a random scenario, the law's invariants hold in its runs."""
    scenario = loaded(data.draw(scenarios(most_rules=3, most_acts=4)))
    branch = data.draw(branches(scenario))
    assert check_program(compile_scenario(scenario, branch=branch), seed=seed) == []


@pytest.mark.parametrize("name", ["cfe-endgame", "open-skies-exit"])
def test_an_answer_to_an_exit_is_no_effect_of_it(name: str) -> None:
    """Where a rule lets others leave or suspend because one has left, I4 is not broken: they decided to."""
    program = compile_scenario(load_scenario(name))
    trace = ReferenceEngine(program).run(seed=0)
    answers = [
        step
        for step in trace.steps
        if any(one.act == "withdrawal_effective" and one.party != step.party for one in trace.chain(step.number))
        and step.kind == "effect"
        and step.before != step.after
    ]
    assert answers, "in the history of this seed somebody answers an exit"
    assert check_program(program, seed=0) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, _ in list_shipped()])
def test_shipped_rules_obey_the_law(name: str) -> None:
    """In the histories of several seeds no shipped scenario breaks a row of the law's tables."""
    program = compile_scenario(load_scenario(name))
    assert [str(one) for seed in range(3) for one in check_program(program, seed=seed)] == []
