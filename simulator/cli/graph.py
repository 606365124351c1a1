"""`treatysim graph`: state diagrams as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.complete import treaty_ids
from simulator.cli.options import Json, examples

if TYPE_CHECKING:
    from simulator.report.diagrams import Diagram

_WHOLE = {"lifecycle": "party", "treaty-lifecycle": "treaty"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "graph",
        epilog=examples(
            "treatysim graph cfe > cfe.mmd", "treatysim graph lifecycle --format dot | dot -Tsvg > party.svg"
        ),
    )(graph)


def _names(incomplete: str) -> list[str]:
    return [*(one for one in _WHOLE if one.startswith(incomplete)), *treaty_ids(incomplete)]


def graph(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="lifecycle, treaty-lifecycle, or the id of a treaty.", autocompletion=_names
        ),
    ],
    form: Annotated[Literal["mermaid", "dot"], typer.Option("--format", help="The language.")] = "mermaid",
    all_moves: Annotated[bool, typer.Option("--all-moves", help="Draw the moves that keep the status, too.")] = False,
    json: Json = False,
) -> None:
    """Draw a state machine as Mermaid or DOT text.

    A treaty's machine has the moves that its clauses allow, each with its row in the table of moves and its legal
    basis. Mermaid text can be pasted into Markdown files; DOT is for Graphviz.
    """
    import sys

    from simulator.cli.output import about, emit, envelope
    from simulator.report.diagrams import as_dot, as_mermaid

    diagram = diagram_of(what, all_moves=all_moves)
    text = as_dot(diagram) if form == "dot" else as_mermaid(diagram)
    if json:
        data = {"what": what, "format": form, "text": text, "machines": _machines(diagram)}
        emit(envelope(data, about("graph", what=what)))
    else:
        sys.stdout.write(text)


def diagram_of(what: str, *, all_moves: bool) -> Diagram:
    """Return the diagram that was named: a lifecycle of the law, or the machine of a treaty."""
    from simulator.law import catalogue
    from simulator.report.diagrams import lifecycle_diagram, treaty_diagram

    if what in _WHOLE:
        return lifecycle_diagram(_WHOLE[what], quiet=all_moves)
    known = catalogue.treaty_ids()
    if what not in known:
        from simulator.cli.failure import unknown_name

        raise unknown_name("diagram", "TS201", what, [*_WHOLE, *known], "treatysim list treaties shows the treaties")
    return treaty_diagram(what, quiet=all_moves)


def _machines(diagram: Diagram) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "statuses": list(one.statuses),
            "initial": one.initial,
            "edges": [
                {"from": edge.source, "to": edge.target, "moves": list(edge.moves), "labels": list(edge.labels)}
                for edge in one.edges
            ],
        }
        for one in diagram.machines
    ]
