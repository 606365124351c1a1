"""The context of one run: world, agenda, noise and trace, and the few operations that all phases share.

The agenda is a heap ordered by content: day, phase, scripted before decided, legal order, priority, id. A counter
stands last only so that two entries of equal content never compare their payloads.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container
from dataclasses import dataclass

from simulator.engine.machine import Moved, Refused, driver
from simulator.engine.world import World
from simulator.errors import LimitError
from simulator.law.dates import day_text
from simulator.law.guards import Scene
from simulator.law.lifecycle import PARTY_STATUSES, lifecycle
from simulator.law.state import RelationshipState, Spell, TreatyState
from simulator.noise import Cuts, Key, Noise, key_id, mix64
from simulator.results.trace import Refusal, Step, Trace
from simulator.scenario.program import Program, Rule, ScriptedAct

__all__ = ["MAX_STEPS_A_DAY", "Delayed", "Due", "Entry", "Happening", "RuleAct", "Run"]

MAX_STEPS_A_DAY = 2_000
MAX_STEPS = 1_000_000
EFFECTS, EVENTS, ACTS, THRESHOLDS, CONSEQUENCES, LINKS = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Due:
    """An effect on the agenda: `kind` names its handler; it is ignored if what it was for is gone by then."""

    kind: str
    treaty: int
    party: int = -1
    notice: str = ""
    cause: int = -1


@dataclass(frozen=True, slots=True)
class RuleAct:
    """An act that a rule owes: who decided, which option, because of which step."""

    rule: Rule
    option: int
    actor: tuple[int, ...]
    subject: int
    cause: int
    id: str


@dataclass(frozen=True, slots=True)
class Delayed:
    """A delay that is left to chance: the cell of `cuts` in which the uniform of `key` lies picks one of `days`.

    The days rise; a cell beyond the last of them means never, or later than the horizon.
    """

    key: Key
    cuts: Cuts
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """What a step may set off: `keys` are the trigger indexes it matches, `what` and `nth` its name to the noise."""

    keys: tuple[tuple[object, ...], ...]
    what: int
    nth: int
    subject: int = -1


Entry = tuple[int, int, int, int, int, str, int, object]


class Run:
    """See the module's text. `react` shows a step to the rules, `heard` are the keys that any rule waits for."""

    looks_for_ties = True

    def __init__(
        self,
        program: Program,
        noise: Noise,
        react: Callable[[Run, Step, Happening], None],
        heard: Container[object],
        world: World | None = None,
    ) -> None:
        self.program, self.noise, self.react = program, noise, react
        self.world = world or World(program)
        self.agenda: list[Entry] = []
        self.trace = Trace(
            program.scenario,
            program.mode,
            program.branch,
            program.view,
            None,
            program.first,
            program.last,
            warnings=program.warnings,
        )
        self.day, self.phase = 0, 0
        self.muted = False
        self.steps_today = 0
        self.pushed = 0
        self.touched: dict[int, list[int]] = {}
        self.exits: dict[int, int] = {}
        self.entered: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        self.acts = lifecycle().acts
        # Nobody asks for the name of a chain of causes unless a rule draws by it.
        self.traces_paths = any(rule.noise == "path" for rule in program.rules)
        self.heard = heard
        self._party, self._treaty = driver("party"), driver("treaty")
        self._keys: dict[str, int] = {}

    # -- agenda ------------------------------------------------------------------------------------------------

    def push(self, day: int, phase: int, payload: object, rank: str, *, order: int = 0, priority: int = 0) -> None:
        """Put something on the agenda; what lies beyond the horizon is left out."""
        if self.muted or day > self.program.last:
            return
        source = 0 if isinstance(payload, ScriptedAct) else 1
        self.pushed += 1
        heapq.heappush(self.agenda, (day, phase, source, order, -priority, rank, self.pushed, payload))

    def schedule(self, due: Due, day: int) -> None:
        """Schedule an effect; one that is due today or earlier is for the caller to apply at once."""
        names = self.program.names
        party = names.parties[due.party] if due.party >= 0 else "*"
        self.push(day, EFFECTS, due, f"{names.treaties[due.treaty]}.{party}.{due.kind}.{due.notice}")

    def owe(self, owed: RuleAct, when: int | Delayed | None, order: int, decision: Step) -> None:
        """Put an act that a rule owes on the agenda; `when` is its day, a delay left to chance, or never (None)."""
        day = self._drawn(when) if isinstance(when, Delayed) else when
        if day is None or day > self.program.last:
            decision.remark("due beyond the horizon")
            return
        self.push(day, ACTS, owed, owed.id, order=order, priority=owed.rule.priority)

    def settle(self, payload: object) -> bool:
        """Take an entry of the agenda that is no act yet; only an engine that leaves delays open has such entries."""
        raise NotImplementedError(payload)

    def _drawn(self, when: Delayed) -> int | None:
        cell = self.noise.cell(when.key, when.cuts)
        return when.days[cell] if cell < len(when.days) else None

    # -- steps -------------------------------------------------------------------------------------------------

    def step(self, kind: str, act: str, treaty: int = -1, party: int = -1, **more: object) -> Step:
        """Record a step and return it; in a trial nothing is recorded."""
        names, steps = self.program.names, self.trace.steps
        found = Step(
            len(steps),
            self.day,
            self.phase,
            kind,
            act,
            names.parties[party] if party >= 0 else "",
            names.treaties[treaty] if treaty >= 0 else "",
            **more,  # type: ignore[arg-type]
        )
        if kind == "effect" and 0 <= found.cause < len(steps):
            root = steps[found.cause]  # what follows by law is as well documented as what it follows from
            found.sources, found.confirmed = found.sources or root.sources, found.confirmed and root.confirmed
        if self.muted:
            return found
        self.steps_today += 1
        if len(steps) >= MAX_STEPS:
            raise LimitError(f"more than {MAX_STEPS:,} steps in one run, by {day_text(self.day)}; shorten the period")
        if self.steps_today > MAX_STEPS_A_DAY:
            raise LimitError(self._loop())
        steps.append(found)
        return found

    def _loop(self) -> str:
        tail = self.trace.steps[-60:]
        names = dict.fromkeys(step.rule or f"{step.treaty}.{step.party}.{step.act}" for step in tail)
        shown = ", ".join(list(names)[:8])
        return (
            f"more than {MAX_STEPS_A_DAY} steps on {day_text(self.day)}: the loop runs through {shown}; "
            "give one of these rules a delay or a condition that its own effect ends"
        )

    def happen(self, step: Step, happening: Happening) -> None:
        """Show a step to the rules, unless the run is a trial or still before its period."""
        if self.muted:
            return
        self.trail(step, happening)
        if self.day >= self.program.first and any(key in self.heard for key in happening.keys):
            self.react(self, step, happening)

    def trail(self, step: Step, happening: Happening) -> None:
        """Name the step's whole chain of causes (`noise: path` reads it)."""
        if self.traces_paths and not self.muted:
            parent = self.trace.steps[step.cause].path if step.cause >= 0 else 0
            step.path = mix64(parent ^ happening.what ^ happening.nth)

    def key(self, name: str) -> int:
        """Return the noise number of a name, remembered."""
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = key_id(name)
        return found

    def refuse(
        self, act: ScriptedAct | RuleAct, word: str, treaty: int, party: int, why: Refused, *, kind: str
    ) -> None:
        """Record an act that was not carried out, with its reason and legal basis."""
        if self.muted:
            return
        names, scripted = self.program.names, isinstance(act, ScriptedAct)
        self.trace.refused.append(
            Refusal(
                self.day,
                names.parties[party] if party >= 0 else "*",
                names.treaties[treaty] if treaty >= 0 else "",
                word,
                why.reason,
                why.basis,
                kind,
                act.id,
                "" if isinstance(act, ScriptedAct) else act.rule.id,
                -1 if isinstance(act, ScriptedAct) else act.cause,
                act.sources if isinstance(act, ScriptedAct) else act.rule.sources,
                scripted,
            )
        )

    def touch(self, treaty: int, *parties: int) -> None:
        """Have the thresholds of a treaty tested today; the consent of these parties has changed."""
        self.touched.setdefault(treaty, []).extend(parties)

    # -- moves -------------------------------------------------------------------------------------------------

    def fire(self, scene: Scene, event: str) -> Moved | Refused:
        """Fire an event on the scene's relationship, or on its treaty if it shows none, and keep the books."""
        if scene.party is None:
            result = self._treaty.fire(scene.treaty, event, scene)
            if isinstance(result, Moved) and result.before != result.after:
                scene.treaty.since = self.day
                scene.treaty.entries[result.after] = scene.treaty.entries.get(result.after, 0) + 1
            return result
        result = self._party.fire(scene.party, event, scene)
        if isinstance(result, Moved) and result.before != result.after:
            self._keep(scene.party, result)
        return result

    def _keep(self, one: RelationshipState, moved: Moved) -> None:
        self.world.recount(one.treaty, moved.before, moved.after)
        one.since, one.reason = self.day, ""
        one.entries[moved.after] = one.entries.get(moved.after, 0) + 1
        was, now = moved.before in PARTY_STATUSES, moved.after in PARTY_STATUSES
        if now and not was:
            one.spells.append(Spell(self.day))
            one.provisional = "none"
        elif was and not now and one.spells:
            one.spells[-1].last = self.day
        if not self.muted:
            for status, (treaty, words, days) in ((moved.after, watch) for watch in self.program.watches):
                if treaty == one.treaty and status in words:
                    self.push(self.day + days, LINKS, "wake", "wake")

    def became(self, step: Step, treaty: int, party: int) -> None:
        """Tell the rules that a relationship (or, with party -1, a treaty) entered its present status."""
        if self.muted or step.before == step.after:
            return
        key: tuple[object, ...] = ("treaty" if party < 0 else "becomes", treaty, step.after)
        if key not in self.heard and not self.traces_paths:
            return  # no rule waits for it, so nobody needs its name
        if party < 0:
            state = self.world.treaties[treaty]
            what = self.key(f"treaty:{step.treaty}={step.after}")
            self.happen(step, Happening((key,), what, state.entries.get(step.after, 1)))
            return
        one = self.world.relationship(treaty, party)
        what = self.key(f"status:{step.treaty}.{step.party}={step.after}")
        nth = one.entries.get(step.after, 1)
        self.happen(step, Happening((key,), what, nth, party))

    def move(self, treaty: int, party: int, event: str, cause: int, reason: str = "", **more: object) -> Step | None:
        """Carry out a derived move of a relationship (party >= 0) or a treaty; None if the law does not allow it."""
        scene = self.world.scene(self.day, treaty, party)
        result = self.fire(scene, event)
        if isinstance(result, Refused):
            return None
        state: RelationshipState | TreatyState = scene.treaty if scene.party is None else scene.party
        if reason:
            state.reason = reason
        step = self.step(
            "effect",
            event,
            treaty,
            party,
            before=result.before,
            after=result.after,
            cause=cause,
            move=result.move.id,
            basis=self.basis(treaty, event, result.move.basis),
            **{"note": reason.replace("_", " "), **more},
        )
        self.became(step, treaty, party)
        return step

    def basis(self, treaty: int, event: str, general: str) -> str:
        """Return the treaty's own article where it has one, then the general law."""
        clause = _CLAUSES.get(event)
        own = self.program.terms[treaty].basis.get(clause, "") if clause else ""
        return f"{own}; {general}" if own else general


_CLAUSES = {
    "sign": "signature",
    "open_for_signature": "signature",
    "close_for_signature": "signature",
    "deposit": "ratification",
    "accede": "accession",
    "enter_into_force": "entry_into_force",
    "enter_into_force_for_party": "late_joiner",
    "threshold_met": "entry_into_force",
    "exchange": "entry_into_force",
    "notify_withdrawal": "withdrawal",
    "revoke_withdrawal": "withdrawal",
    "withdrawal_effective": "withdrawal",
    "defer_withdrawal": "withdrawal",
    "expire": "duration",
    "extend": "extension",
    "supersede": "supersedes",
    "linked_termination": "linked_termination",
    "apply_provisionally": "provisional",
    "restrict_rights": "organ_sanctions",
    "restore_rights": "organ_sanctions",
    "floor_breached": "floor",
}
