"""Forced statuses: a status set on a day, marked `forced`, along moves that the lifecycle knows.

What a force leaves out is only the waiting (a notice period, a threshold), never the law: a status to which no legal
moves lead is an error, and so is one that the treaty's clauses do not allow.
"""

from __future__ import annotations

from simulator.engine.effects import leave
from simulator.engine.machine import Refused
from simulator.engine.run import Run
from simulator.errors import EngineError
from simulator.law.dates import day_text
from simulator.law.state import ALL, Claim, Pending
from simulator.scenario.program import ForcedStatus

__all__ = ["force_status", "ways_of"]

# From a status: the events that lead on, in the order in which they are tried.
_WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "non_party": (("sign", "signed"), ("accede", "ratified"), ("consent_otherwise", "ratified")),
    "signed": (("deposit", "ratified"), ("exchange", "ratified")),
    "ratified": (("withdraw_consent", "signed"), ("withdraw_consent", "non_party"), ("enter_into_force", "in_force")),
    "in_force": (("suspension_effective", "suspended"), ("withdrawal_effective", "withdrawn")),
    "suspended": (("resume", "in_force"), ("withdrawal_effective", "withdrawn")),
    "withdrawn": (("accede", "ratified"),),
    "terminated": (("accede", "ratified"),),
}


def ways_of(before: str, after: str) -> list[str] | None:
    """Return the shortest events from one status to another, None if no moves lead there."""
    reached: dict[str, list[str]] = {before: []}
    frontier = [before]
    while frontier:
        here = frontier.pop(0)
        for event, there in _WAYS[here]:
            if there not in reached:
                reached[there] = [*reached[here], event]
                frontier.append(there)
    return reached.get(after)


def force_status(run: Run, forced: ForcedStatus) -> None:
    """Set the status; raises EngineError if no legal moves lead to it."""
    one = run.world.relationship(forced.treaty, forced.party)
    before, path = one.status, ways_of(one.status, forced.status)
    if path is None:
        raise _unreachable(run, forced, before, "no legal moves lead there")
    for event in path:
        _hop(run, forced, event, before)
    if one.status != forced.status:
        raise _unreachable(run, forced, before, "the treaty's clauses lead elsewhere")


def _hop(run: Run, forced: ForcedStatus, event: str, before: str) -> None:
    one = run.world.relationship(forced.treaty, forced.party)
    was = one.status
    if event == "withdrawal_effective":
        if not run.program.terms[forced.treaty].withdrawal_allowed:
            raise _unreachable(run, forced, before, "the treaty gives no right to withdraw")
        pending = Pending("withdrawal", run.day, run.day, "forced")
        one.pending = [p for p in one.pending if p.kind != "withdrawal"] + [pending]
        first = len(run.trace.steps)
        leave(run, one, pending)
        if one.status != "withdrawn":
            raise _unreachable(run, forced, before, "the withdrawal cannot take effect")
        # Rules may have answered it already, so that it need not be the last step.
        next(step for step in run.trace.steps[first:] if step.act == event).kind = "forced"
        return
    result = run.fire(run.world.scene(run.day, forced.treaty, forced.party), event)
    if isinstance(result, Refused):
        raise _unreachable(run, forced, before, result.reason)
    if event in ("sign",):
        one.signed = True
    if one.status == "ratified" and was != "ratified":
        one.consent_on = run.day
    if event == "suspension_effective":
        one.claims.append(Claim("forced", run.day, (ALL,), "", ""))
    run.touch(forced.treaty, forced.party)
    step = run.step(
        "forced",
        event,
        forced.treaty,
        forced.party,
        before=result.before,
        after=result.after,
        move=result.move.id,
        basis=result.move.basis,
        note="forced by the branch",
    )
    run.became(step, forced.treaty, forced.party)


def _unreachable(run: Run, forced: ForcedStatus, before: str, why: str) -> EngineError:
    names = run.program.names
    return EngineError(
        f"branch {run.program.branch}: the status of {names.parties[forced.party]} under "
        f"{names.treaties[forced.treaty]} cannot be set to {forced.status} on {day_text(forced.day)}: it is {before} "
        f"then, and {why}; change the day or the status, or leave this edit out"
    )
