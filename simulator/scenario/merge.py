"""Lays one scenario file over those that it extends, and keeps track of which file each value came from.

The rules, from the top of a file down:

* sections (`rules`, `variables`, `period` ...) are joined by key;
* a section that is a mapping is joined by key, and so is each entry of it that is a mapping;
* a section that is a list of mappings with `id` is joined by id: an entry that both files have keeps its place in the
  list and is joined by key, new entries follow in their order;
* everything else is replaced as a whole: what a key of an entry holds (a condition, a trigger, a clause) means
  something only as a whole, and so do lists without ids;
* `id`, `title`, `question` and `summary` say what one file is, and are never taken over from another.

Nothing disappears unless `remove` names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from simulator.errors import Diagnostic, ScenarioError
from simulator.marks import Document, Loc, Spot
from simulator.scenario.wording import cut, nearest

__all__ = ["Merged", "lay_over", "of_document", "take_out"]

_OWN: Final = ("id", "title", "question", "summary")
_INSTRUCTIONS: Final = ("extends", "remove")
# Levels below the top that are joined: a section, and an entry of it.
_JOINED: Final = 2
_MAX_SECTIONS: Final = 40
_MAX_PROBLEMS: Final = 40
_HOW: Final = "write remove: {rules: [ID, ...]}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A value, and the place that it came from; `parts` only where more than one file had a say in it."""

    value: Any
    origin: Spot
    parts: dict[str | int, Merged] | None = None

    def spot(self, loc: Loc) -> Spot:
        """Follow a path as far as the files go, and return the place in the file that had the last word.

        What is no child there is passed over, as in `Document.spot`.
        """
        here: Merged | None = self
        place = self.origin
        for step in loc:
            if here is not None and here.parts is not None:
                below = here.parts.get(step)
                if below is not None:
                    here, place = below, below.origin
            else:
                place = place.child(step) or place
        return place

    def children(self) -> dict[str | int, Merged]:
        """The values inside this one, each with its origin."""
        if self.parts is not None:
            return dict(self.parts)
        steps = enumerate(self.value) if isinstance(self.value, list) else ((key, key) for key in self.value)
        return {step: Merged(self.value[step], self.origin.child(step) or self.origin) for step, _ in steps}


def of_document(document: Document) -> Merged:
    """What a file says by itself, without the instructions how to join it with others.

    Raises: ScenarioError -- the file is no mapping.
    """
    if not isinstance(document.data, dict):
        found = "empty" if document.data is None else "a list" if isinstance(document.data, list) else "one value"
        message = f"a scenario is a mapping of keys to values; this file is {found}"
        raise ScenarioError(diagnostics=[document.diagnostic("TS009", message, (), hint="begin with 'schema: 1'")])
    whole = Merged(document.data, document.spot())
    if not any(key in document.data for key in _INSTRUCTIONS):
        return whole
    return _mapping({key: part for key, part in whole.children().items() if key not in _INSTRUCTIONS}, whole)


def lay_over(base: Merged, over: Merged) -> Merged:
    """What the later file makes of the earlier one."""
    kept = {key: part for key, part in base.children().items() if key not in _OWN}
    return _join(_mapping(kept, base), over, _JOINED)


def _join(base: Merged, over: Merged, levels: int) -> Merged:
    """Join two values; `levels` says how many levels below may be joined too."""
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        parts = base.children()
        for key, part in over.children().items():
            parts[key] = _join(parts[key], part, levels - 1) if key in parts and levels > 0 else part
        return _mapping(parts, over)
    # An empty list adds nothing to a list of entries, as an empty mapping adds nothing to a mapping.
    if levels > 0 and base.value and _has_ids(base.value) and _has_ids(over.value):
        return _by_id(base, over, levels)
    return over


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in value)


def _by_id(base: Merged, over: Merged, levels: int) -> Merged:
    """Join lists of entries. An id that one file uses twice stays twice, for the checks to find."""
    items = list(base.children().values())
    place: dict[str, int] = {}
    for index, item in enumerate(items):
        place.setdefault(item.value["id"], index)
    for item in over.children().values():
        index = place.pop(item.value["id"], -1)
        if index < 0:
            items.append(item)
        else:
            items[index] = _join(items[index], item, levels - 1)
    return Merged([item.value for item in items], over.origin, dict(enumerate(items)))


def _mapping(parts: dict[str | int, Merged], like: Merged) -> Merged:
    return Merged({key: part.value for key, part in parts.items()}, like.origin, parts)


# --- removal ----------------------------------------------------------------------------------------------------------


def take_out(base: Merged, document: Document) -> tuple[Merged, list[Diagnostic]]:
    """Apply the `remove` of a file to what it extends, before the file itself is laid over it.

    A section is a key of the file (`rules`), or a path to a mapping below one (`parties.blocs`); what is taken out is
    named by id or key. An entry that is removed and given again is thereby replaced as a whole.
    """
    wanted = document.data.get("remove", {})
    if not isinstance(wanted, dict) or len(wanted) > _MAX_SECTIONS:
        return base, [
            document.diagnostic("TS024", "'remove' needs a mapping of sections to ids", ("remove",), hint=_HOW)
        ]
    problems: list[Diagnostic] = []
    for section, names in wanted.items():
        path = section.split(".")
        known = _ids(base, path)
        if known is None:
            hint = nearest(section, [str(key) for key in base.children()])
            message = f"nothing that is extended has a section '{cut(section)}'"
            problems.append(document.diagnostic("TS025", message, ("remove", section), key=True, hint=hint))
            continue
        gone: set[str | int] = set()
        for loc, name in _names(document, section, names, problems):
            if name in known:
                gone.add(known[name])
            elif len(problems) < _MAX_PROBLEMS:  # each is searched for a hint
                message = f"'{cut(section)}' holds no '{cut(name)}' that could be removed"
                problems.append(document.diagnostic("TS025", message, loc, hint=nearest(name, list(known))))
        base = _without(base, path, gone)
    return base, problems


def _names(document: Document, section: str, names: Any, problems: list[Diagnostic]) -> Iterator[tuple[Loc, str]]:
    """What is to be removed from one section, each with its place in the file."""
    loc: Loc = ("remove", section)
    if isinstance(names, str):
        yield loc, names
    elif isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        yield from (((*loc, index), name) for index, name in enumerate(names))
    else:
        problems.append(document.diagnostic("TS024", f"'{cut(section)}' needs a list of ids or keys", loc, hint=_HOW))


def _ids(base: Merged, path: list[str]) -> dict[str, str | int] | None:
    """Where the entries of a section stand, by id or key; None where there is no section."""
    here: Any = base.value
    for step in path:
        here = here.get(step) if isinstance(here, dict) else None
    if isinstance(here, dict):
        return {key: key for key in here}
    if isinstance(here, list) and _has_ids(here):
        return {item["id"]: index for index, item in enumerate(here)}
    return None


def _without(base: Merged, path: list[str], gone: set[str | int]) -> Merged:
    """A copy without these entries of the section that the path leads to."""
    parts = base.children()
    if path:
        parts[path[0]] = _without(parts[path[0]], path[1:], gone)
        return _mapping(parts, base)
    parts = {step: part for step, part in parts.items() if step not in gone}
    if isinstance(base.value, dict):
        return _mapping(parts, base)
    items = list(parts.values())
    return Merged([item.value for item in items], base.origin, dict(enumerate(items)))
