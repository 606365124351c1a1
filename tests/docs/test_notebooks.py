"""The notebooks: both editions run from the first cell to the last, and the files are what their sources say."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from simulator.teaching.build import edition, text_of
from tests.docs.pages import ROOT

SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Its what-if questions take most of the time of all notebooks; the edition with solutions runs them every time.
SLOW = ("04_enlargement_and_cfe",)
STUDENTS = [pytest.param(path, marks=pytest.mark.slow if path.stem in SLOW else (), id=path.stem) for path in SOURCES]


def _run(book: nbformat.NotebookNode, where: Path) -> list[tuple[str, list[str]]]:
    """Run a notebook in a fresh kernel, in an empty folder; return tag and printed lines of each code cell."""
    NotebookClient(book, timeout=300, startup_timeout=300, resources={"metadata": {"path": str(where)}}).execute()
    found = []
    for cell in book.cells:
        printed = [out for out in cell.get("outputs", ()) if out.output_type == "stream"]
        assert all(out.name == "stdout" for out in printed), printed
        lines = "".join(out.text for out in printed).splitlines()
        found.append(((cell.metadata.get("tags") or [""])[0], lines))
    return found


def _asked(source: Path) -> list[str]:
    """The questions that a source checks, in its order."""
    text = source.read_text(encoding="utf-8")
    return [line.split('"')[1] for line in text.splitlines() if line.startswith("check(")]


def test_there_is_a_tour_and_seven_exercises() -> None:
    """Each source has its notebook and each notebook its source."""
    assert [path.stem for path in SOURCES] == [path.stem for path in NOTEBOOKS]
    assert [path.stem[:2] for path in SOURCES] == [f"{number:02}" for number in range(8)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_the_edition_for_students(source: Path) -> None:
    """Letter by letter; after a change of the source, `make notebooks` writes the notebook anew."""
    written = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert written == text_of(edition(source, "students"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_clean_and_gives_nothing_away(path: Path) -> None:
    """No outputs, no counters, no solutions, nothing of the machine that wrote it."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert set(notebook.metadata) == {"kernelspec"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert not any("solution" in cell.metadata.get("tags", ()) for cell in notebook.cells)
    assert "For the instructor" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_with_solutions_every_check_passes(source: Path, tmp_path: Path) -> None:
    """The edition for instructors runs, and each of its answers is right."""
    cells = _run(edition(source, "instructor"), tmp_path)
    said = [line for tag, lines in cells if tag == "check" for line in lines if not line.startswith(" ")]
    assert [line[:3] for line in said] == _asked(source)
    assert [line for line in said if not line[5:].startswith("right. ")] == []


@pytest.mark.parametrize("source", STUDENTS)
def test_without_answers_every_check_says_what_is_missing(source: Path, tmp_path: Path) -> None:
    """The edition for students runs as it stands, and no check passes."""
    cells = _run(edition(source, "students"), tmp_path)
    said = [line for tag, lines in cells if tag == "check" for line in lines if not line.startswith(" ")]
    assert [line[:3] for line in said] == _asked(source)
    # A test that asserts nothing is an answer, and a wrong one.
    wanted = "not yet: " if source.stem.startswith("07") else "no answer yet. "
    assert [line for line in said if not line[5:].startswith(wanted)] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_teaches_in_the_agreed_steps(source: Path) -> None:
    """A question, predictions, a run, something to explain and to change, a debrief, a time: the shape that all share."""
    text = source.read_text(encoding="utf-8")
    steps = ("**Question.**", "**Predict", "**Run.**", "**Explain.**", "Change one thing", "Debrief")
    places = [text.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
    assert any(f"{minutes} minutes" in text for minutes in (60, 75))
    assert text.count("# <- yours") >= 4
    assert text.count('tags=["template"]') == text.count('\n# %% tags=["solution"]') - (source.stem.startswith("06"))
