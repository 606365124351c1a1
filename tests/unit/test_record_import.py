"""The import report: every row of the two sets of facts went somewhere, and what it became exists."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from simulator.law.catalogue import treaty_data, treaty_ids
from simulator.law.lifecycle import read_table
from simulator.law.record import COLUMNS, RecordedAct, overrides, record, world_events

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HOW = ("imported", "overridden", "merged", "dropped")
ROWS = {
    ("conventional", "act"): 1076,
    ("nuclear", "act"): 1924,
    ("conventional", "event"): 112,
    ("nuclear", "event"): 120,
    ("conventional", "clause"): 136,
    ("nuclear", "clause"): 154,
}

# The cells of a row in the sets, in the order of their digests, and the column that holds each in the record.
CELLS = {
    "act": {
        "effective_date": "effective",
        "instrument": "instrument",
        "source_url": "source",
        "confidence": "confidence",
        "note": "note",
    },
    "event": {
        "date": "date",
        "title": "title",
        "actors": "actors",
        "source_url": "source",
        "confidence": "confidence",
    },
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


# -- cell by cell ------------------------------------------------------------------------------------------------


def digest(cell: str) -> str:
    """The digest of a cell as the report holds it."""
    return hashlib.sha256(cell.encode()).hexdigest()[:8] if cell else "-"


@cache
def lines(treaty: str) -> tuple[dict[str, str], ...]:
    """The rows of a record file as they stand there, before any override."""
    path = ROOT / "simulator" / "law" / "data" / "record" / f"{treaty}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def stands(act: RecordedAct) -> dict[str, str]:
    """The row of an act before any override."""
    return lines(act.treaty)[act.line - 2]


@cache
def now() -> dict[str, dict[str, str]]:
    """What stands in the record, by the name that the report uses."""
    assert set(CELLS["act"].values()) <= set(COLUMNS)
    acts = {act.id: stands(act) for one in treaty_ids() for act in record(one)}
    return acts | {row["id"]: row for row in read_table("events.csv")}


@pytest.mark.parametrize("what", CELLS)
def test_every_changed_cell_is_named_and_no_other(what: str) -> None:
    """A cell reads as it did in the set, or the report names it."""
    wrong = []
    for row in report():
        if row["what"] == what:
            was = dict(zip(CELLS[what], row["cells"].split(), strict=True))
            is_ = {cell: digest(now()[row["became"]][column]) for cell, column in CELLS[what].items()}
            changed = [cell for cell in CELLS[what] if was[cell] != is_[cell]]
            if changed != row["changed"].split():
                wrong.append((row["source"], row["became"], row["changed"], changed))
    assert not wrong


def test_an_imported_act_keeps_day_party_source_and_confidence() -> None:
    """Only the note and the day of effect may be reworded; the day and the party stand in the name of the row."""
    for row in report():
        if row["what"] == "act" and row["how"] in ("imported", "overridden"):
            stood, (*_, party, _, day) = now()[row["became"]], row["source"].rsplit(".", 3)
            assert (stood["party"], stood["done"]) == (party, day), row
            assert set(row["changed"].split()) <= {"note", "effective_date"}, row


def test_a_computed_day_of_effect_says_so() -> None:
    """Days of effect that were computed under NPT, BWC, CWC and TPNW are marked in the note."""
    imported = {row["became"] for row in report() if row["what"] == "act"}
    joined = [
        act
        for one in ("bwc", "cwc", "npt", "tpnw")
        for act in record(one)
        if act.id in imported and act.act in ("deposit", "accede") and act.effective is not None
    ]
    assert len(joined) > 500
    assert [act.id for act in joined if "effective date computed" not in act.note] == []


def test_both_addresses_of_merged_rows_are_kept() -> None:
    """A row that both sets have names the address of either, in the column or in the note."""
    for row in report():
        if row["how"] == "merged" and "source_url" in row["changed"].split():
            stood = now()[row["became"]]
            named = [stood["source"], *re.findall(r"https?://[^; ]+", stood["note"])]
            had = row["cells"].split()[3 if row["what"] == "event" else 2]
            assert had == "-" or had in map(digest, named), row
