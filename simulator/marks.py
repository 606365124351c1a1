"""Where each value of a file stands, and how a place becomes part of an error message.

A `Document` is a file that has been read: its plain data and, beside it, a tree of marks with the same shape. The tree
is walked with the paths that validators report; elements of a path that are no child there are passed over, because a
validator also names the forms it tried (`#status`) and items that the file spells without brackets.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from simulator.errors import Diagnostic

__all__ = ["NOWHERE", "Document", "Loc", "Mark", "MarkTree", "Spot", "caret_offset", "dotted", "place"]

Loc: TypeAlias = tuple[str | int, ...]

LINE_BREAK = re.compile(r"\r\n|\r|\n")
# One line of 8 MB must not be copied into every message about it.
_WIDEST = 160
_LEAD = 40


class Mark(NamedTuple):
    """A stretch of a file: lines and columns count from 1, the end column is the first one after it."""

    line: int
    column: int
    end_line: int
    end_column: int


NOWHERE = Mark(0, 0, 0, 0)


@dataclass(slots=True)
class MarkTree:
    """The marks of a value: its own, those of its keys (mappings only) and of what it holds. Not changed once read."""

    value: Mark
    keys: dict[str, Mark]
    children: dict[str | int, MarkTree]


class Spot(NamedTuple):
    """A place in a document: the part of a path that exists there, its marks, and the mark of the key it hangs on."""

    document: Document
    path: Loc
    tree: MarkTree
    key: Mark | None

    def child(self, part: str | int) -> Spot | None:
        """The spot one step further down, or None if the file has no such child here."""
        below = self.tree.children.get(part)
        if below is None:
            return None
        key = self.tree.keys.get(part) if isinstance(part, str) else None
        return Spot(self.document, (*self.path, part), below, key)

    def mark(self, *, key: bool = False) -> Mark:
        """The mark of the value, or of the key it hangs on where there is one and `key` asks for it."""
        return self.key if key and self.key is not None else self.tree.value

    def diagnostic(self, code: str, message: str, *, key: bool = False, hint: str = "") -> Diagnostic:
        """A problem at this spot, with the source line."""
        found = place(self.document, self.mark(key=key))
        return Diagnostic(code, message, where=dotted(self.path), hint=hint, **found)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been read; `path` is the name to show for it, `sha256` the digest of its bytes.

    >>> from simulator.source import parse_yaml
    >>> found = parse_yaml("rules:\\n- {id: a, chance: 2}\\n", "a.yaml")
    >>> found.locate(("rules", 0, "chance"))
    Mark(line=2, column=19, end_line=2, end_column=20)
    >>> print(found.diagnostic("TS105", "too large", ("rules", 0, "#rule", "chance")))
    a.yaml:2:19: TS105 too large
    """

    path: str
    text: str
    data: Any
    marks: MarkTree
    sha256: str = ""
    nodes: int = 0
    _lines: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def lines(self) -> list[str]:
        """The source lines, without their ends; split once, when the first error needs them."""
        if not self._lines:
            self._lines.extend(LINE_BREAK.split(self.text))
        return self._lines

    def spot(self, loc: Loc = ()) -> Spot:
        """Follow a path as far as the file goes; what is no child there is passed over."""
        here = Spot(self, (), self.marks, None)
        for part in loc:
            here = here.child(part) or here
        return here

    def locate(self, loc: Loc, *, key: bool = False) -> Mark:
        """The mark of what stands at `loc` (its key, if asked), or of the nearest thing around it."""
        return self.spot(loc).mark(key=key)

    def diagnostic(self, code: str, message: str, loc: Loc, *, key: bool = False, hint: str = "") -> Diagnostic:
        """A problem at `loc`, with the source line."""
        return self.spot(loc).diagnostic(code, message, key=key, hint=hint)


def dotted(path: Loc) -> str:
    """The path as users read it.

    >>> dotted(("rules", 0, "chance"))
    'rules.0.chance'
    """
    return ".".join(str(part)[:_LEAD] for part in path)


def place(document: Document, mark: Mark) -> dict[str, Any]:
    """The fields of a `Diagnostic` that say where: file, line, columns and source line.

    What runs over several lines is marked to the end of its first line.
    """
    if mark.line < 1:
        return {"file": document.path}
    lines = document.lines
    line = min(mark.line, len(lines))
    text = lines[line - 1]
    column = mark.column if line == mark.line else len(text) + 1
    end = mark.end_column if mark.end_line == mark.line == line else len(text.rstrip()) + 1
    return {
        "file": document.path,
        "line": line,
        "column": column,
        "end_column": max(end, column + 1),
        "excerpt": _excerpt(text, column),
    }


def _excerpt(text: str, column: int) -> str:
    """The part of a line that is worth printing, free of characters that would move a terminal's cursor."""
    start = 0 if column <= _WIDEST else column - 1 - _LEAD
    part = text[start : start + _WIDEST]
    clean = "".join(char if _harmless(char) else " " if char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in part)
    return ("…" if start else "") + clean + ("…" if len(text) > start + _WIDEST else "")


def _harmless(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def caret_offset(column: int) -> int:
    """How many characters of the excerpt stand before this column.

    >>> caret_offset(11), caret_offset(5000)
    (10, 41)
    """
    return column - 1 if column <= _WIDEST else _LEAD + 1
