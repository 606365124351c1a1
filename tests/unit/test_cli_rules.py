"""`treatysim check --rules`: how often each rule acts, and a remark on those that never do."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cli.check import MOST_SEEDS
from tests.unit.commandline import SCENARIO, Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder that holds `small.yaml`."""
    return runner(capsys, tmp_path, monkeypatch)


def test_each_rule_has_a_row(run: Run) -> None:
    """What fires is counted; what the law refuses is remarked, and that is no error."""
    done = run("check", "small.yaml", "--rules", "20")
    assert done.code == 0
    assert done.out.splitlines() == [
        "small.yaml: ok, 2 rules, 1 event, 1 branch, 2 expectations",
        "",
        "rule\ttriggered\tfired\tshare\tremark",
        "moratorium\t20\t20\t1.000\t",
        "again\t20\t0\t0.000\tnever fires: every act was refused or outdated",
    ]
    assert done.err == "small.yaml: simulated 20 times (seeds 1 to 20); 1 of 2 rules fired\n"


def test_a_rule_that_needs_a_branch_is_found_there(run: Run) -> None:
    """The remark names the branch and the seed that show the rule at work, and a run shows it."""
    text = SCENARIO.replace("after: {days: 10}", "chance: 0\n    after: {days: 10}").replace(
        "branches:\n", "branches:\n  - {id: sure, chance: {moratorium: 1}}\n"
    )
    Path("needs.yaml").write_text(text, encoding="utf-8")
    lines = run("check", "needs.yaml", "--rules", "3").out.splitlines()
    remark = "never fires: every decision was no; fires in the branch sure with seed 1"
    assert f"moratorium\t3\t0\t0.000\t{remark}" in lines
    assert "again\t0\t0\t\tnever triggered" in lines
    steps = run("run", "needs.yaml", "--branch", "sure", "--seed", "1", "--json").json["data"]["trace"]
    assert any(step["rule"] == "moratorium" and step["act"] == "notify_suspension" for step in steps)


def test_json_has_the_same_rows(run: Run) -> None:
    """Programs get the numbers of decisions, the share as an exact fraction, and where else a rule fires."""
    data = run("check", "small.yaml", "--rules", "4", "--json").json["data"][0]
    assert data["seeds"] == 4
    assert data["firing"] == [
        {
            "rule": "moratorium",
            "triggered": 4,
            "yes": 4,
            "fired": 4,
            "refused": 0,
            "share": "1",
            "first_seed": 1,
            "remark": None,
            "elsewhere": None,
        },
        {
            "rule": "again",
            "triggered": 4,
            "yes": 4,
            "fired": 0,
            "refused": 4,
            "share": "0",
            "first_seed": None,
            "remark": "never fires: every act was refused or outdated",
            "elsewhere": None,
        },
    ]
    assert not {"seeds", "firing"} & set(run("check", "small.yaml", "--json").json["data"][0])
    shipped = run("check", "open-skies-exit", "--rules", "2", "--json").json["data"][0]["firing"]
    (row,) = (one for one in shipped if one["rule"] == "us-revocation")
    assert row["elsewhere"] == {"branch": "after-the-election", "seed": 1}


def test_several_files_at_once(run: Run) -> None:
    """Every valid file has its table; one that is not valid is not run, and the exit code is its own."""
    Path("bad.yaml").write_text("schema: 1\n", encoding="utf-8")
    Path("two.yaml").write_text(SCENARIO.replace("id: small", "id: two"), encoding="utf-8")
    done = run("check", "small.yaml", "bad.yaml", "two.yaml", "--rules", "2")
    assert done.code == 3
    assert done.out.count("rule\ttriggered") == 2
    assert "bad.yaml: simulated" not in done.err
    assert "two.yaml: simulated 2 times" in done.err
    rows = run("check", "small.yaml", "bad.yaml", "--rules", "2", "--json").json["data"]
    assert ["firing" in one for one in rows] == [True, False]


def test_a_file_without_rules_has_no_table(run: Run) -> None:
    """Nothing is shown where there is nothing to count."""
    text = "schema: 1\nid: bare\ntitle: Bare\nperiod: {from: 2007-01-01, to: 2009-12-31}\nrecord: {treaties: [cfe]}\n"
    Path("bare.yaml").write_text(text, encoding="utf-8")
    done = run("check", "bare.yaml", "--rules", "2")
    assert (done.code, done.err) == (0, "")
    assert "triggered" not in done.out
    assert run("check", "bare.yaml", "--rules", "2", "--json").json["data"][0]["firing"] == []


def test_a_loop_ends_with_the_code_of_a_limit(run: Run) -> None:
    """Two rules that answer each other on one day stop the check, and the message names them."""
    rules = """rules:
  - {id: ping, actor: RUS, trigger: [{event: request}, {rule: pong}], do: {act: announce, treaty: cfe}}
  - {id: pong, actor: USA, trigger: {rule: ping}, do: {act: announce, treaty: cfe}}
"""
    Path("loop.yaml").write_text(SCENARIO.partition("rules:")[0] + rules, encoding="utf-8")
    assert run("check", "loop.yaml").code == 0
    done = run("check", "loop.yaml", "--rules", "1")
    assert done.code == 4
    assert "ping" in done.err
    assert "pong" in done.err


@pytest.mark.parametrize("number", ["0", "-1", str(MOST_SEEDS + 1), "many", "1.5"])
def test_the_number_of_seeds_is_bounded(run: Run, number: str) -> None:
    """What is no whole number from 1 to 10,000 is refused."""
    done = run("check", "small.yaml", "--rules", number)
    assert done.code == 2
    assert "--rules" in done.err
    assert done.out == ""


@pytest.mark.parametrize("form", ["concise", "github"])
def test_forms_of_one_line_have_no_table(run: Run, form: str) -> None:
    """A table does not belong among problems that programs read line by line."""
    done = run("check", "small.yaml", "--rules", "2", "--output-format", form)
    assert (done.code, done.out) == (2, "")
    assert "--rules" in done.err
