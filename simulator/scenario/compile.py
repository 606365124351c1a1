"""Compilation: a loaded scenario, a mode, a branch and a view become one frozen Program."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from simulator.errors import ScenarioError
from simulator.law.dates import day_text
from simulator.law.record import RecordedAct
from simulator.law.terms import terms_of
from simulator.law.views import View, disputes, resolve_view
from simulator.noise import Cuts, key_id
from simulator.scenario.codebook import Codebook
from simulator.scenario.coherence import reach, specificity
from simulator.scenario.diagnostics import nearest
from simulator.scenario.load import Loaded, check_branch, with_branch
from simulator.scenario.lower import Lowering
from simulator.scenario.program import (
    Decision,
    Evidence,
    Expectation,
    ForcedStatus,
    Node,
    Option,
    Outcome,
    Program,
    Rule,
    Trigger,
)
from simulator.scenario.schema import (
    Branch,
    Scenario,
    TriggerAct,
    TriggerBecomes,
    TriggerEvent,
    TriggerEvery,
    TriggerKind,
)
from simulator.scenario.schema import Rule as RuleModel
from simulator.scenario.schema import Trigger as TriggerModel
from simulator.scenario.script import Script, selects
from simulator.scenario.sentences import condition_phrase

__all__ = ["MODES", "BranchLike", "compile_scenario", "find_branch"]

MODES = ("replay", "simulate")


BranchLike: TypeAlias = str | Branch | Mapping[str, Any]


def find_branch(scenario: Scenario, branch: BranchLike | None) -> Branch | None:
    """Return the branch of this id, or the branch that is given itself (a Branch, or plain data as in a file).

    Raises ScenarioError with the nearest name for an unknown id, and for a given branch with everything that would be
    wrong with it in the file.
    """
    if not isinstance(branch, str | None):
        return check_branch(scenario, branch)
    if not branch:
        return None
    found = next((one for one in scenario.branches if one.id == branch), None)
    if found is None:
        known = [one.id for one in scenario.branches]
        hint = nearest(branch, known) or f"the branches are {', '.join(known) or 'none'}"
        raise ScenarioError(f"scenario {scenario.id} has no branch {branch!r}; {hint}")
    return found


def compile_scenario(
    loaded: Loaded,
    *,
    mode: str = "simulate",
    branch: BranchLike | None = None,
    view: str | None = None,
    known: dt.date | None = None,
    acts: tuple[RecordedAct, ...] = (),
) -> Program:
    """Compile for one mode (`replay` or `simulate`), a branch, and a view that outranks the file's.

    `branch` is the id of one of the scenario, or a branch of one's own: a Branch, or the plain data of one, which is
    checked like a branch of the file. `known` leaves out what was recorded after that day; `acts` join the record
    for this program. Raises ScenarioError where clauses or names are wrong.
    """
    if not isinstance(branch, str | None):
        loaded, own = with_branch(loaded, branch)
        branch = own.id
    scenario = loaded.scenario
    edit = find_branch(scenario, branch)
    chosen = _view(scenario, edit, view)
    day = known or scenario.record.as_known_on
    book = Codebook.build(scenario, loaded.data, edit, chosen, day.toordinal() if day else None, acts=acts)
    values: dict[str, Fraction] = {name: one.value for name, one in scenario.parameters.items()}
    if edit:
        values.update(edit.parameters)
    lowering = Lowering(book, values)
    what = f"{loaded.digest}|{mode}|{branch or ''}|{chosen}|{day or ''}" + (f"|{acts}" if acts else "")
    digest = hashlib.sha256(what.encode()).hexdigest()
    return _program(book, lowering, edit, mode, digest)


def _program(book: Codebook, lowering: Lowering, edit: Branch | None, mode: str, digest: str) -> Program:
    """Put the parts together, each in the order that the program promises."""
    scenario = book.scenario
    script = Script(book, lowering, edit, mode == "replay")
    rules = () if mode == "replay" else _rules(book, lowering, edit)
    outcomes = _outcomes(scenario, lowering)
    return Program(
        scenario=scenario.id,
        title=scenario.title,
        mode=mode,
        branch=edit.id if edit else "",
        view=str(book.view),
        readings=book.view.readings,
        digest=digest,
        first=scenario.period.from_.toordinal(),
        last=scenario.period.to.toordinal(),
        names=book.names,
        terms=tuple(terms_of(book.treaties[one], book.party, book.treaty) for one in book.names.treaties),
        predecessors=book.predecessors(),
        continues=book.continuators(),
        lives=book.lives(),
        blocs=book.blocs(),
        acts=tuple(sorted(script.acts.values(), key=lambda act: act.rank)),
        events=tuple(sorted(script.events.values(), key=lambda event: event.id)),
        rules=rules,
        decisions=_decisions(book, edit),
        forced=_forced(book, edit),
        variables=tuple((v.start, v.min, v.max) for _, v in sorted(scenario.variables.items())),
        outcomes=outcomes,
        expectations=_expectations(book, lowering),
        watches=tuple(watch for outcome in outcomes for watch in _watches(outcome.when)),
        taken_out=tuple(sorted(script.taken_out)),
        observed=_observed(book, script),
        warnings=_warnings(book, mode, edit) + _late_edits(book, script, mode, edit),
    )


def _view(scenario: Scenario, edit: Branch | None, asked: str | None) -> View:
    if asked:
        if edit and edit.view and edit.view.name != asked:
            text = f"branch {edit.id} reads the law by the {edit.view.name} view; leave out --view {asked}"
            raise ScenarioError(text)
        single = {**scenario.view.overrides, **(edit.view.overrides if edit and edit.view else {})}
        return resolve_view(asked, single)  # single questions that the file answers stay answered
    given = edit.view if edit and edit.view else scenario.view
    return resolve_view(given.name, given.overrides)


def _rules(book: Codebook, lowering: Lowering, edit: Branch | None) -> tuple[Rule, ...]:
    off = set(edit.off) if edit else set()
    live = [rule for rule in book.scenario.rules if rule.id not in off]
    return tuple(_rule(book, lowering, edit, rule) for rule in sorted(live, key=lambda one: one.id))


def _rule(book: Codebook, lowering: Lowering, edit: Branch | None, rule: RuleModel) -> Rule:
    chance = edit.chance.get(rule.id, rule.chance) if edit else rule.chance
    delay = edit.delay.get(rule.id, rule.after) if edit else rule.after
    actor = book.who(rule.who)
    disputed = _disputes(book, rule)
    if rule.choose:
        # The gravest first: what is left of [0, 1) is doing nothing, which is milder than every option, so that the
        # uniform orders all outcomes by severity.
        listed = rule.choose[::-1]
        options = tuple(Option(o.id, tuple(lowering.action(a, disputed) for a in o.do)) for o in listed)
        choice = Cuts.of_weights([lowering.p(option.p) for option in listed])
    else:
        options = (Option(rule.id, tuple(lowering.action(action, disputed) for action in rule.do)),)
        choice = None
    return Rule(
        code=book.rule[rule.id],
        id=rule.id,
        actor=actor,
        each=rule.each is not None,
        triggers=tuple(_trigger(book, trigger) for trigger in rule.trigger),
        when=lowering.maybe(rule.when),
        chances=lowering.chances(chance),
        delay=lowering.delay(delay),
        still=lowering.maybe(rule.still),
        options=options,
        choice=choice,
        noise=rule.noise,
        priority=rule.priority,
        sites=_sites(book, rule),
        sources=book.cite(rule.source),
        theory=rule.theory or "",
    )


def _sites(book: Codebook, rule: RuleModel) -> dict[int, int]:
    """Name the rule and its actor to the noise; a bloc that decides as one is one actor, -1."""
    if rule.each is None and rule.who not in book.party:
        return {-1: key_id(f"{rule.id}|{rule.who}")}
    parties = [rule.who] if rule.who in book.party else book.names.parties
    return {book.party[one]: key_id(f"{rule.id}|{one}") for one in parties}


def _disputes(book: Codebook, rule: RuleModel) -> dict[tuple[str, str], str]:
    """Return the disputed question that each kind of act a rule stands for raises in the record, where it is one."""
    found: dict[tuple[str, str], set[str]] = {}
    for acts in book.records.values():
        for act in acts:
            raised = act.dispute and disputes()[act.dispute].of_effect
            if raised and any(selects(selector, act.id) for selector in rule.explains):
                found.setdefault((act.treaty, act.act), set()).add(act.dispute)
    return {kind: questions.pop() for kind, questions in found.items() if len(questions) == 1}


def _trigger(book: Codebook, one: TriggerModel) -> Trigger:
    if isinstance(one, TriggerAct):
        return Trigger("act", book.act[one.act], book.treaty[one.treaty], book.who(one.of) if one.of else None)
    if isinstance(one, TriggerEvent):
        return Trigger("event", book.event[one.event])
    if isinstance(one, TriggerKind):
        return Trigger("kind", word=one.kind)
    if isinstance(one, TriggerBecomes):
        if one.of_treaty:
            return Trigger("treaty_becomes", treaty=book.treaty[one.treaty], word=one.becomes)
        of = book.who(one.of) if one.of and one.of != "*" else None
        return Trigger("becomes", treaty=book.treaty[one.treaty], of=of, word=one.becomes)
    if isinstance(one, TriggerEvery):
        return Trigger("every", word=one.every)
    return Trigger("rule", book.rule[one.rule])


def _decisions(book: Codebook, edit: Branch | None) -> tuple[Decision, ...]:
    """The forced decisions, those that name more before those that name less: an engine takes the first that fits."""
    found = []
    rules = {rule.id: rule for rule in book.scenario.rules}
    forced = edit.force if edit else ()
    for one in sorted(forced, key=lambda one: -specificity(reach(one, rules[one.rule]))):
        rule = rules[one.rule]
        what, nth = _named(book, one.trigger)
        options = [option.id for option in rule.choose[::-1]]
        option = options.index(one.outcome) if one.outcome in options else 0
        actor = book.party[one.actor] if one.actor else -1
        delay = one.delay_days if one.delay_days is not None else -1
        found.append(Decision(book.rule[one.rule], actor, what, nth, one.fires, option, delay))
    return tuple(found)


def _named(book: Codebook, trigger: str | None) -> tuple[int, int]:
    """Return the noise number of a trigger written in a branch: an event, a recorded act, an entry into a status."""
    if trigger is None:
        return 0, -1
    name, _, count = trigger.partition("#")
    nth = int(count) if count else -1
    if "=" in name:
        return key_id(f"status:{name}" if "." in name.split("=")[0] else f"treaty:{name}"), nth
    if name in book.event:
        return key_id(f"event:{name}"), -1
    return key_id(f"act:{trigger}"), -1


def _forced(book: Codebook, edit: Branch | None) -> tuple[ForcedStatus, ...]:
    return tuple(
        ForcedStatus(one.date.toordinal(), book.treaty[one.treaty], book.party[one.of], one.is_)
        for one in (edit.status if edit else ())
    )


def _outcomes(scenario: Scenario, lowering: Lowering) -> tuple[Outcome, ...]:
    found = []
    for one in scenario.outcomes:
        first, last = one.on or scenario.period.from_, one.on or one.by or scenario.period.to
        when = lowering.condition(one.when)
        found.append(Outcome(one.id, one.title or one.id, when, first.toordinal(), last.toordinal()))
    return tuple(found)


def _expectations(book: Codebook, lowering: Lowering) -> tuple[Expectation, ...]:
    found = []
    for one in book.scenario.expect:
        node = lowering.condition(one.when)
        party = node.who.code if node.op == "status" and node.who and node.who.kind == "party" else -1
        shown = (node.a, party) if node.op == "treaty" or party >= 0 else (-1, -1)
        found.append(Expectation(one.date.toordinal(), node, condition_phrase(one.when), shown))
    return tuple(found)


def _observed(book: Codebook, script: Script) -> Evidence:
    """What is known to have happened: the acts that rules stand for, and statuses that the file states."""
    given = book.scenario.observed
    acts = [act for _, act in sorted(script.taken_out.items())]
    if given.exact_days:
        acts = [act if act.precision == "unknown" else replace(act, precision="day") for act in acts]
    return Evidence(
        acts=tuple(acts),
        until=(given.until or book.scenario.period.to).toordinal(),
        complete=frozenset(book.treaty[one] for one in (book.records if given.complete is None else given.complete)),
        window=given.window,
        statuses=tuple(
            (one.date.toordinal(), book.treaty[one.status], book.party[one.of], frozenset(one.is_))
            for one in given.statuses
        ),
    )


def _watches(node: Node) -> list[tuple[int, frozenset[str], int]]:
    own = [(node.a, node.words, node.days)] if node.op == "status" and node.days > 0 else []
    return own + [watch for part in node.parts for watch in _watches(part)]


def _idle_readings(book: Codebook) -> list[str]:
    """Say which single answers change no status: the question is on the register, no machine turns on it."""
    register = disputes()
    return [
        f"{name}: no reading of this question changes a status; it is recorded for the reader"
        for name in book.view.overrides
        if not register[name].of_effect
    ]


def _warnings(book: Codebook, mode: str, edit: Branch | None) -> tuple[str, ...]:
    """Say where a fixed date stands in for law or record, if the run could have led elsewhere."""
    if mode == "replay" and edit is None:
        return ()
    found = _idle_readings(book)
    for name in book.names.treaties:
        entry = book.treaties[name].clauses.entry_into_force
        if entry and entry.stand_in:
            day = day_text(entry.stand_in.toordinal())
            found.append(f"{name}: entry into force on {day} is a marked fixed date; this run does not derive it")
        withdrawal = book.treaties[name].clauses.withdrawal
        if withdrawal and withdrawal.defer and not any(event.conflict for event in book.scenario.events):
            found.append(f"{name}: an armed conflict would defer a withdrawal; this scenario names none (`conflict:`)")
    return tuple(found)


def _late_edits(book: Codebook, script: Script, mode: str, edit: Branch | None) -> tuple[str, ...]:
    """Say which edits of a branch come to nothing because the period ends before them."""
    if edit is None:
        return ()
    first, last = (day.toordinal() for day in (book.scenario.period.from_, book.scenario.period.to))
    end, found = day_text(last), []
    for one in edit.force if mode == "simulate" else ():
        delay, event = one.delay_days or 0, script.events.get(one.trigger or "")
        if (event.day if event is not None else first) + delay > last:
            when = f"after {one.trigger} " if event is not None else ""
            found.append(
                f"branch {edit.id}: rule {one.rule} is forced to act {delay:,} days {when}"
                f"later than the period allows ({end}); the act is never done"
            )
    return tuple(found)
