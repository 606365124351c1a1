"""How statuses, positions and acts are written in tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["beside", "partial", "spaced", "status_style"]

_STYLES = {
    "in_force": "green",
    "suspended": "yellow",
    "withdrawn": "red",
    "terminated": "red",
    "signed": "cyan",
    "ratified": "cyan",
}

_NAMED = 4


def status_style(status: str) -> str:
    """The colour of a status, for the eye that runs down a column."""
    return _STYLES.get(status, "")


def spaced(word: str) -> str:
    """A word of a table as running text.

    >>> spaced("state_extinct")
    'state extinct'
    """
    return word.replace("_", " ")


def beside(position: Mapping[str, Any]) -> str:
    """What stands beside the status of a position, in a few words; `position` is its JSON.

    >>> beside({"provisional": "none", "pending": [{"kind": "withdrawal", "effective": "2023-11-07"}],
    ...         "toward": [{"party": "POL", "what": "suspended"}], "organ_rights": "full"})
    'withdrawal pending, 2023-11-07; suspended towards POL'
    """
    parts = []
    if position["provisional"] != "none":
        parts.append(f"applied provisionally ({position['provisional']})")
    parts += [
        f"{spaced(one['kind'])} pending{', ' + one['effective'] if one['effective'] else ''}"
        for one in position["pending"]
    ]
    grouped: dict[str, list[str]] = {}
    for one in position["toward"]:
        grouped.setdefault(one["what"], []).append("all" if one["party"] == "*" else one["party"])
    parts += [f"{spaced(what)} towards {', '.join(names)}" for what, names in grouped.items()]
    if position["organ_rights"] != "full":
        parts.append("rights restricted")
    return "; ".join(parts)


def partial(treaties: Iterable[str], date: str) -> str:
    """A warning that the record does not hold all parties of some of these treaties on a day; empty if it does.

    >>> partial(["cfe", "att"], "2020-01-01")
    'the list of parties of att is complete up to 2018-06-18; missing: later signatures and instruments'
    >>> partial(["cfe", "att"], "2018-01-01")
    ''
    """
    import datetime as dt

    from simulator.law.catalogue import partial_lists

    day = dt.date.fromisoformat(date)
    short = [one for name, one in partial_lists().items() if name in set(treaties) and not one.complete_on(day)]
    if len(short) == 1:
        (one,) = short
        until = f"complete up to {one.complete_until}" if one.complete_until else "not complete"
        return f"the list of parties of {one.treaty} is {until}; missing: {one.missing}"
    if not short:
        return ""
    some = ", ".join(one.treaty for one in short[:_NAMED])
    more = f" and {len(short) - _NAMED} more (list_complete in --csv)" if len(short) > _NAMED else ""
    return f"lists of parties not complete on {date}: {some}{more}"
