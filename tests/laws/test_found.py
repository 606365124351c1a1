"""What the properties and the model have found, one smallest case for each, so that it stays found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from simulator.engine.reference import ReferenceEngine
from simulator.results.trace import Position, Trace
from simulator.testing.cases import Case, CaseAct

JOINED = (
    *(("2000-01-01", "AUT", "sign"), ("2000-01-01", "BEL", "sign")),
    *(("2000-01-02", "AUT", "deposit"), ("2000-01-02", "BEL", "deposit")),
)
HEIRS = {"North": "Union"}


def treaty(name: str = "alpha", **clauses: Any) -> dict[str, Any]:
    """A treaty that enters into force with two consents, unless said otherwise."""
    clauses.setdefault("entry_into_force", {"rule": {"count": 2}})
    return {"id": name, "title": name, "parties": {"model": "open"}, "clauses": clauses}


def acts(*rows: Any, under: str = "alpha") -> tuple[CaseAct, ...]:
    """Rows of day, party and act, and what else an act says."""
    found = []
    for number, (day, party, word, *more) in enumerate(rows):
        fields = more[0] if more else {}
        found.append(CaseAct(f"{under}{number:02}", dt.date.fromisoformat(day), party, word, under, **fields))
    return tuple(found)


def run(law: dict[str, Any], *rows: Any, view: str = "depositary") -> Trace:
    """Run one treaty and some acts."""
    return Case((law,), acts(*rows), view=view, heirs=HEIRS).run()


def at(trace: Trace, party: str, under: str = "alpha") -> Position:
    """The position of a party at the end."""
    found = trace.position(party, under)
    assert found is not None
    return found


def since(trace: Trace, party: str) -> str:
    """The day from which the party has its last status."""
    return dt.date.fromordinal(at(trace, party).since).isoformat()


def refused(trace: Trace) -> list[tuple[str, str]]:
    """Who was refused what."""
    return [(one.party, one.act) for one in trace.refused]


def test_a_new_consent_waits_for_its_own_day() -> None:
    """I5: a late joiner that took its consent back and gave a new one is not bound on the first one's day."""
    law = treaty(accession={"open": True}, late_joiner={"delay": {"days_after": 30}})
    wavering = (("2000-02-01", "FIN", "accede"), ("2000-02-20", "FIN", "withdraw_consent"))
    trace = run(law, *JOINED, *wavering, ("2000-02-25", "FIN", "accede"))
    assert since(trace, "FIN") == "2000-03-26"


def test_a_threshold_that_is_lost_must_be_met_again() -> None:
    """X24: if consents are withdrawn until one is left, the day of entry into force passes."""
    law = treaty(entry_into_force={"rule": {"count": 2}, "delay": {"days_after": 30}})
    trace = run(law, *JOINED, ("2000-01-10", "BEL", "withdraw_consent"), ("2000-03-01", "BEL", "deposit"))
    assert trace.treaties["alpha"][0] == "in_force"
    assert since(trace, "AUT") == since(trace, "BEL") == "2000-03-31"


def test_who_waits_by_the_late_joiner_clause_does_not_carry_the_entry() -> None:
    """X24: States that consented after the threshold are bound later; they do not make up for one that left."""
    entry = {"rule": {"all_signatories": True}, "delay": {"days_after": 31}}
    law = treaty(
        entry_into_force=entry, accession={"open": True}, late_joiner={"delay": {"months": 2}, "after": "threshold"}
    )
    later = (("2000-01-03", "FIN", "accede"), ("2000-01-09", "BEL", "withdraw_consent"))
    trace = run(law, *JOINED, *later, ("2000-01-10", "BEL", "deposit"))
    assert trace.treaties["alpha"][0] == "in_force"
    assert len({since(trace, party) for party in ("AUT", "BEL", "FIN")}) == 1


def test_one_state_makes_no_treaty_whatever_number_a_clause_names() -> None:
    """X24: a clause that asks for one consent waits for the second all the same."""
    law = treaty(entry_into_force={"rule": {"count": 1}})
    assert run(law, JOINED[0], JOINED[2]).treaties["alpha"][0] == "open"
    assert since(run(law, *JOINED), "AUT") == "2000-01-02"


def test_a_treaty_whose_end_has_passed_never_begins() -> None:
    """X6: time does not run backwards; a treaty past its last day lapses when its threshold is met."""
    trace = run(treaty(duration={"until": "1999-06-01"}), *JOINED)
    assert trace.treaties["alpha"][0] == "lapsed"
    assert at(trace, "AUT").spells == ()


def test_the_earlier_of_two_ends_counts_to_the_same_day() -> None:
    """`until` is the last day also where a number of years stands beside it, and for the cap of an extension."""
    trace = run(treaty(duration={"until": "2000-12-31", "years": 5}), *JOINED)
    assert since(trace, "AUT") == "2001-01-01"
    law = treaty(duration={"until": "2000-12-31"}, extension={"cap_years": 1})
    until = {"until": dt.date(2002, 1, 1)}
    assert since(run(law, *JOINED, ("2000-03-01", "*", "extend", until)), "AUT") == "2002-01-01"


def test_nobody_succeeds_to_a_membership_that_had_been_given_up() -> None:
    """A predecessor that had withdrawn before it ceased leaves no membership, and its reason stays what it was."""
    leaving = (("2000-02-01", "Union", "notify_withdrawal"), ("2001-01-01", "Union", "become_extinct"))
    union = (("2000-01-01", "Union", "sign"), ("2000-01-02", "Union", "deposit"))
    law = treaty(withdrawal={"notice": {"months": 1}})
    trace = run(law, *JOINED, *union, *leaving, ("2001-01-02", "North", "succeed"))
    assert refused(trace) == [("North", "succeed")]
    assert (at(trace, "Union").status, at(trace, "Union").reason) == ("withdrawn", "withdrawal")


def test_what_has_ceased_to_exist_joins_nothing() -> None:
    """A State that has ended does not accede afterwards."""
    law = treaty(accession={"open": True})
    trace = run(law, *JOINED, ("2000-02-01", "BEL", "become_extinct"), ("2000-03-01", "BEL", "accede"))
    assert ("BEL", "accede") in refused(trace)


def test_consent_falls_back_to_the_signature_that_it_rested_on() -> None:
    """P14: a definitive signature stays a signature; one of an earlier membership is spent."""
    law = treaty(signature={"definitive": True}, entry_into_force={"rule": {"count": 3}})
    trace = run(law, ("2000-01-01", "AUT", "sign_definitively"), ("2000-02-01", "AUT", "withdraw_consent"))
    assert at(trace, "AUT").status == "signed"
    law = treaty(
        accession={"open": True}, withdrawal={"notice": {"days_after": 1}}, late_joiner={"delay": {"days_after": 90}}
    )
    fin = (("2000-01-01", "FIN", "sign"), ("2000-01-02", "FIN", "deposit"), ("2000-02-01", "FIN", "notify_withdrawal"))
    trace = run(law, *JOINED, *fin, ("2000-03-01", "FIN", "accede"), ("2000-03-10", "FIN", "withdraw_consent"))
    assert at(trace, "FIN").status == "non_party"


def test_provisional_application_ends_with_the_treaty() -> None:
    """I9: what lapses is not applied any more, and nothing under it begins."""
    law = treaty(provisional={"from": "2000-03-01"}, entry_into_force={"rule": {"count": 3}})
    trace = run(law, *JOINED[:2], ("2000-02-01", "*", "lapse"), ("2000-03-05", "BEL", "apply_provisionally"))
    assert at(trace, "AUT").provisional == at(trace, "BEL").provisional == "none"
    assert refused(trace) == [("BEL", "apply_provisionally")]
    law = treaty(provisional={"from": "signature"}, entry_into_force={"rule": {"count": 3}})
    assert at(run(law, *JOINED[:2], ("2000-02-01", "*", "lapse")), "AUT").provisional == "none"


def test_a_treaty_suspended_as_a_whole_can_be_superseded_and_falls_with_another() -> None:
    """T8, T17: suspension of the whole does not save a treaty from its own clauses."""
    laws = (
        treaty(),
        treaty("beta", supersedes={"treaties": ["alpha"]}),
        treaty("gamma", linked_termination={"ends_with": "alpha"}),
    )
    later = [("2000-03-01", party, word) for _, party, word in JOINED]
    script = [*acts(*JOINED, ("2000-02-01", "*", "suspend_by_all")), *acts(*later, under="beta")]
    script += acts(*JOINED, ("2000-02-01", "*", "suspend_by_all"), under="gamma")
    trace = Case(laws, tuple(script)).run()
    assert trace.treaties["alpha"][:2] == ("terminated", "superseded")
    assert trace.treaties["gamma"][:2] == ("terminated", "linked_termination")


def test_a_succession_may_complete_what_supersedes() -> None:
    """VCLT 59(1): the earlier treaty ends when its last party is bound by the later one, be it by succession."""
    north = (("2000-01-01", "North", "sign"), ("2000-01-02", "North", "deposit"))
    union = (("2000-02-01", "Union", "sign"), ("2000-02-02", "Union", "deposit"))
    both = [(day.replace("2000-01", "2000-02"), party, word) for day, party, word in JOINED]
    script = acts(*JOINED, *north) + acts(*both, *union, ("2001-01-01", "North", "succeed"), under="beta")
    trace = Case((treaty(), treaty("beta", supersedes={"treaties": ["alpha"]})), script, heirs=HEIRS).run()
    assert trace.treaties["alpha"][:2] == ("terminated", "superseded")
    assert since(trace, "AUT") == "2001-01-01"


def test_the_last_missing_signatory_may_fall_away() -> None:
    """A signature void from the start is no longer waited for, and no exit of a party."""
    law = treaty(entry_into_force={"rule": {"all_signatories": True}}, floor={"parties": 3})
    fin = (("2000-01-01", "FIN", "sign"), ("2000-02-01", "FIN", "establish_invalidity"))
    trace = run(law, *JOINED, *fin)
    assert trace.treaties["alpha"][0] == "in_force"
    assert since(trace, "AUT") == "2000-02-01"


def test_a_reservation_may_be_made_on_the_day_of_ratification() -> None:
    """VCLT 19: when signing, ratifying or acceding; afterwards it is too late."""
    trace = run(
        treaty(), *JOINED[:3], ("2000-01-02", "AUT", "make_reservation"), ("2000-01-03", "AUT", "make_reservation")
    )
    assert at(trace, "AUT").flags == ("reservation",)
    assert len(trace.refused) == 1


def test_pairwise_facts_are_between_two_parties() -> None:
    """X25: nobody accuses itself, and nothing is not performed towards a stranger."""
    itself = ("2000-02-01", "AUT", "allege_breach", {"toward": ("AUT",)})
    stranger = ("2000-02-01", "BEL", "cease_performance", {"toward": ("FIN",)})
    assert len(run(treaty(), *JOINED, itself, stranger).refused) == 2


def test_consents_that_came_before_the_opening_count_on_it() -> None:
    """A threshold met by other means before the treaty was opened is seen when it opens."""
    law = treaty(other_consent={"open": True}, signature={"opens": "2000-02-01"})
    early = (("2000-01-01", "AUT", "consent_otherwise"), ("2000-01-01", "BEL", "consent_otherwise"))
    assert since(run(law, *early), "AUT") == "2000-02-01"


def test_a_period_beyond_the_calendar_never_ends() -> None:
    """A notice of nine thousand years is running, and no error."""
    trace = run(treaty(withdrawal={"notice": {"years": 9000}}), *JOINED, ("2000-03-01", "AUT", "notify_withdrawal"))
    assert [kind for kind, _ in at(trace, "AUT").pending] == ["withdrawal"]


def test_what_can_be_resumed_is_the_same_in_every_view() -> None:
    """I13: resuming towards one narrows the claim whether or not it has taken effect; the rest stays suspended."""
    fin = (("2000-01-01", "FIN", "sign"), ("2000-01-02", "FIN", "deposit"))
    notice = ("2000-02-01", "AUT", "notify_suspension", {"ground": "VCLT 60"})
    some = ("2000-02-02", "AUT", "resume", {"toward": ("BEL",)})
    for view in ("depositary", "claimant", "objector", "strict"):
        trace = run(treaty(), *JOINED, *fin, notice, some, ("2000-02-03", "AUT", "resume", some[3]), view=view)
        assert refused(trace) == [("AUT", "resume")]
        assert at(trace, "AUT").toward == (("FIN", "suspended"),)


def test_acts_alike_in_one_event_are_taken_by_content() -> None:
    """Which of two notices counts does not depend on which stands first in the file."""
    law = treaty(withdrawal={"notice": {"months": 1}})
    case = Case((law,), acts(*JOINED))
    notice = {"act": "notify_withdrawal", "treaty": "alpha", "party": "AUT"}
    both = [notice, notice | {"effective": {"on": "2000-06-01"}}]
    ends = set()
    for order in (both, both[::-1]):
        data = case.scenario()
        data["events"].append({"id": "x", "date": "2000-02-01", "kind": "act", "acts": order})
        ends.add(at(ReferenceEngine(case.compiled(data)).run(), "AUT").since)
    assert len(ends) == 1
