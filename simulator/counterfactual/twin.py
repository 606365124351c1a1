"""The twin: an outcome in the edited world, given what did happen, beside the same without that knowledge.

Abduction (`abduction`) gives the explanations of the record; the edited program is then run with the uniforms as each
explanation knows them. Where that is too large for an exact answer, worlds are drawn (`sampling`) and the answer has
an interval. Every number says which of the two it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fractions import Fraction

from simulator import WHATIF_WORK, WHATIF_WORLDS
from simulator.counterfactual.abduction import History, taught_by
from simulator.counterfactual.beyond import both_worlds
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.numbers import Number, wilson_interval
from simulator.counterfactual.sampling import pairs
from simulator.errors import LimitError
from simulator.exact.cone import Cone, cone, slice_program
from simulator.exact.lattice import Lattice, Limits
from simulator.exact.standing import standing
from simulator.exact.worlds import Worlds
from simulator.scenario.program import Outcome, Program

__all__ = ["BUDGET", "Effect", "Twin"]

BUDGET = 2  # how often the work of one question may be spent on the edited world given the record
EDITED, FACTUAL, ALONE = "edited", "factual", "alone"  # what work is spent on; the last two have it once
WAYS = 5  # a single day of one world may take this part of the work of a question, lest it all go there
LEAST = 250  # days that any question may take, however much the others took


@dataclass(frozen=True, slots=True)
class Effect:
    """What an edit does to one outcome.

    `baseline` is the outcome given the record without the edit, `given_record` with it; `unconditioned` and
    `unconditioned_baseline` ask the model without the record. `p_necessary` is the probability that the outcome would
    have failed to come without what the edit takes away, given that it came; `p_sufficient` that the edit brings it,
    given that it did not come (Pearl, Causality, 2009, 9.2). None: there is no such world, or it was not found.
    `delay` maps days gained (negative: lost) to probabilities, given that the outcome comes in both worlds.
    """

    outcome: str
    title: str
    last: int
    baseline: Number
    given_record: Number
    unconditioned: Number
    unconditioned_baseline: Number
    p_necessary: Number | None
    p_sufficient: Number | None
    delay: dict[int, Fraction] = field(default_factory=dict)


class Twin:
    """The factual and the edited program side by side, under one history and one mechanism.

    `work` bounds each exact computation, and all of them together: `BUDGET` times as much in the edited world given the
    record, once in the factual one, once without the record. `runs` is how many worlds are drawn where that is too
    little (half as many without the record).
    """

    def __init__(
        self,
        factual: Program,
        edited: Program,
        history: History,
        *,
        mechanism: str = "monotone",
        work: int = WHATIF_WORK,
        runs: int = WHATIF_WORLDS,
        seed: int = 1,
        told: Callable[[str], object] | None = None,
    ) -> None:
        self.told = told or str  # hears what is worked at; `str` lets it pass
        self.factual, self.edited, self.history = factual, edited, history
        self.source = Explanations(history.explanations, mechanism)
        self.facts = taught_by(history, mechanism)
        self.most, self.runs, self.seed = work, runs, seed
        # Of its own: whether what did happen was bound to, which often follows from what is on record.
        self.left = {EDITED: BUDGET * work, FACTUAL: work, ALONE: work}
        self._worlds: dict[tuple[str, str, bool], Worlds | None] = {}
        self._cones: dict[tuple[str, str], Cone] = {}
        self._took: list[tuple[str, bool, Cone, int]] = []
        self._delays: dict[str, dict[int, Fraction]] = {}
        self.work = history.work

    # -- exact -------------------------------------------------------------------------------------------------

    def worlds(self, program: Program, outcome: str, given: bool) -> Worlds | None:
        """Return all worlds of a program as far as they matter for an outcome; None where there are too many."""
        asked = (program.branch, outcome, given)
        if asked not in self._worlds:
            self._worlds[asked] = self._lived(program, outcome, given)
        return self._worlds[asked]

    def _cone(self, program: Program, outcome: str) -> Cone:
        name = (program.branch, outcome)
        if name not in self._cones:
            self._cones[name] = cone(program, [outcome])
        return self._cones[name]

    def _lived(self, program: Program, outcome: str, given: bool) -> Worlds | None:
        purse = (FACTUAL if program is self.factual else EDITED) if given else ALONE
        part, most = self._cone(program, outcome), self.allowed(purse)
        if self._needs(program, part, given) > most:
            return None
        limits = Limits(work=most, ways=max(most // WAYS, LEAST))
        lattice = Lattice(slice_program(program, part), source=self.facts if given else None, limits=limits)
        found = None
        with contextlib.suppress(LimitError):
            found = lattice.run()
        # What was too much takes more than it was allowed, however few days it came through.
        self._took.append((program.branch, given, part, most + 1 if found is None else found.work))
        self.spend(purse, most if found is None else found.work)
        return found

    def allowed(self, purse: str) -> int:
        """Return how many days the next question may take; what is left of the work is not spent on half an answer."""
        left = min(self.most, self.left[purse])
        return left if left >= self.most // 2 else min(self.most, LEAST)

    def spend(self, purse: str, work: int) -> None:
        """Take work from what is left."""
        self.work += work
        self.left[purse] -= work

    def _needs(self, program: Program, part: Cone, given: bool) -> int:
        """Return what a question will take, as far as others tell: as much as a narrower one has taken.

        Without the record the same question about the other world counts too: it takes about as long.
        """
        return max(
            (
                work
                for branch, informed, other, work in self._took
                if informed == given
                and (branch == program.branch or not given)
                and other.rules <= part.rules
                and other.last <= part.last
            ),
            default=0,
        )

    def known(self, outcome: Outcome) -> dict[int, int | None] | None:
        """Return on which day each explanation has the outcome (None: never); None where history leaves it open.

        The explanations are those of `facts` that answer it, by their places there.
        """
        if outcome.id not in self.history.settled:
            return None
        piece = self.history.settled[outcome.id] if self.history.pieces else 0
        found: dict[int, int | None] = {}
        for number, path in enumerate(self.facts.histories):
            if not self.facts.pieces[piece] >> number & 1:
                continue
            day = path.found.get(outcome.id)
            if day is None and outcome.last > self.history.until:
                return None
            found[number] = day
        return found

    # -- one outcome -------------------------------------------------------------------------------------------

    def effects(self, outcomes: Collection[str] | None = None) -> list[Effect]:
        """Return the effect on each outcome (default: all), in the order of the scenario."""
        wanted = [one for one in self.edited.outcomes if outcomes is None or one.id in outcomes]
        # What is asked first is the answer itself, the smallest questions before the others; what the model expects
        # without the record takes what work is left.
        begin = standing(self.edited).day
        small = sorted(wanted, key=lambda one: len(self._cone(self.edited, one.id).rules) * (one.last - begin))
        orders = ((self.edited, True), (self.factual, True), (self.edited, False), (self.factual, False))
        for program, informed in orders:
            # The first question of the scenario comes before all others.
            for one in dict.fromkeys((*wanted[:1], *small)):
                self.told(f"{one.id}, {'given the record' if informed else 'for the model alone'}")
                if program is self.edited or not informed or self.known(one) is None:
                    self.worlds(program, one.id, informed)
        exact = {one.id: self._exact(one) for one in wanted}
        open_ones = [one for one in wanted if any(number is None for number in exact[one.id].values())]
        given = self._drawn(open_ones, True)
        free = self._drawn([one for one in open_ones if self._lacks(exact[one.id], "unconditioned")], False)
        return [self._effect(one, exact[one.id], given.get(one.id), free.get(one.id)) for one in wanted]

    @staticmethod
    def _lacks(found: dict[str, Number | None], start: str) -> bool:
        return any(number is None for name, number in found.items() if name.startswith(start))

    def _exact(self, outcome: Outcome) -> dict[str, Number | None]:
        """Return what can be had exactly; None for the rest."""
        known = self.known(outcome)
        given = self.worlds(self.edited, outcome.id, True)
        if known is not None:
            baseline: Number | None = Number.of(self.came(known))
        else:
            baseline = _number(self.worlds(self.factual, outcome.id, True), outcome.id)
        found: dict[str, Number | None] = {
            "baseline": baseline,
            "given_record": _number(given, outcome.id),
            "unconditioned": _number(self.worlds(self.edited, outcome.id, False), outcome.id),
            "unconditioned_baseline": _number(self.worlds(self.factual, outcome.id, False), outcome.id),
        }
        if given is not None and known is not None:
            self._delays[outcome.id] = self.delays(outcome, given)
            return found | self._joint(outcome.id, known, given)
        found |= {"p_necessary": None, "p_sufficient": None}
        return found if given is None or baseline is None else found | self._beyond(outcome)

    def _beyond(self, outcome: Outcome) -> dict[str, Number | None]:
        """Return both worlds together where the outcome may come after the end of the evidence; {} if too large."""
        pair = tuple(slice_program(one, self._cone(one, outcome.id)) for one in (self.factual, self.edited))
        both = both_worlds(pair[0], pair[1], self.facts, outcome.id, self.allowed(EDITED))
        if both is None:
            return {}
        self.spend(EDITED, both.work)
        self._delays[outcome.id] = both.delay
        asked = {"p_necessary": both.p_necessary, "p_sufficient": both.p_sufficient}
        return {name: _NOTHING if p is None else Number.of(p) for name, p in asked.items()}

    def came(self, known: dict[int, int | None]) -> Fraction:
        """Return the probability, given the record, of the explanations that have an outcome (see `known`)."""
        chosen = sum(1 << number for number, day in known.items() if day is not None)
        return self.facts.share(self.facts.start.histories, chosen) if chosen else Fraction(0)

    def _joint(self, outcome: str, known: dict[int, int | None], worlds: Worlds) -> dict[str, Number | None]:
        came = sum(1 << number for number, day in known.items() if day is not None)
        never = sum(1 << number for number, day in known.items() if day is None)
        both = [Fraction(0), Fraction(0)]  # the edited world has it: where history has it, where it has not
        for (_, histories), weight in worlds.found.get(outcome, {}).items():
            for place, part in enumerate((came, never)):
                if part:
                    both[place] += weight * self.facts.share(histories, part)
        p_came = self.came(known)
        # Where history leaves no room for a question there is nothing to be asked; it counts as found.
        return {
            "p_necessary": Number.of(1 - both[0] / p_came) if p_came else _NOTHING,
            "p_sufficient": Number.of(both[1] / (1 - p_came)) if p_came < 1 else _NOTHING,
        }

    def delays(self, outcome: Outcome, worlds: Worlds) -> dict[int, Fraction]:
        """Return the days gained by the edit, where both worlds have the outcome, with their probabilities."""
        known = self.known(outcome)
        if known is None:
            return {}
        found: dict[int, Fraction] = {}
        for (day, histories), weight in worlds.found.get(outcome.id, {}).items():
            for number, before in known.items():
                if before is not None and histories >> number & 1:
                    part = weight * self.facts.share(histories, 1 << number)
                    found[day - before] = found.get(day - before, Fraction(0)) + part
        total = sum(found.values(), Fraction(0))
        return {days: weight / total for days, weight in sorted(found.items())} if total else {}

    # -- drawn -------------------------------------------------------------------------------------------------

    def _drawn(self, outcomes: list[Outcome], given: bool) -> dict[str, dict[str, Number]]:
        """Return the shares among drawn worlds, for outcomes that are too large for an exact answer."""
        if not outcomes:
            return {}
        ids = [one.id for one in outcomes]
        both = [slice_program(program, cone(program, ids)) for program in (self.factual, self.edited)]
        source, histories = (self.source, self.history.explanations) if given else (None, ())
        hits = {name: [0, 0, 0, 0] for name in ids}  # factual and edited world: 00, 01, 10, 11
        runs = self.runs if given else max(self.runs // 2, 1)
        for number, pair in enumerate(pairs(both[0], both[1], source, histories, runs=runs, seed=self.seed), 1):
            self.told(f"drawn worlds, {number:,} of {runs:,}, {'given the record' if given else 'for the model alone'}")
            for name in ids:
                hits[name][2 * pair.factual.outcomes[name].value + pair.edited.outcomes[name].value] += 1
        return {name: _shares(counts, "" if given else "unconditioned") for name, counts in hits.items()}

    def _effect(
        self,
        outcome: Outcome,
        exact: dict[str, Number | None],
        given: dict[str, Number] | None,
        free: dict[str, Number] | None,
    ) -> Effect:
        drawn = {**(given or {}), **(free or {})}
        found = {name: number if number is not None else drawn.get(name) for name, number in exact.items()}
        numbers = {name: None if number is _NOTHING else number for name, number in found.items()}
        if not self.history.certain:
            numbers |= {name: _of_drawn(numbers[name], self.history.size) for name in _GIVEN}

        def sure(name: str) -> Number:
            number = numbers[name]
            assert number is not None, name
            return number

        return Effect(
            outcome.id,
            outcome.title,
            outcome.last,
            sure("baseline"),
            sure("given_record"),
            sure("unconditioned"),
            sure("unconditioned_baseline"),
            numbers["p_necessary"],
            numbers["p_sufficient"],
            self._delays.get(outcome.id, {}),
        )


_NOTHING = Number(Fraction(0), runs=-1)
_GIVEN = ("baseline", "given_record", "p_necessary", "p_sufficient")  # the numbers that rest on what history teaches


def _of_drawn(number: Number | None, size: float) -> Number | None:
    """Return a number over drawn explanations: no surer than so many of them are."""
    if number is None:
        return None
    runs = max(1, min(round(size), number.runs or round(size)))
    return Number(number.value, *wilson_interval(float(number.value) * runs, runs), runs)


def _number(worlds: Worlds | None, outcome: str) -> Number | None:
    return None if worlds is None else Number.of(worlds.probability(outcome))


def _shares(counts: list[int], start: str) -> dict[str, Number]:
    neither, brought, averted, both = counts
    total = sum(counts)
    found = {
        start or "given_record": Number.share(brought + both, total),
        f"{start}_baseline" if start else "baseline": Number.share(averted + both, total),
    }
    if not start:
        found |= {"p_necessary": _NOTHING, "p_sufficient": _NOTHING}
        if averted + both:
            found["p_necessary"] = Number.share(averted, averted + both)
        if neither + brought:
            found["p_sufficient"] = Number.share(brought, neither + brought)
    return found
