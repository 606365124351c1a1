"""The kernel against the reference engine: the same changes of status, outcomes, decisions, variables, run by run.

Interpreted, so that every random world is cheap to try; `test_compiled` holds machine code against the same oracle.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.flat import agenda, memory
from simulator.engine.flat import cells as c
from simulator.engine.flat.build_conditions import EXTENTS
from simulator.engine.flat.image import image_of
from simulator.engine.kernel import Change, Kernel, UnsupportedError
from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError, TreatySimError
from simulator.law.lifecycle import STATUSES
from simulator.results.tally import Codes, Tally, TallyLayout
from simulator.results.trace import Step, Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario, load_text
from simulator.scenario.program import Program
from simulator.scenario.shipped import list_shipped
from simulator.testing.cases import Case
from simulator.testing.strategies import cases
from tests.agree.crowd_worlds import crowd_world
from tests.agree.kernel_worlds import NAMES, world
from tests.agree.small_worlds import compiled, random_world
from tests.agree.worlds import TREATY

PAIRS = (None, "linked", "superseding", "amending", "waiting")
SHIPPED = [name for name, _ in list_shipped()]


def changes(trace: Trace) -> list[Change]:
    """The changes of status in a trace, in order."""
    moved = [step for step in trace.steps if step.treaty and step.before != step.after and step.kind != "decision"]
    return [Change(one.day, one.treaty, "" if of_treaty(one) else one.party, one.before, one.after) for one in moved]


def of_treaty(step: Step) -> bool:
    return step.move.startswith("T")


def same(program: Program, kernel: Kernel, replications: range, seed: int = 1) -> None:
    """Assert that both engines do the same in each of these replications, and that their tallies are equal."""
    engine, layout = ReferenceEngine(program), TallyLayout.of(program)
    for replication in replications:
        expected = Tally(layout)
        try:
            trace = engine.run(seed=seed, replication=replication, ties=False)
        except TreatySimError:
            with pytest.raises(LimitError):
                kernel.changes(seed, replication)
            continue
        assert kernel.changes(seed, replication) == changes(trace), f"replication {replication}"
        assert sorted(positions(kernel, seed, replication)) == sorted(expected_positions(trace))
        assert chains(kernel, seed, replication) == [step.path for step in trace.steps], f"replication {replication}"
        row = expected.add_trace(trace, Codes.of(program))
        found = kernel.chunk(seed, replication, 1, rows=True)
        assert found.rows[0].tolist() == row.tolist(), f"replication {replication}"
        assert found.tally == expected, f"replication {replication}"
        assert kernel.run_only(seed, replication, 1) == expected.moves
    assert lasting(kernel, kernel._idle[0]) == lasting(kernel, kernel._start)


def lasting(kernel: Kernel, world: Any) -> list[int]:
    """What a run has to leave as it was."""
    p = kernel.p
    regions = [(0, c.LASTING), (p[c.W_REL], p[c.W_STACK]), (p[c.W_TOUCHED], p[c.W_WORK]), (p[c.W_ASKED], p[c.W_PATH])]
    return [number for first, last in regions for number in world[first:last]]


def positions(kernel: Kernel, seed: int, replication: int) -> list[Any]:
    """What a run leaves of each relationship beside its status, read from the flat world of an interpreted kernel."""
    p, names, found = kernel.p, kernel.program.names, []
    with kernel.after(seed, replication) as w:
        for treaty, party in itertools.product(range(p[c.TREATIES]), range(p[c.PARTIES])):
            rel = memory.rel_at(p, treaty, party)
            facts = {
                ("*" if code == p[c.PARTIES] else names.parties[code], what)
                for place, what in enumerate(("suspended", "non_performance", "countermeasure"))
                for code in range(p[c.PARTIES] + 1)
                if memory.has(w, rel + c.FACTS + place * p[c.WORDS], code)
            }
            pending, kinds = w[rel + c.PENDING], []
            while pending:
                due = w[pending + c.N_DUE]
                kinds.append((PENDING[w[pending + c.N_KIND]], None if due == c.NONE else due))
                pending = w[pending + c.N_NEXT]
            extent, rights = EXTENTS[w[rel + c.PROVISIONAL]], ("full", "restricted")[w[rel + c.RESTRICTED]]
            state = STATUSES[w[rel + c.STATUS]], w[rel + c.SINCE], extent, rights, w[rel + c.RESERVATION] != 0
            found.append((names.treaties[treaty], names.parties[party], *state, sorted(kinds, key=str), sorted(facts)))
    return [one for one in found if one[2:] != UNTOUCHED]


def chains(kernel: Kernel, seed: int, replication: int) -> list[int]:
    """What names the chain of causes of each step, 0 where no rule draws by it."""
    first = kernel.p[c.W_PATH]
    with kernel.after(seed, replication) as w:
        many = range(w[c.STEPS])
        return [w[first + number] & (1 << 64) - 1 if kernel.p[c.PATHS] else 0 for number in many]


PENDING = ("withdrawal", "suspension", "pairwise_suspension", "entry_into_force")
UNTOUCHED = ("non_party", 0, "none", "full", False, [], [])


def expected_positions(trace: Trace) -> list[Any]:
    """The same from the reference engine's trace."""
    found = []
    for one in trace.final:
        state = one.status, one.since, one.provisional, one.organ_rights, "reservation" in one.flags
        found.append((one.treaty, one.party, *state, sorted(one.pending, key=str), sorted(one.toward)))
    return [one for one in found if one[2:] != UNTOUCHED]


def worlds(seed: int, data: Any = None) -> list[Program]:
    """A random world and its branches."""
    data = random_world(seed, most_rules=6, branches=True) if data is None else data
    found = []
    for branch in [None, *(one["id"] for one in data["branches"])]:
        try:
            found.append(compiled(data, branch))
        except ScenarioError:
            continue
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_random_worlds(seed: int) -> None:
    for program in worlds(seed):
        try:
            kernel = Kernel(program)
        except UnsupportedError:
            continue
        same(program, kernel, range(3))


@pytest.mark.parametrize("seed", range(16))
def test_crowds(seed: int) -> None:
    for program in worlds(seed, crowd_world(seed)):
        same(program, Kernel(program), range(2))


@pytest.mark.parametrize("name", NAMES)
def test_aimed(name: str) -> None:
    loaded = load_text(world(name), "aimed")
    for branch in [None, *(one.id for one in loaded.scenario.branches)]:
        program = compile_scenario(loaded, branch=branch)
        same(program, Kernel(program), range(8))


def test_numbers_are_compared_as_their_text() -> None:
    numbers = [0, 1, 2, 9, 10, 11, 19, 90, 99, 100, 101, 730_000, 99_999]
    for one, other in itertools.product(numbers, repeat=2):
        assert agenda.decimal_less(one, other) == (str(one) < str(other))


@pytest.mark.parametrize("name", ["a war puts off leaving, and its end lets go", "one fate under two chances"])
def test_a_kernel_without_room_stops(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program, stops = compile_scenario(load_text(world(name), "small")), set()
    for items in (8, 12, 16, 20, 24, 32, 48, 64, 96, 128, 512):
        monkeypatch.setattr("simulator.engine.kernel.image_of", partial(image_of, items=items))
        try:
            kernel = Kernel(program)
        except UnsupportedError:
            continue
        left = {number for number in range(3) if stopped(partial(kernel.changes, 1, number))}
        stops.add(len(left))
        for number in set(range(3)) - left:
            same(program, kernel, range(number, number + 1))
    assert {0, 3} <= stops


def test_members_left_out_do_not_decide() -> None:
    for seed in (3, 5, 8):
        program = compiled(crowd_world(seed))
        rules = tuple(replace(rule, only=frozenset({0, 8, 31})) if rule.each else rule for rule in program.rules)
        assert rules != program.rules
        program = replace(program, rules=rules)
        same(program, Kernel(program), range(3))


MANY = """
  - {id: e1, date: 2000-01-11, kind: enlargement}
parties:
  own: {%(own)s}
  blocs: {many: {members: [%(names)s]}}
variables: {heat: {start: 0, min: 0, max: 99}}
rules:
  - {id: answer, each: many, trigger: {event: e1}, chance: 1/2, do: {set: {heat: {add: 1}}}}
outcomes:
  - {id: hot, when: {variable: heat, at_least: 6}}
"""


def many() -> Program:
    """A world in which twelve decide at once, and nothing else is left to chance."""
    names = [f"P{number:02}" for number in range(12)]
    text = MANY % {"own": ", ".join(f"{one}: {{name: {one}}}" for one in names), "names": ", ".join(names)}
    return compile_scenario(load_text(TREATY % {"to": "2000-02-01"} + text, "many"))


@pytest.mark.parametrize("name", ["MAX_STEPS", "MAX_STEPS_A_DAY"])
def test_limits_are_met_on_the_same_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = many()
    same(program, Kernel(program), range(5))
    days = Counter(step.day for step in ReferenceEngine(program).run(ties=False).steps)
    most = days.total() if name == "MAX_STEPS" else max(days.values())
    for limit, stops in ((most, False), (most - 1, True), (most - 9, True)):
        monkeypatch.setattr(f"simulator.engine.run.{name}", limit)
        monkeypatch.setattr(f"simulator.engine.flat.image.{name}", limit)
        assert stopped(lambda: ReferenceEngine(program).run(ties=False)) == stops
        assert stopped(lambda: Kernel(program).changes()) == stops


def stopped(run: Callable[[], object]) -> bool:
    """Whether a run stops at a limit; where all runs would, no kernel is made."""
    try:
        run()
    except (LimitError, UnsupportedError):
        return True
    return False


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAIRS).flatmap(lambda pair: cases(pair=pair)))
def test_random_histories(case: Case) -> None:
    program = case.program()
    same(program, Kernel(program), range(1))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped(name: str) -> None:
    program = compile_scenario(load_scenario(name))
    same(program, Kernel(program), range(1))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_branches(name: str) -> None:
    loaded = load_scenario(name)
    for branch in [None, *(one.id for one in loaded.scenario.branches)]:
        program = compile_scenario(loaded, branch=branch)
        same(program, Kernel(program), range(10), seed=7)
