"""`treatysim check`: every error of scenario files, each with its place, and the rules that never act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.complete import scenario_refs
from simulator.cli.options import Json, examples

if TYPE_CHECKING:
    from simulator.analysis.firing import Firing, Place
    from simulator.errors import Diagnostic
    from simulator.scenario.load import Loaded


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "check",
        epilog=examples(
            "treatysim check cfe-endgame my.yaml",
            "treatysim check *.yaml --json",
            "treatysim check open-skies-exit --rules 100",
        ),
    )(check)


Form = Literal["full", "concise", "json", "github"]
MOST_SEEDS = 10_000


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
    rules: Annotated[
        int | None,
        typer.Option(
            "--rules",
            metavar="N",
            min=1,
            max=MOST_SEEDS,
            help="Also simulate with the seeds 1 to N (at most 10,000) and show how often each rule acts.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check scenario files and show every error with its place.

    Nothing is run, unless --rules asks how often each rule is triggered (its trigger comes while its condition holds)
    and fires (it decides to act, and the act comes). A rule that never fires is remarked, with the branch in which it
    does, if there is one; that is no error. Exit code 3 if a file is not valid, 4 if one is larger or deeper than is
    read, or if a run is stopped by a limit.
    """
    if rules is not None and not json and output_format not in ("full", "json"):
        raise typer.BadParameter("the table of rules is shown in full or as JSON", param_hint="'--rules'")
    found = [_judged(one) for one in files]
    if rules is not None:
        for one in found:
            _run_rules(one, rules)
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
    seeds: int = 0
    rules: list[Firing] = field(default_factory=list)
    elsewhere: dict[str, Place] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The file's row in `data`."""
        row: dict[str, Any] = {"file": self.file, "ok": not self.problems, "problems": len(self.problems)}
        if self.loaded is None:
            return row
        scenario = self.loaded.scenario
        row |= {
            "scenario": scenario.id,
            "title": scenario.title,
            "digest": self.loaded.digest,
            "files": [{"path": path, "sha256": digest} for path, digest in self.loaded.files],
            "rules": len(scenario.rules),
            "branches": len(scenario.branches),
        }
        return row | ({"seeds": self.seeds, "firing": self._firing()} if self.seeds else {})

    def _firing(self) -> list[dict[str, Any]]:
        places = {name: {"branch": place.branch, "seed": place.seed} for name, place in self.elsewhere.items()}
        return [one.as_json() | {"elsewhere": places.get(one.rule)} for one in self.rules]


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


def _run_rules(one: Judged, number: int) -> None:
    """Simulate a valid file with the first seeds; what never fires is looked for in the branches."""
    from simulator.analysis.firing import elsewhere, firing

    if one.problems or one.loaded is None:
        return
    seeds = range(1, number + 1)
    one.seeds, one.rules = number, firing(one.loaded, seeds=seeds)
    one.elsewhere = elsewhere(one.loaded, [row.rule for row in one.rules if not row.fired], seeds=seeds)


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
            if one.rules and one is not found[0]:
                say()
            if not one.problems and one.loaded is not None:
                say(f"{one.file}: ok, {_holds(one.loaded)}")
                _print_rules(one)
    wrong = sum(1 for one in found if one.problems)
    if wrong:
        note(f"{_many(len(problems), 'problem')} in {wrong} of {_many(len(found), 'file')}")


def _print_rules(one: Judged) -> None:
    """How often each rule was triggered and fired, and what there is to say about those that never fired."""
    from simulator.cli.output import Cell, Table, note, print_table, say

    if not one.rules:
        return
    say()
    table = Table(("rule", "triggered", "fired", "share", "remark"), wrap=frozenset({"remark"}))
    for row in one.rules:
        place = one.elsewhere.get(row.rule)
        also = f"; fires in the branch {place.branch} with seed {place.seed}" if place else ""
        share = "" if row.share is None else f"{float(row.share):.3f}"
        remark = Cell(f"{row.remark}{also}", "yellow")
        table.rows.append((row.rule, str(row.triggered), str(row.fired), share, remark))
    print_table(table)
    fired = sum(row.fired > 0 for row in one.rules)
    often = f"simulated {_many(one.seeds, 'time')} (seeds 1 to {one.seeds})"
    note(f"{one.file}: {often}; {fired} of {_many(len(one.rules), 'rule')} fired", "dim")


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
