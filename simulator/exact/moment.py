"""Moments: the state of one world at the end of a day, kept so that many futures can start from it.

A moment is never changed. A day is lived through on a world that shares everything with the moment it starts from and
copies a treaty only when that treaty is looked at. What of a moment can still matter is its `key`: two moments with
equal keys have the same futures, whatever led to them, so an exact engine may treat them as one. The key leaves out
what no rule, guard or question reads any more (since when, by whose notice, through which steps).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from simulator.engine.run import Due, Entry, RuleAct
from simulator.engine.world import World
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.state import Claim, Pending, RelationshipState, Spell, TreatyState
from simulator.results.trace import Step
from simulator.scenario.program import Node, Outcome, Program

__all__ = ["NEVER", "Moment", "Needs", "Part", "SharedWorld"]

One = TypeVar("One")
Peers = dict[int, RelationshipState]


def _same_treaty(state: TreatyState) -> TreatyState:
    return TreatyState(
        state.code,
        state.terms,
        state.status,
        state.since,
        state.reason,
        state.signature_open,
        state.threshold_met_on,
        state.in_force_on,
        state.due,
        state.expires,
        dict(state.entries),
        dict(state.counts),
    )


def _same_pair(one: RelationshipState) -> RelationshipState:
    return RelationshipState(
        one.party,
        one.treaty,
        one.status,
        one.since,
        one.reason,
        one.via,
        one.signed,
        one.extinct,
        one.approved_on,
        one.disclaimed_on,
        one.consent_on,
        one.provisional,
        one.organ_rights,
        one.reservation,
        [_same_pending(pending) for pending in one.pending],
        dict(one.toward),
        [_same_claim(claim) for claim in one.claims],
        [Spell(spell.first, spell.last) for spell in one.spells],
        dict(one.entries),
        list(one.breaches),
        one.exit_dispute,
        one.last_act,
    )


def _same_pending(one: Pending) -> Pending:
    return Pending(one.kind, one.done, one.due, one.notice, one.toward, one.revocable, one.deferred, one.cause)


def _same_claim(one: Claim) -> Claim:
    return Claim(
        one.notice,
        one.done,
        one.toward,
        one.ground,
        one.dispute,
        one.rule,
        list(one.objected_by),
        one.accepted,
        one.live,
    )


class _PeersOnLook(Peers):
    """The relationships of a treaty, shared with another world until one of them is looked at."""

    def __init__(self, shared: Peers) -> None:
        super().__init__(shared)
        self.looked: set[int] = set()

    def _own(self, party: int, one: RelationshipState) -> RelationshipState:
        if party not in self.looked:
            one = _same_pair(one)
            self[party] = one
        return one

    def __getitem__(self, party: int) -> RelationshipState:
        return self._own(party, super().__getitem__(party))

    def __setitem__(self, party: int, one: RelationshipState) -> None:
        self.looked.add(party)
        super().__setitem__(party, one)

    def get(self, party: int, default: Any = None) -> Any:
        one = super().get(party)
        return default if one is None else self._own(party, one)

    def items(self) -> Any:
        for party, one in list(super().items()):
            self._own(party, one)
        return super().items()

    def values(self) -> Any:
        self.items()
        return super().values()

    def seen(self) -> list[RelationshipState]:
        """The relationships as they stand, for readers that change nothing, in the order of the parties."""
        return [super(_PeersOnLook, self).__getitem__(party) for party in sorted(self)]


class _CopyOnLook(list[One]):
    """A list of shared parts, each copied when it is first looked at; `looked` says which."""

    def __init__(self, shared: list[One], copy: Callable[[One], One]) -> None:
        super().__init__(shared)
        self._copy, self.looked = copy, set[int]()

    def __getitem__(self, place: Any) -> Any:
        one = super().__getitem__(place)
        if place not in self.looked:
            self.looked.add(place)
            one = self._copy(one)
            super().__setitem__(place, one)
        return one

    def __iter__(self) -> Iterator[One]:
        return (self[place] for place in range(len(self)))

    def shared(self) -> list[One]:
        """The parts as they stand, without copying any."""
        return [super(_CopyOnLook, self).__getitem__(place) for place in range(len(self))]


class SharedWorld(World):
    """A world that starts as another one and copies of it only what is looked at."""

    __slots__ = ()

    def __init__(self, start: World) -> None:
        self.program = start.program
        self.treaties = _CopyOnLook(start.treaties, _same_treaty)
        self.peers = _CopyOnLook(start.peers, _PeersOnLook)
        self.variables = list(start.variables)
        self.conflicts = dict(start.conflicts)
        self.event_days = dict(start.event_days)
        self.kind_days = dict(start.kind_days)
        self.act_days = {key: dict(done) for key, done in start.act_days.items()}
        self.hazards = dict(start.hazards)

    def bound(self, treaty: int) -> list[RelationshipState]:
        """Return the parties of a treaty, to be read only."""
        peers = self.peers[treaty]
        assert isinstance(peers, _PeersOnLook)
        return [one for one in peers.seen() if one.status in PARTY_STATUSES]

    def settle(self) -> tuple[World, set[int]]:
        """Return a plain world of the same content, and the treaties that may differ from the start."""
        treaties, peers = self.treaties, self.peers
        assert isinstance(treaties, _CopyOnLook)
        assert isinstance(peers, _CopyOnLook)
        plain = object.__new__(World)
        plain.program = self.program
        plain.treaties = treaties.shared()
        plain.peers = [dict(one) if type(one) is _PeersOnLook else one for one in peers.shared()]
        plain.variables, plain.conflicts = self.variables, self.conflicts
        plain.event_days, plain.kind_days = self.event_days, self.kind_days
        plain.act_days, plain.hazards = self.act_days, self.hazards
        return plain, treaties.looked | peers.looked


NEVER = 10**9


class Part(NamedTuple):
    """What still matters of a treaty: its `key`, and that of each relationship by its party."""

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


class Needs:
    """What of a world a program can still ask about; the rest is left out of keys."""

    def __init__(self, program: Program, skips: bool = True) -> None:
        self.program, self.skips = program, skips
        self._numbers: dict[Hashable, int] = {}
        self.paths = any(rule.noise == "path" for rule in program.rules)
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

    def treaty(self, world: World, code: int, before: tuple[World, Part] | None = None) -> Part:
        """Return what still matters of a treaty and of each relationship; `before` saves work on what is the same."""
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
        old_peers, old_pairs = (before[0].peers[code], before[1].pairs) if before else ({}, {})
        pairs: dict[int, int] = {}
        for party, one in world.peers[code].items():
            same = party in old_pairs and (old_peers[party] is one or old_peers[party] == one)
            pairs[party] = old_pairs[party] if same else self.number(self._pair(code, one))
        nothing = self.number(None)
        return Part(self.number((own, tuple((p, pairs[p]) for p in sorted(pairs) if pairs[p] != nothing))), pairs)

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
            before if self.program.continues else 0,
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
