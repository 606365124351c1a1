"""Mutants: one wrong reading of the law each, put into the engine for as long as a property looks at it.

A mutant names the property that must catch it. Most change one row of the lifecycle table or one guard; the rest
change a date rule, a count or a handler, as a careless edit would.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from simulator.engine import acts, claims, effects, endings, machine, reference
from simulator.engine import run as runs
from simulator.law.guards import GUARDS
from simulator.law.lifecycle import Move, lifecycle

__all__ = ["MUTANTS", "Mutant", "add", "driven", "free", "handler", "more", "row", "swap", "without"]

Patch = Callable[[contextlib.ExitStack], None]


@dataclass(frozen=True)
class Mutant:
    """A wrong reading, and the property that catches it."""

    name: str
    law: str
    patch: Patch

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Let the engine read the law wrongly inside the block."""
        with contextlib.ExitStack() as stack:
            self.patch(stack)
            yield


MUTANTS: list[Mutant] = []
# A driver is built once and kept: it must not be built while a mutant is at work.
_KEPT = [machine.driver(name) for name in ("party", "treaty")]
_DRIVERS_USED_BY = [module for module in (acts, claims, effects, endings, reference, runs) if hasattr(module, "driver")]


def add(name: str, patch: Patch, *laws: str) -> None:
    MUTANTS.extend(Mutant(name, law, patch) for law in laws)


def driven(change: Callable[[tuple[Move, ...]], tuple[Move, ...]] | None = None, *free: str) -> Patch:
    """Rebuild the machines with changed rows, or with guards that let everything pass."""

    def patch(stack: contextlib.ExitStack) -> None:
        for name in free:
            stack.enter_context(
                mock.patch.dict(GUARDS, {name: dataclasses.replace(GUARDS[name], test=lambda scene: "")})
            )
        if change is not None:
            table = dataclasses.replace(lifecycle(), moves=change(lifecycle().moves))
            stack.enter_context(mock.patch.object(machine, "lifecycle", lambda: table))
        drivers = {name: machine.Driver(name) for name in ("party", "treaty")}
        for module in _DRIVERS_USED_BY:
            stack.enter_context(mock.patch.object(module, "driver", drivers.__getitem__))

    return patch


def row(identity: str, **changes: Any) -> Patch:
    """Change cells of a row."""
    return driven(
        lambda moves: tuple(dataclasses.replace(one, **changes) if one.id == identity else one for one in moves)
    )


def more(identity: str, *sources: str, guards: tuple[str, ...] | None = None) -> Patch:
    """Let a row start from more statuses."""

    def change(moves: tuple[Move, ...]) -> tuple[Move, ...]:
        return tuple(
            dataclasses.replace(one, sources=(*one.sources, *sources), guards=one.guards if guards is None else guards)
            if one.id == identity
            else one
            for one in moves
        )

    return driven(change)


def without(identity: str) -> Patch:
    return driven(lambda moves: tuple(one for one in moves if one.id != identity))


def free(*guards: str) -> Patch:
    return driven(None, *guards)


def swap(*places: tuple[object, str], by: Callable[..., Any]) -> Patch:
    """Put `by(original)` in place of a function under each of the names by which it is called."""

    def patch(stack: contextlib.ExitStack) -> None:
        new = by(getattr(*places[0]))
        for owner, name in places:
            stack.enter_context(mock.patch.object(owner, name, new))

    return patch


def handler(table: dict[str, Any], word: str, by: Callable[..., Any]) -> Patch:
    return lambda stack: stack.enter_context(mock.patch.dict(table, {word: by(table[word])})) and None


# -- rows and guards of the table ------------------------------------------------------------------------------------

add("contracting States may suspend", more("P21", "ratified", guards=()), "X1")
add("accession needs no clause", free("accession_open"), "X3")
add("ratification needs no signature", more("P4", "non_party"), "X3", "model")
add("the signature window never closes", free("signature_open"), "X4")
add("everybody may sign", free("eligible_to_sign"), "X4")
add("who applies provisionally is a party", row("P11", target="in_force"), "X7")
add("pairwise suspension need not exist to be resumed", free("pairwise_suspension_live"), "X10")
add("countermeasures need not exist to be lifted", free("countermeasure_live"), "X10")
add("a notice is revocable after effect", more("P18", "withdrawn", guards=()), "X11")
add("parties withdraw consent", more("P14a", "in_force"), "X12", "model")
add("notice may be given by contracting States", more("P17", "ratified"), "X12")
add("withdrawn consent is a withdrawal", row("P14b", target="withdrawn"), "X13")
add("countermeasures suspend", row("P27a", target="suspended"), "X14")
add("a lock-in does not count", free("lock_in_over"), "X15")
add("everybody has a right to withdraw", free("withdrawal_right"), "X16")
add("breach ends multilateral treaties", free("bilateral_treaty"), "X18")
add("extensions know no cap", free("within_cap"), "X20")
add("domestic approval is consent", row("P3", sources=("signed",), target="ratified"), "X21")
add("reservations are always allowed", free("reservations_allowed"), "X22")
add("reservations may follow consent", more("P41", "ratified", "in_force"), "X22")
add("one exit does not end a bilateral treaty", without("T9"), "X24", "I3")
add("a treaty of one goes on", without("T16"), "X24")
add("a counterpart need not be bound", free("counterparts_bound"), "X25")
add("parties stay bound when a treaty ends", without("P29"), "I1", "I9")
add("linked instruments do not fall", without("T17"), "I11")
add("a floor clause ends nothing", without("T15"), "model")
add("a State that has ceased to exist joins", free("state_exists"), "model")
add("successors need no predecessor", free("predecessor_bound"), "model")
