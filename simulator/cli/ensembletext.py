"""An ensemble for people: what was run, how likely each outcome is and when, and what that rests on."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from simulator.cli.output import Table, is_terminal, print_table, say, say_wrapped

if TYPE_CHECKING:
    from simulator.ensemble.exact import Exact, ExactOutcome
    from simulator.ensemble.frame import Frame
    from simulator.ensemble.intervals import Share
    from simulator.ensemble.result import Ensemble, Ensembles, PairedEffect

__all__ = ["print_ensemble", "run_again"]

_MOST_ROWS = 20
_MOST_FAILURES = 5


def print_ensemble(
    found: Ensembles | None, exact: Sequence[Exact], *, rules: bool, together: bool, given: Sequence[str] = ()
) -> None:
    """Print the answers of every world, then the effects; without runs, what is exact.

    `given` is how a command names the scenario and the view; it stands in what is said of runs that failed.
    """
    if found is None:
        for place, known in enumerate(exact):
            _heading(known.frame, "no run was drawn, engine lattice", place)
            _outcomes(None, known)
        return
    for place, world in enumerate(found.worlds):
        _heading(world.frame, _ran(world), place)
        _outcomes(world, exact[place] if exact else None)
        if together:
            _together(world)
        if rules:
            _rules(world)
        _failures(world, given)
    if found.effects:
        _effects(found)
    _notes(found.worlds[0], any(known.outcomes for known in exact))


def _section(title: str) -> None:
    say()
    say_wrapped(title, "bold")


def _indent() -> int:
    return 2 if is_terminal(sys.stdout) else 0


def _heading(frame: Frame, ran: str, place: int) -> None:
    if place:
        say()
    else:
        say(f"{frame.title} ({frame.scenario})", "bold")
    period = f"{dt.date.fromordinal(frame.first)} to {dt.date.fromordinal(frame.last)}"
    say_wrapped(f"{frame.world}: {ran}, view {frame.view}, {period}", "dim")


def _ran(world: Ensemble) -> str:
    failed = f" and {world.tally.failed:,} failed" if world.tally.failed else ""
    text = f"{world.runs:,} runs{failed}, seed {world.seed}, engine {world.engine}"
    if world.stopped == "interrupted":
        return f"interrupted: the first {text.replace(' runs', f' of {world.planned:,} runs', 1)}"
    return f"{text}, stopped before {world.planned:,}" if world.stopped else text


def _percent(p: float | None) -> str:
    return "" if p is None else f"{100 * p:.1f} %" if 0.001 <= p <= 0.999 or p in (0, 1) else f"{100 * p:.3g} %"


def _interval(share: Share) -> str:
    digits = 1 if share.width >= 0.01 else 2
    return f"{100 * share.low:.{digits}f}-{100 * share.high:.{digits}f} %"


def _dates(*days: dt.date | None) -> list[str]:
    return ["" if day is None else day.isoformat() for day in days]


_WHEN = ("quarter by", "half by", "three quarters by")


def _outcomes(world: Ensemble | None, exact: Exact | None) -> None:
    """One row for each outcome: exact where that is known, else from the runs."""
    frame, known = (world or exact).frame, exact.outcomes if exact else {}  # type: ignore[union-attr]
    _section("Outcomes")
    if not frame.outcomes:
        say("  the scenario asks for none")
        return
    table = Table(("outcome", "share", "95 % interval", *_WHEN, "never", "question"), wrap=frozenset({"question"}))
    for name, title, _ in frame.outcomes:
        cells = _exactly(known[name]) if name in known else _drawn(world, name) if world else []
        table.rows.append((name, *cells, title))
    print_table(table, indent=_indent())


def _drawn(world: Ensemble, name: str) -> list[str]:
    share, when = world.outcomes[name], world.passage(name)
    never = _percent(when.never / share.runs if share.runs else None)
    return [_percent(share.p), _interval(share), *_dates(when.quarter, when.median, when.three_quarters), never]


def _exactly(one: ExactOutcome) -> list[str]:
    fraction = f"exact: {one.p}" if 1 < one.p.denominator < 10_000 else "exact"
    dates = _dates(*(one.day(Fraction(quarters, 4)) for quarters in (1, 2, 3)))
    return [_percent(float(one.p)), fraction, *dates, _percent(float(1 - one.p))]


def _together(world: Ensemble) -> None:
    _section("Outcomes that came together, and no others")
    patterns = world.patterns()
    table = Table(("outcomes", "share", "95 % interval"), wrap=frozenset({"outcomes"}))
    for one in patterns[:_MOST_ROWS]:
        table.rows.append((", ".join(one.outcomes) or "none", _percent(one.share.p), _interval(one.share)))
    print_table(table, indent=_indent())
    if len(patterns) > _MOST_ROWS:
        say(f"  ... and {len(patterns) - _MOST_ROWS} rarer ones")
    if not world.tally.pattern.size:
        say_wrapped("There are too many outcomes to tell all sets apart; --json has every pair.", indent="  ")


def _rules(world: Ensemble) -> None:
    _section("Rules")
    table = Table(("rule", "decisions", "fired", "runs with one that fired", "95 % interval"))
    for row in world.coverage():
        cells = (f"{row.asked:,}", f"{row.fired:,}", _percent(row.share.p), _interval(row.share))
        table.rows.append((row.rule, *cells))
    print_table(table, indent=_indent())


def run_again(world: Ensemble, given: Sequence[str]) -> str:
    """The command that shows the first run that failed."""
    first, frame = world.failures[0].replication, world.frame
    words = ["treatysim", "run", *(given or [frame.scenario]), "--replication", str(first)]
    words += ["--seed", str(world.seed)] if world.seed != 1 else []
    words += ["--branch", frame.branch] if frame.branch else []
    return shlex.join(words)


def _failures(world: Ensemble, given: Sequence[str]) -> None:
    if not world.failures:
        return
    _section(f"{world.tally.failed:,} runs failed and count nowhere else")
    for one in world.failures[:_MOST_FAILURES]:
        say_wrapped(f"replication {one.replication}: {one.text}", indent="  ", hang="  ")
    if len(world.failures) > _MOST_FAILURES:
        say(f"  ... and {len(world.failures) - _MOST_FAILURES} more")
    say_wrapped(f"To look at the first of them: {run_again(world, given)}", indent="  ", hang="  ")


def _effects(found: Ensembles) -> None:
    base = found.worlds[0].frame.world
    for world, outcomes in found.effects.items():
        _section(f"Effect of {world} against {base}, in percentage points")
        table = Table(("outcome", base, world, "difference", "95 % interval", "variance"))
        for name, one in outcomes.items():
            (first, *_), (second, *_) = one.effect.shares()
            low, high = one.effect.interval
            interval = f"{100 * low:+.1f} to {100 * high:+.1f}"
            difference = f"{100 * one.effect.difference:+.1f}"
            table.rows.append((name, _percent(first), _percent(second), difference, interval, _gain(one)))
        print_table(table, indent=_indent())
    say_wrapped(
        "Both worlds of a pair draw the same chance; the last column says by which factor that makes the variance of "
        "the difference smaller than a seed of its own for each world would. Interval: Newcombe 1998, method 10.",
        indent="  ",
    )


def _gain(one: PairedEffect) -> str:
    if one.gain is not None:
        return f"1/{one.gain:,.1f}"
    same = one.effect.only_first + one.effect.only_second == 0
    return "no pair differs" if same else "every pair differs"


def _notes(world: Ensemble, exact: bool) -> None:
    say()
    if world.stopped == "width":
        say_wrapped(
            "Stopped because every interval was narrow enough. The intervals are nominal: looking again and again "
            "until they are makes them a little too narrow."
        )
    if world.stopped == "interrupted":
        say_wrapped(
            "Interrupted: these are all runs up to the last that was counted, and a valid shorter ensemble.", "yellow"
        )
    say_wrapped(
        "Interval: Wilson; the rule of three where no run or every run shows the outcome. Dates: by when a quarter, "
        "half and three quarters of the runs with the outcome had it. Nothing here is conditioned on the record.",
        "dim",
    )
    if exact:
        say_wrapped("What is exact was computed by the engine lattice and not drawn.", "dim")
