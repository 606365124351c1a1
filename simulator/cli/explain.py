"""`treatysim explain-error`: what a code means and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.options import Json, examples


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain-error", epilog=examples("treatysim explain-error TS101", "treatysim list codes"))(
        explain_error
    )


def explain_error(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code of a message, such as TS101.")],
    json: Json = False,
) -> None:
    """Explain the code of an error message, and what to do."""
    from simulator.cli.failure import unknown_name
    from simulator.cli.output import about, emit, envelope, say
    from simulator.scenario.codes import codes, explain_code

    name = code.strip().upper()
    if name not in codes():
        raise unknown_name("code", "TS605", code, list(codes()), "treatysim list codes shows them all")
    if json:
        entry = codes()[name]
        data = {"code": name, "title": entry.title, "text": entry.text}
        emit(envelope(data, about("explain-error", code=name)))
    else:
        say(explain_code(name))
