"""Abduction: every history that the model allows and the record does not contradict, with its probability.

The unedited program is run day by day with the record as witness. What is left at the end are the explanations of the
record; their probabilities add up to P(record). Exact: an explanation confines each uniform that was read to a part of
[0, 1) on which the run is the same, and the size of these parts is their probability (Pearl, Causality, 2009, 7.1, on
abduction; the parts are found lazily, one decision at a time).
"""

from __future__ import annotations

import contextlib
import itertools
import math
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from simulator.counterfactual.evidence import Record
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.pieces import Piece, pieces
from simulator.errors import LimitError, ScenarioError
from simulator.exact.belief import Place
from simulator.exact.history import Path, count_paths, drawn_paths, paths
from simulator.exact.lattice import Lattice, Limits
from simulator.law.dates import day_text
from simulator.law.lifecycle import STATEMENTS
from simulator.noise import Key
from simulator.scenario.program import Program
from simulator.scenario.schema import Scenario
from simulator.scenario.script import selects

__all__ = ["ENOUGH", "MAX_EXPLANATIONS", "History", "explain_or_draw", "explain_record", "taught_by", "without"]

MAX_EXPLANATIONS = 20_000
DRAWN = 2_000  # explanations that stand for more than that
PARTICLES, MORE = 200, 4  # worlds kept at a time where a piece is drawn, and how many times as many if that is too few
ENOUGH = 30  # an effective sample size below which drawn explanations say little
WAYS, FEW_WAYS = 2_000, 64  # of one day of one world: for an exact answer, and before the day itself is drawn
LEAST = 2_000  # days that any piece of a record may take, however much the others took


@dataclass(frozen=True, slots=True)
class History:
    """The explanations of a record, most probable first; `p_record` is the probability of the record.

    `count` is how many there are. `size` is the effective sample size if they were drawn, 0 where they are all here.
    `left_out` are recorded acts that no rule can produce and that are therefore no evidence; `until` ends the evidence.
    `pieces` are the explanations of each piece of the record, where all are known: an explanation of the whole is one
    of each, and where that makes too many, `explanations` are drawn although every piece is exact. `settled` are the
    outcomes that the explanations of one piece answer by themselves, as far as the record goes, and which piece.
    """

    explanations: tuple[Path, ...]
    p_record: Fraction
    acts: tuple[str, ...]
    left_out: tuple[str, ...]
    until: int
    work: int
    size: float = 0.0
    count: int = 0
    settled: dict[str, int] = field(default_factory=dict)
    pieces: tuple[tuple[Path, ...], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether every explanation is there."""
        return not self.size

    @property
    def certain(self) -> bool:
        """Whether all is known that the record teaches, although its explanations may be too many to be listed."""
        return not self.size or bool(self.pieces)


def explain_record(program: Program, scenario: Scenario, limits: Limits | None = None) -> History:
    """Return the explanations of the record.

    Raises ScenarioError where the model gives the record probability zero, with the act at which it breaks and the
    rules that would have to produce it; LimitError where there are too many worlds.
    """
    return _explained(program, scenario, limits or Limits(), draw=False)


def explain_or_draw(program: Program, scenario: Scenario, work: int, seed: int) -> History:
    """Return the explanations of the record; pieces of it that are too large are drawn. Raises ScenarioError."""
    return _explained(program, scenario, Limits(work=work, ways=WAYS, seed=seed), draw=True)


def _explained(program: Program, scenario: Scenario, limits: Limits, *, draw: bool) -> History:
    record = Record(program)
    lost = [one for one in record.unexplained if not _is_statement(program, one)]
    if lost:
        raise ScenarioError(_no_rule(lost[0], scenario))
    parts, work = [], 0
    for piece in pieces(program):
        left = replace(limits, work=max(limits.work - work, LEAST))
        try:
            part = _part(piece, scenario, left)
        except LimitError:
            if not draw:
                raise
            part = _drawn_part(piece, scenario, limits)
        parts.append(part)
        work += part.work
    settled = {one.id: number for number, part in enumerate(parts) for one in part.piece.program.outcomes}
    count = math.prod(part.count for part in parts)
    sizes = [part.size for part in parts if part.size]
    if sizes or count > MAX_EXPLANATIONS:
        found = _drawn_together(parts, limits.seed)
        sizes.append(float(DRAWN))
    else:
        found = sorted(_all_together(parts), key=lambda one: -one.weight)
    p_record = math.prod((part.weight for part in parts), start=Fraction(1))
    acts, size = tuple(one.id for one in record.acts), min(sizes, default=0.0)
    left_out = tuple(record.unexplained)
    whole = () if any(part.size for part in parts) else tuple(tuple(part.paths) for part in parts)
    return History(tuple(found), p_record, acts, left_out, record.until, work, size, count, settled, whole)


def taught_by(history: History, mechanism: str = "monotone") -> Explanations:
    """Return what a history teaches: piece by piece where all pieces are known, else as its explanations were drawn."""
    if not history.pieces:
        return Explanations(history.explanations, mechanism)
    every = itertools.chain.from_iterable(history.pieces)
    return Explanations(list(every), mechanism, [len(piece) for piece in history.pieces])


def without(history: History, sites: Collection[int]) -> History:
    """Return the history without what it teaches about some sites of decisions.

    Explanations that are then alike are one; probabilities add up as before, the most probable one comes first.
    """
    pieces = tuple(tuple(_alike(piece, sites)) for piece in history.pieces)
    count = math.prod(len(piece) for piece in pieces)
    if not pieces or count > MAX_EXPLANATIONS:
        found, size = _alike(history.explanations, sites), history.size
        count = len(found) if history.exact else count
    else:
        found, size = [_joined(chosen) for chosen in itertools.product(*pieces)], 0.0
    found.sort(key=lambda one: -one.weight)
    return replace(history, explanations=tuple(found), size=size, count=count, pieces=pieces)


def _alike(paths: Sequence[Path], sites: Collection[int]) -> list[Path]:
    found: dict[frozenset[tuple[object, ...]], Path] = {}
    for path in paths:
        places = {key: place for key, place in path.places.items() if key.site not in sites}
        name = frozenset((key, place.region, place.cell) for key, place in places.items())
        weight = path.weight + (found[name].weight if name in found else 0)
        found[name] = Path(weight, places, path.found)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the record and its explanations: all, or as many drawn ones (`size` is then their number)."""

    piece: Piece
    weight: Fraction
    paths: list[Path]
    count: int
    size: float
    work: int


def _part(piece: Piece, scenario: Scenario, limits: Limits) -> _Part:
    """Explain one piece of the record; raises what `explain_record` raises."""
    record = Record(piece.program, others=[owed.rule for _, owed in piece.given])
    lattice = Lattice(piece.program, witness=record, keep=True, last=record.until, limits=limits, given=piece.given)
    worlds = lattice.run()
    if not worlds.weight:
        if worlds.size:
            raise LimitError(_not_drawn(lattice.reached))
        raise ScenarioError(_impossible(record, lattice.reached, scenario))
    count, size = count_paths(worlds.ends), worlds.size
    if count <= MAX_EXPLANATIONS:
        found = paths(worlds.ends, MAX_EXPLANATIONS)
    else:
        found, size = drawn_paths(worlds.ends, DRAWN, limits.seed), size or float(DRAWN)
    return _Part(piece, worlds.weight, found, count, size, worlds.work)


def _drawn_part(piece: Piece, scenario: Scenario, limits: Limits) -> _Part:
    """Draw explanations of a piece: more of them where few would count and more take no longer than was allowed."""
    few = Limits(particles=PARTICLES, ways=FEW_WAYS, seed=limits.seed)
    part = _part(piece, scenario, few)
    if part.size < ENOUGH and part.work * MORE <= limits.work:
        with contextlib.suppress(LimitError):
            again = _part(piece, scenario, replace(few, particles=MORE * PARTICLES))
            return max(part, again, key=lambda one: one.size or math.inf)  # without a size, all of them are there
    return part


def _all_together(parts: Sequence[_Part]) -> Iterator[Path]:
    """Return every explanation of the whole record: one of each piece."""
    return (_joined(chosen) for chosen in itertools.product(*(part.paths for part in parts)))


def _drawn_together(parts: Sequence[_Part], seed: int) -> list[Path]:
    """Draw explanations of the whole record, each with its probability, piece by piece; they weigh the same."""
    draw = random.Random(seed)  # noqa: S311 -- no secret hangs on it
    columns = []
    for part in parts:
        weights = [float(path.weight / part.weight) for path in part.paths]
        columns.append(draw.choices(part.paths, weights, k=DRAWN))
    weight = math.prod((part.weight for part in parts), start=Fraction(1)) / DRAWN
    return [_joined(chosen)._replace(weight=weight) for chosen in zip(*columns, strict=True)]


def _joined(chosen: Sequence[Path]) -> Path:
    """Return the explanation of the whole that is made of these of its pieces."""
    places: dict[Key, Place] = {}
    found: dict[str, int] = {}
    for one in chosen:
        places |= one.places
        found |= one.found
    return Path(math.prod((one.weight for one in chosen), start=Fraction(1)), places, found)


def _is_statement(program: Program, name: str) -> bool:
    words = {act.id: program.names.acts[act.act] for act in program.observed.acts}
    return words.get(name, "") in STATEMENTS


def _explainers(name: str, scenario: Scenario) -> list[str]:
    return [rule.id for rule in scenario.rules if any(selects(one, name) for one in rule.explains)]


def _no_rule(name: str, scenario: Scenario) -> str:
    rules = ", ".join(_explainers(name, scenario))
    return (
        f"the record holds {name}, which {rules} is said to explain, but no rule does this act; let a rule do it, or "
        "take it out of `explains`, so that it stays as recorded in every world"
    )


def _not_drawn(reached: int) -> str:
    return (
        f"the record is too large to be explained exactly, and after {day_text(reached)} no drawn world agrees "
        "with it; try another --seed, more --work, a narrower --window, or an earlier `until` under `observed`"
    )


def _impossible(record: Record, reached: int, scenario: Scenario) -> str:
    ahead = record.due_after(reached)
    text = f"the model gives the record probability zero: after {day_text(reached)} no world agrees with it. "
    if ahead:
        rules = ", ".join(_explainers(ahead[0], scenario)) or "no rule"
        text += (
            f"The next recorded act is {ahead[0]}, which {rules} would have to produce: look at its trigger, its "
            "condition, its chance and whether its delay reaches that day. "
        )
    day = record.seen_after(reached)
    if day is not None:
        text += (
            f"The next observed status is that of {day_text(day)}: no rule leads to it from there; correct or leave "
            "out what `observed: statuses` says of that day. "
        )
    return text + (
        "It may also be that a rule acts for certain where the record is silent: give it a chance, list its treaty "
        "out of `observed: complete`, allow a `window` of days, or end the evidence earlier with `until`"
    )
