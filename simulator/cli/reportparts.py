"""What a report is made of: the scenario or the folder that was named, and the answers that stand on the page."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from simulator.cli.output import recorded
from simulator.cli.reportbranches import Task, answered, blocks
from simulator.cli.reportgiven import Given, Once
from simulator.report import page
from simulator.report.pictures import Picture, ensemble_pictures, picture

if TYPE_CHECKING:
    from simulator.analysis.timeline import Timeline
    from simulator.ensemble.result import Ensembles
    from simulator.scenario.load import Loaded

__all__ = ["Wanted", "page_of"]

_PACKAGES = ("altair", "vl-convert-python", "jinja2", "numpy", "pydantic", "transitions")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for; `runs` None: 1,000, or those of the folder; `most` None: all outcomes."""

    runs: int | None
    seed: int
    view: str | None
    branches: tuple[str, ...]
    outcomes: tuple[str, ...]
    most: int | None
    whatif: bool
    worlds: int
    jobs: int | None


# --- the page ---------------------------------------------------------------------------------------------------------


def page_of(given: Given, wanted: Wanted) -> page.Page:
    """Compute what is asked for and put it on a page."""
    loaded = given.loaded
    if loaded is None:
        return _bare(given)
    wanted = replace(wanted, view=wanted.view or given.once.view)
    once = replace(given.once, view=wanted.view)
    task = _task(given.ref, loaded, wanted)
    from simulator.analysis.worlds import world
    from simulator.cli.show import described
    from simulator.report.charts import status_bands

    with answered(task, wanted.jobs) as branches:
        line = world(loaded, **asdict(once))
        found = given.found if given.many else _ensembles(loaded, wanted)
        outcomes, drawn, note = _outcomes(found)
        timeline = picture(lambda width: status_bands(line, width=width, most=30))
        reasons = tuple(_reasons(loaded, once, line))
        scenario = loaded.scenario
        return page.Page(
            scenario=scenario.id,
            title=scenario.title,
            question=scenario.question or "",
            summary=scenario.summary or "",
            notices=given.notices,
            period=f"{scenario.period.from_} to {scenario.period.to}",
            view=once.view or scenario.view.name,
            model=described(scenario),
            outcomes=outcomes,
            manifest=_manifest(given, wanted, found),
            timeline=timeline,
            timeline_of=once.title,
            drawn=drawn,
            drawn_note=note,
            reasons=reasons,
            sources=tuple(_sources(loaded, line)),
            about=_about(loaded, task),
            branches=tuple(_said_once(branches())),
        )


def _bare(given: Given) -> page.Page:
    """A page of what a folder holds, where its scenario is not at hand."""
    outcomes, drawn, note = _outcomes(given.found)
    frame = given.found.worlds[0].frame if given.found is not None else None
    name = str((given.manifest or {}).get("scenario"))
    period = f"{_iso(frame.first)} to {_iso(frame.last)}" if frame else "period unknown"
    return page.Page(
        scenario=name,
        title=frame.title if frame else name,
        question="",
        summary="",
        notices=given.notices,
        period=period,
        view=frame.view if frame else "unknown",
        model={},
        outcomes=outcomes,
        manifest=_manifest(given, None, given.found),
        drawn=drawn,
        drawn_note=note,
    )


def _iso(day: int) -> str:
    from simulator.results.trace import iso

    return iso(day) or ""


def _task(ref: str, loaded: Loaded, wanted: Wanted) -> Task:
    """The branches and outcomes that were named, which must exist."""
    from simulator.counterfactual.whatif import check_outcomes
    from simulator.scenario.compile import find_branch

    scenario = loaded.scenario
    if wanted.outcomes:
        check_outcomes(loaded, wanted.outcomes)
    for name in wanted.branches:
        find_branch(scenario, name)
    ids = wanted.branches or tuple(one.id for one in scenario.branches)
    outcomes = wanted.outcomes or tuple(one.id for one in scenario.outcomes)[: wanted.most]
    return Task(
        ref,
        tuple(dict.fromkeys(ids)),
        outcomes,
        wanted.seed,
        wanted.view,
        wanted.whatif and bool(outcomes),
        wanted.worlds,
    )


def _about(loaded: Loaded, task: Task) -> str:
    """What the numbers of the branches are, and what was not asked."""
    if not task.whatif:
        return "What-if answers were left out; each branch is shown as a replay of the record with its edits."
    left = [f"{one.title or one.id} ({one.id})" for one in loaded.scenario.outcomes if one.id not in task.outcomes]
    rest = (
        f" Left out to save time, so asked of no branch: {'; '.join(left)}. --outcomes all asks them, too, "
        "--outcome ID a single one."
        if left
        else " Every outcome of the scenario was asked."
    )
    return (
        "Each branch changes what its list says and nothing else. What is on record fixes what it can about the "
        f"decisions behind it; only the rest is left to chance.{rest}"
    )


def _said_once(branches: Iterable[page.Branch]) -> Iterable[page.Branch]:
    """What explains the numbers of every branch stands below the first one only."""
    seen: set[object] = set()
    for one in branches:
        kept = tuple(part for part in one.answer if part not in seen)
        seen |= {part for part in one.answer if isinstance(part, page.Paragraph) and part.dim}
        yield replace(one, answer=kept)


def _ensembles(loaded: Loaded, wanted: Wanted) -> Ensembles:
    from simulator.ensemble.result import Ensembles
    from simulator.ensemble.run import ensemble
    from simulator.scenario.compile import compile_scenario

    program = compile_scenario(loaded, mode="simulate", view=wanted.view)
    return Ensembles((ensemble(program, wanted.runs or 1_000, seed=wanted.seed, jobs=1),), {})


def _outcomes(found: Ensembles | None) -> tuple[tuple[page.Block, ...], tuple[Picture, ...], str]:
    """Probabilities in a table, shares and fans as pictures, and what is not drawn."""
    from simulator.cli.ensembletext import print_ensemble

    if found is None:
        return (), (), ""
    with recorded() as heard:
        print_ensemble(found, (), rules=True, together=False)
    pictures, note = ensemble_pictures(found.worlds[0])
    return blocks(heard[1:]), tuple(pictures), note  # the title stands above


def _reasons(loaded: Loaded, once: Once, line: Timeline) -> Iterable[tuple[page.Block, ...]]:
    """Why each outcome of the run that is shown came, or why it did not."""
    from simulator.cli.whynottext import print_why_not
    from simulator.cli.whytext import print_why
    from simulator.explain.occasions import Setting
    from simulator.explain.query import read_query
    from simulator.explain.why import why
    from simulator.explain.whynot import why_not

    mode = "replay" if once.seed is None else "simulate"
    until = dt.date.fromisoformat(once.until).toordinal() if once.until else None
    seed = 1 if once.seed is None else once.seed
    setting = Setting(loaded, mode, once.branch, once.view, seed, until, once.replication)
    for name, answer in line.trace.outcomes.items():
        query = read_query(name, loaded, setting.program().names)
        with recorded() as heard:
            if answer.value:
                print_why(loaded, why(setting, query))
            else:
                print_why_not(loaded, why_not(setting, query))
        yield blocks(heard[3:])  # title, mode and an empty line are the same for all


def _sources(loaded: Loaded, line: Timeline) -> Iterable[page.Source]:
    """The sources of the scenario, then those of the record that the timeline rests on."""
    for one in loaded.scenario.sources:
        yield page.Source(one.title, one.url or "", one.note or "")
    own = {one.url for one in loaded.scenario.sources}
    for text in sorted({text for step in line.trace.steps for text in step.sources} - own):
        yield page.Source(text)


def _manifest(given: Given, wanted: Wanted | None, found: Ensembles | None) -> tuple[tuple[str, str], ...]:
    """What must be given again to get this page."""
    from importlib.metadata import version

    from simulator import __version__

    rows = {"treatysim": __version__, "Python": platform.python_version()}
    rows |= {name: version(name) for name in _PACKAGES}
    if given.loaded is not None:
        rows |= {"scenario": given.loaded.scenario.id, "scenario digest (SHA-256)": given.loaded.digest}
        rows |= {f"file {path} (SHA-256)": digest for path, digest in given.loaded.files}
    if wanted is not None:
        rows |= {"seed": str(wanted.seed), "worlds drawn by each what-if": str(wanted.worlds)}
    if found is not None:
        one = found.worlds[0]
        rows |= {"runs": f"{one.runs:,} of {one.planned:,}", "seed of the runs": str(one.seed), "engine": one.engine}
    if given.manifest is not None:
        names = (
            "mode",
            "seed",
            "branch",
            "version",
            "scenario_digest",
            "started",
            "finished",
            "complete",
            "python",
            "platform",
        )
        rows |= {f"run folder: {name}": str(given.manifest.get(name, "not told")) for name in names}
    return tuple(rows.items())
