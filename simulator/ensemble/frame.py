"""The frame of an ensemble: what its numbers are about, in names; small, and kept beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from simulator.engine.world import World
from simulator.scenario.program import Program

__all__ = ["UNEDITED", "Frame"]

UNEDITED = "unedited"


@dataclass(frozen=True, slots=True)
class Frame:
    """The names behind the places of a tally, and which program it is about.

    `outcomes` are ids, titles and last days; `start` is each treaty's first status, `bounds` the least and the greatest
    value of each variable.
    """

    scenario: str
    title: str
    branch: str
    view: str
    digest: str
    first: int
    last: int
    parties: tuple[str, ...]
    treaties: tuple[str, ...]
    rules: tuple[str, ...]
    variables: tuple[str, ...]
    bounds: tuple[tuple[int, int], ...]
    outcomes: tuple[tuple[str, str, int], ...]
    start: tuple[str, ...]

    @classmethod
    def of(cls, program: Program) -> Frame:
        """Return the frame of a compiled program."""
        names = program.names
        return cls(
            scenario=program.scenario,
            title=program.title,
            branch=program.branch,
            view=program.view,
            digest=program.digest,
            first=program.first,
            last=program.last,
            parties=names.parties,
            treaties=names.treaties,
            rules=names.rules,
            variables=names.variables,
            bounds=tuple((low, high) for _, low, high in program.variables),
            outcomes=tuple((one.id, one.title, one.last) for one in program.outcomes),
            start=tuple(state.status for state in World(program).treaties),
        )

    @property
    def world(self) -> str:
        """The name of the world: its branch, or that it is unedited."""
        return self.branch or UNEDITED

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the outcomes."""
        return tuple(name for name, _, _ in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """Return plain values from which `from_json` makes the frame again."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Frame:
        """Read what `as_json` gave, after its way through JSON; KeyError or TypeError where it is something else."""
        return cls(**{one.name: _frozen(value[one.name]) for one in fields(cls)})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value
