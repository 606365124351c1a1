"""Edits: a branch is exactly the sum of its interventions, and each says itself in one sentence."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.scenario.branches import Branch
from simulator.scenario.edits import ChangeClause, Edit, SetParameter, about_of, branch_mapping, edits_of
from simulator.scenario.jsonschema import scenario_json_schema

FULL = json.loads((Path(__file__).parent / "full_scenario.json").read_text(encoding="utf-8"))

IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?", fullmatch=True)
PARTIES = st.sampled_from(["RUS", "USA", "GBR", "RURITANIA"])
DAYS = st.integers(0, 40_000)
DATES = st.dates().map(lambda day: day.isoformat())
CHANCES = st.one_of(st.fractions(0, 1, max_denominator=10**6).map(str), IDS)
RECORDS = st.one_of(
    st.just("cfe.RUS.notify_suspension.2007-07-14"),
    st.just("cfe.*.adopt.1990-11"),
    st.fixed_dictionaries(
        {"treaty": IDS},
        optional={
            "act": st.lists(st.sampled_from(["sign", "deposit", "accede"]), min_size=1, max_size=2),
            "party": st.one_of(PARTIES, st.lists(PARTIES, min_size=1, max_size=2)),
            "from": DATES,
            "to": DATES,
        },
    ),
)
CONDITIONS = st.one_of(
    st.builds(lambda t, p: {"status": t, "of": p, "is": "suspended"}, IDS, PARTIES),
    st.builds(lambda v, n: {"not": {"variable": v, "above": n}}, IDS, DAYS),
)
CASES = st.lists(st.fixed_dictionaries({"p": CHANCES}, optional={"when": CONDITIONS}), min_size=1, max_size=3)
POINTS = st.lists(st.builds(lambda d, p: {"days": d, "p": p}, DAYS, CHANCES), min_size=1, max_size=8)
DELAYS = st.one_of(
    st.builds(lambda unit, n: {unit: n}, st.sampled_from(["days", "months", "years"]), DAYS),
    st.builds(lambda unit, points: {unit: points}, st.sampled_from(["choice", "table"]), POINTS),
    st.builds(lambda a, b: {"uniform_days": [a, b]}, DAYS, DAYS),
    st.fixed_dictionaries({"p": CHANCES}, optional={"from_days": DAYS, "to_days": DAYS}).map(
        lambda inner: {"geometric": inner}
    ),
)
TARGETS = st.one_of(IDS.map(lambda e: {"event": e}), RECORDS.map(lambda r: {"record": r}))
SHIFTS = st.one_of(DATES.map(lambda d: {"to": d}), st.integers(-4000, 4000).map(lambda n: {"by_days": n}))
EVENTS = st.fixed_dictionaries(
    {"id": IDS, "date": DATES, "kind": IDS.filter(lambda text: re.fullmatch(r"[a-z]+", text) is not None)},
    optional={
        "set": st.dictionaries(IDS, st.integers(-9, 9), max_size=2),
        "acts": st.just([{"record": "a.RUS.b.2000"}]),
    },
)
FORCES = st.one_of(
    st.fixed_dictionaries(
        {"rule": IDS, "fires": st.just(True)},
        optional={"actor": PARTIES, "outcome": IDS, "delay_days": DAYS, "trigger": st.just("cfe.RUS=suspended#1")},
    ),
    st.fixed_dictionaries({"rule": IDS, "fires": st.just(False)}, optional={"trigger": IDS}),
)
STATUSES = st.builds(lambda d, t, p: {"date": d, "treaty": t, "of": p, "is": "withdrawn"}, DATES, IDS, PARTIES)
SCALARS = st.one_of(st.booleans(), st.integers(-99, 99), IDS)
PATCHES = st.recursive(SCALARS, lambda inner: st.dictionaries(IDS, inner, max_size=2), max_leaves=4)
CLAUSES = st.dictionaries(IDS, st.dictionaries(IDS, PATCHES, min_size=1, max_size=2), min_size=1, max_size=2)
VIEWS = st.one_of(
    st.sampled_from(["depositary", "claimant", "objector", "strict"]),
    st.builds(lambda r: {"name": "objector", "overrides": {"D3": r}}, IDS),
)
BRANCHES = st.fixed_dictionaries(
    {"id": IDS},
    optional={
        "title": st.just("A title"),
        "question": st.just("A question?"),
        "note": st.just("a note"),
        "drop": st.lists(TARGETS, max_size=3),
        "move": st.lists(st.builds(lambda a, b: a | b, TARGETS, SHIFTS), max_size=3),
        "add": st.lists(EVENTS, max_size=2),
        "off": st.lists(IDS, max_size=2),
        "force": st.lists(FORCES, max_size=2),
        "chance": st.dictionaries(IDS, st.one_of(CHANCES, CASES), max_size=2),
        "delay": st.dictionaries(IDS, DELAYS, max_size=2),
        "status": st.lists(STATUSES, max_size=2),
        "clauses": CLAUSES,
        "parameters": st.dictionaries(IDS, st.fractions(0, 1, max_denominator=999).map(str), max_size=2),
        "view": VIEWS,
    },
)
VALIDATOR = jsonschema.Draft202012Validator(
    scenario_json_schema() | {"properties": {"branch": {"$ref": "#/$defs/Branch"}}, "required": [], "else": True}
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BRANCHES)
def test_a_branch_is_the_sum_of_its_edits(data: dict[str, Any]) -> None:
    """Branch to edits to plain mapping to branch gives an equal branch, and the schema accepts the mapping."""
    branch = Branch.model_validate(data)
    edits = edits_of(branch)
    mapping = branch_mapping(edits, **about_of(branch))
    again = Branch.model_validate(json.loads(json.dumps(mapping)))
    assert again == branch
    assert edits_of(again) == edits
    assert list(VALIDATOR.iter_errors({"branch": mapping})) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BRANCHES)
def test_every_edit_is_one_sentence(data: dict[str, Any]) -> None:
    """A capital, a full stop, and nothing after it; no value is shown as a Python object."""
    for edit in edits_of(Branch.model_validate(data)):
        sentence = edit.sentence()
        assert sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence
        assert ". " not in sentence and "Fraction" not in sentence and "=None" not in sentence


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BRANCHES, st.data())
def test_any_subset_of_edits_is_a_branch(data: dict[str, Any], draw: st.DataObject) -> None:
    """Attribution leaves edits out one by one; what remains is again a valid branch with those edits."""
    edits = edits_of(Branch.model_validate(data))
    keep = draw.draw(st.lists(st.booleans(), min_size=len(edits), max_size=len(edits)))
    chosen = tuple(edit for edit, kept in zip(edits, keep, strict=True) if kept)
    assert edits_of(Branch.model_validate(branch_mapping(chosen, id="subset"))) == chosen


SENTENCES = {
    "no-bases": [
        "Event bases does not happen.",
        "Event summit does not happen.",
        "The recorded acts accede or deposit under nato from 2003-01-01 up to 2004-12-31 are not done.",
        "Rule moratorium is switched off.",
    ],
    "later": [
        "Event bases happens on 2008-02-10.",
        "The recorded act cfe.RUS.announce.2007-04-26 is done 30 days earlier.",
        "Event fair happens on 2009-01-01, in addition.",
    ],
    "longer": [
        "In cfe, withdrawal.notice.clear_days is 365.",
        "Parameter p_exit is 1/5.",
        "Disputed law is read as by the strict view.",
    ],
    "restraint": [
        "Rule slow is switched off.",
        "Rule moratorium does not fire at cfe.RUS=suspended#1.",
        "Rule drift of USA fires whenever it is asked after 3 days.",
        "Rule answer fires with outcome mild whenever it is asked.",
        "Rule moratorium fires with chance 1/4.",
        "Rule moratorium acts after 30 days.",
        "On 2010-01-01 the status of USA under pact is set to signed.",
    ],
}


@pytest.mark.parametrize("data", FULL["branches"], ids=lambda data: data["id"])
def test_the_sentences_read_as_english(data: dict[str, Any]) -> None:
    """What the report shows for the sample branches."""
    assert [edit.sentence() for edit in edits_of(Branch.model_validate(data))] == SENTENCES[data["id"]]


def test_clauses_of_one_treaty_are_separate_edits() -> None:
    """Two clauses of one treaty can be varied by themselves and are written together."""
    edits: list[Edit] = [
        ChangeClause("cfe", "withdrawal", {"notice": {"clear_days": 365}, "allowed": True}),
        ChangeClause("cfe", "duration", {"years": 20}),
        SetParameter("p_exit", Fraction(1, 3)),
    ]
    assert edits[0].sentence() == "In cfe, withdrawal.notice.clear_days is 365, withdrawal.allowed is true."
    mapping = branch_mapping(edits, id="b")
    assert mapping["clauses"] == {"cfe": {"withdrawal": edits[0].patch, "duration": {"years": 20}}}
    assert edits_of(Branch.model_validate(mapping)) == tuple(edits)


def test_two_changes_of_one_clause_both_count() -> None:
    """What one leaves alone, the other may change; nothing of the first is lost."""
    edits = [
        ChangeClause("cfe", "withdrawal", patch) for patch in ({"notice": {"months": 6}}, {"lock_in": {"years": 2}})
    ]
    assert branch_mapping(edits)["clauses"]["cfe"]["withdrawal"] == {"notice": {"months": 6}, "lock_in": {"years": 2}}
