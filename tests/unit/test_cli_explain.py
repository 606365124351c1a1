"""`treatysim explain` as a user meets it: text, JSON, and errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.commandline import Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, tmp_path, monkeypatch)


def test_why_shows_the_chain_with_law_and_root(run: Run) -> None:
    """Without a seed the question is about the record: effect, notice, basis, disputed question, source."""
    done = run("explain", "cfe-endgame", "--why", "cfe.RUS=suspended")
    assert done.code == 0
    for words in (
        "replay of the record",
        "First on 2007-12-12.",
        "2007-07-14  RUS cfe: notify suspension towards all",
        "law: VCLT 57-62; 65; 67",
        "disputed (D1): Russia's suspension of the CFE Treaty, 2007",
        "root: recorded act cfe.RUS.notify_suspension.2007-07-14",
        "29 acts (deposit)",
    ):
        assert words in done.out


def test_why_of_a_simulation_names_the_rule(run: Run) -> None:
    """With a seed the chain goes through the rule, its theory and what set it off."""
    done = run("explain", "small.yaml", "--seed", "1", "--why", "gone")
    assert done.code == 0
    assert "RUS decides: rule moratorium fires" in done.out
    assert "theory: It must act." in done.out
    assert "root: event request" in done.out


def test_why_of_what_did_not_happen_points_to_why_not(run: Run) -> None:
    """The answer is no error: it says so and names the question to ask instead; and the other way round."""
    done = run("explain", "small.yaml", "--why", "cfe.RUS=withdrawn")
    assert done.code == 0
    assert "It is not so on any day up to 2009-12-31. --why-not 'cfe.RUS=withdrawn'" in done.out
    back = run("explain", "small.yaml", "--why-not", "gone")
    assert "It is so, first on 2007-12-12. --why 'gone' says why." in back.out


def test_why_not_lists_missing_deposits_and_the_verified_change(run: Run) -> None:
    """What the clause asks for, who has given it, who has not, and that the change was run."""
    done = run("explain", "cfe-endgame", "--why-not", "cfe-adapted-1999=in_force")
    assert done.code == 0
    for words in (
        "cfe-adapted-1999 needs the consent of every signatory (Adapted CFE 31(3)).",
        "given (3): ",
        "missing (27): ARM, AZE",
        "no deposit by any of 27 parties",
        "each part is needed (27 parts)",
        "Each was tested by running the changed world: 28 runs.",
    ):
        assert words in done.out


def test_why_not_in_a_branch_says_what_the_rule_waits_for(run: Run) -> None:
    """Nobody asks in this branch, so the rule was never set off."""
    done = run("explain", "small.yaml", "--seed", "1", "--branch", "quiet", "--why-not", "gone")
    assert "moratorium: never asked; it waits for this: request happens" in done.out
    assert "stands in the record; this simulation leaves it to the rule" in done.out


def test_json_has_plain_fields_with_iso_dates(run: Run) -> None:
    """Both answers are one object each, with the promised fields."""
    data = run("explain", "small.yaml", "--why", "gone", "--json").json["data"]
    assert (data["holds"], data["date"], data["mode"]) == (True, "2007-12-12", "replay")
    assert data["parts"][0]["chain"][1]["id"] == "cfe.RUS.notify_suspension.2007-07-14"
    done = run("explain", "small.yaml", "--why-not", "cfe.RUS=withdrawn", "--json").json
    assert done["ok"]
    assert done["manifest"]["command"] == "explain"
    row = done["data"]["enabled_by"][0]
    assert row["minimal"]
    assert row["branch"]["id"] == "enabled"
    assert row["date"].startswith("20")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--why", "gome"), 3, "did you mean 'gone'?"),
        (("--why", "cfe.RUZ=suspended"), 3, "did you mean 'RUS'?"),
        ((), 2, "ask either --why QUERY or --why-not QUERY"),
        (("--why", "gone", "--why-not", "gone"), 2, "ask either --why QUERY or --why-not QUERY"),
        (("--why", "gone", "--replay", "--seed", "1"), 2, "a replay leaves nothing to chance"),
        (("--why", "gone", "--until", "1990-01-01"), 2, "the period of the scenario begins on 2007-01-01"),
        (("--why", "cfe=in_force@2009-01-01", "--until", "2008-01-01"), 2, "a later day"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_its_code(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    """Wrong command lines end with 2, unknown names with 3, and say what to do."""
    done = run("explain", "small.yaml", *words)
    assert done.code == code
    assert said in done.err.replace("\n", " ").replace("  ", " ") or said in done.err
