"""The network of States and treaties on a day, as lines between two columns or, where these would cross, as a table of
letters: both are the same network, and States with the same ties stand as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.report.drawing import NARROW, Chart, Table, altair, chart, data
from simulator.report.palette import INK, LOOKS, letter_of, words

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["MOST_LINES", "Group", "groups_of", "party_treaty_network"]

MOST_LINES: Final = 40  # more lines than these cannot be followed from one end to the other
_CHAR: Final = 6.2


@dataclass(frozen=True, slots=True)
class Group:
    """States that have the same ties: `ties` maps treaties to statuses."""

    parties: tuple[str, ...]
    ties: Mapping[str, str]

    def label(self, shown: int, names: Mapping[str, str]) -> str:
        """The first codes, and how many more; a single State has its name as well."""
        if len(self.parties) == 1 and shown > 1:
            code = self.parties[0]
            name = names.get(code, code)
            return code if name == code else f"{code} {name}"
        more = len(self.parties) - shown
        return " ".join(self.parties[:shown]) + (f" +{more}" if more > 0 else "")


def groups_of(graph: nx.Graph) -> tuple[list[Group], list[str], list[str]]:
    """Return the groups of States, the treaties with any tie, and the States without one."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for node, kind in sorted(graph.nodes(data="kind")):
        if kind == "party":
            found[tuple(sorted((name, graph.edges[node, name]["status"]) for name in graph[node]))].append(node)
    alone = found.pop((), [])
    groups = [Group(tuple(parties), dict(ties)) for ties, parties in found.items()]
    treaties = [node for node, kind in sorted(graph.nodes(data="kind")) if kind == "treaty" and graph.degree(node)]
    treaties.sort(key=lambda name: (-graph.degree(name), name))
    return sorted(groups, key=lambda one: (-len(one.ties), -len(one.parties), one.parties)), treaties, alone


def party_treaty_network(
    graph: nx.Graph, day: str, *, form: str = "", width: int = 1000, title: str = "", about: str = ""
) -> Chart:
    """Return the chart of a graph that `simulator.analysis.network.bipartite` has made for a day.

    `form` is `lines` or `letters`; without it lines are drawn while there are few enough of them to be followed.

    >>> import simulator as ts
    >>> from simulator.analysis.network import TIES, bipartite
    >>> from simulator.analysis.scope import scope_of
    >>> from simulator.analysis.timeline import timeline
    >>> graph = bipartite(scope_of(timeline(ts.replay("inf-endgame"))), "2010-01-01", TIES)
    >>> party_treaty_network(graph, "2010-01-01").table.records()[0]
    {'party': 'RUS', 'treaty': 'inf', 'status': 'F in force'}
    """
    groups, treaties, alone = groups_of(graph)
    lines = sum(len(group.ties) for group in groups)
    names = {node: str(label) for node, label in graph.nodes(data="label")}
    drawing = _Lines if (form or ("lines" if lines <= MOST_LINES else "letters")) == "lines" else _Letters
    drawn = drawing(groups, treaties, names, width)
    told = [about, _key(groups), f"{len(alone)} States without a tie are not drawn." if alone else ""]
    people = sum(len(group.parties) for group in groups)
    number = f"{len(treaties)} {'treaty' if len(treaties) == 1 else 'treaties'}"
    said = title or f"{people} States and {number} on {day}"
    edges = sorted(
        (party, name, status) for group in groups for party in group.parties for name, status in group.ties.items()
    )
    table = Table.of(("party", "treaty", "status"), [(p, t, f"{letter_of(s)} {words(s)}") for p, t, s in edges])
    text = " ".join(one for one in (about, _description(treaties, names, edges)) if one)
    head = {"subtitle": told, "width": width}
    return chart("network", drawn.figure(), said, text, table, rows=drawn.rows, **head)


def _key(groups: Sequence[Group]) -> str:
    there = {status for group in groups for status in group.ties.values()}
    return ", ".join(f"{look.letter} {words(name)}" for name, look in LOOKS.items() if name in there) + "."


def _description(treaties: Sequence[str], names: Mapping[str, str], edges: Sequence[tuple[str, str, str]]) -> str:
    if not edges:
        return "No State has a tie to any of the treaties."
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _, name, status in edges:
        counts[name][status] += 1
    parts = (f"{names[name]}: {', '.join(f'{n} {words(s)}' for s, n in counts[name].items())}" for name in treaties)
    return "; ".join(parts) + "."


class _Lines:
    """Two columns with lines between them; both are put into the order that makes lines cross least (barycentres)."""

    def __init__(self, groups: Sequence[Group], treaties: Sequence[str], names: Mapping[str, str], width: int) -> None:
        narrow = width < NARROW
        shown, self.left, self.right = (1, 70, 100) if narrow else (4, 190, 190)
        longest = 14 + max((len(names[name]) for name in treaties), default=0) * _CHAR
        self.right = max(self.right, min(int(longest), width * 2 // 5))
        self.plot = width - self.left - self.right - 18
        ordered, columns = _uncrossed(groups, treaties)
        self.height = max(len(ordered), len(columns), 2) * 34
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("lines", "marks", "nodes", "left", "right")}
        ys = {name: self._y(place, len(columns)) for place, name in enumerate(columns)}
        for place, group in enumerate(ordered):
            y = self._y(place, len(ordered))
            size = len(group.parties)
            text = f"{', '.join(group.parties)}: {len(group.ties)} of the treaties"
            self._node("left", y, group.label(shown, names), text, size)
            for name, status in group.ties.items():
                self._line(group, (y, ys[name]), status, names[name], 0.3 + 0.45 * place / len(ordered))
        for name in columns:
            bound = sum(len(group.parties) for group in groups if name in group.ties)
            self._node("right", ys[name], names[name], f"{names[name]}: {bound} States", 1)

    def _y(self, place: int, number: int) -> float:
        return (place + 0.5) * self.height / max(number, 1)

    def _node(self, side: str, y: float, label: str, text: str, size: int) -> None:
        kind, x = ("party", 0) if side == "left" else ("treaty", self.plot)
        room = int((self.left if side == "left" else self.right) / _CHAR)
        short = label if len(label) <= room else f"{label[: room - 1]}…"
        self.rows["nodes"].append({"x": x, "y": y, "size": 60 + 12 * size, "kind": kind, "text": text})
        self.rows[side].append({"x": x + (-14 if side == "left" else 14), "y": y, "t": short})

    def _line(self, group: Group, ends: tuple[float, float], status: str, treaty: str, at: float) -> None:
        y, y2 = ends
        text = f"{', '.join(group.parties)} under {treaty}: {words(status)}"
        self.rows["lines"].append({"x": 0, "x2": self.plot, "y": y, "y2": y2, "is": status, "text": text})
        if status != "in_force":
            place = {"x": self.plot * at, "y": y + (y2 - y) * at}
            self.rows["marks"].append(place | {"t": letter_of(status)})

    def figure(self) -> Any:
        alt, plain = altair(), {"aria": False, "tooltip": None}
        looks = {name: look for name, look in LOOKS.items() if any(one["is"] == name for one in self.rows["lines"])}
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, self.plot], nice=False), axis=None)
        y = alt.Y("y:Q", scale=alt.Scale(domain=[0, self.height], reverse=True, nice=False), axis=None)
        told = {"tooltip": "text:N", "description": "text:N"}
        colour = alt.Scale(
            domain=[*looks], range=["#A88500" if name == "signed" else one.colour for name, one in looks.items()]
        )
        dash = alt.Scale(domain=[*looks], range=[[*(one.dash or (1, 0))] for one in looks.values()])
        lines = data("lines").mark_rule(strokeWidth=2).encode(
            x=x, y=y, x2="x2", y2="y2", **told,
            color=alt.Color("is:N", scale=colour, legend=None),
            strokeDash=alt.StrokeDash("is:N", scale=dash, legend=None),
        )  # fmt: skip
        layers = [lines]
        for ring in ({"stroke": "white", "strokeWidth": 4}, {}):
            text = data("marks").mark_text(fontSize=11, fontWeight="bold", color=INK, **ring, **plain)
            layers.append(text.encode(x=x, y=y, text="t:N"))
        shape = alt.Scale(domain=["party", "treaty"], range=["circle", "square"])
        nodes = data("nodes").mark_point(filled=True, opacity=1, color="white", stroke=INK, strokeWidth=1.5)
        size = alt.Size("size:Q", scale=None)
        layers.append(nodes.encode(x=x, y=y, size=size, shape=alt.Shape("kind:N", scale=shape, legend=None), **told))
        for side, align in (("left", "right"), ("right", "left")):
            text = data(side).mark_text(align=align, baseline="middle", fontSize=11, color=INK, tooltip=None)
            layers.append(text.encode(x=x, y=y, text="t:N"))
        return alt.layer(*layers).properties(width=self.plot, height=self.height)


def _uncrossed(groups: Sequence[Group], treaties: Sequence[str]) -> tuple[list[Group], list[str]]:
    """Both columns ordered by the mean place of what each is tied to, a few times over."""
    rows, columns = list(groups), list(treaties)
    for _ in range(8):
        place = {name: at / max(len(columns), 1) for at, name in enumerate(columns)}
        rows.sort(key=lambda one: (_mean([place[name] for name in one.ties]), one.parties))
        at = {name: [row / max(len(rows), 1) for row, one in enumerate(rows) if name in one.ties] for name in columns}
        columns.sort(key=lambda name: (_mean(at[name]), name))
    return rows, columns


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


class _Letters:
    """A table of letters: a row for each group of States, a column for each treaty."""

    def __init__(self, groups: Sequence[Group], treaties: Sequence[str], names: Mapping[str, str], width: int) -> None:
        narrow = width < NARROW
        self.left = 62 if narrow else 200
        self.cell = min((width - self.left - (18 if narrow else 70)) / max(len(treaties), 1), 34)
        self.narrow, self.columns = narrow, [names[name] for name in treaties]
        self.pitch = 14 if narrow else 18
        shown = 1 if narrow else 5
        self.order = [group.label(shown, names) for group in groups]
        # Two groups may have the same short name; the place keeps their rows apart.
        self.order = [f"{at + 1}|{label}" for at, label in enumerate(self.order)]
        cells = []
        for label, group in zip(self.order, groups, strict=True):
            for name, status in group.ties.items():
                text = f"{', '.join(group.parties)} under {names[name]}: {words(status)}"
                cell = {"row": label, "treaty": names[name], "is": status, "letter": letter_of(status)}
                cells.append(cell | {"ink": "#FFFFFF" if status == "in_force" else INK, "text": text})
        self.rows = {"cells": cells}

    def figure(self) -> Any:
        alt, plain = altair(), {"aria": False, "tooltip": None}
        looks = {name: look for name, look in LOOKS.items() if any(one["is"] == name for one in self.rows["cells"])}
        turned = alt.Axis(
            orient="top",
            title=None,
            labelAngle=-90 if self.cell < 16 else -60,
            labelLimit=170,
            labelFontSize=10,
            ticks=False,
            domain=False,
        )
        x = alt.X("treaty:N", sort=self.columns, axis=turned, scale=alt.Scale(paddingInner=0.06))
        named = alt.Axis(
            title=None, ticks=False, domain=False, labelFontSize=10, labelLimit=self.left - 6, minExtent=self.left - 6,
            labelExpr="slice(datum.label, indexof(datum.label, '|') + 1)",
        )  # fmt: skip
        y = alt.Y("row:N", sort=self.order, axis=named, scale=alt.Scale(paddingInner=0.12))
        colour = alt.Scale(domain=[*looks], range=[look.colour for look in looks.values()])
        box = data("cells").mark_rect(stroke=INK, strokeWidth=0.4)
        fill = alt.Color("is:N", scale=colour, legend=None)
        layers = [box.encode(x=x, y=y, color=fill, tooltip="text:N", description="text:N")]
        size = min(11, self.cell - 1)
        text = data("cells").mark_text(fontSize=size, fontWeight="bold", baseline="middle", **plain)
        layers.append(text.encode(x=x, y=y, text="letter:N", color=alt.Color("ink:N", scale=None)))
        return alt.layer(*layers).properties(
            width=self.cell * max(len(self.columns), 1), height=self.pitch * max(len(self.order), 1)
        )
