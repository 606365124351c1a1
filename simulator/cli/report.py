"""`treatysim report`: a scenario with its answers as one HTML page that opens offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator import WHATIF_WORLDS
from simulator.cli.complete import scenario_refs
from simulator.cli.ensemble import Jobs, Runs
from simulator.cli.options import Json, View, examples
from simulator.cli.run import Seed

ASKED = 3  # outcomes that each branch is asked: so many that a page is there in half a minute


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "report",
        epilog=examples(
            "treatysim report cfe-endgame -o cfe.html",
            "treatysim report inf-endgame --no-whatif --runs 200 -o inf.html",
            "treatysim report results/new-start -o new-start.html",
        ),
    )(report)


What = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A scenario, or a folder that `run --out` or `ensemble` has written.",
        autocompletion=scenario_refs,
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The page, a name that ends in .html.")]
Branches = Annotated[
    list[str] | None, typer.Option("--branch", metavar="ID", help="Only this branch; may be given several times.")
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option("--outcome", metavar="ID", help="Ask this of the branches; may be given several times."),
]
Most = Annotated[
    str | None,
    typer.Option(
        "--outcomes", metavar="N|all", help=f"Ask the first N outcomes, or all (without it, {ASKED}; all takes longer)."
    ),
]
WhatIf = Annotated[bool, typer.Option("--whatif/--no-whatif", help="Answer what each branch would have changed.")]
Worlds = Annotated[
    int, typer.Option("--worlds", min=10, max=100_000, help="Worlds that a what-if draws where it cannot be exact.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")]


def report(  # noqa: PLR0917 -- one parameter for each option
    file: What,
    out: Out,
    runs: Runs = None,
    seed: Seed = None,
    branch: Branches = None,
    outcome: Outcomes = None,
    outcomes: Most = None,
    whatif: WhatIf = True,
    worlds: Worlds = WHATIF_WORLDS,
    view: View = None,
    jobs: Jobs = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write one page with the model, its answers and sources.

    The page has the question, every rule as a sentence, the timeline, outcomes with intervals, each branch with its
    report card and both worlds side by side, why and why not, sources, and a manifest. It needs no network and has no
    script.

    Needs the extra 'report'. A folder that is incomplete, damaged or from another version is shown, and the page says
    so.
    """
    from simulator.cli.busy import Busy
    from simulator.cli.chart import check_free
    from simulator.cli.files import write_text
    from simulator.cli.reportgiven import given_of
    from simulator.cli.reportparts import Wanted, page_of
    from simulator.report.page import check_page, render

    if out.suffix.lower() not in (".html", ".htm"):
        raise typer.BadParameter(f"'{out.name}' does not end in .html", param_hint="'--out'")
    most = _most(outcomes, bool(outcome), whatif)
    check_page()
    check_free(out, force)
    given = given_of(file)
    if given.many and runs is not None:
        raise typer.BadParameter("the folder says how many runs there are", param_hint="'--runs'")
    seed = 1 if seed is None else seed
    wanted = Wanted(runs, seed, view, tuple(branch or ()), tuple(outcome or ()), most, whatif, worlds, jobs)
    with Busy("the page and its branches", quiet=json):
        text = render(page_of(given, wanted))
    write_text(out, text, replace=force)
    _print(out, text, given.notices, json)


def _most(given: str | None, named: bool, whatif: bool) -> int | None:
    """How many outcomes to ask; None: all."""
    if given is None:
        return ASKED
    for idle, option in ((named, "--outcome"), (not whatif, "--no-whatif")):
        if idle:
            raise typer.BadParameter(f"it has no effect beside {option}", param_hint="'--outcomes'")
    if given == "all":
        return None
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= 1_000:
        raise typer.BadParameter(
            f"'{given[:40]}' is neither a number from 1 to 1000 nor all", param_hint="'--outcomes'"
        )
    return int(given)


def _print(out: Path, text: str, notices: tuple[str, ...], json: bool) -> None:
    from simulator.cli.output import about, emit, envelope, note, say

    if json:
        emit(envelope({"file": str(out), "bytes": len(text.encode()), "notices": list(notices)}, about("report")))
        return
    say(f"{out}: one page, {len(text.encode()) / 1024:,.0f} KiB")
    for one in notices:
        note(one, "yellow")
