"""The independent model's view of what is legal: one short rule for each act. See `model`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.laws.relations import ALIVE, ENDED, FREE, HEIRS, PARTY, UNOPENED, Day, Instrument, Relation, months_on


class Legality:
    """What may be done; each rule looks at the day, the treaty, and the relation of the one who acts."""

    treaties: dict[str, Instrument]
    extinct: set[tuple[str, str]]
    today: Day

    def may(self, act: Any) -> bool:
        treaty = self.treaties[act.treaty]
        one = treaty.relation(act.party) if act.party != "*" else Relation()
        if act.act in FREE:
            return True
        return bool(getattr(self, f"_may_{act.act}")(act, treaty, one))

    def _exists(self, act: Any, treaty: Instrument) -> bool:
        return (act.treaty, act.party) not in self.extinct and treaty.status not in ENDED

    def _may_sign(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        clause = treaty.clause("signature")
        closes = clause.get("closes", "never")
        if closes == "entry_into_force":
            closed = treaty.since is not None
        else:
            closed = closes != "never" and self.today >= Day.fromisoformat(closes)
        who = clause.get("eligible") or treaty.law["parties"].get("of") or [act.party]
        opened = treaty.status not in UNOPENED
        return (
            self._exists(act, treaty)
            and one.status == "non_party"
            and opened
            and not closed
            and not treaty.shut
            and act.party in who
        )

    def _may_sign_definitively(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return self._may_sign(act, treaty, one) and bool(treaty.clause("signature").get("definitive"))

    def _may_deposit(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.status == "signed" and treaty.status not in ENDED  # VCLT 14: after signature only

    def _may_exchange(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        rule, of = treaty.clause("entry_into_force")["rule"], treaty.law["parties"].get("of", [])
        both = of if "exchange" in rule or treaty.bilateral else rule.get("named", [])
        both = rule.get("named", both)
        needs = self.treaties.get(treaty.law.get("requires_in_force", ""))
        if needs is not None and needs.status not in ("open", "in_force"):
            return False
        ready = all(treaty.relation(p).status != "non_party" or (act.treaty, p) in self.extinct for p in both)
        return self._may_deposit(act, treaty, one) and bool(of) and bool(both) and ready

    def _may_accede(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        clause = treaty.clause("accession")
        begins = clause.get("from", "opening")
        if begins == "entry_into_force":
            opened = treaty.since is not None
        else:
            opened = begins == "opening" or self.today >= Day.fromisoformat(begins)
        return (
            self._exists(act, treaty)
            and one.status in ("non_party", "withdrawn", "terminated")
            and bool(clause.get("open"))
            and opened
            and treaty.status not in UNOPENED
            and act.party in (clause.get("eligible") or [act.party])
        )

    def _may_consent_otherwise(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        of = treaty.law["parties"].get("of") or [act.party]
        agreed = bool(treaty.clause("other_consent").get("open"))
        return self._exists(act, treaty) and one.status == "non_party" and agreed and act.party in of

    def _may_succeed(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        """VCST 17, 34: into a membership that stood, until the predecessor ceased; 18, 36: into a consent before it."""
        if not self._exists(act, treaty) or one.status != "non_party":
            return False
        heir_of = HEIRS.get(act.party, "")
        before, gone = treaty.of.get(heir_of), (act.treaty, heir_of) in self.extinct
        if treaty.since is None:
            return before is not None and before.consent is not None
        circle = treaty.law["parties"].get("of") or [heir_of]
        inside = heir_of in circle or act.party in circle
        return inside and before is not None and (before.bound or (gone and before.status == "terminated"))

    def _may_succeed_to_signature(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        before = treaty.of.get(HEIRS.get(act.party, ""))
        able = self._exists(act, treaty) and one.status == "non_party" and treaty.since is None
        return able and before is not None and before.signed

    def _may_disclaim_intent(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.status == "signed" or (one.status == "ratified" and treaty.since is None)

    def _may_withdraw_consent(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.status == "ratified"

    def _may_notify_withdrawal(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        clause = treaty.clause("withdrawal")
        lock = (clause.get("lock_in") or {}).get("years", 0)
        free = treaty.since is not None and self.today >= months_on(treaty.since, 12 * lock)
        return one.bound and bool(clause.get("allowed")) and free and not one.noticed

    def _may_revoke_withdrawal(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.bound and one.noticed  # VCLT 68

    def _may_notify_suspension(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.bound

    def _others_bound(self, act: Any, treaty: Instrument) -> bool:
        return all(other != act.party and treaty.relation(other).bound for other in act.toward)

    def _may_suspend_toward(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.bound and bool(act.toward) and self._others_bound(act, treaty)

    _may_adopt_countermeasure = _may_suspend_toward

    def _may_cease_performance(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.bound and self._others_bound(act, treaty)

    _may_allege_breach = _may_determine_breach = _may_cease_performance

    def _may_lift_countermeasure(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        adopted = {other for what, other in one.toward if what == "countermeasure"}
        return one.bound and bool(adopted) and set(act.toward) <= adopted

    def _may_object(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        claims = {party for party, peer in treaty.of.items() if peer.claims or (peer.bound and peer.noticed)}
        others = claims - {act.party}
        return one.bound and bool(others & set(act.toward or others))

    def _may_resume(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        named = set(act.toward)
        return one.bound and any(not named or not claim or named & set(claim) for claim in one.claims)

    def _may_terminate_for_breach(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        """VCLT 60(1): in a bilateral treaty, for a breach by the other that was stated before."""
        breached = any(peer.breached for party, peer in treaty.of.items() if party != act.party and peer.bound)
        return one.bound and treaty.bilateral and breached

    def _may_establish_invalidity(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.status in ("signed", "ratified", *PARTY)

    def _may_make_reservation(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        allowed = treaty.clause("reservations").get("allowed", True)
        return allowed and one.status != "ratified" and not one.bound and treaty.status not in ENDED

    def _may_restrict_rights(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.bound and bool(treaty.clause("organ_sanctions"))

    def _may_restore_rights(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return one.bound and one.restricted

    def _may_extend(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        if treaty.status != "in_force" or treaty.ends_on is None or treaty.since is None:
            return False
        cap = treaty.clause("extension").get("cap_years")
        inside = cap is None or act.until <= months_on(self.ends(treaty), 12 * cap)
        return self.today < treaty.ends_on < act.until and inside

    def _may_suspend_by_all(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return treaty.status == "in_force"

    def _may_resume_by_all(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return treaty.status == "suspended_as_whole"

    def _may_terminate_by_consent(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return treaty.status in ALIVE

    _may_convene_conference = _may_terminate_by_consent

    def _may_lapse(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return treaty.status in (*UNOPENED, "open")

    def _may_close_for_signature(self, act: Any, treaty: Instrument, one: Relation) -> bool:
        return treaty.status in ("open", "in_force")

    def ends(self, treaty: Instrument) -> Day:
        """First day without the treaty by its duration clause."""
        clause = treaty.clause("duration")
        if "years" in clause:
            assert treaty.since is not None
            return months_on(treaty.since, 12 * clause["years"])
        return Day.fromisoformat(clause["until"]) + dt.timedelta(days=1)

    def met(self, treaty: Instrument, rule: dict[str, Any]) -> bool:
        """Whether the rule for entry into force holds; two consents at least, since one State makes no treaty."""
        consents = {party for party, one in treaty.of.items() if one.status == "ratified" or one.bound}
        signed = {party for party, one in treaty.of.items() if one.status == "signed"}
        name = treaty.law["id"]
        if "all" in rule:
            return all(self.met(treaty, part) for part in rule["all"])
        if "count" in rule:
            return len(consents) >= max(rule["count"], 2)
        if len(consents) < 2:
            return False
        if "all_signatories" in rule:
            return not signed
        if "majority_of_signatories" in rule:
            return len(consents) > len(signed)
        named = rule["named"] if "named" in rule else treaty.law["parties"]["of"]
        # One that has ceased to exist cannot be waited for.
        return all(p in consents or (p in treaty.of and (name, p) in self.extinct) for p in named)
