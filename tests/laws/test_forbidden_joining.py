"""Properties X3-X8, X21, X22, X24 and X26: joining, entry into force, and what is written down of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from simulator.testing.cases import Case
from simulator.testing.strategies import WORDS, cases
from tests.laws.properties import Ran, clause, law, threshold_met
from tests.laws.relations import ALIVE, PARTY

JOINING = (
    *("sign", "deposit", "accede", "sign_definitively", "exchange", "consent_otherwise", "sign>deposit"),
    *("accede>withdraw_consent", "deposit>withdraw_consent", "become_extinct", "become_extinct>succeed"),
    *("succeed", "succeed_to_signature", "become_extinct>succeed_to_signature", "establish_invalidity"),
)
WORDS_ONLY = (*("announce", "declare", "domestic_step", "approve_domestically", "convene_conference"),)


@law("X3", case=cases(words=("sign", "deposit", "accede", "accede", "sign>deposit"), joined=False))
def test_X03_ratification_follows_signature_and_accession_a_clause(case: Case) -> None:
    """Nobody ratifies without having signed; nobody accedes where no clause lets it (VCLT 14, 15)."""
    run = Ran(case, "X3")
    signed: set[str] = set()
    for _, step in run.steps("sign", "deposit", "accede"):
        if step.act == "sign":
            signed.add(step.party)
        elif step.act == "deposit":
            assert step.party in signed
        else:
            assert clause(case, step.treaty, "accession").get("open")
    assert run.broken == []


@law(
    "X4",
    case=cases(
        having=["signature.closes", "accession"],
        words=("sign", "sign", "accede", "close_for_signature"),
        joined=False,
    )
    | cases(having=["signature.closes_on_entry"], words=("sign", "sign>deposit", "sign_definitively"))
    | cases(having=["signature.eligible", "signature.opens", "accession.eligible"], words=("sign", "accede")),
)
def test_X04_signature_and_accession_keep_to_their_windows(case: Case) -> None:
    """Nobody signs before the opening, after the window or without being named, nor accedes unnamed (final clauses)."""
    run = Ran(case, "X4")
    shut = [day for day, step in run.steps("close_for_signature") if step.kind == "act"]
    for day, step in run.steps("sign", "sign_definitively"):
        window, closes = clause(case, step.treaty, "signature"), clause(case, step.treaty, "signature").get("closes")
        assert window.get("opens", "") <= day.isoformat()
        if closes == "entry_into_force":
            entered = run.entered(step.treaty)
            assert entered is None or day <= entered
        elif closes not in (None, "never"):
            assert day.isoformat() < closes
        assert step.party in window.get("eligible", [step.party])
        assert not shut or day <= shut[0]
    for _, step in run.steps("accede"):
        assert step.party in clause(case, step.treaty, "accession").get("eligible", [step.party])
    assert run.broken == []


@law("X5", case=cases(having=["withdrawal"], lacking=["lock_in"], joined=True, words=(*WORDS, "notify_withdrawal")))
def test_X05_former_parties_are_not_counted(case: Case) -> None:
    """Whoever has left is counted in nothing: neither among the parties nor for what their number decides."""
    run = Ran(case, "X5", "I2")
    for _, step in run.steps("party_exit"):
        day = dt.date.fromordinal(step.day)
        assert len(run.members(step.treaty, day)) >= 2
        assert len(run.members(step.treaty, day)) >= clause(case, step.treaty, "floor").get("parties", 2)
    assert run.broken == []


@law("X6", case=cases(having=["accession"], words=(*WORDS, "notify_withdrawal>accede", "notify_withdrawal>accede")))
def test_X06_one_status_at_a_time_and_spells_in_a_row(case: Case) -> None:
    """One status at a time, each from the one before it; memberships follow each other without overlap."""
    run = Ran(case, "X6")
    for position in run.trace.final:
        days = [day for spell in position.spells for day in spell if day is not None]
        assert days == sorted(days)
        assert sum(last is None for _, last in position.spells) == (position.status in PARTY)
    assert run.broken == []


@law(
    "X7",
    case=cases(
        having=["provisional", "entry.delay"],
        words=("sign>apply_provisionally", "deposit>apply_provisionally", "apply_provisionally", *JOINING),
    ),
)
def test_X07_nobody_is_a_party_before_entry_into_force(case: Case) -> None:
    """A State is bound from the treaty's entry into force at the earliest; applying it provisionally is not that."""
    run = Ran(case, "X7")
    entered = run.entered("alpha")
    for day in run.lived():
        if entered is None or day < entered:
            assert run.members("alpha", day) == set()
    assert run.broken == []


@law("X8", case=cases(words=JOINING, joined=True) | cases(words=JOINING, joined=False))
def test_X08_no_entry_into_force_without_the_threshold(case: Case) -> None:
    """On the day on which the threshold counts as met, the consents of that day satisfy the clause (VCLT 24)."""
    run = Ran(case, "X8")
    gone: set[str] = set()
    for day, step in run.steps("become_extinct", "threshold_met"):
        if step.act == "become_extinct":
            gone.add(step.party)
        else:
            assert threshold_met(case, step.treaty, run.statuses[run.at(day)], gone)
    for treaty in ("alpha",):
        entered = run.entered(treaty)
        assert entered is None or any(day <= entered for day, _ in run.steps("threshold_met"))
    assert run.broken == []


@law(
    "X21",
    case=cases(words=("sign>approve_domestically", "sign>announce", "deposit", *WORDS_ONLY), joined=False)
    | cases(words=(*WORDS_ONLY, *WORDS_ONLY, *WORDS)),
)
def test_X21_words_alone_change_nothing(case: Case) -> None:
    """Without its announcements and domestic acts a run has the same statuses, and the same effects are pending."""
    silent = replace(case, acts=tuple(act for act in case.acts if act.act not in WORDS_ONLY))
    spoken, run = Ran(case, "X21"), Ran(silent, "X21")
    for day in spoken.lived():
        assert {pair: spoken.status(*pair, day) for pair in _pairs(spoken)} == {
            pair: run.status(*pair, day) for pair in _pairs(spoken)
        }
    quiet = {(one.party, one.treaty): one.pending for one in run.trace.final}
    for one in spoken.trace.final:
        assert one.pending == quiet.get((one.party, one.treaty), ())
    assert spoken.broken == []


def _pairs(run: Ran) -> set[tuple[str, str]]:
    return {pair for statuses in run.statuses for pair in statuses}


@law("X22", case=cases(words=("sign>make_reservation", "make_reservation", "sign>deposit", "accede", "deposit")))
def test_X22_reservations_come_before_consent_and_only_where_allowed(case: Case) -> None:
    """No reservation where the treaty prohibits it, none after consent; one made on the day of consent stands."""
    run = Ran(case, "X22")
    for _, step in run.steps("make_reservation"):
        assert clause(case, step.treaty, "reservations").get("allowed", True)
        assert step.before not in ("ratified", *PARTY)
    for refused in run.trace.refused:
        if refused.act != "make_reservation" or "ended" in refused.reason:
            continue
        allowed = clause(case, refused.treaty, "reservations").get("allowed", True)
        yesterday = run.status(refused.treaty, refused.party, dt.date.fromordinal(refused.day - 1))
        assert not allowed or yesterday in ("ratified", *PARTY)
    assert run.broken == []


@law(
    "X24",
    case=cases(having=["entry.delay"], words=(*JOINING, *WORDS), joined=True)
    | st.sampled_from(["exchange", "pair", "count", "count"]).flatmap(
        lambda kind: cases(
            kind=kind,
            having=["withdrawal"],
            lacking=["duration", "withdrawal.forbidden", "lock_in", "floor"],
            words=("notify_withdrawal", "become_extinct"),
            joined=True,
        )
    ),
)
def test_X24_no_treaty_of_one(case: Case) -> None:
    """A treaty in force has two parties, a bilateral one both of its own or their successors."""
    run = Ran(case, "X24")
    for day in run.lived():
        for treaty, status in run.treaties[run.at(day)].items():
            assert (status in ALIVE) == (len(run.members(treaty, day)) >= 2)
    assert run.broken == []


COMING_BACK = ("notify_withdrawal>accede", "notify_withdrawal>accede", "accede", "become_extinct>succeed")


@law(
    "X26",
    case=cases(
        kind="count",
        having=["withdrawal", "withdrawal.notice", "accession"],
        lacking=["lock_in", "duration", "floor", "withdrawal.forbidden", "accession.eligible"],
        words=COMING_BACK,
        joined=True,
    )
    | cases(words=WORDS),
    share=st.floats(0, 1),
)
def test_X26_history_is_never_edited(case: Case, share: float) -> None:
    """What a run had written down by a day is what the longer run has of it; ended memberships never change."""
    whole = Ran(case, "X26", "I12")
    until = case.first + dt.timedelta(days=int(share * 1500))
    part = Ran(case, "X26", until=until)
    known = [step.as_json() for step in part.trace.steps]
    assert [step.as_json() for step in whole.trace.steps[: len(known)]] == known
    assert [one.as_json() for one in whole.trace.refused[: len(part.trace.refused)]] == [
        one.as_json() for one in part.trace.refused
    ]
    assert all(step.day > until.toordinal() for step in whole.trace.steps[len(known) :])
    assert whole.broken == []
