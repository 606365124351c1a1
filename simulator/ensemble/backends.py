"""Backends: engines behind one small interface, which runs replications of one program and counts them.

A backend is made from a program and a seed; the same replications always give the same chunk, whichever engine makes
it and wherever that happens. A replication that fails is reported beside the counts and is not the end of the others.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.engine.reference import ReferenceEngine
from simulator.errors import EngineError, LimitError
from simulator.noise import KeyedNoise
from simulator.results.tally import NEVER_CAME, Codes, Packed, Tally, TallyLayout
from simulator.scenario.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Backend", "Chunk", "Failure", "ReferenceBackend"]

_BATCH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Failure:
    """A replication that could not be finished, and why."""

    replication: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What some consecutive replications leave; `rows` has one row for each of them, a failed one's all -1."""

    tally: Tally | Packed
    rows: NDArray[np.int32] | None
    failures: tuple[Failure, ...]


class Backend(Protocol):
    """An engine for many runs.

    `name` is printed with every number. `compiled` says that `chunk` lets other threads run meanwhile.
    """

    name: str
    compiled: bool

    @property
    def batch(self) -> int:
        """The number of replications that take about half a second."""
        ...

    def chunk(self, first: int, count: int, *, rows: bool) -> Chunk:
        """Run the replications from `first` on, `count` of them; with `rows` also return each one's row."""
        ...


class ReferenceBackend:
    """The reference engine, run by run.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> backend = ReferenceBackend(compile_scenario(load_scenario("inf-endgame")), seed=1)
    >>> backend.chunk(0, 20, rows=False).tally.runs
    20
    """

    name = "reference"
    compiled = False

    def __init__(self, program: Program, seed: int) -> None:
        self.program, self.seed = program, seed
        self._engine = ReferenceEngine(program)
        self._layout, self._codes = TallyLayout.of(program), Codes.of(program)
        self._seconds = 0.0

    @property
    def seconds(self) -> float:
        """How long one run takes, measured once."""
        if not self._seconds:
            started = time.perf_counter()
            self._run(Tally(self._layout), 0)
            self._seconds = time.perf_counter() - started
        return self._seconds

    @property
    def batch(self) -> int:
        """The number of replications that take about half a second."""
        return max(1, int(_BATCH_SECONDS / self.seconds))

    def chunk(self, first: int, count: int, *, rows: bool) -> Chunk:
        """Run `count` replications from `first` on."""
        import numpy as np

        tally, failures = Tally(self._layout), []
        found = np.full((count, self._layout.row), NEVER_CAME, np.int32) if rows else None
        for replication in range(first, first + count):
            row = self._run(tally, replication)
            if isinstance(row, Failure):
                tally.failed += 1
                failures.append(row)
            elif found is not None:
                found[replication - first] = row
        return Chunk(tally, found, tuple(failures))

    def _run(self, tally: Tally, replication: int) -> NDArray[np.int32] | Failure:
        try:
            trace = self._engine.run(KeyedNoise(self.seed, replication), ties=False)
        except (LimitError, EngineError) as error:
            return Failure(replication, str(error))
        return tally.add_trace(trace, self._codes)
