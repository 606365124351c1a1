"""`treatysim export`: networks and panels as files for other tools, with their codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.complete import scenario_refs
from simulator.cli.options import Branch, Json, View, day, examples

if TYPE_CHECKING:
    from simulator.analysis.timeline import Timeline

What = Literal["gexf", "edges", "state-year", "dyad-year", "treaty-month", "all"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export",
        epilog=examples(
            "treatysim export all record --from 1990-01-01 -o architecture",
            "treatysim export gexf cfe-endgame --branch no-2004 -o network",
        ),
    )(export)


def refs(incomplete: str) -> list[str]:
    """What can be named in place of a scenario: the record, too."""
    return [one for one in ("record", *scenario_refs(incomplete)) if one.startswith(incomplete)]


File = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A scenario, or 'record' for the whole shipped record.", autocompletion=refs),
]
First = Annotated[
    str | None, typer.Option("--from", metavar="DATE", callback=day, help="From this day on; without it, all.")
]
Last = Annotated[
    str | None, typer.Option("--to", metavar="DATE", callback=day, help="Up to this day; without it, the last one.")
]
Seed = Annotated[
    int | None, typer.Option(metavar="N", min=0, help="Simulate with this seed; without it, replay the record.")
]
States = Annotated[
    Literal["osce", "all"],
    typer.Option(help="Whose positions: the participating States of the OSCE, or all that the record knows."),
]
Blocs = Annotated[str, typer.Option(metavar="SCHEME", help="What counts as blocs: alliances or cfe-groups.")]


def export(  # noqa: PLR0917 -- one parameter for each option
    what: Annotated[
        What, typer.Argument(metavar="WHAT", help="gexf, edges, state-year, dyad-year, treaty-month, all.")
    ],
    file: File,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder for the files; earlier exports are replaced.")
    ],
    view: View = None,
    first: First = None,
    last: Last = None,
    branch: Branch = None,
    seed: Seed = None,
    states: States = "osce",
    blocs: Blocs = "alliances",
    json: Json = False,
) -> None:
    """Write the network and the panels of a run as files.

    GEXF is read by Gephi and networkx; the panels have Correlates-of-War numbers and ISO codes, and a codebook of
    every column. The same run gives the same bytes.
    """
    from simulator.analysis.export import export as made
    from simulator.analysis.indicators import Architecture
    from simulator.analysis.scope import scope_of

    line = line_of(file, branch, view, seed, last)
    check_days(line, first, last)
    names = check_folder(out)
    files = made(Architecture(scope_of(line, states=states, blocs=blocs)), what, first, last)
    asked = {"what": what, "file": file, "branch": branch, "view": line.trace.view, "seed": seed}
    asked |= {"from": first, "to": last, "states": states, "blocs": blocs}
    _write(out, files, names, asked)
    _print(out, files, asked, json)


def line_of(file: str, branch: str | None, view: str | None, seed: int | None, last: str | None) -> Timeline:
    """Run what was named to its end; the record can be asked for beyond its last act, a scenario cannot."""
    from simulator.analysis.worlds import RECORD, whole_record, world

    if file == RECORD and (branch or seed is not None):
        raise typer.BadParameter("the record has neither branches nor rules", param_hint="'--branch' / '--seed'")
    # Never cut a run short: which States a treaty has ever concerned decides what could be bound.
    beyond = file == RECORD and last is not None and last > whole_record().scenario.period.to.isoformat()
    return world(file, branch=branch, view=view, seed=seed, until=last if beyond else None)


def check_days(line: Timeline, first: str | None, last: str | None) -> None:
    """Refuse days of which the run says nothing."""
    from simulator.analysis.timeline import day_text, ordinal

    if first is not None and ordinal(first) > min(line.last, ordinal(last) if last else line.last):
        raise typer.BadParameter(f"it lies after the end ({last or day_text(line.last)})", param_hint="'--from'")
    if last is not None and ordinal(last) < line.first:
        raise typer.BadParameter(f"the run begins on {day_text(line.first)}", param_hint="'--to'")


def check_folder(out: Path) -> list[str]:
    """Return the files of an earlier export that stands there.

    Raises: StoreError -- it is a file, or a folder that holds something else, results of a run included.
    """
    from simulator.errors import Diagnostic, StoreError
    from simulator.results.store import MANIFEST, read_manifest
    from simulator.results.store import check_folder as check

    if not check(out):
        return []
    found = read_manifest(out) or {}
    if found.get("kind") != "export":
        hint = "name another folder; only earlier exports are replaced"
        raise StoreError(
            diagnostics=[Diagnostic("TS601", "the folder holds the results of a run", str(out), hint=hint)]
        )
    listed = [one.get("path") for one in found.get("outputs", ()) if isinstance(one, dict)]
    # A manifest that was tampered with cannot name anything outside its folder.
    return [name for name in listed if isinstance(name, str) and name == Path(name).name and name != MANIFEST]


def _write(out: Path, files: dict[str, str], earlier: list[str], asked: dict[str, Any]) -> None:
    """Write all files, the manifest first as incomplete and last as complete."""
    from simulator.cli.files import write_text
    from simulator.cli.output import about
    from simulator.errors import Diagnostic, StoreError
    from simulator.results.store import MANIFEST, as_text

    manifest = {**about("export", **asked), "kind": "export", "outputs": outputs(files)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in earlier:
            if name not in files:
                out.joinpath(name).unlink(missing_ok=True)
    except OSError as error:
        text = f"cannot be written: {error.strerror or error}"
        raise StoreError(diagnostics=[Diagnostic("TS602", text, str(error.filename or out))]) from None
    write_text(out / MANIFEST, as_text({**manifest, "complete": False}), replace=True)
    for name, text in files.items():
        write_text(out / name, text, replace=True)
    write_text(out / MANIFEST, as_text({**manifest, "complete": True}), replace=True)


def outputs(files: dict[str, str]) -> list[dict[str, Any]]:
    """Return name, lines and digest of each file."""
    import hashlib

    return [
        {"path": name, "lines": text.count("\n"), "sha256": hashlib.sha256(text.encode()).hexdigest()}
        for name, text in files.items()
    ]


def _print(out: Path, files: dict[str, str], asked: dict[str, Any], json: bool) -> None:
    from simulator.cli.output import Table, about, emit, envelope, print_table

    rows = outputs(files)
    if json:
        emit(envelope({"folder": str(out), "files": rows}, about("export", **asked)))
        return
    table = Table(("file", "lines"))
    table.rows += [(str(out / row["path"]), str(row["lines"])) for row in rows]
    print_table(table)
