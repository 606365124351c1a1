"""Causes and shares of an outcome as a page for people who have never met the method's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from simulator.cli.output import Cell, Table, print_table, say, say_wrapped

if TYPE_CHECKING:
    from simulator.counterfactual.numbers import Number
    from simulator.explain.attribution import Shares
    from simulator.explain.given import Causes, Finding
    from simulator.explain.weighed import CausesAnswer, SharesAnswer
    from simulator.scenario.load import Loaded

__all__ = ["print_causes", "print_shares"]

_FEW = 6
_KINDS = {
    "record": "given the record",
    "model": "model alone",
    "world": "in this world",
}


def print_causes(loaded: Loaded, answer: CausesAnswer) -> None:
    """Print the causes, each notion with one line that says what it means."""
    found = answer.causes
    _head(loaded, answer, "What caused this")
    if not found.came:
        where = "in this world" if found.one_world else "in any explanation of the record that was looked at"
        say_wrapped(f"It did not come about {where}. --why-not '{answer.outcome.id}' says what was missing.")
        return
    if not found.one_world:
        _looked_at(answer)
    for title, meaning, findings, none in _sections(found):
        say()
        say(title, "bold")
        say_wrapped(meaning, "dim", indent="  ")
        _list(findings, found, none)
    _responsibility(found)
    say()
    _monotone(found)


def _head(loaded: Loaded, answer: CausesAnswer | SharesAnswer, question: str) -> None:
    scenario = loaded.scenario
    say(f"{scenario.title} ({scenario.id})", "bold")
    mode = "given the record" if answer.world is None else f"simulated with seed {answer.world}"
    branch = f", branch {answer.branch}" if answer.branch else ""
    by = dt.date.fromordinal(answer.outcome.last).isoformat()
    say(f"{mode}{branch}, view {answer.view}, up to {by}", "dim")
    say()
    say_wrapped(f"{question}: {answer.outcome.title or answer.outcome.id}?", "bold")


def _looked_at(answer: CausesAnswer) -> None:
    found = answer.causes
    number = found.explanations
    ways = "one way" if number == 1 else f"{number:,} ways"
    text = f"As far as it matters here, the record can have come about in {ways}{' (drawn)' if answer.drawn else ''}."
    if found.left_out:
        text += (
            f" The {number - found.left_out} most probable were looked at, which together are "
            f"{_percent(found.looked_at)} of all; {found.left_out} were left out."
        )
    if found.came < found.looked_at:
        text += f" The outcome comes about in {_percent(found.came / found.looked_at)} of those looked at."
    say_wrapped(f"{text} A percentage says in which part of those looked at a finding holds.")


def _sections(found: Causes) -> Sequence[tuple[str, str, Sequence[Finding], str]]:
    wide = "" if found.widest >= len(found.titles) else f" Sets of at most {found.widest} were tried."
    return (
        (
            "Needed",
            "Without it alone, all else equal, the outcome would not have come (but-for test).",
            found.but_for,
            "nothing alone: whatever one takes away, something else brings it about",
        ),
        (
            "Actual causes",
            "Without it the outcome would not have come, if what it kept from acting is also left as it was "
            "(Halpern 2015). This finds the one that came first where another stood ready.",
            found.causes,
            "none of one or two happenings",
        ),
        (
            "Enough",
            f"This alone, with all other happenings taken away, still brings it about; a part of it does not.{wide}",
            found.sufficient,
            "no set that was tried",
        ),
        (
            "Would have averted it",
            "Taking this away averts it; taking a part of it does not. At most two were taken away.",
            found.rescue,
            "no one or two happenings",
        ),
    )


def _list(findings: Sequence[Finding], found: Causes, none: str) -> None:
    if not findings:
        say_wrapped(f"- {none}", indent="  ", hang="  ")
    for one in findings[:_FEW]:
        part = "" if found.one_world else f"{_percent(one.weight / found.looked_at)}  "
        names = " with ".join(_titled(name, found.titles) for name in sorted(one.players)) or "nothing at all is needed"
        tie = "; rests on the order of acts of one day" if one.tie else ""
        say_wrapped(f"- {part}{names}{tie}", indent="  ", hang="  ")
        for text in one.held:
            say_wrapped(f"left as it was: {text}", "dim", indent="      ", hang="  ")
    if len(findings) > _FEW:
        say(f"  … {len(findings) - _FEW} more; --json has them all", "dim")


def _titled(name: str, titles: Mapping[str, str]) -> str:
    title = titles.get(name, name)
    return f"{title} ({name})" if title != name else name


def _responsibility(found: Causes) -> None:
    if not found.responsibility:
        return
    say()
    say("Responsibility", "bold")
    text = "1 for what is a cause by itself, 1/2 for what is one of two that only together are a cause"
    say_wrapped(f"{text}{'' if found.one_world else '; averaged over those looked at'}.", "dim", indent="  ")
    for name, degree in found.responsibility.items():
        part = degree / found.looked_at
        number = str(part) if part.denominator < 100 else f"{float(part):.2f}"
        say_wrapped(f"- {number}  {_titled(name, found.titles)}", indent="  ", hang="  ")


def _monotone(found: Causes) -> None:
    if found.monotone == found.came:
        text = "On all sets tried, more happenings never averted the outcome."
    else:
        part = "" if found.one_world else f" in {_percent(1 - found.monotone / found.came)} of the cases"
        text = (
            f"More happenings can also avert the outcome here{part}: one act can block another. What is enough and "
            "what averts it then need not mirror each other."
        )
    say_wrapped(text, "dim")
    if not found.one_world:
        say_wrapped("What such a way leaves open (such as a day that it does not fix) was drawn once for each.", "dim")


# --- shares -----------------------------------------------------------------------------------------------------------


def print_shares(loaded: Loaded, answer: SharesAnswer) -> None:
    """Print the shares as one table, then what they mean and how sure they are."""
    _head(loaded, answer, "How much did each happening add to this")
    columns = ["actor" if answer.by_actor else "happening", *(_KINDS[one.kind] for one in answer.found)]
    table = Table(columns, wrap=frozenset(columns[:1]))
    for name, unit in answer.game.units.items():
        titles = [_titled(one, answer.game.titles) for one in sorted(unit)]
        text = f"{name}: {'; '.join(titles)}" if answer.by_actor and name not in unit else titles[0]
        table.rows.append([text, *(_share(one.shares[name]) for one in answer.found)])
    table.rows.append([Cell("all of them together", "bold"), *(_share(one.everyone) for one in answer.found)])
    table.rows.append(["none of them", *(_share(one.nobody) for one in answer.found)])
    print_table(table)
    say()
    say_wrapped(
        "A share is what a happening adds to the probability of the outcome, on average over all orders in which the "
        "happenings can come in (Shapley 1953). The shares add up to all together less none.",
        "dim",
    )
    if answer.world is None:
        say_wrapped(
            "given the record: in the world that happened, where every decision that the record tells something about "
            "stays as the record has it. model alone: what the rules expect before anything is known.",
            "dim",
        )
    for one in answer.found:
        _sure(one)


def _sure(one: Shares) -> None:
    if one.monotone is None:
        say_wrapped(
            f"{_KINDS[one.kind]}: the exact computation is too large, so {one.everyone.runs:,} worlds were drawn, with "
            "two orders in each; the range is a 95 % interval. --runs draws more, --work computes further.",
            "yellow",
        )
    elif one.monotone.ok:
        say_wrapped(f"{_KINDS[one.kind]}: exact; on all {one.sets} sets more happenings never made it rarer.", "dim")
    else:
        more = ", ".join(sorted(one.monotone.larger - one.monotone.smaller))
        rest = ", ".join(sorted(one.monotone.smaller)) or "none"
        say_wrapped(f"{_KINDS[one.kind]}: exact; {more} makes it rarer where these are kept: {rest}.", "yellow")


def _share(number: Number) -> str:
    if not number.exact:
        return number.text()
    value = number.value
    percent = f"{100 * float(value):.3g} %"
    return f"{value} ({percent})" if 1 < value.denominator < 10_000 else percent


def _percent(part: Fraction) -> str:
    return f"{100 * float(part):.3g} %"
