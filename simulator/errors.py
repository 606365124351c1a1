"""One tree of errors; every message says where, what was given, what was expected and what to do.

An error carries `Diagnostic` values rather than prose, so the same problem can be printed with an excerpt and a
caret, as one clickable line, or as JSON. The exit codes are those the command line promises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Diagnostic",
    "EngineError",
    "ExtraError",
    "LawError",
    "LimitError",
    "RecordError",
    "ScenarioError",
    "StoreError",
    "TreatySimError",
    "WorkerError",
]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem in one place.

    `line` and `column` count from 1 and are 0 where no place is known; `end_column` is exclusive. `where` is the
    dotted path inside the file (`rules.0.chance`), `excerpt` the source line. `hint` says what to do.

    >>> print(Diagnostic("TS001", "unknown key 'aktor'", "a.yaml", 3, 5, hint="did you mean 'actor'?"))
    a.yaml:3:5: TS001 unknown key 'aktor'; did you mean 'actor'?
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    end_column: int = 0
    where: str = ""
    excerpt: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else (f"{self.file}: " if self.file else "")
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}{self.code} {self.message}{hint}"

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`; empty fields are left out."""
        names = ("code", "message", "file", "line", "column", "end_column", "where", "excerpt", "hint")
        return {name: value for name in names if (value := getattr(self, name))}


class TreatySimError(Exception):
    """Any error that this package raises on purpose; `exit_code` is what the command line returns for it."""

    exit_code = 70

    def __init__(self, message: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(message or "\n".join(str(one) for one in self.diagnostics))


class ScenarioError(TreatySimError):
    """The scenario file is not valid; carries every problem found, in file order."""

    exit_code = 3


class RecordError(TreatySimError):
    """A record or clause file of the product is not valid, or what was asked of it does not exist."""

    exit_code = 3


class LawError(TreatySimError):
    """A law table contradicts itself, or a clause is used in a way the law does not know."""

    exit_code = 3


class EngineError(TreatySimError):
    """A run cannot go on: an invariant is broken or a forced status is not reachable by legal moves."""

    exit_code = 3


class LimitError(TreatySimError):
    """A bound on size, depth, steps or time was reached; names the bound and what reached it."""

    exit_code = 4


class StoreError(TreatySimError):
    """Results cannot be written or read."""

    exit_code = 3


class ExtraError(TreatySimError):
    """A part that is installed on request is missing; the hint holds the command that installs it."""

    exit_code = 3


class WorkerError(TreatySimError):
    """The workers of an ensemble cannot be reached, or ended before they were done."""

    exit_code = 4
