"""The question as a whole: a scenario, an edit, what is known, and every number that belongs to the answer.

>>> from simulator.scenario.load import load_scenario
>>> loaded = load_scenario("cfe-endgame")
>>> answer = what_if(loaded, "no-2004", outcomes=["notice-2007"], settings=Settings(work=3_000, runs=20))
>>> answer.effects[0].baseline.text(), answer.history.exact
('certain', True)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from simulator import WHATIF_WORK, WHATIF_WORLDS
from simulator.counterfactual.abduction import ENOUGH, History, explain_or_draw
from simulator.counterfactual.couplings import Bounds
from simulator.counterfactual.mechanisms import MECHANISMS
from simulator.counterfactual.numbers import Number
from simulator.counterfactual.pattern import is_barely, pattern_probability
from simulator.counterfactual.remarks import still_happening, tied_acts
from simulator.counterfactual.seeing import Seen, see
from simulator.counterfactual.spread import bounds_of, changed_choices, under_mechanisms
from simulator.counterfactual.twin import Effect, Twin
from simulator.errors import ScenarioError
from simulator.law.dates import day_text
from simulator.scenario.branches import Branch
from simulator.scenario.compile import BranchLike, compile_scenario, find_branch
from simulator.scenario.diagnostics import nearest
from simulator.scenario.edits import edits_of
from simulator.scenario.load import Loaded
from simulator.scenario.program import Program

__all__ = ["Prepared", "Settings", "WhatIf", "answer_of", "check_outcomes", "prepare", "what_if"]


SEEDS = 2**64  # a seed is below this


@dataclass(frozen=True, slots=True)
class Settings:
    """How an answer is computed.

    `work` bounds the days lived through by each exact computation; where it does not suffice, `runs` worlds are drawn
    from `seed`. `window` days (None: as the scenario says) may lie between an act and its recorded day. `seeing` asks
    for the reading of the edit as news beside the edit itself (`simulator.counterfactual.seeing`). Raises ScenarioError
    for numbers that make no sense.
    """

    mechanism: str = "monotone"
    work: int = WHATIF_WORK
    runs: int = WHATIF_WORLDS
    seed: int = 1
    window: int | None = None
    view: str | None = None
    seeing: bool = False

    def __post_init__(self) -> None:
        least = {"work": 0, "runs": 1, "seed": 0} | ({} if self.window is None else {"window": 0})
        for name, low in least.items():
            given, most = getattr(self, name), SEEDS if name == "seed" else None
            whole = isinstance(given, int) and not isinstance(given, bool)
            if not whole or given < low or (most is not None and given >= most):
                end = "" if most is None else " and below 2**64"
                raise ScenarioError(f"{name} is a whole number, {low} or more{end}; got {given!r}")


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An answer: what was asked, what was known, and the effect on each outcome.

    `p_pattern` is the probability of the recorded acts on any dates. `mechanisms` gives each outcome's probability
    under every mechanism and `bounds` what holds whatever the mechanism, where the edit changes the chances of
    decisions that the record tells something about; `changed` are decisions among several outcomes whose probabilities
    the edit changes, with the sharp bounds of what each may become. `seen` reads the edit as news (None: not asked).
    `still_happens` are events after the first change that can matter and happen all the same, with their days, and
    `resolution` says how exactly the dates of the record are taken.
    """

    scenario: str
    branch: str
    title: str
    edits: tuple[str, ...]
    given: str
    settings: Settings
    history: History
    p_pattern: Number
    effects: tuple[Effect, ...]
    mechanisms: dict[str, dict[str, Number]] = field(default_factory=dict)
    changed: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    bounds: dict[str, Bounds | None] = field(default_factory=dict)
    seen: Seen | None = None
    still_happens: tuple[tuple[str, int], ...] = ()
    resolution: str = "to the day"

    @property
    def few(self) -> str:
        """A warning, where the explanations are drawn and too few to rely on; else nothing."""
        return _few(self.history)

    @property
    def exact(self) -> bool:
        """Whether every number given the record is exact."""
        numbers = [number for one in self.effects for number in (one.baseline, one.given_record)]
        return self.history.certain and all(number.exact for number in numbers)

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of `whatif`, fractions as text."""
        return {
            "branch": self.branch,
            "title": self.title,
            "edits": list(self.edits),
            "given": self.given,
            "mechanism": self.settings.mechanism,
            "exact": self.exact,
            "explanations": self.history.count,
            "p_record": str(self.history.p_record),
            "p_pattern": self.p_pattern.as_json(),
            "outcomes": {one.outcome: _effect(one) for one in self.effects},
            "mechanisms": {
                name: {mechanism: number.as_json() for mechanism, number in numbers.items()}
                for name, numbers in self.mechanisms.items()
            },
            "bounds": {name: one and one.as_json() for name, one in self.bounds.items()},
            "changed": list(self.changed),
            "seeing": None if self.seen is None else self.seen.as_json(),
            "still_happens": [{"event": name, "date": day_text(day)} for name, day in self.still_happens],
            "warnings": list(self.warnings),
        }


def _effect(one: Effect) -> dict[str, Any]:
    names = ("given_record", "unconditioned", "baseline", "unconditioned_baseline", "p_necessary", "p_sufficient")
    numbers: dict[str, Number | None] = {name: getattr(one, name) for name in names}
    return {
        "title": one.title,
        "by": day_text(one.last),
        **{name: None if number is None else number.as_json() for name, number in numbers.items()},
        "details": {name: number.details() for name, number in numbers.items() if number is not None},
        "days_gained": {str(days): str(p) for days, p in one.delay.items()},
    }


@dataclass(frozen=True, slots=True)
class Prepared:
    """Both programs and the twin, before any outcome has been asked."""

    factual: Program
    edited: Program
    twin: Twin


def prepare(
    loaded: Loaded,
    branch: BranchLike,
    settings: Settings,
    before: Prepared | None = None,
    told: Callable[[str], object] | None = None,
) -> Prepared:
    """Compile both worlds and explain the record; raises what `what_if` raises.

    `before` is another question of the same scenario and settings: where its record is read in the same way, it need
    not be explained again. `told` hears what is worked at.
    """
    if settings.mechanism not in MECHANISMS:
        raise ScenarioError(f"unknown mechanism {settings.mechanism!r}; the mechanisms are {', '.join(MECHANISMS)}")
    scenario = loaded.scenario
    edited = compile_scenario(loaded, branch=branch, view=settings.view)
    # The branch may read the law otherwise; what happened is explained as the scenario reads it.
    edit = find_branch(scenario, branch)
    own = None if edit is not None and edit.view is not None else settings.view
    factual = compile_scenario(loaded, view=own)
    if settings.window is not None:
        factual = replace(factual, observed=replace(factual.observed, window=settings.window))
    if before is not None and before.factual.digest == factual.digest and before.factual.observed == factual.observed:
        history = before.twin.history
    else:
        history = explain_or_draw(factual, scenario, max(settings.work, 20_000), settings.seed)
    twin = Twin(
        factual,
        edited,
        history,
        mechanism=settings.mechanism,
        work=settings.work,
        runs=settings.runs,
        seed=settings.seed,
        told=told,
    )
    return Prepared(factual, edited, twin)


def what_if(
    loaded: Loaded,
    branch: BranchLike,
    *,
    outcomes: Collection[str] | None = None,
    settings: Settings | None = None,
) -> WhatIf:
    """Answer what an edit would have changed, given what did happen.

    Raises ScenarioError for an unknown branch or outcome, and where the model gives the record probability zero;
    LimitError where the record has too many explanations.
    """
    settings = settings or Settings()
    check_outcomes(loaded, outcomes)
    ready = prepare(loaded, branch, settings)
    return answer_of(loaded, branch, ready, outcomes, settings)


def answer_of(
    loaded: Loaded,
    branch: BranchLike,
    ready: Prepared,
    outcomes: Collection[str] | None,
    settings: Settings,
    *,
    p_pattern: Number | None = None,
) -> WhatIf:
    """Answer from worlds that have been prepared; `p_pattern` is that of another question with the same history."""
    edit = find_branch(loaded.scenario, branch)
    effects = tuple(ready.twin.effects(outcomes))
    asked = [one.outcome for one in effects]
    changed = tuple(changed_choices(ready.factual, ready.edited))
    history = ready.twin.history
    if p_pattern is None:
        ready.twin.told("the same acts on any dates")
        p_pattern = pattern_probability(ready.factual, history, settings.runs, settings.seed)
    return WhatIf(
        loaded.scenario.id,
        edit.id if edit else "",
        (edit.title or edit.id) if edit else "no edit",
        tuple(one.sentence() for one in edits_of(edit)) if edit else (),
        _given(ready.factual, history),
        settings,
        history,
        p_pattern,
        effects,
        under_mechanisms(ready.twin, effects, bool(changed), settings.work),
        changed,
        tuple(_warnings(ready, history, p_pattern, asked)),
        bounds_of(ready.twin, effects, settings.work),
        _seen(loaded, edit, ready, asked, settings),
        still_happening(ready.factual, ready.edited, asked),
        _resolution(ready.factual),
    )


def _seen(loaded: Loaded, edit: Branch | None, ready: Prepared, asked: list[str], settings: Settings) -> Seen | None:
    if not settings.seeing:
        return None
    return see(loaded.scenario, edit, ready.factual, ready.edited, asked=asked, work=settings.work)


def check_outcomes(loaded: Loaded, outcomes: Collection[str] | None) -> None:
    """Refuse a question without an outcome, and outcomes that do not exist."""
    known = [one.id for one in loaded.scenario.outcomes]
    if not known:
        text = f"scenario {loaded.scenario.id} asks nothing: it has no `outcomes:`, and a question needs one with a day"
        raise ScenarioError(text)
    if isinstance(outcomes, str):
        raise ScenarioError(f"outcomes is a list of ids; write [{outcomes!r}]")
    for name in outcomes or ():
        if name not in known:
            raise ScenarioError(f"unknown outcome {name!r}; {nearest(name, known) or ', '.join(known)}")


def _given(program: Program, history: History) -> str:
    observed = program.observed
    names = [program.names.treaties[code] for code in sorted(observed.complete)]
    silence = f"nothing else was done under {', '.join(names)}" if names else "what else was done is not known"
    acts = f"{len(history.acts)} recorded act{'s' if len(history.acts) != 1 else ''}"
    number = len(observed.statuses)
    statuses = f", {number} observed status{'es' if number != 1 else ''}" if number else ""
    when = f"from {day_text(program.first)} to {day_text(history.until)}, {_resolution(program)}"
    return f"{acts}{statuses} {when}; {silence}"


def _resolution(program: Program) -> str:
    days = program.observed.window
    return "to the day" if not days else f"each within {days} day{'s' if days != 1 else ''} of its date"


def _few(history: History) -> str:
    """Say that drawn explanations are few, and what gives more of them; nothing where they are not."""
    if history.certain or history.size >= ENOUGH:
        return ""
    return (
        "the numbers given the record rest on histories that are worth only "
        f"{max(history.size, 1):.0f} independent ones, and may be far off: more --work, a smaller --window, an earlier "
        "`until`, `exact_days: true`, or fewer treaties under `observed: complete` give more"
    )


def _warnings(ready: Prepared, history: History, p_pattern: Number, asked: list[str]) -> list[str]:
    found = [*ready.edited.warnings]
    if number := len(history.left_out):
        found.append(
            f"{number} recorded statement{'s' if number != 1 else ''} (announcements, decrees) "
            f"{'are' if number != 1 else 'is'} not used as evidence: rules are said to explain them, but no rule makes "
            "them"
        )
    if is_barely(p_pattern):
        found.append(
            f"the model barely allows what happened: the recorded acts on any dates have probability "
            f"{float(p_pattern.value):.1e}; the answer says more about the model than about history"
        )
    found += [
        f"depends on a tie: which of {one.first} and {one.second} comes first on {day_text(one.day)} is not declared"
        for one in tied_acts(ready.twin, asked)[:3]
    ]
    if not history.certain:
        found.append(f"the explanations were drawn, since there are too many; effective sample size {history.size:.0f}")
    if few := _few(history):
        found.insert(0, few)
    return found
