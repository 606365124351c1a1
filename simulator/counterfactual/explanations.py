"""Explanations: the histories that lead to the record, and what each of them teaches about decisions not yet made.

In an explanation every decision that was read lies in a known part of [0, 1); the parts are independent given the
explanation (Pearl's abduction, exact). A world that is edited afterwards reads the same uniforms. It asks for a
decision, and the explanations that differ about it part ways there; those that do not stay together.
"""

from __future__ import annotations

import itertools
import math
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

    Where a record falls into pieces, `sizes` says how many of the explanations belong to each, one piece after the
    other: an explanation of the whole is one of each piece, and their probabilities are multiplied.
    """

    def __init__(self, histories: Sequence[Path], mechanism: str = "monotone", sizes: Sequence[int] = ()) -> None:
        super().__init__()
        self.histories, self.mechanism, self.sizes = list(histories), mechanism, tuple(sizes)
        ends = list(itertools.accumulate(sizes)) if sizes else [len(self.histories)]
        self.pieces = [(1 << end) - (1 << end - size) for end, size in zip(ends, sizes or ends, strict=True)]
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
        return math.prod((self._part(histories & piece) for piece in self.pieces), start=Fraction(1))

    def _part(self, histories: int) -> Fraction:
        """Return the probability of explanations of one piece."""
        found = self._weights.get(histories)
        if found is None:
            found, rest = Fraction(0), histories
            while rest:
                low = rest & -rest
                found += self.histories[low.bit_length() - 1].weight
                rest ^= low
            self._weights[histories] = found
        return found

    def narrow(self, histories: int, chosen: int) -> int:
        """Return a set of explanations without those whose piece is explained otherwise than chosen; 0 if none is left.

        What is chosen belongs to one piece.
        """
        piece = next(one for one in self.pieces if one & chosen)
        return histories & ~piece | histories & chosen if histories & chosen else 0

    def share(self, histories: int, chosen: int) -> Fraction:
        """Return the part of the probability of a set of explanations that `narrow` leaves."""
        piece = next(one for one in self.pieces if one & chosen)
        return self._part(histories & chosen) / self._part(histories & piece)

    def known(self, belief: Belief, key: Key) -> list[Known]:
        """Return the ways in which explanations know a key; those that agree stay together."""
        places = self._known.get(key)
        if places is None or self.mechanism == "independent":
            self.fresh.add(key)
            return [Known(Fraction(1), None, belief)]
        self.read.add(key)
        piece = next(one for one in self.pieces if one & places[0][0])
        others, rest, found = belief.histories & ~piece, belief.histories & piece, []
        whole = self._part(rest)
        for mask, place in [*places, (piece, None)]:
            part = rest & mask
            if part:
                rest &= ~mask
                found.append(Known(self._part(part) / whole, place, replace(belief, histories=others | part)))
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
