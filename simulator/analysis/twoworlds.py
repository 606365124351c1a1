"""Two worlds of one scenario as timelines: one that agrees with the record, and the same world with a branch's edits.

>>> found = two_worlds("cfe-endgame", "adapted-in-force", replay=True)
>>> found.parting is not None, found.second.trace.branch
(True, 'adapted-in-force')
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.analysis.laws import laws_of
from simulator.analysis.timeline import Timeline, day_text, timeline
from simulator.counterfactual.alignment import align
from simulator.counterfactual.sampling import pairs
from simulator.counterfactual.telling import said
from simulator.counterfactual.whatif import Prepared, Settings, prepare
from simulator.engine.reference import ReferenceEngine
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario, find_branch
from simulator.scenario.load import Loaded, load_scenario

__all__ = ["TwoWorlds", "two_worlds"]


@dataclass(frozen=True, slots=True)
class TwoWorlds:
    """`first` is the factual world, `second` the edited one; `title` is that of the branch.

    `parting` is the first day (an ordinal) on which a step differs, with that step in words; None if none does.
    `about` says in a sentence how the worlds came about.
    """

    first: Timeline
    second: Timeline
    title: str
    parting: tuple[int, str] | None
    about: str


def two_worlds(
    ref: str | Path | Loaded,
    branch: str,
    *,
    seed: int = 1,
    view: str | None = None,
    replay: bool = False,
    ready: Prepared | None = None,
) -> TwoWorlds:
    """Return a pair of worlds that read the same uniforms, drawn from what the record teaches; or two replays.

    Up to the end of the evidence the first world does what the record says. Another `seed` draws another pair. `ready`
    are both worlds where they have been prepared already, for this branch, view and seed. Raises ScenarioError for an
    unknown branch, and where the model gives the record probability zero.
    """
    loaded = ref if isinstance(ref, Loaded) else load_scenario(ref)
    if replay:
        programs = [compile_scenario(loaded, mode="replay", branch=one, view=view) for one in (None, branch)]
        traces = [ReferenceEngine(program).run() for program in programs]
        about = "Both worlds replay the record: rules never act."
    else:
        ready = ready or prepare(loaded, branch, Settings(seed=seed, view=view))
        one, other = programs = [ready.factual, ready.edited]
        twin, history = ready.twin, ready.twin.history
        drawn = next(iter(pairs(one, other, twin.source, history.explanations, runs=1, seed=seed)))
        traces = [drawn.factual, drawn.edited]
        for trace in traces:
            trace.seed = seed
        until = day_text(history.until)
        about = f"One pair of worlds, drawn with seed {seed} from all that agree with the record up to {until}."
    first, second = (timeline(trace, laws_of(program)) for trace, program in zip(traces, programs, strict=True))
    edit = find_branch(loaded.scenario, branch)
    return TwoWorlds(first, second, (edit.title or edit.id) if edit else branch, _parting(*traces), about)


def _parting(first: Trace, second: Trace) -> tuple[int, str] | None:
    odd = [row for row in align(first, second) if row.is_odd]
    if not odd:
        return None
    row = min(odd, key=lambda one: (one.day, one.number))
    return row.day, said(row.step)
