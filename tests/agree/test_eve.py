"""Runs that start from what all runs have in common against runs from the beginning: the same traces, to the last word."""

from __future__ import annotations

import pytest

from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError
from simulator.noise import KeyedNoise
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario
from simulator.scenario.program import Program
from simulator.scenario.shipped import list_shipped
from tests.agree.small_worlds import compiled, random_world

SHIPPED = [name for name, _ in list_shipped()]
FEW = ("cfe-endgame", "inf-endgame", "new-start-end")


def same(program: Program, runs: int, *, ties: bool) -> int:
    """Compare runs of a program, whole and cut short; return the first day on which they can differ."""
    engine = ReferenceEngine(program)
    eve = engine.eve(ties=ties)
    before = repr((eve.run.trace, eve.run.agenda, eve.run.world.peers, eve.run.world.treaties, eve.judge.found))
    middle = (max(eve.day, program.first) + program.last) // 2
    for number in range(runs):
        for until in (None, middle, eve.day - 1, eve.day - 2):
            noise = KeyedNoise(5, number)
            whole = engine.run(noise, ties=ties, until=until)
            # Two traces are equal if all that they hold is; their text also tells numbers of one value apart.
            again = engine.run(noise, ties=ties, until=until, start=eve)
            assert again == whole and repr(again) == repr(whole)
    after = repr((eve.run.trace, eve.run.agenda, eve.run.world.peers, eve.run.world.treaties, eve.judge.found))
    assert after == before  # no run has changed what the next one starts from
    return eve.day


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("ties", [False, True])
def test_a_shipped_scenario_runs_the_same_from_its_eve(name: str, ties: bool) -> None:
    """With and without a look at ties."""
    program = compile_scenario(load_scenario(name))
    assert program.first < same(program, 4, ties=ties) <= program.last


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_every_scenario_and_branch_runs_the_same_from_its_eve(name: str) -> None:
    """All branches of all shipped scenarios."""
    loaded = load_scenario(name)
    for branch in [None, *(one.id for one in loaded.scenario.branches)]:
        same(compile_scenario(loaded, branch=branch), 3, ties=True)


def test_random_worlds_run_the_same_from_their_eve() -> None:
    """Where chance is asked on the first day, later, or never."""
    days = set()
    for seed in range(60):
        try:
            program = compiled(random_world(seed))
            days.add(same(program, 3, ties=bool(seed % 2)) - program.first)
        except (ScenarioError, LimitError):
            continue
    assert len(days) >= 5 and max(days) > 40


def test_who_looks_on_sees_the_days_from_the_eve_on() -> None:
    """The days before were lived through once, for all runs."""
    program = compile_scenario(load_scenario("inf-endgame"))
    engine = ReferenceEngine(program)
    eve, whole, later = engine.eve(), [], []
    engine.run(seed=3, observer=lambda _, day: whole.append(day))
    engine.run(seed=3, observer=lambda _, day: later.append(day), start=eve)
    assert later == [day for day in whole if day >= eve.day]
    assert len(later) < len(whole)
