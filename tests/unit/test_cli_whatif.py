"""`treatysim whatif` as a user meets it: a page, one JSON object, and errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.agree.worlds import CASE_1
from tests.unit.commandline import Run, runner

KNOWN = (
    "observed: {complete: [], statuses: [{date: 2000-01-25, status: toy, of: RUS, is: in_force}, "
    "{date: 2000-01-26, status: toy, of: RUS, is: suspended}]}\n"
)

MORE = "  - {id: likelier, chance: {rm: 3/5}}\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "toy.yaml").write_text(CASE_1 + MORE + KNOWN, encoding="utf-8")
    unsure = CASE_1.replace("rules:", "parameters: {p: {value: 3/10, range: [1/10, 1/2]}, r: {value: 1}}\nrules:", 1)
    (tmp_path / "unsure.yaml").write_text(unsure.replace("chance: 3/10", "chance: p") + KNOWN, encoding="utf-8")
    (tmp_path / "never.yaml").write_text(CASE_1 + KNOWN.replace("2000-01-26", "2000-01-03"), encoding="utf-8")
    return runner(capsys, tmp_path, monkeypatch)


def test_the_page_answers_and_says_how_sure_it_is(run: Run) -> None:
    """The edit in words, both questions, what was known, and the report card."""
    done = run("whatif", "toy.yaml", "--branch", "no-e2")
    assert done.code == 0
    page = " ".join(done.out.split())
    for words in (
        "Event e2 does not happen.",
        "34/43 (79.1 %)",
        "29/50 (58 %)",
        "2 observed statuses from 2000-01-01 to 2000-01-26, to the day; what else was done is not known",
        "in 3 ways (exact)",
        "30.1 %",
        "Report card for lost",
        "1 miracle (taken away though the file gives it no chance to fail: e2)",
        "on average",
        "In short, given everything on record: lost: as it was, certain; with the change, 34/43 (79.1 %).",
        "as it was with the change model alone model, changed needed it",
        "Happens all the same: m (2000-01-21)",
    ):
        assert words in page


def test_json_is_one_object_with_the_card(run: Run) -> None:
    """Fractions as text; the manifest repeats what was asked."""
    done = run("whatif", "toy.yaml", "--branch", "no-e2", "--json")
    given = json.loads(done.out)
    assert given["ok"]
    assert given["data"]["outcomes"]["lost"]["given_record"] == "34/43"
    assert given["data"]["p_record"] == "301/1000"
    assert {row["id"] for row in given["data"]["card"]["rows"]} >= {"clarity", "cotenability", "competition"}
    assert given["manifest"]["branch"] == "no-e2"


def test_without_the_card(run: Run) -> None:
    """The judgement can be left out."""
    done = run("whatif", "toy.yaml", "--branch", "no-m", "--no-card")
    assert "15/43" in done.out
    assert "Report card" not in done.out


def test_seeing_beside_doing(run: Run) -> None:
    """One line says what is to be expected if the change were found out, or why that cannot be asked."""
    page = " ".join(run("whatif", "toy.yaml", "--branch", "no-re", "--seeing", "--no-card").out.split())
    assert "34/43 (79.1 %)" in page
    assert "Seen, not done: had the same been found out beside the record as it is, and nothing been changed" in page
    assert "lost certain" in page
    page = " ".join(run("whatif", "toy.yaml", "--branch", "no-e2", "--seeing", "--no-card").out.split())
    assert "Seen, not done: not defined, since the file leaves e2 no chance not to happen; give the event" in page
    given = json.loads(run("whatif", "toy.yaml", "--branch", "no-re", "--seeing", "--no-card", "--json").out)
    assert given["data"]["seeing"] == {
        "outcomes": {"lost": "1"},
        "left_out": [],
        "record_until": None,
        "p": "49/250",
        "reason": "",
    }


def test_a_parameter_of_which_only_the_range_is_known(run: Run) -> None:
    """The page gives the average and each value; the numbers are those of the closed form."""
    done = run("whatif", "unsure.yaml", "--branch", "no-e2", "--over", "p", "--no-card")
    page = " ".join(done.out.split())
    assert "Were p unknown, from 1/10 to 1/2, the same in both worlds: lost with the change" in page
    assert "38/41 (92.7 %) at 1/10" in page
    assert "2/3 (66.7 %) at 1/2" in page
    data = json.loads(run("whatif", "unsure.yaml", "--branch", "no-e2", "--over", "p", "--no-card", "--json").out)
    assert [one["value"] for one in data["data"]["over"]["values"]] == ["1/10", "1/5", "3/10", "2/5", "1/2"]


def test_bounds_are_printed_where_chances_change(run: Run) -> None:
    """M's chance is raised: the record says that M fired with 34/43, and mechanisms differ about what that means."""
    done = run("whatif", "toy.yaml", "--branch", "likelier", "--no-card")
    page = " ".join(done.out.split())
    assert "however 1 decision may carry over (no narrower range is sure)" in page
    none = " ".join(run("whatif", "toy.yaml", "--branch", "no-e2", "--no-card").out.split())
    assert "Mechanism sensitivity: the change gives decisions other chances" in page
    assert "Mechanism" not in none


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("toy.yaml", "--branch", "no-e22"), "no-e2", 3),
        (("toy.yaml", "--branch", "no-e2", "--outcome", "lots"), "lost", 3),
        (("never.yaml", "--branch", "no-e2"), "probability zero", 3),
        (("toy.yaml", "--branch", "no-e2", "--mechanism", "gumble"), "monotone, gumbel, independent", 2),
        (("toy.yaml",), "--branch", 2),
        (("toy.yaml", "--branch", ""), "the name is empty", 2),
        (("toy.yaml", "--branch", "no-e2", "--over", "q"), "no parameter 'q'", 3),
        (("unsure.yaml", "--branch", "no-e2", "--over", "r"), "parameter r has no range", 3),
    ],
)
def test_errors_say_what_to_change(run: Run, arguments: tuple[str, ...], words: str, code: int) -> None:
    """Unknown names, a record that the model excludes, a missing branch: no stack trace, the right exit code."""
    done = run("whatif", *arguments)
    assert done.code == code
    assert words in done.err
    assert "Traceback" not in done.err
