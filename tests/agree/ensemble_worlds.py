"""Worlds for ensembles: one in which runs differ, some of them fail, and pairs of branches share their chance."""

from __future__ import annotations

from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import Program
from tests.agree.worlds import TREATY

# Runs in which the answer to `m` is a ping never come to rest: ping and pong set each other off.
WORLD = (
    TREATY % {"to": "2001-03-15"}
    + """
  - {id: e1, date: 2000-01-01, kind: enlargement}
  - {id: e2, date: 2000-01-11, kind: enlargement}
  - {id: m, date: 2000-01-21, kind: defence}
variables: {heat: {start: 0, min: 0, max: 9}}
rules:
  - id: answer
    actor: RUS
    trigger: {kind: enlargement}
    when: {status: toy, of: RUS, is: in_force}
    chance: 3/10
    after: {choice: [{days: 5, p: 1/2}, {days: 31, p: 1/2}]}
    still: {status: toy, of: RUS, is: in_force}
    do: {act: notify_suspension, treaty: toy}
  - id: leave
    actor: USA
    trigger: {becomes: suspended, treaty: toy, of: RUS}
    chance: 1/2
    after: {days: 20}
    do: {act: notify_withdrawal, treaty: toy}
  - {id: warm, actor: USA, trigger: {kind: enlargement}, chance: 1/4, do: {set: {heat: {add: 2}}}}
  - {id: start, actor: USA, trigger: {event: m}, chance: %(loops)s, do: {happens: ping}}
  - {id: ping, actor: USA, trigger: {kind: ping}, do: {happens: pong}}
  - {id: pong, actor: USA, trigger: {kind: pong}, do: {happens: ping}}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}}
  - {id: ended, when: {treaty: toy, is: terminated}}
  - {id: never, when: {status: toy, of: USA, is: suspended}}
branches:
  - {id: no-e1, drop: [{event: e1}]}
  - {id: calm, off: [start]}
"""
)


def world(branch: str | None = None, loops: str = "1/100") -> Program:
    """The world; `loops` is the share of its runs that fail."""
    return compile_scenario(load_text(WORLD % {"loops": loops}, "world"), branch=branch)
