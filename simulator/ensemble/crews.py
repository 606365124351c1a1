"""Crews: who does the work. One interface over this thread, threads, processes, Dask and any executor of others.

A crew only decides where the replications run, never what comes out of them.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.connection import wait
from typing import Protocol

from simulator.ensemble.work import Done, Job, Payload, Team, begin, work, work_with
from simulator.errors import Diagnostic, WorkerError

__all__ = ["Crew", "crew_for", "processors"]


class Crew(Protocol):
    """Does pieces of one job. `workers` is how many at a time."""

    workers: int

    def submit(self, first: int, count: int, rows: bool) -> Future[Done]:
        """Have a piece done."""
        ...

    def renew(self) -> bool:
        """Replace workers that have died; False if that is not for us to do."""
        ...

    def close(self) -> None:
        """Let the workers go; pieces that have not begun are not done any more."""
        ...


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def crew_for(job: Job, team: Team, executor: Executor | str | None, jobs: int, *, brief: bool) -> Crew:
    """Return the crew that is asked for; without a wish threads for compiled code, else processes.

    `brief` says that the work takes less time than getting a pool ready. Raises WorkerError for an executor without a
    name here, or a cluster that does not answer.
    """
    if isinstance(executor, ThreadPoolExecutor):
        return _Given(executor, jobs, team.work)
    if isinstance(executor, Executor):
        return _Given(executor, jobs, work_with, Payload.of(job))
    kind, _, address = (executor or "").partition(":")
    if kind == "dask":
        from simulator.ensemble.cluster import DaskCrew

        return DaskCrew(Payload.of(job), address, jobs)
    if kind not in ("", "threads", "processes") or address:
        hint = "an executor is threads, processes, dask, or dask:ADDRESS as in dask:tcp://10.0.0.5:8786"
        raise WorkerError(diagnostics=[Diagnostic("TS609", f"there is no executor {executor!r}", hint=hint)])
    if not kind and (brief or jobs == 1):
        return _Alone(team)
    if kind == "threads" or (not kind and all(one.compiled for one in team.backends)):
        return _Threads(team, jobs)
    return _Processes(Payload.of(job), jobs)


class _Alone:
    """This thread: nothing to start, nothing to send."""

    workers = 1

    def __init__(self, team: Team) -> None:
        self.team = team

    def submit(self, first: int, count: int, rows: bool) -> Future[Done]:
        future: Future[Done] = Future()
        future.set_result(self.team.work(first, count, rows))
        return future

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        pass


class _Threads:
    def __init__(self, team: Team, jobs: int) -> None:
        self.team, self.workers = team, jobs
        self.pool = ThreadPoolExecutor(jobs, "ensemble")

    def submit(self, first: int, count: int, rows: bool) -> Future[Done]:
        return self.pool.submit(self.team.work, first, count, rows)

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)


class _Given:
    """An executor that somebody else has made, and closes; a job travels with each piece, and is unpacked once."""

    def __init__(self, pool: Executor, jobs: int, call: Callable[..., Done], *given: Payload) -> None:
        self.pool, self.workers, self.call, self.given = pool, jobs, call, given

    def submit(self, first: int, count: int, rows: bool) -> Future[Done]:
        return self.pool.submit(self.call, *self.given, first, count, rows)

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        pass


class _Processes:
    """A pool of our own; every worker gets the job when it starts."""

    def __init__(self, payload: Payload, jobs: int) -> None:
        self.payload, self.workers = payload, jobs
        self.pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # A forked worker starts at once and needs no importable main module; with threads about it is not safe.
        fork = sys.platform == "linux" and threading.active_count() == 1
        context = multiprocessing.get_context("fork" if fork else "spawn")
        return ProcessPoolExecutor(self.workers, context, initializer=_enlist, initargs=(self.payload,))

    def submit(self, first: int, count: int, rows: bool) -> Future[Done]:
        return self.pool.submit(work, self.payload.digest, first, count, rows)

    def renew(self) -> bool:
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self._new()
        return True

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)


def _enlist(payload: Payload) -> None:
    """Start a worker: it leaves interrupts to its parent, ends with it, and gets the job."""
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    begin(payload)


def _follow() -> None:
    """End with the parent: an executor's worker would wait for its killed parent for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
