"""Claims about joining files: what is joined by key or id, what is replaced, and that the order of joining is free."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.merge import lay_over, of_document
from simulator.source import parse_yaml


def joined(*texts: str) -> Any:
    """The data of files of which each is laid over those before it."""
    base, *later = (of_document(parse_yaml(text, f"{index}.yaml")) for index, text in enumerate(texts))
    for over in later:
        base = lay_over(base, over)
    return base.value


def test_sections_are_joined_by_key() -> None:
    """Sections and their entries are joined by key; what an entry's key holds is replaced as a whole."""
    base = "period: {from: 1990-01-01, to: 1999-01-01}\nvariables: {fear: {min: 0, max: 9}, trust: {min: 0, max: 1}}\n"
    over = "period: {to: 2000-01-01}\nvariables: {fear: {max: 5, start: 2}, hope: {min: 0}}\nrules: []\n"
    assert joined(base, over) == {
        "period": {"from": "1990-01-01", "to": "2000-01-01"},
        "variables": {"fear": {"min": 0, "max": 5, "start": 2}, "trust": {"min": 0, "max": 1}, "hope": {"min": 0}},
        "rules": [],
    }


def test_entries_of_lists_are_joined_by_id() -> None:
    """An entry that both files have keeps its place and is joined by key; new ones follow; conditions stay whole."""
    base = "rules: [{id: a, chance: 1, when: {all: [x]}}, {id: b, chance: 1}, {id: c}]\n"
    over = "rules: [{id: d}, {id: b, chance: 2}, {id: a, when: {any: [y]}}]\n"
    assert joined(base, over)["rules"] == [
        {"id": "a", "chance": 1, "when": {"any": ["y"]}},
        {"id": "b", "chance": 2},
        {"id": "c"},
        {"id": "d"},
    ]


def test_other_lists_are_replaced() -> None:
    """A list without ids is a value: the later one counts."""
    assert joined("record: {treaties: [cfe, inf]}", "record: {treaties: [nato]}") == {"record": {"treaties": ["nato"]}}
    assert joined("expect: [{date: a}]", "expect: [{date: b}]") == {"expect": [{"date": "b"}]}


def test_nothing_disappears_by_an_empty_section() -> None:
    """An empty mapping or list of entries takes nothing away; only `remove` does."""
    assert joined("rules: [{id: a}]\nvariables: {x: {min: 0}}", "rules: []\nvariables: {}") == {
        "rules": [{"id": "a"}],
        "variables": {"x": {"min": 0}},
    }


def test_what_a_file_is_stays_its_own() -> None:
    """Id, title, question and summary are never taken over from an extended file."""
    assert joined("id: a\ntitle: A\nquestion: q\nsummary: s\nschema: 1", "view: strict") == {
        "schema": 1,
        "view": "strict",
    }


def test_a_repeated_id_is_not_folded_away() -> None:
    """An id that one file uses twice stays twice, so that the checks can find it."""
    assert joined("rules: [{id: a}]", "rules: [{id: a, x: 1}, {id: a, x: 2}]")["rules"] == [
        {"id": "a", "x": 1},
        {"id": "a", "x": 2},
    ]


IDS = st.sampled_from("abcd")
ENTRY = st.fixed_dictionaries({"id": IDS}, optional={"x": st.integers(0, 9), "when": st.just({"all": []})})
FILE = st.fixed_dictionaries(
    {},
    optional={
        "rules": st.lists(ENTRY, max_size=4, unique_by=lambda one: one["id"]),
        "variables": st.dictionaries(IDS, st.fixed_dictionaries({}, optional={"min": st.integers(0, 9)}), max_size=3),
        "period": st.fixed_dictionaries({}, optional={"from": st.just("a"), "to": st.just("b")}),
    },
)


def _merged(*data: Any) -> Any:
    return joined(*(json.dumps(one) for one in data))  # JSON is YAML


@given(one=FILE, two=FILE, three=FILE)
def test_joining_is_associative_and_idempotent(one: Any, two: Any, three: Any) -> None:
    """It does not matter which files are joined first, and joining a file with itself changes nothing."""
    assert _merged(_merged(one, two), three) == _merged(one, _merged(two, three))
    assert _merged(one, one) == one
    assert _merged({}, one) == one
    assert _merged(one, {}) == one
