"""Mutants of what acts, effects and endings leave behind. See `mutants`."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any
from unittest import mock

from simulator.engine import acts, claims, day, effects, endings
from simulator.engine import run as runs
from simulator.engine.world import World
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.state import Pending
from tests.laws.mutants import add, handler, swap

_CLOSE = ((endings, "close"), (effects, "close"), (acts, "close"))


def _kept_at_close(*fields: str) -> Callable[..., Any]:
    """Close a relationship and put back what a careless edit forgot."""

    def by(close: Callable[..., None]) -> Callable[..., None]:
        def wrong(run: Any, one: Any) -> None:
            kept = {name: copy.copy(getattr(one, name)) for name in fields}
            close(run, one)
            for name, value in kept.items():
                setattr(one, name, value)

        return wrong

    return by


def _one_sided(close: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, one: Any) -> None:
        others = {p: dict(peer.toward) for p, peer in run.world.peers[one.treaty].items() if p != one.party}
        close(run, one)
        for party, facts in others.items():
            run.world.peers[one.treaty][party].toward = facts

    return wrong


def _forgives(close: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, one: Any) -> None:
        close(run, one)
        one.breaches.clear()

    return wrong


def _open_spell(keep: Callable[..., None]) -> Callable[..., None]:
    def wrong(self: Any, one: Any, moved: Any) -> None:
        keep(self, one, moved)
        if moved.before in PARTY_STATUSES and moved.after not in PARTY_STATUSES:
            one.spells[-1].last = None

    return wrong


def _reopened_spell(keep: Callable[..., None]) -> Callable[..., None]:
    def wrong(self: Any, one: Any, moved: Any) -> None:
        count = len(one.spells)
        keep(self, one, moved)
        if count and len(one.spells) > count:
            one.spells.pop()
            one.spells[-1].last = None

    return wrong


def _below_threshold_ends(consequences: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any) -> None:
        for treaty, cause in list(run.exits.items()):
            state = run.world.treaties[treaty]
            if state.terms.entry is not None and 2 <= len(run.world.bound(treaty)) < state.terms.entry.number:
                endings.terminate(run, treaty, "floor_breached", "floor_clause", cause)
        consequences(run)

    return wrong


def _exit_suspends_others(consequences: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any) -> None:
        for treaty in run.exits:
            for one in run.world.bound(treaty):
                one.status = "suspended"
        consequences(run)

    return wrong


def _war_suspends(event: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, happening: Any) -> None:
        event(run, happening)
        for peers in run.world.peers:
            for party in happening.begins:
                if party in peers and peers[party].status == "in_force":
                    peers[party].status = "suspended"

    return wrong


def _tested_at_notice(stack: contextlib.ExitStack) -> None:
    seen: dict[str, bool] = {}
    notify, due_handler = acts._HANDLERS["notify_withdrawal"], effects._HANDLERS["withdrawal"]

    def noted(run: Any, deed: Any, scene: Any, step: Any) -> None:
        defer = scene.treaty.terms.defer
        seen[deed.id] = bool(defer) and run.world.in_conflict(deed.party, international_only=defer == "international")
        notify(run, deed, scene, step)

    def fallen_due(run: Any, due: Any) -> None:
        conflict = seen.get(due.notice, False)
        with mock.patch.object(World, "in_conflict", lambda self, party, *, international_only: conflict):
            due_handler(run, due)

    stack.enter_context(mock.patch.dict(acts._HANDLERS, {"notify_withdrawal": noted}))
    stack.enter_context(mock.patch.dict(effects._HANDLERS, {"withdrawal": fallen_due}))


def _all_by_all(suspension: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, due: Any) -> None:
        suspension(run, due)
        bound = run.world.bound(due.treaty)
        if bound and all(one.status == "suspended" for one in bound):
            run.world.treaties[due.treaty].status = "suspended_as_whole"

    return wrong


def _towards_everyone(handler: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, deed: Any, scene: Any, step: Any) -> None:
        others = tuple(p for p, one in sorted(scene.peers.items()) if one.is_party and p != deed.party)
        claims._suspend(run, deed, scene, step, others)

    return wrong


def _linked_early(met: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, state: Any) -> None:
        met(run, state)
        for earlier in state.terms.supersedes:
            if run.world.treaties[earlier].status in ("in_force", "suspended_as_whole"):
                endings.terminate(run, earlier, "supersede", "superseded", run.trace.steps[-1].number)

    return wrong


def _nobody_asked(all_bound: Callable[..., bool]) -> Callable[..., bool]:
    return lambda run, earlier, later: True


def _all_fall(links: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any) -> None:
        for ended, cause in list(run.ended.items()):
            for state in run.world.treaties:
                if state.code != ended and state.status in ("in_force", "suspended_as_whole"):
                    endings.terminate(run, state.code, "linked_termination", "linked_termination", cause)
        links(run)

    return wrong


def _drops(kind: str) -> Callable[..., Any]:
    """Let a notice clear what is pending of another kind."""

    def by(handler: Callable[..., None]) -> Callable[..., None]:
        def wrong(run: Any, deed: Any, scene: Any, step: Any) -> None:
            kept: list[Pending] = [one for one in scene.own.pending if one.kind != kind]
            scene.own.pending = kept
            handler(run, deed, scene, step)

        return wrong

    return by


def _denied_for_good(deny: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, one: Any, claim: Any, cause: int) -> None:
        deny(run, one, claim, cause)
        claim.live = False

    return wrong


add("spells are not closed at exit", swap((runs.Run, "_keep"), by=_open_spell), "X6")
add("who comes back continues the old spell", swap((runs.Run, "_keep"), by=_reopened_spell), "X26")
add("pending effects survive the exit", swap(*_CLOSE, by=_kept_at_close("pending")), "X23", "I9")
add("countermeasures survive the leaver's exit", swap(*_CLOSE, by=_kept_at_close("toward")), "X25")
add("the others keep facts about the leaver", swap(*_CLOSE, by=_one_sided), "X25")
add("an exit wipes out past breaches", swap(*_CLOSE, by=_forgives), "I12")
add("too few parties end a treaty", swap((day, "consequences"), by=_below_threshold_ends), "X9")
add("an exit suspends the others", swap((day, "consequences"), by=_exit_suspends_others), "I4")
add("war suspends", swap((day, "_event"), by=_war_suspends), "X14")
add("conflict is tested at notice", _tested_at_notice, "X17")
add(
    "conflict defers nothing",
    swap((World, "in_conflict"), by=lambda test: lambda self, party, *, international_only: False),
    "X17",
)
add("all suspending is suspension by all", handler(effects._HANDLERS, "suspension", _all_by_all), "I10")
add("60(2)(b) reaches bystanders", handler(acts._HANDLERS, "suspend_toward", _towards_everyone), "X18")
add("a treaty amends before it is in force", swap((effects, "_threshold_met"), by=_linked_early), "X19")
add("a treaty supersedes for States outside it", swap((endings, "_all_bound"), by=_nobody_asked), "X19")
add("all treaties fall together", swap((day, "links"), by=_all_fall), "I11")
add("a withdrawal clears a suspension", handler(acts._HANDLERS, "notify_withdrawal", _drops("suspension")), "I14")
add("a suspension clears a withdrawal", handler(acts._HANDLERS, "notify_suspension", _drops("withdrawal")), "I14")
add("a view forgets that a claim was made", swap((claims, "deny"), by=_denied_for_good), "I13")
