"""Causes in a fixed world: pre-emption, ties, blocked acts, and brute force over every freeze on random worlds."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError, ScenarioError
from simulator.explain.causes import Cause, actual_causes, but_for, responsibility
from simulator.explain.sets import minimal_sufficient, rescue_sets
from simulator.explain.world import FixedWorld, Held, Twin
from simulator.noise import KeyedNoise, key_id
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import Decision, Program
from tests.agree.worlds import CASE_1, TREATY, case_9


def world_of(text: str, **more: object) -> FixedWorld:
    return FixedWorld(compile_scenario(load_text(text, "world")), **more)  # type: ignore[arg-type]


def named(causes: tuple[Cause, ...]) -> list[tuple[str, list[str], bool]]:
    return [(" ".join(sorted(c.players)), [held.text for held in c.witness], c.depends_on_tie) for c in causes]


# -- pre-emption and ties ----------------------------------------------------------------------------------------


def test_the_act_that_came_first_is_the_cause() -> None:
    """E2's suspension blocks M's: no but-for cause, E2 the only actual one, with M's effect held undone; no tie."""
    world = world_of(case_9("2000-01-21"))
    assert but_for(world, "lost") == ()
    assert named(actual_causes(world, "lost")) == [("e2", ["what rule rm of RUS at m owes stays undone"], False)]
    assert responsibility(actual_causes(world, "lost")) == {"e2": 1}
    assert rescue_sets(world.players, world.oracle("lost")) == (frozenset({"e2", "m"}),)
    assert minimal_sufficient(world.players, world.oracle("lost")) == (frozenset({"e2"}), frozenset({"m"}))


def test_two_acts_of_one_day_are_a_cause_together_and_flagged() -> None:
    """Without a declared order neither block may be held: E2 and M jointly, half the responsibility each, flagged."""
    world = world_of(case_9("2000-01-16"))
    causes = actual_causes(world, "lost")
    assert named(causes) == [("e2 m", [], True)]
    assert responsibility(causes) == {"e2": Fraction(1, 2), "m": Fraction(1, 2)}
    assert but_for(world, "lost") == ()
    assert world.orders() == ((), ("rule:rm", "rule:re"))
    swapped = world.facts(Twin(order=("rule:rm", "rule:re")))
    assert not swapped.ties
    assert {answer.why: answer.done for answer in swapped.decisions.values()} == {"e2": False, "m": True}


def test_a_declared_order_is_no_tie() -> None:
    """With a priority for M's rule, M alone is the cause and nothing is flagged."""
    text = case_9("2000-01-16").replace("trigger: {event: m}", "trigger: {event: m}\n    priority: 5")
    world = world_of(text)
    assert named(actual_causes(world, "lost")) == [("m", ["what rule re of RUS at e2 owes stays undone"], False)]


def test_rules_and_single_decisions_can_be_causes() -> None:
    """Asked for all kinds, the event, the rule and its decision are each a cause of their own."""
    world = world_of(case_9("2000-01-21"), kinds=("event", "rule", "decision"))
    causes = actual_causes(world, "lost", max_size=1)
    assert [sorted(cause.players) for cause in causes] == [["e2"], ["re/RUS/e2"], ["rule:re"]]
    assert world.by_actor()["RUS"] == ["rule:re", "rule:rm", "re/RUS/e2", "rm/RUS/m"]


SCRIPTED = """
  - {id: a, date: 2000-01-05, kind: quarrel, acts: [{act: notify_withdrawal, treaty: toy, party: RUS}]}
  - {id: b, date: %s, kind: quarrel, acts: [{act: notify_withdrawal, treaty: toy, party: RUS}]}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: [withdrawn, terminated]}}
"""


def test_scripted_acts_block_each_other_too() -> None:
    """While the first notice runs the second is refused: the first is the cause, the second held undone as it was."""
    world = world_of(TREATY % {"to": "2001-01-26"} + SCRIPTED % "2000-01-09")
    assert named(actual_causes(world, "lost")) == [("a", ["act b/toy.RUS.notify_withdrawal stays undone"], False)]
    assert but_for(world, "lost") == ()


def test_scripted_acts_of_one_day_are_swapped() -> None:
    """On the same day neither is first: both together, flagged, after a run in either order."""
    world = world_of(TREATY % {"to": "2001-01-26"} + SCRIPTED % "2000-01-05")
    assert named(actual_causes(world, "lost")) == [("a b", [], True)]
    (order,) = world.orders()[1:]
    assert world.facts(Twin(order=order)).acts ^ world.actual.acts == {
        "a/toy.RUS.notify_withdrawal",
        "b/toy.RUS.notify_withdrawal",
    }


def test_a_tie_elsewhere_flags_nothing() -> None:
    """Two tied notices of the other party leave the claim about the first one unflagged."""
    quarrel = "kind: quarrel, acts: [{act: notify_withdrawal, treaty: toy, party: USA}]}\n"
    tied = f"  - {{id: y, date: 2000-01-13, {quarrel}  - {{id: z, date: 2000-01-13, {quarrel}"
    world = world_of(case_9("2000-01-21").replace("rules:", tied + "rules:", 1))
    assert len(world.orders()) == 2
    expected = [("e2", ["what rule rm of RUS at m owes stays undone"], False)]
    assert named(actual_causes(world, "lost", max_size=1)) == expected


def test_acts_of_one_rule_cannot_be_swapped_and_are_flagged() -> None:
    """Two answers of one rule fall due on one day: neither may be held undone, and the claim carries the flag."""
    text = case_9("2000-01-16").replace("trigger: {event: m}", "trigger: {event: none}")
    text = text.replace("trigger: {event: e2}", "trigger: [{event: e2}, {event: m}]").replace(
        "rules:", "  - {id: none, date: 2000-01-25, kind: quiet}\nrules:", 1
    )
    world = world_of(text)
    assert len(world.stuck()) == 2
    assert named(actual_causes(world, "lost")) == [("e2 m", [], True)]


# -- the model ---------------------------------------------------------------------------------------------------


def test_dropping_one_event_leaves_every_other_answer_as_it_was() -> None:
    """In sampled worlds, decisions that the twin shares with the world are answered alike."""
    program = compile_scenario(load_text(CASE_1, "toy"))
    for seed in range(60):
        world = FixedWorld(program, KeyedNoise(seed))
        twin = world.facts(Twin(frozenset({"e1"})))
        shared = twin.decisions.keys() & world.actual.decisions.keys()
        assert all(twin.decisions[key].same(world.actual.decisions[key]) for key in shared)
        assert twin.events == world.actual.events - {"e1"}


def test_a_single_decision_can_be_taken_away() -> None:
    """Dropping a decision is the branch that forces it not to fire."""
    world = world_of(case_9("2000-01-21"), kinds=("decision",))
    assert list(world.players) == ["re/RUS/e2", "rm/RUS/m"]
    assert world.holds("lost", {"rm/RUS/m"})
    assert not world.holds("lost", ())
    assert world.value("lost", frozenset()) == 0
    forced = world.edited(Twin(frozenset({"re/RUS/e2"}))).decisions
    rules = world.program.names.rules
    assert forced == (Decision(rules.index("re"), 0, key_id("event:e2"), 0, False, 0, -1),)


def test_what_did_not_come_about_has_no_causes() -> None:
    """Without the outcome there is neither a but-for nor an actual cause."""
    world = world_of(case_9("2000-01-21").replace("is: suspended}}\n", "is: withdrawn}}\n"))
    assert not world.came_about("lost")
    assert (but_for(world, "lost"), actual_causes(world, "lost")) == ((), ())


def test_unknown_names_and_a_spent_budget_are_errors() -> None:
    """An unknown outcome or player names the nearest or the known ones; the budget says what to do."""
    world = world_of(case_9("2000-01-21"))
    with pytest.raises(ScenarioError, match=r"no outcome 'lots'.*lost"):
        but_for(world, "lots")
    with pytest.raises(ScenarioError, match="'e3' did not happen in this world"):
        world.holds("lost", {"e3"})
    with pytest.raises(ScenarioError, match="'e3'"):
        world_of(case_9("2000-01-21"), players=["e3"])
    with pytest.raises(LimitError, match=r"2 runs of edited worlds.*raise the budget"):
        actual_causes(world_of(case_9("2000-01-21"), budget=2), "lost")


def test_the_background_is_no_player_unless_named() -> None:
    """The treaty's birth lies before the period: no player by default, a but-for cause if it is asked about."""
    assert "birth" not in world_of(case_9("2000-01-21")).players
    world = world_of(case_9("2000-01-21"), players=["birth", "e2"])
    assert [sorted(cause.players) for cause in but_for(world, "lost")] == [["birth"]]


# -- brute force -------------------------------------------------------------------------------------------------

# Random worlds of variables: events set them off balance, and each rule answers one event, on a day of its own.
EVENTS, RULES, VARIABLES = 3, 3, 3
CONDITION = st.tuples(st.integers(0, VARIABLES - 1), st.booleans())
CHANGE = st.tuples(st.integers(0, VARIABLES - 1), st.sampled_from([-1, 1]))


def _condition(spec: tuple[int, bool]) -> str:
    variable, up = spec
    return f"{{variable: x{variable}, {'at_least: 1' if up else 'at_most: 0'}}}"


@st.composite
def worlds(draw: st.DrawFn) -> str:
    """The text of a scenario with three events, three rules and three variables."""
    start = draw(st.lists(st.integers(0, 1), min_size=VARIABLES, max_size=VARIABLES))
    lines = [TREATY.replace("events:", "variables:\n%(variables)sevents:")]
    for number in range(EVENTS):
        variable, by = draw(CHANGE)
        lines.append(
            f"  - {{id: e{number}, date: 2000-01-0{number + 2}, kind: k, set: {{x{variable}: {{add: {by}}}}}}}"
        )
    lines.append("rules:")
    for number, late in enumerate(draw(st.permutations(range(RULES)))):
        event, (variable, by) = draw(st.integers(0, EVENTS - 1)), draw(CHANGE)
        lines += [
            f"  - id: r{number}\n    actor: RUS\n    trigger: {{event: e{event}}}",
            f"    after: {{days: {10 + 3 * late - event}}}",
            f"    do: {{set: {{x{variable}: {{add: {by}}}}}}}",
        ]
        if draw(st.booleans()):
            lines.append(f"    chance: [{{when: {_condition(draw(CONDITION))}, p: 1}}, {{p: 0}}]")
        if draw(st.booleans()):
            lines.append(f"    still: {_condition(draw(CONDITION))}")
    lines.append(f"outcomes:\n  - {{id: lost, on: 2000-01-25, when: {_condition(draw(CONDITION))}}}\n")
    variables = "".join(f"  x{number}: {{start: {one}, min: 0, max: 3}}\n" for number, one in enumerate(start))
    return "\n".join(lines) % {"to": "2000-01-26", "variables": variables}


def _holds(program: Program, dropped: tuple[str, ...], held: tuple[Decision, ...]) -> bool:
    events = tuple(event for event in program.events if event.id not in dropped)
    edited = dataclasses.replace(program, events=events, decisions=held)
    return ReferenceEngine(edited).run(KeyedNoise(1)).outcomes["lost"].value


def _freezes(program: Program, trace: Trace) -> list[list[Decision]]:
    """For each rule, the ways to hold it at what it actually was: as it answered, or its act undone."""
    found = []
    days = {event.code: event for event in program.events}
    for rule in program.rules:
        event = days[rule.triggers[0].code]
        undone = Decision(rule.code, 0, event.key, 0, False, 0, -1)
        answered = Decision(rule.code, 0, event.key, 0, True, 0, rule.delay.points[0])
        fired = any(s.kind == "decision" and s.rule == rule.id and s.after == "fires" for s in trace.steps)
        done = any(s.kind == "effect" and s.rule == rule.id for s in trace.steps)
        found.append(([answered] if fired else []) + ([] if done else [undone]))
    return found


def _brute(program: Program) -> set[frozenset[str]]:
    """Every minimal set of events that some combination of freezes shows to be a cause."""
    trace = ReferenceEngine(program).run(KeyedNoise(1))
    if not trace.outcomes["lost"].value:
        return set()
    choices = list(itertools.product(*([None, *ways] for ways in _freezes(program, trace))))
    names = [event.id for event in program.events if event.id != "birth"]
    found: set[frozenset[str]] = set()
    for size in range(1, len(names) + 1):
        for dropped in itertools.combinations(names, size):
            if any(one <= set(dropped) for one in found):
                continue
            if not all(_holds(program, dropped, tuple(d for d in held if d is not None)) for held in choices):
                found.add(frozenset(dropped))
    return found


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_actual_causes_are_those_of_brute_force(text: str) -> None:
    """On random worlds the search finds exactly the causes that trying every freeze finds; each witness shows it."""
    program = compile_scenario(load_text(text, "random"))
    world = FixedWorld(program, KeyedNoise(1))
    causes = actual_causes(world, "lost")
    assert {cause.players for cause in causes} == _brute(program)
    for cause in causes:
        assert not world.facts(Twin(cause.players, frozenset(cause.witness))).outcomes["lost"]
    assert {c.players for c in but_for(world, "lost")} <= {c.players for c in causes}


def test_a_decision_held_as_it_fired_can_be_the_witness() -> None:
    """E0 did the harm and put the guard on watch that undid E1's; to see it, the guard must be held as it fired."""
    text = TREATY.replace(
        "events:", "variables: {x: {min: 0, max: 1}, y: {min: 0, max: 1}, z: {min: 0, max: 1}}\nevents:"
    )
    world = world_of(
        text % {"to": "2000-01-26"}
        + """
  - {id: e0, date: 2000-01-02, kind: k, set: {z: 1, y: 1}}
  - {id: e1, date: 2000-01-03, kind: k, set: {x: 1}}
rules:
  - {id: guard, actor: USA, trigger: {event: e1}, chance: [{when: {variable: y, at_least: 1}, p: 1}, {p: 0}],
     after: {days: 2}, do: {set: {x: 0}}}
outcomes:
  - {id: lost, on: 2000-01-25, when: {any: [{variable: x, at_least: 1}, {variable: z, at_least: 1}]}}
"""
    )
    assert but_for(world, "lost") == ()
    witness = ["rule guard of USA at e1 fires after 2 days, as it did"]
    assert named(actual_causes(world, "lost")) == [("e0", witness, False)]


def test_what_stays_undone_outranks_how_it_was_answered() -> None:
    """A decision held as it was answered and with its act undone owes nothing."""
    world = world_of(case_9("2000-01-21"))
    ((key, answer),) = [(k, a) for k, a in world.actual.decisions.items() if a.why == "m"]
    both = Twin(held=frozenset({Held(key, "", answer), Held(key, "", None)}))
    assert [one.fires for one in world.edited(both).decisions] == [False, True]
    assert world.facts(both).decisions[key].fires is False


def test_a_tie_that_only_the_edited_world_has_counts() -> None:
    """Without E0 two suspensions fall on one day, and the first blocks the other; which it is decides."""
    world = world_of(
        TREATY % {"to": "2000-01-26"}
        + """
  - {id: e0, date: 2000-01-05, kind: k, acts: [{act: notify_suspension, treaty: toy, party: RUS}]}
  - {id: e1, date: 2000-01-10, kind: k}
rules:
  - {id: a-usa, actor: USA, trigger: {event: e1}, after: {days: 5}, still: {status: toy, of: RUS, is: in_force},
     do: {act: notify_suspension, treaty: toy}}
  - {id: b-rus, actor: RUS, trigger: {event: e1}, after: {days: 5},
     still: {all: [{status: toy, of: USA, is: in_force}, {status: toy, of: RUS, is: in_force}]},
     do: {act: notify_suspension, treaty: toy}}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}}
"""
    )
    assert world.orders() == ((),)
    assert named(but_for(world, "lost")) == [("e0", [], True)]
    witness = ["what rule b-rus of RUS at e1 owes stays undone"]
    assert named(actual_causes(world, "lost", max_size=1)) == [("e0", witness, False)]


def test_a_shipped_scenario_is_explained_in_line_with_its_rescues() -> None:
    """On the end of CFE: what averts an outcome alone is a but-for and an actual cause; sets agree with the reruns."""
    from simulator.api import load

    world = FixedWorld(compile_scenario(load("cfe-endgame")))
    outcome = "cfe-lost-2007"
    assert world.came_about(outcome)
    single = set(rescue_sets(world.players, world.oracle(outcome), 1))
    assert single == {cause.players for cause in but_for(world, outcome)}
    causes = actual_causes(world, outcome, max_size=1)
    assert single <= {cause.players for cause in causes}
    assert causes
    for cause in causes:
        assert not world.facts(Twin(cause.players, frozenset(cause.witness))).outcomes[outcome]
