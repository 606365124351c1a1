"""Why something did not come about: what the law asks for, what the rules decided, and what would have enabled it.

The answer has three layers. What was lacking on the last day the question is about; how it could have come about (the
moves of the lifecycle tables, the rules of the scenario, the record); and the least changes that a run of the changed
world has shown to be enough. Proposals that failed stand beside them with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.explain.behind import unheeded
from simulator.explain.changes import Tried, try_changes
from simulator.explain.lacks import Lack, lacks
from simulator.explain.obstacles import RuleReport, Wanted, reports, rules_for
from simulator.explain.occasions import Seen, Setting
from simulator.explain.proposals import proposals
from simulator.explain.query import Query
from simulator.results.trace import Refusal, iso
from simulator.scenario.sentences import condition_phrase

__all__ = ["LeafReport", "RecordReport", "WhyNot", "why_not"]


@dataclass(frozen=True, slots=True)
class LeafReport:
    """A part of the question: whether it held on the last day, and from when to when it had held before."""

    text: str
    holds: bool
    first: int | None
    last: int | None

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {"text": self.text, "holds": self.holds, "first": iso(self.first), "last": iso(self.last)}


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What the record says about the acts that could have done it.

    `kept` are such acts that stand in this world and their day (ids), `taken_out` those that a simulation leaves to a
    rule, `refused` what the law did not allow.
    """

    kept: tuple[tuple[str, int], ...]
    taken_out: tuple[str, ...]
    refused: tuple[Refusal, ...]

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {
            "acts": [{"id": name, "date": iso(day)} for name, day in self.kept],
            "taken_out": list(self.taken_out),
            "refused": [one.as_json() for one in self.refused],
        }


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer; if the thing did happen, `holds` is true and only `day` counts."""

    query: Query
    mode: str
    seed: int | None
    branch: str
    view: str
    last: int
    holds: bool
    day: int | None
    leaves: tuple[LeafReport, ...] = ()
    lacks: tuple[Lack, ...] = ()
    rules: tuple[RuleReport, ...] = ()
    record: RecordReport | None = None
    tried: Tried = field(default_factory=Tried)
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The promised fields of `explain --why-not`."""
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
            "parts": [one.as_json() for one in self.leaves],
            "lacking": [one.as_json() for one in self.lacks],
            "rules": [one.as_json() for one in self.rules],
            "record": self.record.as_json() if self.record else None,
            "enabled_by": [one.as_json() for one in self.tried.verified],
            "not_verified": [one.as_json() for one in self.tried.failed],
            "runs": self.tried.runs,
            "warnings": list(self.warnings),
        }


def why_not(setting: Setting, query: Query) -> WhyNot:
    """Return why something did not happen in one world, and the least changes shown to enable it.

    Each change is tested by a run with the same seed; at most 100 runs are made. Raises what compiling and running
    the scenario raise.
    """
    seen = setting.look(query)
    trace, answer = seen.trace, seen.answer
    about = (query, trace.mode, trace.seed, trace.branch, trace.view, trace.last, answer.value, answer.day)
    warnings = unheeded(setting.loaded.scenario.observed.statuses, trace)
    if answer.value or seen.verdict is None:
        return WhyNot(*about, warnings=warnings)
    found = lacks(seen)
    wanted = list(dict.fromkeys(one for lack in found for one in lack.wanted))
    rules = reports(setting.loaded, seen, rules_for(setting.loaded, seen, wanted), _parties(wanted))
    tried = try_changes(setting, query, proposals(setting, seen, found, rules))
    return WhyNot(*about, _leaves(seen), tuple(found), tuple(rules), _record(seen, wanted), tried, warnings)


def _parties(wanted: list[Wanted]) -> frozenset[str]:
    named = frozenset(one.party for one in wanted)
    return frozenset() if "*" in named else named


def _leaves(seen: Seen) -> tuple[LeafReport, ...]:
    assert seen.verdict is not None
    found = []
    for place, (leaf, want) in enumerate(seen.verdict.leaves()):
        text = condition_phrase(leaf.condition, negated=not want)
        first, last = seen.spans.get(place, (None, None)) if want else (None, None)
        found.append(LeafReport(text, leaf.holds == want, first, last))
    return tuple(found)


def _record(seen: Seen, wanted: list[Wanted]) -> RecordReport:
    """What stands in the world's script about the wanted acts, and what the law refused."""
    names, kinds = seen.program.names, {(one.treaty, one.act): set[str]() for one in wanted}
    for one in wanted:
        kinds[one.treaty, one.act].add(one.party)

    def meant(treaty: str, party: str, act: str) -> bool:
        parties = kinds.get((treaty, act), set())
        return party in parties or "*" in parties

    kept = [
        (act.id, act.day)
        for act in seen.program.acts
        if meant(names.treaties[act.treaty], names.parties[act.party] if act.party >= 0 else "*", names.acts[act.act])
    ]
    out = [name for name in seen.program.taken_out if meant(*name.split(".")[:3])]
    refused = [one for one in seen.trace.refused if meant(one.treaty, one.party, one.act)]
    return RecordReport(tuple(sorted(kept, key=lambda one: one[1])), tuple(out), tuple(refused))
