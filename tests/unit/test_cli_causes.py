"""`treatysim explain --causes` and `--shares` as a user meets them: text, JSON, errors."""

from __future__ import annotations

import inspect
from fractions import Fraction
from pathlib import Path

import pytest

import simulator as ts
from simulator import questions
from simulator.cli.report import report
from simulator.cli.whatif import whatif
from simulator.cli.why import explain
from simulator.counterfactual.whatif import Settings
from simulator.errors import ScenarioError
from tests.agree.worlds import CASE_1, case_9
from tests.unit.commandline import Run, runner
from tests.unit.test_attribution import STATUSES


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "toy.yaml").write_text(CASE_1 + STATUSES, encoding="utf-8")
    (tmp_path / "first.yaml").write_text(case_9("2000-01-21"), encoding="utf-8")
    (tmp_path / "tied.yaml").write_text(case_9("2000-01-16"), encoding="utf-8")
    return runner(capsys, tmp_path, monkeypatch)


def flat(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def test_causes_say_what_each_notion_means(run: Run) -> None:
    """How many ways, how probable each finding, and a line on each notion."""
    done = run("explain", "toy.yaml", "--causes", "lost")
    assert done.code == 0
    for words in (
        "given the record, view depositary, up to 2000-01-26",
        "the record can have come about in 3 ways.",
        "Without it alone, all else equal, the outcome would not have come",
        "- 65.1 % m",
        "- 14 % e2 with m; rests on the order of acts of one day",
        "Taking this away averts it",
        "- 31/43 m",
        "On all sets tried, more happenings never averted the outcome.",
    ):
        assert words in flat(done.out)
    assert "e1" not in done.out


def test_shares_have_both_columns_and_add_up(run: Run) -> None:
    """The closed form, given the record and for the model alone."""
    done = run("explain", "toy.yaml", "--shares", "lost")
    assert done.code == 0
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in done.out.splitlines() if "\t" in line}
    assert rows["happening"] == ["given the record", "model alone"]
    assert rows["e1"] == ["0 %", "207/1000 (20.7 %)"]
    assert rows["e2"] == ["12/43 (27.9 %)", "207/1000 (20.7 %)"]
    assert rows["m"] == ["31/43 (72.1 %)", "73/250 (29.2 %)"]
    assert rows["all of them together"] == ["100 %", "353/500 (70.6 %)"]
    assert "The shares add up to all together less none." in flat(done.out)


def test_a_seed_asks_about_one_world(run: Run) -> None:
    """The first of two certain reactions is the cause, and what it kept from acting is named."""
    done = run("explain", "first.yaml", "--seed", "1", "--causes", "lost")
    assert "simulated with seed 1" in done.out
    assert "nothing alone" in done.out
    assert "left as it was: what rule rm of RUS at m owes stays undone" in flat(done.out)
    shares = run("explain", "first.yaml", "--seed", "1", "--shares", "lost", "--json").json["data"]
    assert shares["kinds"]["world"]["shares"] == {"e2": "1/2", "m": "1/2"}
    tied = run("explain", "tied.yaml", "--seed", "1", "--causes", "lost", "--json").json["data"]
    assert tied["causes"][0]["players"] == ["e2", "m"]
    assert tied["causes"][0]["tie"]


def test_json_has_exact_fractions_and_its_question(run: Run) -> None:
    """Shares by actor with intervals where drawn; weights as fractions."""
    done = run("explain", "toy.yaml", "--shares", "lost", "--json").json
    assert done["manifest"]["command"] == "explain"
    model = done["data"]["kinds"]["model"]
    assert sum(Fraction(one) for one in model["shares"].values()) == Fraction(model["sum"]) == Fraction(706, 1000)
    causes = run("explain", "toy.yaml", "--causes", "lost", "--json").json["data"]
    assert {tuple(one["players"]): one["weight"] for one in causes["but_for"]} == {("m",): "28/43", ("e2",): "9/43"}


def test_what_did_not_come_about_points_to_why_not(run: Run) -> None:
    """In a world without the outcome there are no causes of it; that is no error."""
    done = run("explain", "first.yaml", "--branch", "neither", "--seed", "1", "--causes", "lost")
    assert done.code == 0
    assert "It did not come about in this world. --why-not 'lost' says what was missing." in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--causes", "lust"), 3, "did you mean 'lost'?"),
        (("--shares", "lust"), 3, "did you mean 'lost'?"),
        (("--causes", "lost", "--shares", "lost"), 2, "or --causes OUTCOME, or --shares OUTCOME"),
        (("--causes", "lost", "--by-actor"), 2, "ask --shares OUTCOME"),
        (("--causes", "lost", "--until", "2000-01-20"), 2, "leave --until out"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_its_code(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    """Wrong command lines end with 2, unknown names with 3, and say what to do."""
    done = run("explain", "toy.yaml", *words)
    assert done.code == code
    assert said in flat(done.err)


def test_the_same_from_python(run: Run, tmp_path: Path) -> None:
    """`ts.causes` and `ts.shares` give what the command prints, by actor, with rules, and in one world."""
    toy = tmp_path / "toy.yaml"
    found = ts.causes(toy, "lost")
    assert found.as_json() == run("explain", "toy.yaml", "--causes", "lost", "--json").json["data"]
    assert found.causes.responsibility["m"] == Fraction(31, 43)
    both = ts.shares(toy, "lost")
    assert both.as_json() == run("explain", "toy.yaml", "--shares", "lost", "--json").json["data"]
    given, alone = both.found
    assert (given.kind, given.shares["e2"].value, alone.shares["e2"].value) == (
        "record",
        Fraction(12, 43),
        Fraction(207, 1000),
    )
    with_rules = ts.shares(toy, "lost", rules=True).found[1]
    assert "rule:re" in with_rules.shares
    assert with_rules.total == Fraction(353, 500)
    (one,) = ts.shares(tmp_path / "first.yaml", "lost", world=1, by_actor=True).found
    assert one.total == one.everyone.value - one.nobody.value == 1
    assert ts.causes(tmp_path / "first.yaml", "lost", world=1).world == 1


def test_python_refuses_what_the_command_refuses(tmp_path: Path, run: Run) -> None:
    """Unknown names with the nearest, and seeds that are none."""
    toy = tmp_path / "toy.yaml"
    with pytest.raises(ScenarioError, match="has no outcome 'lots'; did you mean 'lost'"):
        ts.causes(toy, "lots")
    with pytest.raises(ScenarioError, match="a seed is a whole number"):
        ts.shares(toy, "lost", world=-1)
    with pytest.raises(ScenarioError, match="a seed is a whole number"):
        ts.causes(toy, "lost", seed=2**64)


def test_all_fronts_draw_as_many_worlds() -> None:
    """One number stands behind the functions, the commands and the report."""
    parts = {name: inspect.signature(one).parameters for name, one in vars(questions).items() if name in ts.__all__}
    assert parts["what_if"]["runs"].default == Settings().runs == ts.WHATIF_WORLDS
    assert parts["what_if"]["work"].default == Settings().work == ts.WHATIF_WORK
    assert inspect.signature(whatif).parameters["runs"].default == ts.WHATIF_WORLDS
    assert inspect.signature(report).parameters["worlds"].default == ts.WHATIF_WORLDS
    assert inspect.signature(explain).parameters["runs"].default == parts["shares"]["runs"].default
    assert inspect.signature(explain).parameters["work"].default == parts["causes"]["work"].default


@pytest.mark.parametrize("words", [["--why"], ["--why-not"], ["--seed", "1", "--why-not"]], ids=" ".join)
def test_one_world_says_that_observed_statuses_are_not_used(run: Run, words: list[str]) -> None:
    """Which of them the world contradicts is named, in text and JSON; a scenario without any has no such warning."""
    done = run("explain", "toy.yaml", *words, "toy.RUS=suspended")
    assert "the scenario's `observed: statuses` are not used here" in flat(done.out)
    (said,) = run("explain", "toy.yaml", *words, "toy.RUS=suspended", "--json").json["data"]["warnings"]
    if "--seed" not in words:
        assert "RUS is in_force under toy on 2000-01-26, observed: suspended" in said
    assert run("explain", "first.yaml", *words, "toy.RUS=suspended", "--json").json["data"]["warnings"] == []
