"""Axes of a design: what is varied, over which values, and the edits that give a world one of them.

| target | values |
| --- | --- |
| `rule.ID.chance` | probabilities |
| `rule.ID.delay` | whole days after the trigger |
| `rule.ID` | `on` (as it stands), `off` |
| `parameter.ID` | probabilities |
| `variable.ID.start` | whole numbers |
| `event.ID.date` | dates |
| `event.ID.days` | whole days later, or earlier where negative |
| `event.ID` | `on`, `off` (it does not happen) |
| `clause.TREATY.PATH` | whole numbers, dates or words: `clause.cfe.withdrawal.notice.days_after` |
| `view` | views of disputed law |
| `branch` | ids of branches; `base` names the world that all points edit |

Values are a list (`0.1,0.3`), evenly spaced (`0.1..0.9:9`, both ends included) or all that lies between two ends
(`0.1..0.9`), from which a random design draws and in which a tipping point is sought.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, get_args

from simulator.errors import Diagnostic, ScenarioError
from simulator.scenario.acts import Delay
from simulator.scenario.branches import Event
from simulator.scenario.diagnostics import nearest
from simulator.scenario.edits import (
    AddEvent,
    ChangeClause,
    DropEvent,
    Edit,
    MoveEvent,
    SetChance,
    SetDelay,
    SetParameter,
    SetView,
    SwitchOff,
    edits_of,
)
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import ShippedLibrary
from simulator.scenario.values import View, ViewName

__all__ = ["BASE", "MAX_LEVELS", "Axis", "Setting", "axis_error", "read_axis", "read_level", "show"]

BASE: Final = "base"
MAX_LEVELS: Final = 10_000
_GRAIN: Final = 1_000_000  # drawn probabilities are whole millionths
_RANGE = re.compile(r"(?P<low>.+?)\.\.(?P<high>.+?)(?::(?P<count>[0-9]{1,9}))?")
_PROBABILITY = re.compile(r"[0-9]{1,9}/[0-9]{1,9}|[0-9]{1,9}(?:\.[0-9]{1,15})?|\.[0-9]{1,15}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_TARGETS: Final = (
    "rule.ID, rule.ID.chance, rule.ID.delay, parameter.ID, variable.ID.start, event.ID, event.ID.date, event.ID.days, "
    "clause.TREATY.PATH, view, branch"
)


def axis_error(message: str, hint: str = "") -> ScenarioError:
    """Return the error for something that cannot be varied like this."""
    return ScenarioError(diagnostics=[Diagnostic("TS606", message, hint=hint)])


@dataclass(frozen=True, slots=True)
class Setting:
    """What one value of an axis does to a world. `kept` names what must not be taken away by another axis."""

    edits: tuple[Edit, ...]
    sentence: str
    kept: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied. `levels` are its values as text; without any it has all values from `low` to `high`.

    Values are texts such as `0.3`, `1/3`, `90`, `2004-03-29`, `off`. `low` and `high` count days for dates.
    """

    target: str
    scale: str
    levels: tuple[str, ...]
    low: Fraction | None
    high: Fraction | None
    scenario: Scenario

    def at(self, part: float) -> str:
        """Return the value at a part (0 <= part < 1) of the axis, each level or whole number getting an equal part."""
        if self.levels:
            return self.levels[int(part * len(self.levels))]
        assert self.low is not None
        assert self.high is not None
        if self.scale == "probability":
            exact = self.low + (self.high - self.low) * Fraction(part)
            return show(Fraction(round(exact * _GRAIN), _GRAIN), self.scale)
        return show(self.low + int(part * int(self.high - self.low + 1)), self.scale)

    def setting(self, value: str) -> Setting:
        """Return the edits that give a world this value."""
        return _setting(self, value)


# -- reading -----------------------------------------------------------------------------------------------------------


def read_axis(target: str, values: str | Sequence[Any], scenario: Scenario) -> Axis:
    """Return the axis of a target and its values: text as on the command line, or a list.

    Raises ScenarioError for a target that the scenario does not have, and for values that are none of it.

    >>> import simulator as ts
    >>> scenario = ts.load("cfe-endgame").scenario
    >>> read_axis("parameter.p_deployment", "0.1..0.4:4", scenario).levels
    ('0.1', '0.2', '0.3', '0.4')
    >>> read_axis("event.enlargement-2004.days", [-30, 0], scenario).setting("-30").sentence
    'Event enlargement-2004 happens 30 days earlier.'
    """
    target = target.strip()
    scale = _scale(target, scenario)
    if isinstance(values, str) and (found := _RANGE.fullmatch(values.strip())):
        axis = _ranged(target, scale, found, scenario)
    else:
        items = [_text(target, one) for one in (values.split(",") if isinstance(values, str) else values)]
        axis = Axis(target, scale, tuple(canonical(target, one, scale) for one in items), None, None, scenario)
        if len(set(axis.levels)) != len(axis.levels) or not axis.levels:
            raise axis_error(f"{target}: the same value stands twice, or none", "list each value once")
    if len(axis.levels) > MAX_LEVELS:
        raise axis_error(f"{target}: an axis has at most {MAX_LEVELS:,} values, got {len(axis.levels):,}")
    for value in axis.levels or (show(axis.low or Fraction(0), scale),):
        axis.setting(value)
    return axis


def _text(target: str, item: Any) -> str:
    """An item of a list as text; a float means its decimal text."""
    if isinstance(item, str):
        return item.strip()
    if isinstance(item, int | float | Fraction | dt.date) and not isinstance(item, bool | dt.datetime):
        return repr(item) if isinstance(item, float) else str(item)
    hint = "write on or off" if isinstance(item, bool) else "a value is a number, a date or a word"
    raise axis_error(f"{target}: {str(item)[:40]!r} is no value of an axis", hint)


def _ranged(target: str, scale: str, found: re.Match[str], scenario: Scenario) -> Axis:
    if scale == "plain":
        scale = "date" if _DATE.fullmatch(found["low"].strip()) else "whole"
    if scale == "word":
        raise axis_error(f"{target}: names have no range, got {found[0][:60]!r}", "list them: a,b,c")
    low, high = (_number(target, found[end].strip(), scale) for end in ("low", "high"))
    if low >= high:
        raise axis_error(f"{target}: the range {found[0][:60]!r} does not rise", "write the smaller end first")
    if found["count"] is None:
        return Axis(target, scale, (), low, high, scenario)
    count = int(found["count"])
    most = MAX_LEVELS if scale == "probability" else min(int(high - low) + 1, MAX_LEVELS)
    if not 2 <= count <= most:
        raise axis_error(f"{target}: {count:,} values do not fit into {found[0][:60]!r}", f"ask for 2 to {most:,}")
    places = [low + (high - low) * step / (count - 1) for step in range(count)]
    whole = [one if scale == "probability" else Fraction(round(one)) for one in places]
    return Axis(target, scale, tuple(show(one, scale) for one in whole), low, high, scenario)


def canonical(target: str, text: str, scale: str) -> str:
    """Return a value in the one way in which it is written, or raise ScenarioError."""
    if scale == "plain":
        scale = "whole" if _WHOLE.fullmatch(text) else "date" if _DATE.fullmatch(text) else "word"
    if scale != "word":
        return show(_number(target, text, scale), scale)
    if not _WORD.fullmatch(text):
        raise axis_error(f"{target}: {text[:40]!r} is no value", "give values as in 0.1..0.9:9, 0.2,0.4 or on,off")
    return text


def read_level(text: str) -> Fraction:
    """Return the level of a tipping point. Raises ScenarioError unless it lies between 0 and 1.

    >>> read_level("0.25")
    Fraction(1, 4)
    """
    try:
        found = Fraction(text) if _PROBABILITY.fullmatch(text) else Fraction(0)
    except ZeroDivisionError:
        found = Fraction(0)
    if not 0 < found < 1:
        raise axis_error(f"{text[:40]!r} is no level that a probability crosses", "give one as in 0.5 or 1/3")
    return found


def _number(target: str, text: str, scale: str) -> Fraction:
    try:
        if scale == "date" and _DATE.fullmatch(text):
            return Fraction(dt.date.fromisoformat(text).toordinal())
        if scale == "whole" and _WHOLE.fullmatch(text):
            return Fraction(int(text))
        if scale == "probability" and _PROBABILITY.fullmatch(text) and Fraction(text) <= 1:
            return Fraction(text)
    except (ValueError, ZeroDivisionError):
        pass
    expected = {
        "date": "a day, as in 2004-03-29",
        "whole": "a whole number",
        "probability": "a probability from 0 to 1",
    }
    raise axis_error(f"{target}: {text[:40]!r} is not {expected[scale]}", f"give values of {target} only")


def show(number: Fraction | int, scale: str) -> str:
    """Return a number as a value of the scale: a date, a whole number, a decimal where it is one, else a fraction.

    >>> show(Fraction(3, 8), "probability"), show(Fraction(1, 3), "probability"), show(731_000, "date")
    ('0.375', '1/3', '2002-05-30')
    """
    number = Fraction(number)
    if scale == "date":
        return dt.date.fromordinal(int(number)).isoformat()
    if scale == "whole" or number.denominator == 1:
        return str(int(number))
    shift = next((digits for digits in range(1, 13) if 10**digits % number.denominator == 0), 0)
    if not shift:
        return str(number)
    digits = str(number.numerator * 10**shift // number.denominator).rjust(shift + 1, "0")
    return f"{digits[:-shift]}.{digits[-shift:]}"


# -- targets -----------------------------------------------------------------------------------------------------------


def _scale(target: str, scenario: Scenario) -> str:
    """How the values of a target are written; raises ScenarioError for what the scenario does not have."""
    parts = target.split(".")
    kind, name, rest = parts[0], ".".join(parts[1:2]), ".".join(parts[2:])
    scales = {
        "rule": {"": "word", "chance": "probability", "delay": "whole"},
        "parameter": {"": "probability"},
        "variable": {"start": "whole"},
        "event": {"": "word", "date": "date", "days": "whole"},
        "view": {"": "word"},
        "branch": {"": "word"},
    }
    if kind == "clause" and rest and all(re.fullmatch(r"[a-z0-9_]{1,64}", part) for part in parts[2:]):
        _known("treaty", name, _treaties(scenario))
        return "plain"
    if kind not in scales or rest not in scales[kind] or (not name) != (kind in ("view", "branch")):
        near = nearest(kind, [*scales, "clause"])
        raise axis_error(f"{target[:80]!r} is nothing that can be varied", near or f"the targets are {_TARGETS}")
    if name:
        _known(kind, name, _names(kind, scenario))
    return scales[kind][rest]


def _names(kind: str, scenario: Scenario) -> list[str]:
    if kind == "rule":
        return [one.id for one in scenario.rules]
    if kind == "event":
        return [one.id for one in scenario.events]
    return list(scenario.parameters if kind == "parameter" else scenario.variables)


def _treaties(scenario: Scenario) -> list[str]:
    return sorted({*scenario.treaties, *scenario.record.treaties})


def _known(what: str, name: str, names: Collection[str]) -> None:
    if name not in names:
        hint = nearest(name, list(names)) or f"it has {', '.join(sorted(names)[:20]) or 'none'}"
        raise axis_error(f"the scenario has no {what} {name[:60]!r}", hint)


# -- settings ----------------------------------------------------------------------------------------------------------


def _setting(axis: Axis, value: str) -> Setting:
    kind, _, rest = axis.target.partition(".")
    name, _, what = rest.partition(".")
    if axis.target in ("view", "branch"):
        return _view(value) if axis.target == "view" else _branch(axis.scenario, value)
    if kind in ("rule", "event") and not what:
        return _switch(kind, name, value)
    if kind == "variable":
        return _start(axis.scenario, name, value)
    edit = _edit(kind, name, what, value)
    return Setting((edit,), edit.sentence())


def _edit(kind: str, name: str, what: str, value: str) -> Edit:
    if kind == "parameter":
        return SetParameter(name, Fraction(value))
    if kind == "clause":
        first, *more = what.split(".")
        patch: Any = int(value) if _WHOLE.fullmatch(value) else value
        for key in reversed(more):
            patch = {key: patch}
        return ChangeClause(name, first, patch)
    if kind == "event":
        return MoveEvent(name, dt.date.fromisoformat(value)) if what == "date" else MoveEvent(name, by_days=int(value))
    if what == "chance":
        return SetChance(name, Fraction(value))
    if not 0 <= int(value) <= 40_000:
        raise axis_error(f"rule.{name}.delay: {value} is no delay", "a delay has 0 to 40,000 days")
    return SetDelay(name, Delay(days=int(value)))


def _switch(kind: str, name: str, value: str) -> Setting:
    if value not in ("on", "off"):
        raise axis_error(f"{kind}.{name}: {value!r} is neither on nor off", f"write {kind}.{name}=on,off")
    if value == "on":
        stays = "stays as it is" if kind == "rule" else "happens as it stands"
        return Setting((), f"{kind.title()} {name} {stays}.", ("off" if kind == "rule" else "drop", name))
    edit = SwitchOff(name) if kind == "rule" else DropEvent(name)
    return Setting((edit,), edit.sentence())


def _view(value: str) -> Setting:
    if value not in get_args(ViewName):
        raise axis_error(f"view: {value!r} is no view", f"the views are {', '.join(get_args(ViewName))}")
    edit = SetView(View.model_validate({"name": value}))
    return Setting((edit,), edit.sentence())


def _branch(scenario: Scenario, value: str) -> Setting:
    found = next((one for one in scenario.branches if one.id == value), None)
    if found is None and value == BASE:
        return Setting((), "No branch is applied.")
    if found is None:
        known = [BASE, *(one.id for one in scenario.branches)]
        hint = nearest(value, known) or f"the branches are {', '.join(known)}"
        raise axis_error(f"branch: the scenario has no branch {value!r}", hint)
    return Setting(edits_of(found), f"Branch {value} is applied.")


def _start(scenario: Scenario, name: str, value: str) -> Setting:
    """A variable's start, set on the eve of the period by an event that nothing reacts to."""
    variable, number = scenario.variables[name], int(value)
    if not variable.min <= number <= variable.max:
        span = f"{variable.min} to {variable.max}"
        raise axis_error(f"variable.{name}.start: {value} is outside the variable's bounds", f"it goes from {span}")
    first = scenario.period.from_
    for event in scenario.events:
        if name not in event.set:
            continue
        day = event.date or ShippedLibrary().event_day(event.from_record or "")
        if day is None or day < first:
            text = f"variable.{name}.start: event {event.id} sets the variable before the period begins"
            raise axis_error(text, "begin the period earlier, or leave the event's `set` out")
    eve = (first - dt.timedelta(days=1)).isoformat()
    given = {"id": f"start-of-{name}", "date": eve, "kind": "assumption", "set": {name: number}}
    return Setting((AddEvent(Event.model_validate(given)),), f"Variable {name} starts at {value}.")
