"""Two worlds step by step: which step of one is which step of the other, and how far apart in time they lie.

A step is known by what it is and by what caused it. Steps without a cause are paired by the id of their act or event,
the others below the pair of their causes: the same act of the same party under the same treaty. What is left over on
both sides is the same act by another cause; what follows from it is then paired below it. A step may lie on different
days in the two worlds and still be one step that moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.results.trace import Step, Trace

__all__ = ["KINDS", "Row", "align"]

KINDS = ("same", "moved", "changed", "other_cause", "only_first", "only_second", "clock")
_COMPARED = ("before", "after", "toward", "basis", "note", "rule", "confirmed")


@dataclass(slots=True)
class Row:
    """One step in the first world, in the second, or in both.

    `kind` is `same`; `moved` (another day, in days by `shift`); `changed` (`differs` names the fields); `other_cause`
    (done in both worlds, but not for the same reason); `only_first`, `only_second`; or `clock` (a tick of the calendar
    that a rule of one world alone waits for: time passes in both). `how` says why the row differs:
    `edited` (the edit itself), `cause` (its cause differs), `facts` (something that it rests on differs), or nothing
    where no reason was found; `because` is the number of the row that it follows from, -1 for none.
    """

    number: int
    kind: str
    first: Step | None
    second: Step | None
    differs: tuple[str, ...] = ()
    how: str = ""
    because: int = -1

    @property
    def is_odd(self) -> bool:
        """Whether the worlds differ here."""
        return self.kind not in ("same", "clock")

    @property
    def step(self) -> Step:
        """The step in the first world that has it."""
        found = self.first or self.second
        assert found is not None
        return found

    @property
    def sides(self) -> tuple[Step, ...]:
        """The steps, of one or both worlds."""
        return tuple(one for one in (self.first, self.second) if one is not None)

    @property
    def day(self) -> int:
        """The first day on which the row shows in either world."""
        return min(one.day for one in self.sides)

    @property
    def shift(self) -> int | None:
        """How many days later the step lies in the second world; None where one world lacks it."""
        return self.second.day - self.first.day if self.first and self.second else None


def align(first: Trace, second: Trace) -> list[Row]:
    """Return the rows of two traces by the first day on which they show; every step stands in exactly one row.

    >>> def world(day):
    ...     return Trace("s", "replay", "", "v", None, 0, 1, [Step(0, day, 2, "event", "war", id="war")])
    >>> [(row.kind, row.shift) for row in align(world(730000), world(730010))]
    [('moved', 10)]
    """
    pairs = _Pairs(first.steps, second.steps)
    rows = [_row(one, other, substitute) for one, other, substitute in pairs.found]
    paired = {one.number for one, _, _ in pairs.found}, {other.number for _, other, _ in pairs.found}
    rows += [Row(0, _lone(one, "only_first"), one, None) for one in first.steps if one.number not in paired[0]]
    rows += [Row(0, _lone(one, "only_second"), None, one) for one in second.steps if one.number not in paired[1]]
    rows.sort(key=_place)
    for number, row in enumerate(rows):
        row.number = number
    return rows


def _place(row: Row) -> tuple[int, int, bool, int]:
    step = min(row.sides, key=lambda one: one.day)
    return step.day, step.phase, step is not row.first, step.number


def _lone(step: Step, kind: str) -> str:
    tick = step.kind == "event" and not step.id and step.cause < 0
    return "clock" if tick else kind


def _row(one: Step, other: Step, substitute: bool) -> Row:
    differs = tuple(name for name in _COMPARED if getattr(one, name) != getattr(other, name))
    if substitute:
        return Row(0, "other_cause", one, other, tuple(name for name in differs if name != "rule"))
    kind = "changed" if differs else "moved" if one.day != other.day else "same"
    return Row(0, kind, one, other, differs)


class _Pairs:
    """Pairs the steps of two worlds, causes before what they cause; `found` has whether the cause is another one."""

    def __init__(self, first: Sequence[Step], second: Sequence[Step]) -> None:
        self.found: list[tuple[Step, Step, bool]] = []
        self.steps = (first, second)
        self.below = (_below(first), _below(second))
        self.done: tuple[set[int], set[int]] = (set(), set())
        self._follow(self._matched(-1, -1, _root))
        self._substitute()

    def _matched(self, one: int, other: int, key: Callable[[Step], object]) -> list[tuple[Step, Step]]:
        """Pair what two steps caused, by a key, in the order in which it happened."""
        waiting: dict[object, list[Step]] = defaultdict(list)
        for step in reversed(self.below[1].get(other, ())):
            if step.number not in self.done[1]:
                waiting[key(step)].append(step)
        free = (step for step in self.below[0].get(one, ()) if step.number not in self.done[0])
        pairs = [(step, waiting[key(step)].pop()) for step in free if waiting[key(step)]]
        for pair in pairs:
            self._take(*pair, substitute=False)
        return pairs

    def _take(self, one: Step, other: Step, *, substitute: bool) -> None:
        self.found.append((one, other, substitute))
        self.done[0].add(one.number)
        self.done[1].add(other.number)

    def _follow(self, pairs: list[tuple[Step, Step]]) -> None:
        """Pair what the steps of each pair caused, and what that caused."""
        todo = list(pairs)
        while todo:
            one, other = todo.pop()
            for key in (_exact, _alike):
                todo += self._matched(one.number, other.number, key)

    def _substitute(self) -> None:
        """Pair what is left over by what it is, the earliest first, since what it caused is paired below it."""
        queues: dict[object, list[Step]] = defaultdict(list)
        for step in reversed(self.steps[1]):
            if _replaceable(step) and step.number not in self.done[1]:
                queues[_same_thing(step)].append(step)
        for step in self.steps[0]:
            if not _replaceable(step) or step.number in self.done[0]:
                continue
            queue = queues[_same_thing(step)]
            while queue and queue[-1].number in self.done[1]:
                queue.pop()
            if queue:
                pair = (step, queue.pop())
                self._take(*pair, substitute=True)
                self._follow([pair])


def _below(steps: Sequence[Step]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.cause].append(step)
    return found


def _root(step: Step) -> object:
    """What a step without a cause is known by: its id, or for the calendar its day."""
    if step.id:
        return step.kind, step.id, step.party, step.treaty, step.act
    tick = step.kind == "event"
    return step.kind, step.act, step.party, step.treaty, step.after, step.day if tick else 0


def _alike(step: Step) -> object:
    own = step.note if step.act == "set" else ""
    return step.kind, step.act, step.party, step.treaty, step.rule, own


def _exact(step: Step) -> object:
    return _alike(step), step.toward


def _replaceable(step: Step) -> bool:
    """Whether a step by another cause is the same step: not so for a decision, nor for an event with a name."""
    return step.kind not in ("decision", "forced") and not (step.kind == "event" and (step.id or step.cause < 0))


def _same_thing(step: Step) -> object:
    own = step.note if step.act == "set" else ""
    return step.kind, step.act, step.party, step.treaty, own
