"""`treatysim schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import Json, examples


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", epilog=examples("treatysim schema -o scenario.schema.json", "treatysim schema | less"))(
        schema
    )


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there instead of printing it.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors.

    Editors use it for completion and checks while you type. Name it in the first line of a scenario:
    # yaml-language-server: $schema=scenario.schema.json
    """
    from simulator.cli.files import write_text
    from simulator.cli.output import about, emit, envelope, note
    from simulator.scenario.jsonschema import scenario_json_schema, scenario_json_schema_text

    text = scenario_json_schema_text()
    if output is not None:
        write_text(output, text, replace=True)
        note(f"wrote {output}")
    if json:
        emit(envelope(scenario_json_schema(), about("schema", output=str(output) if output else None)))
    elif output is None:
        import sys

        sys.stdout.write(text)
