"""`treatysim record`: whether the record is sound, what it covers, and what one of its rows rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.cite import cite, print_question, question
from simulator.cli.options import Json, Treaty, View, examples
from simulator.cli.status import check_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.analysis.derivation import Finding
    from simulator.cli.sources import Sources
    from simulator.errors import Diagnostic
    from simulator.law.record import RecordedAct

_PRECISIONS = ("day", "month", "year", "by", "unknown")
_VERDICTS = {
    "agrees": "a source reports the day to which acts and clause lead",
    "consistent": "the same day, but computed, recalled, or stated by the act itself",
    "contradicts": "another day, or none",
    "cannot_derive": "it rests on a stand-in, on bounds, on an act entered that day, or on the notice alone",
    "not_recorded": "derived, and no row reports it",
}


def register(app: typer.Typer) -> None:
    """Add the commands under one name."""
    group = typer.Typer(no_args_is_help=True)
    group.command(
        "check",
        epilog=examples(
            "treatysim record check", "treatysim record check --treaty cfe", "treatysim record check cfe.csv"
        ),
    )(check)
    group.command(
        "coverage", epilog=examples("treatysim record coverage", "treatysim record coverage --by kind --csv")
    )(coverage)
    group.command(
        "cite",
        epilog=examples(
            "treatysim record cite cfe.RUS.notify_suspension.2007-07-14",
            "treatysim record cite npt.PRK.withdrawal_effective.2003-04-10 --json",
        ),
    )(cite)
    app.add_typer(group, name="record", help="Check the record, show what it covers, cite its rows.")


# --- record check -----------------------------------------------------------------------------------------------------


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="Record files of your own; without one, the shipped record."),
    ] = None,
    treaty: Annotated[
        str | None,
        typer.Option(
            "--treaty", metavar="ID", help="Only this treaty; for files whose name is not its id: their treaty."
        ),
    ] = None,
    view: View = None,
    json: Json = False,
) -> None:
    """Check the record against its rules and the law.

    A file of your own is read beside the shipped record: its rows are added, and a copy of a row is not added again. It
    is checked for what no record can hold: unknown names, an impossible order, dates outside the life of the treaty,
    missing sources, the same act twice. Then record and file are replayed together. An act that the law refuses is an
    error with its reason. The days of effect that follow from acts and clauses are compared with those on record. With
    --treaty all comparisons are listed.

    A contradiction is explained by a disputed question that its row names, if under another reading of it the recorded
    day follows; that reading is shown. Exit code 1 if a contradiction is left unexplained, 3 if a row is not valid or
    the law refuses its act, 4 if a file is too large.
    """
    check_names(None, treaty)
    if files:
        if view is not None:
            raise typer.BadParameter("files are read in the view depositary", param_hint="'--view'")
        _check_files(files, treaty, json)
    else:
        _check_shipped(treaty, view or "depositary", json)


def _check_files(files: list[str], treaty: str | None, json: bool) -> None:
    from simulator.cli.output import about, emit, envelope, note, say

    found, worst = _examine(files, treaty)
    problems = [one for many, _ in found.values() for one in many]
    if json:
        rows = [
            {"file": name, "ok": not many, "problems": len(many), "on_record": repeated}
            for name, (many, repeated) in found.items()
        ]
        shown = [one.as_json() for one in problems]
        emit(envelope(rows, about("record check", treaty=treaty), diagnostics=shown, ok=not problems))
    else:
        for name, (many, repeated) in found.items():
            known = f" ({_many(repeated, 'row')} stand on record already)" if repeated else ""
            say("\n".join(map(str, many)) if many else f"{name}: ok{known}")
        if problems:
            wrong = sum(bool(many) for many, _ in found.values())
            note(f"{_many(len(problems), 'problem')} in {wrong} of {_many(len(found), 'file')}")
    if problems:
        raise typer.Exit(worst)


def _examine(files: list[str], treaty: str | None) -> tuple[dict[str, tuple[list[Diagnostic], int]], int]:
    """By file what is wrong and how many rows stand on record already; and the exit code.

    A file that cannot be read, or is too large, is one problem.
    """
    from pathlib import Path

    from simulator.analysis.overlay import Overlay
    from simulator.cli.failure import diagnostics_of
    from simulator.errors import TreatySimError

    overlay, codes = Overlay(), [0]
    found: dict[str, tuple[list[Diagnostic], int]] = {}
    for name in dict.fromkeys(files):
        try:
            checked = overlay.add(Path(name), treaty)
        except TreatySimError as error:
            found[name] = (list(diagnostics_of(error, name)), 0)
            codes.append(error.exit_code)
        else:
            found[name] = (checked.problems, checked.repeated)
            codes.append(3 if checked.problems else 0)
    for file, many in overlay.problems().items():
        name = next(one for one in found if str(Path(one)) == file)
        found[name] = (many, found[name][1])
        codes.append(3 if any(one.code == "TS516" for one in many) else 1)
    return found, max(codes)


def _check_shipped(treaty: str | None, view: str, json: bool) -> None:
    from simulator.analysis.derivation import findings
    from simulator.analysis.overlay import contradictions, refusals
    from simulator.law.catalogue import treaty_ids
    from simulator.law.record import record
    from simulator.law.recordcheck import check_shipped

    names = [treaty] if treaty else list(treaty_ids())
    own = {f"record/{name}.csv" for name in names}
    problems = [one for one in check_shipped() or refusals() if treaty is None or one.file in own]
    if problems:  # what is not valid, or is refused, is not compared
        _report(problems, [], {"treaty": treaty, "view": view, "rows": None, "treaties": len(names)}, json)
        raise typer.Exit(3)
    found = [one for one in findings(view) if treaty in (None, one.treaty)]
    rows = sum(len(record(name)) for name in names)
    unexplained = contradictions(found)
    _report(unexplained, found, {"treaty": treaty, "view": view, "rows": rows, "treaties": len(names)}, json)
    if unexplained:
        raise typer.Exit(1)


def _report(problems: list[Diagnostic], found: list[Finding], asked: dict[str, Any], json: bool) -> None:
    from simulator.analysis.derivation import figures
    from simulator.cli.output import about, emit, envelope, note, say

    counts = dict(figures(found)) if asked["rows"] is not None else None
    questions = {one.explained: question(one.explained) for one in found if one.explained}
    if json:
        data = {"rows": asked["rows"], "treaties": asked["treaties"], "counts": counts}
        data |= {"findings": [one.as_json() for one in found], "disputes": questions}
        manifest = about("record check", treaty=asked["treaty"], view=asked["view"])
        emit(envelope(data, manifest, diagnostics=[one.as_json() for one in problems], ok=not problems))
        return
    if counts is not None:
        what = f"{_many(asked['rows'], 'row')} of {_many(asked['treaties'], 'treaty')}"
        say(f"{what}: every row is valid and the law refuses no act")
        _print_findings(found, counts, asked)
        for one in questions.values():
            say()
            print_question(one)
    if problems:
        say()
        say("\n".join(map(str, problems)))
        note(_many(len(problems), "problem"))


def _print_findings(found: list[Finding], counts: dict[str, int], asked: dict[str, Any]) -> None:
    """Counts, then what contradicts or cannot be derived, and for one treaty the rest, too."""
    from simulator.cli.output import Table, note, print_table, say
    from simulator.cli.sources import Sources

    say()
    sources = Sources()
    table = Table(("verdict", "effects", "meaning"), wrap=frozenset({"meaning"}))
    for verdict, meaning in _VERDICTS.items():
        more = f"; {counts['unexplained']} of them unexplained" if verdict == "contradicts" else ""
        table.rows.append((verdict, str(counts[verdict]), meaning + more))
    print_table(table)
    for verdict in _VERDICTS:
        rows = [one for one in found if one.verdict == verdict]
        if rows and (asked["treaty"] or verdict in ("contradicts", "cannot_derive")):
            _print_verdict(verdict, rows, sources)
    sources.say()
    if not asked["treaty"]:
        note("--treaty ID and --json list agreements and what is not recorded, too", "dim")


def _print_verdict(verdict: str, rows: Sequence[Finding], sources: Sources) -> None:
    from simulator.cli.output import Table, print_table, say

    say()
    say(verdict, "bold")
    columns = ("treaty", "party", "what", "derived", "recorded", "explained by", "why", "sources")
    table = Table(columns, wrap=frozenset({"why", "sources", "derived", "recorded", "explained by"}))
    for one in rows:
        cells = (one.treaty, one.party, one.what, one.derived, one.recorded, one.explanation, one.why)
        table.rows.append((*cells, sources.cell(one.sources)))
    print_table(table)


# --- record coverage --------------------------------------------------------------------------------------------------


def coverage(
    by: Annotated[
        Literal["treaty", "confidence", "kind"], typer.Option(help="What a row of the table stands for; kind: the act.")
    ] = "treaty",
    treaty: Treaty = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    json: Json = False,
) -> None:
    """Show how much the record holds and how sure it is.

    Rows by treaty, confidence or kind of act: how many, how many of them sourced, from which day to which, and how
    precisely the days are known. The days are those on which the acts apply.
    """
    from simulator.cli.output import Table, about, emit, envelope, note, print_table

    if csv and json:
        raise typer.BadParameter("give one of them", param_hint=["--csv", "--json"])
    check_names(None, treaty)
    rows, total = _coverage(by, treaty)
    if json:
        emit(envelope({"by": by, "rows": rows, "total": total}, about("record coverage", by=by, treaty=treaty)))
        return
    if csv:
        _print_csv(by, rows)
        return
    table = Table((by, *total))
    table.rows += [["" if value is None else str(value) for value in row.values()] for row in rows]
    print_table(table)
    note(f"{_many(total['rows'], 'row')}, {total['sourced']} sourced, {total['unconfirmed']} unconfirmed", "dim")


def _coverage(by: str, treaty: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of the table in order, and the same figures for all acts together."""
    from simulator.law.catalogue import treaty_ids
    from simulator.law.record import record

    acts = [act for name in ([treaty] if treaty else treaty_ids()) for act in record(name)]
    groups: dict[str, list[RecordedAct]] = {}
    if by == "treaty":  # a treaty without any act is a gap that should be seen
        groups = {name: [] for name in ([treaty] if treaty else treaty_ids())}
    for act in acts:
        kinds = {"treaty": act.treaty, "confidence": "sourced" if act.confirmed else "unconfirmed", "kind": act.act}
        groups.setdefault(kinds[by], []).append(act)
    names = list(groups) if by == "treaty" else sorted(groups, key=lambda name: (-len(groups[name]), name))
    return [{by: name, **_counts(groups[name])} for name in names], _counts(acts)


def _counts(acts: Iterable[RecordedAct]) -> dict[str, Any]:
    from simulator.law.dates import day_text

    rows = list(acts)
    days = [act.day for act in rows if act.day is not None]
    return {
        "rows": len(rows),
        "sourced": sum(act.confirmed for act in rows),
        "unconfirmed": sum(not act.confirmed for act in rows),
        "overridden": sum(bool(act.override) for act in rows),
        "disputed": sum(bool(act.dispute) for act in rows),
        "first": day_text(min(days)) if days else None,
        "last": day_text(max(days)) if days else None,
        **{name: sum(act.precision == name for act in rows) for name in _PRECISIONS},
    }


def _print_csv(by: str, rows: list[dict[str, Any]]) -> None:
    import csv
    import sys

    from simulator.results.store import cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(list(rows[0]) if rows else [by])
    writer.writerows([cell(value) for value in row.values()] for row in rows)


def _many(number: int, what: str) -> str:
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"
