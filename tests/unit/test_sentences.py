"""Rules and conditions in English: readable, complete, and turned inside out by negation."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from simulator.scenario import phrases
from simulator.scenario.acts import ActSpec, DateRule, Delay
from simulator.scenario.conditions import Condition
from simulator.scenario.phrases import verb
from simulator.scenario.rules import Rule
from simulator.scenario.schema import Scenario
from simulator.scenario.sentences import (
    act_phrase,
    chance_phrase,
    condition_phrase,
    date_rule_phrase,
    delay_phrase,
    rule_sentence,
)

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
FULL = json.loads((Path(__file__).parent / "full_scenario.json").read_text(encoding="utf-8"))

CONDITIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"status": "cfe", "of": "RUS", "is": "in_force"}, "RUS is bound by cfe", "RUS is not bound by cfe"),
    (
        {"status": "cfe", "of": {"all_of": "nato"}, "is": ["suspended", "withdrawn"], "for_days": 1500},
        "every member of nato is suspended under or withdrawn from cfe for at least 1,500 days",
        "not every member of nato is suspended under or withdrawn from cfe for at least 1,500 days",
    ),
    (
        {"status": "cfe", "of": {"any_of": "nato"}, "is": "signed"},
        "a member of nato is a signatory of cfe",
        "no member of nato is a signatory of cfe",
    ),
    (
        {"treaty": "cfe", "is": ["open", "lapsed"]},
        "cfe is open for signature or lapsed",
        "cfe is neither open for signature nor lapsed",
    ),
    (
        {"status": "cfe", "of": "RUS", "is": ["in_force", "suspended"]},
        "RUS is bound by or suspended under cfe",
        "RUS is neither bound by nor suspended under cfe",
    ),
    (
        {"count": "cfe", "of": "nato", "is": "in_force", "at_least": 16},
        "at least 16 members of nato are bound by cfe",
        "fewer than 16 members of nato are bound by cfe",
    ),
    ({"count": "cfe", "is": "signed", "above": 2}, "more than 2 parties are signatories of cfe", ""),
    (
        {"toward": "USA", "of": "actor", "treaty": "cfe", "is": "countermeasure"},
        "the actor is under a countermeasure towards USA under cfe",
        "",
    ),
    (
        {"pending": "withdrawal", "treaty": "cfe"},
        "a party is awaiting its withdrawal from cfe",
        "no party is awaiting its withdrawal from cfe",
    ),
    ({"provisional": "cfe", "of": "RUS", "is": "partial"}, "RUS is applying cfe provisionally in part", ""),
    (
        {"flag": "domestic_approval", "treaty": "cfe", "of": "RUS"},
        "RUS has approved cfe at home",
        "RUS has not approved cfe at home",
    ),
    ({"organ_rights": "cfe", "of": "RUS", "is": "full"}, "RUS is in full possession of its rights in cfe", ""),
    ({"variable": "tension", "at_least": 5000}, "tension is at least 5,000", "tension is not at least 5,000"),
    ({"variable": "tension", "is": 0}, "tension is 0", "tension is not 0"),
    ({"happened": "summit", "within_days": 1}, "summit has happened in the last 1 day", "summit has not happened"),
    ({"happened": "summit", "within_days": 0}, "summit has happened that day", "summit has not happened that day"),
    ({"happened": {"kind": "exercise"}}, "an exercise has happened", "no exercise has happened"),
    (
        {"happened": {"act": "accede", "treaty": "nato"}},
        "a party has acceded to nato",
        "no party has acceded to nato",
    ),
    ({"date": {"from": "2000-01-01"}}, "the day is on or after 2000-01-01", "the day is not on or after"),
    ({"date": {"before": "2000-01-01"}}, "the day is before 2000-01-01", ""),
    ({"party": "subject", "in": "nato"}, "that party is a member of nato", "that party is not a member of nato"),
    ({"conflict": "RUS"}, "RUS is in an armed conflict", "RUS is not in an armed conflict"),
]


@pytest.mark.parametrize(("data", "said", "denied"), CONDITIONS)
def test_each_leaf_says_itself_and_its_opposite(data: dict[str, Any], said: str, denied: str) -> None:
    """A leaf is a clause; `not` denies it in place."""
    leaf = CONDITION.validate_python(data)
    assert condition_phrase(leaf) == said
    opposite = condition_phrase(CONDITION.validate_python({"not": data}))
    assert opposite != said
    assert opposite.startswith(denied)
    assert condition_phrase(CONDITION.validate_python({"not": {"not": data}})) == said


def test_negation_turns_groups_inside_out() -> None:
    """Not all becomes some not, not any becomes none; the brackets follow the nesting."""
    one, two = {"conflict": "RUS"}, {"variable": "tension", "is": 1}
    tree = CONDITION.validate_python({"not": {"all": [one, {"any": [two, one]}]}})
    assert condition_phrase(tree) == (
        "RUS is not in an armed conflict or (tension is not 1 and RUS is not in an armed conflict)"
    )
    some = CONDITION.validate_python({"not": {"at_least": {"n": 2, "of": [one, two]}}})
    assert condition_phrase(some) == "fewer than 2 of these hold: (RUS is in an armed conflict; tension is 1)"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"days": 0}, ""),
        ({"days": 1}, "after 1 day"),
        ({"months": 6}, "after 6 months"),
        ({"uniform_days": [300, 1500]}, "after 300 to 1,500 days"),
        ({"choice": [{"days": 5, "p": "1/2"}, {"days": 9, "p": "1/2"}]}, "after 5 days (1/2) or 9 days (1/2)"),
        ({"table": [{"days": 5, "p": "1/4"}]}, "after 5 days (1/4) (else never)"),
        ({"geometric": {"p": "1/20"}}, "from day 1 on with chance 1/20 a day"),
        (
            {"geometric": {"p": "p_exit", "from_days": 10, "to_days": 400}},
            "from day 10 on with chance p_exit a day, at the latest after 400 days",
        ),
    ],
)
def test_delays(data: dict[str, Any], text: str) -> None:
    """Units and probabilities are said; no delay is said by silence."""
    assert delay_phrase(Delay.model_validate(data)) == text


def test_long_choices_are_cut() -> None:
    """A sentence stays readable: six points and a count of the rest."""
    points = [{"days": n, "p": "1/10"} for n in range(10)]
    assert delay_phrase(Delay.model_validate({"choice": points})).endswith("5 days (1/10) or 4 more")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"days_after": 10}, "after 10 days"),
        ({"clear_days": 150}, "after 150 clear days"),
        ({"years": 1}, "after 1 year"),
        ({"first_of_nth_month_after": 6}, "on the first day of month 6 after"),
        ({"same_day": True}, "on the same day"),
        ({"as_stated": True}, "as stated"),
        ({"on": "2026-02-05"}, "on 2026-02-05"),
    ],
)
def test_date_rules(data: dict[str, Any], text: str) -> None:
    """Clear days are not days."""
    assert date_rule_phrase(DateRule.model_validate(data)) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"act": "sign", "treaty": "cfe", "party": ["USA", "GBR"]}, "USA and GBR sign cfe"),
        ({"act": "suspend_toward", "treaty": "cfe", "party": "USA", "toward": "*"}, "every other party"),
        (
            {"act": "extend", "treaty": "start", "party": "*", "until": "2026-02-05"},
            "the body of parties extends start",
        ),
        ({"act": "notify_suspension", "treaty": "cfe", "ground": "VCLT 62"}, "(ground: VCLT 62)"),
        ({"act": "domestic_step", "treaty": "cfe", "stage": "judicial", "dispute": "D1"}, "(stage: judicial, disp"),
    ],
)
def test_acts(data: dict[str, Any], text: str) -> None:
    """Who, what, towards whom, from when, on which ground."""
    assert text in act_phrase(ActSpec.model_validate(data))


def test_chances() -> None:
    """Certainty is silent; cases are read in order."""
    rules = Scenario.model_validate(FULL).rules
    assert chance_phrase(rules[0].chance) == "with chance p_exit"
    assert chance_phrase(rules[1].chance) == "with chance 1/10 if tension is at least 5, otherwise 1/100"
    assert chance_phrase(rules[2].chance) == ""
    open_end = Rule.model_validate(FULL["rules"][1] | {"chance": FULL["rules"][1]["chance"][:1]})
    assert chance_phrase(open_end.chance) == "with chance 1/10 if tension is at least 5, otherwise 0"


SENTENCES = {
    "drift": "Every month, for each member of west, with chance 1/10 if tension is at least 5, otherwise 1/100, "
    "after 2 months, that member lowers tension by 1 and brings about a shift.",
    "answer": "When summit happens, a shift happens, RUS becomes suspended under cfe, pact becomes in force, "
    "a party becomes withdrawn from cfe or rule moratorium has acted, after 5 days (1/2) or 10 days (1/2), "
    "one of these or nothing follows: (mild, chance 1/3) west suspends cfe towards RUS; (hard, chance 1/2) "
    "west notifies withdrawal from cfe (takes effect on the later of: after 6 months, on 2026-01-01).",
    "slow": "When a promise happens, from day 10 on with chance 1/20 a day, at the latest after 400 days, "
    "RURITANIA signs pact (takes effect on the same day).",
}


@pytest.mark.parametrize("rule_id", list(SENTENCES))
def test_rules(rule_id: str) -> None:
    """The whole rule in one sentence."""
    rule = next(rule for rule in Scenario.model_validate(FULL).rules if rule.id == rule_id)
    assert rule_sentence(rule) == SENTENCES[rule_id]


def test_roles_are_named() -> None:
    """`actor` and `subject` are said as what they stand for in this rule."""
    data = {
        "id": "r",
        "each": "nato",
        "trigger": [{"every": "day"}, {"act": "sign", "treaty": "cfe", "of": "nato"}],
        "when": {"all": [{"conflict": "actor"}, {"conflict": "subject"}]},
        "do": [
            {"happens": "act"},
            {"act": "object", "treaty": "cfe"},
            {"act": "adopt", "treaty": "cfe", "party": "USA"},
        ],
    }
    assert rule_sentence(Rule.model_validate(data)) == (
        "When a member of nato signs cfe and every day, for each member of nato, if that member is in an armed "
        "conflict and that party is in an armed conflict, that member brings about an act, objects under cfe and USA "
        "adopts cfe."
    )


def test_a_rule_of_a_bloc_acts_as_one() -> None:
    """A bloc decides once, so it stands as one subject."""
    data = {"id": "r", "actor": "nato", "trigger": {"kind": "x"}, "do": {"set": {"tension": {"to": 3}}}}
    assert rule_sentence(Rule.model_validate(data)) == "When a x happens, nato sets tension to 3."


def test_every_act_has_a_verb() -> None:
    """Acts of the table of acts are said in English; effects are never acts."""
    table = Path(phrases.__file__).parents[1] / "law" / "data" / "acts.csv"
    with table.open(encoding="utf-8", newline="") as file:
        words = [row["act"] for row in csv.DictReader(file) if row["by"] != "effect"]
    assert len(words) > 30
    assert [word for word in words if "'" in verb(word, "cfe")] == []


@pytest.mark.parametrize("form", ["one", "many", "has"])
def test_unknown_acts_are_quoted(form: str) -> None:
    """A word without a verb is not conjugated by guesswork."""
    assert "'ponder' under cfe" in verb("ponder", "cfe", form)
