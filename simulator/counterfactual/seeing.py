"""Seeing instead of doing: what is to be expected if the act was not done, read as news and not as an edit.

A what-if changes one thing and keeps its causes (Pearl's do). The backtracking reading takes the same sentence as
something that was found out: of all histories that the unedited rules allow, it keeps those that agree with the record
and in which the sentence is true (Pearl, Causality, 2009, 1.3.1 on seeing and doing; Lewis, Nous 13, 1979, on
backtracking). What is seen tells something about its causes, and through them about the outcome; what is done does not.

Not every edit can be seen. That a rule did not act, how a decision fell, that an event with a declared chance did not
happen, which status held on a day: these can. A clause, a chance or the date of an event is no news about a world of
the same rules, and what the file leaves no chance has probability zero; then the answer says what would have to change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from simulator.counterfactual.evidence import Record
from simulator.counterfactual.explanations import Explanations
from simulator.counterfactual.numbers import Number
from simulator.errors import LimitError
from simulator.exact.belief import Belief, Fork, Fresh, Place
from simulator.exact.cone import cone, slice_program
from simulator.exact.foresight import Contradiction
from simulator.exact.history import Path, paths
from simulator.exact.lattice import Lattice, Limits
from simulator.law.dates import day_text
from simulator.noise import CHANCE, CHOICE, Cuts, Key, key_id
from simulator.results.trace import Step
from simulator.scenario.branches import Branch
from simulator.scenario.edits import DropEvent, DropRecord, Edit, ForceDecision, ForceStatus, SwitchOff, edits_of
from simulator.scenario.program import Decision, Evidence, Program, Rule
from simulator.scenario.schema import Scenario
from simulator.scenario.script import selects

__all__ = ["Seen", "see"]

MOST = 20_000  # explanations of the record and of what is seen
LATER = 2_000  # days of worlds after the end of the evidence
_EVENT = key_id("event")
_READ = Fraction(2)  # any number but 0 and 1: a chance that is read from the noise


@dataclass(frozen=True, slots=True)
class Seen:
    """The outcomes given the record and what is seen.

    `left_out` are recorded acts that could not be kept beside it; `until` is the last day of the record that could be
    (None: all of it). `p` is the probability of all that is known. Where the reading is not defined, or too large to be
    exact, `numbers` lacks the outcome and `reason` says why, and which assumption to change.
    """

    numbers: dict[str, Number] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    until: int | None = None
    p: Fraction = Fraction(0)
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data, fractions as text."""
        return {
            "outcomes": {name: number.as_json() for name, number in self.numbers.items()},
            "left_out": list(self.left_out),
            "record_until": None if self.until is None else day_text(self.until),
            "p": str(self.p),
            "reason": self.reason,
        }


def see(
    scenario: Scenario,
    edit: Branch | None,
    factual: Program,
    edited: Program,
    *,
    asked: Collection[str],
    work: int = 5_500,
) -> Seen:
    """Return the outcomes given that the edit is seen to be true, beside as much of the record as can stand with it.

    First the whole record is kept; if it contradicts what is seen, the acts that the silent rules stand for are left
    out; then all that is recorded from the first of them on. What is seen is seen up to the end of the evidence, after
    which the unedited rules go on. Exact, or not defined; each exact computation takes at most `work` days of worlds.
    """
    sight = _Sight(factual, edited, edits_of(edit) if edit else ())
    if sight.reason:
        return Seen(reason=sight.reason)
    try:
        found, left_out, until = _Search(scenario, sight, work).run()
    except LimitError:
        text = "too many histories agree with it for an exact answer; --work computes further, or end the evidence "
        return Seen(reason=text + "earlier (`until`)")
    if not found:
        return Seen(reason=sight.impossible())
    numbers, reason = _answers(factual, found, asked)
    return Seen(numbers, left_out, until, sum((path.weight for path in found), Fraction(0)), reason)


class _Demand:
    """A decision that is seen to fall one way: which keys are meant, and which cells they may show."""

    def __init__(self, rule: Rule, one: Decision | None, named: bool) -> None:
        actor = one.actor if one else -1
        self.sites = {site for member, site in rule.sites.items() if actor < 0 or member == actor}
        self.purpose = CHOICE if rule.choice is not None else CHANCE
        self.what, self.nth = (one.what, one.nth) if one else (0, -1)
        options = range(len(rule.options)) if rule.choice is not None else range(1)
        self.fires = one.fires if one else False
        self.cells = {one.option} if one and one.fires and named else set(options)

    def means(self, key: Key) -> bool:
        """Whether this is about a key."""
        return (
            key.site in self.sites
            and key.purpose == self.purpose
            and self.what in (0, key.what)
            and self.nth in (-1, key.nth)
        )

    def holds(self, cell: int) -> bool:
        """Whether a decision that falls into this cell is as seen."""
        return (cell in self.cells) == self.fires


class _Sight(Fresh):
    """What is seen, as a source of decisions that keeps only the ways which agree with it.

    `reason` says why something cannot be seen at all; `silent` are the rules seen not to act, `statuses` what is seen
    of statuses, `dropped` patterns of recorded acts seen not to be done.
    """

    def __init__(self, factual: Program, edited: Program, edits: Iterable[Edit]) -> None:
        super().__init__()
        self.factual, self.reason = factual, ""
        self.rules = {rule.id: rule for rule in factual.rules}
        self.events = {event.id: event for event in factual.events}
        self.silent: set[str] = set()
        self.absent: set[int] = set()
        self.statuses: list[tuple[int, int, int, frozenset[str]]] = []
        self.dropped: list[DropRecord] = []
        self.demands: list[_Demand] = []
        decisions = list(edited.decisions)
        given = {one for one in edits if isinstance(one, ForceDecision) and one.outcome}
        for one in decisions:
            rule = factual.names.rules[one.rule]
            self.demands.append(_Demand(self.rules[rule], one, any(force.rule == rule for force in given)))
        for edit in edits:
            self.reason = self.reason or self._take(edit)
        for forced in edited.forced:
            self.statuses.append((forced.day, forced.treaty, forced.party, frozenset({forced.status})))
        if not (self.demands or self.absent or self.statuses or self.dropped or self.reason):
            self.reason = "nothing is changed that could be seen"

    def _take(self, edit: Edit) -> str:
        """Take one edit as something seen; return why that is not possible, else nothing."""
        text = edit.sentence().rstrip(".")
        if isinstance(edit, DropEvent):
            event = self.events[edit.event]
            if event.chance is None:
                return f"the file leaves {edit.event} no chance not to happen; give the event a `probability`"
            self.absent.add(event.key)
        elif isinstance(edit, SwitchOff):
            self.silent.add(edit.rule)
            self.demands.append(_Demand(self.rules[edit.rule], None, False))
        elif isinstance(edit, ForceDecision):
            if edit.delay_days is not None:
                return f"how long rule {edit.rule} waits cannot be seen apart from its act; leave out `delay_days`"
            if edit.trigger and self.rules[edit.rule].noise != "what":
                return f"rule {edit.rule} has one draw for many occasions, so one of them cannot be seen alone"
            if not edit.fires:
                self.silent.add(edit.rule)
        elif isinstance(edit, DropRecord):
            self.dropped.append(edit)
        elif not isinstance(edit, ForceStatus):
            return f"'{text}' changes the rules of the world and is nothing that one of its histories could show"
        return ""

    def program(self) -> Program:
        """Return the unedited program in which certain decisions are read too, so that they can contradict."""
        return replace(self.factual, rules=tuple(map(self._read, self.factual.rules)))

    def _read(self, rule: Rule) -> Rule:
        if rule.id not in self.silent:
            return rule
        sure = Cuts.at([Fraction(1)])
        chances = tuple(replace(one, p=_READ, cuts=sure) if one.p == 1 else one for one in rule.chances)
        return rule if rule.noise == "threshold" else replace(rule, chances=chances)

    def removed(self, scenario: Scenario) -> tuple[set[str], set[str]]:
        """Return the recorded acts seen not to be done, and those that the silent rules stand for."""
        names = [act.id for act in self.factual.observed.acts]
        seen = {name for name in names for one in self.dropped if selects(one.record, name)}
        told = [one for rule in scenario.rules if rule.id in self.silent for one in rule.explains]
        return seen, {name for name in names for one in told if selects(one, name)} - seen

    def impossible(self) -> str:
        """Say what to change where no history agrees."""
        sure = sorted(name for name in self.silent if any(one.p == 1 for one in self.rules[name].chances))
        text = "no history that the rules allow agrees with it, however little of the record is kept"
        return text + (f"; give rule {', '.join(sure)} a chance below 1" if sure else "")

    def forks(self, belief: Belief, key: Key, cuts: Cuts, here: Place | None = None) -> list[Fork]:
        """Return the ways in which a decision may fall, without those that were not seen."""
        found = super().forks(belief, key, cuts, here)
        if key.site == _EVENT and key.what in self.absent:
            found = [fork for fork in found if fork.cell != 0]
        demand = next((one for one in self.demands if one.means(key)), None)
        if demand is not None:
            found = [fork for fork in found if demand.holds(fork.cell)]
        if not found:
            raise Contradiction
        return found


class _Witness(Record):
    """The kept record, what is seen of statuses, and acts seen not to be done although their treaty is not complete."""

    def __init__(self, program: Program, sight: _Sight, gone: set[str]) -> None:
        super().__init__(program)
        names = program.names
        self.gone = {
            (names.treaties[act.treaty], names.parties[act.party] if act.party >= 0 else "", names.acts[act.act])
            for act in sight.factual.observed.acts
            if act.id in gone
        }
        for day, treaty, party, words in sight.statuses:
            self._statuses[day].append((treaty, party, words))

    def saw(self, step: Step, used: frozenset[int]) -> frozenset[int]:
        """Take an act of a rule; one that was seen not to be done contradicts, unless it is another recorded one."""
        after = super().saw(step, used)
        if after == used and (step.treaty, step.party, step.act) in self.gone:
            raise Contradiction
        return after


class _Search:
    """Keeps as much of the record as can stand beside what is seen."""

    def __init__(self, scenario: Scenario, sight: _Sight, work: int) -> None:
        self.sight, self.program, self.work = sight, sight.program(), work
        self.seen, self.rest = sight.removed(scenario)
        self.broke = 0  # the day on which the fullest record broke

    def run(self) -> tuple[list[Path], tuple[str, ...], int | None]:
        """Return the histories, what was left out of the record, and its last day if it had to be cut."""
        whole = self.sight.factual.observed
        for gone in (self.seen, self.seen | self.rest) if self.rest else (self.seen,):
            found = self._histories(self._without(whole, gone))
            if found:
                return found, tuple(sorted(gone)), None
        gone = self.seen | self.rest
        cut = min([act.day - 1 for act in whole.acts if act.id in gone] or [self.broke])
        left = {act.id for act in whole.acts if act.day > cut} | gone
        return self._histories(replace(self._without(whole, left), until=cut)), tuple(sorted(left)), cut

    @staticmethod
    def _without(evidence: Evidence, gone: set[str]) -> Evidence:
        return replace(evidence, acts=tuple(act for act in evidence.acts if act.id not in gone))

    def _histories(self, evidence: Evidence) -> list[Path]:
        witness = _Witness(replace(self.program, observed=evidence), self.sight, self.seen)
        last, limits = min(self.program.observed.until, self.program.last), Limits(work=self.work)
        lattice = Lattice(self.program, source=self.sight, witness=witness, keep=True, last=last, limits=limits)
        worlds = lattice.run()
        self.broke = self.broke or lattice.reached
        return paths(worlds.ends, MOST) if worlds.weight else []


def _answers(program: Program, found: list[Path], asked: Collection[str]) -> tuple[dict[str, Number], str]:
    numbers: dict[str, Number] = {}
    until, lacking = min(program.observed.until, program.last), []
    weight = sum((path.weight for path in found), Fraction(0))
    left = LATER  # for all questions together that reach beyond the evidence
    for outcome in program.outcomes:
        if outcome.id not in asked:
            continue
        came = sum((path.weight for path in found if outcome.id in path.found), Fraction(0))
        if outcome.last <= until or came == weight:
            numbers[outcome.id] = Number.of(came / weight)
            continue
        # Its last day comes after all that is known: the unedited rules go on.
        part = slice_program(program, cone(program, [outcome.id]))
        lattice = Lattice(part, source=Explanations(found), limits=Limits(work=left))
        try:
            numbers[outcome.id] = Number.of(lattice.run().probability(outcome.id))
        except LimitError:
            lacking.append(outcome.id)
        left -= min(lattice.stepper.runs, left)
    return numbers, f"too large to be exact for {', '.join(lacking)}" if lacking else ""
