"""A chart as an object: what it says in words, its data as a table, and its picture in every form.

Altair and vl-convert come with the extra `report` and are loaded here and nowhere else, when a chart is made. A chart
holds its data and its words; it asks for nothing outside, neither when it is made nor when it is looked at.
"""

from __future__ import annotations

import hashlib
import html
import importlib
import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.errors import Diagnostic, ExtraError
from simulator.report.palette import INK

__all__ = [
    "FORMS",
    "INSTALL",
    "LEAST",
    "MOST",
    "Chart",
    "Table",
    "altair",
    "chart",
    "check_installed",
    "data",
    "jinja2",
    "lines_of",
    "linked",
]

# Kept equal to the extra `report` by a test.
INSTALL: Final = "python -m pip install 'altair>=5.5,<7' 'vl-convert-python>=1.7' 'jinja2>=3.1'"
FORMS: Final = ("svg", "png", "pdf", "html", "json")
NARROW: Final = 520  # pixels below which a chart is made for a telephone
LEAST, MOST = 280, 4_000
_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"


def _missing(name: str) -> ExtraError:
    hint = f"install what charts need: {INSTALL}"
    return ExtraError(diagnostics=[Diagnostic("TS607", f"charts need {name}, which is not installed", hint=hint)])


def _loaded(module: str, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise _missing(name) from None


def altair() -> Any:
    """Return Altair.

    Raises: ExtraError -- it is not installed; the message holds the command that installs it.
    """
    return _loaded("altair", "altair")


def jinja2() -> Any:
    """Return jinja2, which fills in the report page.

    Raises: ExtraError -- it is not installed; the message holds the command that installs it.
    """
    return _loaded("jinja2", "jinja2")


def check_installed() -> None:
    """Refuse at once what could not be drawn in the end.

    Raises: ExtraError -- a part is missing; the message holds the command that installs it.
    """
    altair()
    _converter()


def _converter() -> Any:
    return _loaded("vl_convert", "vl-convert-python")


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a chart as a reader or a screen reader takes it: names of columns, and rows of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
        """Make a table; nothing becomes an empty cell."""
        return cls(tuple(columns), tuple(tuple("" if one is None else str(one) for one in row) for row in rows))

    def records(self) -> list[dict[str, str]]:
        """Return each row by the names of its columns.

        >>> Table.of(("date", "status"), [("2007-12-12", "suspended")]).records()
        [{'date': '2007-12-12', 'status': 'suspended'}]
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `title` and `description` are read aloud, `table` is its data, `figure` the chart of Altair.

    A notebook shows a chart named at the end of a cell; `spec`, `svg`, `png`, `pdf` and `page` give it to others.
    """

    kind: str
    title: str
    description: str
    table: Table
    figure: Any

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite specification with all data inside."""
        found: dict[str, Any] = self.figure.to_dict(validate=False)  # tests hold every chart against the schema
        return found

    def svg(self) -> str:
        """Return the picture as SVG text, with title and description for screen readers."""
        converter = _converter()
        text: str = converter.vegalite_to_svg(self.spec(), vl_version=_version(converter), allowed_base_urls=[])
        name = hashlib.sha256((self.title + self.description).encode()).hexdigest()[:8]
        head = (
            f'<svg role="graphics-document" aria-roledescription="chart" '
            f'aria-labelledby="chart-{name}-title" aria-describedby="chart-{name}-text" '
        )
        told = (
            f'<title id="chart-{name}-title">{html.escape(self.title)}</title>'
            f'<desc id="chart-{name}-text">{html.escape(self.description)}</desc>'
        )
        opening, end, rest = text.partition(">")
        return head + opening.removeprefix("<svg ") + end + told + rest

    def png(self, *, scale: float = 2) -> bytes:
        """Return the picture as PNG; `scale` is the number of pixels of the file to one of the chart."""
        converter = _converter()
        given = {"vl_version": _version(converter), "scale": scale, "allowed_base_urls": []}
        return bytes(converter.vegalite_to_png(self.spec(), **given))

    def pdf(self) -> bytes:
        """Return the picture as PDF."""
        converter = _converter()
        return bytes(converter.vegalite_to_pdf(self.spec(), vl_version=_version(converter), allowed_base_urls=[]))

    def as_file(self, form: str) -> bytes:
        """Return the chart in one of the `FORMS`, as the bytes of a file."""
        if form in ("png", "pdf"):
            return self.png() if form == "png" else self.pdf()
        if form == "json":
            return (json.dumps(self.spec(), indent=1, ensure_ascii=False) + "\n").encode()
        return (self.svg() if form == "svg" else self.page()).encode()

    def page(self) -> str:
        """Return one HTML page that opens offline: the picture with tooltips, its description, and the data table."""
        converter = _converter()
        return _page(self, converter.javascript_bundle(vl_version=_version(converter)))

    def _repr_svg_(self) -> str:
        """What a notebook shows; unlike what Altair shows by itself, it needs no network."""
        return self.svg()


def _version(converter: Any) -> str:
    """The newest Vega-Lite of the converter that is not newer than the one that Altair writes for."""
    wanted = _numbers(str(altair().SCHEMA_VERSION).removeprefix("v"))[:2]
    known = [one for one in converter.get_vegalite_versions() if _numbers(one) <= wanted]
    return str(max(known, key=_numbers))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


# --- words ------------------------------------------------------------------------------------------------------------


def lines_of(text: str, width: int, size: float = 12) -> list[str]:
    """Break running text into lines that fit into so many pixels; a letter is taken as half as wide as it is high."""
    return textwrap.wrap(text, max(int(width / (size * 0.52)), 12), break_on_hyphens=False) or [""]


def heading(title: str, subtitle: Sequence[str], width: int) -> dict[str, Any]:
    """Return title and subtitle, broken into lines that fit into the width."""
    wide = width - 16
    return {
        "text": lines_of(title, wide, 16),
        "subtitle": [line for one in subtitle if one for line in lines_of(one, wide, 12)],
        "anchor": "start",
        "frame": "bounds",
        "offset": 12,
    }


Rows = Sequence[Mapping[str, Any]]


def data(name: str) -> Any:
    """Return a chart of Altair without marks that reads the rows of this name, which `chart` is given."""
    alt = altair()
    return alt.Chart(alt.NamedData(name))


def chart(
    kind: str, figure: Any, title: str, description: str, table: Table, *, rows: Mapping[str, Rows], **head: Any
) -> Chart:
    """Put a figure of Altair under its heading, in the look that all charts share, and give it its `rows` by name.

    The figure itself is finished, not a copy.

    `head` is `subtitle`, a list of sentences, and `width` in pixels.
    """
    alt = altair()
    given = {
        "title": alt.TitleParams(**heading(title, head["subtitle"], head["width"])),
        "description": f"{title}. {description}",
        "background": "white",
        "padding": 8,
        "datasets": {name: list(found) for name, found in rows.items()},
        "config": _LOOK,
    }
    for name, value in given.items():
        setattr(figure, name, value)  # `properties` would copy the figure and check all data
    return Chart(kind, title, description, table, figure)


_LOOK: Final = {
    "font": _FONT,
    "view": {"stroke": None},
    "title": {
        **{"fontSize": 16, "fontWeight": "bold", "subtitleFontSize": 12},
        **{"color": INK, "subtitleColor": "#4D4D4D"},
    },
    "axis": {
        **{"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"},
        **{"labelColor": INK, "titleColor": INK},
    },
    "concat": {"spacing": 8},
}


# --- one page ---------------------------------------------------------------------------------------------------------

_STYLE: Final = """
body { font-family: system-ui, sans-serif; margin: 1rem auto; max-width: 80rem; padding: 0 1rem; color: #1a1a1a; }
figure { margin: 0; overflow-x: auto; } figcaption { margin: .5rem 0 1rem; max-width: 60rem; }
table { border-collapse: collapse; font-size: .85rem; } caption { text-align: left; font-weight: bold; }
th, td { border: 1px solid #999; padding: .2rem .4rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; } thead th { background: #eee; } .table { overflow-x: auto; }
@media print { .table, figure { overflow: visible; } tr { break-inside: avoid; } }
""".strip()


def _page(one: Chart, script: str) -> str:
    # A closing tag inside a string of the specification would end the script.
    spec = json.dumps(one.spec(), ensure_ascii=False).replace("<", "\\u003c")
    title, text = html.escape(one.title), html.escape(one.description)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<figure>
<div id="chart" aria-describedby="text"></div>
<figcaption id="text">{text}</figcaption>
</figure>
{_table(one.table)}
</main>
<script>{script}</script>
<script>
vegaEmbed("#chart", {spec}, {{renderer: "svg", actions: false}}).catch(console.error);
</script>
</body>
</html>
"""


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.columns)
    rows = "\n".join(f"<tr>{''.join(f'<td>{linked(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="Data of the chart">\n<table>\n'
        f"<caption>Data of the chart</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def linked(text: str, *, short: bool = False) -> str:
    """Return text as HTML; web addresses become links, and nothing else does. `short` shows only their hosts.

    >>> linked("<b>, see https://disarmament.unoda.org/;")
    '&lt;b&gt;, see <a href="https://disarmament.unoda.org/">https://disarmament.unoda.org/</a>;'
    """
    words = (
        _link(one, short) if one.startswith(("https://", "http://")) else html.escape(one) for one in text.split(" ")
    )
    return " ".join(words)


def _link(word: str, short: bool) -> str:
    address = word.rstrip(".,;:")
    host = address.split("/")[2] if short else ""
    return f'<a href="{html.escape(address)}">{html.escape(host or address)}</a>{html.escape(word[len(address) :])}'
