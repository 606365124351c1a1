"""What the position of each State under each treaty rests on: the acts of its whole chain of causes.

These are its own acts under the treaty, those of others that a change of its status goes back to, and, where another
State's exit is among the causes, the acts that this State's position rested on. A position is confirmed only if a
source confirms all of them.

>>> import simulator as ts
>>> trace = ts.replay("cfe-endgame")
>>> acts = [trace.steps[number] for number in Grounds.of(trace).acts("DEU", "cfe")]
>>> [(act.party, act.act) for act in acts][:4]
[('DEU', 'sign'), ('DEU', 'deposit'), ('DEU', 'apply_provisionally'), ('KAZ', 'deposit')]
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law.lifecycle import STATEMENTS
from simulator.results.trace import Step, Trace

__all__ = ["Grounds"]

_NO_MOVE = STATEMENTS - {"approve_domestically"}  # which leaves a flag that the answer shows
_EXITS = frozenset({"withdrawal_effective", "treaty_terminated"})


class Grounds:
    """Takes the steps of a trace in their order; what it says of a pair holds after the steps it has taken."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._acts: dict[tuple[str, str], dict[int, None]] = {}
        self._doubtful: set[tuple[str, str]] = set()

    @classmethod
    def of(cls, trace: Trace) -> Grounds:
        """Return what the final positions of a trace rest on."""
        found = cls(trace.steps)
        for step in trace.steps:
            found.take(step)
        return found

    def take(self, step: Step) -> None:
        """Add the next step."""
        if not step.party or not step.treaty or not (_is_act(step) or step.before != step.after):
            return
        pair = (step.party, step.treaty)
        own = self._acts.setdefault(pair, {})
        own.update(dict.fromkeys(self.behind(step)))
        if not all(self._steps[number].confirmed for number in own):
            self._doubtful.add(pair)

    def behind(self, step: Step) -> list[int]:
        """Return the numbers of the acts that one step goes back to, itself included, in order."""
        found: dict[int, None] = {}
        here = step
        while True:
            if _is_act(here):
                found[here.number] = None
            elif here.act in _EXITS and here.party != step.party:
                found.update(self._acts.get((here.party, here.treaty), {}))
            if here.cause < 0:
                return sorted(found)
            here = self._steps[here.cause]

    def acts(self, party: str, treaty: str) -> tuple[int, ...]:
        """Return the numbers of the acts that the pair's position rests on, in order."""
        return tuple(sorted(self._acts.get((party, treaty), ())))

    def confirmed(self, party: str, treaty: str) -> bool:
        """Whether a source confirms every act that the pair's position rests on."""
        return (party, treaty) not in self._doubtful


def _is_act(step: Step) -> bool:
    """An act that can move a status; what is merely said moves none."""
    return step.kind in ("act", "claim", "statement") and step.act not in _NO_MOVE
