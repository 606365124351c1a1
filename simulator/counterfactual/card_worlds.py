"""Drawn worlds in which every decision is written down: what it answered, what it read, how it fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.sampling import Drawn
from simulator.engine.reference import ReferenceEngine
from simulator.engine.rules import RuleBook
from simulator.engine.run import Happening, Run
from simulator.exact.history import Path
from simulator.noise import CHANCE, CHOICE, Cuts, Key, KeyedNoise
from simulator.results.trace import Step, Trace
from simulator.scenario.program import Node, Outcome, Program

__all__ = ["Asked", "Read", "Watched", "Watcher"]


class Read(NamedTuple):
    """A uniform that a decision read, and the cells that it was cut into."""

    key: Key
    cuts: Cuts


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision in a world: what it read (nothing where it was certain or forced) and how it fell.

    `cell` is the cell of its chance or choice, -1 where none was read; `after` names what it answers.
    """

    step: int
    day: int
    rule: str
    actor: str
    after: str
    fires: bool
    forced: bool
    reads: tuple[Read, ...]
    cell: int

    @property
    def choice(self) -> Read | None:
        """What the decision itself read, beside its delay."""
        return next((one for one in self.reads if one.key.purpose in (CHANCE, CHOICE)), None)


@dataclass(frozen=True, slots=True)
class Watched:
    """A drawn world with the explanation it was drawn from, its decisions, and the chances of events that it read."""

    trace: Trace
    path: Path
    asked: tuple[Asked, ...]
    events: tuple[Read, ...]

    def links(self, program: Program, outcome: Outcome) -> list[Asked]:
        """Return the decisions without which the outcome would have lacked this cause, the first one first."""
        number = _came_about(program, self.trace, outcome)
        chain = {step.number for step in self.trace.chain(number)} if number >= 0 else set()
        return [one for one in self.asked if one.step in chain]


class _Heard(Drawn):
    """A source of decisions that remembers what it was asked."""

    def __init__(self, path: Path, source: Explanations, free: KeyedNoise) -> None:
        super().__init__(path, source, free)
        self.cells: list[tuple[Read, int]] = []

    def cell(self, key: Key, cuts: Cuts) -> int:
        found = super().cell(key, cuts)
        self.cells.append((Read(key, cuts), found))
        return found


class _Book(RuleBook):
    """The rules of a program, with a list of the decisions that they took."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.asked: list[Asked] = []
        self.sites = {rule.id: rule.sites for rule in program.rules}
        self.codes = {name: code for code, name in enumerate(program.names.parties)} | {"": -1}

    def react(self, run: Run, step: Step, happening: Happening) -> None:
        steps = run.trace.steps
        cells = run.noise.cells if isinstance(run.noise, _Heard) else []  # before chance is asked there is nothing
        first, known = len(steps), len(cells)
        super().react(run, step, happening)
        # A rule decides once for each actor here, so that its site tells which readings were its own.
        for one in steps[first:]:
            site = self.sites[one.rule][self.codes[one.party]]
            own = [(read, cell) for read, cell in cells[known:] if read.key.site == site]
            cell = next((cell for read, cell in own if read.key.purpose in (CHANCE, CHOICE)), -1)
            reads, forced = tuple(read for read, _ in own), one.basis == "forced"
            fires = one.after == "fires"
            self.asked.append(Asked(one.number, one.day, one.rule, one.party, _name(step), fires, forced, reads, cell))


def _name(step: Step) -> str:
    if step.id:
        return step.id
    pair = ".".join(part for part in (step.treaty, step.party) if part)
    return f"{pair}={step.after}" if step.after and step.before != step.after else f"{pair} {step.act}".strip()


def _came_about(program: Program, trace: Trace, outcome: Outcome) -> int:
    """Return the last step up to the outcome's day of which the outcome speaks, -1 where there is none."""
    answer = trace.outcomes[outcome.id]
    if answer.day is None:
        return -1
    leaves, todo = [], [outcome.when]
    while todo:
        node = todo.pop()
        leaves += [] if node.parts else [node]
        todo.extend(node.parts)
    for step in reversed(trace.steps):
        if step.day <= answer.day and step.kind != "decision" and any(_speaks(program, one, step) for one in leaves):
            return step.number
    return -1


def _speaks(program: Program, node: Node, step: Step) -> bool:
    """Whether a part of a condition is about what a step did."""
    names, who = program.names, node.who
    if who is not None and who.kind == "party" and step.party != names.parties[who.code]:
        return False
    if node.op == "happened_event":
        return step.id == names.events[node.a]
    if node.op == "happened_kind":
        return step.kind == "event" and step.act in node.words
    if node.op == "happened_act":
        return step.act == names.acts[node.a] and step.treaty == names.treaties[node.low]
    if node.op == "variable":
        return step.act == "set" and step.note == names.variables[node.a]
    if node.op in ("status", "treaty", "count"):
        return step.treaty == names.treaties[node.a] and step.before != step.after
    return node.a >= 0 and step.treaty == names.treaties[node.a]


@dataclass(slots=True)
class _Fork:
    """What a program reads next, and where each way of falling leads: to the next fork, or to a finished world."""

    read: Read
    ways: dict[int, _Fork | Watched] = field(default_factory=dict)


class Watcher:
    """Runs one program as often as wanted and watches its decisions.

    A world is determined by how its decisions fall, so that one in which they fall as in an earlier world is not run
    again.
    """

    def __init__(self, program: Program, source: Explanations, seed: int) -> None:
        self.source, self.seed = source, seed
        self.engine = ReferenceEngine(program)
        self.book = self.engine.book = _Book(program)
        self.eve = self.engine.eve()
        # It was lived through twice: what was decided up to it stands last.
        many = sum(step.kind == "decision" for step in self.eve.run.trace.steps)
        self.before = self.book.asked[len(self.book.asked) - many :]
        self.events = {event.key for event in program.events if event.chance is not None}
        self.root: _Fork | Watched | None = None

    def run(self, path: Path, number: int) -> Watched:
        """Return the world that this explanation and this number give."""
        noise, at = _Heard(path, self.source, KeyedNoise(self.seed, number)), self.root
        while isinstance(at, _Fork):
            at = at.ways.get(noise.cell(*at.read))
        return replace(at, path=path) if at is not None else self._new(path, number)

    def _new(self, path: Path, number: int) -> Watched:
        noise = _Heard(path, self.source, KeyedNoise(self.seed, number))
        self.book.asked = list(self.before)
        trace = self.engine.run(noise, start=self.eve)
        of_rules = {read.key for one in self.book.asked for read in one.reads}
        events = (read for read, _ in noise.cells if read.key.what in self.events and read.key not in of_rules)
        found = Watched(trace, path, tuple(self.book.asked), tuple(events))
        self._keep(noise.cells, found)
        return found

    def _keep(self, cells: Sequence[tuple[Read, int]], found: Watched) -> None:
        """Put a world where the way of its decisions ends."""
        forks: list[_Fork | Watched] = [*(_Fork(read) for read, _ in cells), found]
        if self.root is None:
            self.root = forks[0]
        at = self.root
        for (_, cell), after in zip(cells, forks[1:], strict=True):
            assert isinstance(at, _Fork)
            at = at.ways.setdefault(cell, after)
