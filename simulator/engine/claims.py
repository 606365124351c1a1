"""Claims and performance: suspension, objection, resumption, countermeasures, alleged breach.

A claim is not a legal effect: it is recorded with its ground and who objected; the run's view says whether and when
it takes effect. Performance is another region still: none of these acts changes a status by itself (X14).
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.deed import Deed, start
from simulator.engine.effects import deny
from simulator.engine.run import Due, Run
from simulator.law.dates import add_months
from simulator.law.guards import Scene
from simulator.law.state import ALL, Claim, Pending, RelationshipState
from simulator.results.trace import Step

__all__ = ["CLAIMS", "HANDLERS"]

Handler = Callable[[Run, Deed, Scene, Step], None]


def _notify_suspension(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    _suspend(run, deed, scene, step, (ALL,))


def _suspend_toward(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    _suspend(run, deed, scene, step, deed.toward)


def _suspend(run: Run, deed: Deed, scene: Scene, step: Step, toward: tuple[int, ...]) -> None:
    claim = Claim(deed.id, run.day, toward, deed.ground, deed.dispute, deed.treatment.kind)
    due = _first_day(run, deed, scene, claim)
    scene.own.claims.append(claim)
    kind = "suspension" if ALL in toward else "pairwise_suspension"
    scene.own.pending.append(Pending(kind, run.day, due, deed.id, toward, cause=step.number))
    start(run, Due("suspension", deed.treaty, deed.party, deed.id, step.number), due)


def _first_day(run: Run, deed: Deed, scene: Scene, claim: Claim) -> int:
    """Return the day on which the view lets a claim take effect; marks a claim that it does not accept."""
    due, rule = max(deed.stated, run.day), deed.treatment
    if rule.kind == "no_effect":
        claim.accepted = False
    elif rule.kind == "on":
        due = max(rule.day, run.day)
    elif rule.kind == "delay" and rule.rule is not None:
        due = max(due, rule.rule.first_day(run.day))
    elif rule.kind == "strict":
        claim.accepted = _has_ground(run, deed, scene)
        due = max(due, add_months(run.day, 3))  # VCLT 65(2)
    return due


def _has_ground(run: Run, deed: Deed, scene: Scene) -> bool:
    """Whether the strict view sees a ground: a clause, VCLT 57-62, or (a reading of D8) self-defence in a conflict."""
    readings, terms = run.program.readings, scene.treaty.terms
    if terms.suspension_clause:
        return True
    if readings.get("D8") == "self_defence_suspension" and "self-defence" in deed.ground:
        return run.world.in_conflict(deed.party, international_only=False)
    if readings.get("D11") == "clause_only" and terms.withdrawal_allowed:
        return False
    return any(one in deed.ground for one in _GROUNDS)


_GROUNDS = ("VCLT 57", "VCLT 58", "VCLT 60", "VCLT 61", "VCLT 62")


def _object(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    for party, peer in sorted(scene.peers.items()):
        if party == deed.party or (deed.toward and party not in deed.toward and ALL not in deed.toward):
            continue
        if peer.has_pending("withdrawal") and not peer.exit_dispute:
            peer.exit_dispute = "objection"  # VCLT 65(3): settled elsewhere; the period runs on
        for claim in peer.claims:
            if not claim.live:
                continue
            claim.objected_by.append(deed.party)
            waiting = any(pending.notice == claim.notice for pending in peer.pending)
            if claim.accepted and (claim.rule == "until_objection" or (claim.rule == "strict" and waiting)):
                deny(run, peer, claim, step.number)


def _resume(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    """End a suspension, towards all or towards some; what is not resumed stays, now pair by pair (VCLT 72).

    The claims that were made decide, whatever a view makes of them: the same can be resumed in every view (I13).
    """
    own, named = scene.own, {party for party in deed.toward if party != ALL}
    rest = tuple(sorted(p for p, peer in scene.peers.items() if peer.is_party and p != own.party and p not in named))
    for claim in [claim for claim in own.claims if claim.live]:
        if not named:
            _narrow(run, own, claim, ())
        else:
            left = rest if ALL in claim.toward else tuple(party for party in claim.toward if party not in named)
            _narrow(run, own, claim, left)


def _narrow(run: Run, own: RelationshipState, claim: Claim, left: tuple[int, ...]) -> None:
    """Let a claim stand towards these parties only, and with it what it has brought about or will."""
    pending = next((one for one in own.pending if one.notice == claim.notice), None)
    if pending is None:  # it has taken effect; where a view denied it, as non-performance
        what = "suspended" if claim.accepted else "non_performance"
        for party in claim.toward:
            if party not in left:
                own.toward.pop((what, party), None)
        for party in left if ALL in claim.toward else ():
            own.toward.setdefault((what, party), run.day)
    elif left:
        pending.kind, pending.toward = "pairwise_suspension", left
    else:
        own.pending.remove(pending)
    claim.toward, claim.live = left or claim.toward, bool(left)


def _perform(what: str) -> Handler:
    def mark(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
        for party in deed.toward or (ALL,):
            scene.own.toward[(what, party)] = run.day
            scene.own.breaches.append((run.day, what, party))

    return mark


def _allege(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    """Mark the accused: non-performance is alleged towards the one who says so; nobody's status moves (X14)."""
    for party in deed.toward:
        peer = run.world.peers[deed.treaty].get(party)
        if peer is not None and peer.is_party:
            peer.toward[("non_performance", deed.party)] = run.day
            peer.breaches.append((run.day, "alleged", deed.party))


def _lift(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
    toward = {party for party in deed.toward if party != ALL}
    for fact in [f for f in scene.own.toward if f[0] == "countermeasure" and (not toward or f[1] in toward)]:
        del scene.own.toward[fact]


def _rights(value: str) -> Handler:
    def change(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
        scene.own.organ_rights = value

    return change


def _reservation(value: bool) -> Handler:
    def change(run: Run, deed: Deed, scene: Scene, step: Step) -> None:
        scene.own.reservation = value

    return change


CLAIMS = frozenset({"notify_suspension", "suspend_toward", "allege_breach", "object"})

HANDLERS: dict[str, Handler] = {
    "notify_suspension": _notify_suspension,
    "suspend_toward": _suspend_toward,
    "object": _object,
    "resume": _resume,
    "adopt_countermeasure": _perform("countermeasure"),
    "cease_performance": _perform("non_performance"),
    "determine_breach": _perform("non_performance"),
    "allege_breach": _allege,
    "lift_countermeasure": _lift,
    "restrict_rights": _rights("restricted"),
    "restore_rights": _rights("full"),
    "make_reservation": _reservation(True),
    "withdraw_reservation": _reservation(False),
}
