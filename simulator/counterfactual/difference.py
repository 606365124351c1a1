"""What two programs of one scenario do not share: which acts, events, rules, statuses and clauses the edits touch.

Read off the compiled programs where they show it, so that a parameter is traced to the rules that use it; only the
clauses of treaties and the conditions of chances are compared as the branches write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulator.scenario.program import Program, Rule
from simulator.scenario.schema import Branch

__all__ = ["Edited", "edited"]


@dataclass(frozen=True, slots=True)
class Edited:
    """Names of what is edited; `statuses` are pairs of treaty and party, `reading`: whether law is read otherwise."""

    acts: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    statuses: frozenset[tuple[str, str]] = frozenset()
    treaties: frozenset[str] = frozenset()
    reading: bool = False


def edited(first: Program, second: Program, branches: tuple[Branch | None, Branch | None]) -> Edited:
    """Return what differs between two programs that were compiled from one scenario under these branches."""
    one, other = branches
    return Edited(
        acts=_unlike(first.acts, second.acts, lambda act: act.id, _act),
        events=_unlike(first.events, second.events, lambda event: event.id, lambda event: (event.day, event.chance)),
        rules=_unlike(first.rules, second.rules, lambda rule: rule.id, _rule) | _named_rules(one, other),
        statuses=_unlike(_forced(first), _forced(second), lambda one: one, lambda one: one, lambda one: one[:2]),
        treaties=_unlike_keys(one.clauses if one else {}, other.clauses if other else {}),
        reading=first.readings != second.readings,
    )


def _act(act: Any) -> Any:
    return act.day, act.stated_after, act.received_after, act.treatment, act.event >= 0


def _rule(rule: Rule) -> Any:
    """What a branch can change of a rule, without codes, since other names may have other codes in another branch."""
    chances = [(case.p, case.cuts) for case in rule.chances]
    treatments = [(act.dispute, act.treatment) for option in rule.options for act in option.actions]
    return chances, rule.delay, rule.choice, treatments


def _forced(program: Program) -> list[tuple[str, str, int, str]]:
    names = program.names
    return [(names.treaties[one.treaty], names.parties[one.party], one.day, one.status) for one in program.forced]


def _named_rules(one: Branch | None, other: Branch | None) -> frozenset[str]:
    """The rules whose chance, delay or decisions the branches write differently."""
    found: frozenset[str] = frozenset()
    for section in ("chance", "delay"):
        found |= _unlike_keys(getattr(one, section, {}), getattr(other, section, {}))
    for mine, yours in ((one, other), (other, one)):
        known = yours.force if yours else ()
        found |= {decision.rule for decision in (mine.force if mine else ()) if decision not in known}
    return found


def _unlike_keys(one: dict[str, Any], other: dict[str, Any]) -> frozenset[str]:
    return frozenset(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _unlike(
    first: Iterable[Any],
    second: Iterable[Any],
    name: Callable[[Any], Any],
    content: Callable[[Any], Any],
    shown: Callable[[Any], Any] = lambda one: one,
) -> frozenset[Any]:
    """The names of what stands on one side only, or reads otherwise on the other."""
    mine, yours = ({name(one): content(one) for one in side} for side in (first, second))
    return frozenset(shown(one) for one in mine.keys() | yours.keys() if mine.get(one) != yours.get(one))
