"""The questions that a notebook or script asks of two worlds or of a history, as plain functions.

They stand apart from `simulator.api`, so that asking for a status does not load what they need.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from fractions import Fraction
from pathlib import Path
from typing import Any

from simulator import EXPLAIN_WORK, EXPLAIN_WORLDS, WHATIF_WORK, WHATIF_WORLDS
from simulator.api import as_loaded, check_seed
from simulator.counterfactual.compare import Comparison
from simulator.counterfactual.compare import compare as compare_worlds
from simulator.counterfactual.uncertain import POINTS, Uncertain, over_parameter
from simulator.counterfactual.whatif import Settings, WhatIf
from simulator.counterfactual.whatif import what_if as ask_what_if
from simulator.ensemble.design import Points, make_design, read_design
from simulator.ensemble.designaxes import read_axis, read_level
from simulator.ensemble.result import Ensemble
from simulator.ensemble.run import ensemble
from simulator.ensemble.sweep import Sweep, SweepSettings, run_sweep
from simulator.ensemble.tipping import Tipping, TippingSettings, find_tipping
from simulator.explain.occasions import Setting
from simulator.explain.query import read_query
from simulator.explain.weighed import CausesAnswer, SharesAnswer, causes_of, shares_of
from simulator.explain.why import Why
from simulator.explain.why import why as find_why
from simulator.explain.whynot import WhyNot
from simulator.explain.whynot import why_not as find_why_not
from simulator.scenario.compile import BranchLike, compile_scenario
from simulator.scenario.load import Loaded

__all__ = [
    "causes",
    "compare",
    "run_many",
    "shares",
    "sweep",
    "tipping_point",
    "what_if",
    "what_if_over",
    "why",
    "why_not",
]


def what_if(
    scenario: str | Path | Loaded,
    branch: BranchLike,
    *,
    outcomes: Collection[str] | None = None,
    view: str | None = None,
    mechanism: str = "monotone",
    window: int | None = None,
    work: int = WHATIF_WORK,
    runs: int = WHATIF_WORLDS,
    seed: int = 1,
    seeing: bool = False,
) -> WhatIf:
    """Say what an edit would have changed, given what did happen; `effects` holds one entry for each outcome.

    `branch` is an id of the scenario's branches, or an edit written as in a file. Exact where that takes at most `work`
    days of worlds, else `runs` worlds are drawn. With `seeing` the answer's `seen` also takes the edit as news. Raises
    ScenarioError for unknown names and where the model gives the record probability zero.

    >>> import simulator as ts
    >>> answer = ts.what_if("cfe-endgame", "no-2004", outcomes=["adapted-in-force"])
    >>> answer.effects[0].given_record.text()
    'never'
    """
    settings = Settings(mechanism, work, runs, seed, window, view, seeing)
    return ask_what_if(as_loaded(scenario), branch, outcomes=outcomes, settings=settings)


def what_if_over(
    scenario: str | Path | Loaded,
    branch: BranchLike,
    parameter: str,
    *,
    outcomes: Collection[str] | None = None,
    points: int = POINTS,
    mechanism: str = "monotone",
) -> Uncertain:
    """Ask a what-if question for values over the range of a parameter, the same value in both worlds.

    Each value counts by how well it explains the record. `outcomes` defaults to the scenario's first. Raises
    ScenarioError for a parameter that is unknown or has no `range`.

    >>> import simulator as ts
    >>> found = ts.what_if_over("cfe-endgame", "no-2004", "p_enlargement", outcomes=["adapted-in-force"], points=2)
    >>> found.given_record("adapted-in-force").text()
    'never'
    """
    settings = Settings(mechanism)
    return over_parameter(as_loaded(scenario), branch, parameter, outcomes=outcomes, settings=settings, points=points)


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
    check_seed(seed)
    return compare_worlds(as_loaded(scenario), other, branch, seed=seed, runs=runs, view=view)


def run_many(
    scenario: str | Path | Loaded,
    runs: int = 1_000,
    *,
    branch: BranchLike | None = None,
    seed: int = 1,
    view: str | None = None,
    jobs: int | None = None,
    executor: Executor | str | None = None,
    rows: bool = False,
    until_width: float | None = None,
) -> Ensemble:
    """Run a scenario many times: how often each outcome came and when, rules, and shares of statuses over time.

    The same seed gives the same numbers, whatever `jobs` and `executor` are ("threads", "processes", "dask",
    "dask:ADDRESS" or any executor). `rows` keeps a row for each run, `until_width` stops once all intervals are that
    narrow. Raises ScenarioError for settings that make no sense, WorkerError where workers end or cannot be reached.

    >>> import simulator as ts
    >>> found = ts.run_many("inf-endgame", 100, jobs=1)
    >>> found.outcomes["usa-out"].hits
    30
    """
    program = compile_scenario(as_loaded(scenario), mode="simulate", branch=branch, view=view)
    return ensemble(program, runs, seed=seed, jobs=jobs, executor=executor, rows=rows, until_width=until_width)


def why(scenario: str | Path | Loaded, query: str, *, branch: str | None = None, seed: int | None = None) -> Why:
    """Say why something happened in the replayed record (or with `seed` in a simulation): `cfe.RUS=suspended`."""
    setting = _setting(scenario, branch, seed)
    return find_why(setting, read_query(query, setting.loaded, setting.program().names))


def why_not(scenario: str | Path | Loaded, query: str, *, branch: str | None = None, seed: int | None = None) -> WhyNot:
    """Say why something did not happen, and which least changes, verified by running them, would have enabled it."""
    setting = _setting(scenario, branch, seed)
    return find_why_not(setting, read_query(query, setting.loaded, setting.program().names))


def causes(
    scenario: str | Path | Loaded,
    outcome: str,
    *,
    branch: str | None = None,
    view: str | None = None,
    world: int | None = None,
    work: int = EXPLAIN_WORK,
    seed: int = 1,
) -> CausesAnswer:
    """Say what an outcome goes back to among the dated events: given the record, or in the one world of a seed.

    `causes` of the answer has `but_for`, `causes` (Halpern 2015), `sufficient` and `rescue` sets, each with the weight
    of the explanations of the record in which it holds, and `responsibility`. `world` asks about the simulation of that
    seed. Explanations are drawn from `seed` where finding all takes more than `work` days of worlds. Raises
    ScenarioError for unknown names and where the model gives the record probability zero, LimitError where the search
    takes too many runs.

    >>> import simulator as ts
    >>> found = ts.causes("cfe-endgame", "cfe-lost-2007", world=1).causes
    >>> [sorted(one.players) for one in found.causes], str(found.responsibility["enlargement-2004"])
    ([['enlargement-2004']], '1')
    """
    _check_seeds(seed, world)
    return causes_of(as_loaded(scenario), outcome, branch=branch, view=view, world=world, work=work, seed=seed)


def shares(
    scenario: str | Path | Loaded,
    outcome: str,
    *,
    branch: str | None = None,
    view: str | None = None,
    by_actor: bool = False,
    rules: bool = False,
    world: int | None = None,
    work: int = EXPLAIN_WORK,
    runs: int = EXPLAIN_WORLDS,
    seed: int = 1,
) -> SharesAnswer:
    """Divide the probability of an outcome among the dated events that can reach it (Shapley 1953).

    `found` of the answer holds the shares given the record, then those for the model alone; with `world` those in the
    simulation of that seed. `by_actor` puts the events of one actor together, `rules` makes rules players as well.
    Exact for at most eight players within `work` days of worlds each, else from `runs` drawn worlds. Raises as
    `causes`, and ScenarioError where no dated event can reach the outcome.

    >>> import simulator as ts
    >>> found = ts.shares("cfe-endgame", "cfe-lost-2007", world=1).found[0]
    >>> str(found.shares["enlargement-2004"].value), found.total == found.everyone.value - found.nobody.value
    ('1/2', True)
    """
    _check_seeds(seed, world)
    options: dict[str, Any] = {"by_actor": by_actor, "rules": rules, "work": work, "runs": runs, "seed": seed}
    return shares_of(as_loaded(scenario), outcome, branch=branch, view=view, world=world, **options)


def _check_seeds(seed: int, world: int | None) -> None:
    for one in (seed, *(() if world is None else (world,))):
        check_seed(one)


def sweep(
    scenario: str | Path | Loaded,
    vary: Mapping[str, str | Sequence[Any]] | str | Path,
    *,
    method: str = "factorial",
    points: int | None = None,
    design_seed: int = 1,
    runs: int = 1_000,
    seed: int = 1,
    branch: str | None = None,
    view: str | None = None,
    jobs: int | None = None,
    executor: Executor | str | None = None,
    engine: str = "auto",
    sample: bool = False,
    work: int | None = None,
) -> Sweep:
    """Run every point of a design over the same noise; `rows` is the table, one row for each point and outcome.

    `vary` maps targets to values, as in `{"rule.settlement.chance": "0..1:5", "event.inf-finding": ["on", "off"]}`, or
    it is the path of a design file. `method` is factorial, latin_hypercube or sobol, the last two with a number of
    `points`. Point 0 is the base: the scenario as it stands, or `branch`. Exact where each answer takes at most `work`
    days of worlds (never with `sample`). All engines give the same numbers,
    and the table names the one. Raises ScenarioError for what cannot be varied, and where no point can be.

    >>> import simulator as ts
    >>> found = ts.sweep("inf-endgame", {"rule.settlement.chance": [0, 1]}, runs=50, jobs=1)
    >>> [(row["point"], row["hits"]) for row in found.of(["settled"])]
    [(0, 1), (1, 0), (2, 18)]
    """
    loaded = as_loaded(scenario)
    if isinstance(vary, Mapping):
        axes = [read_axis(target, values, loaded.scenario) for target, values in vary.items()]
        design = make_design(axes, method, points=points, seed=design_seed)
    else:
        design = read_design(vary, loaded.scenario)
    settings = SweepSettings(runs, seed, jobs, executor, engine=engine, work=work, sample=sample)
    return run_sweep(Points(loaded, design, branch=branch, view=view), settings)


def tipping_point(
    scenario: str | Path | Loaded,
    target: str,
    between: str,
    outcome: str,
    *,
    at: float | str | Fraction = 0.5,
    runs: int = 1_000,
    seed: int = 1,
    branch: str | None = None,
    view: str | None = None,
    jobs: int | None = None,
    executor: Executor | str | None = None,
    sample: bool = False,
    work: int | None = None,
) -> Tipping:
    """Find where the probability of an outcome crosses a level as one thing varies: `crossings` are none, one or more.

    `between` is a range such as `0..1` or `2003-01-01..2006-01-01`. Raises ScenarioError for names and values that do
    not fit.

    >>> import simulator as ts
    >>> found = ts.tipping_point("inf-endgame", "rule.settlement.chance", "0..1", "settled", at=0.2, runs=200, jobs=1)
    >>> [(one.before.value, one.after.value) for one in found.crossings], found.trend
    ([('0.538', '0.539')], 'rises')
    """
    loaded = as_loaded(scenario)
    axis = read_axis(target, between, loaded.scenario)
    settings = TippingSettings(runs, seed, jobs, executor, work=work, sample=sample)
    return find_tipping(loaded, axis, outcome, read_level(str(at)), settings, branch=branch, view=view)


def _setting(scenario: str | Path | Loaded, branch: str | None, seed: int | None) -> Setting:
    mode = "replay" if seed is None else "simulate"
    if seed is not None:
        check_seed(seed)
    return Setting(as_loaded(scenario), mode, branch, None, 1 if seed is None else seed)
