"""Particles: too many worlds are thinned out by chance, so that their number stays bounded and nothing is biased.

Systematic resampling (Kitagawa, Journal of Computational and Graphical Statistics 5, 1996): a world is kept with a
probability that grows with its own, and what is kept stands for what is not. Since worlds with the same future have
been taken together before, a particle stands for many histories.
"""

from __future__ import annotations

import random
from collections.abc import Hashable
from fractions import Fraction

from simulator.exact.worlds import Group, Lumps, World

__all__ = ["thinned"]


def thinned(groups: dict[Hashable, Group], keep: int, seed: int, day: int) -> float:
    """Thin worlds out to about `keep`, in place; return the effective sample size before, 0 if all were kept."""
    places: list[tuple[Group, int, Lumps, World]] = [
        (group, due, lumps, world)
        for group in groups.values()
        for due, worlds in group.waiting.items()
        for lumps, world in worlds.items()
    ]
    if len(places) <= keep:
        return 0.0
    weights = [float(world.weight) for *_, world in places]
    total = sum(weights)
    step = total / keep
    # A world heavier than a step is kept as it is; a lighter one stands for a step if the comb touches it.
    at = random.Random(f"{seed}/{day}").random() * step  # noqa: S311 -- no secret hangs on it
    for (group, due, lumps, world), weight in zip(places, weights, strict=True):
        if weight >= step:
            continue
        if at < weight:
            world.weight = Fraction(step)
            at += step - weight
        else:
            at -= weight
            del group.waiting[due][lumps]
    for key, group in list(groups.items()):
        group.waiting = {due: worlds for due, worlds in group.waiting.items() if worlds}
        if not group.waiting:
            del groups[key]
    return total**2 / sum(weight**2 for weight in weights)
