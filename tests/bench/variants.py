"""The frozen workload and what is made of it: more that is idle, more that happens, one more event."""

from __future__ import annotations

import copy
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario, load_text
from simulator.scenario.program import Program
from tests.bench.generate import as_text

__all__ = ["ARCHITECTURE", "VARIANTS", "WORKLOAD", "program"]

WORKLOAD = Path(__file__).with_name("workload.yaml")
ARCHITECTURE = "architecture-1990-2026"
_CLAUSES = {
    "entry_into_force": {"rule": {"count": 2}, "delay": {"months": 1}},
    "accession": {"open": True},
    "late_joiner": {"delay": {"months": 1}},
}
IDLE = {"title": "Idle pact", "clauses": _CLAUSES}


def _idle_pairs(data: dict[str, Any]) -> None:
    """36,000 relationships, 100 times as many: twice the parties under fifty times the treaties."""
    for number in range(31, 61):
        data["parties"]["own"][f"P{number}"] = {"name": f"Party {number}"}
    # A State is part of a program as soon as the file says its name.
    data["parties"]["blocs"]["idle"] = [f"P{number}" for number in range(31, 61)]
    for number in range(1, 589):
        data["treaties"][f"void-{number:03}"] = copy.deepcopy(IDLE)


def _idle_rules(data: dict[str, Any]) -> None:
    """400 rules, 10 times as many: 360 that wait for what cannot happen."""
    data["treaties"]["void-001"] = copy.deepcopy(IDLE)
    for number in range(1, 361):
        trigger = {"becomes": "withdrawn", "treaty": "void-001", "of": "*"}
        do = {"act": "accede", "treaty": "void-001"}
        rule = {"id": f"wait-{number:03}", "each": "all-parties", "trigger": trigger, "after": {"days": 1}, "do": do}
        data["rules"].append(rule)


def _busy(data: dict[str, Any]) -> None:
    """Ten copies of the treaties, the events, the rules and the variable, over the same parties."""
    names = [*data["treaties"], *data["variables"], *(one["id"] for part in ("events", "rules") for one in data[part])]
    names += ["crisis", "incident", "exercise", "summit", "election", "conference"]
    one_of = re.compile(rf"(?<![\w-])({'|'.join(sorted(names, key=len, reverse=True))})(?![\w-])")

    def renamed(value: Any, number: int) -> Any:
        if isinstance(value, dict):
            return {renamed(key, number): renamed(one, number) for key, one in value.items()}
        if isinstance(value, list):
            return [renamed(one, number) for one in value]
        return one_of.sub(rf"\1-n{number}", value) if isinstance(value, str) else value

    parts = {name: data[name] for name in ("treaties", "variables", "events", "rules")}
    copies = [{name: renamed(part, number) for name, part in parts.items()} for number in range(10)]
    for name in ("treaties", "variables"):
        data[name] = {key: value for one in copies for key, value in one[name].items()}
    for name in ("events", "rules"):
        data[name] = [value for one in copies for value in one[name]]


def _crisis(day: str) -> Any:
    def add(data: dict[str, Any]) -> None:
        extra = {"id": "one-more", "date": day, "kind": "crisis", "set": {"tension": {"add": 2}}}
        data["events"].append(extra)

    return add


def _signature(data: dict[str, Any]) -> None:
    """One more State signs a treaty in its first year."""
    act = {"act": "sign", "treaty": "pact-02", "party": "P30"}
    data["events"].append({"id": "one-more", "date": "1990-12-01", "kind": "visit", "acts": [act]})


def _less_likely(data: dict[str, Any]) -> None:
    """One rule of crises fires with four fifths of its chances."""
    rule = next(rule for rule in data["rules"] if rule["id"] == "crisis-3")
    for case in rule["chance"]:
        case["p"] = str(Fraction(case["p"]) * Fraction(4, 5))


VARIANTS: dict[str, Any] = {
    "base": lambda data: None,
    "idle-pairs": _idle_pairs,
    "idle-rules": _idle_rules,
    "busy": _busy,
    "early-crisis": _crisis("1993-03-10"),
    "late-crisis": _crisis("2014-08-20"),
    "less-likely": _less_likely,
    "one-signature": _signature,
}


@cache
def program(variant: str) -> Program:
    """Return the compiled program of a variant, or of the shipped scenario of this name."""
    if variant not in VARIANTS:
        return compile_scenario(load_scenario(variant), mode="simulate")
    if variant == "base":
        return compile_scenario(load_scenario(WORKLOAD), mode="simulate")
    data = yaml.safe_load(WORKLOAD.read_text(encoding="utf-8"))
    VARIANTS[variant](data)
    return compile_scenario(load_text(as_text(data), f"{variant}.yaml"), mode="simulate")
