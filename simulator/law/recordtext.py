"""The text of a record file that a user has: of bounded size, in UTF-8, with its lines and cells as they stand.

What no table of acts holds is refused before anything looks at the rows: a directory, a workbook, a file that is too
large, a character that no reader sees.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import stat
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from simulator.errors import Diagnostic, LimitError, RecordError

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "check_size",
    "is_address",
    "is_day",
    "lines",
    "nearest",
    "quoted",
    "read_text",
    "unseen",
]

# Far above any shipped file (the largest has a few hundred rows), and low enough to be checked while a user waits.
MAX_BYTES: Final = 4_000_000
MAX_ROWS: Final = 10_000
_ADDRESS = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(:\d+)?(/\S*)?", re.ASCII)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_text(path: Path) -> str:
    """Return the text of a regular file of bounded size, without the mark that some programs put before it.

    Raises RecordError if there is no such file or it is no text in UTF-8, LimitError if it is larger than MAX_BYTES.
    """
    name = str(path)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            what = "a directory" if stat.S_ISDIR(about.st_mode) else "not a regular file"
            raise _unreadable(name, f"this is {what}", "name a CSV file; for a directory, name the files in it")
        if about.st_size > MAX_BYTES:
            raise _too_large("TS401", f"the file has {about.st_size:,} bytes; at most {MAX_BYTES:,} are read", name)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(name, "there is no such file", "a record file is CSV, named after its treaty") from None
    except (OSError, ValueError) as error:  # ValueError: a path that holds a NUL character
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(name, f"the file cannot be read: {reason}", "check its name and who may read it") from None
    if len(content) > MAX_BYTES:  # it grew since it was asked
        raise _too_large("TS401", f"the file has more than {MAX_BYTES:,} bytes", name)
    return _decoded(content, name).removeprefix("\N{BYTE ORDER MARK}")


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"cannot be read as UTF-8 text: the byte 0x{content[error.start]:02X} in line {line} belongs to none"
        raise _unreadable(name, what, "save the table as CSV in UTF-8; a workbook or a PDF is no CSV") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _unreadable(name, f"this is no text: line {line} holds a zero byte", "save the table as CSV in UTF-8")
    return text


def check_size(text: str, name: str) -> None:
    """Raise LimitError for a text of more than MAX_BYTES characters or MAX_ROWS rows below its header."""
    if len(text) > MAX_BYTES:
        raise _too_large("TS401", f"the text has {len(text):,} characters; at most {MAX_BYTES:,} are read", name)
    rows = sum(1 for _ in lines(text)) - 1
    if rows > MAX_ROWS:
        raise _too_large("TS403", f"the file has {rows:,} rows; at most {MAX_ROWS:,} are read", name)


def lines(text: str) -> io.StringIO:
    """Return the lines of a text: line feeds and carriage returns end them, no other character does.

    >>> len(list(lines("1990-11-19,DEU\\u2028\\n1990-11-20,FRA")))
    2
    """
    return io.StringIO(text, newline="")


def unseen(cell: str) -> str:
    """Return the first character of a cell that no reader sees (control, format, line separator), as U+2028; else "".

    >>> unseen("Vienna, third\\u2028session"), unseen("Köln")
    ('U+2028', '')
    """
    if cell.isascii() and cell.isprintable():
        return ""
    found = (one for one in cell if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp"))
    return next((f"U+{ord(one):04X}" for one in found), "")


def is_address(text: str) -> bool:
    """Whether a text is the address of a page: http or https, a host, and no space.

    >>> is_address("https://www.osce.org/library/14087"), is_address("notaurl"), is_address("https://")
    (True, False, False)
    """
    return _ADDRESS.fullmatch(text) is not None


def is_day(cell: str) -> bool:
    """Whether a cell is a day of the calendar, in the digits 0 to 9.

    >>> is_day("2007-12-12"), is_day("2007-W50-3"), is_day("2007-02-30")
    (True, False, False)
    """
    try:
        return bool(_DAY.fullmatch(cell)) and bool(dt.date.fromisoformat(cell))
    except ValueError:
        return False


def quoted(cells: Iterable[str]) -> str:
    """Return cells as one row of CSV, each in quotation marks."""
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


def nearest(given: str, known: Iterable[str]) -> str:
    """Return a hint at the known word that is most like the given one, "" if none is."""
    close = get_close_matches(given, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def _unreadable(name: str, what: str, hint: str) -> RecordError:
    return RecordError(diagnostics=[Diagnostic("TS503", what, name, hint=hint)])


def _too_large(code: str, what: str, name: str) -> LimitError:
    hint = "split it, one file for a treaty, or leave generated rows out"
    return LimitError(diagnostics=[Diagnostic(code, what, name, hint=hint)])
