"""Both worlds together, for an outcome whose last day comes after the end of the evidence.

Up to the end of the evidence the explanations say what the factual world did. After it the factual world goes on under
the same rules, and whether the outcome comes in it is left to chance too. Its histories are therefore followed to the
outcome's last day; each of them is an explanation of a longer record, and the edited world is asked given all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from simulator.counterfactual.explanations import Explanations
from simulator.errors import LimitError
from simulator.exact.history import paths
from simulator.exact.lattice import Lattice, Limits
from simulator.scenario.program import Program

__all__ = ["Both", "both_worlds"]

MOST = 2_000  # histories of the factual world


@dataclass(frozen=True, slots=True)
class Both:
    """The probabilities, given the record, that an outcome comes in the factual world, and in both worlds or only here.

    `delay` maps days gained by the edit to probabilities, where both worlds have the outcome; `work` counts the days
    of worlds that it took.
    """

    factual: Fraction
    both: Fraction
    only_edited: Fraction
    delay: dict[int, Fraction]
    work: int

    @property
    def p_necessary(self) -> Fraction | None:
        """Of the worlds that have the outcome, the share that lose it by the edit; None where none has it."""
        return 1 - self.both / self.factual if self.factual else None

    @property
    def p_sufficient(self) -> Fraction | None:
        """Of the worlds without the outcome, the share that get it by the edit; None where all have it."""
        return self.only_edited / (1 - self.factual) if self.factual < 1 else None


def both_worlds(factual: Program, edited: Program, known: Explanations, outcome: str, work: int) -> Both | None:
    """Return both worlds together, given what is known; None where that takes more than `work` days of worlds.

    The programs are the slices that the outcome needs. Where the edited one rests on rules or events that the factual
    one leaves out, None too: what history knows of them would be lost.
    """
    if not _holds(factual, edited):
        return None
    first = Lattice(
        factual, source=Explanations(known.histories, sizes=known.sizes), keep=True, limits=Limits(work=work)
    )
    try:
        longer = paths(first.run().ends, MOST)
        left = max(work - first.stepper.runs, 1)
        source = Explanations(longer, known.mechanism)
        second = Lattice(edited, source=source, limits=Limits(work=left))
        found = second.run().found.get(outcome, {})
    except LimitError:
        return None
    came = sum((one.weight for one in longer if outcome in one.found), Fraction(0))
    both, delay = Fraction(0), dict[int, Fraction]()
    for (day, mask), weight in found.items():
        share = weight / source.weight(mask)
        for number, one in enumerate(longer):
            if mask >> number & 1 and outcome in one.found:
                part = share * one.weight
                both += part
                days = day - one.found[outcome]
                delay[days] = delay.get(days, Fraction(0)) + part
    total = sum(found.values(), Fraction(0))
    gained = {days: part / both for days, part in sorted(delay.items())}
    return Both(came, both, total - both, gained, first.stepper.runs + second.stepper.runs)


def _holds(factual: Program, edited: Program) -> bool:
    """Whether the factual slice holds every rule and event of the edited one."""
    events = {event.id for event in factual.events}
    rules = {rule.id: rule.only for rule in factual.rules}

    def kept(name: str, only: frozenset[int] | None) -> bool:
        wide = rules.get(name, frozenset())
        return wide is None or (only is not None and only <= wide)

    drawn = [event.id for event in edited.events if event.chance is not None]
    return events.issuperset(drawn) and all(kept(rule.id, rule.only) for rule in edited.rules)
