"""Reads YAML files of strangers: bounded, without recursion, and with the place of every key and value.

PyYAML's C parser is used for its events alone. What is built from them is plain data (dict, list, text, numbers, true,
false, null); everything in YAML that runs code, shares or repeats nodes, or means something else than it looks like is
refused with its place: tags, anchors, aliases, merge keys, several documents, repeated keys, keys that are no text.

Plain scalars follow a subset of the core schema of YAML 1.2: `no`, `on`, `010`, `12:30`, `0x1F`, `.nan`, `3/10` and
dates are text. All problems of a file are reported together, up to the first that makes the rest unreadable.
"""

from __future__ import annotations

import gc
import hashlib
import math
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from simulator.errors import Diagnostic, LimitError, ScenarioError
from simulator.marks import LINE_BREAK, NOWHERE, Document, Loc, Mark, MarkTree, dotted, place
from simulator.syntax import EventParser, event_parser, explain

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "Document", "Mark", "MarkTree", "parse_yaml", "read_yaml"]

MAX_BYTES: Final = 8_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 300_000  # a second and 200 MB at most; ten thousand events of ten keys each need two thirds
# A bomb of aliases is one problem; nobody reads the other ten thousand.
_MAX_PROBLEMS: Final = 100
# More digits are no quantity of this world, and reading them takes quadratic time.
_MAX_DIGITS: Final = 400


def read_yaml(
    path: Path,
    *,
    display: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_nodes: int = MAX_NODES,
) -> Document:
    """Read one file; `display` is the name that errors show for it.

    Raises: ScenarioError -- not a readable YAML file; carries every problem. LimitError -- too large or too deep.
    """
    name = display if display is not None else str(path)
    content = _content(path, name, max_bytes)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_encoding(content, error, name)
    document = parse_yaml(text, name, max_bytes=max_bytes, max_depth=max_depth, max_nodes=max_nodes)
    return replace(document, sha256=hashlib.sha256(content).hexdigest())


def parse_yaml(
    text: str, name: str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, max_nodes: int = MAX_NODES
) -> Document:
    """Read YAML text; `name` stands for the file in errors.

    Raises: as `read_yaml`.

    >>> parse_yaml("{id: NO, chance: 3/10, on: 2007-02-30, n: 010, p: 0.5, q: 7}", "a.yaml").data
    {'id': 'NO', 'chance': '3/10', 'on': '2007-02-30', 'n': '010', 'p': 0.5, 'q': 7}
    """
    if len(text) > max_bytes:
        _too_large(name, len(text), max_bytes)
    return _Builder(text.removeprefix("\N{BYTE ORDER MARK}"), name, max_depth, max_nodes).build()


# --- the file ---------------------------------------------------------------------------------------------------------


def _content(path: Path, name: str, max_bytes: int) -> bytes:
    """The bytes of a regular file of bounded size; the size is asked before anything is read."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            what = "a directory" if stat.S_ISDIR(about.st_mode) else "not a regular file"
            raise ScenarioError(diagnostics=[Diagnostic("TS002", f"this is {what}", name, hint="name a YAML file")])
        if about.st_size > max_bytes:
            _too_large(name, about.st_size, max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise ScenarioError(diagnostics=[Diagnostic("TS001", "there is no such file", name)]) from None
    except (OSError, ValueError) as error:  # ValueError: a path that holds a NUL character
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(diagnostics=[Diagnostic("TS003", f"the file cannot be read: {reason}", name)]) from None
    if len(content) > max_bytes:
        _too_large(name, len(content), max_bytes)
    return content


def _too_large(name: str, size: int, max_bytes: int) -> NoReturn:
    message = f"the file is too large: {size:,} bytes, at most {max_bytes:,} are read"
    hint = "split it with 'extends', or leave generated data out"
    raise LimitError(diagnostics=[Diagnostic("TS401", message, name, hint=hint)])


def _refuse_encoding(content: bytes, error: UnicodeDecodeError, name: str) -> NoReturn:
    before = content[: error.start].decode("utf-8")
    shown = Document(name, before + "\N{REPLACEMENT CHARACTER}", None, MarkTree(NOWHERE, {}, {}))
    line, column = _line_and_column(before)
    found = place(shown, Mark(line, column, line, column + 1))
    message = f"the byte 0x{content[error.start]:02X} is not UTF-8 text"
    raise ScenarioError(diagnostics=[Diagnostic("TS004", message, hint="save the file as UTF-8", **found)])


def _line_and_column(before: str) -> tuple[int, int]:
    """The place, counted from 1, that follows this text."""
    lines = LINE_BREAK.split(before)
    return len(lines), len(lines[-1]) + 1


# --- scalars ----------------------------------------------------------------------------------------------------------

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
# Control characters can rewrite what a terminal shows, the others are invisible or reorder the text around them.
# U+0085, U+2028 and U+2029 would also end a line for YAML but not for an editor, and no position would be right.
_UNSAFE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_UNSAFE_VALUE = re.compile("\r|" + _UNSAFE.pattern)


def _plain(text: str) -> Any:
    """The value of an unquoted scalar.

    >>> [_plain(text) for text in ("0.25", "1e-3", "+7", "yes", "1_000", "Null", "1e-999")]
    [0.25, 0.001, 7, 'yes', '1_000', None, '1e-999']
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _MAX_DIGITS:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        # What a float cannot hold stays text, or 1e-999 would quietly mean 0.
        lost = not math.isfinite(number) or (number == 0 and re.search("[1-9]", text.lower().partition("e")[0]))
        return text if lost else number
    return text


# --- from events to data ----------------------------------------------------------------------------------------------


_LEAF: Final[dict[Any, Any]] = {}
# Stands for a key that was refused: its value is read, for the errors in it, and dropped.
_REFUSED: Final = object()


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come; `key` is the key that waits for its value."""

    data: Any
    marks: MarkTree
    flow: bool
    key: Any = None
    last: Mark | None = None


class _Builder:
    """One reading of one text: the collections that are open, and the problems found so far."""

    def __init__(self, text: str, name: str, max_depth: int, max_nodes: int) -> None:
        self.document = Document(name, text, None, MarkTree(NOWHERE, {}, {}))
        self.max_depth = max_depth
        self.max_nodes = max_nodes
        self.nodes = 0
        self.documents = 0
        self.open: list[_Open] = []
        self.root: tuple[Any, MarkTree] | None = None
        self.problems: list[Diagnostic] = []

    def build(self) -> Document:
        """The document, or an error with all problems."""
        text = self.document.text
        if unsafe := _UNSAFE.search(text):
            line, column = _line_and_column(text[: unsafe.start()])
            message = f"the character U+{ord(unsafe[0]):04X} is not allowed"
            self._problem("TS005", message, Mark(line, column, line, column + 1), "delete it; it cannot be seen")
            self._stop()
        with _no_collection():
            failure = self._read(event_parser(text))
        if failure:
            self._syntax(failure)
        if self.problems:
            self._stop()
        if self.root is None:
            message, hint = "the file is empty", "a scenario begins with 'schema: 1'"
            raise ScenarioError(diagnostics=[Diagnostic("TS008", message, self.document.path, hint=hint)])
        data, marks = self.root
        return Document(self.document.path, text, data, marks, nodes=self.nodes)

    def _read(self, parser: EventParser) -> Exception | None:
        """Take in all events; a syntax error ends them and is returned."""
        while True:
            try:
                event: Any = parser.get_event()
            # ValueError, OverflowError: how the pure parser takes escapes beyond the last character of Unicode.
            except (yaml.YAMLError, ValueError, OverflowError) as error:
                return error
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._start(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                self._document(event)
            elif event is None or kind is StreamEndEvent:
                return None

    def _document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            hint = "keep one scenario per file; 'extends' joins files"
            self._problem("TS014", "a second document begins here", _mark(event), hint)
            self._stop()
        if event.tags:
            self._problem("TS010", "the directive %TAG is not allowed", _mark(event), "leave it out")

    def _scalar(self, event: ScalarEvent) -> None:
        mark = _mark(event)
        plain = event.implicit[0] and not event.style
        self._node(event, mark)
        value = _plain(event.value) if plain else event.value
        if event.style == '"' and (unsafe := _UNSAFE_VALUE.search(value)):
            message = f"an escape sequence stands for the character U+{ord(unsafe[0]):04X}, which is not allowed"
            self._problem("TS005", message, mark, "leave it out")
        self._add(value, MarkTree(mark, _LEAF, _LEAF), merge=bool(plain) and value == "<<")

    def _start(self, event: CollectionStartEvent) -> None:
        mark = _mark(event)
        self._node(event, mark)
        if len(self.open) >= self.max_depth:
            self._too_deep(mark)
        data: Any = [] if isinstance(event, SequenceStartEvent) else {}
        self.open.append(_Open(data, MarkTree(mark, {}, {}), bool(event.flow_style)))

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        done = self.open.pop()
        # The end mark of a block collection is where the next thing begins, so that of its last child counts.
        last = _mark(event) if done.flow or not done.last else done.last
        done.marks.value = _through(done.marks.value, last)
        self._add(done.data, done.marks)

    def _alias(self, event: AliasEvent) -> None:
        mark = _mark(event)
        hint = "write the value out again, or put the text in quotes"
        self._problem("TS012", f"the alias '*{_cut(event.anchor)}' is not allowed", mark, hint)
        self._add(_REFUSED, MarkTree(mark, _LEAF, _LEAF))

    def _node(self, event: ScalarEvent | CollectionStartEvent, mark: Mark) -> None:
        """What every node must obey: no tag, no anchor, and not too many of them."""
        self.nodes += 1
        if self.nodes > self.max_nodes:
            message = f"the file holds more than {self.max_nodes:,} values"
            self._problem("TS403", message, mark, "split it with 'extends', or leave generated data out")
            self._stop(LimitError)
        if event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._problem(
                "TS010", f"the tag '{_cut(shown)}' is not allowed", mark, "leave the tag out; values are plain"
            )
        if event.anchor is not None:
            self._problem("TS011", f"the anchor '&{_cut(event.anchor)}' is not allowed", mark, "leave it out")

    def _add(self, value: Any, marks: MarkTree, *, merge: bool = False) -> None:
        """Put a finished value where it belongs: into the open list, or as key or value of the open mapping."""
        if not self.open:
            self.root = value, marks
            return
        top = self.open[-1]
        if isinstance(top.data, list):
            top.marks.children[len(top.data)] = marks
            top.data.append(value)
        elif top.key is None:
            top.key = self._key(top, value, marks.value, merge)
        else:
            if top.key is not _REFUSED:
                top.data[top.key] = value
                top.marks.children[top.key] = marks
            top.key = None
        top.last = marks.value

    def _key(self, top: _Open, key: Any, mark: Mark, merge: bool) -> Any:
        """The key if it can stand here, else a stand-in; the problem is noted."""
        if merge:
            self._problem("TS013", "the merge key '<<' is not allowed", mark, "write the keys out, or use 'extends'")
        elif isinstance(key, list | dict):
            self._problem("TS016", "a key must be text, not a list or mapping", mark, "")
        elif key is None:
            self._problem("TS016", "a key is missing before ':'", mark, "")
        elif key is _REFUSED:
            pass
        elif not isinstance(key, str):
            shown = str(key).lower() if isinstance(key, bool) else key
            self._problem("TS016", f"the key {shown} is not text", mark, "put it in quotes")
        elif key in top.data:
            first = top.marks.keys[key].line
            message = f"the key '{_cut(key)}' is repeated; it stands in line {first} already"
            self._problem("TS015", message, mark, "keep one of them")
        else:
            top.marks.keys[key] = mark
            return key
        return _REFUSED

    # --- problems -----------------------------------------------------------------------------------------------------

    def _problem(self, code: str, message: str, mark: Mark, hint: str) -> None:
        found = place(self.document, mark)
        self.problems.append(Diagnostic(code, message, where=dotted(self._path()), hint=hint, **found))
        if len(self.problems) >= _MAX_PROBLEMS:
            self._stop()

    def _path(self) -> Loc:
        """The path of the innermost open place."""
        keys = [len(one.data) if isinstance(one.data, list) else one.key for one in self.open]
        return tuple(key for key in keys if isinstance(key, str | int))

    def _too_deep(self, mark: Mark) -> NoReturn:
        self.open.clear()  # a path of so many parts helps nobody
        self._problem("TS402", f"nested more than {self.max_depth} levels deep", mark, "no scenario needs this")
        self._stop(LimitError)

    def _syntax(self, error: Exception) -> None:
        found = explain(error, self.document)
        if found.too_deep:
            self._too_deep(found.mark)
        self.open.clear()  # what the parser took for the structure is not to be trusted
        self._problem(found.code, found.message, found.mark, found.hint)

    def _stop(self, kind: type[ScenarioError | LimitError] = ScenarioError) -> NoReturn:
        raise kind(diagnostics=self.problems)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector still: the tree has no cycles, and searching it for some takes 40 % of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _mark(event: Event) -> Mark:
    start: Any = event.start_mark
    end: Any = event.end_mark
    # Called for every node of a large file: the tuple is made without the detour through Mark's own constructor.
    return tuple.__new__(Mark, (start.line + 1, start.column + 1, end.line + 1, end.column + 1))


def _through(first: Mark, last: Mark) -> Mark:
    return Mark(first.line, first.column, last.end_line, last.end_column)


def _cut(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= 60 else text[:57] + "..."
