"""Writes the pages of reference that are made as a whole: the keys of a scenario file, and the commands.

`python docs/reference.py --write` writes them anew, `--check` says which are stale and ends with 1; a test does the
same. Keys and their meanings come from the JSON Schema, which is made from the models; commands from the recorded help,
which a test holds against `--help`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stale import run

__all__ = ["PAGES", "unexplained"]

ROOT = Path(__file__).resolve().parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "schema" / "scenario.schema.json").read_text(encoding="utf-8"))
PARTS: dict[str, Any] = SCHEMA["$defs"]
FILE = "file"
CONDITIONS = tuple(one["$ref"].rpartition("/")[2] for one in PARTS["Not"]["properties"]["not"]["oneOf"])
TRIGGERS = tuple(name for name in PARTS if name.startswith("Trigger"))
_PARTY, _ID = "[A-Z][A-Za-z0-9_]{0,15}", "[a-z0-9]+(?:[-_][a-z0-9]+)*"
FORMS = {
    f"^(?:{_ID})$": "id",
    "^(?:[a-z]+(?:[_-][a-z0-9]+)*)$": "word",
    "^(?:D[0-9]{1,3})$": "number of a question, as `D1`",
    f"^(?:{_PARTY})$": "party",
    rf"^(?:{_PARTY}|\*)$": "party, or `*`",
    f"^(?:{_PARTY}|{_ID})$": "party or bloc",
    rf"^(?:{_PARTY}|{_ID}|\*)$": "party, bloc, or `*`",
}


def _form(pattern: str) -> str:
    if pattern in FORMS:
        return FORMS[pattern]
    if "/[0-9]" in pattern:
        return "probability, as `0.3` or `3/10`" + (", or a parameter" if "[a-z]" in pattern else "")
    if "unknown" in pattern:
        return "act of the record, as `cfe.RUS.notify_suspension.2007-07-14`"
    return "what set off a decision, as the trace shows it"


def _link(name: str) -> str:
    words = _title(name).lower()
    return f"[{words}](#{words.replace(' ', '-')})"


def _title(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _either(options: list[Mapping[str, Any]]) -> str:
    names = [str(one.get("$ref", "")).rpartition("/")[2] for one in options]
    if set(CONDITIONS) <= set(names):
        return "[condition](#conditions)"
    if set(names) <= set(TRIGGERS):
        return "[trigger](#triggers)"
    if len(options) == 2 and options[1].get("type") == "array" and options[1].get("items") == options[0]:
        return f"{value(options[0])}; or a list of these"
    kinds = list(dict.fromkeys(value(one) for one in options))
    if any("probability" in kind for kind in kinds):  # a number is one of its forms
        kinds = [kind for kind in kinds if not kind.startswith("number")]
    return " or ".join(kinds)


def _number(node: Mapping[str, Any], noun: str) -> str:
    least, most = node.get("minimum"), node.get("maximum")
    return noun + (f" from {least:,}" if least is not None else "") + (f" to {most:,}" if most is not None else "")


def _mapping(node: Mapping[str, Any]) -> str:
    inner = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
    if not isinstance(inner, Mapping) or inner == {"type": "object"}:
        return "mapping, by id" if inner else "mapping"
    return f"mapping, by id, of: {value(inner)}"


def _text(node: Mapping[str, Any]) -> str:
    return "date" if node.get("format") == "date" else _form(node["pattern"]) if "pattern" in node else "text"


_TYPES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "array": lambda node: f"list of: {value(node['items'])}" if "items" in node else "list",
    "boolean": lambda _: "`true` or `false`",
    "integer": lambda node: _number(node, "whole number"),
    "number": lambda node: _number(node, "number"),
    "object": _mapping,
    "string": _text,
}


def value(node: Mapping[str, Any]) -> str:
    """Say in words what may stand there.

    >>> value({"type": "array", "items": {"type": "integer", "minimum": 0}})
    'list of: whole number from 0'
    """
    if "$ref" in node:
        return _link(node["$ref"].rpartition("/")[2])
    if "const" in node:
        return f"`{json.dumps(node['const'])}`"
    if "enum" in node:
        return ", ".join(f"`{one}`" for one in node["enum"])
    options = node.get("oneOf") or node.get("anyOf")
    return _either(options) if options else _TYPES[node["type"]](node)


def _meaning(node: Mapping[str, Any]) -> str:
    found = node.get("description", "")
    default = node.get("default")
    left_out = f"; left out: `{json.dumps(default)}`" if default not in (None, [], {}, "") else ""
    return str(found).replace("|", "\\|").replace("\n", " ") + left_out


def _keys(name: str) -> dict[str, Any]:
    node = SCHEMA if name == FILE else PARTS[name]
    return dict((node if "properties" in node else node["anyOf"][0])["properties"])


def unexplained() -> list[str]:
    """Return the keys to which the schema gives no description, as PART.key."""
    return [
        f"{part}.{key}" for part in (FILE, *PARTS) for key, node in _keys(part).items() if not node.get("description")
    ]


def _table(name: str) -> Iterator[str]:
    node = SCHEMA if name == FILE else PARTS[name]
    kinds = [node] if "properties" in node else node["anyOf"]
    needed = set.intersection(*(set(one.get("required", ())) for one in kinds))
    yield from ("| key | what stands there | meaning |", "| --- | --- | --- |")
    for key, one in sorted(_keys(name).items(), key=lambda item: item[0] not in needed):
        star = " (needed)" if key in needed else ""
        yield f"| `{key}`{star} | {value(one)} | {_meaning(one)} |"
    yield ""


def _section(name: str) -> Iterator[str]:
    yield from (f"### {_title(name)}", "", str(PARTS[name]["description"]), "")
    yield from _table(name)


def _order() -> list[str]:
    """The parts in the order in which a reader meets them, from the file downwards."""
    found: list[str] = []
    waiting = [json.dumps(SCHEMA["properties"])]
    while waiting:
        for name in re.findall(r'"#/\$defs/(\w+)"', waiting.pop(0)):
            if name not in found:
                found.append(name)
                waiting.append(json.dumps(PARTS[name]))
    return found


def keys_page() -> str:
    """Return the page about the keys of a scenario file."""
    order = _order()
    lines = [
        "# A scenario, key by key",
        "",
        "Made from the JSON Schema of scenario files (`treatysim schema`); how the parts work together is shown in the",
        "[guide](guide.md). The keys of a treaty of your own are the clauses of the [law](law.md). Every list and text",
        "has a limit, which an error message names.",
        "",
        "## The file",
        "",
        "The needed keys are those of a file that does not extend another; `extends` takes them from there.",
        "",
        *_table(FILE),
        *("## The parts", ""),
    ]
    for name in order:
        if name not in CONDITIONS and name not in TRIGGERS:
            lines += _section(name)
    for head, names, text in (
        ("Triggers", TRIGGERS, "What sets a rule off. The key that comes first says which one is meant."),
        ("Conditions", CONDITIONS, "What must hold. Roles of a rule (`actor`, `subject`) can stand for a party in it."),
    ):
        lines += [f"## {head}", "", text, ""]
        for name in (one for one in order if one in names):
            lines += _section(name)
    return "\n".join(lines).rstrip() + "\n"


def commands_page() -> str:
    """Return the page with the help of every command."""
    text = (ROOT / "tests" / "docs" / "cli_help.txt").read_text(encoding="utf-8")
    lines = [
        "# Commands",
        "",
        "What `treatysim COMMAND --help` says, word by word. A test compares it with the program.",
        "",
    ]
    for part in re.split(r"^\$ treatysim ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        name = head.removesuffix("--help").strip()
        lines += [f"## {name or 'treatysim'}", "", "```text", body.strip("\n"), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {"scenario-keys.md": keys_page, "commands.md": commands_page}


if __name__ == "__main__":
    sys.exit(run("reference.py", {ROOT / "docs" / name: page for name, page in PAGES.items()}, sys.argv[1:]))
