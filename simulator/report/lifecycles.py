"""State machines as charts: statuses at fixed places, moves as arrows with their numbers, the rest in the table.

`simulator.report.diagrams` has the machines, and writes them as Mermaid and DOT, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import hypot
from typing import Any, Final

from simulator.report.diagrams import Diagram, Edge, Machine
from simulator.report.drawing import NARROW, Chart, Table, altair, chart, data
from simulator.report.palette import INK, LOOKS, words

__all__ = ["PLACES", "lifecycle_chart"]

# Column and row of each status, so that few arrows cross; on a telephone the picture is turned.
PLACES: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "party": {
        "non_party": (2, 0),
        "signed": (0, 1),
        "ratified": (1.3, 1),
        "in_force": (2.7, 1),
        "suspended": (4, 1),
        "withdrawn": (1.8, 2),
        "terminated": (3.4, 2),
    },
    "treaty": {
        "negotiated": (0, 1),
        "adopted": (1, 0),
        "open": (2, 1),
        "in_force": (3, 1),
        "suspended_as_whole": (4, 1),
        "lapsed": (1, 2),
        "terminated": (3.5, 2),
    },
}
_STEPS: Final = 18
# How far along an arrow its numbers stand: not where many arrows meet, and not where there and back lie close.
_AT, _IN, _OUT = 0.38, 0.5, 0.7
_BARB: Final = 7


def lifecycle_chart(diagram: Diagram, *, width: int = 1000) -> Chart:
    """Return the chart of a diagram; an arrow carries the numbers of its moves, the table what they are.

    Moves that keep the status are in the table alone.

    >>> from simulator.report.diagrams import lifecycle_diagram
    >>> found = lifecycle_chart(lifecycle_diagram("party"))
    >>> found.table.records()[0]["move"]
    'P1 sign (VCLT 7, 10-12, 18(a))'
    """
    sketch = _Sketch(width)
    for machine in diagram.machines:
        sketch.machine(machine, titled=len(diagram.machines) > 1)
    cells = [
        (machine.title, words(edge.source), words(edge.target), label)
        for machine in diagram.machines
        for edge in machine.edges
        for label in edge.labels
    ]
    still = sum(len(edge.moves) for one in diagram.machines for edge in one.edges if edge.source == edge.target)
    told = [
        "Arrows are moves by their numbers in the table of moves; the table of this chart has their legal basis.",
        f"{still} moves that keep the status are in the table alone." if still else "",
    ]
    head = {"subtitle": told, "width": width}
    table = Table.of(("machine", "from", "to", "move"), cells)
    return chart("lifecycle", sketch.figure(), diagram.title, _description(diagram), table, rows=sketch.rows, **head)


def _description(diagram: Diagram) -> str:
    parts = []
    for machine in diagram.machines:
        after: dict[str, list[str]] = {}
        for edge in machine.edges:
            if edge.source != edge.target:
                after.setdefault(words(edge.source), []).append(words(edge.target))
        moves = "; ".join(f"from {source} to {_either(targets)}" for source, targets in after.items())
        parts.append(f"{machine.title.capitalize()} begins as {words(machine.initial)}. It can go {moves}.")
    return " ".join(parts)


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


class _Sketch:
    """Places boxes and arrows in pixels, machine below machine."""

    def __init__(self, width: int) -> None:
        self.narrow, self.y = width < NARROW, 0.0
        self.plot = width - 16
        self.box = (76, 28) if self.narrow else (96, 30)
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("arrows", "marks", "boxes", "heads")}

    def machine(self, machine: Machine, *, titled: bool) -> None:
        """Draw one machine below what there is."""
        if titled:
            self.rows["heads"].append({"x": 0, "y": self.y + 10, "t": machine.title})
            self.y += 24
        places, down = PLACES[machine.id], 100 if self.narrow else 120
        spots = {name: self._spot(*places[name], down) for name in machine.statuses}
        for name, (x, y) in spots.items():
            self._box(name, x, y, machine)
        for edge in machine.edges:
            if edge.source != edge.target:
                self._arrow(machine, edge, spots)
        self.y += down * (4 if self.narrow else 2) + self.box[1] + 40

    def _spot(self, column: float, row: float, down: float) -> tuple[float, float]:
        if self.narrow:
            column, row = row, column
        across, wide = (2 if self.narrow else 4), self.box[0]
        return wide / 2 + 2 + column * (self.plot - wide - 4) / across, self.y + row * down + self.box[1] / 2 + 10

    def _box(self, name: str, x: float, y: float, machine: Machine) -> None:
        look = LOOKS.get(name) if machine.id == "party" else None
        wide, high = self.box
        label = words(name).replace("suspended as whole", "suspended")
        text = f"status {words(name)}{', where it begins' if name == machine.initial else ''}"
        place = {"x": x - wide / 2, "x2": x + wide / 2, "y": y - high / 2, "y2": y + high / 2, "cx": x, "cy": y}
        fill, ink = (look.colour, "#FFFFFF" if _dark(name) else INK) if look else ("#F2F2F2", INK)
        letter = f"{look.letter} " if look else ""
        own = {"t": letter + label, "fill": fill, "ink": ink, "line": 2.5 if name == machine.initial else 1}
        self.rows["boxes"].append(place | own | {"text": text})

    def _arrow(self, machine: Machine, edge: Edge, spots: Mapping[str, tuple[float, float]]) -> None:
        points = _curve(spots[edge.source], spots[edge.target], self.box)
        at = {edge.source: _OUT, edge.target: _IN}.get(machine.initial, _AT)
        middle = points[round(at * _STEPS)]
        named = 1 if self.narrow and len(edge.moves) > 2 else 3
        more = len(edge.moves) - named
        name = f"{machine.id}: {edge.source} to {edge.target}"
        text = f"{words(edge.source)} to {words(edge.target)}: {'; '.join(edge.labels)}"
        drawn = [*points, *_barbs(points)]
        self.rows["arrows"] += [
            {"edge": name, "n": n, "x": round(x, 1), "y": round(y, 1), "text": text} for n, (x, y) in enumerate(drawn)
        ]
        label = " ".join(edge.moves[:named]) + (f" +{more}" if more > 0 else "")
        self.rows["marks"].append({"x": middle[0], "y": middle[1], "t": label, "text": text})

    def figure(self) -> Any:
        """Arrows below, then their numbers, then the boxes."""
        alt, plain = altair(), {"aria": False, "tooltip": None}
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, self.plot], nice=False), axis=None)
        y = alt.Y("y:Q", scale=alt.Scale(domain=[0, self.y], reverse=True, nice=False), axis=None)
        arrows = data("arrows").mark_line(color="#5A5A5A", strokeWidth=1.3, aria=False)
        layers = [arrows.encode(x=x, y=y, detail="edge:N", order="n:Q", tooltip="text:N")]
        for ring in ({"stroke": "white", "strokeWidth": 4, "aria": False}, {}):
            marks = data("marks").mark_text(fontSize=10, color=INK, baseline="middle", **ring)
            told = {} if ring else {"tooltip": "text:N", "description": "text:N"}
            layers.append(marks.encode(x=x, y=y, text="t:N", **told))
        boxes = data("boxes").mark_rect(cornerRadius=8, stroke=INK)
        fill, line = alt.Color("fill:N", scale=None), alt.StrokeWidth("line:Q", scale=None)
        layers.append(
            boxes.encode(
                x=x, x2="x2", y=y, y2="y2", color=fill, strokeWidth=line, description="text:N", tooltip="text:N"
            )
        )
        for name, at, look in (
            ("boxes", ("cx:Q", "cy:Q"), {"fontSize": 10 if self.narrow else 11, "fontWeight": "bold"}),
            ("heads", ("x:Q", "y:Q"), {"fontSize": 13, "fontWeight": "bold", "align": "left"}),
        ):
            text = data(name).mark_text(baseline="middle", **look, **plain)
            ink = {"color": alt.Color("ink:N", scale=None)} if name == "boxes" else {}
            layers.append(text.encode(x=at[0], y=at[1], text="t:N", **ink))
        return alt.layer(*layers).properties(width=self.plot, height=self.y)


def _dark(name: str) -> bool:
    return name in ("in_force", "withdrawn", "terminated")


def _curve(start: tuple[float, float], end: tuple[float, float], box: tuple[float, float]) -> list[tuple[float, float]]:
    """The points of a curve between two boxes that leaves its straight line to one side: there and back lie apart."""
    (ax, ay), (bx, by) = start, end
    length = hypot(bx - ax, by - ay) or 1
    bend = 14 + 0.1 * length
    cx, cy = (ax + bx) / 2 + (by - ay) / length * bend, (ay + by) / 2 - (bx - ax) / length * bend

    def at(t: float) -> tuple[float, float]:
        u = 1 - t
        return u * u * ax + 2 * u * t * cx + t * t * bx, u * u * ay + 2 * u * t * cy + t * t * by

    free = [t for t in (step / 400 for step in range(401)) if not any(_inside(at(t), one, box) for one in (start, end))]
    return [at(free[0] + (free[-1] - free[0]) * step / _STEPS) for step in range(_STEPS + 1)]


def _inside(point: tuple[float, float], middle: tuple[float, float], box: tuple[float, float]) -> bool:
    return abs(point[0] - middle[0]) <= box[0] / 2 + 2 and abs(point[1] - middle[1]) <= box[1] / 2 + 2


def _barbs(points: list[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """The head of an arrow, drawn as part of its line."""
    (ax, ay), (bx, by) = points[-2], points[-1]
    length = hypot(bx - ax, by - ay) or 1
    dx, dy = (bx - ax) / length * _BARB, (by - ay) / length * _BARB
    yield (bx - dx + dy / 2, by - dy - dx / 2)
    yield (bx, by)
    yield (bx - dx - dy / 2, by - dy + dx / 2)
