"""Endings: what is closed when a relationship or a treaty ends, and what an end means for other treaties.

A treaty ends for all on one date (I9), a bilateral one by either exit (T9), a multilateral one goes on (VCLT 55) unless
a floor clause or the nature of a treaty says otherwise; linked instruments fall by clause (I11).
"""

from __future__ import annotations

from simulator.engine.run import CONSEQUENCES, Run
from simulator.law.state import RelationshipState

__all__ = ["close", "close_all", "consequences", "lapse", "links", "terminate"]


def close(run: Run, one: RelationshipState) -> None:
    """Close everything pending or pairwise on a relationship that has ended, on both sides (X23, X25, I9)."""
    one.pending.clear()
    one.toward.clear()
    one.provisional, one.organ_rights, one.reservation = "none", "full", False
    for claim in one.claims:
        claim.live = False
    for peer in run.world.peers[one.treaty].values():
        for fact in [fact for fact in peer.toward if fact[1] == one.party]:
            del peer.toward[fact]


def terminate(run: Run, treaty: int, event: str, reason: str, cause: int, *, dispute: str = "", **more: object) -> None:
    """End a treaty for all on one date (P29, I9); `dispute` is the question that the exit behind it raises."""
    state = run.world.treaties[treaty]
    step = run.move(treaty, -1, event, cause, reason=reason, **more)
    if step is None:
        return
    state.due = None
    for party, one in sorted(run.world.peers[treaty].items()):
        if one.is_party:
            run.move(treaty, party, "treaty_terminated", step.number, reason=reason)
            one.exit_dispute = dispute  # of one's own notice, if there was one, nothing is left
        close(run, one)
    run.ended[treaty] = step.number


def lapse(run: Run, treaty: int, cause: int, reason: str) -> None:
    """Give up a treaty that never was in force (T12); what was applied provisionally ends with it."""
    if run.move(treaty, -1, "lapse", cause, reason=reason) is not None:
        close_all(run, treaty)


def _dispute(run: Run, treaty: int) -> str:
    """The disputed question that those who have left a treaty raise: what ends because they left is disputed, too."""
    gone = (one for _, one in sorted(run.world.peers[treaty].items()) if not one.is_party)
    return next((one.exit_dispute for one in gone if one.exit_dispute), "")


def close_all(run: Run, treaty: int) -> None:
    """Close what is open under a treaty that has ended or lapsed."""
    run.world.treaties[treaty].due = None
    for one in run.world.peers[treaty].values():
        close(run, one)


def consequences(run: Run) -> None:
    """Phase 5: what a party's exit means for the treaty (bilateral exit, floor clause, fewer than two parties)."""
    run.phase = CONSEQUENCES
    exits, run.exits = run.exits, {}
    for treaty, cause in exits.items():
        state = run.world.treaties[treaty]
        if not state.is_in_force:
            continue
        left, dispute = len(run.world.bound(treaty)), _dispute(run, treaty)
        if state.terms.bilateral:
            if left < 2:
                terminate(run, treaty, "bilateral_exit", "bilateral_exit", cause, dispute=dispute)
        elif left < 2 and not state.terms.stand_in:
            terminate(run, treaty, "no_two_parties", "no_two_parties", cause, dispute=dispute)
        elif left < state.terms.floor_parties:
            terminate(run, treaty, "floor_breached", "floor_clause", cause, dispute=dispute)
        else:
            # VCLT 55: falling below the entry-into-force number ends nothing.
            run.move(treaty, -1, "party_exit", cause, note=f"remains in force with {left} parties")


def _all_bound(run: Run, earlier: int, later: int) -> bool:
    """VCLT 59(1): a treaty is superseded only if all its parties are parties to the later one too."""
    return all(run.world.relationship(later, one.party).is_party for one in run.world.bound(earlier))


def links(run: Run) -> None:
    """Phase 6: linked instruments fall, or are amended or superseded, by clause (I11, X19)."""
    entered, run.entered = run.entered, {}
    for treaty, cause in entered.items():
        terms = run.program.terms[treaty]
        if terms.amends >= 0 and run.world.treaties[terms.amends].status == "in_force":
            run.move(terms.amends, -1, "amendment_in_force", cause, note=f"changed by {terms.name}")
        # A treaty that had to wait for this one is looked at again today.
        for one in run.program.terms:
            if one.requires == treaty:
                run.touch(one.code)
        for earlier in terms.supersedes:
            if run.world.treaties[earlier].is_in_force and _all_bound(run, earlier, treaty):
                terminate(run, earlier, "supersede", "superseded", cause)
    ended, run.ended = run.ended, {}
    for treaty, cause in ended.items():
        by_exit = run.world.treaties[treaty].reason in _BY_EXIT
        for terms in run.program.terms:
            if terms.ends_with == treaty and run.world.treaties[terms.code].is_in_force:
                dispute = _dispute(run, treaty) if by_exit else ""
                terminate(run, terms.code, "linked_termination", "linked_termination", cause, dispute=dispute)


# Why a treaty ended that another one falls with: because a party left or ended it, and not for time or by consent.
_BY_EXIT = frozenset({"bilateral_exit", "no_two_parties", "floor_clause", "linked_termination", "breach"})
