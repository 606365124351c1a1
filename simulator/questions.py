"""The questions that a notebook or script asks of two worlds or of a history, as plain functions.

They stand apart from `simulator.api`, so that asking for a status does not load what they need.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from simulator.api import as_loaded
from simulator.counterfactual.compare import Comparison
from simulator.counterfactual.compare import compare as compare_worlds
from simulator.counterfactual.whatif import Settings, WhatIf
from simulator.counterfactual.whatif import what_if as ask_what_if
from simulator.explain.occasions import Setting
from simulator.explain.query import read_query
from simulator.explain.why import Why
from simulator.explain.why import why as find_why
from simulator.explain.whynot import WhyNot
from simulator.explain.whynot import why_not as find_why_not
from simulator.scenario.compile import BranchLike
from simulator.scenario.load import Loaded

__all__ = ["compare", "what_if", "why", "why_not"]


def what_if(
    scenario: str | Path | Loaded,
    branch: BranchLike,
    *,
    outcomes: Collection[str] | None = None,
    view: str | None = None,
    mechanism: str = "monotone",
    window: int | None = None,
    work: int = 5_500,
    runs: int = 100,
    seed: int = 1,
) -> WhatIf:
    """Say what an edit would have changed, given what did happen; `effects` holds one entry for each outcome.

    `branch` is an id of the scenario's branches, or an edit written as in a file. Exact where that takes at most `work`
    days of worlds, else `runs` worlds are drawn. Raises ScenarioError for unknown names and where the model gives the
    record probability zero.

    >>> import simulator as ts
    >>> answer = ts.what_if("cfe-endgame", "no-2004", outcomes=["adapted-in-force"])
    >>> answer.effects[0].given_record.text()
    'never'
    """
    settings = Settings(mechanism, work, runs, seed, window, view)
    return ask_what_if(as_loaded(scenario), branch, outcomes=outcomes, settings=settings)


def compare(
    scenario: str | Path | Loaded,
    branch: BranchLike,
    other: BranchLike | None = None,
    *,
    seed: int = 1,
    runs: int = 0,
    view: str | None = None,
) -> Comparison:
    """Compare a world with another that differs by edits alone (`other` None: the scenario as it stands).

    Both draw the same chance. `runs` pairs give the effect with an interval; nothing is conditioned on the record.
    """
    return compare_worlds(as_loaded(scenario), other, branch, seed=seed, runs=runs, view=view)


def why(scenario: str | Path | Loaded, query: str, *, branch: str | None = None, seed: int | None = None) -> Why:
    """Say why something happened in the replayed record (or with `seed` in a simulation): `cfe.RUS=suspended`."""
    setting = _setting(scenario, branch, seed)
    return find_why(setting, read_query(query, setting.loaded, setting.program().names))


def why_not(scenario: str | Path | Loaded, query: str, *, branch: str | None = None, seed: int | None = None) -> WhyNot:
    """Say why something did not happen, and which least changes, verified by running them, would have enabled it."""
    setting = _setting(scenario, branch, seed)
    return find_why_not(setting, read_query(query, setting.loaded, setting.program().names))


def _setting(scenario: str | Path | Loaded, branch: str | None, seed: int | None) -> Setting:
    mode = "replay" if seed is None else "simulate"
    return Setting(as_loaded(scenario), mode, branch, None, 1 if seed is None else seed)
