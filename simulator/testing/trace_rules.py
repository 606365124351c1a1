"""What must hold of a whole run, read off its trace: one function per row of the law's tables.

Each takes the story of a run and yields the step that breaks the rule, with a sentence. Forced statuses are left out:
what a force leaves out is exactly the waiting that these rules are about.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from simulator.law.dates import add_months, day_text
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.terms import NEVER
from simulator.results.trace import Step
from simulator.testing.story import Story

__all__ = ["TRACE_RULES", "TraceRule"]

TraceRule = Callable[[Story], Iterator[tuple[Step, str]]]
TRACE_RULES: dict[str, list[TraceRule]] = {}
# Acts of performance and claims: none of them changes who is bound (VCLT 63, 72, 73).
PERFORMANCE = [
    "notify_suspension",
    "suspension_effective",
    "suspend_toward",
    "pairwise_suspension_effective",
    "resume",
    "object",
    "claim_denied",
    "adopt_countermeasure",
    "lift_countermeasure",
    "cease_performance",
    "non_performance",
    "allege_breach",
    "determine_breach",
    "restrict_rights",
    "restore_rights",
]
DOMESTIC = ("approve_domestically", "domestic_step", "announce", "declare", "convene_conference")


def _rule(*identities: str) -> Callable[[TraceRule], TraceRule]:
    def register(rule: TraceRule) -> TraceRule:
        for identity in identities:
            TRACE_RULES.setdefault(identity, []).append(rule)
        return rule

    return register


def _bound(status: str) -> bool:
    return status in PARTY_STATUSES


@_rule("X2")
def notice_periods_run_out(story: Story) -> Iterator[tuple[Step, str]]:
    """No withdrawal takes effect before its notice period ends (VCLT 54(a)); a longer date in the notice is legal."""
    for step in story.steps("withdrawal_effective"):
        notice = story.trace.steps[step.cause] if step.cause >= 0 else None
        if notice is None or step.kind == "forced" or notice.act != "notify_withdrawal":
            continue
        terms, act = story.terms[step.treaty], story.script.get(notice.id)
        if act is not None and act.treatment.kind == "on":
            continue  # a reading of a disputed notice names the day
        start = notice.day + (act.received_after if act and terms.notice_from_receipt else 0)
        stated = notice.day + act.stated_after if act and act.stated_after >= 0 else None
        first = max(terms.notice.first_day(start, stated), stated or 0 if terms.later_date else 0)
        if step.day < first:
            yield step, f"the notice of {day_text(notice.day)} runs until {day_text(first)}"


@_rule("X3")
def deposit_follows_signature(story: Story) -> Iterator[tuple[Step, str]]:
    """Ratification follows a signature; accession needs a route (VCLT 14, 15)."""
    for step in story.steps("deposit", "exchange"):
        signed = [one for one in story.before((step.treaty, step.party), step.number) if one.after == "signed"]
        if not signed:
            yield step, "there was no signature"
    for step in story.steps("accede"):
        if not story.terms[step.treaty].accession_open:
            yield step, "the treaty has no accession clause"


@_rule("X4")
def windows_are_kept(story: Story) -> Iterator[tuple[Step, str]]:
    """Signature only while it is open, by those who may; accession only by those who may (final clauses)."""
    code = {name: number for number, name in enumerate(story.program.names.parties)}
    for step in story.steps("sign", "sign_definitively"):
        terms = story.terms[step.treaty]
        entered = story.day_of(step.treaty, "enter_into_force")
        if step.day >= terms.signature_closes or step.day < story.opening(step.treaty):
            yield step, "signature is not open"
        if terms.closes_on_entry and entered is not None and entered < step.day:
            yield step, "signature closed on entry into force"
        if terms.may_sign is not None and code[step.party] not in terms.may_sign:
            yield step, "it is not among the States that may sign"
    for step in story.steps("accede"):
        may = story.terms[step.treaty].may_accede
        if may is not None and code[step.party] not in may:
            yield step, "it is not among the States that may accede"


@_rule("X6")
def statuses_follow_each_other(story: Story) -> Iterator[tuple[Step, str]]:
    """Each step leaves from the status that the one before it led to."""
    for (_, party), steps in story.pairs.items():
        for one, then in itertools.pairwise(steps):
            if one.after != then.before:
                yield then, f"it leaves from {then.before}; the step before it led to {one.after}"
        if party and steps[0].before != "non_party":
            yield steps[0], f"it leaves from {steps[0].before} at the beginning"


@_rule("X8", "I7", "I8")
def the_threshold_was_met(story: Story) -> Iterator[tuple[Step, str]]:
    """The threshold is met by consents that stand on that day: the number, and every State that the clause names."""
    for step in story.steps("threshold_met"):
        test = story.terms[step.treaty].entry
        if test is None or not story.threshold_holds(step.treaty, test, step.number):
            yield step, f"the rule {test} does not hold on that day"


@_rule("X9")
def only_closed_reasons_end_a_treaty(story: Story) -> Iterator[tuple[Step, str]]:
    """Falling below the number for entry into force ends nothing (VCLT 55); a floor clause may."""
    for step in story.steps("floor_breached", "no_two_parties", "bilateral_exit"):
        terms, left = story.terms[step.treaty], story.parties(step.treaty, step.number)
        least = terms.floor_parties if step.act == "floor_breached" else 2
        if left >= least or (step.act == "bilateral_exit") != terms.bilateral:
            yield step, f"{left} parties are left"


@_rule("X10")
def what_ends_was_live(story: Story) -> Iterator[tuple[Step, str]]:
    """Only a suspension that was claimed can be resumed, only a countermeasure that was adopted can be lifted."""
    kinds = {
        "resume": ("notify_suspension", "suspend_toward", "suspension_effective"),
        "lift_countermeasure": ("adopt_countermeasure",),
    }
    for end, begins in kinds.items():
        for step in story.steps(end):
            spell: list[str] = []
            for one in story.before((step.treaty, step.party), step.number):
                spell = [] if _bound(one.before) and not _bound(one.after) else [*spell, one.act]
            if not any(act in begins for act in spell):
                yield step, f"nothing that {end} could end has begun"


@_rule("X11", "X12")
def leaving_is_for_parties(story: Story) -> Iterator[tuple[Step, str]]:
    """Notice and revocation come from parties, the revocation after a notice; withdrawn consent from the unbound."""
    for step in story.steps("notify_withdrawal", "revoke_withdrawal"):
        if not _bound(step.before):
            yield step, f"it is {step.before}"
    for step in story.steps("revoke_withdrawal"):
        earlier = [one.act for one in story.before((step.treaty, step.party), step.number)]
        running = 0
        for act in earlier:
            if act in ("notify_withdrawal", "revoke_withdrawal", "withdrawal_effective"):
                running = act == "notify_withdrawal"
        if not running:
            yield step, "no notice is running"
    for step in story.steps("withdraw_consent"):
        if step.before != "ratified":
            yield step, f"it is {step.before}"


@_rule("X13", "X17")
def withdrawal_is_from_membership_and_final(story: Story) -> Iterator[tuple[Step, str]]:
    """Only a party leaves by withdrawal, and after it only a new consent leads back."""
    for step in story.steps("withdrawal_effective"):
        if not _bound(step.before):
            yield step, f"it was {step.before}"
        moved = [one for one in story.after((step.treaty, step.party), step.number) if one.before != one.after]
        if moved and moved[0].act != "accede":
            yield moved[0], "it undoes a withdrawal that had taken effect"


@_rule("X14")
def performance_changes_no_legal_status(story: Story) -> Iterator[tuple[Step, str]]:
    """A suspension, countermeasure, breach or restriction leaves a party a party (VCLT 63, 72, 73)."""
    for step in story.steps(*PERFORMANCE):
        if step.party and _bound(step.before) != _bound(step.after):
            yield step, f"it leads from {step.before} to {step.after}"
    for step in story.trace.steps:
        if step.kind == "event" and step.before != step.after:
            yield step, "an event moves a status by itself"


@_rule("X15", "X16")
def the_right_to_leave_is_kept(story: Story) -> Iterator[tuple[Step, str]]:
    """Notice needs a right to withdraw, and waits for the end of a lock-in."""
    for step in story.steps("notify_withdrawal"):
        terms, since = story.terms[step.treaty], story.day_of(step.treaty, "enter_into_force")
        if not terms.withdrawal_allowed:
            yield step, "there is no right to withdraw"
        if terms.lock_in_years and since is not None and step.day < add_months(since, 12 * terms.lock_in_years):
            yield step, f"the lock-in of {terms.lock_in_years} years is not over"


@_rule("X17")
def conflict_is_tested_at_expiry(story: Story) -> Iterator[tuple[Step, str]]:
    """A withdrawal waits if and only if the State is in conflict when the notice period ends (Ottawa 20(3))."""
    for step in story.steps("defer_withdrawal"):
        if not story.in_conflict(step.party, step.day, story.terms[step.treaty].defer):
            yield step, "it is in no armed conflict that would defer its withdrawal"
    for step in story.steps("withdrawal_effective"):
        defer = story.terms[step.treaty].defer
        same_day = step.cause >= 0 and story.trace.steps[step.cause].day == step.day
        if step.kind == "forced" or not defer or same_day or story.conflict_ends_on(step.party, step.day):
            continue
        if story.in_conflict(step.party, step.day, defer):
            yield step, "it is in an armed conflict that defers its withdrawal"


@_rule("X18")
def breach_ends_bilateral_treaties_only(story: Story) -> Iterator[tuple[Step, str]]:
    """One party alone ends a treaty for breach only if it is bilateral (VCLT 60(1)-(2))."""
    for step in story.steps("terminate_for_breach"):
        if not story.terms[step.treaty].bilateral:
            yield step, "the treaty is multilateral"


@_rule("X19", "I11")
def linked_instruments_follow_clauses(story: Story) -> Iterator[tuple[Step, str]]:
    """A treaty is superseded or amended by one in force that says so, and falls with another only where it says so."""
    names = story.program.names.treaties
    for step in story.steps("supersede", "amendment_in_force", "linked_termination"):
        cause, own = story.trace.steps[step.cause], story.terms[step.treaty]
        other = story.terms.get(cause.treaty)
        if other is None:
            yield step, "no other treaty moved"
        elif step.act == "linked_termination":
            if own.ends_with < 0 or names[own.ends_with] != other.id or cause.after != "terminated":
                yield step, f"it is not linked to {other.id}"
        else:
            says = other.supersedes if step.act == "supersede" else (other.amends,)
            entered = story.day_of(other.id, "enter_into_force")
            if own.code not in says or entered is None or entered > step.day:
                yield step, f"{other.id} does not say so, or is not in force"
            if step.act == "supersede" and not story.bound(own.id, step.number) <= story.bound(other.id, step.number):
                yield step, f"a party of it is no party of {other.id} (VCLT 59(1))"


@_rule("X20")
def extensions_keep_to_the_clause(story: Story) -> Iterator[tuple[Step, str]]:
    """An extension comes before the end, moves it forward, and stays within the cap."""
    for treaty, terms in story.terms.items():
        since = story.day_of(treaty, "enter_into_force")
        if since is None or (terms.until >= NEVER and not terms.years):
            continue
        ends = [terms.until + 1] if terms.until < NEVER else []
        base = min([*ends, add_months(since, 12 * terms.years)]) if terms.years else ends[0]
        end = base
        for step in story.pairs.get((treaty, ""), []):
            act = story.script.get(step.id) if step.act == "extend" else None
            if act is None:
                continue
            if step.day >= end or act.until <= end:
                yield step, f"the treaty ends on {day_text(end)}"
            if terms.extension_cap >= 0 and act.until > add_months(base, 12 * terms.extension_cap):
                yield step, f"the cap is {terms.extension_cap} years"
            end = act.until


@_rule("X21")
def words_alone_change_nothing(story: Story) -> Iterator[tuple[Step, str]]:
    """Domestic law and announcements change no status and start no clock (VCLT 16, 67)."""
    words = {step.number for step in story.steps(*DOMESTIC)}
    for step in story.trace.steps:
        if step.number in words and step.before != step.after:
            yield step, f"it leads from {step.before} to {step.after}"
        if step.cause in words and step.kind == "effect" and not step.rule:
            yield step, "it follows from words alone"


@_rule("X22")
def reservations_come_with_consent(story: Story) -> Iterator[tuple[Step, str]]:
    """A reservation is made before consent, and only where the treaty allows one (VCLT 19)."""
    for step in story.steps("make_reservation"):
        if not story.terms[step.treaty].reservations_allowed or step.before == "ratified" or _bound(step.before):
            yield step, f"it is {step.before}"


@_rule("X26")
def the_trace_only_grows(story: Story) -> Iterator[tuple[Step, str]]:
    """Steps stand in the order in which they were taken, each caused by an earlier one."""
    last = 0
    for number, step in enumerate(story.trace.steps):
        if step.number != number or step.day < last or step.cause >= number:
            yield step, "it stands in the wrong place"
        last = step.day
