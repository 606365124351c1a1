"""Hypothesis strategies for scenarios and branches: rules, conditions and outcomes on top of random cases.

A set of rules of one's own is tested by drawing edits of it, and running what they make of it:

>>> from hypothesis import given, settings
>>> from simulator.scenario.compile import compile_scenario
>>> from simulator.scenario.load import load_scenario
>>> from simulator.testing.invariants import check_program
>>> mine = load_scenario("open-skies-exit")
>>> @settings(max_examples=5, deadline=None, derandomize=True, database=None)
... @given(branches(mine), st.integers(0, 1000))
... def test_my_rules_obey_the_law(branch, seed):
...     assert check_program(compile_scenario(mine, branch=branch), seed=seed) == []
>>> test_my_rules_obey_the_law()
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from simulator.errors import ScenarioError
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_text
from simulator.scenario.program import Program
from simulator.scenario.schema import Scenario
from simulator.testing.cases import Case
from simulator.testing.strategies import PAIRS, cases

__all__ = ["Data", "branches", "compiled", "loaded", "rules", "scenarios"]

Data = dict[str, Any]

KINDS = ("summit", "quarrel")
NOISES = ("what", "what", "path", "rule")
ACTS = (
    *("notify_suspension", "notify_suspension", "notify_withdrawal", "notify_withdrawal", "resume", "object"),
    *("deposit", "accede", "withdraw_consent", "revoke_withdrawal", "become_extinct", "succeed", "allege_breach"),
    *("terminate_for_breach", "adopt_countermeasure", "lift_countermeasure", "suspend_toward", "declare", "extend"),
    *("establish_invalidity", "approve_domestically", "disclaim_intent", "apply_provisionally", "suspend_by_all"),
)
PAIRWISE = {"allege_breach", "adopt_countermeasure", "suspend_toward"}
STATUSES = ("signed", "ratified", "in_force", "suspended", "withdrawn", "terminated", "non_party")
TREATY_STATUSES = ("open", "in_force", "terminated", "lapsed", "suspended_as_whole")


class Names:
    """The names that a random scenario may use; `who` are parties and blocs, `inside` adds the roles of a rule."""

    def __init__(self, parties: Sequence[str], treaties: Sequence[str], events: Sequence[str], rules: int) -> None:
        self.parties, self.treaties, self.events = st.sampled_from(parties), st.sampled_from(treaties), list(events)
        blocs = ["some", *(f"of-{one}" for one in treaties)]
        self.who = st.sampled_from([*parties, *parties, *blocs])
        members = [{word: bloc} for word in ("all_of", "any_of") for bloc in blocs]
        self.whom: st.SearchStrategy[Any] = st.sampled_from([*parties, *parties, *members])
        self.inside = st.one_of(self.whom, st.sampled_from(["actor", "actor", "subject"]))
        self.rules = [f"r{number}" for number in range(rules)]

    def status(self, whom: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
        """Conditions on a party's status, with and without a length."""
        words = st.lists(st.sampled_from(STATUSES), min_size=1, max_size=3, unique=True)
        plain = {"status": self.treaties, "of": whom, "is": words}
        return st.one_of(
            st.fixed_dictionaries(plain), st.fixed_dictionaries(plain | {"for_days": st.sampled_from([1, 20, 200])})
        )

    def leaf(self, whom: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
        """Conditions of one word."""
        fixed, one_of, treaty = st.fixed_dictionaries, st.sampled_from, self.treaties
        statuses = st.lists(one_of(STATUSES[:5]), min_size=1, max_size=2, unique=True)
        stance = one_of(["suspended", "countermeasure", "non_performance"])
        what = st.one_of(
            one_of(self.events),
            fixed({"kind": one_of(KINDS)}),
            fixed({"act": one_of(ACTS), "treaty": treaty}),
            fixed({"act": one_of(ACTS), "treaty": treaty, "of": self.parties}),
        )
        return st.one_of(
            self.status(whom),
            fixed({"treaty": treaty, "is": one_of(TREATY_STATUSES)}),
            fixed({"count": treaty, "is": statuses, "at_least": st.integers(1, 4)}),
            fixed({"count": treaty, "of": one_of(["some"]), "is": statuses, "at_most": st.integers(0, 2)}),
            fixed({"toward": self.parties, "of": whom, "treaty": treaty, "is": stance}),
            fixed({"pending": one_of(["withdrawal", "suspension", "entry_into_force"]), "treaty": treaty}),
            fixed({"pending": one_of(["withdrawal", "suspension"]), "treaty": treaty, "of": whom}),
            fixed({"provisional": treaty, "of": whom, "is": one_of(["none", "partial", "full"])}),
            fixed({"flag": one_of(["domestic_approval", "intent_disclaimed"]), "treaty": treaty, "of": whom}),
            fixed({"variable": one_of(["x", "y"]), "at_least": st.integers(1, 3)}),
            fixed({"happened": what}),
            fixed({"happened": what, "within_days": one_of([0, 30, 400])}),
            fixed({"date": fixed({"from": one_of(["2000-06-15", "2003-01-01", "2008-02-29"])})}),
            fixed({"conflict": self.parties}),
            fixed({"party": self.parties, "in": one_of(["some", "of-alpha"])}),
        )

    def condition(self, whom: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
        """Conditions of one word, or two joined, or one denied."""
        leaf = self.leaf(whom)
        pair = st.lists(leaf, min_size=2, max_size=2)
        return st.one_of(
            leaf,
            leaf,
            st.fixed_dictionaries({"not": leaf}),
            st.fixed_dictionaries({"all": pair}),
            st.fixed_dictionaries({"any": pair}),
        )

    def trigger(self) -> st.SearchStrategy[Data]:
        """What sets a rule off."""
        fixed, one_of, treaty = st.fixed_dictionaries, st.sampled_from, self.treaties
        return st.one_of(
            fixed({"act": one_of(ACTS), "treaty": treaty}),
            fixed({"act": one_of(ACTS), "treaty": treaty, "of": self.who}),
            fixed({"event": one_of(self.events)}),
            fixed({"event": one_of(self.events)}),
            fixed({"kind": one_of(KINDS)}),
            fixed({"becomes": one_of(STATUSES[:6]), "treaty": treaty, "of": st.one_of(self.who, st.just("*"))}),
            fixed({"becomes": one_of(TREATY_STATUSES[1:]), "treaty": treaty}),
            fixed({"every": st.just("year")}),
            fixed({"rule": one_of(self.rules)}),
        )

    def action(self) -> st.SearchStrategy[Data]:
        """What a rule does."""
        fixed, one_of = st.fixed_dictionaries, st.sampled_from
        act = st.tuples(one_of(ACTS), self.treaties, self.parties, self.who, st.integers(0, 7)).map(_act)
        change = fixed({"set": fixed({"x": fixed({"add": st.integers(-1, 2)})})})
        other = fixed({"set": fixed({"y": fixed({"to": st.integers(0, 3)})})})
        return st.one_of(act, act, act, act, change, other, fixed({"happens": one_of(KINDS)}))


def _act(drawn: tuple[str, str, str, str, int]) -> Data:
    word, treaty, party, other, mix = drawn
    found: Data = {"act": word, "treaty": treaty}
    if mix in (1, 2):
        found["party"] = party
    if word in PAIRWISE or (word in ("resume", "object") and mix % 2):
        found["toward"] = other
    if word == "extend":
        found["until"] = "2007-03-01"
    return found


@st.composite
def rules(draw: st.DrawFn, names: Names, number: int) -> Data:
    """One rule."""
    one_of = st.sampled_from
    choices = [{"days": 0, "p": "1/4"}, {"days": 40, "p": "1/4"}, {"days": 500, "p": "1/2"}]
    found: Data = {"id": f"r{number}", "trigger": draw(st.lists(names.trigger(), min_size=1, max_size=2))}
    found["each" if draw(st.booleans()) else "actor"] = draw(names.who)
    if found.get("each") not in (None, "some", "of-alpha", "of-beta"):
        found["actor"] = found.pop("each")
    for word, chance in (("when", 2), ("still", 4)):
        if draw(st.integers(0, chance)) == 0:
            found[word] = draw(names.condition(names.inside))
    found["after"] = draw(one_of([{"days": 1}, {"days": 90}, {"months": 2}, {"choice": choices}]))
    if draw(st.integers(0, 5)) == 0:
        found |= {"trigger": [{"every": "year"}], "noise": draw(one_of(["day", "month", "threshold"]))}
    else:
        found["noise"] = draw(one_of(NOISES))
    found["priority"] = draw(st.integers(0, 1))
    if draw(st.integers(0, 4)) == 0:
        options = [{"id": f"o{n}", "p": "1/3", "do": [draw(names.action())]} for n in range(2)]
        return found | {"choose": options}
    cases_of = [{"when": draw(names.condition(names.inside)), "p": "1/3"}, {"p": "3/4"}]
    found["chance"] = draw(one_of(["1/2", "1/2", "1", cases_of]))
    return found | {"do": draw(st.lists(names.action(), min_size=1, max_size=2))}


@st.composite
def scenarios(draw: st.DrawFn, *, most_rules: int = 5, most_acts: int = 6) -> Data:
    """The data of a scenario file: one or two treaties that parties have joined, events, rules and outcomes."""
    case: Case = draw(cases(joined=True, most=most_acts, pair=draw(st.sampled_from([None, "apart", *PAIRS]))))
    data = case.scenario()
    treaties, parties = sorted(data["treaties"]), sorted(case.parties)
    for number, (after, p) in enumerate(draw(st.lists(_moments, min_size=2, max_size=4))):
        day = case.first + dt.timedelta(days=after)
        event: Data = {"id": f"e{number}", "date": day.isoformat(), "kind": KINDS[number % 2]}
        data["events"].append(event | ({"probability": p} if p else {}) | draw(_sets))
    names = Names(
        parties, treaties, [event["id"] for event in data["events"]], count := draw(st.integers(1, most_rules))
    )
    some = draw(st.lists(st.sampled_from(parties), min_size=1, max_size=3, unique=True))
    data["parties"]["blocs"] = {"some": {"members": some}} | {f"of-{one}": {"parties_of": one} for one in treaties}
    data["variables"] = {"x": {"start": 0, "min": -2, "max": 3}, "y": {"start": 0, "min": 0, "max": 3}}
    data["rules"] = [draw(rules(names, number)) for number in range(count)]
    asked = draw(st.lists(st.tuples(names.condition(names.whom), _ends), min_size=1, max_size=3))
    data["outcomes"] = [{"id": f"o{n}", "when": when} | end for n, (when, end) in enumerate(asked)]
    return data


_moments = st.tuples(st.sampled_from([20, 40, 200, 400, 900, 2000]), st.sampled_from(["", "", "", "1/2"]))
_sets = st.sampled_from([{}, {}, {"set": {"x": {"add": 1}}}])
_ends = st.sampled_from([{}, {}, {"by": "2004-06-30"}, {"by": "2001-01-31"}, {"on": "2003-12-31"}])


def loaded(data: Data) -> Loaded:
    """Load the data of a scenario as if it stood in a file; raises ScenarioError where it is not valid."""
    return load_text(json.dumps(data, default=str), "random.yaml")


def compiled(data: Data) -> Program:
    """Compile the data of a scenario; raises ScenarioError where its parts do not fit together."""
    return compile_scenario(loaded(data))


_CHANCES = st.sampled_from(["0", "1/10", "1/2", "9/10", "1"])


def _edits(scenario: Scenario) -> list[st.SearchStrategy[tuple[str, Any]]]:
    """The kinds of edits that there is something to do with: the key of a branch and one entry for it."""
    found: list[st.SearchStrategy[tuple[str, Any]]] = []
    if scenario.rules:
        names = st.sampled_from([rule.id for rule in scenario.rules])
        plain = [rule.id for rule in scenario.rules if not rule.choose]
        forced = st.fixed_dictionaries({"rule": names, "fires": st.booleans()})
        delay = st.integers(0, 400).map(lambda days: {"days": days})
        found += [_entry("off", names), _entry("force", forced), _entry("delay", st.tuples(names, delay))]
        found += [_entry("chance", st.tuples(st.sampled_from(plain), _CHANCES))] if plain else []
    if events := [event.id for event in scenario.events]:
        dropped = st.fixed_dictionaries({"event": st.sampled_from(events)})
        moved = st.fixed_dictionaries({"event": st.sampled_from(events), "by_days": st.integers(-200, 400)})
        found += [_entry("drop", dropped), _entry("move", moved)]
    if ranged := [(name, one.range) for name, one in scenario.parameters.items() if one.range]:
        ends = st.sampled_from([(name, str(end)) for name, (low, high) in ranged for end in (low, high)])
        found.append(_entry("parameters", ends))
    return found


def _entry(key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(key), values)


def branches(scenario: Loaded, *, most: int = 3) -> st.SearchStrategy[Data]:
    """The data of a branch of this scenario, with one to `most` edits that fit together.

    Rules are switched off, forced, made likelier or slower; events are dropped or moved; parameters go to an end of
    their range. Edits that the loader refuses are not drawn. Raises ValueError for a scenario with nothing to edit.

    >>> from hypothesis import Phase, find, settings
    >>> from simulator.scenario.load import load_scenario
    >>> first = settings(phases=[Phase.generate], derandomize=True, database=None)
    >>> branch = find(branches(load_scenario("open-skies-exit")), lambda branch: True, settings=first)
    >>> branch["id"], 2 <= len(branch) <= 4
    ('drawn', True)
    """
    kinds = _edits(scenario.scenario)
    if not kinds:
        raise ValueError(f"{scenario.scenario.id} has no rules, events or ranges that a branch could edit")

    def fits(branch: Data) -> bool:
        try:
            compile_scenario(scenario, branch=branch)
        except ScenarioError:
            return False
        return True

    return st.lists(st.one_of(kinds), min_size=1, max_size=most).map(_joined).filter(fits)


def _joined(edits: list[tuple[str, Any]]) -> Data:
    """Put edits into the data of one branch; of two for the same rule or parameter the later counts."""
    branch: Data = {"id": "drawn"}
    for key, value in edits:
        if key in ("chance", "delay", "parameters"):
            branch.setdefault(key, {}).update([value])
        elif value not in branch.setdefault(key, []):
            branch[key].append(value)
    return branch
