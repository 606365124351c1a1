"""Program: a scenario compiled for one mode, branch and view; frozen, integer-coded, the only thing an engine reads.

Parties, treaties, acts, variables, rules and events are codes: positions in the name tables. Days are ordinals.
Everything that an engine orders by is decided here from content (ids), never from the order in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from simulator.law.terms import NEVER, Terms
from simulator.law.views import AS_NOTIFIED, Treatment
from simulator.noise import NO_CUTS, Cuts

__all__ = [
    "ALL",
    "ANYONE",
    "Action",
    "Bloc",
    "Chance",
    "Decision",
    "Delay",
    "Evidence",
    "Expectation",
    "ForcedStatus",
    "Names",
    "Node",
    "Option",
    "Outcome",
    "Program",
    "Rule",
    "ScriptedAct",
    "Trigger",
    "Who",
    "WorldEvent",
]

ALL = -1  # every other party
ANYONE = -1  # a filter that lets everyone pass


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes stand for; `acts` and `statuses` come from the law's tables."""

    parties: tuple[str, ...]
    treaties: tuple[str, ...]
    acts: tuple[str, ...]
    variables: tuple[str, ...]
    rules: tuple[str, ...]
    events: tuple[str, ...]
    blocs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bloc:
    """A set of parties: `members`, or if `treaty` >= 0 its parties on the day of the question."""

    members: tuple[int, ...] = ()
    treaty: int = -1


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a condition or act is about: `party`, `actor`, `subject`, `all_of` or `any_of` a bloc, or `bloc`."""

    kind: str
    code: int = -1


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a condition.

    `op` is the head word; `a` the treaty, variable, event or act code; `who` and `other` parties; `words` the statuses
    or stances asked for; `low` and `high` an inclusive range of a count, a variable or a day; `days` a length.
    """

    op: str
    a: int = -1
    who: Who | None = None
    other: Who | None = None
    words: frozenset[str] = frozenset()
    low: int = -NEVER
    high: int = NEVER
    days: int = -1
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What is done: an act (`act` >= 0), a change of variables, or a happening of a `kind`.

    `parties` and `toward` name who does it and towards whom; `effective` computes the stated day from the act's day.
    """

    act: int = -1
    treaty: int = -1
    parties: tuple[Who, ...] = ()
    toward: tuple[Who, ...] = ()
    effective: object = None
    ground: str = ""
    until: int = -1
    stage: str = ""
    to: tuple[str, ...] = ()
    dispute: str = ""
    treatment: Treatment = AS_NOTIFIED
    sets: tuple[tuple[int, str, int], ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ScriptedAct:
    """A dated act of the record or of a scenario event.

    `party` is -1 for an act of the treaty or its organs. `stated_after` is the stated effective date as a length from
    the act's day (-1: none), so that moving the act moves its effect. `order` is the act's legal rank within a day,
    `rank` the place of its id among all ids. `key` names it to the noise.
    """

    id: str
    key: int
    day: int
    rank: int
    order: int
    treaty: int
    party: int
    act: int
    toward: tuple[int, ...] = ()
    stated_after: int = -1
    received_after: int = 0
    until: int = -1
    ground: str = ""
    stage: str = ""
    to: tuple[str, ...] = ()
    dispute: str = ""
    treatment: Treatment = AS_NOTIFIED
    sources: tuple[str, ...] = ()
    confirmed: bool = True
    precision: str = "day"
    note: str = ""
    event: int = -1


@dataclass(frozen=True, slots=True)
class WorldEvent:
    """A dated happening; `chance` is its declared probability (None: certain)."""

    code: int
    id: str
    key: int
    day: int
    kind: str
    title: str
    sets: tuple[tuple[int, str, int], ...] = ()
    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    international: bool = True
    chance: Cuts | None = None
    sources: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a rule off: `kind` is act, event, kind, becomes, treaty_becomes, every or rule.

    `code` is the act, event or rule; `word` the status, the event kind or the period.
    """

    kind: str
    code: int = -1
    treaty: int = -1
    of: Who | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """One case of a chance: the first whose condition holds counts."""

    when: Node | None
    p: Fraction
    cuts: Cuts


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after the trigger: the points in rising order and the cells that pick them; or one number of months.

    Where the cells leave a rest, the rest means never.
    """

    points: tuple[int, ...] = (0,)
    cuts: Cuts = NO_CUTS
    months: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide."""

    id: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An actor's disposition; `sites` gives the noise site of the bloc (-1) or of each member.

    `only` keeps a rule for each member of a bloc to these members (None: all of them).
    """

    code: int
    id: str
    actor: Who
    each: bool
    triggers: tuple[Trigger, ...]
    when: Node | None
    chances: tuple[Chance, ...]
    delay: Delay
    still: Node | None
    options: tuple[Option, ...]
    choice: Cuts | None
    noise: str
    priority: int
    sites: dict[int, int]
    sources: tuple[str, ...]
    theory: str
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A forced decision: `actor` -1 every actor; `what` 0 every trigger, else its key and `nth` (-1 any)."""

    rule: int
    actor: int
    what: int
    nth: int
    fires: bool
    option: int
    delay_days: int


@dataclass(frozen=True, slots=True)
class ForcedStatus:
    """A status set on a day."""

    day: int
    treaty: int
    party: int
    status: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A yes-or-no question: on some day of [first, last], or with `single` on that one day."""

    id: str
    title: str
    when: Node
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold at the end of a day; `text` is the sentence shown."""

    day: int
    when: Node
    text: str
    got: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a counterfactual conditions on: recorded acts that rules stand for, and stated statuses.

    After `until` nothing conditions. For the treaties of `complete` an act that is not on record was not
    done. A day may be off by `window` days. `statuses` are (day, treaty, party, words), at the end of the day.
    """

    acts: tuple[ScriptedAct, ...] = ()
    until: int = NEVER
    complete: frozenset[int] = frozenset()
    window: int = 0
    statuses: tuple[tuple[int, int, int, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Everything an engine reads.

    `digest` identifies the resolved scenario, mode, branch and view; `readings` answers the disputed questions.
    """

    scenario: str
    title: str
    mode: str
    branch: str
    view: str
    digest: str
    first: int
    last: int
    names: Names
    terms: tuple[Terms, ...]
    predecessors: tuple[int, ...]
    blocs: tuple[Bloc, ...]
    acts: tuple[ScriptedAct, ...]
    events: tuple[WorldEvent, ...]
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    forced: tuple[ForcedStatus, ...]
    variables: tuple[tuple[int, int, int], ...]
    outcomes: tuple[Outcome, ...]
    expectations: tuple[Expectation, ...]
    watches: tuple[tuple[int, frozenset[str], int], ...]
    taken_out: tuple[str, ...]
    warnings: tuple[str, ...]
    readings: Mapping[str, str] = field(default_factory=dict)
    continues: frozenset[int] = frozenset()
    lives: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    observed: Evidence = Evidence()

    def exists(self, party: int, day: int) -> bool:
        """Whether a State exists on a day; `lives` has first and last-but-one day of those the tables limit."""
        first, last = self.lives.get(party, (0, NEVER))
        return first <= day < last
