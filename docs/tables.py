"""Writes the tables of the documentation from the law's own data, or checks that they are up to date.

A table, or a paragraph with figures of `treatysim record check`, stands between `<!-- table: NAME -->` and
`<!-- end of table -->`. `python docs/tables.py --write` writes all of them anew, `--check` says which are stale and
ends with 1; a test does the same.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from stale import run

from simulator.analysis.derivation import VERDICTS, Finding, figures, findings
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.guards import GUARDS
from simulator.law.lifecycle import PARTY_STATUSES, STATUSES, Move, lifecycle, read_table
from simulator.law.record import overrides, record
from simulator.law.views import VIEWS, disputes
from simulator.scenario.load import list_shipped, load_scenario

__all__ = ["PAGES", "TABLES", "fresh"]

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_PLACE = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?( *<!-- end of table -->)", re.DOTALL)

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


def _readings() -> str:
    """Every reading of every question: what it says, who holds it, which views pick it, and where that can be read."""
    rows = (
        (
            one.id if first else "",
            one.title if first else "",
            _code(reading.id),
            reading.text.strip(),
            ", ".join(reading.held_by),
            ", ".join(_code(view) for view in VIEWS if one.views[view] == reading.id) or "no view",
            f"<{reading.source}>" if reading.source else "no page found",
        )
        for one in disputes().values()
        for first, reading in ((place == 0, found) for place, found in enumerate(one.readings.values()))
    )
    return markdown(("id", "about", "reading", "what it says", "held by", "picked by", "source"), rows)


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


def _prose(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(text, 120, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return "".join(f"{line}\n" for line in lines)


def _head() -> str:
    """What the check finds, with what each figure is worth."""
    counts = figures(findings())
    none = "none contradicts" if not counts["contradicts"] else f"{counts['contradicts']:,} contradict"
    return (
        f"Over {len(treaty_ids())} instruments, {counts['agrees']:,} days that a source reports by itself agree with "
        f"the derived ones, and {none}. {counts['consistent']:,} more are the same day, but were computed from the "
        "clause, recalled, or stated by the act itself: they show that acts, clauses and engine fit together, and are "
        f"no second witness. {counts['cannot_derive']:,} cannot be derived."
    )


def _verdicts() -> str:
    def row(name: str, found: list[Finding]) -> list[str]:
        counts = Counter(one.verdict for one in found)
        return [name, *(f"{counts[verdict]:,}" for verdict in VERDICTS)]

    kinds = sorted({one.what for one in findings()})
    rows = [row(_code(kind), [one for one in findings() if one.what == kind]) for kind in kinds]
    return markdown(("effect", *(one.replace("_", " ") for one in VERDICTS)), [*rows, row("all", [*findings()])])


def _contradictions() -> str:
    rows = (
        (
            *(_code(view), _code(one.treaty), _who(one.party), _code(one.what), one.recorded, one.derived or "none"),
            *(one.explained, " or ".join(map(_code, one.readings))),
        )
        for view in VIEWS
        for one in findings(view)
        if one.verdict == "contradicts"
    )
    return markdown(("view", "treaty", "party", "effect", "reported", "derived", "question", "read as"), rows)


def _who(party: str) -> str:
    return "all" if party == "*" else party


def _underived() -> str:
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for one in findings():
        if one.verdict == "cannot_derive":
            groups.setdefault((one.treaty, one.what, one.recorded, one.why), []).append(_who(one.party))
    return markdown(
        ("treaty", "effect", "day on record", "for", "why"),
        ((_code(name), _code(what), day, ", ".join(who), why) for (name, what, day, why), who in groups.items()),
    )


def _unreported() -> str:
    left = (one for one in findings() if one.verdict == "not_recorded" and one.what != "entered_into_force")
    rows = ((_code(one.treaty), _who(one.party), _code(one.what), one.derived) for one in left)
    return markdown(("treaty", "party", "effect", "derived"), rows)


def _register() -> str:
    readings = {one.id: {found.effect.kind for found in one.readings.values()} for one in disputes().values()}
    moving = [name for name, kinds in readings.items() if kinds - {"none", "as_notified"}]
    raised = {act.dispute for name in treaty_ids() for act in record(name) if act.dispute}
    return _prose(
        f"The register has {len(readings)} questions. In {len(moving)} of them a reading moves or denies an effect "
        f"({', '.join(moving)}); the others say which dates and readings else can be found, who holds them, and which "
        f"one the record follows. {len(raised)} questions are raised by rows of the record, which name them in the "
        "column `dispute`; the trace shows it with the step. All are listed in the [table of disputed "
        "questions](law.md#disputed-questions-and-views)."
    )


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
    "readings": _readings,
    "record": _record,
    "scenarios": _scenarios,
    "check": lambda: _prose(_head()),
    "check-in-short": lambda: _prose(_head(), "  "),
    "verdicts": _verdicts,
    "contradictions": _contradictions,
    "underived": _underived,
    "unreported": _unreported,
    "register": _register,
}


def fresh(text: str) -> str:
    """Return a page's text with every table written anew; an unknown table is a KeyError that names it."""
    return _PLACE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def _fresh(page: Path) -> str:
    return fresh(page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(run("tables.py", {page: partial(_fresh, page) for page in PAGES}, sys.argv[1:]))
