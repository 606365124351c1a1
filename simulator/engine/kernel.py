"""The kernel: the whole semantics of the reference engine on flat integer arrays, for ensembles.

One array holds the compiled program, one the world of a run (`simulator.engine.flat`). The functions on them are plain
Python; where numba is installed they run as machine code, kept in a cache so that a machine compiles them once for each
version. Both give the same bits as the reference engine: the same order, the same law, the same keyed noise.

A run is taken back by undoing its changes, so what it never touched costs nothing, and all days before the first on
which anything is drawn are lived through once for all runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.engine.flat import cells as c
from simulator.engine.flat import day, memory, native, tallying
from simulator.engine.flat.bits import signed, start_of
from simulator.engine.flat.build import UnsupportedError
from simulator.engine.flat.image import image_of
from simulator.errors import LimitError
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.noise import mix64
from simulator.results.tally import Tally, TallyLayout
from simulator.scenario.program import Program

__all__ = ["Change", "Chunk", "Kernel", "UnsupportedError"]

# Why a run stopped, in words; 0 is not among them.
REASONS = {
    c.STEPS_A_DAY: "too many steps on one day",
    c.STEPS_A_RUN: "too many steps in one run",
    c.FORCED_STATUS: "a forced status is not reachable",
    c.CAPACITY: "more changes than the kernel holds",
}


# The tables of a tally as the kernel counts them, one behind the other.
_COUNTS = ("hits", "days", "joint", "pattern", "asked", "fired", "runs_fired", "sums", "squares")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of status: the day, the treaty, the party (empty: the treaty itself), before and after."""

    day: int
    treaty: str
    party: str
    before: str
    after: str


@dataclass(slots=True)
class Chunk:
    """What some replications left: their tally, a row for each if asked for, and why some stopped (by number)."""

    tally: Tally
    rows: Any
    stopped: dict[int, int]


class Kernel:
    """Runs one program as often as wanted; `compiled` asks for machine code (numba).

    Raises UnsupportedError for a program that the arrays cannot hold, which the reference engine runs.
    """

    def __init__(self, program: Program, *, compiled: bool = False) -> None:
        import numpy as np

        self.program, self.layout = program, TallyLayout.of(program)
        self._made = native.compiled() if compiled else None
        image = image_of(program)
        self.p: Any = np.array(image.p, np.int64) if compiled else image.p
        self._start: Any = np.array(image.w, np.int64) if compiled else image.w
        self.is_certain = bool(self._call(self._start, day.prefix))  # nothing is ever drawn: all runs are the same
        self.shared = int(self._start[c.MOVES_N])
        if self._start[c.ERROR]:
            raise UnsupportedError(REASONS[int(self._start[c.ERROR])])
        common = Tally(self.layout)
        self._call(self._start, tallying.add_moves, 0, common.pairs, common.treaties, common.bound)
        # What all runs share is added once for all of them, where there is something to add.
        self._common = common.pack().cells
        self._idle: list[Any] = [self._start.copy()]

    @contextmanager
    def _world(self) -> Iterator[Any]:
        """A world as it stands before the first draw, for one thread; it is put back as it was."""
        try:
            world = self._idle.pop()
        except IndexError:
            world = self._start.copy()
        yield world
        self._idle.append(world)

    def _call(self, world: Any, function: Any, *given: Any) -> Any:
        """Call a function on the two arrays, as machine code if this kernel is compiled; tables become rows."""
        if self._made is None:
            flat = [one if isinstance(one, int) else one.reshape(-1) for one in given]
            return function(self.p, world, *flat)
        addresses = [one if isinstance(one, int) else one.ctypes.data for one in (self.p, world, *given)]
        return self._made[function.__module__.rpartition(".")[2], function.__name__](*addresses)

    def chunk(self, seed: int, first: int, count: int, *, rows: bool = False) -> Chunk:
        """Run `count` replications from number `first` on and return what they left together.

        May be called from several threads at once; machine code lets the others run.
        """
        import numpy as np

        tally, width = Tally(self.layout), self.layout.row if rows else 0
        table = np.full((count, width), -1, np.int32)
        large = [getattr(tally, name) for name in _COUNTS]
        counts, errors = (
            np.zeros(tallying.SINGLES + sum(one.size for one in large), np.int64),
            np.zeros(count, np.int64),
        )
        arrays = tally.pairs, tally.treaties, tally.bound, counts, table, errors
        with self._world() as world:
            self._call(world, tallying.chunk, _mixed(seed), first, count, self.shared, width, *arrays)
        tally.runs, tally.moves, tally.refused = (int(one) for one in counts[: tallying.SINGLES])
        at = tallying.SINGLES
        for one in large:
            one.reshape(-1)[:] = counts[at : at + one.size]
            at += one.size
        for name, (places, values) in self._common.items():
            getattr(tally, name).reshape(-1)[places] += values * np.int32(tally.runs)
        stopped = {first + int(place): int(errors[place]) for place in np.flatnonzero(errors)}
        return Chunk(tally, table if rows else None, stopped)

    def run_only(self, seed: int, first: int, count: int) -> int:
        """Run replications as `chunk` does and count nothing; return how many changes of status they made."""
        with self._world() as world:
            return int(self._call(world, tallying.run_only, _mixed(seed), first, count))

    @contextmanager
    def after(self, seed: int, replication: int) -> Iterator[Any]:
        """The world as one replication leaves it, to be read; it is taken back afterwards.

        Raises LimitError if the run stopped.
        """
        with self._world() as world:
            error = self._call(world, day.run, start_of(_mixed(seed), replication))
            if not error:
                yield world
            self._call(world, memory.undo)
        if error:
            raise LimitError(f"replication {replication} stopped: {REASONS[error]}")

    def changes(self, seed: int = 1, replication: int = 0) -> list[Change]:
        """Run one replication and return every change of status in order, for comparison with the reference engine.

        Raises LimitError if the run stopped.
        """
        with self.after(seed, replication) as world:
            many, first = int(world[c.MOVES_N]), self.p[c.W_MOVES]
            moves = [
                [int(number) for number in world[at : at + 5]]
                for at in range(first, first + many * c.MOVE_SIZE, c.MOVE_SIZE)
            ]
        return [self._change(*move) for move in moves]

    def _change(self, on: int, treaty: int, party: int, before: int, after: int) -> Change:
        names, words = self.program.names, STATUSES if party >= 0 else TREATY_STATUSES
        who = names.parties[party] if party >= 0 else ""
        return Change(on, names.treaties[treaty], who, words[before], words[after])


def _mixed(seed: int) -> int:
    """The seed as the noise mixes it before a replication is added, as a signed number."""
    return signed(mix64((seed + 0x9E3779B97F4A7C15) & ((1 << 64) - 1)))
