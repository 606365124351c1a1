"""The layers of Vega-Lite that bands are drawn with, from what lies in the back to what answers to the pointer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from simulator.report.drawing import altair, data
from simulator.report.palette import INK, QUIET, look_of

if TYPE_CHECKING:
    from simulator.report.bandsketch import Sketch

__all__ = ["figure_of"]


def figure_of(sketch: Sketch) -> Any:
    """Return everything as one chart of Altair; the same `y` in pixels holds in all layers."""
    alt, layers = altair(), _Layers(sketch)
    parts = [alt.layer(*part) for part in (layers.under(), layers.time(), layers.over(), layers.hits())]
    apart = alt.Resolve(scale=alt.ScaleResolveMap(x="independent"), axis=alt.AxisResolveMap(x="independent"))
    # Each method of a chart copies all of it, so that everything is said at once.
    return alt.layer(*parts, resolve=apart, width=sketch.frame.plot, height=sketch.y)


class _Layers:
    """The layers of a sketch, from the back to the front."""

    def __init__(self, sketch: Sketch) -> None:
        self.alt, self.sketch, self.frame = altair(), sketch, sketch.frame
        alt = self.alt
        self.height = alt.Scale(domain=[0, sketch.y], reverse=True, nice=False, zero=False)
        self.y = alt.Y("y:Q", scale=self.height, axis=None)

    def _when(self, name: str, axis: bool = True, ends: bool = False) -> Any:
        """A place in time. Layers beside each other share a scale, whose `ends` one of them says: a mark without `x2`,
        because of others Vega-Lite warns."""
        alt, frame = self.alt, self.frame
        domain = {"domain": [_milliseconds(frame.low), _milliseconds(frame.high)]} if ends else {}
        scale = alt.Scale(type="utc", nice=False, **domain)
        if not axis:
            return alt.X(f"{name}:T", scale=scale, axis=None)
        grid = {"grid": True, "gridColor": "#EEEEEE", "domainColor": QUIET, "tickColor": QUIET}
        look = alt.Axis(title=None, labelOverlap=True, tickCount=max(frame.plot // 75, 3), **grid)
        return alt.X(f"{name}:T", scale=scale, axis=look)

    def _pixel(self, name: str = "x") -> Any:
        scale = self.alt.Scale(domain=[0, self.frame.plot], nice=False, zero=False)
        return self.alt.X(f"{name}:Q", scale=scale, axis=None)

    def under(self) -> list[Any]:
        """Lines that guide the eye from the label to the bands, and to the events."""
        alt, plain = self.alt, {"aria": False, "tooltip": None}
        guides = data("guides").mark_rule(color="#E4E4E4", **plain)
        return [guides.encode(x=alt.value(0), x2=alt.value(self.frame.plot), y=self.y)]

    def time(self) -> list[Any]:
        """What is drawn in time."""
        alt, plain = self.alt, {"aria": False, "tooltip": None}
        looks = [(name, look_of(name)) for name in dict.fromkeys(one["is"] for one in self.sketch.bands)]
        colours = alt.Scale(domain=[name for name, _ in looks], range=[look.colour for _, look in looks])
        colour = alt.Color("is:N", scale=colours, legend=None)
        lines = data("events").mark_rule(color="#9A9A9A", strokeDash=[1, 3], **plain)
        bands = data("bands").mark_rect(stroke=INK, strokeWidth=0.5, **plain)
        notices = data("notices").mark_rect(color="white", opacity=0.62, stroke=INK, **plain)
        frames = data("outlines").mark_rect(filled=False, stroke=INK, strokeWidth=2, **plain)
        partings = data("partings")
        spans = {"x2": "end:T", "y": self.y, "y2": "y2:Q"}
        down = {"y": self.y, "y2": alt.value(self.sketch.y)}
        return [
            lines.encode(x=self._when("date", ends=True), **down),
            bands.encode(x=self._when("start"), **spans, color=colour),
            notices.encode(x=self._when("start"), **spans),
            frames.encode(x=self._when("start"), **spans),
            partings.mark_rule(color=INK, strokeWidth=2, strokeDash=[6, 3], **plain).encode(
                x=self._when("date"), y=alt.value(-6), y2=alt.value(self.sketch.y)
            ),
        ]

    def over(self) -> list[Any]:
        """Hatching, letters, labels, key."""
        alt, plain = self.alt, {"aria": False, "tooltip": None}
        strokes = data("strokes").mark_rule(color=INK, strokeWidth=1, opacity=0.75, **plain)
        layers = [*self._samples(), strokes.encode(x=self._pixel(), x2="x2", y=self.y, y2="y2")]
        for name, ring in (("halos", {"stroke": "white", "strokeWidth": 3}), ("letters", {})):
            text = data(name).mark_text(fontSize=10, fontWeight="bold", baseline="middle", **ring, **plain)
            layers.append(text.encode(x=self._pixel(), y=self.y, text="t:N", color=alt.Color("ink:N", scale=None)))
        for name, align in (("heads", "left"), ("labels", "right"), ("texts", "left")):
            size, weight = (12, "bold") if name == "heads" else (11, "normal")
            look = {"align": align, "fontSize": size, "fontWeight": weight, "baseline": "middle", "color": INK}
            text = data(name).mark_text(**look, tooltip=None)
            layers.append(text.encode(x=self._pixel(), y=self.y, text="t:N"))
        return layers

    def _samples(self) -> list[Any]:
        """The marks of the key, each as it is drawn in the picture."""
        alt, plain = self.alt, {"aria": False, "tooltip": None}
        place = {"x": self._pixel(), "y": self.y}
        box = (
            data("boxes")
            .mark_rect(stroke=INK, **plain)
            .encode(
                **place,
                x2="x2",
                y2="y2",
                color=alt.Color("fill:N", scale=None),
                strokeWidth=alt.StrokeWidth("line:Q", scale=None),
            )
        )
        rule = data("dashes").mark_rule(color=INK, strokeWidth=2, strokeDash=[6, 3], **plain).encode(**place, x2="x2")
        return [box, rule, data("points").mark_point(**_TICK, **plain).encode(**place)]

    def hits(self) -> list[Any]:
        """What answers to pointers and screen readers: spans without colour, ticks and events as they are seen."""
        alt = self.alt
        spans = {"x": self._when("start", axis=False), "x2": "end:T", "y": self.y, "y2": "y2:Q"}
        found = []
        for name, names in (("bands", _BAND), ("notices", _NOTICE)):
            marks = data(name).mark_rect(opacity=0, color=INK)
            found.append(marks.encode(**spans, tooltip=_tips(alt, names), description="text:N"))
        ticks = data("ticks").mark_point(**_TICK)
        point = {"y": self.y, "description": "text:N"}
        found.append(ticks.encode(x=self._when("date", axis=False, ends=True), tooltip=_tips(alt, _ACT), **point))
        ring = {"stroke": "white", "strokeWidth": 4}
        for own in (ring, {}):
            numbers = data("events").mark_text(fontSize=11, baseline="middle", **own)
            found.append(
                numbers.encode(x=self._when("date", axis=False), text="number:N", tooltip=_tips(alt, _EVENT), **point)
            )
        frames = data("outlines").mark_rect(filled=False, stroke=INK, strokeWidth=2)
        found.append(frames.encode(**spans, description="text:N"))
        partings = data("partings").mark_point(shape="triangle-down", size=90, filled=True, color=INK, opacity=1)
        found.append(
            partings.encode(x=self._when("date", axis=False), y=alt.value(-6), tooltip="text:N", description="text:N")
        )
        return found


_TICK: Final = {
    **{"shape": "triangle-down", "size": 60, "filled": True, "color": INK, "opacity": 1},
    **{"stroke": "white", "strokeWidth": 1},
}
_BAND: Final = ("who", "status", "from", "until", "basis", "source")
_NOTICE: Final = ("who", "status", "from", "until", "note", "basis", "source")
_ACT: Final = ("who", "treaty", "act", "date", "note", "basis", "source")
_EVENT: Final = ("number", "date", "event", "kind", "source")
_TITLES: Final = {"basis": "legal basis"}


def _tips(alt: Any, names: Sequence[str]) -> list[Any]:
    return [alt.Tooltip(f"{name}:N", title=_TITLES.get(name, name)) for name in names]


def _milliseconds(day: int) -> int:
    return (day - dt.date(1970, 1, 1).toordinal()) * 86_400_000
