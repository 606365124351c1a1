"""Conditions as a small program: questions, jumps that spare those whose answer no longer matters, counters."""

from __future__ import annotations

from simulator.engine.flat import cells as c
from simulator.engine.flat import words as v
from simulator.engine.flat.build import Builder, UnsupportedError
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.scenario.program import Node

__all__ = ["EXTENTS", "condition"]

EXTENTS = ("none", "partial", "full")
_WORDS = {
    "status": STATUSES,
    "treaty": TREATY_STATUSES,
    "count": STATUSES,
    "toward": ("suspended", "non_performance", "countermeasure"),
    "pending": ("withdrawal", "suspension", "pairwise_suspension", "entry_into_force"),
    "provisional": EXTENTS,
    "flag": ("domestic_approval",),
    "organ_rights": ("full", "restricted"),
}
_OPS = {
    "status": v.Q_STATUS,
    "treaty": v.Q_TREATY,
    "count": v.Q_COUNT,
    "toward": v.Q_TOWARD,
    "pending": v.Q_PENDING,
    "provisional": v.Q_PROVISIONAL,
    "flag": v.Q_FLAG,
    "organ_rights": v.Q_RIGHTS,
    "variable": v.Q_VARIABLE,
    "happened_event": v.Q_EVENT,
    "happened_kind": v.Q_KIND,
    "happened_act": v.Q_HAPPENED_ACT,
    "date": v.Q_DATE,
    "party": v.Q_PARTY,
    "conflict": v.Q_CONFLICT,
}


def condition(build: Builder, node: Node | None) -> int:
    """Append a condition and return its address, 0 for none."""
    if node is None:
        return 0
    code: list[int] = []
    _write(build, node, code)
    code.append(v.K_END)
    at = len(build.p)
    return build.put(at + word - _JUMP if word >= _JUMP else word for word in code)


_JUMP = 1 << 50  # marks a place inside a condition, until its address is known


def _write(build: Builder, node: Node, code: list[int]) -> None:
    if node.op in ("all", "any"):
        _join(build, node.parts, node.op == "all", code)
    elif node.op == "not":
        _write(build, node.parts[0], code)
        code += [v.K_NOT, 0]
    elif node.op == "at_least":
        code += [v.K_ZERO, 0]
        for part in node.parts:
            _write(build, part, code)
            code += [v.K_ADD, 0]
        code += [v.K_AT_LEAST, node.low]
    elif node.op == "happened_kind":
        leaves = [_leaf(build, node, a=build.kinds[kind]) for kind in sorted(node.words) if kind in build.kinds]
        _either(leaves, code)
    else:
        code += [v.K_ASK, *_leaf(build, node, a=node.a)]


def _join(build: Builder, parts: tuple[Node, ...], needs_all: bool, code: list[int]) -> None:
    if not parts:
        code += [v.K_SET, int(needs_all)]
    holes = []
    for place, part in enumerate(parts):
        _write(build, part, code)
        if place < len(parts) - 1:
            code += [v.K_IF_FALSE if needs_all else v.K_IF_TRUE, 0]
            holes.append(len(code) - 1)
    for hole in holes:
        code[hole] = _JUMP + len(code)


def _either(leaves: list[list[int]], code: list[int]) -> None:
    code += [v.K_SET, 0]
    holes = []
    for place, leaf in enumerate(leaves):
        code += [v.K_ASK, *leaf]
        if place < len(leaves) - 1:
            code += [v.K_IF_TRUE, 0]
            holes.append(len(code) - 1)
    for hole in holes:
        code[hole] = _JUMP + len(code)


def _leaf(build: Builder, node: Node, *, a: int) -> list[int]:
    known = _WORDS.get(node.op, ())
    unknown = sorted(set(node.words) - set(known)) if known and node.op != "flag" else []
    if unknown:
        raise UnsupportedError(f"a condition asks about {node.op} {', '.join(unknown)}")
    mask = sum(1 << known.index(word) for word in node.words if word in known)
    who, code = build.whom(node.who) if node.who is not None else (c.NONE, c.NONE)
    other, other_code = build.whom(node.other) if node.other is not None else (c.NONE, c.NONE)
    if who == c.WHO_ALL:
        raise UnsupportedError("a condition asks about everyone by name")
    if node.op == "happened_act":
        a = build.slot(node.a, node.low)
    return [_OPS[node.op], a, who, code, other, other_code, mask, node.low, node.high, node.days]
