"""`treatysim whatif`: what an edit would have changed, given what did happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator import WHATIF_WORK, WHATIF_WORLDS
from simulator.cli.options import File, Json, View, examples
from simulator.cli.run import Seed

if TYPE_CHECKING:
    from simulator.cli.busy import Busy
    from simulator.counterfactual.card import Card
    from simulator.counterfactual.uncertain import Uncertain
    from simulator.counterfactual.whatif import Settings, WhatIf
    from simulator.scenario.load import Loaded

MECHANISMS = ("monotone", "gumbel", "independent")
MOST_RUNS = 100_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "whatif",
        epilog=examples(
            "treatysim whatif cfe-endgame --branch no-2004",
            "treatysim whatif cfe-endgame --branch no-2004 --outcome cfe-lost-2007 --json",
            "treatysim whatif cfe-endgame --branch restraint --outcome notice-2007 --seeing",
            "treatysim whatif cfe-endgame --branch no-2004 --outcome notice-2007 --over p_enlargement",
        ),
    )(whatif)


def _mechanism(value: str) -> str:
    if value in MECHANISMS:
        return value
    raise typer.BadParameter(f"'{value[:40]}' is no mechanism; the mechanisms are {', '.join(MECHANISMS)}.")


def _branch(value: str) -> str:
    """Refuse an empty name: an unset variable of a script must not ask about a world without a change."""
    if value.strip():
        return value
    raise typer.BadParameter("the name is empty; give the id of a branch of the scenario.")


Edit = Annotated[
    str, typer.Option("--branch", metavar="ID", callback=_branch, help="The edits of this branch; required.")
]
Outcomes = Annotated[
    list[str] | None, typer.Option("--outcome", metavar="ID", help="Ask only this outcome; may be repeated.")
]
Mechanism = Annotated[
    str,
    typer.Option(
        "--mechanism",
        metavar="NAME",
        callback=_mechanism,
        help="How a decision among several outcomes carries over: monotone, gumbel or independent.",
    ),
]
Runs = Annotated[
    int, typer.Option("--runs", min=10, max=MOST_RUNS, help="Worlds drawn where an exact answer is too large.")
]
Work = Annotated[
    int, typer.Option("--work", min=100, max=10_000_000, help="Days of worlds lived through by each exact computation.")
]
Window = Annotated[
    int | None,
    typer.Option("--window", min=0, max=3660, metavar="DAYS", help="Let recorded acts lie this many days off."),
]
Seeing = Annotated[
    bool, typer.Option("--seeing", help="Also say what to expect if the change were found out, and not made.")
]
Over = Annotated[
    str | None,
    typer.Option("--over", metavar="PARAMETER", help="Also let this parameter have any value of its range."),
]
Card_ = Annotated[bool, typer.Option("--card/--no-card", help="Judge the question by the criteria of the field.")]


def whatif(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    branch: Edit,
    outcome: Outcomes = None,
    mechanism: Mechanism = "monotone",
    window: Window = None,
    runs: Runs = WHATIF_WORLDS,
    work: Work = WHATIF_WORK,
    seed: Seed = None,
    view: View = None,
    seeing: Seeing = False,
    over: Over = None,
    card: Card_ = True,
    json: Json = False,
) -> None:
    """Say what an edit would have changed, given what did happen.

    What is on record fixes what it can about the decisions behind it; only the rest is left to chance. Beside each
    answer stands what the model expects without the record. A number is exact, or it has an interval. The report card
    below says how much of the answer is history and how much is model.
    """
    from simulator.cli.busy import Busy
    from simulator.cli.output import emit
    from simulator.counterfactual.whatif import Settings
    from simulator.scenario.load import load_scenario

    settings = Settings(mechanism, work, runs, 1 if seed is None else seed, window, view, seeing)
    loaded = load_scenario(file)
    with Busy("the histories that can have led to the record", quiet=json) as busy:
        # The further question is asked first, so that an unknown name is refused before the long work.
        further = _over(loaded, branch, outcome, settings, over)
        answer, judged = _answer(loaded, branch, outcome, settings, card=card, busy=busy)
    if json:
        emit(_payload(loaded, answer, judged, further))
    else:
        from simulator.cli.whatiftext import print_whatif

        print_whatif(loaded, answer, judged, further)


def _over(
    loaded: Loaded, branch: str, outcomes: list[str] | None, settings: Settings, parameter: str | None
) -> Uncertain | None:
    if parameter is None:
        return None
    from simulator.counterfactual.uncertain import over_parameter

    return over_parameter(loaded, branch, parameter, outcomes=outcomes, settings=settings)


def _answer(
    loaded: Loaded, branch: str, outcomes: list[str] | None, settings: Settings, *, card: bool, busy: Busy
) -> tuple[WhatIf, Card | None]:
    from simulator.counterfactual.card import report_card
    from simulator.counterfactual.whatif import answer_of, check_outcomes, prepare

    check_outcomes(loaded, outcomes)
    ready = prepare(loaded, branch, settings, told=busy)
    answer = answer_of(loaded, branch, ready, outcomes, settings)
    if not card:
        return answer, None
    asked = answer.effects[0].outcome
    return answer, report_card(loaded, ready.twin, branch, asked, p_pattern=answer.p_pattern)


def _payload(loaded: Loaded, answer: WhatIf, card: Card | None, further: Uncertain | None) -> dict[str, Any]:
    from simulator.cli.output import about, envelope

    settings = answer.settings
    manifest = about(
        "whatif",
        scenario=loaded.scenario.id,
        digest=loaded.digest,
        branch=answer.branch,
        view=settings.view,
        seed=settings.seed,
        runs=settings.runs,
        work=settings.work,
    )
    data = answer.as_json()
    if card is not None:
        data["card"] = card.as_json()
    if further is not None:
        data["over"] = further.as_json()
    return envelope(data, manifest)
