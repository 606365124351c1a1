"""Two worlds of one scenario beside each other: where they part, how far that reaches, what stays the same and why.

Both worlds are run with the same keyed noise, so a decision about the same happening draws the same uniform in both
and unrelated decisions are identical. The comparison is about one pair of worlds; `effects` counts many pairs. Neither
is conditioned on the record.

>>> from simulator.scenario.load import load_scenario
>>> found = compare(load_scenario("cfe-endgame"), None, "no-2004", seed=1)
>>> found.divergence.day == dt.date(2004, 3, 29).toordinal(), found.divergence.row.how
(True, 'edited')
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from simulator.counterfactual.alignment import Row, align
from simulator.counterfactual.difference import Edited, edited
from simulator.counterfactual.paired import Effect, paired_effects
from simulator.counterfactual.reach import Dependence, Fact, link
from simulator.engine.reference import ReferenceEngine
from simulator.errors import ScenarioError
from simulator.exact.cone import Cone, cone
from simulator.noise import Cuts, Key, KeyedNoise
from simulator.results.trace import Answer, Position, Trace
from simulator.scenario.compile import BranchLike, compile_scenario, find_branch
from simulator.scenario.edits import Edit, edits_of
from simulator.scenario.load import Loaded
from simulator.scenario.program import Program
from simulator.scenario.schema import Branch

__all__ = ["Comparison", "Divergence", "Draws", "Exact", "Reached", "Same", "Verdict", "World", "compare"]

Exact = Callable[[Program, str], Fraction | None]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """One side: the branch (None: the scenario as it stands), its edits, its program and its trace."""

    branch: Branch | None
    program: Program
    trace: Trace

    @property
    def name(self) -> str:
        """The branch's id, or what the scenario without edits is called."""
        return self.branch.id if self.branch else "unedited"

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The branch as single edits."""
        return edits_of(self.branch) if self.branch else ()


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first row on which the worlds differ, and the first that is no part of the edit but follows from it."""

    row: Row
    follows: Row | None

    @property
    def day(self) -> int:
        """The first day of difference."""
        return self.row.day


@dataclass(frozen=True, slots=True)
class Reached:
    """A relationship (or with party "" a treaty) that some differing step is about, and how it ends in both worlds."""

    party: str
    treaty: str
    rows: tuple[int, ...]
    since: int
    first: str
    second: str
    ends_alike: bool


@dataclass(frozen=True, slots=True)
class Same:
    """A relationship that is the same throughout; `independent` if nothing in it can depend on the edit."""

    party: str
    treaty: str
    independent: bool


@dataclass(frozen=True, slots=True)
class Draws:
    """The uniforms that the two runs read, by their keys: one key is one uniform in both worlds.

    `alike` of the `shared` ones fell into the same cell of the same cuts; `only_first` and `only_second` were read in
    one world alone. `decided_alike` counts decisions taken in both worlds about the same thing with the same answer,
    `decided_otherwise` those with another answer.
    """

    shared: int
    alike: int
    only_first: int
    only_second: int
    decided_alike: int
    decided_otherwise: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome in both worlds, and why it is the same or not.

    `why` is `independent` (nothing that it depends on is edited), `same_steps` (no step that it asks about differs),
    `other_cause` (the same steps, by other causes), `no_effect` (such steps differ, the answer does not), `reached`
    (answer or day differ; `through` is the row that decided it, -1 if none was found).
    """

    first: Answer
    second: Answer
    why: str
    decisions: int
    through: int = -1
    exact: tuple[Fraction | None, Fraction | None] = (None, None)

    @property
    def is_same(self) -> bool:
        """Whether value and day are those of the other world."""
        return (self.first.value, self.first.day) == (self.second.value, self.second.day)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a comparison has found; `unlinked` and `lost` should be empty, and are contradictions if not."""

    loaded: Loaded
    worlds: tuple[World, World]
    rows: tuple[Row, ...]
    divergence: Divergence | None
    reached: tuple[Reached, ...]
    same: tuple[Same, ...]
    outcomes: Mapping[str, Verdict]
    draws: Draws
    unlinked: tuple[Row, ...]
    lost: tuple[str, ...]
    effects: Mapping[str, Effect] = field(default_factory=dict)

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows that are not the same in both worlds."""
        return tuple(row for row in self.rows if row.is_odd)

    @property
    def identical(self) -> bool:
        """Whether nothing at all differs."""
        return not (self.differing or self.reached or self.lost)


class _Noted:
    """Keyed noise that remembers what was asked of it."""

    def __init__(self, seed: int) -> None:
        self.noise, self.asked = KeyedNoise(seed), dict[Key, tuple[Cuts, int]]()

    def cell(self, key: Key, cuts: Cuts) -> int:
        found = self.noise.cell(key, cuts)
        self.asked[key] = (cuts, found)
        return found


def compare(
    loaded: Loaded,
    first: BranchLike | None,
    second: BranchLike | None,
    *,
    mode: str = "simulate",
    seed: int = 1,
    view: str | None = None,
    until: dt.date | None = None,
    runs: int = 0,
    exact: Exact | None = None,
) -> Comparison:
    """Compare two branches of a scenario (None: the scenario as it stands), both run with the same noise.

    A branch is named by its id, or given itself.

    `mode` is simulate or replay; `until` stops both worlds at the end of a day. `runs` pairs of simulations give the
    effect on each outcome with an interval; `exact` may give an outcome's probability in a program. Raises
    ScenarioError for an unknown branch or for runs of a replay, and whatever compiling and running raise.
    """
    if runs and mode == "replay":
        raise ScenarioError("a replay leaves nothing to chance; compare one pair of worlds, or simulate")
    last = until.toordinal() if until else None
    noises = (_Noted(seed), _Noted(seed))
    worlds = []
    for branch, noise in zip((first, second), noises, strict=True):
        program = compile_scenario(loaded, mode=mode, branch=branch, view=view)
        trace = ReferenceEngine(program).run(noise, until=last)
        trace.seed = seed if mode == "simulate" else None
        worlds.append(World(find_branch(loaded.scenario, branch), program, trace))
    one, other = worlds
    given = edited(one.program, other.program, (one.branch, other.branch))
    found = _Found((one, other), given, _draws(noises))
    return found.comparison(loaded, seed, runs, last, exact)


def _draws(noises: Sequence[_Noted]) -> tuple[int, int, int, int]:
    mine, yours = (noise.asked for noise in noises)
    shared = mine.keys() & yours.keys()
    alike = sum(mine[key] == yours[key] for key in shared)
    return len(shared), alike, len(mine) - len(shared), len(yours) - len(shared)


class _Found:
    """What is found in two traces, put together."""

    def __init__(self, worlds: tuple[World, World], given: Edited, draws: tuple[int, int, int, int]) -> None:
        self.worlds, self.given = worlds, given
        self.traces = [world.trace for world in worlds]
        self.rows = align(*self.traces)
        self.odd = [row for row in self.rows if row.is_odd]
        self.graphs = [Dependence(world.program) for world in worlds]
        self.unlinked = link(self.rows, given, self.traces, self.graphs)
        decisions = [row for row in self.rows if row.step.kind == "decision" and len(row.sides) == 2]
        alike = sum("after" not in row.differs for row in decisions)
        self.draws = Draws(*draws, alike, len(decisions) - alike)
        self.possible: frozenset[Fact] = frozenset().union(*(graph.reached(given) for graph in self.graphs))

    def comparison(self, loaded: Loaded, seed: int, runs: int, last: int | None, exact: Exact | None) -> Comparison:
        reached = tuple(self._reached())
        outcomes = dict(self._outcomes(exact))
        independent = [name for name, one in outcomes.items() if one.why == "independent"]
        first, second = (world.program for world in self.worlds)
        effects = (
            paired_effects(first, second, seed=seed, runs=runs, independent=independent, last=last) if runs else {}
        )
        return Comparison(
            loaded,
            self.worlds,
            tuple(self.rows),
            self._divergence(),
            reached,
            tuple(self._same({(one.party, one.treaty) for one in reached})),
            outcomes,
            self.draws,
            tuple(self.unlinked),
            tuple(self._lost(reached, outcomes)),
            effects,
        )

    def _divergence(self) -> Divergence | None:
        if not self.odd:
            return None
        first = min(self.odd, key=lambda row: (row.day, row.how != "edited", row.number))
        return Divergence(first, next((row for row in self.odd if row.how in ("cause", "facts")), None))

    # -- relationships -------------------------------------------------------------------------------------------

    def _reached(self) -> Iterator[Reached]:
        about: dict[Pair, list[Row]] = {}
        for row in self.odd:
            step = row.step
            if step.treaty and step.kind != "statement":
                about.setdefault((step.party, step.treaty), []).append(row)
        ends = [_ends(trace) for trace in self.traces]
        for pair in ends[0].keys() | ends[1].keys():
            if pair not in about and ends[0].get(pair, _NOTHING) != ends[1].get(pair, _NOTHING):
                about[pair] = []  # only what is still pending differs, such as a day after the end of the run
        for (party, treaty), rows in sorted(about.items(), key=lambda one: (one[0][1], one[0][0])):
            first, second = (end.get((party, treaty), _NOTHING) for end in ends)
            numbers = tuple(row.number for row in rows)
            yield Reached(
                party,
                treaty,
                numbers,
                min((row.day for row in rows), default=self.traces[0].last),
                first[0],
                second[0],
                first == second,
            )

    def _same(self, reached: Collection[Pair]) -> Iterator[Same]:
        """The relationships that no differing step is about: those that could have been reached, and the others."""
        pairs = {(one.party, one.treaty) for trace in self.traces for one in trace.final}
        for party, treaty in sorted(pairs - set(reached), key=lambda one: (one[1], one[0])):
            yield Same(party, treaty, not self._can_reach(party, treaty))

    def _can_reach(self, party: str, treaty: str) -> bool:
        """Whether the edit can have any effect on a relationship."""
        return not self.possible.isdisjoint({("position", treaty, party), ("pairwise", treaty, party)})

    # -- outcomes ------------------------------------------------------------------------------------------------

    def _outcomes(self, exact: Exact | None) -> Iterator[tuple[str, Verdict]]:
        first, second = (world.program for world in self.worlds)
        graphs = self.graphs
        for one, other in zip(first.outcomes, second.outcomes, strict=True):
            answers = self.traces[0].outcomes[one.id], self.traces[1].outcomes[one.id]
            asks = graphs[0].condition(one.when) | graphs[1].condition(other.when)
            about = [row for row in self.odd if asks & self._written(row)]
            day = max((answer.day for answer in answers if answer.day is not None), default=one.last)
            through = max((row.number for row in about if row.day <= day), default=-1)
            why = self._why(one.id, answers, about)
            decisions = self._decided_alike(cone(first, [one.id])) if why == "same_steps" else 0
            values = (exact(first, one.id), exact(second, one.id)) if exact else (None, None)
            yield one.id, Verdict(*answers, why, decisions, through, values)

    def _why(self, name: str, answers: Sequence[Answer], about: Sequence[Row]) -> str:
        if (answers[0].value, answers[0].day) != (answers[1].value, answers[1].day):
            return "reached"
        if not self._is_in_reach(name):
            return "independent"
        if not about:
            return "same_steps"
        moved = [row for row in about if row.kind != "other_cause" or row.shift]
        return "no_effect" if moved else "other_cause"

    def _is_in_reach(self, name: str) -> bool:
        """Whether the edit can have any effect on an outcome."""
        if self.given == Edited():
            return False
        return any(self._touches(cone(world.program, [name]), world.program) for world in self.worlds)

    def _touches(self, found: Cone, program: Program) -> bool:
        """Whether something edited can reach the outcomes of a cone."""
        given, names = self.given, program.names
        forced = {
            (names.treaties[program.forced[one].treaty], names.parties[program.forced[one].party])
            for one in found.forced
        }
        return bool(
            given.reading
            or given.acts & found.acts
            or given.events & {names.events[one] for one in found.events}
            or given.rules & {names.rules[code] for code, _ in found.rules}
            or given.statuses & forced
            or given.treaties & {names.treaties[one] for one in found.treaties}
        )

    def _decided_alike(self, found: Cone) -> int:
        """How many decisions of a cone were taken alike in both worlds."""
        graph = self.graphs[0]
        pairs = (row for row in self.rows if row.step.kind == "decision" and len(row.sides) == 2)
        return sum(
            (graph.rule[row.step.rule], graph.party.get(row.step.party, -1)) in found.rules
            for row in pairs
            if "after" not in row.differs
        )

    def _written(self, row: Row) -> frozenset[Fact]:
        sides = zip((row.first, row.second), self.graphs, strict=True)
        return frozenset().union(*(graph.writes(step) for step, graph in sides if step is not None))

    # -- contradictions ------------------------------------------------------------------------------------------

    def _lost(self, reached: Collection[Reached], outcomes: Mapping[str, Verdict]) -> Iterator[str]:
        """What differs although nothing edited can reach it."""
        for place in reached:
            if place.party and not place.ends_alike and not self._can_reach(place.party, place.treaty):
                yield f"{place.treaty}.{place.party} ends differently, but nothing in it can depend on the edit"
        for name, one in outcomes.items():
            if one.why == "reached" and not self._is_in_reach(name):
                yield f"outcome {name} differs, but nothing in it can depend on the edit"


_NOTHING: tuple[str, object] = ("non_party", None)


def _ends(trace: Trace) -> dict[Pair, tuple[str, object]]:
    """How each relationship and each treaty ends: its status, and everything beside it."""
    found: dict[Pair, tuple[str, object]] = {(one.party, one.treaty): (one.status, _beside(one)) for one in trace.final}
    return found | {("", name): (state[0], state) for name, state in trace.treaties.items()}


def _beside(one: Position) -> object:
    """All of a position, or None where it says no more than that there is none: it may have been looked up, or not."""
    blank = Position(one.party, one.treaty, "non_party", "", 0, last_act=one.last_act)
    return None if one == blank else one.as_json()
