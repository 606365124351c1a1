"""Shares of an outcome: how much of it each dated happening accounts for, for the model alone and given the record.

A set of happenings is worth the probability of the outcome if of all players only these are kept. *For the model
alone* that is what the rules expect; *given the record* it is the probability in the world so edited, with every
decision as the record has it. A share is what a player adds on average over all orders of coming in
(`simulator.explain.shapley`); shares add up to what all players together add to none. In *one world* a set is worth
0 or 1.

A happening cannot stay without what it presupposes: it goes, and so does a rule that presupposes what has gone.
"""

from __future__ import annotations

import dataclasses
import itertools
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from simulator.counterfactual.abduction import History, without
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.sampling import Drawn
from simulator.engine.reference import ReferenceEngine
from simulator.errors import LimitError
from simulator.exact.cone import cone, slice_program
from simulator.exact.history import Path
from simulator.exact.lattice import Lattice, Limits
from simulator.explain.sets import Monotone
from simulator.explain.shapley import sampled_shapley, shapley
from simulator.law.record import world_events
from simulator.noise import CHANCE, Key, KeyedNoise, Noise, key_id
from simulator.scenario.load import Loaded
from simulator.scenario.program import Program

__all__ = [
    "MOST_PLAYERS",
    "Game",
    "Shares",
    "actors_of",
    "follows",
    "game_of",
    "relevant",
    "rising",
    "shares",
    "shares_in",
]

MOST_PLAYERS = 8  # 256 sets, each an exact computation
STATE = 3  # letters of a State's code; organisations and blocs have other names

_EXPLANATION = Key(key_id("explanation"), 0, 0, CHANCE)
Kept = frozenset[str]


@dataclass(frozen=True, slots=True)
class Game:
    """An outcome, the program cut down to what can reach it, and what may be taken away from it.

    `units` maps each name to the players that stay or go together: single happenings, or those of one actor. `titles`
    says what a player is. `needs` maps a player or rule to the events that it presupposes, `idle` are events after
    which the world is for certain the same as without them.
    """

    outcome: str
    program: Program
    units: Mapping[str, Kept]
    titles: Mapping[str, str]
    needs: Mapping[str, Kept]
    idle: Kept = frozenset()

    @property
    def players(self) -> Kept:
        """Everything that may be taken away."""
        return frozenset().union(*self.units.values())

    def coherent(self, kept: Kept) -> Kept:
        """Return the kept units' players without those that presuppose what has gone, and without idle ones."""
        players = frozenset().union(*(self.units[name] for name in kept))
        return players - follows(self.players - players, self.needs) - self.idle

    def keeping(self, kept: Kept) -> Program:
        """Return the program in which of all units only these are kept; events that go take their acts with them."""
        gone = follows(self.players - self.coherent(kept), self.needs)
        codes = {event.code for event in self.program.events if event.id in gone}
        rules = (rule for rule in self.program.rules if f"rule:{rule.id}" not in gone)
        return dataclasses.replace(
            self.program,
            events=tuple(event for event in self.program.events if event.code not in codes),
            acts=tuple(act for act in self.program.acts if act.event not in codes),
            rules=tuple(rules),
        )


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of one kind (`model`, `record`, `world`), in the order of the days on which the players happen.

    They add up to `everyone` - `nobody`, the worth of all units and of none. `monotone`: whether on the sets asked
    about more happenings never made the outcome less probable; None where worlds were drawn, since nothing tests it.
    """

    kind: str
    shares: Mapping[str, Number]
    everyone: Number
    nobody: Number
    monotone: Monotone | None
    sets: int

    @property
    def total(self) -> Fraction:
        """The sum of the shares."""
        return sum((one.value for one in self.shares.values()), Fraction(0))


def follows(gone: Kept, needs: Mapping[str, Kept]) -> Kept:
    """Return what is gone with everything that presupposes it, directly or by way of another.

    >>> sorted(follows(frozenset({"a"}), {"b": frozenset({"a"}), "c": frozenset({"b"}), "e": frozenset({"d"})}))
    ['a', 'b', 'c']
    """
    more = gone | {name for name, needed in needs.items() if needed & gone}
    return gone if more == gone else follows(more, needs)


# -- the game ----------------------------------------------------------------------------------------------------


def game_of(loaded: Loaded, program: Program, outcome: str, *, by_actor: bool = False, rules: bool = False) -> Game:
    """Return the players of an outcome: the dated events of the period that can reach it, and on request the rules.

    With `by_actor` events go together by who is behind them (`actors_of`). Raises ScenarioError for an unknown
    outcome.
    """
    part = slice_program(program, cone(program, [outcome]))
    events = sorted((one for one in part.events if one.day >= part.first), key=lambda one: (one.day, one.id))
    titles = {event.id: event.title or event.id for event in events}
    if rules:
        titles |= {f"rule:{rule.id}": f"rule {rule.id}" for rule in part.rules}
    units: dict[str, Kept] = {}
    actors = actors_of(loaded) if by_actor else {}
    for name in titles:
        unit = actors.get(name) or name
        units[unit] = units.get(unit, frozenset()) | {name}
    needs = _needs(loaded, program)
    # A rule that is off changes what comes before an event, so with rules as players no event is known to be idle.
    idle = frozenset() if rules else _idle(part, [event.id for event in events]) - frozenset().union(*needs.values())
    return Game(outcome, part, units, titles, needs, idle)


def actors_of(loaded: Loaded) -> dict[str, str]:
    """Return who is behind each event, as the scenario or the shared record of world events says.

    Where an organisation is among several actors, the event is its; else it belongs to all of them together.

    >>> from simulator.scenario.load import load_scenario
    >>> actors_of(load_scenario("cfe-endgame"))["gbi-europe-request"]
    'CZE, POL, USA'
    """
    shared = world_events()
    found = {}
    for event in (*loaded.scenario.events, *(one for branch in loaded.scenario.branches for one in branch.add)):
        actors: Sequence[str] = tuple(str(one) for one in event.actors)
        if not actors and event.from_record is not None and event.from_record in shared:
            actors = shared[event.from_record].actors
        bodies = [one for one in actors if len(one) != STATE]
        found[event.id] = bodies[0] if len(bodies) == 1 else ", ".join(sorted(actors))
    return found


def _needs(loaded: Loaded, program: Program) -> dict[str, Kept]:
    scenario = loaded.scenario
    added = [event for branch in scenario.branches if branch.id == program.branch for event in branch.add]
    needs = {event.id: frozenset(event.presupposes) for event in (*scenario.events, *added) if event.presupposes}
    return needs | {f"rule:{rule.id}": frozenset(rule.presupposes) for rule in scenario.rules if rule.presupposes}


def _idle(program: Program, names: Sequence[str]) -> Kept:
    """Find the first events after which the world is the same as without them; each spares half of all sets.

    Only those that nothing but idle ones precedes are looked at, since the world before them is the same in every set.
    """
    idle: set[str] = set()
    days = {event.id: event.day for event in program.events}
    for name in names:
        if sum(day == days[name] for day in days.values()) > 1:
            break
        others = frozenset(one for one in names if one != name and (days[one] > days[name] or one in idle))
        without = _until(program, others | {name}, days[name])
        if without is None or without != _until(program, others, days[name]):
            break
        idle.add(name)
    return frozenset(idle)


def _until(program: Program, dropped: Kept, day: int) -> object:
    """What the worlds without some events have become on a day; None where that takes long."""
    codes = {event.code for event in program.events if event.id in dropped}
    cut = dataclasses.replace(
        program,
        events=tuple(event for event in program.events if event.code not in codes),
        acts=tuple(act for act in program.acts if act.event not in codes),
    )
    lattice = Lattice(cut, last=day, limits=Limits(work=200))
    try:
        lattice.run()
    except LimitError:
        return None
    worlds = {
        key: {lumps: world.weight for waiting in group.waiting.values() for lumps, world in waiting.items()}
        for key, group in lattice.groups.items()
    }
    return worlds, {name: dict(found) for name, found in lattice.found.items()}


def relevant(history: History, factual: Program, part: Program) -> History:
    """Return the history as far as it matters to a slice: explanations that differ elsewhere only are one.

    `factual` is the program whose record it explains. Probabilities add up as before, the most probable comes first.
    """
    inside = {site for rule in part.rules for site in rule.sites.values()}
    outside = {site for rule in factual.rules for site in rule.sites.values()} - inside
    return without(history, outside)


# -- shares ------------------------------------------------------------------------------------------------------


def shares(game: Game, history: History | None = None, *, work: int = 20_000, runs: int = 400, seed: int = 1) -> Shares:
    """Return the shares for the model alone, or given the record if its explanations are handed in.

    Exact for at most eight units where each computation stays within `work` days of worlds; else from `runs` drawn
    worlds, in each of which two random orders are tried, with a 95 % interval.
    """
    kind = "model" if history is None else "record"
    source = Explanations(history.explanations) if history else None
    if len(game.units) <= MOST_PLAYERS:
        try:
            return _exact(game, kind, lambda program: _lattice(program, game.outcome, source, work))
        except LimitError:
            pass
    return _drawn(game, kind, source, runs, seed)


def shares_in(game: Game, noise: Noise) -> Shares:
    """Return the shares in one world, whose chance is fixed; raises LimitError for more than twelve units."""

    def worth_of(program: Program) -> Fraction:
        return Fraction(ReferenceEngine(program).run(noise).outcomes[game.outcome].value)

    return _exact(game, "world", worth_of)


def _lattice(program: Program, outcome: str, source: Explanations | None, work: int) -> Fraction:
    part = slice_program(program, cone(program, [outcome]))
    return Lattice(part, source=source, limits=Limits(work=work)).run().probability(outcome)


def _exact(game: Game, kind: str, worth_of: Callable[[Program], Fraction]) -> Shares:
    known: dict[Kept, Fraction] = {}
    visited: dict[Kept, Fraction] = {}

    def worth(kept: Kept) -> Fraction:
        players = game.coherent(kept)
        if players not in known:
            known[players] = worth_of(game.keeping(kept))
        visited[kept] = known[players]
        return known[players]

    # All together are the largest computation: should it be too large, nothing else has been tried in vain.
    everyone = worth(frozenset(game.units))
    found = shapley(game.units, worth)
    numbers = {name: Number.of(found[name]) for name in game.units}
    nobody = worth(frozenset())
    return Shares(kind, numbers, Number.of(everyone), Number.of(nobody), rising(visited), len(visited))


def _drawn(game: Game, kind: str, source: Explanations | None, runs: int, seed: int) -> Shares:
    """Draw worlds; in each, walk two random orders of the units."""
    sums = {name: [Fraction(0), Fraction(0)] for name in game.units}
    everyone, nobody, visited = 0, 0, set[Kept]()
    programs: dict[Kept, ReferenceEngine] = {}
    histories = list(source.histories) if source else []
    for number, noise in enumerate(drawn_worlds(source, histories, runs, seed)):
        asked = _Asked(game, noise, programs)
        for name, share in sampled_shapley(game.units, asked, orders=2, seed=seed + number).items():
            sums[name][0] += share.estimate
            sums[name][1] += share.estimate**2
        everyone += int(asked(frozenset(game.units)))
        nobody += int(asked(frozenset()))
        visited |= asked.known.keys()
    numbers = {name: _mean(total, squares, runs) for name, (total, squares) in sums.items()}
    whole, none = (Number.share(hits, runs) for hits in (everyone, nobody))
    return Shares(kind, numbers, whole, none, None, len(visited))


def drawn_worlds(source: Explanations | None, histories: Sequence[Path], runs: int, seed: int) -> list[Noise]:
    """Return sources of chance of drawn worlds: each from an explanation drawn by its weight, or freely."""
    bounds = list(itertools.accumulate(float(path.weight) for path in histories))
    worlds: list[Noise] = []
    for number in range(runs):
        free, path = KeyedNoise(seed, number), None
        if histories:
            at = bisect_right(bounds, free.uniform(_EXPLANATION) * bounds[-1])
            path = histories[min(at, len(histories) - 1)]
        worlds.append(Drawn(path, source, free))
    return worlds


class _Asked:
    """The worth of sets in one drawn world."""

    def __init__(self, game: Game, noise: Noise, engines: dict[Kept, ReferenceEngine]) -> None:
        self.game, self.noise, self.engines = game, noise, engines
        self.known: dict[Kept, Fraction] = {}
        self._by_players: dict[Kept, Fraction] = {}

    def __call__(self, kept: Kept) -> Fraction:
        players = self.game.coherent(kept)
        if players not in self._by_players:
            engine = self.engines.get(players)
            if engine is None:
                engine = self.engines[players] = ReferenceEngine(self.game.keeping(kept))
            self._by_players[players] = Fraction(engine.run(self.noise).outcomes[self.game.outcome].value)
        self.known[kept] = self._by_players[players]
        return self.known[kept]


def _mean(total: Fraction, squares: Fraction, runs: int) -> Number:
    """The mean of drawn additions with its 95 % interval; never narrower than three in as many runs."""
    mean = total / runs
    variance = max(float((squares - total * mean) / max(runs - 1, 1)), 0.0)
    margin = max(1.959964 * sqrt(variance / runs), 3 / runs)
    return Number(mean, max(float(mean) - margin, -1.0), min(float(mean) + margin, 1.0), runs)


def rising(visited: Mapping[Kept, Fraction]) -> Monotone:
    """Test whether adding one more never lowers the worth on the sets asked about; the witness is the smallest.

    >>> rising({frozenset(): Fraction(1, 2), frozenset("a"): Fraction(1, 3)}).ok
    False
    """
    for larger in sorted(visited, key=lambda one: (len(one), sorted(one))):
        for name in sorted(larger):
            smaller = larger - {name}
            if smaller in visited and visited[smaller] > visited[larger]:
                return Monotone(False, smaller, larger)
    return Monotone(True)
