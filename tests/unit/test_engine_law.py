"""Treaty law in the reference engine, on small treaties made for one question each."""

from __future__ import annotations

import datetime as dt

from simulator.scenario.load import load_text
from tests.unit.lawlab import BORN, COUNT_2, FOUR, OPEN, at, event, since, war, world


def test_all_deposits_of_a_day_count_together() -> None:
    """Two deposits of one day meet a threshold of two, and nobody gets an extra delay (I6)."""
    trace = world(COUNT_2, event("2000-02-01", "sign AUT;BEL") + event("2000-03-01", "deposit AUT", "deposit BEL"))
    assert (at(trace, "AUT").status, since(trace, "AUT")) == ("in_force", "2000-03-31")
    assert since(trace, "BEL") == "2000-03-31"


def test_a_named_set_waits_for_every_name() -> None:
    """Three of four named States are not enough, however many others consent (I7)."""
    rule = f"      entry_into_force: {{rule: {{named: {FOUR}}}}}\n" + OPEN
    acts = event("2000-02-01", "accede AUT;BEL;CHE;ESP;FIN;FRA")
    assert world(rule, acts).treaties["pact"][0] == "open"
    assert world(rule, acts + event("2001-01-01", "accede DNK")).treaties["pact"][0] == "in_force"


def test_a_predicate_over_an_attribute_names_its_states() -> None:
    """Every State whose quota is at least 8 must consent, the others need not."""
    rule = "      entry_into_force: {rule: {all: [{count: 2}, {attribute: quota, at_least: 8}]}}\n" + OPEN
    quotas = "    attributes: {quota: {AUT: 12, BEL: 8, CHE: 7}}\n"
    few = event("2000-02-01", "accede AUT;CHE")
    assert world(rule, few, quotas).treaties["pact"][0] == "open"
    assert world(rule, few + event("2000-03-01", "accede BEL"), quotas).treaties["pact"][0] == "in_force"


def test_a_floor_date_holds_entry_into_force_back() -> None:
    """Not before two years from opening, although the threshold was met at once (CTBT XIV(1), CWC XXI(1))."""
    rule = (
        "      entry_into_force: {rule: {count: 2}, delay: {days_after: 10}, floor: {after: opening, years: 2}}\n"
        + OPEN
    )
    trace = world(rule, event("2000-03-01", "accede AUT;BEL"), "    opened: 2000-02-01\n")
    assert since(trace, "AUT") == "2002-02-01"


def test_late_joiners_wait_for_their_own_day() -> None:
    """A State that consents after entry into force is bound on its own later day (I5)."""
    rule = COUNT_2 + OPEN + "      late_joiner: {delay: {first_of_nth_month_after: 2}}\n"
    trace = world(rule, event("2000-02-01", "accede AUT;BEL") + event("2001-05-20", "accede CHE"))
    assert since(trace, "CHE") == "2001-07-01"


def test_between_threshold_and_entry_the_clause_decides_who_is_late() -> None:
    """A deposit between the two shares the treaty's day, unless the clause counts from the threshold (Ottawa 17(2))."""
    acts = event("2000-02-01", "accede AUT;BEL") + event("2000-02-20", "accede CHE")
    for after, expected in (("entry_into_force", "2000-03-02"), ("threshold", "2000-08-01")):
        late = f"      late_joiner: {{delay: {{first_of_nth_month_after: 6}}, after: {after}}}\n"
        assert since(world(COUNT_2 + OPEN + late, acts), "CHE") == expected


def test_a_treaty_survives_falling_below_its_threshold() -> None:
    """VCLT 55: three of four leave one by one; with two left it lives, with one it is no treaty any more (X9, X24)."""
    rule = "      entry_into_force: {rule: {count: 4}}\n      withdrawal: {notice: {months: 1}}\n" + OPEN
    two = event("2001-01-01", "notify_withdrawal AUT") + event("2002-01-01", "notify_withdrawal BEL")
    assert world(rule, BORN + two).treaties["pact"][0] == "in_force"
    three = two + event("2003-01-01", "notify_withdrawal CHE")
    trace = world(rule, BORN + three)
    assert trace.treaties["pact"][:2] == ("terminated", "no_two_parties")
    assert at(trace, "DNK").reason == "no_two_parties"


def test_a_floor_clause_ends_the_treaty() -> None:
    """Where the treaty says so, it ends when fewer than the stated number are left (Genocide Convention XV)."""
    rule = COUNT_2 + OPEN + "      floor: {parties: 4}\n"
    trace = world(rule, BORN + event("2001-01-01", "notify_withdrawal AUT"))
    assert trace.treaties["pact"][:2] == ("terminated", "floor_clause")


def test_a_notice_before_the_lock_in_ends_is_refused() -> None:
    """A lock-in of three years refuses the early notice and allows the later one (X15)."""
    rule = COUNT_2.replace("{notice: {months: 6}}", "{notice: {months: 6}, lock_in: {years: 3}}") + OPEN
    trace = world(
        rule, BORN + event("2001-01-01", "notify_withdrawal AUT") + event("2003-04-01", "notify_withdrawal AUT")
    )
    assert [one.reason.split(" cannot")[0] for one in trace.refused] == ["pact"]
    assert since(trace, "AUT") == "2003-10-01"


def test_without_a_clause_there_is_no_withdrawal() -> None:
    """VCLT 56: a treaty without a withdrawal clause, and none implied, cannot be left."""
    rule = "      entry_into_force: {rule: {count: 2}}\n" + OPEN
    trace = world(rule, BORN + event("2001-01-01", "notify_withdrawal AUT"))
    assert trace.refused[0].basis == "VCLT 54; 56; X16"
    assert at(trace, "AUT").status == "in_force"


def test_a_revocation_must_arrive_the_day_before() -> None:
    """On the last day of the period the notice can be revoked, on the day of effect it is too late (X11)."""
    leave = event("2001-01-01", "notify_withdrawal AUT")
    assert (
        at(world(COUNT_2 + OPEN, BORN + leave + event("2001-06-30", "revoke_withdrawal AUT")), "AUT").status
        == "in_force"
    )
    late = world(COUNT_2 + OPEN, BORN + leave + event("2001-07-01", "revoke_withdrawal AUT"))
    assert at(late, "AUT").status == "withdrawn"
    assert [one.act for one in late.refused] == ["revoke_withdrawal"]


def test_rejoining_is_a_new_spell() -> None:
    """Withdrawn and back: two memberships that do not touch, and the duties do not bridge the gap (P33)."""
    trace = world(
        COUNT_2 + OPEN, BORN + event("2001-01-01", "notify_withdrawal AUT") + event("2005-01-01", "accede AUT")
    )
    first, second = at(trace, "AUT").spells
    assert first[1] is not None
    assert first[1] < second[0]
    assert second[1] is None


def test_a_longer_date_in_the_notice_counts_a_shorter_does_not() -> None:
    """A notice may name a later day than the clause asks for, never an earlier one (X2)."""
    longer = world(COUNT_2 + OPEN, BORN + event("2001-01-01", "notify_withdrawal AUT effective: {on: 2002-01-01}"))
    assert since(longer, "AUT") == "2002-01-01"
    shorter = world(COUNT_2 + OPEN, BORN + event("2001-01-01", "notify_withdrawal AUT effective: {on: 2001-02-01}"))
    assert since(shorter, "AUT") == "2001-07-01"


DEFER = COUNT_2.replace("{notice: {months: 6}}", "{notice: {months: 6}, defer: {armed_conflict: any}}") + OPEN
LEAVE = event("2001-01-01", "notify_withdrawal AUT")


def test_a_withdrawal_that_falls_due_in_war_waits_for_its_end() -> None:
    """Ottawa 20(3): bound until the conflict ends, out on that day."""
    trace = world(DEFER, BORN + LEAVE + war("2001-06-01", "2003-03-15"))
    assert (at(trace, "AUT").status, since(trace, "AUT")) == ("withdrawn", "2003-03-15")
    waiting = world(DEFER, BORN + LEAVE + war("2001-06-01"))
    assert at(waiting, "AUT").status == "in_force"
    assert at(waiting, "AUT").pending == (("withdrawal", None),)


def test_a_war_inside_the_notice_period_or_after_it_changes_nothing() -> None:
    """The condition is tested when the period ends, not at notice and not afterwards (X17)."""
    for conflict in (war("2001-02-01", "2001-03-01"), war("2001-07-02")):
        assert since(world(DEFER, BORN + LEAVE + conflict), "AUT") == "2001-07-01"


def test_an_internal_conflict_counts_only_where_the_clause_counts_it() -> None:
    """`armed_conflict: international` leaves an internal one out."""
    internal = war("2001-06-01", international="false")
    only = DEFER.replace("armed_conflict: any", "armed_conflict: international")
    assert at(world(DEFER, BORN + LEAVE + internal), "AUT").status == "in_force"
    assert at(world(only, BORN + LEAVE + internal), "AUT").status == "withdrawn"


def test_suspension_and_withdrawal_may_run_side_by_side() -> None:
    """I14: a suspended party may give notice; both effects come on their own day, and the exit clears the rest."""
    acts = event("2001-01-01", "notify_withdrawal AUT") + event(
        "2001-02-01", "notify_suspension AUT effective: {months: 2}"
    )
    trace = world(COUNT_2 + OPEN, BORN + acts)
    moves = [
        (step.after, dt.date.fromordinal(step.day).isoformat())
        for step in trace.steps
        if step.party == "AUT" and step.before != step.after
    ]
    assert moves[-2:] == [("suspended", "2001-04-01"), ("withdrawn", "2001-07-01")]
    assert at(trace, "AUT").pending == ()


def test_an_expired_treaty_cannot_be_extended_and_a_cap_is_a_cap() -> None:
    """X20: within the cap the end moves, beyond the cap and after the end it does not."""
    rule = COUNT_2 + OPEN + "      duration: {years: 5}\n      extension: {cap_years: 2}\n"
    too_far = world(rule, BORN + event("2003-01-01", "extend * until: 2008-01-01"))
    assert [one.act for one in too_far.refused] == ["extend"]
    assert at(too_far, "AUT").reason == "expiry"
    assert since(too_far, "AUT") == "2005-03-02"
    good = world(rule, BORN + event("2003-01-01", "extend * until: 2007-03-02"))
    assert since(good, "AUT") == "2007-03-02"
    late = world(rule, BORN + event("2006-01-01", "extend * until: 2007-01-01"))
    assert "terminated" in late.refused[0].reason


def test_domestic_steps_and_announcements_move_nothing() -> None:
    """X21: both chambers, a signature of the law, an announcement: in the trace, and nothing else."""
    acts = event("2001-01-01", "announce AUT", "domestic_step AUT stage: lower_house", "approve_domestically AUT")
    acts += event("2001-01-02", "domestic_step AUT stage: upper_house")
    acts += event("2001-01-03", "domestic_step AUT stage: signature")
    trace = world(COUNT_2 + OPEN, BORN + acts)
    assert at(trace, "AUT").status == "in_force"
    assert at(trace, "AUT").pending == ()
    stages = [step.note for step in trace.steps if step.act == "domestic_step"]
    assert stages == ["lower house", "upper house", "signature"]


def test_consent_withdrawn_before_entry_reopens_the_threshold() -> None:
    """P14, I8: the contracting State falls back, and the count with it; a party cannot use this way out (X12)."""
    rule = COUNT_2 + OPEN
    acts = (
        event("2000-02-01", "sign AUT")
        + event("2000-03-01", "deposit AUT")
        + event("2000-04-01", "withdraw_consent AUT")
    )
    trace = world(rule, acts + event("2000-05-01", "accede BEL"))
    assert at(trace, "AUT").status == "signed"
    assert trace.treaties["pact"][0] == "open"
    party = world(rule, BORN + event("2001-01-01", "withdraw_consent AUT"))
    assert [one.act for one in party.refused] == ["withdraw_consent"]


def test_supersession_and_linked_termination() -> None:
    """A later treaty ends an earlier one only when it is in force (X19); a linked instrument falls by clause (I11)."""
    more = """  later:
    title: The later treaty
    clauses:
      entry_into_force: {rule: {count: 2}}
      accession: {open: true}
      supersedes: {treaties: [pact]}
  annex:
    title: An instrument that falls with the pact
    clauses:
      entry_into_force: {rule: {count: 2}}
      accession: {open: true}
      linked_termination: {ends_with: pact}
"""
    extra = "  - {id: annexed, date: 2000-06-01, kind: act, acts: [{act: accede, treaty: annex, party: [AUT, BEL]}]}\n"
    one = "  - {id: first, date: 2004-01-01, kind: act, acts: [{act: accede, treaty: later, party: [AUT, BEL, CHE]}]}\n"
    two = "  - {id: second, date: 2005-01-01, kind: act, acts: [{act: accede, treaty: later, party: DNK}]}\n"
    assert world(COUNT_2 + OPEN, BORN + extra + one, more).treaties["pact"][0] == "in_force"
    trace = world(COUNT_2 + OPEN, BORN + extra + one + two, more)
    assert trace.treaties["pact"][:2] == ("terminated", "superseded")
    assert trace.treaties["annex"][:2] == ("terminated", "linked_termination")
    assert {trace.treaties[name][2] for name in ("pact", "annex")} == {dt.date(2005, 1, 1).toordinal()}


def test_extinction_and_succession_leave_no_gap() -> None:
    """The predecessor ends and both successors are bound on the same day; a stranger cannot succeed (P9, P32)."""
    own = "parties: {own: {OLD: {name: Old}, NEWA: {name: A, succeeds: OLD}, NEWB: {name: B, succeeds: OLD}}}"
    acts = event("2000-02-01", "accede OLD;BEL;CHE") + event("2003-01-01", "become_extinct OLD", "succeed NEWA;NEWB")
    trace = world(COUNT_2 + OPEN, acts + event("2004-01-01", "succeed DEU"), top=own)
    assert [since(trace, party) for party in ("OLD", "NEWA", "NEWB")] == ["2003-01-01"] * 3
    assert at(trace, "OLD").reason == "state_extinct"
    assert at(trace, "NEWA").status == at(trace, "NEWB").status == "in_force"
    assert [(one.party, one.act) for one in trace.refused] == [("DEU", "succeed")]


def test_a_state_acts_only_while_it_exists() -> None:
    """Czechoslovakia signs nothing in 2000, and Montenegro nothing before 2006."""
    trace = world(
        COUNT_2 + OPEN, BORN + event("2001-01-01", "accede CSK", "accede MNE") + event("2007-01-01", "accede MNE")
    )
    assert [one.party for one in trace.refused] == ["CSK", "MNE"]
    assert at(trace, "MNE").status == "in_force"


def test_a_treaty_is_superseded_only_for_those_who_agreed() -> None:
    """VCLT 59(1): a later treaty among some leaves the earlier one in force between all; it falls when the last joins."""
    more = """  later:
    title: The later treaty
    clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}, supersedes: {treaties: [pact]}}
"""
    some = "  - {id: some, date: 2004-01-01, kind: act, acts: [{act: accede, treaty: later, party: [AUT, BEL]}]}\n"
    rest = "  - {id: rest, date: 2005-01-01, kind: act, acts: [{act: accede, treaty: later, party: [CHE, DNK]}]}\n"
    assert world(COUNT_2 + OPEN, BORN + some, more).treaties["pact"][0] == "in_force"
    assert world(COUNT_2 + OPEN, BORN + some + rest, more).treaties["pact"][:2] == ("terminated", "superseded")


def test_a_treaty_that_ends_with_another_does_not_begin_after_it() -> None:
    """I11: an instrument linked to one that has ended, or that requires one that has ended, never enters into force."""
    for link in (
        "linked_termination: {ends_with: pact}}",
        "withdrawal: {notice: {months: 1}}}\n    requires_in_force: pact",
    ):
        more = f"""  annex:
    title: The annex
    clauses: {{entry_into_force: {{rule: {{count: 2}}}}, accession: {{open: true}}, {link}
"""
        late = "  - {id: late, date: 2006-01-01, kind: act, acts: [{act: accede, treaty: annex, party: [AUT, BEL]}]}\n"
        short = COUNT_2 + OPEN + "      duration: {years: 2}\n"
        trace = world(short, BORN + late, more)
        assert trace.treaties["pact"][0] == "terminated"
        assert trace.treaties["annex"][0] in ("open", "lapsed")


def test_termination_for_breach_needs_a_breach_and_follows_the_view() -> None:
    """VCLT 60(1), 65: without an alleged breach refused; with one it ends the treaty for those who believe the claim."""
    both = "    parties: {model: bilateral, of: [AUT, BEL]}\n"
    rule = "      entry_into_force: {rule: {exchange: true}}\n"
    born = event("2000-02-01", "sign AUT;BEL") + event("2000-02-02", "exchange AUT;BEL")
    end = event("2001-02-01", "terminate_for_breach AUT")
    assert world(rule, born + end, both).refused
    alleged = born + event("2001-01-01", "allege_breach AUT toward: [BEL]") + end
    assert world(rule, alleged, both).treaties["pact"][:2] == ("terminated", "breach")
    assert world(rule, alleged, both, view="strict").treaties["pact"][0] == "in_force"


def test_reservations_only_where_and_when_the_law_allows() -> None:
    """X22: not where prohibited, not after consent."""
    rule = COUNT_2 + OPEN
    assert not world(rule, event("2000-01-10", "make_reservation AUT") + BORN).refused
    assert world(rule, BORN + event("2001-01-01", "make_reservation AUT")).refused
    assert world(rule + "      reservations: {allowed: false}\n", event("2000-01-10", "make_reservation AUT")).refused


def test_history_before_the_period_is_silent_but_counts() -> None:
    """Acts before the first day leave their statuses and set off no rule."""
    text = """
schema: 1
id: silent
title: Silence
period: {from: 2000-01-01, to: 2001-12-31}
treaties:
  pact: {title: The pact, clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}}}
events:
  - {id: early, date: 1999-01-01, kind: act, acts: [{act: accede, treaty: pact, party: [AUT, BEL]}]}
rules:
  - {id: joy, actor: AUT, trigger: {becomes: in_force, treaty: pact, of: BEL}, do: {act: announce, treaty: pact}}
"""
    from simulator.api import run

    trace = run(load_text(text, "silent"))
    assert at(trace, "BEL").status == "in_force"
    assert not any(step.kind == "decision" for step in trace.steps)


def test_a_defective_notice_starts_the_clock_or_not_by_reading() -> None:
    """D13: a notice that leaves out an addressee counts for a depositary, and not until cured in the strict view."""
    rule = COUNT_2.replace("{months: 6}}", "{months: 6}, addressees: [depositary, security_council]}") + OPEN
    notice = event("2001-01-01", "notify_withdrawal AUT to: [depositary]")
    cured = event("2002-01-01", "notify_withdrawal AUT to: [depositary, security_council]")
    assert since(world(rule, BORN + notice), "AUT") == "2001-07-01"
    strict = world(rule, BORN + notice + cured, view="strict")
    assert since(strict, "AUT") == "2002-07-01"
    assert "security council" in next(step.note for step in strict.steps if step.act == "notify_withdrawal")


def test_russia_continues_the_soviet_membership_or_succeeds_to_it_by_reading() -> None:
    """D14: as continuator Russia's membership began with the Soviet Union's; as successor it began in 1991."""
    from simulator.api import status
    from simulator.law.dates import ordinal

    (row,) = status(date="2000-01-01", treaty="inf", party="RUS")
    assert row.position.spells == ((ordinal("1988-06-01"), None),)
    assert row.position.since == ordinal("1991-12-26")


def test_signature_closes_on_its_day_and_on_entry_into_force() -> None:
    """T3: after the window a signature is refused, while accession stays open (X4)."""
    dated = COUNT_2 + OPEN + "      signature: {closes: 2000-06-01}\n"
    trace = world(
        dated, event("2000-05-31", "sign AUT") + event("2000-06-01", "sign BEL") + event("2000-07-01", "accede BEL")
    )
    assert [(one.party, one.act) for one in trace.refused] == [("BEL", "sign")]
    on_entry = COUNT_2 + OPEN + "      signature: {closes: entry_into_force}\n"
    trace = world(on_entry, BORN + event("2001-01-01", "sign ESP"))
    assert [one.act for one in trace.refused] == ["sign"]
    assert "close_for_signature" in [step.act for step in trace.steps]


def test_adoption_by_a_closed_circle_binds_each_state_in_it() -> None:
    """A treaty-wide definitive signature is the signature of every State that the instrument names."""
    rule = "      signature: {definitive: true}\n      entry_into_force: {rule: {count: 2}}\n"
    circle = "    parties: {model: closed, of: [AUT, BEL, CHE]}\n"
    trace = world(rule, event("2000-02-01", "sign_definitively *"), circle)
    assert [at(trace, party).status for party in ("AUT", "BEL", "CHE")] == ["in_force"] * 3
