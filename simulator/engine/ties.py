"""Ties: acts of one day that stand equal in declared order although their order matters.

An order that only the ids decide is no order that an author has declared. Where swapping two such acts would change
which of them is carried out, or where the relationships end, the trace carries a flag, and a causal claim that rests
on the order is not to be trusted.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from simulator.engine.run import RuleAct, Run
from simulator.law.state import RelationshipState, TreatyState
from simulator.results.trace import Tie
from simulator.scenario.program import ScriptedAct

__all__ = ["flag_ties"]

Perform = Callable[[Run, object], bool]


def _pairs_touched(run: Run, payload: object) -> tuple[set[tuple[int, int]], frozenset[int]]:
    """The relationships an act is about, and the treaties that its `still` condition reads."""
    if isinstance(payload, RuleAct):
        pairs = set()
        for action in payload.rule.options[payload.option].actions:
            if action.act >= 0:
                parties = [p for who in action.parties for p in run.world.who(who, payload.actor, payload.subject)]
                pairs |= {(action.treaty, party) for party in parties or payload.actor}
        return pairs, payload.rule.reads
    assert isinstance(payload, ScriptedAct)
    return {(payload.treaty, payload.party)}, frozenset()


def flag_ties(run: Run, payloads: list[object], perform: Perform) -> None:
    """Flag every pair of these acts whose order matters; `perform` carries out one act, here on copies."""
    touched = [_pairs_touched(run, payload) for payload in payloads]
    for i, (pairs, reads) in enumerate(touched):
        for j in range(i + 1, len(touched)):
            others, other_reads = touched[j]
            same = pairs & others
            read = {t for t, _ in others} & reads or {t for t, _ in pairs} & other_reads
            if (same or read) and _order_matters(
                run, payloads[i], payloads[j], {t for t, _ in pairs | others}, perform
            ):
                first, second = _identity(payloads[i]), _identity(payloads[j])
                run.trace.ties.append(Tie(run.day, first, second))


def _identity(payload: object) -> str:
    assert isinstance(payload, RuleAct | ScriptedAct)
    return payload.id


def _order_matters(run: Run, one: object, other: object, treaties: set[int], perform: Perform) -> bool:
    """Try both orders on copies: whether an act is carried out, or where the relationships end, may differ."""
    return _trial(run, (one, other), treaties, perform) != _trial(run, (other, one), treaties, perform)[::-1]


def _trial(
    run: Run, order: tuple[object, object], treaties: set[int], perform: Perform
) -> tuple[tuple[bool, str], tuple[bool, str]]:
    world = run.world
    kept: dict[int, tuple[TreatyState, dict[int, RelationshipState]]] = {}
    for treaty in treaties:
        kept[treaty] = (world.treaties[treaty], world.peers[treaty])
        world.treaties[treaty] = copy.copy(world.treaties[treaty])
        world.treaties[treaty].counts = dict(world.treaties[treaty].counts)
        world.treaties[treaty].entries = dict(world.treaties[treaty].entries)
        world.peers[treaty] = copy.deepcopy(world.peers[treaty])
    variables, acts = list(world.variables), copy.deepcopy(world.act_days)
    marks = (dict(run.touched), dict(run.exits), dict(run.entered), dict(run.ended), dict(world.kind_days))
    run.muted = True
    try:
        done = [perform(run, payload) for payload in order]
        end = _end_state(run, treaties) + repr(world.variables)
    finally:
        run.muted = False
        for treaty, (state, peers) in kept.items():
            world.treaties[treaty], world.peers[treaty] = state, peers
        world.variables, world.act_days = variables, acts
        run.touched, run.exits, run.entered, run.ended, world.kind_days = marks
    return (done[0], end), (done[1], end)


def _end_state(run: Run, treaties: set[int]) -> str:
    """The statuses and facts of the treaties in words; which act's name a pending effect carries is no difference."""
    found = []
    for treaty in sorted(treaties):
        for party, one in sorted(run.world.peers[treaty].items()):
            pending = sorted((p.kind, p.due or 0) for p in one.pending)
            found.append((treaty, party, one.status, one.provisional, pending, sorted(one.toward)))
    return repr(found)
