"""Writes the tables of the documentation from the law's own data, or checks that they are up to date.

A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`. `python docs/tables.py --write` writes all of
them anew, `--check` says which are stale and ends with 1; a test does the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.guards import GUARDS
from simulator.law.lifecycle import PARTY_STATUSES, STATUSES, Move, lifecycle, read_table
from simulator.law.record import overrides, record
from simulator.law.views import VIEWS, disputes
from simulator.scenario.load import list_shipped, load_scenario

__all__ = ["PAGES", "TABLES", "fresh"]

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_PLACE = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

Rows = Iterable[Iterable[str]]


def markdown(head: Iterable[str], rows: Rows) -> str:
    """Return a Markdown table.

    >>> print(markdown(["a", "b"], [["1", "x|y"]]), end="")
    | a | b |
    | --- | --- |
    | 1 | x\\|y |
    """
    head = list(head)
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _statuses() -> str:
    rows = (
        (
            _code(row["status"]),
            row["legal_status"],
            row["operation"] or "-",
            "yes" if row["status"] in PARTY_STATUSES else "no",
            row["meaning"],
            row["basis"],
        )
        for row in read_table("statuses.csv")
    )
    return markdown(("status", "legal status", "operation", "counts as a party", "meaning", "basis"), rows)


def _acts() -> str:
    acts = (act for act in lifecycle().acts.values() if act.scriptable)
    rows = ((_code(act.word), act.by, act.meaning, act.basis) for act in acts)
    return markdown(("act", "done by", "meaning", "basis"), rows)


def _effects() -> str:
    acts = (act for act in lifecycle().acts.values() if not act.scriptable)
    return markdown(("effect", "meaning", "basis"), ((_code(act.word), act.label, act.basis) for act in acts))


def _sources(move: Move) -> str:
    if len(move.sources) == len(STATUSES):
        return "any status"
    return ", ".join(_code(source) for source in move.sources)


def _moves(machine: str) -> str:
    head = ("id", "from", "what happens", "only if", "to", "takes effect", "basis", "example")
    rows = (
        (
            move.id,
            _sources(move),
            _code(move.event),
            ", ".join(_code(guard) for guard in move.guards) or "-",
            "stays" if move.target == "=" else _code(move.target),
            move.takes_effect,
            move.basis,
            move.example,
        )
        for move in lifecycle().of(machine)
    )
    return markdown(head, rows)


def _guards() -> str:
    rows = (
        (_code(guard.name), (guard.test.__doc__ or "").strip().splitlines()[0], guard.basis, guard.forbids or "-")
        for guard in GUARDS.values()
    )
    return markdown(("condition", "meaning", "basis", "enforces"), rows)


def _forbidden() -> str:
    return markdown(("id", "never", "basis"), ((a.id, a.text, a.basis) for a in lifecycle().forbidden.values()))


def _invariants() -> str:
    return markdown(("id", "always", "basis"), ((a.id, a.text, a.basis) for a in lifecycle().invariants.values()))


def _disputes() -> str:
    rows = (
        (one.id, one.question, "; ".join(one.readings), *(_code(one.views[view]) for view in VIEWS))
        for one in disputes().values()
    )
    return markdown(("id", "question", "readings", *VIEWS), rows)


def _record() -> str:
    def row(name: str) -> tuple[str, ...]:
        acts = record(name)
        days = sorted(act.done for act in acts if act.precision == "day")
        confirmed = sum(act.confirmed for act in acts)
        changed = sum(row.startswith(f"{name}.") for row in overrides())
        span = f"{days[0]} to {days[-1]}" if days else "-"
        return _code(name), treaty(name).title, str(len(acts)), str(confirmed), str(changed), span

    head = ("treaty", "title", "acts", "of these sourced", "rows overridden", "from the first act to the last")
    return markdown(head, map(row, treaty_ids()))


def _scenarios() -> str:
    def row(name: str, path: Path) -> tuple[str, ...]:
        one = load_scenario(path).scenario
        branches = ", ".join(_code(branch.id) for branch in one.branches) or "-"
        return f"[`{name}`](scenarios/{path.name})", one.question or one.title, branches

    return markdown(("id", "question", "branches"), (row(name, path) for name, path in list_shipped()))


TABLES: dict[str, Callable[[], str]] = {
    "statuses": _statuses,
    "acts": _acts,
    "effects": _effects,
    "party-moves": lambda: _moves("party"),
    "treaty-moves": lambda: _moves("treaty"),
    "guards": _guards,
    "forbidden": _forbidden,
    "invariants": _invariants,
    "disputes": _disputes,
    "record": _record,
    "scenarios": _scenarios,
}


def fresh(text: str) -> str:
    """Return a page's text with every table written anew; an unknown table is a KeyError that names it."""
    return _PLACE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main(arguments: list[str]) -> int:
    """Check or write; return the exit code."""
    if arguments not in (["--check"], ["--write"]):
        print("usage: python docs/tables.py --check | --write", file=sys.stderr)
        return 2
    stale = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        new = fresh(text)
        if new == text:
            continue
        stale += 1
        name = page.relative_to(ROOT)
        if arguments == ["--write"]:
            page.write_text(new, encoding="utf-8")
            print(f"{name}: tables written anew")
        else:
            print(f"{name}: a table is not up to date; run `python docs/tables.py --write`", file=sys.stderr)
    return 1 if stale and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
