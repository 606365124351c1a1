"""The scenario models: what they take, what they refuse, and in which words."""

from __future__ import annotations

import copy
import datetime as dt
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from simulator.scenario.acts import DateRule, Delay, RecordKey, Selector
from simulator.scenario.branches import Branch, Event
from simulator.scenario.rules import Rule, TriggerBecomes
from simulator.scenario.schema import Expectation, Parameter, Scenario
from simulator.scenario.values import ParameterRef, plain

FULL = json.loads((Path(__file__).parent / "full_scenario.json").read_text(encoding="utf-8"))
MINIMAL = {"schema": 1, "id": "a", "title": "A", "period": {"from": "1990-01-01", "to": "1991-01-01"}}
RULE = {"id": "r", "actor": "RUS", "trigger": {"every": "month"}, "do": {"happens": "x"}}


def refusal(model: type[BaseModel], data: Any) -> tuple[tuple[str | int, ...], str, str]:
    """Place, type and message of the only error."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    (error,) = caught.value.errors()
    return error["loc"], error["type"], error["msg"]


def test_four_keys_are_enough() -> None:
    """A scenario needs schema, id, title and period; the rest is empty and the view is the depositary's."""
    scenario = Scenario.model_validate(MINIMAL)
    assert scenario.view.name == "depositary"
    assert scenario.events == () and scenario.parties.blocs == {} and scenario.record.treaties == ()


def test_every_construct_reads_and_writes_back() -> None:
    """Plain data of a model read again gives an equal model."""
    scenario = Scenario.model_validate(FULL)
    assert Scenario.model_validate(plain(scenario)) == scenario
    assert Scenario.model_validate(json.loads(json.dumps(plain(scenario)))) == scenario


def test_values_are_typed() -> None:
    """Dates are dates, probabilities are exact, one is a tuple of one, parameters are references."""
    scenario = Scenario.model_validate(FULL)
    moratorium, drift, answer = scenario.rules[:3]
    assert scenario.period.from_ == dt.date(1990, 11, 19)
    assert moratorium.chance == ParameterRef("p_exit")
    assert isinstance(drift.chance, tuple) and drift.chance[1].p == Fraction(1, 100)
    assert [option.p for option in answer.choose] == [Fraction(1, 3), Fraction(1, 2)]
    assert moratorium.do[0].effective.kind == "clear_days" and moratorium.do[0].effective.value == 150
    assert moratorium.after is not None and moratorium.after.uniform_days == (300, 1500)
    assert scenario.parties.blocs["west"].members == ("USA", "GBR")
    assert scenario.events[1].set["tension"].to == 3 and scenario.events[0].set["tension"].add == 2
    assert scenario.branches[2].view is not None and scenario.branches[2].view.name == "strict"


def test_a_date_may_already_be_a_date() -> None:
    """The loader may hand over dates; a date with a time of day is refused."""
    period = {"from": dt.date(1990, 1, 1), "to": "1991-01-01"}
    assert Scenario.model_validate(MINIMAL | {"period": period}).period.from_ == dt.date(1990, 1, 1)
    timed = {"from": dt.datetime(1990, 1, 1), "to": "1991-01-01"}
    assert refusal(Scenario, MINIMAL | {"period": timed})[1] == "day"


@pytest.mark.parametrize(
    ("change", "loc", "kind", "words"),
    [
        ({"titel": "A"}, ("titel",), "extra_forbidden", ""),
        ({"schema": 2}, ("schema",), "format_version", "file format 2"),
        ({"schema": True}, ("schema",), "format_version", "file format true"),
        ({"id": "No Id"}, ("id",), "spelling", "'No Id' is not an id"),
        ({"id": 7}, ("id",), "spelling", "7 is not an id"),
        ({"title": 7}, ("title",), "string_type", ""),
        ({"question": None}, (), "empty", "'question' is empty"),
        ({"period": {"from": "1990-02-30", "to": "1991-01-01"}}, ("period", "from"), "no_such_day", "1990-02-30"),
        ({"period": {"from": "1990", "to": "1991-01-01"}}, ("period", "from"), "day", "write YYYY-MM-DD"),
        ({"period": {"from": 1990, "to": "1991-01-01"}}, ("period", "from"), "day", "1990 is not a date"),
        ({"period": {"from": "19900101", "to": "1991-01-01"}}, ("period", "from"), "day", "19900101"),
        ({"view": "mine"}, ("view", "name"), "literal_error", "'depositary'"),
        ({"variables": {"t": {"min": True, "max": 3}}}, ("variables", "t", "min"), "int_type", ""),
        ({"variables": {"t": {"min": 0.0, "max": 3}}}, ("variables", "t", "min"), "int_type", ""),
        ({"parties": {"own": {"rus": {"name": "R"}}}}, ("parties", "own", "rus", "[key]"), "spelling", "'rus'"),
        ({"parties": {"blocs": {"west": []}}}, ("parties", "blocs", "west", "members"), "list_length", "got 0"),
        ({"treaties": {"pact": ["x"]}}, ("treaties", "pact"), "free_mapping", "a mapping is expected"),
        ({"observed": {"complete": "cfe"}}, ("observed", "complete"), "tuple_type", ""),
    ],
)
def test_what_a_scenario_refuses(change: dict[str, Any], loc: tuple[Any, ...], kind: str, words: str) -> None:
    """One mistake gives one error, in its place, with the value in the message."""
    where, what, message = refusal(Scenario, MINIMAL | change)
    assert (where, what) == (loc, kind)
    assert words in message


@given(st.integers(0, 10**18 - 1), st.integers(1, 10**18 - 1))
def test_fractions_stay_exact(above: int, below: int) -> None:
    """A fraction in text is that fraction, or refused with its text if it exceeds 1."""
    text = f"{above}/{below}"
    if above <= below:
        assert Parameter.model_validate({"value": text}).value == Fraction(above, below)
    else:
        assert text in refusal(Parameter, {"value": text})[2]


@given(st.decimals(0, 1, places=6))
def test_a_float_means_its_decimal_text(number: Any) -> None:
    """0.3 is three tenths and not its binary neighbour."""
    assert Parameter.model_validate({"value": float(number)}).value == Fraction(str(number))


@given(st.floats())
def test_no_float_is_clipped(number: float) -> None:
    """A float is taken exactly or refused; nothing is moved into the interval, and nothing else happens."""
    try:
        value = Parameter.model_validate({"value": number}).value
    except ValidationError as error:
        assert error.errors()[0]["type"] in ("probability", "probability_range")
        assert not 0 <= number <= 1
    else:
        assert float(value) == number


@pytest.mark.parametrize("value", ["0.3", ".3", "3/10", "03/10", 0.3])
def test_spellings_of_three_tenths(value: Any) -> None:
    """Text, fraction and float of the same number are the same value."""
    assert Parameter.model_validate({"value": value}).value == Fraction(3, 10)


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (1.5, "probability_range", "1.5"),
        (-0.1, "probability_range", "-0.1"),
        ("3/2", "probability_range", "3/2"),
        ("-1/2", "probability", "probability '-1/2' is not between 0 and 1"),
        ("1/0", "probability", "1/0"),
        ("1e-999999999", "probability", "1e-999999999"),
        ("30%", "probability", "30%"),
        (True, "probability", "true"),
        ([0.3], "probability", "[0.3]"),
        (float("nan"), "probability", "nan"),
        ("No Name", "probability", "neither a probability"),
    ],
)
def test_what_is_no_probability(value: Any, kind: str, words: str) -> None:
    """Out of range is an error with the value in it, never clipped; huge exponents cost nothing."""
    _, what, message = refusal(Rule, RULE | {"do": (), "choose": [{"id": "o", "p": value, "do": {"happens": "x"}}]})
    assert what == kind
    assert words in message


def test_parts_are_frozen() -> None:
    """Nothing that is executed edits its description."""
    rule = Rule.model_validate(RULE)
    with pytest.raises(ValidationError):
        rule.priority = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"each": "nato"}, "one_key", "exactly one of actor, each is needed, got actor, each"),
        ({"do": []}, "one_key", "exactly one of do, choose is needed, got none"),
        ({"trigger": []}, "list_length", "got 0"),
        ({"trigger": {"on": "monday"}}, "head", "act, event, kind, becomes, every, rule"),
        ({"do": {"act_": "sign"}}, "head", "act, set, happens"),
        ({"do": {"set": {}}}, "too_short", ""),
        ({"after": {"days": 1, "months": 2}}, "one_key", "got days, months"),
        ({"after": {"days": -1}}, "greater_than_equal", ""),
        ({"after": {"uniform_days": [1]}}, "list_length", "2 items are expected, got 1"),
        ({"after": {"weeks": 1}}, "extra_forbidden", ""),
        ({"noise": "loud"}, "literal_error", "'what'"),
        ({"chance": []}, "list_length", "got 0"),
        ({"trigger": {"becomes": "lapsed", "treaty": "cfe", "of": "RUS"}}, "becomes", "leave out 'of'"),
        ({"do": {"act": "sign", "treaty": "cfe", "effective": {"same_day": False}}}, "only_true", "write true"),
        ({"explains": "cfe.RUS"}, "spelling", "the id of a recorded act"),
    ],
)
def test_what_a_rule_refuses(change: dict[str, Any], kind: str, words: str) -> None:
    """One mistake gives one error with the way out."""
    _, what, message = refusal(Rule, RULE | change)
    assert what == kind
    assert words in message


def test_options_carry_the_chances() -> None:
    """`chance` and `choose` do not go together: their product would be a hidden third number."""
    options = [{"id": "o", "p": 1, "do": {"happens": "x"}}]
    data = {"id": "r", "actor": "RUS", "trigger": {"every": "day"}, "choose": options}
    assert Rule.model_validate(data).choose[0].p == 1
    assert refusal(Rule, data | {"chance": 1})[1] == "chance_and_choose"


@pytest.mark.parametrize(
    ("word", "of", "whole"),
    [("in_force", None, True), ("terminated", None, True), ("suspended", None, False), ("in_force", "RUS", False)],
)
def test_becomes_tells_treaty_from_party(word: str, of: str | None, whole: bool) -> None:
    """Without `of`, a word of the treaty's machine means the treaty; any other word means any party."""
    data = {"becomes": word, "treaty": "cfe"} | ({"of": of} if of else {})
    assert TriggerBecomes.model_validate(data).of_treaty is whole


def test_an_event_has_one_date() -> None:
    """An event has a date of its own and a kind, or takes both from the record."""
    assert refusal(Event, {"id": "e", "kind": "x"})[1] == "one_key"
    assert refusal(Event, {"id": "e", "date": "2000-01-01"})[1] == "event_kind"
    assert Event.model_validate({"id": "e", "from_record": "md-poland-2007"}).kind is None


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"drop": [{}]}, "one_key"),
        ({"drop": [{"event": "e", "record": "cfe.RUS.sign.1990-11-19"}]}, "one_key"),
        ({"move": [{"event": "e"}]}, "one_key"),
        ({"move": [{"event": "e", "to": "2000-01-01", "by_days": 3}]}, "one_key"),
        ({"force": [{"rule": "r", "fires": False, "delay_days": 3}]}, "force"),
        ({"force": [{"rule": "r", "fires": "no"}]}, "bool_type"),
        ({"force": [{"rule": "r", "fires": 1}]}, "bool_type"),
        ({"status": [{"date": "2000-01-01", "treaty": "cfe", "of": "RUS", "is": "out"}]}, "literal_error"),
        ({"chance": {"r": 2}}, "probability_range"),
        ({"clauses": {"cfe": {"withdrawal": {"allowed": object()}}}}, "free_mapping"),
    ],
)
def test_what_a_branch_refuses(change: dict[str, Any], kind: str) -> None:
    """Each edit says one thing."""
    assert refusal(Branch, {"id": "b"} | change)[1] == kind


def test_clause_patches_are_bounded() -> None:
    """A free mapping is at most 12 levels deep and holds plain data under text keys."""
    deep: Any = 1
    for _ in range(20):
        deep = {"a": deep}
    assert refusal(Branch, {"id": "b", "clauses": {"cfe": deep}})[1] == "free_mapping"
    assert refusal(Branch, {"id": "b", "clauses": {"cfe": {1: 2}}})[1] == "free_mapping"
    assert refusal(Branch, {"id": "b", "clauses": {"cfe": {"a": list(range(30_000))}}})[1] == "free_mapping"


def test_an_expectation_holds_its_condition_inline() -> None:
    """The keys beside the date are the condition; errors in them point at those keys."""
    data = {"date": "2007-12-12", "status": "cfe", "of": "RUS", "is": "suspended"}
    assert Expectation.model_validate(data).when.is_ == ("suspended",)
    loc, kind, _ = refusal(Expectation, data | {"off": 1})
    assert kind == "extra_forbidden" and loc == ("when", "#status", "off")
    assert refusal(Expectation, {"date": "2007-12-12"})[1] == "condition_head"


@pytest.mark.parametrize(
    ("data", "kind"),
    [({"clear_days": 150}, "clear_days"), ({"later_of": [{"months": 6}, {"on": "2026-02-05"}]}, "later_of")],
)
def test_date_rules_say_one_thing(data: dict[str, Any], kind: str) -> None:
    """A date rule is one key."""
    assert DateRule.model_validate(data).kind == kind


def test_a_delay_of_nothing_is_still_a_delay() -> None:
    """Zero days is a value and not a missing one."""
    delay = Delay.model_validate({"days": 0})
    assert (delay.kind, delay.value) == ("days", 0)


@pytest.mark.parametrize(
    ("selector", "record_id", "hit"),
    [
        ({"treaty": "cfe"}, "cfe.RUS.sign.1990-11-19", True),
        ({"treaty": "cfe"}, "nato.RUS.sign.1990-11-19", False),
        ({"treaty": "cfe", "act": ["sign", "deposit"]}, "cfe.RUS.deposit.1992-07-09", True),
        ({"treaty": "cfe", "party": "RUS"}, "cfe.GBR.sign.1990-11-19", False),
        ({"treaty": "cfe", "party": "*"}, "cfe.*.adopt.1990-11-19", True),
        ({"treaty": "cfe", "from": "1990-11-19", "to": "1990-11-19"}, "cfe.RUS.sign.1990-11-19~2", True),
        ({"treaty": "cfe", "from": "1990-11-20"}, "cfe.RUS.sign.1990-11-19", False),
        ({"treaty": "cfe", "from": "1990-11-20"}, "cfe.RUS.sign.1990-11", True),
        ({"treaty": "cfe", "to": "1990-06-30"}, "cfe.RUS.sign.1990", True),
        ({"treaty": "cfe", "to": "1989-12-31"}, "cfe.RUS.sign.by1990-11-19", False),
        ({"treaty": "cfe", "to": "1989-12-31"}, "cfe.RUS.sign.unknown", False),
        ({"treaty": "cfe"}, "cfe.RUS.sign.unknown", True),
    ],
)
def test_selectors(selector: dict[str, Any], record_id: str, hit: bool) -> None:
    """Both ends are included; a month or year matches if any of its days does."""
    assert Selector.model_validate(selector).matches(record_id) is hit


def test_the_days_of_a_record_id() -> None:
    """February of a leap year ends on the 29th."""
    key = RecordKey.read("cfe.RUS.announce.2008-02")
    assert (key.first, key.last) == (dt.date(2008, 2, 1), dt.date(2008, 2, 29))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.sampled_from(["", "cfe", "RUS", "1/2", "x" * 99]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["all", "act", "of", "is"]), inner),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.data())
def test_nothing_but_a_validation_error_comes_of_a_bad_file(draw: st.DataObject) -> None:
    """Whatever stands somewhere in a file, it is read or refused; no other error escapes."""
    data = copy.deepcopy(FULL)
    here = data
    for _ in range(draw.draw(st.integers(0, 6))):
        step = draw.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[step], dict | list) or not here[step]:
            break
        here = here[step]
    step = draw.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
    here[step] = draw.draw(JUNK)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        assert error.error_count() > 0
    else:
        assert Scenario.model_validate(plain(scenario)) == scenario


def test_the_import_stays_light() -> None:
    """Checking a file needs neither arrays nor graphs nor state machines."""
    code = (
        "import sys, simulator.scenario.crosscheck, simulator.scenario.edits\n"
        "print([m for m in ('numpy', 'networkx', 'transitions', 'difflib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
