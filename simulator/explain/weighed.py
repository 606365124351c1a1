"""Causes and shares of an outcome as a user asks for them: given the record, or in one simulated world.

>>> from simulator.scenario.load import load_scenario
>>> answer = causes_of(load_scenario("cfe-endgame"), "cfe-lost-2007", world=1)
>>> [sorted(one.players) for one in answer.causes.causes]
[['enlargement-2004']]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import EXPLAIN_WORK, EXPLAIN_WORLDS
from simulator.counterfactual.abduction import History, explain_or_draw
from simulator.counterfactual.numbers import Number
from simulator.errors import ScenarioError
from simulator.explain.attribution import Game, Shares, game_of, relevant, shares, shares_in
from simulator.explain.given import Causes, Finding, causes_given, causes_in
from simulator.noise import KeyedNoise
from simulator.scenario.compile import compile_scenario, find_branch
from simulator.scenario.diagnostics import nearest
from simulator.scenario.load import Loaded
from simulator.scenario.program import Outcome, Program

__all__ = ["CausesAnswer", "SharesAnswer", "causes_of", "shares_of"]

HISTORY_WORK = 20_000


@dataclass(frozen=True, slots=True)
class _Worlds:
    """The program asked about, the one whose record is known, and who asks."""

    loaded: Loaded
    program: Program
    factual: Program
    asked: Outcome

    def history(self, part: Program, work: int, seed: int) -> History:
        """Explain the record, as far as it matters for a slice of the program."""
        found = explain_or_draw(self.factual, self.loaded.scenario, max(work, HISTORY_WORK), seed)
        return relevant(found, self.factual, part)


@dataclass(frozen=True, slots=True)
class CausesAnswer:
    """Causes of an outcome; `world` is the seed of the one simulated world, None: given the record."""

    outcome: Outcome
    branch: str
    view: str
    world: int | None
    drawn: bool
    causes: Causes

    def as_json(self) -> dict[str, Any]:
        """Return plain fields; weights are exact fractions as text."""
        found = self.causes
        return {
            **_head(self.outcome, self.branch, self.view, self.world),
            "players": dict(found.titles),
            "explanations": found.explanations,
            "explanations_drawn": self.drawn,
            "left_out": found.left_out,
            "looked_at": str(found.looked_at),
            "came": str(found.came),
            "monotone": str(found.monotone),
            "but_for": _findings(found.but_for),
            "causes": _findings(found.causes),
            "sufficient": _findings(found.sufficient),
            "rescue": _findings(found.rescue),
            "responsibility": {name: str(degree) for name, degree in found.responsibility.items()},
        }


@dataclass(frozen=True, slots=True)
class SharesAnswer:
    """Shares of an outcome, of each kind that was asked; `world` as in causes."""

    outcome: Outcome
    branch: str
    view: str
    world: int | None
    by_actor: bool
    game: Game
    found: tuple[Shares, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain fields; exact numbers as text, drawn ones with their intervals."""
        return {
            **_head(self.outcome, self.branch, self.view, self.world),
            "by_actor": self.by_actor,
            "players": dict(self.game.titles),
            "units": {name: sorted(unit) for name, unit in self.game.units.items()},
            "kinds": {one.kind: _shares(one) for one in self.found},
        }


def causes_of(
    loaded: Loaded,
    outcome: str,
    *,
    branch: str | None = None,
    view: str | None = None,
    world: int | None = None,
    work: int = EXPLAIN_WORK,
    seed: int = 1,
) -> CausesAnswer:
    """Return the causes of an outcome given the record, or with `world` in the simulated world of that seed.

    Raises ScenarioError for an unknown outcome or branch, and where the model gives the record probability zero;
    LimitError where the search takes too many runs.
    """
    asked, drawn = _worlds(loaded, outcome, branch, view), False
    game = game_of(loaded, asked.program, outcome)
    if world is not None:
        found = causes_in(game.program, outcome, KeyedNoise(world), needs=game.needs)
    else:
        history = asked.history(game.program, work, seed)
        drawn = not history.exact
        found = causes_given(game.program, outcome, history, needs=game.needs, seed=seed)
    return CausesAnswer(asked.asked, branch or "", asked.program.view, world, drawn, found)


def shares_of(
    loaded: Loaded,
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
    """Return the shares of an outcome given the record and for the model alone, or in one simulated world.

    With `rules` the rules are players beside the events: a rule that goes is off. Raises as `causes_of`, and
    ScenarioError where no dated event can reach the outcome.
    """
    asked = _worlds(loaded, outcome, branch, view)
    game = game_of(loaded, asked.program, outcome, by_actor=by_actor, rules=rules)
    if not game.units:
        raise ScenarioError(
            f"no dated event of {loaded.scenario.id} can reach the outcome {outcome} by its last day, so that none "
            "has a share; ask another outcome, or --why and --why-not"
        )
    if world is not None:
        found: tuple[Shares, ...] = (shares_in(game, KeyedNoise(world)),)
    else:
        history = asked.history(game.program, work, seed)
        given = shares(game, history, work=work, runs=runs, seed=seed)
        found = (given, shares(game, work=work, runs=runs, seed=seed))
    return SharesAnswer(asked.asked, branch or "", asked.program.view, world, by_actor, game, found)


def _worlds(loaded: Loaded, outcome: str, branch: str | None, view: str | None) -> _Worlds:
    known = [one.id for one in loaded.scenario.outcomes]
    if outcome not in known:
        hint = nearest(outcome, known) or f"the outcomes are {', '.join(known) or 'none'}"
        raise ScenarioError(f"scenario {loaded.scenario.id} has no outcome {outcome!r}; {hint}")
    program = compile_scenario(loaded, branch=branch, view=view)
    edit = find_branch(loaded.scenario, branch)
    # The branch may read the law otherwise; what happened is explained as the scenario reads it.
    own = None if edit is not None and edit.view is not None else view
    factual = program if edit is None else compile_scenario(loaded, view=own)
    return _Worlds(loaded, program, factual, next(one for one in program.outcomes if one.id == outcome))


def _head(outcome: Outcome, branch: str, view: str, world: int | None) -> dict[str, Any]:
    given = "record" if world is None else "one simulated world"
    return {"outcome": outcome.id, "title": outcome.title, "given": given, "branch": branch, "view": view}


def _findings(found: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"players": sorted(one.players), "weight": str(one.weight), "tie": one.tie, "held": list(one.held)}
        for one in found
    ]


def _shares(one: Shares) -> dict[str, Any]:
    numbers: Mapping[str, Number] = {**one.shares}
    monotone = one.monotone
    return {
        "shares": {name: number.as_json() for name, number in numbers.items()},
        "details": {name: number.details() for name, number in numbers.items()},
        "sum": str(one.total),
        "everyone": one.everyone.as_json(),
        "nobody": one.nobody.as_json(),
        "monotone": None if monotone is None else monotone.ok,
        "less_with_more": None
        if monotone is None or monotone.ok
        else [sorted(monotone.smaller), sorted(monotone.larger)],
        "sets": one.sets,
    }
