"""The commands under one name. Each module adds its own; nothing here knows what they do."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from simulator.cli import (
    catalogue,
    chart,
    check,
    compare,
    ensemble,
    explain,
    export,
    graph,
    history,
    indicators,
    new,
    record,
    report,
    run,
    schema,
    show,
    status,
    sweep,
    verify,
    warm,
    whatif,
    why,
)
from simulator.cli.output import is_terminal

__all__ = ["app", "build"]

app = typer.Typer(
    name="treatysim",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    epilog=(
        "\b\nExamples:\n  treatysim list\n  treatysim run cfe-endgame --replay\n"
        "  treatysim status --treaty cfe --date 2010-01-01"
    ),
)
_COMMANDS = (
    check,
    run,
    whatif,
    compare,
    ensemble,
    sweep,
    verify,
    warm,
    why,
    status,
    history,
    record,
    report,
    show,
    indicators,
    export,
    catalogue,
    new,
    graph,
    chart,
    schema,
    explain,
)
for module in _COMMANDS:
    module.register(app)


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and leave.")] = False,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show the whole trace of an error.")] = False,
) -> None:
    """Arms-control treaties as state machines: replay the record, run scenarios, ask for the legal position.

    A scenario is named by its path or by the id of a shipped one. Results go to stdout, everything else to stderr.

    Exit codes: 0 done; 1 an expectation failed; 2 wrong command line; 3 invalid scenario or unknown name; 4 stopped
    by a limit; 70 a bug; 130 interrupted.
    """
    if version:
        from simulator import __version__
        from simulator.cli.output import say

        say(f"treatysim {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """Return the application, with help in panels where a person reads it in a terminal, as plain text elsewhere."""
    panels = is_terminal(sys.stdout)
    app.rich_markup_mode = "rich" if panels else None
    if panels:
        app.info.epilog, app.info.help = _unmarked(app.info.epilog), _flowing(_main)
        groups = [group.typer_instance for group in app.registered_groups if group.typer_instance]
        for command in (one for part in (app, *groups) for one in part.registered_commands):
            command.epilog = _unmarked(command.epilog)
            command.help = _flowing(command.callback)
    return app


def _flowing(function: Callable[..., object] | None) -> str:
    """The docstring of a command with one line for each paragraph, which panels break where they end."""
    text = inspect.getdoc(function) or ""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _unmarked(text: str | None) -> str:
    """Help text without the sign that keeps lines as they are: panels keep them anyway, and would print it."""
    return (text or "").replace("\b\n", "")
