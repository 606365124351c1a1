"""Sweeps: closed forms, the same table whoever makes it, and every refusal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import simulator as ts
from simulator.ensemble import sweep as sweeps
from simulator.ensemble.sweepfolder import SweepFolder
from simulator.errors import EngineError, ScenarioError, WorkerError
from tests.agree.ensemble_worlds import WORLD
from tests.unit.sweep_worlds import PLAIN, column, loaded, points


def test_the_probability_is_that_of_the_rule() -> None:
    """Exactly where the lattice answers, with the exact difference and no interval; else within the interval."""
    vary = {"rule.act.chance": "0..1:5"}
    exact = ts.sweep(loaded(), vary, work=1000)
    assert column(exact, "exact") == ["1/2", "0", "1/4", "1/2", "3/4", "1"]
    assert column(exact, "difference") == [None, -0.5, -0.25, 0.0, 0.25, 0.5]
    assert set(column(exact, "engine")) == {"lattice"}
    assert set(column(exact, "low") + column(exact, "hits") + column(exact, "difference_low")) == {None}
    drawn = ts.sweep(loaded(), vary, runs=400, seed=2, sample=True, jobs=1)
    for row, p in zip(
        [one for one in drawn.rows if one["outcome"] == "lost"][1:], (0, 0.25, 0.5, 0.75, 1), strict=True
    ):
        assert row["low"] <= p <= row["high"]
        assert (row["runs"], row["hits"] / 400, row["replication_last"]) == (400, row["p"], 399)
        assert row["difference"] == pytest.approx(row["p"] - drawn.rows[0]["p"])
        assert row["difference_low"] <= row["difference"] <= row["difference_high"]
        assert row["engine"] != "lattice"
    assert column(drawn, "hits") == sorted(column(drawn, "hits")[:1]) + sorted(column(drawn, "hits")[1:])


def test_a_delay_meets_a_deadline() -> None:
    """The act of 2000-01-11 counts until 2000-01-31: 20 days are in time, 21 are late."""
    found = ts.sweep(loaded(), {"rule.act.delay": [0, 20, 21]}, work=1000)
    assert column(found, "exact") == ["1/2", "1/2", "1/2", "0"]


@pytest.mark.parametrize(
    ("vary", "outcome", "expected"),
    [
        ({"event.e.date": ["2000-01-26", "2000-01-27"]}, "lost", ["1/2", "0"]),
        ({"event.e.days": [-10, 15, 16]}, "lost", ["1/2", "1/2", "0"]),
        ({"rule.act": "on,off"}, "lost", ["1/2", "0"]),
        ({"branch": "base,calm,likely"}, "lost", ["1/2", "0", "9/10"]),
        ({"variable.heat.start": [4, 5]}, "alarmed", ["0", "1/4"]),
        ({"variable.heat.start": [5], "parameter.p_warm": ["1/3", 0.5]}, "alarmed", ["1/3", "1/2"]),
        ({"view": ["depositary", "strict"]}, "alarmed", ["0", "0"]),
    ],
)
def test_what_can_be_varied(vary: dict[str, Any], outcome: str, expected: list[str]) -> None:
    """Dates, days, switches, branches, starts of variables, parameters, views: each as its closed form says."""
    found = ts.sweep(loaded(), vary, work=2000)
    assert column(found, "exact", outcome)[1:] == expected


def test_a_clause_is_varied() -> None:
    """A withdrawal of 2000-01-16 with so many months of notice is over by the end of March, or not."""
    text = PLAIN.replace("notify_suspension", "notify_withdrawal").replace(
        "is: suspended}, by: 2000-01-31", "is: withdrawn}"
    )
    found = ts.sweep(loaded(text), {"clause.toy.withdrawal.notice.months": "1..3:3"}, work=1000)
    assert column(found, "exact")[1:] == ["1/2", "1/2", "0"]


def test_the_base_may_be_a_branch() -> None:
    """All points edit it, and differ from it; an edit of the same thing excludes it."""
    found = ts.sweep(loaded(), {"event.e.days": [0, 16]}, branch="likely", work=1000)
    assert column(found, "exact") == ["9/10", "9/10", "0"]
    assert column(found, "difference") == [None, 0.0, -0.9]
    both = points({"rule.act.chance": [0.5, 0.9]}, branch="likely")
    assert "given two values (likely and rule-act-chance)" in both.point(1).reason
    assert both.point(2).branch is not None


def test_a_point_is_the_ensemble_of_its_branch() -> None:
    """The same seed gives the same hits, run by run, as `run_many` with the branch that the point is written as."""
    vary = {"rule.answer.chance": [0.2, 0.6], "event.e1.days": [3, 4]}
    found = ts.sweep(loaded(WORLD % {"loops": "1/100"}), vary, runs=150, seed=3, sample=True, jobs=1)
    for number in range(1, 5):
        branch = found.points.point(number).as_mapping()
        alone = ts.run_many(loaded(WORLD % {"loops": "1/100"}), 150, seed=3, branch=branch, jobs=1)
        rows = [row for row in found.rows if row["point"] == number]
        assert {row["outcome"]: (row["hits"], row["runs"]) for row in rows} == dict(alone.outcomes)
        assert rows[0]["failed"] == alone.tally.failed


def test_a_point_that_cannot_be_is_a_row_with_the_reason() -> None:
    """Edits that exclude each other, and presuppositions; the other points are run all the same."""
    vary = {"rule.act": "on,off", "branch": "base,calm,likely", "event.e": "on,off"}
    found = ts.sweep(loaded(), vary, work=1000)
    states = {row["point"]: (row["state"], row["reason"]) for row in found.rows}
    assert [number for number, (state, _) in states.items() if state == "done"] == [0, 1, 5, 7, 9]
    assert "rule act stays as it is, but another edit" in states[3][1].lower()
    assert "event 'later' is kept, but it presupposes event 'e'" in states[2][1]
    assert "switched off and edited" in states[11][1]
    assert [row["exact"] for row in found.rows if row["state"] == "done" and row["outcome"] == "lost"] == [
        "1/2",
        "1/2",
        "9/10",
        "0",
        "0",
    ]
    assert found.complete


def test_moved_too_early_or_too_late() -> None:
    """Before what it presupposes it cannot be, nor out of the period, where it would come to nothing."""
    found = ts.sweep(loaded(), {"event.later.date": ["2000-01-01", "2001-01-01", "2000-03-01"]}, work=1000)
    rows = {row["point"]: row for row in found.rows}
    assert "before 'e', which it presupposes" in rows[1]["reason"]
    assert [rows[number]["state"] for number in (1, 2, 3)] == ["incoherent", "incoherent", "done"]
    assert "event 'later' is moved to 2001-01-01, after the period ends" in rows[2]["reason"]
    assert "choose a day of the period" in rows[2]["reason"]
    early = ts.sweep(loaded(), {"event.e.days": [-11, -10]}, work=1000)
    reasons = {row["point"]: row["reason"] for row in early.rows}
    assert "event 'e' is moved to 1999-12-31, before the period begins" in reasons[1]
    assert not reasons[2]


def test_a_sweep_in_which_nothing_can_be_fails() -> None:
    """With the reason of the first point."""
    with pytest.raises(ScenarioError, match="no point of the design can be; point 1: unknown date rule 'weeks'"):
        ts.sweep(loaded(), {"clause.toy.withdrawal.notice.weeks": [1, 2]}, work=1000)


def test_scenarios_that_ask_for_nothing_are_refused() -> None:
    """There is nothing to tell."""
    text = PLAIN[: PLAIN.index("outcomes:")]
    with pytest.raises(ScenarioError, match="asks for no outcome"):
        ts.sweep(loaded(text), {"rule.act": "on,off"})
    for runs, seed in ((0, 1), (10, -1)):
        with pytest.raises(ScenarioError):
            ts.sweep(loaded(), {"rule.act": "on,off"}, runs=runs, seed=seed)


def test_points_and_bases_of_which_every_run_fails() -> None:
    """A point is a row that says so; the base is the end."""
    found = ts.sweep(loaded(WORLD % {"loops": "0"}), {"rule.start.chance": [0, 1]}, runs=6, sample=True, jobs=1)
    states = {row["point"]: row for row in found.rows}
    assert (states[1]["state"], states[2]["state"], states[2]["failed"]) == ("done", "failed", 6)
    assert "every run failed; replication 0" in states[2]["reason"]
    with pytest.raises(EngineError, match="every run of the base failed"):
        ts.sweep(loaded(WORLD % {"loops": "1"}), {"rule.start.chance": [0]}, runs=6, sample=True, jobs=1)


VARY = {"rule.answer.chance": "0.1..0.9:3", "event.e1.days": [0, 5]}


class Backwards(Executor):
    """Finishes everything in the reverse order, when asked for the first result."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, call: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: call(*args, **kwargs)))
        if len(self.waiting) == 2:
            for one, work in reversed(self.waiting):
                one.set_result(work())
            self.waiting.clear()
        return future


def swept(**how: Any) -> str:
    found = ts.sweep(
        loaded(WORLD % {"loops": "1/100"}), VARY, runs=60, sample=True, engine="kernel, interpreted", **how
    )
    return found.csv()


def test_the_table_does_not_depend_on_who_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers, executors, and how many worlds run together change no bit."""
    base = swept(jobs=1)
    assert base.count("\n") == 1 + 7 * 3
    assert swept(jobs=2, executor="processes") == base
    assert swept(jobs=3, executor="threads") == base
    with ThreadPoolExecutor(2) as pool:
        assert swept(executor=pool) == base
    monkeypatch.setattr(sweeps, "_MOST_WORLDS", 1)
    assert swept(jobs=1) == base
    monkeypatch.setattr(sweeps, "_MEMORY", 1)
    assert swept(jobs=1) == base


def test_an_executor_that_finishes_in_reverse_gives_the_same() -> None:
    """A sweep of an even number of pieces, done backwards."""
    points_ = points(VARY, WORLD % {"loops": "1/100"})
    how = {"runs": 60, "sample": True, "engine": "kernel, interpreted"}
    one = sweeps.run_sweep(points_, sweeps.SweepSettings(**how, jobs=1))
    assert one.csv() == swept(jobs=1)
    pool = Backwards()
    other = sweeps.run_sweep(points_, sweeps.SweepSettings(**how, jobs=2, executor=pool))
    assert not pool.waiting
    assert other.csv() == one.csv()


def test_an_unknown_executor_is_refused() -> None:
    """As by ensembles."""
    with pytest.raises(WorkerError, match="there is no executor 'moon'"):
        swept(executor="moon")


def test_an_interrupted_sweep_is_continued_to_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done is a valid table; the rest is done later, and nothing twice."""
    whole = swept(jobs=1)
    monkeypatch.setattr(sweeps, "_MOST_WORLDS", 2)
    points_ = points(VARY, WORLD % {"loops": "1/100"})
    store = SweepFolder(tmp_path, {})
    settings = sweeps.SweepSettings(runs=60, sample=True, jobs=1, engine="kernel, interpreted", store=store)
    calls = []
    real = sweeps.ensembles

    def stopping(*words: Any) -> Any:
        calls.append(words)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*words)

    monkeypatch.setattr(sweeps, "ensembles", stopping)
    partial = sweeps.run_sweep(points_, settings)
    assert (partial.complete, partial.stopped, partial.done) == (False, "interrupted", 3)
    again = sweeps.run_sweep(points_, settings)
    assert [len(words[0]) - 1 for words in calls] == [2, 2, 2, 2]
    assert again.complete
    assert again.csv() == whole
    assert again.csv().startswith(partial.csv())
    (tmp_path / "points" / "00004.json").write_text("[{]")
    assert sweeps.run_sweep(points_, settings).csv() == again.csv()
    assert len(calls) == 5
    assert sweeps.run_sweep(points_, settings).csv() == again.csv()
    assert len(calls) == 5


def test_a_batch_that_is_cut_short_gives_shorter_rows() -> None:
    """Rows of the runs there are, marked partial, and not kept as done."""
    points_ = points({"rule.answer.chance": [0.5]}, WORLD % {"loops": "0"})
    kept: list[int] = []

    class Store:
        def stored(self, point: int) -> None:
            return None

        def keep(self, point: int, rows: list[sweeps.Row]) -> None:
            kept.append(point)

    def stop(done: int, total: int) -> None:
        if done >= 20:
            raise KeyboardInterrupt

    settings = sweeps.SweepSettings(runs=4000, sample=True, jobs=1, progress=stop, store=Store())
    found = sweeps.run_sweep(points_, settings)
    assert found.stopped == "interrupted"
    assert not kept
    assert found.done == 0
    rows = [row for row in found.rows if row["point"] == 1]
    assert {row["state"] for row in rows} == {"partial"}
    assert 0 < rows[0]["runs"] < 4000
    assert rows[0]["replication_last"] == rows[0]["runs"] - 1
