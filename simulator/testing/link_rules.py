"""What must hold of a whole run between the party machine and the treaty machine: the rows of `invariants.csv`.

As in `trace_rules`, each takes the story of a run and yields the step that breaks the rule, with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.law.dates import day_text
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.results.trace import Step
from simulator.testing.story import Story
from simulator.testing.trace_rules import TRACE_RULES, TraceRule

__all__ = ["LINK_RULES"]

LINK_RULES: dict[str, list[TraceRule]] = {}


def _rule(identity: str) -> Callable[[TraceRule], TraceRule]:
    def register(rule: TraceRule) -> TraceRule:
        TRACE_RULES.setdefault(identity, []).append(rule)
        LINK_RULES.setdefault(identity, []).append(rule)
        return rule

    return register


def _moved(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.before != step.after]


def _exits(step: Step) -> bool:
    return step.before in PARTY_STATUSES and step.after not in PARTY_STATUSES


def _entry(story: Story, treaty: str) -> tuple[Step | None, Step | None]:
    """The treaty's entry into force, and the threshold that it rests on."""
    own = story.pairs.get((treaty, ""), [])
    entered = next((step for step in own if step.act == "enter_into_force"), None)
    met = [step for step in own if step.act == "threshold_met" and (entered is None or step.number < entered.number)]
    return entered, (met[-1] if met else None)


@_rule("I4")
def an_exit_moves_the_leaver_alone(story: Story) -> Iterator[tuple[Step, str]]:
    """An exit from a multilateral treaty that goes on moves nobody else, unless they decide to (VCLT 55, 70(2))."""
    for left in story.steps("withdrawal_effective", "become_extinct", "establish_invalidity"):
        ended = any(s.day == left.day and s.after == "terminated" for s in story.pairs.get((left.treaty, ""), []))
        if ended or not _exits(left):
            continue
        for step in story.trace.steps[left.number + 1 :]:
            others = step.treaty == left.treaty and step.party not in ("", left.party)
            if not others or step.before == step.after or step.kind != "effect":
                continue
            chain = story.trace.chain(step.number)
            decided = any(one.kind == "decision" and one.number > left.number for one in chain)
            if left in chain and not decided:
                yield step, f"it follows from the exit of {left.party}"


@_rule("I5")
def bound_from_the_later_day(story: Story) -> Iterator[tuple[Step, str]]:
    """A State is bound from the later of the treaty's day and its own (VCLT 24(3))."""
    for step in story.steps("enter_into_force", "enter_into_force_for_party"):
        consent = story.consent((step.treaty, step.party), step.number)
        entered, met = _entry(story, step.treaty)
        if not step.party or step.kind == "forced" or consent is None or entered is None:
            continue
        terms = story.terms[step.treaty]
        early = consent.number < entered.number or (consent.day == entered.day and step.day == entered.day)
        if terms.late_after_threshold and met is not None:
            early = early and consent.day <= met.day
        first = entered.day if early else max(terms.late_delay.first_day(consent.day), entered.day)
        if step.day != first and story.terms[step.treaty].stand_in == 0:
            yield step, f"it consented on {day_text(consent.day)} and is bound from {day_text(first)}"


@_rule("I6")
def who_completes_the_threshold_waits_no_longer(story: Story) -> Iterator[tuple[Step, str]]:
    """Everyone whose consent counted for the threshold is bound on the treaty's own day (VCLT 24(1))."""
    for treaty in story.terms:
        entered, met = _entry(story, treaty)
        if entered is None or met is None:
            continue
        for party, status in story.statuses(treaty, entered.number).items():
            consent = story.consent((treaty, party), entered.number)
            if status != "ratified" or consent is None or consent.day > met.day:
                continue
            after = _moved(story.after((treaty, party), entered.number))
            if not after or after[0].day != entered.day:
                yield entered, f"{party} consented on {day_text(consent.day)} and is not bound with the others"


@_rule("I8")
def the_threshold_locks_the_date(story: Story) -> Iterator[tuple[Step, str]]:
    """Once the threshold is met, the day of entry into force stands, whatever consent is withdrawn after it."""
    for treaty, terms in story.terms.items():
        entered, met = _entry(story, treaty)
        if entered is None or met is None or terms.stand_in:
            continue
        first = max(terms.entry_delay.first_day(met.day), terms.entry_floor, met.day)
        if entered.day != first:
            yield entered, f"the threshold was met on {day_text(met.day)}, so it enters into force on {day_text(first)}"


@_rule("I9")
def a_treaty_ends_for_all(story: Story) -> Iterator[tuple[Step, str]]:
    """Whoever is bound when a treaty ends is released on that day (VCLT 70)."""
    for (treaty, party), steps in story.pairs.items():
        for end in (step for step in _moved(steps) if not party and step.after == "terminated"):
            for one, status in story.statuses(treaty, end.number).items():
                after = _moved(story.after((treaty, one), end.number))
                if status in PARTY_STATUSES and (not after or after[0].day != end.day):
                    yield end, f"{one} is still bound"


@_rule("I10")
def a_treaty_is_suspended_by_all_or_not_at_all(story: Story) -> Iterator[tuple[Step, str]]:
    """Suspension by every party separately is not suspension by consent of all (VCLT 57)."""
    for (_, party), steps in story.pairs.items():
        for step in _moved(steps):
            if not party and step.after == "suspended_as_whole" and step.act != "suspend_by_all":
                yield step, f"the treaty is suspended as a whole by {step.act}"


@_rule("I14")
def pending_effects_do_not_clear_each_other(story: Story) -> Iterator[tuple[Step, str]]:
    """A notice stays pending until it takes effect, is taken back, or the relationship ends (VCLT 54, 65)."""
    ends = {
        "notify_withdrawal": ("revoke_withdrawal", "withdrawal_effective"),
        "notify_suspension": ("resume", "suspension_effective", "non_performance"),
    }
    for word, answers in ends.items():
        for notice in story.steps(word):
            if not notice.party or "without effect" in notice.note:
                continue
            later = story.after((notice.treaty, notice.party), notice.number)
            if any(one.act in answers or _exits(one) for one in later):
                continue
            position = story.trace.position(notice.party, notice.treaty)
            kinds = [kind for kind, _ in position.pending] if position else []
            kept = word.removeprefix("notify_") in kinds
            if not kept and notice.before != "suspended":
                yield notice, "it is no longer pending, and nothing has ended it"
