"""I6: chains of losses. What fell because something else fell before, by a decision or by law.

A loss is the step by which a State stops being bound and performing: from in force to suspended, withdrawn or
terminated. It is followed back through the causes of the trace, first to the act that gave notice of it (its own
episode), then on: the first episode of another loss on the way is the loss it comes from. A link is a *ripple* if a
decision of a rule lies on the way; otherwise the law itself links the two (the other side of a bilateral treaty, a
treaty that ends with another). Replays have no decisions, so they have legal links alone. An answer to a notice may be
faster than the notice: then a loss comes before the one that it goes back to.

>>> import simulator as ts
>>> [(one.party, one.status) for one in losses(ts.replay("inf-endgame"))]
[('USA', 'suspended'), ('RUS', 'suspended')]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.analysis.timeline import day_text
from simulator.results.trace import Step, Trace

__all__ = ["Cascade", "Loss", "cascades", "losses"]

_LOST = frozenset({"suspended", "withdrawn", "terminated"})


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: the number of its step, of the loss it comes from (-1: none), and whether a decision links the two."""

    step: int
    day: int
    party: str
    treaty: str
    status: str
    parent: int = -1
    ripple: bool = False


@dataclass(frozen=True, slots=True)
class Cascade:
    """A loss without an earlier one, with all that comes from it.

    `size` counts losses, `depth` losses on the longest chain of ripples (1: nothing answers), `ripples` the links that
    a decision made.
    """

    root: Loss
    losses: tuple[Loss, ...]
    depth: int

    @property
    def size(self) -> int:
        """How many relationships are lost in all."""
        return len(self.losses)

    @property
    def ripples(self) -> int:
        """How many of the links are decisions."""
        return sum(one.ripple for one in self.losses)

    @property
    def treaties(self) -> tuple[str, ...]:
        """The treaties that lose a party."""
        return tuple(sorted({one.treaty for one in self.losses}))

    def as_json(self) -> dict[str, Any]:
        """Return the cascade with its losses in order."""
        return {
            "date": day_text(self.root.day),
            "party": self.root.party,
            "treaty": self.root.treaty,
            "size": self.size,
            "depth": self.depth,
            "ripples": self.ripples,
            "treaties": list(self.treaties),
            "losses": [[day_text(one.day), one.party, one.treaty, one.status] for one in self.losses],
        }


def losses(trace: Trace) -> list[Loss]:
    """Return all losses of a run with what each comes from, in order.

    A State that ceases to exist is no loss, nor is a treaty whose place another one takes.
    """
    steps = trace.steps
    lost = [step for step in steps if _is_loss(step) and not _is_replaced(steps, step)]
    owner: dict[int, int] = {}
    for step in lost:
        for number in _episode(steps, step):
            owner.setdefault(number, step.number)
    found = []
    for step in lost:
        parent, ripple = _parent(steps, step, owner)
        found.append(Loss(step.number, step.day, step.party, step.treaty, step.after, parent, ripple))
    return found


def _is_loss(step: Step) -> bool:
    return bool(step.party) and step.before == "in_force" and step.after in _LOST and step.act != "become_extinct"


def _is_replaced(steps: Sequence[Step], step: Step) -> bool:
    return step.cause >= 0 and steps[step.cause].act == "supersede"


def _episode(steps: Sequence[Step], step: Step) -> list[int]:
    """The loss with the steps of the same State under the same treaty that led to it at once: notice, effect."""
    found, here = [step.number], step
    while here.cause >= 0:
        here = steps[here.cause]
        if (here.party, here.treaty) != (step.party, step.treaty) or here.kind == "decision":
            break
        found.append(here.number)
    return found


def _parent(steps: Sequence[Step], step: Step, owner: dict[int, int]) -> tuple[int, bool]:
    ripple, here = False, step
    while here.cause >= 0:
        here = steps[here.cause]
        ripple = ripple or here.kind == "decision"
        if owner.get(here.number, step.number) != step.number:
            return owner[here.number], ripple
        if here.treaty and not here.party:  # what ends a treaty for all is one event: its first loss stands for it
            owner[here.number] = step.number
    return -1, False


def cascades(trace: Trace, first: int | None = None, last: int | None = None) -> list[Cascade]:
    """Return the cascades whose first loss falls between two days (default: the run's period), the largest first."""
    low, high = trace.first if first is None else first, trace.last if last is None else last
    found = losses(trace)
    below: dict[int, list[Loss]] = {}
    for one in found:
        below.setdefault(one.parent, []).append(one)
    roots = [one for one in below.get(-1, ()) if low <= one.day <= high]
    return sorted((_cascade(root, below) for root in roots), key=lambda one: (-one.size, -one.depth, one.root.step))


def _cascade(root: Loss, below: dict[int, list[Loss]]) -> Cascade:
    depth, todo, found = {root.step: 1}, [root], []
    while todo:
        one = todo.pop()
        found.append(one)
        for child in below.get(one.step, ()):
            depth[child.step] = depth[one.step] + child.ripple
            todo.append(child)
    return Cascade(root, tuple(sorted(found, key=lambda one: one.step)), max(depth.values()))
