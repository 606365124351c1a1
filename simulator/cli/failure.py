"""Errors as users see them: with excerpt and caret, as one line, as JSON or for a code host; never a stack trace."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from simulator.cli.output import about, emit, envelope, has_colour, note, paint

if TYPE_CHECKING:
    from simulator.errors import Diagnostic, TreatySimError

__all__ = ["FORMATS", "as_lines", "diagnostics_of", "report_error", "report_usage", "unknown_name", "wants_json"]

FORMATS = ("full", "concise", "json", "github")


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, as far as can be seen without understanding it."""
    own = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    return "--json" in own or "--output-format=json" in own or ("--output-format", "json") in pairwise(own)


def diagnostics_of(error: TreatySimError, file: str = "") -> tuple[Diagnostic, ...]:
    """The problems that an error carries; one that was raised with a message alone becomes a problem of its kind."""
    from simulator.errors import Diagnostic, EngineError, LimitError, ScenarioError, StoreError

    if error.diagnostics:
        return error.diagnostics
    codes = ((LimitError, "TS406"), (EngineError, "TS604"), (StoreError, "TS602"), (ScenarioError, "TS606"))
    code = next((code for kind, code in codes if isinstance(error, kind)), "TS605")
    message, _, hint = str(error).partition("; ")
    return (Diagnostic(code, message, file, hint=hint),)


def unknown_name(what: str, code: str, given: str, known: Sequence[str], more: str = "") -> Exception:
    """The error about a name of the command line that does not exist, with the nearest one that does."""
    from simulator.errors import Diagnostic, RecordError
    from simulator.scenario.wording import close, cut, nearest

    near = close(given, known[:1000])
    hint = f"did you mean '{near}'?" if near else more or nearest("", known)
    return RecordError(diagnostics=[Diagnostic(code, f"unknown {what} '{cut(given)}'", hint=hint)])


def as_lines(diagnostics: Sequence[Diagnostic], form: str, stream: Any = None) -> str:
    """The problems as text in one of the forms."""
    if form == "concise":
        return "\n".join(str(one) for one in diagnostics)
    if form == "github":
        return "\n".join(_github(one) for one in diagnostics)
    from simulator.scenario.diagnostics import render

    text = render(diagnostics)
    return _coloured(text, stream or sys.stdout) if has_colour(stream or sys.stdout) else text


def report_error(error: TreatySimError, arguments: Sequence[str]) -> int:
    """Show an error as the command line asked for it, and return its exit code."""
    found = diagnostics_of(error)
    if wants_json(arguments):
        problems = [one.as_json() for one in found]
        emit(envelope(None, about(_command(arguments)), diagnostics=problems, ok=False))
    else:
        note(as_lines(found, "full", sys.stderr))
    return error.exit_code


def report_usage(error: Any, arguments: Sequence[str]) -> int:
    """Show what is wrong with a command line, in typer's words, and return its exit code."""
    error.message = str(error.message).removeprefix("Value error, ")
    if wants_json(arguments):
        silent = type(error).__name__ == "NoArgsIsHelpError"  # its message is the whole help
        problem = {"code": "TS901", "message": "no command is given" if silent else str(error.format_message())}
        emit(envelope(None, about(_command(arguments)), diagnostics=[problem], ok=False))
    else:
        sys.stdout.flush()
        error.show(file=sys.stderr)
    return int(error.exit_code)


def _command(arguments: Sequence[str]) -> str:
    return next((word for word in arguments if not word.startswith("-")), "")


def _github(one: Diagnostic) -> str:
    """A workflow command of GitHub: the message appears at the line of the pull request."""
    place = {"file": one.file, "line": one.line, "col": one.column, "endColumn": one.end_column, "title": one.code}
    parts = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in place.items() if value)
    text = f"{one.message}; {one.hint}" if one.hint else one.message
    return f"::error {parts}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _coloured(text: str, stream: Any) -> str:
    """The rendered problems with colours: what is wrong in red, where it is in the background."""

    def line(one: str) -> str:
        head = re.match(r"(error\[\w+\]|error)(: .*)", one)
        if head:
            return paint(head[1], "bold", "red", stream=stream) + paint(head[2], "bold", stream=stream)
        caret = re.match(r"( +\| )( *\^+.*)", one)
        if caret:
            return paint(caret[1], "dim", stream=stream) + paint(caret[2], "red", stream=stream)
        if re.match(r" +(-->|=) ", one):
            return paint(one, "cyan", stream=stream)
        return one

    return "\n".join(line(one) for one in text.split("\n"))
