"""Sweeps: the same runs in every world of a design, as one table.

All worlds read the same noise, so that a replication of one point and the same replication of the base are a pair, and
what differs between them differs by the edits alone. The worlds are run a few at a time, always beside the base; how
many, who runs them and in which order changes no number.

A row is a plain mapping, one for each point and outcome:

| column | holds |
| --- | --- |
| `run` | which sweep: the first digits of the digest of all that its numbers depend on |
| `point` | the point of the design; 0 is the base |
| `state` | `done`, `partial` (interrupted), `incoherent` (it cannot be) or `failed` (every run of it failed) |
| `reason` | why it cannot be, or failed; else what is worth knowing about this world |
| `replication_first`, `replication_last` | the replications that were run; empty where the answer is exact |
| each target | the value of the axis |
| `outcome` | its id |
| `p`, `low`, `high`, `method`, `exact` | probability and 95 % interval; an exact one has a fraction instead |
| `hits`, `runs`, `failed` | runs that show it, that were finished, that failed |
| `difference`, `difference_low`, `difference_high` | p less that of the base, with the interval of paired shares |
| `engine`, `seed`, `digest` | what found it, the seed of the runs, the digest of the program |
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from simulator.counterfactual.paired import Effect
from simulator.ensemble.crews import processors
from simulator.ensemble.design import Point, Points
from simulator.ensemble.engines import ENGINES, choose
from simulator.ensemble.exact import ENGINE, AnswerSettings, exact_answers
from simulator.ensemble.intervals import Share
from simulator.ensemble.result import Ensemble, Ensembles, PairedEffect
from simulator.ensemble.run import Progress, Settings, ensembles
from simulator.errors import EngineError, ScenarioError
from simulator.results.store import cell
from simulator.results.tally import TallyLayout
from simulator.scenario.program import Program

__all__ = ["COLUMNS", "Row", "RowStore", "Sweep", "SweepSettings", "columns", "identity", "run_sweep"]

Row = dict[str, Any]

_BEFORE: Final = ("run", "point", "state", "reason", "replication_first", "replication_last")
_AFTER: Final = (
    *("outcome", "p", "low", "high", "method", "exact", "hits", "runs", "failed"),
    *("difference", "difference_low", "difference_high", "engine", "seed", "digest"),
)
COLUMNS: Final = (*_BEFORE, *_AFTER)
_MEMORY = 100_000_000  # bytes that the counts of worlds that run together may take
_MOST_WORLDS = 16
_SECONDS = 20.0  # of work after which the rows of what has been run are kept


class RowStore(Protocol):
    """Keeps the rows of points."""

    def stored(self, point: int) -> list[Row] | None:
        """Return the rows of a point that were kept before; None if there are none."""
        ...

    def keep(self, point: int, rows: list[Row]) -> None:
        """Keep the rows of a point, all or none."""
        ...


@dataclass(frozen=True, slots=True)
class SweepSettings(AnswerSettings):
    """How a sweep is run."""

    progress: Progress | None = None
    store: RowStore | None = None


@dataclass(frozen=True, repr=False)
class Sweep:
    """What a sweep found. `rows` is the table; `points` says what each point is, incoherent ones with the reason."""

    points: Points
    settings: SweepSettings
    rows: list[Row]
    stopped: str
    done: int

    def __repr__(self) -> str:
        return f"<Sweep {self.points.loaded.scenario.id}: {self.done} of {self.points.count} worlds>"

    @property
    def complete(self) -> bool:
        """Whether every point has its rows."""
        return not self.stopped

    @property
    def engine(self) -> str:
        """The engine that drew runs; that of exact answers where none was drawn."""
        used = (str(row["engine"]) for row in self.rows if row["engine"] not in (None, ENGINE))
        return next(used, ENGINE)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return columns(self.points)

    def of(self, outcomes: Collection[str]) -> list[Row]:
        """Return the rows of some outcomes, and those of points that have none; all rows without a choice."""
        return [row for row in self.rows if not outcomes or row["outcome"] in (None, *outcomes)]

    def csv(self, outcomes: Collection[str] = ()) -> str:
        """Return the table as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        for row in self.of(outcomes):
            cells = (row.get(name) for name in self.columns)
            writer.writerow([f"{one:.6g}" if isinstance(one, float) else cell(one) for one in cells])
        return out.getvalue()


def columns(points: Points) -> tuple[str, ...]:
    """Return the columns of the table of a design."""
    return (*_BEFORE, *points.design.targets, *_AFTER)


def identity(points: Points, settings: SweepSettings) -> dict[str, Any]:
    """Return all that the numbers of a sweep depend on."""
    from simulator import __version__

    return {
        "version": __version__,
        "scenario": points.loaded.scenario.id,
        "scenario_digest": points.loaded.digest,
        "branch": points.base.id if points.base else None,
        "view": points.view,
        "design_digest": points.design.digest,
        "runs": settings.runs,
        "seed": settings.seed,
        "exact_work": settings.exact_work,
    }


def run_sweep(points: Points, settings: SweepSettings) -> Sweep:
    """Run all points of a design. An interrupt ends it early; what is known by then is a valid, shorter table.

    Raises ScenarioError where no point of the design can be, EngineError where every run of the base fails, WorkerError
    where workers end or cannot be reached.
    """
    drive = _Drive(points, settings)
    stopped = ""
    try:
        drive.run()
    except KeyboardInterrupt:
        stopped = "interrupted"
    rows = [row for number in sorted(drive.rows) for row in drive.rows[number]]
    if not stopped and all(row["state"] == "incoherent" for row in rows if row["point"]):
        first = next(row for row in rows if row["point"])
        raise ScenarioError(f"no point of the design can be; point {first['point']}: {first['reason']}")
    return Sweep(points, settings, rows, stopped or drive.stopped, drive.done)


@dataclass(slots=True)
class _World:
    """A point that can be: its program, and those of its outcomes that are known exactly."""

    point: Point
    program: Program
    exact: dict[str, Any] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return len(self.exact) == len(self.program.outcomes)


class _Drive:
    """Goes through the points, and runs together those that have to be run."""

    def __init__(self, points: Points, settings: SweepSettings) -> None:
        Settings(settings.runs, settings.seed, settings.jobs)  # refuses what makes no sense
        self.points, self.settings = points, settings
        text = json.dumps(identity(points, settings), sort_keys=True)
        self.run_id = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.rows: dict[int, list[Row]] = {}
        self.stopped, self.counted, self.total = "", 0, 0
        base, _ = points.program(points.point(0))
        assert base is not None
        if not base.outcomes:
            raise ScenarioError("the scenario asks for no outcome; a sweep has nothing to tell without `outcomes`")
        self.base = _World(points.point(0), base)
        self.todo = [number for number in range(points.count) if not self._stored(number)]
        # The engine that began a stored sweep goes on with it, so that a continued table is the same to the last bit.
        used = (str(row.get("engine")) for rows in self.rows.values() for row in rows)
        engine = next((name for name in used if name in ENGINES), settings.engine)
        whole = settings.runs * points.count
        self.engine = choose(base, settings.seed, runs=whole, engine=engine, jobs=self.jobs)

    @property
    def jobs(self) -> int:
        return self.settings.jobs or processors()

    @property
    def done(self) -> int:
        """How many worlds have their rows."""
        return sum(rows[0]["state"] != "partial" for rows in self.rows.values())

    def run(self) -> None:
        """Run what is not stored."""
        todo = self.todo
        if not todo:
            return
        self._exactly(self.base)
        self.total = self.settings.runs * len([number for number in todo if number])
        waiting: list[_World] = []
        for world in self._worlds(todo):
            waiting.append(world)
            if len(waiting) == self._together():
                self._draw(waiting)
                waiting = []
            if self.stopped:
                return
        if waiting or (0 not in self.rows):
            self._draw(waiting)

    def _stored(self, number: int) -> bool:
        rows = self.settings.store.stored(number) if self.settings.store else None
        if rows is not None:
            self.rows[number] = rows
        return rows is not None

    def _worlds(self, todo: list[int]) -> Iterator[_World]:
        """Those points that have to be run; the rows of all others are made here."""
        if self.base.whole and 0 in todo:
            self._keep(self.base, self._known(self.base))
        for number in todo:
            if number == 0:
                continue
            point = self.points.point(number)
            program, reason = self.points.program(point)
            if program is None:
                self._keep(point, [self._head(point) | {"state": "incoherent", "reason": reason}])
                continue
            world = _World(point, program)
            self._exactly(world)
            if world.whole and self.base.whole:
                self._keep(world, self._known(world))
            else:
                yield world

    def _exactly(self, world: _World) -> None:
        """Look for exact answers; of a point only for those that the base has, since only they can be compared."""
        asked = [one for one in world.program.outcomes if world is self.base or one.id in self.base.exact]
        if self.settings.exact_work and asked:
            part = replace(world.program, outcomes=tuple(asked))
            world.exact = dict(exact_answers(part, self.settings.exact_work).outcomes)

    def _together(self) -> int:
        """How many worlds are run at a time: as many as memory holds, and not for too long."""
        size = sum(8 * math.prod(shape) for shape in TallyLayout.of(self.base.program).shapes().values())
        seconds = self.settings.runs * 0.5 / self.engine.batch / self.jobs
        return max(1, min(_MOST_WORLDS, _MEMORY // size, int(_SECONDS / max(seconds, 1e-9))))

    def _draw(self, worlds: list[_World]) -> None:
        """Run worlds beside the base."""
        settings = self.settings
        how = Settings(
            settings.runs,
            settings.seed,
            settings.jobs,
            settings.executor,
            self.engine.name,
            progress=self._tell(max(len(worlds), 1)),
            keep_partial=True,
        )
        found = ensembles([self.base.program, *(one.program for one in worlds)], how)
        base = found.worlds[0]
        if not base.runs and base.failures:
            raise EngineError(f"every run of the base failed; replication 0: {base.failures[0].text}")
        self.counted += settings.runs * len(worlds)
        self.stopped = found.worlds[0].stopped
        if 0 not in self.rows and not self.base.whole:
            self._keep(self.base, self._drawn(self.base, found, 0))
        for place, world in enumerate(worlds, 1):
            self._keep(world, self._drawn(world, found, place))

    def _tell(self, worlds: int) -> Progress | None:
        progress, before = self.settings.progress, self.counted
        if progress is None:
            return None
        return lambda counted, _: progress(before + counted * worlds, max(self.total, counted * worlds))

    # -- rows ----------------------------------------------------------------------------------------------------

    def _keep(self, world: _World | Point, rows: list[Row]) -> None:
        number = (world.point if isinstance(world, _World) else world).number
        if rows[0]["state"] == "partial" and not any(row["runs"] for row in rows):
            return
        self.rows[number] = rows
        if self.settings.store and rows[0]["state"] != "partial":
            self.settings.store.keep(number, rows)

    def _head(self, point: Point) -> Row:
        row: Row = dict.fromkeys(columns(self.points))
        values = zip(self.points.design.targets, point.values, strict=True)
        return row | dict(values) | {"run": self.run_id, "point": point.number, "seed": self.settings.seed}

    def _of_world(self, world: _World, state: str) -> Row:
        new = [one for one in world.program.warnings if one not in self.base.program.warnings]
        about = {"state": state, "reason": "; ".join(new) or None, "digest": world.program.digest}
        return self._head(world.point) | about

    def _known(self, world: _World) -> list[Row]:
        """The rows of a world that is known exactly."""
        return [self._exact(self._of_world(world, "done"), world, one.id) for one in world.program.outcomes]

    def _exact(self, row: Row, world: _World, outcome: str) -> Row:
        p = world.exact[outcome].p
        row |= {"outcome": outcome, "p": float(p), "exact": str(p), "method": "exact", "engine": ENGINE}
        if world is not self.base and outcome in self.base.exact:
            row["difference"] = float(p - self.base.exact[outcome].p)
        return row

    def _drawn(self, world: _World, found: Ensembles, place: int) -> list[Row]:
        """The rows of a world that was run; what is known exactly of it stands in place of what was drawn."""
        drawn = found.worlds[place]
        effects = found.effects.get(drawn.frame.world, {}) if place else {}
        state = "partial" if drawn.stopped else "done" if drawn.runs else "failed"
        rows = []
        for outcome, share in drawn.outcomes.items():
            row = self._of_world(world, state)
            if outcome in world.exact and outcome in self.base.exact:
                rows.append(self._exact(row, world, outcome))
            else:
                rows.append(row | self._sampled(drawn, outcome, share, effects.get(outcome)))
        return rows

    def _sampled(self, drawn: Ensemble, outcome: str, share: Share, paired: PairedEffect | None) -> Row:
        ran = drawn.runs + drawn.tally.failed
        row: Row = {
            "replication_first": 0,
            "replication_last": ran - 1,
            "outcome": outcome,
            "p": share.p,
            "low": share.low,
            "high": share.high,
            "method": share.method,
            "hits": share.hits,
            "runs": share.runs,
            "failed": drawn.tally.failed,
            "engine": drawn.engine,
        }
        if not drawn.runs and drawn.failures:
            row["reason"] = f"every run failed; replication {drawn.failures[0].replication}: {drawn.failures[0].text}"
        return row | (_difference(paired.effect) if paired is not None else {})


def _difference(effect: Effect) -> Row:
    low, high = effect.interval
    return {"difference": effect.difference, "difference_low": low, "difference_high": high}
