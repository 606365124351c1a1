"""Plain data as YAML text that the loader reads back as the same data, with the place that each part came from.

Only what cannot be misread stands without quotes; everything else is written as JSON writes it, which YAML understands.

>>> print(as_yaml({"id": "a", "country": "NO", "p": "3/10", "on": "2007-12-12", "words": ["no", "7", "a: b"]}), end="")
id: a
country: "NO"
p: 3/10
on: 2007-12-12
words: ["no", "7", "a: b"]
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["as_yaml", "scalar"]

Loc = tuple[str | int, ...]

_WIDTH = 116
_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./()'+-]|[ ](?=[A-Za-z0-9_./()'+-]))*")
_NUMERIC_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+/[0-9]+")
# Words that some reader of YAML takes for something else than text.
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def scalar(value: Any) -> str:
    """One value as it may stand anywhere, also inside brackets.

    >>> [scalar(one) for one in ("in_force", "yes", "1e3", True, None, 0.5, 7, "")]
    ['in_force', '"yes"', '"1e3"', 'true', 'null', '0.5', '7', '""']
    """
    if not isinstance(value, str):
        return json.dumps(value)
    if _NUMERIC_TEXT.fullmatch(value) or (_PLAIN.fullmatch(value) and value.lower() not in _WORDS):
        return value
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    """A key; `on` and `off` are keys of scenarios, and no reader of YAML 1.2 takes them for anything else."""
    return name if name in ("on", "off") else scalar(name)


def as_yaml(data: dict[str, Any], comment: Callable[[Loc], str] | None = None) -> str:
    """The mapping as a file; `comment` says what to note behind the entry at a path."""
    return "".join(f"{line}\n" for line in _mapping(data, (), 0, comment or (lambda loc: "")))


def _mapping(data: dict[str, Any], loc: Loc, indent: int, comment: Callable[[Loc], str]) -> Iterator[str]:
    for key, value in data.items():
        here = (*loc, key)
        yield from _entry(f"{' ' * indent}{_key(key)}:", value, here, indent + 2, comment)


def _entry(head: str, value: Any, loc: Loc, indent: int, comment: Callable[[Loc], str]) -> Iterator[str]:
    """A key or a dash with its value: on the same line if that is short, else below."""
    note = comment(loc)
    tail = f"  # {note}" if note else ""
    short = _flow(value)
    fits = len(head) + len(short) < _WIDTH and (len(loc) > 1 or not isinstance(value, list) or len(short) < _WIDTH // 2)
    if not isinstance(value, dict | list) or not value or (fits and not _lists_entries(value)):
        yield f"{head} {short}{tail}"
    elif isinstance(value, dict):
        yield f"{head}{tail}"
        yield from _mapping(value, loc, indent, comment)
    else:
        yield f"{head}{tail}"
        for index, item in enumerate(value):
            yield from _item(item, (*loc, index), indent, comment)


def _lists_entries(value: Any) -> bool:
    """Whether this is a section of entries with ids, which stand one a line."""
    return isinstance(value, list) and any(isinstance(item, dict) and "id" in item for item in value)


def _item(item: Any, loc: Loc, indent: int, comment: Callable[[Loc], str]) -> Iterator[str]:
    pad = " " * indent
    if isinstance(item, dict) and item and len(_flow(item)) > _WIDTH - indent:
        lines = list(_mapping(item, loc, indent + 2, comment))
        note = comment(loc)
        yield f"{pad}- {lines[0].lstrip()}{'  # ' + note if note and '#' not in lines[0] else ''}"
        yield from lines[1:]
    else:
        yield from _entry(f"{pad}-", item, loc, indent + 2, comment)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return scalar(value)
