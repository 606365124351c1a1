"""Every notebook runs from its first cell to its last, and is the clean twin of its source."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from tests.docs.pages import ROOT

SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_sources_and_notebooks_come_in_pairs() -> None:
    """Each source has its notebook and each notebook its source."""
    assert NOTEBOOKS
    assert [path.stem for path in SOURCES] == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_its_source(path: Path) -> None:
    """Cells, order and tags agree; after a change of the source, `make notebooks` writes the notebook anew."""
    source, notebook = jupytext.read(path), nbformat.read(path.with_suffix(".ipynb"), as_version=4)

    def cells(one: nbformat.NotebookNode) -> list[tuple[str, str, list[str]]]:
        return [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in one.cells]

    assert cells(notebook) == cells(source)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_clean(path: Path) -> None:
    """No outputs and no counters are kept, and nothing of the machine that wrote it."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert set(notebook.metadata) <= {"jupytext", "kernelspec"}
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    """All cells run in a fresh kernel, in a folder that holds nothing, and say something."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = [out for cell in notebook.cells for out in cell.get("outputs", ()) if out.output_type == "stream"]
    assert printed
    assert all(out.name == "stdout" for out in printed)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_teaches_in_the_agreed_steps(path: Path) -> None:
    """A question, predictions, something to change, a debrief: the shape that all notebooks share."""
    text = path.read_text(encoding="utf-8")
    assert all(word in text for word in ("**Question.**", "**Predict", "**Run.**", "**Explain.**", "Change one thing"))
    assert "Debrief" in text
    assert "# <- yours" in text
