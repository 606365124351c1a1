"""The kernel as a backend: machine code where numba is installed, the same code interpreted where it is not.

What the kernel cannot finish, and what its arrays cannot hold, the reference engine runs: its answer is the same, and
its error says where and why.
"""

from __future__ import annotations

import threading
import time

from simulator.engine.flat import native
from simulator.engine.kernel import Kernel, UnsupportedError
from simulator.ensemble.backends import Backend, Chunk, Failure, ReferenceBackend
from simulator.scenario.program import Program

__all__ = ["KernelBackend", "compiled_kernel", "interpreted_kernel"]

_BATCH_SECONDS = 0.25


class KernelBackend:
    """Runs replications on the kernel; `compiled` asks for machine code.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> program = compile_scenario(load_scenario("inf-endgame"))
    >>> chunk = KernelBackend(program, seed=1).chunk(0, 20, rows=False)
    >>> chunk.tally == ReferenceBackend(program, seed=1).chunk(0, 20, rows=False).tally
    True
    """

    def __init__(self, program: Program, seed: int, *, compiled: bool = False) -> None:
        self.name, self.compiled = "kernel" if compiled else "kernel, interpreted", compiled
        self.seed = seed
        self._kernel = Kernel(program, compiled=compiled)
        self._reference = ReferenceBackend(program, seed)
        self._lock = threading.Lock()
        self._seconds = 0.0

    @property
    def seconds(self) -> float:
        """How long one run takes, measured once."""
        if not self._seconds:
            tries = 50 if self.compiled else 2
            started = time.perf_counter()
            self._kernel.chunk(self.seed, 0, tries)
            self._seconds = (time.perf_counter() - started) / tries
        return self._seconds

    @property
    def batch(self) -> int:
        """The number of replications that take about a quarter of a second."""
        return max(1, int(_BATCH_SECONDS / self.seconds))

    def chunk(self, first: int, count: int, *, rows: bool) -> Chunk:
        """Run `count` replications from `first` on; what the kernel cannot finish the reference engine runs."""
        found = self._kernel.chunk(self.seed, first, count, rows=rows)
        failures: list[Failure] = []
        for replication in found.stopped:
            with self._lock:
                again = self._reference.chunk(replication, 1, rows=rows)
            found.tally.merge(again.tally)
            failures += again.failures
            if rows and again.rows is not None:
                found.rows[replication - first] = again.rows[0]
        return Chunk(found.tally, found.rows, tuple(failures))


def compiled_kernel(program: Program, seed: int) -> Backend:
    """Return the kernel as machine code; interpreted where numba is missing, the reference engine where it must be."""
    return _kernel(program, seed, native.has_compiler())


def interpreted_kernel(program: Program, seed: int) -> KernelBackend | ReferenceBackend:
    """Return the interpreted kernel, or the reference engine for a program that the kernel cannot hold."""
    return _kernel(program, seed, False)


def _kernel(program: Program, seed: int, compiled: bool) -> KernelBackend | ReferenceBackend:
    try:
        return KernelBackend(program, seed, compiled=compiled)
    except UnsupportedError:
        return ReferenceBackend(program, seed)
