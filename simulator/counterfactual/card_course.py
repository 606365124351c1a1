"""Rows of the report card about what follows: how near the outcome is, whether it comes anyway, what else would do."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import Any

from simulator.counterfactual.card_ground import Ground, Row, counted, joint, options_of, own_chance, share_of
from simulator.counterfactual.card_worlds import Asked, Read, Watched
from simulator.counterfactual.numbers import Number, wilson_interval
from simulator.counterfactual.telling import date, said
from simulator.noise import CHANCE, CHOICE
from simulator.results.trace import Step, Trace
from simulator.scenario.edits import DropEvent, edits_of
from simulator.scenario.program import Program
from simulator.scenario.program import Rule as CompiledRule
from simulator.scenario.schema import Event, Rule

__all__ = ["competition", "conjunction", "projectability", "proximity", "redirection"]

ENOUGH = 5  # occasions, below which a rule's score says little
COIN = 0.25  # the Brier score of calling every decision even
FAR = 3653  # days: ten years
SHOWN = 50  # implied acts that are listed
RUNS, LEAST = 300, 20  # worlds drawn for all competing changes together, and for each of them at least
Chain = tuple[Asked, ...]


# -- projectability ----------------------------------------------------------------------------------------------------


def projectability(ground: Ground) -> Row:
    """Do the rules fit the occasions that history gave them, and what else follows (Tetlock & Belkin 1996)?

    Each decision that an explanation of the record asked for is an occasion. A rule's chance is declared before the
    record is looked at; its Brier score is the mean squared distance between chance and decision, averaged over the
    explanations. What else follows are acts of rules in the edited world that are not done in the factual one, both
    under the most probable explanation.
    """
    scores = _scores(ground)
    factual, edited = (one.trace for one in ground.pairs[0])
    new, gone = _implied(factual, edited), _implied(edited, factual)
    poor = [name for name, one in scores.items() if one["occasions"] >= ENOUGH and one["brier"] > COIN]
    few = [name for name, one in scores.items() if one["occasions"] < ENOUGH]
    data = {
        "rules": scores,
        "implied_acts": [_told(step) for step in new[:SHOWN]],
        "acts_no_longer_done": [_told(step) for step in gone[:SHOWN]],
        "implied": len(new),
        "no_longer": len(gone),
    }
    if not scores:
        text = "History gave no rule that can matter an occasion that was left to chance"
    elif poor:
        text = f"A coin would have foretold the decisions better than {', '.join(poor)}"
    elif few:
        text = f"History gave fewer than {ENOUGH} occasions, too few to judge by, to what these rules decide: "
        text += ", ".join(few)
    else:
        text = "Every rule that can matter fits its occasions better than a coin"
    text += f"; the change also brings {counted(len(new), 'other act')} of rules and takes {len(gone)} away"
    if new:
        text += f", first: {said(new[0])} on {date(new[0].day)}"
    verdict = "warning" if poor else ("note" if few or not scores else "ok")
    return Row("projectability", "Holds elsewhere", verdict, text + ".", data)


def _scores(ground: Ground) -> dict[str, dict[str, float]]:
    """Return for each rule of the cone: occasions, firings by its chance and given the record, Brier score."""
    sites: dict[int, CompiledRule] = {}
    for rule in ground.core.rules:
        for actor, site in rule.sites.items():
            if rule.only is None or actor in rule.only:
                sites[site] = rule
    whole = float(sum((path.weight for path in ground.histories), Fraction(0)))
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for path in ground.histories:
        weight = float(path.weight) / whole
        for key, place in path.places.items():
            rule_of = sites.get(key.site)
            if rule_of is None or key.purpose not in (CHANCE, CHOICE):
                continue
            cells = options_of(rule_of)
            p, fired = float(own_chance(place.cuts, cells)), float(place.cell < cells)
            row = sums[rule_of.id]
            for number, value in enumerate((1.0, p, fired, (p - fired) ** 2)):
                row[number] += weight * value
    return {
        name: {
            "occasions": round(occasions, 9),
            "chance": expected / occasions,
            "expected_by_chance": expected,
            "expected_given_record": fired,
            "brier": squared / occasions,
        }
        for name, (occasions, expected, fired, squared) in sorted(sums.items())
    }


def _implied(without: Trace, having: Trace) -> list[Step]:
    """Return the acts of rules in one world that the other lacks on that day."""

    def done(step: Step) -> tuple[str, str, str, int]:
        return step.treaty, step.party, step.act, step.day

    known = {done(step) for step in without.steps}
    kinds = ("act", "claim", "statement", "event")
    return [one for one in having.steps if one.rule and one.kind in kinds and done(one) not in known]


def _told(step: Step) -> dict[str, str]:
    return {"date": date(step.day), "act": said(step), "rule": step.rule}


# -- proximity ---------------------------------------------------------------------------------------------------------


def proximity(ground: Ground) -> Row:
    """How near is the outcome, and how much of the way is known (Fearon 1991 and 1996: proximate causes)?

    Days and rule firings lie between the edit and the outcome as it came under the most probable explanation, or else
    the outcome's last day. Anchoring is the share of uniforms read in the edited world, up to the outcome's last day,
    of which history has fixed how they fall; below one half the answer is mostly model and little history.
    """
    start, last = ground.antecedent, ground.outcome.last
    factual = ground.pairs[0][0]
    day = factual.trace.outcomes[ground.outcome.id].day
    chain = _firings(ground.factual, factual, ground)
    fixed, asked = (sum(part) for part in zip(*(_anchors(ground, one) for one in ground.worlds), strict=True))
    anchoring = fixed / asked if asked else None
    days = None if start is None else (last if day is None else day) - start
    drawn = len(ground.worlds)
    data = {
        "days": days,
        "came_in_history": day is not None,
        "horizon_days": None if start is None else last - start,
        "firings": len(chain),
        "anchoring": anchoring,
        "fixed": fixed / drawn,
        "asked": asked / drawn,
        "worlds": drawn,
    }
    where = "the outcome" if day is not None else "the outcome's last day"
    text = "The change touches nothing that comes up"
    if days is not None:
        between = f"{counted(days, 'day')} and {counted(len(chain), 'rule firing')}"
        text = f"{between} (a decision of a rule to act) lie between the change and {where}"
    if anchoring is None:
        text += "; no decision is left to chance in the changed world"
    else:
        text += "; of the decisions that chance would take in the changed world, history has settled on average "
        text += f"{fixed / drawn:.3g} of {asked / drawn:.3g}"
        text += ": mostly model, little history" if anchoring < 0.5 else ""
    weak = anchoring is not None and anchoring < 0.5
    verdict = "warning" if weak else ("note" if days is None or days > FAR else "ok")
    return Row("proximity", "Near in time and chain", verdict, text + ".", data)


def _firings(program: Program, world: Watched, ground: Ground) -> list[Asked]:
    """Return the firings on the way to the outcome that do not lie before the edit."""
    start = ground.antecedent
    return [one for one in world.links(program, ground.outcome) if start is None or one.day >= start]


def _anchors(ground: Ground, world: Watched) -> tuple[int, int]:
    """Return how many of the uniforms that a world reads history has fixed, and how many it reads."""
    days = {event.key: event.day for event in ground.edited.events}
    last = ground.outcome.last
    reads = {read.key: read for one in world.asked if one.day <= last for read in one.reads}
    reads |= {read.key: read for read in world.events if days.get(read.key.what, last) <= last}
    known = [read for key, read in reads.items() if key in world.path.places]
    fixed = sum(len(share_of(ground.source, world.path, read)) == 1 for read in known)
    return (fixed if ground.source.mechanism != "independent" else 0), len(reads)


# -- redirection -------------------------------------------------------------------------------------------------------


def redirection(ground: Ground) -> Row:
    """Does history return to its course (Levy 2015, strategic behaviour; Lebow 2010, second-order counterfactuals)?

    The reversion curve: the probability that the outcome comes anyway by its last day and by 1, 2, 5 and 10 years
    later, inside the period. Where the later points are drawn, what they add to an exact first one has the interval.
    """
    curve = _curve(ground)
    points = list(curve.items())
    data = {
        "curve": [
            {"years": years, "by": date(ground.horizons[years]), "p": number.as_json(), **number.details()}
            for years, number in points
        ],
        "baseline": ground.baseline.as_json(),
    }
    first, (years, final) = points[0][1], points[-1]
    text = f"In the changed world the outcome comes by its last day anyway: {first.text()}"
    if years:
        text += f"; by {counted(years, 'year')} later: {final.text()}"
    else:
        text += "; the period ends too soon to look further"
    returns = final.value >= Fraction(1, 2)
    if returns:
        text += (
            "; it mostly comes anyway" if first.value >= Fraction(1, 2) else "; history tends to return to its course"
        )
    return Row("redirection", "Would history return", "note" if returns or not years else "ok", text + ".", data)


def _curve(ground: Ground) -> dict[int, Number]:
    found = {0: ground.given}
    later = [years for years in ground.horizons if years]
    last = max(ground.horizons.values())
    exact = ground.exactly(ground.sliced(ground.edited, last)) if later else None
    for years in later:
        day = ground.horizons[years]
        if exact is not None:
            days = exact.found.get(ground.outcome.id, {}).items()
            found[years] = Number.of(sum((p for (when, _), p in days if when <= day), Fraction(0)) / exact.weight)
        else:
            found[years] = _added(ground, day)
    return found


def _added(ground: Ground, day: int) -> Number:
    """Return the probability by a later day: what was known for the last day, and what drawn worlds add."""
    by_then = sum(ground.comes_by(one, day) for one in ground.worlds)
    if not ground.given.exact:
        return ground.share(by_then)
    more = by_then - sum(ground.comes_by(one, ground.outcome.last) for one in ground.worlds)
    low, high = wilson_interval(more, ground.runs)
    start = ground.given.value
    value = min(start + Fraction(more, ground.runs), Fraction(1))
    return Number(value, min(float(start) + low, 1.0), min(float(start) + high, 1.0), ground.runs)


# -- conjunction -------------------------------------------------------------------------------------------------------


def conjunction(ground: Ground) -> Row:
    """Is the chain to the outcome as probable as its links sound (Lebow 2010, on the conjunction fallacy)?

    The chain is the most frequent one among the drawn edited worlds in which the outcome comes by its last day. Each
    link has the chance of its rule, and its probability given the record; delays are left out.
    """
    last = ground.outcome.last
    program = ground.sliced(ground.edited, max(ground.horizons.values()))
    chains = [tuple(one.links(program, ground.outcome)) for one in ground.worlds if ground.comes_by(one, last)]
    names = Counter(tuple((one.rule, one.actor, one.after) for one in chain) for chain in chains)
    data: dict[str, Any] = {"worlds": ground.runs, "reached": len(chains), "links": [], "product": None}
    title = "Chain and links"
    if not names:
        text = "The outcome comes in no drawn world with the change, so that no chain of decisions leads there."
        return Row("conjunction", title, "ok", text, data)
    name, often = min(names.items(), key=lambda one: (-one[1], one[0]))
    chain = next(one for one in chains if tuple((x.rule, x.actor, x.after) for x in one) == name)
    links = [_link(ground, one) for one in chain]
    own, given = joint(ground.source, [_wanted(ground, one) for one in chain if one.choice])
    data |= {
        "links": links,
        "product": str(own),
        "product_given_record": str(given),
        "share_of_worlds": often / ground.runs,
    }
    if not links:
        return Row("conjunction", title, "ok", "The outcome comes without any rule firing.", data)
    told = ", ".join(f"{one['rule']} at {one['after']} {_percent(Fraction(one['p']))}" for one in links)
    text = f"The chain of decisions that most often leads to the outcome has {counted(len(links), 'link')} ({told}); "
    text += f"by the model it has {_percent(own)}, given the record {_percent(given)}"
    return Row("conjunction", title, "note" if len(links) > 1 and given < Fraction(1, 10) else "ok", text + ".", data)


def _wanted(ground: Ground, one: Asked) -> tuple[Read, frozenset[int]]:
    assert one.choice is not None
    return one.choice, frozenset({one.cell})


def _link(ground: Ground, one: Asked) -> dict[str, Any]:
    own, given = joint(ground.source, [_wanted(ground, one)] if one.choice else [])
    return {
        "rule": one.rule,
        "actor": one.actor,
        "after": one.after,
        "date": date(one.day),
        "forced": one.forced,
        "p": str(own),
        "p_given_record": str(given),
    }


def _percent(p: Fraction) -> str:
    return f"{100 * float(p):.3g} %"


# -- competition -------------------------------------------------------------------------------------------------------


def competition(ground: Ground) -> Row:
    """Would another single change have done as much (Levy 2015, competing counterfactuals)?

    Each event that can matter for the outcome is dropped alone; the smaller the probability that is left, the more
    it mattered. `needs_also` are events and rules that could not be kept without it.
    """
    baseline = ground.baseline
    data: dict[str, Any] = {"baseline": baseline.as_json(), "dropped": []}
    # What came before the period belongs to the setting.
    events = [event for event in ground.core.events if event.day >= ground.factual.first]
    runs = min(ground.runs, max(RUNS // max(len(events), 1), LEAST))
    rows = [(_without(ground, event.code, event.id, runs), event.id, date(event.day)) for event in events]
    rows.sort(key=lambda one: (one[0].value, one[1]))
    needing = _needing(ground)
    data["dropped"] = [
        {"event": name, "date": day, "p": number.as_json(), **number.details(), "needs_also": needing[name]}
        for number, name, day in rows
    ]
    title = "Competing changes"
    if not rows:
        return Row("competition", title, "note", "No single event can be dropped that matters for the outcome.", data)
    number, name, _ = rows[0]
    text = f"Of {len(rows)} events, each taken away alone, {name} leaves the outcome least probable: {number.text()} "
    text += f"(nothing taken away: {baseline.text()}; this change: {ground.given.text()})"
    better = number.value < ground.given.value and number.high < max(ground.given.low, float(ground.given.value))
    text += "; another single change would do more than this one" if better else ""
    return Row("competition", title, "note" if better else "ok", text + ".", data)


def _without(ground: Ground, code: int, name: str, runs: int) -> Number:
    """Return the probability of the outcome given the record if nothing but this event is dropped."""
    edits = edits_of(ground.edit) if ground.edit else ()
    if edits == (DropEvent(name),):
        return ground.given
    core = ground.core
    less = replace(
        core,
        events=tuple(event for event in core.events if event.code != code),
        acts=tuple(act for act in core.acts if act.event != code),
    )
    return ground.probability(less, runs)


def _needing(ground: Ground) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    having: tuple[Event | Rule, ...] = (*ground.scenario.events, *ground.scenario.rules)
    for one in having:
        for name in one.presupposes:
            found[name].append(one.id)
    return found
