"""Workers that die: what they had is done once more, and not for ever."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble.run import ensemble
from simulator.ensemble.work import work
from simulator.errors import WorkerError
from simulator.scenario.program import Program
from tests.agree.ensemble_worlds import world

RUNS = 700


@pytest.fixture(scope="module")
def program() -> Program:
    return world()


@pytest.fixture
def killer(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes workers kill themselves in the piece that begins with replication 100, as often as the file says."""
    from simulator.ensemble import crews

    tally = tmp_path / "deaths"

    def arm(times: int) -> Any:
        tally.write_text(str(times))
        monkeypatch.setenv("TREATYSIM_TEST_DEATHS", str(tally))
        monkeypatch.setattr(crews, "work", dying_work)
        return tally

    return arm


def dying_work(digest: str, first: int, count: int, rows: bool) -> Any:
    """As `simulator.ensemble.work.work`, but dies when asked to."""
    file = Path(os.environ["TREATYSIM_TEST_DEATHS"])
    left = int(file.read_text())
    if first == 100 and left:
        file.write_text(str(left - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return work(digest, first, count, rows)


def test_a_killed_worker_costs_time_and_no_run(program: Program, killer: Any) -> None:
    """The pieces that were lost are done once more by new workers."""
    deaths = killer(1)
    found = ensemble(program, RUNS, jobs=2, executor="processes", chunk=50, rows=True)
    assert deaths.read_text() == "0"
    alone = ensemble(program, RUNS, jobs=1, rows=True)
    assert found.tally == alone.tally
    assert found.failures == alone.failures
    assert (found.rows == alone.rows).all()


def test_workers_that_die_again_are_an_error(program: Program, killer: Any) -> None:
    """A piece that kills its worker twice is named; nobody tries for ever."""
    killer(5)
    with pytest.raises(WorkerError, match=r"ended twice while the replications .* were under way") as caught:
        ensemble(program, RUNS, jobs=2, executor="processes", chunk=50)
    assert "TS609" in str(caught.value)


def test_an_executor_of_others_that_breaks_is_an_error(program: Program) -> None:
    """It is not ours to replace."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        executor.submit(os._exit, 1)
        with pytest.raises(WorkerError, match="a worker ended while"):
            ensemble(program, 100, executor=executor)
