"""Moments: the state of one world at the end of a day, kept so that many futures can start from it.

A moment is never changed. A day is lived through on a world that shares everything with the moment it starts from and
copies a treaty only when that treaty is looked at. What of a moment can still matter is its `key`: two moments with
equal keys have the same futures, whatever led to them, so an exact engine may treat them as one. The key leaves out
what no rule, guard or question reads any more (since when, by whose notice, through which steps).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.engine.run import Due, Entry, RuleAct
from simulator.engine.world import World
from simulator.law.state import Claim, Pending, RelationshipState
from simulator.results.trace import Step
from simulator.scenario.program import Node, Outcome, Program, Rule

__all__ = ["NEVER", "Moment", "Needs", "Part", "names_causes"]

NEVER = 10**9


class Part(NamedTuple):
    """What still matters of a treaty: its `key`, and by party that of each relationship that anything concerns."""

    key: int
    pairs: dict[int, int]


@dataclass(slots=True)
class Moment:
    """A world at the end of a day: what is scheduled beside it, which questions are open, and its `key`.

    `parts` are the keys of the treaties, `steps` the trace so far where a rule draws by its chain of causes.
    """

    world: World
    agenda: tuple[Entry, ...]
    open: tuple[Outcome, ...]
    parts: tuple[Part, ...]
    key: int
    steps: list[Step] = field(default_factory=list)
    due: int = NEVER

    def __post_init__(self) -> None:
        """Note the next day on which something is due that does not wait for chance."""
        self.due = min([entry[0] for entry in self.agenda], default=NEVER)


def names_causes(rule: Rule) -> bool:
    """Whether a rule draws by a chain of causes that rules can have a part in; events and periods have no cause."""
    return rule.noise == "path" and any(one.kind not in {"event", "every"} for one in rule.triggers)


class Needs:
    """What of a world a program can still ask about; the rest is left out of keys."""

    def __init__(self, program: Program, skips: bool = True) -> None:
        self.program, self.skips = program, skips
        self._numbers: dict[Hashable, int] = {}
        self.paths = any(names_causes(rule) for rule in program.rules)
        # Whose membership another State may carry on as its own, so that its first day counts.
        self.continued = {program.predecessors[party] for party in program.continues}
        self.since: set[int] = set()  # treaties asked how long a status has lasted
        self.acts: set[tuple[int, int]] = set()  # (act, treaty) that a condition or a rule's own act counts
        self.dated: set[tuple[int, int]] = set()  # those asked how long ago
        self.events: set[int] = set()
        self.kinds: set[str] = set()
        self.entered: set[tuple[int, str]] = set()  # (treaty, status) whose entries a trigger numbers
        self.dated_events, self.dated_kinds = set[int](), set[str]()
        for node in _nodes(program):
            self._node(node)
        for rule in program.rules:
            for option in rule.options:
                self.acts |= {(action.act, action.treaty) for action in option.actions if action.act >= 0}
            for trigger in rule.triggers:
                if trigger.kind in ("becomes", "treaty_becomes"):
                    self.entered.add((trigger.treaty, trigger.word))
        self.numbered = {treaty: sorted(w for t, w in self.entered if t == treaty) for treaty, _ in self.entered}
        self.carriers = {act.event for act in program.acts if act.event >= 0}

    def _node(self, node: Node) -> None:
        timed = node.days >= 0
        if node.op == "status" and timed:
            self.since.add(node.a)
        elif node.op == "happened_act":
            self.acts.add((node.a, node.low))
            if timed:
                self.dated.add((node.a, node.low))
        elif node.op == "happened_event":
            (self.dated_events if timed else self.events).add(node.a)
        elif node.op == "happened_kind":
            (self.dated_kinds if timed else self.kinds).update(node.words)

    # -- keys --------------------------------------------------------------------------------------------------

    def treaty(self, world: World, code: int, before: Part | None = None, looked: Iterable[int] | None = None) -> Part:
        """Return what still matters of a treaty and of each relationship; all but those `looked` at are as `before`."""
        state = world.treaties[code]
        own = (
            state.status,
            state.reason,
            state.signature_open,
            state.threshold_met_on,
            state.in_force_on,
            state.due,
            state.expires,
            tuple((word, state.entries.get(word, 0)) for word in self.numbered.get(code, ())),
        )
        pairs = dict(before.pairs) if before else {}
        peers, nothing = world.peers[code], self.number(None)
        for party in peers if looked is None else looked:
            key = self.number(self._pair(code, peers[party]))
            if key == nothing:
                pairs.pop(party, None)
            else:
                pairs[party] = key
        return Part(self.number((own, frozenset(pairs.items()))), pairs)

    def number(self, key: Hashable) -> int:
        """Return the number of a key: keys are compared often, and kept once."""
        return self._numbers.setdefault(key, len(self._numbers))

    def _pair(self, code: int, one: RelationshipState) -> Hashable:
        if one == RelationshipState(one.party, one.treaty):
            return None  # as if nobody had looked at it
        numbered = tuple((word, one.entries.get(word, 0)) for word in self.numbered.get(code, ()))
        before = one.spells[-1].first if one.spells and one.spells[-1].last is None else 0
        return (
            one.party,
            one.status,
            one.reason,
            one.via,
            one.signed,
            one.extinct,
            one.approved_on is not None,
            one.disclaimed_on is not None,
            one.consent_on if not one.is_party else one.consent_on is not None,
            one.provisional,
            one.organ_rights,
            one.reservation,
            tuple(self._pending(one, pending) for pending in one.pending),
            frozenset(one.toward),
            tuple(_claim(claim) for claim in one.claims if claim.live),
            bool(one.claims),
            numbered,
            frozenset((what, party) for _, what, party in one.breaches),
            bool(one.exit_dispute),
            before if one.party in self.continued else 0,
            one.since if code in self.since else 0,
        )

    @staticmethod
    def _pending(one: RelationshipState, pending: Pending) -> Hashable:
        claim = next((place for place, claim in enumerate(one.claims) if claim.notice == pending.notice), -1)
        live = sum(claim.live for claim in one.claims[:claim]) if claim >= 0 else -1
        return pending.kind, pending.due, pending.toward, pending.revocable, pending.deferred, live

    def rest(self, world: World, agenda: tuple[Entry, ...], still: tuple[Outcome, ...], steps: list[Step]) -> Hashable:
        """Return the key of everything outside the treaties; `still` are the questions that are open."""
        acts = []
        for pair in sorted(self.acts):
            done = world.act_days.get(pair)
            if done:
                dated = pair in self.dated
                acts.append((pair, tuple((p, n, day if dated else 0) for p, (day, n) in sorted(done.items()))))
        days, kinds = world.event_days, world.kind_days
        events = [(code, day if code in self.dated_events else 0) for code, day in sorted(days.items())]
        wanted = self.events | self.dated_events | self.carriers
        return (
            tuple(world.variables),
            frozenset(world.conflicts.items()),
            tuple(one for one in events if one[0] in wanted),
            tuple(kind for kind in sorted(self.kinds) if kind in kinds),
            tuple((kind, kinds[kind]) for kind in sorted(self.dated_kinds) if kind in kinds),
            tuple(acts),
            frozenset(world.hazards.items()),
            frozenset(self._entry(world, one) for one in agenda),
            frozenset(one.id for one in still),
            tuple(step.path for step in steps),
        )

    def _entry(self, world: World, entry: Entry) -> Hashable:
        """An entry of the agenda; the name of a notice counts only through the pending effect it belongs to.

        Where a question is asked on every day on which something was due (`skips` is false), so does what is gone.
        """
        payload = entry[7]
        if isinstance(payload, Due):
            notice = -1
            if payload.party >= 0 and payload.notice:
                pending = world.peers[payload.treaty][payload.party].pending
                notice = next((place for place, one in enumerate(pending) if one.notice == payload.notice), -1)
                if notice < 0 and self.skips and payload.kind in ("withdrawal", "suspension"):
                    return None  # what it was scheduled for is gone
            what: Hashable = (payload.kind, payload.treaty, payload.party, notice, payload.cause if self.paths else -1)
        elif isinstance(payload, RuleAct):
            what = (payload.id, payload.option, payload.actor, payload.subject, payload.cause if self.paths else -1)
        else:
            what = str(payload)
        return entry[0], entry[1], entry[3], entry[4], what


def _claim(claim: Claim) -> Hashable:
    return claim.toward, claim.dispute, claim.rule, bool(claim.objected_by), claim.accepted, claim.ground


def _nodes(program: Program) -> Iterator[Node]:
    todo = [outcome.when for outcome in program.outcomes]
    for rule in program.rules:
        todo += [node for node in (rule.when, rule.still, *(case.when for case in rule.chances)) if node is not None]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(node.parts)
