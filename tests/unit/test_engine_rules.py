"""Rules in the reference engine: triggers, actors, chances, delays, noise names, forced decisions, loops."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from simulator.api import run
from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text

BASE = """
schema: 1
id: base
title: A multilateral treaty in force between four States
period: {from: 2000-01-01, to: 2004-12-31}
parties: {blocs: {west: [DEU, FRA], club: {parties_of: pact}}}
variables: {tension: {start: 1, min: 0, max: 10}}
parameters: {p: {value: 1/2}}
treaties:
  pact:
    title: The pact
    clauses:
      entry_into_force: {rule: {count: 4}}
      accession: {open: true}
      withdrawal: {notice: {months: 6}}
events:
  - {id: birth, date: 1999-01-01, kind: birth, acts: [
      {act: sign, treaty: pact, party: [DEU, FRA, RUS, USA]}, {act: deposit, treaty: pact, party: [DEU, FRA, RUS, USA]}]}
"""


def world(more: str, **options: Any) -> Trace:
    """Run the base scenario with more events, rules and outcomes."""
    return run(load_text(BASE + more, "base"), **options)


def acts(trace: Trace, word: str) -> list[tuple[str, str]]:
    """Who did it, and when."""
    return [
        (step.party, dt.date.fromordinal(step.day).isoformat()) for step in trace.steps if step.act == word and step.id
    ]


def test_a_chain_of_rules_runs_through_its_causes() -> None:
    """An event sets off an act, the status it leads to sets off another, and the trace names every cause."""
    trace = world("""
  - {id: shock, date: 2000-03-01, kind: shock}
rules:
  - {id: leave, actor: RUS, trigger: {event: shock}, after: {days: 10}, do: {act: notify_withdrawal, treaty: pact}}
  - {id: follow, each: west, trigger: {becomes: withdrawn, treaty: pact, of: RUS}, do: {act: notify_withdrawal, treaty: pact}}
""")
    assert acts(trace, "notify_withdrawal") == [("RUS", "2000-03-11"), ("DEU", "2000-09-11"), ("FRA", "2000-09-11")]
    last = next(step for step in reversed(trace.steps) if step.act == "withdrawal_effective")
    chain = [step.act for step in trace.chain(last.number)]
    assert chain[0] == "shock"
    assert chain[-3:] == ["follow", "notify_withdrawal", "withdrawal_effective"]


def test_a_bloc_decides_once_and_every_member_acts() -> None:
    """`actor: west` is one decision; `each: west` is one per member."""
    rule = (
        "rules:\n  - {{id: leave, {0}: west, trigger: {{kind: shock}}, do: {{act: notify_withdrawal, treaty: pact}}}}\n"
    )
    event = "  - {id: shock, date: 2000-03-01, kind: shock}\n"
    one = world(event + rule.format("actor"))
    each = world(event + rule.format("each"))
    assert sum(step.kind == "decision" for step in one.steps) == 1
    assert sum(step.kind == "decision" for step in each.steps) == 2
    assert acts(one, "notify_withdrawal") == acts(each, "notify_withdrawal")


def test_a_computed_bloc_is_asked_on_the_day_of_the_act() -> None:
    """`parties_of` counts who is a party when the decision is made: a State that has left decides nothing."""
    trace = world("""
  - {id: exit, date: 2000-01-10, kind: exit, acts: [{act: notify_withdrawal, treaty: pact, party: RUS}]}
  - {id: shock, date: 2001-01-01, kind: shock}
rules:
  - {id: protest, each: club, trigger: {kind: shock}, do: {act: announce, treaty: pact}}
""")
    assert [who for who, _ in acts(trace, "announce")] == ["DEU", "FRA", "USA"]


def test_variables_stay_within_their_bounds_and_conditions_read_them() -> None:
    """`set` adds or sets, clamps at the bounds, and a rule's chance may depend on the value."""
    trace = world("""
  - {id: a, date: 2000-02-01, kind: shock, set: {tension: {add: 20}}}
  - {id: b, date: 2000-03-01, kind: calm, set: {tension: 3}}
rules:
  - id: leave
    actor: RUS
    trigger: [{event: a}, {event: b}]
    chance: [{when: {variable: tension, at_least: 10}, p: 1}, {p: 0}]
    do: {act: announce, treaty: pact}
""")
    assert trace.variables == {"tension": 3}
    assert [step.after for step in trace.steps if step.act == "set"] == ["10", "3"]
    assert acts(trace, "announce") == [("RUS", "2000-02-01")]


def test_a_rule_may_make_something_happen() -> None:
    """`happens` sets off other rules, and `rule:` waits for another rule's act."""
    trace = world("""
  - {id: shock, date: 2000-02-01, kind: shock}
rules:
  - {id: alarm, actor: USA, trigger: {kind: shock}, do: [{happens: alarm}, {set: {tension: {add: 1}}}]}
  - {id: heard, actor: DEU, trigger: {kind: alarm}, do: {act: announce, treaty: pact}}
  - {id: echo, actor: FRA, trigger: {rule: heard}, after: {months: 1}, do: {act: announce, treaty: pact}}
""")
    assert acts(trace, "announce") == [("DEU", "2000-02-01"), ("FRA", "2000-03-01")]


def test_choose_takes_one_option_by_its_share() -> None:
    """Options share one draw in their declared order; what is left of 1 does nothing."""
    more = """
  - {id: shock, date: 2000-02-01, kind: shock}
rules:
  - id: answer
    actor: RUS
    trigger: {kind: shock}
    choose:
      - {id: mild, p: 1/4, do: {act: notify_suspension, treaty: pact}}
      - {id: severe, p: 1/4, do: {act: notify_withdrawal, treaty: pact}}
"""
    program = compile_scenario(load_text(BASE + more, "base"))
    engine = ReferenceEngine(program)
    found = {"mild": 0, "severe": 0, "": 0}
    for number in range(400):
        trace = engine.run(seed=1, replication=number)
        found[next(step.note for step in trace.steps if step.kind == "decision")] += 1
    assert all(abs(found[name] - share) < 45 for name, share in (("mild", 100), ("severe", 100), ("", 200)))


MONTHLY = """
rules:
  - {{id: drift, actor: RUS, trigger: {{every: month}}, when: {{status: pact, of: RUS, is: in_force}}, chance: 1/50,
     noise: {0}, do: {{act: notify_suspension, treaty: pact}}}}
outcomes:
  - {{id: out, when: {{status: pact, of: RUS, is: suspended}}}}
"""


@pytest.mark.parametrize("noise", ["month", "what", "threshold"])
def test_a_hazard_has_the_same_forecast_whatever_names_its_noise(noise: str) -> None:
    """A fresh chance each month and one fate per actor agree on P(out in 60 months) = 1 - (49/50)^60."""
    engine = ReferenceEngine(compile_scenario(load_text(BASE + MONTHLY.format(noise), "base")))
    hits = sum(engine.run(seed=5, replication=number).outcomes["out"].value for number in range(500))
    p = 1 - 0.98**60
    assert abs(hits / 500 - p) < 4 * (p * (1 - p) / 500) ** 0.5


def test_a_lasting_disposition_reads_one_uniform() -> None:
    """With `noise: rule` the same chance asked twice gives the same answer twice."""
    more = """
  - {id: a, date: 2000-02-01, kind: shock}
  - {id: b, date: 2000-03-01, kind: shock}
rules:
  - {id: answer, actor: RUS, trigger: {kind: shock}, chance: p, noise: rule, do: {act: announce, treaty: pact}}
"""
    engine = ReferenceEngine(compile_scenario(load_text(BASE + more, "base")))
    counts = [len(acts(engine.run(seed=2, replication=n), "announce")) for n in range(60)]
    assert set(counts) == {0, 2}


def test_path_noise_draws_afresh_for_another_reason() -> None:
    """With `noise: path` the reaction to the same status depends on the chain that led there; with `what` it does not."""
    more = """
  - {{id: a, date: 2000-02-01, kind: shock}}
rules:
  - {{id: first, actor: RUS, trigger: {{event: a}}, do: {{act: notify_suspension, treaty: pact}}}}
  - {{id: answer, actor: USA, trigger: {{becomes: suspended, treaty: pact, of: RUS}}, chance: 1/2, noise: {0},
      do: {{act: announce, treaty: pact}}}}
branches:
  - {{id: other, drop: [{{event: a}}], add: [{{id: b, date: 2000-02-01, kind: shock,
      acts: [{{act: notify_suspension, treaty: pact, party: RUS}}]}}]}}
"""
    differing = {}
    for noise in ("what", "path"):
        loaded = load_text(BASE + more.format(noise), "base")
        engines = [ReferenceEngine(compile_scenario(loaded, branch=branch)) for branch in (None, "other")]
        pairs = [[len(acts(e.run(seed=1, replication=n), "announce")) for e in engines] for n in range(80)]
        differing[noise] = sum(a != b for a, b in pairs)
    assert differing["what"] == 0
    assert differing["path"] > 20


@pytest.mark.parametrize(
    ("delay", "low", "high"),
    [
        ("{days: 3}", "2000-02-04", "2000-02-04"),
        ("{months: 1}", "2000-03-01", "2000-03-01"),
        ("{years: 1}", "2001-02-01", "2001-02-01"),
        ("{uniform_days: [2, 9]}", "2000-02-03", "2000-02-10"),
        ("{geometric: {p: 1/4}}", "2000-02-02", "2004-12-31"),
        ("{choice: [{days: 0, p: 1/2}, {days: 7, p: 1/2}]}", "2000-02-01", "2000-02-08"),
    ],
)
def test_delays_stay_within_their_span(delay: str, low: str, high: str) -> None:
    """Every kind of delay lands between its first and last day."""
    more = f"""
  - {{id: shock, date: 2000-02-01, kind: shock}}
rules:
  - {{id: answer, actor: RUS, trigger: {{kind: shock}}, after: {delay}, do: {{act: announce, treaty: pact}}}}
"""
    engine = ReferenceEngine(compile_scenario(load_text(BASE + more, "base")))
    days = {day for n in range(60) for _, day in acts(engine.run(seed=1, replication=n), "announce")}
    assert low <= min(days) <= max(days) <= high


def test_what_is_due_beyond_the_horizon_is_said_and_never_done() -> None:
    """A delay that leads out of the period is noted on the decision."""
    trace = world("""
  - {id: shock, date: 2004-12-01, kind: shock}
rules:
  - {id: answer, actor: RUS, trigger: {kind: shock}, after: {days: 90}, do: {act: announce, treaty: pact}}
""")
    assert acts(trace, "announce") == []
    assert "beyond the horizon" in next(step.note for step in trace.steps if step.kind == "decision")


def test_forced_decisions_replace_chance_and_delay() -> None:
    """A branch may make a decision fire or not, for one trigger, one actor, with a fixed delay."""
    more = """
  - {id: a, date: 2000-02-01, kind: shock}
  - {id: b, date: 2000-03-01, kind: shock}
rules:
  - {id: answer, each: west, trigger: {kind: shock}, chance: 1/2, after: {days: 50}, do: {act: announce, treaty: pact}}
branches:
  - {id: only-a, force: [{rule: answer, trigger: a, fires: true, delay_days: 2}, {rule: answer, fires: false}]}
  - {id: only-deu, force: [{rule: answer, actor: DEU, fires: true}, {rule: answer, fires: false}]}
"""
    assert acts(world(more, branch="only-a"), "announce") == [("DEU", "2000-02-03"), ("FRA", "2000-02-03")]
    assert {who for who, _ in acts(world(more, branch="only-deu"), "announce")} == {"DEU"}


def test_a_zero_time_loop_stops_and_names_itself() -> None:
    """Two rules that set each other off on the same day end in a limit that names both."""
    with pytest.raises(LimitError, match=r"2000 steps on 2000-02-01.*ping.*pong|2000 steps on 2000-02-01.*pong.*ping"):
        world("""
  - {id: shock, date: 2000-02-01, kind: shock}
rules:
  - {id: ping, actor: RUS, trigger: [{event: shock}, {rule: pong}], do: {act: announce, treaty: pact}}
  - {id: pong, actor: USA, trigger: {rule: ping}, do: {act: announce, treaty: pact}}
""")


def test_a_forced_status_is_marked_and_must_be_reachable() -> None:
    """`status` sets a status along legal moves, marked forced; one that no moves lead to is an error."""
    more = """
  - {id: shock, date: 2000-02-01, kind: shock}
branches:
  - {id: out, status: [{date: 2000-02-01, treaty: pact, of: RUS, is: withdrawn}]}
"""
    trace = world(more, branch="out")
    assert trace.position("RUS", "pact").status == "withdrawn"  # type: ignore[union-attr]
    assert [step.kind for step in trace.steps if step.after == "withdrawn"] == ["forced"]
    never = more.replace("is: withdrawn", "is: terminated")
    with pytest.raises(ScenarioError, match=r"RUS cannot be terminated under pact"):
        world(never, branch="out")


def test_an_event_with_a_chance_carries_its_acts_only_if_it_happens() -> None:
    """In worlds without the event nothing of what it carries is done."""
    more = """
  - {id: maybe, date: 2000-02-01, kind: shock, probability: 1/2, acts: [{act: notify_suspension, treaty: pact, party: RUS}]}
"""
    engine = ReferenceEngine(compile_scenario(load_text(BASE + more, "base")))
    for number in range(40):
        trace = engine.run(seed=1, replication=number)
        happened = any(step.id == "maybe" for step in trace.steps)
        assert (trace.position("RUS", "pact").status == "suspended") == happened  # type: ignore[union-attr]


def test_a_refused_act_of_a_rule_is_spent_with_its_reason() -> None:
    """A second notice while one is running is refused with basis, and not tried again."""
    trace = world("""
  - {id: a, date: 2000-02-01, kind: shock}
  - {id: b, date: 2000-03-01, kind: shock}
rules:
  - {id: leave, actor: RUS, trigger: {kind: shock}, do: {act: notify_withdrawal, treaty: pact}}
""")
    assert [(one.rule, one.kind) for one in trace.refused] == [("leave", "refused")]
    assert "already running" in trace.refused[0].reason
    assert trace.refused[0].basis.startswith("VCLT 67")


def test_the_order_of_the_file_changes_nothing() -> None:
    """Reversing events and rules in the file gives the same trace: order comes from content."""
    events = """
  - {id: a, date: 2000-02-01, kind: shock}
  - {id: b, date: 2000-02-01, kind: shock}
"""
    rules = [
        "  - {id: one, each: west, trigger: {kind: shock}, chance: 1/2, after: {days: 5}, do: {act: announce, treaty: pact}}\n",
        "  - {id: two, actor: RUS, trigger: {kind: shock}, chance: 1/2, after: {days: 5}, do: {act: notify_suspension, treaty: pact}}\n",
    ]
    lines = [line for line in events.splitlines() if line]
    forward = world(events + "rules:\n" + "".join(rules), seed=4)
    backward = world("\n" + "\n".join(reversed(lines)) + "\nrules:\n" + "".join(reversed(rules)), seed=4)
    assert [step.as_json() for step in forward.steps] == [step.as_json() for step in backward.steps]


def test_an_event_cannot_carry_what_was_done_before_it() -> None:
    """A recorded act of an earlier day would silently never happen; it is an error that names both days."""
    text = """
schema: 1
id: early
title: Early
period: {from: 1990-01-01, to: 2008-12-31}
record: {treaties: [cfe]}
events:
  - {id: late, date: 2008-01-01, kind: x, acts: [{record: cfe.RUS.notify_suspension.2007-07-14}]}
"""
    with pytest.raises(ScenarioError, match=r"late \(2008-01-01\).*2007-07-14"):
        run(load_text(text, "early"))


def test_a_member_that_is_named_twice_decides_once() -> None:
    """A bloc is a set of parties."""
    text = BASE.replace("west: [DEU, FRA]", "west: [FRA, DEU, FRA]")
    rule = "  - {id: e, date: 2000-02-01, kind: e}\nrules: [{id: r, each: west, trigger: {event: e}, do: {set: {tension: {add: 1}}}}]\n"
    trace = run(load_text(text + rule, "base"))
    assert [step.party for step in trace.steps if step.kind == "decision"] == ["DEU", "FRA"]
    assert trace.variables == {"tension": 3}
