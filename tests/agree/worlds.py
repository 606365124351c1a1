"""Small worlds with a known answer: a bilateral treaty in force, two enlargements and a missile-defence decision."""

TREATY = """
schema: 1
id: toy
title: A toy of two enlargements and missile defence
period: {from: 2000-01-01, to: %(to)s}
treaties:
  toy:
    title: A bilateral treaty
    parties: {model: bilateral, of: [RUS, USA]}
    clauses:
      entry_into_force: {rule: {exchange: true}}
      withdrawal: {notice: {months: 6}}
events:
  - {id: birth, date: 1999-01-01, kind: birth, acts: [
      {act: sign, treaty: toy, party: [RUS, USA]}, {act: exchange, treaty: toy, party: [RUS, USA]}]}
"""

# Days of the closed-form example: E1 day 0, E2 day 10, M day 20; answers are asked up to day 25.
CASE_1 = (
    TREATY % {"to": "2000-01-26"}
    + """
  - {id: e1, date: 2000-01-01, kind: enlargement}
  - {id: e2, date: 2000-01-11, kind: enlargement}
  - {id: m, date: 2000-01-21, kind: defence}
rules:
  - id: re
    actor: RUS
    trigger: {kind: enlargement}
    when: {status: toy, of: RUS, is: in_force}
    chance: 3/10
    after: {choice: [{days: 5, p: 1/2}, {days: 15, p: 1/2}]}
    still: {status: toy, of: RUS, is: in_force}
    do: {act: notify_suspension, treaty: toy}
  - id: rm
    actor: RUS
    trigger: {kind: defence}
    when: {status: toy, of: RUS, is: in_force}
    chance: 4/10
    after: {days: 5}
    still: {status: toy, of: RUS, is: in_force}
    do: {act: notify_suspension, treaty: toy}
outcomes:
  - {id: lost, when: {status: toy, of: RUS, is: suspended}}
branches:
  - {id: no-e1, drop: [{event: e1}]}
  - {id: no-e2, drop: [{event: e2}]}
  - {id: no-m, drop: [{event: m}]}
  - {id: no-e2-no-m, drop: [{event: e2}, {event: m}]}
  - {id: no-re, off: [re]}
  - {id: forced, force: [{rule: re, trigger: e2, fires: true, delay_days: 5}]}
"""
)


def case_9(day_of_m: str) -> str:
    """Two certain reactions: E2's effect on day 15; M's effect on `day_of_m`, blocked if it comes later."""
    delay = {"2000-01-16": 5, "2000-01-21": 10}[day_of_m]
    return (
        TREATY % {"to": "2000-01-26"}
        + f"""
  - {{id: e2, date: 2000-01-11, kind: enlargement}}
  - {{id: m, date: 2000-01-11, kind: defence}}
rules:
  - id: re
    actor: RUS
    trigger: {{event: e2}}
    after: {{days: 5}}
    still: {{status: toy, of: RUS, is: in_force}}
    do: {{act: notify_suspension, treaty: toy}}
  - id: rm
    actor: RUS
    trigger: {{event: m}}
    after: {{days: {delay}}}
    still: {{status: toy, of: RUS, is: in_force}}
    do: {{act: notify_suspension, treaty: toy}}
outcomes:
  - {{id: lost, when: {{status: toy, of: RUS, is: suspended}}}}
branches:
  - {{id: no-e2, drop: [{{event: e2}}]}}
  - {{id: no-m, drop: [{{event: m}}]}}
  - {{id: neither, drop: [{{event: e2}}, {{event: m}}]}}
"""
    )
