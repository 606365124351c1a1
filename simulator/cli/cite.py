"""`treatysim record cite`: one row of the record with all that is known about it, and what it does in a replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.options import Json

if TYPE_CHECKING:
    from simulator.law.record import Override, RecordedAct

_NEAR = 3
_MANY = 12


def cite(
    row: Annotated[str, typer.Argument(metavar="ROW_ID", help="The id of a row: treaty.party.act.done.")],
    json: Json = False,
) -> None:
    """Cite one row of the record in full, with its effects.

    Dates, source, confidence, what is read differently and why, the disputed question with its readings and who holds
    them, and what the row did when the whole record was replayed in the default view. The ids are in `timeline --csv`
    and `status --json`; the id that a row has before it is read differently is understood, too.
    """
    from simulator.cli.output import about, emit, envelope

    data = _found(row.strip())
    if json:
        emit(envelope(data, about("record cite", row=row.strip())))
    else:
        _print(data)


# --- finding the row --------------------------------------------------------------------------------------------------


def _found(name: str) -> dict[str, Any]:
    """The citation of a row; raises RecordError with the nearest ids where there is none of this name."""
    from simulator.errors import Diagnostic, RecordError
    from simulator.law.record import record

    treaty = name.partition(".")[0]
    acts = {act.id: act for act in record(treaty)} if _is_treaty(treaty) else {}
    raw = list(_raw(treaty)) if acts else []
    act = acts.get(name)
    if act is None:
        line = next((line for line, own, _ in raw if own == name), None)
        act = next((one for one in acts.values() if one.line == line), None)
        if line is not None and act is None:
            _, own, cells = next(one for one in raw if one[0] == line)
            return {"id": own, "treaty": treaty, "dropped": True, "overrides": _overrides(own, cells)}
    if act is None:
        near = [f"'{one}'" for one in _nearest(name, treaty, [*acts, *(own for _, own, _ in raw)])]
        hint = f"did you mean {' or '.join(near)}?" if near else "treatysim timeline --csv lists the ids"
        raise RecordError(diagnostics=[Diagnostic("TS214", f"unknown row '{name[:80]}'", hint=hint)])
    return _citation(act, next((own, cells) for line, own, cells in raw if line == act.line))


def _is_treaty(name: str) -> bool:
    from simulator.law.catalogue import treaty_ids

    return name in treaty_ids()


def _raw(treaty: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """The rows as they stand in the file, each with its line and the id that it has before any override."""
    import csv
    from importlib.resources import files

    path = files("simulator.law").joinpath("data", "record", f"{treaty}.csv")
    seen: dict[str, int] = {}
    reader = csv.DictReader(path.read_text(encoding="utf-8").splitlines(), strict=True)
    for cells in reader:
        name = f"{treaty}.{cells['party']}.{cells['act']}.{cells['done'].replace(' ', '')}"
        seen[name] = seen.get(name, 0) + 1
        yield reader.line_num, name if seen[name] == 1 else f"{name}~{seen[name]}", cells


def _nearest(name: str, treaty: str, own: list[str]) -> list[str]:
    """The ids that are spelled almost like this one, in the treaty that was probably meant."""
    from difflib import get_close_matches

    from simulator.law.catalogue import treaty_ids
    from simulator.law.record import record

    known = own
    if not known:
        meant = get_close_matches(treaty.lower()[:80], treaty_ids(), n=1, cutoff=0.5)
        known = [act.id for act in record(meant[0])] if meant else []
    folded = {one.lower(): one for one in known}
    party = f".{name.lower()[:120].partition('.')[2].partition('.')[0]}."
    same = [one for one in folded if party in one]
    for words in (same, list(folded)):  # an act of the same party is meant rather than the same act of another
        if found := get_close_matches(name.lower()[:120], words, n=_NEAR, cutoff=0.6):
            return [folded[one] for one in found]
    return []


# --- what is known about it -------------------------------------------------------------------------------------------


def _citation(act: RecordedAct, raw: tuple[str, dict[str, str]]) -> dict[str, Any]:
    from simulator.law.catalogue import parties, treaty
    from simulator.law.dates import day_text
    from simulator.law.lifecycle import lifecycle

    own, cells = raw
    party = parties().get(act.party)
    days = {name: getattr(act, name) for name in ("effective", "received", "recorded", "until")}
    texts = ("stage", "ground", "reading", "instrument", "source", "note")
    return {
        "id": act.id,
        "treaty": act.treaty,
        "title": treaty(act.treaty).title,
        "party": act.party,
        "name": party.name if party else None,
        "act": act.act,
        "meaning": lifecycle().acts[act.act].meaning,
        "done": act.done,
        "precision": act.precision,
        "applies": day_text(act.day) if act.day is not None else None,
        **{name: day_text(day) if day is not None else None for name, day in days.items()},
        "toward": list(act.toward),
        **{name: getattr(act, name) or None for name in texts},
        "confidence": "sourced" if act.confirmed else "unconfirmed",
        "file": f"record/{act.treaty}.csv",
        "line": act.line,
        "imported_as": own if own != act.id else None,
        "overrides": _overrides(own, cells),
        "dispute": question(act.dispute) if act.dispute else None,
        "replay": _replay(act),
        "compared": _compared(act),
    }


def _overrides(own: str, cells: Mapping[str, str]) -> list[dict[str, Any]]:
    from simulator.law.record import overrides

    def one(change: Override) -> dict[str, Any]:
        before = cells.get(change.field) or None
        return {
            "field": change.field,
            "imported": before,
            "read_as": change.value or None,
            "reason": change.reason,
            "source": change.source or None,
        }

    return [one(change) for change in overrides().get(own, ())]


def question(name: str) -> dict[str, Any]:
    """A disputed question with its readings, who holds each, and which views pick it."""
    from simulator.law.views import disputes

    one = disputes()[name]
    return {
        "id": one.id,
        "title": one.title,
        "question": one.question,
        "readings": [
            {
                "id": reading.id,
                "text": reading.text,
                "held_by": list(reading.held_by),
                "views": [view for view, picked in one.views.items() if picked == reading.id],
                "source": reading.source or None,
            }
            for reading in one.readings.values()
        ],
    }


def _replay(act: RecordedAct) -> dict[str, Any]:
    """The steps of the row in a replay of the whole record, those that it caused at once, or why there are none."""
    from simulator.analysis.chronicle import replayed
    from simulator.law.lifecycle import lifecycle

    trace, _ = replayed(None, "depositary")
    steps = [step for step in trace.steps if step.id == act.id]
    numbers = {step.number for step in steps}
    then = [step for step in trace.steps if step.cause in numbers]
    refused = [one.as_json() for one in trace.refused if one.id == act.id]
    why = None
    if not steps and not refused:
        if not lifecycle().acts[act.act].scriptable:
            why = "an effect that is reported; it is never applied, but compared with what follows from the law"
        elif act.day is None:
            why = "its day is unknown"
        elif act.reading:
            why = f"it counts only under the reading {act.reading} of {act.dispute}"
        else:
            why = "the clauses of the treaty have brought it about already"
    rows = {"steps": [step.as_json() for step in steps], "caused": [step.as_json() for step in then]}
    return {"view": trace.view, **rows, "refused": refused, "not_applied": why}


def _compared(act: RecordedAct) -> list[dict[str, Any]]:
    from simulator.analysis.derivation import findings

    return [one.as_json() for one in findings() if act.id in one.rows]


# --- for people -------------------------------------------------------------------------------------------------------


def _print(data: Mapping[str, Any]) -> None:
    from simulator.cli.output import say

    say(data["id"], "bold")
    if data.get("dropped"):
        say("  left out of the record")
    else:
        _print_fields(data)
    for one in data["overrides"]:
        change = f"{one['field']}: {one['imported'] or '(empty)'} -> {one['read_as'] or '(empty)'}"
        _field("changed", "" if data.get("dropped") else change)
        _field("because", one["reason"])
        _field("source", one["source"])
    if data.get("dispute"):
        say()
        print_question(data["dispute"])
    if "replay" in data:
        _print_replay(data["replay"])
        for one in data["compared"]:
            derived = one["derived"] or "nothing"
            text = f"{one['what']} recorded on {one['recorded'] or 'no day'}, derived: {derived}; {one['verdict']}"
            _field("compared", "; ".join(part for part in (text, one["why"], one["explained"]) if part))


def _print_fields(data: Mapping[str, Any]) -> None:
    who = "the treaty or its organs" if data["party"] == "*" else f"{data['name']} ({data['party']})"
    _field("treaty", f"{data['title']} ({data['treaty']})")
    _field("party", who)
    _field("act", f"{data['act']}: {data['meaning']}")
    note = "" if data["precision"] == "day" else f" (known to the {data['precision']}; applies on {data['applies']})"
    note = " (happened by that day)" if data["precision"] == "by" else note
    _field("done", data["done"] + ("" if data["precision"] == "unknown" else note))
    names = ("effective", "received", "recorded", "until", "toward", "stage", "ground", "reading", "instrument")
    for name in (*names, "source", "confidence", "note", "imported_as"):
        value = data[name]
        _field(name.replace("_", " "), ", ".join(value) if isinstance(value, list) else value)
    _field("file", f"{data['file']}:{data['line']}")


def _field(name: str, value: str | None) -> None:
    """One line of the citation; nothing where nothing is known."""
    from simulator.cli.output import say, say_wrapped

    if value and value.startswith("http"):
        say(f"  {name:<12}{value}")  # addresses are left whole: so they can be opened and copied
    elif value:
        say_wrapped(f"{name:<12}{value}", indent="  ", hang=" " * 12)


def print_question(one: Mapping[str, Any]) -> None:
    """Print a disputed question with its readings."""
    from simulator.cli.output import say_wrapped

    say_wrapped(f"{one['id']}  {one['title']}: {one['question']}")
    for reading in one["readings"]:
        held = f" Held by {', '.join(reading['held_by'])}." if reading["held_by"] else ""
        views = f" Views: {', '.join(reading['views'])}." if reading["views"] else ""
        source = f" {reading['source']}" if reading["source"] else ""
        say_wrapped(f"- {reading['id']}: {reading['text']}{held}{views}{source}", indent="  ", hang="  ")


def _print_replay(replay: Mapping[str, Any]) -> None:
    from simulator.cli.output import say

    say()
    say(f"In the replay of the whole record, view {replay['view']}", "bold")
    if replay["not_applied"]:
        _field("not applied", replay["not_applied"])
    for one in replay["refused"]:
        _field(one["date"], f"refused: {one['reason']}")
    for step in replay["steps"]:
        _field(step["date"], _moved(step))
    for step in replay["caused"][:_MANY]:
        _field(step["date"], f"then {_moved(step)}")
    if len(replay["caused"]) > _MANY:
        _field("", f"and {len(replay['caused']) - _MANY} more; --json shows them")


def _moved(step: Mapping[str, Any]) -> str:
    moved = f", {step['from']} -> {step['to']}" if step["from"] != step["to"] else ""
    who = f"{step['party']} " if step["party"] else ""
    return f"{who}{step['act']}{moved} ({step['basis']})"
