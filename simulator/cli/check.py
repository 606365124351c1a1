"""`treatysim check`: every error of scenario files, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.complete import scenario_refs
from simulator.cli.options import Json, examples

if TYPE_CHECKING:
    from simulator.errors import Diagnostic
    from simulator.scenario.load import Loaded


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog=examples("treatysim check cfe-endgame my.yaml", "treatysim check *.yaml --json"))(check)


Form = Literal["full", "concise", "json", "github"]


def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Paths, or ids of shipped scenarios.", autocompletion=scenario_refs),
    ],
    output_format: Annotated[
        Form,
        typer.Option(
            "--output-format", help="How errors are shown: with source lines, one a line, for programs, for GitHub."
        ),
    ] = "full",
    json: Json = False,
) -> None:
    """Check scenario files and show every error with its place.

    Nothing is run. Exit code 3 if a file is not valid, 4 if one is larger or deeper than is read.
    """
    found = [_judged(one) for one in files]
    _print(found, "json" if json else output_format)
    codes = {one.exit_code for one in found if one.problems}
    if codes:
        raise typer.Exit(3 if 3 in codes else max(codes))


@dataclass(slots=True)
class Judged:
    """What was found in one file: the problems, or what it holds."""

    file: str
    problems: tuple[Diagnostic, ...] = ()
    exit_code: int = 0
    loaded: Loaded | None = None

    def as_json(self) -> dict[str, Any]:
        """The file's row in `data`."""
        row: dict[str, Any] = {"file": self.file, "ok": not self.problems, "problems": len(self.problems)}
        if self.loaded is None:
            return row
        scenario = self.loaded.scenario
        return row | {
            "scenario": scenario.id,
            "title": scenario.title,
            "digest": self.loaded.digest,
            "files": [{"path": path, "sha256": digest} for path, digest in self.loaded.files],
            "rules": len(scenario.rules),
            "branches": len(scenario.branches),
        }


def _judged(ref: str) -> Judged:
    from simulator.cli.failure import diagnostics_of
    from simulator.errors import TreatySimError
    from simulator.scenario.load import load_scenario

    try:
        loaded = load_scenario(ref)
    except TreatySimError as error:
        return Judged(ref, diagnostics_of(error, ref), error.exit_code)
    found = _compiled(loaded, ref)
    return Judged(ref, tuple(found), 3 if found else 0, loaded)


def _compiled(loaded: Loaded, ref: str) -> list[Diagnostic]:
    """The problems that only show when the scenario is put together: with the record, and with what a branch adds."""
    from simulator.cli.failure import diagnostics_of
    from simulator.errors import TreatySimError
    from simulator.scenario.compile import compile_scenario

    found: list[Diagnostic] = []
    for branch in (None, *(one.id for one in loaded.scenario.branches if one.add)):
        try:
            compile_scenario(loaded, mode="simulate", branch=branch)
        except TreatySimError as error:
            found += [one for one in diagnostics_of(error, ref) if one not in found]
    return found


def _print(found: list[Judged], form: str) -> None:
    from simulator.cli.failure import as_lines
    from simulator.cli.output import about, emit, envelope, note, say

    problems = [problem for one in found for problem in one.problems]
    if form == "json":
        rows = [one.as_json() for one in found]
        diagnostics = [problem.as_json() for problem in problems]
        emit(envelope(rows, about("check"), diagnostics=diagnostics, ok=not problems))
        return
    blocks = [as_lines(one.problems, form) for one in found if one.problems]
    if blocks:
        say(("\n\n" if form == "full" else "\n").join(blocks))
    if form == "full":
        if blocks and len(blocks) < len(found):
            say()
        for one in found:
            if not one.problems and one.loaded is not None:
                say(f"{one.file}: ok, {_holds(one.loaded)}")
    wrong = sum(1 for one in found if one.problems)
    if wrong:
        note(f"{_many(len(problems), 'problem')} in {wrong} of {_many(len(found), 'file')}")


def _holds(loaded: Loaded) -> str:
    scenario = loaded.scenario
    parts = (
        (len(scenario.rules), "rule"),
        (len(scenario.events), "event"),
        (len(scenario.branches), "branch"),
        (len(scenario.expect), "expectation"),
    )
    return ", ".join(_many(number, what) for number, what in parts)


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}{'es' if what.endswith('ch') else 's'}"
