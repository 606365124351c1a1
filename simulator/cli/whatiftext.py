"""The answer to a what-if question as a page for people who have never met the method's words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from simulator.cli.output import Cell, Table, print_table, say, say_wrapped

if TYPE_CHECKING:
    from simulator.counterfactual.card import Card
    from simulator.counterfactual.numbers import Number
    from simulator.counterfactual.twin import Effect
    from simulator.counterfactual.whatif import WhatIf
    from simulator.scenario.load import Loaded

__all__ = ["print_whatif"]

_MARKS = {"ok": ("+", "green"), "note": ("-", ""), "warning": ("!", "yellow")}


def print_whatif(loaded: Loaded, answer: WhatIf, card: Card | None) -> None:
    """Print question, answer, how sure it is, and the report card."""
    say(f"{loaded.scenario.title}: {answer.title}", "bold")
    for sentence in answer.edits or ("Nothing is changed.",):
        say_wrapped(sentence, indent="  ", hang="  ")
    say()
    _answers(answer)
    say()
    _known(answer)
    _mechanisms(answer)
    if card is not None:
        say()
        _card(card)


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
    say()
    for line in (
        "as it was: how probable the outcome is, given what is on record; where the record ends earlier, the model "
        "goes on.",
        "with the change: the same world with the change; every decision that the record tells something about stays "
        "as the record has it, only the rest is left to chance.",
        "model alone, model, changed: what the rules expect before anything is known. This is another question.",
        "needed it: of the worlds in which the outcome came, the share in which it would not have come with the "
        "change.",
    ):
        say_wrapped(line, "dim", indent="  ", hang="  ")


def _maybe(number: Number | None) -> str:
    return "-" if number is None else number.text()


def _known(answer: WhatIf) -> None:
    """What was taken as known, and how well the model fits it."""
    history = answer.history
    say_wrapped(f"Known: {answer.given}.")
    count = len(history.explanations)
    how = "exact" if history.exact else "drawn"
    text = f"The rules can have brought this about in {count:,} way{'s' if count != 1 else ''} ({how})"
    say_wrapped(
        f"{text}; each counts by its probability. Together, to the day, they have probability "
        f"{_small(float(history.p_record))}."
    )
    pattern = answer.p_pattern
    shown = pattern.text() if pattern.value * pattern.runs >= 1 else f"about {_small(float(pattern.value))}"
    if not pattern.value:
        shown = f"none of {pattern.runs:,} drawn histories shows them, so less than {100 * pattern.high:.2g} %"
    say_wrapped(f"The same acts on any dates: {shown}.")
    drawn = [one for one in answer.effects if not (one.given_record.exact and one.unconditioned.exact)]
    if drawn:
        say_wrapped(
            "Percentages with a range rest on drawn worlds (95 % interval), since the exact computation was too large; "
            "--runs draws more, --work computes further. All others are exact."
        )
    for warning in answer.warnings:
        say_wrapped(f"! {warning}", "yellow", hang="  ")


def _small(value: float) -> str:
    return f"{100 * value:.3g} %" if value >= 1e-4 else f"{value:.1e}"


def _mechanisms(answer: WhatIf) -> None:
    """How much the answer rests on an assumption that no data can settle."""
    spread: list[tuple[Effect, list[float]]] = []
    for one in answer.effects:
        values = [float(number.value) for number in answer.mechanisms.get(one.outcome, {}).values()]
        spread.append((one, values))
    widest = max(spread, key=lambda pair: max(pair[1], default=0) - min(pair[1], default=0), default=None)
    if widest is None or not widest[1]:
        return
    low, high = min(widest[1]), max(widest[1])
    say_wrapped(
        f"Mechanism sensitivity: {answer.settings.mechanism} was used. Over all mechanisms, down to one where history "
        f"teaches nothing, {widest[0].outcome} moves most: from {100 * low:.3g} % to {100 * high:.3g} %."
    )
    for changed in answer.changed:
        say_wrapped(f"  Rule {changed['rule']} decides among several outcomes, whose chances the change alters.")


def _card(card: Card) -> None:
    """The report card: one line for each criterion."""
    say(f"Report card for {card.outcome}", "bold")
    for row in card.rows:
        mark, style = _MARKS[row.verdict]
        say_wrapped(f"{mark} {row.title}: {row.sentence}", *([style] if style else []), indent="  ", hang="    ")
