"""Causes given the record: what was a cause in the ways in which the recorded history can have come about.

The record leaves several explanations, each with its probability. One explanation, with what it leaves open drawn once,
is one fixed world, in which `simulator.explain.causes` and `simulator.explain.sets` find causes and sets. A finding
weighs as much as the explanations in which it holds. A single simulated world is the same with one explanation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from simulator.counterfactual.abduction import History
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.sampling import Drawn
from simulator.exact.cone import cone, slice_program
from simulator.explain.attribution import follows
from simulator.explain.causes import actual_causes, but_for, responsibility
from simulator.explain.sets import minimal_sufficient, monotone, rescue_sets
from simulator.explain.world import FixedWorld, Twin
from simulator.noise import KeyedNoise, Noise
from simulator.scenario.program import Program

__all__ = ["Causes", "Finding", "causes_given", "causes_in"]

Needs = Mapping[str, frozenset[str]]

ENOUGH = Fraction(95, 100)  # of the weight
MOST = 12  # explanations that are looked at
SIZE = 2  # players in a cause or a rescue set
SMALL = 8  # players of whom every set is tried; of more, sufficient sets up to WIDE
WIDE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Players that together are a cause or a set, and the weight of the explanations in which they are.

    `tie`: in some of these it rests on the order of acts of one day. `held` says for a cause what is held as it was to
    show it, in the most probable explanation in which it is one.
    """

    players: frozenset[str]
    weight: Fraction
    tie: bool = False
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Causes:
    """What was found. Weights are parts of all explanations; `looked_at` is the weight of those that were looked at.

    `came` is the weight of those in which the outcome comes about: the others have no causes. `left_out` counts the
    explanations not looked at. `monotone` is the weight of those in which, on the sets tried, more happenings never
    averted the outcome. `titles` says what each player is.
    """

    outcome: str
    titles: dict[str, str]
    looked_at: Fraction
    came: Fraction
    explanations: int
    left_out: int
    monotone: Fraction
    but_for: tuple[Finding, ...]
    causes: tuple[Finding, ...]
    sufficient: tuple[Finding, ...]
    rescue: tuple[Finding, ...]
    responsibility: dict[str, Fraction]
    widest: int  # players in the largest sufficient sets that were tried

    @property
    def one_world(self) -> bool:
        """Whether this is about one simulated world, where nothing has to be weighed."""
        return self.explanations == 0


@dataclass(slots=True)
class _Sum:
    """Findings of one kind added up over explanations."""

    found: dict[frozenset[str], Finding] = field(default_factory=dict)

    def add(self, weight: Fraction, players: frozenset[str], tie: bool = False, held: Iterable[str] = ()) -> None:
        old = self.found.get(players)
        if old is None:
            self.found[players] = Finding(players, weight, tie, tuple(held))
        else:
            self.found[players] = Finding(players, old.weight + weight, old.tie or tie, old.held)

    def sorted(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.found.values(), key=lambda one: (-one.weight, len(one.players), sorted(one.players))))


def causes_given(
    program: Program, outcome: str, history: History, *, needs: Needs | None = None, seed: int = 1
) -> Causes:
    """Return the causes of an outcome given the record, from its explanations, the most probable first.

    Looked at are explanations until they weigh 95 %, at most twelve. Hand in a history that was cut down to what
    matters (`simulator.explain.attribution.relevant`), else explanations that differ elsewhere are told apart.
    `needs` maps what may go to the events that it presupposes: it goes with them. `seed` draws what an explanation
    leaves open. Raises ScenarioError for an unknown outcome, LimitError where the
    search takes too many runs.
    """
    source = Explanations(history.explanations)
    total = sum((path.weight for path in history.explanations), Fraction(0))
    chosen: list[tuple[Fraction, Noise]] = []
    looked_at = Fraction(0)
    for number, path in enumerate(history.explanations[:MOST]):
        if looked_at >= ENOUGH:
            break
        chosen.append((path.weight / total, Drawn(path, source, KeyedNoise(seed, number))))
        looked_at += path.weight / total
    return _causes(program, outcome, chosen, needs or {}, len(history.explanations))


def causes_in(program: Program, outcome: str, noise: Noise, *, needs: Needs | None = None) -> Causes:
    """Return the causes of an outcome in one world whose chance is fixed; raises as `causes_given`."""
    return _causes(program, outcome, [(Fraction(1), noise)], needs or {}, 0)


def _causes(
    program: Program, outcome: str, chosen: Sequence[tuple[Fraction, Noise]], needs: Needs, explanations: int
) -> Causes:
    part = slice_program(program, cone(program, [outcome]))
    found, titles, looked_at = _Found(outcome), dict[str, str](), Fraction(0)
    for weight, noise in chosen:
        looked_at += weight
        world = _Coherent(part, noise, needs)
        titles |= {name: player.title or name for name, player in world.players.items()}
        if world.came_about(outcome):
            found.add(world, weight)
    return Causes(
        outcome=outcome,
        titles=titles,
        looked_at=looked_at,
        came=found.came,
        explanations=explanations,
        left_out=max(explanations - len(chosen), 0),
        monotone=found.monotone,
        but_for=found.but_for.sorted(),
        causes=found.causes.sorted(),
        sufficient=found.sufficient.sorted(),
        rescue=found.rescue.sorted(),
        responsibility=dict(sorted(found.responsibility.items(), key=lambda one: (-one[1], one[0]))),
        widest=found.widest,
    )


class _Coherent(FixedWorld):
    """A fixed world in which a happening goes with what it presupposes."""

    def __init__(self, program: Program, noise: Noise, needs: Needs) -> None:
        self.needs = needs
        super().__init__(program, noise)

    def edited(self, twin: Twin) -> Program:
        """Return the program of the twin, without what presupposes anything that it drops."""
        return super().edited(replace(twin, dropped=follows(twin.dropped, self.needs)))


@dataclass(slots=True)
class _Found:
    """Everything that was found, added up over worlds."""

    outcome: str
    but_for: _Sum = field(default_factory=_Sum)
    causes: _Sum = field(default_factory=_Sum)
    sufficient: _Sum = field(default_factory=_Sum)
    rescue: _Sum = field(default_factory=_Sum)
    responsibility: dict[str, Fraction] = field(default_factory=dict)
    came: Fraction = Fraction(0)
    monotone: Fraction = Fraction(0)
    widest: int = 0

    def add(self, world: FixedWorld, weight: Fraction) -> None:
        """Add what one world shows."""
        self.came += weight
        for cause in but_for(world, self.outcome):
            self.but_for.add(weight, cause.players, cause.depends_on_tie)
        causes = actual_causes(world, self.outcome, SIZE)
        for cause in causes:
            self.causes.add(weight, cause.players, cause.depends_on_tie, [held.text for held in cause.witness])
        for name, degree in responsibility(causes).items():
            self.responsibility[name] = self.responsibility.get(name, Fraction(0)) + weight * degree
        self.widest = len(world.players) if len(world.players) <= SMALL else WIDE
        oracle = world.oracle(self.outcome)
        for players in minimal_sufficient(world.players, oracle, max_size=self.widest):
            self.sufficient.add(weight, players)
        for players in rescue_sets(world.players, oracle, SIZE):
            self.rescue.add(weight, players)
        self.monotone += weight * monotone(oracle.visited).ok
