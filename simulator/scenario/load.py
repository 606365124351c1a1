"""Loads a scenario: finds the file, joins it with what it extends, validates it, and reports all errors at once.

A scenario is named by a path or by the id of a shipped one. What comes back is the validated scenario together with the
plain data it was made from, a digest of that data, and the files and places everything came from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os.path
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.errors import Diagnostic, ScenarioError
from simulator.marks import Document, Loc, Spot
from simulator.scenario.branches import Branch
from simulator.scenario.compose import Composed, compose, resolved
from simulator.scenario.crosscheck import crosscheck
from simulator.scenario.diagnostics import from_problems, from_validation, nearest
from simulator.scenario.edits import about_of, branch_mapping, edits_of
from simulator.scenario.library import Library
from simulator.scenario.merge import Merged, of_document
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import ShippedLibrary, list_shipped, scenarios_folder
from simulator.source import parse_yaml

__all__ = [
    "Loaded",
    "check_branch",
    "digest_of",
    "list_shipped",
    "load_scenario",
    "load_text",
    "validated",
    "with_branch",
]

_ID: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

AnyModel = TypeVar("AnyModel", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario that is valid, with everything that is known about where it came from.

    `data` is the joined plain data, `digest` the SHA-256 of its canonical JSON, `files` the path below the scenario's
    folder and the SHA-256 of each file, the scenario's own first.
    """

    scenario: Scenario
    data: dict[str, Any]
    digest: str
    path: Path
    files: tuple[tuple[str, str], ...]
    documents: tuple[Document, ...]
    origin: Merged

    def diagnostic(self, code: str, message: str, loc: Loc, *, key: bool = False, hint: str = "") -> Diagnostic:
        """A problem that a later step found at `loc` of the data, in the file that it came from."""
        return self.origin.spot(loc).diagnostic(code, message, key=key, hint=hint)


def load_scenario(ref: str | Path, *, root: Path | None = None, library: Library | None = None) -> Loaded:
    """Load the scenario that a path or an id names.

    `root` is the folder that `extends` may not leave; without it, the folder of the file. `library` is what the names
    in the scenario may refer to; without it, the shipped law and record.

    Raises: ScenarioError -- invalid; carries every problem in file order. LimitError -- too large or too deep.
    """
    path, display = _find(ref)
    shipped = scenarios_folder()
    if root is None and shipped is not None and (resolved(path) or path).is_relative_to(shipped):
        root = shipped  # named by path or by id, a shipped scenario reaches the same files
    composed = compose(path, display=display, root=root)
    scenario = validated(composed.merged, Scenario)
    problems = crosscheck(scenario, library or ShippedLibrary())
    if problems:
        raise ScenarioError(diagnostics=from_problems(problems, composed.merged))
    return _loaded(scenario, path, composed)


def load_text(text: str, name: str = "<text>", *, library: Library | None = None) -> Loaded:
    """Load a scenario from YAML text that stands in no file; it extends nothing.

    Raises as `load_scenario`, with places in the text.
    """
    document = parse_yaml(text, name)
    merged = of_document(document)
    for key in ("extends", "remove"):
        if key in document.data:
            message = f"a text that stands in no file has nothing to which '{key}' could refer"
            raise ScenarioError(diagnostics=[document.diagnostic("TS020", message, (key,), key=True)])
    scenario = validated(merged, Scenario)
    problems = crosscheck(scenario, library or ShippedLibrary())
    if problems:
        raise ScenarioError(diagnostics=from_problems(problems, merged))
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Loaded(scenario, merged.value, digest_of(merged.value), Path(name), ((name, digest),), (document,), merged)


def with_branch(
    loaded: Loaded, given: Branch | Mapping[str, Any], *, library: Library | None = None
) -> tuple[Loaded, Branch]:
    """Return the scenario with one more branch, and that branch: checked exactly as if it stood in the file.

    `given` is a Branch, or the plain data that a file would hold; dates and fractions may be Python's own. A branch
    that the scenario has already is that branch. Raises ScenarioError with places in the text `<branch>`.

    >>> more, branch = with_branch(load_scenario("cfe-endgame"), {"id": "x", "drop": [{"event": "enlargement-2004"}]})
    >>> more.scenario.branches[-1] == branch
    True
    """
    branch, added = _branch_of(loaded.scenario, given)
    if added is None:
        return loaded, branch
    origin = _with_branch(loaded.origin, added.spot(), len(loaded.scenario.branches))
    scenario = _checked(loaded.scenario, branch, origin, library)
    data, documents = origin.value, (*loaded.documents, added)
    more = replace(loaded, scenario=scenario, data=data, digest=digest_of(data), documents=documents, origin=origin)
    return more, branch


def check_branch(scenario: Scenario, given: Branch | Mapping[str, Any], *, library: Library | None = None) -> Branch:
    """As `with_branch`, for a scenario by itself: it has no file, so problems have places in the branch alone."""
    branch, added = _branch_of(scenario, given)
    if added is not None:
        alone = _with_branch(Merged({}, added.spot(), {}), added.spot(), len(scenario.branches))
        _checked(scenario, branch, alone, library, elsewhere=False)
    return branch


def _branch_of(scenario: Scenario, given: Branch | Mapping[str, Any]) -> tuple[Branch, Document | None]:
    """The branch, and the text that it is checked in; no text for one that the scenario has already."""
    if isinstance(given, Branch):
        if given in scenario.branches:
            return given, None
        given = branch_mapping(edits_of(given), **about_of(given))
    document = parse_yaml(_text_of(given), "<branch>")
    branch = validated(Merged(document.data, document.spot()), Branch)
    return branch, None if branch in scenario.branches else document


def _checked(
    scenario: Scenario, branch: Branch, origin: Merged, library: Library | None, *, elsewhere: bool = True
) -> Scenario:
    """The scenario with the branch last; problems point to a second place only if there is a file that has it."""
    here = ("branches", len(scenario.branches))
    more = scenario.model_copy(update={"branches": (*scenario.branches, branch)})
    found = [one for one in crosscheck(more, library or ShippedLibrary()) if one.loc[:2] == here]
    if found:
        shown = [one if elsewhere or one.other[:2] == here else replace(one, other=()) for one in found]
        raise ScenarioError(diagnostics=from_problems(shown, origin))
    return more


def _text_of(given: Mapping[str, Any]) -> str:
    """The plain data of a branch as text, so that a problem in it has a line to point to. JSON is YAML."""
    try:
        if not isinstance(given, Mapping):
            raise TypeError
        return json.dumps(dict(given), indent=2, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError, RecursionError):
        shown = type(given).__name__
        text = "a branch is its id, a Branch, or a mapping of plain data as in a scenario file"
        raise ScenarioError(f"{text}; got {shown} that is none or holds something else") from None


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Fraction | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _with_branch(whole: Merged, spot: Spot, number: int) -> Merged:
    """The data with one more branch, which keeps its own origin."""
    parts = whole.children()
    before = parts["branches"].children() if "branches" in parts else {}
    items = {**before, number: Merged(spot.document.data, spot)}
    origin = parts["branches"].origin if "branches" in parts else spot
    parts["branches"] = Merged([one.value for one in items.values()], origin, items)
    return Merged({key: part.value for key, part in parts.items()}, whole.origin, parts)


def _loaded(scenario: Scenario, path: Path, composed: Composed) -> Loaded:
    data = composed.merged.value
    return Loaded(scenario, data, digest_of(data), path, composed.files, composed.documents, composed.merged)


def validated(merged: Merged, model: type[AnyModel]) -> AnyModel:
    """Return the data as a model; raises ScenarioError with every problem in file order."""
    try:
        return model.model_validate(merged.value)
    except ValidationError as error:
        diagnostics = from_validation(error, merged, model, merged.value)
    raise ScenarioError(diagnostics=diagnostics)


def digest_of(data: Any) -> str:
    """Return the SHA-256 of the data's canonical JSON: neither comments nor the order of keys change it.

    >>> digest_of({"a": 1, "b": [2.5]}) == digest_of({"b": [2.5], "a": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _find(ref: str | Path) -> tuple[Path, str]:
    """The file that is meant, and the name to show for it. A file of that name comes before a shipped id."""
    path = Path(ref)
    text = str(ref)
    # os.path says no where Path raises: a name that is too long for the file system is the name of no file.
    if not _ID.fullmatch(text) or os.path.isfile(path):
        return path, text
    known = dict(list_shipped())
    if text in known:
        return known[text], str(known[text])
    if os.path.exists(path):
        return path, text
    hint = nearest(text, list(known)) or "name a YAML file, or the id of a shipped scenario"
    raise ScenarioError(
        diagnostics=[Diagnostic("TS026", f"'{text}' is neither a file nor a shipped scenario", hint=hint)]
    )
