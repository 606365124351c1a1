"""The import report: every row of the two sets of facts went somewhere, and what it became exists."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from simulator.law.catalogue import treaty_data, treaty_ids
from simulator.law.record import overrides, record, world_events

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOW = ("imported", "overridden", "merged", "dropped")
ROWS = {
    ("conventional", "act"): 1076,
    ("nuclear", "act"): 1924,
    ("conventional", "event"): 112,
    ("nuclear", "event"): 120,
    ("conventional", "clause"): 136,
    ("nuclear", "clause"): 154,
}


@cache
def report() -> tuple[dict[str, str], ...]:
    with (DOCS / "record-import.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def names() -> frozenset[str]:
    """What a row of the report may name: acts, world events, clauses, notes of treaties, treaties."""
    found = {act.id for one in treaty_ids() for act in record(one)} | set(world_events())
    for one in treaty_ids():
        data = treaty_data(one)
        found |= {one} | ({f"{one}.note"} if data.get("note") else set())
        found |= {f"{one}.clauses.{clause}" for clause in data["clauses"]}
    return frozenset(found)


def test_every_source_row_has_one_line() -> None:
    """The report counts what the sets hold, and no line stands twice."""
    assert Counter((row["set"], row["what"]) for row in report()) == ROWS
    places = Counter((row["set"], row["what"], row["line"]) for row in report())
    assert [place for place, count in places.items() if count > 1] == []


@pytest.mark.parametrize("what", ["act", "event", "clause"])
def test_what_a_row_became_exists(what: str) -> None:
    """No line points to a row, an event or a clause that is not there."""
    lost = [
        (row["source"], one)
        for row in report()
        if row["what"] == what
        for one in row["became"].split(";")
        if one not in names()
    ]
    assert lost == []


def test_nothing_is_lost_in_silence() -> None:
    """What is not simply imported says why."""
    assert {row["how"] for row in report()} == set(HOW)
    assert [row["source"] for row in report() if row["how"] != "imported" and not row["reason"]] == []


def test_an_overridden_act_has_an_override_and_the_other_way_round() -> None:
    """`how` agrees with the table of overrides."""
    changed = {act.id for one in treaty_ids() for act in record(one) if act.override}
    said = {row["became"] for row in report() if row["what"] == "act" and row["how"] == "overridden"}
    assert said <= changed
    plain = {row["became"] for row in report() if row["what"] == "act" and row["how"] == "imported"}
    assert not plain & changed
    dropped = sum(any(one.field == "drop" for one in rows) for rows in overrides().values())
    gone = [row for row in report() if row["what"] == "act" and row["became"] and row["how"] in ("merged", "dropped")]
    assert dropped <= len(gone)


def test_confidence_is_neither_gained_nor_lost() -> None:
    """A recalled fact stays recalled and a sourced one sourced, unless an override says why not."""
    by_id = {act.id: act for one in treaty_ids() for act in record(one)}
    wrong = [
        (row["source"], row["confidence"], by_id[row["became"]].confidence)
        for row in report()
        if row["what"] == "act" and row["how"] in ("imported", "overridden")
        if row["confidence"] != by_id[row["became"]].confidence and "confidence" not in by_id[row["became"]].override
    ]
    assert wrong == []


def test_the_page_shows_the_counts_of_the_table() -> None:
    """The summary says what the table holds."""
    text = (DOCS / "record-import.md").read_text(encoding="utf-8")
    counts = Counter((row["what"], row["set"], row["how"]) for row in report())
    for (group, what), total in ROWS.items():
        cells = [f"{total:,}", *(f"{counts[(what, group, how)]:,}" for how in HOW)]
        assert f"| {what} | {group} | {' | '.join(cells)} |" in text
    assert f"holds {len(treaty_ids())} instruments" in re.sub(r"\s+", " ", text)
