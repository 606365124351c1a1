"""Lowering: conditions, chances, delays and actions of the file into their integer-coded form."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from simulator.law.dates import DateRule
from simulator.law.terms import NEVER
from simulator.noise import Cuts
from simulator.scenario import conditions as c
from simulator.scenario.codebook import Codebook
from simulator.scenario.program import Action, Chance, Delay, Node, Who
from simulator.scenario.schema import Action as ActionModel
from simulator.scenario.schema import ActSpec, Happens, ParameterRef, SetAction
from simulator.scenario.schema import Chance as ChanceModel
from simulator.scenario.schema import Delay as DelayModel
from simulator.scenario.values import plain

__all__ = ["Lowering"]

Values = Mapping[str, Fraction]


class Lowering:
    """Lowers the parts of one scenario; `values` are its parameters under the branch."""

    def __init__(self, book: Codebook, values: Values) -> None:
        self.book, self.values = book, values

    # -- conditions ----------------------------------------------------------------------------------------------

    def condition(self, one: Any) -> Node:
        """Lower a condition of the schema."""
        for model, lower in _CONDITIONS:
            if isinstance(one, model):
                found: Node = lower(self, one)
                return found
        raise AssertionError(f"no lowering for {type(one).__name__}")

    def maybe(self, one: Any) -> Node | None:
        """Lower a condition that may be left out."""
        return None if one is None else self.condition(one)

    def whom(self, whom: Any) -> Who:
        """Lower a reference to parties."""
        if isinstance(whom, c.Members):
            found = self.book.who(whom.all_of or whom.any_of or "")
            # A single party is its own bloc, whichever quantifier stands before it.
            return Who("any_of" if whom.any_of else "bloc", found.code) if found.kind == "bloc" else found
        return self.book.who(whom)

    def _status(self, one: c.StatusIs) -> Node:
        days = -1 if one.for_days is None else one.for_days
        return Node("status", self.book.treaty[one.status], self.whom(one.of), words=frozenset(one.is_), days=days)

    def _treaty(self, one: c.TreatyIs) -> Node:
        return Node("treaty", self.book.treaty[one.treaty], words=frozenset(one.is_))

    def _count(self, one: c.CountIs) -> Node:
        low, high = _range(*one.comparison)
        who = self.whom(one.of) if one.of is not None else None
        return Node("count", self.book.treaty[one.count], who, words=frozenset(one.is_), low=low, high=high)

    def _toward(self, one: c.TowardIs) -> Node:
        who, other = self.whom(one.of), self.whom(one.toward)
        return Node("toward", self.book.treaty[one.treaty], who, other, frozenset(one.is_))

    def _pending(self, one: c.PendingIs) -> Node:
        who = self.whom(one.of) if one.of is not None else None
        words = {one.pending, "pairwise_suspension"} if one.pending == "suspension" else {one.pending}
        return Node("pending", self.book.treaty[one.treaty], who, words=frozenset(words))

    def _provisional(self, one: c.ProvisionalIs) -> Node:
        return Node("provisional", self.book.treaty[one.provisional], self.whom(one.of), words=frozenset(one.is_))

    def _flag(self, one: c.FlagIs) -> Node:
        return Node("flag", self.book.treaty[one.treaty], self.whom(one.of), words=frozenset({one.flag}))

    def _organ_rights(self, one: c.OrganRightsIs) -> Node:
        words = frozenset({one.is_})
        return Node("organ_rights", self.book.treaty[one.organ_rights], self.whom(one.of), words=words)

    def _variable(self, one: c.VariableIs) -> Node:
        low, high = _range(*one.comparison)
        return Node("variable", self.book.variable[one.variable], low=low, high=high)

    def _happened(self, one: c.Happened) -> Node:
        days = -1 if one.within_days is None else one.within_days
        what = one.happened
        if isinstance(what, str):
            return Node("happened_event", self.book.event[what], days=days)
        if what.kind is not None:
            return Node("happened_kind", words=frozenset({what.kind}), days=days)
        who = self.whom(what.of) if what.of is not None else None
        treaty = self.book.treaty[what.treaty or ""]
        return Node("happened_act", self.book.act[what.act or ""], who, low=treaty, days=days)

    def _date(self, one: c.DateIs) -> Node:
        low = one.date.from_.toordinal() if one.date.from_ else 0
        return Node("date", low=low, high=one.date.before.toordinal() if one.date.before else NEVER)

    def _party(self, one: c.PartyIn) -> Node:
        return Node("party", who=self.whom(one.party), other=self.book.who(one.in_))

    def _conflict(self, one: c.ConflictIs) -> Node:
        return Node("conflict", who=self.whom(one.conflict))

    def _all(self, one: c.All) -> Node:
        return Node("all", parts=tuple(map(self.condition, one.all)))

    def _any(self, one: c.AnyOf) -> Node:
        return Node("any", parts=tuple(map(self.condition, one.any)))

    def _not(self, one: c.Not) -> Node:
        return Node("not", parts=(self.condition(one.not_),))

    def _at_least(self, one: c.AtLeast) -> Node:
        return Node("at_least", low=one.at_least.n, parts=tuple(map(self.condition, one.at_least.of)))

    # -- chance and delay ----------------------------------------------------------------------------------------

    def p(self, value: Fraction | ParameterRef) -> Fraction:
        """Return the number of a probability or parameter."""
        return self.values[value.name] if isinstance(value, ParameterRef) else value

    def chances(self, chance: ChanceModel) -> tuple[Chance, ...]:
        """Lower a chance into its cases."""
        if isinstance(chance, tuple):
            return tuple(self._case(self.maybe(case.when), self.p(case.p)) for case in chance)
        return (self._case(None, self.p(chance)),)

    @staticmethod
    def _case(when: Node | None, p: Fraction) -> Chance:
        return Chance(when, p, Cuts.at([p]))

    def delay(self, delay: DelayModel | None) -> Delay:
        """Lower a delay into rising points and the cells that pick them."""
        if delay is None:
            return Delay()
        if delay.kind in ("days", "months", "years"):
            factor = 12 if delay.kind == "years" else 1
            return Delay((delay.value * factor,), months=delay.kind != "days")
        points = self._points(delay)
        merged: dict[int, Fraction] = {}
        for day, weight in points:
            merged[day] = merged.get(day, Fraction(0)) + weight
        days = sorted(day for day, weight in merged.items() if weight)
        weights = [merged[day] for day in days]
        # If the weights leave nothing over, the last point needs no bound of its own.
        inner = weights[:-1] if sum(weights) == 1 else weights
        return Delay(tuple(days), Cuts.of_weights(inner))

    def _points(self, delay: DelayModel) -> list[tuple[int, Fraction]]:
        if delay.uniform_days is not None:
            low, high = delay.uniform_days
            return [(day, Fraction(1, high - low + 1)) for day in range(low, high + 1)]
        if delay.geometric is not None:
            span = self.book.scenario.period
            last = delay.geometric.to_days
            horizon = (span.to - span.from_).days + 1
            p, left, points = self.p(delay.geometric.p), Fraction(1), []
            for day in range(delay.geometric.from_days, (last if last is not None else horizon) + 1):
                # What is left is kept to 120 bits: far below the 53 bits of a uniform, and numerators stay small.
                rest = Fraction(int(left * (1 - p) * (1 << 120)), 1 << 120)
                points.append((day, left - rest))
                left = rest
            return points
        return [(point.days, self.p(point.p)) for point in delay.choice or delay.table or ()]

    # -- actions -------------------------------------------------------------------------------------------------

    def action(self, one: ActionModel, disputed: Mapping[tuple[str, str], str]) -> Action:
        """Lower what a rule does; `disputed` are the questions that the recorded acts it stands for raise."""
        if isinstance(one, SetAction):
            return Action(sets=self.changes(one.set))
        if isinstance(one, Happens):
            return Action(kind=one.happens)
        return self._act(one, disputed.get((one.treaty, one.act), ""))

    def _act(self, one: ActSpec, dispute: str) -> Action:
        question = one.dispute or dispute
        return Action(
            self.book.act[one.act],
            self.book.treaty[one.treaty],
            tuple(self.book.who(name) for name in one.party),
            tuple(self.book.who(name) for name in one.toward),
            DateRule.parse(plain(one.effective)) if one.effective is not None else None,
            one.ground or "",
            one.until.toordinal() if one.until else -1,
            one.stage or "",
            tuple(sorted(one.to)),
            question,
            self.book.view.treatment(question),
        )

    def changes(self, sets: Mapping[str, Any]) -> tuple[tuple[int, str, int], ...]:
        """Lower changes of variables, in the order of their names."""
        return tuple((self.book.variable[name], sets[name].kind, sets[name].value) for name in sorted(sets))


def _range(word: str, number: int) -> tuple[int, int]:
    return {
        "is": (number, number),
        "at_least": (number, NEVER),
        "at_most": (-NEVER, number),
        "above": (number + 1, NEVER),
        "below": (-NEVER, number - 1),
    }[word]


_CONDITIONS: tuple[tuple[type, Any], ...] = (
    (c.StatusIs, Lowering._status),
    (c.TreatyIs, Lowering._treaty),
    (c.CountIs, Lowering._count),
    (c.TowardIs, Lowering._toward),
    (c.PendingIs, Lowering._pending),
    (c.ProvisionalIs, Lowering._provisional),
    (c.FlagIs, Lowering._flag),
    (c.OrganRightsIs, Lowering._organ_rights),
    (c.VariableIs, Lowering._variable),
    (c.Happened, Lowering._happened),
    (c.DateIs, Lowering._date),
    (c.PartyIn, Lowering._party),
    (c.ConflictIs, Lowering._conflict),
    (c.All, Lowering._all),
    (c.AnyOf, Lowering._any),
    (c.Not, Lowering._not),
    (c.AtLeast, Lowering._at_least),
)
