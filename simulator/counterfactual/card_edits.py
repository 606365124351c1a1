"""Rows of the report card about the edit itself: is it clear, possible, small, and is the model behind it grounded?"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import log2
from typing import Any

from simulator.counterfactual.card_ground import Ground, Row, counted, first_few, joint
from simulator.counterfactual.card_worlds import Read
from simulator.counterfactual.pattern import is_barely
from simulator.counterfactual.telling import date
from simulator.noise import CHANCE, CHOICE, Cuts, Key
from simulator.results.trace import Refusal, Trace
from simulator.scenario.edits import DropEvent, DropRecord, Edit, edits_of
from simulator.scenario.phrases import joined
from simulator.scenario.program import Decision, Rule

__all__ = ["clarity", "cotenability", "rewrite", "statistics", "theory"]


def clarity(ground: Ground) -> Row:
    """Antecedent and consequent as values of the scenario (Tetlock & Belkin 1996, clarity; Fearon 1991)."""
    sentences = [one.sentence() for one in _edits(ground)]
    outcome = ground.outcome
    model = next(one for one in ground.scenario.outcomes if one.id == outcome.id)
    dated = model.by is not None or model.on is not None
    asked = f"The question is: {outcome.title}; its last day is {date(outcome.last)}"
    if not dated:
        asked += ", where the period ends"
    text = f"{asked}. What is changed: {' '.join(sentences) or 'nothing.'}"
    data = {
        "edits": sentences,
        "outcome": outcome.id,
        "title": outcome.title,
        "first": date(outcome.first),
        "last": date(outcome.last),
        "has_own_day": dated,
    }
    return Row("clarity", "Clear question", "ok" if sentences and dated else "note", text, data)


def _edits(ground: Ground) -> tuple[Edit, ...]:
    return edits_of(ground.edit) if ground.edit else ()


# -- cotenability ------------------------------------------------------------------------------------------------------


def cotenability(ground: Ground) -> Row:
    """Does the edit fit what is kept (Tetlock & Belkin 1996, cotenability)?

    Acts are compared in both worlds under the most probable explanation of the record. A forced decision is impossible
    if the rule never takes it; that history is known to have gone otherwise is only noted, for that is what a
    counterfactual asks about. Ties are acts of one day whose undeclared order decides how the day ends.
    """
    factual, edited = (one.trace for one in ground.pairs[0])
    refused = _newly_refused(factual, edited)
    in_time = [one for one in refused if one.day <= ground.outcome.last]
    decisions, stranded = _forced(ground), _stranded(ground)
    never = [one["decision"] for one in decisions if one["p"] == "0" or not one["delay_possible"]]
    otherwise = [one["decision"] for one in decisions if one["p_given_record"] == "0" and one["p"] != "0"]
    ties = [one.as_json() for one in edited.ties if one.day <= ground.outcome.last]
    data: dict[str, Any] = {
        "presupposes_what_is_dropped": stranded,
        "illegal_acts": [one.as_json() for one in refused],
        "impossible_decisions": never,
        "known_otherwise": otherwise,
        "ties": ties,
    }
    parts = []
    if stranded:
        parts.append(f"{joined(stranded)} cannot be imagined without what is dropped")
    if in_time:
        names = [one.id or f"{one.act} of {one.party}" for one in in_time]
        parts.append(f"the change makes {counted(len(names), 'act')} illegal ({first_few(names)})")
    if len(refused) > len(in_time):
        parts.append(f"after the outcome's last day {counted(len(refused) - len(in_time), 'act')} would be illegal")
    if never:
        parts.append(f"by the model this never happens: {first_few(never)}")
    if otherwise:
        parts.append(f"history is known to have gone otherwise: {first_few(otherwise)}")
    if ties:
        parts.append(f"{counted(len(ties), 'pair')} of acts of one day have no declared order, and it matters")
    bad = stranded or in_time or never
    text = _sentence("; ".join(parts)) if parts else "Nothing that is kept contradicts the change."
    return Row("cotenability", "Fits what is kept", "warning" if bad else ("note" if parts else "ok"), text, data)


def _stranded(ground: Ground) -> list[str]:
    """Return the events and rules that are kept although what they presuppose is dropped."""
    edit, kept = ground.edit, {event.id for event in ground.edited.events}
    gone = {event.id for event in ground.factual.events} - kept
    events = [one.id for one in (*ground.scenario.events, *(edit.add if edit else ())) if gone & {*one.presupposes}]
    live = {rule.id for rule in ground.edited.rules}
    rules = [one.id for one in ground.scenario.rules if one.id in live and gone & {*one.presupposes}]
    return [*(one for one in events if one in kept), *rules]


def _newly_refused(factual: Trace, edited: Trace) -> list[Refusal]:
    """Return the scripted acts, of the record or of the edit, that are refused with the edit alone."""
    before = {one.id for one in factual.refused if one.scripted}
    return [one for one in edited.refused if one.scripted and one.id not in before]


# -- minimal rewrite ---------------------------------------------------------------------------------------------------


def rewrite(ground: Ground) -> Row:
    """How much of history is rewritten (Tetlock & Belkin 1996, minimal rewrite; Lebow 2010, miracle worlds).

    The surprisal of a forced decision is -log2 of the probability that it falls so; dropping an event that has a
    declared probability p costs -log2(1 - p), dropping one that has none is a miracle. Status-days are days on which
    a relationship has another status, or stands otherwise towards another party (suspension, countermeasures and
    non-performance between two); before the edit there must be none.
    """
    forced, dropped = _forced(ground), _dropped(ground)
    before, divergence = _divergence(ground)
    edits, miracles = _edits(ground), [one["what"] for one in dropped if one["p"] is None]
    own = _sum([one["bits"] for one in (*forced, *dropped)])
    given = _sum([one["bits_given_record"] for one in (*forced, *dropped)])
    data = {
        "edits": len(edits),
        "antecedent": None if ground.antecedent is None else date(ground.antecedent),
        "status_days_before": before,
        "pairs": len(ground.pairs),
        "divergence": None if divergence is None else date(divergence),
        "forced": forced,
        "dropped": dropped,
        "miracles": miracles,
        "bits": own,
        "bits_given_record": given,
    }
    cost = [counted(len(edits), "edit")]
    if miracles:
        taken = f"taken away though the file gives it no chance to fail: {first_few(miracles)}"
        cost.append(f"{counted(len(miracles), 'miracle')} ({taken})")
    if own is None:
        cost.append("what has no chance at all in the model")
    elif own or given or given is None:
        known = "impossible" if given is None else f"{given:.2f}"
        cost.append(f"{own:.2f} bits of surprise ({known} given the record; a toss of a coin has one bit)")
    apart = "In the compared worlds no status differs, nor what one State holds against another"
    if divergence is not None:
        apart = f"The worlds part on {date(divergence)}"
    earlier = "nothing before it is changed"
    if before:
        what = "days on which a State's status under a treaty, or what it holds against another, is not as it was"
        earlier = f"{counted(before, 'status-day')} before it changed ({what})"
    text = f"{apart}; it takes {joined(cost)}; {earlier}."
    costly = len(miracles) > 1 or own is None or given is None or max(own, given) > 10
    return Row("rewrite", "Small change", "warning" if before else ("note" if costly else "ok"), text, data)


def _sum(bits: list[float | None]) -> float | None:
    known = [one for one in bits if one is not None]
    return None if len(known) < len(bits) else sum(known)


def _bits(p: Fraction) -> float | None:
    """Surprise in bits; None if it has no end."""
    return None if p == 0 else max(log2(p.denominator) - log2(p.numerator), 0.0)


def _forced(ground: Ground) -> list[dict[str, Any]]:
    """Return each forced decision with its probability by the rule's own chance, and given the record."""
    rules = {rule.code: rule for rule in ground.edited.rules}
    texts = {one.rule: one for one in (ground.edit.force if ground.edit else ())}
    found = []
    for one in ground.edited.decisions:
        rule = rules.get(one.rule)
        if rule is None:
            continue
        wanted = [(read, _meant(one, rule)) for read in _asked_in_history(ground, one, rule)]
        if wanted:
            own, given = joint(ground.source, wanted)
        else:
            own = given = _default(rule, one)
        said = f"{rule.id} {'fires' if one.fires else 'does not fire'}"
        trigger = texts[rule.id].trigger if rule.id in texts and one.what else None
        found.append(
            {
                "decision": said + (f" at {_trigger(ground, one) or trigger}" if one.what else ""),
                "asked": len(wanted),
                "delay_possible": one.delay_days < 0 or rule.delay.months or one.delay_days in rule.delay.points,
                "p": str(own),
                "p_given_record": str(given),
                "bits": _bits(own),
                "bits_given_record": _bits(given),
            }
        )
    return found


def _trigger(ground: Ground, one: Decision) -> str:
    return next((event.id for event in ground.edited.events if event.key == one.what), "")


def _meant(one: Decision, rule: Rule) -> frozenset[int]:
    """Return the cells of a decision in which it falls as it is forced."""
    if one.fires:
        return frozenset({max(one.option, 0)})
    cells = len(rule.options) if rule.choice is not None else 1
    return frozenset({cells})


def _asked_in_history(ground: Ground, one: Decision, rule: Rule) -> list[Read]:
    """Return the readings of some explanation that a forced decision replaces."""
    sites = {site for actor, site in rule.sites.items() if one.actor in (-1, actor)}
    named = one.what if rule.noise == "what" else 0  # other keys do not name the happening
    found: dict[Key, Cuts] = {}
    for path in ground.histories:
        for key, place in path.places.items():
            if key.site not in sites or key.purpose not in (CHANCE, CHOICE):
                continue
            if named in (0, key.what) and (not named or one.nth in (-1, key.nth)):
                found.setdefault(key, place.cuts)
    return [Read(key, cuts) for key, cuts in sorted(found.items())]


def _default(rule: Rule, one: Decision) -> Fraction:
    """Return the probability of a forced decision that no explanation asks: by the rule's last case."""
    if rule.choice is not None:
        bounds = [Fraction(0), *rule.choice.fractions]
        return bounds[max(one.option, 0) + 1] - bounds[max(one.option, 0)] if one.fires else 1 - bounds[-1]
    p = rule.chances[-1].p if rule.chances else Fraction(1)
    return p if one.fires else 1 - p


def _dropped(ground: Ground) -> list[dict[str, Any]]:
    """Return what the edit drops; `p` is the probability that it had not happened anyway, None if none is declared."""
    chances = {event.id: event for event in ground.factual.events}
    found: list[dict[str, Any]] = []
    for one in _edits(ground):
        if isinstance(one, DropRecord):
            found.append({"what": one.sentence().rstrip("."), "p": None, "bits": 0.0, "bits_given_record": 0.0})
        elif isinstance(one, DropEvent) and (event := chances.get(one.event)) is not None:
            p = given = None
            if event.chance is not None:
                read = _event_read(ground, event.key, event.chance)
                p = 1 - event.chance.fractions[0]
                given = joint(ground.source, [(read, frozenset({1}))])[1] if read else p
            bits = (0.0, 0.0) if p is None or given is None else (_bits(p), _bits(given))
            text = None if p is None else str(p)
            found.append({"what": event.id, "p": text, "bits": bits[0], "bits_given_record": bits[1]})
    return found


def _event_read(ground: Ground, event: int, cuts: Cuts) -> Read | None:
    """Return how the explanations read the chance of an event; a rule that answers it has a site of its own."""
    rules = {site for rule in ground.factual.rules for site in rule.sites.values()}
    keys = (key for path in ground.histories for key in path.places if key.what == event and key.site not in rules)
    found = next(keys, None)
    return None if found is None else Read(found, cuts)


def _divergence(ground: Ground) -> tuple[int, int | None]:
    """Return the most status-days changed before the edit in a pair, and the first day on which anything differs."""
    most, first = 0, None
    for factual, edited in ground.pairs:
        spans = list(_differences(factual.trace, edited.trace))
        first = min((since for since, _ in spans if first is None or since < first), default=first)
        if ground.antecedent is not None:
            most = max(most, sum(max(min(until, ground.antecedent) - since, 0) for since, until in spans))
    return most, first


def _differences(one: Trace, other: Trace) -> Iterator[tuple[int, int]]:
    """Yield every span of days, [since, until), on which a relationship or a treaty stands otherwise."""
    mine, yours = _statuses(one), _statuses(other)
    for name in mine.keys() | yours.keys():
        days = {**mine[name], **yours[name]}
        here = there = ""
        ordered = [*sorted(days), one.last + 1]
        for since, until in itertools.pairwise(ordered):
            here, there = mine[name].get(since, here), yours[name].get(since, there)
            if here != there:
                yield since, until


def _statuses(trace: Trace) -> dict[tuple[str, ...], dict[int, str]]:
    """Return how each relationship, and each party towards each other one, stood after each day that changed it.

    Between two parties the last act or effect says how one stands towards the other.
    """
    found: dict[tuple[str, ...], dict[int, str]] = defaultdict(dict)
    for step in trace.steps:
        if step.treaty and step.after and step.before != step.after:
            found[step.treaty, step.party][step.day] = step.after
        for other in step.toward if step.kind != "decision" else ():
            found[step.treaty, step.party, other][step.day] = step.act
    return found


# -- the model ---------------------------------------------------------------------------------------------------------


def theory(ground: Ground) -> Row:
    """Do the rules that can bring the outcome say why they hold (Tetlock & Belkin 1996, consistency with theory)?"""
    rules = ground.rules
    tagged = [name for name, rule in rules.items() if rule.theory and rule.sources]
    lacking = {
        name: [word for word, has in (("theory", rule.theory), ("source", rule.sources)) if not has]
        for name, rule in rules.items()
        if name not in tagged
    }
    data = {"rules": list(rules), "tagged": len(tagged), "lacking": lacking}
    if not rules:
        return Row("theory", "Grounded in theory", "note", "No rule of the model can bring the outcome.", data)
    text = f"{len(tagged)} of {counted(len(rules), 'rule')} that can matter for the outcome name a theory and a source"
    if lacking:
        text += "; lacking: " + first_few([f"{name} ({' and '.join(words)})" for name, words in lacking.items()])
    verdict = "ok" if not lacking else ("note" if tagged else "warning")
    return Row("theory", "Grounded in theory", verdict, text + ".", data)


def statistics(ground: Ground) -> Row:
    """Do the numbers lie where they are said to lie, and does the model allow what happened (Tetlock & Belkin 1996)?

    P(record) falls with every day that a date is exact to; the probability of the same acts on any dates says whether
    the model allows them at all. Below 1/1000 it barely does.
    """
    changed = ground.edit.parameters if ground.edit else {}
    outside, loose = [], []
    for name, parameter in sorted(ground.scenario.parameters.items()):
        value = changed.get(name, parameter.value)
        if parameter.range is None:
            loose.append(name)
        elif not parameter.range[0] <= value <= parameter.range[1]:
            low, high = parameter.range
            outside.append({"parameter": name, "value": str(value), "low": str(low), "high": str(high)})
    history, pattern, window = ground.twin.history, ground.p_pattern, ground.factual.observed.window
    resolution = f"within {counted(window, 'day')} of each date" if window else "to the day"
    data = {
        "parameters": len(ground.scenario.parameters),
        "outside": outside,
        "without_range": loose,
        "p_record": str(history.p_record),
        "explanations": history.count,
        "exact": history.certain,
        "acts": len(history.acts),
        "resolution": resolution,
        "p_pattern": None if pattern is None else pattern.as_json(),
    }
    text = f"To the model what happened, {resolution}, had the probability {_small(history.p_record)}"
    barely = pattern is not None and is_barely(pattern)
    if pattern is not None and not pattern.exact:  # exact only where no act is known
        text += f", and the same acts on any dates about {_small(pattern.value)}"
        text += "; it barely allows what happened" if barely else ""
    if outside:
        names = [one["parameter"] for one in outside]
        text += f"; parameters outside their stated range: {first_few(names)}"
    if loose:
        text += f"; parameters without a stated range: {first_few(loose)}"
    verdict = "warning" if outside or barely else ("note" if loose else "ok")
    return Row("statistics", "Fits the numbers", verdict, text + ".", data)


def _small(p: Fraction) -> str:
    return f"{100 * float(p):.3g} %" if p >= Fraction(1, 10_000) else f"{float(p):.1e}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
