"""Properties X1, X10, X14, X18 and X25: suspension, countermeasures, breach, and pairwise facts."""

from __future__ import annotations

import datetime as dt

from simulator.testing.cases import Case
from simulator.testing.strategies import WORDS, cases
from tests.laws.properties import Ran, law
from tests.laws.relations import ALIVE, PARTY

CLAIMING = (
    *("notify_suspension", "notify_suspension>resume", "notify_suspension>object", "suspend_toward"),
    *("suspend_toward>resume", "suspend_toward>object", "resume", "object", "adopt_countermeasure"),
    *("adopt_countermeasure>lift_countermeasure", "lift_countermeasure", "cease_performance"),
    *("allege_breach", "determine_breach", "restrict_rights>restore_rights"),
)
ENDING = ("notify_withdrawal", "become_extinct", "establish_invalidity", "terminate_by_consent")
LASTING = ["duration", "floor", "signature.opens"]


@law(
    "X1",
    case=cases(having=["late_joiner"], words=(*CLAIMING, *ENDING, "suspend_by_all>resume_by_all"))
    | cases(having=["accession"], words=("accede>notify_suspension", "accede>suspend_toward", "accede"), joined=False),
)
def test_X01_suspended_only_while_bound_and_in_force(case: Case) -> None:
    """A party is suspended only while it is one and the treaty is in force (VCLT 57-62, 72)."""
    run = Ran(case, "X1")
    for _, step in run.steps("notify_suspension", "suspend_toward", "suspension_effective"):
        assert step.before in PARTY
    for number, statuses in enumerate(run.statuses):
        for (treaty, party), status in statuses.items():
            facts = run.facts[number].get((treaty, party), [])
            if status == "suspended" or any(what == "suspended" for what, _ in facts):
                assert run.treaties[number][treaty] in ALIVE
                assert status in PARTY
    assert run.broken == []


@law("X10", case=cases(words=CLAIMING, joined=True, lacking=LASTING))
def test_X10_only_what_is_live_can_be_ended(case: Case) -> None:
    """A suspension is resumed only after a claim to it, a countermeasure lifted only after it was adopted."""
    run = Ran(case, "X10")
    claimed: set[str] = set()
    adopted: dict[str, set[str]] = {}
    for _, step in run.steps(*CLAIMING):
        facts = adopted.setdefault(step.party, set())
        if step.act in ("notify_suspension", "suspend_toward"):
            claimed.add(step.party)
        elif step.act == "resume":
            assert step.party in claimed
            claimed -= set() if step.toward else {step.party}
        elif step.act == "adopt_countermeasure":
            facts |= set(step.toward)
        elif step.act == "lift_countermeasure":
            assert facts
            assert set(step.toward) <= facts
            facts -= set(step.toward) or set(facts)
    assert run.broken == []


@law("X14", case=cases(words=CLAIMING, joined=True, lacking=LASTING, wars=True))
def test_X14_performance_and_war_change_no_legal_status(case: Case) -> None:
    """Suspension, countermeasures, breach, sanctions and war leave every party a party (VCLT 63, 72, 73).

    Only a suspension that was claimed towards all shows in the status; what is done about performance never does.
    """
    run = Ran(case, "X14")
    before: set[str] = set()
    for day in run.lived():
        assert before <= run.members("alpha", day)
        before = run.members("alpha", day)
    claimed = {step.party for _, step in run.steps("notify_suspension")}
    for statuses in run.statuses:
        assert {party for (_, party), status in statuses.items() if status == "suspended"} <= claimed
    assert run.broken == []


@law("X18", case=cases(words=("allege_breach>terminate_for_breach", "suspend_toward"), joined=True, lacking=LASTING))
def test_X18_breach_ends_no_multilateral_treaty_and_reaches_no_bystander(case: Case) -> None:
    """One party ends a bilateral treaty for breach, a multilateral one never; a suspension binds those it names."""
    run = Ran(case, "X18")
    bilateral = case.treaties[0]["parties"]["model"] == "bilateral"
    assert bilateral or not list(run.steps("terminate_for_breach"))
    assert run.trace.treaties["alpha"][1] in ("", "breach")
    named = {(act.party, other) for act in case.acts for other in act.toward if act.act == "suspend_toward"}
    for facts in run.facts:
        for (_, party), own in facts.items():
            assert all((party, other) in named for what, other in own if what == "suspended")
    assert run.broken == []


@law(
    "X25",
    case=cases(words=(*CLAIMING, *ENDING, *WORDS), joined=True)
    | cases(
        having=["withdrawal"],
        lacking=[*LASTING, "lock_in"],
        words=("adopt_countermeasure>notify_withdrawal", "adopt_countermeasure>become_extinct"),
        joined=True,
    ),
)
def test_X25_pairwise_facts_stand_between_two_parties(case: Case) -> None:
    """A pairwise fact has two different parties, today; when either leaves, it is gone (VCLT 21, 72)."""
    run = Ran(case, "X25")
    for number, facts in enumerate(run.facts):
        day = dt.date.fromordinal(run.days[number])
        for (treaty, party), own in facts.items():
            others = {other for _, other in own} - {"*"}
            assert others | {party} <= run.members(treaty, day)
            assert party not in others
    assert run.broken == []
