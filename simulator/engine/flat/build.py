"""The builder of the two arrays, and what both halves of the image need: sets, lists, names, rules of calculation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from simulator.engine.flat import cells as c
from simulator.engine.flat.bits import signed
from simulator.engine.flat.memory import BLOCK
from simulator.law.dates import DateRule
from simulator.law.views import Treatment
from simulator.noise import Cuts, key_id
from simulator.scenario.program import ALL, Program, Who

__all__ = ["Builder", "UnsupportedError"]

_DAYS = {"days_after": c.D_DAYS, "clear_days": c.D_DAYS, "months": c.D_MONTHS, "years": c.D_MONTHS}
_OTHER_DAYS = {"first_of_nth_month_after": c.D_FIRST_OF, "on": c.D_ON, "as_stated": c.D_STATED_DAY}
_WHO = {
    "party": c.WHO_PARTY,
    "actor": c.WHO_ACTOR,
    "subject": c.WHO_SUBJECT,
    "all_of": c.WHO_ALL_OF,
    "any_of": c.WHO_ANY_OF,
    "bloc": c.WHO_BLOC,
    "everyone": c.WHO_ALL,
}
_TREATMENTS = ("as_notified", "no_effect", "delay", "on", "until_objection", "strict")


class UnsupportedError(Exception):
    """A program that the flat arrays cannot hold; the reference engine runs it."""


class Builder:
    """Grows the two arrays. Addresses are places in them; 0 stands for nothing, as the headers lie there."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.p: list[int] = [0] * c.P_HEADER
        self.w: list[int] = [0] * (-(-c.W_HEADER // BLOCK) * BLOCK)
        self.parties = len(program.names.parties)
        self.words = self.parties // c.BITS + 1
        self._sets: dict[frozenset[int], int] = {}
        heads = [f"{rule.id}/" for rule in program.rules]
        ids = [act.id for act in program.acts]
        if any(one.startswith(head) for head in heads for one in ids if "/" in one):
            raise UnsupportedError("the id of an act begins with that of a rule")
        self.rank = {name: place for place, name in enumerate(sorted({*heads, *ids}))}
        kinds = {event.kind for event in program.events}
        for rule in program.rules:
            kinds |= {trigger.word for trigger in rule.triggers if trigger.kind == "kind"}
            kinds |= {action.kind for option in rule.options for action in option.actions if action.kind}
        self.kinds = {kind: code for code, kind in enumerate(sorted(kinds))}
        self.slots: dict[tuple[int, int], int] = {}

    # -- the program's array -----------------------------------------------------------------------------------

    def put(self, numbers: Iterable[int]) -> int:
        """Append numbers and return the address of the first."""
        at = len(self.p)
        self.p.extend(numbers)
        return at

    def listed(self, numbers: Sequence[int]) -> int:
        """Append a list: its length, then its numbers."""
        return self.put([len(numbers), *numbers])

    def cuts(self, cuts: Cuts) -> int:
        """Append the bounds of the cells of [0, 1), and a guide: the first cell that each part of [0, 1) meets."""
        parts = range(0, 1 << 53, 1 << c.GUIDE)
        guide = [bisect_right(cuts.bounds, first) for first in parts]
        return self.put([len(cuts.bounds), *guide, *cuts.bounds])

    def name(self, text: str) -> int:
        """Return the noise number of a name, as a signed number."""
        return signed(key_id(text))

    def date_rule(self, rule: object) -> int:
        """Append a rule that computes a day, 0 for none; `later_of` is the latest of its parts."""
        if not isinstance(rule, DateRule):
            return 0
        found: list[int] = []
        for part in self._parts(rule):
            number = part.number + (part.kind == "clear_days") if part.kind in ("days_after", "clear_days") else 0
            if part.kind in ("months", "years"):
                number = part.number * (12 if part.kind == "years" else 1)
            elif part.kind in _OTHER_DAYS:
                number = part.number
            found += [_DAYS.get(part.kind, _OTHER_DAYS.get(part.kind, c.D_SAME)), number]
        return self.put([len(found) // 2, *found])

    def _parts(self, rule: DateRule) -> list[DateRule]:
        if rule.kind != "later_of":
            return [rule]
        return [one for part in rule.parts for one in self._parts(part)]

    def treatment(self, treatment: Treatment) -> int:
        """Append what a view makes of a claim."""
        return self.put([_TREATMENTS.index(treatment.kind), self.date_rule(treatment.rule), treatment.day])

    def whom(self, who: Who) -> tuple[int, int]:
        """Return a reference to parties as two numbers."""
        return _WHO[who.kind], who.code

    def everyone_of(self, whos: Iterable[Who]) -> int:
        """Append a list of references."""
        pairs = [self.whom(who) for who in whos]
        return self.put([len(pairs), *(number for pair in pairs for number in pair)])

    # -- the world's array -------------------------------------------------------------------------------------

    def room(self, size: int, fill: int = 0) -> int:
        """Reserve numbers in the world and return the address of the first."""
        at = len(self.w)
        self.w.extend([fill] * size)
        return at

    def set_of(self, members: Iterable[int]) -> int:
        """Return the address of a set that never changes; ALL is the bit after the last party."""
        key = frozenset(self.parties if one == ALL else one for one in members)
        if key not in self._sets:
            at = self._sets[key] = self.room(self.words)
            for one in key:
                self.w[at + one // c.BITS] |= 1 << (one % c.BITS)
        return self._sets[key]

    def set_or_none(self, members: Iterable[int] | None) -> int:
        """Return the address of a set, 0 where there is none."""
        return 0 if members is None else self.set_of(members)

    def slot(self, act: int, treaty: int) -> int:
        """Return the address of the days on which an act was done under a treaty, and how often, by party."""
        if (act, treaty) not in self.slots:
            self.slots[act, treaty] = self.room(2 * (self.parties + 1))
            for place in range(self.parties + 1):
                self.w[self.slots[act, treaty] + 2 * place] = c.NONE
        return self.slots[act, treaty]
