"""A comparison for people: edits, where the worlds part, what that reaches, what stays, both timelines, effects."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from simulator.cli.output import Cell, Table, is_terminal, print_table, say, say_wrapped
from simulator.cli.timeline import iso
from simulator.cli.words import spaced, status_style

if TYPE_CHECKING:
    from simulator.counterfactual.alignment import Row
    from simulator.counterfactual.compare import Comparison, Reached, Verdict
    from simulator.results.trace import Answer, Step

__all__ = ["print_comparison"]

_NAMED = 4  # parties that a cell names before it only counts them
_STYLES = {"edited": "magenta", "cause": "yellow", "facts": "yellow", "": "bold red"}


def print_comparison(found: Comparison) -> None:
    """Print everything in the order in which a reader asks for it."""
    _heading(found)
    _parting(found)
    if not found.identical:
        _reach(found)
    _kept(found)
    _outcomes(found)
    if not found.identical:
        _timelines(found)
    _effects(found)
    for text in dict.fromkeys(text for world in found.worlds for text in world.trace.warnings):
        say_wrapped(f"Warning: {text}", "yellow")


def _section(title: str) -> None:
    say()
    say_wrapped(title, "bold")


def _indent() -> int:
    return 2 if is_terminal(sys.stdout) else 0


def _heading(found: Comparison) -> None:
    scenario, trace = found.loaded.scenario, found.worlds[0].trace
    say(f"{scenario.title} ({scenario.id})", "bold")
    mode = "replays of the record" if trace.mode == "replay" else f"simulated with seed {trace.seed}, in both worlds"
    views = " and ".join(dict.fromkeys(world.trace.view for world in found.worlds))
    say_wrapped(f"{mode}, view {views}, {iso(trace.first)} to {iso(trace.last)}", "dim")
    for number, world in enumerate(found.worlds, start=1):
        say()
        title = f": {world.branch.title}" if world.branch and world.branch.title else ""
        say_wrapped(f"World {number}, {world.name}{title}", "bold")
        for edit in world.edits:
            say_wrapped(f"- {edit.sentence()}", indent="  ", hang="  ")
        if not world.edits:
            say("  no edits")


# --- where they part --------------------------------------------------------------------------------------------------


def _parting(found: Comparison) -> None:
    parting = found.divergence
    if parting is None:
        _section("The two worlds never part: every step is the same.")
        return
    label = {"edited": "the edit itself"}.get(parting.row.how, "follows from the edit")
    _section(f"The worlds part on {iso(parting.day)} ({label})")
    _sides(found, parting.row)
    if parting.follows is not None and parting.follows is not parting.row:
        _section(f"The first step that follows from it, {iso(parting.follows.day)}")
        _sides(found, parting.follows)
    elif parting.follows is None:
        say("  Nothing else follows from it.")


def _sides(found: Comparison, row: Row) -> None:
    from simulator.counterfactual.compared import side

    for number, world in enumerate(found.worlds):
        step = (row.first, row.second)[number]
        when = f"{iso(step.day)} " if step is not None and step.day != row.day else ""
        say_wrapped(f"{world.name}: {when}{side(found, row, number)}", indent="  ", hang="    ")


# --- what it reaches --------------------------------------------------------------------------------------------------


def _reach(found: Comparison) -> None:
    _section("What the edit reaches")
    odd = found.differing
    own = sum(row.how == "edited" for row in odd)
    say_wrapped(
        f"{len(odd)} of {len(found.rows)} steps differ: {own} are the edit itself, "
        f"{sum(row.how in ('cause', 'facts') for row in odd)} follow from it.",
        indent="  ",
    )
    for text in (*(f"{iso(row.day)}: no link to the edit was found" for row in found.unlinked), *found.lost):
        say_wrapped(f"CONTRADICTION: {text}", "bold", "red", indent="  ")
    if not found.reached:
        say("  It reaches no party's relationship to a treaty.")
        return
    table = Table(("treaty", "parties", "in world 1", "in world 2", "since"), wrap=frozenset({"parties"}))
    groups: dict[tuple[str, ...], list[Reached]] = {}
    for one in found.reached:
        end = "the same" if one.ends_alike else "" if one.first != one.second else "other in detail"
        groups.setdefault((one.treaty, one.first, one.second, end), []).append(one)
    for (treaty, first, second, end), members in groups.items():
        names = " ".join(one.party or "(as a whole)" for one in members)
        ended = Cell(end or spaced(second), "dim" if end else status_style(second))
        table.rows.append([treaty, names, Cell(spaced(first), status_style(first)), ended, _since(members)])
    say()
    say("  How the relationships end that it reaches; since: the first day of difference", "dim")
    print_table(table, indent=_indent())


def _since(members: Sequence[Reached]) -> str:
    return iso(min(one.since for one in members))


# --- what stays -------------------------------------------------------------------------------------------------------


def _kept(found: Comparison) -> None:
    _section("What stays the same, and why")
    draws, pairs = found.draws, found.same
    free = sum(one.independent for one in pairs)
    lines = [f"{sum(row.kind == 'same' for row in found.rows)} steps."]
    if pairs:
        lines.append(f"{len(pairs)} relationships: {free} because nothing in them can depend on the edit, ")
        lines[-1] += f"{len(pairs) - free} that it could have reached, but every step of them came out the same."
    if found.worlds[0].trace.mode != "replay":
        lines.append(
            f"Decisions taken alike in both worlds: {draws.decided_alike}, otherwise: {draws.decided_otherwise}. "
            f"Random numbers read in both, and the same there: {draws.shared}; in world 1 alone: {draws.only_first}, "
            f"in world 2 alone: {draws.only_second}."
        )
    for line in lines:
        say_wrapped(f"- {line}", indent="  ", hang="  ")


def _outcomes(found: Comparison) -> None:
    if not found.outcomes:
        return
    from simulator.counterfactual.compared import why_same

    _section("Outcomes in this pair of worlds")
    table = Table(("outcome", "world 1", "world 2", "why"), wrap=frozenset({"why"}))
    for name, one in found.outcomes.items():
        first, second = _answer(one.first), _answer(one.second)
        style = "dim" if one.is_same else "bold yellow"
        table.rows.append([Cell(name, style), first, second, Cell(why_same(found, one), "dim" if one.is_same else "")])
    print_table(table, indent=_indent())


def _answer(one: Answer) -> str:
    return f"yes {iso(one.day)}" if one.value and one.day else "yes" if one.value else "no"


# --- timelines --------------------------------------------------------------------------------------------------------


def _timelines(found: Comparison) -> None:
    _section("Both timelines, where they differ")
    names = [f"world {number}, {world.name}" for number, world in enumerate(found.worlds, start=1)]
    table = Table((*names, "how"), wrap=frozenset((*names, "how")))
    alike = 0
    for same, odd in _days(found.rows):
        alike += same
        if odd and alike:
            table.rows.append([Cell(f"… {alike} the same", "dim"), "", ""])
            alike = 0
        for group in _groups(odd):
            row = group[0]
            table.rows.append([_cell(row.first, group), _cell(row.second, group), Cell(_how(row), _STYLES[row.how])])
    if alike:
        table.rows.append([Cell(f"… {alike} the same", "dim"), "", ""])
    print_table(table, indent=_indent())


def _days(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    """For each day the number of rows that are the same, and the rows that differ."""
    for _, group in groupby(rows, key=lambda row: row.day):
        today = list(group)
        yield sum(row.kind == "same" for row in today), [row for row in today if row.is_odd]


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of the same days that say the same of several parties."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        sides = tuple(
            (one.day, one.kind, one.act, one.treaty, one.before, one.after, one.rule, one.toward) if one else None
            for one in (row.first, row.second)
        )
        found.setdefault((row.kind, row.how, sides), []).append(row)
    return list(found.values())


def _cell(step: Step | None, group: Sequence[Row]) -> Cell:
    from simulator.counterfactual.telling import said

    if step is None:
        return Cell("-", "dim")
    names = [row.step.party for row in group]
    listed = ", ".join(names[:-1]) + f" and {names[-1]}" if 1 < len(names) <= _NAMED else f"{len(names)} parties"
    who = names[0] if len(names) == 1 else f"each of {listed}"
    moved = step.kind != "decision" and step.before != step.after
    return Cell(f"{iso(step.day)} {said(step, who)}", status_style(step.after) if moved else "")


def _how(row: Row) -> str:
    from simulator.scenario.phrases import days

    parts = [{"edited": "edit", "": "NO LINK"}.get(row.how, "follows")]
    if row.kind == "other_cause":
        parts.append("other cause")
    if row.shift:
        parts.append(f"{'+' if row.shift > 0 else '-'}{days(abs(row.shift))}")
    if row.kind == "changed" and row.differs:
        parts.append("other " + ", ".join(spaced(one) for one in row.differs))
    return ", ".join(parts)


# --- effect -----------------------------------------------------------------------------------------------------------


def _effects(found: Comparison) -> None:
    exact = {name: one for name, one in found.outcomes.items() if None not in one.exact}
    if exact:
        _exact(exact)
    if not found.effects:
        return
    runs = next(iter(found.effects.values())).runs
    _section(f"Effect over {runs:,} pairs of runs, not conditioned on the record")
    table = Table(("outcome", "world 1", "world 2", "difference", "95 % interval"))
    for name, one in found.effects.items():
        first, second = (f"{share[0]:.1%}" for share in one.shares())
        low, high = one.interval
        span = "exactly 0: it cannot depend on the edit" if one.proved else f"{100 * low:+.1f} to {100 * high:+.1f}"
        table.rows.append([name, first, second, f"{100 * one.difference:+.1f}", span])
    print_table(table, indent=_indent())
    say_wrapped(
        "Difference in percentage points, world 2 less world 1; both worlds of a pair draw the same chance. "
        "Interval: Newcombe 1998, method 10.",
        "dim",
        indent="  ",
    )


def _exact(outcomes: dict[str, Verdict]) -> None:
    _section("Exact effect, not conditioned on the record")
    table = Table(("outcome", "world 1", "world 2", "difference"))
    for name, one in outcomes.items():
        first, second = one.exact
        assert first is not None
        assert second is not None
        table.rows.append([name, str(first), str(second), f"{second - first} ({float(second - first):+.4f})"])
    print_table(table, indent=_indent())
