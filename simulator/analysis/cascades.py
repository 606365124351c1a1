"""I6: chains of losses. What fell because something else fell before, by a decision or by law.

A loss is the step by which a State stops being bound and performing, from in force to suspended, withdrawn or
terminated, because somebody acted: the State itself, or another one whose exit ends the treaty for it. What ends by
time, by consent of all, with a State, or in favour of a later treaty is nobody's doing alone and no loss here, and
nothing falls with it.

A loss is followed back through the causes of the trace, first to the act that gave notice of it (its own episode), then
on: the first episode of another loss on the way is the loss it comes from. A link is a *ripple* if a decision of a rule
lies on the way; otherwise the law itself links the two (the other side of a bilateral treaty, a treaty that ends with
another). Replays have no decisions, so they have legal links alone. An answer to a notice may be faster than the
notice: then a loss comes before the one that it goes back to.

>>> import simulator as ts
>>> [(one.party, one.status) for one in losses(ts.replay("inf-endgame"))]
[('USA', 'suspended'), ('RUS', 'suspended')]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.analysis.timeline import day_text
from simulator.results.trace import Step, Trace

if TYPE_CHECKING:
    from simulator.analysis.scope import Scope

__all__ = ["Cascade", "Loss", "Trigger", "cascades", "losses"]

_LOST = frozenset({"suspended", "withdrawn", "terminated"})
# By time, by consent of all, in favour of a later treaty, with the State: nobody brings these about alone.
_NOBODYS = frozenset({"expire", "terminate_by_consent", "suspend_by_all", "supersede", "become_extinct"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """The act that set a cascade off: a notice, a claim, a termination for breach, or what a branch has forced."""

    day: int
    party: str
    treaty: str
    act: str


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
    """A loss without an earlier one, with all that comes from it, and the act that it goes back to.

    `size` counts losses, `depth` losses on the longest chain of ripples (1: nothing answers), `ripples` the links that
    a decision made.
    """

    root: Loss
    trigger: Trigger
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
            "trigger": {
                "date": day_text(self.trigger.day),
                "party": self.trigger.party,
                "treaty": self.trigger.treaty,
                "act": self.trigger.act,
            },
            "size": self.size,
            "depth": self.depth,
            "ripples": self.ripples,
            "treaties": list(self.treaties),
            "losses": [[day_text(one.day), one.party, one.treaty, one.status] for one in self.losses],
        }


def losses(trace: Trace, scope: Scope | None = None) -> list[Loss]:
    """Return the losses of a run with what each comes from, in order; of a scope those of its States and instruments.

    What lies outside the scope may stand between two losses and is not counted.
    """
    steps = trace.steps
    lost = [step for step in steps if _is_loss(step) and _inside(step, scope) and _trigger(steps, step) is not None]
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
    return bool(step.party) and step.before == "in_force" and step.after in _LOST


def _inside(step: Step, scope: Scope | None) -> bool:
    return scope is None or (step.treaty in scope.instruments and step.party in scope.people)


def _by_law(steps: Sequence[Step], step: Step) -> Iterator[Step]:
    """The step and what it goes back to by law alone, up to the act that a decision or the record brought in."""
    yield step
    while step.cause >= 0 and steps[step.cause].kind not in ("decision", "event"):
        step = steps[step.cause]
        yield step


def _trigger(steps: Sequence[Step], step: Step) -> Step | None:
    """The act that a loss goes back to by law; None where nobody has brought it about."""
    found = None
    for one in _by_law(steps, step):
        if one.act in _NOBODYS:
            return None
        if one.party and one.kind in ("act", "claim", "forced"):
            found = one
    return found


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
        if here.treaty and not here.party and not ripple:
            # What ends a treaty for all is one event: its first loss stands for it.
            owner[here.number] = step.number
    return -1, False


def cascades(
    trace: Trace, first: int | None = None, last: int | None = None, scope: Scope | None = None
) -> list[Cascade]:
    """Return the cascades whose first loss falls between two days (default: the run's period), the largest first.

    With a scope only losses of its States and instruments count.
    """
    low, high = trace.first if first is None else first, trace.last if last is None else last
    found = losses(trace, scope)
    below: dict[int, list[Loss]] = {}
    for one in found:
        below.setdefault(one.parent, []).append(one)
    roots = [one for one in below.get(-1, ()) if low <= one.day <= high]
    made = [_cascade(trace.steps, root, below) for root in roots]
    return sorted(made, key=lambda one: (-one.size, -one.depth, one.root.step))


def _cascade(steps: Sequence[Step], root: Loss, below: dict[int, list[Loss]]) -> Cascade:
    depth, todo, found = {root.step: 1}, [root], []
    while todo:
        one = todo.pop()
        found.append(one)
        for child in below.get(one.step, ()):
            depth[child.step] = depth[one.step] + child.ripple
            todo.append(child)
    act = _trigger(steps, steps[root.step])
    assert act is not None  # or it would be no loss
    trigger = Trigger(act.day, act.party, act.treaty, act.act)
    return Cascade(root, trigger, tuple(sorted(found, key=lambda one: one.step)), max(depth.values()))
