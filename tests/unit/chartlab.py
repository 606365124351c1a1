"""Looks into charts: their specification layer by layer, their data, and pictures."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from simulator.report.charts import Chart

__all__ = ["data_of", "encodings", "keys", "layers", "size"]


def layers(spec: dict[str, Any], above: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Every view of a specification that has marks, each with the data that it inherits."""
    own = spec.get("data", above)
    if "mark" in spec:
        yield spec | {"data": own}
    for name in ("layer", "vconcat", "hconcat", "concat"):
        for one in spec.get(name, ()):
            yield from layers(one, own)


def data_of(chart: Chart, name: str) -> list[dict[str, Any]]:
    """The rows of a chart that its layers read under a name."""
    return list(chart.spec()["datasets"][name])


def encodings(chart: Chart, name: str, mark: str) -> list[dict[str, Any]]:
    """The encodings of the layers that draw some rows with a mark."""
    found = [one for one in layers(chart.spec()) if one["data"]["name"] == name and one["mark"]["type"] == mark]
    return [one["encoding"] for one in found]


def keys(value: Any) -> Iterator[str]:
    """Every key of nested data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height
