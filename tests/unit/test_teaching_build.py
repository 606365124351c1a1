"""The command that writes the editions of the notebooks."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from simulator.teaching import build as building
from simulator.teaching.__main__ import main
from simulator.teaching.build import edition, text_of

SOURCE = """# %% [markdown]
# # A page

# %% tags=["template"]
answer = ""  # <- yours

# %% tags=["solution"]
answer = 4

# %%
print("the answer:", answer)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "01_page.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_an_edition_has_its_own_cells_and_is_always_the_same(folder: Path) -> None:
    """Students see the template, instructors the solution; two writings are equal."""
    students, instructor = (text_of(edition(folder / "01_page.py", one)) for one in ("students", "instructor"))
    assert "<- yours" in students and "answer = 4" not in students
    assert "<- yours" not in instructor and "answer = 4" in instructor
    assert students == text_of(edition(folder / "01_page.py", "students"))


def test_both_editions_are_written_by_one_command_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`students` writes beside the sources, `build` into a folder of its own."""
    assert main(["students", "--from", str(folder)]) == 0
    assert main(["build", str(folder / "out"), "--from", str(folder)]) == 0
    assert "1 notebooks" in capsys.readouterr().out
    assert "answer = 4" in (folder / "out" / "01_page.ipynb").read_text(encoding="utf-8")
    assert "answer = 4" not in (folder / "01_page.ipynb").read_text(encoding="utf-8")


def test_a_run_edition_shows_its_outputs(folder: Path) -> None:
    """With `--run` the notebook holds what it printed."""
    assert main(["build", str(folder / "out"), "--from", str(folder), "--run"]) == 0
    assert "the answer: 4" in (folder / "out" / "01_page.ipynb").read_text(encoding="utf-8")


def test_solutions_never_overwrite_the_notebooks_of_students(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of the sources is refused, and an empty folder is named."""
    assert main(["build", str(folder), "--from", str(folder)]) != 0
    assert "name another folder" in capsys.readouterr().err
    (folder / "empty").mkdir()
    assert main(["build", str(folder / "out"), "--from", str(folder / "empty")]) != 0
    assert "no notebook sources" in capsys.readouterr().err


def test_a_missing_package_is_named_with_its_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without jupytext the command says how to install it."""

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(building, "importlib", type("None", (), {"import_module": staticmethod(absent)}))
    assert main(["students", "--from", str(folder)]) == 3
    assert "pip install" in capsys.readouterr().err
    assert importlib.import_module("jupytext")
