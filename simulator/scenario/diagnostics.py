"""Turns what validators report into diagnostics: our own words, the place in the file, and the nearest name.

`from_validation` takes an error of pydantic, `from_problems` what `crosscheck` found; both locate a path in anything
that has `spot(loc)`: one document, or several that were merged. `render` prints diagnostics for people.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import BaseModel, ValidationError

from simulator.errors import Diagnostic
from simulator.marks import Loc, Spot, caret_offset
from simulator.scenario.fields import keys_at, tags_at
from simulator.scenario.library import Problem
from simulator.scenario.wording import close, cut, described, known, nearest, said

__all__ = ["Below", "Located", "from_problems", "from_validation", "in_file_order", "nearest", "render"]

# A hostile file can have a problem in every line; nobody reads more, and each of them is searched for a hint.
MAX_PROBLEMS: Final = 500
MAX_SHOWN: Final = 20
_ROUNDS: Final = 3
_LONGEST: Final = 400


class Located(Protocol):
    """What knows where the values of some data stand."""

    def spot(self, loc: Loc) -> Spot:
        """The place of a value, or of the nearest thing around it."""


@dataclass(frozen=True, slots=True)
class Below:
    """The places of a part that is validated by itself, such as a treaty's own clauses: `loc` leads to the part."""

    source: Located
    loc: Loc

    def spot(self, loc: Loc) -> Spot:
        """The place of a value of the part."""
        return self.source.spot((*self.loc, *loc))


@dataclass(frozen=True, slots=True)
class _Finding:
    """One error of the validator in our words; `item` is the part that it is about, `name` the key in question."""

    loc: Loc
    code: str
    message: str
    hint: str = ""
    key: bool = False
    item: Loc = ()
    name: str = ""


def from_validation(error: ValidationError, source: Located, model: type[BaseModel], data: Any) -> list[Diagnostic]:
    """Return the diagnostics of a failed validation of `data` as `model`, in file order.

    An unknown key beside a missing one of almost the same name is one problem, not two. A key without a value ends the
    validation of its part, so the data is validated again without it and nothing stays hidden behind it.
    """
    findings = _findings(error, model)
    again = [one for one in findings if one.code == "TS112"]
    emptied: set[tuple[Loc, str]] = set()
    rounds = _ROUNDS if error.error_count() <= MAX_PROBLEMS else 0
    while again and rounds:
        rounds -= 1
        data, gone = _without(data, [(one.item, one.name) for one in again])
        emptied |= gone
        parts = {where for where, _ in emptied}
        later = _findings_of(model, data)
        findings += [one for one in later if not _follows(one, data, emptied, parts)]
        again = [one for one in later if one.code == "TS112"]
    findings = list(dict.fromkeys(findings))
    found = [_diagnostic(source.spot(one.loc), one) for one in _merged(findings[:MAX_PROBLEMS])]
    rest = max(len(findings), error.error_count()) - MAX_PROBLEMS
    return _listed(found, source, rest)


def _listed(found: list[Diagnostic], source: Located, rest: int) -> list[Diagnostic]:
    """The diagnostics in file order, and after them how many there are no words for."""
    name = source.spot(()).document.path
    more = [Diagnostic("TS199", f"{rest} more problems are not listed", name)] if rest > 0 else []
    return [*in_file_order(found, [name]), *more]


def _findings(error: ValidationError, model: type[BaseModel]) -> list[_Finding]:
    return [_finding(one, model) for one in error.errors(include_url=False)[: 2 * MAX_PROBLEMS]]


def _findings_of(model: type[BaseModel], data: Any) -> list[_Finding]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        return _findings(error, model)
    return []


def _without(data: Any, keys: Iterable[tuple[Loc, str]]) -> tuple[Any, set[tuple[Loc, str]]]:
    """The data without these keys, and where they stood in it; only what leads to them is copied."""
    fresh: dict[Loc, Any] = {(): copy(data)}
    gone = set()
    for loc, key in keys:
        path = _reached(data, loc)[1]
        for depth, step in enumerate(path):
            here = path[: depth + 1]
            if here not in fresh:
                fresh[here] = fresh[path[:depth]][step] = copy(fresh[path[:depth]][step])
        if isinstance(fresh[path], dict):
            fresh[path].pop(key, None)
            gone.add((path, key))
    return fresh[()], gone


def _reached(data: Any, loc: Loc) -> tuple[Any, Loc]:
    """What stands at `loc`, and the path that leads there; steps that are none of the data are passed over."""
    path: Loc = ()
    for step in loc:
        if isinstance(data, dict):
            found = step in data
        else:
            found = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if found:
            data = data[step]
            path = (*path, step)
    return data, path


def _follows(finding: _Finding, data: Any, emptied: set[tuple[Loc, str]], parts: set[Loc]) -> bool:
    """Whether a problem is there only because a key without a value was taken away."""
    path = _reached(data, finding.item or finding.loc)[1]
    if finding.code == "TS102":
        return (path, finding.name) in emptied
    return finding.code in ("TS111", "TS113", "TS116") and path in parts


def from_problems(problems: Iterable[Problem], source: Located) -> list[Diagnostic]:
    """Return the diagnostics of what `crosscheck` found, in file order."""
    found = []
    for problem in problems:
        spot = source.spot(problem.loc)
        hint = problem.hint
        if problem.other:
            there = source.spot(problem.other).diagnostic("", "")
            place = f"line {there.line}" if there.file == spot.document.path else f"{there.file}:{there.line}"
            hint = f"{hint}; see {place}" if hint else f"see {place}"
        finding = _Finding(problem.loc, problem.code, problem.message, hint, problem.key)
        found.append(_diagnostic(spot, finding))
    first = in_file_order(found, [source.spot(()).document.path])[:MAX_PROBLEMS]
    return _listed(first, source, len(found) - MAX_PROBLEMS)


def in_file_order(diagnostics: Iterable[Diagnostic], files: Iterable[str] = ()) -> list[Diagnostic]:
    """Sort by place: files in the given order, or in that of their first problem; what is said twice is kept once."""
    kept = list(dict.fromkeys(diagnostics))
    ranks = {name: rank for rank, name in enumerate(dict.fromkeys([*files, *(one.file for one in kept)]))}
    return sorted(kept, key=lambda one: (ranks[one.file], one.line, one.column, one.code))


def _diagnostic(spot: Spot, finding: _Finding) -> Diagnostic:
    return spot.diagnostic(finding.code, _line(finding.message), key=finding.key, hint=_line(finding.hint))


# --- from pydantic's errors to our words ----------------------------------------------------------------------------


def _finding(error: Any, model: type[BaseModel]) -> _Finding:
    loc: Loc = tuple(error["loc"])
    kind: str = error["type"]
    if loc and loc[-1] == "[key]":  # a key of a mapping with free keys has the wrong form
        return _Finding(loc[:-1], *said(error), key=True)
    name = str(loc[-1]) if loc else ""
    shown = cut(name)
    if kind == "missing":
        item = loc[:-1]
        return _Finding(item, "TS102", f"the key '{shown}' is missing", f"add '{shown}: ...'", item=item, name=name)
    if kind == "extra_forbidden":
        hint = nearest(name, keys_at(model, loc[:-1]))
        return _Finding(loc, "TS101", f"unknown key '{shown}'", hint, key=True, item=loc[:-1], name=name)
    if kind == "empty":
        key = str(error["ctx"]["key"])
        hint = "give the value, or leave the key out"
        return _Finding((*loc, key), "TS112", f"'{cut(key)}' has no value", hint, key=True, item=loc, name=key)
    if kind in ("head", "condition_head"):
        return _headless(error, loc, tags_at(model, loc))
    return _Finding(loc, *said(error))


def _headless(error: Any, loc: Loc, words: list[str]) -> _Finding:
    """A condition, trigger or action without the word that says what it is; perhaps one of its keys was meant to be."""
    given = error["input"]
    if not isinstance(given, dict):
        return _Finding(loc, "TS103", f"a mapping is expected here, got {described(given)}", known(words))
    for key in given:
        near = close(str(key), words) if len(key) > 2 else ""  # `on` is not a misspelt `not`
        if near:
            return _Finding((*loc, key), "TS113", f"'{cut(str(key))}' is not one of the words that can stand here",
                            f"did you mean '{near}'?", key=True)  # fmt: skip
    message = "no word here says what this is"
    return _Finding(loc, "TS113", message, f"one of these is needed: {', '.join(words)}")


def _merged(findings: Sequence[_Finding]) -> list[_Finding]:
    """Join "missing `actor`" and "unknown `aktor`" of one item."""
    unknown = [one for one in findings if one.code == "TS101"]
    missing = [one for one in findings if one.code == "TS102"]
    gone: set[int] = set()
    renamed: dict[int, str] = {}
    for extra in unknown:
        beside = {one.name: one for one in missing if one.item == extra.item and id(one) not in gone}
        near = close(extra.name, beside)
        if near:
            gone.add(id(beside[near]))
            renamed[id(extra)] = f"did you mean '{near}'?"
    kept = [one for one in findings if id(one) not in gone]
    return [
        _Finding(one.loc, one.code, one.message, renamed.get(id(one), one.hint), one.key) if one.name else one
        for one in kept
    ]


def _line(text: str) -> str:
    """The text in one line of bounded length: messages quote values and list keys, and a file may hold any of them."""
    line = " ".join(text[:_LONGEST].split())
    return line if len(text) <= _LONGEST else f"{line} ..."


# --- for people -----------------------------------------------------------------------------------------------------


def render(diagnostics: Sequence[Diagnostic], *, limit: int = MAX_SHOWN) -> str:
    """Return the diagnostics with source lines and carets, at most `limit` of them; plain text without colour.

    >>> print(render([Diagnostic("TS101", "unknown key 'aktor'", "a.yaml", 3, 5, 10, "rules.0.aktor",
    ...                          "    aktor: RUS", "did you mean 'actor'?")]))
    error[TS101]: unknown key 'aktor'
      --> a.yaml:3:5  (rules.0.aktor)
    3 |     aktor: RUS
      |     ^^^^^ did you mean 'actor'?
    """
    blocks = ["\n".join(_block(one)) for one in diagnostics[:limit]]
    rest = len(diagnostics) - limit
    if rest > 0:
        blocks.append(f"... and {rest} more problem{'s' if rest > 1 else ''}")
    return "\n\n".join(blocks)


def _block(one: Diagnostic) -> list[str]:
    lines = [f"error[{one.code}]: {one.message}"]
    if one.file:
        place = f"{one.file}:{one.line}:{one.column}" if one.line else one.file
        lines.append(f"  --> {_printable(place)}" + (f"  ({one.where})" if one.where else ""))
    if one.line:
        number = str(one.line)
        before = caret_offset(one.column)
        caret = " " * _width(one.excerpt[:before]) + "^" * _carets(one, before)
        lines += [f"{number} | {one.excerpt}".rstrip(), f"{' ' * len(number)} | {caret} {one.hint}".rstrip()]
    elif one.hint:
        lines.append(f"  = {one.hint}")
    return lines


def _carets(one: Diagnostic, before: int) -> int:
    """How wide the mark is: never beyond the excerpt, never nothing."""
    marked = one.excerpt[before : before + max(one.end_column - one.column, 1)]
    return max(_width(marked), 1)


def _width(text: str) -> int:
    """How many columns of a terminal the text fills."""
    wide = {"W": 2, "F": 2}
    return sum(wide.get(unicodedata.east_asian_width(char), 1) for char in text if not unicodedata.combining(char))


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
