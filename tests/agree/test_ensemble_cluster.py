"""Ensembles on Dask, on this machine: the same numbers, nothing that another machine could reach, clear errors."""

from __future__ import annotations

import os
import signal
import socket
from typing import Any

import pytest

from simulator.ensemble import cluster
from simulator.ensemble.run import ensemble
from simulator.errors import WorkerError
from tests.agree.ensemble_worlds import world

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


def test_dask_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers of a cluster that is started for it; scheduler and workers listen to this machine only."""
    program, addresses = world(), []
    connect = cluster.DaskCrew._connect

    def spy(self: Any, address: str) -> Any:
        client = connect(self, address)
        info = client.scheduler_info()
        addresses.extend([info["address"], *info["workers"], *(one["nanny"] for one in info["workers"].values())])
        return client

    monkeypatch.setattr(cluster.DaskCrew, "_connect", spy)
    found = ensemble(program, 700, jobs=2, executor="dask", chunk=50, rows=True)
    alone = ensemble(program, 700, jobs=1, rows=True)
    assert found.tally == alone.tally
    assert found.failures == alone.failures
    assert (found.rows == alone.rows).all()
    assert len(addresses) == 5
    assert all(one.startswith("tcp://127.0.0.1:") for one in addresses)


def test_dask_by_its_address_and_a_worker_that_dies() -> None:
    """A scheduler that runs already is left running; it gives a dead worker's pieces to another one by itself."""
    program = world()
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as local:
        address = f"dask:{local.scheduler_address}"
        pids = [worker.pid for worker in local.workers.values()]
        deaths = []

        def kill(done: int, total: int) -> None:
            if not deaths:
                deaths.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        found = ensemble(program, 600, executor=address, chunk=20, progress=kill)
        assert deaths
        assert found.tally == ensemble(program, 600, jobs=1).tally
        assert ensemble(program, 10, executor=address).runs == 10


def test_workers_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their numbers would be those of another program."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as local:
        monkeypatch.setattr(cluster, "__version__", "9.9")
        with pytest.raises(WorkerError, match=r"the Dask workers have treatysim 0.*, this is 9.9"):
            ensemble(world(), 10, executor=f"dask:{local.scheduler_address}")


def test_a_scheduler_without_workers_is_an_error() -> None:
    """Nobody would ever do the work."""
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None, silence_logs=50) as local,
        pytest.raises(WorkerError, match="has no workers"),
    ):
        ensemble(world(), 10, executor=f"dask:{local.scheduler_address}")


def test_a_dead_address_is_an_error_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there."""
    monkeypatch.setattr(cluster, "_PATIENCE", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WorkerError, match="no Dask scheduler answers at"):
        ensemble(world(), 10, executor=f"dask:tcp://127.0.0.1:{port}")
