"""Which steps of a trace stand behind a condition: what put things into the state that it asks about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.law.dates import day_text
from simulator.results.trace import Step, Trace
from simulator.scenario import conditions as c
from simulator.scenario.schema import ObservedStatus

__all__ = ["CONSENTS", "behind", "consents", "last_status", "unheeded"]

CONSENTS = frozenset({"deposit", "accede", "exchange", "sign_definitively", "consent_otherwise", "succeed"})
_STARTS = {
    "withdrawal": frozenset({"notify_withdrawal"}),
    "suspension": frozenset({"notify_suspension", "suspend_toward"}),
    "entry_into_force": CONSENTS,
}
_STANCES = {
    "suspended": ("suspend_toward", "pairwise_suspension_effective", "notify_suspension", "suspension_effective"),
    "countermeasure": ("adopt_countermeasure",),
    "non_performance": ("non_performance", "cease_performance"),
}
_TOLD = 3  # observed statuses that a warning names
_MOST = 400  # steps that stand behind one condition

Steps = Sequence[Step]


def last_status(steps: Steps, treaty: str, party: str) -> Step | None:
    """Return the last step that changed the status of a pair, or with no party that of the treaty."""
    return next(
        (one for one in reversed(steps) if one.treaty == treaty and one.party == party and one.before != one.after),
        None,
    )


def unheeded(observed: Sequence[ObservedStatus], trace: Trace) -> tuple[str, ...]:
    """Say that one world takes no observed status as known, and which of them it contradicts."""
    if not observed:
        return ()
    others = []
    for one in observed:
        day = one.date.toordinal()
        last = last_status([step for step in trace.steps if step.day <= day], one.status, one.of)
        status = last.after if last else "non_party"
        if day <= trace.last and status not in one.is_:
            here = f"{one.of} is {status} under {one.status} on {day_text(day)}"
            others.append(f"{here}, observed: {' or '.join(one.is_)}")
    replay = trace.mode == "replay"
    world = "a replay holds recorded acts and dated events alone" if replay else "chance has its own way"
    used = "whatif, --causes and --shares use them"
    text = f"the scenario's `observed: statuses` are not used here, since {world}; {used}"
    if others:
        more = f" and {len(others) - _TOLD} more" if len(others) > _TOLD else ""
        text += f". In this world it is otherwise: {'; '.join(others[:_TOLD])}{more}"
    return (text,)


def consents(steps: Steps, treaty: str) -> list[Step]:
    """Return the last consent of each party that a treaty's entry into force counts, by day."""
    found = {
        one.party: one for one in steps if one.treaty == treaty and one.act in CONSENTS and one.before != one.after
    }
    gone = {one.party for one in steps if one.treaty == treaty and one.act == "withdraw_consent"}
    return [one for one in found.values() if one.party not in gone]


def behind(steps: Steps, leaf: Any, roles: Mapping[str, str]) -> list[Step]:
    """Return the steps that put a leaf of a condition as it is at the end of `steps`; none if nothing ever did.

    `roles` names actor and subject. What the world holds beside statuses, acts and events (a calendar day, membership
    of a bloc) has no step of its own.
    """
    finder = _FINDERS.get(type(leaf))
    return finder(steps, leaf, roles)[-_MOST:] if finder else []


def _one(step: Step | None) -> list[Step]:
    return [step] if step is not None else []


def _named(whom: Any, roles: Mapping[str, str]) -> str:
    """The single party that is meant; empty for a bloc."""
    name = roles.get(whom, whom) if isinstance(whom, str) else ""
    return name if name[:1].isupper() else ""


def _statuses(steps: Steps, treaty: str, words: Sequence[str]) -> list[Step]:
    """For each party whose status is one of these: the step that gave it."""
    last: dict[str, Step] = {}
    for one in steps:
        if one.treaty == treaty and one.party and one.before != one.after:
            last[one.party] = one
    return sorted((one for one in last.values() if one.after in words), key=lambda one: one.number)


def _status(steps: Steps, leaf: c.StatusIs, roles: Mapping[str, str]) -> list[Step]:
    party = _named(leaf.of, roles)
    return _one(last_status(steps, leaf.status, party)) if party else _statuses(steps, leaf.status, leaf.is_)


def _treaty(steps: Steps, leaf: c.TreatyIs, roles: Mapping[str, str]) -> list[Step]:
    return _one(last_status(steps, leaf.treaty, ""))


def _count(steps: Steps, leaf: c.CountIs, roles: Mapping[str, str]) -> list[Step]:
    return _statuses(steps, leaf.count, leaf.is_)


def _acts(steps: Steps, treaty: str, party: str, words: Sequence[str] | frozenset[str]) -> list[Step]:
    return [one for one in steps if one.treaty == treaty and one.act in words and party in ("", one.party)]


def _toward(steps: Steps, leaf: c.TowardIs, roles: Mapping[str, str]) -> list[Step]:
    words = [act for stance in leaf.is_ for act in _STANCES[stance]]
    other = _named(leaf.toward, roles)
    found = _acts(steps, leaf.treaty, _named(leaf.of, roles), words)
    return [one for one in found if not other or other in one.toward or "*" in one.toward or not one.toward][-1:]


def _pending(steps: Steps, leaf: c.PendingIs, roles: Mapping[str, str]) -> list[Step]:
    party = _named(leaf.of, roles) if leaf.of is not None else ""
    return _acts(steps, leaf.treaty, party, _STARTS[leaf.pending])[-1:]


def _provisional(steps: Steps, leaf: c.ProvisionalIs, roles: Mapping[str, str]) -> list[Step]:
    words = ("apply_provisionally", "end_provisional", "sign", "succeed_to_signature")
    return _acts(steps, leaf.provisional, _named(leaf.of, roles), words)[-1:]


def _flag(steps: Steps, leaf: c.FlagIs, roles: Mapping[str, str]) -> list[Step]:
    word = {"domestic_approval": "approve_domestically", "intent_disclaimed": "disclaim_intent"}[leaf.flag]
    return _acts(steps, leaf.treaty, _named(leaf.of, roles), (word,))[-1:]


def _organ_rights(steps: Steps, leaf: c.OrganRightsIs, roles: Mapping[str, str]) -> list[Step]:
    return _acts(steps, leaf.organ_rights, _named(leaf.of, roles), ("restrict_rights", "restore_rights"))[-1:]


def _variable(steps: Steps, leaf: c.VariableIs, roles: Mapping[str, str]) -> list[Step]:
    return [one for one in steps if one.act == "set" and one.note == leaf.variable]


def _happened(steps: Steps, leaf: c.Happened, roles: Mapping[str, str]) -> list[Step]:
    what = leaf.happened
    if isinstance(what, str):
        return [one for one in steps if one.kind == "event" and one.id == what][-1:]
    if what.kind is not None:
        return [one for one in steps if one.kind == "event" and one.act == what.kind][-1:]
    party = _named(what.of, roles) if what.of else ""
    return _acts(steps, what.treaty or "", party, (what.act or "",))[-1:]


_FINDERS: dict[type, Callable[[Steps, Any, Mapping[str, str]], list[Step]]] = {
    c.StatusIs: _status,
    c.TreatyIs: _treaty,
    c.CountIs: _count,
    c.TowardIs: _toward,
    c.PendingIs: _pending,
    c.ProvisionalIs: _provisional,
    c.FlagIs: _flag,
    c.OrganRightsIs: _organ_rights,
    c.VariableIs: _variable,
    c.Happened: _happened,
}
