"""Explanations: the histories that lead to the record, and what each of them teaches about decisions not yet made.

In an explanation every decision that was read lies in a known part of [0, 1); the parts are independent given the
explanation (Pearl's abduction, exact). A world that is edited afterwards reads the same uniforms. It asks for a
decision, and the explanations that differ about it part ways there; those that do not stay together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from fractions import Fraction

from simulator.counterfactual.mechanisms import transition
from simulator.exact.belief import Belief, Cells, Fresh, Known, Place, cells_of
from simulator.exact.history import Path
from simulator.exact.regions import full
from simulator.noise import CHOICE, Cuts, Key

__all__ = ["Explanations"]


class Explanations(Fresh):
    """A source of decisions that knows what history has taught.

    `mechanism` says how a decision with several outcomes carries over when its probabilities are others in the edited
    world (`simulator.counterfactual.mechanisms`): `monotone`, `gumbel` or `independent`. `read` are the keys that an
    edited world has asked for and history has an answer to, `fresh` those that it knows nothing of.
    """

    def __init__(self, histories: Sequence[Path], mechanism: str = "monotone") -> None:
        super().__init__()
        self.histories, self.mechanism = list(histories), mechanism
        self.start = Belief((1 << len(self.histories)) - 1)
        self._known: dict[Key, list[tuple[int, Place]]] = {}
        # Places are told apart by where they are, not by the whole list of cuts that they were found with.
        masks: dict[Key, dict[Hashable, tuple[int, Place]]] = defaultdict(dict)
        for number, path in enumerate(self.histories):
            for key, place in path.places.items():
                name = (place.region, place.cell)
                mask, first = masks[key].get(name, (0, place))
                masks[key][name] = (mask | 1 << number, first)
        for key, places in masks.items():
            self._known[key] = list(places.values())
        self._weights: dict[int, Fraction] = {}
        self.read: set[Key] = set()
        self.fresh: set[Key] = set()

    def weight(self, histories: int) -> Fraction:
        """Return the probability of a set of explanations, together with the record."""
        found = self._weights.get(histories)
        if found is None:
            chosen = (path.weight for number, path in enumerate(self.histories) if histories >> number & 1)
            found = self._weights[histories] = sum(chosen, Fraction(0))
        return found

    def known(self, belief: Belief, key: Key) -> list[Known]:
        """Return the ways in which explanations know a key; those that agree stay together."""
        places = self._known.get(key)
        if places is None or self.mechanism == "independent":
            self.fresh.add(key)
            return [Known(Fraction(1), None, belief)]
        self.read.add(key)
        whole, rest, found = self.weight(belief.histories), belief.histories, []
        for mask, place in places:
            part = belief.histories & mask
            if part:
                rest &= ~mask
                found.append(Known(self.weight(part) / whole, place, replace(belief, histories=part)))
        if rest:
            found.append(Known(self.weight(rest) / whole, None, replace(belief, histories=rest)))
        return found

    def spread(self, place: Place | None, key: Key, cuts: Cuts) -> Cells:
        """Work out the cells in which a key lies in the edited world, given where it lay in history."""
        if place is None or self.mechanism != "gumbel" or key.purpose != CHOICE or place.cell < 0:
            return super().spread(place, key, cuts)
        p, q = [[high - low for low, high in one.intervals()] for one in (place.cuts, cuts)]
        size = max(len(p), len(q))
        p, q = [*p, *[Fraction(0)] * (size - len(p))], [*q, *[Fraction(0)] * (size - len(q))]
        regions = {cell: region for cell, region, _ in cells_of(full(), cuts)}
        chances = transition("gumbel", p, q, place.cell)
        return tuple((cell, regions[cell], chance) for cell, chance in enumerate(chances) if chance)
