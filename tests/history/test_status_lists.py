"""Totals that sources state, and properties of a replay of the whole record under every view and reading."""

from __future__ import annotations

import datetime as dt
import json
from typing import Literal

import pytest
from pydantic import Field

from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.lifecycle import lifecycle
from simulator.law.record import overrides, record
from simulator.law.views import VIEWS, disputes
from simulator.results.trace import Trace
from tests.history.casebook import FOLDER, Strict, read
from tests.history.replays import Question, Snapshot, engine, family, snapshot, trace

SIGNS = ("sign", "sign_definitively", "succeed_to_signature")
CONSENTS = ("deposit", "accede", "exchange", "consent_otherwise", "succeed")
TODAY = dt.date(2026, 11, 22)


class StatusList(Strict):
    """What a source counts on a day."""

    on: dt.date
    treaty: str
    view: Literal["depositary", "claimant", "objector", "strict"] = "depositary"
    readings: dict[str, str] = Field(default_factory=dict)
    parties: int | None = None
    signatures: int | None = None
    deposits: int | None = None
    consents: int | None = None
    source: str = Field(pattern="^https?://")

    @property
    def shared(self) -> bool:
        """Whether the record rests on the same page, so that the total is no second witness."""
        return any(act.source == self.source for act in record(self.treaty))

    @property
    def label(self) -> str:
        counts = [f"{name} {getattr(self, name)}" for name in COUNTS if getattr(self, name) is not None]
        sight = "" if self.view == "depositary" and not self.readings else f" [{self.view} {self.readings or ''}]"
        return " ".join([str(self.on), self.treaty, *counts]) + sight + (" (page of the record)" if self.shared else "")


COUNTS = ("parties", "signatures", "deposits", "consents")
LISTS = [StatusList.model_validate_json(json.dumps(row)) for row in read(FOLDER / "status_lists.yaml")["lists"]]


def _ever(whole: Trace, treaty: str, acts: tuple[str, ...], until: dt.date) -> set[str]:
    last = until.toordinal()
    return {step.party for step in whole.steps if step.treaty == treaty and step.act in acts and step.day <= last}


@pytest.mark.parametrize("one", LISTS, ids=lambda one: one.label)
def test_total(one: StatusList) -> None:
    """The replay counts what the source counts."""
    asked = Question((one.treaty,), one.view, tuple(one.readings.items()))
    shown = snapshot(asked, one.on)
    whole = trace(asked)
    consented = _ever(whole, one.treaty, CONSENTS, one.on)
    got = {
        "parties": len(shown.bound(one.treaty)),
        "signatures": len(_ever(whole, one.treaty, SIGNS, one.on) | _succeeded(whole, one)),
        "deposits": len(consented),
        "consents": len(shown.having(one.treaty, "ratified", "in_force", "suspended")),
    }
    said = {name: getattr(one, name) for name in COUNTS if getattr(one, name) is not None}
    shown_counts = {name: got[name] for name in said}
    text = f"{one.source} counts {said} on {one.on}, the replay {shown_counts}"
    assert said == shown_counts, f"{text}; bound: {' '.join(sorted(shown.bound(one.treaty)))}"


def test_totals_from_pages_of_the_record_are_no_second_witness() -> None:
    """Most totals stand on pages that the record cites, too, and only show that nothing was lost on the way."""
    own = [one for one in LISTS if not one.shared]
    assert {"ccm", "ltbt", "npt"} <= {one.treaty for one in own}
    assert all(("page of the record" in one.label) == one.shared for one in LISTS)
    assert 0 < len(own) < len(LISTS)


def _succeeded(whole: Trace, one: StatusList) -> set[str]:
    """Who took over a consent took over the signature before it."""
    return _ever(whole, one.treaty, ("succeed",), one.on)


# -- the whole record --------------------------------------------------------------------------------------------


def _matters(question: str, reading: str) -> bool:
    """Whether a reading can change a replay: by its effect, a row of its own, a patch of clauses, or the engine's law.

    Most of the register is about a date on which sources differ; those readings say what can be found, and no more.
    """
    rows = any(act.dispute == question and act.reading for one in treaty_ids() for act in record(one))
    patches = any(question in treaty(one).readings for one in treaty_ids())
    effect = disputes()[question].readings[reading].effect.kind != "none"
    return effect or rows or patches or question in ("D8", "D11", "D13", "D14", "D73")


SIGHTS = [(view, "", "") for view in VIEWS] + [
    ("depositary", question, reading)
    for question, one in disputes().items()
    for reading in one.readings
    if reading != one.views["depositary"] and _matters(question, reading)
]


@pytest.mark.parametrize(("view", "question", "reading"), SIGHTS)
def test_no_act_of_the_record_is_refused(view: str, question: str, reading: str) -> None:
    """Whatever view or reading is taken, every recorded act was legal or at least done: a refusal is an error.

    A view changes what a claim is worth and never which acts were done (I13): an objection to a claim that the view
    does not believe is still an objection.
    """
    whole = trace(Question(treaty_ids(), view, ((question, reading),) if question else ()))
    refused = [f"{one.id}: {one.reason} ({one.basis})" for one in whole.refused]
    assert not refused, "\n".join(refused)
    assert not whole.ties, [(one.first, one.second) for one in whole.ties]


def test_every_act_of_the_record_happens() -> None:
    """No dated act that can be scripted is lost on the way into the trace, in any view."""
    words = lifecycle().acts
    dated = {a.id for one in treaty_ids() for a in record(one) if a.day is not None and words[a.act].scriptable}
    for view in VIEWS:
        done = {step.id for step in trace(Question(treaty_ids(), view)).steps}
        by_reading = {a.id for one in treaty_ids() for a in record(one) if a.reading}
        lost = {name for name in dated - done - by_reading if name.split(".")[2] not in ("adopt", "open_for_signature")}
        assert not lost, (view, sorted(lost))


def test_every_override_meets_a_row() -> None:
    """An override that names no row changes nothing and misleads who reads it."""
    explained = {override.row.split(".")[0] for rows in overrides().values() for override in rows}
    assert explained <= set(treaty_ids())
    moved = sum(bool(act.override) for one in treaty_ids() for act in record(one))
    dropped = sum(any(one.field == "drop" for one in rows) for rows in overrides().values())
    assert moved + dropped == len(overrides())


@pytest.mark.parametrize("day", ["1992-11-09", "1993-01-01", "2002-06-14", "2011-02-05", "2023-11-07", "2026-02-20"])
def test_together_and_apart_are_the_same(day: str) -> None:
    """Treaties without a link by clause do not touch each other: replayed alone or all together, they stand the same."""
    on = dt.date.fromisoformat(day)
    together = snapshot(Question(treaty_ids()), on)
    for one in treaty_ids():
        apart = snapshot(Question(tuple(sorted(family(one)))), on)
        assert apart.treaties[one] == together.treaties[one]
        assert _of(apart, one) == _of(together, one)


def _of(shown: Snapshot, treaty: str) -> dict[str, tuple[object, ...]]:
    found = {}
    for (party, of), one in shown.positions.items():
        if of == treaty:
            found[party] = (one.status, one.reason, one.since, one.provisional, one.pending, one.toward, one.spells)
    return found


def test_a_replay_is_the_same_every_time() -> None:
    """The replay of the log is deterministic, and stopping on the last day changes nothing."""
    asked = Question(treaty_ids())
    whole = trace(asked).as_json()
    assert engine(asked).run().as_json() == whole
    stopped = engine(asked).run(until=TODAY.toordinal())
    steps = [step for step in whole["trace"] if step["date"] <= TODAY.isoformat()]
    assert [step.as_json() for step in stopped.steps] == steps


@pytest.mark.parametrize("known", ["1992-06-04", "1996-10-21", "2001-12-31", "2012-01-01", "2023-11-02"])
def test_a_status_rests_only_on_what_was_known(known: str) -> None:
    """Seen with the knowledge of a day, the record shows no act that was put on record later (I13)."""
    day = dt.date.fromisoformat(known)
    shown = trace(Question(treaty_ids(), known_on=day))
    late = {
        act.id
        for one in treaty_ids()
        for act in record(one)
        if (act.recorded if act.recorded is not None else act.day or 0) > day.toordinal()
    }
    assert late
    assert not late & {step.id for step in shown.steps}
    assert not shown.refused, [f"{one.id}: {one.reason}" for one in shown.refused]
