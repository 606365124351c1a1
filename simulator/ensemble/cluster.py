"""Ensembles on Dask: a scheduler that is running somewhere, or workers of this machine that listen to it alone."""

from __future__ import annotations

import contextlib
import re
from concurrent.futures import Future
from typing import Any, Final

from simulator import __version__
from simulator.ensemble.work import Done, Payload, work_with
from simulator.errors import Diagnostic, ExtraError, WorkerError

__all__ = ["INSTALL", "DaskCrew"]

# Kept equal to the extra `cluster` by a test.
INSTALL: Final = "python -m pip install 'distributed>=2025.1'"
_PATIENCE = 5.0  # seconds for a scheduler to answer
LOOPBACK: Final = "127.0.0.1"
_ADDRESS = re.compile(r"(\w+://)?[\w.\-\[\]:]+:\d{1,5}")


class DaskCrew:
    """A crew of Dask workers; they get the job once, before the first piece.

    Without an address a cluster of `jobs` workers is started here, bound to the loopback address, so that no other
    machine can reach it. Raises ExtraError where Dask is not installed, WorkerError where no scheduler answers or its
    workers have another version of this program.
    """

    def __init__(self, payload: Payload, address: str, jobs: int) -> None:
        try:
            import distributed
        except ImportError:
            hint = f"install it: {INSTALL}"
            problem = Diagnostic("TS607", "Dask needs the package distributed, which is not installed", hint=hint)
            raise ExtraError(diagnostics=[problem]) from None
        self._distributed: Any = distributed
        self._local: Any = None if address else self._start(jobs)
        self._client = self._connect(address)
        try:
            self.workers = self._check()
            self._payload = self._client.scatter(payload, broadcast=True, hash=False)
            self._pool = self._client.get_executor(pure=False)
        except BaseException:
            self.close()
            raise

    def _start(self, jobs: int) -> Any:
        try:
            return self._distributed.LocalCluster(
                n_workers=jobs, threads_per_worker=1, host=LOOPBACK, dashboard_address=None, silence_logs=50
            )
        except (OSError, RuntimeError) as error:
            hint = "without --executor the workers are processes of this program"
            raise _trouble(f"no Dask workers can be started here: {error}", hint) from None

    def _connect(self, address: str) -> Any:
        hint = "start one with `dask scheduler`, and give the address that it prints, as in dask:tcp://10.0.0.5:8786"
        if address and not _ADDRESS.fullmatch(address):
            raise _trouble(f"{address[:80]!r} is no address of a Dask scheduler", hint)
        try:
            with _quiet():
                return self._distributed.Client(self._local or address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError):
            raise _trouble(f"no Dask scheduler answers at {address!r}", hint) from None

    def _check(self) -> int:
        """How many pieces at a time the workers do; all must have this version, or their numbers would be others'."""
        threads = int(sum(self._client.nthreads().values()))
        if not threads:
            raise _trouble("the Dask scheduler has no workers", "start some: dask worker ADDRESS")
        try:
            versions = set(self._client.run(_version).values())
        except Exception as error:
            hint = f"install treatysim {__version__} on every worker"
            raise _trouble(f"the Dask workers cannot load treatysim: {error}", hint) from None
        if versions != {__version__}:
            found = ", ".join(sorted(versions))
            message = f"the Dask workers have treatysim {found}, this is {__version__}"
            raise _trouble(message, "use one version everywhere")
        return threads

    def submit(self, first: int, count: int, rows: bool) -> Future[Done]:
        """Have a piece done by some worker."""
        future: Future[Done] = self._pool.submit(work_with, self._payload, first, count, rows)
        return future

    def renew(self) -> bool:
        """The scheduler replaces its workers itself."""
        return False

    def close(self) -> None:
        """Leave the scheduler, and end it if it is ours."""
        with contextlib.suppress(Exception):
            self._client.close()
        if self._local is not None:
            self._local.close()


def _trouble(message: str, hint: str) -> WorkerError:
    return WorkerError(diagnostics=[Diagnostic("TS609", message, hint=hint)])


def _version() -> str:
    return __version__


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep the library's log off the screen while it tries to connect; the error says the same in our words."""
    import logging

    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
