"""Diagrams: every edge is a move of the law, a treaty's machine has those that its clauses allow, the text is sound."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from simulator.engine import run as engine_run
from simulator.law.catalogue import treaty_ids
from simulator.law.guards import GUARDS
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES, lifecycle
from simulator.law.record import record
from simulator.report import diagrams
from simulator.report.diagrams import Diagram, Machine, as_dot, as_mermaid, lifecycle_diagram, treaty_diagram

ALL = [
    *(lifecycle_diagram(one, quiet=quiet) for one in ("party", "treaty") for quiet in (False, True)),
    *(treaty_diagram(one, quiet=quiet) for one in treaty_ids() for quiet in (False, True)),
]


def moves(machine: Machine) -> set[str]:
    """The ids of all moves in a machine."""
    return {move for edge in machine.edges for move in edge.moves}


def party(name: str) -> set[str]:
    """The moves of a party under a shipped treaty."""
    return moves(treaty_diagram(name, quiet=True).machines[0])


@pytest.mark.parametrize(("machine", "statuses"), [("party", STATUSES), ("treaty", TREATY_STATUSES)])
def test_the_lifecycle_is_drawn_whole(machine: str, statuses: tuple[str, ...]) -> None:
    """All statuses and all moves of the table are there, and with them nothing else."""
    (drawn,) = lifecycle_diagram(machine, quiet=True).machines
    assert drawn.statuses == statuses
    assert moves(drawn) == {move.id for move in lifecycle().of(machine)}


@pytest.mark.parametrize("diagram", ALL, ids=lambda one: one.title)
def test_every_edge_is_a_row_of_the_table(diagram: Diagram) -> None:
    """Source, target, id and legal basis are those of the move."""
    table = {move.id: move for move in lifecycle().moves}
    for machine in diagram.machines:
        assert machine.initial in machine.statuses
        for edge in machine.edges:
            assert {edge.source, edge.target} <= set(machine.statuses)
            for name, label in zip(edge.moves, edge.labels, strict=True):
                move = table[name]
                assert edge.source in move.sources
                assert edge.target == (edge.source if move.target == "=" else move.target)
                assert label.startswith(f"{name} {move.event.replace('_', ' ')}")
                assert label.endswith(f"{move.basis.replace(';', ',')})")


def test_clauses_decide_which_moves_there_are() -> None:
    """Accession, withdrawal, exchange, provisional application and bilateral exit depend on the treaty."""
    assert {"P5", "P33"} <= party("nato")
    assert not {"P5", "P33"} & party("cfe")
    assert "P6" in party("new-start")
    assert "P4" not in party("new-start")
    assert "P4" in party("cfe")
    assert "P34" in party("cfe-flank-1996")
    assert not {"P1", "P4", "P10", "P14a"} & party("cfe-flank-1996")
    assert {"P11", "P28"} <= party("new-start")
    assert "P28" not in party("cfe")
    whole = {name: moves(treaty_diagram(name).machines[1]) for name in ("sort", "new-start", "cfe", "start-2")}
    assert "T8" in whole["sort"]
    assert "T7" in whole["new-start"]
    assert not {"T7", "T8", "T9"} & whole["cfe"]
    assert "T17" in whole["start-2"]


@pytest.mark.parametrize("name", treaty_ids())
def test_nothing_that_has_happened_is_left_out(name: str) -> None:
    """Every recorded act that a move stands for finds at least one such move in the treaty's machine."""
    everything = set().union(*(moves(machine) for machine in treaty_diagram(name, quiet=True).machines))
    drawn = {move.event for move in lifecycle().moves if move.id in everything}
    known = {move.event for move in lifecycle().moves}
    assert {act.act for act in record(name)} & known <= drawn


def test_labels_say_what_the_clauses_add() -> None:
    """Notice periods, thresholds and end dates are on the edges, with the treaty's own article."""
    text = as_mermaid(treaty_diagram("cfe"))
    assert "P19 withdrawal effective, after 150 clear days (CFE XIX(2)-(3), VCLT 54(a), 70(2))" in text
    assert "T5 enter into force, consent of all signatories, then 10 days after (CFE XXII(2), VCLT 24(1))" in text
    assert "T7 expire, after 10 years (New START XIV(2)" in as_mermaid(treaty_diagram("new-start"))
    assert " none" not in text


def test_words_of_the_table_that_are_used_exist() -> None:
    """Guards, events and clauses that the diagrams know by name are those of the law and the engine."""
    events = {move.event for move in lifecycle().moves}
    assert set(diagrams._GUARDS) <= set(GUARDS)
    assert {*diagrams._EVENTS, *diagrams._DETAILS, *diagrams._CLAUSES} <= events
    shared = set(diagrams._CLAUSES) & set(engine_run._CLAUSES)
    assert {one: diagrams._CLAUSES[one] for one in shared} == {one: engine_run._CLAUSES[one] for one in shared}


@pytest.mark.parametrize("diagram", ALL, ids=lambda one: one.title)
def test_mermaid_text_is_sound(diagram: Diagram) -> None:
    """Each line has one of the known forms; labels hold no character that Mermaid reads as its own."""
    lines = as_mermaid(diagram).splitlines()
    assert lines[0] == lines[2] == "---"
    assert lines[3] == "stateDiagram-v2"
    forms = (
        r'\s+state "[^"]+" as \w+( \{)?',
        r"\s+\[\*\] --> \w+",
        r"\s+\w+ --> \w+ : [^:;]+",
        r"\s+\}",
    )
    assert [line for line in lines[4:] if not any(re.fullmatch(form, line) for form in forms)] == []


@pytest.mark.parametrize("diagram", ALL, ids=lambda one: one.title)
def test_dot_text_is_sound(diagram: Diagram) -> None:
    """Braces and quotes are balanced; Graphviz reads it where it is installed."""
    text = as_dot(diagram)
    assert text.count("{") == text.count("}")
    assert all(line.replace('\\"', "").count('"') % 2 == 0 for line in text.splitlines())
    dot = shutil.which("dot")
    if dot:
        subprocess.run([dot, "-Tcanon"], input=text, text=True, check=True, capture_output=True)
