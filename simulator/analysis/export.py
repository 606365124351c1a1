"""Files for other tools: GEXF for Gephi and networkx, edge lists and panels as CSV, each with its codebook.

The same timeline gives the same bytes: rows are sorted, nothing is dated by a clock, and text is always in quotes, so
that a code such as NA stays a code (see `_preface` for what readers must be told).

>>> import simulator as ts
>>> from simulator.analysis.scope import scope_of
>>> from simulator.analysis.timeline import timeline
>>> view = Architecture(scope_of(timeline(ts.replay("inf-endgame")), treaties=["inf"]))
>>> sorted(export(view, "state-year", "2018-01-01", "2019-12-31"))
['codebook.csv', 'codebook.md', 'state-year.csv']
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.analysis.fields import codebook_csv, codebook_md, column, columns_of, csv_text
from simulator.analysis.indicators import Architecture
from simulator.analysis.network import dynamic, label_of
from simulator.analysis.panels import (
    DyadYear,
    StateYear,
    TreatyMonth,
    complete,
    dyad_years,
    state_years,
    treaty_months,
)
from simulator.analysis.timeline import day_text, ordinal
from simulator.law.catalogue import partial_lists

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["WHAT", "EdgeRow", "NodeRow", "edges", "export", "gexf", "nodes"]

WHAT = ("gexf", "edges", "state-year", "dyad-year", "treaty-month", "all")
Day = str | int | dt.date


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One row for each State and each instrument of the network."""

    id: str = column("code of the State, id of the instrument", unit="code")
    label: str = column("name")
    kind: str = column("party or treaty")
    ccode: int | None = column(
        "Correlates of War number on the last day of the panel or of the State", unit="COW number"
    )
    start: str | None = column(
        "first day, where it is inside the panel: of the State, open or adopted", unit="ISO date"
    )
    end: str | None = column("last day, where it is inside the panel: of the State, or before the end", unit="ISO date")


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """One row for each span of a status of a State under an instrument."""

    source: str = column("code of the State", unit="code")
    target: str = column("id of the instrument", unit="id")
    status: str = column("signed, ratified, in_force or suspended")
    start: str = column("the first day of the span, cut to the panel", unit="ISO date")
    end: str | None = column("the last day of the span; empty while it lasts", unit="ISO date")
    confirmed: bool = column("whether a source confirms every act that the status rests on")
    act: str = column("the act or effect that began the span")
    basis: str = column("its legal basis")
    sources: str = column("its sources, with semicolons between them", unit="URL")


def gexf(graph: nx.MultiGraph) -> str:
    """Return a dynamic graph as GEXF 1.2draft, without a date of its own: the same graph gives the same bytes.

    Edges and nodes carry `start` and `end` as days; there are no `viz` attributes, which some readers of 1.2draft
    refuse.
    """
    from networkx.readwrite.gexf import GEXFWriter

    writer: Any = GEXFWriter(version="1.2draft")
    writer.add_graph(graph)
    meta = writer.xml.find("meta")
    meta.attrib.pop("lastmodifieddate", None)
    meta.find("creator").text = "treatysim"
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + str(writer) + "\n"


def nodes(graph: nx.MultiGraph) -> Iterator[NodeRow]:
    """Yield the nodes of a dynamic graph as rows, by kind and id."""
    for name, data in sorted(graph.nodes(data=True), key=lambda one: (one[1]["kind"], one[0])):
        yield NodeRow(name, data["label"], data["kind"], data.get("ccode"), data.get("start"), data.get("end"))


def edges(view: Architecture, graph: nx.MultiGraph) -> Iterator[EdgeRow]:
    """Yield the edges of a dynamic graph as rows with what began each span, by instrument, State and day."""
    line = view.scope.line
    for party, treaty, key, data in sorted(_turned(graph), key=lambda row: (row[1], row[0], row[2])):
        began = next(span for span in line.spans(party, treaty) if key.endswith(day_text(span.start)))
        step = line.trace.steps[began.step]
        sources = ";".join(_sources(view, began.step))
        words = (data["status"], data["start"], data.get("end"), began.confirmed, step.act, step.basis, sources)
        yield EdgeRow(party, treaty, *words)


def _turned(graph: nx.MultiGraph) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """The edges with the State first: an undirected graph gives them as it likes."""
    kinds = dict(graph.nodes(data="kind"))
    for one, two, key, data in graph.edges(keys=True, data=True):
        yield (one, two, key, data) if kinds[one] == "party" else (two, one, key, data)


def _sources(view: Architecture, number: int) -> tuple[str, ...]:
    """The sources of a step, or of the nearest step that it follows from."""
    steps = view.scope.line.trace.steps
    while not steps[number].sources and steps[number].cause >= 0:
        number = steps[number].cause
    return steps[number].sources


def export(view: Architecture, what: str, first: Day | None = None, last: Day | None = None) -> dict[str, str]:
    """Return the files of an export by name, with the codebook of those that have columns.

    `first` and `last` default to the run's period; what lies after its last day is not known and is left out.
    Raises ValueError for another `what` and for days in the wrong order.
    """
    line = view.scope.line
    low = ordinal(line.first if first is None else first)
    high = min(line.last, ordinal(line.last if last is None else last))
    if what not in WHAT:
        raise ValueError(f"{what!r} is no export; there are {', '.join(WHAT)}")
    if low > high:
        raise ValueError(f"nothing lies between {day_text(low)} and {day_text(high)}")
    files: dict[str, str] = {}
    tables: list[tuple[str, type[Any]]] = []
    if what in ("gexf", "edges", "all"):
        graph = dynamic(line, view.scope, low, high)
        if what != "edges":
            files["network.gexf"] = gexf(graph)
        if what != "gexf":
            files["nodes.csv"] = csv_text(NodeRow, nodes(graph))
            files["edges.csv"] = csv_text(EdgeRow, edges(view, graph))
            tables += [("nodes.csv", NodeRow), ("edges.csv", EdgeRow)]
    for name, row, rows in (
        ("state-year", StateYear, state_years),
        ("dyad-year", DyadYear, dyad_years),
        ("treaty-month", TreatyMonth, treaty_months),
    ):
        if what in (name, "all"):
            files[f"{name}.csv"] = csv_text(row, rows(view, low, high))
            tables.append((f"{name}.csv", row))
    if tables:
        columns = [one for file, row in tables for one in columns_of(file, row)]
        files["codebook.csv"] = codebook_csv(columns)
        files["codebook.md"] = codebook_md("Codebook", _preface(view, low, high), tables)
    return dict(sorted(files.items()))


def _preface(view: Architecture, low: int, high: int) -> list[str]:
    """What a reader must know of all tables: which run, which States, which treaties, which words."""
    trace, scope = view.scope.line.trace, view.scope
    branch = f", branch {trace.branch}" if trace.branch else ""
    seed = f", seed {trace.seed}" if trace.seed is not None else ""
    names = ", ".join(f"`{name}` ({label_of(name)})" for name in scope.instruments)
    return [
        f"Scenario {trace.scenario}, {trace.mode}{branch}{seed}, view {trace.view}, "
        f"{day_text(low)} to {day_text(high)}. These are outputs of a model: of the record and of the law as the view "
        "reads it, and in a simulation of the scenario's assumptions.",
        f"Instruments: {names}. Those that count for density and for dyads are the treaties among them: "
        f"{', '.join(f'`{name}`' for name in scope.binding)}.",
        'Text stands in quotes and missing values are empty: read with `na.strings = ""` in R and with '
        '`keep_default_na=False, na_values=[""]` in pandas, so that no code is taken for a missing value, and a column '
        "of numbers with gaps stays one of numbers.",
        "A status is the one at the end of a day. A suspended party is a party (VCLT 72). A position is unconfirmed if "
        "an act that it rests on has no source that states its date.",
        *_partial(scope.instruments, high),
    ]


def _partial(treaties: Iterable[str], high: int) -> list[str]:
    """The treaties of which the record does not hold all parties up to the last day."""
    short = [partial_lists()[name] for name in treaties if not complete(name, high)]
    told = "; ".join(
        f"`{one.treaty}` ({f'complete up to {one.complete_until}' if one.complete_until else 'never complete'}; "
        f"missing: {one.missing})"
        for one in short
    )
    return [f"The record does not hold all parties of these, so that counts of States are low: {told}."] if told else []
