"""A small scenario with closed forms, and its points and tables, for the tests of sweeps."""

from __future__ import annotations

from typing import Any

from simulator.ensemble import sweep as sweeps
from simulator.ensemble.design import Points, make_design
from simulator.ensemble.designaxes import read_axis
from simulator.scenario.load import Loaded, load_text
from tests.agree.worlds import TREATY

# P(lost) is the chance of `act` if its delay ends by 2000-01-31, else 0; `warm` counts whether the start is above 4.
PLAIN = (
    TREATY % {"to": "2000-03-31"}
    + """
  - {id: e, date: 2000-01-11, kind: crisis}
  - {id: later, date: 2000-02-01, kind: other, presupposes: [e]}
variables: {heat: {start: 2, min: 0, max: 9}}
parameters: {p_warm: {value: 1/4}}
rules:
  - id: act
    actor: RUS
    trigger: {event: e}
    chance: 1/2
    after: {days: 5}
    do: {act: notify_suspension, treaty: toy}
  - id: warm
    actor: USA
    trigger: {event: e}
    when: {variable: heat, at_least: 5}
    chance: p_warm
    do: {happens: alarm}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}, by: 2000-01-31}
  - {id: alarmed, when: {happened: {kind: alarm}}}
branches:
  - {id: calm, off: [act]}
  - {id: likely, chance: {act: 9/10}}
"""
)

# On the one day that is asked it is suspended only for delays of 17 to 20 days.
TURNS = PLAIN.replace("by: 2000-01-31}", "on: 2000-01-31}").replace(
    "do: {act: notify_suspension, treaty: toy}",
    "do: {act: notify_suspension, treaty: toy}\n  - {id: back, actor: RUS, trigger: {becomes: suspended, treaty: toy, of: RUS},"
    " after: {days: 4}, do: {act: resume, treaty: toy}}",
)


def loaded(text: str = PLAIN) -> Loaded:
    return load_text(text, "world.yaml")


def points(vary: dict[str, Any], text: str = PLAIN, **how: Any) -> Points:
    world = loaded(text)
    base = {name: how.pop(name) for name in ("branch", "view") if name in how}
    axes = [read_axis(target, values, world.scenario) for target, values in vary.items()]
    return Points(world, make_design(axes, **how), **base)


def column(found: sweeps.Sweep, name: str, outcome: str = "lost") -> list[Any]:
    return [row[name] for row in found.rows if row["outcome"] == outcome]


# -- closed forms ----------------------------------------------------------------------------------------------------
