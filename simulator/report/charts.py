"""Charts of results: status bands, two worlds, shares and fans of many worlds, indicators, networks, lifecycles.

A chart takes results in and gives a `Chart` out: words for those who listen, a table for those who read, a picture for
those who look. No engine runs here. Drawing needs the extra `report`; the rows behind the pictures do not.

| chart | takes |
| --- | --- |
| `status_bands` | a timeline (`simulator.analysis.timeline`) |
| `counterfactual_pair` | two timelines, and where they part |
| `status_shares`, `probability_fan` | `Counts`: months, classes, a table of counts, the number of runs |
| `number_fan` | the same, or `Quantiles` |
| `indicator_levels` | profiles (`simulator.analysis.indicators`) |
| `party_treaty_network` | a graph (`simulator.analysis.network.bipartite`) |
| `lifecycle_chart` | a diagram (`simulator.report.diagrams`, which writes Mermaid and DOT as well) |

>>> import simulator as ts
>>> from simulator.analysis.timeline import timeline
>>> found = status_bands(timeline(ts.replay("inf-endgame")), width=390)
>>> found.kind, found.table.columns[:4], found.svg()[:4]
('bands', ('treaty', 'party', 'what', 'from'), '<svg')
"""

from __future__ import annotations

from simulator.report.bands import status_bands
from simulator.report.drawing import FORMS, LEAST, MOST, Chart, Table, check_installed
from simulator.report.levels import indicator_levels
from simulator.report.lifecycles import lifecycle_chart
from simulator.report.network import party_treaty_network
from simulator.report.pairs import Parting, counterfactual_pair
from simulator.report.shares import Counts, Quantiles, number_fan, probability_fan, status_shares

__all__ = [
    "FORMS",
    "LEAST",
    "MOST",
    "Chart",
    "Counts",
    "Parting",
    "Quantiles",
    "Table",
    "check_installed",
    "counterfactual_pair",
    "indicator_levels",
    "lifecycle_chart",
    "number_fan",
    "party_treaty_network",
    "probability_fan",
    "status_bands",
    "status_shares",
]
