"""`treatysim compare` as a user meets it: text, a terminal, JSON, and errors."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.commandline import SCENARIO, Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, tmp_path, monkeypatch)


def test_one_branch_is_compared_with_the_unedited_scenario(run: Run) -> None:
    """Edits, divergence, reach, what stays, outcomes, timelines and effect, in words."""
    done = run("compare", "small.yaml", "--branch", "quiet", "--runs", "20")
    assert done.code == 0
    for words in (
        "World 1, unedited",
        "World 2, quiet: Nobody asks",
        "- Event request does not happen.",
        "The worlds part on 2007-01-20 (the edit itself)",
        "quiet: left out by the edit",
        "unedited: rule moratorium of RUS fires; cause: event request happens",
        "quiet: does not follow, since this is missing: event request happens",
        "cfe\tRUS\tsuspended\tin force\t2007-01-30",
        "gone\tyes 2007-06-30\tno\tthrough this: RUS becomes suspended under cfe",
        "2007-01-30 RUS notifies suspension of cfe\t-\tfollows",
        "Effect over 20 pairs of runs, not conditioned on the record",
        "gone\t100.0%\t0.0%\t-100.0\t",
    ):
        assert words in done.out, words
    assert "CONTRADICTION" not in done.out


def test_a_branch_compared_with_itself_shows_nothing(run: Run) -> None:
    """Two equal worlds never part, and the effect is exactly none."""
    done = run("compare", "small.yaml", "--branch", "quiet", "--branch", "quiet", "--runs", "5")
    assert done.code == 0
    assert "The two worlds never part: every step is the same." in done.out
    assert "exactly 0: it cannot depend on the edit" in done.out
    assert "Both timelines" not in done.out


def test_json_has_plain_fields_with_iso_dates(run: Run) -> None:
    """One object with the promised fields; the same seed gives the same object."""
    words = ("compare", "small.yaml", "--branch", "quiet", "--runs", "10", "--seed", "3", "--json")
    done = run(*words).json
    assert done["ok"]
    assert done["manifest"]["branches"] == ["quiet"]
    assert (done["manifest"]["seed"], done["manifest"]["runs"]) == (3, 10)
    data = done["data"]
    assert [world["branch"] for world in data["worlds"]] == [None, "quiet"]
    assert data["worlds"][1]["edits"] == ["Event request does not happen."]
    assert data["first_divergence"]["date"] == "2007-01-20"
    assert data["first_divergence"]["how"] == "edited"
    assert data["first_divergence"]["then_follows"]["how"] == "cause"
    assert data["cone"]["outcomes"] == ["gone"]
    assert data["cone"]["contradictions"] == []
    assert data["outcomes"]["gone"]["first"] == {"value": True, "date": "2007-06-30"}
    row = next(one for one in data["timeline"] if one["first"] and one["first"]["rule"] == "moratorium")
    assert (row["kind"], row["how"], row["second"]) == ("only_first", "cause", None)
    effect = data["effect"]
    assert (effect["label"], effect["runs"]) == ("not conditioned on the record", 10)
    assert effect["outcomes"]["gone"]["sampled"]["pairs"] == {
        "both": 0,
        "only_first": 10,
        "only_second": 0,
        "neither": 0,
    }
    assert run(*words).json == done


def test_a_replay_is_compared_without_effect(run: Run) -> None:
    """In a replay nothing is left to chance, so there is one pair of worlds."""
    done = run("compare", "cfe-endgame", "--branch", "adapted-in-force", "--replay", "--json")
    data = done.json["data"]
    assert (data["mode"], data["seed"], data["effect"]["runs"]) == ("replay", None, 0)
    assert data["cone"]["outcomes"] == ["adapted-in-force"]
    assert data["first_divergence"]["how"] == "edited"


def test_a_terminal_of_100_columns_is_enough(tmp_path: Path) -> None:
    """No line is longer than the terminal is wide, and the timelines stand side by side."""
    (tmp_path / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    settings = os.environ | {"NO_COLOR": "1", "COLUMNS": "100", "TERM": "xterm", "PYTHONUTF8": "1"}
    near, far = pty.openpty()
    command = [sys.executable, "-m", "simulator", "compare", "cfe-endgame", "--branch", "no-2004", "--runs", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=settings, stdout=far, stderr=far) as process:
        os.close(far)
        shown = b""
        while chunk := _read(near):
            shown += chunk
    os.close(near)
    lines = shown.decode().replace("\r\n", "\n").splitlines()
    assert process.returncode == 0
    assert max(map(len, lines)) <= 100
    assert any("2006-04-26 RUS" in line and "2006-09-16 RUS" in line and "+143 days" in line for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "name one branch, or two that are compared with each other"),
        (("--branch", "quiet", "--branch", "quiet", "--branch", "quiet"), 2, "name one branch, or two"),
        (("--branch", " "), 2, "name one branch, or two"),
        (("--branch", "quite"), 3, "did you mean 'quiet'?"),
        (("--branch", "quiet", "--replay", "--seed", "1"), 2, "leave --seed out"),
        (("--branch", "quiet", "--replay", "--runs", "5"), 2, "leave --runs out"),
        (("--branch", "quiet", "--runs", "20001"), 2, "should be less than or equal to 20000"),
        (("--branch", "quiet", "--until", "1990-01-01"), 2, "the period of the scenario begins on 2007-01-01"),
    ],
)
def test_a_comparison_that_cannot_be_made_ends_with_its_code(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    """Wrong command lines end with 2, unknown names with 3, and say what to do."""
    done = run("compare", "small.yaml", *words)
    assert done.code == code
    assert said in " ".join(done.err.replace("│", " ").split())


def test_an_error_as_json_is_one_object(run: Run) -> None:
    """Errors keep the form that was asked for."""
    done = run("compare", "small.yaml", "--branch", "quite", "--json")
    assert done.code == 3
    found = json.loads(done.out)
    assert not found["ok"]
    assert "quite" in found["diagnostics"][0]["message"]
