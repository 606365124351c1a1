"""Mutants: one wrong reading of the law each, put into the engine for as long as a property looks at it.

A mutant names the property that must catch it. Most change one row of the lifecycle table or one guard; the rest
change a date rule, a count or a handler, as a careless edit would.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from simulator.engine import acts, claims, effects, endings, machine, reference
from simulator.engine import run as runs
from simulator.engine.run import Due
from simulator.engine.world import World
from simulator.law import terms as law_terms
from simulator.law.dates import SAME_DAY, DateRule
from simulator.law.guards import GUARDS
from simulator.law.lifecycle import PARTY_STATUSES, Move, lifecycle
from simulator.law.state import Pending
from simulator.law.terms import Terms

__all__ = ["MUTANTS", "Mutant"]

Patch = Callable[[contextlib.ExitStack], None]


@dataclass(frozen=True)
class Mutant:
    """A wrong reading, and the property that catches it."""

    name: str
    law: str
    patch: Patch

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Let the engine read the law wrongly inside the block."""
        with contextlib.ExitStack() as stack:
            self.patch(stack)
            yield


MUTANTS: list[Mutant] = []
# A driver is built once and kept: it must not be built while a mutant is at work.
_KEPT = [machine.driver(name) for name in ("party", "treaty")]
_DRIVERS_USED_BY = [module for module in (acts, claims, effects, endings, reference, runs) if hasattr(module, "driver")]


def _add(name: str, patch: Patch, *laws: str) -> None:
    MUTANTS.extend(Mutant(name, law, patch) for law in laws)


def _driven(change: Callable[[tuple[Move, ...]], tuple[Move, ...]] | None = None, *free: str) -> Patch:
    """Rebuild the machines with changed rows, or with guards that let everything pass."""

    def patch(stack: contextlib.ExitStack) -> None:
        for name in free:
            stack.enter_context(
                mock.patch.dict(GUARDS, {name: dataclasses.replace(GUARDS[name], test=lambda scene: "")})
            )
        if change is not None:
            table = dataclasses.replace(lifecycle(), moves=change(lifecycle().moves))
            stack.enter_context(mock.patch.object(machine, "lifecycle", lambda: table))
        drivers = {name: machine.Driver(name) for name in ("party", "treaty")}
        for module in _DRIVERS_USED_BY:
            stack.enter_context(mock.patch.object(module, "driver", drivers.__getitem__))

    return patch


def _row(identity: str, **changes: Any) -> Patch:
    """Change cells of a row."""
    return _driven(
        lambda moves: tuple(dataclasses.replace(one, **changes) if one.id == identity else one for one in moves)
    )


def _more(identity: str, *sources: str, guards: tuple[str, ...] | None = None) -> Patch:
    """Let a row start from more statuses."""

    def change(moves: tuple[Move, ...]) -> tuple[Move, ...]:
        return tuple(
            dataclasses.replace(one, sources=(*one.sources, *sources), guards=one.guards if guards is None else guards)
            if one.id == identity
            else one
            for one in moves
        )

    return _driven(change)


def _without(identity: str) -> Patch:
    return _driven(lambda moves: tuple(one for one in moves if one.id != identity))


def _free(*guards: str) -> Patch:
    return _driven(None, *guards)


def _swap(*places: tuple[object, str], by: Callable[..., Any]) -> Patch:
    """Put `by(original)` in place of a function under each of the names by which it is called."""

    def patch(stack: contextlib.ExitStack) -> None:
        new = by(getattr(*places[0]))
        for owner, name in places:
            stack.enter_context(mock.patch.object(owner, name, new))

    return patch


def _handler(table: dict[str, Any], word: str, by: Callable[..., Any]) -> Patch:
    return lambda stack: stack.enter_context(mock.patch.dict(table, {word: by(table[word])})) and None


# -- rows and guards of the table ------------------------------------------------------------------------------------

_add("contracting States may suspend", _more("P21", "ratified", guards=()), "X1")
_add("accession needs no clause", _free("accession_open"), "X3")
_add("ratification needs no signature", _more("P4", "non_party"), "X3", "model")
_add("the signature window never closes", _free("signature_open"), "X4")
_add("everybody may sign", _free("eligible_to_sign"), "X4")
_add("who applies provisionally is a party", _row("P11", target="in_force"), "X7")
_add("pairwise suspension need not exist to be resumed", _free("pairwise_suspension_live"), "X10")
_add("countermeasures need not exist to be lifted", _free("countermeasure_live"), "X10")
_add("a notice is revocable after effect", _more("P18", "withdrawn", guards=()), "X11")
_add("parties withdraw consent", _more("P14a", "in_force"), "X12", "model")
_add("notice may be given by contracting States", _more("P17", "ratified"), "X12")
_add("withdrawn consent is a withdrawal", _row("P14b", target="withdrawn"), "X13")
_add("countermeasures suspend", _row("P27a", target="suspended"), "X14")
_add("a lock-in does not count", _free("lock_in_over"), "X15")
_add("everybody has a right to withdraw", _free("withdrawal_right"), "X16")
_add("breach ends multilateral treaties", _free("bilateral_treaty"), "X18")
_add("extensions know no cap", _free("within_cap"), "X20")
_add("domestic approval is consent", _row("P3", sources=("signed",), target="ratified"), "X21")
_add("reservations are always allowed", _free("reservations_allowed"), "X22")
_add("reservations may follow consent", _more("P41", "ratified", "in_force"), "X22")
_add("one exit does not end a bilateral treaty", _without("T9"), "X24", "I3")
_add("a treaty of one goes on", _without("T16"), "X24")
_add("a counterpart need not be bound", _free("counterparts_bound"), "X25")
_add("parties stay bound when a treaty ends", _without("P29"), "I1", "I9")
_add("linked instruments do not fall", _without("T17"), "I11")
_add("a floor clause ends nothing", _without("T15"), "model")
_add("a State that has ceased to exist joins", _free("state_exists"), "model")
_add("successors need no predecessor", _free("predecessor_bound"), "model")


# -- dates and counts ------------------------------------------------------------------------------------------------


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
_add("clear days are counted one short", _swap((DateRule, "first_day"), by=_short), "X2")
_add("a shorter date in the notice counts", _handler(acts._HANDLERS, "notify_withdrawal", _stated_counts), "X2", "X11")
_add(
    "six months where article 56 asks twelve",
    _swap((law_terms, "DateRule"), by=lambda rule: lambda kind, number: rule(kind, number // 2)),
    "X16",
)
_add("signatories count for entry into force", _swap(_THRESHOLD, by=_with_signatories), "X8", "I8", "model")
_add("any States make up for the named ones", _swap(_THRESHOLD, by=_number_for_names), "I7")
_add(
    "former parties are counted",
    _swap((World, "bound"), by=_bound_with("in_force", "suspended", "withdrawn", "terminated")),
    "X5",
    "X24",
)
_add("suspended parties are not counted", _swap((World, "bound"), by=_bound_with("in_force")), "I2", "X9")
_add("who completes the threshold waits", _swap((effects, "_bind"), by=_last_waits), "I6")
_add("withdrawn consent still counts", _swap((World, "recount"), by=_forgets), "I8")
_add("withdrawn consent unlocks the day", _handler(acts._HANDLERS, "withdraw_consent", _unlocks), "I8")
_add(
    "late joiners are bound at once",
    _swap(
        (effects, "_late"),
        by=lambda late: lambda run, state, party, one: effects._bind(run, state, one, "enter_into_force_for_party", -1),
    ),
    "I5",
)
_add(
    "a treaty lives a day too long",
    _swap((Terms, "ends"), by=lambda ends: lambda self, day: ends(self, day) + 1),
    "X20",
)


# -- handlers --------------------------------------------------------------------------------------------------------

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


def _superseded_early(met: Callable[..., None]) -> Callable[..., None]:
    def wrong(run: Any, state: Any) -> None:
        met(run, state)
        run.entered.setdefault(state.code, run.trace.steps[-1].number)

    return wrong


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


_add("spells are not closed at exit", _swap((runs.Run, "_keep"), by=_open_spell), "X6")
_add("who comes back continues the old spell", _swap((runs.Run, "_keep"), by=_reopened_spell), "X26")
_add("pending effects survive the exit", _swap(*_CLOSE, by=_kept_at_close("pending")), "X23", "I9")
_add("countermeasures survive the leaver's exit", _swap(*_CLOSE, by=_kept_at_close("toward")), "X25")
_add("the others keep facts about the leaver", _swap(*_CLOSE, by=_one_sided), "X25")
_add("an exit wipes out past breaches", _swap(*_CLOSE, by=_forgives), "I12")
_add("too few parties end a treaty", _swap((reference, "consequences"), by=_below_threshold_ends), "X9")
_add("an exit suspends the others", _swap((reference, "consequences"), by=_exit_suspends_others), "I4")
_add("war suspends", _swap((reference, "_event"), by=_war_suspends), "X14")
_add("conflict is tested at notice", _tested_at_notice, "X17")
_add(
    "conflict defers nothing",
    _swap((World, "in_conflict"), by=lambda test: lambda self, party, *, international_only: False),
    "X17",
)
_add("all suspending is suspension by all", _handler(effects._HANDLERS, "suspension", _all_by_all), "I10")
_add("60(2)(b) reaches bystanders", _handler(acts._HANDLERS, "suspend_toward", _towards_everyone), "X18")
_add("a treaty supersedes before it is in force", _swap((effects, "_threshold_met"), by=_superseded_early), "X19")
_add("all treaties fall together", _swap((reference, "links"), by=_all_fall), "I11")
_add("a withdrawal clears a suspension", _handler(acts._HANDLERS, "notify_withdrawal", _drops("suspension")), "I14")
_add("a suspension clears a withdrawal", _handler(acts._HANDLERS, "notify_suspension", _drops("withdrawal")), "I14")
_add("a view forgets that a claim was made", _swap((claims, "deny"), by=_denied_for_good), "I13")
