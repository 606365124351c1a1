"""The driver over `transitions`: one machine for all records, refusals with reasons, and the use it leans on."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from transitions import Machine, MachineError

from simulator.engine.machine import Moved, Refused, driver
from simulator.errors import LawError
from simulator.law.guards import GUARDS, Scene
from simulator.law.lifecycle import Move, check, lifecycle
from simulator.law.state import RelationshipState, TreatyState
from tests.unit.toys import toy_terms


def _scene(**changes: object) -> Scene:
    treaty = TreatyState(0, toy_terms(**changes), status="open")
    one = RelationshipState(0, 0)
    return Scene(10, treaty, {0: one}, [treaty], one, names=("AAA", "BBB"))


def test_an_event_drives_an_unregistered_slotted_record() -> None:
    """`Event.trigger` moves a record that the machine has never seen: the use that the engine rests on."""

    class Record:
        __slots__ = ("status",)

        def __init__(self) -> None:
            self.status = "a"

    rows = [{"trigger": "go", "source": "a", "dest": "b"}]
    machine = Machine(
        model=None, states=["a", "b"], initial="a", transitions=rows, auto_transitions=False, model_attribute="status"
    )
    record = Record()
    assert machine.events["go"].trigger(record)
    assert record.status == "b"
    with pytest.raises(MachineError):
        machine.events["go"].trigger(record)


def test_there_is_one_machine_per_lifecycle() -> None:
    """Every caller gets the same driver."""
    assert driver("party") is driver("party")
    assert driver("party") is not driver("treaty")


def test_a_move_says_its_row_and_changes_the_record() -> None:
    """A legal event returns the row of the table and leaves the new status on the record."""
    scene = _scene()
    moved = driver("party").fire(scene.own, "sign", scene)
    assert isinstance(moved, Moved)
    assert (moved.move.id, moved.before, moved.after, scene.own.status) == ("P1", "non_party", "signed", "signed")


def test_a_guard_that_refuses_gives_its_reason_and_basis() -> None:
    """The reason and the legal basis of the first guard that says no come back; the record is untouched."""
    scene = _scene(signature_closes=5)
    refused = driver("party").fire(scene.own, "sign", scene)
    assert isinstance(refused, Refused)
    assert "signature window" in refused.reason
    assert "X4" in refused.basis
    assert scene.own.status == "non_party"


def test_an_event_without_a_row_names_what_is_legal() -> None:
    """Withdrawing from a treaty one never joined is refused, with the events that are legal from there."""
    scene = _scene()
    refused = driver("party").fire(scene.own, "notify_withdrawal", scene)
    assert isinstance(refused, Refused)
    assert "in_force" in refused.reason
    assert "sign" in refused.reason


def test_every_row_of_the_tables_is_in_the_machines() -> None:
    """No move of the tables is lost on the way into the library."""
    for name in ("party", "treaty"):
        assert set(driver(name).moves) == {move.id for move in lifecycle().of(name)}


def test_every_guard_is_used_and_every_used_guard_exists() -> None:
    """Tables and guards fit each other."""
    assert {guard for move in lifecycle().moves for guard in move.guards} == set(GUARDS)


def test_every_act_has_a_row_or_is_an_observed_effect() -> None:
    """The closed table of acts and the lifecycle know the same words."""
    events = {move.event for move in lifecycle().moves}
    assert [word for word, act in lifecycle().acts.items() if act.scriptable and word not in events] == []


@pytest.mark.parametrize(
    "wrong",
    [
        Move("P1", "party", ("non_party",), "again", (), "signed", "", "VCLT 1", ""),
        Move("Q1", "party", ("nowhere",), "go", (), "signed", "", "VCLT 1", ""),
        Move("Q2", "party", ("signed",), "go", (), "signed", "", "", ""),
        Move("Q3", "treaty", ("terminated",), "rise", (), "in_force", "", "VCLT 1", ""),
        Move("Q4", "organ", ("signed",), "go", (), "signed", "", "VCLT 1", ""),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(wrong: Move) -> None:
    """A duplicate id, an unknown status, a missing basis, a move out of a final status or a third machine is an error."""
    with pytest.raises(LawError, match=wrong.id):
        check((*lifecycle().moves, wrong))


def test_the_tables_cannot_be_changed_by_accident() -> None:
    """What is read once is shared, so it is read-only."""
    assert isinstance(lifecycle().acts, MappingProxyType)
