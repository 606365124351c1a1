"""Designs: which values the axes take together, and the world of each point as an ad-hoc branch.

A factorial design has every combination of the levels. A Latin hypercube and a Sobol sequence spread a number of points
over the axes: in the first each of n equal parts of every axis holds one point (McKay, Beckman and Conover,
Technometrics 21, 1979), the second fills the whole evenly (Sobol 1967; scrambled after Owen 1998). Both are drawn by
`scipy.stats.qmc` from a seed of the design, which has nothing to do with the seed of the runs.

A point that cannot be, because its edits exclude each other or a date falls before what it presupposes, is kept with
the reason.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from simulator.ensemble.designaxes import Axis, Setting, axis_error, read_axis
from simulator.errors import Diagnostic, EngineError, ExtraError, LawError, RecordError, ScenarioError
from simulator.marks import Document
from simulator.scenario.branches import Branch
from simulator.scenario.compile import compile_scenario, find_branch
from simulator.scenario.composition import compose_branches
from simulator.scenario.edits import branch_mapping, edits_of
from simulator.scenario.load import Loaded, validated
from simulator.scenario.merge import of_document
from simulator.scenario.program import Program
from simulator.scenario.schema import Scenario
from simulator.scenario.values import FormatVersion, Model, Text
from simulator.source import read_yaml

__all__ = ["INSTALL", "MAX_POINTS", "METHODS", "Design", "DesignFile", "Point", "Points", "make_design", "read_design"]

# Kept equal to the extra `design` by a test.
INSTALL: Final = "python -m pip install 'scipy>=1.15'"
MAX_POINTS: Final = 10_000
MAX_AXES: Final = 30
_MAX_BYTES: Final = 200_000
_MAX_TITLE: Final = 4_000

Method = Literal["factorial", "latin_hypercube", "sobol"]
METHODS: Final[tuple[str, ...]] = get_args(Method)


@dataclass(frozen=True, slots=True)
class Design:
    """Axes and the points over them: for each point one value (text) of each axis, in their order."""

    axes: tuple[Axis, ...]
    method: str
    seed: int | None
    rows: tuple[tuple[str, ...], ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """What is varied."""
        return tuple(axis.target for axis in self.axes)

    @property
    def digest(self) -> str:
        """The SHA-256 of targets and points."""
        text = json.dumps([self.targets, self.rows], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def make_design(axes: Sequence[Axis], method: str = "factorial", *, points: int | None = None, seed: int = 1) -> Design:
    """Return a design; `points` is how many a random one has, `seed` the one that it is drawn from.

    Raises ScenarioError for axes or numbers that do not fit the method, ExtraError where scipy is not installed.

    >>> import simulator as ts
    >>> scenario = ts.load("cfe-endgame").scenario
    >>> axes = [read_axis("rule.moratorium", "on,off", scenario), read_axis("event.deveselu.days", "0..60:3", scenario)]
    >>> make_design(axes).rows[:4]
    (('on', '0'), ('on', '30'), ('on', '60'), ('off', '0'))
    """
    if method not in METHODS:
        raise axis_error(f"there is no design {method!r}", f"the designs are {', '.join(METHODS)}")
    if not 1 <= len(axes) <= MAX_AXES:
        raise axis_error(
            f"a design has 1 to {MAX_AXES} axes, got {len(axes)}", "say what to vary: --vary TARGET=VALUES"
        )
    for axis in axes:
        if sum(other.target == axis.target for other in axes) > 1:
            raise axis_error(f"{axis.target} is varied twice", "give all its values in one axis")
    if method == "factorial":
        return _factorial(tuple(axes), points)
    if points is None:
        raise axis_error(f"a design {method} needs a number of points", "say how many: --points 64")
    if not 1 <= points <= MAX_POINTS:
        raise axis_error(f"a design has 1 to {MAX_POINTS:,} points, got {points:,}")
    rows = tuple(
        tuple(axis.at(part) for axis, part in zip(axes, row, strict=True))
        for row in _spread(axes, method, points, seed)
    )
    return Design(tuple(axes), method, seed, rows)


def _factorial(axes: tuple[Axis, ...], points: int | None) -> Design:
    for axis in axes:
        if not axis.levels:
            hint = f"say how many values: {axis.target}=LOW..HIGH:5; or choose a random design with --design"
            raise axis_error(f"{axis.target}: a factorial design needs single values, not a whole range", hint)
    count = math.prod(len(axis.levels) for axis in axes)
    if points is not None and points != count:
        raise axis_error(
            f"this factorial design has {count:,} points, not {points:,}", "leave the number of points out"
        )
    if count > MAX_POINTS:
        hint = "give fewer values, or choose sobol or latin_hypercube with a number of points"
        raise axis_error(f"this factorial design has {count:,} points; at most {MAX_POINTS:,} are possible", hint)
    return Design(axes, "factorial", None, tuple(itertools.product(*(axis.levels for axis in axes))))


def _spread(axes: Sequence[Axis], method: str, points: int, seed: int) -> list[list[float]]:
    """Points in the unit cube."""
    import numpy as np

    try:
        from scipy.stats import qmc
    except ImportError:
        problem = Diagnostic(
            "TS607", f"a design {method} needs scipy, which is not installed", hint=f"install it: {INSTALL}"
        )
        raise ExtraError(diagnostics=[problem]) from None
    chance = np.random.default_rng(seed)
    if method == "latin_hypercube":
        found = qmc.LatinHypercube(len(axes), rng=chance).random(points)
    else:
        if points & (points - 1):
            raise axis_error(
                f"a Sobol design has 2, 4, 8, 16 ... points, got {points:,}", f"ask for {1 << points.bit_length():,}"
            )
        found = qmc.Sobol(len(axes), scramble=True, rng=chance).random(points)
    rows: list[list[float]] = np.clip(found, 0.0, np.nextafter(1.0, 0.0)).tolist()
    return rows


# -- points ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """One world of a sweep: number 0 is the base, the others are those of the design from 1 on.

    `reason` says why it cannot be; then there is no branch.
    """

    number: int
    values: tuple[str, ...]
    sentence: str
    branch: Branch | None
    reason: str = ""

    def as_mapping(self) -> dict[str, Any]:
        """Return the plain data of its branch, as a scenario file would hold it."""
        assert self.branch is not None
        return branch_mapping(edits_of(self.branch), id=self.branch.id, title=self.sentence)


class Points:
    """The points of a design over one scenario; `branch` names the world that all of them edit.

    >>> import simulator as ts
    >>> loaded = ts.load("cfe-endgame")
    >>> axes = [read_axis("rule.moratorium.chance", "1/2", loaded.scenario)]
    >>> Points(loaded, make_design(axes)).point(1).sentence
    'Rule moratorium fires with chance 1/2.'
    """

    def __init__(self, loaded: Loaded, design: Design, *, branch: str | None = None, view: str | None = None) -> None:
        self.loaded, self.design, self.view = loaded, design, view
        self.base = find_branch(loaded.scenario, branch)
        self.name = _free_name(loaded.scenario)
        self.count = len(design.rows) + 1

    def point(self, number: int) -> Point:
        """Return a point, put together and checked by itself; whether it fits the scenario `program` finds out."""
        if number == 0:
            text = f"Branch {self.base.id} as it stands." if self.base else "The scenario as it stands."
            return Point(0, ("",) * len(self.design.axes), text, self.base)
        values = self.design.rows[number - 1]
        settings = [axis.setting(value) for axis, value in zip(self.design.axes, values, strict=True)]
        sentence = _joined([one.sentence for one in settings])
        try:
            return Point(number, values, sentence, self._branch(number, settings))
        except ScenarioError as error:
            return Point(number, values, sentence, None, _reason(error))

    def _branch(self, number: int, settings: Sequence[Setting]) -> Branch:
        parts = [self.base] if self.base else []
        for axis, one in zip(self.design.axes, settings, strict=True):
            name = axis.target.replace(".", "-").replace("_", "-")[:60].rstrip("-")
            parts.append(_checked(branch_mapping(one.edits, id=name)))
        sentence = _joined([one.sentence for one in settings])
        whole = compose_branches(*parts, id=f"{self.name}-{number}", title=sentence[:_MAX_TITLE])
        gone = {("off", rule) for rule in whole.off} | {("drop", one.event) for one in whole.drop if one.event}
        for one in settings:
            if one.kept in gone:
                raise ScenarioError(f"{one.sentence[:-1]}, but another edit of this point takes it away")
        return whole

    def program(self, point: Point) -> tuple[Program | None, str]:
        """Return the compiled world of a point, or None and why it cannot be."""
        if point.reason:
            return None, point.reason
        branch = self.base.id if point.number == 0 and self.base else point.branch
        try:
            return compile_scenario(self.loaded, mode="simulate", branch=branch, view=self.view), ""
        except (ScenarioError, LawError, RecordError, EngineError) as error:
            if point.number == 0:
                raise
            return None, _reason(error)


def _checked(mapping: Mapping[str, Any]) -> Branch:
    try:
        return Branch.model_validate(mapping)
    except ValidationError as error:
        raise ScenarioError("; ".join(str(one["msg"]) for one in error.errors())) from None


def _free_name(scenario: Scenario) -> str:
    """The beginning of ids for points that no branch of the scenario has."""
    name = "point"
    while any(one.id.startswith(f"{name}-") for one in scenario.branches):
        name += "-x"
    return name


def _joined(sentences: Sequence[str]) -> str:
    """Several sentences as one."""
    first, *more = (one.rstrip(".") for one in sentences)
    return "; ".join([first, *(one[0].lower() + one[1:] for one in more)]) + "."


def _reason(error: Exception) -> str:
    found = getattr(error, "diagnostics", ())
    return (
        "; ".join(f"{one.message} ({one.hint})" if one.hint else one.message for one in found) if found else str(error)
    )


# -- files -------------------------------------------------------------------------------------------------------------


def _listed(value: Any) -> Any:
    """A number alone is a list of one; true and false are no values of an axis."""
    items = value if isinstance(value, list | tuple) else [value]
    if not items or not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in items):
        text = "values are a text such as 0.1..0.9:9, or a list of numbers, dates and words"
        raise PydanticCustomError("axis_values", text)
    return value if isinstance(value, str) else tuple(items)


Values = Annotated[str | tuple[str | int | float, ...], BeforeValidator(_listed)]


class DesignFile(Model):
    """A file that says what to vary and how; the same as the options `--vary`, `--design`, `--points`."""

    schema_: FormatVersion = Field(alias="schema")
    title: Text | None = None
    note: Text | None = None
    method: Method = "factorial"
    points: Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS)] | None = None
    seed: Annotated[int, Field(strict=True, ge=0, le=2**63)] = 1
    vary: dict[Annotated[str, Field(max_length=200)], Values] = Field(min_length=1, max_length=MAX_AXES)

    @model_validator(mode="after")
    def _points_of_random_designs(self) -> DesignFile:
        if self.method != "factorial" and self.points is None:
            raise PydanticCustomError("design_points", "a design {method} needs points", {"method": self.method})
        return self


def read_design(path: str | Path, scenario: Scenario) -> Design:
    """Read a design file; it is as little trusted as a scenario, and bounded in the same way.

    Raises ScenarioError with file and line for everything that is wrong with it, LimitError where it is too large.
    """
    document = read_yaml(Path(path), display=str(path), max_bytes=_MAX_BYTES, max_depth=8, max_nodes=20_000)
    found = validated(of_document(document), DesignFile)
    axes, problems = [], []
    for target, values in found.vary.items():
        try:
            axes.append(read_axis(target, values, scenario))
        except ScenarioError as error:
            problems += [_placed(one, document, ("vary", target)) for one in error.diagnostics]
    if problems:
        raise ScenarioError(diagnostics=problems)
    try:
        return make_design(axes, found.method, points=found.points, seed=found.seed)
    except ScenarioError as error:
        place = ("points",) if "points" in document.data else ("vary",)
        raise ScenarioError(diagnostics=[_placed(one, document, place) for one in error.diagnostics]) from None


def _placed(one: Diagnostic, document: Document, loc: tuple[str, ...]) -> Diagnostic:
    return document.diagnostic(one.code, one.message, loc, key=True, hint=one.hint)
