"""Properties X2, X9, X11-X13, X15-X17, X19, X20 and X23: leaving, and how treaties end."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from simulator.testing.cases import Case
from simulator.testing.strategies import WORDS, cases
from tests.laws.properties import Ran, clause, law, notice_ends
from tests.laws.relations import ALIVE, PARTY, Day, months_on

LEAVING = ("notify_withdrawal", "notify_withdrawal", "notify_withdrawal>revoke_withdrawal", "revoke_withdrawal")
ENDLESS = ["duration", "floor", "lock_in", "withdrawal.forbidden", "entry.floor"]


@law("X2", case=cases(having=["withdrawal"], lacking=[*ENDLESS, "defer"], words=LEAVING, joined=True))
def test_X02_no_withdrawal_before_its_notice_period_ends(case: Case) -> None:
    """A withdrawal takes effect on the day on which its period ends, counted by the calendar of these tests."""
    run = Ran(case, "X2")
    for day, step in run.steps("withdrawal_effective"):
        notice = run.trace.steps[step.cause]
        assert day == notice_ends(case, run.act(notice))
        assert run.status(step.treaty, step.party, day - dt.timedelta(days=1)) in PARTY or day == run.act(notice).day
    assert run.broken == []


@law(
    "X9",
    case=cases(
        kind="count",
        having=["withdrawal"],
        lacking=[*ENDLESS, "defer"],
        words=("notify_withdrawal", "notify_withdrawal", "notify_suspension", "suspend_toward"),
        joined=True,
        most=6,
    ),
)
def test_X09_falling_below_the_threshold_ends_nothing(case: Case) -> None:
    """However few are left, suspended or not: a treaty in force stays in force while it has two parties (VCLT 55)."""
    run = Ran(case, "X9")
    entered = run.entered("alpha")
    for day in run.lived():
        if entered is not None and day >= entered:
            assert (run.treaty("alpha", day) == "in_force") == (len(run.members("alpha", day)) >= 2)
    assert run.broken == []


@law("X11", case=cases(having=["withdrawal"], lacking=[*ENDLESS, "defer"], words=LEAVING, joined=True))
def test_X11_no_revocation_on_or_after_the_effective_date(case: Case) -> None:
    """A notice is revoked before the day it takes effect or never (VCLT 68); revoked in time, it has no effect."""
    run = Ran(case, "X11")
    running: dict[str, Day] = {}
    for day, step in run.steps("notify_withdrawal", "revoke_withdrawal", "withdrawal_effective"):
        if step.act == "notify_withdrawal":
            running[step.party] = notice_ends(case, run.act(step))
        else:
            assert step.party in running
            due = running.pop(step.party)
            assert day < due if step.act == "revoke_withdrawal" else day == due
    assert run.broken == []


@law(
    "X12",
    case=cases(
        having=["withdrawal", "late_joiner", "accession"],
        lacking=ENDLESS,
        words=("withdraw_consent", "accede>withdraw_consent", "accede>notify_withdrawal", *LEAVING),
    ),
)
def test_X12_parties_give_notice_and_others_withdraw_consent(case: Case) -> None:
    """A party never takes back its consent, and who is no party never gives notice of withdrawal (VCLT 54)."""
    run = Ran(case, "X12")
    for _, step in run.steps("withdraw_consent"):
        assert step.before == "ratified"
        assert step.after in ("signed", "non_party")
    for _, step in run.steps("notify_withdrawal", "revoke_withdrawal"):
        assert step.before in PARTY
    assert run.broken == []


@law(
    "X13",
    case=cases(having=["withdrawal", "late_joiner"], words=("withdraw_consent", "notify_withdrawal", *WORDS))
    | cases(having=["accession"], words=("accede>withdraw_consent", "withdraw_consent", "sign>deposit"), joined=False),
)
def test_X13_only_parties_leave_by_withdrawal(case: Case) -> None:
    """Who has withdrawn was a party on the day before; a signatory or contracting State has nothing to leave."""
    run = Ran(case, "X13")
    for one in run.trace.final:
        if one.status == "withdrawn":
            assert one.spells
            assert one.spells[-1][1] == one.since
            assert one.reason == "withdrawal"
    assert run.broken == []


@law("X15", case=cases(having=["withdrawal", "lock_in"], lacking=["withdrawal.forbidden"], words=LEAVING, joined=True))
def test_X15_no_notice_during_a_lock_in(case: Case) -> None:
    """While the first years last nobody gives notice; afterwards the clause is open to every party."""
    run = Ran(case, "X15")
    years = clause(case, "alpha", "withdrawal")["lock_in"]["years"]
    entered = run.entered("alpha")
    for day, _ in run.steps("notify_withdrawal"):
        assert entered is not None
        assert day >= months_on(entered, 12 * years)
    for refused in run.trace.refused:
        if "lock-in" in refused.reason:
            assert entered is not None
            assert dt.date.fromordinal(refused.day) < months_on(entered, 12 * years)
    assert run.broken == []


@law(
    "X16",
    case=cases(having=["withdrawal.forbidden"], words=LEAVING, joined=True)
    | cases(lacking=["withdrawal"], words=LEAVING, joined=True)
    | cases(having=["withdrawal"], lacking=["withdrawal.notice", *ENDLESS], words=LEAVING, joined=True),
)
def test_X16_no_withdrawal_without_a_right_nor_in_under_twelve_months(case: Case) -> None:
    """Without a clause nobody withdraws; where the right is implied, twelve months pass first (VCLT 56)."""
    run = Ran(case, "X16")
    own = clause(case, "alpha", "withdrawal")
    for day, step in run.steps("notify_withdrawal", "withdrawal_effective"):
        assert own.get("allowed")
        if step.act == "withdrawal_effective" and "notice" not in own:
            assert day >= months_on(dt.date.fromordinal(run.trace.steps[step.cause].day), 12)
    assert run.broken == []


@law(
    "X17",
    case=cases(
        having=["withdrawal", "defer"], lacking=ENDLESS, words=("notify_withdrawal",), joined=True, wars=True, most=5
    ),
)
def test_X17_armed_conflict_is_tested_when_the_period_ends(case: Case) -> None:
    """A withdrawal waits if the State is in conflict when its period ends, until the conflict ends (Ottawa 20(3)).

    A war begun and ended inside the period delays nothing, a war begun on the day of effect comes too late.
    """
    run = Ran(case, "X17")
    kind = clause(case, "alpha", "withdrawal")["defer"]["armed_conflict"]
    for _, step in run.steps("notify_withdrawal"):
        act = run.act(step)
        due = notice_ends(case, act)
        first = _free_from(case, step.party, due, kind, at_once=due == act.day)
        ended = next((day for day in run.lived() if day >= act.day and run.treaty("alpha", day) not in ALIVE), None)
        effects = [day for day, one in run.steps("withdrawal_effective") if one.party == step.party]
        if first is not None and (ended is None or first <= ended):
            assert effects == [first]
        else:
            assert effects == []
    assert run.broken == []


def _free_from(case: Case, party: str, due: Day, kind: str, *, at_once: bool) -> Day | None:
    """The first day from `due` on which no conflict defers; a notice due at once sees the conflicts of its own day."""
    at_war: bool | None = None
    wars = sorted((war for war in case.conflicts if party in war.parties), key=lambda war: (war.day, war.id))
    for war in wars:
        counts = at_war is not None and (at_war or kind == "any")
        if war.day >= due + dt.timedelta(days=at_once) and not counts:
            return due
        if war.begins:
            at_war = war.international or bool(at_war)
        else:
            at_war = None
            if war.day >= due and counts:
                return war.day
    return None if at_war is not None and (at_war or kind == "any") else due


@law(
    "X19",
    case=st.sampled_from(["superseding", "amending"]).flatmap(
        lambda pair: cases(
            pair=pair, lacking=["duration", "floor"], words=("deposit", "sign>deposit", "accede"), joined=True
        )
    ),
)
def test_X19_only_a_treaty_in_force_supersedes_or_amends(case: Case) -> None:
    """An earlier treaty ends or is amended on the day on which the later one enters into force, and not before."""
    run = Ran(case, "X19")
    entered = run.entered("beta")
    for day, step in run.steps("supersede", "amendment_in_force"):
        assert step.treaty == "alpha"
        assert entered is not None
        assert day == entered if step.act == "amendment_in_force" else day >= entered
    both = case.treaties[1]["clauses"].get("supersedes") and entered is not None
    for day in run.lived():
        if both and run.treaty("beta", day) in ALIVE and list(run.bound_on("beta", day)):
            # VCLT 59(1): all the parties of the earlier one are bound by the later one from today at the latest.
            assert run.treaty("alpha", day) not in ALIVE or not run.members("alpha", day) <= run.members("beta", day)
    assert run.broken == []


@law(
    "X20",
    case=cases(having=["duration", "extension", "extension.cap"], words=("extend", "extend", "extend"), joined=True),
)
def test_X20_extensions_come_in_time_and_stay_within_the_cap(case: Case) -> None:
    """A treaty ends on the last day that lawful extensions give it, neither earlier nor later."""
    run = Ran(case, "X20")
    entered, term = run.entered("alpha"), clause(case, "alpha", "duration")
    if entered is None or "unlimited" in term:
        return
    if "years" in term:
        base = months_on(entered, 12 * term["years"])
    else:
        base = dt.date.fromisoformat(term["until"]) + dt.timedelta(days=1)
    latest = months_on(base, 12 * clause(case, "alpha", "extension")["cap_years"])
    end = base
    for act in sorted((act for act in case.acts if act.act == "extend"), key=lambda act: (act.day, act.id)):
        assert act.until is not None
        if entered <= act.day < end < act.until <= latest:
            end = act.until
    status, reason, since = run.trace.treaties["alpha"]
    if end <= case.last:
        assert (status, reason, since) == ("terminated", "expiry", end.toordinal())
    assert run.broken == []


@law("X23", case=cases(having=["withdrawal"], lacking=["lock_in"], words=(*WORDS, *LEAVING), joined=True))
def test_X23_nothing_pending_outlives_the_relationship(case: Case) -> None:
    """With the relationship ends whatever was pending under it; nothing pending is left behind by its own day."""
    run = Ran(case, "X23")
    for one in run.trace.final:
        for kind, due in one.pending:
            assert one.status == "ratified" if kind == "entry_into_force" else one.status in PARTY
            assert due is None or due > case.last.toordinal()
    assert run.broken == []
