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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "toy.yaml").write_text(CASE_1 + KNOWN, encoding="utf-8")
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
        "Mechanism sensitivity",
        "Report card for lost",
        "1 miracle",
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


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("toy.yaml", "--branch", "no-e22"), "no-e2", 3),
        (("toy.yaml", "--branch", "no-e2", "--outcome", "lots"), "lost", 3),
        (("never.yaml", "--branch", "no-e2"), "probability zero", 3),
        (("toy.yaml", "--branch", "no-e2", "--mechanism", "gumble"), "monotone, gumbel, independent", 2),
        (("toy.yaml",), "--branch", 2),
    ],
)
def test_errors_say_what_to_change(run: Run, arguments: tuple[str, ...], words: str, code: int) -> None:
    """Unknown names, a record that the model excludes, a missing branch: no stack trace, the right exit code."""
    done = run("whatif", *arguments)
    assert done.code == code
    assert words in done.err
    assert "Traceback" not in done.err
