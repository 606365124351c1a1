"""The lattice: every world of a program with its exact probability, worlds with the same future taken together.

Day by day, worlds are grouped by what of them still matters (`simulator.exact.moment`). A day is lived through once
for a group, however many histories lead to it, so that the number of groups counts and not the number of histories.
Acts whose delay is open wait beside the world (`simulator.exact.waits`). Probabilities are fractions; the answer is a
rational number and no estimate, unless particles are asked for.
"""

from __future__ import annotations

import heapq
import itertools
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from simulator.engine.run import RuleAct
from simulator.exact.belief import Fresh, Place
from simulator.exact.foresight import BLOCKED, RULED_OUT, Witness
from simulator.exact.history import Node
from simulator.exact.moment import names_causes
from simulator.exact.particles import thinned
from simulator.exact.stepper import Leaf, Stepper, too_large
from simulator.exact.waits import Lump, Wait, Waits
from simulator.exact.worlds import NEVER, Group, Lumps, World, Worlds
from simulator.noise import Key
from simulator.scenario.program import Program

__all__ = ["Lattice", "Limits"]

ACTS = "acts"
CARRIED = 10  # worlds that may be carried from one day to the next, for each day that may be lived through


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an exact computation may cost: days lived through, and worlds told apart at one time.

    Where few days of many worlds are to be lived through, carrying the worlds over is what takes long; so ten may be
    carried over for each day of `work`.
    A single day of one world may go `ways` ways (0: any number). With `particles`, more worlds than that are thinned
    out by chance (from `seed`), and a day with more ways is drawn, instead of stopping; the answer is then an estimate
    without bias.
    """

    work: int = 40_000
    worlds: int = 200_000
    particles: int = 0
    ways: int = 0
    seed: int = 1


@dataclass(slots=True)
class _Today:
    """A group on one day: what happens without waiting acts (None: nothing), and what is known of those due."""

    group: Group
    day: int
    base: list[Leaf] | None
    quiet: int
    verdicts: dict[int, str] = field(default_factory=dict)
    known: dict[tuple[int, ...], list[Leaf]] = field(default_factory=dict)


class Lattice:
    """See the module's text. `source` says what is known, `witness` what happened, `keep` whether histories are kept.
    `given` are acts of rules that come on their day in every world.

    `run` raises LimitError where more is needed than the limits allow.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> from simulator.exact.cone import cone, slice_program
    >>> program = compile_scenario(load_scenario("cfe-endgame"))
    >>> asked = slice_program(program, cone(program, ["adapted-in-force"]))
    >>> Lattice(asked).run().probability("adapted-in-force")
    Fraction(0, 1)
    """

    def __init__(
        self,
        program: Program,
        *,
        source: Fresh | None = None,
        witness: Witness | None = None,
        keep: bool = False,
        last: int | None = None,
        limits: Limits | None = None,
        given: Sequence[tuple[int, RuleAct]] = (),
    ) -> None:
        self.waits = Waits(any(names_causes(rule) for rule in program.rules))
        self.source = source or Fresh()
        self.stepper = Stepper(program, self.source, witness, self.waits, given)
        self.keep, self.limits = keep, limits or Limits()
        self.stepper.most = self.limits.work
        if self.limits.ways:
            self.stepper.ways = self.limits.ways
        if self.limits.particles:
            self.stepper.draws = self.limits.ways
            self.stepper.draw = random.Random(self.limits.seed)  # noqa: S311 -- no secret hangs on it
        self.last = min(program.last, last if last is not None else program.last)
        self.days = sorted(day for day in self.stepper.agenda if day <= self.last)
        self.groups: dict[Hashable, Group] = {}
        # A heap of (day, turn, name): on that day something is due in the group of that name, if it is still the same.
        self.calendar: list[tuple[int, int, Hashable]] = []
        self.turns, self.worlds, self.carried = 0, 0, 0
        self.found: dict[str, dict[tuple[int, int], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        # Worlds in which every question is answered need not be followed, unless their histories are asked for.
        self.settles = witness is None and not keep
        self.settled = Fraction(0)
        self.largest, self.size = 0, 0.0
        self.reached = program.first

    def run(self) -> Worlds:
        """Live through all days and return what there is at the end."""
        start = self.stepper.begin()
        node = Node.root() if self.keep else None
        self._arrive(Group(start, self.source.start, frozenset()), (), World(Fraction(1), node), 0)
        while self.groups:
            shared = self._shared_after(self.reached if self.largest else 0)
            day = min(shared, self._soonest())
            if day > self.last:
                break
            self._day(day, day == shared)
        return self._end()

    def _shared_after(self, day: int) -> int:
        place = bisect_right(self.days, day)
        return self.days[place] if place < len(self.days) else NEVER

    def _soonest(self) -> int:
        """Return the first day on which something of its own is due in a group; forget what no longer holds."""
        while self.calendar:
            day, turn, name = self.calendar[0]
            group = self.groups.get(name)
            own = group is not None and group.turn == turn
            if group is not None and own and group.next() == day:
                return day
            heapq.heappop(self.calendar)
            if group is not None and own:  # thinned out since, or a later entry of the same group
                group.soon = NEVER
                self._note(name, group, group.next())
        return NEVER

    def _note(self, name: Hashable, group: Group, day: int) -> None:
        """Put a group on the calendar, unless it stands there for an earlier day."""
        if day < group.soon:
            group.soon = day
            heapq.heappush(self.calendar, (day, group.turn, name))

    def _enter(self, name: Hashable, group: Group) -> None:
        """Take up a group with what it waits for."""
        self.turns += 1
        group.turn, group.soon = self.turns, NEVER
        self.groups[name] = group
        self.worlds += group.size()
        self._note(name, group, group.next())

    def _touched(self, day: int, shared: bool) -> list[Group]:
        """Take out the groups for which a day is none like the others, in the order in which they came together."""
        touched = list(self.groups.values()) if shared else []
        if shared:
            self.groups, self.calendar = {}, []
        while not shared and self._soonest() == day:
            touched.append(self.groups.pop(heapq.heappop(self.calendar)[2]))
        self.worlds -= sum(group.size() for group in touched)
        return touched

    def _day(self, day: int, shared: bool) -> None:
        for group in self._touched(day, shared):
            self._live(group, day, shared)
        if self.groups:
            self.reached = day
        worlds, limits = self.worlds, self.limits
        self.largest = max(self.largest, worlds, 1)
        if limits.particles:
            self.size = thinned(self.groups, limits.particles, limits.seed, day) or self.size
            self.worlds = sum(group.size() for group in self.groups.values())
            if self.stepper.drew:
                self.size = min(self.size or limits.ways, limits.ways)
        elif worlds > limits.worlds:
            raise too_large(day, f"would have to tell more than {limits.worlds:,} worlds apart at once")

    # -- one group on one day ----------------------------------------------------------------------------------

    def _live(self, group: Group, day: int, shared: bool) -> None:
        """Live through a day with a group: those with nothing due go together, the others by what they wait for."""
        due = group.waiting.pop(day, {})
        ordinary = shared or group.moment.due == day
        base = self._leaves(group, day, ()) if ordinary else None
        # What is blocked now stays blocked until something happens that does not wait for chance.
        quiet = day if ordinary else min(self._shared_after(day), group.moment.due)
        today = _Today(group, day, base, quiet)
        self._move(today)
        for lumps, world in due.items():
            acting = [lump for lump in lumps if self.waits.all[lump.wait].bit(day, lump.alive)]
            verdicts = {lump.wait: self._verdict(today, lump.wait) for lump in acting}
            if ACTS in verdicts.values():
                self._split(today, lumps, world, acting)
                continue
            lost = {wait for wait, verdict in verdicts.items() if verdict == RULED_OUT}
            kept, share = self._pass(lumps, set(verdicts), lost)
            if share:
                self._go_on(today, self._spend(today, kept), world.scaled(share), base)

    def _leaves(self, group: Group, day: int, owed: Sequence[Wait]) -> list[Leaf]:
        return self.stepper.day(group.moment, group.belief, group.used, day, owed)

    def _verdict(self, today: _Today, number: int) -> str:
        """Say what comes of an act if it is due today and no other is: it acts, is blocked, or is ruled out."""
        wait, group = self.waits.all[number], today.group
        verdict = today.verdicts.get(wait.act, "")
        if not verdict and today.base is None:  # nothing else happens, so that the world is as it was last evening
            verdict = self.stepper.foresight.of(group.moment.world, wait.owed, today.day)
        if not verdict:
            leaves = today.known[(wait.act,)] = self._leaves(group, today.day, [wait])
            # Acts that are due on the same day can together be what the record shows, although none of them is alone.
            together = any(leaf.acted for leaf in leaves) or self.stepper.open_contradiction or self.stepper.drawn
            blocked = BLOCKED if self.stepper.foresight.skips else ACTS
            verdict = ACTS if together else (blocked if leaves else RULED_OUT)
        today.verdicts[wait.act] = verdict
        return verdict

    def _pass(self, lumps: Lumps, acting: set[int], lost: set[int]) -> tuple[Lumps, Fraction]:
        """Let the acts due today wait on: days that are ruled out are lost, blocked ones are spent."""
        share, kept = Fraction(1), []
        for lump in lumps:
            if lump.wait not in acting:
                kept.append(lump)
                continue
            wait, bit, whole = self.waits.all[lump.wait], lump.alive & -lump.alive, lump.alive | lump.spent
            if lump.wait in lost:
                share *= wait.without(whole, bit) / wait.size(whole)
                kept.append(Lump(lump.wait, lump.alive ^ bit, lump.spent))
            else:
                kept.append(Lump(lump.wait, lump.alive ^ bit, lump.spent | bit))
        return tuple(kept), share

    def _spend(self, today: _Today, lumps: Lumps) -> Lumps:
        """Spend at once all days up to the next happening on which acts that are blocked now stay blocked."""
        if today.quiet <= today.day + 1:
            return lumps
        world, waits, foresight = today.group.moment.world, self.waits.all, self.stepper.foresight
        blocked = {one.wait for one in lumps if foresight.is_blocked(world, waits[one.wait].owed, today.day)}
        others = (waits[one.wait].next(one.alive) for one in lumps if one.alive and one.wait not in blocked)
        until = min([today.quiet, *others])
        kept = []
        for lump in lumps:
            over = lump.alive & waits[lump.wait].before(until) if lump.wait in blocked else 0
            kept.append(Lump(lump.wait, lump.alive ^ over, lump.spent | over))
        return tuple(kept)

    def _split(self, today: _Today, lumps: Lumps, world: World, acting: list[Lump]) -> None:
        """Split worlds over which of the acts that may be due today really are."""
        numbers = {lump.wait for lump in acting}
        for size in range(len(acting) + 1):
            for chosen in itertools.combinations(acting, size):
                ids = {lump.wait for lump in chosen}
                kept, share = self._pass(tuple(lump for lump in lumps if lump.wait not in ids), numbers, numbers)
                learnt = []
                for lump in chosen:
                    wait, cell = self.waits.all[lump.wait], (lump.alive & -lump.alive).bit_length() - 1
                    share *= wait.shares[cell] / wait.size(lump.alive | lump.spent)
                    learnt.append((wait.key, Place(wait.places[cell], wait.cuts, cell)))
                if share:
                    after = world.scaled(share)
                    if learnt:
                        after.learn(tuple(learnt))
                    self._go_on(today, kept, after, self._with(today, ids) if ids else today.base)

    def _with(self, today: _Today, numbers: set[int]) -> list[Leaf]:
        """Return how the day goes if exactly these acts are due."""
        waits = sorted((self.waits.all[one] for one in numbers), key=lambda wait: wait.act)
        name = tuple(wait.act for wait in waits)
        if name not in today.known:
            today.known[name] = self._leaves(today.group, today.day, waits)
        return today.known[name]

    # -- from one day to the next ------------------------------------------------------------------------------

    def _move(self, today: _Today) -> None:
        """Let those with nothing due go on together."""
        group, base = today.group, today.base
        only = base[0] if base is not None and len(base) == 1 else None
        if base is None or (only and only.weight == 1 and not (only.lumps or only.found or only.learnt)):
            there = group if only is None else Group(only.moment, only.belief, only.used)
            name = (there.moment.key, there.belief, there.used)
            if name not in self.groups and (there.moment.open or not self.settles):
                if group.waiting:
                    there.waiting = group.waiting
                    self._enter(name, there)
                return
        for worlds in group.waiting.values():
            for lumps, world in worlds.items():
                self._go_on(today, lumps, world, base)

    def _go_on(self, today: _Today, lumps: Lumps, world: World, leaves: list[Leaf] | None) -> None:
        """Carry worlds over every way in which the day can go; without leaves nothing has happened."""
        if leaves is None:
            self._arrive(today.group, lumps, world, today.day)
            return
        for leaf in leaves:
            after = world.scaled(leaf.weight)
            for outcome in leaf.found:
                self.found[outcome][today.day, leaf.belief.histories] += after.weight
            if leaf.learnt or leaf.found:
                after.learn(leaf.learnt, tuple((outcome, today.day) for outcome in leaf.found))
            self._arrive(Group(leaf.moment, leaf.belief, leaf.used), lumps + leaf.lumps, after, today.day)

    def _arrive(self, there: Group, lumps: Lumps, world: World, day: int) -> None:
        """Put worlds where others with the same future are."""
        self.carried += 1
        if self.carried > CARRIED * self.limits.work and not self.limits.particles:
            raise too_large(day, f"would have to carry {CARRIED * self.limits.work:,} worlds over")
        if self.settles and not there.moment.open:
            self.settled += world.weight
            return
        left = []
        for lump in lumps:
            if lump.alive:
                left.append(lump)
            elif world.node is not None:  # it can no longer come: what is known of its delay is settled
                world.learn((self._rest(lump),))
        name = (there.moment.key, there.belief, there.used)
        group = self.groups.get(name)
        if group is None:
            group = Group(there.moment, there.belief, there.used)
            self._enter(name, group)
        next_day = min((self.waits.all[lump.wait].next(lump.alive) for lump in left), default=NEVER)
        place = group.waiting.setdefault(next_day, {})
        left.sort()
        same = place.get(tuple(left))
        if same is None:
            place[tuple(left)] = world
            self.worlds += 1
            self._note(name, group, next_day)
        else:
            same.join(world, day)

    def _rest(self, lump: Lump) -> tuple[Key, Place]:
        """Return what is known of a delay that has not ended: it lies in one of the cells that are left."""
        wait = self.waits.all[lump.wait]
        return wait.key, Place(wait.region(lump.alive | lump.spent), wait.cuts, -1)

    def _end(self) -> Worlds:
        total, ends = self.settled, []
        for group in self.groups.values():
            for worlds in group.waiting.values():
                for lumps, world in worlds.items():
                    total += world.weight
                    if world.node is not None:
                        world.learn(tuple(self._rest(lump) for lump in lumps))
                        ends.append((world.weight, world.node))
        found = {outcome: dict(days) for outcome, days in self.found.items()}
        return Worlds(total, found, ends, self.stepper.runs, self.largest, self.size)
