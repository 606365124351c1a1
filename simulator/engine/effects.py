"""Effects: what follows from acts by law and by the clock; derived in every world, never scripted."""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.endings import close, lapse, terminate
from simulator.engine.run import Due, Run
from simulator.law.state import ALL, Claim, Pending, RelationshipState, TreatyState
from simulator.law.terms import NEVER, EntryTest

__all__ = ["apply_due", "deny", "retest_deferred", "thresholds"]


def apply_due(run: Run, due: Due) -> None:
    """Apply a scheduled effect if what it was scheduled for still stands."""
    _HANDLERS[due.kind](run, due)


# -- entry into force ------------------------------------------------------------------------------------------


def threshold_holds(state: TreatyState, peers: dict[int, RelationshipState], test: EntryTest) -> bool:
    """Whether an entry-into-force rule is satisfied by today's consents (I2: contracting States and parties)."""
    counts = state.counts
    consents = counts.get("ratified", 0) + counts.get("in_force", 0) + counts.get("suspended", 0)
    if test.kind == "all":
        return all(threshold_holds(state, peers, part) for part in test.parts)
    if test.kind == "named":
        return consents >= 2 and all(_consented_or_gone(peers.get(party)) for party in test.named)
    if test.kind == "count":
        return consents >= max(test.number, 2)  # a treaty has two sides, whatever number a clause names (X24)
    signed = counts.get("signed", 0)
    if test.kind == "all_signatories":
        return signed == 0 and consents >= 2
    return consents >= 2 and consents * 2 > consents + signed


def _consented_or_gone(peer: RelationshipState | None) -> bool:
    """A named State has consented; one that has ceased to exist can no longer be waited for."""
    return peer is not None and (peer.has_consented or peer.reason == "state_extinct")


def thresholds(run: Run) -> None:
    """Phase 4: test the thresholds on all deposits of the day together, then admit late joiners due today."""
    touched, run.touched = run.touched, {}
    for treaty, parties in touched.items():
        state = run.world.treaties[treaty]
        test = state.terms.entry
        waits = _waits(run, state)
        if state.status == "open" and state.threshold_met_on is None and test is not None and not state.terms.stand_in:
            if not waits and threshold_holds(state, run.world.peers[treaty], test):
                _threshold_met(run, state)
        elif state.in_force_on is not None:
            _admit(run, state, parties)


def _waits(run: Run, state: TreatyState) -> bool:
    """Whether the treaty waits for another one that is not in force, or shares the end of one that has ended."""
    treaties, requires, ends_with = run.world.treaties, state.terms.requires, state.terms.ends_with
    if requires >= 0 and not treaties[requires].is_in_force:
        return True
    return ends_with >= 0 and not treaties[ends_with].is_alive


def _threshold_met(run: Run, state: TreatyState) -> None:
    state.threshold_met_on = run.day
    state.due = max(state.terms.entry_delay.first_day(run.day), state.terms.entry_floor, run.day)
    cause = next((s.number for s in reversed(run.trace.steps) if s.treaty == state.terms.id and s.kind == "act"), -1)
    step = run.move(state.code, -1, "threshold_met", cause)
    due = Due("entry", state.code, cause=step.number if step else cause)
    if state.due <= run.day:
        _entry(run, due)
    else:
        run.schedule(due, state.due)


def _entry(run: Run, due: Due) -> None:
    state = run.world.treaties[due.treaty]
    note = ""
    if state.terms.stand_in:  # a marked fixed date stands in for deposits the record does not hold
        if state.status != "open":
            return
        state.threshold_met_on = state.terms.threshold_on or run.day
        note = "stand-in: fixed date, not derived from deposits"
    elif not _still_due(run, state, due.cause):
        return
    step = run.move(due.treaty, -1, "enter_into_force", due.cause, note=note)
    if step is None:
        return
    state.in_force_on = run.day
    run.entered[due.treaty] = step.number
    if state.terms.closes_on_entry:
        _shut(run, due)
    _set_expiry(run, state)
    for party, one in sorted(run.world.peers[due.treaty].items()):
        if one.status != "ratified":
            continue
        if _joins_with_entry(run, state, one):
            _bind(run, state, one, "enter_into_force", step.number)
        else:
            _late(run, state, party, one)


def _still_due(run: Run, state: TreatyState, cause: int) -> bool:
    """Whether the day that the threshold fixed still brings the treaty into force."""
    if state.due != run.day or state.status != "open":
        return False
    ends_with = state.terms.ends_with
    if ends_with >= 0 and not run.world.treaties[ends_with].is_alive:
        lapse(run, state.code, cause, "the treaty with which it ends has ended")
        return False
    if state.terms.until < run.day:
        lapse(run, state.code, cause, "its end date had passed before it could enter into force")
        return False
    ready = [one for one in run.world.peers[state.code].values() if one.status == "ratified"]
    if sum(_joins_with_entry(run, state, one) for one in ready) < 2:  # there is no treaty of one (X24)
        state.threshold_met_on = state.due = None
        run.touch(state.code)
        note = "fewer than two of the States that met the threshold are left; it must be met again"
        run.step("effect", "threshold_lost", state.code, before="open", after="open", cause=cause, note=note)
        return False
    return True


def _joins_with_entry(run: Run, state: TreatyState, one: RelationshipState) -> bool:
    """Whether a contracting State is bound on the treaty's own day, or on a later one by the late joiner's clause."""
    last = (state.threshold_met_on or 0) if state.terms.late_after_threshold else run.day
    return one.consent_on is None or one.consent_on <= last


def _bind(run: Run, state: TreatyState, one: RelationshipState, event: str, cause: int) -> None:
    if run.move(state.code, one.party, event, cause) is not None:
        one.pending = [pending for pending in one.pending if pending.kind != "entry_into_force"]
        if event == "enter_into_force_for_party" and state.terms.supersedes:
            run.entered.setdefault(state.code, cause)  # now all parties of the earlier treaty may be bound by this one


def _late(run: Run, state: TreatyState, party: int, one: RelationshipState) -> None:
    """Admit a State whose consent came later: bound from the later of the treaty's day and its own (I5)."""
    assert one.consent_on is not None
    first = max(state.terms.late_delay.first_day(one.consent_on), state.in_force_on or 0)
    if first <= run.day:
        _bind(run, state, one, "enter_into_force_for_party", _cause_of(run, one))
    elif one.has_pending("entry_into_force") is None:
        one.pending.append(Pending("entry_into_force", run.day, first, "", revocable=False))
        run.schedule(Due("party_entry", state.code, party), first)


def _admit(run: Run, state: TreatyState, parties: list[int]) -> None:
    for party in sorted(parties):
        one = run.world.relationship(state.code, party)
        if one.status == "ratified" and one.has_pending("entry_into_force") is None:
            _late(run, state, party, one)


def _party_entry(run: Run, due: Due) -> None:
    state = run.world.treaties[due.treaty]
    one = run.world.relationship(due.treaty, due.party)
    pending = one.has_pending("entry_into_force")
    if pending is not None and pending.due == run.day:  # its consent may have been withdrawn and given anew since
        _bind(run, state, one, "enter_into_force_for_party", _cause_of(run, one))


def _cause_of(run: Run, one: RelationshipState) -> int:
    """The last step that changed this relationship: the deposit that is now taking effect."""
    names = run.program.names
    party, treaty = names.parties[one.party], names.treaties[one.treaty]
    for step in reversed(run.trace.steps):
        if step.party == party and step.treaty == treaty and step.before != step.after:
            return step.number
    return -1


def _set_expiry(run: Run, state: TreatyState) -> None:
    assert state.in_force_on is not None
    end = state.terms.ends(state.in_force_on)
    if end < NEVER:
        state.expires = end
        run.schedule(Due("expiry", state.code), state.expires)


# -- exits -----------------------------------------------------------------------------------------------------


def _withdrawal(run: Run, due: Due) -> None:
    one = run.world.relationship(due.treaty, due.party)
    pending = one.has_pending("withdrawal")
    if pending is None or pending.notice != due.notice or pending.due != run.day:
        return
    defer = run.program.terms[due.treaty].defer
    # The condition is tested when the period ends, not at notice (Ottawa 20(3); X17).
    if defer and run.world.in_conflict(due.party, international_only=defer == "international"):
        pending.due, pending.deferred = None, True
        run.move(due.treaty, due.party, "defer_withdrawal", pending.cause, note="until the end of the armed conflict")
        return
    leave(run, one, pending)


def leave(run: Run, one: RelationshipState, pending: Pending) -> None:
    """Let a withdrawal take effect and close what hangs on the relationship."""
    step = run.move(one.treaty, one.party, "withdrawal_effective", pending.cause, reason="withdrawal")
    if step is not None:
        close(run, one)
        run.exits[one.treaty] = step.number


def retest_deferred(run: Run, party: int) -> None:
    """Test deferred withdrawals again: the armed conflict of this party has ended (or changed its character)."""
    for treaty, peers in enumerate(run.world.peers):
        one = peers.get(party)
        pending = one.has_pending("withdrawal") if one else None
        if one is None or pending is None or not pending.deferred:
            continue
        defer = run.program.terms[treaty].defer
        if not run.world.in_conflict(party, international_only=defer == "international"):
            pending.due, pending.deferred = run.day, False
            leave(run, one, pending)


def _expiry(run: Run, due: Due) -> None:
    if run.world.treaties[due.treaty].expires == run.day:
        terminate(run, due.treaty, "expire", "expiry", due.cause)


# -- suspension ------------------------------------------------------------------------------------------------


def _claim(one: RelationshipState, notice: str) -> Claim | None:
    return next((claim for claim in one.claims if claim.notice == notice and claim.live), None)


def _suspension(run: Run, due: Due) -> None:
    one = run.world.relationship(due.treaty, due.party)
    pending = next((p for p in one.pending if p.notice == due.notice and p.kind.endswith("suspension")), None)
    claim = _claim(one, due.notice)
    if pending is None or claim is None or pending.due != run.day or not one.is_party:
        return
    one.pending.remove(pending)
    if not claim.accepted:
        _non_performance(run, one, claim, pending.cause)
    elif ALL in claim.toward:
        if one.status == "in_force":
            note = "claim disputed" if claim.disputed else ""
            run.move(due.treaty, due.party, "suspension_effective", pending.cause, note=note)
    else:
        _toward(run, one, "suspended", claim.toward, pending.cause, note="suspension takes effect")


def _toward(run: Run, one: RelationshipState, what: str, toward: tuple[int, ...], cause: int, *, note: str) -> None:
    bound = [j for j in toward if j == ALL or run.world.relationship(one.treaty, j).is_party]
    for party in bound:
        one.toward[(what, party)] = run.day
    names = run.program.names.parties
    shown = tuple("*" if party == ALL else names[party] for party in bound)
    basis = "VCLT 60(2); 72(1)(a)" if what == "suspended" else "VCLT 26; 60(3)"
    run.step(
        "effect",
        "pairwise_suspension_effective" if what == "suspended" else "non_performance",
        one.treaty,
        one.party,
        before=one.status,
        after=one.status,
        toward=shown,
        cause=cause,
        basis=basis,
        note=note,
    )


def _non_performance(run: Run, one: RelationshipState, claim: Claim, cause: int) -> None:
    """In this view the claim does not release from the treaty: what follows is non-performance (VCLT 26).

    The claim stays live: a view changes what a claim is worth, not that it was made, so others may still object to it.
    """
    one.breaches.append((run.day, "non_performance", ALL if ALL in claim.toward else claim.toward[0]))
    note = f"suspension without effect in this view{f' ({claim.dispute})' if claim.dispute else ''}"
    _toward(run, one, "non_performance", claim.toward, cause, note=note)


def deny(run: Run, one: RelationshipState, claim: Claim, cause: int) -> None:
    """Take back the effect of a claim that a view gives up once another party objects (VCLT 65(3))."""
    claim.accepted = False
    if any(pending.notice == claim.notice for pending in one.pending):
        return  # not yet effective: the due effect will find it denied
    if ALL in claim.toward and one.status == "suspended":
        run.move(one.treaty, one.party, "claim_denied", cause, note="objection: no effect in this view")
    for fact in [fact for fact in one.toward if fact[0] == "suspended" and fact[1] in claim.toward]:
        del one.toward[fact]
    _non_performance(run, one, claim, cause)


# -- windows ---------------------------------------------------------------------------------------------------


def _opening(run: Run, due: Due) -> None:
    if run.move(due.treaty, -1, "open_for_signature", due.cause) is not None:
        run.touch(due.treaty)  # consents by other means may have come first


def _adoption(run: Run, due: Due) -> None:
    run.move(due.treaty, -1, "adopt", due.cause)


def _shut(run: Run, due: Due) -> None:
    if run.world.treaties[due.treaty].signature_open and run.move(due.treaty, -1, "close_for_signature", due.cause):
        run.world.treaties[due.treaty].signature_open = False


def _provisional(run: Run, due: Due) -> None:
    """A clause that starts provisional application on a day starts it for every signatory."""
    extent = due.notice
    if not run.world.treaties[due.treaty].is_alive:
        return
    for party, one in sorted(run.world.peers[due.treaty].items()):
        if one.status in ("signed", "ratified") and one.provisional != extent:
            _extent(run, one, party, extent, due.cause)


def _provisional_end(run: Run, due: Due) -> None:
    for party, one in sorted(run.world.peers[due.treaty].items()):
        if one.provisional == due.notice:
            _extent(run, one, party, "none", due.cause)


def _extent(run: Run, one: RelationshipState, party: int, extent: str, cause: int) -> None:
    one.provisional = extent
    word = "end_provisional" if extent == "none" else "apply_provisionally"
    basis = run.basis(one.treaty, "apply_provisionally", "VCLT 25")
    run.step(
        "effect", word, one.treaty, party, before=one.status, after=one.status, cause=cause, basis=basis, note=extent
    )


_HANDLERS: dict[str, Callable[[Run, Due], None]] = {
    "entry": _entry,
    "party_entry": _party_entry,
    "withdrawal": _withdrawal,
    "suspension": _suspension,
    "expiry": _expiry,
    "opening": _opening,
    "closing": _shut,
    "adoption": _adoption,
    "provisional": _provisional,
    "provisional_end": _provisional_end,
}
