"""Checks of a record file against what a record can be: every problem of the file at once, each with file and line.

A row can be well formed and still impossible: a deposit before the signature that it completes, a notice that takes
effect before it is given, an act of a State that had ceased, an act under a treaty that had ended. A file of a user is
read beside the record that is there already. These checks need no replay; whether every act was legal when it was done
is the engine's question.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from simulator.errors import Diagnostic
from simulator.law.catalogue import parties, treaty, treaty_ids
from simulator.law.clauses import Treaty
from simulator.law.dates import day_text, ordinal
from simulator.law.lifecycle import STATEMENTS, lifecycle
from simulator.law.record import COLUMNS, RecordedAct, parse_done, parse_record
from simulator.law.recordtext import check_size, is_address, is_day, lines, nearest, quoted, read_text, unseen
from simulator.law.views import disputes

__all__ = ["MAX_PROBLEMS", "STAGES", "Checked", "check_file", "check_shipped", "check_text", "examine"]

MAX_PROBLEMS: Final = 500
_MAX_MESSAGE = 300  # a cell may be long; what is said about it is not

STAGES = ("announcement", "executive", "lower_house", "upper_house", "signature", "judicial", "referendum", "other")
_SIGNED = frozenset({"sign", "succeed_to_signature"})
_CONSENTED = frozenset({"deposit", "accede", "exchange", "consent_otherwise", "succeed", "sign_definitively"})
# What the same party must have done before, or on the same day, for an act or a reported effect to make sense.
_FIRST = {
    "deposit": _SIGNED,
    "exchange": _SIGNED,
    "notify_withdrawal": _CONSENTED,
    "notify_suspension": _CONSENTED,
    "suspend_toward": _CONSENTED,
    "withdraw_consent": _CONSENTED,
    "revoke_withdrawal": frozenset({"notify_withdrawal"}),
    "resume": frozenset({"notify_suspension", "suspend_toward"}),
    "lift_countermeasure": frozenset({"adopt_countermeasure"}),
    "restore_rights": frozenset({"restrict_rights"}),
    "entered_into_force": _CONSENTED,
    "withdrawal_effective": frozenset({"notify_withdrawal"}),
    "suspension_effective": frozenset({"notify_suspension", "suspend_toward"}),
}
_NOTICES = frozenset({"notify_withdrawal", "notify_suspension", "suspend_toward"})
_ENDS = frozenset({"expired", "superseded", "terminated", "lapse", "terminate_by_consent"})
_FIELDS = ("effective", "received", "recorded", "until")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read: the rows that it adds to the record, how many it repeats from it, and its problems."""

    name: str
    treaty: str
    rows: tuple[RecordedAct, ...]
    repeated: int
    problems: list[Diagnostic]


@dataclass
class _File:
    """A file under examination: where it is from, its treaty, the rows that could be read, and what is wrong so far."""

    name: str
    treaty: Treaty | None
    rows: list[RecordedAct] = field(default_factory=list)
    beside: tuple[RecordedAct, ...] = ()
    found: list[Diagnostic] = field(default_factory=list)

    def report(self, code: str, line: int, message: str, hint: str) -> None:
        short = message if len(message) <= _MAX_MESSAGE else f"{message[:_MAX_MESSAGE]}..."
        self.found.append(Diagnostic(code, short, self.name, line, 1, hint=hint))

    def of(self, party: str, words: Iterable[str]) -> Iterator[RecordedAct]:
        """Acts of these words by the party, or by all States of the text, on file or already on record."""
        members = self.treaty.parties.of if self.treaty else ()
        everyone = not members or party in members
        for word in sorted(words):
            yield from self._acts.get((word, party), ())
            if everyone and party != "*":
                yield from self._acts.get((word, "*"), ())

    @cached_property
    def _acts(self) -> Mapping[tuple[str, str], list[RecordedAct]]:
        """All acts by word and party; asked for once the rows are read."""
        found: dict[tuple[str, str], list[RecordedAct]] = {}
        for act in (*self.beside, *self.rows):
            found.setdefault((act.act, act.party), []).append(act)
        return found

    @cached_property
    def ends(self) -> int | None:
        """The last day on which the treaty is said to have ended, None if it is not."""
        return max((act.day for word in _ENDS for act in self._acts.get((word, "*"), ()) if act.day), default=None)


def check_file(path: Path, treaty_id: str | None = None, *, beside: Iterable[RecordedAct] = ()) -> list[Diagnostic]:
    """Check a record file; its name without `.csv` is the treaty unless `treaty_id` says otherwise.

    Raises RecordError if there is no such file or it is no text in UTF-8, LimitError if it is larger than MAX_BYTES or
    has more than MAX_ROWS rows. Its size is asked before anything is read.
    """
    return check_text(read_text(path), treaty_id or path.stem, str(path), beside=beside)


def check_shipped() -> list[Diagnostic]:
    """Return every problem of the record that comes with the product.

    >>> check_shipped()
    []
    """
    folder = files("simulator.law").joinpath("data", "record")
    shipped = sorted(path.name for path in folder.iterdir() if path.name.endswith(".csv"))
    texts = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in shipped}
    return [one for name, text in texts.items() for one in check_text(text, name.removesuffix(".csv"))]


def check_text(text: str, treaty_id: str, name: str = "", *, beside: Iterable[RecordedAct] = ()) -> list[Diagnostic]:
    """Return every problem of a record file, in the order of its lines.

    `beside` are acts that are on record already: they count when the order of acts is judged, and are not checked.
    After MAX_PROBLEMS the rest is left out, and the last problem says so. Raises LimitError if the text is longer than
    MAX_BYTES characters or has more than MAX_ROWS rows.

    >>> [str(one) for one in check_text("date,party", "cfe", "my.csv")][0][:31]
    'my.csv:1:1: TS501 the header is'
    """
    return examine(text, treaty_id, name, beside=beside).problems


def examine(text: str, treaty_id: str, name: str = "", *, beside: Iterable[RecordedAct] = ()) -> Checked:
    """Return what a record file holds and every problem of it; see `check_text`.

    A row that stands beside it, cell by cell, is repeated and not added. An added row whose name is taken there gets
    the next number at its end.
    """
    file = _File(name or f"record/{treaty_id}.csv", None, beside=tuple(beside))
    check_size(text, file.name)
    if treaty_id in treaty_ids():
        file.treaty = treaty(treaty_id)
    else:
        hint = nearest(treaty_id, treaty_ids()) or "the name of the file is the id of its treaty"
        file.report("TS504", 1, f"unknown treaty {treaty_id!r}", hint)
    _read(file, text, treaty_id)
    for row in file.rows:
        if len(file.found) > MAX_PROBLEMS:
            break
        for check in _ROW_CHECKS:
            check(file, row)
    added = _duplicates(file)
    found = sorted(file.found, key=lambda one: (one.line, one.code))
    if len(found) > MAX_PROBLEMS:
        text, hint = "there are more problems than are shown", "correct these first and check again"
        found = [*found[:MAX_PROBLEMS], Diagnostic("TS503", text, file.name, hint=hint)]
    return Checked(file.name, treaty_id, added, len(file.rows) - len(added), found)


# -- reading -------------------------------------------------------------------------------------------------------


def _read(file: _File, text: str, treaty_id: str) -> None:
    """Read the rows one by one, so that a wrong one does not hide the others; overrides apply as they do at load."""
    header = ",".join(COLUMNS)
    first = lines(text).readline().rstrip("\r\n")
    if first != header:
        file.report("TS501", 1, f"the header is {first!r}; expected {header}", "copy it from a shipped file")
        return
    readable = [header]
    places = [1]
    try:
        reader = csv.reader(lines(text), strict=True)
        next(reader)
        for cells in reader:
            if len(file.found) > MAX_PROBLEMS:
                break
            if _readable(file, cells, reader.line_num):
                readable.append(quoted(cells))
                places.append(reader.line_num)
    except csv.Error as error:
        file.report("TS503", reader.line_num, f"not readable as CSV: {error}", "write it as UTF-8, with commas")
    for act in parse_record("\n".join(readable), treaty_id, file.name):
        file.rows.append(replace(act, line=places[act.line - 1]))


def _readable(file: _File, cells: list[str], line: int) -> bool:
    """Whether the row has the shape of an act; says what is wrong with it otherwise."""
    if len(cells) != len(COLUMNS):
        file.report("TS502", line, f"{len(cells)} cells; expected {len(COLUMNS)}", "quote a cell that holds a comma")
        return False
    row = dict(zip(COLUMNS, cells, strict=True))
    before = len(file.found)
    for column, cell in row.items():
        if sign := unseen(cell):
            text = f"{column} holds the character {sign}, which no reader sees"
            file.report("TS502", line, text, "take it out; a cell is one line of plain text")
    try:
        parse_done(row["done"])
    except ValueError as error:
        file.report("TS502", line, f"done: {error}", "write the day as precisely as it is known")
    for column in _FIELDS:
        if row[column] and not is_day(row[column]):
            text = f"{column} is {row[column]!r}; expected a day such as 2007-12-12"
            file.report("TS502", line, text, "leave it empty if it is not known")
    if row["act"] not in lifecycle().acts:
        hint = nearest(row["act"], lifecycle().acts) or "the words are those of the table of acts"
        file.report("TS506", line, f"unknown act {row['act']!r}", hint)
    if row["confidence"] not in ("sourced", "recalled"):
        text = f"confidence is {row['confidence']!r}; expected sourced or recalled"
        file.report("TS502", line, text, "recalled means that no page was found yet")
    _source(file, row, line)
    return len(file.found) == before


def _source(file: _File, row: Mapping[str, str], line: int) -> None:
    """A sourced row names a page, and what is named is the address of one."""
    source = row["source"].strip()
    if not source and row["confidence"] == "sourced":
        text = "the row is sourced and names no source"
        file.report("TS507", line, text, "give the address of the page that states the date, or write recalled")
    elif source and not is_address(source):
        text = f"source is {source!r}; expected the address of a page, such as https://www.osce.org/library/14087"
        file.report("TS507", line, text, "what is no page goes into the note, and the row is recalled")


# -- one row -------------------------------------------------------------------------------------------------------


def _span(act: RecordedAct) -> tuple[int, int]:
    """The first and last day on which an act of this precision can have been done."""
    last = act.day or 0
    if act.precision == "by":
        return 1, last
    if act.precision in ("month", "year"):
        day = dt.date.fromordinal(last)
        first = day.replace(day=1) if act.precision == "month" else day.replace(month=1, day=1)
        return first.toordinal(), last
    return last, last


def _known_names(file: _File, act: RecordedAct) -> None:
    """Parties, the question that is raised, its reading, and the stage are words of the tables."""
    for code in dict.fromkeys((act.party, *act.toward)):
        if len(file.found) > MAX_PROBLEMS:
            return
        if code != "*" and code not in parties():
            hint = nearest(code, parties()) or "parties are ISO 3166 alpha-3 codes, historic ones too"
            file.report("TS505", act.line, f"unknown party {code!r}", hint)
    if act.dispute and act.dispute not in disputes():
        text = f"unknown disputed question {act.dispute!r}"
        file.report("TS513", act.line, text, "the register numbers them D1, D2 and so on")
    elif act.reading and (not act.dispute or act.reading not in disputes()[act.dispute].readings):
        options = ", ".join(disputes()[act.dispute].readings) if act.dispute else "a question in `dispute` first"
        file.report("TS513", act.line, f"unknown reading {act.reading!r}; expected {options}", "take one of them")
    if act.act == "domestic_step" and act.stage not in STAGES:
        got = f"the stage is {act.stage!r}" if act.stage else "a domestic step names no stage"
        file.report("TS512", act.line, f"{got}; expected one of {', '.join(STAGES)}", "say which step it is")


def _own_dates(file: _File, act: RecordedAct) -> None:
    """A notice works from its day on; nothing is received or put on record before it is done."""
    if act.day is None:
        return
    first, _ = _span(act)
    if act.act in _NOTICES and act.effective is not None and act.effective < first:
        text = f"{act.act} of {act.done} takes effect on {day_text(act.effective)}, before it is done"
        file.report("TS509", act.line, text, "a notice takes effect on its own day at the earliest")
    for column, day in (("received", act.received), ("recorded", act.recorded)):
        if day is not None and day < first:
            text = f"{act.act} of {act.done} is {column} on {day_text(day)}, before it is done"
            file.report("TS509", act.line, text, f"leave {column} empty if it is not known")


def _order(file: _File, act: RecordedAct) -> None:
    """What completes, ends or reports another act comes after it."""
    needed = _FIRST.get(act.act)
    if needed is None or act.day is None or act.party == "*":
        return
    if act.act == "deposit" and file.treaty and file.treaty.clauses.other_consent:
        return  # consent by other means needs no signature
    _, last = _span(act)
    before = [one for one in file.of(act.party, needed) if one.day is not None]
    if any(min(_span(one)[0], one.effective or one.day or 0) <= last for one in before):
        return
    words = " or ".join(sorted(needed))
    if before:
        earliest = min(before, key=lambda one: one.day or 0)
        text = f"{act.act} of {act.party} on {act.done} comes before its {earliest.act} of {earliest.done}"
    else:
        text = f"{act.act} of {act.party} on {act.done} without an earlier {words}"
    accession = "consent without signature is `accede`"
    hint = accession if act.act == "deposit" else "add what came first, or correct the day"
    file.report("TS508", act.line, text, hint)


def _life_of_party(file: _File, act: RecordedAct) -> None:
    """A State that has ceased, or has not begun, does nothing; a union republic may act before it is independent."""
    if act.day is None or act.party == "*" or act.act == "become_extinct":
        return
    first, last = _span(act)
    about = parties().get(act.party)
    if about is not None and about.start and not about.acted_before and last < ordinal(about.start):
        text = f"{act.party} does {act.act} on {act.done}, and began on {about.start}"
        file.report("TS510", act.line, text, "name the State that acted, or correct the day")
    ends = [end.day for end in file.of(act.party, ("become_extinct",)) if end.party == act.party and end.day]
    ends += [ordinal(about.end)] if about is not None and about.end else []
    if ends and first > max(ends):
        text = f"{act.party} does {act.act} on {act.done}, and ceased on {day_text(max(ends))}"
        file.report("TS510", act.line, text, "name the State that acts, or correct the day")


def _life_of_treaty(file: _File, act: RecordedAct) -> None:
    """Acts under a treaty lie between its adoption and its end; what is only said about it may come at any time."""
    if file.treaty is None or act.day is None or act.act in STATEMENTS:
        return
    begins = min((one for one in (file.treaty.adopted, file.treaty.opened) if one), default=None)
    first, last = _span(act)
    if begins is not None and last < begins.toordinal():
        text = f"{act.act} on {act.done} is before {file.treaty.name} was adopted or opened ({begins})"
        file.report("TS511", act.line, text, "correct the day, or record it as `announce` or `declare`")
    if file.ends is not None and first > file.ends:
        text = f"{act.act} on {act.done} is after the end of {file.treaty.name} ({day_text(file.ends)})"
        file.report("TS511", act.line, text, "correct the day, or record it as `announce` or `declare`")


_ROW_CHECKS: tuple[Callable[[_File, RecordedAct], None], ...] = (
    _known_names,
    _own_dates,
    _order,
    _life_of_party,
    _life_of_treaty,
)


def _duplicates(file: _File) -> tuple[RecordedAct, ...]:
    """No act stands twice: same day, party, word, counterparts, stage and reading. Returns what the file adds.

    A copy of a whole row of the record is no mistake; a copy with other cells is one, since it adds no act.
    """
    taken = {_key(act): act for act in file.beside}
    names = {act.id for act in file.beside}
    seen: dict[tuple[object, ...], int] = {}
    added: list[RecordedAct] = []
    for act in file.rows:
        key, there = _key(act), taken.get(_key(act))
        if key in seen:
            text = f"{act.act} of {act.party} on {act.done} stands in line {seen[key]} already"
            file.report("TS514", act.line, text, "keep one row, and put what differs into its note")
        elif there is not None and (other := _differs(act, there)):
            text = f"{there.id} stands on record already (line {there.line}), with another {other}"
            file.report("TS514", act.line, text, "leave it out, or correct the row of the record itself")
        seen.setdefault(key, act.line)
        if there is None:
            added.append(_named(act, names))
    return tuple(added)


def _key(act: RecordedAct) -> tuple[object, ...]:
    return act.done, act.party, act.act, act.toward, act.stage, act.reading


def _differs(act: RecordedAct, there: RecordedAct) -> str:
    """The columns, if any, in which two rows of the same act differ."""
    return ", ".join(column for column in COLUMNS if getattr(act, column) != getattr(there, column))


def _named(act: RecordedAct, names: set[str]) -> RecordedAct:
    """The act under a name that no other row has."""
    name, number = act.id, 1
    while name in names:
        number += 1
        name = f"{act.id.partition('~')[0]}~{number}"
    names.add(name)
    return replace(act, id=name)
