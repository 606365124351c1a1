"""One day of one world, in every way in which its decisions can fall.

The day is lived through by the reference engine itself, on copies; a decision that chance has to make forks the day,
which is then lived through again for each way. An act whose delay is left to chance waits (`simulator.exact.waits`).
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from simulator.engine.agenda import opening_agenda
from simulator.engine.day import live_through
from simulator.engine.judge import reads_of
from simulator.engine.questions import Asked, holds
from simulator.engine.rules import RuleBook, carry_out, order_of
from simulator.engine.run import ACTS, Delayed, Entry, Happening, RuleAct, Run
from simulator.engine.shared import SharedWorld
from simulator.engine.world import World
from simulator.errors import LimitError
from simulator.exact.belief import Belief, Cells, Fresh, Place, is_read_again
from simulator.exact.cone import fades
from simulator.exact.foresight import BLOCKED, RULED_OUT, UNKNOWN, Contradiction, Foresight, Witness
from simulator.exact.moment import Moment, Needs
from simulator.exact.waits import Lump, Wait, Waits
from simulator.law.dates import day_text
from simulator.noise import Cuts, Key, mix64
from simulator.results.trace import Step
from simulator.scenario.program import Outcome, Program, Rule

__all__ = ["OWN", "Leaf", "Stepper", "too_large"]

OWN = frozenset({"act", "claim", "statement"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One way in which a day can go: its probability, the evening, and what it has taught.

    `found` are the outcomes that came true, `learnt` the decisions that fell, `lumps` the acts that now wait,
    `acted` whether an act that had waited was carried out.
    """

    weight: Fraction
    moment: Moment
    belief: Belief
    used: frozenset[int]
    lumps: tuple[Lump, ...]
    learnt: tuple[tuple[Key, Place], ...]
    found: tuple[str, ...]
    acted: bool


class _Forks:
    """The decisions of a day under a plan: which way each of them takes, how many ways there were."""

    def __init__(self, source: Fresh, belief: Belief, plan: Sequence[int]) -> None:
        self.source, self.belief, self.plan = source, belief, plan
        self.taken: list[tuple[int, int]] = []
        self.weight = Fraction(1)
        self.learnt: list[tuple[Key, Place]] = []
        self.today: dict[Key, Place] = {}

    def choose(self, weights: Sequence[Fraction]) -> int:
        """Return the planned way of the next decision, the first one beyond the plan; `weights` has one for each."""
        place = len(self.taken)
        way = self.plan[place] if place < len(self.plan) else 0
        self.taken.append((way, len(weights)))
        return way

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Return the cell into which a decision falls on this way."""
        # One happening can set a rule off twice (an act of all parties is shown once for each): one draw, read again.
        forks = self.source.forks(self.belief, key, cuts, self.today.get(key))
        fork = forks[self.choose([one.weight for one in forks])]
        self.weight *= fork.weight
        self.belief, self.today[key] = fork.belief, fork.place
        self.learnt.append((key, fork.place))
        return fork.cell


class _DrawnForks(_Forks):
    """Decisions that take one way by chance; the weight makes up for the ways that were not taken."""

    def __init__(self, source: Fresh, belief: Belief, draw: random.Random) -> None:
        super().__init__(source, belief, ())
        self.draw = draw

    def choose(self, weights: Sequence[Fraction]) -> int:
        (way,) = self.draw.choices(range(len(weights)), [float(one) for one in weights])
        self.weight *= sum(weights, start=Fraction(0)) / weights[way]
        return way


@dataclass(frozen=True, slots=True)
class _Open:
    """An act that may be due today or later: its delay is settled when its turn comes."""

    when: Delayed
    cells: Cells
    owed: RuleAct
    order: int


def _is_asked_once(rule: Rule) -> bool:
    """Whether a delay that is drawn for a whole period, or for good, is drawn at most once in it all the same."""
    if rule.noise == "threshold":  # it fires once in a world
        return True
    one = rule.triggers[0]
    shorter = {"day": (), "month": ("day",)}.get(rule.noise)
    return shorter is not None and len(rule.triggers) == 1 and one.kind == "every" and one.word not in shorter


class _Trial(Run):
    """A run of one day in which delays stay open and a witness looks on."""

    looks_for_ties = False
    foresight: Foresight
    waits: Waits
    witness: Witness | None
    used: frozenset[int]
    lumps: list[Lump]
    keeps_causes: bool
    doing = ""  # the act that the witness is being shown

    def owe(self, owed: RuleAct, when: int | Delayed | None, order: int, decision: Step) -> None:
        # A delay that may be read again is settled now.
        if not isinstance(when, Delayed) or (is_read_again(when.key) and not _is_asked_once(owed.rule)):
            super().owe(owed, when, order, decision)
            return
        forks = self.noise
        assert isinstance(forks, _Forks)
        if when.key in forks.today:
            raise LimitError(self._twice(owed))
        known = forks.source.known(forks.belief, when.key)
        weight, place, forks.belief = known[forks.choose([one[0] for one in known])]
        forks.weight *= weight
        forks.today[when.key] = Place((), when.cuts, -1)
        cells = forks.source.shares(place, when.key, when.cuts)
        if when.days[0] == self.day and cells[0][0] == 0:
            entry = _Open(when, cells, owed, order)
            self.push(self.day, ACTS, entry, owed.id, order=order, priority=owed.rule.priority)
        else:
            self.lumps.append(self.waits.add(when, cells, owed, order))

    def trail(self, step: Step, happening: Happening) -> None:
        # Unless chains of causes are kept, only what has no cause has a name here; nothing else is asked for one.
        if self.keeps_causes:
            super().trail(step, happening)
        elif step.cause < 0:
            step.path = mix64(happening.what ^ happening.nth)

    def _twice(self, owed: RuleAct) -> str:
        return (
            f"rule {owed.rule.id} is set off twice by one happening on {day_text(self.day)} and draws one delay for "
            "both; an exact answer needs a draw of its own for each: give the rule a delay that is not left to chance, "
            "or ask for a sampled answer"
        )

    def settle(self, payload: object) -> bool:
        """Settle whether an act is due today; if it would come to nothing today, there is nothing to settle."""
        assert isinstance(payload, _Open)
        when, cells, owed = payload.when, payload.cells, payload.owed
        verdict = self.foresight.of(self.world, owed, self.day)
        forks, today = self.noise, cells[0][2]
        assert isinstance(forks, _Forks)
        if verdict == RULED_OUT and len(cells) == 1:
            raise Contradiction
        if verdict == UNKNOWN and (len(cells) == 1 or forks.choose((today, 1 - today)) == 0):
            forks.weight *= today
            forks.learnt.append((when.key, Place(cells[0][1], when.cuts, 0)))
            return carry_out(self, owed)
        lump = self.waits.add(when, cells, owed, payload.order)
        spent = lump.spent
        if verdict == BLOCKED:
            spent |= 1
        else:
            forks.weight *= 1 - today
        self.lumps.append(Lump(lump.wait, lump.alive ^ 1, spent))
        return False

    def step(self, kind: str, act: str, treaty: int = -1, party: int = -1, **more: object) -> Step:
        found = super().step(kind, act, treaty, party, **more)
        if self.witness is not None and found.rule and kind in OWN:
            self.doing = found.id
            self.used = self.witness.saw(found, self.used)
            self.doing = ""
        return found


def too_large(day: int, what: str) -> LimitError:
    """The error of an exact computation that came to this day, with what it would take to go on."""
    return LimitError(
        f"the exact computation came to {day_text(day)} and {what}; ask fewer outcomes, an earlier last day, or a "
        "sampled answer"
    )


class Stepper:
    """Lives through days of one program, from moment to moment; `source` says what is known of the uniforms.

    `given` are acts that rules owe on a day, come what may.
    """

    def __init__(
        self,
        program: Program,
        source: Fresh,
        witness: Witness | None,
        waits: Waits,
        given: Sequence[tuple[int, RuleAct]] = (),
    ) -> None:
        self.program = replace(program, expectations=())
        self.source, self.witness, self.waits = source, witness, waits
        self.book = RuleBook(self.program)
        skips = not any(fades(one.when) for one in self.program.outcomes)
        self.foresight = Foresight(self.program, witness, skips)
        self.needs = Needs(self.program, skips)
        self.agenda: dict[int, list[Entry]] = {}
        for entry in sorted(opening_agenda(self.program, self.book.periods), key=lambda one: one[:7]):
            self.agenda.setdefault(entry[0], []).append(entry)
        for number, (day, owed) in enumerate(given):
            entry = (day, ACTS, 1, order_of(self.program, owed), -owed.rule.priority, owed.id, number, owed)
            self.agenda.setdefault(day, []).append(entry)
        for day in witness.days() if witness else ():
            self.agenda.setdefault(day, [])
        blocs, names = self.program.blocs, self.program.names.treaties
        self._reads = {
            one.id: None if (codes := reads_of(one.when, blocs)) is None else frozenset(names[code] for code in codes)
            for one in self.program.outcomes
        }
        self.runs, self.most = 0, 10**9
        # A day with more ways than `ways` is drawn, `draws` times, by `draw`; without `draws` it is refused.
        self.ways, self.draws, self.draw = 10**9, 0, random.Random(1)  # noqa: S311 -- no secret hangs on it
        self.drawn = self.drew = False  # whether the last day was, and whether any was
        # Whether a way of the last day contradicts the record for another reason than an act that was due: what other
        # acts do on that day may then mend it.
        self.open_contradiction = False

    def begin(self) -> Moment:
        """Return the moment before the first day."""
        world = World(self.program)
        parts = tuple(self.needs.treaty(world, code) for code in range(len(self.program.terms)))
        key = (tuple(part.key for part in parts), self.needs.rest(world, (), self.program.outcomes, []))
        return Moment(world, (), self.program.outcomes, parts, self.needs.number(key))

    def day(
        self, start: Moment, belief: Belief, used: frozenset[int], day: int, owed: Sequence[Wait] = ()
    ) -> list[Leaf]:
        """Return every way in which a day can go if these waiting acts are due; those that contradict are left out."""
        leaves: list[Leaf] = []
        plan: list[int] = []
        self.open_contradiction = self.drawn = False
        belief, first = belief.on(day), self.runs
        while self.runs - first < self.ways:
            forks = _Forks(self.source, belief, plan)
            leaf = self._once(start, forks, used, day, owed)
            if leaf is not None:
                leaves.append(leaf)
            taken = forks.taken
            while taken and taken[-1][0] + 1 >= taken[-1][1]:
                taken.pop()
            if not taken:
                return leaves
            plan = [way for way, _ in taken[:-1]] + [taken[-1][0] + 1]
        if not self.draws:
            raise too_large(day, f"needs more than {self.ways:,} ways of that day alone")
        return self._some(start, belief, used, day, owed)

    def _some(self, start: Moment, belief: Belief, used: frozenset[int], day: int, owed: Sequence[Wait]) -> list[Leaf]:
        """Draw ways of a day that has too many; together they weigh, without bias, what all of them do."""
        self.drawn = self.drew = True
        tried = (
            self._once(start, _DrawnForks(self.source, belief, self.draw), used, day, owed) for _ in range(self.draws)
        )
        return [replace(leaf, weight=leaf.weight / self.draws) for leaf in tried if leaf is not None]

    def _once(self, start: Moment, forks: _Forks, used: frozenset[int], day: int, owed: Sequence[Wait]) -> Leaf | None:
        self.runs += 1
        if self.runs > self.most:  # also within one day, which can fork very often
            raise too_large(day, f"needs more than {self.most:,} days of worlds")
        run = _Trial(self.program, forks, self.book.react, self.book.index, SharedWorld(start.world))
        run.waits, run.witness, run.used, run.lumps = self.waits, self.witness, used, []
        run.foresight, run.keeps_causes = self.foresight, self.needs.paths
        run.pushed = day << 32  # what is put on the agenda later stands later, as in one long run
        run.trace.steps = list(start.steps) if self.needs.paths else []
        first = len(run.trace.steps)
        later = [entry for entry in start.agenda if entry[0] > day]
        run.agenda = [*self.agenda.get(day, ()), *(entry for entry in start.agenda if entry[0] == day)]
        heapq.heapify(run.agenda)
        for wait in owed:
            run.push(day, ACTS, wait.owed, wait.owed.id, order=wait.order, priority=wait.owed.rule.priority)
        try:
            live_through(run, day)
            if self.witness is not None:
                run.used = self.witness.evening(run.world, day, run.used)
        except Contradiction:
            self.open_contradiction |= run.doing not in {wait.owed.id for wait in owed}
            return None
        own = {wait.owed.rule.id for wait in owed}
        acted = any(step.rule in own and step.kind != "decision" for step in run.trace.steps[first:])
        return self._evening(start, run, forks, day, first, acted, [*later, *run.agenda])

    def _evening(  # noqa: PLR0917
        self, start: Moment, run: _Trial, forks: _Forks, day: int, first: int, acted: bool, agenda: list[Entry]
    ) -> Leaf:
        shared = run.world
        assert isinstance(shared, SharedWorld)
        world, looked = shared.settle()
        steps = run.trace.steps if self.needs.paths else []
        still, found = self._asked(start, world, run.trace.steps[first:], day)
        parts = list(start.parts)
        for code, parties in looked.items():
            parts[code] = self.needs.treaty(world, code, start.parts[code], parties)
        ahead = tuple(entry for entry in agenda if entry[0] <= self.program.last)
        key = (tuple(part.key for part in parts), self.needs.rest(world, ahead, still, steps))
        moment = Moment(world, ahead, still, tuple(parts), self.needs.number(key), steps)
        return Leaf(forks.weight, moment, forks.belief, run.used, tuple(run.lumps), tuple(forks.learnt), found, acted)

    def _asked(
        self, start: Moment, world: World, steps: list[Step], day: int
    ) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
        """Ask the open outcomes in the evening, as the judge of the reference engine does."""
        if day < self.program.first:
            return start.open, ()
        moved = {step.treaty for step in steps}
        still, found, asked = [], [], Asked(day)
        for one in start.open:
            reads = self._reads[one.id]
            if not (not steps or reads is None or reads & moved or day == one.first):
                still.append(one)
            elif one.first <= day <= one.last and holds(world, one.when, asked):
                found.append(one.id)
            elif day < one.last:
                still.append(one)
        return tuple(still), tuple(found)
