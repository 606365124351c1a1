"""Streams and forms of output: results on stdout, everything else on stderr; text, tables, one JSON object.

A table is aligned and coloured in a terminal, and has one row a line with tabs between its cells everywhere else.
`NO_COLOR` takes the colours away, never the alignment.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "Cell",
    "Said",
    "Table",
    "about",
    "emit",
    "envelope",
    "flat",
    "has_colour",
    "is_terminal",
    "note",
    "paint",
    "print_table",
    "recorded",
    "say",
    "say_wrapped",
    "width",
    "wrapped",
]

_SGR = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "magenta": "35"}
_MOST = 160
_LEAST = 40


class Cell(NamedTuple):
    """Text with a style of rich; what is no terminal shows the text alone."""

    text: str
    style: str = ""


@dataclass(slots=True)
class Table:
    """Column names and rows; `wrap` names the columns that may be broken into lines."""

    columns: Sequence[str]
    rows: list[Sequence[str | Cell | list[Cell]]] = field(default_factory=list)
    wrap: frozenset[str] = frozenset()


class Said(NamedTuple):
    """A paragraph of the result: its text, its styles, and how many columns it stands in."""

    text: str
    styles: tuple[str, ...]
    indent: int


_HEARD: ContextVar[list[Said | Table] | None] = ContextVar("heard", default=None)
_ENDLESS = 1_000_000  # columns of a page that breaks its lines itself


@contextmanager
def recorded() -> Iterator[list[Said | Table]]:
    """Keep what is said inside, paragraph by paragraph and table by table, instead of writing it.

    >>> with recorded() as heard:
    ...     say_wrapped("CFE was suspended.", "bold", indent="  ")
    >>> heard
    [Said(text='CFE was suspended.', styles=('bold',), indent=2)]
    """
    heard: list[Said | Table] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream."""
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


def has_colour(stream: TextIO) -> bool:
    """Whether colours may be used: in a terminal, unless NO_COLOR is set to anything (no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def width() -> int:
    """How wide running text is set: as the terminal, within what can be read."""
    import shutil

    if _HEARD.get() is not None:
        return _ENDLESS
    return max(_LEAST, min(shutil.get_terminal_size((100, 24)).columns, _MOST if is_terminal(sys.stdout) else 100))


def paint(text: str, *styles: str, stream: TextIO | None = None) -> str:
    """The text in a style, where the stream shows colours."""
    if not styles or _HEARD.get() is not None or not has_colour(stream or sys.stdout):
        return text
    return f"\x1b[{';'.join(_SGR[style] for style in styles)}m{text}\x1b[0m"


def say(text: str = "", *styles: str) -> None:
    """Write a line of the result."""
    heard = _HEARD.get()
    if heard is not None:
        inside = text.lstrip(" ")
        heard.append(Said(inside, styles, len(text) - len(inside)))
        return
    sys.stdout.write(paint(text, *styles) + "\n")


def note(text: str, *styles: str) -> None:
    """Write a line about the result to stderr."""
    sys.stdout.flush()  # in a terminal both streams show in the order in which they were written
    sys.stderr.write(paint(text, *styles, stream=sys.stderr) + "\n")


def say_wrapped(text: str, *styles: str, indent: str = "", hang: str = "") -> None:
    """Write running text of the result in lines that fit; `hang` indents those after the first."""
    for line in wrapped(text, indent=indent, hang=hang) or [""]:
        say(line, *styles)


def wrapped(text: str, *, indent: str = "", hang: str = "") -> list[str]:
    """The lines of running text; words that are longer than a line, such as addresses, stay whole."""
    import textwrap

    return textwrap.wrap(
        text,
        width(),
        initial_indent=indent,
        subsequent_indent=indent + hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


# --- JSON -------------------------------------------------------------------------------------------------------------


def about(command: str, **more: Any) -> dict[str, Any]:
    """The manifest of a command that runs nothing: what answered, and what it was asked."""
    from simulator import __version__

    return {"tool": "treatysim", "version": __version__, "command": command, **more}


def envelope(
    data: Any, manifest: Mapping[str, Any], *, diagnostics: Iterable[Mapping[str, Any]] = (), ok: bool = True
) -> dict[str, Any]:
    """The one object that `--json` prints."""
    return {"ok": ok, "data": data, "diagnostics": list(diagnostics), "manifest": dict(manifest)}


def emit(payload: Mapping[str, Any]) -> None:
    """Print the object; characters that the stream cannot hold are escaped as JSON does."""
    unicode = (sys.stdout.encoding or "ascii").lower().replace("-", "").replace("_", "") == "utf8"
    sys.stdout.write(json.dumps(payload, indent=2, ensure_ascii=not unicode) + "\n")


# --- tables -----------------------------------------------------------------------------------------------------------


def print_table(table: Table, *, indent: int = 0) -> None:
    """Print a table in the form that suits the stream."""
    heard = _HEARD.get()
    if heard is not None:
        heard.append(table)
        return
    if is_terminal(sys.stdout):
        _print_rich(table, indent)
        return
    sys.stdout.write("\t".join(table.columns) + "\n")
    for row in table.rows:
        sys.stdout.write("\t".join(flat(cell) for cell in row) + "\n")


def _parts(cell: str | Cell | list[Cell]) -> list[Cell]:
    return cell if isinstance(cell, list) else [cell if isinstance(cell, Cell) else Cell(cell)]


def flat(cell: str | Cell | list[Cell]) -> str:
    """A cell as plain text."""
    return " ".join(" ".join(part.text for part in _parts(cell)).split())


_GAP = 2
_WORD = 20  # a longer word of running text may be broken


def _print_rich(table: Table, indent: int) -> None:
    """As a grid where every cell that is not running text fits whole and every word of the others, else row by row."""
    from rich.console import Console

    colour = has_colour(sys.stdout)
    console = Console(file=sys.stdout, highlight=False, emoji=False, color_system="auto" if colour else None)
    least = [_least(table, place) for place in range(len(table.columns))]
    if indent + sum(least) + _GAP * len(least) <= console.width:
        _print_grid(console, table, least, indent)
    else:
        _print_narrow(console, table, indent)


def _texts(table: Table, place: int) -> list[str]:
    return [table.columns[place], *(" ".join(part.text for part in _parts(row[place])) for row in table.rows)]


def _whole(table: Table, place: int) -> int:
    """How wide a column is where nothing is broken."""
    return max(len(line) for text in _texts(table, place) for line in (text.splitlines() or [""]))


def _least(table: Table, place: int) -> int:
    """How wide a column must be."""
    if table.columns[place] not in table.wrap:
        return _whole(table, place)
    return max(min(len(word), _WORD) for text in _texts(table, place) for word in (text.split() or [""]))


def _print_grid(console: Console, table: Table, least: Sequence[int], indent: int) -> None:
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    head = "bold" if has_colour(sys.stdout) else ""
    grid = RichTable(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style=head)
    for name, size in zip(table.columns, least, strict=True):
        grid.add_column(name, no_wrap=name not in table.wrap, overflow="fold", min_width=size)
    for row in table.rows:
        grid.add_row(*(Text.assemble(*_parts(cell)) for cell in row))
    console.print(Padding(grid, (0, 0, 0, indent)) if indent else grid)


def _print_narrow(console: Console, table: Table, indent: int) -> None:
    """In a narrow terminal nothing is cut: cells stand in a line, running text that is too long below it by its name.

    Columns without any text are left out.
    """
    from rich.text import Text

    filled = [place for place in range(len(table.columns)) if any(flat(row[place]) for row in table.rows)]
    size = {place: _whole(table, place) for place in filled}
    short = [place for place in filled if table.columns[place] not in table.wrap]
    for place in sorted(set(filled) - set(short), key=size.__getitem__):
        if indent + sum(size[one] + _GAP for one in (*short, place)) <= console.width:
            short = sorted((*short, place))

    def line(cells: Iterable[str | Cell | list[Cell]]) -> None:
        text = Text(" " * indent)
        for place, cell in zip(short, cells, strict=True):
            part = Text.assemble(*_parts(cell))
            text.append_text(part).append(" " * (size[place] - len(part) + _GAP))
        text.rstrip()
        console.print(text, soft_wrap=True)

    line(Cell(table.columns[place], "bold" if has_colour(sys.stdout) else "") for place in short)
    for row in table.rows:
        line(row[place] for place in short)
        for place in filled:
            if place not in short and flat(row[place]):
                say_wrapped(f"{table.columns[place]}: {flat(row[place])}", indent=" " * (indent + 4), hang="  ")
