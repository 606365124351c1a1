"""What a run depends on: the acts that are known and nothing else - no order in a file, no clock, no later day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.reference import ReferenceEngine
from simulator.law.record import RecordedAct, record
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.testing.cases import Case
from simulator.testing.strategies import PAIRS, WORDS, cases

ANY = st.sampled_from([None, *PAIRS]).flatmap(lambda pair: cases(pair=pair, words=WORDS))
RECORDED = ("abm", "cfe-adapted-1999", "inf", "new-start", "start-1")


def told(trace: Trace) -> dict[str, Any]:
    """What a trace tells, without the events that carry the acts and the numbers of the steps."""
    steps = [
        (one.day, one.act, one.party, one.treaty, one.before, one.after, one.toward, one.id)
        for one in trace.steps
        if one.kind != "event" or one.act == "conflict"
    ]
    return {
        "steps": [step for step in steps if step[1] != "act"],
        "refused": sorted((one.day, one.id, one.reason) for one in trace.refused),
        "final": [one.as_json() for one in trace.final],
        "treaties": trace.treaties,
    }


@given(case=ANY)
def test_a_run_is_repeated_to_the_letter(case: Case) -> None:
    """The same case gives the same trace, from the same engine and from a new one."""
    engine = ReferenceEngine(case.program())
    first = engine.run().as_json()
    assert engine.run().as_json() == first
    assert case.run().as_json() == first


@settings(max_examples=40)
@given(case=ANY)
def test_the_text_of_a_file_means_what_the_data_mean(case: Case) -> None:
    """A case read from the YAML text of a scenario file runs as the one that was built directly."""
    held = dataclasses.replace(case, acts=tuple(dataclasses.replace(act, received_after=0) for act in case.acts))
    assert told(ReferenceEngine(held.compiled()).run()) == told(held.run())


def _shuffled(value: Any, rng: random.Random, *, lists: bool) -> Any:
    """The same data in another order: keys of mappings always, items of the lists that have no order on request."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: _shuffled(value[key], rng, lists=key in ("events", "acts")) for key in keys}
    if isinstance(value, list):
        items = [_shuffled(one, rng, lists=False) for one in value]
        if lists:
            rng.shuffle(items)
        return items
    return value


def _gathered(data: dict[str, Any]) -> dict[str, Any]:
    """Put the acts of each day into one event, so that their order inside an event can be shuffled, too."""
    days: dict[str, dict[str, Any]] = {}
    wars = [event for event in data["events"] if event["kind"] == "conflict"]
    for event in data["events"]:
        if event["kind"] == "act":
            own = days.setdefault(
                event["date"], {"id": f"d{event['date']}", "date": event["date"], "kind": "act", "acts": []}
            )
            own["acts"] += event["acts"]
    return data | {"events": [*days.values(), *wars]}


@settings(max_examples=30)
@given(case=ANY, rng=st.randoms(use_true_random=False), gather=st.booleans())
def test_the_order_in_a_file_changes_nothing(case: Case, rng: random.Random, gather: bool) -> None:
    """Events, acts and keys in another order give the same trace, to the letter."""
    data = _gathered(case.scenario()) if gather else case.scenario()
    other = _shuffled(data, rng, lists=False)
    first = ReferenceEngine(case.compiled(data)).run().as_json()
    assert json.dumps(ReferenceEngine(case.compiled(other)).run().as_json()) == json.dumps(first)


@given(
    case=cases(kind="pair", having=["withdrawal"], lacking=["withdrawal.forbidden", "lock_in"], joined=True, most=0),
    days=st.lists(st.integers(0, 200), min_size=2, max_size=4, unique=True),
    number=st.integers(0, 1),
)
@settings(max_examples=20)
def test_like_acts_in_one_event_are_told_apart_by_content(case: Case, days: list[int], number: int) -> None:
    """Of several notices in one event the same one counts, whichever stands first in the file."""
    on, party = "2005-02-01", case.treaties[0]["parties"]["of"][number]
    first = dt.date.fromisoformat(on)
    notices = [
        {
            "act": "notify_withdrawal",
            "treaty": "alpha",
            "party": party,
            "effective": {"on": (first + dt.timedelta(days=after)).isoformat()},
        }
        for after in days
    ]
    data = case.scenario()
    runs = []
    for acts in (notices, notices[::-1]):
        event = {"id": "twice", "date": on, "kind": "act", "acts": acts}
        runs.append(ReferenceEngine(case.compiled(data | {"events": [*data["events"], event]})).run().as_json())
    assert runs[0] == runs[1]


@given(case=ANY, rng=st.randoms(use_true_random=False))
def test_the_order_of_treaties_and_acts_in_memory_changes_nothing(case: Case, rng: random.Random) -> None:
    """The directly built case does not depend on the order of its parts either."""
    parts = [list(case.treaties), list(case.acts), list(case.conflicts)]
    for part in parts:
        rng.shuffle(part)
    other = dataclasses.replace(case, treaties=tuple(parts[0]), acts=tuple(parts[1]), conflicts=tuple(parts[2]))
    assert other.run().as_json() == case.run().as_json()


@given(case=ANY, share=st.floats(0, 1))
def test_no_day_depends_on_a_later_one(case: Case, share: float) -> None:
    """A run without the acts and wars after a day is the same up to that day."""
    day = case.first + dt.timedelta(days=int(share * 1200))
    cut = dataclasses.replace(
        case,
        acts=tuple(act for act in case.acts if act.day <= day),
        conflicts=tuple(war for war in case.conflicts if war.day <= day),
    )
    assert told(cut.run(until=day))["final"] == told(case.run(until=day))["final"]


# -- what is known ---------------------------------------------------------------------------------------------------


def _positions(treaty: str, acts: tuple[RecordedAct, ...], known: dt.date, day: dt.date) -> list[dict[str, Any]]:
    """The positions under a treaty on a day, as known on a day, if these were all the acts on record."""
    data = {
        "schema": 1,
        "id": "known",
        "title": "Known",
        "period": {"from": "1960-01-01", "to": day.isoformat()},
        "record": {"treaties": [treaty]},
    }
    with mock.patch("simulator.scenario.codebook.record", side_effect=lambda name: acts if name == treaty else ()):
        program = compile_scenario(load_text(json.dumps(data), "known"), mode="replay", known=known)
    return [one.as_json() for one in ReferenceEngine(program).run().final if one.status != "non_party"]


def _recorded_on(act: RecordedAct) -> int | None:
    return act.recorded if act.recorded is not None else act.day


@settings(max_examples=40)
@given(
    treaty=st.sampled_from(RECORDED),
    known=st.dates(dt.date(1972, 1, 1), dt.date(2026, 1, 1)),
    ahead=st.integers(0, 4000),
    rng=st.randoms(use_true_random=False),
)
def test_a_status_never_depends_on_what_was_recorded_later(
    treaty: str, known: dt.date, ahead: int, rng: random.Random
) -> None:
    """As known on a day, no status of any day hangs on an act that was put on record after it, however early it was.

    The acts recorded later are dropped, moved, or invented: a withdrawal decades ago that nobody knew of.
    """
    acts = record(treaty)
    late = {one.id for one in acts if (day := _recorded_on(one)) is not None and day > known.toordinal()}
    other = []
    for one in acts:
        if one.id not in late:
            other.append(one)
            if rng.random() < 0.3:
                tomorrow = known.toordinal() + 1 + rng.randrange(400)
                word = rng.choice(["notify_withdrawal", "deposit", "become_extinct", "notify_suspension"])
                other.append(dataclasses.replace(one, id=f"{one.id}~9", act=word, recorded=tomorrow))
        elif rng.random() < 0.5 and one.day is not None:
            other.append(dataclasses.replace(one, recorded=_recorded_on(one), day=one.day - rng.randrange(300)))
    day = known + dt.timedelta(days=ahead)
    assert _positions(treaty, tuple(other), known, day) == _positions(treaty, acts, known, day)
