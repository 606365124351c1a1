"""A deed: one party's act on one day, scripted or decided, with everything its handler needs."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine.effects import apply_due
from simulator.engine.run import Due, RuleAct, Run
from simulator.law.views import AS_NOTIFIED, Treatment
from simulator.scenario.program import ScriptedAct

__all__ = ["Deed", "start"]


@dataclass(slots=True)
class Deed:
    """One party's act on one day, scripted or decided, with everything its handler needs.

    `stated` is the first day of effect that the act itself names (-1: none), `clock` the day its notice period starts.
    """

    source: ScriptedAct | RuleAct
    word: str
    act: int
    treaty: int
    party: int
    toward: tuple[int, ...] = ()
    stated: int = -1
    clock: int = 0
    until: int = -1
    ground: str = ""
    stage: str = ""
    to: tuple[str, ...] = ()
    dispute: str = ""
    treatment: Treatment = AS_NOTIFIED
    note: str = ""
    cause: int = -1
    key: int = 0

    @property
    def id(self) -> str:
        """The act's id: the record's, or what the rule's decision makes of it."""
        return self.source.id


def start(run: Run, due: Due, day: int) -> None:
    """Schedule an effect; one that is due at once is applied at once."""
    if day <= run.day:
        apply_due(run, due)
    else:
        run.schedule(due, day)
