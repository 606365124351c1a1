"""What the benchmark prints: sections of a title, columns, rows and remarks, as text, Markdown or JSON."""

from __future__ import annotations

import datetime as dt
import platform
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Section", "as_json", "as_markdown", "as_text", "machine"]


@dataclass(slots=True)
class Section:
    """A table with its remarks; `numbers` are the same facts for a program to read."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    remarks: list[str] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)


def machine() -> str:
    """Return the day and what the machine is."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        text = info.read_text(encoding="utf-8")
        found = re.search(r"model name\s*:\s*(.+)", text)
        name = f"{found.group(1) if found else name}, {len(re.findall(r'^processor', text, re.MULTILINE))} cores"
    return f"{dt.date.today().isoformat()}, {name}, {platform.system()}, Python {platform.python_version()}"


def as_text(section: Section) -> str:
    """Return a section as aligned text: the first column to the left, numbers to the right."""
    rows = [section.columns, *section.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(section.columns))]
    lines = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(cells)
        ).rstrip()
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return "\n".join(["", section.title, *(f" {line}" for line in lines), *(f" {one}" for one in section.remarks)])


def as_markdown(section: Section) -> str:
    """Return a section as a table in Markdown."""
    lines = [f"| {' | '.join(row)} |" for row in (section.columns, *section.rows)]
    lines.insert(1, f"| --- |{' ---: |' * (len(section.columns) - 1)}")
    return "\n".join(["", f"**{section.title}**", "", *lines, *(f"\n{one}" for one in section.remarks)])


def as_json(sections: list[Section]) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "machine": machine(),
        "sections": [
            {
                "title": one.title,
                "columns": one.columns,
                "rows": one.rows,
                "remarks": one.remarks,
                "numbers": one.numbers,
            }
            for one in sections
        ],
    }
