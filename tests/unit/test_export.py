"""Exports: other tools read them back, rows are as counted by hand, bytes are the same every time."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from simulator.analysis.export import WHAT, export
from simulator.analysis.fields import decimal
from simulator.analysis.indicators import Architecture
from simulator.analysis.network import dynamic
from simulator.analysis.scope import scope_of
from simulator.analysis.worlds import world
from simulator.scenario.load import load_text
from tests.unit.architectures import day, lived, toy_scope

# Five acts of three States, counted by hand in the tests below. Namibia is here for its code.
SMALL = """
schema: 1
id: small
title: A pact of three
period: {from: 2000-01-01, to: 2003-06-30}
treaties:
  pact:
    title: The pact
    clauses:
      entry_into_force: {rule: {count: 2}, delay: {days_after: 10}}
      late_joiner: {delay: {days_after: 10}}
      accession: {open: true}
      withdrawal: {notice: {months: 6}}
  other:
    title: Another pact
    parties: {model: bilateral, of: [FRA, DEU]}
    clauses: {entry_into_force: {rule: {exchange: true}}}
events:
  - {id: a, date: 2000-03-01, kind: act, acts: [{act: sign, treaty: pact, party: [FRA, DEU]}]}
  - {id: b, date: 2000-12-22, kind: act, acts: [{act: deposit, treaty: pact, party: [FRA, DEU]}]}
  - {id: c, date: 2001-05-01, kind: act, acts: [{act: accede, treaty: pact, party: NAM}]}
  - {id: d, date: 2002-02-01, kind: act, acts: [{act: notify_withdrawal, treaty: pact, party: DEU}]}
  - {id: e, date: 2003-01-15, kind: act, acts: [{act: notify_suspension, treaty: pact, party: FRA}]}
"""


def small() -> Architecture:
    return Architecture(scope_of(lived(load_text(SMALL, "small")), states=["DEU", "FRA", "NAM"]))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


# --- panels, counted by hand ------------------------------------------------------------------------------------------


def test_state_years_are_as_counted_by_hand() -> None:
    """Entry on 2001-01-01 for two, on 2001-05-11 for Namibia; exit of Germany on 2002-08-01; France suspends in 2003."""
    found = {(row["iso3"], row["year"]): row for row in rows(export(small(), "state-year")["state-year.csv"])}
    assert len(found) == 3 * 4
    names = (
        "eligible",
        "signed",
        "ratified",
        "in_force",
        "suspended",
        "withdrawn",
        "entries",
        "exits",
        "suspensions",
        "notices",
    )
    counted = {
        ("DEU", "2000"): "2 0 1 0 0 0 0 0 0 0",
        ("DEU", "2001"): "2 0 0 1 0 0 1 0 0 0",
        ("DEU", "2002"): "2 0 0 0 0 1 0 1 0 1",
        ("DEU", "2003"): "2 0 0 0 0 1 0 0 0 0",
        ("FRA", "2001"): "2 0 0 1 0 0 1 0 0 0",
        ("FRA", "2003"): "2 0 0 0 1 0 0 0 1 0",
        ("NAM", "2000"): "1 0 0 0 0 0 0 0 0 0",
        ("NAM", "2001"): "1 0 0 1 0 0 1 0 0 0",
        ("NAM", "2003"): "1 0 0 1 0 0 0 0 0 0",
    }
    for key, numbers in counted.items():
        assert " ".join(found[key][name] for name in names) == numbers, key
    assert found["DEU", "2001"]["density"] == "0.500000"
    assert found["NAM", "2001"]["density"] == "1.000000"
    assert {row["as_of"] for row in found.values()} == {"2000-12-31", "2001-12-31", "2002-12-31", "2003-06-30"}
    assert [found[one, "2001"]["ccode"] for one in ("DEU", "FRA", "NAM")] == ["255", "220", "565"]


def test_dyad_years_are_as_counted_by_hand() -> None:
    """The lower number first; what two share ends with the exit of one, while a suspended party stays a party."""
    found = {
        (row["iso1"], row["iso2"], row["year"]): row for row in rows(export(small(), "dyad-year")["dyad-year.csv"])
    }
    assert len(found) == 3 * 4
    assert {key[:2] for key in found} == {("FRA", "DEU"), ("FRA", "NAM"), ("DEU", "NAM")}  # 220, 255, 565
    names = ("ccode1", "ccode2", "treaties", "shared", "shared_parties", "cross_bloc")
    counted = {
        ("FRA", "DEU", "2000"): "220 255 2 0 0 0",
        ("FRA", "DEU", "2001"): "220 255 2 1 1 0",
        ("FRA", "DEU", "2002"): "220 255 2 0 0 0",
        ("FRA", "NAM", "2002"): "220 565 1 1 1 0",
        ("FRA", "NAM", "2003"): "220 565 1 0 1 0",
    }
    for key, numbers in counted.items():
        assert " ".join(found[key][name] for name in names) == numbers, key


def test_treaty_months_are_as_counted_by_hand() -> None:
    """Positions at the end of each month, events inside it; the treaty itself is open, then in force."""
    found = {(row["treaty"], row["month"]): row for row in rows(export(small(), "treaty-month")["treaty-month.csv"])}
    assert len(found) == 2 * 42
    names = (
        "status",
        "signed",
        "ratified",
        "in_force",
        "suspended",
        "withdrawn",
        "parties",
        "entries",
        "exits",
        "suspensions",
        "notices",
    )
    counted = {
        "2000-02": "open 0 0 0 0 0 0 0 0 0 0",
        "2000-03": "open 2 0 0 0 0 0 0 0 0 0",
        "2000-12": "open 0 2 0 0 0 0 0 0 0 0",
        "2001-01": "in_force 0 0 2 0 0 2 2 0 0 0",
        "2001-05": "in_force 0 0 3 0 0 3 1 0 0 0",
        "2002-02": "in_force 0 0 3 0 0 3 0 0 0 1",
        "2002-08": "in_force 0 0 2 0 1 2 0 1 0 0",
        "2003-01": "in_force 0 0 1 1 1 2 0 0 1 0",
        "2003-06": "in_force 0 0 1 1 1 2 0 0 0 0",
    }
    for month, words in counted.items():
        assert " ".join(found["pact", month][name] for name in names) == words, month
    assert found["pact", "2003-06"]["as_of"] == "2003-06-30"


def test_panels_of_the_record_are_sums_of_single_statuses() -> None:
    """For some State-years and treaty-months of the record the counts are made again from statuses on the day."""
    scope = scope_of(world("record"))
    files = export(Architecture(scope), "all", "2006-01-01", "2008-06-30")
    for row in rows(files["state-year.csv"])[::17]:
        end = day(row["as_of"])
        got = [scope.line.status(row["iso3"], name, end) for name in scope.binding]
        assert [row[one] for one in ("signed", "in_force", "suspended")] == [
            str(got.count(one)) for one in ("signed", "in_force", "suspended")
        ]
    for row in rows(files["treaty-month.csv"])[::41]:
        end = day(row["as_of"])
        got = [scope.line.status(party, row["treaty"], end) for party in scope.line.parties]
        assert int(row["parties"]) == got.count("in_force") + got.count("suspended")
        assert row["status"] == scope.line.treaty_status(row["treaty"], end)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_merge_keys_are_unique() -> None:
    """Number and year, two numbers and a year, treaty and month name one row each, through unification and succession."""
    files = export(Architecture(scope_of(world("record"))), "all", "1989-06-01", "1994-06-30")
    years, dyads, months = (rows(files[f"{name}.csv"]) for name in ("state-year", "dyad-year", "treaty-month"))
    numbered = [(row["ccode"], row["year"]) for row in years if row["ccode"]]
    assert len(numbered) == len(set(numbered))
    assert {("365", "1990"), ("365", "1991"), ("260", "1989"), ("255", "1990")} <= set(numbered)
    assert [row["iso3"] for row in years if row["ccode"] == "365"].count("SUN") == 2
    pairs = [(row["ccode1"], row["ccode2"], row["year"]) for row in dyads if row["ccode2"]]
    assert len(pairs) == len(set(pairs))
    assert all(int(one) < int(two) for one, two, _ in pairs)
    early = {row["iso2"] for row in dyads if not row["ccode2"]}
    assert early == {"LIE", "MCO", "SMR", "VAT"}, "no members of the list of States on the last day of 1989"
    assert {row["iso2"] for row in dyads if not row["ccode2"] and row["year"] == "1994"} == {"VAT"}
    assert len({(row["treaty"], row["month"]) for row in months}) == len(months)


def test_a_panel_ends_with_the_run_and_starts_where_it_is_told() -> None:
    """Days beyond the run are not made up; the first year is counted from the first day on."""
    found = rows(export(small(), "state-year", "2001-02-01", "2030-01-01")["state-year.csv"])
    assert {row["year"] for row in found} == {"2001", "2002", "2003"}
    first = next(row for row in found if (row["iso3"], row["year"]) == ("FRA", "2001"))
    assert first["entries"] == "0"  # it was on 2001-01-01


# --- form -------------------------------------------------------------------------------------------------------------


def test_text_is_quoted_and_missing_values_are_empty() -> None:
    """A code that reads NA stays text; only numbers and missing values stand without quotes."""
    files = export(small(), "all")
    for name in ("state-year.csv", "dyad-year.csv", "treaty-month.csv", "nodes.csv", "edges.csv", "codebook.csv"):
        text = files[name]
        assert text.endswith("\n")
        assert "\r" not in text
        for cell in csv.reader(text.splitlines(), quoting=csv.QUOTE_NONNUMERIC):
            # With this reader everything that is not quoted must be a number; a missing value is an empty cell.
            assert all(isinstance(one, str | float) for one in cell)
    assert ',"NAM",' in files["state-year.csv"]


def test_a_namibia_like_code_comes_back_as_text() -> None:
    """The cell NA is quoted as all text is, and differs from a missing cell."""
    from simulator.analysis.export import NodeRow
    from simulator.analysis.fields import csv_text

    text = csv_text(NodeRow, [NodeRow("NA", "Namibia", "party", None, None, None)])
    assert text.splitlines()[1] == '"NA","Namibia","party",,,'
    assert (
        csv_text(NodeRow, [NodeRow('a"b', "x,y", "party", 5, None, None)]).splitlines()[1] == '"a""b","x,y","party",5,,'
    )


def test_the_codebook_has_every_column_and_no_other() -> None:
    """File by file, in order; each with a type and a meaning; the page names them all."""
    files = export(small(), "all")
    book = rows(files["codebook.csv"])
    for name, text in files.items():
        if name.endswith(".csv") and name != "codebook.csv":
            header = next(csv.reader(io.StringIO(text)))
            assert [row["column"] for row in book if row["file"] == name] == header
            assert f"## {name}" in files["codebook.md"]
            assert all(f"| `{column}` |" in files["codebook.md"] for column in header)
    assert {row["file"] for row in book} == {name for name in files if name.endswith(".csv")} - {"codebook.csv"}
    assert all(row["meaning"] and row["type"] in ("integer", "text", "decimal", "0 or 1") for row in book)
    counts = [row for row in book if row["type"] in ("integer", "decimal")]
    assert all(row["unit"] for row in counts)


def test_columns_hold_what_the_codebook_says() -> None:
    """Integers are integers, decimals have six places, flags are 0 or 1, and nothing is missing that never is."""
    files = export(Architecture(scope_of(world("cfe-endgame"))), "all", "2005-01-01", "2008-12-31")
    for row in rows(files["codebook.csv"]):
        for cell in (one[row["column"]] for one in rows(files[row["file"]])):
            if cell == "":
                assert row["missing"] == "empty" or row["type"] == "text"
            elif row["type"] == "integer":
                assert cell.lstrip("-").isdigit()
            elif row["type"] == "decimal":
                assert cell == decimal(Fraction(cell))
            elif row["type"] == "0 or 1":
                assert cell in ("0", "1")


def test_bytes_do_not_depend_on_hashing() -> None:
    """Two processes with other hash seeds write the same files."""
    code = (
        "import hashlib; from simulator.analysis.export import export; from simulator.analysis.worlds import world;"
        "from simulator.analysis.indicators import Architecture; from simulator.analysis.scope import scope_of;"
        "files = export(Architecture(scope_of(world('cfe-endgame'))), 'all', '2005-01-01', '2009-12-31');"
        "print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_what_is_asked_for_is_what_comes() -> None:
    """Each export has its files; an unknown one and days in the wrong order are refused."""
    view = small()
    assert {what: sorted(set(export(view, what)) - {"codebook.csv", "codebook.md"}) for what in WHAT} == {
        "gexf": ["network.gexf"],
        "edges": ["edges.csv", "nodes.csv"],
        "state-year": ["state-year.csv"],
        "dyad-year": ["dyad-year.csv"],
        "treaty-month": ["treaty-month.csv"],
        "all": ["dyad-year.csv", "edges.csv", "network.gexf", "nodes.csv", "state-year.csv", "treaty-month.csv"],
    }
    with pytest.raises(ValueError, match="is no export"):
        export(view, "dta")
    with pytest.raises(ValueError, match="nothing lies between"):
        export(view, "edges", "2004-01-01")


# --- GEXF -------------------------------------------------------------------------------------------------------------


def test_networkx_reads_the_gexf_back(tmp_path: Path) -> None:
    """Nodes, edges, first and last days and attributes come back as they were; nothing is lost or renamed."""
    scope = toy_scope()
    path = tmp_path / "network.gexf"
    path.write_text(export(Architecture(scope), "gexf")["network.gexf"], encoding="utf-8")
    back = nx.read_gexf(path)
    graph = dynamic(scope.line, scope)
    assert back.graph["mode"] == "dynamic"
    assert {name: _known(data) for name, data in back.nodes(data=True)} == dict(graph.nodes(data=True))
    assert _edges(back) == _edges(graph)


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def _edges(graph: nx.MultiGraph) -> list[tuple[Any, ...]]:
    found = []
    for one, two, data in graph.edges(data=True):
        kept = {key: value for key, value in data.items() if key in ("status", "confirmed", "start", "end")}
        found.append((*sorted((one, two)), *sorted(_known(kept).items())))
    return sorted(found)


def test_the_gexf_is_dynamic_by_dates_and_has_no_viz() -> None:
    """Version 1.2draft, mode dynamic, timeformat date, days on edges, no viz attributes, no clock."""
    text = export(Architecture(scope_of(world("inf-endgame"))), "gexf")["network.gexf"]
    root = ElementTree.fromstring(text)
    space = {"g": "http://www.gexf.net/1.2draft"}
    graph = root.find("g:graph", space)
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    meta = root.find("g:meta", space)
    assert meta is not None
    assert meta.get("lastmodifieddate") is None  # no clock, and no day that is still to come
    edges = root.findall(".//g:edge", space)
    assert edges
    assert all(one.get("start") for one in edges)
    assert "viz" not in text


def test_edges_name_what_began_them() -> None:
    """The table of edges has the act, its legal basis and its sources; what no source confirms is marked."""
    found = rows(export(Architecture(scope_of(world("cfe-endgame"))), "edges")["edges.csv"])
    one = next(row for row in found if (row["source"], row["target"], row["status"]) == ("RUS", "cfe", "suspended"))
    assert (one["start"], one["end"], one["act"]) == ("2007-12-12", "2023-11-06", "suspension_effective")
    assert one["sources"].startswith("http")
    assert "VCLT" in one["basis"]
    assert {row["confirmed"] for row in found} <= {"0", "1"}


def test_panels_and_codebook_say_where_the_list_of_parties_is_not_complete() -> None:
    """The Arms Trade Treaty's list ends in June 2018: months, States' years and the codebook say so."""
    line = world("record")
    view = Architecture(scope_of(line, treaties=["att", "cfe"], states=["POL"]))
    months = export(view, "treaty-month", "2018-05-01", "2018-07-31")
    found = {(row["treaty"], row["month"]): row["list_complete"] for row in rows(months["treaty-month.csv"])}
    assert [found["att", month] for month in ("2018-05", "2018-06", "2018-07")] == ["1", "0", "0"]
    assert {found["cfe", month] for month in ("2018-05", "2018-06", "2018-07")} == {"1"}
    assert "`att` (complete up to 2018-06-18; missing: later signatures and instruments)" in months["codebook.md"]
    years = export(view, "state-year", "2016-01-01", "2019-12-31")
    assert [row["partial_lists"] for row in rows(years["state-year.csv"])] == ["0", "0", "1", "1"]
    early = export(view, "state-year", "2010-01-01", "2012-12-31")
    assert "does not hold all parties of these" not in early["codebook.md"]


def test_the_codebook_tells_readers_what_a_missing_value_is() -> None:
    """An empty cell is missing and nothing else is; pandas must be told both."""
    text = export(Architecture(scope_of(world("inf-endgame"))), "state-year")["codebook.md"]
    assert 'keep_default_na=False, na_values=[""]' in text
