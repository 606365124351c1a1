"""Our words for what validators report, by the kind of the error, and the nearest known name.

pydantic's own texts ("Input should be a valid string") are written for programmers and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final, get_args

from pydantic_core import core_schema

__all__ = ["close", "cut", "described", "known", "nearest", "said"]

_EXPECTED: Final[dict[str, str]] = {
    "string_type": "text",
    "string_sub_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "iterable_type": "a list",
    "none_required": "nothing",
}
_DATES: Final = ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact")
_CUSTOM: Final[dict[str, str]] = {
    "day": "TS106",
    "no_such_day": "TS106",
    "format_version": "TS104",
    "only_true": "TS104",
    "spelling": "TS107",
    "list_length": "TS108",
    "probability": "TS110",
    "probability_range": "TS110",
    "one_key": "TS111",
    "one_comparison": "TS111",
    "condition_depth": "TS114",
    "free_mapping": "TS115",
    "becomes": "TS116",
    "chance_and_choose": "TS116",
    "happened": "TS116",
    "date_range": "TS116",
    "event_kind": "TS116",
    "force": "TS116",
    "outcome_day": "TS116",
}
_BOUNDS: Final[dict[str, tuple[str, str, str]]] = {
    "greater_than_equal": ("TS105", "is too small; the least is {}", "ge"),
    "greater_than": ("TS105", "is too small; it must be above {}", "gt"),
    "less_than_equal": ("TS105", "is too large; the most is {}", "le"),
    "less_than": ("TS105", "is too large; it must be below {}", "lt"),
    "multiple_of": ("TS105", "is not a multiple of {}", "multiple_of"),
    "string_too_short": ("TS107", "is too short; at least {} characters are needed", "min_length"),
    "string_too_long": ("TS107", "is too long; at most {} characters may stand here", "max_length"),
    "string_pattern_mismatch": ("TS107", "has not the form {}", "pattern"),
    "too_short": ("TS108", "has too few items; the least is {}", "min_length"),
    "too_long": ("TS108", "has too many items; the most is {}", "max_length"),
}


def said(error: Any) -> tuple[str, str, str]:
    """Code, message and hint for an error that needs nothing but itself."""
    kind: str = error["type"]
    given: Any = error.get("input")
    context: dict[str, Any] = error.get("ctx", {})
    if kind in _CUSTOM:  # raised by our own models, which say what is wrong better than a table can
        return _CUSTOM[kind], error["msg"], ""
    if kind in _EXPECTED:
        hint = "true and false are written without quotes" if kind.startswith("bool") else ""
        hint = "delete it, or check the indentation of what should stand below" if given is None else hint
        return "TS103", f"{_EXPECTED[kind]} is expected here, got {described(given)}", hint
    if kind in _BOUNDS:
        code, text, bound = _BOUNDS[kind]
        return code, f"{described(given)} {text.format(context.get(bound, '?'))}", ""
    if kind in ("literal_error", "enum"):
        return _not_a_word(given, str(context.get("expected", "")))
    if kind in _DATES:
        return "TS106", f"{described(given)} is not a date", "write YYYY-MM-DD"
    if kind in ("value_error", "assertion_error"):
        return "TS109", f"this value is not valid: {context.get('error', '')}", ""
    if kind in get_args(core_schema.ErrorType):
        return "TS109", f"{described(given)} is not valid here", f"the validator calls it {kind}"
    return "TS109", error["msg"], ""


def _not_a_word(given: Any, expected: str) -> tuple[str, str, str]:
    """`expected` is pydantic's list: 'open', 'in_force' or 'lapsed'."""
    words = re.findall(r"'([^']*)'", expected)
    if not words:
        return "TS104", f"{described(given)} is not possible here", f"write {expected}"
    if not isinstance(given, str):
        return "TS104", f"a word is expected here, got {described(given)}", nearest("", words)
    return "TS104", f"'{cut(given)}' is not one of the {len(words)} known words", nearest(given, words)


def described(value: Any) -> str:
    """A value as its author would call it.

    >>> [described(value) for value in (None, True, 3, "a", ["a"], {})]
    ['nothing', 'true', '3', "'a'", 'a list', 'a mapping']
    """
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return f"'{cut(value)}'" if isinstance(value, str) else cut(str(value))


def cut(text: str) -> str:
    """The text, or its beginning if it is long."""
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, words: Collection[str]) -> str:
    """Return a hint that names the closest known word, or all of them if they are few; empty if neither helps.

    >>> nearest("aktor", ["actor", "when"]), nearest("x", ["actor", "when"])
    ("did you mean 'actor'?", 'known: actor, when')
    """
    near = close(name, words)
    return f"did you mean '{near}'?" if near else known(words)


def known(words: Collection[str]) -> str:
    """A hint that lists the words, if they are few enough to read."""
    return f"known: {', '.join(words)}" if 0 < len(words) <= 20 else ""


def close(name: str, words: Collection[str]) -> str:
    """The one known word that is spelled almost like the name, or nothing."""
    from difflib import get_close_matches  # 13 ms that only a faulty file has to pay

    # Comparing takes time that grows with the square of the length, and no file may make it take long.
    if not name or len(name) > 80 or len(words) > 1000:
        return ""
    folded = {word.lower(): word for word in words}
    found = get_close_matches(name.lower(), folded, n=1, cutoff=0.65)
    return folded[found[0]] if found else ""
