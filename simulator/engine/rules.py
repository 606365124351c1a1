"""Rules: which steps set them off, how they decide, and what they owe.

A decision reads its own key (`simulator.noise`): the rule and its actor, and what happened. Chance and delay have
separate purposes, so that changing one never shifts the other. What a rule owes is tested again when it is due
(`still`); a refused or outdated act is spent.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from simulator.engine.acts import do
from simulator.engine.deed import Deed
from simulator.engine.machine import Refused
from simulator.engine.questions import Asked, holds
from simulator.engine.run import Delayed, Happening, RuleAct, Run
from simulator.law.dates import DateRule, add_months
from simulator.law.lifecycle import lifecycle
from simulator.noise import CHANCE, CHOICE, DELAY, Cuts, Key, key_id, mix64
from simulator.results.trace import Step
from simulator.scenario.program import Action, Decision, Program, Rule, Trigger

__all__ = [
    "EACH_DAY",
    "EACH_MONTH",
    "EACH_RULE",
    "EACH_THRESHOLD",
    "RuleBook",
    "carry_out",
    "change_variables",
    "deciders",
    "order_of",
]

# What names a decision to the noise that is the same every time, or every time in a period.
EACH_RULE, EACH_DAY, EACH_MONTH = (key_id(f"noise:{name}") for name in ("rule", "day", "month"))
EACH_THRESHOLD = key_id("noise:threshold")


class RuleBook:
    """The rules of a program, indexed by what sets them off; built once and shared by all its runs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.index: dict[tuple[object, ...], list[tuple[Rule, Trigger]]] = defaultdict(list)
        self.periods: set[str] = set()
        self.forced: dict[int, list[Decision]] = defaultdict(list)
        for decision in program.decisions:
            self.forced[decision.rule].append(decision)
        for rule in sorted(program.rules, key=lambda one: (-one.priority, one.id)):
            for trigger in rule.triggers:
                self.index[_key(trigger)].append((rule, trigger))
                if trigger.kind == "every":
                    self.periods.add(trigger.word)

    def react(self, run: Run, step: Step, happening: Happening) -> None:
        """Let every rule that the happening sets off decide, once each."""
        for rule in self.set_off(run, happening):
            self._decide(run, rule, step, happening)

    def set_off(self, run: Run, happening: Happening) -> Iterator[Rule]:
        """Yield every rule that a happening sets off, once each."""
        seen: set[int] = set()
        for key in happening.keys:
            for rule, trigger in self.index.get(key, ()):
                if rule.code in seen:
                    continue
                if trigger.of is not None and happening.subject not in run.world.who(trigger.of, (), -1):
                    continue
                seen.add(rule.code)
                yield rule

    def _decide(self, run: Run, rule: Rule, step: Step, happening: Happening) -> None:
        for actor, parties in deciders(run, rule):
            if parties:
                _Decision(
                    run, rule, actor, parties, step=step, happening=happening, forced=self.forced.get(rule.code, [])
                ).take()


def deciders(run: Run, rule: Rule) -> list[tuple[int, tuple[int, ...]]]:
    """Return who decides under a rule today, with the parties each decides for; -1 is a bloc that decides as one."""
    if rule.actor.kind == "party":
        return [(rule.actor.code, (rule.actor.code,))]
    members = run.world.members(rule.actor.code)
    if not rule.each:
        return [(-1, members)]
    return [(party, (party,)) for party in members if rule.only is None or party in rule.only]


def _key(trigger: Trigger) -> tuple[object, ...]:
    return {
        "act": ("act", trigger.code, trigger.treaty),
        "event": ("event", trigger.code),
        "kind": ("kind", trigger.word),
        "becomes": ("becomes", trigger.treaty, trigger.word),
        "treaty_becomes": ("treaty", trigger.treaty, trigger.word),
        "every": ("every", trigger.word),
        "rule": ("rule", trigger.code),
    }[trigger.kind]


class _Decision:
    """One actor's decision about one happening."""

    def __init__(
        self,
        run: Run,
        rule: Rule,
        actor: int,
        parties: tuple[int, ...],
        *,
        step: Step,
        happening: Happening,
        forced: list[Decision],
    ) -> None:
        self.run, self.rule, self.actor, self.parties = run, rule, actor, parties
        self.step, self.happening = step, happening
        self.asked = Asked(run.day, parties, happening.subject)
        self.forced = next((one for one in forced if self._is_meant(one)), None)
        self.what, self.nth = self._name()

    def _is_meant(self, one: Decision) -> bool:
        if one.actor >= 0 and one.actor != self.actor:
            return False
        return one.what in (0, self.happening.what) and one.nth in (-1, self.happening.nth)

    def _name(self) -> tuple[int, int]:
        """Return what names this decision to the noise, as the rule declares it."""
        noise, day = self.rule.noise, dt.date.fromordinal(self.run.day)
        if noise == "path":
            return self.step.path, 0
        if noise == "rule":
            return EACH_RULE, 0
        if noise == "day":
            return EACH_DAY, self.run.day
        if noise == "month":
            return EACH_MONTH, day.year * 12 + day.month
        if noise == "threshold":
            return EACH_THRESHOLD, 0
        return self.happening.what, self.happening.nth

    def _key(self, purpose: int) -> Key:
        return Key(self.rule.sites[self.actor], self.what, self.nth, purpose)

    def take(self) -> None:
        """Decide, write the decision down, and owe the act if it fires."""
        run, rule = self.run, self.rule
        if rule.when is not None and not holds(run.world, rule.when, self.asked):
            return
        option = self._option()
        names = run.program.names
        label = rule.options[option].id if option >= 0 and rule.choice is not None else ""
        step = run.step(
            "decision",
            rule.id,
            -1,
            self.actor,
            after="fires" if option >= 0 else "does not fire",
            cause=self.step.number,
            rule=rule.id,
            sources=rule.sources,
            basis="forced" if self.forced else "",
            note=label or ("" if self.actor >= 0 else names.blocs[rule.actor.code]),
        )
        if option < 0:
            return
        step.path = run.trace.steps[self.step.number].path if self.step.number < len(run.trace.steps) else 0
        actor = names.parties[self.actor] if self.actor >= 0 else names.blocs[rule.actor.code]
        identity = f"{rule.id}/{actor}/{self.happening.what:016x}#{self.happening.nth}"
        owed = RuleAct(rule, option, self.parties, self.happening.subject, step.number, identity)
        run.owe(owed, self._when(), order_of(run.program, owed), step)

    def _option(self) -> int:
        """Return the number of the option that is taken, -1 for none."""
        rule, noise = self.rule, self.run.noise
        if self.forced is not None:
            return max(self.forced.option, 0) if self.forced.fires else -1
        if rule.choice is not None:
            cell = noise.cell(self._key(CHOICE), rule.choice)
            return cell if cell < len(rule.options) else -1
        case = next((c for c in rule.chances if c.when is None or holds(self.run.world, c.when, self.asked)), None)
        if case is None or case.p == 0:
            return -1
        if rule.noise == "threshold":
            return self._threshold(case.p)
        # A certain decision reads no uniform: there is nothing that it could reveal about one.
        return 0 if case.p == 1 or noise.cell(self._key(CHANCE), case.cuts) == 0 else -1

    def _threshold(self, p: Fraction) -> int:
        """One fate per actor: fires in the first period in which u < 1 - prod(1 - p), and only once."""
        hazards, key = self.run.world.hazards, (self.rule.code, self.actor)
        survived = hazards.get(key, Fraction(1))
        if not isinstance(survived, Fraction):  # it has fired before
            return -1
        left = survived * (1 - p)
        hazards[key] = left
        if self.run.noise.cell(self._key(CHANCE), Cuts.at([1 - left])) == 0:
            hazards[key] = "fired"
            return 0
        return -1

    def _when(self) -> int | Delayed | None:
        """Return the day on which the act is owed, or how chance picks it; None if never."""
        delay, today, last = self.rule.delay, self.run.day, self.run.program.last
        if self.forced is not None and self.forced.delay_days >= 0:
            return today + self.forced.delay_days
        if delay.months:
            return add_months(today, delay.points[0])
        if len(delay.points) == 1 and not delay.cuts.bounds:
            return today + delay.points[0]
        # Points beyond the horizon are one cell, "later": they need not be told apart.
        inside = bisect_right(delay.points, last - today)
        if inside == 0:
            return None
        cuts = delay.cuts.first(inside) if inside < len(delay.points) else delay.cuts
        return Delayed(self._key(DELAY), cuts, tuple([today + point for point in delay.points[:inside]]))


def order_of(program: Program, owed: RuleAct) -> int:
    """Return the legal rank within a day of what a rule owes: that of the first of its acts."""
    acts, words = lifecycle().acts, program.names.acts
    actions = owed.rule.options[owed.option].actions
    return min((acts[words[one.act]].order if one.act >= 0 else 0 for one in actions), default=0)


def carry_out(run: Run, owed: RuleAct) -> bool:
    """Carry out what a rule owes; False if it was outdated or refused in every part."""
    rule, asked = owed.rule, Asked(run.day, owed.actor, owed.subject)
    if rule.still is not None and not holds(run.world, rule.still, asked):
        actions = rule.options[owed.option].actions
        first = next((action for action in actions if action.act >= 0), actions[0])
        word = run.program.names.acts[first.act] if first.act >= 0 else (first.kind or "set")
        party = owed.actor[0] if len(owed.actor) == 1 else -1
        why = Refused("outdated: what the rule still needs on the day it is due no longer holds", "rule")
        run.refuse(owed, word, first.treaty, party, why, kind="outdated")
        return False
    done = False
    for action in rule.options[owed.option].actions:
        done = _act_out(run, owed, action) or done
    return done


def _act_out(run: Run, owed: RuleAct, action: Action) -> bool:
    if action.sets:
        change_variables(run, action.sets, owed.cause, owed.rule.id)
        return True
    if action.act < 0:
        run.world.kind_days[action.kind] = run.day
        step = run.step("event", action.kind, cause=owed.cause, rule=owed.rule.id, sources=owed.rule.sources)
        subject = owed.actor[0] if len(owed.actor) == 1 else -1
        run.happen(step, Happening((("kind", action.kind),), _brought_about(run, owed), 0, subject))
        return True
    done = False
    rule = action.effective
    for party in _parties(run, action, owed):
        toward = tuple(dict.fromkeys(p for who in action.toward for p in run.world.who(who, owed.actor, owed.subject)))
        deed = Deed(
            owed,
            run.program.names.acts[action.act],
            action.act,
            action.treaty,
            party,
            tuple(one for one in toward if one != party),
            rule.first_day(run.day) if isinstance(rule, DateRule) else -1,
            run.day,
            action.until,
            action.ground,
            action.stage,
            action.to,
            action.dispute,
            action.treatment,
            cause=owed.cause,
        )
        done = do(run, deed) or done
    return done


def _brought_about(run: Run, owed: RuleAct) -> int:
    """Return the name of a happening that a decision brings about: who decided by which rule, and about what."""
    head, _, tail = owed.id.rpartition("/")
    what, _, nth = tail.partition("#")
    return mix64(run.key(f"happens:{head}") ^ int(what, 16) ^ int(nth))


def _parties(run: Run, action: Action, owed: RuleAct) -> list[int]:
    found = dict.fromkeys(party for who in action.parties for party in run.world.who(who, owed.actor, owed.subject))
    return list(found) if action.parties else list(owed.actor)


def change_variables(run: Run, sets: tuple[tuple[int, str, int], ...], cause: int, rule: str = "") -> None:
    """Change variables within their bounds and write each change down."""
    for variable, how, number in sets:
        _, low, high = run.program.variables[variable]
        before = run.world.variables[variable]
        after = min(max(before + number if how == "add" else number, low), high)
        run.world.variables[variable] = after
        name = run.program.names.variables[variable]
        run.step("effect", "set", before=str(before), after=str(after), cause=cause, rule=rule, note=name)
