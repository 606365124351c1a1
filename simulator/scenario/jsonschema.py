"""The JSON Schema of scenario files, for editors: completion, hover texts and red underlines while typing.

It is derived from the models and is a little more permissive than they are: what needs a look at another place
(`crosscheck`), or at two keys together, is left to `treatysim check`. Draft 2020-12, without the words that editors
of draft 7 do not know (`prefixItems`, `unevaluatedProperties`).
"""

from __future__ import annotations

import json
from typing import Any

from simulator.scenario.schema import Scenario

__all__ = ["scenario_json_schema", "scenario_json_schema_text"]

# Conditions that stand beside the date of an expectation; `date` itself and the combinators need `when`.
_INLINE = (
    "StatusIs",
    "TreatyIs",
    "CountIs",
    "TowardIs",
    "PendingIs",
    "ProvisionalIs",
    "FlagIs",
    "OrganRightsIs",
    "VariableIs",
    "Happened",
    "PartyIn",
    "ConflictIs",
)


def scenario_json_schema() -> dict[str, Any]:
    """The schema as plain data.

    >>> scenario_json_schema()["properties"]["schema"]["const"]
    1
    """
    raw = Scenario.model_json_schema(by_alias=True, mode="validation")
    schema: dict[str, Any] = _tidy(raw)
    schema["$defs"]["Expectation"] = _expectation(schema["$defs"])
    _allow_parts(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "treatysim scenario"}


def scenario_json_schema_text() -> str:
    """The schema as it is committed: two spaces, keys in a fixed order, a newline at the end."""
    return json.dumps(scenario_json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _tidy(node: Any, names: bool = False) -> Any:
    """Leave out the titles that only repeat a key, and `null`, which no file may write.

    `names` says that the keys of this mapping are names given by us (of properties or definitions), not words of
    JSON Schema: a property may well be called `title`.
    """
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if names or not _noise(key, value)}
    tidy = {key: _tidy(value, names=not names and key in ("properties", "$defs")) for key, value in kept.items()}
    options = tidy.get("anyOf")
    if not names and isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        del tidy["anyOf"]
        # What stands beside (a description) wins over what the single option says about itself.
        tidy = {**rest[0], **tidy} if len(rest) == 1 else {"anyOf": rest, **tidy}
    return tidy


def _noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, [], {}))


def _expectation(definitions: dict[str, Any]) -> dict[str, Any]:
    """A date with a condition under `when`, or with the keys of one condition beside it."""
    whole = definitions["Expectation"]
    beside = {name: schema for name, schema in whole["properties"].items() if name != "when"}
    variants = [{key: value for key, value in whole.items() if key != "description"}]
    for name in _INLINE:
        leaf = definitions[name]
        variants.append(
            {
                "additionalProperties": False,
                "description": leaf["description"],
                "properties": leaf["properties"] | beside,
                "required": ["date", *leaf["required"]],
                "type": "object",
            }
        )
    return {"anyOf": variants, "description": whole["description"]}


def _allow_parts(schema: dict[str, Any]) -> None:
    """A file that extends another may leave out what it inherits, and may take items away."""
    required = schema.pop("required")
    schema["required"] = ["schema", "id", "title"]
    schema["if"] = {"required": ["extends"]}
    schema["else"] = {"required": required}
    schema["properties"]["remove"] = {
        "description": "what this file leaves out of what it extends: ids or keys, by section",
        "type": "object",
        "additionalProperties": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
        },
    }
