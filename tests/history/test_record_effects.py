"""Effects that sources report are derived from acts and clauses, never scripted: here the two are held together.

Every observed effect of the record (entered into force, withdrawal effective ...) must be what a replay derives, on the
same day; and what a replay derives must be observed, as far as sources list such effects. What differs stands in
`known_differences.yaml` with its reason, and an entry that no longer differs fails.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from functools import cache
from typing import Literal

import pytest
from pydantic import Field

from simulator.law.catalogue import treaty_ids
from simulator.law.lifecycle import lifecycle
from simulator.law.record import RecordedAct, record
from simulator.law.views import VIEWS
from simulator.results.trace import Step
from tests.history.casebook import FOLDER, Strict, read
from tests.history.replays import Question, acts_behind, engine, trace

# The word of the record -> the events of the machines that are this effect.
DERIVED = {
    "entered_into_force": ("enter_into_force", "enter_into_force_for_party"),
    "withdrawal_effective": ("withdrawal_effective",),
    "suspension_effective": ("suspension_effective",),
    "expired": ("expire",),
    "superseded": ("supersede",),
    "terminated": ("bilateral_exit", "lapse", "terminate_by_consent", "terminate_for_breach", "linked_termination"),
}
WORD = {event: word for word, events in DERIVED.items() for event in events}
# Treaties whose sources list the entry into force for every single party.
EACH_PARTY_LISTED = frozenset({"cfe", "open-skies", "nato"})


class Difference(Strict):
    """One reviewed difference: the effect, the day observed, the day derived (none: no such effect), and why."""

    treaty: str
    party: str
    effect: str
    observed: dt.date | None = None
    derived: dt.date | None = None
    kind: Literal["differs", "not_derived", "not_observed"]
    reason: str = Field(min_length=20)
    source: str = ""


@cache
def known() -> tuple[Difference, ...]:
    rows = read(FOLDER / "known_differences.yaml")["differences"]
    return tuple(Difference.model_validate_json(json.dumps(row)) for row in rows)


Effect = tuple[str, str, str]  # treaty, party, word


def observed() -> list[RecordedAct]:
    """All effect rows of the record."""
    words = lifecycle().acts
    return [act for one in treaty_ids() for act in record(one) if words[act.act].by == "effect"]


@cache
def derived(view: str = "depositary") -> dict[Effect, list[dt.date]]:
    """All effects of a replay of the whole record, by treaty, party (`*`: the treaty) and word."""
    found: dict[Effect, list[dt.date]] = {}
    for step in _moves(trace(Question(treaty_ids(), view)).steps):
        key = (step.treaty, step.party or "*", WORD[step.act])
        found.setdefault(key, []).append(dt.date.fromordinal(step.day))
    return found


def _moves(steps: Iterable[Step]) -> Iterable[Step]:
    return (step for step in steps if step.kind == "effect" and step.before != step.after and step.act in WORD)


def _key(act: RecordedAct) -> Effect:
    return (act.treaty, act.party, act.act)


def _day(act: RecordedAct) -> dt.date:
    assert act.day is not None, f"{act.id}: an observed effect needs its day"
    return dt.date.fromordinal(act.day)


def _excused(effect: Effect, observed_on: dt.date | None, derived_on: list[dt.date]) -> bool:
    return any(
        (one.treaty, one.party, one.effect) == effect
        and one.observed == observed_on
        and ([one.derived] if one.derived else []) == derived_on
        for one in known()
    )


def test_the_record_knows_every_word() -> None:
    """No effect word of the table of acts is left uncompared."""
    assert {word for word, act in lifecycle().acts.items() if act.by == "effect"} == set(DERIVED)
    assert len(observed()) > 100


@pytest.mark.parametrize("act", observed(), ids=lambda act: act.id)
def test_observed_effect_is_derived(act: RecordedAct) -> None:
    """The effect that a source reports follows from acts and clauses, on the same day."""
    got = derived().get(_key(act), [])
    others = [_day(one) for one in observed() if _key(one) == _key(act)]
    if _day(act) in got and len(got) == len(others):
        return
    behind = [f"  {one.id} ({one.confidence}) {one.source}" for one in acts_behind(act.treaty, act.party, _day(act))]
    text = f"{act.id}: a source reports {_day(act)}, the replay derives {[str(day) for day in got] or 'nothing'}"
    assert _excused(_key(act), _day(act), got), "\n".join([text, act.source, "acts behind it:", *behind])


def test_derived_effect_is_observed() -> None:
    """What the replay derives is reported by a source, or stands among the reviewed differences."""
    seen = {_key(act) for act in observed()}
    missing = []
    for (treaty, party, word), days in derived().items():
        listed = word != "entered_into_force" or party == "*" or treaty in EACH_PARTY_LISTED
        if listed and (treaty, party, word) not in seen and not _excused((treaty, party, word), None, days):
            missing.append(
                f"{treaty}.{party}.{word} on {', '.join(map(str, days))}: no source in the record reports it"
            )
    assert not missing, "\n".join(missing)


def test_no_known_difference_is_outdated() -> None:
    """An entry that no longer differs is a promise kept, and is taken out."""
    seen = {(_key(act), _day(act)) for act in observed()}
    for one in known():
        effect = (one.treaty, one.party, one.effect)
        assert derived().get(effect, []) == ([one.derived] if one.derived else []), f"outdated: {one}"
        if one.kind == "not_observed":
            assert one.derived
            assert effect not in {key for key, _ in seen}, f"outdated: a source now reports {one}"
        else:
            assert (effect, one.observed) in seen, f"outdated: {one}"
            assert one.observed != one.derived, f"outdated: {one}"
    assert len({(one.treaty, one.party, one.effect, one.observed) for one in known()}) == len(known())


def notices() -> list[RecordedAct]:
    """Notices of withdrawal that state their first day."""
    return [a for one in treaty_ids() for a in record(one) if a.act == "notify_withdrawal" and a.effective is not None]


@pytest.mark.parametrize("act", notices(), ids=lambda act: act.id)
def test_stated_day_follows_from_the_clause(act: RecordedAct) -> None:
    """The first day that a notice states is the first day of the clause, so the derivation is no copy of the record."""
    program = engine(Question((act.treaty,))).program
    terms = program.terms[program.names.treaties.index(act.treaty)]
    assert act.day is not None
    assert act.effective == terms.notice.first_day(act.received or act.day), terms.notice


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "depositary"])
def test_views_differ_only_where_a_claim_is_disputed(view: str) -> None:
    """An effect that another view moves or denies belongs to an act that raises a disputed question, or to a claim."""
    claims = ("notify_suspension", "notify_withdrawal")
    raised = {(act.treaty, act.party) for one in treaty_ids() for act in record(one) if act.act in claims}
    base, other = derived(), derived(view)
    for effect in base.keys() | other.keys():
        if base.get(effect) != other.get(effect):
            treaty, party, word = effect
            # The exit of one of two parties ends the treaty for both, so the end moves with the exit.
            assert word in ("suspension_effective", "withdrawal_effective") or (party, word) == ("*", "terminated")
            assert (treaty, party) in raised or (party == "*" and treaty in {one for one, _ in raised}), effect
    for act in observed():
        if not act.dispute:
            assert other.get(_key(act)) == base.get(_key(act)), f"{act.id} raises no question, and {view} moves it"
