"""Columns that explain themselves: a row is a dataclass, each field says its unit and meaning, and from that comes the
codebook.

>>> @dataclass(frozen=True)
... class Row:
...     "One row for each State."
...     ccode: int | None = column("Correlates of War number", unit="code")
...     iso3: str = column("ISO 3166 alpha-3 code", unit="code")
>>> csv_text(Row, [Row(565, "NAM"), Row(None, "NA")])
'"ccode","iso3"\\n565,"NAM"\\n,"NA"\\n'
>>> [(row.column, row.type, row.missing) for row in columns_of("panel.csv", Row)]
[('ccode', 'integer', 'empty'), ('iso3', 'text', 'never')]
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Column", "codebook_csv", "codebook_md", "column", "columns_of", "csv_text", "decimal"]

_TYPES = {int: "integer", str: "text", bool: "0 or 1", Fraction: "decimal"}
_PLACES = 6


def column(meaning: str, *, unit: str = "") -> Any:
    """Return a dataclass field with its meaning and unit."""
    return dataclasses.field(metadata={"meaning": meaning, "unit": unit})


@dataclass(frozen=True)
class Column:
    """A row of the codebook: a column of a file, its type, unit and meaning, and what a missing value looks like."""

    file: str
    column: str
    type: str
    unit: str
    missing: str
    meaning: str


def columns_of(file: str, row: type[Any]) -> list[Column]:
    """Return the codebook rows of a row type, in column order."""
    hints, found = typing.get_type_hints(row), []
    for one in dataclasses.fields(row):
        kinds = [kind for kind in typing.get_args(hints[one.name]) or (hints[one.name],) if kind is not type(None)]
        missing = "never" if len(kinds) == len(typing.get_args(hints[one.name]) or (1,)) else "empty"
        meta = one.metadata
        found.append(Column(file, one.name, _TYPES[kinds[0]], meta["unit"], missing, meta["meaning"]))
    return found


def decimal(value: Fraction) -> str:
    """A fraction as a decimal of six places, rounded half to even; integers keep their places, for one form a column.

    >>> decimal(Fraction(1, 3)), decimal(Fraction(13, 20)), decimal(Fraction(1))
    ('0.333333', '0.650000', '1.000000')
    """
    scaled = round(value * 10**_PLACES)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(_PLACES + 1, "0")
    return f"{sign}{digits[:-_PLACES]}.{digits[-_PLACES:]}"


def _cell(value: object) -> str:
    """Text is always in quotes, so that no code such as NA is taken for a missing value; that one is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Fraction):
        return decimal(value)
    return str(value) if isinstance(value, int) else '"' + str(value).replace('"', '""') + '"'


def csv_text(row: type[Any], rows: Iterable[Any]) -> str:
    """Return a table as CSV: UTF-8 text, one line a row, numbers plain, text in quotes, missing values empty."""
    names = [one.name for one in dataclasses.fields(row)]
    lines = [",".join(_cell(name) for name in names)]
    lines += [",".join(_cell(getattr(one, name)) for name in names) for one in rows]
    return "\n".join(lines) + "\n"


def codebook_csv(columns: Sequence[Column]) -> str:
    """Return the codebook as a table."""
    names = [one.name for one in dataclasses.fields(Column)]
    lines = [",".join(_cell(name) for name in names)]
    lines += [",".join(_cell(getattr(one, name)) for name in names) for one in columns]
    return "\n".join(lines) + "\n"


def codebook_md(title: str, preface: Sequence[str], tables: Sequence[tuple[str, type[Any]]]) -> str:
    """Return the codebook as a page: a preface, then for each file what a row is and a table of its columns."""
    lines = [f"# {title}", "", *(part for paragraph in preface for part in (paragraph, ""))]
    for file, row in tables:
        lines += [f"## {file}", "", " ".join((row.__doc__ or "").split()), ""]
        lines += ["| column | type | unit | missing | meaning |", "| --- | --- | --- | --- | --- |"]
        for one in columns_of(file, row):
            cells = (f"`{one.column}`", one.type, one.unit, one.missing, one.meaning)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"
