"""The twin against the brute twin: P(record) and P(outcome | do, record) as the same fractions.

The chain that is tested: the record as witness of a lattice that keeps histories, its paths as explanations, and these
as the source of a lattice of the edited program.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.counterfactual.abduction import explain_or_draw, explain_record, taught_by
from simulator.counterfactual.evidence import Record
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.pieces import pieces
from simulator.counterfactual.sampling import Drawn
from simulator.counterfactual.whatif import what_if
from simulator.engine.reference import ReferenceEngine
from simulator.engine.world import World
from simulator.errors import LimitError, ScenarioError
from simulator.exact.cone import cone
from simulator.exact.history import paths
from simulator.exact.lattice import Lattice, Limits
from simulator.exact.stepper import OWN
from simulator.noise import KeyedNoise
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario, load_text
from simulator.scenario.program import Program
from simulator.scenario.shipped import list_shipped
from tests.agree.brute_twin import Budget, TooLargeError, abducted
from tests.agree.brute_twin import given as brute
from tests.agree.enumeration import leaves
from tests.agree.small_worlds import Data, as_record, compiled, observing, random_world, visible
from tests.agree.test_lattice import PACT, WORLDS
from tests.agree.worlds import CASE_1

NO_SCENARIO = load_text(CASE_1, "toy").scenario  # its rules would be named in an error
SHIPPED = [name for name, _ in list_shipped()]


class Twin:
    """Stage one: the explanations of a program's record."""

    def __init__(self, program: Program, limits: Limits | None = None) -> None:
        self.program, self.record = program, Record(program)
        self.worlds = Lattice(program, witness=self.record, keep=True, last=self.record.until, limits=limits).run()
        self.p_record = self.worlds.weight
        self.paths = paths(self.worlds.ends, 100_000)
        assert sum((path.weight for path in self.paths), Fraction(0)) == self.p_record

    def given(self, edited: Program) -> dict[str, Fraction]:
        """P(outcome | do, record) for every outcome."""
        worlds = Lattice(edited, source=Explanations(self.paths)).run()
        assert worlds.weight == 1
        return {one.id: worlds.probability(one.id) for one in edited.outcomes}

    def again(self, limits: Limits | None = None) -> Fraction:
        """P(record | record) in the world that is not edited."""
        source, record = Explanations(self.paths), Record(self.program)
        return Lattice(self.program, source=source, witness=record, last=self.record.until, limits=limits).run().weight


def observed(program: Program, data: Data, seed: int) -> Program:
    """The program with a record: what one of its runs shows, in full or in part, with and without statuses."""
    source, run = random.Random(seed), source_of_run(program, seed)
    steps, status = run
    acts = as_record(steps, program)
    everything = frozenset(range(len(program.terms)))
    more: dict[str, Any] = {
        "complete": everything,
        "window": source.choice([0, 0, 2]),
        "until": program.first + source.choice([20, 45, 45]),
    }
    if source.random() < 0.4:  # only one treaty is known completely; of the acts some
        more["complete"] = frozenset({0})
        if len(program.terms) > 1:
            acts = tuple(act for act in acts if act.treaty == 0 or source.random() < 0.5)
    if source.random() < 0.4:
        more["statuses"] = ((program.first + 15, 0, 0, frozenset({status})),)
    return observing(program, acts, **more)


def source_of_run(program: Program, seed: int) -> tuple[list[Any], str]:
    """What a run shows, and the first party's status on the evening of day 15."""
    status = ["non_party"]

    def note(world: World, day: int) -> None:
        if day <= program.first + 15:
            status[0] = world.status(0, 0)

    trace = ReferenceEngine(program).run(seed=seed, observer=note)
    return visible(trace, program, program.last), status[0]


def edited(data: Data, program: Program) -> Iterator[tuple[str | None, Program]]:
    """The program itself and each branch that is coherent, with the same evidence."""
    for branch in [None, *(one["id"] for one in data["branches"])]:
        try:
            yield branch, replace(compiled(data, branch), observed=program.observed)
        except ScenarioError:
            continue


def in_pieces(program: Program, twin: Twin) -> Explanations:
    """The record explained piece by piece: as probable as explained at once, with the same outcomes where it answers."""
    history = explain_record(program, NO_SCENARIO)
    assert history.p_record == twin.p_record
    source = taught_by(history)
    for outcome in program.outcomes:
        piece = history.pieces[history.settled[outcome.id]] if outcome.id in history.settled else ()
        if piece and outcome.last <= history.until:
            came = sum((path.weight for path in piece if outcome.id in path.found), Fraction(0))
            whole = sum((path.weight for path in twin.paths if outcome.id in path.found), Fraction(0))
            assert came / sum(path.weight for path in piece) == whole / twin.p_record, outcome.id
    return source


def same(seed: int, runs: int) -> bool:
    """Compare both twins on a random world; False where it is too large or its parts do not fit together."""
    data, budget = random_world(seed, most_rules=3, branches=True), Budget(runs)
    try:
        program = observed(compiled(data), data, seed)
        if len(program.observed.acts) > 6:
            return False
        histories = abducted(program, budget)
        expected = [(name, do, brute(histories, do, budget)) for name, do in edited(data, program)] if histories else []
    except (ScenarioError, LimitError, TooLargeError):
        return False
    twin = Twin(program)
    assert twin.p_record == sum((leaf.weight for leaf in histories), Fraction(0))
    if not histories:
        return True
    source = in_pieces(program, twin)
    for name, do, answers in expected:
        assert twin.given(do) == answers, name
        worlds = Lattice(do, source=source).run()
        assert {one.id: worlds.probability(one.id) for one in do.outcomes} == answers, name
    assert twin.again() == 1
    return True


# -- the example with a closed form ------------------------------------------------------------------------------

STATUSES = """
observed:
  statuses:
    - {date: 2000-01-25, status: toy, of: RUS, is: in_force}
    - {date: 2000-01-26, status: toy, of: RUS, is: suspended}
"""


def test_the_example_has_its_closed_form() -> None:
    """P(record) = 301/1000, three explanations, and 34/43, 15/43, 0, 1 in the edited worlds."""
    program = compile_scenario(load_text(CASE_1 + STATUSES, "toy"))
    worlds = Lattice(program, witness=Record(program), keep=True).run()
    assert worlds.weight == Fraction(301, 1000)
    explanations = paths(worlds.ends, 100)
    assert sorted(path.weight for path in explanations) == [Fraction(42, 1000), Fraction(63, 1000), Fraction(196, 1000)]
    expected = {None: 1, "no-e1": 1, "no-e2": Fraction(34, 43), "no-m": Fraction(15, 43), "no-e2-no-m": 0}
    for branch, answer in expected.items():
        do = compile_scenario(load_text(CASE_1 + STATUSES, "toy"), branch=branch)
        assert Lattice(do, source=Explanations(explanations)).run().probability("lost") == answer, branch


def test_the_brute_twin_has_the_same_closed_form() -> None:
    """The oracle itself, on the same example, with the notice of the last day as the only act."""
    program = compile_scenario(load_text(CASE_1, "toy"))
    shown = [visible(trace, program, program.last) for _, trace in leaves(program)]
    steps = next(steps for steps in shown if [step.day for step in steps] == [program.last])
    program = observing(program, as_record(steps, program))
    histories, twin = abducted(program, Budget(99)), Twin(program)
    assert sum(leaf.weight for leaf in histories) == twin.p_record == Fraction(301, 1000)
    for branch, answer in {"no-e2": Fraction(34, 43), "no-m": Fraction(15, 43), "no-e2-no-m": 0, "no-e1": 1}.items():
        do = compile_scenario(load_text(CASE_1, "toy"), branch=branch)
        assert brute(histories, do, Budget(99))["lost"] == twin.given(do)["lost"] == answer


REPEATED = """
  - {id: a, actor: FRA, trigger: {kind: quarrel}, chance: 1/2, do: {act: declare, treaty: pact}}
  - {id: b, actor: RUS, trigger: {act: declare, treaty: pact}, chance: 1/3, do: {act: notify_suspension, treaty: pact}}
branches:
  - id: others
    drop: [{event: e0}]
    add: [{id: n, date: 2000-01-21, kind: quarrel}, {id: m, date: 2000-01-26, kind: quarrel}]
"""


def test_worlds_that_differ_in_how_often_an_act_was_done_stay_apart() -> None:
    """The second declaration reads another draw than the first, of which history has taught something else."""
    pact = PACT.replace("probability: 2/5, ", "") % {"view": "depositary"}
    loaded = load_text(pact + REPEATED, "pact")
    program, do = compile_scenario(loaded), compile_scenario(loaded, branch="others")
    shown = {
        tuple(map(repr, steps)): steps
        for _, trace in leaves(program)
        if (steps := visible(trace, program, program.last))
    }
    assert len(shown) > 5
    for steps in shown.values():
        known = observing(program, as_record(steps, program))
        assert brute(abducted(known, Budget(5_000)), do, Budget(5_000)) == Twin(known).given(do)


# -- random worlds -----------------------------------------------------------------------------------------------


def test_random_twins() -> None:
    """Random worlds, of which one run gives the record; enough of them are small enough to be compared."""
    assert sum(same(seed, 150) for seed in range(24)) >= 5


@pytest.mark.slow
@settings(max_examples=1500)
@given(seed=st.integers(0, 10**9))
def test_many_random_twins(seed: int) -> None:
    """The same, many more and larger."""
    assume(same(seed, 3_000))


# -- laws --------------------------------------------------------------------------------------------------------


# Every shipped scenario stands in one of two lists, and a test fails when it belongs in the other one.
# Exact: the record's explanations are all known, piece by piece. Sampled, with the reason: a piece has so many that
# they are drawn.
EXACT = (
    "architecture-1990-2026",
    "cfe-endgame",
    "ctbt-deratification",
    "dayton-survivor",
    "flank-and-adaptation",
    "inf-endgame",
    "istanbul-commitments",
    "missile-defence",
    "nato-enlargement-cfe",
    "new-start-end",
    "open-skies-exit",
    "ottawa-eastern-flank",
    "revised-architecture",
    "vienna-document",
)
SAMPLED = {
    "open-skies-after": "the days of the Russian demand, the allied answer and what came of it are not on record: "
    "more than two million combinations of days",
}
QUICK = ("inf-endgame", "istanbul-commitments", "new-start-end", "open-skies-exit")
WORK = 20_000  # what `whatif` spends on the explanations of a record
DRAWS = 5


def consistent(name: str) -> bool:
    """Check the law of consistency on a shipped scenario; return whether its explanations are all known."""
    loaded = load_scenario(name)
    program = replace(compile_scenario(loaded), outcomes=(), expectations=())
    history = explain_or_draw(program, loaded.scenario, WORK, 1)
    assert history.p_record > 0
    if history.certain:
        # Piece by piece: the unedited program, given what the record teaches, shows it again for certain.
        for piece, paths_ in zip(pieces(program), history.pieces, strict=True):
            record = Record(piece.program, others=[owed.rule for _, owed in piece.given])
            source = Explanations(paths_)
            lattice = Lattice(piece.program, source=source, witness=record, last=record.until, given=piece.given)
            assert lattice.run().weight == 1, sorted(piece.deciders)
    # As a whole, in the reference engine: every explanation that is drawn replays to the record, act by act.
    engine, source = ReferenceEngine(program), Explanations(history.explanations)
    for number, path in enumerate(random.Random(1).choices(history.explanations, k=DRAWS)):
        trace = engine.run(Drawn(path, source, KeyedNoise(1, number)), until=history.until, ties=False)
        assert shown(program, trace), number
    return history.certain


def shown(program: Program, trace: Trace) -> bool:
    """Whether a run shows the record: each recorded act on its day, and nothing else where the record is complete."""
    record = Record(program)
    used: frozenset[int] = frozenset()
    for step in trace.steps:
        if step.rule and step.kind in OWN:
            used = record.saw(step, used)  # raises Contradiction
    return used == frozenset(range(len(record.acts)))


def test_every_shipped_scenario_is_listed() -> None:
    """In one list or the other, in none of them twice."""
    assert sorted([*EXACT, *SAMPLED]) == sorted(SHIPPED)
    assert set(QUICK) <= {*EXACT, *SAMPLED}


@pytest.mark.parametrize("name", QUICK)
def test_without_an_edit_the_record_comes_again(name: str) -> None:
    """Given the record, the unedited world shows it for certain, act by act on its day."""
    assert consistent(name) == (name in EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SHIPPED if name not in QUICK])
def test_without_an_edit_every_record_comes_again(name: str) -> None:
    """The same on every other shipped scenario."""
    assert consistent(name) == (name in EXACT)


@pytest.mark.parametrize("name", ["a lasting disposition", "what was once said", "leaving and coming back on it"])
def test_dropping_an_event_outside_the_cone_changes_nothing(name: str) -> None:
    """Placebo: every outcome keeps its probability on every day when an event that cannot reach it is dropped."""
    program = compile_scenario(load_text(PACT % {"view": "depositary"} + WORLDS[name], "pact"))
    whole = Lattice(program).run().found
    others = [(one.id, other) for one in program.outcomes for other in _less(program, one.id)]
    assert others
    for outcome, other in others:
        assert Lattice(other).run().found.get(outcome, {}) == whole.get(outcome, {}), outcome


def _less(program: Program, outcome: str) -> Iterator[Program]:
    """The program without each event that is outside the cone of an outcome."""
    inside = cone(program, [outcome])
    for event in program.events:
        if event.code not in inside.events and event.day >= program.first and event.day <= inside.last:
            acts = tuple(act for act in program.acts if act.event != event.code)
            yield replace(program, events=tuple(one for one in program.events if one is not event), acts=acts)


def test_numbers_over_drawn_explanations_are_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the three explanations of the example are drawn, 34/43 lies in an interval; without the record it is exact."""
    loaded = load_text(CASE_1 + STATUSES, "toy")
    (exact,) = (one for one in what_if(loaded, "no-e2").effects if one.outcome == "lost")
    assert exact.given_record.value == Fraction(34, 43)
    assert exact.given_record.exact
    monkeypatch.setattr("simulator.counterfactual.abduction.MAX_EXPLANATIONS", 2)
    monkeypatch.setattr("simulator.counterfactual.abduction.DRAWN", 60)
    (drawn,) = (one for one in what_if(loaded, "no-e2").effects if one.outcome == "lost")
    assert not drawn.given_record.exact
    assert drawn.given_record.runs <= 60
    assert drawn.given_record.low < Fraction(34, 43) < drawn.given_record.high
    assert drawn.unconditioned == exact.unconditioned
