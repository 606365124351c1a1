"""Sweeps and tipping points for people."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from simulator.cli.output import Table, is_terminal, note, print_table, say, say_wrapped

if TYPE_CHECKING:
    from simulator.ensemble.design import Point
    from simulator.ensemble.sweep import Row, Sweep
    from simulator.ensemble.tipping import Crossing, Look, Tipping

__all__ = ["print_points", "print_sweep", "print_tipping", "told_looks"]

_MOST_ROWS = 60
_MOST_REASONS = 10
_PATIENCE = 5.0  # seconds between two lines about looks


def _indent() -> int:
    return 2 if is_terminal(sys.stdout) else 0


def print_points(points: Sequence[Point], reasons: Sequence[str]) -> None:
    """Print every point as a sentence, with the reason where it cannot be."""
    table = Table(("point", "world", "cannot be, because"), wrap=frozenset({"world", "cannot be, because"}))
    for point, reason in zip(points, reasons, strict=True):
        table.rows.append((str(point.number), point.sentence, reason))
    print_table(table)


def print_sweep(found: Sweep, outcomes: Sequence[str]) -> None:
    """Print the table of each outcome, then the points that cannot be, then how to read it."""
    points, rows = found.points, found.of(outcomes)
    scenario = points.loaded.scenario
    say(f"{scenario.title} ({scenario.id})", "bold")
    settings, design = found.settings, points.design
    seed = f", design seed {design.seed}" if design.seed is not None else ""
    say_wrapped(
        f"{design.method}: {len(design.rows):,} points, {settings.runs:,} runs each, seed {settings.seed}{seed}", "dim"
    )
    for outcome in scenario.outcomes:
        own = [row for row in rows if row["outcome"] == outcome.id]
        if own:
            say()
            say_wrapped(f"{outcome.id}: {outcome.title or outcome.id}", "bold")
            _outcome(own, design.targets)
    _reasons([row for row in rows if row["state"] == "incoherent"])
    say()
    say_wrapped(
        "Point 0 is the base: " + points.point(0).sentence + " All worlds read the same noise; a difference is that to "
        "the base over paired runs, in percentage points. Intervals: 95 %, Wilson and Newcombe 1998. What is exact has "
        "none.",
        "dim",
    )


def _outcome(rows: Sequence[Row], targets: Sequence[str]) -> None:
    table = Table(("point", *targets, "share", "95 % interval", "difference", "95 % interval of it"))
    for row in rows[:_MOST_ROWS]:
        values = (str(row[name] or "") for name in targets)
        table.rows.append((str(row["point"]), *values, *_numbers(row)))
    print_table(table, indent=_indent())
    if len(rows) > _MOST_ROWS:
        say(f"  ... and {len(rows) - _MOST_ROWS:,} more; --csv prints all")


def _numbers(row: Row) -> list[str]:
    if row["p"] is None:
        return [f"{row['state']}: {row['reason'] or ''}", "", "", ""]
    exact = row["exact"]
    fraction = f"exact: {exact}" if exact and "/" in exact and len(exact) < 12 else "exact"
    interval = fraction if exact else f"{100 * row['low']:.1f}-{100 * row['high']:.1f} %"
    if row["difference"] is None:
        return [_percent(row["p"]), interval, "", ""]
    low, high = row["difference_low"], row["difference_high"]
    between = "exact" if low is None else f"{100 * low:+.1f} to {100 * high:+.1f}"
    return [_percent(row["p"]), interval, f"{100 * row['difference']:+.1f}", between]


def _percent(p: float) -> str:
    return f"{100 * p:.1f} %" if 0.001 <= p <= 0.999 or p in (0, 1) else f"{100 * p:.3g} %"


def _reasons(rows: Sequence[Row]) -> None:
    if not rows:
        return
    say()
    say_wrapped(f"{len(rows):,} points cannot be", "bold")
    for row in rows[:_MOST_REASONS]:
        say_wrapped(f"point {row['point']}: {row['reason']}", indent="  ", hang="  ")
    if len(rows) > _MOST_REASONS:
        say(f"  ... and {len(rows) - _MOST_REASONS:,} more; --csv prints all")


# -- tipping points ----------------------------------------------------------------------------------------------------


def print_tipping(found: Tipping) -> None:
    """Say where the level is crossed, whether the curve is monotone, and what was looked at."""
    level = _percent(float(found.level))
    say(f"Where {found.outcome} crosses {level}: {found.target}", "bold")
    how = "engine lattice, exact" if found.exact else f"{found.runs:,} runs, seed {found.seed}, engine {found.engine}"
    say_wrapped(f"from {found.looks[0].value} to {found.looks[-1].value}; {how}", "dim")
    say()
    if not found.crossings:
        ends = f"it goes from {_percent(float(found.looks[0].p))} to {_percent(float(found.looks[-1].p))}"
        say_wrapped(
            f"There is no crossing: at every value that was looked at the probability is {_side(found)}; {ends}."
        )
    elif len(found.crossings) > 1:
        say_wrapped(f"There is more than one crossing: {len(found.crossings)}.", "yellow")
    for one in found.crossings:
        say_wrapped(_crossing(found, one))
    say_wrapped(_trend(found))
    _looks(found)


def _side(found: Tipping) -> str:
    return "at or above it" if found.looks[0].p >= found.level else "below it"


def _crossing(found: Tipping, one: Crossing) -> str:
    verb = "rises" if one.rises else "falls"
    text = f"It {verb} through the level between {_look(one.before)} and {_look(one.after)}."
    if found.exact or one.low is None or one.high is None:
        return text
    low = f"{one.low} or less" if one.open_low else one.low
    high = f"{one.high} or more" if one.open_high else one.high
    return f"{text} The 95 % limits of the share hold the level from {low} to {high}."


def _look(look: Look) -> str:
    return f"{look.value} ({100 * float(look.p):.4g} %)"


def _trend(found: Tipping) -> str:
    exactly = "exact probability" if found.exact else "sampled curve, a step function of the value,"
    looked = "over all values that were looked at first"
    if found.trend == "is level":
        return f"The {exactly} is level {looked}."
    if found.trend == "turns":
        listed = "; ".join(
            f"between {a.value} and {b.value} it turns" + (" back" if real else " back by no more than chance may do")
            for a, b, real in found.turns
        )
        return f"The {exactly} is not monotone: {listed}. More --looks find more."
    text = f"The {exactly} {found.trend} throughout {looked}"
    if found.exact:
        return f"{text}."
    if not found.against:
        return f"{text}; so does every single run."
    runs = "one run goes" if found.against == 1 else f"{found.against:,} runs go"
    return f"{text}; {runs} against it from one value to the next."


def _looks(found: Tipping) -> None:
    say()
    table = Table(("value", "probability", "95 % interval"))
    for look in found.looks:
        table.rows.append((look.value, *_probability(look)))
    print_table(table, indent=_indent())


def _probability(look: Look) -> tuple[str, Any]:
    if look.share is not None:
        return _percent(float(look.p)), f"{100 * look.share.low:.1f}-{100 * look.share.high:.1f} %"
    text = str(look.exact)
    return _percent(float(look.p)), f"exact: {text}" if "/" in text and len(text) < 12 else "exact"


def told_looks() -> Callable[[int], None]:
    """Return what tells now and then on stderr how many values have been looked at."""
    shown = [time.monotonic()]

    def tell(looks: int) -> None:
        if time.monotonic() - shown[0] > _PATIENCE:
            shown[0] = time.monotonic()
            note(f"{looks} values looked at")

    return tell
