"""Branches that make no sense: contradictions, presuppositions, order, and statuses that the law allows nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.test_crosscheck import BASE, RULE, branch, problems

WEST = {"id": "each", "each": "west", "trigger": {"event": "summit"}, "do": {"happens": "noise"}}
AT = "cfe.USA=suspended"
FORCES: list[tuple[list[dict[str, Any]], int]] = [
    ([{"fires": True}, {"fires": False}], 1),
    ([{"fires": True}, {"fires": True}], 0),
    ([{"fires": True}, {"fires": True, "delay_days": 3}], 1),
    ([{"fires": True, "actor": "USA"}, {"fires": False}], 0),
    ([{"fires": False}, {"fires": True, "trigger": "summit"}], 0),
    ([{"fires": True, "actor": "USA"}, {"fires": False, "actor": "GBR"}], 0),
    ([{"fires": True, "actor": "USA"}, {"fires": False, "trigger": "summit"}], 1),
    ([{"fires": True, "actor": "USA"}, {"fires": True, "trigger": "summit"}], 0),
    ([{"fires": True, "actor": "USA", "trigger": AT}, {"fires": False, "trigger": f"{AT}#2"}], 1),
    ([{"fires": True, "trigger": AT}, {"fires": False, "trigger": f"{AT}#2", "actor": "USA"}], 0),
    (
        [
            {"fires": True, "actor": "USA"},
            {"fires": False, "trigger": "summit"},
            {"fires": True, "actor": "USA", "trigger": "summit"},
        ],
        0,
    ),
]


@pytest.mark.parametrize(("forces", "number"), FORCES)
def test_forces_contradict_each_other_where_the_order_would_decide(forces: list[dict[str, Any]], number: int) -> None:
    """One that names more outranks one that names less; two that cross, or say two things of the same, are refused."""
    for order in (forces, forces[::-1]):
        found = problems(rule=WEST, branch={"id": "b", "force": [{"rule": "each"} | one for one in order]})
        assert [problem.code for problem in found] == ["TS313"] * number
        assert all(problem.other[:3] == ("branches", 0, "force") for problem in found)


COHERENCE: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
    ({"force": [{"rule": "calm", "fires": True}], "chance": {"calm": "1/2"}}, "TS313", ("chance", "calm")),
    ({"force": [{"rule": "calm", "fires": False}], "delay": {"calm": {"days": 1}}}, "TS313", ("delay", "calm")),
    (
        {"drop": [{"event": "summit"}], "force": [{"rule": "calm", "fires": True, "trigger": "summit"}]},
        "TS313",
        ("force", 0, "trigger"),
    ),
    ({"force": [{"rule": "calm", "fires": True, "trigger": "fair"}]}, "TS315", ("force", 0, "trigger")),
    (
        {
            "drop": [{"record": {"treaty": "cfe", "act": "announce"}}],
            "move": [{"record": "cfe.RUS.announce.2007-04-26", "by_days": 1}],
        },
        "TS313",
        ("move", 0),
    ),
    (
        {"move": [{"record": {"treaty": "cfe", "party": "RUS"}, "by_days": days} for days in (1, 2)]},
        "TS313",
        ("move", 1),
    ),
    (
        {"status": [{"date": "2005-01-01", "treaty": "cfe", "of": "RUS", "is": s} for s in ("suspended", "in_force")]},
        "TS313",
        ("status", 1),
    ),
    ({"status": [{"date": "1990-06-01", "treaty": "cfe", "of": "RUS", "is": "signed"}]}, "TS319", ("status", 0)),
    ({"status": [{"date": "2005-06-01", "treaty": "cfe", "of": "RUS", "is": "terminated"}]}, "TS319", ("status", 0)),
    (
        {
            "status": [{"date": "2005-06-01", "treaty": "cfe", "of": "RUS", "is": "withdrawn"}],
            "clauses": {"cfe": {"withdrawal": {"allowed": False}}},
        },
        "TS319",
        ("status", 0),
    ),
]


@pytest.mark.parametrize(("edits", "code", "loc"), COHERENCE)
def test_edits_that_exclude_each_other_or_the_law(edits: dict[str, Any], code: str, loc: tuple[Any, ...]) -> None:
    """One problem, at the edit that is easier to change."""
    fair = {"id": "fair", "date": "2001-01-01", "kind": "fair"}
    found = problems(event=fair, branch={"id": "b"} | edits)
    assert [(problem.code, problem.loc) for problem in found] == [(code, ("branches", 0, *loc))]


def test_edits_that_go_together() -> None:
    """What looks like a contradiction and is none: a forced decision with another delay, the same edit twice."""
    day = {"date": "2005-01-01", "treaty": "cfe", "of": "RUS", "is": "suspended"}
    assert branch(force=[{"rule": "calm", "fires": True}], delay={"calm": {"days": 3}}) == []
    assert branch(force=[{"rule": "calm", "fires": True, "trigger": "summit"}], chance={"calm": "1/2"}) == []
    assert branch(status=[day, day], drop=[{"event": "summit"}, {"event": "summit"}]) == []


def test_what_presupposes_a_dropped_event_goes_with_it() -> None:
    """Events and rules, also by way of others; a rule that is off, or forced never to act, may stay."""
    chain = [
        {"id": name, "date": f"200{year}-01-01", "kind": "promise", "presupposes": need}
        for year, (name, need) in enumerate([("a", []), ("b", "a"), ("c", "b")])
    ]
    later = RULE | {"presupposes": ["c"]}
    scenario = {"events": [*BASE["events"], *chain], "rules": [*BASE["rules"], later]}

    def found(**edits: Any) -> list[tuple[str, str]]:
        return [(one.code, one.hint) for one in problems(**scenario, branches=[{"id": "x"} | edits])]

    drop = [{"event": name} for name in "abc"]
    off, b, c = ("TS317", "switch it off too: off: [r]"), ("TS317", "drop 'b' too"), ("TS317", "drop 'c' too")
    assert found(drop=drop[:1]) == [b, c, off]
    assert found(drop=drop[1:2]) == [c, off]
    assert found(drop=drop) == [off]
    assert found(drop=drop, off=["r"]) == found(drop=drop, force=[{"rule": "r", "fires": False}]) == []
    assert found(drop=drop, force=[{"rule": "r", "fires": False, "trigger": "summit"}]) == [off]
    # What only a dropped event sets off is never asked; what something else sets off too may be.
    later["trigger"] = {"event": "c"}
    assert found(drop=drop) == []
    later["trigger"] = [{"event": "c"}, {"event": "summit"}]
    assert found(drop=drop) == [off]
    added = {"id": "d", "date": "2005-01-01", "kind": "promise", "presupposes": "a"}
    assert found(drop=drop, off=["r"], add=[added]) == [("TS317", "drop 'd' too")]


def test_an_event_stays_behind_what_it_presupposes() -> None:
    """In the file, and in a branch that moves either of the two; the same day is early enough."""
    after = {"id": "after", "date": "2000-03-01", "kind": "promise", "presupposes": "summit"}
    (file,) = problems(event=after | {"date": "1999-12-31"})
    assert (file.code, file.loc) == ("TS318", ("events", 1, "presupposes"))

    def moved(**edits: Any) -> list[str]:
        return [one.code for one in problems(event=after, branch={"id": "b"} | edits)]

    assert moved(move=[{"event": "after", "to": "1999-12-31"}]) == ["TS318"]
    assert moved(move=[{"event": "summit", "by_days": 61}]) == ["TS318"]
    assert moved(move=[{"event": "summit", "by_days": 60}]) == []
    assert moved(move=[{"event": name, "by_days": -900} for name in ("summit", "after")]) == []
    assert moved(add=[after | {"id": "early", "date": "1995-01-01"}]) == ["TS318"]


def test_a_rule_presupposes_what_every_world_has() -> None:
    """An event that only a branch adds is nothing without which a rule cannot be imagined."""
    fair = {"id": "fair", "date": "2001-01-01", "kind": "promise"}
    found = problems(rule=RULE | {"presupposes": "fair"}, branches=[{"id": "b", "add": [fair]}])
    assert [(one.code, one.loc) for one in found] == [("TS207", ("rules", 2, "presupposes", 0))]
