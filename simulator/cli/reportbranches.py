"""The branches of a report: each answered as `whatif` does, judged by its report card, drawn beside what happened.

Branches do not depend on each other, so that each processor takes some of them; one that answers several explains the
record once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from simulator.cli.output import Said, Table, flat, recorded
from simulator.cli.whatiftext import print_whatif
from simulator.errors import TreatySimError, WorkerError
from simulator.report import page
from simulator.report.drawing import Table as Grid
from simulator.report.pictures import picture

if TYPE_CHECKING:
    from simulator.counterfactual.numbers import Number
    from simulator.counterfactual.whatif import Prepared, Settings
    from simulator.report.charts import Chart
    from simulator.scenario.load import Loaded
    from simulator.scenario.schema import Branch

__all__ = ["Task", "answered", "blocks"]


@dataclass(frozen=True, slots=True)
class Task:
    """The branches `ids` of a scenario, and what is asked of each; without `whatif` two replays stand for the answer.

    `runs` worlds are drawn where an exact answer is too large.
    """

    ref: str
    ids: tuple[str, ...]
    outcomes: tuple[str, ...]
    seed: int
    view: str | None
    whatif: bool
    runs: int


def blocks(heard: Sequence[Said | Table]) -> tuple[page.Block, ...]:
    """What was said, as a page shows it."""
    return tuple(
        page.Paragraph(one.text, one.indent, "bold" in one.styles, "dim" in one.styles)
        if isinstance(one, Said)
        else Grid.of(one.columns, [[flat(cell) for cell in row] for row in one.rows])
        for one in heard
    )


@contextlib.contextmanager
def answered(task: Task, jobs: int | None) -> Iterator[Callable[[], list[page.Branch]]]:
    """Begin to answer; what is given returns the branches in their order, and waits until all are there.

    Raises: WorkerError -- a worker ended before it had answered.
    """
    workers = min(jobs or os.cpu_count() or 1, len(task.ids))
    if workers <= 1:
        yield partial(_answers, task)
        return
    shares = [replace(task, ids=task.ids[place::workers]) for place in range(workers)]
    # Not forked: what draws the charts has threads of its own.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_answers, one) for one in shares]

        def collect() -> list[page.Branch]:
            try:
                found = {one.id: one for share in waiting for one in share.result()}
            except BrokenProcessPool:
                raise WorkerError("a worker ended before it had answered; try --jobs 1") from None
            return [found[name] for name in task.ids]

        yield collect


def _answers(task: Task) -> list[page.Branch]:
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(task.ref)
    known = {one.id: one for one in loaded.scenario.branches}
    before = _Before()
    return [_branch(loaded, known[name], task, before) for name in task.ids]


@dataclass(slots=True)
class _Before:
    """What a branch can begin with, because an earlier one has worked it out."""

    ready: Prepared | None = None
    p_pattern: Number | None = None


def _branch(loaded: Loaded, branch: Branch, task: Task, before: _Before) -> page.Branch:
    """One branch; what the next one can begin with is left in `before`."""
    from simulator.counterfactual.whatif import Settings, prepare
    from simulator.scenario.edits import edits_of

    edits = tuple(edit.sentence() for edit in edits_of(branch))
    made = page.Branch(branch.id, branch.title or "", branch.question or "", branch.note or "", edits)
    settings = Settings(runs=task.runs, seed=task.seed, view=task.view)
    ready = None
    try:
        if task.whatif:
            ready = prepare(loaded, branch.id, settings, before.ready)
            if before.ready is None or ready.twin.history is not before.ready.twin.history:
                before.p_pattern = None
            before.ready = ready
            made = _judged(loaded, made, task, settings, before)
        return replace(made, pair=picture(_pair(loaded, branch.id, task, ready)))
    except TreatySimError as error:  # the other branches are answered all the same
        return replace(made, problem=str(error))


def _judged(loaded: Loaded, made: page.Branch, task: Task, settings: Settings, before: _Before) -> page.Branch:
    from simulator.counterfactual.card import report_card
    from simulator.counterfactual.whatif import answer_of

    assert before.ready is not None
    answer = answer_of(loaded, made.id, before.ready, task.outcomes, settings, p_pattern=before.p_pattern)
    before.p_pattern = answer.p_pattern
    with recorded() as heard:
        print_whatif(loaded, answer, None, more="--worlds draws more")
    # Title and edits come first and stand on the page already.
    start = next(place for place, one in enumerate(heard) if isinstance(one, Said) and not one.text)
    asked = answer.effects[0]
    card = report_card(loaded, before.ready.twin, made.id, asked.outcome, p_pattern=answer.p_pattern)
    rows = tuple(page.Criterion(row.title, row.verdict, row.sentence) for row in card.rows)
    return replace(made, answer=blocks(heard[start:]), card_of=asked.title or asked.outcome, card=rows)


def _pair(loaded: Loaded, name: str, task: Task, ready: Prepared | None) -> Callable[[int], Chart]:
    from simulator.analysis.twoworlds import two_worlds
    from simulator.report.charts import Parting, counterfactual_pair

    found = two_worlds(loaded, name, seed=task.seed, view=task.view, replay=ready is None, ready=ready)
    return lambda width: counterfactual_pair(
        found.first,
        found.second,
        names=("the factual world", f"the branch {name}"),
        parting=Parting(*found.parting) if found.parting else None,
        about=found.about,
        width=width,
    )
