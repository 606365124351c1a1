"""An independent model of treaty law: dictionaries and short rules, written from the conventions, not from the product.

It knows the depositary's view only and leaves out provisional application. Dates are `datetime.date`, date arithmetic
is its own, and every rule names its article. The product is not imported, except for the order in which the acts of one
day are taken: that is a convention (`acts.csv`), not law. The model looks at every threshold on every day it lives
through, while the engine looks only where something has changed, so that a forgotten look shows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.laws.legality import Legality
from tests.laws.relations import ALIVE, ENDED, Day, Instrument, Relation, first_day


class LawBook(Legality):
    """The world of the model. `advance(day)` lives through every day up to `day` on which something happens."""

    def __init__(self, treaties: Any, order: dict[str, int]) -> None:
        self.treaties = {law["id"]: Instrument(law) for law in treaties}
        self.order = order
        for treaty in self.treaties.values():
            treaty.status = (
                "negotiated" if treaty.clause("signature").get("opens") or "adopted" in treaty.law else "open"
            )
        self.extinct: set[tuple[str, str]] = set()
        self.wars: dict[str, bool] = {}
        self.refused: set[str] = set()
        self.today = Day(1, 1, 1)
        self.exits: set[str] = set()
        self.grown: set[str] = set()
        self.ended: list[str] = []
        self.history: dict[Day, dict[str, Any]] = {}

    # -- the calendar --------------------------------------------------------------------------------------------

    def _dues(self) -> set[Day]:
        days: set[Day | None] = set()
        for treaty in self.treaties.values():
            fixed = treaty.clause("signature").get("opens"), treaty.law.get("adopted")
            days |= {treaty.enters_on, treaty.ends_on, *(Day.fromisoformat(day) for day in fixed if day)}
            for one in treaty.of.values():
                days |= {one.bound_on, one.leaves_on, *(due for due, _ in one.suspends)}
        return {day for day in days if day is not None and day > self.today}

    def advance(self, until: Day, acts: Any = (), wars: Any = ()) -> None:
        """Live through all days up to `until`; acts and wars are those after today."""
        while True:
            days = self._dues() | {one.day for one in (*acts, *wars) if one.day > self.today}
            day = min((one for one in days if one <= until), default=None)
            if day is None:
                return
            self.live(day, [a for a in acts if a.day == day], [w for w in wars if w.day == day])

    def live(self, day: Day, acts: Any, wars: Any) -> None:
        """One day in its six phases."""
        self.today = day
        self._effects()
        for war in sorted(wars, key=lambda one: one.id):
            self._war(war)
        for act in sorted(acts, key=lambda one: (self.order[one.act], one.program_id)):
            if not self.may(act):
                self.refused.add(act.program_id)
                continue
            self.apply(act)
        self._settle()
        self.history[day] = self.snapshot()

    def snapshot(self) -> dict[str, Any]:
        return {
            "status": {
                (name, party): one.status
                for name, treaty in self.treaties.items()
                for party, one in treaty.of.items()
                if one.status != "non_party"
            },
            "treaty": {name: treaty.status for name, treaty in self.treaties.items()},
            "members": {name: treaty.members for name, treaty in self.treaties.items()},
            "toward": {
                (name, party): sorted(one.toward)
                for name, treaty in self.treaties.items()
                for party, one in treaty.of.items()
                if one.toward
            },
        }

    # -- phase 1 -------------------------------------------------------------------------------------------------

    def _effects(self) -> None:
        for name, treaty in self.treaties.items():
            opens = treaty.clause("signature").get("opens")
            if treaty.law.get("adopted") == self.today.isoformat() and treaty.status == "negotiated":
                treaty.status = "adopted"
            if opens == self.today.isoformat() and treaty.status in ("negotiated", "adopted"):
                treaty.status = "open"
            if treaty.ends_on == self.today and treaty.status in ALIVE:
                self.terminate(name)
            if treaty.enters_on == self.today:
                self.enter(name)
            for party, one in sorted(treaty.of.items()):
                if one.bound_on == self.today:
                    self.bind(name, one)
                for due in [due for due in one.suspends if due[0] == self.today]:
                    one.suspends.remove(due)
                    self.suspend(treaty, one, due[1])
                if one.leaves_on == self.today:
                    self.leave(name, party)

    def bind(self, name: str, one: Relation) -> None:
        self.grown.add(name)
        one.status, one.bound_on = "in_force", None
        one.spells.append([self.today, None])

    def suspend(self, treaty: Instrument, one: Relation, toward: tuple[str, ...]) -> None:
        if not toward:
            one.status = "suspended"
        one.toward |= {("suspended", other) for other in toward if treaty.relation(other).bound}

    def in_conflict(self, treaty: Instrument, party: str) -> bool:
        """Ottawa 20(3): the clause may ask for any conflict, or for one of international character."""
        defer = (treaty.clause("withdrawal").get("defer") or {}).get("armed_conflict")
        return defer is not None and party in self.wars and (self.wars[party] or defer == "any")

    def leave(self, name: str, party: str) -> None:
        """VCLT 54(a), 70: release on the day, unless the State is in conflict and the clause defers."""
        treaty = self.treaties[name]
        one = treaty.of[party]
        if self.in_conflict(treaty, party):
            one.leaves_on, one.deferred = None, True
            return
        one.status = "withdrawn"
        one.spells[-1][1] = self.today
        self.close(treaty, party)
        self.exits.add(name)

    def close(self, treaty: Instrument, party: str) -> None:
        """VCLT 70, 72: nothing outlives the relationship, on either side."""
        one = treaty.of[party]
        one.bound_on = one.leaves_on = None
        one.deferred = one.restricted = False
        one.suspends, one.claims, one.toward = [], [], set()
        for other in treaty.of.values():
            other.toward = {fact for fact in other.toward if fact[1] != party}

    # -- phase 2 -------------------------------------------------------------------------------------------------

    def _war(self, war: Any) -> None:
        for party in war.parties:
            if war.begins:
                self.wars[party] = war.international or self.wars.get(party, False)
                continue
            self.wars.pop(party, None)
            for name, treaty in self.treaties.items():
                if party in treaty.of and treaty.of[party].deferred:
                    self.leave(name, party)

    # -- phase 3: what follows -----------------------------------------------------------------------------------

    def apply(self, act: Any) -> None:
        treaty = self.treaties[act.treaty]
        one = treaty.relation(act.party) if act.party != "*" else Relation()
        work = getattr(self, f"_do_{act.act}", None)
        if work is not None:
            work(act, treaty, one)

    def _do_sign(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.status, one.signed = "signed", True

    _do_succeed_to_signature = _do_sign

    def _do_deposit(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.status, one.consent, one.by = "ratified", self.today, act.act

    _do_exchange = _do_accede = _do_consent_otherwise = _do_deposit

    def _do_sign_definitively(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.signed = True
        self._do_deposit(act, treaty, one)

    def _do_succeed(self, act: Any, treaty: Instrument, one: Relation) -> None:
        if treaty.since is None:
            self._do_deposit(act, treaty, one)
        else:
            self.bind(act.treaty, one)

    def _do_disclaim_intent(self, act: Any, treaty: Instrument, one: Relation) -> None:
        if treaty.bilateral and treaty.since is None and treaty.status not in ENDED:
            treaty.status = "lapsed"

    def _do_withdraw_consent(self, act: Any, treaty: Instrument, one: Relation) -> None:
        kept = one.signed and one.by not in ("accede", "consent_otherwise")
        one.status, one.consent, one.bound_on = ("signed" if kept else "non_party"), None, None

    def _do_notify_withdrawal(self, act: Any, treaty: Instrument, one: Relation) -> None:
        clause = treaty.clause("withdrawal")
        late = act.received_after if clause.get("clock") == "receipt" else 0
        rule = clause.get("notice") or {"months": 12}  # VCLT 56(2)
        stated = act.effective if act.effective and clause.get("later_date", True) else self.today
        due = max(first_day(rule, self.today + dt.timedelta(days=late)), stated, self.today)
        one.leaves_on = due
        if due == self.today:
            self.leave(act.treaty, act.party)

    def _do_revoke_withdrawal(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.leaves_on, one.deferred = None, False

    def _do_notify_suspension(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.claims.append(act.toward)
        due = max(act.effective or self.today, self.today)
        if due == self.today:
            self.suspend(treaty, one, act.toward)
        else:
            one.suspends.append((due, act.toward))

    _do_suspend_toward = _do_notify_suspension

    def _do_adopt_countermeasure(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.toward |= {("countermeasure", other) for other in act.toward}

    def _do_cease_performance(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.toward |= {("non_performance", other) for other in act.toward or ("*",)}
        one.breached = True

    _do_determine_breach = _do_cease_performance

    def _do_allege_breach(self, act: Any, treaty: Instrument, one: Relation) -> None:
        for other in act.toward:
            treaty.of[other].toward.add(("non_performance", act.party))
            treaty.of[other].breached = True

    def _do_lift_countermeasure(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.toward -= {f for f in one.toward if f[0] == "countermeasure" and f[1] in (act.toward or (f[1],))}

    def _do_resume(self, act: Any, treaty: Instrument, one: Relation) -> None:
        """VCLT 72: what was claimed towards all and is resumed towards some stays towards the rest, pair by pair."""
        rest = tuple(party for party in treaty.members if party not in (*act.toward, act.party))
        was_suspended, one.status = one.status == "suspended", "in_force"
        facts = {other for what, other in one.toward if what == "suspended"} - set(act.toward or treaty.of)

        def left(claim: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(party for party in claim if party not in act.toward) if claim else rest

        if not act.toward:
            one.claims, one.suspends = [], []
        one.claims = [left(claim) for claim in one.claims if left(claim)]
        one.suspends = [(due, left(claim)) for due, claim in one.suspends if left(claim)]
        one.toward = {fact for fact in one.toward if fact[0] != "suspended"}
        one.toward |= {("suspended", other) for other in facts | set(rest if was_suspended and act.toward else ())}

    def _do_terminate_for_breach(self, act: Any, treaty: Instrument, one: Relation) -> None:
        self.terminate(act.treaty)

    def _do_establish_invalidity(self, act: Any, treaty: Instrument, one: Relation) -> None:
        """VCLT 69: void from the start."""
        if one.bound:
            one.spells[-1][1] = one.spells[-1][0]
            self.exits.add(act.treaty)
        one.status, one.signed, one.consent = "non_party", False, None
        self.close(treaty, act.party)

    def _do_become_extinct(self, act: Any, treaty: Instrument, one: Relation) -> None:
        self.extinct.add((act.treaty, act.party))
        if one.bound:
            one.status = "terminated"
            one.spells[-1][1] = self.today
            self.exits.add(act.treaty)
        elif one.status in ("signed", "ratified"):
            one.status = "non_party"
        self.close(treaty, act.party)

    def _do_restrict_rights(self, act: Any, treaty: Instrument, one: Relation) -> None:
        one.restricted = act.act == "restrict_rights"

    _do_restore_rights = _do_restrict_rights

    def _do_extend(self, act: Any, treaty: Instrument, one: Relation) -> None:
        treaty.ends_on = act.until

    def _do_suspend_by_all(self, act: Any, treaty: Instrument, one: Relation) -> None:
        treaty.status = "suspended_as_whole" if act.act == "suspend_by_all" else "in_force"

    _do_resume_by_all = _do_suspend_by_all

    def _do_terminate_by_consent(self, act: Any, treaty: Instrument, one: Relation) -> None:
        self.terminate(act.treaty)

    def _do_lapse(self, act: Any, treaty: Instrument, one: Relation) -> None:
        treaty.status = "lapsed"

    def _do_close_for_signature(self, act: Any, treaty: Instrument, one: Relation) -> None:
        treaty.shut = True

    # -- phases 4 to 6 -------------------------------------------------------------------------------------------

    def linked_to(self, treaty: Instrument) -> Instrument | None:
        """The treaty with which this one ends, if a clause says so."""
        return self.treaties.get(treaty.clause("linked_termination").get("ends_with", ""))

    def _settle(self) -> None:
        again = True
        while again:
            for name, treaty in self.treaties.items():
                self._thresholds(name, treaty)
            exits, self.exits = sorted(self.exits), set()
            for name in exits:
                self._after_exit(name)
            grown, self.grown = sorted(self.grown), set()
            for name in grown:
                self._supersede(name)
            ended, self.ended = self.ended, []
            for treaty_name, treaty in self.treaties.items():
                if treaty.status in ALIVE and treaty.clause("linked_termination").get("ends_with") in ended:
                    self.terminate(treaty_name)
            again = bool(grown or ended or exits or self.ended)

    def _supersede(self, name: str) -> None:
        """VCLT 59(1): an earlier treaty ends when all its parties are bound by the later one that says so."""
        later = self.treaties[name]
        for earlier in later.clause("supersedes").get("treaties", []):
            old = self.treaties.get(earlier)
            alive = later.status in ALIVE and old is not None and old.status in ALIVE
            if alive and old is not None and set(old.members) <= set(later.members):
                self.terminate(earlier)

    def _thresholds(self, name: str, treaty: Instrument) -> None:
        needs, link = self.treaties.get(treaty.law.get("requires_in_force", "")), self.linked_to(treaty)
        waits = (needs is not None and needs.status not in ALIVE) or (link is not None and link.status in ENDED)
        rule = treaty.clause("entry_into_force")
        if treaty.status == "open" and treaty.threshold is None and not waits and self.met(treaty, rule["rule"]):
            floor = (rule.get("floor") or {}).get("date")
            treaty.threshold = self.today
            days = [first_day(rule.get("delay", {"same_day": True}), self.today), self.today]
            treaty.enters_on = max([*days, *([Day.fromisoformat(floor)] if floor else [])])
            if treaty.enters_on == self.today:
                self.enter(name)
        if treaty.since is None or treaty.status in ENDED:
            return
        for one in treaty.of.values():  # VCLT 24(3): those who consent to a treaty in force
            if one.status == "ratified" and one.bound_on is None:
                self._late(name, treaty, one)

    def _late(self, name: str, treaty: Instrument, one: Relation) -> None:
        assert one.consent is not None
        assert treaty.since is not None
        delay = treaty.clause("late_joiner").get("delay", {"same_day": True})
        one.bound_on = max(first_day(delay, one.consent), treaty.since)
        if one.bound_on <= self.today:
            self.bind(name, one)

    def enter(self, name: str) -> None:
        treaty = self.treaties[name]
        treaty.enters_on = None
        if treaty.status != "open":
            return
        until, link = treaty.clause("duration").get("until"), self.linked_to(treaty)
        if link is not None and link.status in ENDED:
            treaty.status = "lapsed"
            return
        if until and self.today > Day.fromisoformat(until):
            treaty.status = "lapsed"
            return
        ready = [one for one in treaty.of.values() if one.status == "ratified"]
        by_threshold = treaty.clause("late_joiner").get("after") == "threshold"
        assert treaty.threshold is not None
        late = [one for one in ready if by_threshold and one.consent is not None and one.consent > treaty.threshold]
        if len(ready) - len(late) < 2:  # one State makes no treaty; the threshold must be met again
            treaty.threshold = None
            return
        treaty.status, treaty.since = "in_force", self.today
        if until or "years" in treaty.clause("duration"):
            treaty.ends_on = self.ends(treaty)
        for one in ready:
            if one in late:
                self._late(name, treaty, one)
            else:
                self.bind(name, one)

    def terminate(self, name: str) -> None:
        """VCLT 70: released for all on one date."""
        treaty = self.treaties[name]
        treaty.status, treaty.ends_on = "terminated", None
        for party, one in treaty.of.items():
            if one.bound:
                one.status = "terminated"
                one.spells[-1][1] = self.today
            self.close(treaty, party)
        self.ended.append(name)

    def _after_exit(self, name: str) -> None:
        """One exit ends a treaty of two; VCLT 55: no other, unless a floor clause or fewer than two are left."""
        treaty = self.treaties[name]
        floor = treaty.clause("floor").get("parties", 2)
        if treaty.status in ALIVE and len(treaty.members) < max(2, 2 if treaty.bilateral else floor):
            self.terminate(name)
