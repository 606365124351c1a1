"""Guards: the conditions under which a move is legal, each a pure question about a scene, with its legal basis.

A guard returns an empty text if it lets the move pass, otherwise why not, in words that a lawyer can check. The
lifecycle table names guards; the driver calls them and records the first that refuses.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.law.dates import add_months, day_text
from simulator.law.scene import Guard, Scene, Test
from simulator.law.state import ALL, RelationshipState

__all__ = ["GUARDS", "Guard", "Scene"]


GUARDS: dict[str, Guard] = {}


def _guard(basis: str, forbids: str = "") -> Callable[[Test], Test]:
    def register(test: Test) -> Test:
        GUARDS[test.__name__] = Guard(test.__name__, test, basis, forbids)
        return test

    return register


@_guard("VCLT 54; 70")
def treaty_alive(scene: Scene) -> str:
    """A treaty that has ended or lapsed cannot be joined."""
    return "" if scene.treaty.is_alive else f"{scene.treaty.terms.name} has ended ({scene.treaty.reason or 'lapsed'})"


@_guard("VCST 2(1)(b); 34")
def state_exists(scene: Scene) -> str:
    """A State that has ceased to exist, or has not begun to, joins nothing."""
    name = scene.name(scene.own.party)
    if scene.own.extinct:
        return f"{name} has ceased to exist"
    return "" if scene.exists else f"{name} does not exist on this day"


@_guard("final clauses; VCLT 24(4)", "X4")
def signature_open(scene: Scene) -> str:
    """Signature is possible from opening until the window closes."""
    treaty = scene.treaty
    if treaty.status in ("negotiated", "adopted"):
        return f"{treaty.terms.name} is not yet open for signature"
    if not treaty.signature_open or scene.day >= treaty.terms.signature_closes:
        return f"the signature window of {treaty.terms.name} has closed; accession may be open"
    if treaty.terms.closes_on_entry and treaty.in_force_on is not None:
        return f"signature of {treaty.terms.name} closed when it entered into force; accession may be open"
    return ""


@_guard("final clauses", "X4")
def eligible_to_sign(scene: Scene) -> str:
    """Only the States that the final clauses name may sign."""
    allowed = scene.treaty.terms.may_sign
    if allowed is None or scene.own.party in allowed:
        return ""
    return f"{scene.name(scene.own.party)} is not among the States that may sign {scene.treaty.terms.name}"


@_guard("VCLT 12(1)")
def definitive_signature_allowed(scene: Scene) -> str:
    """Signature alone binds only where the treaty says so."""
    name = scene.treaty.terms.name
    return "" if scene.treaty.terms.definitive else f"{name} does not allow consent by signature alone"


@_guard("VCLT 15; accession clause", "X3")
def accession_open(scene: Scene) -> str:
    """Accession needs a clause that is open to this State on this day."""
    terms, treaty = scene.treaty.terms, scene.treaty
    if not terms.accession_open:
        return f"{terms.name} has no accession clause"
    if terms.accession_after_entry and treaty.in_force_on is None:
        return f"accession to {terms.name} opens only when it is in force"
    if scene.day < terms.accession_from or treaty.status in ("negotiated", "adopted"):
        return f"accession to {terms.name} is not yet open"
    if terms.may_accede is not None and scene.own.party not in terms.may_accede:
        return f"{scene.name(scene.own.party)} may not accede to {terms.name}"
    return ""


@_guard("VCLT 11")
def other_consent_open(scene: Scene) -> str:
    """Consent by other means only where the negotiators agreed on it, by those they named."""
    terms = scene.treaty.terms
    if not terms.other_consent:
        return f"{terms.name} knows no consent other than ratification or accession"
    if terms.parties and scene.own.party not in terms.parties:
        return f"{scene.name(scene.own.party)} is not among the States of {terms.name}"
    return ""


@_guard("VCLT 13; 16(a)")
def exchange_agreed(scene: Scene) -> str:
    """Instruments are exchanged between the parties that entry into force names, each of which has signed."""
    terms = scene.treaty.terms
    named = terms.entry.named if terms.entry and terms.entry.kind == "named" else ()
    named = named or (terms.parties if terms.bilateral else ())
    if not terms.parties or not named:
        return f"{terms.name} is not concluded by exchange of instruments"
    if terms.requires >= 0 and scene.treaties[terms.requires].status not in ("open", "in_force"):
        return f"{terms.name} cannot be exchanged before {scene.treaties[terms.requires].terms.name}"
    # A State that has ceased to exist is represented by its successors, who are named beside it.
    missing = [
        p
        for p in named
        if (peer := scene.peers.get(p)) is None or (peer.status == "non_party" and peer.reason != "state_extinct")
    ]
    return f"{scene.name(missing[0])} has not signed {terms.name}" if missing else ""


@_guard("VCLT 24; 57-62", "X1")
def treaty_in_force(scene: Scene) -> str:
    """The treaty itself must be in force."""
    treaty = scene.treaty
    return "" if treaty.is_in_force else f"{treaty.terms.name} is not in force"


@_guard("VCST 18; VCLT 24")
def treaty_not_in_force(scene: Scene) -> str:
    """Only before the treaty's entry into force."""
    return "" if scene.treaty.in_force_on is None else f"{scene.treaty.terms.name} is already in force"


@_guard("VCLT 25(1)")
def treaty_not_in_force_for_it(scene: Scene) -> str:
    """Provisional application ends where being bound begins."""
    return f"{scene.treaty.terms.name} is in force for it" if scene.own.is_party else ""


@_guard("VCLT 25(1)")
def provisional_application_allowed(scene: Scene) -> str:
    """Provisional application needs a clause or another agreement."""
    return (
        "" if scene.treaty.terms.provisional else f"{scene.treaty.terms.name} provides for no provisional application"
    )


@_guard("VCLT 25(2)")
def provisional_application_running(scene: Scene) -> str:
    """What does not run cannot be ended."""
    running = scene.own.provisional != "none"
    return "" if running else f"it does not apply {scene.treaty.terms.name} provisionally"


def _predecessor(scene: Scene) -> RelationshipState | None:
    return scene.peers.get(scene.predecessor) if scene.predecessor >= 0 else None


@_guard("VCST 17; 23; 34")
def predecessor_bound(scene: Scene) -> str:
    """The treaty was in force for the predecessor's territory."""
    if scene.treaty.in_force_on is None:
        return f"{scene.treaty.terms.name} is not in force; succession is to a signature or a consent"
    before = _predecessor(scene)
    if scene.predecessor < 0:
        return f"{scene.name(scene.own.party)} succeeds no State that the tables of parties name"
    circle = scene.treaty.terms.parties
    if circle and scene.own.party not in circle and scene.predecessor not in circle:
        return f"{scene.name(scene.own.party)} is outside the circle of {scene.treaty.terms.name}"
    if before is not None and (before.is_party or (before.status == "terminated" and before.extinct)):
        return ""
    return f"{scene.name(scene.predecessor)} was not a party to {scene.treaty.terms.name}"


@_guard("VCST 18; 36")
def predecessor_contracting(scene: Scene) -> str:
    """The predecessor had consented and the treaty was not yet in force."""
    if scene.treaty.in_force_on is not None:
        return f"{scene.treaty.terms.name} is already in force"
    before = _predecessor(scene)
    consented = before is not None and (before.has_consented or before.consent_on is not None)
    return "" if consented else f"{scene.name(scene.predecessor)} had not consented to {scene.treaty.terms.name}"


@_guard("VCST 19; 37")
def predecessor_signed(scene: Scene) -> str:
    """A signature can be inherited only from a predecessor that had signed."""
    before = _predecessor(scene)
    name = scene.treaty.terms.name
    return "" if before is not None and before.signed else f"{scene.name(scene.predecessor)} had not signed {name}"


def _has_signed(scene: Scene) -> bool:
    """Whether this consent rests on a signature; that of an earlier membership is spent."""
    return scene.own.signed and scene.own.via not in ("accession", "other consent")


@_guard("depositary practice")
def signed_before(scene: Scene) -> str:
    """Consent that followed a signature falls back to it."""
    return "" if _has_signed(scene) else "it had acceded, so nothing is left when consent is withdrawn"


@_guard("depositary practice")
def acceded_before(scene: Scene) -> str:
    """Consent without signature falls back to nothing."""
    return "it had signed, so it stays a signatory" if _has_signed(scene) else ""


@_guard("VCLT 54; 56", "X16")
def withdrawal_right(scene: Scene) -> str:
    """A right to withdraw stands in a clause, or is implied under article 56(1)."""
    terms = scene.treaty.terms
    return "" if terms.withdrawal_allowed else f"{terms.name} has no withdrawal clause and none is implied (VCLT 56(1))"


@_guard("withdrawal clause", "X15")
def lock_in_over(scene: Scene) -> str:
    """Some treaties cannot be left in their first years."""
    terms, since = scene.treaty.terms, scene.treaty.in_force_on
    if not terms.lock_in_years or since is None:
        return ""
    free = add_months(since, 12 * terms.lock_in_years)
    return "" if scene.day >= free else f"{terms.name} cannot be left before {day_text(free)} (lock-in)"


@_guard("VCLT 67")
def no_withdrawal_pending(scene: Scene) -> str:
    """A second notice changes nothing while the first is running."""
    return "a notice of withdrawal is already running" if scene.own.has_pending("withdrawal") else ""


@_guard("VCLT 68", "X11")
def withdrawal_pending(scene: Scene) -> str:
    """Only a running notice can be revoked or take effect."""
    return "" if scene.own.has_pending("withdrawal") else "no notice of withdrawal is running"


@_guard("VCLT 54(a); withdrawal clause", "X2")
def notice_period_over(scene: Scene) -> str:
    """A withdrawal takes effect when its period is over, never before."""
    one = scene.own.has_pending("withdrawal")
    if one is None or one.due is None or one.due > scene.day:
        return "the notice period is not over"
    return ""


@_guard("armed-conflict clause", "X17")
def not_deferred(scene: Scene) -> str:
    """A withdrawal that falls due in an armed conflict waits for its end where the treaty says so."""
    one = scene.own.has_pending("withdrawal")
    return "deferred until the end of the armed conflict" if one is not None and one.deferred else ""


@_guard("VCLT 65(3)")
def claim_by_another(scene: Scene) -> str:
    """An objection answers another party's claim to suspend, or its notice of withdrawal."""
    for code, one in scene.peers.items():
        if code == scene.own.party or (scene.toward and code not in scene.toward and ALL not in scene.toward):
            continue
        if one.has_pending("withdrawal") or any(claim.live for claim in one.claims):
            return ""
    return "no other party has made a claim"


@_guard("VCLT 60(1); 65", "X18")
def breach_alleged(scene: Scene) -> str:
    """Termination for breach needs a breach by the other that somebody has alleged or determined before."""
    others = (one for code, one in scene.peers.items() if code != scene.own.party and one.is_party)
    stated = any(kind in ("alleged", "non_performance") for one in others for _, kind, _ in one.breaches)
    return "" if stated else "no breach by the other party has been alleged"


def _unbound(scene: Scene, bound: Callable[[RelationshipState], bool]) -> str:
    for code in scene.toward:
        if code == ALL:
            continue
        peer = scene.peers.get(code)
        if code == scene.own.party:
            return "a party has no pairwise relation with itself"
        if peer is None or not bound(peer):
            return f"{scene.name(code)} is not bound by {scene.treaty.terms.name}"
    return "" if scene.toward else "the act names nobody towards whom it works"


@_guard("VCLT 60(2); 72", "X25")
def counterparts_bound(scene: Scene) -> str:
    """A pairwise fact needs two parties."""
    return _unbound(scene, lambda peer: peer.is_party)


@_guard("VCLT 26; 60", "X25")
def named_counterparts_bound(scene: Scene) -> str:
    """Those towards whom performance ends, or who are accused, are parties; who names nobody means all."""
    return _unbound(scene, lambda peer: peer.is_party) if scene.toward else ""


@_guard("VCLT 20-21", "X25")
def counterparts_bound_or_contracting(scene: Scene) -> str:
    """An objection answers a State that has at least consented."""
    return _unbound(scene, lambda peer: peer.has_consented)


@_guard("VCLT 72", "X10")
def suspension_live(scene: Scene) -> str:
    """Only a live suspension can end."""
    return "" if scene.own.status == "suspended" else "it has not suspended the treaty"


@_guard("VCLT 72", "X10")
def pairwise_suspension_live(scene: Scene) -> str:
    """Resuming needs a suspension that it claims there, whatever the run's view makes of the claim (I13)."""
    named = {*scene.toward} - {ALL}
    live = (claim for claim in scene.own.claims if claim.live)
    if any(not named or ALL in claim.toward or named & {*claim.toward} for claim in live):
        return ""
    return "it has not suspended the treaty"


@_guard("ARSIWA 53", "X10")
def countermeasure_live(scene: Scene) -> str:
    """Only adopted countermeasures can be lifted."""
    facts = {code for what, code in scene.own.toward if what == "countermeasure"}
    if facts and (not scene.toward or ALL in scene.toward or set(scene.toward) <= facts):
        return ""
    return "it has adopted no countermeasure there"


@_guard("VCLT 60(1)-(2)", "X18")
def bilateral_treaty(scene: Scene) -> str:
    """One party alone can end only a bilateral treaty for breach."""
    name = scene.treaty.terms.name
    return (
        ""
        if scene.treaty.terms.bilateral
        else f"{name} is multilateral: breach by one lets a party suspend, not end it"
    )


@_guard("treaty clause")
def organ_sanctions_allowed(scene: Scene) -> str:
    """An organ needs a clause to restrict rights."""
    terms = scene.treaty.terms
    return "" if terms.organ_sanctions else f"{terms.name} gives its organs no power to restrict rights"


@_guard("treaty clause")
def rights_restricted(scene: Scene) -> str:
    """Only restricted rights can be restored."""
    return "" if scene.own.organ_rights == "restricted" else "its rights are not restricted"


@_guard("VCLT 19", "X22")
def reservations_allowed(scene: Scene) -> str:
    """Reservations only where the treaty does not prohibit them, not after consent."""
    terms = scene.treaty.terms
    return "" if terms.reservations_allowed else f"{terms.name} prohibits reservations"


@_guard("VCLT 22")
def reservation_live(scene: Scene) -> str:
    """Only a reservation that was made can be withdrawn."""
    return "" if scene.own.reservation else "it has made no reservation"


@_guard("VCLT 24", "X8")
def threshold_was_met(scene: Scene) -> str:
    """No entry into force before the rule for it was satisfied."""
    terms = scene.treaty.terms
    return "" if scene.treaty.threshold_met_on is not None else f"the threshold of {terms.name} was never met"


@_guard("duration clause", "X20")
def before_expiry(scene: Scene) -> str:
    """A treaty that has expired cannot be extended."""
    expires = scene.treaty.expires
    if expires is not None and scene.day < expires:
        return ""
    return f"{scene.treaty.terms.name} has no end date that could be extended" if expires is None else "it has expired"


@_guard("extension clause", "X20")
def within_cap(scene: Scene) -> str:
    """An extension stays within the cap and moves the end forward."""
    terms, expires = scene.treaty.terms, scene.treaty.expires
    if expires is None or scene.until <= expires:
        return f"an extension of {terms.name} needs a later end date"
    if terms.extension_cap >= 0 and scene.treaty.in_force_on is not None:
        latest = add_months(terms.ends(scene.treaty.in_force_on), 12 * terms.extension_cap)
        if scene.until > latest:
            return f"{terms.name} cannot be extended beyond {day_text(latest)}"
    return ""


@_guard("VCLT 57", "I10")
def consent_of_all(scene: Scene) -> str:
    """The treaty as a whole is suspended only by consent of all parties, which the act records."""
    return "" if any(one.is_party for one in scene.peers.values()) else f"{scene.treaty.terms.name} has no parties"
