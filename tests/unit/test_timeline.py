"""The timeline says on every day what a replay that stops on that day says."""

from __future__ import annotations

import copy
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simulator as ts
from simulator.analysis.laws import exists, laws_of, life, predecessor, same_state, shipped_laws
from simulator.analysis.timeline import Timeline, day_text, month_starts, ordinal, timeline
from simulator.analysis.worlds import whole_record, world
from simulator.engine.reference import ReferenceEngine
from simulator.law.catalogue import parties
from simulator.results.trace import Step, Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import list_shipped, load_scenario
from simulator.testing.cases import Case
from simulator.testing.strategies import PAIRS, cases
from tests.unit.architectures import day


def agree(line: Timeline, trace: Trace, number: int) -> None:
    """Statuses, first days, provisional application and pairwise suspension are those of the trace that ends there."""
    for one in trace.final:
        pair = (one.party, one.treaty)
        assert line.status(*pair, number) == one.status
        assert line.provisional(*pair, number) == one.provisional
        here = [span for span in line.spans(*pair) if span.start <= number and (span.end is None or span.end > number)]
        assert [span.status for span in here] == ([one.status] if one.since else [])
        assert [span.start for span in here] == ([one.since] if one.since else [])
        suspended = sorted(other for other, what in one.toward if what == "suspended")
        assert sorted(q for p, q in line.suspended_toward(one.treaty, number) if p == one.party) == suspended
    for name, (status, _, _) in trace.treaties.items():
        assert line.treaty_status(name, number) == status
    assert set(line.on(number)) <= {(one.party, one.treaty) for one in trace.final}


@given(st.sampled_from([None, *PAIRS]).flatmap(lambda pair: cases(pair=pair)), st.randoms(use_true_random=False))
def test_a_day_is_as_a_replay_that_stops_there(case: Case, draw: random.Random) -> None:
    """For random treaties and acts the timeline of the whole run agrees with its end and with shorter runs."""
    program = case.program()
    engine = ReferenceEngine(program)
    trace = engine.run()
    line = timeline(trace, laws_of(program))
    agree(line, trace, trace.last)
    for base in draw.sample(sorted({step.day for step in trace.steps}), k=min(2, len({s.day for s in trace.steps}))):
        number = min(base + draw.choice([-1, 0, 1, 40]), trace.last)
        agree(line, engine.run(until=number), number)


@pytest.mark.parametrize("name", [name for name, _ in list_shipped()])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_shipped_scenarios_agree_on_some_days(name: str, seed: int | None) -> None:
    """Replays and simulations of the shipped scenarios agree with themselves cut short, in every branch of one."""
    loaded = load_scenario(name)
    for branch in (None, *[one.id for one in loaded.scenario.branches][:3]):
        program = compile_scenario(loaded, mode="replay" if seed is None else "simulate", branch=branch)
        engine = ReferenceEngine(program)
        trace = engine.run(seed=seed or 1)
        line = timeline(trace, laws_of(program))
        agree(line, trace, trace.last)
        for number in random.Random(f"{name}{seed}{branch}").sample(range(trace.first, trace.last), 3):
            agree(line, engine.run(seed=seed or 1, until=number), number)


def test_the_whole_record_agrees_on_some_days() -> None:
    """The record, replayed as one, agrees with itself cut short on days of change and on any days."""
    program = compile_scenario(whole_record(), mode="replay")
    engine = ReferenceEngine(program)
    line = timeline(engine.run(), laws_of(program))
    fixed = [day(text) for text in ("1990-11-19", "1991-12-26", "1992-07-17", "2007-12-12", "2023-11-07")]
    for number in [*fixed, *random.Random(4).sample(range(day("1985-01-01"), line.last), 4)]:
        agree(line, engine.run(until=number), number)


def test_spans_are_half_open_and_without_gaps() -> None:
    """Each span begins where the one before it ends, none is empty, and the last one is open."""
    line = world("record")
    for pair in line.pairs():
        spans = line.spans(*pair)
        assert all(one.end == two.start for one, two in pairwise(spans))
        assert all(one.end is not None and one.start < one.end for one in spans[:-1])
        assert spans[-1].end is None
        assert line.status(*pair, spans[0].start - 1) == "non_party"
        for one in spans:
            last = line.last if one.end is None else one.end - 1
            assert line.status(*pair, one.start) == line.status(*pair, last) == one.status


def test_spans_name_the_steps_that_began_them() -> None:
    """The step of a span is the last one of its first day that changed the pair, and it ends in the span's status."""
    line = timeline(ts.replay("cfe-endgame"))
    steps = line.trace.steps
    for party, treaty in line.pairs():
        for span in line.spans(party, treaty):
            step = steps[span.step]
            assert (step.party, step.treaty, step.day, step.after) == (party, treaty, span.start, span.status)


def test_a_timeline_is_a_pure_function_of_the_trace() -> None:
    """Made twice it is the same, and it leaves the trace as it was."""
    trace = ts.replay("cfe-endgame")
    before = copy.deepcopy(trace)
    one, two = timeline(trace), timeline(trace)
    assert trace == before
    assert [one.spans(*pair) for pair in one.pairs()] == [two.spans(*pair) for pair in two.pairs()]
    assert [one.treaty_spans(name) for name in one.treaties] == [two.treaty_spans(name) for name in two.treaties]


def test_confirmation_is_about_all_acts_behind_a_span() -> None:
    """A span is confirmed if every act behind it is, the pair's own and others'; later doubts do not reach back."""
    line = world("record")
    steps = line.trace.steps
    own: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        own.setdefault((step.party, step.treaty), []).append(step)

    def acts(pair: tuple[str, str], until: int) -> set[int]:
        """What the position rests on, found from its end: the acts of the chains of all that was done or changed."""
        found: set[int] = set()
        for step in own[pair]:
            if step.number <= until and (_acts(step) or step.before != step.after):
                for one in line.trace.chain(step.number):
                    found |= {one.number} if _acts(one) else set()
                    if one.act in ("withdrawal_effective", "treaty_terminated") and one.party != step.party:
                        found |= acts((one.party, one.treaty), one.number)
        return found

    spans = [(pair, span) for pair in line.pairs() for span in line.spans(*pair)]
    for pair, span in spans:
        assert span.confirmed == all(steps[number].confirmed for number in acts(pair, span.step))
    assert not all(span.confirmed for (_, treaty), span in spans if treaty == "minsk-ii")


def _acts(step: Step) -> bool:
    said = ("announce", "declare", "domestic_step", "convene_conference")
    return step.kind in ("act", "claim", "statement") and step.act not in said


def test_change_points_are_the_days_on_which_something_changes() -> None:
    """Between two change points every pair, extent and treaty stays as it is; at each of them something moves."""
    line = timeline(ts.replay("cfe-endgame"))
    points = line.change_points(line.first, line.last)
    assert points[0] == line.first
    assert points == sorted(set(points))

    def picture(number: int) -> tuple[object, ...]:
        extents = {pair: line.provisional(*pair, number) for pair in line.pairs()}
        apart = {name: line.suspended_toward(name, number) for name in line.treaties}
        return line.on(number), extents, apart, {name: line.treaty_status(name, number) for name in line.treaties}

    for one, two in pairwise(points):
        assert picture(one) == picture(two - 1)
        assert picture(two - 1) != picture(two) or one == two - 1


def test_provisional_application_by_clause_needs_no_act() -> None:
    """New START was applied provisionally, in part, from signature to entry into force: that stands in a clause alone."""
    line = world("record")
    spans = line.provisional_spans("USA", "new-start")
    assert [(day_text(one.start), one.status) for one in spans] == [("2010-04-08", "partial"), ("2011-02-05", "none")]
    assert line.provisional("FRA", "cfe", day("1992-07-20")) == "full"


def test_month_starts_are_inside_the_days() -> None:
    """First days of months, both ends included; nothing where no month begins."""
    assert month_starts(day("2010-01-01"), day("2010-01-31")) == [day("2010-01-01")]
    assert month_starts(day("2010-01-02"), day("2010-01-31")) == []
    assert len(month_starts(day("1990-01-01"), day("2026-12-31"))) == 37 * 12
    assert ordinal("2010-01-01") == ordinal(day("2010-01-01"))


def test_states_begin_end_and_continue_each_other() -> None:
    """What the table of parties says about succession and continuity holds here too."""
    assert same_state("RUS") == ("RUS", "SUN")
    assert same_state("XYZ") == ("XYZ",)
    assert [predecessor(one) for one in ("RUS", "UKR", "CZE", "FRA")] == ["SUN", "SUN", "CSK", ""]
    for one in parties().values():
        first, after = life(one.id)
        assert exists(one.id, first) or not one.start
        assert not exists(one.id, after) or not one.end
        assert not (one.start and exists(one.id, first - 1))


def test_the_law_of_a_treaty_is_that_of_its_clauses() -> None:
    """Closed circles are closed, open treaties open; the continuator stands in for the State that it continues."""
    laws = shipped_laws()
    assert laws["npt"].members is None
    assert laws["cfe"].members is not None and "CHE" not in laws["cfe"].members
    assert [laws["abm"].admits(one) for one in ("USA", "SUN", "RUS", "UKR")] == [True, True, True, False]
    program = compile_scenario(load_scenario("inf-endgame"), mode="replay")
    assert laws_of(program)["inf"] == laws["inf"]
