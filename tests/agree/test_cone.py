"""The law of the cone: with the same noise, the slice of a program answers as the whole program does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given

from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError
from simulator.exact.cone import cone, slice_program
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_scenario, load_text
from simulator.scenario.program import Program
from simulator.scenario.shipped import list_shipped
from simulator.testing.scenarios import Data, compiled, scenarios
from tests.agree.worlds import CASE_1

SHIPPED = [name for name, _ in list_shipped()]


def differing(program: Program, seeds: range) -> Iterator[tuple[str, int]]:
    """Yield each outcome and seed for which the slice of that outcome answers otherwise than the whole program."""
    whole = ReferenceEngine(program)
    traces = [whole.run(seed=seed) for seed in seeds]
    for outcome in program.outcomes:
        engine = ReferenceEngine(slice_program(program, cone(program, [outcome.id])))
        for seed, trace in zip(seeds, traces, strict=True):
            if engine.run(seed=seed).outcomes[outcome.id] != trace.outcomes[outcome.id]:
                yield outcome.id, seed


def branches(loaded: Loaded) -> list[str | None]:
    """The scenario itself and all its branches."""
    return [None, *(branch.id for branch in loaded.scenario.branches)]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_slice_answers_as_the_whole(name: str) -> None:
    """Every outcome of every shipped scenario, without an edit and under its first branch, in a few worlds."""
    loaded = load_scenario(name)
    for branch in branches(loaded)[:2]:
        assert list(differing(compile_scenario(loaded, branch=branch), range(1, 3))) == [], branch


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_slice_answers_as_the_whole_in_many_worlds(name: str) -> None:
    """The same under every branch with thirty seeds, and in replay."""
    loaded = load_scenario(name)
    for branch in branches(loaded):
        assert list(differing(compile_scenario(loaded, branch=branch), range(1, 31))) == [], branch
        assert list(differing(compile_scenario(loaded, branch=branch, mode="replay"), range(1))) == [], branch


@given(data=scenarios())
def test_a_slice_of_a_random_scenario_answers_as_the_whole(data: Data) -> None:
    """Random clauses, acts, rules of every trigger and noise, and outcomes of every word."""
    try:
        program = compiled(data)
        found = list(differing(program, range(1, 7)))
    except (ScenarioError, LimitError):  # parts that do not fit together, or a loop of rules
        assume(False)
    assert found == []


# -- what is in, what is out -------------------------------------------------------------------------------------

PACT = """
schema: 1
id: pact
title: A pact of four, each of which may leave
period: {from: 2000-01-01, to: 2003-12-31}
view: %(view)s
parties: {blocs: {all-four: {parties_of: pact}}}
treaties:
  pact:
    title: The pact
    parties: {model: closed, of: [DEU, FRA, RUS, USA]}
    clauses:
      entry_into_force: {rule: {count: 2}}
      withdrawal: {notice: {months: 6}}
      %(floor)s
events:
  - {id: birth, date: 1999-01-01, kind: birth, acts: [
      {act: sign, treaty: pact, party: [DEU, FRA, RUS, USA]},
      {act: deposit, treaty: pact, party: [DEU, FRA, RUS, USA]}]}
  - {id: early, date: 2000-02-01, kind: quarrel}
  - {id: later, date: 2003-02-01, kind: quarrel}
rules:
  - {id: russia-leaves, actor: RUS, trigger: {event: early}, chance: 1/2, do: {act: notify_withdrawal, treaty: pact}}
  - {id: usa-leaves, actor: USA, trigger: {event: early}, chance: 1/2, do: {act: notify_withdrawal, treaty: pact}}
  - {id: usa-later, actor: USA, trigger: {event: later}, chance: 1/2, do: {act: notify_withdrawal, treaty: pact}}
  - {id: france-suspends, actor: FRA, trigger: {event: early}, chance: 1/2, after: {days: 30},
     do: {act: suspend_toward, treaty: pact, toward: USA}}
  - {id: germany-suspends, actor: DEU, trigger: {event: early}, chance: 1/2, after: {days: 30},
     do: {act: notify_suspension, treaty: pact}}
  - {id: france-objects, actor: FRA, trigger: {act: notify_suspension, treaty: pact, of: DEU}, chance: 1/2,
     after: {days: 20}, do: {act: object, treaty: pact, toward: DEU}}
  - {id: each-declares, each: all-four, trigger: {event: early}, chance: 1/2, noise: path,
     do: {act: declare, treaty: pact}}
outcomes:
  - {id: russia-out, when: {status: pact, of: RUS, is: [withdrawn, terminated]}}
  - {id: early-exit, when: {status: pact, of: USA, is: withdrawn}, by: 2002-12-31}
  - {id: germany-suspended, when: {status: pact, of: DEU, is: suspended}, "on": 2003-12-31}
  - {id: towards-usa, when: {toward: USA, of: FRA, treaty: pact, is: suspended}, "on": 2003-12-31}
  - {id: france-declares, when: {happened: {act: declare, treaty: pact, of: FRA}}}
  - id: quiet
    when: {all: [
      {happened: {act: declare, treaty: pact, of: FRA}},
      {not: {happened: {act: declare, treaty: pact, of: FRA}, within_days: 100}}]}
"""
LEAVES = {"russia-leaves", "usa-leaves", "usa-later"}


def pact(view: str = "depositary", floor: str = "") -> Program:
    """The pact of four, compiled; it is checked that its slices answer as the whole."""
    program = compile_scenario(load_text(PACT % {"view": view, "floor": floor}, "pact"))
    assert list(differing(program, range(1, 41))) == []
    return program


def rules_of(program: Program, outcome: str) -> set[str]:
    """The ids of the rules in an outcome's cone."""
    return {program.names.rules[code] for code, _ in cone(program, [outcome]).rules}


def test_in_a_treaty_of_many_another_exit_is_outside() -> None:
    """Two of four may leave and two stay: the treaty goes on, so only Russia's own rule decides on Russia."""
    assert rules_of(pact(), "russia-out") == {"russia-leaves"}


@pytest.mark.parametrize("number", [3, 4])
def test_where_exits_can_end_the_treaty_they_are_inside(number: int) -> None:
    """With a floor of three or four parties the exits of others can end the treaty for Russia as well."""
    assert rules_of(pact(floor=f"floor: {{parties: {number}}}"), "russia-out") >= LEAVES


def test_what_can_only_happen_after_the_last_day_is_outside() -> None:
    """A rule that waits for an event after the day asked is outside, and the slice ends on that day."""
    program = pact()
    assert rules_of(program, "early-exit") == {"usa-leaves"}
    assert slice_program(program, cone(program, ["early-exit"])).last == program.outcomes[1].last


def test_objections_are_inside_where_the_view_follows_them() -> None:
    """A depositary lets the suspension stand; a view that follows the objectors gives it up when France objects."""
    assert rules_of(pact(), "germany-suspended") == {"germany-suspends"}
    assert rules_of(pact("objector"), "germany-suspended") >= {"germany-suspends", "france-objects"}


def test_a_fact_towards_another_rests_on_its_membership() -> None:
    """A suspension towards the United States is gone once the United States have left."""
    assert rules_of(pact(), "towards-usa") == {"france-suspends", "usa-leaves", "usa-later"}


def test_a_rule_for_each_member_is_kept_for_those_that_matter() -> None:
    """Whether France declares rests on no other member's decision, and the slice asks no other."""
    program = pact()
    sliced = slice_program(program, cone(program, ["france-declares"]))
    assert {rule.id: rule.only for rule in sliced.rules}["each-declares"] == frozenset(
        {program.names.parties.index("FRA")}
    )


def test_what_comes_true_by_time_alone_keeps_everything_that_sets_days() -> None:
    """Such a question is answered on a day on which something happens, so the slice keeps all questions."""
    program = pact()
    assert slice_program(program, cone(program, ["quiet"])).outcomes == program.outcomes


def test_an_unknown_outcome_is_named_with_those_that_exist() -> None:
    """The error says what was asked and what there is."""
    program = compile_scenario(load_text(CASE_1, "toy"))
    with pytest.raises(ScenarioError, match="no outcome 'won'; its outcomes are: lost"):
        cone(program, ["won"])
