"""The exported JSON Schema: committed as it is exported, valid by its draft, in agreement with the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator.scenario.jsonschema import scenario_json_schema, scenario_json_schema_text
from simulator.scenario.schema import Scenario
from simulator.scenario.values import plain

HERE = Path(__file__).parent
COMMITTED = HERE.parents[1] / "schema" / "scenario.schema.json"
FULL = json.loads((HERE / "full_scenario.json").read_text(encoding="utf-8"))
MINIMAL = {"schema": 1, "id": "a", "title": "A", "period": {"from": "1990-01-01", "to": "1991-01-01"}}


def errors(data: Any) -> list[str]:
    """The messages of the schema about the data."""
    validator = jsonschema.Draft202012Validator(scenario_json_schema())
    return [error.message for error in validator.iter_errors(data)]


def test_the_committed_schema_is_fresh() -> None:
    """The file in the repository is what the models say today."""
    fresh = scenario_json_schema_text()
    assert COMMITTED.read_text(encoding="utf-8") == fresh, "run: treatysim schema -o schema/scenario.schema.json"


def test_the_schema_is_valid_in_both_drafts() -> None:
    """2020-12 is claimed; editors that know only draft 7 can read it too."""
    schema = scenario_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft7Validator.check_schema(schema)
    text = scenario_json_schema_text()
    assert "prefixItems" not in text and "unevaluated" not in text and '"null"' not in text


@pytest.mark.parametrize("data", [FULL, MINIMAL, plain(Scenario.model_validate(FULL))], ids=["full", "min", "plain"])
def test_what_the_models_read_the_schema_accepts(data: Any) -> None:
    """A valid file shows no red line in an editor."""
    assert errors(data) == []


def test_a_file_that_extends_may_be_partial() -> None:
    """The period may come from the base, the title is a file's own; what is inherited may be removed."""
    assert (
        errors({"schema": 1, "id": "a", "title": "A", "extends": "base.yaml", "remove": {"rules": ["moratorium"]}})
        == []
    )
    assert errors({"schema": 1, "id": "a"}) != []


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "A"},
        {"schema": True},
        {"view": "mine"},
        {"period": {"from": "1990-01-01"}},
        {"rules": [{"id": "r", "actor": "RUS", "trigger": {"every": "week"}, "do": {"happens": "x"}}]},
        {"rules": [{"id": "r", "actor": "RUS", "trigger": {"every": "day"}, "chance": 2, "do": {"happens": "x"}}]},
        {"rules": [{"id": "r", "actor": "RUS", "trigger": {"every": "day"}, "after": {"days": 1, "months": 2}}]},
        {"outcomes": [{"id": "o", "when": {"status": "cfe", "of": "RUS", "is": "out"}}]},
        {"outcomes": [{"id": "o", "when": {"all": []}}]},
        {"expect": [{"date": "1990-06-01", "status": "cfe", "of": "RUS"}]},
        {"expect": [{"status": "cfe", "of": "RUS", "is": "signed"}]},
        {"variables": {"t": {"min": 0.5, "max": 3}}},
        {"question": None},
    ],
)
def test_what_both_refuse(change: dict[str, Any]) -> None:
    """The usual slips show up while typing."""
    assert errors(MINIMAL | change) != []
    with pytest.raises(ValueError, match="validation error"):
        Scenario.model_validate(MINIMAL | change)


def test_keys_explain_themselves() -> None:
    """Hover texts come from the models; a property that is called `title` is kept."""
    schema = scenario_json_schema()
    assert "title" in schema["properties"]
    assert schema["$defs"]["StatusIs"]["description"].startswith("The party's relationship")
    assert all("description" in part for part in schema["$defs"].values())
