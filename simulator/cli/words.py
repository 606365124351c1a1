"""How statuses, positions and acts are written in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["beside", "spaced", "status_style"]

_STYLES = {
    "in_force": "green",
    "suspended": "yellow",
    "withdrawn": "red",
    "terminated": "red",
    "signed": "cyan",
    "ratified": "cyan",
}


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
