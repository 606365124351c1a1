"""One ensemble, whoever does it: workers, pieces, executors and their order change no number."""

from __future__ import annotations

import multiprocessing
import queue
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulator.counterfactual.paired import paired_effects
from simulator.engine.reference import ReferenceEngine
from simulator.ensemble.exact import exact_answers
from simulator.ensemble.intervals import Share
from simulator.ensemble.plan import parts
from simulator.ensemble.result import Ensemble
from simulator.ensemble.run import Settings, ensemble, ensembles
from simulator.ensemble.work import Job, Payload, work_with
from simulator.errors import LimitError, ScenarioError
from simulator.exact.cone import cone, slice_program
from simulator.exact.lattice import Lattice, Limits
from simulator.noise import KeyedNoise
from simulator.results.tally import STATUSES, TREATY_STATUSES, Codes, Packed, Tally, TallyLayout
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import list_shipped, load_scenario
from simulator.scenario.program import Program
from simulator.testing.scenarios import Data, compiled, scenarios
from tests.agree.ensemble_worlds import world

RUNS = 1_100


class Reversed(Executor):
    """Finishes what it is given in reverse, as soon as nothing more has come for a moment."""

    def __init__(self) -> None:
        self.given: queue.Queue[tuple[Future[Any], Any, Any] | None] = queue.Queue()
        self.order: list[int] = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.put((future, fn, args))
        return future

    def _run(self) -> None:
        waiting: list[tuple[Future[Any], Any, Any]] = []
        while True:
            try:
                one = self.given.get(timeout=0.02 if waiting else None)
            except queue.Empty:
                for future, fn, args in reversed(waiting):
                    self.order.append(args[-3])
                    future.set_result(fn(*args))
                waiting = []
                continue
            if one is None:
                return
            waiting.append(one)


def same(one: Ensemble, other: Ensemble) -> bool:
    """Whether two ensembles are the same in every count, every row and every failure."""
    rows = (one.rows is None and other.rows is None) or np.array_equal(one.rows, other.rows)
    return one.tally == other.tally and one.failures == other.failures and rows


@pytest.fixture(scope="module")
def program() -> Program:
    return world()


@pytest.fixture(scope="module")
def alone(program: Program) -> Ensemble:
    """One worker in this thread."""
    return ensemble(program, RUNS, jobs=1, rows=True)


def test_the_ensemble_is_worth_comparing(alone: Ensemble) -> None:
    """Some runs fail, outcomes differ, rules fire and variables move; otherwise equality would say nothing."""
    assert 0 < alone.tally.failed < 80
    assert alone.runs + alone.tally.failed == RUNS
    assert 0 < alone.outcomes["ended"].hits < alone.outcomes["lost"].hits < alone.runs
    assert {row.rule for row in alone.coverage() if row.fired} == {"answer", "leave", "warm"}
    assert alone.tally.sums[0] > 0
    assert {one.replication for one in alone.failures} <= set(range(RUNS))
    assert all("the loop runs through" in one.text and "ping" in one.text for one in alone.failures)


def test_every_run_is_that_of_the_reference_engine(program: Program, alone: Ensemble) -> None:
    """Rows, counts of months and failures are those of the single runs, read from their traces here."""
    engine, failed = ReferenceEngine(program), {one.replication for one in alone.failures}
    names, runs = program.names, 200
    short = ensemble(program, runs, jobs=1, rows=True)
    at_end: dict[tuple[str, str, str], int] = {}
    assert short.rows is not None
    for replication in range(runs):
        if replication in failed:
            with pytest.raises(LimitError):
                engine.run(KeyedNoise(1, replication))
            assert (short.rows[replication] == -1).all()
            continue
        trace = engine.run(KeyedNoise(1, replication))
        days = [answer.day or -1 for answer in trace.outcomes.values()]
        fired = [sum(s.rule == rule and s.after == "fires" for s in trace.steps) for rule in names.rules]
        assert short.rows[replication].tolist() == [*days, *fired, *trace.variables.values()]
        for one in trace.final:
            key = (one.treaty, one.party, one.status)
            at_end[key] = at_end.get(key, 0) + 1
    for (treaty, party, status), runs_there in at_end.items():
        assert short.counts(treaty, party)[STATUSES.index(status), -1] == runs_there


def test_shares_over_time_are_those_of_runs_that_stop_there(program: Program) -> None:
    """The counts at the end of each month are what runs up to that day end with."""
    found = ensemble(program, 60, jobs=1)
    engine, failed = ReferenceEngine(program), {one.replication for one in found.failures}
    for place, end in enumerate(found.months):
        pairs = np.zeros(len(STATUSES), np.int64)
        whole, bound = np.zeros(len(TREATY_STATUSES), np.int64), []
        for replication in set(range(60)) - failed:
            trace = engine.run(KeyedNoise(1, replication), until=end.toordinal())
            position = trace.position("RUS", "toy")
            pairs[STATUSES.index(position.status if position else "non_party")] += 1
            whole[TREATY_STATUSES.index(trace.treaties["toy"][0])] += 1
            bound.append(sum(one.status in ("in_force", "suspended") for one in trace.final))
        assert found.counts("toy", "RUS")[:, place].tolist() == pairs.tolist()
        assert np.allclose(found.treaty_shares("toy")[:, place], whole / found.runs)
        assert found.bound("toy", [0.0, 0.5, 1.0])[:, place].tolist() == [
            min(bound),
            sorted(bound)[-(-len(bound) // 2) - 1],
            max(bound),
        ]


@pytest.mark.parametrize("chunk", [1, 7, 64, 999, 5_000])
def test_any_batch_size(program: Program, alone: Ensemble, chunk: int) -> None:
    """How many runs a worker does in one go changes nothing."""
    assert same(ensemble(program, RUNS, jobs=1, chunk=chunk, rows=True), alone)


@pytest.mark.parametrize(("jobs", "executor"), [(1, "processes"), (2, "processes"), (7, "processes"), (7, "threads")])
def test_any_number_of_workers(program: Program, alone: Ensemble, jobs: int, executor: str) -> None:
    """One, two or seven of them, processes or threads."""
    assert same(ensemble(program, RUNS, jobs=jobs, executor=executor, chunk=50, rows=True), alone)


def test_an_executor_that_finishes_in_reverse(program: Program, alone: Ensemble) -> None:
    """The order in which pieces come back is not the order in which they count."""
    executor = Reversed()
    found = ensemble(program, RUNS, executor=executor, jobs=4, chunk=40, rows=True)
    executor.given.put(None)
    assert same(found, alone)
    assert executor.order != sorted(executor.order)


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors_of_others_stay_open(program: Program, alone: Ensemble, kind: type[Executor]) -> None:
    """Any executor does; it is left as it was, for the next ensemble."""
    context: dict[str, Any] = (
        {"mp_context": multiprocessing.get_context("spawn")} if kind is ProcessPoolExecutor else {}
    )
    with kind(2, **context) as executor:  # type: ignore[call-arg]
        assert same(ensemble(program, RUNS, executor=executor, chunk=300, rows=True), alone)
        assert ensemble(program, 10, executor=executor, seed=2).runs == 10
        assert executor.submit(len, "abc").result() == 3


def test_another_seed_is_another_ensemble(program: Program, alone: Ensemble) -> None:
    """What the tests compare does differ where it may."""
    assert ensemble(program, RUNS, seed=2, jobs=1).tally != alone.tally


def test_a_longer_ensemble_begins_with_the_shorter(program: Program, alone: Ensemble) -> None:
    """Adding runs changes no run that was there."""
    longer = ensemble(program, RUNS + 100, jobs=1, rows=True)
    assert longer.rows is not None
    assert np.array_equal(longer.rows[:RUNS], alone.rows)


# -- sequential stopping ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("jobs", "executor", "chunk"), [(1, None, None), (2, "processes", 300), (3, "threads", 77)])
def test_stopping_depends_on_no_worker(jobs: int, executor: str | None, chunk: int | None) -> None:
    """An ensemble stops at the end of the first part after which all intervals are narrow enough."""
    program, width = world(loops="0"), 0.05
    found = ensemble(program, 50_000, jobs=jobs, executor=executor, chunk=chunk, until_width=width)
    assert found.stopped == "width"
    assert found.complete
    assert max(share.width for share in found.outcomes.values()) <= width
    ends = [part.end for part in parts(50_000)]
    assert found.runs in ends
    before = ends[ends.index(found.runs) - 1]
    earlier = ensemble(program, before, jobs=1)
    assert max(share.width for share in earlier.outcomes.values()) > width
    assert found.tally == ensemble(program, found.runs, jobs=1).tally


# -- pairs -----------------------------------------------------------------------------------------------------------


def test_pairs_are_counted_as_two_engines_side_by_side_count_them() -> None:
    """Effects between branches are those of the pairs of single runs; other seeds would vary more."""
    first, second = world(loops="0"), world("no-e1", loops="0")
    found = ensembles([first, second], Settings(400, jobs=1, chunk=33))
    expected = paired_effects(first, second, seed=1, runs=400)
    assert {name: one.effect for name, one in found.effects["no-e1"].items()} == expected
    gain = found.effects["no-e1"]["lost"].gain
    assert gain is not None
    independent = _spread(first, second, shift=10_000) / _spread(first, second, shift=0)
    assert 0.7 * independent < gain < 1.4 * independent


def _spread(first: Program, second: Program, shift: int) -> float:
    """The measured variance of the difference of one pair, where the second world is that many replications away."""
    one, other = ReferenceEngine(first), ReferenceEngine(second)
    differences = [
        other.run(KeyedNoise(1, number + shift)).outcomes["lost"].value
        - one.run(KeyedNoise(1, number)).outcomes["lost"].value
        for number in range(600)
    ]
    return float(np.var(differences))


def test_a_pair_with_a_failed_run_is_no_pair() -> None:
    """Where a world of the pair failed, the pair is left out of the effect and the other run still counts."""
    found = ensembles([world(), world("calm")], Settings(300, jobs=1))
    loops, calm = found.worlds
    assert loops.tally.failed > 0
    assert calm.runs == 300
    assert found.effects["calm"]["lost"].effect.runs == loops.runs
    assert found.effects["calm"]["lost"].effect.only_first == 0


# -- exact answers ---------------------------------------------------------------------------------------------------


def test_frequencies_agree_with_the_exact_answers() -> None:
    """Every share lies within a 99.99 % interval of its exact probability, every date has its exact share."""
    program = world(loops="0")
    exact = exact_answers(program, work=5_000)
    assert exact.whole
    found = ensemble(program, 4_000, jobs=1)
    for name, known in exact.outcomes.items():
        assert near(found.outcomes[name], float(known.p))
        days = dict(zip(*(part.tolist() for part in found.passage_days(name)), strict=True))
        assert set(days) <= {day for day, _ in known.days}
        for day, weight in known.days:
            assert near(Share(days.get(day, 0), found.runs), float(weight))
    assert exact.outcomes["never"].p == 0
    assert not near(found.outcomes["lost"], float(exact.outcomes["lost"].p) + 0.05)


def near(share: Share, p: float) -> bool:
    """Whether a share is within four standard errors of a probability; where that is 0 or 1 it must be the same."""
    assert share.p is not None
    return abs(share.p - p) <= 4 * (p * (1 - p) / share.runs) ** 0.5


# Here the exact computation does not come to a day on which any outcome is open: too many worlds before it.
OUT_OF_REACH = {"flank-and-adaptation"}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, _ in list_shipped()])
def test_shipped_scenarios_agree_with_the_exact_answers(name: str) -> None:
    """On every shipped scenario, for every outcome, up to the day that the exact computation comes to."""
    program = compile_scenario(load_scenario(name))
    found, open_ones = ensemble(program, 400, jobs=2), 0
    for outcome in found.frame.ids:
        by, p = exact_by(program, outcome, work=4_000)
        days, runs = found.passage_days(outcome)
        share = Share(int(runs[days <= by].sum()), found.runs)
        assert near(share, float(p)), (outcome, by, share, p)
        open_ones += 0 < p < 1
    assert bool(open_ones) == (name not in OUT_OF_REACH)


def exact_by(program: Program, outcome: str, work: int) -> tuple[int, Fraction]:
    """Return the last day that so much work comes to, and the exact probability that the outcome has come by then."""
    lattice = Lattice(slice_program(program, cone(program, [outcome])), limits=Limits(work=work))
    try:
        lattice.run()
        by = program.last
    except LimitError:
        by = lattice.reached
    weights = lattice.found.get(outcome, {}).items()
    return by, sum((weight for (day, _), weight in weights if day <= by), Fraction(0))


# -- packing ---------------------------------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(scenarios(), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_tallies_add_up_in_any_order(data: Data, sizes: list[int]) -> None:
    """On random scenarios: packed or not, in any order, pieces make the whole; and the whole says how runs ended."""
    try:
        program = compiled(data)
    except ScenarioError:
        assume(False)
    layout, codes, engine = TallyLayout.of(program), Codes.of(program), ReferenceEngine(program)
    whole, pieces, number = Tally(layout), [], 0
    finals: dict[tuple[str, str], dict[str, int]] = {}
    for size in sizes:
        piece = Tally(layout)
        for replication in range(number, number + size):
            try:
                trace = engine.run(KeyedNoise(3, replication), ties=False)
            except LimitError:
                continue
            whole.add_trace(trace, codes)
            piece.add_trace(trace, codes)
            for one in trace.final:
                there = finals.setdefault((one.treaty, one.party), {})
                there[one.status] = there.get(one.status, 0) + 1
        number += size
        pieces.append(piece)
    for order in (pieces, pieces[::-1]):
        summed = Tally(layout)
        for piece in order:
            summed.merge(Packed.of_arrays(piece.pack().arrays("x."), "x."))
        assert summed == whole
    for (treaty, party), statuses in finals.items():
        row = codes.treaties[treaty] * layout.parties + codes.parties[party]
        counts = whole.pairs[row].sum(axis=1)
        counts[0] += whole.runs
        absent = whole.runs - sum(statuses.values())
        assert counts.tolist() == [statuses.get(s, 0) + absent * (s == "non_party") for s in STATUSES]


def test_a_job_travels_whole(program: Program) -> None:
    """What a worker unpacks is the same program, read-only mappings included."""
    payload = Payload.of(Job((program,), 1, "reference"))
    assert payload.job().programs[0] == program
    assert work_with(payload, 5, 3, True).chunks[0].rows is not None
