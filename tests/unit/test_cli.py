"""The command line: what each command prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from simulator import __version__
from simulator.cli import options
from simulator.law import views
from simulator.scenario.load import load_text
from simulator.source import parse_yaml
from tests.unit.commandline import SCENARIO, Run, process, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder that holds `small.yaml`."""
    return runner(capsys, tmp_path, monkeypatch)


# --- the object of --json ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["check", "small.yaml"],
        ["run", "small.yaml"],
        ["status", "--treaty", "abm"],
        ["show", "small.yaml"],
        ["show", "small.yaml", "--resolved"],
        *(["list", what] for what in ("scenarios", "treaties", "parties", "acts", "disputes", "views", "codes")),
        ["new", "fresh"],
        ["graph", "cfe"],
        ["schema"],
        ["explain-error", "TS101"],
        ["check", "missing.yaml"],
        ["run", "small.yaml", "--branch", "nope"],
        ["run", "small.yaml", "--frob"],
        ["frobnicate"],
        ["status", "--party", "QQQ"],
        ["explain-error", "nope"],
    ],
)
def test_json_is_one_object_with_four_keys(run: Run, words: list[str]) -> None:
    """`--json` prints one object on stdout, for errors too; `ok` agrees with the exit code."""
    done = run(*words, "--json")
    assert list(done.json) == ["ok", "data", "diagnostics", "manifest"]
    assert done.json["ok"] is (done.code == 0)
    assert bool(done.json["diagnostics"]) is (done.code != 0)
    assert all(one["code"] and one["message"] for one in done.json["diagnostics"])
    assert done.json["manifest"]["tool"] == "treatysim"
    assert done.json["manifest"]["version"] == __version__


def test_the_same_run_prints_the_same_bytes(run: Run) -> None:
    """No clock and no machine has a say in what `run --json` prints."""
    assert (
        run("run", "small.yaml", "--seed", "5", "--json").out == run("run", "small.yaml", "--seed", "5", "--json").out
    )


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_reports_every_error_with_its_place(run: Run) -> None:
    """All errors of all files come at once, on stdout, with exit code 3."""
    Path("bad.yaml").write_text(SCENARIO.replace("actor: RUS", "aktor: RUS").replace("cfe, of: RUS", "cff, of: RUS"))
    done = run("check", "small.yaml", "bad.yaml", "missing.yaml", "--output-format", "concise")
    assert done.code == 3
    assert "bad.yaml:11:5: TS101 unknown key 'aktor'; did you mean 'actor'?" in done.out
    assert "missing.yaml: TS001 there is no such file" in done.out
    assert "small.yaml" not in done.out
    assert "2 of 3 files" in done.err


def test_check_says_what_is_fine(run: Run) -> None:
    """A valid file is named with what it holds."""
    done = run("check", "small.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out == "small.yaml: ok, 2 rules, 1 event, 1 branch, 2 expectations\n"


def test_check_speaks_to_github(run: Run) -> None:
    """Workflow commands carry the place, and no character that would end them early."""
    Path("a,b.yaml").write_text("schema: 1\nid: a\nfoo: 1\n", encoding="utf-8")
    lines = run("check", "a,b.yaml", "--output-format", "github").out.splitlines()
    assert all(line.startswith("::error file=a%2Cb.yaml,line=") for line in lines)
    assert any("title=TS101::unknown key 'foo'" in line for line in lines)


def test_check_finds_what_only_compiling_shows(run: Run) -> None:
    """A scripted act of a bloc whose members depend on the day is found without running anything."""
    event = "  - {id: x, date: 2008-01-01, kind: y, actors: [club], acts: [{act: announce, treaty: cfe}]}\n"
    text = SCENARIO.replace("rules:\n", event + "rules:\n").replace(
        "rules:", "parties: {blocs: {club: {parties_of: cfe}}}\nrules:"
    )
    Path("own.yaml").write_text(text, encoding="utf-8")
    assert run("check", "own.yaml").code == 3


# --- run --------------------------------------------------------------------------------------------------------------


def test_run_gives_the_promised_fields(run: Run) -> None:
    """The fields of DESIGN are there, with the rule and its cause."""
    data = run("run", "small.yaml", "--seed", "5", "--json").json["data"]
    assert {"scenario", "seed", "branch", "view", "trace", "refused", "final", "outcomes", "expect"} <= set(data)
    fields = {"date", "phase", "kind", "act", "party", "treaty", "from", "to", "cause", "rule", "basis", "sources"}
    assert all(fields <= set(row) for row in data["trace"])
    assert (data["seed"], data["outcomes"]["gone"]) == (5, {"value": True, "date": "2007-06-30"})
    assert [row["date"] for row in data["trace"] if row["rule"] == "moratorium" and row["kind"] == "claim"] == [
        "2007-01-30"
    ]
    assert data["refused"][0]["rule"] == "again"


def test_run_prints_what_happened_and_why(run: Run) -> None:
    """Heading, timeline, refusals, outcomes, expectations and final positions are shown, in this order."""
    out = run("run", "small.yaml").out
    heads = [
        "A small scenario (small)",
        "Timeline",
        "Not done",
        "Outcomes",
        "Expectations about the record",
        "At the end",
    ]
    places = [out.index(head) for head in heads]
    assert places == sorted(places)
    row = next(line for line in out.splitlines() if "suspension_effective" in line)
    assert row.split("\t")[:9] == [
        "2007-06-30", "effects due", "effect", "RUS", "cfe", "suspension_effective", "in_force", "suspended", "moratorium",
    ]  # fmt: skip
    assert "more steps" in out
    assert "unconfirmed" in out  # the shared event is recalled and not sourced


def test_all_steps_hides_nothing(run: Run) -> None:
    """With `--all-steps` the timeline has as many rows as the trace."""
    out = run("run", "small.yaml", "--replay", "--all-steps").out
    trace = run("run", "small.yaml", "--replay", "--json").json["data"]["trace"]
    rows = out.split("Timeline\n")[1].split("\n\n")[0].splitlines()[1:]
    assert len(rows) == len(trace)
    assert "more steps" not in out


def test_a_branch_is_shown_with_its_edits(run: Run) -> None:
    """The heading says what was changed, as sentences."""
    out = run("run", "small.yaml", "--branch", "quiet").out
    assert "In the branch quiet: Nobody asks\n  - Event request does not happen.\n" in out


def test_expectations_are_judged_in_a_replay_alone(run: Run) -> None:
    """A failed expectation gives exit code 1 in a replay of the unedited record, and 0 elsewhere."""
    wrong = SCENARIO.replace("2007-12-12, status", "2007-12-10, status")
    Path("wrong.yaml").write_text(wrong, encoding="utf-8")
    assert run("run", "small.yaml", "--replay").code == 0
    done = run("run", "wrong.yaml", "--replay", "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    assert [one["code"] for one in done.json["diagnostics"]] == ["TS603"]
    assert done.json["data"]["outcomes"]
    assert "✗ 2007-12-10" in run("run", "wrong.yaml", "--replay").out
    assert run("run", "wrong.yaml").code == 0
    assert run("run", "wrong.yaml", "--replay", "--branch", "quiet").code == 0


def test_until_stops_the_run(run: Run) -> None:
    """Nothing happens after the day, and later expectations are not judged."""
    data = run("run", "small.yaml", "--replay", "--until", "2007-12-11", "--json").json["data"]
    assert max(row["date"] for row in data["trace"]) <= "2007-12-11"
    assert [one["date"] for one in data["expect"]] == ["2007-12-11"]


def test_a_view_decides_what_a_claim_is_worth(run: Run) -> None:
    """The objector's view leaves Russia bound."""
    final = run("run", "small.yaml", "--replay", "--view", "objector", "--json").json["data"]["final"]
    assert next(one["status"] for one in final if one["party"] == "RUS") == "in_force"


# --- status -----------------------------------------------------------------------------------------------------------


def test_status_gives_the_promised_fields(run: Run) -> None:
    """One row a pair, with sources and confidence."""
    rows = run("status", "--treaty", "cfe", "--date", "2010-01-01", "--json").json["data"]
    fields = {"party", "treaty", "status", "reason", "since", "provisional", "pending", "toward", "organ_rights"}
    assert all(fields | {"disputed", "sources", "confidence"} <= set(row) for row in rows)
    russia = next(row for row in rows if row["party"] == "RUS")
    assert (russia["status"], russia["since"], russia["disputed"]) == ("suspended", "2007-12-12", True)


def test_status_of_one_pair_shows_the_acts_behind_it(run: Run) -> None:
    """A single answer comes with the acts and sources that it rests on."""
    out = run("status", "--treaty", "cfe", "--party", "RUS", "--date", "2010-01-01").out
    assert "notify_suspension\tD1\tsourced\thttp" in out


def test_status_as_csv(run: Run) -> None:
    """The same rows for a spreadsheet, nothing else on stdout."""
    done = run("status", "--treaty", "cfe", "--date", "2010-01-01", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert len(rows) == len(run("status", "--treaty", "cfe", "--date", "2010-01-01", "--json").json["data"])
    assert {row["status"] for row in rows if row["party"] == "RUS"} == {"suspended"}


def test_unconfirmed_rows_are_marked(run: Run) -> None:
    """An answer that no source confirms says so."""
    out = run("status", "--treaty", "cfe", "--date", "2024-06-30").out
    marked = {line.split("\t")[0] for line in out.splitlines() if line.endswith("unconfirmed")}
    assert {"DEU", "GBR"} <= marked
    assert "USA" not in marked


def test_a_date_before_the_record_gives_an_empty_table_and_a_note(run: Run) -> None:
    """Nothing had happened, and the note says when the record begins."""
    done = run("status", "--treaty", "cfe", "--date", "1980-01-01")
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    assert "the record begins on 1990-11-19" in done.err
    assert run("status", "--treaty", "cfe", "--date", "1980-01-01", "--json").json["data"] == []


@pytest.mark.parametrize(
    ("words", "near"),
    [(["--treaty", "cff"], "cfe"), (["--party", "RUB"], "RUS"), (["--party", "Russia"], "RUS"), (["--party", "rus"], "RUS")],
)  # fmt: skip
def test_an_unknown_name_gets_the_nearest(run: Run, words: list[str], near: str) -> None:
    """Exit code 3, and the name that was probably meant."""
    done = run("status", *words)
    assert done.code == 3
    assert f"did you mean '{near}'?" in done.err


def test_known_looks_at_the_record_of_a_day(run: Run) -> None:
    """What was recorded later is left out."""
    words = ["status", "--treaty", "cfe", "--party", "RUS", "--date", "2008-01-01", "--json", "--known"]
    assert run(*words, "2007-01-01").json["data"][0]["status"] == "in_force"
    assert run(*words, "2008-01-01").json["data"][0]["status"] == "suspended"


# --- show, new, list, schema, explain-error ---------------------------------------------------------------------------


def test_show_says_rules_as_sentences(run: Run) -> None:
    """Rules with theory, outcomes and branches are shown in words."""
    out = " ".join(run("show", "small.yaml").out.split())
    assert "When request happens, if RUS is bound by cfe, after 10 days, RUS notifies suspension of cfe" in out
    assert "theory: It must act." in out
    assert "gone (Russia has suspended): at the end of some day, RUS is suspended under cfe" in out
    assert "- Event request does not happen." in out


def test_show_resolved_is_the_same_scenario(run: Run) -> None:
    """The joined file says what the files say together, and where each part comes from."""
    Path("more.yaml").write_text("schema: 1\nid: more\ntitle: More\nextends: small.yaml\nremove: {rules: [again]}\n")
    text = run("show", "more.yaml", "--resolved").out
    assert [rule.id for rule in load_text(text).scenario.rules] == ["moratorium"]
    assert "# from small.yaml:" in text
    assert text.index("id: more") < text.index("period:")
    assert parse_yaml(run("show", "small.yaml", "--resolved").out, "x").data == parse_yaml(SCENARIO, "x").data


@pytest.mark.parametrize("more", [[], ["--from", "small.yaml"], ["--from", "cfe-endgame"]])
def test_new_writes_a_valid_scenario_once(run: Run, more: list[str]) -> None:
    """The file begins with the schema line, is valid, and is never overwritten."""
    assert run("new", "my-own", *more).code == 0
    text = Path("my-own.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=")
    assert "\nid: my-own\n" in text
    assert run("check", "my-own.yaml").code == 0
    assert run("run", "my-own.yaml", "--replay").code == 0
    done = run("new", "my-own")
    assert (done.code, Path("my-own.yaml").read_text(encoding="utf-8")) == (3, text)


def test_new_joins_what_it_copies(run: Run) -> None:
    """A copy of a scenario that extends others, or is written on one line, is one file under the new id."""
    Path("flow.yaml").write_text("{schema: 1, id: flow, title: F, period: {from: 2000-01-01, to: 2001-01-01}}")
    Path("more.yaml").write_text("schema: 1\nid: more\ntitle: More\nextends: small.yaml\n")
    assert (run("new", "a", "--from", "flow.yaml").code, run("new", "b", "--from", "more.yaml").code) == (0, 0)
    assert run("check", "a.yaml", "b.yaml").code == 0


def test_new_finds_the_schema_of_the_repository(run: Run) -> None:
    """Where a folder above holds the exported schema, the file names it."""
    Path("schema").mkdir()
    run("schema", "-o", "schema/scenario.schema.json")
    Path("scenarios").mkdir()
    run("new", "x", "-o", "scenarios/x.yaml")
    head = Path("scenarios/x.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert head == "# yaml-language-server: $schema=../schema/scenario.schema.json"


def test_schema_is_printed_or_written(run: Run) -> None:
    """Both ways give the same text."""
    run("schema", "-o", "s.json")
    assert Path("s.json").read_text(encoding="utf-8") == run("schema").out
    assert json.loads(run("schema").out) == run("schema", "--json").json["data"]


def test_views_are_those_of_the_law() -> None:
    """The command line repeats the words so that it need not import the law for its help."""
    assert options.VIEWS == views.VIEWS


def test_version_needs_no_command() -> None:
    """The version is one line."""
    assert process("--version").stdout == f"treatysim {__version__}\n"
    assert process("-V", "list").stdout == f"treatysim {__version__}\n"
