"""The answer to `--why-not` for people: what was lacking, what law and rules say, what would have enabled it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from simulator.cli.output import say, say_wrapped
from simulator.cli.timeline import iso
from simulator.cli.whytext import heading, warned
from simulator.cli.words import spaced

if TYPE_CHECKING:
    from simulator.explain.changes import Failed, Verified
    from simulator.explain.lacks import Lack
    from simulator.explain.obstacles import Asking, RuleReport
    from simulator.explain.routes import Gap
    from simulator.explain.whynot import RecordReport, WhyNot
    from simulator.scenario.load import Loaded

__all__ = ["print_why_not"]

_FEW = 6
_SHOWN = 4  # verified changes, and failed ones, that the page shows in full


def print_why_not(loaded: Loaded, answer: WhyNot) -> None:
    """Print the answer."""
    heading(loaded, answer)
    say_wrapped(f"Why is it not so that {answer.query.clause}?", "bold")
    warned(answer)
    if answer.holds and answer.day is not None:
        say_wrapped(f"It is so, first on {iso(answer.day)}. --why '{answer.query.text}' says why.")
        return
    for one in answer.lacks:
        _lack(one)
    _parts(answer)
    _rules(answer)
    if answer.record is not None and any(one.wanted for one in answer.lacks):
        _record(answer.record, answer)
    _enabled(answer)


def _section(title: str) -> None:
    say()
    say(title, "bold")


def _item(text: str, *styles: str) -> None:
    say_wrapped(f"- {text}", *styles, indent="  ", hang="  ")


# --- what was lacking -------------------------------------------------------------------------------------------------


def _lack(lack: Lack) -> None:
    say_wrapped(f"On the last day {lack.text}{_since(lack)}.", indent="  ")
    for route in lack.routes:
        acts = ", then ".join(spaced(act) for act in route.acts)
        parts = [f"by {acts}" if acts else "", f"when {' and '.join(route.follows)}" if route.follows else ""]
        how = " ".join(part for part in parts if part)
        text = f"law: from {route.start} to {route.end} {how} ({', '.join(route.moves)}; {route.basis})"
        say_wrapped(text, "dim", indent="    ", hang="  ")
    if lack.gap is not None:
        _gap(lack.gap)
    for kind, due, _ in lack.pending:
        when = f"due on {iso(due)}" if due else "deferred"
        say_wrapped(f"under way: {spaced(kind)}, {when}", indent="    ")


def _since(lack: Lack) -> str:
    if not lack.status:
        return ""
    who = ", ".join(one for one in lack.parties if one != "*")
    several = sum(one != "*" for one in lack.parties) > 1
    whose = f"{who} {'are' if several else 'is'} " if who else "it is "
    status = spaced(lack.status).replace("non party", "no party")
    return f"; {whose}{status}{f' since {iso(lack.since)}' if lack.since else ''}"


def _gap(gap: Gap) -> None:
    basis = f" ({gap.basis})" if gap.basis else ""
    given = ", ".join(f"{one.party} {iso(one.day)}" for one in gap.given) or "none"
    say_wrapped(f"{gap.treaty} needs {gap.rule}{basis}.", indent="    ")
    if gap.stand_in:
        say_wrapped("Its day is a marked fixed date; no deposits are counted.", indent="    ")
        return
    say_wrapped(f"given ({len(gap.given)}): {given}", indent="    ", hang="  ")
    lead = f"missing ({gap.needed})" if gap.needed == len(gap.missing) else f"missing ({gap.needed} of these)"
    say_wrapped(f"{lead}: {', '.join(gap.missing) or 'States that nobody has named'}", indent="    ", hang="  ")
    if gap.waits_for:
        say_wrapped(f"It waits for {gap.waits_for}, which is not in force.", indent="    ")


def _parts(answer: WhyNot) -> None:
    if len(answer.leaves) < 2:
        return
    _section("The parts of the question, on the last day")
    for leaf in answer.leaves:
        before = f" (it had been so from {iso(leaf.first)} to {iso(leaf.last)})" if leaf.first and leaf.last else ""
        _item(f"{'so' if leaf.holds else 'not so'}: {leaf.text}{'' if leaf.holds else before}")


# --- rules and record -------------------------------------------------------------------------------------------------


def _rules(answer: WhyNot) -> None:
    if not answer.rules:
        return
    _section("The rules that could have done it")
    if answer.mode == "replay":
        names = ", ".join(one.rule.id for one in answer.rules)
        say_wrapped(f"In a replay rules never act ({names}); --seed N asks about a simulation.", indent="  ")
        return
    for report in answer.rules:
        _rule(report)


def _rule(report: RuleReport) -> None:
    if report.state == "off":
        _item(f"{report.rule.id}: switched off by the branch")
        return
    if not report.askings:
        from simulator.scenario.sentences import trigger_phrase

        waits = " or ".join(trigger_phrase(one) for one in report.rule.trigger)
        _item(f"{report.rule.id}: never asked; it waits for this: {waits}")
        return
    number = len(report.askings)
    _item(f"{report.rule.id}: asked {'once' if number == 1 else f'{number} times'}")
    for asking in report.askings[:_FEW]:
        say_wrapped(f"{iso(asking.occasion.day)} {_asking(asking)}", indent="      ", hang="  ")
    if number > _FEW:
        say(f"      … {number - _FEW} more; --json has them all", "dim")


def _asking(asking: Asking) -> str:
    who = f"{asking.occasion.actor}, " if asking.occasion.member else ""
    head = f"({who}{asking.trigger}): "
    if asking.answer == "condition":
        return head + "the condition failed, because " + "; or because ".join(asking.blocked)
    if asking.answer == "chance":
        p = asking.occasion.p
        return head + (f"chance said no (it had p = {p})" if p is not None else "chance chose nothing")
    if asking.answer == "beyond":
        return head + "it fired, but the act is due after the last day"
    if asking.answer == "done":
        return head + "it fired, and the act was done"
    basis = f" ({asking.basis})" if asking.basis and asking.answer == "refused" else ""
    return head + f"it fired, but the act was {asking.answer}: {asking.reason.removeprefix('outdated: ')}{basis}"


def _record(record: RecordReport, answer: WhyNot) -> None:
    _section("The record")
    for name in record.taken_out[:_FEW]:
        _item(f"{name} stands in the record; this simulation leaves it to the rule that explains it")
    for one in record.refused[:_FEW]:
        reason = one.reason.partition(", from where ")[0].removeprefix("outdated: ")
        _item(f"{iso(one.day)} {one.party} {one.treaty}: {spaced(one.act)} was {one.kind}: {reason} ({one.basis})")
    refused = {one.id for one in record.refused}
    kept = [one for one in record.kept if one[0] not in refused]
    for name, day in kept[-_FEW:]:
        late = " comes after the last day" if day > answer.last else " was done, and was not enough"
        _item(f"{name}{late}")
    if not (record.taken_out or record.refused or kept):
        wanted = [one for lack in answer.lacks for one in lack.wanted]
        acts = " or ".join(dict.fromkeys(spaced(one.act) for one in wanted))
        who = sorted({one.party for one in wanted} - {"*"})
        by = f" by {', '.join(who)}" if 0 < len(who) <= _FEW else f" by any of {len(who)} parties" if who else ""
        _item(f"no {acts}{by} stands in it")


# --- what would have enabled it ---------------------------------------------------------------------------------------


def _enabled(answer: WhyNot) -> None:
    tried = answer.tried
    _section("The least that would have enabled it")
    if not tried.verified:
        text = "No change that was tried is enough." if tried.failed else "Nothing was found that could be tried."
        say_wrapped(text, indent="  ")
    for number, one in enumerate(tried.verified[:_SHOWN], start=1):
        _verified(number, one)
    if len(tried.verified) > _SHOWN:
        say(f"  … {len(tried.verified) - _SHOWN} more; --json has them all", "dim")
    if tried.failed:
        say()
        say_wrapped("Tried, and not enough or not verified:", indent="  ")
        for failed in tried.failed[:_SHOWN]:
            _failed(failed)
        if len(tried.failed) > _SHOWN:
            say(f"  … {len(tried.failed) - _SHOWN} more; --json has them all", "dim")
    seed = "" if answer.mode == "replay" else " with the same seed"
    say()
    say_wrapped(
        f"Each was tested by running the changed world{seed}: {tried.runs} run{'' if tried.runs == 1 else 's'}.", "dim"
    )


def _verified(number: int, one: Verified) -> None:
    text = " ".join(one.change.sentences())
    say_wrapped(f"{number}. {text}", "green", indent="  ", hang="   ")
    parts = len(one.change.elements)
    needed = "each part is needed" if one.minimal else "that each part is needed was not tested"
    more = f"; {needed} ({parts} parts)" if parts > 1 else ""
    say_wrapped(f"then it is so on {dt.date.fromordinal(one.day)}{more}", "dim", indent="     ")


def _failed(one: Failed) -> None:
    basis = f" ({one.basis})" if one.basis else ""
    reason = f"{one.reason[:1].upper()}{one.reason[1:]}"
    _item(f"{' '.join(one.change.sentences())} {reason}{basis}.", "dim")
