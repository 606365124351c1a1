"""`treatysim explain`: why something happened or did not, what caused an outcome, and whose share it was."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator import EXPLAIN_WORK, EXPLAIN_WORLDS
from simulator.cli.options import Branch, File, Json, View, examples
from simulator.cli.run import Until, _seed
from simulator.cli.whatif import Runs, Work

if TYPE_CHECKING:
    from simulator.explain.occasions import Setting
    from simulator.explain.query import Query

_FORMS = "An outcome id, cfe.RUS=suspended, cfe=terminated or cfe.RUS.notify_suspension; @DATE asks about one day."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "explain",
        epilog=examples(
            "treatysim explain cfe-endgame --why cfe.RUS=suspended",
            "treatysim explain cfe-endgame --why-not cfe-adapted-1999=in_force",
            "treatysim explain cfe-endgame --seed 7 --why-not cfe-lost-2007",
            "treatysim explain cfe-endgame --causes notice-2007",
            "treatysim explain cfe-endgame --shares notice-2007 --by-actor",
        ),
    )(explain)


Asked = Annotated[str | None, typer.Option("--why", metavar="QUERY", help=f"Show the causes. {_FORMS}")]
AskedNot = Annotated[
    str | None, typer.Option("--why-not", metavar="QUERY", help="Show what blocked it, and what would have enabled it.")
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", parser=_seed, help="Ask about the simulation of this seed, not the record."),
]
Replay = Annotated[bool, typer.Option("--replay", help="Ask about the record; the default without --seed.")]
Causes = Annotated[
    str | None,
    typer.Option("--causes", metavar="OUTCOME", help="Show what was needed, enough, and would have averted it."),
]
Shares = Annotated[
    str | None, typer.Option("--shares", metavar="OUTCOME", help="Show how much each dated happening added to it.")
]
ByActor = Annotated[bool, typer.Option("--by-actor", help="With --shares: put the happenings of one actor together.")]


def explain(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    why: Asked = None,
    why_not: AskedNot = None,
    causes: Causes = None,
    shares: Shares = None,
    by_actor: ByActor = False,
    replay: Replay = False,
    seed: Seed = None,
    branch: Branch = None,
    until: Until = None,
    view: View = None,
    runs: Runs = EXPLAIN_WORLDS,
    work: Work = EXPLAIN_WORK,
    json: Json = False,
) -> None:
    """Explain what caused something, or why it did not happen.

    The answer goes back to acts, events and clauses, each with legal basis and source. Without --seed it is about the
    replayed record; with it, about the simulation of that seed. Changes that would have enabled a thing are shown only
    after a run of the changed world has confirmed them. --causes and --shares weigh every way in which the record can
    have come about.
    """
    asked = [one for one in (why, why_not, causes, shares) if one is not None]
    _check(len(asked), by_actor and shares is None, replay and seed is not None)
    if causes is not None or shares is not None:
        if until:
            raise typer.BadParameter("an outcome has its own last day; leave --until out", param_hint="'--until'")
        options: dict[str, Any] = {"branch": branch, "view": view, "world": seed, "work": work}
        _weighed(
            file, causes, shares, options | ({"by_actor": by_actor, "runs": runs} if shares is not None else {}), json
        )
        return
    setting = _setting(file, seed, branch, view, until)
    query = _query(why if why is not None else why_not or "", setting)
    if why is not None:
        _why(setting, query, json)
    else:
        _why_not(setting, query, json)


def _check(asked: int, no_shares: bool, seeded_replay: bool) -> None:
    """Refuse options that do not go together."""
    if asked != 1:
        text = "ask either --why QUERY or --why-not QUERY, or --causes OUTCOME, or --shares OUTCOME"
        raise typer.BadParameter(text, param_hint="'--why'")
    if no_shares:
        raise typer.BadParameter("actors are put together in shares; ask --shares OUTCOME", param_hint="'--by-actor'")
    if seeded_replay:
        raise typer.BadParameter("a replay leaves nothing to chance; leave --seed out", param_hint="'--seed'")


def _setting(file: str, seed: int | None, branch: str | None, view: str | None, until: str | None) -> Setting:
    """The world that is asked about."""
    from simulator.explain.occasions import Setting
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(file)
    last = dt.date.fromisoformat(until).toordinal() if until else None
    if until and dt.date.fromisoformat(until) < loaded.scenario.period.from_:
        begin = loaded.scenario.period.from_
        raise typer.BadParameter(f"the period of the scenario begins on {begin}", param_hint="'--until'")
    mode = "replay" if seed is None else "simulate"
    return Setting(loaded, mode, branch, view, 1 if seed is None else seed, last)


def _query(text: str, setting: Setting) -> Query:
    from simulator.explain.query import read_query

    query = read_query(text, setting.loaded, setting.program().names)
    if query.on is not None and setting.until is not None and query.on.toordinal() > setting.until:
        raise typer.BadParameter(f"the question is about {query.on}, a later day", param_hint="'--until'")
    return query


def _why(setting: Setting, query: Query, json: bool) -> None:
    from simulator.explain.why import why

    answer = why(setting, query)
    if json:
        _emit(answer.as_json(), setting, query)
    else:
        from simulator.cli.whytext import print_why

        print_why(setting.loaded, answer)


def _why_not(setting: Setting, query: Query, json: bool) -> None:
    from simulator.cli.busy import Busy
    from simulator.explain.whynot import why_not

    with Busy("changes that would have enabled it", quiet=json):
        answer = why_not(setting, query)
    if json:
        _emit(answer.as_json(), setting, query)
    else:
        from simulator.cli.whynottext import print_why_not

        print_why_not(setting.loaded, answer)


def _weighed(file: str, causes: str | None, shares: str | None, options: dict[str, Any], json: bool) -> None:
    """Causes or shares of an outcome."""
    from simulator.cli.busy import Busy
    from simulator.cli.causestext import print_causes, print_shares
    from simulator.cli.output import about, emit, envelope
    from simulator.explain.weighed import CausesAnswer, causes_of, shares_of
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(file)
    with Busy("causes" if causes is not None else "shares", quiet=json):
        answer: Any = (
            causes_of(loaded, causes, **options) if causes is not None else shares_of(loaded, shares or "", **options)
        )
    if json:
        more: dict[str, Any] = {name: options[name] for name in ("branch", "view", "work", "runs") if name in options}
        more |= {"scenario": loaded.scenario.id, "digest": loaded.digest, "query": causes or shares}
        emit(envelope(answer.as_json(), about("explain", **more, seed=options["world"])))
    elif isinstance(answer, CausesAnswer):
        print_causes(loaded, answer)
    else:
        print_shares(loaded, answer)


def _emit(data: dict[str, Any], setting: Setting, query: Query) -> None:
    from simulator.cli.output import about, emit, envelope

    seed = setting.seed if setting.mode == "simulate" else None
    emit(envelope(data, about("explain", scenario=setting.loaded.scenario.id, query=query.text, seed=seed)))
