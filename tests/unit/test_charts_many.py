"""`treatysim chart shares` and `fan`: many runs as pictures, made for them or taken from a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import simulator as ts
from simulator.law.lifecycle import STATUSES
from tests.unit.commandline import SCENARIO, Run, runner

FAN = ("chart", "fan", "small.yaml", "--runs", "40", "-o", "a.svg")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    found = runner(capsys, tmp_path, monkeypatch)
    # Russia gives notice in some runs; in some of the others the United States does.
    rule = """  - id: other
    actor: USA
    trigger: {event: request}
    chance: 1/4
    do: {act: notify_withdrawal, treaty: cfe}
outcomes:
"""
    text = SCENARIO.replace("    after: {days: 10}", "    chance: 1/2\n    after: {days: 10}").replace(
        "outcomes:\n", rule
    )
    Path("small.yaml").write_text(text, encoding="utf-8")
    return found


def _table(run: Run, *words: str) -> list[dict[str, str]]:
    data = run("chart", *words, "-o", "a.svg", "--force", "--json").json["data"]
    return [dict(zip(data["table"]["columns"], row, strict=True)) for row in data["table"]["rows"]]


def test_shares_are_those_of_the_ensemble(run: Run) -> None:
    """The last row of the table has the counts that the same runs give in Python."""
    many = ts.run_many("small.yaml", 40, seed=3, jobs=1)
    last = _table(run, "shares", "small.yaml", "--runs", "40", "--seed", "3", "--treaty", "cfe", "--party", "RUS")[-1]
    names = [name.replace("_", " ") for name in STATUSES]
    counts = dict(zip(names, many.counts("cfe", "RUS")[:, -1].tolist(), strict=True))
    assert 0 < counts["suspended"] < 40, "the case would say nothing if all runs agreed"
    assert {name: int(last[name]) for name in names if name in last} == {k: v for k, v in counts.items() if v}


def test_fans_are_those_of_the_ensemble(run: Run) -> None:
    """A number has its quantiles; a probability the runs that have the status, in a branch as well."""
    many = ts.run_many("small.yaml", 40, jobs=1)
    last = _table(run, "fan", "small.yaml", "--runs", "40", "--treaty", "cfe")[-1]
    assert [int(last[f"{q}%"]) for q in (5, 25, 50, 75, 95)] == many.bound("cfe")[:, -1].tolist()
    words = ("fan", "small.yaml", "--runs", "40", "--treaty", "cfe", "--party", "RUS", "--status", "suspended")
    hits = int(many.counts("cfe", "RUS")[STATUSES.index("suspended"), -1])
    assert int(_table(run, *words)[-1]["runs that have it"]) == hits > 0
    assert int(_table(run, *words, "--branch", "quiet")[-1]["runs that have it"]) == 0


def test_a_name_that_is_left_out_is_chosen(run: Run) -> None:
    """Named or not: of the relationships that fit, the least certain one is drawn."""
    for words in ((), ("--treaty", "cfe"), ("--party", "RUS")):
        done = run("chart", "shares", "small.yaml", "--runs", "20", *words, "-o", "a.svg", "--force")
        assert done.out.startswith("a.svg: Russia under CFE: shares of 20 runs")


def test_a_folder_shows_the_runs_it_holds(run: Run) -> None:
    """The same table as from the scenario; `--branch` names the world; what the folder says cannot be said again."""
    assert (
        run("ensemble", "small.yaml", "--runs", "40", "--branch", "unedited", "--branch", "quiet", "-o", "kept").code
        == 0
    )
    names = ("--treaty", "cfe", "--party", "RUS")
    assert _table(run, "shares", "kept", *names) == _table(run, "shares", "small.yaml", "--runs", "40", *names)
    done = run("chart", "shares", "kept", *names, "--branch", "quiet", "-o", "b.svg")
    assert "small, quiet: 40 runs, seed 1." in " ".join(done.out.split())
    for words, code, said in (
        (("--runs", "5"), 2, "the folder says how its runs were made"),
        (("--seed", "5"), 2, "the folder says how its runs were made"),
        (("--view", "strict"), 2, "the folder says how its runs were made"),
        (("--branch", "quite"), 3, "did you mean 'quiet'?"),
    ):
        done = run("chart", "shares", "kept", *words, "-o", "c.svg")
        assert (done.code, said in done.err, Path("c.svg").exists()) == (code, True, False)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"complete": False}, "The run folder is incomplete"), ({"version": "0.0.1"}, "made by version 0.0.1")],
)
def test_a_folder_with_a_fault_is_drawn_with_a_warning(run: Run, change: dict[str, object], said: str) -> None:
    """An incomplete folder and one of another version are shown, and the chart says so."""
    assert run("ensemble", "small.yaml", "--runs", "20", "--sample", "-o", "kept").code == 0
    path = Path("kept/manifest.json")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    done = run("chart", "fan", "kept", "-o", "a.json")
    assert done.code == 0
    assert said in " ".join(done.out.split())
    title = json.loads(Path("a.json").read_text(encoding="utf-8"))["title"]
    assert said in " ".join(title["subtitle"])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--treaty", "cfe", "--treaty", "inf"), 2, "a chart of many runs shows one"),
        (("--treaty", "cef"), 3, "did you mean 'cfe'?"),
        (("--party", "RUS"), 2, "the fan of a probability needs --status"),
        (("--status", "suspended"), 2, "needs --treaty and --party, too"),
        (("--treaty", "cfe", "--party", "RUS", "--status", "suspendet"), 3, "did you mean 'suspended'?"),
        (("--treaty", "cfe", "--party", "QQQ", "--status", "suspended"), 3, "unknown party of these runs 'QQQ'"),
        (("--date", "2008-01-01"), 2, "a fan chart does not have it; it is for network"),
        (("--replay",), 2, "it is for pair"),
    ],
)
def test_errors_say_what_to_do(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    """Names are checked, and no file is left."""
    done = run(*FAN, *words)
    assert done.code == code
    assert said in " ".join(done.err.split())
    assert not Path("a.svg").exists()


def test_a_relationship_that_never_is_cannot_be_chosen(run: Run) -> None:
    """A party that no run has under any treaty is refused in words."""
    text = Path("small.yaml").read_text(encoding="utf-8").replace("[cfe]", "[cfe, cfe-adapted-1999, nato]")
    Path("small.yaml").write_text(text, encoding="utf-8")
    words = ("chart", "shares", "small.yaml", "--runs", "5", "--treaty", "nato", "--party", "ARM", "-o", "a.svg")
    assert run(*words).code == 0, "a pair that is named is drawn, even if it says little"
    Path("a.svg").unlink()
    text = Path("small.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "record: {treaties: [cfe, cfe-adapted-1999, nato]}", "record: {treaties: [cfe]}\nparties: {own: {Q: {name: Q}}}"
    )
    Path("small.yaml").write_text(text, encoding="utf-8")
    done = run("chart", "shares", "small.yaml", "--runs", "5", "--party", "Q", "-o", "a.svg")
    assert done.code == 2
    assert "in none of the runs is there such a party" in " ".join(done.err.split())


def test_a_folder_without_an_ensemble_is_refused(run: Run) -> None:
    """The message says what the folder does not hold."""
    Path("empty").mkdir()
    done = run("chart", "fan", "empty", "-o", "a.svg")
    assert done.code == 3
    assert "holds no results of an ensemble" in done.err
