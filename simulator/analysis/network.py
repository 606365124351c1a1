"""The architecture as a network: States and treaties on a day, States tied by the treaties they share, and all of it
over time.

Graphs are networkx graphs, so that everything networkx knows can be asked of them. Nodes are the codes of States and
the ids of treaties; a node says with `kind` which it is. Weights are floats here, since networkx computes with floats.

>>> import simulator as ts
>>> from simulator.analysis.scope import scope_of
>>> from simulator.analysis.timeline import timeline
>>> scope = scope_of(timeline(ts.replay("inf-endgame")), treaties=["inf"])
>>> sorted(bipartite(scope, "2018-01-01").edges), list(bipartite(scope, "2020-01-01").edges)
([('RUS', 'inf'), ('USA', 'inf')], [])
>>> dyadic(scope, "2018-01-01").edges["RUS", "USA"]["treaties"]
'inf'
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from simulator.analysis.laws import life
from simulator.analysis.scope import Scope
from simulator.analysis.tasks import cow
from simulator.analysis.timeline import Span, Timeline, day_text, ordinal
from simulator.law.catalogue import parties, treaty_ids
from simulator.law.catalogue import treaty as shipped_treaty

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["TIES", "Central", "Node", "bipartite", "centralities", "critical_nodes", "dyadic", "dynamic", "label_of"]

Day = str | int | dt.date
# The statuses that tie a State to a treaty at all; who is out is no neighbour of it.
TIES = ("signed", "ratified", "in_force", "suspended")
OPERATIVE = frozenset({"in_force"})


def label_of(name: str) -> str:
    """Return the name that people know a State or a treaty by.

    >>> label_of("RUS"), label_of("cfe"), label_of("pact")
    ('Russia', 'CFE', 'pact')
    """
    if name in parties():
        return parties()[name].name
    if name in treaty_ids():
        text = shipped_treaty(name)
        return text.short or text.title
    return name


def bipartite(scope: Scope, day: Day, statuses: Collection[str] = OPERATIVE) -> nx.Graph:
    """Return States and treaties on a day, with an edge where the pair has one of the statuses."""
    import networkx as nx

    number, graph = ordinal(day), nx.Graph(name=f"treaties on {day_text(ordinal(day))}")
    for party in scope.states(number):
        graph.add_node(party, kind="party", bipartite=0, label=label_of(party))
    for treaty in scope.binding:
        graph.add_node(treaty, kind="treaty", bipartite=1, label=label_of(treaty))
        for party in scope.line.of_treaty[treaty]:
            status = scope.line.status(party, treaty, number)
            if party in graph and status in statuses:
                graph.add_edge(party, treaty, status=status)
    return graph


def dyadic(scope: Scope, day: Day) -> nx.Graph:
    """Return the States of a day, tied by the treaties in force between them; `weight` is their number.

    A treaty that is suspended between two States alone does not tie them; who shares nothing stays as a node.
    """
    import networkx as nx

    number, graph = ordinal(day), nx.Graph(name=f"ties on {day_text(ordinal(day))}")
    blocs = scope.blocs_on(number)
    for party in scope.states(number):
        graph.add_node(party, kind="party", label=label_of(party), bloc=blocs.get(party, ""))
    for pair, names in shared(scope, number).items():
        graph.add_edge(*pair, weight=len(names), treaties=";".join(names))
    return graph


def shared(scope: Scope, day: int) -> dict[tuple[str, str], list[str]]:
    """Return for each two States of a day the treaties of the scope that are in force between them."""
    line, found = scope.line, dict[tuple[str, str], list[str]]()
    states = set(scope.states(day))
    for treaty in scope.binding:
        if line.treaty_status(treaty, day) == "suspended_as_whole":
            continue
        apart = {frozenset(pair) for pair in line.suspended_toward(treaty, day)}
        people = line.of_treaty[treaty]
        bound = [one for one in people if one in states and line.status(one, treaty, day) in OPERATIVE]
        for pair in combinations(bound, 2):
            if frozenset(pair) not in apart:
                found.setdefault(pair, []).append(treaty)
    return found


@dataclass(frozen=True, slots=True)
class Central:
    """How central a node is: neighbours, sum of weights, share of shortest paths, closeness, eigenvector.

    `eigenvector` is None where the power iteration does not settle, as in a graph without edges.
    """

    degree: int
    strength: float
    betweenness: float
    closeness: float
    eigenvector: float | None


def centralities(graph: nx.Graph) -> dict[str, Central]:
    """Return the usual centralities of every node, computed by networkx; paths count edges, not weights."""
    import networkx as nx

    degree, strength = dict(graph.degree()), dict(graph.degree(weight="weight"))
    between, close = nx.betweenness_centrality(graph), nx.closeness_centrality(graph)
    eigen: Mapping[str, float] = {}
    if graph.number_of_edges():
        try:
            eigen = nx.eigenvector_centrality(graph, max_iter=2_000, weight="weight")
        except nx.PowerIterationFailedConvergence:
            eigen = {}
    return {
        str(node): Central(degree[node], float(strength[node]), between[node], close[node], eigen.get(node))
        for node in graph
    }


@dataclass(frozen=True, slots=True)
class Node:
    """What hangs on a node of the bipartite graph: the pairs of States that are connected only through it.

    `cuts` says whether the graph falls apart without it. A State's own pairs are not counted among its losses.
    """

    name: str
    kind: str
    lost_pairs: int
    cuts: bool


def critical_nodes(scope: Scope, day: Day) -> list[Node]:
    """Return every node that anything hangs on, by how many pairs of States lose their connection without it.

    Being connected is more than sharing a treaty: it may go by way of other States and treaties.
    """
    import networkx as nx

    graph = bipartite(scope, day)
    cuts = set(nx.articulation_points(graph))
    found = []
    for node, data in graph.nodes(data=True):
        lost = _connected(graph, node, None) - _connected(graph, node, node) if node in cuts else 0
        if data["kind"] == "treaty" and node not in cuts and graph.degree(node) == 0:
            continue
        found.append(Node(node, data["kind"], lost, node in cuts))
    return sorted((one for one in found if one.lost_pairs or one.cuts), key=lambda one: (-one.lost_pairs, one.name))


def _connected(graph: nx.Graph, but: str, without: str | None) -> int:
    """How many pairs of States, one State left out, are connected, without a node of the graph."""
    import networkx as nx

    view = graph if without is None else nx.restricted_view(graph, [without], [])
    states = {name for name, kind in graph.nodes(data="kind") if kind == "party" and name != but}
    sizes = [len(states & part) for part in nx.connected_components(view)]
    return sum(size * (size - 1) // 2 for size in sizes)


def dynamic(line: Timeline, scope: Scope, first: Day | None = None, last: Day | None = None) -> nx.MultiGraph:
    """Return States and treaties over time: an edge for every span of a status, with `start` and `end` as ISO days.

    `end` is the last day of the span (GEXF counts it in) and is missing where the span goes on; spans are cut to the
    days from `first` to `last` (default: the run's period). States that no span touches are left out.
    """
    import networkx as nx

    low, high = ordinal(line.first if first is None else first), ordinal(line.last if last is None else last)
    graph = nx.MultiGraph(mode="dynamic", timeformat="date", name=line.trace.scenario)
    people, rows = set(scope.people), []
    for treaty in scope.instruments:
        graph.add_node(treaty, **_treaty_node(line, treaty, low, high))
        for party in (one for one in line.of_treaty[treaty] if one in people):
            rows += [(party, treaty, span) for span in line.spans(party, treaty) if _inside(span, low, high)]
    for party in sorted({party for party, _, _ in rows}):
        graph.add_node(party, **_state_node(party, low, high))
    for party, treaty, span in rows:
        graph.add_edge(party, treaty, key=f"{treaty}.{party}.{day_text(span.start)}", **_edge(span, low, high))
    return graph


def _inside(span: Span, low: int, high: int) -> bool:
    return span.status in TIES and span.start <= high and (span.end is None or span.end > low)


def _edge(span: Span, low: int, high: int) -> dict[str, Any]:
    found = {"status": span.status, "confirmed": span.confirmed, "start": day_text(max(span.start, low))}
    if span.end is not None and span.end <= high:
        found["end"] = day_text(span.end - 1)
    return found


def _state_node(party: str, low: int, high: int) -> dict[str, Any]:
    """A State as a node: with its first and last day where they fall inside, and its number, if it has one."""
    found: dict[str, Any] = {"kind": "party", "label": label_of(party)}
    first, after = life(party)
    number = cow(party, min(high, after - 1))
    found |= {"ccode": number} if number is not None else {}
    found |= {"start": day_text(first)} if first > low else {}
    return found | ({"end": day_text(after - 1)} if after <= high else {})


def _treaty_node(line: Timeline, treaty: str, low: int, high: int) -> dict[str, Any]:
    """A treaty as a node: it is there from the day on which it is adopted or opened until it ends."""
    found: dict[str, Any] = {"kind": "treaty", "label": label_of(treaty)}
    alive = [span for span in line.treaty_spans(treaty) if span.status not in ("negotiated", "terminated", "lapsed")]
    ended = [span for span in line.treaty_spans(treaty) if span.status in ("terminated", "lapsed")]
    if alive:
        found["start"] = day_text(max(alive[0].start, low))
    if ended and ended[0].start <= high:
        found["end"] = day_text(max(ended[0].start - 1, low))
    return found
