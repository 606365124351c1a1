"""The work of one worker: the same replications in every world of a job, and how their outcomes pair up.

A worker gets the job once, as bytes; after that a request is two numbers. The worlds of a job read the same noise, so
that a replication of one and the same replication of another are a pair.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simulator.ensemble.backends import Backend, Chunk
from simulator.ensemble.engines import make
from simulator.results.tally import NEVER_CAME, Tally
from simulator.scenario.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Done", "Job", "Payload", "Team", "begin", "work", "work_with"]


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of an ensemble do: run these worlds from one seed with one engine."""

    programs: tuple[Program, ...]
    seed: int
    engine: str

    def team(self) -> Team:
        """Return the worlds, ready to run."""
        return Team([make(self.engine, program, self.seed) for program in self.programs])


@dataclass(frozen=True, slots=True)
class Done:
    """What some replications leave: a chunk for each world, and counts of pairs for each world after the first.

    `pairs[w, outcome]` counts the replications in which the outcome came in both worlds, only in the first, only in
    world w + 1, in neither; replications that failed in one of them are left out.
    """

    chunks: tuple[Chunk, ...]
    pairs: NDArray[np.int64]


class Team:
    """The backends of all worlds of a job."""

    def __init__(self, backends: list[Backend]) -> None:
        self.backends = backends

    def work(self, first: int, count: int, rows: bool) -> Done:
        """Run replications in every world; what comes back has its zeros left out."""
        paired = len(self.backends) > 1
        chunks = [one.chunk(first, count, rows=rows or paired) for one in self.backends]
        pairs = _pairs([_came(chunk, first) for chunk in chunks] if paired else [])
        return Done(tuple(_packed(chunk, rows) for chunk in chunks), pairs)


def _packed(chunk: Chunk, rows: bool) -> Chunk:
    packed = chunk.tally.pack() if isinstance(chunk.tally, Tally) else chunk.tally
    return Chunk(packed, chunk.rows if rows else None, chunk.failures)


def _came(chunk: Chunk, first: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which replications were finished, and which outcomes came in each."""
    import numpy as np

    assert chunk.rows is not None
    finished = np.ones(len(chunk.rows), np.bool_)
    finished[[one.replication - first for one in chunk.failures]] = False
    return finished, chunk.rows[:, : chunk.tally.layout.outcomes] != NEVER_CAME


def _pairs(came: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> NDArray[np.int64]:
    import numpy as np

    if not came:
        return np.zeros((0, 0, 4), np.int64)
    (finished, base), found = came[0], []
    for others, there in came[1:]:
        both = finished & others
        one, other = base[both], there[both]
        found.append(np.stack([(one & other), (one & ~other), (~one & other), ~(one | other)]).sum(axis=1).T)
    return np.array(found, np.int64)


# -- in another process ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Payload:
    """A job as bytes, and their digest, by which a worker knows whether it has it already."""

    digest: str
    data: bytes

    @classmethod
    def of(cls, job: Job) -> Payload:
        """Pack a job."""
        out = io.BytesIO()
        pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
        # Read-only mappings of the law cannot be pickled as they are.
        pickler.dispatch_table = copyreg.dispatch_table | {MappingProxyType: _reduce}
        pickler.dump(job)
        return cls(hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue())

    def job(self) -> Job:
        """Unpack the job; it comes from this program on the other end of the pool, never from a file."""
        found = pickle.loads(self.data)  # noqa: S301
        assert isinstance(found, Job)
        return found


def _reduce(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _read_only, (dict(mapping),)


def _read_only(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(mapping)


_MOST_TEAMS = 4  # that a worker of a shared pool keeps; an ensemble needs one
_teams: dict[str, Team] = {}


def begin(payload: Payload) -> None:
    """Get a worker ready for a job."""
    while len(_teams) >= _MOST_TEAMS:
        del _teams[next(iter(_teams))]
    _teams[payload.digest] = payload.job().team()


def work(digest: str, first: int, count: int, rows: bool) -> Done:
    """Do a piece of a job that the worker has."""
    return _teams[digest].work(first, count, rows)


def work_with(payload: Payload, first: int, count: int, rows: bool) -> Done:
    """Do a piece of a job that comes along, for workers that nobody could get ready."""
    if payload.digest not in _teams:
        begin(payload)
    return work(payload.digest, first, count, rows)
