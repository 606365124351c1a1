"""Branches joined, branches of one's own, and edits that come to nothing or that the law does not allow."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import simulator as ts
from simulator.errors import EngineError, ScenarioError
from simulator.scenario.branches import Branch
from simulator.scenario.compile import compile_scenario, find_branch
from simulator.scenario.composition import compose_branches
from simulator.scenario.edits import Edit, edits_of
from simulator.scenario.load import load_scenario
from tests.unit.test_edits import BRANCHES

# --- joined branches ----------------------------------------------------------------------------------------------


def branch(**sections: Any) -> Branch:
    """A branch with these sections."""
    return Branch.model_validate({"id": "b"} | sections)


def keys(edits: tuple[Edit, ...]) -> list[str]:
    """Edits as sorted text, to compare them without their order."""
    return sorted(json.dumps([edit.section, edit.item()], sort_keys=True) for edit in edits)


def test_joined_branches_have_the_edits_of_all() -> None:
    """Each edit once, whatever the order of the branches; readings and clauses are joined below the top."""
    one = branch(
        id="one",
        title="One",
        drop=[{"event": "bases"}],
        chance={"answer": "1/2"},
        clauses={"cfe": {"withdrawal": {"notice": {"clear_days": 365}}}},
        view={"name": "objector", "overrides": {"D3": "bilateral"}},
    )
    two = branch(
        id="two",
        drop=[{"event": "bases"}, {"event": "fair"}],
        off=["slow"],
        clauses={"cfe": {"withdrawal": {"lock_in": {"years": 3}}, "duration": {"years": 20}}},
        view={"name": "objector", "overrides": {"D1": "breach"}},
    )
    joined, swapped = compose_branches(one, two), compose_branches(two, one, id="x", title="X")
    assert (joined.id, joined.title, swapped.id, swapped.title) == ("one-and-two", "One", "x", "X")
    assert [target.event for target in joined.drop] == ["bases", "fair"]
    notice = {"notice": {"clear_days": 365}, "lock_in": {"years": 3}}
    assert joined.clauses == {"cfe": {"withdrawal": notice, "duration": {"years": 20}}}
    assert joined.view is not None
    assert joined.view.overrides == {"D3": "bilateral", "D1": "breach"}
    assert keys(edits_of(joined)) == keys(edits_of(swapped))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BRANCHES, BRANCHES)
def test_joining_loses_nothing_or_says_why(one: dict[str, Any], two: dict[str, Any]) -> None:
    """A joined branch joined with its parts is itself; a refusal does not depend on the order."""
    first, second = Branch.model_validate(one), Branch.model_validate(two)
    try:
        joined = compose_branches(first, second, id="joined", title="T")
    except ScenarioError as error:
        assert {problem.code for problem in error.diagnostics} == {"TS313"}
        with pytest.raises(ScenarioError):
            compose_branches(second, first)
        return
    assert compose_branches(joined, first, second, id="joined", title="T") == joined
    assert keys(edits_of(joined)) == keys(edits_of(compose_branches(second, first)))


CONTRADICTIONS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"drop": [{"event": "a"}]}, {"move": [{"event": "a", "by_days": 1}]}, "event 'a' is dropped and moved"),
    ({"move": [{"event": "a", "to": "2000-01-01"}]}, {"move": [{"event": "a", "by_days": 1}]}, "moved twice"),
    ({"off": ["r"]}, {"force": [{"rule": "r", "fires": True}]}, "'r' is switched off and edited"),
    ({"off": ["r"]}, {"chance": {"r": "1/2"}}, "'r' is switched off and edited"),
    ({"chance": {"r": "1/3"}}, {"chance": {"r": "1/2"}}, "chance of rule 'r' is given two values"),
    ({"delay": {"r": {"days": 1}}}, {"delay": {"r": {"months": 1}}}, "delay of rule 'r' is given two values"),
    ({"parameters": {"p": "1/3"}}, {"parameters": {"p": "1/2"}}, "parameter 'p' is given two values"),
    ({"view": "strict"}, {"view": "objector"}, "the view is given two values"),
    (
        {"clauses": {"cfe": {"withdrawal": {"notice": {"months": 1}}}}},
        {"clauses": {"cfe": {"withdrawal": {"notice": {"months": 2}}}}},
        "clause withdrawal.notice.months of cfe is given two values",
    ),
    (
        {"clauses": {"cfe": {"withdrawal": None}}},
        {"clauses": {"cfe": {"withdrawal": {"notice": {"months": 2}}}}},
        "clause withdrawal of cfe is replaced as a whole and changed in part",
    ),
    (
        {"add": [{"id": "a", "date": "2000-01-01", "kind": "k"}]},
        {"add": [{"id": "a", "date": "2001-01-01", "kind": "k"}]},
        "event 'a' is given two values",
    ),
    (
        {"force": [{"rule": "r", "fires": True, "trigger": "a"}]},
        {"force": [{"rule": "r", "fires": False, "trigger": "a"}]},
        "forced in two ways at a",
    ),
    (
        {"status": [{"date": "2000-01-01", "treaty": "cfe", "of": "RUS", "is": "suspended"}]},
        {"status": [{"date": "2000-01-01", "treaty": "cfe", "of": "RUS", "is": "withdrawn"}]},
        "RUS is set to suspended and to withdrawn under cfe on 2000-01-01",
    ),
]


@pytest.mark.parametrize(("one", "two", "words"), CONTRADICTIONS)
def test_contradictions_are_refused_with_both_branches(one: dict[str, Any], two: dict[str, Any], words: str) -> None:
    """The message says what excludes what, and which branches say so."""
    with pytest.raises(ScenarioError) as caught:
        compose_branches(branch(**{"id": "left"} | one), branch(**{"id": "right"} | two))
    (problem,) = caught.value.diagnostics
    assert problem.code == "TS313"
    assert words in problem.message
    assert "left and right" in problem.message


def test_nothing_to_join_is_an_error() -> None:
    """Nobody means an edit that is none; and a name that is too long says what to do."""
    with pytest.raises(ScenarioError, match="no branch is given"):
        compose_branches()
    with pytest.raises(ScenarioError, match="id="):
        compose_branches(branch(), id="Not An Id")


def test_shipped_branches_can_be_joined() -> None:
    """Two branches of a file make a third one that runs as if the file had it."""
    loaded = load_scenario("cfe-endgame")
    parts = [find_branch(loaded.scenario, name) for name in ("no-2004", "no-missile-defence", "longer-notice")]
    joined = compose_branches(*(part for part in parts if part is not None))
    trace = ts.run(loaded, branch=joined)
    assert trace.branch == "no-2004-and-no-missile-defence-and-longer-notice"
    assert not {"enlargement-2004", "deveselu"} & {step.id for step in trace.steps}


# --- branches of one's own ----------------------------------------------------------------------------------------


def test_a_branch_of_ones_own_runs_like_one_of_the_file() -> None:
    """As a mapping or a value, with Python's dates and fractions, it gives the same run; the file's own is itself."""
    loaded = load_scenario("cfe-endgame")
    mine = {"id": "mine", "drop": [{"event": "enlargement-2004"}]}
    own, given = ts.run(loaded, seed=5, branch=mine), ts.run(loaded, seed=5, branch=Branch.model_validate(mine))
    theirs = ts.run(loaded, seed=5, branch="no-2004")
    assert own.branch == "mine"
    assert [step.as_json() for step in own.steps] == [step.as_json() for step in theirs.steps]
    assert [step.as_json() for step in given.steps] == [step.as_json() for step in theirs.steps]
    exact = {"id": "x", "chance": {"withdrawal": Fraction(1, 3)}}
    moved = {"id": "y", "move": ({"event": "enlargement-2004", "to": dt.date(2005, 1, 1)},)}
    assert find_branch(loaded.scenario, exact) == branch(id="x", chance={"withdrawal": "1/3"})
    assert ts.replay(loaded, branch=moved).branch == "y"
    assert find_branch(loaded.scenario, loaded.scenario.branches[0]) is loaded.scenario.branches[0]


def test_another_content_is_another_program() -> None:
    """The digest names what was run, so two edits of one id are not mistaken for each other."""
    loaded = load_scenario("cfe-endgame")
    one, two = ({"id": "x", "drop": [{"event": event}]} for event in ("enlargement-2004", "deveselu"))
    assert compile_scenario(loaded, branch=one).digest != compile_scenario(loaded, branch=two).digest
    assert compile_scenario(loaded, branch=one).digest == compile_scenario(loaded, branch=dict(one)).digest


WRONG: list[tuple[Any, str, str]] = [
    ({"id": "x", "drop": [{"event": "enlargement-20004"}]}, "TS207", "did you mean 'enlargement-2004'?"),
    ({"id": "x", "off": ["moratorum"]}, "TS208", "did you mean 'moratorium'?"),
    ({"id": "x", "parameters": {"p_enlargment": 1}}, "TS206", "did you mean 'p_enlargement'?"),
    ({"id": "x", "dorp": []}, "TS101", "did you mean 'drop'?"),
    ({"id": "no-2004", "off": ["moratorium"]}, "TS301", "used twice"),
    ({"id": "x", "drop": [{"event": "invasion-ukraine"}]}, "TS317", "drop 'finland-nato' too"),
    ({"off": ["moratorium"]}, "TS102", "'id' is missing"),
]


@pytest.mark.parametrize(("given", "code", "words"), WRONG)
def test_a_branch_of_ones_own_is_checked_like_one_of_the_file(given: Any, code: str, words: str) -> None:
    """The same codes and hints, with the line of the branch; by the scenario alone, too."""
    loaded = load_scenario("cfe-endgame")
    for attempt in (lambda: ts.run(loaded, branch=given), lambda: find_branch(loaded.scenario, given)):
        with pytest.raises(ScenarioError) as caught:
            attempt()
        problem = caught.value.diagnostics[0]
        assert (problem.code, problem.file) == (code, "<branch>")
        assert problem.line >= 1
        assert words in str(problem)


@pytest.mark.parametrize("given", [3, ["no-2004"], {"id": object()}, {"id": "x", "parameters": {"p": float("nan")}}])
def test_what_is_no_branch_is_refused(given: Any) -> None:
    """No stack trace of a serializer: the message says what a branch is."""
    with pytest.raises(ScenarioError, match="a branch is its id, a Branch, or a mapping"):
        ts.run("cfe-endgame", branch=given)


# --- edits that come to nothing, or that the law does not allow -----------------------------------------------------


def test_of_two_forces_the_one_that_names_more_counts() -> None:
    """Whatever their order: an engine takes the first that fits."""
    loaded = load_scenario("cfe-endgame")
    forces = [
        {"rule": "moratorium", "fires": False},
        {"rule": "moratorium", "trigger": "enlargement-2004", "fires": True},
    ]
    for order in (forces, forces[::-1]):
        program = compile_scenario(loaded, branch={"id": "x", "force": order})
        assert [decision.fires for decision in program.decisions] == [True, False]


def test_what_comes_after_the_end_is_said() -> None:
    """A forced delay beyond the period does nothing, and the run says so; a move beyond it is refused."""
    late = {"rule": "moratorium", "trigger": "enlargement-2004", "fires": True, "delay_days": 9000}
    moved = [{"event": "deveselu", "to": "2030-01-01"}]
    said = ts.run("cfe-endgame", branch={"id": "x", "force": [late]}).warnings
    assert any("moratorium is forced to act 9,000 days after enlargement-2004" in text for text in said)
    with pytest.raises(ScenarioError, match="event 'deveselu' is moved to 2030-01-01, after the period ends"):
        ts.what_if("cfe-endgame", {"id": "x", "move": moved})
    with pytest.raises(ScenarioError, match="event 'deveselu' is moved to 1983-06-29, before the period begins"):
        ts.run("cfe-endgame", branch={"id": "x", "move": [{"event": "deveselu", "by_days": -12_006}]})
    soon = late | {"delay_days": 900}
    assert not any(
        "forced to act" in text for text in ts.run("cfe-endgame", branch={"id": "x", "force": [soon]}).warnings
    )


def test_an_illegal_status_names_the_branch_and_the_edit() -> None:
    """Also in a simulated world in which the treaty has ended by then."""
    status = [{"date": "2026-03-01", "treaty": "pmda", "of": "USA", "is": "in_force"}]
    with pytest.raises(EngineError) as caught:
        ts.replay("architecture-1990-2026", branch={"id": "too-late", "status": status})
    text = str(caught.value)
    assert "branch too-late: the status of USA under pmda cannot be set to in_force on 2026-03-01" in text
    assert "has ended" in text
    assert "leave this edit out" in text
