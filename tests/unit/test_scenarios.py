"""The shipped scenarios: assumptions with sources, a record that replays, and rules that can produce the record."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest

from simulator.engine.reference import ReferenceEngine
from simulator.law.lifecycle import STATEMENTS
from simulator.law.record import record
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.edits import edits_of
from simulator.scenario.jsonschema import scenario_json_schema
from simulator.scenario.load import Loaded, load_scenario, load_text
from simulator.scenario.rules import Rule
from simulator.scenario.schema import ActSpec
from simulator.scenario.script import selects
from simulator.scenario.sentences import rule_sentence
from simulator.scenario.shipped import list_shipped
from tests.unit.scenario_histories import HISTORY as LIBRARY_HISTORY

SHIPPED = dict(list_shipped())
IDS = sorted(SHIPPED)
SEEDS = range(1, 61)
FEW = range(1, 9)
FIRST_LINE = "# yaml-language-server: $schema=../schema/scenario.schema.json"
ASSUMPTION = "Assumption of the scenario, not a finding"

each_scenario = pytest.mark.parametrize("name", IDS)
each_branch = pytest.mark.parametrize(
    ("name", "branch"),
    [(name, branch.id) for name in IDS for branch in load_scenario(SHIPPED[name]).scenario.branches],
)


@cache
def loaded(name: str) -> Loaded:
    return load_scenario(SHIPPED[name])


@cache
def engine(name: str, branch: str | None = None, mode: str = "simulate") -> ReferenceEngine:
    return ReferenceEngine(compile_scenario(loaded(name), mode=mode, branch=branch))


@cache
def simulated(name: str, branch: str | None, seed: int) -> Trace:
    return engine(name, branch).run(seed=seed)


def actions_of(rule: Rule) -> list[Any]:
    return [*rule.do, *(action for option in rule.choose for action in option.do)]


def test_the_four_scenarios_are_shipped() -> None:
    """The scenarios that documentation and notebooks name are there."""
    assert {"cfe-endgame", "ctbt-deratification", "inf-endgame", "open-skies-exit"} <= set(IDS)


# --- the file -----------------------------------------------------------------------------------------------------


@each_scenario
def test_the_file_says_what_it_is(name: str) -> None:
    """Editors find the schema; the file has a question, a summary, outcomes, branches and expectations."""
    scenario = loaded(name).scenario
    assert SHIPPED[name].read_text(encoding="utf-8").splitlines()[0] == FIRST_LINE
    assert scenario.id == name
    assert scenario.question
    assert scenario.question.endswith("?")
    assert scenario.summary
    assert scenario.outcomes
    assert len(scenario.branches) >= 2
    assert len(scenario.expect) >= 6
    assert all(one.title for part in (scenario.rules, scenario.outcomes, scenario.branches) for one in part)


@each_scenario
def test_the_schema_for_editors_accepts_it(name: str) -> None:
    """What loads is not underlined in red."""
    jsonschema.validate(loaded(name).data, scenario_json_schema())


@each_scenario
def test_parameters_are_marked_as_assumptions(name: str) -> None:
    """Nobody may take a probability for a finding; each has a range to be varied in, and is used."""
    text = SHIPPED[name].read_text(encoding="utf-8")
    for key, parameter in loaded(name).scenario.parameters.items():
        assert parameter.range is not None, key
        assert parameter.note is not None, key
        assert parameter.note.startswith(ASSUMPTION), key
        assert f"p: {key}" in text or f"chance: {key}" in text, key


@each_scenario
def test_rules_say_why(name: str) -> None:
    """Every rule names its theory and its sources; every source is cited by something."""
    scenario = loaded(name).scenario
    cited = {
        source for part in (scenario.rules, scenario.events, scenario.expect) for one in part for source in one.source
    }
    cited |= {source for one in scenario.parameters.values() for source in one.source}
    cited |= {source for branch in scenario.branches for event in branch.add for source in event.source}
    for rule in scenario.rules:
        assert rule.theory, rule.id
        assert rule.source, rule.id
    assert {source.id for source in scenario.sources} == cited


@each_scenario
def test_history_stays_in_the_record(name: str) -> None:
    """A scenario dates nothing that happened; only what a branch supposes has a day of its own."""
    assert [event.id for event in loaded(name).scenario.events if event.from_record is None] == []


@each_scenario
def test_rules_read_as_english(name: str) -> None:
    """One sentence for each rule, with a capital and a full stop, and no leftover of a data structure."""
    for rule in loaded(name).scenario.rules:
        sentence = rule_sentence(rule)
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert len(sentence) < 700, sentence
        assert not any(mark in sentence for mark in ("None", "{", "[", "'", "  ")), sentence


# --- the record ---------------------------------------------------------------------------------------------------


@each_scenario
def test_the_record_replays(name: str) -> None:
    """No recorded act is refused, no order of a day is undeclared, and every expectation holds."""
    trace = engine(name, None, "replay").run()
    assert [one.as_json() for one in trace.refused] == []
    assert trace.ties == []
    assert [check for check in trace.checks if not check.ok] == []
    assert len(trace.checks) == len(loaded(name).scenario.expect)


@each_scenario
def test_explained_acts_are_taken_out(name: str) -> None:
    """What a rule stands for is not scripted as well; what it cannot do itself are steps beside an act that it can."""
    scenario, program = loaded(name).scenario, engine(name).program
    acts = {act.id: act for treaty in scenario.record.treaties for act in record(treaty)}
    explained = {one for rule in scenario.rules for selector in rule.explains for one in acts if selects(selector, one)}
    assert explained
    assert set(program.taken_out) == explained
    assert not explained & {act.id for act in program.acts}
    for rule in scenario.rules:
        bloc = scenario.parties.blocs.get(rule.who)
        members = bloc.members if bloc is not None else (rule.who,)
        does = {(one.act, one.treaty) for one in actions_of(rule) if isinstance(one, ActSpec)}
        meant = [acts[one] for selector in rule.explains for one in acts if selects(selector, one)]
        able = [act for act in meant if (act.act, act.treaty) in does]
        assert able or not meant, f"{rule.id} can do nothing of what it explains"
        for act in meant:
            assert act in able or act.act in STATEMENTS, f"{rule.id} cannot do {act.id}"
            # A step of an organ of the treaty (a conference, a common statement) is nobody's own.
            assert members is None or act.party in members or act.party == "*", f"{rule.id} cannot do {act.id}"
            assert any(act.treaty == one.treaty for one in able), f"{act.id} is no step beside an act of {rule.id}"


# Decisions with which a simulation repeats the record; the first that fits a decision counts.
NO = {"fires": False}
ALLIES = {"CAN": 0, "CZE": 0, "DEU": 0, "DNK": 0, "GBR": 0, "ITA": 21, "NOR": 20, "POL": 142, "TUR": 150, "USA": 0}
HISTORY: dict[str, list[dict[str, Any]]] = {
    "cfe-endgame": [
        {"rule": "moratorium", "trigger": "enlargement-2004", "fires": True, "delay_days": 1202},
        {"rule": "moratorium"} | NO,
        {"rule": "counter-deployment"} | NO,
        {"rule": "countermeasure-decision", "fires": True, "delay_days": 1592},
        {"rule": "countermeasure", "actor": "GEO", "fires": True, "delay_days": 7},
        {"rule": "countermeasure", "fires": True, "delay_days": 0},
        {"rule": "jcg-exit", "fires": True, "delay_days": 344},
        {"rule": "withdrawal", "trigger": "finland-nato", "fires": True, "delay_days": 66},
        {"rule": "withdrawal"} | NO,
        *({"rule": "allied-suspension", "actor": a, "fires": True, "delay_days": d} for a, d in ALLIES.items()),
        {"rule": "allied-suspension"} | NO,
        {"rule": "belarus-pairwise", "fires": True, "delay_days": 213},
        {"rule": "polish-objection", "fires": True, "delay_days": 29},
        {"rule": "belarus-suspension", "fires": True, "delay_days": 218},
    ],
    "inf-endgame": [
        {"rule": "breach-declaration", "fires": True, "delay_days": 1589},
        {"rule": "settlement"} | NO,
        {"rule": "us-answer", "fires": True, "outcome": "leave", "delay_days": 60},
        {"rule": "strategic-exit"} | NO,
        {"rule": "russian-mirror", "fires": True, "delay_days": 30},
        {"rule": "russian-exit"} | NO,
    ],
    "open-skies-exit": [
        {"rule": "assurances"} | NO,
        {"rule": "russian-exit", "fires": True, "delay_days": 208},
        {"rule": "us-return"} | NO,
        {"rule": "belarus-follows"} | NO,
    ],
    "ctbt-deratification": [
        {"rule": "parity"} | NO,
        {"rule": "signal", "trigger": "new-start-suspension", "fires": True, "delay_days": 255},
        {"rule": "signal"} | NO,
        {"rule": "us-ratification"} | NO,
        {"rule": "us-disclaims"} | NO,
    ],
}


def done(trace: Trace, without: frozenset[str] = frozenset()) -> list[tuple[int, str, str, str]]:
    """Return what was done, without what followed in law and without the reasons; `without` leaves ids out."""
    deeds = ("act", "claim", "statement")
    return sorted((s.day, s.act, s.party, s.treaty) for s in trace.steps if s.kind in deeds and s.id not in without)


def steps_beside(name: str) -> frozenset[str]:
    """The announcements and domestic steps of a scenario that belong to a rule's act, and that no rule does itself."""
    does = {
        (one.act, one.treaty) for rule in loaded(name).scenario.rules for one in actions_of(rule) if hasattr(one, "act")
    }
    parts = {one: one.split(".") for one in engine(name).program.taken_out}
    return frozenset(
        one for one, (treaty, _, act, _) in parts.items() if act in STATEMENTS and (act, treaty) not in does
    )


HISTORY |= LIBRARY_HISTORY


@pytest.mark.parametrize("name", sorted(HISTORY))
def test_the_rules_can_produce_the_record(name: str) -> None:
    """With the right decisions the simulation does what was done, to the day: history is possible in the model.

    The steps beside an act (a decree, a debate in parliament) are left out with it and done by nobody.
    """
    data = json.loads(json.dumps(loaded(name).data))
    data["branches"] = [{"id": "history", "force": HISTORY[name]}]
    program = compile_scenario(load_text(json.dumps(data), name), mode="simulate", branch="history")
    repeated, original = ReferenceEngine(program).run(seed=1), engine(name, None, "replay").run()
    assert done(repeated) == done(original, steps_beside(name))
    assert {one: answer.value for one, answer in repeated.outcomes.items()} == {
        one: answer.value for one, answer in original.outcomes.items()
    }


@pytest.mark.parametrize("name", sorted(HISTORY))
def test_the_delays_allow_the_record(name: str) -> None:
    """A delay that history took is one that the rule can draw; a forced decision alone would not show it."""
    rules = {rule.id: rule for rule in engine(name).program.rules}
    for decision in HISTORY[name]:
        if "delay_days" in decision:
            delay = rules[decision["rule"]].delay
            assert decision["delay_days"] in delay.points, decision


# --- other worlds -------------------------------------------------------------------------------------------------


@each_scenario
def test_the_question_is_open(name: str) -> None:
    """The first outcome is neither certain nor impossible, so that there is something to explain."""
    key = loaded(name).scenario.outcomes[0].id
    hits = sum(simulated(name, None, seed).outcomes[key].value for seed in SEEDS)
    assert 0 < hits < len(SEEDS)


@each_branch
def test_branches_run(name: str, branch: str) -> None:
    """Every branch replays and simulates; what is refused says why and on which basis; edits read as sentences."""
    edit = next(one for one in loaded(name).scenario.branches if one.id == branch)
    traces = [engine(name, branch, "replay").run(), *(simulated(name, branch, seed) for seed in FEW)]
    for one in (one for trace in traces for one in trace.refused):
        assert one.reason, one
        assert one.basis, one
        assert one.kind in ("refused", "outdated"), one
    for sentence in (one.sentence() for one in edits_of(edit)):
        assert sentence.endswith("."), sentence
        assert "'" not in sentence, sentence


@each_branch
def test_branches_make_a_difference(name: str, branch: str) -> None:
    """A branch changes an act or an outcome in one of sixty histories; nothing is offered that has no effect."""

    def differs(seed: int) -> bool:
        ours, base = simulated(name, branch, seed), simulated(name, None, seed)
        return done(ours) != done(base) or ours.outcomes != base.outcomes

    assert any(map(differs, SEEDS))


@each_branch
def test_worlds_part_on_the_day_of_the_edit(name: str, branch: str) -> None:
    """Where a branch edits only what happens, two worlds with one seed are the same until then."""
    edit = next(one for one in loaded(name).scenario.branches if one.id == branch)
    if {one.section for one in edits_of(edit)} - {"drop", "move", "add"}:
        return
    ours, base = engine(name, branch).program, engine(name).program
    changed = {(one.id, one.day) for one in (*ours.acts, *ours.events)} ^ {
        (one.id, one.day) for one in (*base.acts, *base.events)
    }
    first = min(day for _, day in changed)
    for seed in FEW:
        before = [[one for one in done(simulated(name, which, seed)) if one[0] < first] for which in (branch, None)]
        assert before[0] == before[1]


def test_a_world_without_the_notice_shows_no_decree() -> None:
    """What prepares a notice is left out with it; the record still has it."""
    beside = {one for one in steps_beside("cfe-endgame") if one.startswith("cfe.RUS.domestic_step.2023")}
    assert len(beside) >= 4
    assert beside <= {step.id for step in engine("cfe-endgame", None, "replay").run().steps}
    calm = ReferenceEngine(compile_scenario(loaded("cfe-endgame"), branch={"id": "calm", "off": ["withdrawal"]}))
    assert not beside & {step.id for step in calm.run(seed=1).steps}
