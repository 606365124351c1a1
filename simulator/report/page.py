"""The report: one HTML page that opens without a network, made of results; nothing is computed here.

The page has no script and asks for nothing outside: pictures and style are in it. Whatever a scenario says is escaped.

>>> page = Page(scenario="toy", title="A <toy>", question="Does it hold?", summary="", notices=(), period="one year",
...             view="depositary", model={}, outcomes=(), manifest=(("seed", "1"),))
>>> "<h1>A &lt;toy&gt;</h1>" in render(page)
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from simulator.report.charts import Table, check_installed
from simulator.report.drawing import jinja2, linked
from simulator.report.pictures import Picture

__all__ = ["VERDICTS", "Branch", "Criterion", "Page", "Paragraph", "Source", "check_page", "render"]

_WORD: Final = 11  # characters of a cell that is not broken into lines: a date, a code, a number
# What a verdict of the report card means, and the sign that tells it without colour.
VERDICTS: Final = {"ok": ("+", "in order"), "note": ("-", "bear in mind"), "warning": ("!", "weakens the answer")}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, `indent` columns in; `strong` or `dim` as it is meant."""

    text: str
    indent: int = 0
    strong: bool = False
    dim: bool = False


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a report card; `verdict` is a key of `VERDICTS`."""

    title: str
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: what it asks and changes, what the model answers, its report card, and both worlds side by side."""

    id: str
    title: str
    question: str = ""
    note: str = ""
    edits: tuple[str, ...] = ()
    answer: tuple[Block, ...] = ()
    card_of: str = ""
    card: tuple[Criterion, ...] = ()
    pair: Picture | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something comes from."""

    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on a page, in the order of its sections.

    `notices` are what a reader must know before anything else. `model` is what `treatysim show --json` gives. `about`
    says in one sentence what the branches' numbers are.
    """

    scenario: str
    title: str
    question: str
    summary: str
    notices: tuple[str, ...]
    period: str
    view: str
    model: Mapping[str, Any]
    outcomes: tuple[Block, ...]
    manifest: tuple[tuple[str, str], ...]
    timeline: Picture | None = None
    timeline_of: str = "Timeline of the record"
    drawn: tuple[Picture, ...] = ()
    drawn_note: str = ""
    about: str = ""
    branches: tuple[Branch, ...] = ()
    reasons: tuple[tuple[Block, ...], ...] = ()
    sources: tuple[Source, ...] = ()


def check_page() -> None:
    """Refuse at once a page that could not be made in the end.

    Raises: ExtraError -- a part is missing; the message holds the command that installs it.
    """
    check_installed()
    jinja2()


def render(page: Page) -> str:
    """Return the page as HTML."""
    environment = _environment()
    style, _, _ = environment.loader.get_source(environment, "page.css")
    template = environment.get_template("page.html")
    text: str = template.render(page=page, style=_safe(style), verdicts=VERDICTS, contents=_contents(page))
    return text


def _contents(page: Page) -> Sequence[tuple[str, str]]:
    """The sections that this page has: the name of each, and its heading."""
    every = (
        ("model", "The model in words", page.model),
        ("timeline", page.timeline_of, page.timeline),
        ("outcomes", "Outcomes", page.outcomes),
        ("branches", "Branches", page.branches),
        ("reasons", "Why, and why not", page.reasons),
        ("sources", "Sources", page.sources),
        ("manifest", "Manifest", page.manifest),
    )
    return [(name, title) for name, title, there in every if there]


@cache
def _environment() -> Any:
    room = jinja2()
    made = room.Environment(
        loader=room.PackageLoader("simulator.report"),
        autoescape=True,
        undefined=room.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["linked"] = lambda text, short=False: _safe(linked(str(text), short=short))
    made.filters["short"] = _short
    made.tests["table"] = lambda one: isinstance(one, Table)
    return made


def _short(table: Table) -> str:
    """The classes that keep on one line what stands in a column of dates, codes or numbers."""
    columns = enumerate(zip(*table.rows, strict=True), 1)
    return " ".join(f"s{place}" for place, cells in columns if max(map(len, map(str, cells))) <= _WORD)


def _safe(text: str) -> Any:
    """HTML that is ours, or that has been escaped."""
    import markupsafe  # comes with jinja2

    return markupsafe.Markup(text)  # noqa: S704 -- the style sheet, and text that `linked` has escaped
