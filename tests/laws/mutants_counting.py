"""Mutants of dates, counts and thresholds. See `mutants`."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

from simulator.engine import acts, effects
from simulator.engine.run import Due
from simulator.engine.world import World
from simulator.law import terms as law_terms
from simulator.law.dates import SAME_DAY, DateRule
from simulator.law.state import Pending
from simulator.law.terms import Terms
from tests.laws.mutants import add, handler, swap


def _short(first_day: Callable[..., int]) -> Callable[..., int]:
    return lambda self, start, stated=None: first_day(self, start, stated) - (self.kind == "clear_days")


def _stated_counts(notify: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, deed: Any, scene: Any, step: Any) -> None:
        kept = scene.treaty.terms
        if deed.stated >= 0:
            scene.treaty.terms = dataclasses.replace(kept, notice=SAME_DAY)
        notify(run, deed, scene, step)
        scene.treaty.terms = kept

    return wrong


def _with_signatories(holds: Callable[..., bool]) -> Callable[..., bool]:
    def wrong(state: Any, peers: Any, test: Any) -> bool:
        seen = copy.copy(state)
        counts = state.counts
        seen.counts = {**counts, "ratified": counts.get("ratified", 0) + counts.get("signed", 0), "signed": 0}
        return holds(seen, peers, test)

    return wrong


def _number_for_names(holds: Callable[..., bool]) -> Callable[..., bool]:
    def wrong(state: Any, peers: Any, test: Any) -> bool:
        if test.kind == "named":
            test = dataclasses.replace(test, kind="count", number=len(test.named))
        if test.kind == "all":
            return all(wrong(state, peers, part) for part in test.parts)
        return holds(state, peers, test)

    return wrong


def _bound_with(*statuses: str) -> Callable[..., Any]:
    def by(bound: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self, treaty: [one for _, one in sorted(self.peers[treaty].items()) if one.status in statuses]

    return by


def _last_waits(bind: Callable[..., None]) -> Callable[..., None]:
    """Let who completed the threshold wait a month longer than the others."""

    def wrong(run: Any, state: Any, one: Any, event: str, cause: int) -> None:
        if event == "enter_into_force" and one.consent_on == state.threshold_met_on < run.day:
            one.pending.append(Pending("entry_into_force", run.day, run.day + 30, "", revocable=False))
            run.schedule(Due("party_entry", state.code, one.party), run.day + 30)
        else:
            bind(run, state, one, event, cause)

    return wrong


def _forgets(recount: Callable[..., None]) -> Callable[..., None]:
    def wrong(self: World, treaty: int, before: str, after: str) -> None:
        if before == "ratified" and after in ("signed", "non_party"):
            return
        recount(self, treaty, before, after)

    return wrong


def _unlocks(withdraw: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, deed: Any, scene: Any, step: Any) -> None:
        withdraw(run, deed, scene, step)
        if scene.treaty.in_force_on is None:
            scene.treaty.threshold_met_on = scene.treaty.due = None

    return wrong


_THRESHOLD = (effects, "threshold_holds")
add("clear days are counted one short", swap((DateRule, "first_day"), by=_short), "X2")
add("a shorter date in the notice counts", handler(acts._HANDLERS, "notify_withdrawal", _stated_counts), "X2", "X11")
add(
    "six months where article 56 asks twelve",
    swap((law_terms, "DateRule"), by=lambda rule: lambda kind, number: rule(kind, number // 2)),
    "X16",
)
add("signatories count for entry into force", swap(_THRESHOLD, by=_with_signatories), "X8", "I8", "model")
add("any States make up for the named ones", swap(_THRESHOLD, by=_number_for_names), "I7")
add(
    "former parties are counted",
    swap((World, "bound"), by=_bound_with("in_force", "suspended", "withdrawn", "terminated")),
    "X5",
    "X24",
)
add("suspended parties are not counted", swap((World, "bound"), by=_bound_with("in_force")), "I2", "X9")
add("who completes the threshold waits", swap((effects, "_bind"), by=_last_waits), "I6")
add("withdrawn consent still counts", swap((World, "recount"), by=_forgets), "I8")
add("withdrawn consent unlocks the day", handler(acts._HANDLERS, "withdraw_consent", _unlocks), "I8")
add(
    "late joiners are bound at once",
    swap(
        (effects, "_late"),
        by=lambda late: lambda run, state, party, one: effects._bind(run, state, one, "enter_into_force_for_party", -1),
    ),
    "I5",
)
add(
    "a treaty lives a day too long",
    swap((Terms, "ends"), by=lambda ends: lambda self, day: ends(self, day) + 1),
    "X20",
)
