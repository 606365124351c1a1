"""`treatysim chart` as a user meets it: files of every kind, words on stdout, and errors that say what to do."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from simulator.report.diagrams import as_dot, as_mermaid, treaty_diagram
from tests.unit.chartlab import size
from tests.unit.commandline import SCENARIO, Run, runner
from tests.unit.test_startup import command, imported, roots

WHOLE = ("chart", "bands", "small.yaml", "--treaty", "cfe")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    found = runner(capsys, tmp_path, monkeypatch)
    # A model that can have done what the record says, on the day on which it was done.
    Path("pair.yaml").write_text(SCENARIO.replace("after: {days: 10}", "after: {days: 175}"), encoding="utf-8")
    return found


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("bands", "small.yaml", "--treaty", "cfe", "--party", "RUS"), "CFE: status of 1 party, 2007-01-01 to 2009-12-31"),
        (("indicators", "small.yaml", "--from", "2007-06-01", "--to", "2008-06-01"), "Indicators of the architecture, 2007-06-01"),
        (("network", "small.yaml", "--date", "2008-01-01"), "30 States and 1 treaty on 2008-01-01"),
        (("lifecycle", "treaty-lifecycle"), "A treaty: the lifecycle of the law"),
        (("lifecycle", "cfe"), "CFE: the moves that its clauses allow"),
        (("pair", "pair.yaml", "--branch", "quiet"), "small: two worlds, 2007-01-01 to 2009-12-31"),
        (("shares", "small.yaml", "--runs", "20"), "Armenia under CFE: shares of 20 runs by status"),
        (("fan", "small.yaml", "--runs", "20"), "Parties bound by CFE: how far 20 runs lie apart"),
    ],
)  # fmt: skip
def test_every_kind_is_written_and_told(run: Run, words: tuple[str, ...], title: str) -> None:
    """The file has the form of its name; stdout says what it shows; stderr is silent."""
    done = run("chart", *words, "-o", "out.json")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"out.json: {title}")
    spec = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v")
    name = " ".join(spec["title"]["text"])
    description = spec["description"].removeprefix(f"{name}. ")
    assert " ".join(done.out.split()) == f"out.json: {name} {' '.join(description.split())}"


def test_every_form_is_written(run: Run) -> None:
    """The ending of the name decides, in capitals too; a PNG has two pixels for each of the width."""
    begins = {"svg": b"<svg", "PNG": b"\x89PNG", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "json": b"{"}
    for ending, begin in begins.items():
        assert run(*WHOLE, "--width", "390", "-o", f"cfe.{ending}").code == 0
        assert Path(f"cfe.{ending}").read_bytes().startswith(begin)
    assert size(Path("cfe.PNG").read_bytes())[0] == pytest.approx(2 * 390, abs=8)


def test_json_holds_words_and_table(run: Run) -> None:
    """One object with the file, title, description and the data."""
    done = run(*WHOLE, "--party", "RUS", "-o", "cfe.svg", "--json").json
    data = done["data"]
    assert data["file"] == "cfe.svg"
    assert "RUS under CFE: suspended from 2007-12-12" in data["description"]
    rows = [dict(zip(data["table"]["columns"], row, strict=True)) for row in data["table"]["rows"]]
    suspended = next(row for row in rows if row["what"] == "U suspended")
    assert (suspended["from"], suspended["party"]) == ("2007-12-12", "RUS")
    assert done["manifest"]["kind"] == "bands"
    assert done["manifest"]["treaty"] == ["cfe"]


def test_a_pair_is_given_the_record_or_replayed(run: Run) -> None:
    """The subtitle says how the worlds came about; both show where they part."""
    done = run("chart", "pair", "pair.yaml", "--branch", "quiet", "-o", "a.svg", "--seed", "4")
    assert "drawn with seed 4 from all that agree with the record" in " ".join(done.out.split())
    assert "They part on 2007-01-20: event request happens." in " ".join(done.out.split())
    assert "RUS under CFE: the status differs 2007-12-12" in " ".join(done.out.split())
    assert run("chart", "pair", "pair.yaml", "--branch", "quiet", "-o", "c.svg", "--seed", "4").code == 0
    assert Path("a.svg").read_bytes() == Path("c.svg").read_bytes(), "the same seed draws the same pair"
    done = run("chart", "pair", "pair.yaml", "--branch", "quiet", "--replay", "-o", "b.svg")
    assert "Both worlds replay the record" in done.out


def test_mermaid_and_dot_are_those_of_graph(run: Run) -> None:
    """A lifecycle can be written as text; it is what `graph` prints."""
    assert run("chart", "lifecycle", "cfe", "-o", "cfe.mmd").code == 0
    assert run("chart", "lifecycle", "cfe", "-o", "cfe.dot").code == 0
    assert Path("cfe.mmd").read_text(encoding="utf-8") == as_mermaid(treaty_diagram("cfe"))
    assert Path("cfe.dot").read_text(encoding="utf-8") == as_dot(treaty_diagram("cfe"))


# -- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("bands", "small.yaml", "-o", "a.bmp"), 2, "'a.bmp' ends in .bmp; a bands chart can be written as .svg, .png, .pdf"),
        (("bands", "small.yaml", "-o", "a"), 2, "'a' has no ending"),
        (("bands", "small.yaml", "-o", "a.mmd"), 2, "a bands chart can be written as"),
        (("pie", "small.yaml", "-o", "a.svg"), 2, "'pie' is not one of"),
        (("bands", "small.yaml"), 2, "Missing option '--out'"),
        (("bands", "small.yaml", "-o", "a.svg", "--date", "2008-01-01"), 2, "a bands chart does not have it; it is for network"),
        (("lifecycle", "cfe", "-o", "a.svg", "--view", "strict"), 2, "a lifecycle chart does not have it"),
        (("network", "small.yaml", "-o", "a.svg", "--rows", "3"), 2, "it is for bands, pair"),
        (("pair", "pair.yaml", "-o", "a.svg"), 2, "a pair needs the branch of the second world"),
        (("pair", "pair.yaml", "--branch", "quiet", "--replay", "--seed", "1", "-o", "a.svg"), 2, "leave --seed out"),
        (("pair", "pair.yaml", "--branch", "quite", "-o", "a.svg"), 3, "quiet"),
        (("bands", "small.yaml", "--treaty", "cef", "-o", "a.svg"), 3, "did you mean 'cfe'?"),
        (("bands", "small.yaml", "--party", "QQQ", "-o", "a.svg"), 3, "unknown party of this run 'QQQ'"),
        (("bands", "small.yaml", "--from", "2020-01-01", "-o", "a.svg"), 2, "it lies after the end (2009-12-31)"),
        (("network", "small.yaml", "--date", "1990-01-01", "-o", "a.svg"), 2, "the run lasts from 2007-01-01 to 2009-12-31"),
        (("lifecycle", "cef", "-o", "a.svg"), 3, "did you mean 'cfe'?"),
        (("bands", "nowhere.yaml", "-o", "a.svg"), 3, "nowhere.yaml"),
        (("bands", "small.yaml", "-o", "a.svg", "--width", "10"), 2, "greater than or equal to 280"),
        (("bands", "small.yaml", "-o", "no/such/a.svg"), 3, "there is no such folder"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    """The exit code is that of the kind of mistake, the message has what helps, and no file is left."""
    done = run("chart", *words)
    assert done.code == code
    assert said in " ".join(done.err.split())
    assert done.out == ""
    assert not list(Path().glob("a*"))


def test_nothing_is_overwritten_without_being_asked(run: Run) -> None:
    """A file that stands there is kept, unless --force is given."""
    Path("cfe.svg").write_text("mine", encoding="utf-8")
    done = run(*WHOLE, "-o", "cfe.svg")
    assert done.code == 3
    assert "name another file, or give --force to replace this one" in done.err
    assert Path("cfe.svg").read_text(encoding="utf-8") == "mine"
    assert run(*WHOLE, "-o", "cfe.svg", "--force").code == 0
    assert Path("cfe.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_missing_extra_is_said_before_anything_runs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one command that installs it stands in the error, in JSON too; Mermaid needs no extra."""
    monkeypatch.setitem(sys.modules, "altair", None)
    done = run(*WHOLE, "-o", "cfe.svg")
    assert done.code == 3
    assert "error[TS607]: charts need altair, which is not installed" in done.err
    assert "python -m pip install 'altair>=" in done.err
    assert run(*WHOLE, "-o", "cfe.svg", "--json").json["diagnostics"][0]["code"] == "TS607"
    assert run("chart", "lifecycle", "cfe", "-o", "cfe.mmd").code == 0


# -- start ---------------------------------------------------------------------------------------------------------


def test_other_commands_do_not_load_what_draws(tmp_path: Path) -> None:
    """Neither the entry, nor help, nor a run, nor `graph` loads Altair or its converter."""
    drawing = {"altair", "vl_convert", "narwhals", "jinja2"}
    assert not drawing & roots(imported("import simulator.cli.app"))
    for words in (["chart", "--help"], ["graph", "cfe"], ["run", "inf-endgame", "--replay"]):
        modules = imported(command(*words), cwd=tmp_path)
        assert not drawing & roots(modules)
        assert "simulator.report.charts" not in modules
