"""What comes with the product: the scenarios by id, and the names that the law and the record offer to scenarios."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from simulator.law.catalogue import parties, treaty_ids
from simulator.law.lifecycle import lifecycle
from simulator.law.record import record, world_events
from simulator.law.views import disputes

__all__ = ["ShippedLibrary", "list_shipped", "scenarios_folder"]


@cache
def scenarios_folder() -> Path | None:
    """The folder of the shipped scenarios: inside the package if it was installed, else beside it."""
    package = files("simulator")
    if not isinstance(package, Path):
        return None
    places = (package / "scenarios", package.parent / "scenarios")
    return next((place.resolve() for place in places if place.is_dir()), None)


def list_shipped() -> list[tuple[str, Path]]:
    """The shipped scenarios, sorted by id; the id is the name of the file. Folders below hold parts to be extended."""
    folder = scenarios_folder()
    return [(path.stem, path) for path in sorted(folder.glob("*.yaml"))] if folder is not None else []


class ShippedLibrary:
    """The names that exist outside a scenario file, as the checks ask for them."""

    @cached_property
    def treaty_ids(self) -> frozenset[str]:
        """Ids of the shipped treaties."""
        return frozenset(treaty_ids())

    @cached_property
    def party_ids(self) -> frozenset[str]:
        """Ids of the known parties."""
        return frozenset(parties())

    @cached_property
    def act_words(self) -> frozenset[str]:
        """Acts that a file may script or wait for."""
        return frozenset(word for word, act in lifecycle().acts.items() if act.scriptable)

    @cached_property
    def effect_words(self) -> frozenset[str]:
        """Words of the record for effects of the law."""
        return frozenset(lifecycle().acts) - self.act_words

    @cached_property
    def event_ids(self) -> frozenset[str]:
        """Ids of the shared world events."""
        return frozenset(world_events())

    @cached_property
    def readings(self) -> Mapping[str, frozenset[str]]:
        """The readings of each disputed question."""
        return {name: frozenset(dispute.readings) for name, dispute in disputes().items()}

    def record_ids(self, treaty: str) -> frozenset[str]:
        """Ids of the recorded acts of a shipped treaty."""
        return frozenset(act.id for act in record(treaty)) if treaty in self.treaty_ids else frozenset()

    def event_kind(self, event: str) -> str:
        """Kind of a shared world event."""
        return world_events()[event].kind

    def event_day(self, event: str) -> dt.date | None:
        """Day of a shared world event."""
        return dt.date.fromordinal(world_events()[event].day)
