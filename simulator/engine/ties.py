"""Ties: acts of one day that stand equal in declared order although their order matters.

An order that only the ids decide is no order that an author has declared. Where swapping two such acts would change
which of them is carried out, or where the relationships end, the trace carries a flag, and a causal claim that rests
on the order is not to be trusted.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable

from simulator.engine.run import RuleAct, Run
from simulator.law.state import RelationshipState, TreatyState
from simulator.results.trace import Tie
from simulator.scenario.program import Node, ScriptedAct

__all__ = ["flag_ties"]

Perform = Callable[[Run, object], bool]


MAX_TRIALS = 200  # a day: beyond it pairs are not tried, and the trace says so
_WHOLE, _STATUS = -1, -2  # in place of a party: all relationships of a treaty, the treaty's own status

Pairs = set[tuple[int, int]]


def _writes(run: Run, payload: object) -> Pairs:
    """The relationships an act is about; an act of the treaty is about all of them."""
    if isinstance(payload, ScriptedAct):
        return {(payload.treaty, payload.party)}
    assert isinstance(payload, RuleAct)
    pairs: Pairs = set()
    for action in payload.rule.options[payload.option].actions:
        if action.act >= 0:
            parties = [p for who in action.parties for p in run.world.who(who, payload.actor, payload.subject)]
            pairs |= {(action.treaty, party) for party in parties or payload.actor}
    return pairs


def _reads(run: Run, payload: object, node: Node | None) -> Pairs:
    """The relationships that the act's `still` condition looks at."""
    if node is None or not isinstance(payload, RuleAct):
        return set()
    found: Pairs = set()
    if node.op == "treaty":
        found.add((node.a, _STATUS))
    elif node.op in ("status", "toward", "provisional", "flag", "organ_rights", "count", "pending"):
        parties = run.world.who(node.who, payload.actor, payload.subject) if node.who else (_WHOLE,)
        found |= {(node.a, party) for party in parties}
    return found.union(*(_reads(run, payload, part) for part in node.parts))


def _meet(reads: Pairs, writes: Pairs) -> bool:
    for treaty, party in writes:
        if any(t == treaty and (p in (party, _WHOLE) or party == _WHOLE) for t, p in reads):
            return True
    return False


def flag_ties(run: Run, payloads: list[object], perform: Perform) -> None:
    """Flag every pair of these acts whose order matters; `perform` carries out one act, here on copies."""
    writes = [_writes(run, payload) for payload in payloads]
    if len(set().union(*writes)) == sum(map(len, writes)) and not any(isinstance(one, RuleAct) for one in payloads):
        return  # acts of the record on different relationships, which read nothing of each other
    reads = [_reads(run, one, one.rule.still if isinstance(one, RuleAct) else None) for one in payloads]
    trials = 0
    for i, j in itertools.combinations(range(len(payloads)), 2):
        if not (writes[i] & writes[j] or _meet(reads[i], writes[j]) or _meet(reads[j], writes[i])):
            continue
        trials += 1
        if trials > MAX_TRIALS:
            run.trace.ties.append(Tie(run.day, _identity(payloads[i]), "further pairs of this day were not tried"))
            return
        if _order_matters(run, payloads[i], payloads[j], {t for t, _ in writes[i] | writes[j]}, perform):
            run.trace.ties.append(Tie(run.day, _identity(payloads[i]), _identity(payloads[j])))


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
    touched = {treaty: list(parties) for treaty, parties in run.touched.items()}
    marks = (touched, dict(run.exits), dict(run.entered), dict(run.ended), dict(world.kind_days))
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
