"""Why something came about: the steps that made it true, and their causes back to acts, events and clauses.

A question that rests on several things (a composed outcome, a count) has one part for each. From a part the causes are
followed through the trace: an effect goes back to the notice or the deposits, an act of a rule to the decision and to
what set it off. Beside each step stand the conditions that had to hold as well (`needs`), each with its own chain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.explain.behind import behind, consents, last_status, unheeded
from simulator.explain.occasions import Occasion, Seen, Setting
from simulator.explain.query import Query
from simulator.law.views import disputes
from simulator.results.trace import Step, iso
from simulator.scenario.conditions import StatusIs
from simulator.scenario.sentences import condition_phrase

__all__ = ["Group", "Link", "Need", "Part", "Why", "why"]

_QUESTION = re.compile(r"disputed \((D\d+)\)")


@dataclass(frozen=True, slots=True)
class Group:
    """Like steps of several parties, summed up: how many, from when to when, how many of them unconfirmed."""

    steps: tuple[Step, ...]

    @property
    def unconfirmed(self) -> int:
        """How many rest on memory rather than a source."""
        return sum(not one.confirmed for one in self.steps)

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {
            "number": len(self.steps),
            "acts": sorted({one.act for one in self.steps}),
            "parties": [one.party for one in self.steps],
            "from": iso(self.steps[0].day),
            "to": iso(self.steps[-1].day),
            "unconfirmed": self.unconfirmed,
            "steps": [one.number for one in self.steps],
        }


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain, with what its rule says and what stands at its root."""

    step: Step
    root: str = ""
    theory: str = ""
    title: str = ""
    chance: str = ""
    question: str = ""
    group: Group | None = None
    needs: tuple[Need, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The fields of the trace row, and what is added here."""
        return {
            **self.step.as_json(),
            "root": self.root or None,
            "theory": self.theory or None,
            "chance": self.chance or None,
            "disputed": {"id": self.question, "title": disputes()[self.question].title} if self.question else None,
            "rests_on": self.group.as_json() if self.group else None,
            "needs": [one.as_json() for one in self.needs],
        }


@dataclass(frozen=True, slots=True)
class Need:
    """A condition that had to hold as well, in words, with the chain of causes behind it, latest first."""

    text: str
    chain: tuple[Link, ...] = ()
    group: Group | None = None

    def as_json(self) -> dict[str, Any]:
        """The promised fields; the steps of the chain by their numbers."""
        return {
            "text": self.text,
            "chain": [one.step.number for one in self.chain],
            "since": iso(self.chain[0].step.day) if self.chain else None,
            "rests_on": self.group.as_json() if self.group else None,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the question: in words, whether it held on the day, and what stands behind it."""

    text: str
    holds: bool
    chain: tuple[Link, ...] = ()
    group: Group | None = None

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {
            "text": self.text,
            "holds": self.holds,
            "chain": [one.as_json() for one in self.chain],
            "rests_on": self.group.as_json() if self.group else None,
        }


@dataclass(frozen=True, slots=True)
class Why:
    """The answer: whether it happened, on which day first, and why."""

    query: Query
    mode: str
    seed: int | None
    branch: str
    view: str
    last: int
    holds: bool
    day: int | None
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The promised fields of `explain --why`."""
        return {
            "query": self.query.text,
            "question": self.query.clause,
            "mode": self.mode,
            "seed": self.seed,
            "branch": self.branch or None,
            "view": self.view,
            "horizon": iso(self.last),
            "holds": self.holds,
            "date": iso(self.day),
            "parts": [one.as_json() for one in self.parts],
            "warnings": list(self.warnings),
        }


def why(setting: Setting, query: Query) -> Why:
    """Return why something happened in one world: its parts on the first day, each with its causes back to the roots.

    If it did not happen, `holds` is false and there are no parts; `simulator.explain.whynot` says what was missing.
    Raises what compiling and running the scenario raise.
    """
    seen = setting.look(query)
    trace, answer = seen.trace, seen.answer
    about = (query, trace.mode, trace.seed, trace.branch, trace.view, trace.last, answer.value, answer.day)
    warnings = (*trace.warnings, *unheeded(setting.loaded.scenario.observed.statuses, trace))
    if not answer.value or answer.day is None:
        return Why(*about, warnings=warnings)
    on_day = setting.look(query, until=answer.day)
    return Why(*about, parts=_Chains(setting, on_day).parts(), warnings=warnings)


class _Chains:
    """Follows causes through the trace of one run, up to the day of the answer."""

    def __init__(self, setting: Setting, seen: Seen) -> None:
        self.seen, self.steps = seen, seen.trace.steps
        self.rules = {rule.id: rule for rule in setting.loaded.scenario.rules}
        self.occasions: dict[tuple[int, str, str], Occasion] = {
            (one.cause, one.rule, one.actor if one.member else ""): one for one in seen.occasions
        }

    def parts(self) -> tuple[Part, ...]:
        """The parts of the question that count towards its truth, each with what is behind it."""
        assert self.seen.verdict is not None
        found = []
        for leaf, want in self.seen.verdict.leaves():
            if leaf.holds != want:
                continue  # one of several ways, and not the one that was taken
            text = condition_phrase(leaf.condition, negated=not want)
            found.append(self._part(text, behind(self.steps, leaf.condition, {})))
        return tuple(found)

    def _part(self, text: str, steps: Sequence[Step]) -> Part:
        if not steps:
            return Part(text, True)
        group = Group(tuple(steps)) if len(steps) > 1 else None
        return Part(text, True, self.chain(steps[-1]), group)

    def chain(self, step: Step, *, needs: bool = True) -> tuple[Link, ...]:
        """The step and its causes, latest first."""
        steps: list[Step] = []
        here: Step | None = step
        while here is not None and len(steps) <= len(self.steps):
            steps.append(here)
            here = self._cause(here)
        found: list[Link] = []
        seen: set[tuple[int, ...]] = {tuple(one.number for one in steps)}
        # A condition that several steps of the chain rest on stands beside the earliest of them.
        for one in reversed(steps):
            found.insert(0, self._link(one, self._fresh(one, seen) if needs else ()))
        return tuple(found)

    def _fresh(self, step: Step, seen: set[tuple[int, ...]]) -> tuple[Need, ...]:
        """What the step needs beyond what is told already."""
        found = []
        for need in self._needs(step, self._occasion(step)):
            numbers = tuple(link.step.number for link in need.chain)
            if not numbers or numbers not in seen:
                found.append(need)
            seen.add(numbers)
        return tuple(found)

    def _cause(self, step: Step) -> Step | None:
        # The last deposit is the step that met the threshold, but all of them are its cause: the group names them.
        if step.cause < 0 or step.act == "threshold_met":
            return None
        return self.steps[step.cause]

    def _link(self, step: Step, needs: tuple[Need, ...]) -> Link:
        rule = self.rules.get(step.rule)
        question = _QUESTION.search(step.note)
        group = None
        if step.act == "threshold_met":
            group = Group(tuple(consents(self.steps[: step.number], step.treaty)))
        occasion = self._occasion(step)
        own = step.kind == "decision"
        return Link(
            step,
            "" if step.cause >= 0 else _root(step),
            (rule.theory or "") if rule and own else "",
            (rule.title or "") if rule and own else "",
            _chance(step, occasion) if own else "",
            question[1] if question else "",
            group if group and group.steps else None,
            needs,
        )

    def _occasion(self, step: Step) -> Occasion | None:
        return self.occasions.get((step.cause, step.rule, step.party)) if step.kind == "decision" else None

    def _needs(self, step: Step, occasion: Occasion | None) -> tuple[Need, ...]:
        if step.kind == "decision":
            return self._conditions(occasion, step) if occasion and occasion.when else ()
        if not step.party or not step.treaty or step.before in ("", "non_party"):
            return ()
        earlier = last_status(self.steps[: step.number], step.treaty, step.party)
        if earlier is None or self._leads_to(earlier, step):
            return ()
        held = StatusIs.model_validate({"status": step.treaty, "of": step.party, "is": step.before})
        text = condition_phrase(held)
        return (self._need(text, [earlier]),)

    def _leads_to(self, earlier: Step, step: Step) -> bool:
        """Whether the earlier status is on the chain already."""
        number = step.cause
        while number >= 0:
            if number == earlier.number:
                return True
            number = self.steps[number].cause
        return False

    def _conditions(self, occasion: Occasion, step: Step) -> tuple[Need, ...]:
        """The leaves of the rule's condition that held as wanted when it was asked."""
        assert occasion.when is not None
        found = []
        for leaf, want in occasion.when.leaves():
            if leaf.holds == want:
                text = condition_phrase(leaf.condition, occasion.roles, negated=not want)
                found.append(self._need(text, self._behind(leaf.condition, occasion.roles, step)))
        return tuple(found)

    def _behind(self, leaf: Any, roles: Mapping[str, str], step: Step) -> list[Step]:
        return [one for one in behind(self.steps[: step.number], leaf, roles) if one.number != step.cause]

    def _need(self, text: str, steps: Sequence[Step]) -> Need:
        if not steps:
            return Need(text)
        group = Group(tuple(steps)) if len(steps) > 1 else None
        return Need(text, self.chain(steps[-1], needs=False), group)


def _chance(step: Step, occasion: Occasion | None) -> str:
    if step.basis == "forced":
        return "forced by the branch"
    if occasion is None or occasion.p is None or occasion.p == 1:
        return ""
    return f"with chance {occasion.p}"


def _root(step: Step) -> str:
    """What stands at the beginning of a chain."""
    if step.kind == "forced":
        return "forced by the branch"
    if step.kind == "event":
        return f"event {step.id}" if step.id else "the calendar"
    if step.id:
        own = step.id.startswith(f"{step.treaty}.") and "/" not in step.id
        return f"recorded act {step.id}" if own else f"act of event {step.id.partition('/')[0]}"
    return "follows from the treaty's own clauses" if step.kind == "effect" else ""
