"""Shares, fans, indicators, networks and lifecycles: the numbers and marks that they draw."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import pytest

import simulator as ts
from simulator.analysis.indicators import Architecture
from simulator.analysis.network import TIES, bipartite
from simulator.analysis.scope import scope_of
from simulator.analysis.timeline import timeline
from simulator.ensemble.intervals import share_interval
from simulator.errors import StoreError
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES, lifecycle
from simulator.report.charts import (
    Counts,
    Quantiles,
    indicator_levels,
    lifecycle_chart,
    number_fan,
    party_treaty_network,
    probability_fan,
    status_shares,
)
from simulator.report.diagrams import lifecycle_diagram, treaty_diagram
from simulator.report.lifecycles import PLACES
from simulator.report.network import groups_of
from tests.unit.chartlab import data_of, encodings, layers

MONTHS = ["2007-10-31", "2007-11-30", "2007-12-31"]
COUNTS = Counts("RUS under CFE", MONTHS, ["in_force", "suspended", "signed"], [[10, 0, 0], [7, 3, 0], [2, 8, 0]], 10)
NUMBERS = Counts("Parties", MONTHS, [30, 29, 28], [[20, 0, 0], [10, 9, 1], [0, 1, 19]], 20)


# -- ensembles -----------------------------------------------------------------------------------------------------


def test_shares_are_stacked_from_what_binds_to_what_does_not() -> None:
    """Each status fills from the one below it; all together fill everything; what nobody has is left out."""
    chart = status_shares(COUNTS)
    rows = data_of(chart, "areas")
    assert [(one["month"], one["is"], one["low"], one["high"]) for one in rows if one["month"] == "2007-12-31"] == [
        ("2007-12-31", "in_force", 0.0, 0.2),
        ("2007-12-31", "suspended", 0.2, 1.0),
    ]
    (area,) = encodings(chart, "areas", "area")
    assert (area["y"]["field"], area["y2"]["field"], area["x"]["field"]) == ("low", "high", "month")
    assert area["y"]["scale"]["domain"] == [0, 1]
    assert area["color"]["scale"]["domain"] == ["F in force", "U suspended"]
    assert "signed" not in chart.table.columns
    assert chart.table.records()[-1] == {"month": "2007-12-31", "runs": "10", "in force": "2", "suspended": "8"}
    assert data_of(chart, "months")[1]["text"] == "2007-11-30: in force 70.0%, suspended 30.0%"


def test_letters_of_shares_stand_in_their_areas() -> None:
    """A letter is inside of the area of its status; where no month has room, there is none."""
    chart = status_shares(COUNTS)
    areas = {(one["month"], one["is"]): (one["low"], one["high"]) for one in data_of(chart, "areas")}
    letters = data_of(chart, "letters")
    assert [one["t"] for one in letters] == ["F", "U"]
    for one, status in zip(letters, ("in_force", "suspended"), strict=True):
        low, high = areas[one["month"], status]
        assert low < one["y"] < high
    thin = Counts("x", MONTHS, ["in_force", "signed"], [[99, 1]] * 3, 100)
    assert [one["t"] for one in data_of(status_shares(thin), "letters")] == ["F"]


def test_a_fan_of_numbers_has_the_quantiles_of_the_runs() -> None:
    """The smallest number that at least so many of the runs do not exceed."""
    chart = number_fan(NUMBERS, record=[30, 30, 28])
    names = ("p5", "p25", "p50", "p75", "p95")
    found = [[one[name] for name in names] for one in data_of(chart, "months")]
    assert found == [[30, 30, 30, 30, 30], [28, 29, 29, 30, 30], [28, 28, 28, 28, 28]]
    assert chart.table.columns == ("month", "5%", "25%", "50%", "75%", "95%", "record")
    assert chart.table.rows[1] == ("2007-11-30", "28", "29", "29", "30", "30", "30")
    outer, inner = encodings(chart, "fan", "area")
    assert [(one["y"]["field"], one["y2"]["field"]) for one in (outer, inner)] == [("p5", "p95"), ("p25", "p75")]
    assert [one["y"]["field"] for one in encodings(chart, "fan", "line")] == ["p50", "record"]
    assert len(encodings(number_fan(NUMBERS), "fan", "line")) == 1
    assert "record" not in number_fan(NUMBERS).table.columns
    with pytest.raises(StoreError, match="2 values of the record, but 3 months"):
        number_fan(NUMBERS, record=[30, 29])
    many = Counts("x", ["2020-01-31"], [0, 1], [[7, 133]], 140)
    assert data_of(number_fan(many), "months")[0]["p5"] == 0, "7 of 140 runs are five in a hundred"


def test_a_fan_of_a_probability_has_the_intervals_of_its_counts() -> None:
    """Share and interval at 95 % of each month, as everywhere else in the package."""
    chart = probability_fan(COUNTS, ["suspended", "signed"])
    for one, hits in zip(data_of(chart, "months"), (0, 3, 8), strict=True):
        low, high, _ = share_interval(hits, 10)
        assert (one["p"], one["low"], one["high"]) == (hits / 10, low, high)
    assert chart.table.records()[1]["runs that have it"] == "3"
    assert "suspended or signed" in chart.title


def test_the_last_value_lasts_as_long_as_the_one_before() -> None:
    """A value holds from its month's end to the next; steps are drawn, no slopes."""
    for chart, name in ((status_shares(COUNTS), "areas"), (number_fan(NUMBERS), "fan")):
        assert max(one["month"] for one in data_of(chart, name)) == "2008-01-31"
        marks = [one["mark"] for one in layers(chart.spec()) if one["mark"]["type"] in ("area", "line")]
        assert {one["interpolate"] for one in marks} == {"step-after"}


@pytest.mark.parametrize(
    ("months", "classes", "table", "runs", "words"),
    [
        (MONTHS, ["in_force"], [[10], [10]], 10, "2 rows, but 3 months"),
        (["2007-10-31"], ["in_force"], [[9]], 10, "2007-10-31: 1 counts with the sum 9; expected 1 counts"),
        (["2007-10-31"], ["in_force", "signed"], [[11, -1]], 10, "none below 0"),
        (["2007-10-31"], ["in_force"], [[0]], 0, "at least one run"),
        ([], ["in_force"], [], 10, "0 rows, but 0 months"),
    ],
)
def test_counts_that_do_not_add_up_are_refused(
    months: list[str], classes: list[str], table: list[list[int]], runs: int, words: str
) -> None:
    """The error says where and what was expected."""
    with pytest.raises(StoreError, match=words):
        Counts("x", months, classes, table, runs)


def test_arrays_and_dates_are_taken_as_an_ensemble_gives_them() -> None:
    """Counts of a pair and quantiles of the parties bound, month by month, become charts without any other step."""
    found = ts.run_many("inf-endgame", 20, jobs=1)
    counts = Counts("RUS under INF", found.months, STATUSES, found.counts("inf", "RUS").T, found.runs)
    chart = status_shares(counts)
    last = chart.table.records()[-1]
    assert last["month"] == found.months[-1].isoformat()
    assert int(last["terminated"]) == found.counts("inf", "RUS")[STATUSES.index("terminated"), -1]
    fan = number_fan(Quantiles("Parties of INF", found.months, found.bound("inf").T, found.runs))
    assert [one["p50"] for one in data_of(fan, "months")] == found.bound("inf")[2].tolist()
    chart.figure.to_dict()
    with pytest.raises(StoreError, match="expected five numbers, none below the one before"):
        Quantiles("x", ["2020-01-31"], [[3, 2, 1, 0, 0]], 10)


def test_a_class_that_is_no_status_is_refused() -> None:
    """Shares are of statuses."""
    with pytest.raises(StoreError, match="'bound' is no status; the statuses are non_party, signed"):
        status_shares(Counts("x", ["2007-10-31"], ["bound"], [[1]], 1))


# -- indicators ----------------------------------------------------------------------------------------------------


def test_levels_are_exact_and_have_gaps_where_nothing_is_defined() -> None:
    """I3 falls from 1 to 0 overnight; I5 is then not defined, and its line ends."""
    view = Architecture(scope_of(timeline(ts.replay("cfe-endgame"))))
    chart = indicator_levels(view.series(["2007-12-01", "2007-12-11", "2007-12-12"]), about="About.")
    spans = {(one["name"], one["date"]): one for one in data_of(chart, "levels")}
    assert (spans["I3", "2007-12-01"]["value"], spans["I3", "2007-12-01"]["until"]) == (1.0, "2007-12-12")
    assert spans["I3", "2007-12-12"]["value"] == 0.0
    assert spans["I5", "2007-12-12"]["value"] is None
    assert spans["I5", "2007-12-12"]["shown"] == "not defined"
    corners = [one for one in data_of(chart, "corners") if one["name"] == "I5"]
    assert {one["date"] for one in corners} == {"2007-12-01", "2007-12-12"}
    last = chart.table.records()[-1]
    assert (last["I3"], last["I5"]) == ("0", "")
    assert Fraction(last["I1"]) == view.density("2007-12-12").value
    assert len(chart.spec()["vconcat"]) == 5
    assert "I3 between 0.00 (2007-12-12) and 1.00 (2007-12-01)" in chart.description
    assert chart.spec()["title"]["subtitle"][0] == "About."


def test_no_profile_is_an_error() -> None:
    """There is nothing to draw."""
    with pytest.raises(StoreError, match="at least one day"):
        indicator_levels([])


# -- networks ------------------------------------------------------------------------------------------------------


def network(name: str, day: str) -> nx.Graph:
    return bipartite(scope_of(timeline(ts.replay(name))), day, TIES)


def test_every_tie_is_in_the_table_and_stands_for_its_status() -> None:
    """The table has each edge of the graph; groups are the States with the same ties."""
    graph = network("cfe-endgame", "2010-01-01")
    chart = party_treaty_network(graph, "2010-01-01")
    told = {(one["party"], one["treaty"], one["status"][2:].replace(" ", "_")) for one in chart.table.records()}
    assert told == {(*sorted(edge, key=str.islower), status) for *edge, status in graph.edges(data="status")}
    groups, treaties, alone = groups_of(graph)
    assert sum(len(group.parties) for group in groups) + len(alone) == 56
    assert ("RUS",) in [group.parties for group in groups]
    assert f"{len(alone)} States without a tie are not drawn." in chart.spec()["title"]["subtitle"]
    assert set(treaties) == {"cfe", "cfe-adapted-1999", "cfe-flank-1996"}


def test_lines_have_dashes_and_letters_where_a_treaty_is_not_in_force() -> None:
    """A line for each group and treaty; a letter on those that are no full tie; the kinds differ in shape."""
    chart = party_treaty_network(network("cfe-endgame", "2010-01-01"), "2010-01-01", form="lines")
    lines = data_of(chart, "lines")
    assert len(lines) == 9
    (drawn,) = encodings(chart, "lines", "rule")
    dashes = dict(
        zip(drawn["strokeDash"]["scale"]["domain"], map(tuple, drawn["strokeDash"]["scale"]["range"]), strict=True)
    )
    assert len(set(dashes.values())) == len(dashes) == 4
    letters = sorted(one["t"] for one in data_of(chart, "marks"))
    assert letters == sorted(
        "U" if one["is"] == "suspended" else one["is"][0].upper() for one in lines if one["is"] != "in_force"
    )
    assert {one["kind"] for one in data_of(chart, "nodes")} == {"party", "treaty"}
    (nodes,) = encodings(chart, "nodes", "point")
    assert nodes["shape"]["scale"]["range"] == ["circle", "square"]


def test_many_lines_become_a_table_of_letters() -> None:
    """A cell with its letter for each group and treaty; two groups with one short name keep rows of their own."""
    graph = network("ottawa-eastern-flank", "2020-01-01")
    chart = party_treaty_network(graph, "2020-01-01", form="letters", width=390)
    groups, _, _ = groups_of(graph)
    cells = data_of(chart, "cells")
    assert len(cells) == sum(len(group.ties) for group in groups)
    assert len({one["row"] for one in cells}) == len(groups)
    assert all(one["letter"] == {"in_force": "F", "signed": "S", "ratified": "R"}[one["is"]] for one in cells)
    box, text = encodings(chart, "cells", "rect")[0], encodings(chart, "cells", "text")[0]
    assert box["x"]["field"] == "treaty" and box["y"]["field"] == "row"
    assert text["text"]["field"] == "letter"


def test_a_day_without_ties_is_said() -> None:
    """An empty network is drawn as one."""
    graph = network("inf-endgame", "2020-01-01")
    chart = party_treaty_network(graph, "2020-01-01", width=390)
    assert "No State has a tie" in chart.description
    assert chart.png(scale=1).startswith(b"\x89PNG")


# -- lifecycles ----------------------------------------------------------------------------------------------------


def test_every_status_has_its_place() -> None:
    """Boxes of one machine do not overlap, on a desk and on a telephone."""
    assert set(PLACES["party"]) == set(STATUSES)
    assert set(PLACES["treaty"]) == set(TREATY_STATUSES)
    for machine in ("party", "treaty"):
        for width in (1200, 390):
            boxes = data_of(lifecycle_chart(lifecycle_diagram(machine), width=width), "boxes")
            assert len(boxes) == 7
            for one in boxes:
                assert 0 <= one["x"] and one["x2"] <= width - 16
                others = [other for other in boxes if other is not one]
                assert all(
                    one["x2"] < other["x"] or other["x2"] < one["x"] or one["y2"] < other["y"] or other["y2"] < one["y"]
                    for other in others
                )


@pytest.mark.parametrize("name", ["party", "treaty"])
def test_every_move_is_drawn_or_said(name: str) -> None:
    """All moves of the table of moves are in the table of the chart; each pair of statuses has one arrow."""
    diagram = lifecycle_diagram(name, quiet=True)
    chart = lifecycle_chart(diagram)
    told = {one["move"].split()[0] for one in chart.table.records()}
    assert told == {move.id for move in lifecycle().of(name)}
    edges = [edge for edge in diagram.machines[0].edges if edge.source != edge.target]
    assert len({one["edge"] for one in data_of(chart, "arrows")}) == len(edges)
    assert len(data_of(chart, "marks")) == len(edges)
    assert "moves that keep the status are in the table alone" in " ".join(chart.spec()["title"]["subtitle"])
    (arrows,) = encodings(chart, "arrows", "line")
    assert (arrows["detail"]["field"], arrows["order"]["field"]) == ("edge", "n")


@pytest.mark.parametrize("width", [1200, 390])
def test_numbers_on_arrows_can_be_read(width: int) -> None:
    """No two of them lie on each other, and none under a box."""
    chart = lifecycle_chart(lifecycle_diagram("party"), width=width)
    marks = [(one["x"], one["y"], len(one["t"]) * 5.0) for one in data_of(chart, "marks")]
    clashes = [
        (one, other)
        for place, one in enumerate(marks)
        for other in marks[place + 1 :]
        if abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < 9
    ]
    assert clashes == []
    for x, y, _ in marks:
        assert not [one for one in data_of(chart, "boxes") if one["x"] < x < one["x2"] and one["y"] < y < one["y2"]]


@pytest.mark.parametrize("name", ["cfe", "inf", "new-start", "nato", "npt", "vienna-document-2011"])
def test_treaties_of_every_shape_can_be_drawn(name: str) -> None:
    """Two machines below each other, with their titles; no arrow without its boxes."""
    chart = lifecycle_chart(treaty_diagram(name), width=390)
    heads = data_of(chart, "heads")
    assert [one["t"] for one in heads] == ["a party", "the treaty"]
    assert heads[0]["y"] < heads[1]["y"]
    names = {one["t"].removeprefix("suspended") for one in data_of(chart, "boxes")}
    assert {"F in force", "in force"} & names
    assert all(len(one["text"]) > 10 for one in data_of(chart, "marks"))
