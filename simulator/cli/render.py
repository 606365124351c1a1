"""One run for people: what was asked, what happened and why, what was refused, how it ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.output import Cell, Table, is_terminal, paint, print_table, say, say_wrapped, width, wrapped
from simulator.cli.timeline import PHASES, Row, folded, grouped, iso, root, select
from simulator.cli.words import beside, spaced, status_style

if TYPE_CHECKING:
    from simulator.results.trace import Position, Refusal, Step, Trace
    from simulator.scenario.load import Loaded

__all__ = ["print_run"]

_WIDE = 140
_FEW = 8
# What is out of the ordinary comes first.
_ORDER = ("suspended", "withdrawn", "terminated", "non_party", "signed", "ratified", "in_force")


def print_run(loaded: Loaded, trace: Trace, *, all_steps: bool = False) -> None:
    """Print everything that a reader of one run wants to see, in this order."""
    _heading(loaded, trace)
    _timeline(trace, all_steps)
    _refused(trace)
    _ties(trace)
    _outcomes(trace)
    _expectations(trace, all_steps)
    _final(trace)
    if trace.warnings:
        _section("Warnings")
        for text in trace.warnings:
            say_wrapped(text, indent="  ", hang="  ")


def _section(title: str) -> None:
    say()
    say(title, "bold")


def _heading(loaded: Loaded, trace: Trace) -> None:
    from simulator.scenario.compile import find_branch
    from simulator.scenario.edits import edits_of

    scenario = loaded.scenario
    say(f"{scenario.title} ({scenario.id})", "bold")
    if scenario.question:
        say_wrapped(scenario.question)
    which = f", replication {trace.replication}" if trace.replication else ""
    mode = "replay of the record" if trace.mode == "replay" else f"simulated with seed {trace.seed}{which}"
    say(f"{mode}, view {trace.view}, {iso(trace.first)} to {iso(trace.last)}", "dim")
    branch = find_branch(scenario, trace.branch)
    if branch is None:
        return
    say()
    say_wrapped(f"In the branch {branch.id}{': ' + branch.title if branch.title else ''}", "bold")
    for edit in edits_of(branch):
        say_wrapped(edit.sentence(), indent="  - ", hang="")


# --- the timeline -----------------------------------------------------------------------------------------------------


def _timeline(trace: Trace, all_steps: bool) -> None:
    shown = trace.steps if all_steps else select(trace)
    _section("Timeline")
    if not shown:
        say("  nothing happened in this period")
    elif is_terminal(sys.stdout):
        _pretty(trace, shown, fold=not all_steps)
    else:
        _plain(trace, shown)
    numbers = {step.number for step in shown}
    rest = [step for step in trace.steps if step.number not in numbers]
    if rest:
        early = sum(step.day < trace.first for step in rest)
        before = f" ({early} of them before the period)" if early else ""
        say(f"  … {len(rest)} more steps{before}; --all-steps shows them", "dim")


def _plain(trace: Trace, shown: list[Step]) -> None:
    """One step a line, for other programs and for `grep`."""
    columns = ("date", "phase", "kind", "who", "treaty", "act", "from", "to", "cause", "basis", "note", "confidence")
    table = Table(columns)
    for step in shown:
        row = (
            iso(step.day),
            PHASES.get(step.phase, ""),
            step.kind,
            step.party,
            step.treaty,
            step.act,
            step.before,
            step.after,
            root(step, trace.steps),
            step.basis,
            "; ".join(part for part in (_toward(step), step.note) if part),
            "" if step.confirmed else "unconfirmed",
        )
        table.rows.append(row)
    print_table(table)


def _pretty(trace: Trace, shown: list[Step], *, fold: bool) -> None:
    """Steps that belong together in one row, why below what; in a wide terminal beside it."""
    rows = grouped(shown, trace.steps)
    if fold:
        rows = folded(rows, frozenset(step.day for step in shown if step.kind == "decision"))
    wide = width() >= _WIDE
    columns = ("date", "kind", *(("who", "treaty", "what", "why") if wide else ("what and why",)))
    table = Table(columns, wrap=frozenset({"who", "what", "why", "what and why"}))
    last = 0
    for row in rows:
        date = "" if row.step.day == last and not row.until else iso(row.step.day)
        date += f"\nto {iso(row.until)}" if row.until else ""
        last = 0 if row.until else row.step.day
        kind, what, why = Cell(row.step.kind, _kind_style(row)), _what(row), Cell(_why(row), "dim")
        if wide:
            table.rows.append([date, kind, _who(row), row.step.treaty, what, why])
        else:
            whose = " ".join(part for part in (_who(row), row.step.treaty) if part)
            apart = " · " if row.step.kind == "event" else "\n"
            below = [Cell(f"{apart}{why.text}", "dim")] if why.text else []
            table.rows.append([date, kind, [Cell(f"{whose}: " if whose else "", "bold"), what, *below]])
    print_table(table, indent=1)


def _who(row: Row) -> str:
    if len(row.parties) <= _FEW and not row.until:
        return " ".join(row.parties)
    return f"{len(row.parties)} parties"


def _kind_style(row: Row) -> str:
    return {"claim": "magenta", "event": "cyan", "decision": "blue", "forced": "bold magenta"}.get(row.step.kind, "")


def _what(row: Row) -> Cell:
    step = row.step
    doubt = " (unconfirmed)" if row.unconfirmed == row.number else f" ({row.unconfirmed} unconfirmed)"
    doubt = doubt if row.unconfirmed else ""
    if row.until:
        return Cell(", ".join(f"{number} {spaced(act)}" for act, number in row.acts.items()) + doubt, "dim")
    if step.kind == "event":
        return Cell(f"{step.note or spaced(step.act)}{doubt}", "cyan")
    if step.kind == "decision":
        times = f" ({row.number} times)" if row.number > 1 else ""
        label = f" ({step.note})" if step.note and step.after == "fires" else ""
        return Cell(f"{step.rule} {step.after}{label}{times}", "" if step.after == "fires" else "dim")
    act = f"variable {step.note}" if step.act == "set" else spaced(step.act).removesuffix(" toward")
    moved = f", {step.before or '?'} → {step.after}" if step.before != step.after else ""
    moved += f" → {row.then.after}" if row.then is not None else ""
    toward = f" {_toward(step)}" if step.toward else ""
    return Cell(f"{act}{toward}{moved}{doubt}", status_style((row.then or step).after) if moved else "")


def _toward(step: Step) -> str:
    return f"towards {', '.join('all' if one == '*' else one for one in step.toward)}" if step.toward else ""


def _why(row: Row) -> str:
    """The cause and the legal basis, and what else there is to say in a few words."""
    step = row.step
    if row.until:
        return ""
    if step.kind == "event":
        return step.id
    causes = ", ".join(row.causes[:3]) + (" and others" if len(row.causes) > 3 else "")
    if step.kind == "decision":
        return "forced by the branch" if step.basis == "forced" else causes
    basis = step.basis + (f"; {row.then.basis}" if row.then is not None else "")
    return " · ".join(part for part in (causes, basis, _remark(row)) if part)


def _remark(row: Row) -> str:
    """What the note of a step adds; what the act and its cause say already is left out."""
    step = row.step
    parts = [part for note in row.notes for part in note.split("; ")]
    disputed = [part for part in dict.fromkeys(parts) if "disputed" in part or "without effect" in part]
    if disputed:
        return "; ".join(disputed)
    if step.kind == "statement" or (step.kind == "effect" and not step.party and step.act != "set"):
        return "; ".join(dict.fromkeys(parts))
    return ""


# --- what else is to be said ------------------------------------------------------------------------------------------


def _refused(trace: Trace) -> None:
    if not trace.refused:
        return
    _section("Not done")
    table = Table(
        ("date", "who", "treaty", "act", "why not", "basis", "cause"), wrap=frozenset({"why not", "basis", "cause"})
    )
    for one in trace.refused:
        table.rows.append([*_refusal(one)])
    print_table(table, indent=1 if is_terminal(sys.stdout) else 0)
    if trace.mode == "replay" and not trace.branch:
        say("  In a replay of the unedited record this points to an error of the record or of a clause.", "yellow")


def _refusal(one: Refusal) -> tuple[str | Cell, ...]:
    if not is_terminal(sys.stdout):
        return iso(one.day), one.party, one.treaty, one.act, one.reason, one.basis, one.rule or one.id
    cause = f"rule {one.rule}" if one.rule else "record"
    style = "" if one.kind == "outdated" else "red"
    return iso(one.day), one.party, one.treaty, Cell(spaced(one.act), style), one.reason, one.basis, cause


def _ties(trace: Trace) -> None:
    if not trace.ties:
        return
    _section("Same-day acts whose order matters and is not declared")
    for tie in trace.ties:
        say(f"  {iso(tie.day)}  {tie.first}  and  {tie.second}")


def _outcomes(trace: Trace) -> None:
    if not trace.outcomes:
        return
    _section("Outcomes")
    table = Table(("outcome", "answer", "first day", "question"), wrap=frozenset({"question"}))
    for one in trace.outcomes.values():
        answer = Cell("yes", "bold green") if one.value else Cell("no", "bold red")
        title = one.title if one.title != one.id else ""
        table.rows.append([one.id, answer, iso(one.day) if one.day else "", title])
    print_table(table, indent=1 if is_terminal(sys.stdout) else 0)


def _expectations(trace: Trace, all_steps: bool) -> None:
    if not trace.checks:
        return
    judged = trace.mode == "replay" and not trace.branch
    _section("Expectations" if judged else "Expectations about the record, for comparison")
    yes, no = _marks()
    fine = sum(one.ok for one in trace.checks)
    short = is_terminal(sys.stdout) and fine > _FEW and not all_steps
    for one in trace.checks:
        if one.ok and short:
            continue
        got = "" if one.ok else f"; it is {spaced(one.got)}" if one.got != "does not hold" else "; this does not hold"
        mark = yes if one.ok else no
        styles = ("green",) if one.ok else ("red", "bold") if judged else ("red",)
        first, *rest = wrapped(f"{mark} {iso(one.day)}  {one.text}{got}", indent="  ", hang=" " * (len(mark) + 13))
        say(first.replace(mark, paint(mark, *styles), 1))
        for line in rest:
            say(line)
    if short:
        say(f"  {paint(yes, 'green')} {'all' if fine == len(trace.checks) else 'the other'} {fine} hold")
    if fine < len(trace.checks):
        text = f"  {len(trace.checks) - fine} of {len(trace.checks)} do not hold"
        say(text, *(("bold", "red") if judged else ("dim",)))


def _marks() -> tuple[str, str]:
    """Signs for yes and no that the stream can write."""
    try:
        "✓✗".encode(sys.stdout.encoding or "ascii")
    except UnicodeError:
        return "ok", "FAILED"
    return "✓", "✗"


# --- how it ended -----------------------------------------------------------------------------------------------------


def _final(trace: Trace) -> None:
    """The positions that matter: not in force, beside their status something, or changed within the period."""
    told = [one for one in trace.final if _matters(one, trace.first)]
    _section(f"At the end, {iso(trace.last)}")
    for name, (status, reason, since) in trace.treaties.items():
        unchanged = sum(1 for one in trace.final if one.treaty == name and one.status == "in_force" and one not in told)
        text = f"{name}: {spaced(status)}{' (' + spaced(reason) + ')' if reason else ''}"
        text += f" since {iso(since)}" if since else ""
        text += f"; {unchanged} other parties in force, unchanged" if unchanged else ""
        say(f"  {text}")
    if not told:
        return
    if is_terminal(sys.stdout):
        _final_pretty(told)
    else:
        _final_plain(told)


def _matters(one: Position, first: int) -> bool:
    if one.status == "non_party" and not one.reason and not one.pending:
        return False
    if one.since < first and one.status in ("terminated", "non_party"):
        return False  # history before the period
    odd = one.status != "in_force" or bool(one.pending or one.toward or one.disputed)
    return odd or one.since >= first or one.organ_rights != "full"


def _final_plain(told: list[Position]) -> None:
    table = Table(("treaty", "party", "status", "since", "reason", "also", "disputed"))
    for one in told:
        since = iso(one.since) if one.since else ""
        disputed = "disputed" if one.disputed else ""
        table.rows.append([one.treaty, one.party, one.status, since, one.reason, beside(one.as_json()), disputed])
    print_table(table)


def _final_pretty(told: list[Position]) -> None:
    """One row for each treaty and status; what stands beside the status keeps parties apart."""
    groups: dict[tuple[str, ...], list[Position]] = {}
    for one in sorted(told, key=lambda one: (one.treaty, _ORDER.index(one.status))):
        more = "; ".join(part for part in (beside(one.as_json()), "disputed" if one.disputed else "") if part)
        groups.setdefault((one.treaty, one.status, one.reason, more), []).append(one)
    table = Table(("treaty", "status", "parties"), wrap=frozenset({"parties"}))
    last = ""
    for (treaty, status, reason, more), found in groups.items():
        shown = spaced(status) + (f" ({spaced(reason)})" if reason else "")
        text = " ".join(one.party for one in found)
        if len(found) <= _FEW:
            text = ", ".join(f"{one.party} {iso(one.since)}" if one.since else one.party for one in found)
        text += f" ({more})" if more else ""
        table.rows.append(["" if treaty == last else treaty, Cell(shown, status_style(status)), text])
        last = treaty
    say()
    print_table(table, indent=1)
