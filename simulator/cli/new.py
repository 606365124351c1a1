"""`treatysim new`: a scenario to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.complete import scenario_refs
from simulator.cli.options import Json, examples


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("new", epilog=examples("treatysim new my-question", "treatysim new my-cfe --from cfe-endgame"))(new)


def new(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of the new scenario, such as my-question.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ID", help="Begin with a copy of this scenario.", autocompletion=scenario_refs),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it (without it, ID.yaml).")
    ] = None,
    json: Json = False,
) -> None:
    """Write a commented scenario to begin with.

    It is valid and runs as it is. Nothing is overwritten. In editors that know YAML schemas it completes and checks
    while you type, if the file of treatysim schema lies beside it.
    """
    from simulator.cli.files import write_text
    from simulator.cli.output import about, emit, envelope, note
    from simulator.cli.starter import copied, starter

    path = output or Path(f"{name}.yaml")
    text = copied(source, name, path) if source else starter(name, path)
    write_text(path, text)
    note(f"wrote {path}; next: treatysim check {path}, treatysim run {path}")
    if json:
        emit(envelope({"scenario": name, "path": str(path)}, about("new", source=source)))
