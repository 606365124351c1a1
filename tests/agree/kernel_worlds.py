"""Small worlds, each aimed at one thing that engines can get wrong and that random worlds seldom meet."""

from __future__ import annotations

from tests.agree.worlds import TREATY

# Where the order of two acts of a day shows: the last to set a variable has the last word.
ORDER = {
    "rules by id, not as they came": """
  - {id: e1, date: 2000-01-05, kind: first}
  - {id: e2, date: 2000-01-07, kind: second}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - {id: zeta, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 5}, do: {set: {x: 1}}}
  - {id: alpha, actor: RUS, trigger: {event: e2}, chance: 4/5, after: {days: 3}, do: {set: {x: 2}}}
""",
    "a higher priority first": """
  - {id: e1, date: 2000-01-05, kind: first}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - {id: alpha, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 5}, do: {set: {x: 1}}}
  - {id: zeta, actor: RUS, trigger: {event: e1}, priority: 2, chance: 4/5, after: {days: 5}, do: {set: {x: 2}}}
""",
    "happenings by the number of their name": """
  - {id: e1, date: 2000-01-05, kind: first}
  - {id: e2, date: 2000-01-05, kind: first}
  - {id: e3, date: 2000-01-05, kind: first}
  - {id: e4, date: 2000-01-05, kind: first}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - id: often
    actor: RUS
    trigger: {kind: first}
    after: {days: 2}
    choose:
      - {id: a, p: 1/4, do: {set: {x: 1}}}
      - {id: b, p: 1/4, do: {set: {x: 2}}}
      - {id: c, p: 1/4, do: {set: {x: 3}}}
""",
    "acts by their order in law": """
  - {id: e1, date: 2000-01-05, kind: first}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - id: alpha
    actor: RUS
    trigger: {event: e1}
    chance: 4/5
    after: {days: 2}
    still: {variable: x, at_least: 1}
    do: {act: notify_suspension, treaty: toy}
  - {id: zeta, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 2}, do: {set: {x: 1}}}
""",
    "what an act brings about before acts of a later rank": """
  - {id: e1, date: 2000-01-05, kind: first}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - {id: first, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 2}, do: {happens: more}}
  - {id: second, actor: RUS, trigger: {kind: more}, chance: 1/2, do: {set: {x: 1}}}
  - id: third
    actor: RUS
    trigger: {event: e1}
    chance: 4/5
    after: {days: 2}
    still: {variable: x, at_least: 1}
    do: {act: notify_suspension, treaty: toy}
""",
    "the tenth before the ninth": """
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - id: daily
    actor: RUS
    trigger: {every: day}
    when: {date: {before: 2000-01-12}}
    do: {act: announce, treaty: toy}
  - id: often
    actor: USA
    trigger: {act: announce, treaty: toy}
    after: {uniform_days: [1, 4]}
    choose:
      - {id: a, p: 1/3, do: {set: {x: 1}}}
      - {id: b, p: 1/3, do: {set: {x: 2}}}
      - {id: c, p: 1/3, do: {set: {x: 3}}}
""",
    "a suspension before a withdrawal of the same day": """
  - {id: e1, date: 2000-01-05, kind: first, acts: [{act: notify_withdrawal, treaty: toy, party: RUS}]}
  - id: e2
    date: 2000-01-08
    kind: second
    acts: [{act: notify_suspension, treaty: toy, party: RUS, effective: {on: 2000-07-05}}]
rules:
  - {id: idle, actor: USA, trigger: {event: e1}, chance: 1/2, do: {happens: nothing}}
""",
    "all acts of a group before what they bring about": """
  - {id: e1, date: 2000-01-05, kind: first}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - {id: alpha, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 2}, do: [{set: {x: 1}}, {happens: more}]}
  - {id: beta, actor: RUS, trigger: {kind: more}, priority: 2, chance: 4/5, do: {set: {x: 2}}}
  - {id: zeta, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 2}, do: {set: {x: 3}}}
""",
}
DECISIONS = {
    "months have their own lengths": """
  - {id: e1, date: 2000-01-10, kind: first}
rules:
  - {id: slow, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {months: 1}, do: {happens: late}}
outcomes:
  - {id: came, when: {happened: {kind: late}}}
""",
    "a wait of years": """
  - {id: e1, date: 2000-01-10, kind: first}
rules:
  - {id: slow, actor: RUS, trigger: {event: e1}, chance: 4/5, after: {days: 1300}, do: {happens: late}}
outcomes:
  - {id: came, when: {happened: {kind: late}}}
""",
    "one fate under two chances": """
variables: {x: {start: 0, min: 0, max: 99}}
rules:
  - id: tick
    actor: USA
    trigger: {every: day}
    noise: day
    chance: 1/2
    do: {set: {x: {add: 1}}}
  - id: fate
    each: both
    trigger: {every: day}
    noise: threshold
    chance: [{when: {variable: x, at_least: 12}, p: 1/5}, {when: {variable: x, at_least: 4}, p: 1/40}, {p: 1/90}]
    do: {act: notify_suspension, treaty: toy}
parties: {blocs: {both: {members: [RUS, USA]}}}
""",
}
FORCED = """
  - {id: e1, date: 2000-01-05, kind: first}
  - {id: e2, date: 2000-01-15, kind: second, acts: [{act: resume, treaty: toy, party: RUS}]}
  - {id: e3, date: 2000-01-20, kind: first}
variables: {x: {start: 0, min: 0, max: 9}}
rules:
  - id: halt
    actor: RUS
    trigger: [{kind: first}, {kind: second}]
    chance: 2/3
    do: {act: notify_suspension, treaty: toy}
  - id: reply
    each: both
    trigger: {becomes: suspended, treaty: toy, of: RUS}
    after: {uniform_days: [2, 6]}
    choose:
      - {id: a, p: 1/4, do: {set: {x: {add: 1}}}}
      - {id: b, p: 1/4, do: {set: {x: {add: 4}}}}
parties: {blocs: {both: {members: [RUS, USA]}}}
branches:
  - {id: second-time, force: [{rule: reply, trigger: toy.RUS=suspended#2, fires: true, outcome: b, delay_days: 0}]}
  - {id: one-of-them, force: [{rule: reply, actor: USA, fires: true, outcome: b}]}
  - {id: first-option, force: [{rule: reply, actor: USA, fires: true, outcome: a}]}
  - {id: never, force: [{rule: reply, actor: RUS, fires: false}]}
  - {id: one-event, force: [{rule: halt, trigger: e3, fires: true}, {rule: halt, trigger: e1, fires: false}]}
"""
OUTCOMES = {
    "what lasts, over several lengths of time": """
  - {id: e1, date: 2000-01-05, kind: first}
rules:
  - {id: halt, actor: RUS, trigger: {event: e1}, chance: 2/3, do: {act: notify_suspension, treaty: toy}}
outcomes:
  - {id: week, when: {status: toy, of: RUS, is: suspended, for_days: 7}}
  - {id: fortnight, when: {status: toy, of: RUS, is: suspended, for_days: 14}}
  - {id: month, when: {status: toy, of: RUS, is: suspended, for_days: 31}}
  - {id: in-time, when: {status: toy, of: RUS, is: suspended, for_days: 14}, by: 2000-01-20}
  - {id: on-a-quiet-day, when: {status: toy, of: RUS, is: suspended}, on: 2000-02-20}
""",
    "what is still due from before the first draw": """
  - {id: e0, date: 2000-01-02, kind: zero, acts: [{act: notify_suspension, treaty: toy, party: USA, effective: {days_after: 20}}]}
  - {id: e1, date: 2000-01-05, kind: first}
rules:
  - {id: halt, actor: RUS, trigger: {event: e1}, chance: 1/2, do: {act: notify_suspension, treaty: toy}}
outcomes:
  - {id: both, when: {count: toy, is: suspended, at_least: 2}}
""",
}
SMALL = {**ORDER, **DECISIONS, **OUTCOMES, "decisions that are forced": FORCED}

PEERS = """
schema: 1
id: peers
title: A treaty of five
view: %(view)s
period: {from: 2000-01-01, to: 2000-06-30}
treaties:
  pact:
    title: A pact
    parties: {model: closed, of: [DEU, FRA, ITA, POL, RUS]}
    clauses:
      entry_into_force: {rule: {count: 3}, delay: {days_after: 20}}
      withdrawal: {notice: %(notice)s, defer: {armed_conflict: %(defer)s}}
      floor: {parties: 3}
  empty: {title: Nobody is a party, parties: {model: closed, of: [DEU, FRA]}, clauses: {entry_into_force: {rule: {count: 2}}}}
events:
  - {id: birth, date: %(birth)s, kind: birth, acts: [{act: sign, treaty: pact, party: [DEU, FRA, ITA, POL, RUS]}]}
"""
PACTS = {
    "actors by name, not as they came": (
        {"defer": "any", "birth": "1999-01-01"},
        """
  - {id: joined, date: 1999-02-01, kind: birth, acts: [{act: deposit, treaty: pact, party: [DEU, FRA, ITA, POL, RUS]}]}
  - {id: e1, date: 2000-01-05, kind: first}
  - {id: e2, date: 2000-01-07, kind: first}
parties: {blocs: {five: {parties_of: pact}}}
rules:
  - id: late
    each: five
    trigger: {kind: first}
    chance: 1/2
    after: {choice: [{days: 3, p: 1/2}, {days: 5, p: 1/2}]}
    do: {act: notify_suspension, treaty: pact}
""",
    ),
    "a question of one day, on which another treaty moves": (
        {"defer": "any", "birth": "1999-01-01", "notice": "{same_day: true}"},
        """
  - {id: joined, date: 1999-02-01, kind: birth, acts: [{act: deposit, treaty: pact, party: [DEU, FRA, ITA, POL, RUS]}]}
  - {id: e1, date: 2000-01-05, kind: first}
  - {id: e2, date: 2000-02-20, kind: other, acts: [{act: sign, treaty: empty, party: DEU}]}
rules:
  - {id: go, actor: RUS, trigger: {event: e1}, chance: 1/2, do: {act: notify_withdrawal, treaty: pact}}
outcomes:
  - {id: out, when: {status: pact, of: RUS, is: withdrawn}, on: 2000-02-20}
""",
    ),
    "a run that stops between an exit and what it means": (
        {"defer": "any", "birth": "1999-01-01", "notice": "{same_day: true}"},
        """
  - {id: joined, date: 1999-02-01, kind: birth, acts: [{act: deposit, treaty: pact, party: [DEU, FRA, ITA, POL, RUS]}]}
  - {id: e1, date: 2000-01-05, kind: first, acts: [{act: notify_withdrawal, treaty: pact, party: RUS}]}
rules:
  - {id: start, actor: DEU, trigger: {event: e1}, chance: 1/2, do: {happens: ping}}
  - {id: ping, actor: DEU, trigger: {kind: ping}, do: {happens: pong}}
  - {id: pong, actor: DEU, trigger: {kind: pong}, do: {happens: ping}}
""",
    ),
    "a war puts off leaving, and its end lets go": (
        {"defer": "any", "birth": "1999-01-01"},
        """
  - {id: joined, date: 1999-02-01, kind: birth, acts: [{act: deposit, treaty: pact, party: [DEU, FRA, ITA, POL, RUS]}]}
  - {id: e1, date: 2000-01-05, kind: first}
  - {id: war, date: 2000-01-20, kind: war, conflict: {begins: [RUS, DEU], international: true}}
  - {id: rising, date: 2000-01-22, kind: war, conflict: {begins: [RUS], international: false}}
  - {id: peace, date: 2000-03-20, kind: peace, conflict: {ends: [RUS]}}
  - {id: calm, date: 2000-04-20, kind: peace, conflict: {ends: [DEU]}}
parties: {blocs: {five: {parties_of: pact}}}
rules:
  - {id: go, each: five, trigger: {event: e1}, chance: 3/4, after: {uniform_days: [1, 9]}, do: {act: notify_withdrawal, treaty: pact}}
outcomes:
  - {id: gone, when: {status: pact, of: RUS, is: withdrawn}}
  - {id: over, when: {treaty: pact, is: terminated}}
""",
    ),
    "members answer the one who set them off": (
        {"defer": "any", "birth": "1999-01-01"},
        """
  - {id: joined, date: 1999-02-01, kind: birth, acts: [{act: deposit, treaty: pact, party: [DEU, FRA, ITA, POL, RUS]}]}
  - {id: e1, date: 2000-01-05, kind: first}
parties: {blocs: {five: {parties_of: pact}, west: {members: [DEU, FRA]}, none: {parties_of: empty}}}
variables: {x: {start: 0, min: 0, max: 99}, y: {start: 0, min: 0, max: 99}}
rules:
  - id: go
    each: five
    trigger: {event: e1}
    chance: 3/4
    after: {uniform_days: [1, 9]}
    do: {act: suspend_toward, treaty: pact, toward: west}
  - id: stop
    each: five
    trigger: {act: suspend_toward, treaty: pact}
    chance: 1/3
    after: {uniform_days: [10, 40]}
    do: {act: resume, treaty: pact, toward: DEU}
  - id: claim
    each: west
    trigger: {event: e1}
    chance: 1/2
    after: {uniform_days: [1, 30]}
    do: {act: notify_suspension, treaty: pact}
  - id: against
    each: five
    trigger: [{act: notify_suspension, treaty: pact}, {act: suspend_toward, treaty: pact}]
    chance: 1/3
    after: {uniform_days: [0, 20]}
    do: {act: object, treaty: pact, toward: subject}
  - id: reply
    each: five
    trigger: {act: suspend_toward, treaty: pact}
    when: {any: [{party: subject, in: west}, {status: pact, of: actor, is: suspended}]}
    chance: [{when: {party: subject, in: west}, p: 2/3}, {p: 1/6}]
    do: {set: {x: {add: 1}}}
  - id: hurt
    each: five
    trigger: {act: suspend_toward, treaty: pact}
    when: {toward: actor, of: subject, treaty: pact, is: suspended}
    chance: [{when: {toward: actor, of: DEU, treaty: pact, is: suspended}, p: 1/9}, {p: 3/4}]
    do: {set: {y: {add: 1}}}
  - {id: steady, each: five, trigger: {event: e1}, when: {status: pact, of: actor, is: in_force, for_days: 400}, do: {set: {y: {add: 7}}}}
  - {id: nobody, actor: none, trigger: {event: e1}, do: {set: {y: {add: 50}}}}
""",
    ),
    "an entry into force, and who comes late, by chains of causes": (
        {"defer": "international", "birth": "2000-01-03"},
        """
  - {id: e1, date: 2000-01-05, kind: first}
parties: {blocs: {five: {members: [DEU, FRA, ITA, POL, RUS]}}}
variables: {x: {start: 0, min: 0, max: 99}}
rules:
  - {id: join, each: five, trigger: {event: e1}, chance: 5/6, after: {uniform_days: [1, 40]}, do: {act: deposit, treaty: pact}}
  - {id: cheer, each: five, trigger: {becomes: in_force, treaty: pact, of: "*"}, noise: path, chance: 1/2, do: {set: {x: {add: 1}}}}
  - {id: open, actor: FRA, trigger: {becomes: in_force, treaty: pact}, noise: path, chance: 1/2, do: {set: {x: {add: 9}}}}
outcomes:
  - {id: born, when: {treaty: pact, is: in_force}}
""",
    ),
}


def world(name: str) -> str:
    """The text of a world."""
    if name in PACTS:
        values, rest = PACTS[name]
        return PEERS % ({"view": "depositary", "notice": "{days_after: 30}"} | values) + rest
    return TREATY % {"to": "2003-12-31" if name == "a wait of years" else "2000-07-31"} + SMALL[name]


values, rest = PACTS["a war puts off leaving, and its end lets go"]
PACTS["only an international war puts off leaving"] = (values | {"defer": "international"}, rest)
for view in ("claimant", "objector", "strict"):
    values, rest = PACTS["members answer the one who set them off"]
    PACTS[f"members answer, under the view {view}"] = (values | {"view": view}, rest)
NAMES = (*SMALL, *PACTS)
