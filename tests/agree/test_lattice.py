"""The lattice against full enumeration over the reference engine: the same fractions, day by day, for every outcome."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.errors import LimitError, ScenarioError
from simulator.exact.lattice import Lattice, Limits
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import Program
from tests.agree.enumeration import leaves
from tests.agree.small_worlds import Data, compiled, random_world, small_worlds, worlds_up_to
from tests.agree.worlds import CASE_1

Days = dict[str, dict[int, Fraction]]


def counted(worlds: list[tuple[Fraction, Trace]]) -> Days:
    """On which day each outcome comes true in all worlds, with the probability."""
    found: Days = defaultdict(lambda: defaultdict(Fraction))
    for weight, trace in worlds:
        for name, answer in trace.outcomes.items():
            if answer.value and answer.day is not None:
                found[name][answer.day] += weight
    return {name: dict(days) for name, days in found.items()}


def by_lattice(program: Program) -> Days:
    """The same from the lattice."""
    worlds = Lattice(program).run()
    assert worlds.weight == 1
    return {name: {day: p for (day, _), p in days.items()} for name, days in worlds.found.items()}


@pytest.mark.parametrize("branch", [None, "no-e1", "no-e2", "no-m", "no-e2-no-m", "no-re", "forced"])
def test_the_example_with_a_closed_form(branch: str | None) -> None:
    """Every edit of the example, day by day."""
    program = compile_scenario(load_text(CASE_1, "toy"), branch=branch)
    assert by_lattice(program) == counted(list(leaves(program)))


# -- one world for each part of the language ---------------------------------------------------------------------

PACT = """
schema: 1
id: pact
title: A pact of three
period: {from: 2000-01-20, to: 2000-03-05}
view: %(view)s
parties: {blocs: {two: {members: [DEU, FRA]}, all-of-pact: {parties_of: pact}}}
variables: {x: {start: 0, min: 0, max: 3}}
treaties:
  pact:
    title: The pact
    parties: {model: closed, of: [DEU, FRA, RUS]}
    clauses:
      entry_into_force: {rule: {count: 2}}
      withdrawal: {notice: {days_after: 10}}
events:
  - {id: birth, date: 1999-01-01, kind: birth, acts: [
      {act: sign, treaty: pact, party: [DEU, FRA, RUS]}, {act: deposit, treaty: pact, party: [DEU, FRA, RUS]}]}
  - {id: e0, date: 2000-01-20, kind: quarrel}
  - {id: e1, date: 2000-02-01, kind: quarrel, probability: 2/5, set: {x: {add: 1}}}
  - {id: e2, date: 2000-02-10, kind: summit}
outcomes:
  - {id: suspended, when: {status: pact, of: RUS, is: suspended}}
  - {id: long, when: {status: pact, of: RUS, is: suspended, for_days: 9}}
  - {id: out, when: {status: pact, of: RUS, is: withdrawn}, by: 2000-02-20}
  - {id: late, when: {status: pact, of: {any_of: all-of-pact}, is: suspended}, "on": 2000-02-15}
  - {id: towards, when: {toward: RUS, of: FRA, treaty: pact, is: suspended}}
  - {id: count, when: {count: pact, is: in_force, at_most: 1}}
  - {id: objected, when: {happened: {act: object, treaty: pact}}}
  - {id: x, when: {variable: x, at_least: 2}}
rules:
"""
SUSPEND = "do: {act: notify_suspension, treaty: pact}"
DISPUTED = "a claim that is disputed"
# It comes true by time alone, on the next day on which anything at all is due; so no such day can be skipped.
STALE = """
  - {id: stale, when: {all: [{happened: {kind: quarrel}}, {not: {happened: {kind: quarrel}, within_days: 15}}]}}"""
NOTHING = "a day on which an act only comes to nothing"
WORLDS = {
    "every month": f"""
  - {{id: a, actor: RUS, noise: month, trigger: {{every: month}}, chance: 1/3, {SUSPEND}}}
  - {{id: b, actor: RUS, trigger: {{becomes: suspended, treaty: pact}}, after: {{days: 5}},
     do: {{act: resume, treaty: pact}}}}""",
    "a draw of the month, read every day": f"""
  - id: a
    actor: RUS
    noise: month
    trigger: {{every: day}}
    chance: [{{when: {{happened: e1}}, p: 1/2}}, {{p: 1/3}}]
    when: {{status: pact, of: RUS, is: in_force}}
    {SUSPEND}""",
    "a lasting disposition": f"""
  - id: a
    actor: RUS
    noise: rule
    trigger: {{kind: quarrel}}
    chance: [{{when: {{variable: x, at_least: 1}}, p: 1/2}}, {{p: 1/3}}]
    after: {{choice: [{{days: 0, p: 1/2}}, {{days: 3, p: 1/2}}]}}
    {SUSPEND}
  - {{id: b, actor: FRA, noise: rule, trigger: {{kind: quarrel}}, chance: 1/3, do: {{set: {{x: {{add: 1}}}}}}}}""",
    "one fate": f"""
  - {{id: a, actor: RUS, noise: threshold, trigger: {{every: month}}, chance: 1/3, {SUSPEND}}}
  - {{id: b, each: two, noise: threshold, trigger: {{every: month}}, chance: 2/5, do: {{set: {{x: {{add: 1}}}}}}}}""",
    "for that reason": f"""
  - {{id: a, each: two, noise: path, trigger: {{kind: quarrel}}, chance: 1/2, after: {{uniform_days: [3, 4]}},
     do: {{happens: insult}}}}
  - {{id: b, actor: RUS, noise: path, trigger: {{kind: insult}}, chance: 1/3, {SUSPEND}}}""",
    "several ways to decide": """
  - id: a
    actor: RUS
    trigger: {event: e0}
    after: {geometric: {p: 1/30, from_days: 20}}
    choose:
      - {id: mild, p: 1/4, do: {set: {x: {add: 1}}}}
      - {id: hard, p: 1/4, do: {act: notify_suspension, treaty: pact}}
      - {id: worst, p: 1/3, do: {act: notify_withdrawal, treaty: pact}}""",
    "each member for itself": f"""
  - {{id: a, each: all-of-pact, trigger: {{kind: quarrel}}, chance: 1/3, after: {{choice: [{{days: 0, p: 1/2}},
     {{days: 2, p: 1/2}}]}}, still: {{count: pact, is: suspended, at_most: 1}}, {SUSPEND}}}""",
    "acts that wait for each other": f"""
  - {{id: a, actor: RUS, trigger: {{event: e0}}, chance: 1/2, after: {{uniform_days: [2, 6]}}, {SUSPEND}}}
  - {{id: b, actor: FRA, trigger: {{event: e0}}, after: {{uniform_days: [1, 8]}}, priority: -1,
     still: {{status: pact, of: RUS, is: suspended}}, do: {{act: suspend_toward, treaty: pact, toward: RUS}}}}
  - {{id: c, actor: FRA, trigger: {{rule: b}}, chance: 1/3, do: {{set: {{x: {{add: 2}}}}}}}}
  - {{id: d, actor: RUS, trigger: {{rule: a}}, chance: 2/5, after: {{uniform_days: [1, 4]}},
     do: {{act: resume, treaty: pact}}}}""",
    NOTHING: """
  - {id: a, actor: RUS, trigger: {event: e0}, chance: 1/2, after: {uniform_days: [2, 30]},
     still: {status: pact, of: RUS, is: suspended}, do: {act: resume, treaty: pact}}
  - {id: b, actor: FRA, trigger: {event: e2}, chance: 1/3, after: {days: 9}, do: {happens: quarrel}}""",
    "what was once said": f"""
  - {{id: a, actor: FRA, trigger: {{event: e0}}, chance: 1/3, do: {{act: declare, treaty: pact}}}}
  - {{id: b, actor: RUS, trigger: {{event: e2}}, when: {{happened: {{act: declare, treaty: pact}}}}, {SUSPEND}}}""",
    "how long ago it was said": f"""
  - {{id: a, actor: FRA, trigger: {{event: e0}}, after: {{uniform_days: [1, 20]}}, do: {{act: declare, treaty: pact}}}}
  - {{id: b, actor: RUS, trigger: {{event: e2}}, when: {{happened: {{act: declare, treaty: pact}}, within_days: 9}},
     {SUSPEND}}}""",
    "how long ago it happened": f"""
  - {{id: a, actor: FRA, trigger: {{event: e0}}, after: {{uniform_days: [1, 20]}}, do: {{happens: insult}}}}
  - {{id: b, actor: RUS, trigger: {{event: e2}}, when: {{happened: {{kind: insult}}, within_days: 9}}, {SUSPEND}}}""",
    "a draw of the month with its delay, read every day": f"""
  - {{id: a, actor: RUS, noise: month, trigger: {{every: day}}, chance: 1/3, after: {{choice: [{{days: 2, p: 1/2}},
     {{days: 6, p: 1/2}}]}}, when: {{status: pact, of: RUS, is: in_force}}, {SUSPEND}}}""",
    "what only time unblocks": f"""
  - {{id: a, actor: RUS, trigger: {{event: e0}}, after: {{uniform_days: [1, 20]}},
     still: {{not: {{happened: e0, within_days: 9}}}}, {SUSPEND}}}""",
    "what once happened": f"""
  - {{id: a, actor: FRA, trigger: {{event: e0}}, chance: 1/3, do: {{happens: insult}}}}
  - {{id: b, actor: RUS, trigger: {{event: e2}}, when: {{happened: {{kind: insult}}}}, {SUSPEND}}}""",
    "leaving and coming back on it": """
  - {id: a, actor: RUS, trigger: {kind: quarrel}, chance: 2/5, do: {act: notify_withdrawal, treaty: pact}}
  - {id: b, actor: RUS, trigger: {act: notify_withdrawal, treaty: pact}, chance: 1/2, after: {uniform_days: [8, 11]},
     still: {pending: withdrawal, treaty: pact, of: RUS}, do: {act: revoke_withdrawal, treaty: pact}}""",
    "one happening that sets a rule off twice": f"""
  - id: a
    actor: FRA
    trigger: {{event: e0}}
    chance: 1/2
    do: [{{happens: insult}}, {{happens: injury}}]
  - {{id: b, actor: RUS, trigger: [{{kind: insult}}, {{kind: injury}}], chance: 1/3, do: {{set: {{x: {{add: 1}}}}}}}}
  - {{id: c, actor: RUS, trigger: {{kind: injury}}, chance: 1/3, {SUSPEND}}}""",
    DISPUTED: """
  - {id: a, actor: RUS, trigger: {event: e0}, chance: 1/3, after: {uniform_days: [0, 2]},
     do: {act: notify_suspension, treaty: pact, dispute: D2}}
  - {id: b, each: two, trigger: {act: notify_suspension, treaty: pact}, chance: 1/2, after: {uniform_days: [1, 2]},
     do: {act: object, treaty: pact, toward: RUS}}""",
}


@pytest.mark.parametrize(
    ("name", "view"),
    [*((name, "depositary") for name in WORLDS), *((DISPUTED, view) for view in ("objector", "strict"))],
)
def test_each_part_of_the_language(name: str, view: str) -> None:
    """The same answers as by enumeration, and none of these worlds is trivial."""
    text = PACT.replace("outcomes:", "outcomes:" + STALE) if name == NOTHING else PACT
    program = compile_scenario(load_text(text % {"view": view} + WORLDS[name], "pact"))
    expected = counted(list(leaves(program)))
    assert by_lattice(program) == expected
    assert any(0 < sum(days.values()) < 1 for days in expected.values())


def test_one_delay_for_two_acts_is_refused() -> None:
    """One happening sets a rule off twice: its draw is the same both times, and so is the day, which cannot be open."""
    rules = WORLDS["one happening that sets a rule off twice"].replace(
        "chance: 1/3, do: {set", "chance: 1/3, after: {uniform_days: [1, 3]}, do: {set"
    )
    with pytest.raises(LimitError, match="rule b is set off twice by one happening on 2000-01-20"):
        Lattice(compile_scenario(load_text(PACT % {"view": "depositary"} + rules, "pact"))).run()


# -- random worlds -----------------------------------------------------------------------------------------------


def same(data: Data, most: int) -> None:
    """Check one random world; too large ones, and parts that do not fit together, are left out."""
    try:
        program = compiled(data)
    except ScenarioError:
        assume(False)
    worlds = worlds_up_to(program, most)
    assume(worlds is not None)
    assert worlds is not None
    assert by_lattice(program) == counted(worlds)


@settings(max_examples=15)
@given(data=small_worlds())
def test_random_worlds(data: Data) -> None:
    """Random clauses, views, events, rules of every noise, delays and outcomes."""
    same(data, 60)


@pytest.mark.slow
@settings(max_examples=1500)
@given(seed=st.integers(0, 10**9))
def test_many_random_worlds(seed: int) -> None:
    """The same with more rules and up to 3,000 worlds."""
    same(random_world(seed, most_rules=5), 3_000)


# -- particles ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["acts that wait for each other", "several ways to decide"])
@pytest.mark.parametrize(("particles", "ways"), [(12, 0), (12, 3), (10_000, 1)])
def test_particles_are_without_bias(name: str, particles: int, ways: int) -> None:
    """The mean over forty seeds lies within four standard errors of the exact answer; worlds or days were drawn."""
    program = compile_scenario(load_text(PACT % {"view": "depositary"} + WORLDS[name], "pact"))
    exact, samples = Lattice(program).run(), []
    for seed in range(40):
        worlds = Lattice(program, limits=Limits(particles=particles, ways=ways, seed=seed)).run()
        assert worlds.size > 0
        samples.append({one.id: float(sum(worlds.found.get(one.id, {}).values())) for one in program.outcomes})
    for one in program.outcomes:
        values = [sample[one.id] for sample in samples]
        mean = sum(values) / len(values)
        error = (sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values)) ** 0.5
        assert abs(mean - float(exact.probability(one.id))) <= 4 * error + 1e-9, one.id


def test_a_day_of_too_many_ways_is_refused_or_drawn() -> None:
    """Without particles the day is named; with them the answer is said to be drawn."""
    program = compile_scenario(load_text(PACT % {"view": "depositary"} + WORLDS["several ways to decide"], "pact"))
    with pytest.raises(LimitError, match=r"came to .* and needs more than 1 ways of that day alone"):
        Lattice(program, limits=Limits(ways=1)).run()
    assert Lattice(program, limits=Limits(ways=1, particles=10_000)).run().size == 1
    assert Lattice(program, limits=Limits(ways=100)).run().size == 0
