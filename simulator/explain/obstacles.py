"""What the rules of a scenario did about a thing that did not happen: asked when, with which answer, and why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.explain.occasions import Occasion, Seen, lacking
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.results.trace import Refusal, Step
from simulator.scenario.acts import ActSpec
from simulator.scenario.load import Loaded
from simulator.scenario.rules import Action, Happens
from simulator.scenario.rules import Rule as RuleModel
from simulator.scenario.sentences import condition_phrase, rule_sentence

__all__ = ["Asking", "RuleReport", "Wanted", "brings_about", "reports", "rules_for"]

Blocs = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act that could bring something about; party `*` stands for the treaty itself or for anyone."""

    treaty: str
    party: str
    act: str
    toward: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """One occasion of a rule and what came of it.

    `answer` is one of: condition (part of `when` was false), chance (it said no), beyond (due after the horizon),
    outdated, refused, done.
    """

    occasion: Occasion
    answer: str
    trigger: str
    blocked: tuple[str, ...] = ()
    reason: str = ""
    basis: str = ""

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        p = self.occasion.p
        return {
            "date": dt.date.fromordinal(self.occasion.day).isoformat(),
            "actor": self.occasion.actor,
            "trigger": self.trigger,
            "answer": self.answer,
            "blocked": list(self.blocked),
            "p": None if p is None else str(p),
            "reason": self.reason or None,
            "basis": self.basis or None,
        }


@dataclass(frozen=True, slots=True)
class RuleReport:
    """A rule that does such an act: its sentence, whether this world has it at all, and every occasion."""

    rule: RuleModel
    state: str
    askings: tuple[Asking, ...]

    def as_json(self) -> dict[str, Any]:
        """The promised fields; `state` is asked, never asked, off, or replay (rules never act there)."""
        return {
            "rule": self.rule.id,
            "sentence": rule_sentence(self.rule),
            "theory": self.rule.theory,
            "state": self.state,
            "occasions": [one.as_json() for one in self.askings],
        }


def rules_for(loaded: Loaded, seen: Seen, wanted: Collection[Wanted]) -> list[RuleModel]:
    """Return the rules that can do one of the acts, in the order of the file."""
    blocs = _blocs(loaded, seen)
    return [rule for rule in loaded.scenario.rules if any(_does(blocs, rule, one) for one in wanted)]


def _blocs(loaded: Loaded, seen: Seen) -> dict[str, frozenset[str]]:
    """The members of each bloc; of one that follows a treaty, everyone who was a party in this run."""
    found = {}
    for name, bloc in loaded.scenario.parties.blocs.items():
        steps = (one for one in seen.trace.steps if one.treaty == bloc.parties_of and one.after in PARTY_STATUSES)
        found[name] = frozenset(bloc.members or (one.party for one in steps))
    return found


def actions(rule: RuleModel) -> Iterator[Action]:
    """Everything that a rule may do."""
    yield from rule.do
    for option in rule.choose:
        yield from option.do


def brings_about(rule: RuleModel, kind: str) -> bool:
    """Whether a rule makes something of this kind happen."""
    return any(isinstance(one, Happens) and one.happens == kind for one in actions(rule))


def _does(blocs: Blocs, rule: RuleModel, wanted: Wanted) -> bool:
    return any(
        isinstance(one, ActSpec)
        and (one.act, one.treaty) == (wanted.act, wanted.treaty)
        and (wanted.party == "*" or any(_means(blocs, rule, name, wanted.party) for name in one.party or (rule.who,)))
        for one in actions(rule)
    )


def _means(blocs: Blocs, rule: RuleModel, name: str, party: str) -> bool:
    """Whether a name in a rule can mean the party."""
    if name == "actor":
        return _means(blocs, rule, rule.who, party)
    return party in blocs[name] if name in blocs else name in (party, "subject")


def reports(loaded: Loaded, seen: Seen, rules: Sequence[RuleModel], parties: Collection[str]) -> list[RuleReport]:
    """Say of each rule what came of it; of a rule that members decide alone, for `parties` only (none: for all)."""
    live = {rule.id for rule in seen.program.rules}
    found = []
    for rule in rules:
        own = [one for one in seen.occasions if one.rule == rule.id and _concerns(one, parties)]
        askings = tuple(_asking(seen, one) for one in own)
        state = "replay" if seen.program.mode == "replay" else "asked" if askings else "never asked"
        found.append(RuleReport(rule, state if rule.id in live or state == "replay" else "off", askings))
    return found


def _concerns(occasion: Occasion, parties: Collection[str]) -> bool:
    return not occasion.member or not parties or occasion.actor in parties


def _asking(seen: Seen, occasion: Occasion) -> Asking:
    steps = seen.trace.steps
    trigger = _trigger_words(steps[occasion.cause])
    if occasion.when is not None and not occasion.when.holds:
        return Asking(occasion, "condition", trigger, _blocked(occasion))
    decided = _decision(steps, occasion)
    if decided is None or decided.after != "fires":
        return Asking(occasion, "chance", trigger)
    refusal = next((one for one in seen.trace.refused if one.cause == decided.number), None)
    if refusal is not None:
        return _refused(occasion, trigger, refusal)
    if any(one.cause == decided.number for one in steps[decided.number :]):
        return Asking(occasion, "done", trigger)
    return Asking(occasion, "beyond", trigger)


def _refused(occasion: Occasion, trigger: str, refusal: Refusal) -> Asking:
    reason = refusal.reason.partition(", from where ")[0]
    return Asking(occasion, refusal.kind, trigger, (), reason, refusal.basis)


def _decision(steps: Sequence[Step], occasion: Occasion) -> Step | None:
    party = occasion.actor if occasion.member else ""
    return next(
        (
            one
            for one in steps[occasion.cause :]
            if one.kind == "decision" and (one.cause, one.rule, one.party) == (occasion.cause, occasion.rule, party)
        ),
        None,
    )


def _blocked(occasion: Occasion) -> tuple[str, ...]:
    """Each way in which the condition failed: what was not so, in words."""
    assert occasion.when is not None
    found = []
    for way in lacking(occasion.when):
        texts = [condition_phrase(leaf, occasion.roles, negated=want) for leaf, want in way]
        found.append(" and ".join(dict.fromkeys(texts)))
    return tuple(dict.fromkeys(found))


def _trigger_words(step: Step) -> str:
    """What set the rule off, in a few words."""
    if step.kind == "event":
        return step.id or step.act.replace("_", " ")
    done = step.after if step.before != step.after and step.kind == "effect" else step.act
    return " ".join(part for part in (step.party, step.treaty, done.replace("_", " ")) if part)
