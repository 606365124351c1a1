"""Charts of every kind: valid, closed, told in words, with their data, and as wide as was asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import simulator as ts
from simulator.analysis.indicators import Architecture
from simulator.analysis.network import TIES, bipartite
from simulator.analysis.scope import scope_of
from simulator.analysis.timeline import Timeline, timeline
from simulator.analysis.worlds import world
from simulator.errors import ExtraError
from simulator.law.lifecycle import STATUSES
from simulator.report import drawing
from simulator.report.charts import (
    Chart,
    Counts,
    Parting,
    Table,
    counterfactual_pair,
    indicator_levels,
    lifecycle_chart,
    number_fan,
    party_treaty_network,
    probability_fan,
    status_bands,
    status_shares,
)
from simulator.report.diagrams import lifecycle_diagram, treaty_diagram
from tests.unit.chartlab import keys, layers, size

ROOT = Path(__file__).resolve().parents[2]
MONTHS = ["2007-10-31", "2007-11-30", "2007-12-31", "2008-01-31"]


@cache
def line(name: str, branch: str | None = None) -> Timeline:
    """The replay of a shipped scenario."""
    return timeline(ts.replay(name, branch=branch))


def counts() -> Counts:
    """Ten runs over four months."""
    table = [[0] * 7 for _ in MONTHS]
    for row, suspended in zip(table, (0, 2, 5, 9), strict=True):
        row[STATUSES.index("in_force")], row[STATUSES.index("suspended")] = 10 - suspended, suspended
    return Counts("RUS under CFE", MONTHS, STATUSES, table, 10)


def numbers() -> Counts:
    """Ten runs with 28 to 30 parties."""
    return Counts("Parties of CFE", MONTHS, [28, 29, 30], [[0, 0, 10], [1, 4, 5], [5, 3, 2], [10, 0, 0]], 10)


def pair(width: int) -> Chart:
    """The record beside itself without the enlargement of 2004."""
    edited = line("cfe-endgame", "no-2004")
    return counterfactual_pair(line("cfe-endgame"), edited, parting=Parting(731_668, "no accession"), width=width)


def network(width: int, name: str = "cfe-endgame") -> Chart:
    return party_treaty_network(bipartite(scope_of(line(name)), "2010-01-01", TIES), "2010-01-01", width=width)


def levels(width: int) -> Chart:
    view = Architecture(scope_of(line("cfe-endgame")))
    return indicator_levels(view.series(view.scope.change_points(view.line.first, view.line.last)), width=width)


MAKERS: dict[str, Callable[[int], Chart]] = {
    "bands": lambda width: status_bands(line("cfe-endgame"), treaties=["cfe"], width=width),
    "bands of four treaties": lambda width: status_bands(line("cfe-endgame"), width=width),
    "pair": pair,
    "shares": lambda width: status_shares(counts(), width=width),
    "number fan": lambda width: number_fan(numbers(), record=[30, 30, 29, 29], width=width),
    "probability fan": lambda width: probability_fan(counts(), ["suspended"], width=width),
    "levels": levels,
    "network": network,
    "network as letters": lambda width: party_treaty_network(
        bipartite(scope_of(world("record", until="2010-01-01")), "2010-01-01", TIES), "2010-01-01", width=width
    ),
    "lifecycle": lambda width: lifecycle_chart(lifecycle_diagram("party"), width=width),
    "lifecycle of a treaty": lambda width: lifecycle_chart(treaty_diagram("cfe", quiet=True), width=width),
}


@cache
def made(kind: str, width: int) -> Chart:
    """One chart, made once."""
    return MAKERS[kind](width)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_chart_keeps_to_the_schema_and_asks_for_nothing_outside(kind: str) -> None:
    """Altair finds no mistake against the schema of Vega-Lite; all data stand inside, under a name that is given."""
    chart = made(kind, 1200)
    spec = chart.figure.to_dict(validate=True)
    assert spec == chart.spec()
    assert "url" not in set(keys(spec))
    assert {one["data"]["name"] for one in layers(spec)} <= set(spec["datasets"])


@pytest.mark.parametrize("kind", MAKERS)
def test_a_chart_is_told_in_words_and_has_its_data(kind: str) -> None:
    """Title, description and table are there; each mark either speaks to screen readers or is hidden from them."""
    chart = made(kind, 1200)
    spec = chart.spec()
    assert " ".join(spec["title"]["text"]) == chart.title
    assert spec["description"] == f"{chart.title}. {chart.description}"
    assert len(chart.description) > 20
    assert chart.table.rows
    assert all(len(row) == len(chart.table.columns) for row in chart.table.rows)
    speaking = [one for one in layers(spec) if "description" in one["encoding"]]
    assert speaking
    for one in speaking:
        rows = spec["datasets"][one["data"]["name"]]
        field = one["encoding"]["description"]["field"]
        assert all(len(row[field]) > 5 for row in rows), one["data"]
    silent = [one for one in layers(spec) if one["mark"].get("aria") is False]
    assert silent
    assert not [one for one in silent if "description" in one["encoding"]]


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("kind", MAKERS)
def test_a_picture_is_as_wide_as_was_asked(kind: str, width: int) -> None:
    """Nothing sticks out on a desk or on a telephone, and no line of a heading is longer than the picture is wide."""
    chart = made(kind, width)
    got, height = size(chart.png(scale=1))
    assert got <= width + 4
    assert got > width * (0.9 if kind in ("bands", "levels", "pair", "shares", "lifecycle") else 0.6)
    assert 100 < height < 3_000
    title = chart.spec()["title"]
    for lines, pixels in (("text", 16), ("subtitle", 12)):
        assert all(len(one) * pixels * 0.5 < width for one in title[lines])


@pytest.mark.parametrize("kind", ["bands", "pair", "number fan", "levels", "network", "lifecycle"])
def test_svg_speaks(kind: str) -> None:
    """The picture is sound XML with title and description, and its marks have names."""
    chart = made(kind, 1200)
    root = ET.fromstring(chart.svg())
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "graphics-document"
    title, text = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title is not None and title.text == chart.title and title.get("id") == root.get("aria-labelledby")
    assert text is not None and text.text == chart.description and text.get("id") == root.get("aria-describedby")
    named = [
        one for one in root.iter() if one.get("aria-roledescription", "").endswith("mark") and one.get("aria-label")
    ]
    assert len(named) >= 4


def test_pdf_and_page() -> None:
    """A PDF is one; the page holds program, data and table, in the language of screen readers, and links no program."""
    chart = made("bands", 390)
    assert chart.pdf().startswith(b"%PDF")
    page = chart.page()
    assert page.count("<script") == page.count("</script>") == 2
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert set(re.findall(r"<(\w+)[^>]* (?:src|href)=", own)) == {"a"}
    assert '<html lang="en">' in page and f"<title>{chart.title}</title>" in page
    assert own.count("<tr>") == len(chart.table.rows) + 1
    assert '<th scope="col">legal basis</th>' in page
    assert 'tabindex="0" role="region" aria-label="Data of the chart"' in page
    assert len(page.encode()) < 1_200_000


def test_text_of_users_cannot_leave_its_place() -> None:
    """Titles, notes and sources of a scenario are text, whatever stands in them."""
    evil = "</script><script>alert(1)</script>"
    table = Table.of(("a", "b"), [(evil, f"javascript:alert(1) https://x.example/{evil}")])
    chart = Chart("bands", evil, evil, table, made("bands", 390).figure.properties(description=evil))
    page = chart.page()
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page
    assert 'href="javascript' not in page
    root = ET.fromstring(chart.svg())
    assert evil in [one.text for one in root if one.text]


def test_files_of_every_form() -> None:
    """Each form is what its name says; JSON is the specification."""
    chart = made("network", 390)
    assert json.loads(chart.as_file("json")) == chart.spec()
    begins = {"svg": b"<svg ", "png": b"\x89PNG", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "json": b"{"}
    assert set(begins) == set(drawing.FORMS)
    assert all(chart.as_file(form).startswith(begin) for form, begin in begins.items())


def test_a_notebook_shows_a_picture_that_needs_no_network() -> None:
    """A notebook asks for SVG and gets it; nothing in it is fetched from elsewhere."""
    chart = made("network", 390)
    assert chart._repr_svg_() == chart.svg()
    assert not hasattr(chart, "_repr_html_") and not hasattr(chart, "_repr_mimebundle_")
    outside = [one for one in re.findall(r'="(https?://[^"]+)"', chart.svg()) if "www.w3.org" not in one]
    assert outside == []


def test_the_same_results_give_the_same_picture() -> None:
    """Nothing of a chart depends on chance or on the day on which it is made."""
    assert MAKERS["pair"](390).spec() == made("pair", 390).spec()
    assert MAKERS["lifecycle"](390).svg() == made("lifecycle", 390).svg()


# -- the extra -----------------------------------------------------------------------------------------------------


def test_a_missing_extra_gives_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Altair, or without the converter, the error holds one command, and the command is that of the extra."""
    for module, name in (("altair", "altair"), ("vl_convert", "vl-convert-python")):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            with pytest.raises(ExtraError, match="charts need") as caught:
                drawing.check_installed()
        (problem,) = caught.value.diagnostics
        assert (problem.code, problem.hint) == ("TS607", f"install what charts need: {drawing.INSTALL}")
        assert name in problem.message
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["report"]
    assert drawing.INSTALL == f"python -m pip install {' '.join(repr(one) for one in extra)}"
    assert set(extra) <= set(project["optional-dependencies"]["test"])


def test_rows_need_no_extra() -> None:
    """Charts are imported and their rows read where Altair is not installed, and nothing loads it before it is used."""
    code = (
        "import sys; sys.modules['altair'] = sys.modules['vl_convert'] = None\n"
        "import simulator as ts\n"
        "from simulator.analysis.timeline import timeline\n"
        "import simulator.report.charts\n"
        "from simulator.report.bandrows import band_rows\n"
        "print(len(band_rows(timeline(ts.replay('inf-endgame')))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "3\n"
    modules = subprocess.run(
        [sys.executable, "-c", "import simulator.report.charts, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"altair", "vl_convert", "networkx"} & set(modules)
