"""Own treaties and changed clauses: what they may say, and how a mistake in them is reported."""

from __future__ import annotations

import pytest

from simulator.errors import ScenarioError
from simulator.scenario.load import load_text
from simulator.scenario.treatylaw import treaty_texts

HEAD = "schema: 1\nid: law\ntitle: Law\nperiod: {from: 2000-01-01, to: 2001-01-01}\n"

CASES = [
    ("treaties: {pact: {titel: x}}", ["unknown key 'titel'", "'title'"]),
    ("treaties: {pact: {clauses: {withdrawl: {notice: {months: 1}}}}}", ["'withdrawl'", "did you mean 'withdrawal'"]),
    ("treaties: {pact: {clauses: {withdrawal: {notise: {months: 1}}}}}", ["'notise'", "did you mean 'notice'"]),
    ("treaties: {pact: {clauses: {withdrawal: {notice: {weeks: 1}}}}}", ["unknown date rule 'weeks'", "months"]),
    ("treaties: {pact: {clauses: {entry_into_force: {rule: {count: 0}}}}}", ["0 is too small"]),
    ("treaties: {pact: {clauses: {entry_into_force: {rule: {}}}}}", ["exactly one of"]),
    ("treaties: {pact: {clauses: {entry_into_force: {rule: {named: [USA, RUX]}}}}}", ["unknown party 'RUX'", "'RUS'"]),
    ("treaties: {pact: {clauses: {supersedes: {treaties: [sortt]}}}}", ["unknown treaty 'sortt'", "'sort'"]),
    ("treaties: {pact: {opened: 2000-13-01}}", ["opened"]),
    ("treaties: {cfe: {withdrawal: {notice: {clear_days: -3}}}}", ["from 0 to 40000", "-3"]),
    ("branches: [{id: b, clauses: {cfe: {withdrawal: {notice: {month: 6}}}}}]", ["unknown date rule 'month'"]),
    ("branches: [{id: b, clauses: {cfe: {duration: {unlimted: true}}}}]", ["did you mean 'unlimited'"]),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_a_mistake_in_treaty_law_is_located_and_explained(text: str, words: list[str]) -> None:
    """Every mistake has a line and column of the scenario's own file, says what is wrong and what is known."""
    with pytest.raises(ScenarioError) as caught:
        load_text(HEAD + text, "law.yaml")
    (problem,) = caught.value.diagnostics
    shown = f"{problem.where} {problem}"
    assert problem.line == 5
    assert problem.column > 10
    assert all(word in shown for word in words), shown


def test_all_mistakes_are_reported_at_once() -> None:
    """A file with mistakes in two treaties and a branch lists all of them."""
    text = (
        HEAD
        + "treaties: {a: {titel: x}, b: {kind: pact}}\nbranches: [{id: c, clauses: {cfe: {floor: {parties: 1}}}}]\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "law.yaml")
    assert [problem.line for problem in caught.value.diagnostics] == [5, 5, 6]


def test_changes_are_laid_over_what_they_change() -> None:
    """A branch changes one clause of a shipped treaty and leaves the others as they are."""
    loaded = load_text(HEAD + "branches: [{id: b, clauses: {cfe: {withdrawal: {notice: {clear_days: 365}}}}}]", "law")
    text = treaty_texts(loaded.scenario, loaded.scenario.branches[0], {"cfe"})["cfe"]
    assert text["clauses"]["withdrawal"]["notice"] == {"clear_days": 365}
    assert text["clauses"]["withdrawal"]["article"].startswith("XIX")
    assert text["clauses"]["entry_into_force"]["delay"] == {"days_after": 10}


@pytest.mark.parametrize(
    ("treaty", "words"),
    [
        ("{parties: {model: bilateral, of: [USA]}}", "names its parties"),
        ("{parties: {of: [USA, USA]}}", "twice"),
        ("{adopted: 2001-01-01, opened: 2000-01-01}", "after it was opened"),
        ("{opened: 2000-01-01, clauses: {signature: {closes: 1999-01-01}}}", "before it opens"),
        ("{clauses: {duration: {unlimited: true, years: 3}}}", "not both"),
        ("{clauses: {supersedes: {treaties: [pact]}}}", "supersede itself"),
        ("{clauses: {linked_termination: {ends_with: pact}}}", "end with itself"),
        ("{clauses: {entry_into_force: {rule: {named: [USA, USA]}}}}", "twice"),
        ("{clauses: {entry_into_force: {rule: {attribute: army, at_least: 3}}}}", "attribute 'army'"),
        ("{clauses: {entry_into_force: {rule: {exchange: true}}}}", "parties.of"),
    ],
)
def test_clauses_that_contradict_each_other_are_refused(treaty: str, words: str) -> None:
    """What nobody could live by is a mistake in the file, and says why."""
    with pytest.raises(ScenarioError, match=words):
        load_text(f"{HEAD}treaties: {{pact: {treaty}}}", "law.yaml")


def test_a_forced_decision_names_an_event_that_exists() -> None:
    """A typo in the trigger of a forced decision is found, with the nearest event."""
    text = (
        HEAD
        + "events: [{id: enlargement, date: 2000-02-01, kind: x}]\n"
        + "rules: [{id: r, actor: RUS, trigger: {event: enlargement}, do: {happens: y}}]\n"
        + "branches: [{id: b, force: [{rule: r, trigger: enlargment, fires: false}]}]\n"
    )
    with pytest.raises(ScenarioError, match=r"enlargment.*enlargement"):
        load_text(text, "law.yaml")
