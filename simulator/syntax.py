"""PyYAML behind one door: its parsers of events, and their syntax errors in words for people who write scenarios.

The two parsers of PyYAML word their errors differently; each row of the table knows a phrase of both.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from yaml.events import Event

from simulator.marks import NOWHERE, Document, Mark

__all__ = ["EventParser", "Syntax", "event_parser", "explain"]


class EventParser(Protocol):
    """What both parsers offer."""

    def get_event(self) -> Event | None:
        """The next event, or None after the last."""


def event_parser(text: str) -> EventParser:
    """PyYAML's C parser, or its pure Python twin where PyYAML was built without it."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _pure_parser(text)
    return CParser(text)


def _pure_parser(text: str) -> EventParser:
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        def __init__(self) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

    parser: EventParser = PureParser()
    return parser


class Syntax(NamedTuple):
    """A syntax error in our words."""

    code: str
    message: str
    mark: Mark
    hint: str
    too_deep: bool = False


class _Row(NamedTuple):
    """One kind of error: phrases that tell it apart, what to say, and whether the place is where the thing began."""

    phrases: tuple[str, ...]
    message: str
    hint: str = ""
    at_start: bool = False
    code: str = "TS006"


_ROWS = (
    _Row(
        ("undefined tag handle", "expected '!'", "a tag"),
        "a tag is not allowed",
        "leave it out, or put text that begins with '!' in quotes",
        at_start=True,
        code="TS010",
    ),
    _Row(
        ("tab character", "'\\t' that cannot start"),
        "a tab is used for indentation",
        "indent with spaces; tabs are not allowed",
        code="TS007",
    ),
    _Row(
        ("unexpected end of stream", "unexpected document"),
        "the quoted text that begins here is never closed",
        "add the closing quote; an apostrophe inside '...' is written twice",
        at_start=True,
    ),
    _Row(
        ("expected ',' or ']'",),
        "',' or ']' is missing here",
        "the list opened with '[' in line LINE is not closed",
    ),
    _Row(
        ("expected ',' or '}'",),
        "',' or '}' is missing here",
        "the mapping opened with '{' in line LINE is not closed",
    ),
    _Row(
        ("mapping values are not allowed",),
        "':' cannot stand here",
        "put text that holds ': ' in quotes, or align the key with the others of its mapping",
    ),
    _Row(
        ("find expected ':'",),
        "this line holds no ':' after the key",
        "write 'key: value', or put the text in quotes",
        at_start=True,
    ),
    _Row(
        ("find expected key", "expected <block end>, but found"),
        "this does not fit what stands before it",
        "check the indentation, and that quotes and brackets before it are closed",
    ),
    _Row(
        ("find expected '-' indicator",),
        "this does not fit the list that begins in line LINE",
        "begin items of a list with '- ' in one column; check the indentation",
    ),
    _Row(
        ("sequence entries are not allowed",),
        "'- ' cannot stand here",
        "a list begins on a new line below its key",
    ),
    _Row(
        ("mapping keys are not allowed",),
        "a key cannot stand here",
        "check the indentation",
    ),
    _Row(
        ("expected node content", "expected the node content"),
        "a value is missing before this",
        "give the value, or put text that begins with a special character in quotes",
    ),
    _Row(
        ("expected <document start>", "expected '<document start>'"),
        "this stands after the end of the data",
        "check the indentation; text with special characters needs quotes",
    ),
    _Row(
        ("expected alphabetic or numeric character",),
        "'*' and '&' have a special meaning at the beginning of a value",
        "put the text in quotes",
        at_start=True,
    ),
    _Row(
        ("unknown escape character", "hexdecimal", "hexadecimal", "escape code", "chr() arg", "too large"),
        "this is no escape sequence that can stand in double quotes",
        "use single quotes, in which '\\' has no special meaning",
    ),
    _Row(
        ("comment or line break", "comment or a line break"),
        "text after '|' or '>' must begin in the next line",
        "break the line after it",
    ),
    _Row(
        ("indentation indicator", "chomping or indentation"),
        "the number after '|' or '>' is not valid",
        "leave it out",
    ),
)


def explain(error: Exception, document: Document) -> Syntax:
    """What a YAML error means, where to look, and what to do."""
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", "") or "")
    here = _mark(getattr(error, "problem_mark", None))
    start = _mark(getattr(error, "context_mark", None))
    here = _inside(document, here if here.line else start)
    if "nesting depth" in problem:
        return Syntax("TS402", "", here, "", too_deep=True)
    if "directive" in problem + context or "incompatible YAML" in problem:
        return Syntax("TS006", "a line that begins with '%' is not allowed here", here, "leave it out")
    if "cannot start any token" in problem:
        here_text = _text_at(document, here)
        if here_text == "\t":
            problem = "tab character"
        else:
            hint = "put the text in quotes"
            return Syntax("TS006", f"a value cannot begin with '{here_text}'", here, hint)
    for row in _ROWS:
        if any(phrase in problem or phrase in context for phrase in row.phrases):
            mark = start if row.at_start and start.line else here
            message, hint = (text.replace("LINE", str(start.line)) for text in (row.message, row.hint))
            return Syntax(row.code, message, mark, hint)
    return Syntax("TS006", "this cannot be read as YAML", here, "check quotes, brackets and indentation")


def _mark(mark: Any) -> Mark:
    """One character at PyYAML's mark."""
    if mark is None:
        return NOWHERE
    return Mark(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def _inside(document: Document, mark: Mark) -> Mark:
    """The mark, or the end of the last line that holds anything: nobody looks below the end of a file."""
    lines = document.lines
    last = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    if mark.line <= last or not last:
        return mark
    column = len(lines[last - 1].rstrip()) + 1
    return Mark(last, column, last, column + 1)


def _text_at(document: Document, mark: Mark) -> str:
    line = document.lines[mark.line - 1] if 0 < mark.line <= len(document.lines) else ""
    return line[mark.column - 1 : mark.column]
