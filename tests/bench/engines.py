"""The engines that the benchmark compares, behind one small interface: `run` (with counting) and `folds`.

What an engine needs is imported when it is made, so that one that is not installed is a reason and no error.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Protocol

from simulator.engine.reference import ReferenceEngine
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.results.tally import Codes, Tally, TallyLayout
from simulator.results.trace import Trace
from simulator.scenario.program import Program
from tests.bench.lower import compile_table
from tests.bench.rules import MASK
from tests.bench.world import FOLD, World

__all__ = ["ENGINES", "SEED", "TITLES", "Engine", "Missing", "Reference", "engine"]

SEED = 1
Fold = tuple[int, int, int]
TITLES = {
    "reference": "reference engine of the product",
    "kernel": "compiled kernel of the product",
    "plain": "plain Python, heapq",
    "transitions": "transitions, a Machine per relationship, reused",
    "mesa": "Mesa, DEVSimulator, an agent per relationship",
    "simpy": "SimPy, a process per item",
    "simpy-callbacks": "SimPy, timeouts with callbacks",
    "cimba": "Cimba, native time, without counting",
    "c": "hand-written C",
}


class Missing(Exception):
    """Why an engine cannot be measured here."""


class Engine(Protocol):
    """One engine and one program. `native` is CPU time that counts instead of the process's, where it is not None."""

    native: float | None

    def run(self, first: int, runs: int) -> int:
        """Run replications and count them; return the number of changes of a status."""
        ...

    def bare(self, first: int, runs: int) -> int:
        """Do the same without counting."""
        ...

    def threads(self, first: int, runs: int) -> int:
        """Do the same as `run` on two cores."""
        ...

    def folds(self, first: int, runs: int) -> list[Fold]:
        """Return for each replication the fold and number of its changes, and how many acts were refused."""
        ...


class _Base:
    """What most engines cannot do."""

    native: float | None = None

    def bare(self, first: int, runs: int) -> int:
        raise Missing("it cannot leave counting out")

    def threads(self, first: int, runs: int) -> int:
        raise Missing("it has no threads")


class Reference(_Base):
    """The reference engine, as ensembles use it."""

    def __init__(self, program: Program) -> None:
        self.program, self.engine, self.codes = program, ReferenceEngine(program), Codes.of(program)

    def run(self, first: int, runs: int) -> int:
        return self.tally(first, runs).moves

    def tally(self, first: int, runs: int) -> Tally:
        """Return what the runs leave together."""
        found = Tally(TallyLayout.of(self.program))
        for trace in self._traces(first, runs):
            found.add_trace(trace, self.codes)
        return found

    def _traces(self, first: int, runs: int) -> Iterator[Trace]:
        for number in range(first, first + runs):
            yield self.engine.run(seed=SEED, replication=number, ties=False)

    def folds(self, first: int, runs: int) -> list[Fold]:
        traces = self._traces(first, runs)
        return [_fold(self.program, _changes(trace), len(trace.refused)) for trace in traces]


def _changes(trace: Trace) -> Iterable[tuple[int, str, str, str, str]]:
    """Yield the changes of a status that a trace tells: day, treaty, party, before, after."""
    for step in trace.steps:
        if step.treaty and step.before != step.after:
            yield step.day, step.treaty, step.party, step.before, step.after


def _fold(program: Program, changes: Iterable[tuple[int, str, str, str, str]], refused: int) -> Fold:
    """Return the fold of changes that are told in names."""
    treaties = {name: code for code, name in enumerate(program.names.treaties)}
    parties = {name: code for code, name in enumerate(program.names.parties)} | {"": -1}
    found, number = 0xCBF29CE484222325, 0
    for day, treaty, party, before, after in changes:
        words = STATUSES if party else TREATY_STATUSES
        place = treaties[treaty] << 16 | (parties[party] + 1) << 8
        one = (day - program.first) << 32 | place | words.index(before) << 4 | words.index(after)
        found, number = ((found ^ one) * FOLD) & MASK, number + 1
    return found, number, refused


class _Kernel(_Base):
    """The compiled kernel; two cores are two threads."""

    def __init__(self, program: Program) -> None:
        try:
            from simulator.engine.kernel import Kernel
        except ImportError as error:
            raise Missing(f"not built ({error})") from None
        if find_spec("numba") is None:
            raise Missing("numba is not installed")
        self.program, self.kernel = program, Kernel(program, compiled=True)

    def run(self, first: int, runs: int) -> int:
        return self.kernel.chunk(SEED, first, runs).tally.moves

    def bare(self, first: int, runs: int) -> int:
        return self.kernel.run_only(SEED, first, runs)

    def threads(self, first: int, runs: int) -> int:
        half = runs // 2
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(self.run, (first, first + half), (half, runs - half)))

    def folds(self, first: int, runs: int) -> list[Fold]:
        kernel, found = self.kernel, []
        for number in range(first, first + runs):
            changes = [(one.day, one.treaty, one.party, one.before, one.after) for one in kernel.changes(SEED, number)]
            found.append(_fold(self.program, changes, kernel.chunk(SEED, number, 1).tally.refused))
        return found


class _Peer(_Base):
    """A Python peer, with counts of statuses by month."""

    def __init__(self, module: str, name: str, program: Program) -> None:
        try:
            made: Callable[..., World] = getattr(importlib.import_module(f"tests.bench.{module}"), name)
        except ImportError as error:
            raise Missing(str(error)) from None
        self.table = compile_table(program)
        self.world = made(self.table)
        self.months = self.table.months[-1] + 1
        self.counts: defaultdict[int, int] = defaultdict(int)

    def run(self, first: int, runs: int) -> int:
        world, counts, months, size, found = self.world, self.counts, self.table.months, self.months, 0
        for number in range(first, first + runs):
            world.run(SEED, number)
            found += len(world.log)
            for day, treaty, party, before, after in world.log:
                if party >= 0:
                    row, month = (treaty * world.parties + party) * 7, months[day]
                    counts[(row + before) * size + month] -= 1
                    counts[(row + after) * size + month] += 1
        return found

    def folds(self, first: int, runs: int) -> list[Fold]:
        found = []
        for number in range(first, first + runs):
            self.world.run(SEED, number)
            found.append((self.world.digest(), len(self.world.log), self.world.refused))
        return found


class _C(_Base):
    def __init__(self, program: Program) -> None:
        from tests.bench.native import Native, compiler

        if compiler() is None:
            raise Missing("gcc is not installed")
        self.engine = Native(compile_table(program))

    def run(self, first: int, runs: int) -> int:
        return self.engine.run(SEED, first, runs, self.engine.tally())

    def bare(self, first: int, runs: int) -> int:
        return self.engine.run(SEED, first, runs)

    def threads(self, first: int, runs: int) -> int:
        return self.engine.run_threads(SEED, first, runs)

    def folds(self, first: int, runs: int) -> list[Fold]:
        return self.engine.folds(SEED, first, runs)


class _Cimba(_Base):
    def __init__(self, program: Program) -> None:
        try:
            from tests.bench.peer_cimba import Cimba
        except ImportError as error:
            raise Missing(str(error)) from None
        self.engine = Cimba(compile_table(program))

    def run(self, first: int, runs: int) -> int:
        found = self.engine.folds(SEED, first, runs)
        self.native = self.engine.native_seconds
        return sum(number for _, number, _ in found)

    def folds(self, first: int, runs: int) -> list[Fold]:
        return self.engine.folds(SEED, first, runs)


def _peer(module: str, name: str) -> Callable[[Program], Engine]:
    return lambda program: _Peer(module, name, program)


ENGINES: dict[str, Callable[[Program], Engine]] = {
    "reference": Reference,
    "transitions": _peer("peer_transitions", "Transitions"),
    "mesa": _peer("peer_mesa", "Mesa"),
    "simpy": _peer("peer_simpy", "Processes"),
    "simpy-callbacks": _peer("peer_simpy", "Callbacks"),
    "plain": _peer("peer_plain", "Plain"),
    "cimba": _Cimba,
    "c": _C,
    "kernel": _Kernel,
}


def engine(name: str, program: Program) -> Engine:
    """Make an engine; raises Missing with the reason where it cannot be made here."""
    return ENGINES[name](program)
