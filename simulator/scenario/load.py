"""Loads a scenario: finds the file, joins it with what it extends, validates it, and reports all errors at once.

A scenario is named by a path or by the id of a shipped one. What comes back is the validated scenario together with the
plain data it was made from, a digest of that data, and the files and places everything came from.
"""

from __future__ import annotations

import hashlib
import json
import os.path
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.errors import Diagnostic, ScenarioError
from simulator.marks import Document, Loc
from simulator.scenario.compose import Composed, compose, resolved
from simulator.scenario.crosscheck import crosscheck
from simulator.scenario.diagnostics import from_problems, from_validation, nearest
from simulator.scenario.library import Library
from simulator.scenario.merge import Merged, of_document
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import ShippedLibrary, list_shipped, scenarios_folder
from simulator.source import parse_yaml

__all__ = ["Loaded", "digest_of", "list_shipped", "load_scenario", "load_text", "validated"]

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
