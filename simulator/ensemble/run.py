"""The ensemble: replications in pieces over a crew of workers, counted together as they come in.

Pieces are counted in the order of their replications, whatever order they are done in, so that what there is at any
moment is a whole number of first replications: a stopped ensemble is a shorter one, and never a selection. Sequential
stopping looks at the end of each part (`simulator.ensemble.plan`), which no number of workers moves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.counterfactual.paired import Effect
from simulator.ensemble.backends import Chunk, Failure
from simulator.ensemble.crews import Crew, crew_for, processors
from simulator.ensemble.engines import choose, make
from simulator.ensemble.frame import Frame
from simulator.ensemble.intervals import Share
from simulator.ensemble.plan import MAX_RUNS, Part, Piece, parts, pieces
from simulator.ensemble.result import Ensemble, Ensembles, PairedEffect
from simulator.ensemble.work import Done, Job, Team
from simulator.errors import Diagnostic, ScenarioError, WorkerError
from simulator.results.tally import Tally, TallyLayout
from simulator.scenario.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Progress", "Settings", "Store", "ensemble", "ensembles"]

Progress = Callable[[int, int], None]
MAX_JOBS = 1_024
MAX_FAILURES = 1_000  # that are kept with their reasons; all are counted
_BRIEF = 1.0  # seconds of work that are done sooner than a pool is started
_AHEAD = 3  # pieces that each worker may be ahead of the one that is counted next


class Store(Protocol):
    """Keeps parts: gives back one that it has whole, and takes a new one, of every world."""

    def stored(self, part: Part) -> Done | None:
        """Return a part that was kept before; its chunks have no rows."""
        ...

    def keep(self, part: Part, done: Done) -> None:
        """Keep a part; it is kept whole or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How an ensemble is run; none of it but `seed`, `runs` and `until_width` changes a number."""

    runs: int
    seed: int = 1
    jobs: int | None = None
    executor: Executor | str | None = None
    engine: str = "auto"
    chunk: int | None = None
    rows: bool = False
    until_width: float | None = None
    progress: Progress | None = None
    store: Store | None = None
    keep_partial: bool = False

    def __post_init__(self) -> None:
        width = self.until_width
        checks = (
            ("runs", self.runs, _whole(self.runs, 1, MAX_RUNS), f"a whole number from 1 to {MAX_RUNS:,}"),
            ("seed", self.seed, _whole(self.seed, 0, 2**64 - 1), "a whole number from 0 to 2**64 - 1"),
            ("jobs", self.jobs, self.jobs is None or _whole(self.jobs, 1, MAX_JOBS), f"from 1 to {MAX_JOBS:,}"),
            ("chunk", self.chunk, self.chunk is None or _whole(self.chunk, 1, MAX_RUNS), "at least 1"),
            ("until_width", width, width is None or 0 < width < 1, "between 0 and 1"),
        )
        for name, given, fits, expected in checks:
            if not fits:
                raise ScenarioError(f"{name} of an ensemble is {expected}; got {given!r}")


def _whole(number: object, low: int, high: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and low <= number <= high


def ensemble(
    program: Program,
    runs: int,
    *,
    seed: int = 1,
    jobs: int | None = None,
    executor: Executor | str | None = None,
    engine: str = "auto",
    chunk: int | None = None,
    rows: bool = False,
    until_width: float | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Run the replications 0 to `runs` - 1 of a compiled program and count them.

    `jobs` workers (default: one for each processor) do `chunk` replications at a time on `executor`: "threads",
    "processes", "dask", "dask:ADDRESS" or any `concurrent.futures.Executor`. None of these changes a number. With
    `rows` every run's row is kept, which needs memory for each run. `until_width` stops as soon as the 95 % interval of
    every outcome is that narrow; such intervals are nominal, since looking often makes them too narrow by a little.
    `progress` is told how many runs are done, and of how many.

    Raises ScenarioError for settings that make no sense, WorkerError where workers end or cannot be reached.
    """
    settings = Settings(runs, seed, jobs, executor, engine, chunk, rows, until_width, progress)
    return ensembles([program], settings).worlds[0]


def ensembles(programs: Sequence[Program], settings: Settings) -> Ensembles:
    """Run several worlds of a scenario over the same replications, and pair each with the first."""
    started = time.perf_counter()
    if settings.until_width is not None and not programs[0].outcomes:
        raise ScenarioError("the scenario has no outcomes whose intervals could become narrow; leave until_width out")
    jobs = settings.jobs or processors()
    chosen = choose(programs[0], settings.seed, runs=settings.runs, engine=settings.engine, jobs=jobs)
    job = Job(tuple(programs), settings.seed, chosen.name)
    team = Team([chosen, *(make(chosen.name, program, settings.seed) for program in programs[1:])])
    batch = min(one.batch for one in team.backends) / len(programs)
    crew = crew_for(job, team, settings.executor, jobs, brief=settings.runs / batch * 0.5 < _BRIEF)
    share = -(-settings.runs // (4 * crew.workers))  # four pieces for each worker, so that none waits long for another
    account = _Account(job, settings)
    stopped = _Drive(crew, account, settings, settings.chunk or max(1, min(int(batch), share))).run()
    return account.result(chosen.name, stopped, time.perf_counter() - started)


class _Account:
    """What has been counted so far, in the order of the replications."""

    def __init__(self, job: Job, settings: Settings) -> None:
        self.job, self.settings = job, settings
        self.tallies = [Tally(TallyLayout.of(program)) for program in job.programs]
        self.failures: list[list[Failure]] = [[] for _ in job.programs]
        self.rows: list[list[NDArray[np.int32]]] = [[] for _ in job.programs]
        self.pairs: NDArray[np.int64] | None = None
        self.counted = 0
        self.waiting: list[Done] = []

    def take(self, piece: Piece, done: Done, stored: bool) -> None:
        """Count a piece; where a part ends with it, and it is new, keep the part."""
        store = self.settings.store
        if store is not None and not stored:
            self.waiting.append(done)
            if piece.last:
                store.keep(piece.part, _joined(self.waiting))
                self.waiting = []
        for place, chunk in enumerate(done.chunks):
            self.tallies[place].merge(chunk.tally)
            self.failures[place] += chunk.failures[: MAX_FAILURES - len(self.failures[place])]
            if self.settings.rows and chunk.rows is not None:
                self.rows[place].append(chunk.rows)
        self.pairs = done.pairs if self.pairs is None else self.pairs + done.pairs
        self.counted += piece.count
        if self.settings.progress is not None:
            self.settings.progress(self.counted, self.settings.runs)

    def is_enough(self) -> bool:
        """Whether all intervals are as narrow as was asked for."""
        width = self.settings.until_width
        return width is not None and all(
            Share(int(hits), tally.runs).width <= width for tally in self.tallies for hits in tally.hits
        )

    def result(self, engine: str, stopped: str, seconds: float) -> Ensembles:
        """Return what has been counted."""
        settings, worlds = self.settings, []
        for place, program in enumerate(self.job.programs):
            failures, rows = tuple(self.failures[place]), _stacked(self.rows[place]) if settings.rows else None
            frame, tally = Frame.of(program), self.tallies[place]
            worlds.append(
                Ensemble(frame, settings.seed, engine, tally, failures, settings.runs, stopped, seconds, rows)
            )
        return Ensembles(tuple(worlds), self._effects(worlds))

    def _effects(self, worlds: list[Ensemble]) -> dict[str, dict[str, PairedEffect]]:
        found = {}
        for world, counts in zip(worlds[1:], self.pairs if self.pairs is not None else (), strict=False):
            ids = world.frame.ids
            rows = zip(ids, counts.tolist(), strict=True)
            found[world.frame.world] = {name: PairedEffect(Effect(*row)) for name, row in rows if any(row)}
        return found


def _stacked(rows: list[NDArray[np.int32]]) -> NDArray[np.int32] | None:
    import numpy as np

    return np.concatenate(rows) if rows else None


def _joined(found: list[Done]) -> Done:
    """Pieces of a part as one."""
    import numpy as np

    chunks = []
    for same in zip(*(done.chunks for done in found), strict=True):
        tally = Tally(same[0].tally.layout)
        for chunk in same:
            tally.merge(chunk.tally)
        rows = np.concatenate([chunk.rows for chunk in same if chunk.rows is not None])
        chunks.append(Chunk(tally, rows, tuple(one for chunk in same for one in chunk.failures)))
    return Done(tuple(chunks), np.sum([done.pairs for done in found], axis=0))


class _Drive:
    """Hands pieces out, takes them back, and redoes once those whose worker has died."""

    def __init__(self, crew: Crew, account: _Account, settings: Settings, chunk: int) -> None:
        self.crew, self.account, self.settings, self.chunk = crew, account, settings, chunk
        self.store = settings.store
        self.pending: dict[Future[Done], int] = {}
        self.known: dict[int, Piece] = {}
        self.ready: dict[int, tuple[Done, bool]] = {}
        self.again: set[int] = set()
        self.given, self.next = 0, 0

    def run(self) -> str:
        """Run until all is done, or enough; say why it stopped early."""
        try:
            for _ in self._steps():
                if self.account.is_enough():
                    return "width" if self.account.counted < self.settings.runs else ""
        except KeyboardInterrupt:
            if not self.settings.keep_partial:
                raise
            return "interrupted"
        finally:
            self.crew.close()
        return ""

    def _steps(self) -> Iterator[None]:
        """Work; come up for air at the end of each part."""
        plan, left = self._plan(), True
        while True:
            while left and len(self.known) < _AHEAD * self.crew.workers:
                left = next(plan, None) is not None
            if not self.known:
                return
            if self.next not in self.ready:
                self._collect()
            while self.next in self.ready:
                piece, (done, stored) = self.known.pop(self.next), self.ready.pop(self.next)
                self.next += 1
                self.account.take(piece, done, stored)
                if piece.last:
                    yield

    def _plan(self) -> Iterator[int]:
        """Give out one piece after the other; a part that is stored already is one piece that is done."""
        for part in parts(self.settings.runs):
            kept = self.store.stored(part) if self.store is not None else None
            if kept is not None:
                yield self._number(Piece(part.first, part.size, part, True), kept)
                continue
            for piece in pieces(part, self.chunk):
                yield self._number(piece, None)

    def _number(self, piece: Piece, kept: Done | None) -> int:
        number = self.given
        self.given += 1
        self.known[number] = piece
        if kept is not None:
            self.ready[number] = (kept, True)
        else:
            self._submit(number)
        return number

    def _submit(self, number: int) -> None:
        piece = self.known[number]
        rows = self.settings.rows or self.store is not None
        try:
            self.pending[self.crew.submit(piece.first, piece.count, rows)] = number
        except BrokenExecutor:
            self._redo([number])

    def _collect(self) -> None:
        """Wait for a piece; where a worker has died, have everything that was under way done once more."""
        lost = []
        for future in wait(self.pending, return_when=FIRST_COMPLETED).done:
            number = self.pending.pop(future)
            try:
                self.ready[number] = (future.result(), False)
            except (BrokenExecutor, CancelledError):
                lost.append(number)
            except Exception as error:
                if type(error).__name__ != "KilledWorker":  # Dask has tried it on several workers, and each has died
                    raise
                raise self._ended([number]) from None
        if lost:
            self._redo(lost)

    def _redo(self, lost: list[int]) -> None:
        for future, number in self.pending.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.ready[number] = (future.result(), False)
            else:
                lost.append(number)
        self.pending.clear()
        if self.again & set(lost) or not self.crew.renew():
            raise self._ended(lost)
        self.again |= set(lost)
        for number in sorted(lost):
            self._submit(number)

    def _ended(self, lost: list[int]) -> WorkerError:
        first = min(self.known[number].first for number in lost)
        end = max(self.known[number].first + self.known[number].count for number in lost)
        twice = " twice" if self.again & set(lost) else ""
        message = f"a worker ended{twice} while the replications {first:,} to {end - 1:,} were under way"
        hint = "it was killed, or short of memory; fewer workers (`--jobs`) need less"
        return WorkerError(diagnostics=[Diagnostic("TS609", message, hint=hint)])
