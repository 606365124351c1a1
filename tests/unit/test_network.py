"""Networks: edges are positions, ties are shared treaties, and what networkx computes is what theory says."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import networkx as nx
import pytest

from simulator.analysis.network import bipartite, centralities, critical_nodes, dyadic, dynamic, label_of
from simulator.analysis.scope import Scope, scope_of
from simulator.analysis.timeline import day_text
from simulator.analysis.worlds import world
from simulator.scenario.load import load_text
from tests.unit.architectures import day, lived, replay_until, toy_scope

# Two pairs with a treaty each, and one State that is in both: everything between the two hangs on it.
BRIDGE = """
schema: 1
id: bridge
title: Two groups and one State between them
period: {from: 2000-01-01, to: 2005-12-31}
treaties:
  left: {title: Left, clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}}}
  right: {title: Right, clauses: {entry_into_force: {rule: {count: 2}}, accession: {open: true}}}
events:
  - {id: a, date: 2000-02-01, kind: act, acts: [{act: accede, treaty: left, party: [AUT, BEL, CHE]}]}
  - {id: b, date: 2000-02-01, kind: act, acts: [{act: accede, treaty: right, party: [CHE, DNK, ESP]}]}
"""


def bridge() -> Scope:
    return scope_of(lived(load_text(BRIDGE, "bridge")), states="all")


@pytest.mark.parametrize("date", ["2000-01-31", "2000-02-01", "2005-12-31"])
def test_edges_are_the_positions_in_force(date: str) -> None:
    """An edge stands where a replay that ends on the day has the status in force, and nowhere else."""
    loaded = load_text(BRIDGE, "bridge")
    trace = replay_until(loaded, day(date))
    graph = bipartite(bridge(), date)
    wanted = {(one.party, one.treaty) for one in trace.final if one.status == "in_force"}
    assert {tuple(sorted(edge, key=str.islower)) for edge in graph.edges} == wanted  # codes of States are upper case
    assert nx.is_bipartite(graph)
    assert {data["bipartite"] for _, data in graph.nodes(data=True)} == {0, 1}


def test_ties_of_two_states_are_the_treaties_both_perform() -> None:
    """On some days of the record the weight of every tie is counted from single statuses."""
    scope = scope_of(world("record"))
    line = scope.line
    for date in ("1993-01-01", "2008-01-01", "2023-12-31"):
        number, graph = day(date), dyadic(scope, date)
        assert set(graph) == set(scope.states(number))
        for one, two in combinations(sorted(graph), 2):
            both = [
                name
                for name in scope.binding
                if line.status(one, name, number) == line.status(two, name, number) == "in_force"
                and not {(one, two), (two, one)} & set(line.suspended_toward(name, number))
            ]
            tie = graph.edges[one, two] if graph.has_edge(one, two) else {"weight": 0, "treaties": ""}
            assert (tie["weight"], [name for name in tie["treaties"].split(";") if name]) == (len(both), both)


def test_pairwise_suspension_unties_two_states() -> None:
    """From 2023-10-30 to its full suspension Belarus shares CFE with Hungary and not with Poland."""
    scope = scope_of(world("cfe-endgame"), treaties=["cfe"])
    graph = dyadic(scope, "2023-10-30")
    assert graph.has_edge("BLR", "HUN")
    assert not graph.has_edge("BLR", "POL")
    assert not graph.has_edge("BLR", "CZE")
    assert dyadic(scope, "2023-10-29").has_edge("BLR", "POL")


def test_centralities_of_a_bow_tie() -> None:
    """The State between two pairs lies on all four shortest paths between them, of six between other States."""
    found = centralities(dyadic(bridge(), "2001-01-01"))
    assert found["CHE"].betweenness == pytest.approx(4 / 6)
    assert [found[one].betweenness for one in ("AUT", "BEL", "DNK", "ESP")] == [0, 0, 0, 0]
    assert (found["CHE"].degree, found["AUT"].degree, found["CHE"].strength) == (4, 2, 4)
    assert found["CHE"].closeness == 1
    assert found["CHE"].eigenvector is not None
    assert found["CHE"].eigenvector == pytest.approx(max(one.eigenvector or 0 for one in found.values()))


def test_centralities_of_nobody() -> None:
    """Without a tie nothing is central, and there is no eigenvector."""
    found = centralities(dyadic(bridge(), "2000-01-15"))
    assert {one.degree for one in found.values()} == {0}
    assert {one.eigenvector for one in found.values()} == {None}


def test_what_hangs_on_a_node() -> None:
    """Without the State in the middle the two pairs lose each other; without a treaty its pair is on its own."""
    found = {one.name: one for one in critical_nodes(bridge(), "2001-01-01")}
    assert set(found) == {"CHE", "left", "right"}
    assert (found["CHE"].lost_pairs, found["CHE"].kind, found["CHE"].cuts) == (4, "party", True)
    assert found["left"].lost_pairs == 10 - 3  # five States connected, then three
    assert critical_nodes(bridge(), "2000-01-15") == []


def test_the_dynamic_graph_has_an_edge_for_every_span() -> None:
    """Spans that tie become edges with their first and last day; open ones have no end; withdrawn States have none."""
    scope = toy_scope()
    graph = dynamic(scope.line, scope)
    spans = [
        (party, name, span)
        for name in scope.instruments
        for party in scope.people
        for span in scope.line.spans(party, name)
    ]
    wanted = {
        (party, name, span.status, day_text(span.start), day_text(span.end - 1) if span.end else None)
        for party, name, span in spans
        if span.status in ("signed", "ratified", "in_force", "suspended")
    }
    got = {
        (*sorted((one, two), key=str.islower), data["status"], data["start"], data.get("end"))
        for one, two, data in graph.edges(data=True)
    }
    assert got == wanted
    assert len(wanted) == graph.number_of_edges()


def test_the_dynamic_graph_is_cut_to_the_days_asked_for() -> None:
    """Edges that end before or begin after are left out, others begin and end inside; what goes on has no end."""
    scope = toy_scope()
    graph = dynamic(scope.line, scope, "2008-01-01", "2012-12-31")
    rows = {(*sorted((one, two), key=str.islower), data["status"]): data for one, two, data in graph.edges(data=True)}
    assert ("RUS", "cfe-toy", "in_force") not in rows
    assert rows["RUS", "cfe-toy", "suspended"]["start"] == "2008-01-01"
    assert rows["RUS", "top-toy", "signed"] == {
        "status": "signed",
        "confirmed": True,
        "start": "2010-04-08",
        "end": "2011-02-04",
    }
    assert all("end" not in data for key, data in rows.items() if key[2] == "in_force")


def test_states_that_end_are_nodes_with_an_end() -> None:
    """The Soviet Union is there to the day before it ceased, with its number; a treaty that ended has an end."""
    scope = scope_of(world("record"), treaties=["inf"])
    graph = dynamic(scope.line, scope, "1988-01-01", "2026-01-01")
    assert graph.nodes["SUN"]["end"] == "1991-12-25"
    assert (graph.nodes["SUN"]["ccode"], graph.nodes["RUS"]["ccode"]) == (365, 365)
    assert graph.nodes["RUS"]["start"] == "1991-12-26"
    assert graph.nodes["inf"]["end"] == "2019-08-01"


def test_labels_are_names() -> None:
    """States and treaties are shown by name, unknown ids as they are."""
    assert [label_of(one) for one in ("USA", "npt", "left")] == ["United States", "NPT", "left"]


def test_importing_the_analysis_costs_no_networkx() -> None:
    """networkx is imported by the functions that need it, not by the modules."""
    code = (
        "import sys, simulator.analysis.network, simulator.analysis.export, simulator.cli.export, "
        "simulator.cli.indicators; print('networkx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
