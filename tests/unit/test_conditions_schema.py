"""The vocabulary of conditions: told apart by head words, bounded in depth, strict in every leaf."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simulator.scenario import conditions as c
from simulator.scenario.values import Model

CONDITION: TypeAdapter[Any] = TypeAdapter(c.Condition)
LEAF = {"status": "cfe", "of": "RUS", "is": "in_force"}

LEAVES: list[tuple[dict[str, Any], type]] = [
    (LEAF, c.StatusIs),
    ({"status": "cfe", "of": {"all_of": "nato"}, "is": ["signed", "ratified"], "for_days": 3}, c.StatusIs),
    ({"treaty": "cfe", "is": "lapsed"}, c.TreatyIs),
    ({"count": "cfe", "of": "nato", "is": "in_force", "at_least": 16}, c.CountIs),
    ({"toward": "USA", "of": "actor", "treaty": "cfe", "is": "countermeasure"}, c.TowardIs),
    ({"pending": "withdrawal", "treaty": "cfe", "of": {"any_of": "nato"}}, c.PendingIs),
    ({"provisional": "cfe", "of": "subject", "is": ["partial", "full"]}, c.ProvisionalIs),
    ({"flag": "intent_disclaimed", "treaty": "cfe", "of": "USA"}, c.FlagIs),
    ({"organ_rights": "cfe", "of": "RUS", "is": "restricted"}, c.OrganRightsIs),
    ({"variable": "tension", "is": 0}, c.VariableIs),
    ({"variable": "tension", "above": -3}, c.VariableIs),
    ({"happened": "summit", "within_days": 10}, c.Happened),
    ({"happened": {"kind": "promise"}}, c.Happened),
    ({"happened": {"act": "sign", "treaty": "cfe"}}, c.Happened),
    ({"date": {"from": "2000-01-01"}}, c.DateIs),
    ({"party": "subject", "in": "nato"}, c.PartyIn),
    ({"conflict": "RUS"}, c.ConflictIs),
]
LEAF_DATA = st.sampled_from([data for data, _ in LEAVES])
TREES = st.recursive(
    LEAF_DATA,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"at_least": {"n": 1, "of": parts}}),
    ),
    max_leaves=6,
)


def depth(data: dict[str, Any]) -> int:
    """How deep a tree of plain data is nested."""
    parts = [*data.get("all", []), *data.get("any", []), *([data["not"]] if "not" in data else [])]
    if isinstance(data.get("at_least"), dict):
        parts += data["at_least"]["of"]
    return 1 + max(map(depth, parts), default=0)


@pytest.mark.parametrize(("data", "kind"), LEAVES)
def test_each_leaf_is_known_by_its_head(data: dict[str, Any], kind: type) -> None:
    """Every word of the vocabulary reads as its own model and writes back as what was read."""
    leaf = CONDITION.validate_python(data)
    assert type(leaf) is kind
    assert CONDITION.validate_python(CONDITION.dump_python(leaf, mode="json", exclude_none=True)) == leaf


@given(TREES)
def test_trees_read_and_write_back(data: dict[str, Any]) -> None:
    """Any tree up to the depth bound reads; deeper ones are refused as a whole."""
    if depth(data) > c.MAX_DEPTH:
        with pytest.raises(ValidationError, match="nested more than 8 deep"):
            CONDITION.validate_python(data)
        return
    tree = CONDITION.validate_python(data)
    assert CONDITION.validate_python(CONDITION.dump_python(tree, mode="json", exclude_none=True)) == tree


@given(TREES.filter(lambda data: depth(data) <= c.MAX_DEPTH))
def test_walk_finds_every_leaf_where_it_stands(data: dict[str, Any]) -> None:
    """The place of a leaf leads to its data in the file."""
    for loc, leaf in c.walk(CONDITION.validate_python(data)):
        found: Any = data
        for step in loc:
            found = found[step]
        assert CONDITION.validate_python(found) == leaf
        assert not isinstance(leaf, c.All | c.AnyOf | c.Not | c.AtLeast)


def test_the_bound_on_depth_is_exact() -> None:
    """Eight levels are read, nine are not; a hundred thousand do not overflow the stack."""

    def nest(levels: int) -> dict[str, Any]:
        data: dict[str, Any] = LEAF
        for _ in range(levels - 1):
            data = {"not": data}
        return data

    CONDITION.validate_python(nest(c.MAX_DEPTH))
    for levels in (c.MAX_DEPTH + 1, 100_000):
        with pytest.raises(ValidationError) as caught:
            CONDITION.validate_python(nest(levels))
        assert caught.value.errors(include_input=False)[0]["type"] == "condition_depth"


@pytest.mark.parametrize(
    ("data", "loc", "kind", "words"),
    [
        ({}, (), "condition_head", "all, any, not, status"),
        ("cfe", (), "condition_head", ""),
        ([LEAF], (), "condition_head", ""),
        ({"statuss": "cfe"}, (), "condition_head", ""),
        ({"all": []}, ("#all", "all"), "list_length", "got 0"),
        ({"all": LEAF}, ("#all", "all"), "tuple_type", ""),
        ({"all": [LEAF], "any": [LEAF]}, ("#all", "any"), "extra_forbidden", ""),
        (LEAF | {"is": "out"}, ("#status", "is", 0), "literal_error", "'in_force'"),
        (LEAF | {"is": []}, ("#status", "is"), "list_length", ""),
        (LEAF | {"of": {"all_of": "a", "any_of": "b"}}, ("#status", "of", "#members"), "one_key", ""),
        (LEAF | {"of": 3}, ("#status", "of", "#name"), "spelling", "3 is not the name"),
        (LEAF | {"for_days": True}, ("#status", "for_days"), "int_type", ""),
        (LEAF | {"of": None}, ("#status",), "empty", "'of' is empty"),
        ({"status": "cfe", "is": "signed"}, ("#status", "of"), "missing", ""),
        ({"treaty": "cfe", "is": "suspended"}, ("#treaty", "is", 0), "literal_error", "'suspended_as_whole'"),
        ({"count": "cfe", "is": "signed"}, ("#count",), "one_comparison", "got none"),
        ({"variable": "t", "above": 1, "below": 3}, ("#variable",), "one_comparison", "got above, below"),
        ({"variable": "t", "is": 1.0}, ("#variable", "is"), "int_type", ""),
        ({"happened": {"kind": "a", "act": "sign"}}, ("#happened", "happened", "#what"), "happened", ""),
        ({"happened": {"act": "sign"}}, ("#happened", "happened", "#what"), "happened", "act together with treaty"),
        ({"date": {}}, ("#date", "date"), "date_range", "from, before or both"),
        ({"not": {"not": {"x": 1}}}, ("#not", "not", "#not", "not"), "condition_head", ""),
        ({"at_least": {"n": 0, "of": [LEAF]}}, ("#at_least", "at_least", "n"), "greater_than_equal", ""),
    ],
)
def test_what_is_no_condition(data: Any, loc: tuple[Any, ...], kind: str, words: str) -> None:
    """One mistake gives one error at its place."""
    with pytest.raises(ValidationError) as caught:
        CONDITION.validate_python(data)
    (error,) = caught.value.errors()
    assert (error["loc"], error["type"]) == (loc, kind)
    assert words in error["msg"]


def test_every_head_belongs_to_one_model() -> None:
    """The list of heads and the models agree, so that an error message names all that is possible."""
    tags = {kind.tag for kind in vars(c).values() if isinstance(kind, type) and issubclass(kind, Model)} - {""}
    assert tags == {f"#{head}" for head in c.HEADS}
