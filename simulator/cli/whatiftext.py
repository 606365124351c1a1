"""The answer to a what-if question as a page for people who have never met the method's words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from simulator.cli.output import Cell, Table, print_table, say, say_wrapped

if TYPE_CHECKING:
    from simulator.counterfactual.card import Card
    from simulator.counterfactual.couplings import Bounds
    from simulator.counterfactual.numbers import Number
    from simulator.counterfactual.seeing import Seen
    from simulator.counterfactual.twin import Effect
    from simulator.counterfactual.uncertain import Uncertain
    from simulator.counterfactual.whatif import WhatIf
    from simulator.scenario.load import Loaded

__all__ = ["print_whatif"]

MANY = 5  # names shown of a list
RARE = 1e-4
_MORE = "--runs draws more, --work computes further"
_MARKS = {"ok": ("+", "green"), "note": ("-", ""), "warning": ("!", "yellow")}


def print_whatif(
    loaded: Loaded, answer: WhatIf, card: Card | None, over: Uncertain | None = None, *, more: str = _MORE
) -> None:
    """Print question, answer, how sure it is, what further questions give, and the report card.

    `more` says which options make drawn numbers surer: they are those of the command that prints.
    """
    say(f"{loaded.scenario.title}: {answer.title}", "bold")
    for sentence in answer.edits or ("Nothing is changed.",):
        say_wrapped(sentence, indent="  ", hang="  ")
    say()
    _short(answer)
    _answers(answer)
    say()
    _known(answer, more)
    _still(answer)
    if answer.seen is not None or over is not None or answer.bounds or answer.changed:
        say()
    if answer.seen is not None:
        _seen(answer.seen)
    if over is not None:
        _over(over)
    _mechanisms(answer)
    if card is not None:
        say()
        _card(card)


def _short(answer: WhatIf) -> None:
    """The first question in one sentence."""
    one = answer.effects[0]
    say_wrapped(
        f"In short, given everything on record: {one.title}: as it was, {one.baseline.text()}; with the change, "
        f"{one.given_record.text()}.",
        "bold",
    )
    say()


def _answers(answer: WhatIf) -> None:
    """The numbers: without and with the edit, given what happened, and for the model alone."""
    columns = ("outcome", "as it was", "with the change", "model alone", "model, changed", "needed it")
    table = Table(columns, wrap=frozenset({"outcome"}))
    for one in answer.effects:
        by = dt.date.fromordinal(one.last).isoformat()
        table.rows.append(
            [
                f"{one.title} ({one.outcome}, by {by})",
                one.baseline.text(),
                Cell(one.given_record.text(), "bold"),
                one.unconditioned_baseline.text(),
                one.unconditioned.text(),
                _maybe(one.p_necessary),
            ]
        )
    print_table(table)
    if answer.few:
        say_wrapped(f"! {answer.few}", "yellow", hang="  ")
    say()
    for line in (
        "as it was: how probable the outcome is, given what is on record; where the record ends earlier, the model "
        "goes on.",
        "with the change: the same history with the change made; every decision that the record tells something about "
        "stays as the record has it, only the rest is left to chance.",
        "model alone, model, changed: what the rules expect of any history, whatever happened in this one. This is "
        "another question.",
        "needed it: of the worlds in which the outcome came, the share in which it would not have come with the "
        "change.",
    ):
        say_wrapped(line, "dim", indent="  ", hang="  ")


def _maybe(number: Number | None) -> str:
    return "-" if number is None else number.text()


def _known(answer: WhatIf, more: str) -> None:
    """What was taken as known, and how well the model fits it."""
    history = answer.history
    say_wrapped(f"Known: {answer.given}.")
    count = history.count
    how = "exact" if history.certain else "drawn"
    text = f"The rules can have brought this about in {count:,} way{'s' if count != 1 else ''} ({how})"
    small = "; it is small because each date is one of hundreds" if history.p_record < RARE else ""
    say_wrapped(
        f"{text}; each counts by its probability. Together, {answer.resolution}, they have probability "
        f"{_small(float(history.p_record))}{small}."
    )
    if not answer.p_pattern.exact:  # exact: no act and no silence is known, so that there is no pattern to judge
        say_wrapped(f"The same acts on any dates: {_pattern(answer.p_pattern)}.")
    drawn = [one for one in answer.effects if not (one.given_record.exact and one.unconditioned.exact)]
    if drawn:
        say_wrapped(
            "Percentages with a range rest on drawn worlds (95 % interval), since the exact computation was too large; "
            f"{more}. All others are exact."
        )
    for warning in answer.warnings:
        if warning != answer.few:  # it stands beside the numbers
            say_wrapped(f"! {warning}", "yellow", hang="  ")


def _pattern(pattern: Number) -> str:
    """How probable the recorded acts are on any dates."""
    low, high = _small(pattern.low), _small(pattern.high)
    if not pattern.value:
        return f"none of {pattern.runs:,} drawn histories shows them, so less than {high}"
    return f"about {_small(float(pattern.value))} (between {low} and {high}, from {pattern.runs:,} drawn histories)"


def _still(answer: WhatIf) -> None:
    """The events that a change leaves alone, so that nobody takes them for undone."""
    events = [f"{name} ({dt.date.fromordinal(day).isoformat()})" for name, day in answer.still_happens]
    if events:
        more = f" and {len(events) - MANY} more" if len(events) > MANY else ""
        say_wrapped(f"Happens all the same: {', '.join(events[:MANY])}{more}; only what the change names is changed.")


def _small(value: float) -> str:
    return f"{100 * value:.3g} %" if value >= 1e-4 else f"{value:.1e}"


def _seen(seen: Seen) -> None:
    """The same sentence as news: one line for each outcome that has an answer, or why there is none."""
    if not seen.numbers:
        say_wrapped(f"Seen, not done: not defined, since {seen.reason}.")
        return
    numbers = ", ".join(f"{name} {number.text()}" for name, number in seen.numbers.items())
    kept = "the record as it is"
    if seen.until is not None:
        kept = f"the record up to {dt.date.fromordinal(seen.until).isoformat()}"
    elif seen.left_out:
        kept = f"the record without {', '.join(seen.left_out)}"
    say_wrapped(
        f"Seen, not done: had the same been found out beside {kept}, and nothing been changed: {numbers}. What is "
        "found out also tells about its causes, which the change leaves as they were."
    )
    if seen.reason:
        say_wrapped(f"  {seen.reason}.")


def _over(over: Uncertain) -> None:
    """The answer over the range of a parameter: averaged, and for each value."""
    ends = f"{over.low} to {over.high}"
    for name in next(one.outcomes for one in over.values if one.outcomes):
        each = ", ".join(
            f"{one.outcomes[name][1].text() if one.outcomes else 'no such record'} at {one.value}"
            for one in over.values
        )
        say_wrapped(
            f"Were {over.parameter} unknown, from {ends}, the same in both worlds: {name} with the change "
            f"{over.given_record(name).text()} ({each}), where each value counts by how well it explains the record."
        )


def _mechanisms(answer: WhatIf) -> None:
    """How much the answer rests on an assumption that no data can settle."""
    spread: list[tuple[Effect, dict[str, Number]]] = [
        (one, answer.mechanisms[one.outcome]) for one in answer.effects if answer.mechanisms.get(one.outcome)
    ]
    if not spread or not (answer.bounds or answer.changed):  # where no chances change, nothing rests on it
        return
    one, numbers = max(spread, key=lambda pair: _width(pair[1]))
    moved = ", ".join(f"{name} {number.text()}" for name, number in numbers.items())
    most = f"{one.outcome} moves most: {moved}." if _width(numbers) else "No answer moves."
    say_wrapped(
        "Mechanism sensitivity: the change gives decisions other chances than they had in history. How a decision "
        f"carries over to other chances is an assumption that no data can settle (here: {answer.settings.mechanism}); "
        f"under independent, history would teach nothing at all. {most}"
    )
    for name, bounds in answer.bounds.items():
        if bounds is not None:
            say_wrapped(f"  {name}: {_bounds(bounds)}.")
    large = [name for name, bounds in answer.bounds.items() if bounds is None]
    if large:
        say_wrapped(f"  How far any other mechanism could go was too large to work out for {', '.join(large)}.")
    for changed in answer.changed:
        say_wrapped(f"  Rule {changed['rule']} decides among several outcomes, whose chances the change alters.")


def _width(numbers: dict[str, Number]) -> float:
    values = [float(number.value) for number in numbers.values()]
    return max(values) - min(values)


def _bounds(bounds: Bounds) -> str:
    count = f"{bounds.decisions} decision{'s' if bounds.decisions != 1 else ''}"
    ends = f"{100 * float(bounds.low):.3g} % to {100 * float(bounds.high):.3g} %"
    if bounds.sharp:
        return f"{ends}, however {count} may carry over (no narrower range is sure)"
    return f"at least {ends}, however {count} may carry over (too many to be sure that it goes no further)"


def _card(card: Card) -> None:
    """The report card: one line for each criterion."""
    say(f"Report card for {card.outcome}", "bold")
    say_wrapped(
        "Ten questions that research puts to any what-if, answered for this one: + in order, - to bear in mind, "
        "! weakens the answer",
        "dim",
        indent="  ",
        hang="  ",
    )
    for row in card.rows:
        mark, style = _MARKS[row.verdict]
        say_wrapped(f"{mark} {row.title}: {row.sentence}", *([style] if style else []), indent="  ", hang="    ")
