"""Two editions of each notebook, from one percent source.

A source holds cells tagged `template`, which a student fills in, and cells tagged `solution`. The edition for students
leaves the solutions out, the edition for instructors the templates. Both are plain `.ipynb` files without outputs; the
edition for instructors can be run, so that it shows what the class should see.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from simulator.errors import ExtraError, StoreError

__all__ = ["EDITIONS", "build", "edition", "sources", "text_of"]

# Which cells an edition leaves out.
EDITIONS = {"students": "solution", "instructor": "template"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_NEEDS = "this needs jupytext and nbformat; install them with: python -m pip install 'treatysim[notebooks]'"


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ExtraError(_NEEDS) from None


def sources(folder: Path) -> list[Path]:
    """Return the percent sources in a folder, in order; raise StoreError where there are none."""
    found = sorted(folder.glob("[0-9][0-9]_*.py"))
    if not found:
        raise StoreError(f"{folder}: no notebook sources (files such as 01_name.py); name their folder with --from")
    return found


def edition(source: Path, name: str) -> Any:
    """Return one edition of a source as a notebook; `name` is `students` or `instructor`.

    The same source gives the same notebook, cell ids included, so that a diff shows what an author has changed.
    """
    book = _module("jupytext").read(source, fmt="py:percent")
    cells = [cell for cell in book.cells if EDITIONS[name] not in cell.metadata.get("tags", ())]
    for number, cell in enumerate(cells):
        cell["id"] = f"{source.stem.replace('_', '-')}-{number:02}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    # No pairing in the metadata: saving a student's notebook must never overwrite its source.
    book.cells, book.metadata = cells, {"kernelspec": dict(KERNEL)}
    book.nbformat, book.nbformat_minor = 4, 5
    return book


def text_of(book: Any) -> str:
    """Return the text of the `.ipynb` file of a notebook."""
    text: str = _module("nbformat").writes(_module("nbformat").from_dict(book), version=4)
    return text + "\n"


def build(out: Path, name: str, folder: Path, *, run: bool = False) -> list[Path]:
    """Write one edition of every notebook to a folder and return the files; with `run` they hold their outputs.

    Raises StoreError where there are no sources, ExtraError where a package is missing.
    """
    if name == "instructor" and out.resolve() == folder.resolve():
        raise StoreError(f"{out} holds the notebooks of the students; name another folder for those with solutions")
    written = []
    out.mkdir(parents=True, exist_ok=True)
    for source in sources(folder):
        book = edition(source, name)
        if run:
            _module("nbclient").NotebookClient(
                book, timeout=600, startup_timeout=300, resources={"metadata": {"path": str(out)}}
            ).execute()
        path = out / f"{source.stem}.ipynb"
        path.write_text(text_of(book), encoding="utf-8")
        written.append(path)
    return written
