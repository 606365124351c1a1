"""`treatysim show`: a scenario in words, or as the one file that it is joined from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.options import Branch, File, Json, examples

if TYPE_CHECKING:
    from simulator.scenario.load import Loaded
    from simulator.scenario.schema import Scenario


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "show", epilog=examples("treatysim show cfe-endgame", "treatysim show my.yaml --resolved > joined.yaml")
    )(show)


def show(
    file: File,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Print the YAML that the file and what it extends amount to.")
    ] = False,
    branch: Branch = None,
    json: Json = False,
) -> None:
    """Show a scenario in words, one sentence for each rule.

    Events, outcomes and branches follow; with --branch only that branch is described. With --resolved the scenario is
    printed as YAML instead, with the file and line that each part comes from where several files are joined.
    """
    from simulator.cli.output import about, emit, envelope
    from simulator.scenario.compile import find_branch
    from simulator.scenario.load import load_scenario

    if resolved and branch:
        raise typer.BadParameter("a branch is an edit and no part of the resolved file", param_hint="'--branch'")
    loaded = load_scenario(file)
    find_branch(loaded.scenario, branch)
    if json:
        files = [{"path": path, "sha256": digest} for path, digest in loaded.files]
        manifest = about("show", scenario=loaded.scenario.id, scenario_digest=loaded.digest, files=files)
        emit(envelope(loaded.data if resolved else described(loaded.scenario, branch), manifest))
    elif resolved:
        _print_resolved(loaded)
    else:
        _print(described(loaded.scenario, branch))


# --- as data ----------------------------------------------------------------------------------------------------------


def described(scenario: Scenario, branch: str | None = None) -> dict[str, Any]:
    """Everything a scenario says, as sentences; `branch` leaves the others out."""
    from simulator.scenario.edits import edits_of
    from simulator.scenario.sentences import condition_phrase

    return {
        "scenario": scenario.id,
        "title": scenario.title,
        "question": scenario.question,
        "summary": scenario.summary,
        "period": {"from": scenario.period.from_.isoformat(), "to": scenario.period.to.isoformat()},
        "view": scenario.view.name,
        "overrides": dict(scenario.view.overrides),
        "record": list(scenario.record.treaties),
        "own_treaties": list(scenario.treaties),
        "blocs": {name: _members(bloc) for name, bloc in scenario.parties.blocs.items()},
        "variables": {name: f"{one.start}, from {one.min} to {one.max}" for name, one in scenario.variables.items()},
        "parameters": {name: _parameter(scenario, one) for name, one in scenario.parameters.items()},
        "events": [_event(scenario, one) for one in scenario.events],
        "rules": [_rule(scenario, one) for one in scenario.rules],
        "outcomes": [
            {"id": one.id, "title": one.title, "sentence": f"{_outcome_day(one)}{condition_phrase(one.when)}"}
            for one in scenario.outcomes
        ],
        "branches": [
            {
                "id": one.id,
                "title": one.title,
                "question": one.question,
                "note": one.note,
                "edits": [edit.sentence() for edit in edits_of(one)],
            }
            for one in scenario.branches
            if branch in (None, one.id)
        ],
        "expect": [{"date": one.date.isoformat(), "sentence": condition_phrase(one.when)} for one in scenario.expect],
    }


def _members(bloc: Any) -> str:
    return f"the parties of {bloc.parties_of}" if bloc.parties_of else ", ".join(bloc.members)


def _parameter(scenario: Scenario, one: Any) -> dict[str, Any]:
    given = f"{one.value}" + (f", from {one.range[0]} to {one.range[1]}" if one.range else "")
    return {"value": given, "note": one.note, "sources": _cited(scenario, one.source)}


def _event(scenario: Scenario, one: Any) -> dict[str, Any]:
    """An event with the day and title of the shared world event that it may stand for."""
    from simulator.law.record import world_events

    shared = world_events().get(one.from_record) if one.from_record else None
    date = one.date.isoformat() if one.date else ""
    if shared is not None:
        import datetime as dt

        date = dt.date.fromordinal(shared.day).isoformat()
    return {
        "id": one.id,
        "date": date,
        "kind": one.kind or (shared.kind if shared else None),
        "title": one.title or (shared.title if shared else None),
        "chance": str(one.probability) if one.probability is not None else None,
        "unconfirmed": shared is not None and shared.confidence != "sourced",
        "sources": _cited(scenario, one.source) or ([shared.source] if shared and shared.source else []),
    }


def _rule(scenario: Scenario, one: Any) -> dict[str, Any]:
    from simulator.scenario.sentences import rule_sentence, selector_phrase

    return {
        "id": one.id,
        "sentence": rule_sentence(one),
        "theory": one.theory,
        "sources": _cited(scenario, one.source),
        "explains": [selector_phrase(selector) for selector in one.explains],
    }


def _outcome_day(one: Any) -> str:
    if one.on:
        return f"on {one.on}, "
    return f"at the end of some day up to {one.by}, " if one.by else "at the end of some day, "


def _cited(scenario: Scenario, ids: Iterable[str]) -> list[str]:
    sources = {one.id: one for one in scenario.sources}
    found = [sources[name] for name in ids if name in sources]
    return [f"{one.title}{', ' + one.url if one.url else ''}" for one in found]


# --- for people -------------------------------------------------------------------------------------------------------


def _print(data: dict[str, Any]) -> None:
    from simulator.cli.output import say, say_wrapped

    say(f"{data['title']} ({data['scenario']})", "bold")
    if data["question"]:
        say_wrapped(data["question"])
    if data["summary"]:
        say()
        say_wrapped(data["summary"])
    say()
    overrides = ", ".join(f"{question}: {reading}" for question, reading in data["overrides"].items())
    facts = {
        "period": f"{data['period']['from']} to {data['period']['to']}",
        "view": data["view"] + (f" ({overrides})" if overrides else ""),
        "record": ", ".join(data["record"]) or "none",
        "own treaties": ", ".join(data["own_treaties"]),
    }
    for name, value in facts.items():
        if value:
            say_wrapped(f"{name:13}{value}", hang=" " * 13)
    for title, rows in (("Blocs", data["blocs"]), ("Variables", data["variables"])):
        _pairs(title, rows)
    _parameters(data["parameters"])
    _events(data["events"])
    _rules(data["rules"])
    _outcomes(data["outcomes"])
    _branches(data["branches"])
    if data["expect"]:
        _title("Expectations")
        for one in data["expect"]:
            say_wrapped(f"{one['date']}  {one['sentence']}", indent="  ", hang=" " * 12)


def _title(text: str) -> None:
    from simulator.cli.output import say

    say()
    say(text, "bold")


def _pairs(title: str, rows: dict[str, str]) -> None:
    from simulator.cli.output import say_wrapped

    if rows:
        _title(title)
    for name, text in rows.items():
        say_wrapped(f"{name}: {text}", indent="  ", hang="  ")


def _parameters(rows: dict[str, dict[str, Any]]) -> None:
    from simulator.cli.output import say_wrapped

    if rows:
        _title("Parameters")
    for name, one in rows.items():
        say_wrapped(f"{name} = {one['value']}", indent="  ", hang="  ")
        _details(one)


def _events(rows: list[dict[str, Any]]) -> None:
    from simulator.cli.output import say_wrapped

    if rows:
        _title("Events")
    for one in sorted(rows, key=lambda one: one["date"]):
        chance = f", with chance {one['chance']}" if one["chance"] else ""
        doubt = " (unconfirmed)" if one["unconfirmed"] else ""
        text = f"{one['date']}  {one['id']} ({one['kind']}){': ' + one['title'] if one['title'] else ''}{chance}{doubt}"
        say_wrapped(text, indent="  ", hang=" " * 12)


def _rules(rows: list[dict[str, Any]]) -> None:
    from simulator.cli.output import say, say_wrapped

    if rows:
        _title("Rules")
    for one in rows:
        say(f"  {one['id']}", "cyan")
        say_wrapped(one["sentence"], indent="    ")
        _details(one)
        if one["explains"]:
            say_wrapped(f"stands for: {'; '.join(one['explains'])}", "dim", indent="    ", hang="  ")


def _details(one: dict[str, Any]) -> None:
    """Why somebody thinks so, and who says so."""
    from simulator.cli.output import say_wrapped

    for name in ("note", "theory"):
        if one.get(name):
            say_wrapped(f"{name}: {one[name]}", "dim", indent="    ", hang="  ")
    for source in one["sources"]:
        say_wrapped(f"source: {source}", "dim", indent="    ", hang="  ")


def _outcomes(rows: list[dict[str, Any]]) -> None:
    from simulator.cli.output import say_wrapped

    if rows:
        _title("Outcomes")
    for one in rows:
        title = f" ({one['title']})" if one["title"] else ""
        say_wrapped(f"{one['id']}{title}: {one['sentence']}", indent="  ", hang="  ")


def _branches(rows: list[dict[str, Any]]) -> None:
    from simulator.cli.output import say, say_wrapped

    if rows:
        _title("Branches")
    for one in rows:
        say(f"  {one['id']}{': ' + one['title'] if one['title'] else ''}", "cyan")
        if one["question"]:
            say_wrapped(one["question"], "dim", indent="    ")
        for sentence in one["edits"]:
            say_wrapped(sentence, indent="    - ", hang="")
        if one["note"]:
            say_wrapped(f"note: {one['note']}", "dim", indent="    ", hang="  ")


def _print_resolved(loaded: Loaded) -> None:
    import sys

    from simulator.cli.yamltext import as_yaml

    several = len(loaded.documents) > 1

    def place(loc: tuple[str | int, ...]) -> str:
        """Where a section, or an entry of it, comes from."""
        if not several or len(loc) > 2:
            return ""
        spot = loaded.origin.spot(loc)
        return f"from {spot.document.path}:{spot.mark(key=True).line}"

    sys.stdout.write(as_yaml(in_order(loaded.data), place))


def in_order(data: dict[str, Any]) -> dict[str, Any]:
    """The sections of a file in the order in which files are written: a joined file has the inherited ones first."""
    from simulator.scenario.schema import Scenario

    keys = [field.alias or name for name, field in Scenario.model_fields.items()]
    return {key: data[key] for key in keys if key in data} | data
