"""Checks across a scenario: each has a file that it likes and one that it does not, and says where and what to do."""

from __future__ import annotations

import copy
import datetime as dt
import json
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.scenario.crosscheck import crosscheck
from simulator.scenario.library import Library, Problem
from simulator.scenario.references import REFERENCES
from simulator.scenario.schema import Scenario
from simulator.scenario.values import Model

FULL = json.loads((Path(__file__).parent / "full_scenario.json").read_text(encoding="utf-8"))


class Shelf:
    """A small library: two treaties with a few recorded acts."""

    treaty_ids: Collection[str] = ("cfe", "nato", "inf")
    party_ids: Collection[str] = ("RUS", "USA", "GBR")
    act_words: Collection[str] = (
        "accede",
        "announce",
        "deposit",
        "extend",
        "notify_suspension",
        "notify_withdrawal",
        "sign",
        "suspend_toward",
    )
    effect_words: Collection[str] = ("entered_into_force",)
    event_ids: Collection[str] = ("md-poland-2007",)
    readings: Mapping[str, Collection[str]] = {"D1": ("suspended", "breach"), "D3": ("bilateral", "multilateral")}

    def record_ids(self, treaty: str) -> Collection[str]:
        """The recorded acts of a treaty."""
        cfe = ("cfe.RUS.announce.2007-04-26", "cfe.RUS.notify_suspension.2007-07-14")
        return {"cfe": cfe, "nato": ("nato.EST.accede.2004-03-29",)}.get(treaty, ())

    def event_kind(self, event: str) -> str:
        """The kind of a shared event."""
        return {"md-poland-2007": "deployment"}[event]

    def event_day(self, event: str) -> dt.date | None:
        """One day for every shared event."""
        return dt.date(2007, 3, 22)


SHELF: Library = Shelf()
BASE: dict[str, Any] = {
    "schema": 1,
    "id": "a",
    "title": "A",
    "period": {"from": "1990-01-01", "to": "2010-01-01"},
    "record": {"treaties": ["cfe"]},
    "parties": {"blocs": {"west": ["USA", "GBR"]}},
    "sources": [{"id": "memoir", "title": "M"}],
    "variables": {"tension": {"min": 0, "max": 5}},
    "parameters": {"p_exit": {"value": "1/2"}},
    "events": [{"id": "summit", "date": "2000-01-01", "kind": "promise"}],
    "rules": [
        {"id": "calm", "actor": "RUS", "trigger": {"kind": "promise"}, "do": {"set": {"tension": 0}}},
        {
            "id": "answer",
            "actor": "RUS",
            "trigger": {"event": "summit"},
            "choose": [
                {"id": "mild", "p": "1/3", "do": {"act": "announce", "treaty": "cfe"}},
                {"id": "hard", "p": "1/3", "do": {"act": "notify_withdrawal", "treaty": "cfe"}},
            ],
        },
    ],
}
RULE = {"id": "r", "actor": "RUS", "trigger": {"event": "summit"}, "do": {"happens": "noise"}}


def problems(**changes: Any) -> list[Problem]:
    """The problems of the base scenario with sections replaced; `rule`, `event`, `branch` add one to theirs."""
    data = copy.deepcopy(BASE)
    for section, one in (("rules", "rule"), ("events", "event"), ("branches", "branch")):
        if one in changes:
            data[section] = [*data.get(section, []), changes.pop(one)]
    return crosscheck(Scenario.model_validate(data | changes), SHELF)


def rule(**changes: Any) -> list[Problem]:
    """The problems of the base scenario with one more rule."""
    return problems(rule=RULE | changes)


def branch(**changes: Any) -> list[Problem]:
    """The problems of the base scenario with one branch."""
    return problems(branch={"id": "b"} | changes)


def test_sound_scenarios_have_no_problems() -> None:
    """The sample with every construct passes, and so does the base of these tests."""
    assert crosscheck(Scenario.model_validate(FULL), SHELF) == []
    assert problems() == []


LOC = ("rules", 2)
STATUS = {"status": "cfe", "of": "RUS", "is": "in_force"}
NAMES: list[tuple[dict[str, Any], str, tuple[Any, ...], str]] = [
    ({"when": STATUS | {"status": "cef"}}, "TS201", (*LOC, "when", "status"), "did you mean 'cfe'?"),
    ({"when": STATUS | {"of": "RSU"}}, "TS204", (*LOC, "when", "of"), "did you mean 'RUS'?"),
    ({"when": STATUS | {"of": "west"}}, "TS204", (*LOC, "when", "of"), "{all_of: west}"),
    ({"when": STATUS | {"of": {"any_of": "wset"}}}, "TS203", (*LOC, "when", "of", "any_of"), "'west'"),
    ({"when": {"party": "USA", "in": "RUS"}}, "TS203", (*LOC, "when", "in"), "parties.blocs"),
    ({"when": {"count": "cfe", "of": "east", "is": "signed", "above": 1}}, "TS203", (*LOC, "when", "of"), "west"),
    ({"when": {"not": {"variable": "tensoin", "above": 1}}}, "TS205", (*LOC, "when", "not", "variable"), "'tension'"),
    ({"when": {"happened": "sumit"}}, "TS207", (*LOC, "when", "happened"), "'summit'"),
    ({"when": {"happened": {"kind": "promis"}}}, "TS218", (*LOC, "when", "happened", "kind"), "'promise'"),
    ({"when": {"happened": {"act": "sing", "treaty": "cfe"}}}, "TS211", (*LOC, "when", "happened", "act"), "'sign'"),
    ({"actor": "west2"}, "TS204", (*LOC, "actor"), "'west'"),
    ({"actor": "actor"}, "TS220", (*LOC, "actor"), ""),
    ({"trigger": {"every": "day"}, "when": {"conflict": "subject"}}, "TS220", (*LOC, "when", "conflict"), "actor"),
    ({"chance": "p_exti"}, "TS206", (*LOC, "chance"), "'p_exit'"),
    ({"after": {"geometric": {"p": "p_x"}}}, "TS206", (*LOC, "after", "geometric", "p"), "p_exit"),
    ({"trigger": {"event": "summitt"}}, "TS207", (*LOC, "trigger", 0, "event"), "'summit'"),
    ({"trigger": {"event": "md-poland-2007"}}, "TS207", (*LOC, "trigger", 0, "event"), "from_record: md-poland-2007"),
    ({"trigger": {"rule": "clam"}}, "TS208", (*LOC, "trigger", 0, "rule"), "'calm'"),
    ({"trigger": {"act": "sign", "treaty": "cfe", "of": "EST"}}, "TS204", (*LOC, "trigger", 0, "of"), ""),
    ({"source": "memoire"}, "TS210", (*LOC, "source", 0), "'memoir'"),
    ({"do": {"act": "sgin", "treaty": "cfe"}}, "TS211", (*LOC, "do", 0, "act"), "'sign'"),
    ({"do": {"act": "entered_into_force", "treaty": "cfe"}}, "TS212", (*LOC, "do", 0, "act"), "becomes"),
    ({"do": {"act": "sign", "treaty": "cfe", "dispute": "D9"}}, "TS216", (*LOC, "do", 0, "dispute"), "D1, D3"),
    ({"do": {"set": {"tensoin": 1}}}, "TS205", (*LOC, "do", 0, "set", "tensoin"), "'tension'"),
    ({"explains": "cfe.RUS.announce.2007-04-27"}, "TS214", (*LOC, "explains", 0), "2007-04-26"),
    ({"explains": {"treaty": "cfe", "act": "sign"}}, "TS215", (*LOC, "explains", 0), "widen"),
    ({"explains": {"treaty": "cfe", "from": "2007-08-01"}}, "TS215", (*LOC, "explains", 0), "widen"),
    ({"explains": {"treaty": "cfe", "act": "sgin"}}, "TS211", (*LOC, "explains", 0, "act", 0), "'sign'"),
    ({"explains": {"treaty": "cfe", "party": "RSU"}}, "TS202", (*LOC, "explains", 0, "party", 0), "'RUS'"),
    ({"explains": {"treaty": "nato"}}, "TS219", (*LOC, "explains", 0, "treaty"), "add nato to record.treaties"),
    ({"explains": "pact.RUS.sign.2000-01-01"}, "TS201", (*LOC, "explains", 0), ""),
    ({"presupposes": ["sumit"]}, "TS207", (*LOC, "presupposes", 0), "'summit'"),
]


@pytest.mark.parametrize(("change", "code", "loc", "hint"), NAMES)
def test_unknown_names_in_a_rule(change: dict[str, Any], code: str, loc: tuple[Any, ...], hint: str) -> None:
    """One unknown name is one problem, at its place, with the nearest known name."""
    (problem,) = rule(**change)
    assert (problem.code, problem.loc) == (code, loc)
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("changes", "code", "loc"),
    [
        ({"record": {"treaties": ["cfe", "cef"]}}, "TS201", ("record", "treaties", 1)),
        ({"parties": {"blocs": {"west": ["USA", "GRB"]}}}, "TS202", ("parties", "blocs", "west", "members", 1)),
        ({"parties": {"blocs": {"west": {"parties_of": "nat"}}}}, "TS201", ("parties", "blocs", "west", "parties_of")),
        ({"event": {"id": "e", "from_record": "md"}}, "TS213", ("events", 1, "from_record")),
        (
            {"event": {"id": "e", "date": "2000-01-01", "kind": "x", "actors": "XX"}},
            "TS204",
            ("events", 1, "actors", 0),
        ),
        (
            {"event": {"id": "e", "date": "2000-01-01", "kind": "x", "conflict": {"begins": ["XX"]}}},
            "TS202",
            ("events", 1, "conflict", "begins", 0),
        ),
        ({"view": {"name": "objector", "overrides": {"D2": "x"}}}, "TS216", ("view", "overrides", "D2")),
        ({"view": {"name": "objector", "overrides": {"D3": "x"}}}, "TS217", ("view", "overrides", "D3")),
        ({"outcomes": [{"id": "o", "when": {"conflict": "actor"}}]}, "TS220", ("outcomes", 0, "when", "conflict")),
        ({"observed": {"complete": ["cef"]}}, "TS201", ("observed", "complete", 0)),
        ({"branch": {"id": "b", "off": ["clam"]}}, "TS208", ("branches", 0, "off", 0)),
        ({"branch": {"id": "b", "chance": {"clam": 1}}}, "TS208", ("branches", 0, "chance", "clam")),
        ({"branch": {"id": "b", "parameters": {"p": 1}}}, "TS206", ("branches", 0, "parameters", "p")),
        ({"branch": {"id": "b", "clauses": {"cef": {"x": {}}}}}, "TS201", ("branches", 0, "clauses", "cef")),
        ({"branch": {"id": "b", "drop": [{"event": "sumit"}]}}, "TS207", ("branches", 0, "drop", 0, "event")),
        (
            {"branch": {"id": "b", "view": {"overrides": {"D3": "x"}}}},
            "TS217",
            ("branches", 0, "view", "overrides", "D3"),
        ),
        (
            {"branch": {"id": "b", "drop": [{"record": {"treaty": "cfe", "act": "sign"}}]}},
            "TS215",
            ("branches", 0, "drop", 0, "record"),
        ),
        (
            {"branch": {"id": "b", "move": [{"record": "cfe.RUS.sign.1990-11-19", "by_days": 1}]}},
            "TS214",
            ("branches", 0, "move", 0, "record"),
        ),
    ],
)
def test_unknown_names_elsewhere(changes: dict[str, Any], code: str, loc: tuple[Any, ...]) -> None:
    """Every section is looked through."""
    (problem,) = problems(**changes)
    assert (problem.code, problem.loc) == (code, loc)


def test_own_treaties_count_but_have_no_record() -> None:
    """An own treaty may be acted on; recorded acts of it cannot be selected."""
    own = {"treaties": {"pact": {"title": "P"}}}
    sign = RULE | {"do": {"act": "sign", "treaty": "pact"}}
    assert problems(**own, rule=sign) == []
    (problem,) = problems(**own, rule=sign | {"explains": {"treaty": "pact"}})
    assert problem.code == "TS201" and "own treaty without a record" in problem.message


def test_events_of_a_branch() -> None:
    """A rule may wait for an event that only a branch adds; another branch may not move it."""
    data = copy.deepcopy(BASE)
    data["rules"].append(RULE | {"trigger": {"event": "fair"}})
    data["branches"] = [
        {"id": "one", "add": [{"id": "fair", "date": "2001-01-01", "kind": "promise"}]},
        {"id": "two", "drop": [{"event": "fair"}]},
    ]
    (problem,) = crosscheck(Scenario.model_validate(data), SHELF)
    assert (problem.code, problem.loc) == ("TS207", ("branches", 1, "drop", 0, "event"))


def test_an_id_used_twice_names_both_places() -> None:
    """The second use is reported, with the first as the other place."""
    (problem,) = problems(rule=RULE | {"id": "calm"})
    assert (problem.code, problem.loc, problem.other) == ("TS301", ("rules", 2, "id"), ("rules", 0, "id"))
    assert "rules.0" in problem.message
    (added,) = branch(add=[{"id": "summit", "date": "2001-01-01", "kind": "promise"}])
    assert (added.code, added.loc, added.other) == ("TS301", ("branches", 0, "add", 0, "id"), ("events", 0, "id"))
    fair = {"id": "fair", "date": "2001-01-01", "kind": "promise"}
    assert problems(branches=[{"id": "one", "add": [fair]}, {"id": "two", "add": [fair]}]) == []


def status(day: str) -> dict[str, Any]:
    """An expectation on a day."""
    return STATUS | {"date": day}


POINTS = [{"days": 5, "p": "1/2"}, {"days": 6, "p": "1/4"}]
VALUES: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
    ({"period": {"from": "2010-01-01", "to": "1990-01-01"}}, "TS302", ("period", "to")),
    ({"outcomes": [{"id": "o", "when": STATUS, "by": "2010-01-02"}]}, "TS303", ("outcomes", 0, "by")),
    ({"outcomes": [{"id": "o", "when": STATUS, "on": "1989-12-31"}]}, "TS303", ("outcomes", 0, "on")),
    ({"expect": [status("2010-01-01"), status("2010-01-02")]}, "TS303", ("expect", 1, "date")),
    ({"observed": {"until": "2011-01-01"}}, "TS303", ("observed", "until")),
    ({"observed": {"statuses": [status("2011-01-01")]}}, "TS303", ("observed", "statuses", 0, "date")),
    ({"variables": {"tension": {"min": 1, "max": 5}}}, "TS304", ("variables", "tension", "start")),
    ({"variables": {"tension": {"min": 1, "max": -5}}}, "TS304", ("variables", "tension", "min")),
    ({"parameters": {"p_exit": {"value": 0.5, "range": [0, 0.4]}}}, "TS311", ("parameters", "p_exit", "value")),
    ({"parameters": {"p_exit": {"value": 0.5, "range": [1, 0]}}}, "TS307", ("parameters", "p_exit", "range")),
    ({"parties": {"blocs": {"west": ["USA"], "actor": ["GBR"]}}}, "TS316", ("parties", "blocs", "actor")),
    ({"parties": {"own": {"USA": {"name": "U"}}}}, "TS316", ("parties", "own", "USA")),
    ({"rule": RULE | {"after": {"uniform_days": [3, 2]}}}, "TS307", (*LOC, "after", "uniform_days")),
    (
        {"rule": RULE | {"after": {"geometric": {"p": 1, "from_days": 5, "to_days": 4}}}},
        "TS307",
        (*LOC, "after", "geometric", "to_days"),
    ),
    ({"rule": RULE | {"after": {"table": POINTS[::-1]}}}, "TS307", (*LOC, "after", "table", 1, "days")),
    ({"rule": RULE | {"after": {"choice": POINTS}}}, "TS306", (*LOC, "after", "choice")),
    (
        {"rule": RULE | {"after": {"table": [*POINTS, {"days": 7, "p": "p_exit"}]}}},
        "TS305",
        (*LOC, "after", "table"),
    ),
    ({"rule": RULE | {"noise": "month"}}, "TS308", (*LOC, "noise")),
    ({"rule": RULE | {"noise": "day", "trigger": [{"every": "day"}, {"event": "summit"}]}}, "TS308", (*LOC, "noise")),
    (
        {"rule": RULE | {"when": {"at_least": {"n": 2, "of": [STATUS]}}}},
        "TS312",
        (*LOC, "when", "at_least", "n"),
    ),
    (
        {"rule": RULE | {"when": {"date": {"from": "2000-01-01", "before": "2000-01-01"}}}},
        "TS307",
        (*LOC, "when", "date", "before"),
    ),
    ({"rule": RULE | {"chance": [{"p": 1}, {"p": 0}]}}, "TS314", (*LOC, "chance", 0)),
    (
        {"event": {"id": "e", "date": "2000-01-01", "kind": "x", "acts": [{"act": "sign", "treaty": "cfe"}]}},
        "TS310",
        ("events", 1, "acts", 0),
    ),
    ({"branch": {"id": "b", "chance": {"calm": [{"p": 1}, {"p": 0}]}}}, "TS314", ("branches", 0, "chance", "calm", 0)),
    ({"branch": {"id": "b", "chance": {"answer": 1}}}, "TS315", ("branches", 0, "chance", "answer")),
    ({"branch": {"id": "b", "force": [{"rule": "answer", "fires": True}]}}, "TS315", ("branches", 0, "force", 0)),
    (
        {"branch": {"id": "b", "force": [{"rule": "answer", "fires": True, "outcome": "soft"}]}},
        "TS209",
        ("branches", 0, "force", 0, "outcome"),
    ),
    (
        {"branch": {"id": "b", "force": [{"rule": "calm", "fires": True, "outcome": "mild"}]}},
        "TS209",
        ("branches", 0, "force", 0, "outcome"),
    ),
    (
        {"branch": {"id": "b", "force": [{"rule": "calm", "actor": "USA", "fires": True}]}},
        "TS315",
        ("branches", 0, "force", 0, "actor"),
    ),
    (
        {"branch": {"id": "b", "off": ["calm"], "force": [{"rule": "calm", "fires": True}]}},
        "TS313",
        ("branches", 0, "force", 0),
    ),
    (
        {"branch": {"id": "b", "off": ["calm"], "delay": {"calm": {"days": 1}}}},
        "TS313",
        ("branches", 0, "delay", "calm"),
    ),
    (
        {"branch": {"id": "b", "drop": [{"event": "summit"}], "move": [{"event": "summit", "by_days": 1}]}},
        "TS313",
        ("branches", 0, "move", 0),
    ),
    (
        {"branch": {"id": "b", "move": [{"event": "summit", "by_days": 1}, {"event": "summit", "by_days": 2}]}},
        "TS313",
        ("branches", 0, "move", 1),
    ),
    (
        {"branch": {"id": "b", "status": [{"date": "2020-01-01", "treaty": "cfe", "of": "RUS", "is": "signed"}]}},
        "TS303",
        ("branches", 0, "status", 0, "date"),
    ),
]


@pytest.mark.parametrize(("changes", "code", "loc"), VALUES)
def test_values_that_do_not_fit(changes: dict[str, Any], code: str, loc: tuple[Any, ...]) -> None:
    """Each pair of values that contradict each other is one problem, at the one that is easier to change."""
    found = [problem for problem in problems(**changes) if problem.code != "TS203"]
    assert [(problem.code, problem.loc) for problem in found] == [(code, loc)]


def test_options_may_leave_something_over_but_not_exceed_one() -> None:
    """Two thirds are fine, and so is exactly one; more is an error that names the sum."""
    options = copy.deepcopy(BASE["rules"][1]["choose"])
    for p, fine in (("1/3", True), ("2/3", True), (0.67, False)):
        options[1]["p"] = p
        data = copy.deepcopy(BASE)
        data["rules"][1]["choose"] = options
        found = crosscheck(Scenario.model_validate(data), SHELF)
        assert (found == []) is fine
    assert "301/300" in found[0].message and found[0].code == "TS305"


def test_probabilities_must_add_up_in_every_branch() -> None:
    """A parameter that a branch changes may break a sum that was right before."""
    data = copy.deepcopy(BASE)
    data["rules"][1]["choose"][1]["p"] = "p_exit"
    assert crosscheck(Scenario.model_validate(data), SHELF) == []
    data["branches"] = [{"id": "fine", "parameters": {"p_exit": "2/3"}}, {"id": "b", "parameters": {"p_exit": "3/4"}}]
    (problem,) = crosscheck(Scenario.model_validate(data), SHELF)
    assert (problem.code, problem.loc) == ("TS305", ("branches", 1, "parameters"))
    assert "13/12" in problem.message and problem.other == ("rules", 1, "choose")


def test_circles_of_events_are_named() -> None:
    """The message shows the whole circle, and events outside it are not blamed."""
    events = [
        {"id": name, "date": "2000-01-01", "kind": "promise", "presupposes": needs}
        for name, needs in (("summit", []), ("a", ["b"]), ("b", ["c", "summit"]), ("c", ["a"]), ("d", ["a"]))
    ]
    (problem,) = problems(events=events)
    assert (problem.code, problem.loc) == ("TS309", ("events", 1, "presupposes"))
    assert "a -> b -> c -> a" in problem.message
    (itself,) = problems(event={"id": "x", "date": "2000-01-01", "kind": "promise", "presupposes": "x"})
    assert "x -> x" in itself.message


def test_all_problems_are_found_at_once() -> None:
    """Nothing stops at the first mistake."""
    data = copy.deepcopy(BASE)
    data["rules"][0]["do"] = {"set": {"heat": 1}}
    data["outcomes"] = [{"id": "o", "when": STATUS | {"status": "cef"}, "by": "2050-01-01"}]
    found = {problem.code for problem in crosscheck(Scenario.model_validate(data), SHELF)}
    assert found == {"TS201", "TS205", "TS303"}


def test_a_file_full_of_mistakes_is_checked_quickly() -> None:
    """The search for near names is bounded, so that no file can make it long."""
    events = [{"id": f"e{n}", "date": "2000-01-01", "kind": "promise", "source": f"m{n}"} for n in range(5000)]
    rules = [RULE | {"id": f"r{n}", "trigger": {"event": f"f{n}"}} for n in range(2000)]
    data = Scenario.model_validate(BASE | {"events": events, "rules": rules})
    start = time.process_time()
    found = crosscheck(data, SHELF)
    assert len(found) >= 7000
    assert time.process_time() - start < 10


def test_every_part_that_names_something_is_in_the_table() -> None:
    """Each row of the table of references is a part of the scenario, and each field exists."""
    for part, fields in REFERENCES.items():
        assert issubclass(part, Model)
        assert set(fields) <= set(part.model_fields)
