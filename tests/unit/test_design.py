"""Designs: what can be varied, how every axis is filled, and every refusal."""

from __future__ import annotations

import datetime as dt
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import simulator as ts
from simulator.ensemble import design as designs
from simulator.ensemble.design import Points, make_design, read_design
from simulator.ensemble.designaxes import Axis, read_axis
from simulator.errors import ExtraError, LimitError, ScenarioError
from simulator.scenario.branches import Branch
from tests.docs.pages import ROOT
from tests.unit.sweep_worlds import PLAIN, loaded, points


def axis(target: str, values: Any) -> Axis:
    return read_axis(target, values, loaded().scenario)


def test_factorial_designs_have_every_combination() -> None:
    """The last axis goes fastest; a point is one sentence and one branch."""
    axes = [axis("rule.warm", "on,off"), axis("rule.act.chance", "0.1..0.3:3"), axis("event.e.days", [0, 1])]
    rows = make_design(axes).rows
    assert len(rows) == len(set(rows)) == 12
    assert rows[:3] == (("on", "0.1", "0"), ("on", "0.1", "1"), ("on", "0.2", "0"))
    point = Points(loaded(), make_design(axes)).point(8)
    assert point.sentence == "Rule warm is switched off; rule act fires with chance 1/10; event e happens 1 day later."
    branch = Branch.model_validate(point.as_mapping())
    assert (branch.off, branch.chance, branch.move[0].by_days) == (("warm",), {"act": Fraction(1, 10)}, 1)
    assert branch.title == point.sentence


@pytest.mark.parametrize(
    ("target", "values", "levels"),
    [
        ("rule.act.chance", "0..1:4", ("0", "1/3", "2/3", "1")),
        ("rule.act.chance", ".1,1/4,0.50", ("0.1", "0.25", "0.5")),
        ("event.e.date", "2000-01-01..2000-01-31:3", ("2000-01-01", "2000-01-16", "2000-01-31")),
        ("rule.act.delay", "0..10:3", ("0", "5", "10")),
        ("event.e.days", "-30..30:3", ("-30", "0", "30")),
        ("event.e", ["off"], ("off",)),
        ("parameter.p_warm", 0.25, ("0.25",)),
        ("clause.toy.withdrawal.notice.months", "1..12:12", tuple(map(str, range(1, 13)))),
        ("event.e.date", [dt.date(2000, 1, 5)], ("2000-01-05",)),
    ],
)
def test_how_values_are_written(target: str, values: Any, levels: tuple[str, ...]) -> None:
    """Lists and evenly spaced ranges, exact."""
    assert axis(target, [values] if isinstance(values, float) else values).levels == levels


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_random_designs_fill_every_axis(method: str) -> None:
    """Of n points one lies in each n-th of an axis; levels come equally often; the seed decides."""
    axes = [
        axis("rule.act.chance", "0.2..0.6"),
        axis("event.e.date", "2000-01-01..2000-01-16"),
        axis("rule.warm", "on,off"),
    ]
    rows = make_design(axes, method, points=16, seed=5).rows
    chances = sorted(int((Fraction(row[0]) - Fraction("0.2")) / Fraction("0.4") * 16) for row in rows)
    assert chances == list(range(16))
    assert sorted(row[1] for row in rows) == [f"2000-01-{day:02}" for day in range(1, 17)]
    assert [row[2] for row in rows].count("on") == 8
    assert make_design(axes, method, points=16, seed=5).rows == rows
    assert make_design(axes, method, points=16, seed=6).rows != rows


def test_without_scipy_random_designs_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One command, kept equal to the extra; factorial designs need nothing."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert designs.INSTALL.endswith(f"install '{extra['design'][0]}'")
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ExtraError, match="TS607 a design sobol needs scipy") as error:
        make_design([axis("rule.act.chance", "0..1")], "sobol", points=4)
    assert designs.INSTALL in str(error.value)
    assert len(make_design([axis("rule.act.chance", "0..1:3")]).rows) == 3


FILE = """\
schema: 1
title: Chances and a date
method: sobol
points: 8
seed: 4
vary:
  rule.act.chance: 0.1..0.9
  event.e.days: [0, 10]
  rule.warm: [on, off]
"""


def test_a_design_file_is_the_same_as_the_options(tmp_path: Path) -> None:
    """Targets, method, points and seed."""
    path = tmp_path / "design.yaml"
    path.write_text(FILE)
    axes = [axis("rule.act.chance", "0.1..0.9"), axis("event.e.days", [0, 10]), axis("rule.warm", "on,off")]
    assert read_design(path, loaded().scenario).digest == make_design(axes, "sobol", points=8, seed=4).digest
    assert len(ts.sweep(loaded(), path, runs=5, jobs=1).points.design.rows) == 8


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("rule.act.chance", "rule.axt.chance"), 7, "TS606 the scenario has no rule 'axt'; did you mean 'act'"),
        (("0.1..0.9", "0.9..0.1"), 7, "does not rise"),
        (("0.1..0.9", "much"), 7, "'much' is not a probability"),
        (("[on, off]", "[true]"), 9, "values are a text such as"),
        (("method: sobol", "method: sobel"), 3, "sobel"),
        (("points: 8", "points: 9"), 4, "ask for 16"),
        (("points: 8", "points: 0"), 4, "too small"),
        (("points: 8\n", ""), 1, "a design sobol needs points"),
        (("seed: 4", "sead: 4"), 5, "unknown key 'sead'"),
        (("schema: 1", "schema: 2"), 1, "file format 2"),
        (("[0, 10]", "&a [0]"), 8, "anchor"),
    ],
)
def test_a_wrong_design_file_is_refused_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, said: str
) -> None:
    """As little trusted as a scenario: file, line, what is wrong."""
    path = tmp_path / "design.yaml"
    path.write_text(FILE.replace(*change))
    with pytest.raises(ScenarioError) as error:
        read_design(path, loaded().scenario)
    assert f"design.yaml:{line}:" in str(error.value)
    assert said in str(error.value)


def test_a_huge_design_file_is_not_read(tmp_path: Path) -> None:
    """Its size is asked before anything is read."""
    path = tmp_path / "design.yaml"
    path.write_text(FILE + "#" * 300_000)
    with pytest.raises(LimitError, match="too large"):
        read_design(path, loaded().scenario)


@pytest.mark.parametrize(
    ("target", "values", "said"),
    [
        ("rule.axt", "on", "did you mean 'act'"),
        ("event.x.date", "2000-01-01", "no event 'x'"),
        ("variable.cold.start", "1", "no variable 'cold'"),
        ("parameter.q", "1", "no parameter 'q'"),
        ("clause.cfx.withdrawal", "1", "no treaty 'cfx'"),
        ("clause.toy", "1", "nothing that can be varied"),
        ("rule.act.chanse", "1", "nothing that can be varied"),
        ("rulle.act", "on", "did you mean 'rule'"),
        ("branch", "base,nowhere", "no branch 'nowhere'"),
        ("view", "mine", "'mine' is no view"),
        ("rule.act", "on,maybe", "neither on nor off"),
        ("rule.act", "on..off", "names have no range"),
        ("rule.act.chance", "0.5,2", "'2' is not a probability"),
        ("rule.act.chance", "1/0", "is not a probability"),
        ("rule.act.chance", "0.1,0.10", "stands twice"),
        ("rule.act.chance", "0..1:1", "ask for 2 to"),
        ("rule.act.chance", "0..1:10001", "ask for 2 to 10,000"),
        ("rule.act.delay", "-1", "is no delay"),
        ("rule.act.delay", "1.5", "not a whole number"),
        ("rule.act.delay", "0..3:9", "ask for 2 to 4"),
        ("event.e.date", "2000-02-30", "is not a day"),
        ("variable.heat.start", "10", "outside the variable's bounds"),
        ("rule.act.chance", [True], "is no value of an axis"),
    ],
)
def test_what_cannot_be_varied_is_said(target: str, values: Any, said: str) -> None:
    """What was given, what was expected, and the nearest name."""
    with pytest.raises(ScenarioError) as error:
        axis(target, values)
    assert said in str(error.value)


def test_a_start_that_is_overwritten_before_the_period_is_refused() -> None:
    """An event of the history sets the variable: its start would mean nothing."""
    text = PLAIN.replace("kind: birth, acts", "kind: birth, set: {heat: 3}, acts")
    with pytest.raises(ScenarioError, match="event birth sets the variable before the period"):
        read_axis("variable.heat.start", "1", loaded(text).scenario)


@pytest.mark.parametrize(
    ("vary", "how", "said"),
    [
        ({"rule.act.chance": "0..1"}, {}, "needs single values"),
        ({"rule.act.chance": "0..1:101", "rule.act.delay": "0..100:101"}, {}, "10,201 points; at most 10,000"),
        ({"rule.act": "on,off"}, {"points": 3}, "has 2 points, not 3"),
        ({"rule.act": "on,off"}, {"method": "sobol"}, "needs a number of points"),
        ({"rule.act": "on,off"}, {"method": "sobol", "points": 6}, "ask for 8"),
        ({"rule.act": "on,off"}, {"method": "latin_hypercube", "points": 10_001}, "1 to 10,000 points"),
        ({"rule.act": "on,off"}, {"method": "grid"}, "the designs are factorial"),
        ({}, {}, "1 to 30 axes, got 0"),
    ],
)
def test_designs_that_cannot_be(vary: dict[str, Any], how: dict[str, Any], said: str) -> None:
    """Each says what to do."""
    with pytest.raises(ScenarioError) as error:
        points(vary, **how)
    assert said in str(error.value)
