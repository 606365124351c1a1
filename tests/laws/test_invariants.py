"""Properties I1-I14: what links the party machine with the treaty machine."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from simulator.law.views import VIEWS
from simulator.testing.cases import Case, CaseAct
from simulator.testing.invariants import check_views
from simulator.testing.strategies import WORDS, cases
from tests.laws.properties import Ran, clause, law, notice_ends, threshold_met
from tests.laws.relations import ALIVE, PARTY, first_day

JOINING = ("sign", "deposit", "accede", "sign>deposit", "consent_otherwise", "succeed", "become_extinct>succeed")
WAVERING = ("deposit>withdraw_consent", "withdraw_consent", "accede>withdraw_consent", "deposit", "accede")
LEAVING = ("notify_withdrawal", "notify_withdrawal>revoke_withdrawal", "become_extinct", "establish_invalidity")
STABLE = ["duration", "floor", "lock_in", "withdrawal.forbidden", "signature.opens"]
MANY = st.sampled_from(["count", "named", "all_signatories", "majority", "mixed"])


@law("I1", case=cases(words=WORDS))
def test_I01_statuses_fit_the_treaty(case: Case) -> None:
    """Parties mean a treaty in force; before that there are only non-parties, signatories and contracting States."""
    run = Ran(case, "I1")
    for number, statuses in enumerate(run.statuses):
        for (treaty, party), status in statuses.items():
            if status in PARTY:
                assert run.treaties[number][treaty] in ALIVE, party
            if run.treaties[number][treaty] in ("open", "negotiated", "adopted"):
                assert status in ("signed", "ratified")
    assert run.broken == []


@law(
    "I2",
    case=cases(
        having=["withdrawal"], lacking=STABLE, words=("notify_suspension", "notify_suspension", *LEAVING), joined=True
    ),
)
def test_I02_the_suspended_count_as_parties(case: Case) -> None:
    """Suspension takes nobody out of the count: the treaty goes on as if no one had suspended it."""
    claims = ("notify_suspension", "suspend_toward")
    firm = Ran(replace(case, acts=tuple(act for act in case.acts if act.act not in claims)))
    run = Ran(case, "I2", "X5")
    for day in run.lived():
        assert run.members("alpha", day) == firm.members("alpha", day)
        assert run.treaty("alpha", day) == firm.treaty("alpha", day)
    assert run.broken == []


@law(
    "I3",
    case=st.sampled_from(["exchange", "pair"]).flatmap(
        lambda kind: cases(
            kind=kind,
            having=["withdrawal"],
            lacking=["lock_in", "withdrawal.forbidden"],
            words=(
                "notify_withdrawal",
                "notify_withdrawal>revoke_withdrawal",
                "allege_breach>terminate_for_breach",
                "deposit",
            ),
            joined=True,
        )
    ),
)
def test_I03_two_parties_share_the_first_and_the_last_day(case: Case) -> None:
    """A bilateral treaty binds both from one day, and one exit releases both on one day."""
    run = Ran(case, "I3")
    both = [one for one in run.trace.final if one.spells]
    assert len(both) in (0, 2)
    assert len({one.spells for one in both}) <= 1
    if any(one.status == "withdrawn" for one in both):
        assert run.trace.treaties["alpha"][:2] == ("terminated", "bilateral_exit")
        assert {one.status for one in both} <= {"withdrawn", "terminated"}
    assert run.broken == []


@law(
    "I4",
    case=MANY.flatmap(
        lambda kind: cases(
            kind=kind,
            having=["withdrawal"],
            lacking=STABLE,
            words=("notify_withdrawal", "notify_suspension", "notify_withdrawal", "announce"),
            joined=True,
        )
    ),
    number=st.integers(0, 5),
)
def test_I04_an_exit_concerns_the_leaver_alone(case: Case, number: int) -> None:
    """Had one party not given notice, nobody else's status would be another, as long as the treaty goes on."""
    notices = [act for act in case.acts if act.act == "notify_withdrawal"]
    if not notices:
        return
    leaver = notices[number % len(notices)].party
    stays = Ran(replace(case, acts=tuple(a for a in case.acts if a.act != "notify_withdrawal" or a.party != leaver)))
    run = Ran(case, "I4")
    for day in run.lived():
        if run.treaty("alpha", day) in ALIVE and stays.treaty("alpha", day) in ALIVE:
            others = {party for _, party in run.statuses[run.at(day)]} - {leaver}
            assert all(run.status("alpha", one, day) == stays.status("alpha", one, day) for one in others)
    assert run.broken == []


def _met(run: Ran, entered: dt.date) -> dt.date:
    """The day of the threshold that the entry into force rests on; one that was lost before it does not count."""
    return [day for day, _ in run.steps("threshold_met") if day <= entered][-1]


def _bound_on(case: Case, run: Ran, act_day: dt.date, consent: int, entered: dt.date, met: dt.date) -> dt.date:
    """The first day on which a consent binds, by the tests' own reading of the late joiner's clause."""
    late = clause(case, "alpha", "late_joiner")
    entry = next(s.number for _, s in run.steps("enter_into_force") if not s.party)
    early = consent < entry and (late.get("after") != "threshold" or act_day <= met)
    return entered if early else max(first_day(late.get("delay", {"same_day": True}), act_day), entered)


@law(
    "I5",
    case=cases(having=["late_joiner", "accession"], lacking=STABLE, words=(*JOINING, *WAVERING), joined=True),
)
def test_I05_bound_from_the_later_of_two_days(case: Case) -> None:
    """A State is bound from the treaty's day or from its own late-joiner day, whichever is later (VCLT 24(3))."""
    run = Ran(case, "I5")
    entered = run.entered("alpha")
    if entered is None:
        return
    met = _met(run, entered)
    consent: dict[str, tuple[dt.date, int]] = {}
    for step in run.trace.steps:
        day = dt.date.fromordinal(step.day)
        if step.after == "ratified" and step.before != "ratified":
            consent[step.party] = (day, step.number)
        elif step.act in ("enter_into_force", "enter_into_force_for_party") and step.party:
            assert day == _bound_on(case, run, *consent[step.party], entered, met)
    for party, (day, number) in consent.items():
        waits = run.status("alpha", party, case.last) == "ratified" and run.treaty("alpha", case.last) in ALIVE
        if waits:  # its day lies beyond the horizon
            assert _bound_on(case, run, day, number, entered, met) > case.last
    assert run.broken == []


@law(
    "I6",
    case=MANY.flatmap(
        lambda kind: cases(
            kind=kind, having=["entry.delay", "late_joiner"], lacking=STABLE, words=("deposit", "sign>deposit")
        )
    ),
)
def test_I06_who_completes_the_threshold_waits_no_longer(case: Case) -> None:
    """The depositor that completes the number is bound with all who deposited before it, on the treaty's day."""
    run = Ran(case, "I6")
    entered = run.entered("alpha")
    if entered is not None:
        met = _met(run, entered)
        counted = {
            party for (_, party), status in run.statuses[run.at(met)].items() if status in ("ratified", "in_force")
        }
        for party in counted:
            assert run.bound_from("alpha", party)[:1] == [entered]
    assert run.broken == []


@law(
    "I7",
    case=st.sampled_from(["named", "mixed", "exchange"]).flatmap(
        lambda kind: cases(kind=kind, words=(*JOINING, *WAVERING), joined=True)
    ),
)
def test_I07_named_states_cannot_be_made_up_for_by_number(case: Case) -> None:
    """Where the clause names States, each of them has consented or ceased to exist when the threshold is met."""
    run = Ran(case, "I7")
    rule = clause(case, "alpha", "entry_into_force")["rule"]
    named = rule.get("named") or next((part["named"] for part in rule.get("all", []) if "named" in part), None)
    gone: set[str] = set()
    for day, step in run.steps("become_extinct", "threshold_met"):
        if step.act == "become_extinct":
            gone.add(step.party)
            continue
        for party in named or case.treaties[0]["parties"]["of"]:
            assert party in gone or run.status("alpha", party, day) in ("ratified", *PARTY)
    assert run.broken == []


@law(
    "I8",
    case=cases(having=["entry.delay"], lacking=[*STABLE, "signature.closes"], words=(*WAVERING, *JOINING[:4]))
    | cases(
        kind="count",
        having=["accession"],
        lacking=STABLE,
        words=("accede", "accede>withdraw_consent", "withdraw_consent"),
        joined=False,
    ),
)
def test_I08_withdrawn_consent_lowers_the_count_and_a_threshold_once_met_locks_the_day(case: Case) -> None:
    """The threshold is met on the first day whose consents satisfy it; from then on the day of entry stands."""
    run = Ran(case, "I8")
    own = clause(case, "alpha", "entry_into_force")
    floor = dt.date.fromisoformat((own.get("floor") or {"date": "0001-01-01"})["date"])
    gone: set[str] = set()
    due: dt.date | None = None
    for day in run.lived():
        gone |= {step.party for on, step in run.steps("become_extinct") if on == day}
        before, now = run.treaty("alpha", day - dt.timedelta(days=1)), run.treaty("alpha", day)
        if before == "in_force" or now in ("lapsed", "terminated"):
            break
        if due == day and any(on == day for on, _ in run.steps("threshold_lost")):
            due = None  # fewer than two of those who met it were left
        if due is None and threshold_met(case, "alpha", run.statuses[run.at(day)], gone):
            due = max(first_day(own.get("delay", {"same_day": True}), day), floor, day)
        assert (now == "in_force") == (due is not None and day >= due)
    assert run.broken == []


@law(
    "I9",
    case=cases(
        words=(
            "notify_suspension>terminate_by_consent",
            "notify_withdrawal>terminate_by_consent",
            "allege_breach>terminate_for_breach",
            "lapse",
        ),
        joined=True,
    )
    | cases(words=WORDS, having=["provisional"]),
)
def test_I09_a_treaty_ends_for_all_on_one_date(case: Case) -> None:
    """The last parties leave on the treaty's last day, and nothing pending, pairwise or provisional is left."""
    run = Ran(case, "I9")
    for treaty, (status, _, since) in run.trace.treaties.items():
        if status not in ("terminated", "lapsed"):
            continue
        for one in (one for one in run.trace.final if one.treaty == treaty):
            assert one.status not in PARTY
            assert (one.pending, one.toward, one.provisional, one.organ_rights) == ((), (), "none", "full")
            assert all(last is not None and last <= since for _, last in one.spells)
    assert run.broken == []


@law(
    "I10",
    case=cases(
        words=("notify_suspension", "notify_suspension>resume", "resume"),
        lacking=STABLE,
        joined=True,
        view="depositary",
    ),
)
def test_I10_all_suspending_separately_is_not_suspension_by_all(case: Case) -> None:
    """If every party suspends by itself, the treaty is in force all the same; only an act of all suspends it (57)."""
    everyone = tuple(
        CaseAct(f"z{number}", case.last - dt.timedelta(days=5), party, "notify_suspension", "alpha")
        for number, party in enumerate(sorted({act.party for act in case.acts}))
    )
    run = Ran(replace(case, acts=case.acts + everyone), "I10")
    for day in run.lived():
        assert run.treaty("alpha", day) in ("adopted", "open", "in_force")
    entered = run.entered("alpha")
    if entered is not None:
        assert {run.status("alpha", one, case.last) for one in run.members("alpha", case.last)} == {"suspended"}
    assert run.broken == []


@law(
    "I11",
    case=st.sampled_from(["linked", "apart"]).flatmap(
        lambda pair: cases(
            pair=pair, words=("terminate_by_consent", "notify_withdrawal", "suspend_by_all"), joined=True, most=5
        )
    ),
)
def test_I11_linked_instruments_fall_by_clause(case: Case) -> None:
    """A treaty falls with another on its day if and only if its own clause says so."""
    run = Ran(case, "I11")
    linked = "linked_termination" in case.treaties[1]["clauses"]
    for day, _ in run.steps("linked_termination"):
        assert linked
        assert run.treaty("alpha", day) == "terminated"
    first, then = run.trace.treaties["alpha"], run.trace.treaties["beta"]
    entered = run.entered("beta")
    if linked and first[0] == "terminated" and entered is not None:
        assert entered.toordinal() <= first[2]  # what has to end with it does not begin after it
        assert then[0] == "terminated"
        assert then[2] <= first[2]
    assert run.broken == []


@law(
    "I12",
    case=cases(
        having=["withdrawal"],
        words=("cease_performance", "allege_breach", "determine_breach", "adopt_countermeasure", *LEAVING),
        joined=True,
    ),
)
def test_I12_breaches_stay_on_the_record_after_exit(case: Case) -> None:
    """What was held against a party before it left is held against it afterwards (VCLT 43, 70(1)(b))."""
    assert Ran(case, "I12").broken == []


CLAIMING = ("notify_suspension>object", "suspend_toward>object", "object", "notify_suspension>resume", "resume")


@law("I13", case=cases(words=CLAIMING, lacking=STABLE, joined=True) | cases(words=(*WORDS, *CLAIMING)))
def test_I13_views_differ_only_where_a_claim_exists(case: Case) -> None:
    """Every view sees the same acts done and refused, and the same status wherever nobody claims to suspend."""
    assert check_views(case) == []
    if any(act.act == "terminate_for_breach" for act in case.acts):
        return  # a claim to end the treaty: everything under it may differ
    claimed = {(act.treaty, act.party) for act in case.acts if act.act in ("notify_suspension", "suspend_toward")}
    runs = [Ran(case.under(view)) for view in VIEWS]
    for day in runs[0].lived():
        for run in runs[1:]:
            assert run.treaty("alpha", day) == runs[0].treaty("alpha", day)
            assert run.members("alpha", day) == runs[0].members("alpha", day)
            for _, party in runs[0].statuses[runs[0].at(day)]:
                same = run.status("alpha", party, day) == runs[0].status("alpha", party, day)
                assert same or ("alpha", party) in claimed


@law(
    "I14",
    case=cases(
        having=["withdrawal"],
        lacking=[*STABLE, "defer"],
        words=(
            "notify_withdrawal>notify_suspension",
            "notify_suspension>notify_withdrawal",
            "notify_withdrawal>revoke_withdrawal",
        ),
        joined=True,
        view="depositary",
    ),
)
def test_I14_pending_withdrawal_and_suspension_coexist(case: Case) -> None:
    """A suspension delays no withdrawal and a withdrawal takes back no suspension, until one of them takes effect."""
    run = Ran(case, "I14")
    for day, step in run.steps("notify_withdrawal", "notify_suspension"):
        act = run.act(step)
        due = notice_ends(case, act) if step.act == "notify_withdrawal" else max(act.effective or day, day)
        over = {on for on, one in run.steps("revoke_withdrawal") if one.party == step.party and on >= day}
        bound = all(step.party in run.members("alpha", on) for on in run.lived() if day <= on < due)
        if due > case.last or not bound or (over and step.act == "notify_withdrawal"):
            continue
        if step.act == "notify_withdrawal":
            assert run.status("alpha", step.party, due) in ("withdrawn", "terminated")
        else:
            assert run.status("alpha", step.party, due) in ("suspended", "withdrawn", "terminated")
    assert run.broken == []
