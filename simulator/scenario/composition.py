"""Branches joined into one: all their edits together, or a refusal that says which two exclude each other.

>>> from simulator.scenario.branches import Branch
>>> no_bases = Branch.model_validate({"id": "no-bases", "drop": [{"event": "bases"}]})
>>> restraint = Branch.model_validate({"id": "restraint", "off": ["moratorium"]})
>>> both = compose_branches(no_bases, restraint)
>>> both.id, both.drop[0].event, both.off
('no-bases-and-restraint', 'bases', ('moratorium',))
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from pydantic import ValidationError

from simulator.errors import Diagnostic, ScenarioError
from simulator.scenario.branches import Branch
from simulator.scenario.coherence import contradictions
from simulator.scenario.edits import AddEvent, ChangeClause, Edit, SetView, branch_mapping, edits_of
from simulator.scenario.library import Loc
from simulator.scenario.values import View

__all__ = ["compose_branches"]

_HOW = "leave one of the two branches out, or change one of the edits"
_Owned: TypeAlias = tuple[Edit, str]


def compose_branches(*branches: Branch, id: str | None = None, title: str | None = None) -> Branch:
    """Return one branch with the edits of all; what two of them say alike stands in it once.

    The order of the branches decides nothing: edits that exclude each other are refused. `id` and `title` are those of
    the result; without them, the ids joined by "-and-" and the titles by "; ". What needs the scenario (unknown names,
    presuppositions, recorded acts that two patterns mean) is checked where the branch is used.

    Raises: ScenarioError -- two edits contradict each other (TS313), each pair with the branches that say so.

    >>> moves = [{"id": f"in-{year}", "move": [{"event": "bases", "to": f"{year}-01-01"}]} for year in (2004, 2008)]
    >>> try:
    ...     compose_branches(*map(Branch.model_validate, moves))
    ... except ScenarioError as error:
    ...     print(error.diagnostics[0].message)
    event 'bases' is moved twice in one branch (in-2004 and in-2008)
    """
    if not branches:
        raise ScenarioError("no branch is given; name at least one to compose")
    owned = _distinct([(edit, branch.id) for branch in branches for edit in edits_of(branch)])
    problems = list(_two_values(owned))
    if not problems:
        joined = _joined(owned)
        about = {"id": id or "-and-".join(dict.fromkeys(branch.id for branch in branches))}
        titles = [branch.title for branch in branches if branch.title]
        if title or titles:
            about["title"] = title or "; ".join(dict.fromkeys(titles))
        result = _branch([edit for edit, _ in joined], about)
        problems = list(_contradictions(result, joined))
        if not problems:
            return result
    raise ScenarioError(diagnostics=[Diagnostic("TS313", text, hint=_HOW) for text in problems])


def _branch(edits: list[Edit], about: dict[str, str]) -> Branch:
    try:
        return Branch.model_validate(branch_mapping(edits, **about))
    except ValidationError as error:  # the edits are valid: only a name can be too long, or not one at all
        what = ", ".join(str(one["loc"][0]) for one in error.errors())
        text = (
            f"the composed branch cannot be called {about}; its {what} is too long or not allowed; give id= and title="
        )
        raise ScenarioError(text) from None


def _distinct(owned: list[_Owned]) -> list[_Owned]:
    """Each edit once, as the first branch has it."""
    first: dict[str, _Owned] = {}
    for edit, owner in owned:
        first.setdefault(json.dumps([edit.section, edit.item()], sort_keys=True), (edit, owner))
    return list(first.values())


def _slots(edit: Edit) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """What can have one value only: its name, the value, and how a reader calls it."""
    if isinstance(edit, ChangeClause):
        for path, value in _leaves(edit.patch, (edit.treaty, edit.clause)):
            yield ("clauses", *path), value, f"clause {'.'.join(path[1:])} of {edit.treaty}"
    elif isinstance(edit, AddEvent):
        yield ("add", edit.event.id), edit.item(), f"event '{edit.event.id}'"
    elif isinstance(edit, SetView):
        yield ("view",), edit.view.name, "the view"
        for question, reading in edit.view.overrides.items():
            yield ("view", question), reading, f"the reading of {question}"
    elif edit.section in ("chance", "delay", "parameters"):
        for name, value in edit.item().items():
            what = "parameter" if edit.section == "parameters" else f"{edit.section} of rule"
            yield (edit.section, name), value, f"{what} '{name}'"


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value


def _two_values(owned: list[_Owned]) -> Iterator[str]:
    """What two branches give different values, or one a value where the other has something below it."""
    given: dict[tuple[str, ...], tuple[Any, str]] = {}
    for edit, owner in owned:
        for slot, value, name in _slots(edit):
            before, other = given.setdefault(slot, (value, owner))
            if before != value:
                yield f"{name} is given two values ({other} and {owner})"
    for slot, (_, owner) in given.items():
        for length in range(3, len(slot)):
            if slot[0] == "clauses" and slot[:length] in given:
                whole = f"clause {'.'.join(slot[2:length])} of {slot[1]}"
                yield f"{whole} is replaced as a whole and changed in part ({given[slot[:length]][1]} and {owner})"


def _joined(owned: list[_Owned]) -> list[_Owned]:
    """The edits with all readings of disputed law in one: a branch has one view."""
    views = [(edit.view, owner) for edit, owner in owned if isinstance(edit, SetView)]
    kept = [(edit, owner) for edit, owner in owned if not isinstance(edit, SetView)]
    if views:
        readings = {question: reading for view, _ in views for question, reading in view.overrides.items()}
        kept.append((SetView(View(name=views[0][0].name, overrides=readings)), views[0][1]))
    return kept


def _contradictions(result: Branch, joined: list[_Owned]) -> Iterator[str]:
    """What excludes each other in the whole, with the branches that it comes from."""
    owners: dict[str, list[str]] = {}
    for edit, owner in joined:
        owners.setdefault(edit.section, []).append(owner)
    named = {(edit.section, key): owner for edit, owner in joined for (_, key, *_), _, _ in _keyed(edit)}

    def owner_of(loc: Loc) -> str:
        section, key = str(loc[0]), loc[1]
        return owners[section][key] if isinstance(key, int) else named[section, key]

    for problem in contradictions(result):
        yield f"{problem.message} ({' and '.join(dict.fromkeys([owner_of(problem.other), owner_of(problem.loc)]))})"


def _keyed(edit: Edit) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    return _slots(edit) if edit.section in ("chance", "delay") else iter(())
