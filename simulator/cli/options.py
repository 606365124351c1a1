"""The options and arguments that several commands share, and the checks that need nothing but their text."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from simulator.cli.complete import scenario_refs, treaty_ids

__all__ = ["VIEWS", "Branch", "File", "Json", "Treaty", "View", "day", "examples", "view"]

VIEWS = ("depositary", "claimant", "objector", "strict")


def examples(*commands: str) -> str:
    """The epilog of a command's help; typer leaves lines after the backspace as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {one}" for one in commands)


def day(value: str | None) -> str | None:
    """Accept a day of the calendar.

    >>> day("2007-12-12"), day(None)
    ('2007-12-12', None)
    """
    if value is None:
        return None
    try:
        if len(value) == len("2007-12-12"):
            return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise typer.BadParameter(f"'{value[:40]}' is no day of the calendar; write YYYY-MM-DD, as in 2007-12-12.")


def view(value: str | None) -> str | None:
    """Accept one of the views."""
    if value is None or value in VIEWS:
        return value
    from difflib import get_close_matches

    near = get_close_matches(value.lower()[:40], VIEWS, n=1)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    raise typer.BadParameter(f"'{value[:40]}' is no view; the views are {', '.join(VIEWS)}.{meant}")


def _named(value: str | None) -> str | None:
    """Refuse an empty name: an unset variable of a script must not run something else than was meant."""
    if value is not None and not value.strip():
        raise typer.BadParameter("the name is empty.")
    return value


def _branches(ctx: typer.Context, incomplete: str) -> list[str]:
    """The branches of the scenario that has been typed."""
    try:
        from simulator.scenario.load import load_scenario

        scenario = load_scenario(ctx.params["file"] or ctx.args[0]).scenario
    except Exception:  # completion offers nothing where nothing can be read
        return []
    return [one.id for one in scenario.branches if one.id.startswith(incomplete)]


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A scenario: a path, or the id of a shipped one.", autocompletion=scenario_refs
    ),
]
Branch = Annotated[
    str | None,
    typer.Option(
        "--branch", metavar="ID", callback=_named, help="Apply the edits of this branch.", autocompletion=_branches
    ),
]
View = Annotated[
    str | None,
    typer.Option(
        "--view",
        metavar="VIEW",
        callback=view,
        help=f"Who is believed where the law is disputed: {', '.join(VIEWS)}.",
        autocompletion=lambda incomplete: [one for one in VIEWS if one.startswith(incomplete)],
    ),
]
Treaty = Annotated[
    str | None, typer.Option("--treaty", metavar="ID", help="Only this treaty.", autocompletion=treaty_ids)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
