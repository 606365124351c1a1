"""The scene: what a guard may look at when a move is asked for, and where it writes down why it refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.law.state import RelationshipState, TreatyState

__all__ = ["Guard", "Scene", "Test"]


@dataclass(slots=True)
class Scene:
    """What a guard may look at: the day, the relationship (for a party's move), the treaty and its other relationships.

    `toward` are the counterparts the act names, `predecessor` the code of the State it succeeds (-1: none known),
    `exists` whether the State exists on this day, `until` a new end date. `failed` collects what refused.
    """

    day: int
    treaty: TreatyState
    peers: Mapping[int, RelationshipState]
    treaties: Sequence[TreatyState]
    party: RelationshipState | None = None
    toward: tuple[int, ...] = ()
    predecessor: int = -1
    exists: bool = True
    until: int = -1
    failed: tuple[str, str] = ("", "")
    move: str = ""
    names: Sequence[str] = field(default_factory=tuple)

    @property
    def own(self) -> RelationshipState:
        """The relationship that moves; guards of the party machine are only called with one."""
        assert self.party is not None
        return self.party

    def name(self, party: int) -> str:
        """The party's id, for messages."""
        return self.names[party] if 0 <= party < len(self.names) else "?"


Test = Callable[[Scene], str]


@dataclass(frozen=True, slots=True)
class Guard:
    """A named test and the law it rests on; `forbids` is the row of the forbidden moves that it enforces."""

    name: str
    test: Test
    basis: str
    forbids: str = ""
