"""Every rule of a shipped scenario acts in one of 500 seeded runs: a rule that never acts would explain nothing."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

import simulator as ts
from simulator.analysis.firing import Firing, elsewhere, fired_in, firing
from simulator.engine.reference import ReferenceEngine
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_scenario, load_text
from simulator.scenario.shipped import list_shipped

SHIPPED = dict(list_shipped())
SEEDS = range(1, 501)
SLOW = {"ctbt-deratification"}  # a rule of small chance needs many seeds, and each run asks hundreds of times

# Rules that wait for what only a branch brings about, with that branch; in all others they never act.
IN_A_BRANCH = {
    # The Senate has not consented, so that the treaty is not in force unless fewer States suffice.
    ("ctbt-deratification", "exit-notice"): "sixty",
    # The last and least likely of a chain that the other States have to begin.
    ("ctbt-deratification", "north-korea-follows"): "willing-chain",
    # The other successor States are parties only if the treaty is read as multilateral (D3).
    ("inf-endgame", "successor-exit"): "multilateral",
    # The notice of 2020 had run out when there was a reason to take it back, unless it runs longer.
    ("open-skies-exit", "us-revocation"): "after-the-election",
}


@cache
def loaded(name: str) -> Loaded:
    return load_scenario(SHIPPED[name])


def rules_of(name: str) -> set[str]:
    return {rule.id for rule in loaded(name).scenario.rules}


def missing(name: str, branch: str | None, wanted: set[str]) -> str:
    """Say which of the rules never fired, how often they were triggered, and how that can be seen."""
    rows = firing(loaded(name), seeds=SEEDS, branch=branch, until_all=wanted)
    silent = [f"  {row.rule}: {row.remark}, triggered {row.triggered} times" for row in rows if is_silent(row, wanted)]
    if not silent:
        return ""
    where = f" in the branch {branch}" if branch else ""
    how = f"treatysim check {name} --rules {len(SEEDS)}"
    return "\n".join([f"rules of {name} that never fired{where} with the seeds 1 to {len(SEEDS)}", *silent, how])


def is_silent(row: Firing, wanted: set[str]) -> bool:
    return row.rule in wanted and not row.fired


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.slow] if one in SLOW else []) for one in sorted(SHIPPED)]
)
def test_every_rule_fires(name: str) -> None:
    """With some seed each rule decides to act and does, but for those that a branch alone can set off."""
    wanted = rules_of(name) - {rule for scenario, rule in IN_A_BRANCH if scenario == name}
    assert wanted
    report = missing(name, None, wanted)
    assert not report, report


@pytest.mark.parametrize(("scenario", "rule"), sorted(IN_A_BRANCH))
def test_a_rule_for_a_branch_fires_there(scenario: str, rule: str) -> None:
    """What waits for an edit acts in the branch that makes it."""
    report = missing(scenario, IN_A_BRANCH[scenario, rule], {rule})
    assert not report, report


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({scenario for scenario, _ in IN_A_BRANCH}))
def test_no_exception_is_out_of_date(name: str) -> None:
    """A rule stands among the exceptions only as long as it does not act without the branch."""
    rows = {row.rule: row for row in firing(loaded(name), seeds=SEEDS)}
    assert [row.rule for row in rows.values() if not row.fired] == sorted(
        (rule for scenario, rule in IN_A_BRANCH if scenario == name), key=list(rows).index
    )


# --- the counting itself ----------------------------------------------------------------------------------------------

TOY = """
schema: 1
id: toy
title: Six rules and what comes of them
period: {from: 2000-01-01, to: 2001-12-31}
treaties:
  one: {title: One, clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}, withdrawal: {notice: {days_after: 30}}}}
parties: {blocs: {pair: {members: [AUT, BEL]}}}
variables: {tension: {start: 0, min: 0, max: 9}}
events:
  - {id: a, date: 2000-02-01, kind: act, acts: [{act: accede, treaty: one, party: [AUT, BEL]}]}
  - {id: crisis, date: 2001-01-01, kind: crisis}
rules:
  - {id: sometimes, each: pair, trigger: {event: crisis}, chance: 1/2, do: {set: {tension: {add: 1}}}, theory: It fears.}
  - {id: leaves, actor: AUT, trigger: {event: crisis}, do: {act: notify_withdrawal, treaty: one}, theory: It leaves.}
  - {id: refused, actor: CHE, trigger: {event: crisis}, do: {act: notify_withdrawal, treaty: one}, theory: It is no party.}
  - {id: late, actor: BEL, trigger: {event: crisis}, after: {days: 900}, do: {act: notify_withdrawal, treaty: one}, theory: It waits.}
  - {id: never, actor: BEL, trigger: {event: crisis}, chance: 0, do: {act: notify_withdrawal, treaty: one}, theory: It never does.}
  - {id: untriggered, actor: BEL, trigger: {event: crisis}, when: {status: one, of: BEL, is: withdrawn}, do: {act: accede, treaty: one}, theory: It returns.}
branches:
  - {id: calm, drop: [{event: crisis}]}
  - {id: willing, chance: {never: 1}}
"""


@cache
def toy() -> Loaded:
    return load_text(TOY, "toy")


def test_decisions_are_counted_with_what_came_of_them() -> None:
    """Yes is not enough: what is refused, too late, or never asked for did not fire, and the row says which it was."""
    rows = {row.rule: row for row in firing(toy(), seeds=range(1, 41))}
    assert list(rows) == [rule.id for rule in toy().scenario.rules]
    counted = {name: (row.triggered, row.yes, row.fired, row.refused, row.first) for name, row in rows.items()}
    sometimes = counted.pop("sometimes")
    assert counted == {
        "leaves": (40, 40, 40, 0, 1),
        "refused": (40, 40, 0, 40, None),
        "late": (40, 40, 0, 0, None),
        "never": (40, 0, 0, 0, None),
        "untriggered": (0, 0, 0, 0, None),
    }
    assert sometimes[0] == 80
    assert sometimes[1] == sometimes[2]
    assert 20 < sometimes[2] < 60
    assert {name: row.remark for name, row in rows.items() if row.remark} == {
        "refused": "never fires: every act was refused or outdated",
        "late": "never fires: every act was due after the end of the period",
        "never": "never fires: every decision was no",
        "untriggered": "never triggered",
    }
    assert rows["leaves"].share == 1
    assert rows["never"].share == Fraction(0)
    assert rows["untriggered"].share is None


def test_the_count_is_that_of_single_runs() -> None:
    """Two ways to the same: the rows of many seeds, and what each run shows by itself."""
    engine = ReferenceEngine(compile_scenario(loaded("inf-endgame"), mode="simulate"))
    single = [fired_in(engine.run(seed=seed)) for seed in range(1, 31)]
    for row in firing(loaded("inf-endgame"), seeds=range(1, 31)):
        seeds = [seed for seed, fired in enumerate(single, start=1) if row.rule in fired]
        assert row.first == (seeds[0] if seeds else None)
        assert row.fired >= len(seeds)
        assert bool(row.fired) is bool(seeds)


def test_runs_end_when_all_that_is_waited_for_has_come() -> None:
    """No seed is run for nothing."""
    assert firing(toy(), seeds=SEEDS, until_all=["leaves"])[1].triggered == 1
    assert firing(toy(), seeds=range(1, 4), until_all=["leaves", "late"])[1].triggered == 3


def test_a_branch_in_which_a_rule_fires_is_found() -> None:
    """Branches are looked through seed by seed; what fires in none of them is not in the answer."""
    assert elsewhere(toy(), ["never", "late"], seeds=range(1, 4)) == {"never": ("willing", 1)}
    assert elsewhere(toy(), ["leaves"], seeds=range(5, 9)) == {"leaves": ("willing", 5)}
    assert elsewhere(toy(), [], seeds=SEEDS) == {}


def test_a_replay_fires_nothing() -> None:
    """In a replay rules never act."""
    assert fired_in(ts.replay("cfe-endgame")) == set()
