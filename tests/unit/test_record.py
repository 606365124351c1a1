"""The record's files: dates and their precision, overrides, refusals with file and line, and the shipped data themselves."""

from __future__ import annotations

import datetime as dt

import pytest

import simulator as ts
from simulator.errors import LawError, RecordError
from simulator.law.catalogue import parties, treaty, treaty_data, treaty_ids
from simulator.law.lifecycle import lifecycle, read_table
from simulator.law.record import COLUMNS, overrides, parse_done, parse_record, record, world_events
from simulator.law.views import VIEWS, disputes, resolve_view

HEADER = ",".join(COLUMNS)


def row(**cells: str) -> str:
    """One line of a record file."""
    given = {"done": "2007-07-14", "party": "RUS", "act": "announce", "source": "x", "confidence": "sourced"} | cells
    return ",".join(given.get(column, "") for column in COLUMNS)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2007-07-14", "2007-07-14", "day"),
        ("2022-02", "2022-02-28", "month"),
        ("2022", "2022-12-31", "year"),
        ("by 1997-05-15", "1997-05-15", "by"),
    ],
)
def test_an_imprecise_date_applies_on_its_last_possible_day(text: str, day: str, precision: str) -> None:
    """No status is claimed before it is certain that the act was done."""
    assert parse_done(text) == (dt.date.fromisoformat(day).toordinal(), precision)


@pytest.mark.parametrize("text", ["", "2007-13", "2007-02-30", "14.07.2007", "by then", "0000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """A date that is none says what was given."""
    with pytest.raises(ValueError, match=r"date|month|day|year"):
        parse_done(text)


def test_an_act_of_unknown_date_is_kept_and_never_applied() -> None:
    """`unknown` has no day: shown in the record, absent from every run."""
    (act,) = parse_record(f"{HEADER}\n{row(done='unknown')}", "cfe")
    assert (act.day, act.precision) == (None, "unknown")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (row(act="anounce"), "unknown act 'anounce'"),
        (row(done="2007-02-30"), "day"),
        (row(confidence="certain"), "'certain'"),
        (row(source=""), "needs a source"),
        (row(effective="soon"), "soon"),
        ("a,b", "2 cells"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_line(line: str, words: str) -> None:
    """Every wrong row names its file, its line and what is wrong."""
    with pytest.raises(RecordError) as caught:
        parse_record(f"{HEADER}\n{row()}\n{line}", "cfe", "my.csv")
    (problem,) = caught.value.diagnostics
    assert (problem.file, problem.line) == ("my.csv", 3)
    assert words in problem.message


def test_a_file_with_other_columns_is_refused() -> None:
    """The header is part of the format."""
    with pytest.raises(RecordError, match="header"):
        parse_record("date,party\n", "cfe")


def test_two_rows_of_one_id_are_told_apart() -> None:
    """The second act of the same party, kind and day gets a number."""
    first, second = parse_record(f"{HEADER}\n{row()}\n{row(note='again')}", "cfe")
    assert second.id == f"{first.id}~2"


def test_every_override_names_a_row_that_exists_and_a_reason() -> None:
    """Overrides are few, sourced or reasoned, and none is left over from a row that has gone."""
    raw = {}
    for name in treaty_ids():
        seen: dict[str, int] = {}
        for line in read_table(f"record/{name}.csv"):
            base = f"{name}.{line['party']}.{line['act']}.{line['done'].replace(' ', '')}"
            seen[base] = seen.get(base, 0) + 1
            raw[base if seen[base] == 1 else f"{base}~{seen[base]}"] = line
    assert [row for row in overrides() if row not in raw] == []
    assert all(one.reason for many in overrides().values() for one in many)


@pytest.mark.parametrize("name", treaty_ids())
def test_every_shipped_treaty_and_its_record_can_be_read(name: str) -> None:
    """Clauses validate under every reading; acts, parties and disputes of the record are known."""
    assert treaty(name).id == name
    for question, options in treaty(name).readings.items():
        assert all(treaty(name, {question: reading}) for reading in options)
    for act in record(name):
        assert act.party == "*" or act.party in parties(), act.id
        assert all(one == "*" or one in parties() for one in act.toward), act.id
        assert not act.dispute or act.dispute in disputes(), act.id
        assert not act.reading or act.reading in disputes()[act.dispute].readings, act.id
        assert act.act in lifecycle().acts


@pytest.mark.parametrize("name", treaty_ids())
def test_every_clause_names_its_article_and_who_says_so(name: str) -> None:
    """A clause without an article is a clause nobody can check; a sourced one has a source."""
    for key, clause in treaty_data(name)["clauses"].items():
        for one in clause if isinstance(clause, list) else [clause]:
            assert one.get("article") or one.get("note"), f"{name}.{key}"
            assert one["confidence"] in ("sourced", "recalled")
            assert one["confidence"] == "recalled" or one.get("source"), f"{name}.{key}"


def test_unknown_names_are_refused_with_those_that_exist() -> None:
    """Unknown treaty, view, question and reading each say what there is."""
    with pytest.raises(RecordError, match="cfe"):
        treaty_data("cfx")
    with pytest.raises(LawError, match="depositary"):
        resolve_view("nobody")
    with pytest.raises(LawError, match="D1"):
        resolve_view("strict", {"D99": "x"})
    with pytest.raises(LawError, match="multilateral"):
        resolve_view("strict", {"D3": "x"})


def test_every_view_answers_every_question() -> None:
    """The register is complete: four views, each with a reading for each of D1-D14."""
    assert {f"D{number}" for number in range(1, 15)} <= set(disputes())
    for view in VIEWS:
        assert set(resolve_view(view).readings) == set(disputes())


def test_world_events_are_dated_and_named() -> None:
    """Shared events have a day, a kind and a title; a sourced one has a source."""
    for event in world_events().values():
        assert event.kind
        assert event.title
        assert event.confidence != "sourced" or event.source, event.id


# -- successions and the register --------------------------------------------------------------------------------


def test_one_rule_holds_for_all_successions() -> None:
    """A succession relates back to the first day of the State, never to a later day than its notice (VCST 23; 34)."""
    found = [act for one in treaty_ids() for act in record(one) if act.act == "succeed"]
    assert len(found) > 100
    for act in found:
        first = parties()[act.party].start
        assert first, f"{act.party} has no first day"
        assert act.effective == dt.date.fromisoformat(first).toordinal(), act.id
        assert act.day is None or act.effective <= act.day, act.id


def test_every_reading_has_a_holder_and_most_have_a_page() -> None:
    """What nobody holds is no reading; what the default view picks can be read somewhere, but for two texts recalled."""
    readings = [(one.id, reading) for one in disputes().values() for reading in one.readings.values()]
    assert [(name, reading.id) for name, reading in readings if not reading.held_by] == []
    bare = {
        name for name, reading in readings if not reading.source and disputes()[name].views["depositary"] == reading.id
    }
    assert bare == {"D21", "D38"}
    assert sum(bool(reading.source) for _, reading in readings) >= 0.8 * len(readings)


def test_the_american_reading_of_the_inf_treaty_is_that_of_a_view() -> None:
    """D3: the United States, whose exit is the claim, wrote to several parties; among the others the treaty goes on."""
    assert resolve_view("claimant").readings["D3"] == "multilateral"
    seen = {view: ts.status(date="2019-08-03", party="UKR", treaty="inf", view=view) for view in VIEWS}
    assert seen["claimant"][0].position.status == "in_force"
    assert not any(rows and rows[0].position.status == "in_force" for view, rows in seen.items() if view != "claimant")
